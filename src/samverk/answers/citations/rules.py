"""The rules: what a sentence claims and what the passage claims in, a verdict out. Pure.

Each rule looks at one claim: a group of clauses of the sentence and the clauses of the passage that they rest on. It
answers with what does not agree. A paraphrase is supported when no rule objects; when in doubt, a rule objects.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from samverk.answers.citations import lexicon
from samverk.answers.citations.align import Grounding, Index, Match, Verbatim, verbatim
from samverk.answers.citations.facts import Clause, Quantity, Reading, Term, read
from samverk.answers.citations.findings import Finding, Reason, Verdict
from samverk.answers.citations.wording import exchange, unanswered

_MOST_CLAUSES = 40  # a longer sentence is compared word for word only
_MOST_ITEMS = 120  # content words and amounts
_LONGEST = 20_000  # characters
_LEAST_TERMS = 2  # content words or amounts that tie a sentence to a passage
_LEAST_COVER = 0.4  # share of a clause rested on that the sentence must repeat
_MET_PER_PARDON = 2  # so many words must be met for each that is pardoned
_CONDITIONS = frozenset({"if", "unless", "before", "until", "although"})

# Which forces may stand for each other: (affirmed pairs, denied pairs). `none` is a plain statement.
_SAME_FORCE = frozenset(
    frozenset(pair.split("~")) for pair in "must~none must~need need~none can~let let~right right~none risk~can".split()
)
_SAME_DENIED = frozenset(frozenset(pair.split("~")) for pair in "must~let must~none can~let let~right let~none".split())
_OPPOSED = ({"från", "till"}, {"före", "efter"}, {"med", "utan"}, {"över", "under"}, {"för", "mot"})
_WEAKER = frozenset({"can", "let"})  # may be said of what the passage plainly states
_TIMES = frozenset({"minute", "day", "working day", "month", "date", "clock"})
# Scope that may be left out without changing what is claimed, and that which may be added.
_DROPPABLE = frozenset({"also", "or", "all", "both", "always", "wholly", "instead", "often"})
_ADDABLE = frozenset({"also", "both", "instead"})
# Scope words that say the same.
_SAME_SCOPE = {"exceptionally": "sometimes"}


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


def check(sentence: str, passage: str) -> Finding:
    """How well the sentence stands in the passage. Any text is accepted; time grows with the lengths' sum."""
    exact = verbatim(sentence, passage)
    if exact is not None and exact.whole:
        return Finding(Verdict.VERIFIED, exact.start, exact.end, 1.0, (Reason("verbatim"),))
    if len(sentence) > _LONGEST:
        return _unverified(0, 0, 0.0, Reason("too_long"))
    said = _without_lead(read(sentence.strip()), lead=sentence.strip().lower().startswith("enligt "))
    written = read(passage)
    if not said or not written.clauses:
        return _unverified(0, 0, 0.0, Reason("empty"))
    if len(said) > _MOST_CLAUSES or sum(clause.items() for clause in said) > _MOST_ITEMS:
        return _unverified(0, 0, 0.0, Reason("too_long"))
    return _judge(sentence, passage, said, written, exact)


def _judge(sentence: str, passage: str, said: list[Clause], written: Reading, exact: Verbatim | None) -> Finding:
    groundings = Index(written).ground(said)
    start, end = _span(groundings, written)
    met = sum(len(g.matches) + len(g.amounts) for g in groundings)
    named = sum(clause.items() for clause in said)
    score = round(met / named, 4) if named else 0.0
    if not groundings or not met:
        return _unverified(0, 0, 0.0, Reason("not_found", {"words": _words(t for c in said for t in c.terms) or "?"}))
    reasons = (*_objections(groundings, written), *_wording_kept(sentence, passage[start:end]))
    if reasons:
        return Finding(Verdict.UNVERIFIED, start, end, score, reasons)
    if met < _LEAST_TERMS:
        return _unverified(start, end, score, Reason("too_little"))
    if exact is not None:
        return Finding(Verdict.VERIFIED, exact.start, exact.end, 1.0, (Reason("verbatim"),))
    return Finding(Verdict.SUPPORTED, start, end, score, (Reason("paraphrase"),))


def _unverified(start: int, end: int, score: float, reason: Reason) -> Finding:
    return Finding(Verdict.UNVERIFIED, start, end, score, (reason,))


def _without_lead(reading: Reading, *, lead: bool) -> list[Clause]:
    """The sentence's clauses without "Enligt riktlinjerna" and its like, which name the source and claim nothing."""
    from samverk.answers.citations.roots import root

    clauses = list(reading.clauses)
    if clauses and lead:
        first = clauses[0]
        first.terms = [
            t for t in first.terms if not (t.start < first.start + 40 and root(t.text) in lexicon.CITATION_LEADS)
        ] or first.terms
    return [c for c in clauses if c.items() or c.force or c.negations]


def _span(groundings: list[Grounding], written: Reading) -> tuple[int, int]:
    used = {i for g in groundings for i in g.rests_on}
    if not used:
        return 0, 0
    return min(written.clauses[i].start for i in used), max(written.clauses[i].end for i in used)


def _words(terms: Iterable[Term | Quantity]) -> str:
    return ", ".join(
        dict.fromkeys(t.text if isinstance(t, Term) else f"{t.bound}{t.value} {t.unit}".strip() for t in terms)
    )


def _claims(groundings: list[Grounding], written: Reading) -> list[Claim]:
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


def _objections(groundings: list[Grounding], written: Reading) -> Iterator[Reason]:
    claims = _claims(groundings, written)
    pardoned = _pardoned(claims)
    claims = [
        replace(claim, pardoned=pardoned & frozenset(t for g in claim.groundings for t in g.missing))
        for claim in claims
    ]
    whole = _merged(claims)
    for claim in claims:
        for rule in _RULES:
            objections = list(rule(claim))
            if objections and rule in _MOVABLE and not list(rule(whole)):
                continue
            yield from objections
    yield from _conditions_kept(claims, written)
    yield from _near(claims)


def _merged(claims: list[Claim]) -> Claim:
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
    if _widened(claims) or any(
        g.missing and g.clause.kind in _CONDITIONS for claim in claims for g in claim.groundings
    ):
        return frozenset()
    omitted = [t for claim in claims for t in claim.omitted]
    return frozenset() if any(_in_place_of(m, o) for m in missing for o in omitted) else frozenset(missing)


def _widened(claims: list[Claim]) -> bool:
    """Whether the sentence says "även" and the passage does not."""
    said = {s for claim in claims for c in claim.clauses for s in c.scope}
    return "also" in said and not any("also" in c.scope for claim in claims for c in claim.grounds)


def _in_place_of(one: Term, other: Term) -> bool:
    return one.before == other.before or one.after == other.after


# --- the rules of one claim ------------------------------------------------------------------------------------------


def _everything_found(claim: Claim) -> Iterator[Reason]:
    missing = [t for g in claim.groundings for t in g.missing if t not in claim.pardoned]
    if missing:
        yield Reason("not_found", {"words": _words(missing)})
    amounts = [q for g in claim.groundings for q in g.missing_amounts]
    if amounts:
        yield Reason("number", {"words": _words(amounts)})


def _amounts_agree(claim: Claim) -> Iterator[Reason]:
    differing = [q for g in claim.groundings for q, other, _ in g.amounts if not _same_bound(q, other)]
    if differing:
        yield Reason("number", {"words": _words(differing)})
    if claim.omitted_amounts:
        yield Reason("omitted", {"words": _words(claim.omitted_amounts)})
    for unit in {q.unit for g in claim.groundings for q, _, _ in g.amounts}:
        order = [other.start for g in claim.groundings for q, other, _ in g.amounts if q.unit == unit]
        if order != sorted(order):
            yield Reason("number", {"words": _words(q for g in claim.groundings for q, _, _ in g.amounts)})


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
            yield Reason("joined", {"words": _words(left)})
            return
    if len(omitted) > spare + (not borrowed) and (borrowed or len(claim.grounds) > 1):
        yield Reason("joined", {"words": _words(omitted)})


def _force_agrees(claim: Claim) -> Iterator[Reason]:
    said = _forces(claim.clauses)
    written = _forces(claim.grounds)
    denied = bool(sum(c.negations for c in claim.grounds) % 2)
    pairs = _SAME_DENIED if denied else _SAME_FORCE
    for one, others in ((said, written), (written, said)):
        for force in one:
            if not denied and force in _WEAKER and "none" in others:
                continue
            if not denied and force == "none" and others & _WEAKER:
                continue
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
    said, written = {c.kind for c in claim.clauses} & _CONDITIONS, {c.kind for c in claim.grounds} & _CONDITIONS
    mains = (
        any(c.kind in {"main", "which"} for c in claim.grounds),
        any(c.kind in {"main", "which"} for c in claim.clauses),
    )
    if not any(c.items() for c in claim.clauses):
        return  # "vid behov", "när det behövs"
    unmet = {c.kind for c in claim.grounds if any(id(t) not in claim.met for t in c.terms if not t.light)}
    if (said and not written and not mains[0]) or (said and written and (said - written or (written - said) & unmet)):
        yield Reason("condition", {"words": ", ".join(sorted(said ^ written))})
    for grounding in claim.groundings:
        kinds = {claim_clause.kind for claim_clause in claim.grounds}
        if kinds and grounding.clause.kind == "main" and kinds <= _CONDITIONS:
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
        yield Reason("role", {"words": _words(left)})
    elif _swapped_person(said, written, claim):
        yield Reason("role", {"words": ", ".join(sorted(said ^ written))})
    elif any(_swapped_actors(grounding, claim) for grounding in claim.groundings):
        yield Reason("role", {"words": _words(m.term for m in claim.matches if m.term.actor)})


def _swapped_person(said: set[str], written: set[str], claim: Claim) -> bool:
    if not written or not said or said & written:
        return False
    return True


def _swapped_actors(grounding: Grounding, claim: Claim) -> bool:
    pairs = sorted(((m.term.start, m.other.start) for m in grounding.matches if m.term.actor and m.other.actor))
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


def _wording_kept(sentence: str, window: str) -> Iterator[Reason]:
    """In the passage's own wording, no word may be exchanged for one that says something else."""
    found = exchange(sentence, window)
    changed = unanswered(found) if found is not None else []
    if changed:
        yield Reason("changed", {"words": ", ".join(dict.fromkeys(changed))})


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
            restricts = beside.kind in _CONDITIONS or (beside.kind == "which" and not beside.after_comma)
            if beside.sentence != written.clauses[i].sentence or not restricts:
                continue
            if any(id(t) not in met for t in beside.terms if not t.light) or any(
                id(q) not in met for q in beside.quantities
            ):
                yield Reason("condition", {"words": _words([*beside.terms, *beside.quantities])})
                return


def _near(claims: list[Claim]) -> Iterator[Reason]:
    """The claims of one sentence lie in neighbouring sentences of the passage."""
    sentences = sorted({c.sentence for claim in claims for c in claim.grounds})
    if sentences and sentences[-1] - sentences[0] > 2:
        yield Reason("joined", {"words": str(sentences[-1] - sentences[0])})
