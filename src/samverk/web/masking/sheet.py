"""A text and what is masked in it, as the form of the page carries them: found spans, and each change that a person made. Pure.

Nothing is kept on the server between two steps, so the spans and the changes travel in the form beside the text. Whatever
comes back is checked: places lie within the text and apart from each other.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from samverk.core.errors import Invalid, TooLarge
from samverk.masking.engine import BALANCED, CAREFUL
from samverk.masking.overlaps import settle
from samverk.masking.ports import Span

LONGEST = 100_000  # code points of a text
LONGEST_WORDS = 300
MOST_CHANGES = 200  # that can be undone
THRESHOLDS = {"balanced": BALANCED, "careful": CAREFUL}
HOW = ("tokens", "generalise", "black", "replace")

_SPAN = re.compile(r"(\d{1,6})-(\d{1,6})-([A-ZÅÄÖ0-9_]{1,40})", re.ASCII | re.UNICODE if False else 0)


class NoText(Invalid):
    """Nothing was written."""

    sv = "Skriv eller klistra in en text först."
    en = "Write or paste a text first."


class TextTooLong(TooLarge):
    """More than the page takes at a time."""

    sv = "Texten är {n} tecken lång. Dela upp den: högst {limit} tecken tas emot åt gången."
    en = "The text has {n} characters. Divide it: at most {limit} characters are accepted at a time."


class NotInText(Invalid):
    """The words to mask stand nowhere."""

    sv = "Orden finns inte i texten, eller så är de redan maskerade som det. Skriv dem precis som de står."
    en = "The words are not in the text, or are masked as that already. Write them exactly as they stand."


class NoWords(Invalid):
    """Nothing was chosen to mask."""

    sv = "Skriv eller markera först de ord som ska maskeras."
    en = "Write or select the words to mask first."


@dataclass(frozen=True, slots=True)
class Change:
    """What a person changed at once: the spans that went, and those that came."""

    gone: tuple[Span, ...] = ()
    come: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """The form. `spans` are apart and in order; None: the text has not been searched yet."""

    text: str = ""
    level: str = "balanced"
    how: str = "tokens"
    spans: tuple[Span, ...] | None = None
    changes: tuple[Change, ...] = ()

    @classmethod
    def of(cls, fields: Mapping[str, str], level: str = "balanced") -> "Sheet":
        """The form in its fields; `level` is that of who has chosen none. Raises Invalid for places that are none of ours."""
        text = fields.get("text", "").replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
        chosen, how = fields.get("level", level), fields.get("how", HOW[0])
        found = fields.get("spans")
        return cls(
            text,
            chosen if chosen in THRESHOLDS else level,
            how if how in HOW else HOW[0],
            None if found is None else _checked(_read(found), text),
            tuple(_changes(fields.get("changes", ""), text))[-MOST_CHANGES:],
        )

    @property
    def threshold(self) -> float:
        """How sure a find has to be."""
        return THRESHOLDS[self.level]

    def check(self) -> None:
        """Raises NoText and TextTooLong for a text that cannot be searched."""
        if not self.text.strip():
            raise NoText
        if len(self.text) > LONGEST:
            raise TextTooLong(n=_number(len(self.text)), limit=_number(LONGEST))

    def searched(self, spans: Iterable[Span]) -> "Sheet":
        """With what was found, and every change that a person made before made again."""
        sheet = replace(self, spans=tuple(spans), changes=())
        for change in self.changes:
            sheet = sheet._after(change)
        return sheet

    def edited(self, text: str) -> "Sheet":
        """With another text, not yet searched."""
        return replace(self, text=text, spans=None, changes=())

    def dropped(self, place: str, everywhere: bool) -> "Sheet":
        """Without the span at a place ("12-25"); `everywhere`: nor the same words that are masked as the same."""
        span = self.at(place)
        alike = [other for other in self._known if self._same(span, other)] if everywhere else [span]
        return self._after(Change(gone=tuple(alike)))

    def added(self, words: str, label: str, place: str, everywhere: bool) -> "Sheet":
        """With the words masked as the label: at the place where they stand, or wherever they do. Raises NoWords, NotInText.

        What they overlap becomes part of them, so that nothing which was masked is laid open.
        """
        wanted = words.strip()
        if not wanted:
            raise NoWords
        if len(wanted) > LONGEST_WORDS:
            raise TextTooLong(n=_number(len(wanted)), limit=_number(LONGEST_WORDS))
        chosen = self._chosen(wanted, place)
        found = [*([chosen] if chosen else ()), *(self._standing(wanted) if everywhere or not chosen else ())]
        come = self._grown(Span(start, end, label) for start, end in found)
        gone = tuple(old for old in self._known if any(_overlap(old, new) for new in come)) if come else ()
        if not come or _places(gone) == _places(come):
            raise NotInText
        return self._after(Change(gone, come))

    def undone(self) -> "Sheet":
        """Without the last change."""
        if not self.changes:
            return self
        last = self.changes[-1]
        sheet = self._after(Change(gone=last.come, come=last.gone))
        return replace(sheet, changes=self.changes[:-1])

    def at(self, place: str) -> Span:
        """The span at a place. Raises Invalid where none is."""
        for span in self._known:
            if place == place_of(span):
                return span
        raise Invalid(why="place")

    def words(self, span: Span) -> str:
        """What stands there."""
        return self.text[span.start : span.end]

    def alike(self, span: Span) -> int:
        """How many spans hold the same words, masked as the same."""
        return sum(self._same(span, other) for other in self._known)

    @property
    def fields(self) -> dict[str, str]:
        """What travels in the form beside the text, the level and the way to mask."""
        changes = " ".join(f"{_written(change.gone)}*{_written(change.come)}" for change in self.changes)
        return {"spans": _written(self._known), "changes": changes}

    @property
    def _known(self) -> tuple[Span, ...]:
        return self.spans or ()

    def _same(self, one: Span, other: Span) -> bool:
        return one.label == other.label and _folded(self.words(one)) == _folded(self.words(other))

    def _chosen(self, wanted: str, place: str) -> tuple[int, int] | None:
        """The place in the text that was chosen, as long as the words stand there."""
        match = re.fullmatch(r"(\d{1,6})-(\d{1,6})", place, re.ASCII)
        if not match:
            return None
        start, end = int(match[1]), int(match[2])
        return (start, end) if _folded(self.text[start:end]) == _folded(wanted) else None

    def _standing(self, wanted: str) -> list[tuple[int, int]]:
        """Where the words stand, whatever their case and however lines break between them; never within other words."""
        parts = r"\s{1,4}".join(re.escape(part) for part in wanted.split())
        before = r"(?<!\w)" if wanted[0].isalnum() else ""
        after = r"(?!\w)" if wanted[-1].isalnum() else ""
        return [match.span() for match in re.finditer(before + parts + after, self.text, re.IGNORECASE)]

    def _grown(self, new: Iterable[Span]) -> tuple[Span, ...]:
        """The new spans, each grown to what it overlaps of the old ones, apart and in order."""
        label_of = ""
        grown = []
        for span in new:
            label_of = span.label
            over = [old for old in self._known if _overlap(old, span)]
            start, end = min([span.start, *(o.start for o in over)]), max([span.end, *(o.end for o in over)])
            grown.append(Span(start, end, label_of))
        return tuple(settle(grown))

    def _after(self, change: Change) -> "Sheet":
        """With a change made to the spans as they are now, and remembered."""
        left = [span for span in self._known if not any(_overlap(span, old) for old in change.gone)]
        spans = tuple(settle([*left, *change.come])) if change.come else tuple(left)
        return replace(self, spans=spans, changes=(*self.changes, change)[-MOST_CHANGES:])
