"""What a clause claims: its content words, amounts, force, polarity, scope, kind, persons. Shapes only."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Term:
    """A content word and the keys under which it meets others."""

    start: int
    end: int
    text: str
    keys: frozenset[str]
    actor: bool
    verb: bool
    light: bool = False  # claims nothing by itself
    preposition: str = ""  # that stands before it
    name: bool = False  # capital letter inside a sentence
    before: str = ""  # the word or mark on its left and on its right
    after: str = ""


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount in its base unit with the bound on it. `head` holds the keys of what is counted, when there is no unit.

    `words` are the amount as it is written, for a person to read.
    """

    start: int
    end: int
    value: float | str
    unit: str
    bound: str = ""
    head: frozenset[str] = frozenset()
    words: str = field(default="", compare=False)

    def __str__(self) -> str:
        return self.words


@dataclass(slots=True)
class Clause:
    """What one clause claims. `kind` is `main` or the kind of its opener; `sentence` counts from 0 in the text."""

    sentence: int
    kind: str = "main"
    start: int = 0
    end: int = 0
    after_comma: bool = False
    terms: list[Term] = field(default_factory=list)
    quantities: list[Quantity] = field(default_factory=list)
    force: set[str] = field(default_factory=set)
    negations: int = 0
    scope: set[str] = field(default_factory=set)
    rates: set[str] = field(default_factory=set)
    relations: set[str] = field(default_factory=set)
    persons: set[str] = field(default_factory=set)
    anaphoric: bool = False
    passive: bool = False
    agent: bool = False  # holds "av"

    def items(self) -> int:
        """How many things the clause names."""
        return sum(not term.light for term in self.terms) + len(self.quantities)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as clauses, in order, and its sentences as character ranges. `headings` are sentences that only name a topic."""

    clauses: tuple[Clause, ...]
    sentences: tuple[tuple[int, int], ...]
    headings: frozenset[int]
