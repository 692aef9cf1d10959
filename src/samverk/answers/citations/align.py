"""Aligning a sentence with a passage: verbatim by words, or claim by claim through the keys of content words.

Gives groundings: which clauses of the passage a clause of the sentence rests on, and which words met which. It judges
nothing; `rules.py` does.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from samverk.answers.citations.concepts import agree, parts
from samverk.answers.citations.facts import Clause, Quantity, Reading, Term
from samverk.answers.citations.tokens import masked, tokens

_ENDS = ".!?…\n•"
_BETWEEN = (
    ' \t\r"”“’»«)]>*_#|0123456789–-\u00a0'  # what may stand between a sentence's end and the next one's first word
)
_HARMLESS = frozenset("att en ett den det de så dock alltså sig och/eller".split())
_MOST_PLACES = 50  # where the same words stand more often, the first places decide
_CANDIDATES = 4  # sentences that are aligned in full
_REACH = 1  # how many sentences apart two claims of one sentence may lie


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Where the sentence stands word for word, and whether it is whole there: no sentence of the passage is cut short."""

    start: int
    end: int
    whole: bool


def verbatim(sentence: str, passage: str) -> Verbatim | None:
    """The sentence's words, in order and without a gap, in the passage; letters' case, marks and harmless words apart."""
    exact = _exact(sentence.strip(), passage)
    if exact:
        return exact
    text = masked(passage)
    wanted = [t.text for t in tokens(masked(sentence)) if _counts(t.text, t.kind)]
    there = [t for t in tokens(text) if _counts(t.text, t.kind)]
    if not wanted or not any(any(c.isalnum() for c in w) for w in wanted):
        return None
    found = None
    for at in islice(_runs(wanted, [t.text for t in there]), _MOST_PLACES):
        start, end = there[at].start, there[at + len(wanted) - 1].end
        whole = opens(text, start) and closes(text, end)
        found = Verbatim(start, end, whole)
        if whole:
            break
    return found


def _exact(sentence: str, passage: str) -> Verbatim | None:
    if not any(c.isalnum() for c in sentence):
        return None
    at = passage.find(sentence)
    for _ in range(_MOST_PLACES):
        if at < 0:
            break
        end = at + len(sentence)
        if opens(passage, at) and (sentence[-1] in ".!?…:" or closes(passage, end)):
            return Verbatim(at, end, whole=True)
        at = passage.find(sentence, at + 1)
    return None


def opens(text: str, at: int) -> bool:
    """Whether a sentence may begin here: at the start, after a sentence's end, or on a new line."""
    before = text[max(0, at - 30) : at].rstrip(_BETWEEN)
    return before[-1] in _ENDS if before else at <= 30


def closes(text: str, at: int) -> bool:
    """Whether a sentence may end here."""
    after = text[at : at + 30].lstrip(_BETWEEN.replace("0123456789", "").replace("–-", ""))
    return after[0] in _ENDS + ":" if after else at + 30 >= len(text)


def _counts(text: str, kind: str) -> bool:
    return (kind != "mark" or text in "%§€°") and text not in _HARMLESS


def _runs(wanted: Sequence[str], there: Sequence[str]) -> Iterable[int]:
    """Where the wanted words begin in the other ones. Joined into one string, so that the search is the library's own."""
    needle = "\0" + "\0".join(wanted) + "\0"
    hay = "\0" + "\0".join(there) + "\0"
    at, words, counted = hay.find(needle), 0, 0
    while at >= 0:
        words += hay.count("\0", counted, at)
        counted = at
        yield words
        at = hay.find(needle, at + 1)


@dataclass(slots=True)
class Match:
    """A word of the sentence with its counterpart. `contrary` counts as a negation; `clause` is the counterpart's index."""

    term: Term
    other: Term
    clause: int
    contrary: bool = False
    context: bool = False


@dataclass(slots=True)
class Grounding:
    """A clause of the sentence and the clauses of the passage that it rests on (indexes), with what met and what did not."""

    clause: Clause
    rests_on: set[int] = field(default_factory=set)
    primary: int = -1
    matches: list[Match] = field(default_factory=list)
    missing: list[Term] = field(default_factory=list)
    amounts: list[tuple[Quantity, Quantity, int]] = field(default_factory=list)
    missing_amounts: list[Quantity] = field(default_factory=list)
    borrowed: set[int] = field(default_factory=set)  # clauses that lend a subject or topic only


class Index:
    """The passage's clauses, found by the keys of their words."""

    def __init__(self, passage: Reading) -> None:
        self.reading = passage
        self.clauses = passage.clauses
        self.by_key: dict[str, list[int]] = defaultdict(list)
        self.by_sentence: dict[int, list[int]] = defaultdict(list)
        for number, clause in enumerate(self.clauses):
            self.by_sentence[clause.sentence].append(number)
            for term in clause.terms:
                for key in term.keys:
                    self.by_key[key].append(number)

    def ground(self, clauses: Sequence[Clause]) -> list[Grounding]:
        """The best grounding of each clause of the sentence, near each other in the passage where that costs nothing."""
        scores = [self._scores(clause) for clause in clauses]
        total: Counter[int] = Counter()
        for score in scores:
            total.update(score)
        shared = [number for number, _ in total.most_common(_CANDIDATES)]
        best = []
        for clause, score in zip(clauses, scores, strict=True):
            candidates = dict.fromkeys([*shared, *(number for number, _ in score.most_common(_CANDIDATES))])
            found = [self._align(clause, number) for number in candidates]
            found.sort(key=lambda g: (len(g.missing) + len(g.missing_amounts), len(g.borrowed), self._cost(g)))
            best.append(found)
        return self._agree(best, shared)

    def _agree(self, best: list[list[Grounding]], shared: list[int]) -> list[Grounding]:
        """One grounding a clause: first in the sentence that serves all of them, elsewhere only if that serves better."""
        for number in shared:
            here = [next((g for g in found if self._sentence(g) == number), None) for found in best]
            if here and all(g is not None and not g.missing and not g.missing_amounts for g in here):
                return [g for g in here if g is not None]
        return [found[0] for found in best if found]

    def _sentence(self, grounding: Grounding) -> int:
        return self.clauses[grounding.primary].sentence if grounding.primary >= 0 else -1

    def _cost(self, grounding: Grounding) -> float:
        """What the clauses rested on say beyond the sentence."""
        used = sum(self.clauses[i].items() for i in grounding.rests_on)
        return used - len(grounding.matches) - len(grounding.amounts)

    def _scores(self, clause: Clause) -> Counter[int]:
        """How many of the clause's words and amounts each sentence of the passage holds."""
        score: Counter[int] = Counter()
        for term in clause.terms:
            score.update({self.clauses[i].sentence for key in term.keys for i in self.by_key.get(key, ())})
        if clause.quantities:
            wanted = {q.value for q in clause.quantities}
            score.update({c.sentence for c in self.clauses if any(q.value in wanted for q in c.quantities)})
        return score

    # --- one clause in one sentence of the passage ---------------------------------------------------------------

    def _align(self, clause: Clause, sentence: int) -> Grounding:
        here = self.by_sentence[sentence]
        context = self._context(sentence)
        options = {id(term): self._options(term, clause, here) for term in clause.terms}
        amounts = {
            id(q): [(other, i) for i in here for other in self.clauses[i].quantities if same_amount(q, other)]
            for q in clause.quantities
        }
        votes: Counter[int] = Counter()
        for found in options.values():
            votes.update({match.clause for match in found})
        for pairs in amounts.values():
            votes.update({i for _, i in pairs})
        grounding = Grounding(clause)
        if votes:
            grounding.primary = max(
                votes,
                key=lambda i: (
                    votes[i],
                    self.clauses[i].kind == clause.kind,
                    votes[i] / (1 + self.clauses[i].items()),
                    -i,
                ),
            )
        for term in clause.terms:
            self._choose(grounding, term, options[id(term)] or self._options(term, clause, context, borrowed=True))
        for quantity in clause.quantities:
            self._choose_amount(grounding, quantity, amounts[id(quantity)])
        self._rest(grounding)
        return grounding

    def _context(self, sentence: int) -> list[int]:
        """Clauses that may lend a topic: the heading or lead-in above, and the sentence before when a pronoun points back."""
        found = []
        if any(self.clauses[i].anaphoric for i in self.by_sentence[sentence]):
            found += self.by_sentence.get(sentence - 1, [])
        above = [number for number in self.reading.headings if number < sentence]
        if above:
            found += self.by_sentence.get(max(above), [])
        if sentence not in found and 0 in self.reading.headings and sentence > 0:
            found += self.by_sentence.get(0, [])
        return found

    def _options(self, term: Term, clause: Clause, where: Sequence[int], *, borrowed: bool = False) -> list[Match]:
        """The words that may stand for the term, best first."""
        found = []
        for i in where:
            for other in self.clauses[i].terms:
                agreement = agree(term.keys, other.keys)
                if agreement is not None:
                    found.append(Match(term, other, i, contrary=not agreement, context=borrowed))
        return found or self._compounds(term, clause, where, borrowed=borrowed)

    def _compounds(self, term: Term, clause: Clause, where: Sequence[int], *, borrowed: bool) -> list[Match]:
        """Matches of a compound with the phrase that says the same, either way round."""
        found = []
        for modifier, head in parts(term.text):
            for i in where:
                heads = [other for other in self.clauses[i].terms if not head.isdisjoint(other.keys)]
                if heads and any(
                    not modifier.isdisjoint(o.keys) for j in where for o in self.clauses[j].terms if o is not heads[0]
                ):
                    found.append(Match(term, heads[0], i, context=borrowed))
        if found:
            return found
        return [
            Match(term, other, i, context=borrowed)
            for i in where
            for other in self.clauses[i].terms
            if self._within(term, other, clause)
        ]

    def _within(self, term: Term, other: Term, clause: Clause) -> bool:
        """Whether the term is the head of a compound that it points back to, or a part with the other part beside it."""
        for modifier, head in parts(other.text):
            if not head.isdisjoint(term.keys):
                if (
                    any(not modifier.isdisjoint(t.keys) for t in clause.terms if t is not term)
                    or definite(term.text)
                    or term.verb
                ):
                    return True
            elif not modifier.isdisjoint(term.keys) and any(
                not head.isdisjoint(t.keys) for t in clause.terms if t is not term
            ):
                return True
        return False

    def _choose(self, grounding: Grounding, term: Term, options: list[Match]) -> None:
        if not options:
            if not term.light:
                grounding.missing.append(term)
            return
        grounding.matches.append(
            min(options, key=lambda m: (m.clause != grounding.primary, m.contrary, abs(m.clause - grounding.primary)))
        )

    def _choose_amount(self, grounding: Grounding, quantity: Quantity, pairs: list[tuple[Quantity, int]]) -> None:
        if not pairs:
            grounding.missing_amounts.append(quantity)
            return
        other, i = min(
            pairs,
            key=lambda pair: (
                pair[1] != grounding.primary,
                pair[0].bound != quantity.bound,
                abs(pair[1] - grounding.primary),
            ),
        )
        grounding.amounts.append((quantity, other, i))

    def _rest(self, grounding: Grounding) -> None:
        """Split the touched clauses into those rested on and those that only lend a word from earlier in the sentence."""
        touched = {m.clause for m in grounding.matches if not m.context} | {i for _, _, i in grounding.amounts}
        grounding.borrowed = {m.clause for m in grounding.matches if m.context}
        for i in touched:
            met = sum(m.clause == i and not m.other.light for m in grounding.matches) + sum(
                j == i for _, _, j in grounding.amounts
            )
            elliptic = (
                i < grounding.primary
                and met < self.clauses[i].items()
                and not any(j == i for _, _, j in grounding.amounts)
            )
            (grounding.borrowed if elliptic else grounding.rests_on).add(i)


def same_amount(one: Quantity, other: Quantity) -> bool:
    """Whether two amounts are one: value, unit, and what is counted. Bounds are left to the rules."""
    if one.value != other.value or one.unit != other.unit:
        return _age(one) is not None and _age(one) == _age(other)
    return not (one.head and other.head) or agree(one.head, other.head) is True


def _age(amount: Quantity) -> float | None:
    """The amount in months when it may be an age: "över 80" is said for "över 80 år"."""
    if not isinstance(amount.value, float) or amount.head:
        return None
    if amount.unit == "month":
        return amount.value
    return amount.value * 12 if not amount.unit and amount.bound and 6 <= amount.value <= 110 else None


def definite(word: str) -> bool:
    """Whether a noun looks definite, and so points back to something named."""
    return word.endswith(("en", "et", "an", "na", "ns", "ts"))
