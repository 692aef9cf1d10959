"""Claims: clauses of the sentence put together with the clauses of the passage that they rest on, and what met."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from samverk.answers.citations.align import Grounding, Match
from samverk.answers.citations.facts import Clause, Quantity, Reading, Term

CONDITIONS = frozenset({"if", "unless", "before", "until", "although"})  # kinds of clauses that restrict another
_MET_PER_PARDON = 2  # so many words must be met for each that is pardoned


@dataclass(frozen=True, slots=True)
class Claim:
    """Clauses of the sentence and the clauses of the passage that they rest on, with the words that met."""

    groundings: tuple[Grounding, ...]
    grounds: tuple[Clause, ...]
    indexes: frozenset[int]
    met: frozenset[int]  # ids of the passage's terms and amounts that the sentence repeats
    pardoned: frozenset[Term] = frozenset()  # words that the tables cannot place

    @property
    def clauses(self) -> tuple[Clause, ...]:
        return tuple(g.clause for g in self.groundings)

    @property
    def matches(self) -> list[Match]:
        return [m for g in self.groundings for m in g.matches]

    @property
    def omitted(self) -> list[Term]:
        """What the grounds name and the sentence does not."""
        return [t for c in self.grounds for t in c.terms if id(t) not in self.met and not t.light]

    @property
    def omitted_amounts(self) -> list[Quantity]:
        return [q for c in self.grounds for q in c.quantities if id(q) not in self.met and q.unit != "nth"]


def claims_of(groundings: Sequence[Grounding], written: Reading) -> list[Claim]:
    """The claims of the sentence: groundings that share a ground, and the unknown words that are pardoned."""
    claims = _grouped(groundings, written)
    pardoned = _pardoned(claims)
    return [
        replace(claim, pardoned=pardoned & frozenset(t for g in claim.groundings for t in g.missing))
        for claim in claims
    ]


def _grouped(groundings: Sequence[Grounding], written: Reading) -> list[Claim]:
    """The groundings that share a ground, put together."""
    groups: list[tuple[list[Grounding], set[int]]] = []
    for grounding in groundings:
        grounds = set(grounding.rests_on)
        joined = [grounding]
        for group in [g for g in groups if g[1] & grounds]:
            groups.remove(group)
            joined = group[0] + joined
            grounds |= group[1]
        groups.append((joined, grounds))
    everything = {id(m.other) for g in groundings for m in g.matches} | {
        id(q) for g in groundings for _, q, _ in g.amounts
    }
    return [
        Claim(
            tuple(members),
            tuple(written.clauses[i] for i in sorted(grounds)),
            frozenset(grounds),
            frozenset(everything),
        )
        for members, grounds in groups
    ]


def merged(claims: list[Claim]) -> Claim:
    """All claims of the sentence as one."""
    grounds = {i: c for claim in claims for i, c in zip(sorted(claim.indexes), claim.grounds, strict=True)}
    return Claim(
        tuple(g for claim in claims for g in claim.groundings),
        tuple(grounds[i] for i in sorted(grounds)),
        frozenset(grounds),
        frozenset().union(*(claim.met for claim in claims)),
    )


def _pardoned(claims: list[Claim]) -> frozenset[Term]:
    """Words that the passage lacks, when they may be taken for other words of the passage that the tables do not know.

    Few beside what is met; nobody who acts, no name, and no word put in the place of another one in an otherwise
    unchanged wording: that is how a fact is changed, and not how a sentence is rewritten.
    """
    missing = [t for claim in claims for g in claim.groundings for t in g.missing]
    met = sum(not m.other.light for claim in claims for m in claim.matches) + sum(
        len(g.amounts) for claim in claims for g in claim.groundings
    )
    if len(missing) > met // _MET_PER_PARDON or any(term.actor or term.name for term in missing):
        return frozenset()
    if _widened(claims) or any(g.missing and g.clause.kind in CONDITIONS for claim in claims for g in claim.groundings):
        return frozenset()
    omitted = [t for claim in claims for t in claim.omitted]
    return frozenset() if any(_in_place_of(m, o) for m in missing for o in omitted) else frozenset(missing)


def _widened(claims: list[Claim]) -> bool:
    """Whether the sentence says "även" and the passage does not."""
    said = {s for claim in claims for c in claim.clauses for s in c.scope}
    return "also" in said and not any("also" in c.scope for claim in claims for c in claim.grounds)


def _in_place_of(one: Term, other: Term) -> bool:
    return one.before == other.before or one.after == other.after
