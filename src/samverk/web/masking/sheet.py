"""A text and what is masked in it, as the form of the page carries them: found spans, and each change that a person made. Pure.

Nothing is kept on the server between two steps, so the spans and the changes travel in the form beside the text. Whatever
comes back is checked: places lie within the text and apart from each other.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from samverk.core.errors import Invalid, TooLarge
from samverk.masking.overlaps import settle
from samverk.masking.ports import Span

How = Literal["tokens", "generalise", "black", "replace"]

LONGEST = 100_000  # code points of a text
LONGEST_WORDS = 300
MOST_WRITTEN = 100_000  # characters of changes in the form, beside the last
MOST_CHANGES = 200  # that can be undone
LEVELS = ("balanced", "careful")
HOW: tuple[How, ...] = get_args(How)

_SPAN = re.compile(r"([0-9]{1,6})-([0-9]{1,6})-([A-ZÅÄÖ0-9_]{1,40})")


class NoText(Invalid):
    """Nothing was written."""

    sv = "Skriv eller klistra in en text först."
    en = "Write or paste a text first."


class TextTooLong(TooLarge):
    """More than the page takes at a time."""

    sv = "Texten är {n} tecken lång. Dela upp den: högst {limit} tecken tas emot åt gången."
    en = "The text has {n} characters. Divide it: at most {limit} characters are accepted at a time."


class WordsTooLong(TooLarge):
    """More words than can be one piece of personal data."""

    sv = "Det är {n} tecken. Högst {limit} tecken kan maskeras som en uppgift."
    en = "These are {n} characters. At most {limit} characters can be masked as one piece."


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
    how: How = HOW[0]
    spans: tuple[Span, ...] | None = None
    changes: tuple[Change, ...] = ()

    @classmethod
    def of(cls, fields: Mapping[str, str], level: str = "balanced") -> "Sheet":
        """The form in its fields; `level` is for who has chosen none. Raises Invalid for places that are none of ours."""
        text = fields.get("text", "").replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
        chosen, how, found = fields.get("level", ""), fields.get("how", ""), fields.get("spans")
        return cls(
            text,
            chosen if chosen in LEVELS else level,
            next((known for known in HOW if known == how), HOW[0]),
            None if found is None else _read(found, text),
            tuple(_changes(fields.get("changes", ""), text))[-MOST_CHANGES:],
        )

    @property
    def careful(self) -> bool:
        """Whether what is less sure is found too."""
        return self.level == "careful"

    @property
    def found(self) -> tuple[Span, ...]:
        """The spans; none before the text has been searched."""
        return self.spans or ()

    def check(self) -> None:
        """Raises NoText and TextTooLong for a text that cannot be searched."""
        if not self.text.strip():
            raise NoText
        if len(self.text) > LONGEST:
            raise TextTooLong(n=grouped(len(self.text)), limit=grouped(LONGEST))

    def searched(self, spans: Iterable[Span]) -> "Sheet":
        """With what was found, and then every change that a person has made."""
        sheet = replace(self, spans=tuple(spans), changes=())
        for change in self.changes:
            sheet = sheet._after(change)
        return sheet

    def dropped(self, place: str, everywhere: bool) -> "Sheet":
        """Without the span at a place ("12-25"); `everywhere`: nor the same words where they are masked as the same."""
        span = self.at(place)
        return self._after(Change(gone=tuple(self.alike(span)) if everywhere else (span,)))

    def added(self, words: str, label: str, place: str, everywhere: bool) -> "Sheet":
        """With the words masked as the label: at the place where they stand, or wherever they do. Raises NoWords, NotInText.

        What they overlap becomes part of them, so that nothing which was masked is laid open.
        """
        wanted = words.strip()
        if not wanted:
            raise NoWords
        if len(wanted) > LONGEST_WORDS:
            raise WordsTooLong(n=grouped(len(wanted)), limit=LONGEST_WORDS)
        chosen = self._chosen(wanted, place)
        places = [*chosen, *(self._standing(wanted) if everywhere or not chosen else ())]
        sheet = self._after(Change(come=tuple(Span(start, end, label) for start, end in places)))
        if _written(sheet.found) == _written(self.found):
            raise NotInText
        return sheet

    def undone(self) -> "Sheet":
        """Without the last change."""
        if not self.changes:
            return self
        last = self.changes[-1]
        return replace(self._after(Change(last.come, last.gone)), changes=self.changes[:-1])

    def at(self, place: str) -> Span:
        """The span at a place. Raises Invalid where none is."""
        found = next((span for span in self.found if place_of(span) == place), None)
        if found is None:
            raise Invalid(why="place")
        return found

    def words(self, span: Span) -> str:
        """What stands there."""
        return self.text[span.start : span.end]

    def alike(self, span: Span) -> list[Span]:
        """The spans that hold the same words, masked as the same."""
        words = folded(self.words(span))
        return [other for other in self.found if other.label == span.label and folded(self.words(other)) == words]

    @property
    def fields(self) -> dict[str, str]:
        """What travels in the form beside the text, the level and the way to mask."""
        kept, room = [], MOST_WRITTEN
        for change in reversed(self.changes):
            kept.append(f"{_written(change.gone)}*{_written(change.come)}")
            room -= len(kept[-1])
            if room < 0:
                break  # of changes as large as that, the latest can be undone
        return {"spans": _written(self.found), "changes": " ".join(reversed(kept))}

    def _chosen(self, wanted: str, place: str) -> list[tuple[int, int]]:
        """The place in the text that was chosen, as long as the words stand there."""
        match = re.fullmatch(r"([0-9]{1,6})-([0-9]{1,6})", place)
        if not match:
            return []
        start, end = int(match[1]), int(match[2])
        return [(start, end)] if folded(self.text[start:end]) == folded(wanted) else []

    def _standing(self, wanted: str) -> list[tuple[int, int]]:
        """Where the words stand, whatever their case and however lines break between them; never within other words."""
        parts = r"\s{1,4}".join(re.escape(part) for part in wanted.split())
        before, after = r"(?<!\w)" if wanted[0].isalnum() else "", r"(?!\w)" if wanted[-1].isalnum() else ""
        return [match.span() for match in re.finditer(before + parts + after, self.text, re.IGNORECASE)]

    def _after(self, change: Change) -> "Sheet":
        """With a change made to the spans as they are, and remembered as what it did."""
        kept = _apart_from(self.found, change.gone)
        come = tuple(settle(_grown(span, kept) for span in change.come))
        spans = sorted([*_apart_from(kept, come), *come], key=lambda span: span.start)
        left = set(spans)
        done = Change(tuple(span for span in self.found if span not in left), come)
        return replace(self, spans=tuple(spans), changes=(*self.changes, done)[-MOST_CHANGES:])


def place_of(span: Span) -> str:
    """A place as it stands in a form: "12-25"."""
    return f"{span.start}-{span.end}"


def folded(words: str) -> str:
    """Words that are the same for a person: whatever their case and the blanks between them."""
    return " ".join(words.split()).casefold()


def _over(spans: Sequence[Span], start: int, end: int) -> Iterator[Span]:
    """Those of the spans, apart and in order, that overlap a place."""
    at = bisect_right(spans, start, key=lambda span: span.end)
    while at < len(spans) and spans[at].start < end:
        yield spans[at]
        at += 1


def _apart_from(spans: Iterable[Span], others: Sequence[Span]) -> list[Span]:
    """The spans that overlap none of the others."""
    return [span for span in spans if not any(_over(others, span.start, span.end))]


def _grown(span: Span, spans: Sequence[Span]) -> Span:
    """A span together with all that it overlaps."""
    over = list(_over(spans, span.start, span.end))
    return Span(min(s.start for s in (span, *over)), max(s.end for s in (span, *over)), span.label)


def _written(spans: Iterable[Span]) -> str:
    return ".".join(f"{span.start}-{span.end}-{span.label}" for span in spans)


def _read(written: str, text: str) -> tuple[Span, ...]:
    """Spans as a form brings them back. Raises Invalid unless they lie within the text, in order and apart."""
    spans, at = [], 0
    for item in written.split(".") if written else ():
        match = _SPAN.fullmatch(item)
        if not match or not at <= int(match[1]) < int(match[2]) <= len(text):
            raise Invalid(why="spans")
        spans.append(Span(int(match[1]), int(match[2]), match[3]))
        at = spans[-1].end
    return tuple(spans)


def _changes(written: str, text: str) -> Iterator[Change]:
    for item in written.split():
        gone, _, come = item.partition("*")
        yield Change(_read(gone, text), _read(come, text))


def grouped(n: int) -> str:
    """A number with a space between its thousands."""
    return f"{n:,}".replace(",", "\N{NO-BREAK SPACE}")
