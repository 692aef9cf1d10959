"""A card in words, and where a model may be used: never other than what the door decides."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from samverk.assistants.model import Assistant, AssistantBody
from samverk.core.levels import Level
from samverk.gateway import rules
from samverk.library.cards import AdoptedCard, ModelCard
from samverk.web.models.facts import FACTS, described, side_by_side, versions, warning
from samverk.web.models.standing import at_levels, in_assistants, with_personal_data
from samverk.web.texts import texts

SV, EN = texts("sv"), texts("en")
CARD = ModelCard(slug="vega", name="Vega 70B", hosting="sweden", approved_for=Level.INTERNAL, price_in=2_500_000)
SAFE = ModelCard(slug="egen", name="Egen", hosting="own", approved_for=Level.SECRET)
WEAK = ModelCard(slug="moln", name="Moln")
CARDS = {card.slug: card for card in (CARD, SAFE, WEAK)}


def adopted(card: ModelCard, version: int = 1) -> AdoptedCard:
    return AdoptedCard(
        id=UUID(int=version), version=version, card=card, adopted_at=datetime(2026, 3, version, tzinfo=UTC)
    )


def assistant(*models: str, level: Level = Level.OPEN, masking: bool = False) -> Assistant:
    body = AssistantBody(name="Stöd", models=models, level=level, masking=masking)
    return Assistant(UUID(int=1), "stod", 1, UUID(int=2), body)


def test_a_card_in_words() -> None:
    card = CARD.model_copy(
        update={"certified_by": "SKR", "certified_until": "2026-12-31", "abilities": {"abstain", "x"}}
    )
    told = described(card, SV)
    assert set(told) == set(FACTS)
    assert told["approved_for"] == "intern"
    assert told["hosting"] == "Drift i Sverige"
    assert told["certified"] == "SKR, till och med 31 december 2026"
    assert told["price_in"] == "2,50\xa0kr per miljon token"
    assert told["price_out"] == "Ingen kostnad"
    assert told["abilities"] == "Säger till när källorna inte ger svar, x"
    assert described(ModelCard(slug="m", name="m"), EN)["certified"] == "Not reviewed by anybody that is named"


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_each_level_says_what_the_door_decides(card: ModelCard) -> None:
    for level, told in zip(Level, at_levels(card, "sv"), strict=True):
        verdict = rules.decide(rules.Facts(models=[rules.Candidate(card.slug, card.approved_for)], assistant=level))
        assert told.level == level.slug
        assert told.allowed is (verdict.action == "allow") is (level <= card.approved_for)
        assert told.why == f"{card.name} är {'' if told.allowed else 'inte '}godkänd för {rules.LEVEL_NAMES[level][0]}."


def test_personal_data_goes_where_it_is_approved_or_can_be_masked() -> None:
    assert [with_personal_data(card) for card in (SAFE, CARD, WEAK)] == ["allow", "mask", "mask"]


@pytest.mark.parametrize(
    ("slug", "one", "outcome", "other"),
    [
        ("vega", assistant("vega", "egen"), "answers", "Vega 70B"),
        ("egen", assistant("vega", "egen"), "instead", "Vega 70B"),
        ("vega", assistant("vega", "egen", level=Level.SENSITIVE), "instead", "Egen"),
        ("egen", assistant("vega", "egen", level=Level.SENSITIVE), "answers", "Egen"),
        ("vega", assistant("vega", "moln", level=Level.SECRET, masking=True), "nobody", ""),
        ("egen", assistant("borta", "egen", level=Level.SECRET), "answers", "Egen"),
    ],
)
def test_what_becomes_of_a_model_in_an_assistant(slug: str, one: Assistant, outcome: str, other: str) -> None:
    (told,) = in_assistants(slug, [one, assistant("annan")], CARDS, "sv")
    assert (told.outcome, told.other, told.place) == (outcome, other, one.body.models.index(slug) + 1)
    assert told.why[0].startswith("Assistenten är märkt")
    assert not any(slug in " ".join(told.why) for slug in CARDS)  # models go by their names
    assert any(name in " ".join(told.why) for name in ("Vega 70B", "Egen", "Moln"))


def test_versions_tell_what_was_new_in_each() -> None:
    renamed = CARD.model_copy(update={"name": "Vega", "currency": "EUR"})
    newest, middle, first = versions([adopted(renamed, 3), adopted(CARD, 2), adopted(WEAK, 1)], SV)
    assert [fact for fact, _, _ in newest.changes] == ["name", "price_in"]
    assert newest.changes[0] == ("name", "Vega 70B", "Vega")
    assert {fact for fact, _, _ in middle.changes} == {"name", "approved_for", "hosting", "price_in"}
    assert first.changes == ()


def test_side_by_side_marks_what_differs() -> None:
    rows = {row.fact: row for row in side_by_side([adopted(CARD, 2), adopted(WEAK)], EN)}
    assert rows["price_in"].values[1] == "No cost"
    assert rows["version"].values == ("2, adopted 2 March 2026", "1, adopted 1 March 2026")
    assert {fact for fact, row in rows.items() if row.differs} == {"approved_for", "hosting", "price_in", "version"}


@pytest.mark.parametrize(
    ("until", "text", "ended"),
    [
        ("2026-03-20", "Granskningen går ut 20 mars 2026.", False),
        ("2026-02-20", "Granskningen gick ut 20 februari 2026.", True),
    ],
)
def test_a_certificate_that_ends_is_warned_of(until: str, text: str, ended: bool) -> None:
    told = warning(CARD.model_copy(update={"certified_until": until}), date(2026, 3, 1), SV)
    assert told is not None
    assert (told.text, told.ended) == (text, ended)
    assert warning(CARD, date(2026, 3, 1), SV) is None
