"""From the events of a run to what a page shows: folded in order, they give frames for a stream. Knows no HTTP.

Folding is a function of the events alone, so a reader who comes back with the number of the last event it saw gets exactly
what has changed since.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from samverk.answers.model import LAST_KINDS, RunEvent
from samverk.web.chat.answer_text import AnswerText
from samverk.web.chat.citations import Check, sources_of
from samverk.web.pages import draw
from samverk.web.texts import Texts

Frame = tuple[str, dict[str, Any]]
"""Name and body of an event for the page: `status` {text}, `block` {i, html}, `sources` {html}."""


@dataclass(slots=True)
class LiveAnswer:
    """A run as it unfolds. `prefix` is where the reader's part of the site begins."""

    run: str
    texts: Texts
    prefix: str
    ended: bool = False
    seen: int = 0
    status: str = ""
    _answer: AnswerText = field(init=False)
    _status: str | None = None
    _new_checks: bool = False

    def __post_init__(self) -> None:
        self._answer = AnswerText(f"k-{self.run}", self.texts)

    @classmethod
    def of(cls, run: str, texts: Texts, prefix: str, events: Iterable[RunEvent]) -> "LiveAnswer":
        """A run as far as these events tell of it."""
        live = cls(run, texts, prefix)
        for event in events:
            live.fold(event.kind, event.body)
            live.seen = event.seq
        live.status = live._status or texts("live.waiting")
        return live

    def blocks(self) -> list[str]:
        """The blocks of the text, as far as it has come."""
        return self._answer.blocks()

    def sources(self) -> dict[str, Any]:
        """What the template of the sources needs, as far as it has come."""
        return sources_context(self._answer, self.prefix, answered=True)

    def fold(self, kind: str, body: Mapping[str, Any]) -> None:
        """Take one event in. Kinds that are not known change nothing."""
        if kind == "started":
            self._status = self.texts("live.searching")
        elif kind == "searched":
            self._status = self.texts.count("live.reading", int(body.get("kept") or 0))
        elif kind == "text":
            if not self._answer.text:
                self._status = self.texts("live.writing")
            self._answer.append(str(body["text"]))
        elif kind == "checked":
            self._answer.check(Check.from_body(body, self.texts.language, self.run))
            self._new_checks = True
        self.ended = self.ended or kind in LAST_KINDS

    def frames(self) -> list[Frame]:
        """What has changed since this was last asked."""
        frames: list[Frame] = []
        if self._status is not None:
            frames.append(("status", {"text": self._status}))
            self._status = None
        frames += [("block", {"i": i, "html": html}) for i, html in self._answer.changed()]
        if self._new_checks:
            context = sources_context(self._answer, self.prefix, answered=True)
            frames.append(("sources", {"html": draw("chat/sources.html", self.texts, context)}))
            self._new_checks = False
        return frames


def sources_context(answer: AnswerText, prefix: str, answered: bool) -> dict[str, Any]:
    """What the template of the sources needs. Of an answer that is none, they are what came nearest."""
    return {
        "sources": sources_of(answer.checks),
        "popovers": answer.popovers(),
        "prefix": prefix,
        "name": answer.name,
        "answered": answered,
    }
