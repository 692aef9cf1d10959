"""Reading a text into clauses and what each claims.

Swedish clauses are found from closed classes alone; no model, no I/O. Every length is bounded by the text's, so reading
takes linear time.
"""

from dataclasses import replace
from functools import lru_cache

from samverk.answers.citations import lexicon
from samverk.answers.citations.clauses import Parted, is_infinitive
from samverk.answers.citations.concepts import PARTICLES, keys, known, verb_roots, with_particle
from samverk.answers.citations.facts import Clause, Reading, Term
from samverk.answers.citations.roots import root
from samverk.answers.citations.tokens import masked, sentence_ranges, tokens

_ANAPHORS = frozenset(
    "den det de denna denne detta dessa dess dem deras han hon hans hennes där då här sådan sådant sådana vilket dit".split()
)
_LONGEST_SENTENCE = 150  # words and marks; what is longer is read in pieces, which keeps the time linear
_PREPOSITIONS = frozenset(
    "inom i på för vid under från till hos utan med av efter före över mot mellan genom via om".split()
)
_MUNICIPALITY = root("kommun")


@lru_cache(maxsize=64)
def read(text: str) -> Reading:
    """Read a text into clauses."""
    clean = masked(text)
    everything = tokens(clean)
    sentences = sentence_ranges(clean)
    clauses: list[Clause] = []
    headings = set()
    at = 0
    for number, (_, end) in enumerate(sentences):
        first = at
        while at < len(everything) and everything[at].start < end:
            at += 1
        found = [
            clause
            for cut in range(first, at, _LONGEST_SENTENCE)
            for clause in _Claiming(number, everything[cut : min(at, cut + _LONGEST_SENTENCE)]).clauses()
        ]
        if found and not any(t.verb for c in found for t in c.terms) and clean[end - 1] not in ".!?":
            headings.add(number)
        clauses.extend(found)
    return Reading(tuple(clauses), tuple(sentences), frozenset(headings))


class _Claiming(Parted):
    """A sentence whose clauses tell what they claim."""

    def clauses(self) -> list[Clause]:
        """The sentence's clauses that name something."""
        found: list[Clause] = []
        for kind, indexes, after_comma in self._parts():
            if not indexes:
                continue
            clause = Clause(self.number, kind, self.tokens[indexes[0]].start, self.tokens[indexes[-1]].end, after_comma)
            for at in indexes:
                self._claim(clause, at)
            if "forbid" in clause.force:
                clause.force = (clause.force - {"forbid"}) | {"let"}
                clause.negations += 1
            if found and self._governed_by_last(indexes):
                clause.force |= found[-1].force
                clause.negations += found[-1].negations
            self._bind_stray_bounds(clause)
            if clause.items() or clause.force or clause.negations:
                found.append(clause)
        return found

    def _governed_by_last(self, indexes: list[int]) -> bool:
        """Whether the clause shares the auxiliary of the one before."""
        first = self.tokens[indexes[0]].text
        return (
            first in {"och", "samt", "eller"}
            and len(indexes) > 1
            and not self.finite[indexes[1]]
            and is_infinitive(self.tokens[indexes[1]].text)
        )

    def _bind_stray_bounds(self, clause: Clause) -> None:
        """ "Klockan sex ska det senast vara klart": a bound apart from the clause's only amount bears on it."""
        for scope, bound in (("latest", "<="), ("at most", "<="), ("at least", ">=")):
            if scope in clause.scope and len(clause.quantities) == 1 and not clause.quantities[0].bound:
                clause.scope.discard(scope)
                clause.quantities[0] = replace(clause.quantities[0], bound=bound)

    def _claim(self, clause: Clause, at: int) -> None:
        token = self.tokens[at]
        if at in self.quantity:
            clause.quantities.append(self.quantity[at])
        kinds = self._mark(clause, at)
        clause.anaphoric = clause.anaphoric or token.text in _ANAPHORS
        clause.agent = clause.agent or token.text == "av"
        if (
            at in self.in_quantity
            or self.inside[at]
            or token.kind != "word"
            or kinds & {"force", "polarity", "scope", "rate", "phrase", "bound", "bound after"}
        ):
            return
        self._term(clause, at)

    def _mark(self, clause: Clause, at: int) -> set[str]:
        """Enter what the marker that begins here means for its clause; the kinds that were used."""
        used = set()
        token = self.tokens[at]
        bounded = any(i in self.quantity for i in range(at, min(at + self.length[at] + 2, len(self.tokens)))) or (
            at - 1 in self.in_quantity or at - 2 in self.in_quantity
        )
        kinds = self._kinds(at)
        for kind, value in self.meanings[at]:
            if kind in {"bound", "bound after"} and bounded:
                used.add(kind)
            if kind in {"bound", "bound after", "opener"}:
                continue
            if bounded and kind in {"scope", "polarity"} and kinds & {"bound", "bound after"}:
                used.add(kind)
                continue
            if kind == "force" and not self._governs(at):
                continue
            if kind == "person" and not self._stands_for_somebody(at):
                continue
            if kind == "relation" and at + 1 in self.in_quantity:
                continue
            if kind == "polarity":
                if "opener" in kinds and self.length[at] > 1:
                    continue
                clause.negations += 0 if self._contrasts(at) else 1
            elif kind == "phrase":
                clause.terms.append(
                    Term(
                        token.start,
                        self.tokens[at + self.length[at] - 1].end,
                        value,
                        keys(value),
                        False,
                        False,
                        root(value) in lexicon.LIGHT,
                    )
                )
            else:
                {
                    "force": clause.force,
                    "scope": clause.scope,
                    "rate": clause.rates,
                    "relation": clause.relations,
                    "person": clause.persons,
                }[kind].add(value)
            used.add(kind)
        return used

    def _stands_for_somebody(self, at: int) -> bool:
        """Whether "den", "det" or "de" is a pronoun and no article: a finite verb stands beside it."""
        if self.tokens[at].text not in {"den", "det", "de", "denna", "denne", "detta", "dessa"} or self.length[at] > 1:
            return True
        return (
            any(0 <= i < len(self.tokens) and self.finite[i] for i in (at - 1, at + 1)) and at + 1 not in self.quantity
        )

    def _governs(self, at: int) -> bool:
        """Whether a word of force bears on a verb: "får" without one means "receives"."""
        if self.tokens[at].text not in {"får", "fick", "få", "fått"}:
            return True
        return any(is_infinitive(self.tokens[i].text) for i in range(at + 1, min(at + 9, len(self.tokens))))

    def _contrasts(self, at: int) -> bool:
        """Whether "utan" means "but": after a comma and a negation."""
        if self.tokens[at].text != "utan" or at == 0:
            return False
        if self.tokens[at - 1].text != "," and not (at + 1 < len(self.tokens) and self.finite[at + 1]):
            return False
        return any(token.text in {"inte", "ej"} for token in self.tokens[:at])

    def _term(self, clause: Clause, at: int) -> None:
        word = self.tokens[at].text
        positive = without_negation(word)
        clause.negations += positive != word
        base = root(positive)
        verb = base in verb_roots()
        found = keys(positive)
        joined = False
        if verb:
            for i in range(at + 1, min(at + 5, len(self.tokens))):
                if self.tokens[i].text in PARTICLES:
                    more = with_particle(word, self.tokens[i].text)
                    joined = joined or len(more) > 1
                    found = found | more
                    break
        clause.passive = clause.passive or (verb and word.endswith("s") and not word.endswith(("ens", "ets")))
        if (word in lexicon.FUNCTION_WORDS or len(word) < 2) and not joined:
            return
        light = base in lexicon.LIGHT or (base == _MUNICIPALITY and self._only_places(at))
        token = self.tokens[at]
        around = [self.tokens[i].text if 0 <= i < len(self.tokens) else "." for i in (at - 1, at + 1)]
        actor, preposition, name = is_actor(word, base), self._preposition(at), token.capital and at > 0
        clause.terms.append(Term(token.start, token.end, word, found, actor, verb, light, preposition, name, *around))

    def _only_places(self, at: int) -> bool:
        """Whether "kommun" only says where: in the genitive, or after a preposition."""
        return self.tokens[at].text.endswith("s") or self._preposition(at) in {"i", "inom"}

    def _preposition(self, at: int) -> str:
        """The preposition before a noun, over at most two articles and adjectives."""
        for back in range(at - 1, max(-1, at - 4), -1):
            word = self.tokens[back].text
            if word in _PREPOSITIONS:
                return word
            if self.tokens[back].kind != "word" or self.finite[back] or not word.endswith(("a", "e", "n", "t", "t")):
                break
        return ""


def without_negation(word: str) -> str:
    """The word without the prefix that denies it: "outnyttjad" is what "utnyttjad" is not."""
    return word[1:] if word[0] == "o" and len(word) > 6 and known(word[1:]) and not known(word) else word


def is_actor(word: str, base: str) -> bool:
    """Whether a word names somebody who can act."""
    if word.endswith(("ens", "ets", "nas")) or (
        base in lexicon.DERIVED_ACTORS and not word.endswith(lexicon.DERIVED_ENDINGS)
    ):
        return False
    return base in lexicon.ACTORS or base.endswith(lexicon.ACTOR_ENDINGS)
