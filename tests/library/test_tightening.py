"""Whatever an organisation asks beyond a card, and whatever its catalogue says since: the card is never looser for it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.library.samples import CARDS, LEVELS, TIGHTENINGS, card

from samverk.core.canonical import canonical, digest
from samverk.core.levels import Level
from samverk.library.cards import (
    EXTRACTIVE,
    USES,
    Certification,
    ModelCard,
    Tightening,
    certificate,
    certified,
    in_force,
)
from samverk.library.tightening import RESPECTS, looser, stricter, tightened

NO_RESPECT = ModelCard.model_fields.keys() - RESPECTS.keys()  # what a card is, and what it costs


def unlimited(card: ModelCard) -> ModelCard:
    """The card as one that lets everything through that a card can."""
    always = {"certified_on": "", "certified_until": ""}
    widest = {"approved_for": Level.SECRET, "uncertified_for": Level.SECRET, "hosting": "own", **always}
    lists = {"allowed_uses": USES, "abilities": card.abilities | {"tools", "images"}, "demands": frozenset()}
    return card.model_copy(update=widest | lists | {"context_tokens": 10**9})


@given(CARDS, TIGHTENINGS, st.dates())
def test_no_tightening_makes_a_card_looser_in_any_respect(card: ModelCard, by: Tightening, day: date) -> None:
    used = in_force(tightened(card, by), day)
    assert looser(used, card) == []
    assert looser(used, in_force(card, day)) == []
    assert used.model_dump(exclude=set(RESPECTS)) == card.model_dump(exclude=set(RESPECTS))


@given(CARDS, TIGHTENINGS)
def test_a_tightening_does_what_it_says(card: ModelCard, by: Tightening) -> None:
    used = tightened(card, by)
    assert by.approved_for is None or max(used.approved_for, used.uncertified_for) <= by.approved_for
    assert not used.allowed_uses & by.without_uses
    assert not used.abilities & by.without_abilities
    assert used.demands >= by.demands | card.demands


@given(CARDS, TIGHTENINGS, TIGHTENINGS)
def test_tightenings_come_in_any_order_and_once_is_enough(card: ModelCard, one: Tightening, other: Tightening) -> None:
    assert tightened(tightened(card, one), other) == tightened(tightened(card, other), one)
    assert tightened(tightened(card, one), one) == tightened(card, one)
    assert tightened(card, Tightening()) == card


@given(CARDS, CARDS)
def test_the_stricter_of_two_is_at_most_as_loose_as_either(one: ModelCard, other: ModelCard) -> None:
    both = stricter(one, other)
    assert looser(both, one) == looser(both, other) == []
    assert stricter(one, one) == one
    for name in NO_RESPECT:
        assert getattr(both, name) == getattr(one, name)


@given(CARDS, CARDS, CARDS)
def test_cards_are_ordered(one: ModelCard, other: ModelCard, third: ModelCard) -> None:
    assert looser(one, one) == []
    assert looser(one, unlimited(one)) == []
    lower = stricter(stricter(one, other), third)
    assert looser(lower, stricter(one, other)) == looser(lower, one) == []


@given(CARDS, TIGHTENINGS, LEVELS)
def test_a_card_that_lets_more_through_is_told_so(card: ModelCard, by: Tightening, level: Level) -> None:
    used = tightened(card, by)
    expected = {name for name in RESPECTS if getattr(card, name) != getattr(used, name)}
    assert set(looser(card, used)) == expected


@given(CARDS, st.dates(), st.dates())
def test_a_certificate_that_has_begun_never_gives_more_later(card: ModelCard, one: date, other: date) -> None:
    earlier, later = sorted((one, other))
    card = card.model_copy(update={"certified_on": ""})
    assert in_force(card, later).approved_for <= in_force(card, earlier).approved_for


@pytest.mark.parametrize(
    ("day", "own", "level"),
    [
        ("2026-01-31", Level.INTERNAL, Level.INTERNAL),
        ("2026-02-01", Level.OPEN, Level.SENSITIVE),
        ("2026-06-30", Level.OPEN, Level.SENSITIVE),
        ("2026-07-01", Level.OPEN, Level.OPEN),
        ("2026-07-01", Level.INTERNAL, Level.INTERNAL),
        ("2026-07-01", Level.SECRET, Level.SENSITIVE),  # what is answered for without a certificate adds nothing
    ],
)
def test_a_certificate_counts_from_its_first_day_through_its_last(day: str, own: Level, level: Level) -> None:
    one = card(certified_on="2026-02-01", certified_until="2026-06-30", uncertified_for=own)
    assert in_force(one, date.fromisoformat(day)).approved_for is level


def test_without_a_certificate_the_level_is_the_organisation_s_own() -> None:
    plain = ModelCard(slug="m", name="M", approved_for=Level.INTERNAL)
    assert in_force(plain, date.max) is plain
    assert in_force(EXTRACTIVE, date.max) is EXTRACTIVE


def test_a_new_certificate_keeps_the_earlier_ones() -> None:
    first = card(certified_by="Region A", certified_until="2026-01-31", certificate_report="https://a.example/1")
    second = certified(first, Certification(by="Region B", on="2026-02-01", until="2027-01-31"), Level.INTERNAL)
    third = certified(second, Certification(by="Region A", on="2027-02-01"), Level.SECRET)
    assert [one.by for one in third.earlier_certificates] == ["Region B", "Region A"]
    assert third.earlier_certificates[1].report == "https://a.example/1"
    assert (third.approved_for, third.certificate_report) == (Level.SECRET, "")
    assert certificate(third, date(2030, 1, 1)).state == "valid"
    assert ModelCard.model_validate(third.body()) == third


@given(CARDS)
def test_a_card_comes_back_from_its_body_with_the_same_digest(card: ModelCard) -> None:
    again = ModelCard.model_validate(card.body())
    assert again == card
    assert canonical(again.body()) == canonical(card.body())


def test_a_card_of_the_first_version_keeps_its_body_and_digest() -> None:
    stored = {
        "slug": "mellan",
        "name": "Mellan",
        "kind": "chat",
        "vendor": "",
        "hosting": "eu",
        "approved_for": 2,
        "abilities": ["abstain"],
        "context_tokens": 8192,
        "price_in": 2_500_000,
        "price_out": 10_000_000,
        "currency": "SEK",
        "licence": "",
        "certified_by": "Exempelregionen",
        "certified_until": "2027-01-31",
    }
    loaded = ModelCard.model_validate(stored)
    assert loaded.body() == stored
    assert loaded.allowed_uses == USES
    assert digest(loaded.body()) == "4d34b5eabe38321f88ea812460f4a65112e67fa7b459bb5d287cb35a77f33d0f"
    assert ModelCard.model_validate({"slug": "m", "name": "M"}).context_tokens == 8192
