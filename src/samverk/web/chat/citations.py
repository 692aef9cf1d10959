"""The citations of an answer as the page shows them: which mark in the text has which verdict. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from samverk.core.errors import Language
from samverk.web.texts import in_language

VERDICTS = ("verified", "supported", "unverified")  # best first
CHECKING = "checking"

# Between the end of a sentence and its mark there may be white space, punctuation and other marks.
_BETWEEN = re.compile(r"(?:\s|[.,;:!?)»”\"*_]|\[[\d\s,]+\])*")


@dataclass(frozen=True, slots=True)
class Check:
    """One checked citation: the sentence [start, end) of the answer, the source's number, and what the check found."""

    ordinal: int
    start: int
    end: int
    n: int
    passage: str | None
    title: str
    place: str
    quote: str
    verdict: str
    reasons: tuple[str, ...]
    found: tuple[int, int] = (0, 0)  # where the quote stands in the passage
    section: str = ""  # the heading that the passage stands under
    run: str = ""  # whose answer cites it

    @classmethod
    def from_body(cls, body: Mapping[str, Any], language: Language, run: str = "") -> "Check":
        """From the body of a `checked` event, or a citation as it was stored. A verdict that is not known is no approval."""
        start, end = body.get("sentence") or (0, 0)
        passage = body.get("passage")
        verdict = body.get("verdict")
        return cls(
            ordinal=int(body.get("ordinal") or 0),
            start=start,
            end=end,
            n=int(body.get("n") or 0),
            passage=str(UUID(str(passage))) if passage else None,
            title=str(body.get("document") or ""),
            place=in_language(body.get("place"), language),
            quote=str(body.get("quote") or ""),
            verdict=str(verdict) if verdict in VERDICTS else "unverified",
            reasons=tuple(text for reason in body.get("reasons") or () if (text := in_language(reason, language))),
            section=str((body.get("heading") or [""])[-1]),
            found=(int(body.get("start") or 0), int(body.get("end") or 0)),
            run=run,
        )

    @property
    def address(self) -> str:
        """Where the passage is shown with the quote marked, beside the answer, below the reader's part of the site."""
        start, end = self.found
        fields = {"citat": f"{start}-{end}" if start < end else "", "svar": self.run}
        query = urlencode({name: value for name, value in fields.items() if value})
        return f"/stycken/{self.passage}{'?' if query else ''}{query}#t"


@dataclass(frozen=True, slots=True)
class Source:
    """A source that an answer cites: its number, where it stands, and how its citations fared, best verdict first."""

    n: int
    title: str
    section: str
    place: str
    passage: str | None
    address: str
    verdicts: tuple[tuple[str, int], ...]


def check_at(checks: Iterable[Check], text: str, offset: int, n: int) -> Check | None:
    """The check of the mark at `offset`: that of the sentence around it, else of the sentence that it directly follows."""
    same = [check for check in checks if check.n == n and check.start <= offset]
    around = [check for check in same if offset < check.end]
    if around:
        return around[-1]
    before = [check for check in same if _BETWEEN.fullmatch(text, check.end, offset)]
    return max(before, key=lambda check: check.end, default=None)


def sources_of(checks: Iterable[Check]) -> list[Source]:
    """The cited sources in order of their numbers."""
    by_number: dict[int, list[Check]] = {}
    for check in checks:
        by_number.setdefault(check.n, []).append(check)
    sources = []
    for n, group in sorted(by_number.items()):
        counts = [(verdict, sum(check.verdict == verdict for check in group)) for verdict in VERDICTS]
        known = next((check for check in group if check.passage), group[0])
        counted = tuple((verdict, count) for verdict, count in counts if count)
        sources.append(Source(n, known.title, known.section, known.place, known.passage, known.address, counted))
    return sources
