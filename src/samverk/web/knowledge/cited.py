"""The answer beside the document: its citations in order, which of them is shown, and the way from one to the next. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from samverk.answers.cited import without_marks
from samverk.answers.model import Answer
from samverk.core.errors import Language
from samverk.web.chat.citations import Check
from samverk.web.markdown import plain

_RANGE = re.compile(r"(\d{1,7})-(\d{1,7})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cited:
    """A sentence of the answer with what it cites. `here`: it is the citation that the page shows."""

    sentence: str
    check: Check
    here: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """The answer that a document is read for. Addresses are below the reader's part of the site; empty where there is none."""

    run: str
    question: str
    answer: str
    items: tuple[Cited, ...]
    number: int
    count: int
    previous: str
    next: str

    @property
    def here(self) -> tuple[Cited, ...]:
        """The citations that the page shows."""
        return tuple(item for item in self.items if item.here)


def beside(answer: Answer, passage: str, asked: str, language: Language) -> Beside:
    """The answer beside the passage with this id; `asked` is the range of the quote, as the address names it.

    A passage that is cited in several places without saying which shows all of them.
    """
    checks = [
        Check.from_body({**citation.body(), "ordinal": i}, language, str(answer.run))
        for i, citation in enumerate(answer.citations, 1)
    ]
    of_passage = [check for check in checks if check.passage == passage]
    exact = [check for check in of_passage if check.found == range_of(asked)]
    shown = {check.ordinal for check in exact or of_passage}
    stops = list(dict.fromkeys(check.address for check in checks if check.passage))
    at = _at(stops, checks, shown)
    back = f"/samtal/{answer.conversation}?gren={answer.run}#svar-{answer.run}" if answer.conversation else ""
    return Beside(
        run=str(answer.run),
        question=answer.question,
        answer=back,
        items=tuple(Cited(_sentence(answer.text, check), check, check.ordinal in shown) for check in checks),
        number=at + 1,
        count=len(stops),
        previous=stops[at - 1] if at > 0 else "",
        next=stops[at + 1] if at + 1 < len(stops) else "",
    )


def range_of(text: str) -> tuple[int, int] | None:
    """The range that an address names as "12-80"; None for anything else."""
    match = _RANGE.fullmatch(text)
    return (int(match[1]), int(match[2])) if match else None


def _at(stops: Sequence[str], checks: Sequence[Check], shown: set[int]) -> int:
    """Which stop the page is; -1 where it is none, so that the next one is the first."""
    return next((stops.index(check.address) for check in checks if check.ordinal in shown), -1)


def _sentence(text: str, check: Check) -> str:
    return plain(without_marks(text[check.start : check.end]))
