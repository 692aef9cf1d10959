"""The table of one scope: one value, one token, through all its texts; and back, exactly as it was written.

`unmask(mask(x)) == x` rests on three things. Every written form has a token of its own (`[PERSON_1]`, `[PERSON_1_2]`). What in a
text already reads as a token, by the same expression that puts back, is itself a value and gets a token. And a stretch between
spans is read alone, as it will stand between tokens. Masking is repeatable: the same table and texts give the same tokens, so
that whoever stores the table may, on a conflict, take the newer one and mask again.

Pure. Knows nothing of how spans were found, of storage, or of models.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

from samverk.masking.likeness import folded
from samverk.masking.likeness import key_of as value_of
from samverk.masking.pieces import Piece, cut, with_genitives_outside
from samverk.masking.ports import Span
from samverk.masking.referents import PERSON, Referent, Referents
from samverk.masking.surrogates import alias, also_written, name_pool, stand_in
from samverk.masking.tokens import is_token, key_of, may_hold_tokens, name_of, names_with, token
from samverk.masking.unmasking import StreamUnmasker, expression

Style = Literal["token", "surrogate"]

_WORD = re.compile(r"\w[\w.:@-]*\w|\w")
_QUOTED = "TEXT"  # label of a text that reads as a surrogate


@dataclass(frozen=True, slots=True)
class Restored:
    """A text with its values put back, and the tokens in it that the table does not know."""

    text: str
    invented: tuple[str, ...] = ()


class Pseudonyms:
    """The table of one scope, that grows as texts are masked. `style` says what stands for a value: a token, or a surrogate.

    Labels that an organisation defines become known with their first value; the tokens of all others are known from the start.
    """

    def __init__(self, style: Style = "token") -> None:
        self.style = style
        self._referents = Referents()
        self._names = names_with(())
        self._seen: set[str] = set()  # words of texts, and of surrogates, that no new surrogate may hold
        self._stand_ins: dict[str, str] = {}

    def mask(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[str]:
        """The texts with each span replaced. `spans` has a row a text, half-open in its code points, in any order.

        New tokens never stand in the texts already. Raises ValueError where rows and texts differ in number.
        """
        cuts = self._cut(texts, spans)
        self._names = names_with((*self._names, *(name_of(piece.label) for piece in _closed(cuts))))
        for text in [
            piece.text for pieces in cuts for piece in pieces if not piece.label and may_hold_tokens(piece.text)
        ]:
            for match in self._tokens_in(text):
                name, number, _ = key_of(match)
                self._referents.claim(name, match["token"], number)
        self._meet(cuts)
        if self.style == "token":
            return ["".join(map(self._as_token, pieces)) for pieces in cuts]
        self._invent(cuts)
        return [self._with_stand_ins(text, pieces) for text, pieces in zip(texts, cuts, strict=True)]

    def pieces(self, text: str, spans: Sequence[Span]) -> list[tuple[Piece, int]]:
        """The text cut at its spans, each piece with the number of whom or what it speaks of; 0 for what stays open."""
        cuts = self._cut([text], [spans])
        self._meet(cuts)
        key = self._referents.key
        return [(piece, (key(piece.label, piece.text) or (0, 0))[1] if piece.label else 0) for piece in cuts[0]]

    def unmask(self, text: str, *, json: bool = False) -> Restored:
        """The text with values put back. `json`: it is the inside of JSON, such as the arguments of a tool call."""
        stream = self.stream(json=json)
        return Restored(stream.feed(text) + stream.end(), tuple(stream.invented))

    def stream(self, *, json: bool = False) -> StreamUnmasker:
        """Puts values back in one stream."""
        return StreamUnmasker(self._referents.values, self._names, self._stand_ins, json=json)

    def as_json(self) -> dict[str, Any]:
        """The table as plain data: personal data, to be kept encrypted."""
        return {
            "style": self.style,
            "names": sorted(self._names - names_with(())),
            "seen": sorted(self._seen),
            "referents": [_as_json(referent) for referent in self._referents.all],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The table that `as_json` gave."""
        table = cls(data["style"])
        table._names = names_with(data["names"])
        table._seen = set(data["seen"])
        for row in data["referents"]:
            table._referents.keep(_from_json(row))
        table._gather_stand_ins()
        return table

    def contradicts(self, other: Self) -> bool:
        """Whether a token or surrogate means another value there: two tables that grew apart, whose texts must not be mixed."""
        mine, theirs = self._referents.values, other._referents.values
        tokens = any(mine[key] != theirs[key] for key in mine.keys() & theirs.keys())
        words = self._stand_ins.keys() & other._stand_ins.keys()
        return tokens or any(self._stand_ins[word] != other._stand_ins[word] for word in words)

    def _cut(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[list[Piece]]:
        cuts = [cut(text, row) for text, row in zip(texts, spans, strict=True)]
        persons = [piece.text for piece in _closed(cuts) if piece.label == PERSON]
        words = self._referents.words.union(
            *(folded(name).replace(",", " ").split() for name in dict.fromkeys(persons))
        )
        forms = self._referents.forms.get(PERSON, {})
        return [with_genitives_outside(pieces, words, forms) for pieces in cuts]

    def _meet(self, cuts: list[list[Piece]]) -> None:
        met: dict[str, dict[str, None]] = {}
        for piece in _closed(cuts):
            met.setdefault(piece.label, {})[piece.text] = None
        for label, forms in met.items():
            self._referents.meet(label, list(forms))
        for piece in _closed(cuts):
            self._referents.use(piece.label, piece.text)

    def _tokens_in(self, text: str) -> Iterator[re.Match[str]]:
        """What in a text would be put back as a token."""
        return (match for match in expression().finditer(text) if is_token(match, self._names))

    def _token(self, label: str, form: str) -> str:
        return token(self._referents.key(label, form) or ("", 0, 0))

    def _as_token(self, piece: Piece) -> str:
        return self._token(piece.label, piece.text) if piece.label else self._quoting(piece.text)

    def _quoting(self, text: str) -> str:
        """Open text, with tokens for what would otherwise be put back in it."""
        if self._stand_ins:
            return expression(frozenset(self._stand_ins)).sub(self._quoted, text)
        return expression().sub(self._quoted, text) if may_hold_tokens(text) else text

    def _quoted(self, match: re.Match[str]) -> str:
        if match["stand_in"]:
            self._referents.claim(_QUOTED, match["stand_in"], 0)
            return self._token(_QUOTED, match["stand_in"])
        if not is_token(match, self._names):
            return match.group()
        name, number, _ = key_of(match)
        self._referents.claim(name, match["token"], number)
        return self._token(name, match["token"])

    def _invent(self, cuts: list[list[Piece]]) -> None:
        """Choose surrogates for the forms that have none, apart from every word that stands in the texts."""
        words = {word for pieces in cuts for piece in pieces for word in _WORD.findall(folded(piece.text))}
        words |= {value_of(label, form) for label, forms in self._referents.forms.items() for form in forms}
        self._seen |= (words | self._referents.words) & name_pool()
        for piece in _closed(cuts):
            referent = self._referents.use(piece.label, piece.text)
            if piece.text not in referent.stand_ins:
                self._invent_for(referent, piece.text, words)
        self._gather_stand_ins()

    def _invent_for(self, referent: Referent, form: str, words: set[str]) -> None:
        if not referent.alias and not referent.quoted:
            referent.alias = alias(referent.label, referent.forms[0], referent.number, (words, self._seen))
            self._seen.update(value_of(referent.label, part) for part in referent.alias)
        written = stand_in(referent.label, form, referent.words, referent.alias)
        referent.stand_ins[form] = "" if written in referent.stand_ins.values() else written

    def _gather_stand_ins(self) -> None:
        """All surrogates with their values. What was written goes before what a model may make of it."""
        self._stand_ins = {}
        derived: dict[str, str] = {}
        for referent in self._referents.all:
            self._stand_ins |= {written: form for form, written in referent.stand_ins.items() if written}
            derived = also_written(referent.forms, referent.words, referent.alias, referent.stand_ins) | derived
        self._stand_ins = {written: form for written, form in (derived | self._stand_ins).items() if written}

    def _with_stand_ins(self, text: str, pieces: list[Piece]) -> str:
        """The text with surrogates; with tokens where a surrogate could not be told from what stands around it."""
        masked = "".join(self._stand_in(piece) if piece.label else self._quoting(piece.text) for piece in pieces)
        return masked if self.unmask(masked).text == text else "".join(map(self._as_token, pieces))

    def _stand_in(self, piece: Piece) -> str:
        referent = self._referents.use(piece.label, piece.text)
        return referent.stand_ins.get(piece.text) or self._token(piece.label, piece.text)


def _closed(cuts: Sequence[Sequence[Piece]]) -> Iterator[Piece]:
    return (piece for pieces in cuts for piece in pieces if piece.label)


def _as_json(referent: Referent) -> dict[str, Any]:
    """A referent; what is empty is left out."""
    row = {
        "label": referent.label,
        "number": referent.number,
        "forms": referent.forms,
        "alone": referent.alone,
        "quoted": referent.quoted,
        "alias": list(referent.alias),
        "stand_ins": referent.stand_ins,
    }
    return {name: value for name, value in row.items() if value}


def _from_json(row: dict[str, Any]) -> Referent:
    return Referent(
        row["label"],
        list(row["forms"]),
        row.get("number", 0),
        alone=row.get("alone", False),
        quoted=row.get("quoted", False),
        alias=tuple(row.get("alias", ())),
        stand_ins=dict(row.get("stand_ins", {})),
    )
