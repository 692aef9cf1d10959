"""Makes names: of the lists, frequent and rare alike, and of none, so that the model does not lean on lists alone."""

import csv
from bisect import bisect
from itertools import accumulate
from pathlib import Path
from random import Random

from samverk.masking.persons.roles import read

_PARTS = read(Path(__file__).with_name("slots.txt"))


class People:
    """A source of names, drawn by a random generator that the caller owns."""

    def __init__(self, lists: Path) -> None:
        self._first = _Weighted([*_rows(lists / "tilltalsnamn-kvinnor.csv"), *_rows(lists / "tilltalsnamn-man.csv")])
        self._last = _Weighted(_rows(lists / "efternamn1000.csv"))
        listed = [line.strip() for line in (lists / "gaz_surname.csv").read_text("utf-8").splitlines()]
        self._rare = sorted({name for name in listed if name and " " not in name})

    def first(self, random: Random) -> str:
        """A first name: half by how many bear it, the rest rare ones, double ones and made ones."""
        dice = random.random()
        if dice < 0.6:
            return self._first.frequent(random)
        if dice < 0.90:
            return self._first.any(random)
        if dice < 0.98:
            return f"{self._first.frequent(random)}-{self._first.frequent(random)}"
        return _made(random)

    def last(self, random: Random) -> str:
        """A surname: frequent, rare, Swedish made of two parts, foreign made, with a particle, or double."""
        dice = random.random()
        if dice < 0.45:
            return self._last.frequent(random)
        if dice < 0.80:
            return random.choice(self._rare)
        if dice < 0.86:
            return random.choice(_PARTS["+head"]) + random.choice(_PARTS["+tail"])
        if dice < 0.89:
            return _made(random) + random.choice(_PARTS["+ending"])
        if dice < 0.91:
            return f"{random.choice(_PARTS['+particle'])} {random.choice(self._rare)}"
        if dice < 0.96:
            return f"{self._last.frequent(random)}-{self._last.any(random)}"
        return f"{random.choice(self._rare)} {self._last.frequent(random)}"

    def full(self, random: Random) -> str:
        """First name, now and then two, and surname."""
        second = f" {self._first.frequent(random)}" if random.random() < 0.1 else ""
        return f"{self.first(random)}{second} {self.last(random)}"

    def reversed(self, random: Random) -> str:
        """Surname, comma, first name."""
        return f"{self.last(random)}, {self.first(random)}"

    def initial(self, random: Random) -> str:
        """An initial or two and the surname."""
        letters = random.choice(["{}.", "{}.", "{}. {}.", "{}.{}.", "{}"])
        return f"{letters.format(self.first(random)[0], self.first(random)[0])} {self.last(random)}"

    def any(self, random: Random) -> str:
        """A person in one of the forms that a form or a journal uses."""
        dice = random.random()
        if dice < 0.62:
            return self.full(random)
        if dice < 0.8:
            return self.reversed(random)
        return self.initial(random)


class _Weighted:
    def __init__(self, rows: list[tuple[str, int]]) -> None:
        ordered = sorted(rows)
        self._names = [name for name, _ in ordered]
        self._sums = list(accumulate(weight for _, weight in ordered))

    def frequent(self, random: Random) -> str:
        return self._names[bisect(self._sums, random.randrange(self._sums[-1]))]

    def any(self, random: Random) -> str:
        return random.choice(self._names)


def _rows(file: Path) -> list[tuple[str, int]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return [(name, int(persons)) for name, persons in list(csv.reader(lines))[1:]]


def _made(random: Random) -> str:
    return "".join(random.choice(_PARTS["+syllable"]) for _ in range(random.choice((2, 2, 3)))).capitalize()
