"""Finding the markers and the amounts of a sentence: a number with its unit, the bound on it and what it counts."""

import re

from samverk.answers.citations import lexicon
from samverk.answers.citations.concepts import keys
from samverk.answers.citations.facts import Quantity
from samverk.answers.citations.tokens import Token


class Marked:
    """One sentence with its markers (force, polarity, scope, bounds, openers) and its amounts found."""

    def __init__(self, number: int, tokens: list[Token]) -> None:
        self.number = number
        self.tokens = tokens
        self.meanings: list[frozenset[tuple[str, str]]] = [frozenset()] * len(tokens)  # of the marker that begins here
        self.length = [0] * len(tokens)  # of that marker, in tokens
        self.inside = [False] * len(tokens)  # a marker's later words
        self.quantity: dict[int, Quantity] = {}
        self.in_quantity: set[int] = set()
        self._find_markers()
        self._find_quantities()

    # --- markers and amounts -------------------------------------------------------------------------------------

    def _find_markers(self) -> None:
        words = [token.text.replace(".", " ").strip() for token in self.tokens]
        at = 0
        while at < len(words):
            size = 1
            for length in range(min(lexicon.LONGEST_MARKER, len(words) - at), 0, -1):
                meanings = lexicon.MARKERS.get(tuple(words[at : at + length]))
                if meanings:
                    self.meanings[at], self.length[at], size = meanings, length, length
                    self.inside[at + 1 : at + length] = [True] * (length - 1)
                    break
            at += size

    def _find_quantities(self) -> None:
        for at, token in enumerate(self.tokens):
            if at in self.in_quantity or self.inside[at] or "rate" in self._kinds(at):
                continue
            value = _value(token)
            if value is None:
                continue
            after = self.tokens[at + 1 : at + 5]
            if token.text in lexicon.ARTICLES and not (
                after and after[0].text in lexicon.UNITS and after[0].text not in {"m", "l", "h", "g", "person"}
            ):
                continue
            self._add_quantity(at, value)

    def _add_quantity(self, at: int, value: float | str) -> None:
        token = self.tokens[at]
        unit, factor, last, head = self._unit(at)
        if at and self.tokens[at - 1].text in {"kl", "klockan"}:
            unit, factor, last = "", 1, at
        if token.text in lexicon.SHARES:
            unit, factor = "percent", 1
        if token.text in lexicon.ORDINALS:
            unit, factor, last, head = (
                "nth",
                1,
                at,
                keys(self.tokens[at + 1].text) if at + 1 < len(self.tokens) else frozenset(),
            )
        elif at and self.tokens[at - 1].text in lexicon.NUMBERED:
            unit, factor, last, head = "nth", 1, at, keys(self.tokens[at - 1].text)
        if token.text in lexicon.SINGLES:
            value, unit = lexicon.SINGLES[token.text]
        if unit in {"", "clock"} and isinstance(value, float):
            clock = self._clock(at, value)
            if clock is not None:
                value, unit, head = clock, "clock", frozenset()
        if isinstance(value, float):
            value = round(value * factor, 6)
        bound = self._bound(at, last)
        words = " ".join(each.text for each in self.tokens[at : last + 1])
        self.quantity[at] = Quantity(token.start, self.tokens[last].end, value, unit, bound, head, words)
        self.in_quantity.update(range(at, last + 1))

    def _unit(self, at: int) -> tuple[str, float, int, frozenset[str]]:
        """Unit, factor to the base unit, index of the unit's token, and the keys of the counted word when there is no unit."""
        head: frozenset[str] = frozenset()
        for ahead in range(1, 6):
            if at + ahead >= len(self.tokens):
                break
            token = self.tokens[at + ahead]
            if token.text in lexicon.MONTHS:
                return (
                    ("date", float(lexicon.MONTHS[token.text]) / 100 + 1, at + ahead, head)
                    if ahead == 1
                    else ("", 1, at, head)
                )
            if token.text in lexicon.UNITS and not (token.text in {"m", "h", "l"} and ahead > 1):
                unit, factor = lexicon.UNITS[token.text]
                if unit not in {"chapter", "section", "person"}:
                    self.in_quantity.add(at + ahead)
                return unit, factor, at + ahead if ahead == 1 else at, frozenset()
            if token.kind == "number" or token.text in {"–", "-", "/", "till", "eller", "och", "½"}:
                continue  # a range shares its unit
            if token.kind != "word" or ahead > 2:
                break
            if token.text in lexicon.FUNCTION_WORDS or self.meanings[at + ahead]:
                break
            if head or not token.text.endswith(("a", "e")):
                return "", 1, at, head or keys(token.text)
            head = keys(token.text)
        return "", 1, at, head

    def _clock(self, at: int, value: float) -> float | None:
        token = self.tokens[at]
        hour, mark, minutes = token.text.partition(":" if ":" in token.text else ".")
        if mark and len(minutes) == 2 and hour.isdigit() and minutes.isdigit() and int(hour) <= 24:
            return int(hour) * 60 + float(minutes)
        before = [t.text for t in self.tokens[max(0, at - 5) : at]]
        return value * 60 if ("kl" in before or "klockan" in before) and value <= 24 else None

    def _bound(self, first: int, last: int) -> str:
        for back in range(1, 9):
            at = first - back
            if at < 0 or at in self.in_quantity:
                break
            for kind, value in self.meanings[at]:
                end = at + self.length[at]
                near = end == first or (
                    end == first - 1 and self.tokens[end].text in {"den", "de", "en", "ett", "kl", "klockan", "inte"}
                )
                if kind == "bound" and near:
                    return self._turned(at, last, value)
        for at in range(last + 1, min(last + 4, len(self.tokens))):
            for kind, value in self.meanings[at]:
                if kind == "bound after":
                    return value
        return ""

    def _turned(self, at: int, last: int, value: str) -> str:
        """A bound as it bears on the amount: "senast tre veckor före" is at least three, a range has none."""
        word = self.tokens[at].text
        after = [t.text for t in self.tokens[last + 1 : last + 3]]
        if after and (after[0] in {"före", "innan"} or after == ["i", "förväg"]):
            return {"senast": ">=", "tidigast": "<="}.get(word, value)
        if word == "från" and after and after[0] in {"till", "–", "-"}:
            return ""
        return value

    def _kinds(self, at: int) -> set[str]:
        return {kind for kind, _ in self.meanings[at]}


def _value(token: Token) -> float | str | None:
    if token.kind == "iso":
        return token.text
    if token.kind == "number":
        plain = re.sub(r"[ \u00a0\u202f]", "", token.text)
        if re.fullmatch(r"\d{1,3}(?:\.\d{3})+", plain):
            plain = plain.replace(".", "")
        try:
            return float(plain.replace(",", "."))
        except ValueError:
            return plain
    for table in (lexicon.NUMBERS, lexicon.SHARES, lexicon.ORDINALS):
        if token.text in table:
            return float(table[token.text])
    if token.text in lexicon.SINGLES:
        return 1.0
    return 1.0 if token.text in lexicon.ARTICLES else None
