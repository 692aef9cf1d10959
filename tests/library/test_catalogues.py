"""A catalogue's file: it comes back as it was signed, and not one byte of it can be another."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.library.samples import CARDS, KEYS, OTHERS, card, catalogue

from samverk.core.canonical import canonical
from samverk.core.errors import Invalid
from samverk.core.levels import Level
from samverk.library.cards import ModelCard
from samverk.library.catalogues import (
    FORMAT,
    LARGEST_BYTES,
    REASONS,
    Catalogue,
    CatalogueRefused,
    Keys,
    checked_key,
    follows,
    key_id,
    sign,
    verify,
)
from samverk.library.comparing import Difference, compare, plain

UNIQUE = st.lists(CARDS, max_size=4, unique_by=lambda card: card.slug)


def refused(file: bytes, public: str = KEYS.public) -> str:
    with pytest.raises(CatalogueRefused) as error:
        verify(file, public)
    assert error.value.sv.startswith("Katalogen togs inte emot: ")
    return error.value.reason


def signed(body: object, keys: Keys = KEYS) -> bytes:
    """A file with a good signature over anything at all."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(keys.private))
    signature = private.sign(b"samverk catalogue\n" + canonical(body)).hex()
    return canonical({"catalogue": body, "key": key_id(keys.public), "signature": signature})


@given(UNIQUE)
def test_what_is_signed_comes_back(cards: list[ModelCard]) -> None:
    edition = catalogue(7, *cards)
    file = sign(edition, KEYS)
    again = verify(file, KEYS.public)
    assert again.digest == edition.digest
    assert sorted(again.cards, key=plain_slug) == sorted(edition.cards, key=plain_slug)
    assert sign(again, KEYS) == file


def plain_slug(card: ModelCard) -> str:
    return card.slug


def test_no_byte_can_be_another_and_none_can_be_missing() -> None:
    file = sign(catalogue(), KEYS)
    for at in range(len(file)):
        for changed in (file[at] ^ 1, file[at] ^ 0x20, 0x20):
            if changed != file[at]:
                assert refused(file[:at] + bytes([changed]) + file[at + 1 :])
        assert refused(file[:at] + file[at + 1 :])
        assert refused(file[:at])
        assert refused(file[:at] + b" " + file[at:])
    assert refused(file + b"\n")


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (b"", "malformed"),
        (b"null", "malformed"),
        (b"[" * 100_000, "malformed"),
        (b"<html>", "malformed"),
        (b"{}", "malformed"),
        (b'{"catalogue":{},"key":"x","signature":""}', "unknown_key"),
        (sign(catalogue(), OTHERS), "unknown_key"),
        (sign(catalogue(), KEYS).replace(b'"key"', b'"key":"x","key"', 1), "malformed"),
        (b" " * (LARGEST_BYTES + 1), "too_big"),
        (signed([]), "malformed"),
        (signed(catalogue().body() | {"format": FORMAT + 1, "unheard": "of"}), "newer_format"),
        (signed(catalogue().body() | {"unheard": "of"}), "malformed"),
        (signed(catalogue().body() | {"sequence": 0}), "malformed"),
        (signed(catalogue().body() | {"sequence": 2**31}), "malformed"),
        (signed(catalogue().body() | {"issued": "i går"}), "malformed"),
        (signed(catalogue().body() | {"cards": [card().body(), card().body()]}), "malformed"),
        (signed(catalogue().body() | {"cards": [card("b").body(), card("a").body()]}), "malformed"),
        (signed(catalogue().body() | {"cards": [card().body() | {"unheard": "of"}]}), "malformed"),
        (signed(catalogue().body() | {"cards": [card(name="x" * 70_000).body()]}), "too_big"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_catalogue_of_theirs_is_refused_with_the_reason(file: bytes, reason: str) -> None:
    assert refused(file) == reason


def test_another_s_signature_under_a_known_key_s_name_is_bad() -> None:
    file = orjson.loads(sign(catalogue(), OTHERS))
    assert refused(canonical({**file, "key": key_id(KEYS.public)})) == "bad_signature"
    assert refused(canonical({**file, "key": key_id(KEYS.public), "signature": "ab" * 64})) == "bad_signature"
    assert refused(canonical({**file, "key": key_id(KEYS.public), "signature": "inte hex"})) == "bad_signature"


def test_a_catalogue_that_nobody_would_take_is_not_signed() -> None:
    with pytest.raises(CatalogueRefused):
        sign(catalogue(1, card(), card()), KEYS)


@pytest.mark.parametrize("wrong", ["", "zz" * 32, "ab" * 31, "å"])
def test_what_is_no_key_is_refused(wrong: str) -> None:
    with pytest.raises(Invalid):
        checked_key(wrong)
    with pytest.raises(Invalid):
        Keys.of(wrong)


def test_keys_differ_and_the_private_one_is_not_shown() -> None:
    keys = Keys.new()
    assert keys.private != Keys.new().private
    assert keys.private not in repr(keys)
    assert Keys.of(f"{keys.private}\n") == keys
    assert checked_key(f" {keys.public.upper()} ") == keys.public


@pytest.mark.parametrize(
    ("edition", "outcome"),
    [
        (catalogue(6), True),
        (catalogue(5), False),
        (catalogue(4), "older"),
        (catalogue(5, card(name="Annan")), "changed"),
        (catalogue(6, publisher="Någon annan"), "other_publisher"),
    ],
    ids=lambda value: str(value) if not isinstance(value, Catalogue) else "",
)
def test_only_a_newer_edition_follows(edition: Catalogue, outcome: bool | str) -> None:
    in_use = catalogue(5)
    if isinstance(outcome, bool):
        assert follows(edition, in_use.publisher, in_use.sequence, in_use.digest) is outcome
        return
    with pytest.raises(CatalogueRefused) as error:
        follows(edition, in_use.publisher, in_use.sequence, in_use.digest)
    assert error.value.reason == outcome


def test_the_first_edition_may_have_any_number() -> None:
    assert follows(catalogue(17), "", None, "")


def test_every_reason_is_said_in_both_languages() -> None:
    for reason in REASONS:
        error = CatalogueRefused(reason, "403")
        assert "{" not in error.sv + error.en


def test_changes_are_told_field_by_field() -> None:
    before = {one.slug: one for one in (card("a"), card("b"), card("c", demands=["Läs igenom"]))}
    looser_b = card("b", approved_for=Level.SECRET, price_in=5)
    after = {one.slug: one for one in (card("b", price_in=5) and looser_b, before["c"], card("d"))}
    found = compare(before, after)
    assert (found.added, found.withdrawn) == (("d",), ("a",))
    [changed] = found.changed
    assert changed.fields == (Difference("approved_for", "sensitive", "secret"), Difference("price_in", 0, 5))
    assert changed.looser == ("approved_for",)
    assert not compare(before, before)


@given(UNIQUE, UNIQUE)
def test_a_comparison_accounts_for_every_card_and_every_field(one: list[ModelCard], other: list[ModelCard]) -> None:
    before, after = ({card.slug: card for card in cards} for cards in (one, other))
    found = compare(before, after)
    assert {*found.withdrawn} | (before.keys() & after.keys()) == before.keys()
    assert {*found.added} | (before.keys() & after.keys()) == after.keys()
    for changed in found.changed:
        was, becomes = plain(before[changed.slug]), plain(after[changed.slug])
        assert was | {one.field: one.after for one in changed.fields} == becomes
        assert {*changed.looser} <= {one.field for one in changed.fields}
    assert {one.slug for one in found.changed} == {s for s in before.keys() & after.keys() if before[s] != after[s]}
