"""Whom and what a scope's texts speak of: which written form belongs to whom. Pure; knows nothing of texts or of spelling."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from samverk.masking.likeness import Words, fits, folded, key_of, name_words, without_century
from samverk.masking.tokens import Key, name_of

PERSON = "PERSON"
_CROWD = 50  # where that many bear a word in one scope, it makes nothing clear


@dataclass(slots=True, eq=False)
class Referent:
    """One person or one value, under all the forms in which it is written; the first is the main form.

    `number` is 0 until it is used. `alone`: only forms that mean exactly the same follow it, since several might be meant;
    `quoted`: it is no more than a text that reads as a token or a surrogate. `alias` is what surrogates are made of.
    """

    label: str
    forms: list[str]
    number: int = 0
    alone: bool = False
    quoted: bool = False
    words: Words = ()
    alias: tuple[str, ...] = ()
    stand_ins: dict[str, str] = field(default_factory=dict)  # surrogate by form


class Referents:
    """All of one scope."""

    def __init__(self) -> None:
        self.all: list[Referent] = []
        self.words: set[str] = set()  # folded words of persons' names
        self.forms: dict[str, dict[str, tuple[Referent, int]]] = {}  # by label and form
        self.values: dict[Key, str] = {}
        self._by_key: dict[tuple[str, str], Referent] = {}
        self._loosely: dict[tuple[str, str], list[Referent]] = {}
        self._next: dict[str, int] = {}

    def key(self, label: str, form: str) -> Key | None:
        """What the token of a form names; None where it has not been met."""
        referent, place = self.forms.get(label, {}).get(form, (None, 0))
        return (name_of(label), referent.number, place) if referent else None

    def keep(self, referent: Referent) -> None:
        """Take in a referent with its forms."""
        self.all.append(referent)
        forms, referent.forms = referent.forms, []
        for form in forms:
            self._join(referent, form)
        if referent.number:
            self._publish(referent)

    def claim(self, label: str, text: str, wish: int) -> None:
        """Take in a text that reads as a token, under its own number where that is free."""
        if text not in self.forms.get(label, {}):
            free = wish and (name_of(label), wish, 1) not in self.values
            self.keep(Referent(label, [text], wish if free else self._free(label), quoted=True))

    def meet(self, label: str, forms: Sequence[str]) -> None:
        """Find out to whom each new form belongs. They are seen together: fuller names first, whatever the order in the texts."""
        new = [form for form in dict.fromkeys(forms) if form not in self.forms.get(label, {})]
        if label != PERSON:
            for form in new:
                self._settle(label, form, self._value(label, form))
            return
        names = {form: name_words(form) for form in new}
        crowd = _by_word(names.values())
        for form in sorted(new, key=lambda form: -len(names[form])):
            self._settle(label, form, self._person(names[form], crowd))

    def use(self, label: str, form: str) -> Referent:
        """The referent of a form, numbered when it is used for the first time."""
        referent, place = self.forms[label][form]
        if not referent.number:
            referent.number = self._free(label)
            self._publish(referent)
        self.values[name_of(label), referent.number, place] = form
        return referent

    def _free(self, label: str) -> int:
        name = name_of(label)
        number = self._next.get(name, 1)
        while (name, number, 1) in self.values:
            number += 1
        self._next[name] = number
        return number

    def _publish(self, referent: Referent) -> None:
        for place, form in enumerate(referent.forms, 1):
            self.values[name_of(referent.label), referent.number, place] = form

    def _settle(self, label: str, form: str, known: Referent | bool) -> None:
        if isinstance(known, Referent):
            self._join(known, form)
        else:
            self.keep(Referent(label, [form], alone=known))

    def _join(self, referent: Referent, form: str) -> None:
        referent.forms.append(form)
        self.forms.setdefault(referent.label, {})[form] = referent, len(referent.forms)
        if referent.quoted:
            return
        if referent.label == PERSON:
            self._join_person(referent, form)
        else:
            key = key_of(referent.label, form)
            self._by_key.setdefault((referent.label, key), referent)
            if shorter := without_century(referent.label, key):
                self._loosely.setdefault((referent.label, shorter), []).append(referent)

    def _join_person(self, referent: Referent, form: str) -> None:
        words = name_words(form)
        self.words.update(folded(form).replace(",", " ").split())
        self._by_key.setdefault((PERSON, " ".join(words)), referent)
        if referent.alone:
            return
        for word in words:
            same = self._loosely.setdefault((PERSON, word), [])
            if len(same) <= _CROWD and referent not in same:
                same.append(referent)
        referent.words = max(referent.words, words, key=len)

    def _value(self, label: str, form: str) -> Referent | bool:
        """Whose value it is; otherwise whether it stays alone."""
        key = key_of(label, form)
        if same := self._by_key.get((label, key)):
            return same
        if shorter := without_century(label, key):
            taken = (label, shorter) in self._loosely  # by the same number of another century
            return False if taken else self._by_key.get((label, shorter), False)
        longer = {id(found): found for found in self._loosely.get((label, key), ())}
        return next(iter(longer.values())) if len(longer) == 1 else bool(longer)

    def _person(self, words: Words, crowd: dict[str, set[Words]]) -> Referent | bool:
        """Whose name it is, where one known person fits and no other in these texts; otherwise whether several might be meant."""
        if not words:
            return False
        if same := self._by_key.get((PERSON, " ".join(words))):
            return same
        near = {id(found): found for word in words for found in self._loosely.get((PERSON, word), ())}
        if len(near) > _CROWD:
            return True
        fitting = [found for found in near.values() if fits(words, found.words)]
        if len(fitting) != 1:
            return bool(fitting)
        if len(words) > len(fitting[0].words) and _has_rivals(words, fitting[0].words, crowd):
            return False
        return fitting[0]


def _by_word(names: Iterable[Words]) -> dict[str, set[Words]]:
    found: dict[str, set[Words]] = {}
    for words in names:
        for word in words:
            same = found.setdefault(word, set())
            if len(same) <= _CROWD:
                same.add(words)
    return found


def _has_rivals(words: Words, shorter: Words, crowd: dict[str, set[Words]]) -> bool:
    """Whether a shorter name may as well be that of somebody else who is new in these texts."""
    rivals = {rival for word in shorter for rival in crowd.get(word, ()) if len(rival) > len(shorter)}
    return len(rivals) > _CROWD or any(fits(rival, shorter) and not fits(rival, words) for rival in rivals)
