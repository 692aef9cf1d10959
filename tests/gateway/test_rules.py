"""The policy: no call ever leaves above what a card allows, whatever is combined."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samverk.core.levels import Level
from samverk.gateway.rules import (
    REASONS,
    Candidate,
    Facts,
    Verdict,
    counts,
    decide,
    level_without_findings,
    scan_matters,
    unfit,
    without,
)
from samverk.library.cards import ModelCard, Tightening, in_force
from samverk.library.tightening import tightened

levels = st.sampled_from(Level)
abilities = st.frozensets(st.sampled_from(["tools", "images", "structured_output"]))
kinds = st.sampled_from(["chat", "chat", "chat", "embeddings"])
uses = st.sampled_from(["staff", "citizens", "programs"])
models = st.lists(
    st.builds(
        Candidate,
        st.sampled_from(["a", "b", "c", "d"]),
        levels,
        kinds,
        st.none() | st.frozensets(uses),
        abilities,
        st.sampled_from([None, None, None, "retired", "withdrawn", "no_endpoint", "unknown"]),
        abilities,
    ),
    max_size=4,
    unique_by=lambda m: m.slug,
)
facts = st.builds(
    Facts,
    models=models,
    assistant=levels,
    sources=levels,
    marked=st.none() | levels,
    unread=st.booleans(),
    found=st.sampled_from([frozenset(), frozenset({"PERSONNUMMER"})]),
    masking_allowed=st.booleans(),
    protected=st.booleans(),
    kind=kinds,
    use=uses,
    needs=abilities,
    plan_kinds=st.none() | st.frozensets(kinds),
    plan_abilities=st.none() | abilities,
)


def fit(facts: Facts) -> list[Candidate]:
    """The models that can serve the call at all."""
    return [model for model in facts.models if unfit(model, facts) is None]


def leaves_within(facts: Facts, verdict: Verdict) -> bool:
    """Whether what leaves by a verdict is worth no more than its model is approved for."""
    if verdict.model is None:
        return True
    [model] = [model for model in fit(facts) if model.slug == verdict.model]
    if verdict.action == "mask":  # what was found stays here; what stays marked must be within
        return facts.masking_allowed and model.approved_for >= level_without_findings(facts) and not facts.protected
    return model.approved_for >= verdict.level


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
            assert all(model.approved_for < verdict.level for model in fit(facts))
            first = fit(facts)[0].approved_for if fit(facts) else None
            assert not (facts.masking_allowed and facts.found and first and first >= level_without_findings(facts))


@given(facts)
def test_the_level_is_never_below_anything_that_was_said(facts: Facts) -> None:
    level = decide(facts).level
    assert level >= max(facts.assistant, facts.sources, facts.marked or Level.OPEN)
    if facts.unread or facts.marked is None:
        assert level >= Level.INTERNAL
    if facts.unread and facts.marked is None:
        assert level >= Level.SENSITIVE
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
        at = [model.slug for model in fit(facts)].index(verdict.model or "")
        assert at > 0
        assert all(model.approved_for < verdict.level for model in fit(facts)[:at])


def test_without_models_nothing_is_called() -> None:
    assert decide(Facts(models=())).action == "deny"


@given(facts, st.sampled_from([frozenset(), frozenset({"PERSON"})]), st.booleans())
def test_no_model_that_is_fallen_back_to_gets_more_than_it_may(
    facts: Facts, truly: frozenset[str], protected: bool
) -> None:
    """As the door does it: what was not looked for at first is looked for before the next model gets the call."""
    knowing = Facts(**{**_fields(facts), "found": truly, "protected": protected})
    scanned = scan_matters(knowing)
    seen = knowing if scanned else Facts(**{**_fields(knowing), "found": frozenset()})
    tried: set[str] = set()
    levels_told = []
    while (verdict := decide(seen)).model is not None:
        assert verdict.model not in tried
        truth = replace(verdict, level=decide(knowing).level)
        assert leaves_within(knowing, truth)
        levels_told.append(verdict.level)
        tried.add(verdict.model)
        seen = without(seen, tried)
        if not scanned and scan_matters(seen):
            scanned, seen = True, Facts(**{**_fields(seen), "found": truly})
    assert levels_told == sorted(levels_told)  # never loosened on the way


@given(facts)
def test_what_cannot_serve_the_call_is_never_called_and_is_named(facts: Facts) -> None:
    verdict = decide(facts)
    told = {reason.code for reason in verdict.reasons}
    for model in facts.models:
        why = unfit(model, facts)
        if why is None:
            continue
        assert verdict.model != model.slug
        assert why.code in told or "protected_identity" in told


def test_each_way_of_being_unfit() -> None:
    plain = Facts(models=(), use="staff", needs=frozenset({"tools"}))

    def why(model: Candidate, facts: Facts = plain) -> str | None:
        reason = unfit(model, facts)
        return reason.code if reason else None

    assert why(Candidate("m", Level.OPEN)) is None
    assert why(Candidate("m", Level.OPEN, stopped="retired")) == "retired"
    assert why(Candidate("m", Level.OPEN, kind="image")) == "other_kind"
    assert why(Candidate("m", Level.OPEN, uses=frozenset({"citizens"}))) == "other_use"
    assert why(Candidate("m", Level.OPEN, uses=frozenset({"staff"}))) is None
    assert why(Candidate("m", Level.OPEN, lacks=frozenset({"images", "tools"}))) == "ability_lacking"
    assert why(Candidate("m", Level.OPEN, off=frozenset({"tools"}))) == "ability_off"
    assert why(Candidate("m", Level.OPEN, off=frozenset({"images"}))) is None
    assert why(Candidate("m", Level.OPEN), Facts(models=(), plan_kinds=frozenset({"image"}))) == "not_in_plan"
    without_tools = Facts(models=(), needs=frozenset({"tools"}), plan_abilities=frozenset())
    assert why(Candidate("m", Level.OPEN), without_tools) == "not_in_plan"


hostings = st.sampled_from(["own", "sweden", "eu", "third_country"])


@given(hostings, levels, levels, st.none() | levels, st.sampled_from(["", "2026-11-21", "2026-11-22"]), facts)
def test_hosting_tightening_and_certificates_never_let_more_out(
    hosting: str, approved: Level, uncertified: Level, ceiling: Level | None, until: str, facts: Facts
) -> None:
    """Whatever a card says, what leaves is within what it comes to today, and that is within what it said."""
    given_card = {"slug": "a", "name": "A", "hosting": hosting, "certified_by": "Regionen", "certified_until": until}
    card = ModelCard(**given_card, approved_for=approved, uncertified_for=min(uncertified, approved))
    today = in_force(tightened(card, Tightening(approved_for=ceiling)), date(2026, 11, 22))
    assert today.approved_for <= (approved if ceiling is None else min(approved, ceiling))
    one = Facts(**{**_fields(facts), "models": (Candidate("a", today.approved_for, facts.kind),)})
    verdict = decide(one)
    assert leaves_within(one, verdict)
    if verdict.model and verdict.action != "mask":
        assert verdict.level <= approved
    if until == "2026-11-21" and verdict.model and verdict.action != "mask":
        assert verdict.level <= card.uncertified_for


@pytest.mark.parametrize(
    ("marked", "unread", "level"),
    [
        (None, False, Level.INTERNAL),
        (None, True, Level.SENSITIVE),
        (Level.OPEN, False, Level.OPEN),
        (Level.OPEN, True, Level.INTERNAL),
        (Level.INTERNAL, True, Level.INTERNAL),
        (Level.SECRET, True, Level.SECRET),
    ],
)
def test_what_nobody_marked_and_what_nothing_can_read(marked: Level | None, unread: bool, level: Level) -> None:
    verdict = decide(Facts(models=(Candidate("m", Level.SECRET),), marked=marked, unread=unread))
    assert verdict.level is level


def test_every_reason_has_both_languages() -> None:
    for sv, en in REASONS.values():
        assert sv
        assert en
        assert "!" not in sv + en


def _fields(facts: Facts) -> dict[str, object]:
    return {name: getattr(facts, name) for name in Facts.__slots__}
