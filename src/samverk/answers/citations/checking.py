"""The check: verbatim first, then clause by clause; a sentence and a passage in, a finding out. Pure."""

from dataclasses import replace

from samverk.answers.citations import lexicon
from samverk.answers.citations.align import Grounding, Index, Verbatim, verbatim
from samverk.answers.citations.claims import claims_of
from samverk.answers.citations.facts import Clause, Reading
from samverk.answers.citations.findings import Finding, Reason, Verdict
from samverk.answers.citations.reading import read
from samverk.answers.citations.roots import root
from samverk.answers.citations.rules import objections, wording_kept, words_of

_MOST_CLAUSES = 40  # a longer sentence is compared word for word only
_MOST_ITEMS = 120  # content words and amounts
_LONGEST = 20_000  # characters
_LEAST_TERMS = 2  # content words or amounts that tie a sentence to a passage
_LEAST_WORDS = 3  # of the passage, that a paraphrase rests on: a heading or a compound alone says nothing
_LEAD = 40  # characters that a lead such as "Enligt riktlinjerna" takes at most


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
        return _unverified(0, 0, 0.0, Reason("not_found", {"words": words_of(t for c in said for t in c.terms) or "?"}))
    reasons = (*objections(claims_of(groundings, written), written), *wording_kept(sentence, passage[start:end]))
    if reasons:
        return Finding(Verdict.UNVERIFIED, start, end, score, reasons)
    if met < _LEAST_TERMS:
        return _unverified(start, end, score, Reason("too_little"))
    if exact is None and len(passage[start:end].split()) < _LEAST_WORDS:
        return _unverified(start, end, score, Reason("too_little"))
    if exact is not None:
        return Finding(Verdict.VERIFIED, exact.start, exact.end, 1.0, (Reason("verbatim"),))
    return Finding(Verdict.SUPPORTED, start, end, score, (Reason("paraphrase"),))


def _unverified(start: int, end: int, score: float, reason: Reason) -> Finding:
    return Finding(Verdict.UNVERIFIED, start, end, score, (reason,))


def _without_lead(reading: Reading, *, lead: bool) -> list[Clause]:
    """The sentence's clauses without "Enligt riktlinjerna" and its like, which name the source and claim nothing."""
    clauses = list(reading.clauses)
    if clauses and lead:
        first = clauses[0]
        rest = [t for t in first.terms if t.start >= first.start + _LEAD or root(t.text) not in lexicon.CITATION_LEADS]
        clauses[0] = replace(first, terms=rest or first.terms)
    return [c for c in clauses if c.items() or c.force or c.negations]


def _span(groundings: list[Grounding], written: Reading) -> tuple[int, int]:
    used = {i for g in groundings for i in g.rests_on}
    if not used:
        return 0, 0
    return min(written.clauses[i].start for i in used), max(written.clauses[i].end for i in used)
