"""The rules: what a sentence claims and what the passage claims in, objections out. Pure.

Each rule looks at one claim and answers with what does not agree. A paraphrase is supported when no rule objects; when
in doubt, a rule objects.
"""

from collections.abc import Callable, Iterable, Iterator

from samverk.answers.citations import lexicon
from samverk.answers.citations.align import Grounding
from samverk.answers.citations.claims import CONDITIONS, Claim, merged
from samverk.answers.citations.facts import Clause, Quantity, Reading, Term
from samverk.answers.citations.findings import Reason
from samverk.answers.citations.wording import exchange, unanswered

_REACH = 2  # sentences apart that the claims of one sentence may lie
_LEAST_COVER = 0.4  # share of a clause rested on that the sentence must repeat
# Which forces may stand for each other: (affirmed pairs, denied pairs). `none` is a plain statement.
_SAME_FORCE = frozenset(
    frozenset(pair.split("~"))
    for pair in "must~none must~need need~none can~let let~right right~none risk~can can~none let~none".split()
)
_SAME_DENIED = frozenset(frozenset(pair.split("~")) for pair in "must~let must~none can~let let~right let~none".split())
_OPPOSED = ({"från", "till"}, {"före", "efter"}, {"med", "utan"}, {"över", "under"}, {"för", "mot"})
_TIMES = frozenset({"minute", "day", "working day", "month", "date", "clock"})
# Scope that may be left out without changing what is claimed, and that which may be added.
_DROPPABLE = frozenset({"also", "or", "all", "both", "always", "wholly", "instead", "often"})
_ADDABLE = frozenset({"also", "both", "instead"})
# Scope words that say the same.
_SAME_SCOPE = {"exceptionally": "sometimes"}


def objections(claims: list[Claim], written: Reading) -> Iterator[Reason]:
    """Everything that does not agree between the sentence's claims and the passage."""
    whole = merged(claims)
    for claim in claims:
        for rule in _RULES:
            found = list(rule(claim))
            if found and rule in _MOVABLE and not list(rule(whole)):
                continue
            yield from found
    yield from _conditions_kept(claims, written)
    yield from _near(claims)


def wording_kept(sentence: str, window: str) -> Iterator[Reason]:
    """In the passage's own wording, no word may be exchanged for one that says something else."""
    found = exchange(sentence, window)
    changed = unanswered(found) if found is not None else []
    if changed:
        yield Reason("changed", {"words": ", ".join(dict.fromkeys(changed))})


def words_of(terms: Iterable[Term | Quantity]) -> str:
    """Words and amounts as a reason names them."""
    return ", ".join(dict.fromkeys(t.text if isinstance(t, Term) else str(t) for t in terms))


# --- the rules of one claim ------------------------------------------------------------------------------------------


def _everything_found(claim: Claim) -> Iterator[Reason]:
    missing = [t for g in claim.groundings for t in g.missing if t not in claim.pardoned]
    if missing:
        yield Reason("not_found", {"words": words_of(missing)})
    amounts = [q for g in claim.groundings for q in g.missing_amounts]
    if amounts:
        yield Reason("number", {"words": words_of(amounts)})


def _amounts_agree(claim: Claim) -> Iterator[Reason]:
    differing = [q for g in claim.groundings for q, other, _ in g.amounts if not _same_bound(q, other)]
    if differing:
        yield Reason("number", {"words": words_of(differing)})
    if claim.omitted_amounts:
        yield Reason("omitted", {"words": words_of(claim.omitted_amounts)})
    for unit in {q.unit for g in claim.groundings for q, _, _ in g.amounts}:
        order = [other.start for g in claim.groundings for q, other, _ in g.amounts if q.unit == unit]
        if order != sorted(order):
            yield Reason("number", {"words": words_of(q for g in claim.groundings for q, _, _ in g.amounts)})


def _same_bound(one: Quantity, other: Quantity) -> bool:
    """Whether the bounds agree: "har tio dagar på sig" and "inom tio dagar" do."""
    return one.bound == other.bound or (one.unit in _TIMES and {one.bound, other.bound} == {"", "<="})


def _nothing_joined(claim: Claim) -> Iterator[Reason]:
    """A mix of two facts takes a word from one clause and leaves the word that stood in its place in the other."""
    omitted = claim.omitted
    spare = len(claim.pardoned)
    borrowed = any(g.borrowed for g in claim.groundings)
    for clause in claim.grounds:
        left = [t for t in clause.terms if id(t) not in claim.met and not t.light and not t.actor]
        if len(left) > spare and 1 - (len(left) - spare) / clause.items() < _LEAST_COVER:
            yield Reason("joined", {"words": words_of(left)})
            return
    if len(omitted) > spare + (not borrowed) and (borrowed or len(claim.grounds) > 1):
        yield Reason("joined", {"words": words_of(omitted)})


def _force_agrees(claim: Claim) -> Iterator[Reason]:
    said = _forces(claim.clauses)
    written = _forces(claim.grounds)
    denied = bool(sum(c.negations for c in claim.grounds) % 2)
    pairs = _SAME_DENIED if denied else _SAME_FORCE
    for one, others in ((said, written), (written, said)):
        for force in one:
            if force not in others and not any(frozenset({force, other}) in pairs for other in others):
                yield Reason("modality", {"sentence": ", ".join(sorted(said)), "passage": ", ".join(sorted(written))})
                return


def _forces(clauses: Iterable[Clause]) -> frozenset[str]:
    """What the clauses demand or allow. "Ska få" and "ska ha möjlighet" demand for one what they allow the other."""
    forces = frozenset().union(*(c.force for c in clauses))
    if "must" in forces and forces & {"can", "let"}:
        forces = forces - {"can", "let"}
    return forces or frozenset({"none"})


def _polarity_agrees(claim: Claim) -> Iterator[Reason]:
    said = sum(c.negations for c in claim.clauses) + sum(m.contrary for m in claim.matches)
    if (said - sum(c.negations for c in claim.grounds)) % 2:
        yield Reason("negation")


def _scope_agrees(claim: Claim) -> Iterator[Reason]:
    said = {_SAME_SCOPE.get(s, s) for c in claim.clauses for s in c.scope}
    written = {_SAME_SCOPE.get(s, s) for c in claim.grounds for s in c.scope}
    added, dropped = said - written - _ADDABLE, written - said - _DROPPABLE
    rates = {r for c in claim.clauses for r in c.rates} ^ {r for c in claim.grounds for r in c.rates}
    if added or dropped or rates:
        yield Reason("scope", {"words": ", ".join(sorted(added | dropped | rates))})


def _condition_agrees(claim: Claim) -> Iterator[Reason]:
    """What is a condition on one side is not the consequence on the other."""
    said, written = {c.kind for c in claim.clauses} & CONDITIONS, {c.kind for c in claim.grounds} & CONDITIONS
    stated = any(c.kind in {"main", "which"} for c in claim.grounds)
    if not any(c.items() for c in claim.clauses):
        return  # "vid behov", "när det behövs"
    unmet = {c.kind for c in claim.grounds if any(id(t) not in claim.met for t in c.terms if not t.light)}
    if (said and not written and not stated) or (said and written and (said - written or (written - said) & unmet)):
        yield Reason("condition", {"words": ", ".join(sorted(said ^ written))})
    for grounding in claim.groundings:
        kinds = {claim_clause.kind for claim_clause in claim.grounds}
        if kinds and grounding.clause.kind == "main" and kinds <= CONDITIONS:
            yield Reason("condition", {"words": ", ".join(sorted(kinds))})
            return


def _roles_agree(claim: Claim) -> Iterator[Reason]:
    """The actors stand in the same order, or the other way round when one side is passive."""
    said = {p for c in claim.clauses for p in c.persons}
    written = {p for c in claim.grounds for p in c.persons}
    left = [t for t in claim.omitted if t.actor]
    addressed = all(not t.keys.isdisjoint(lexicon.ADDRESSEES) for t in left)
    passive = any(c.passive for c in claim.clauses) and not said
    if left and not passive and not ("second" in said and addressed):
        yield Reason("role", {"words": words_of(left)})
    elif _swapped_person(said, written):
        yield Reason("role", {"words": ", ".join(sorted(said ^ written))})
    elif any(_swapped_actors(grounding, claim) for grounding in claim.groundings):
        yield Reason("role", {"words": words_of(m.term for m in claim.matches if m.term.actor)})


def _swapped_person(said: set[str], written: set[str]) -> bool:
    return bool(said and written and not said & written)


def _swapped_actors(grounding: Grounding, claim: Claim) -> bool:
    pairs = sorted((m.term.start, m.other.start) for m in grounding.matches if m.term.actor and m.other.actor)
    order = [other for _, other in pairs]
    if order == sorted(order):
        return False
    return (grounding.clause.passive or grounding.clause.agent) == any(c.passive or c.agent for c in claim.grounds)


def _relations_agree(claim: Claim) -> Iterator[Reason]:
    said = {r for c in claim.clauses for r in c.relations}
    written = {r for c in claim.grounds for r in c.relations}
    for pair in lexicon.CONTRARY:
        for one, other in (pair, pair[::-1]):
            if one in said and other in written and one not in written:
                yield Reason("relation", {"words": f"{one}, {other}"})
    for match in claim.matches:
        signs = {match.term.preposition, match.other.preposition}
        if signs in _OPPOSED:
            yield Reason("relation", {"words": f"{match.term.preposition} {match.term.text}"})


_RULES: tuple[Callable[[Claim], Iterator[Reason]], ...] = (
    _everything_found,
    _amounts_agree,
    _nothing_joined,
    _force_agrees,
    _polarity_agrees,
    _scope_agrees,
    _condition_agrees,
    _roles_agree,
    _relations_agree,
)


# What a paraphrase may move from one clause to another: it must hold for the sentence as a whole.
_MOVABLE = (_force_agrees, _scope_agrees, _polarity_agrees)


# --- the rules of all claims together --------------------------------------------------------------------------------


def _conditions_kept(claims: list[Claim], written: Reading) -> Iterator[Reason]:
    """A condition or a restriction beside a clause that is rested on may not be left out."""
    used = {i for claim in claims for i in claim.indexes}
    said = {c.kind for claim in claims for c in claim.clauses} | {
        s for claim in claims for c in claim.clauses for s in c.scope
    }
    if any(written.clauses[i].kind == "unless" for i in used) and not said & {"unless", "if", "except", "usually"}:
        yield Reason("condition", {"words": "unless"})
    met = {i for claim in claims for i in claim.met}
    for i in sorted(used):
        for j in (i - 1, i + 1):
            if j in used or not 0 <= j < len(written.clauses):
                continue
            beside = written.clauses[j]
            restricts = beside.kind in CONDITIONS or (beside.kind == "which" and not beside.after_comma)
            if beside.sentence != written.clauses[i].sentence or not restricts:
                continue
            if any(id(t) not in met for t in beside.terms if not t.light) or any(
                id(q) not in met for q in beside.quantities
            ):
                yield Reason("condition", {"words": words_of([*beside.terms, *beside.quantities])})
                return


def _near(claims: list[Claim]) -> Iterator[Reason]:
    """The claims of one sentence lie in neighbouring sentences of the passage."""
    sentences = sorted({c.sentence for claim in claims for c in claim.grounds})
    if sentences and sentences[-1] - sentences[0] > _REACH:
        yield Reason("joined", {"words": words_of(t for claim in claims for c in claim.grounds for t in c.terms)})
