"""Municipal texts of every kind from the templates: slots filled with names, or with what only looks like names."""

import re
from collections.abc import Callable
from pathlib import Path
from random import Random

from persons_build.corpora import Mark, Text
from persons_build.people import People
from samverk.masking.persons.roles import read

TEMPLATES = Path(__file__).with_name("templates")
_SLOT = re.compile(r"\{([A-Za-z]+)('s)?\}")
_SLOTS = read(Path(__file__).with_name("slots.txt"))
_OTHER = frozenset("street streetcaps named firm mun place school inst org estate fund prize figure club".split())
_PERSON = frozenset("p full first last rev init caps low lowfirst lowlast".split())


class Made:
    """Fills templates from the lists of the shared data, by one random generator."""

    def __init__(self, data: Path, seed: str) -> None:
        lists = data / "masking" / "lists"
        self.random = Random(seed)
        self._people = People(lists)
        self._streets = sorted(set((lists / "gaz_streetnames.csv").read_text("utf-8").split("\n")) - {""})
        towns = [line.split(",")[1] for line in (lists / "kommuner.csv").read_text("utf-8").splitlines()[1:]]
        self._towns = sorted(town.removesuffix(" kommun") for town in towns)
        self._places = sorted(
            {line.split(",")[1] for line in (lists / "postal.csv").read_text("utf-8").splitlines()[1:]}
        )
        self._slots = self._table()

    def texts(self, rounds: int, keep: Callable[[str], bool] = lambda _: True) -> list[Text]:
        """Each kept template `rounds` times, joined to others now and then as a document joins its parts."""
        templates = [(template, name) for template, name in templates_of() if keep(template)]
        made = []
        for _ in range(rounds):
            self.random.shuffle(templates)
            at = 0
            while at < len(templates):
                step = self.random.choice((1, 1, 2, 3))
                made.append(self._joined([template for template, _ in templates[at : at + step]]))
                at += step
        return made

    def _joined(self, templates: list[str]) -> Text:
        text, marks = "", []
        for number, template in enumerate(templates):
            text += self.random.choice((" ", "\n", "\n", "\n\n")) if number else ""
            part, found = self.fill(template)
            marks += [(start + len(text), end + len(text), sort) for start, end, sort in found]
            text += part
        if self.random.random() < 0.04:
            text = text.upper() if len(text.upper()) == len(text) else text
        elif self.random.random() < 0.03:
            text = text.lower()
        return Text(text, tuple(marks), templates[0])

    def slot(self, name: str) -> str:
        """A value for the slot."""
        return self._slots[name]()

    def fill(self, template: str) -> tuple[str, list[Mark]]:
        """The template with its slots filled, and where the names and the other names stand."""
        pieces, marks, length, at = [], [], 0, 0
        for slot in _SLOT.finditer(template):
            value = self._slots[slot[1]]()
            if slot[2] and value[-1].lower() not in "sxz":
                value += "s"
            before = template[at : slot.start()]
            start = length + len(before)
            sort = "P" if slot[1] in _PERSON else "X" if slot[1] in _OTHER else ""
            if sort == "P" and before == " " and marks and marks[-1][1:] == (length, "P"):
                marks[-1] = (marks[-1][0], start + len(value), "P")
            elif sort:
                marks.append((start, start + len(value), sort))
            pieces += [before, value]
            length, at = start + len(value), slot.end()
        return "".join([*pieces, template[at:]]), marks

    def _table(self) -> dict[str, Callable[[], str]]:
        pick, number, people = self.random.choice, self.random.randint, self._people
        table: dict[str, Callable[[], str]] = {
            slot: lambda words=words: pick(words).replace("_", " ")  # type: ignore[misc]
            for slot, words in _SLOTS.items()
        }
        return table | {
            "p": lambda: people.any(self.random),
            "full": lambda: people.full(self.random),
            "first": lambda: people.first(self.random),
            "last": lambda: people.last(self.random),
            "rev": lambda: people.reversed(self.random),
            "init": lambda: people.initial(self.random),
            "caps": lambda: people.full(self.random).upper(),
            "low": lambda: people.full(self.random).lower(),
            "lowfirst": lambda: people.first(self.random).lower(),
            "lowlast": lambda: people.last(self.random).lower(),
            "street": lambda: pick(self._streets),
            "streetcaps": lambda: pick(self._streets).upper(),
            "mun": lambda: pick(self._towns),
            "place": lambda: pick((pick(self._places), pick(self._towns))),
            "school": lambda: (pick(_SLOTS["+stem"]) + pick(_SLOTS["+site"])).replace("_", " "),
            "num": lambda: str(number(1, 10 ** number(1, 5))),
            "named": lambda: self._form("+named"),
            "firm": lambda: self._form("+firm"),
            "club": lambda: self._form("+club"),
            "Noun": lambda: self._slots["noun"]().capitalize(),
            "money": lambda: f"{number(1, 900)} {number(100, 999)} kr",
            "tel": lambda: f"07{number(0, 9)}-{number(100, 999)} {number(10, 99)} {number(10, 99)}",
            "pnr": lambda: f"{number(1920, 2022)}{number(10, 12)}{number(10, 28)}-{number(1000, 9999)}",
            "dob": lambda: f"{number(1920, 2022)}-{number(10, 12)}-{number(10, 28)}",
            "date": self._date,
            "time": lambda: f"{number(7, 19)}.{number(10, 59)}",
            "case": lambda: f"{pick(('KS', 'BUN', 'SN'))} {number(2015, 2026)}/{number(1, 9999)}",
            "mail": self._mail,
        }  # fmt: skip

    def _form(self, slot: str) -> str:
        """One of the slot's forms, filled."""
        return self.fill(self.random.choice(_SLOTS[slot]).replace("_", " "))[0]

    def _date(self) -> str:
        day, month, year = self.random.randint(1, 28), self.random.randint(10, 12), self.random.randint(2010, 2026)
        return self.random.choice(
            (f"{day}/{month}", f"{year}-{month}-{day:02}", f"{day} {self.random.choice(_SLOTS['month'])}")
        )

    def _mail(self) -> str:
        words = f"{self._people.first(self.random)}.{self._people.last(self.random)}"
        return f"{words.lower().replace(' ', '')}@example.com"


def templates_of() -> list[tuple[str, str]]:
    """Every template with the kind of text it belongs to, in a fixed order."""
    found = []
    for file in sorted(TEMPLATES.glob("*.txt")):
        lines = [line for line in file.read_text("utf-8").splitlines() if line]
        found += [(line.replace("\\n", "\n").replace("\\t", "\t"), file.stem) for line in lines]
    return found
