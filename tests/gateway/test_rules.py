"""The policy: no call ever leaves above what a card allows, whatever is combined."""

from hypothesis import given
from hypothesis import strategies as st

from samverk.core.levels import Level
from samverk.gateway.rules import Candidate, Facts, counts, decide, level_without_findings, scan_matters

levels = st.sampled_from(Level)
models = st.lists(
    st.builds(Candidate, st.sampled_from(["a", "b", "c", "d"]), levels), max_size=4, unique_by=lambda m: m.slug
)
facts = st.builds(
    Facts,
    models=models,
    assistant=levels,
    sources=levels,
    marked=levels,
    found=st.sampled_from([frozenset(), frozenset({"PERSONNUMMER"})]),
    masking_allowed=st.booleans(),
    protected=st.booleans(),
)


@given(facts)
def test_what_is_called_is_approved_for_what_leaves(facts: Facts) -> None:
    verdict = decide(facts)
    approved = {model.slug: model.approved_for for model in facts.models}
    match verdict.action:
        case "allow" | "reroute":
            assert approved[verdict.model or ""] >= verdict.level
        case "mask":
            assert facts.masking_allowed
            assert facts.found
            assert approved[verdict.model or ""] >= level_without_findings(facts)
        case "deny":
            assert verdict.model is None
            if facts.protected:
                return
            assert all(model.approved_for < verdict.level for model in facts.models)
            first = facts.models[0].approved_for if facts.models else None
            assert not (facts.masking_allowed and facts.found and first and first >= level_without_findings(facts))


@given(facts)
def test_the_level_is_never_below_anything_that_was_said(facts: Facts) -> None:
    level = decide(facts).level
    assert level >= max(facts.assistant, facts.sources, facts.marked)
    assert not facts.found or level >= Level.SENSITIVE


@given(facts)
def test_a_protected_identity_stops_the_call_unless_somebody_knew(facts: Facts) -> None:
    verdict = decide(facts)
    if not facts.protected:
        assert "protected_identity" not in {reason.code for reason in verdict.reasons}
        return
    assert verdict.level is Level.SECRET
    assert verdict.action != "mask"
    approved = {model.slug: model.approved_for for model in facts.models}
    if level_without_findings(facts) < Level.SECRET:
        assert verdict.action == "deny"
        assert verdict.reasons[-1].code == "protected_identity"
    elif verdict.model is not None:
        assert approved[verdict.model] is Level.SECRET


def test_what_is_published_or_sensitive_anyway_does_not_count() -> None:
    assert [level for level in (None, *Level) if counts(level)] == [None, Level.INTERNAL]


@given(facts)
def test_every_verdict_says_why_in_both_languages(facts: Facts) -> None:
    reasons = decide(facts).reasons
    assert reasons
    for reason in reasons:
        assert reason.message("sv")
        assert reason.message("en")
        assert "{" not in reason.message("sv") + reason.message("en")


@given(facts)
def test_a_scan_is_skipped_only_when_findings_cannot_change_the_verdict(facts: Facts) -> None:
    if scan_matters(facts):
        return
    without = decide(Facts(**{**_fields(facts), "found": frozenset()}))
    found = decide(Facts(**{**_fields(facts), "found": frozenset({"PERSON"})}))
    assert (without.action, without.model) == (found.action, found.model)


@given(facts)
def test_the_first_model_that_may_is_taken(facts: Facts) -> None:
    verdict = decide(facts)
    if verdict.action == "reroute":
        earlier = [m for m in facts.models if m.slug != verdict.model]
        at = next(i for i, m in enumerate(facts.models) if m.slug == verdict.model)
        assert all(m.approved_for < verdict.level for m in earlier[:at])


def test_without_models_nothing_is_called() -> None:
    assert decide(Facts(models=())).action == "deny"


def _fields(facts: Facts) -> dict[str, object]:
    return {name: getattr(facts, name) for name in Facts.__slots__}
