"""Ids, levels, errors, canonical JSON and the vault."""

import time
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samverk.core import errors
from samverk.core.canonical import canonical, digest
from samverk.core.errors import THINGS, NotFound, SamverkError
from samverk.core.ids import new_id, new_secret, now
from samverk.core.levels import Level
from samverk.core.vault import Unlockable, Vault

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


def test_ids_are_version_7_unique_and_sort_by_time() -> None:
    before = time.time_ns() // 1_000_000
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert {(made.version, made.variant) for made in ids} == {(7, UUID(int=ids[0].int).variant)}
    stamps = [made.int >> 80 for made in ids]
    assert stamps == sorted(stamps)
    assert before <= stamps[0] <= stamps[-1] <= time.time_ns() // 1_000_000
    earlier = new_id()
    time.sleep(0.002)
    assert earlier < new_id()
    assert earlier.hex < new_id().hex


def test_secrets_differ_and_now_is_aware() -> None:
    assert new_secret("sv-") != new_secret("sv-")
    assert new_secret("sv-").startswith("sv-")
    assert len(new_secret()) == 43
    assert now().utcoffset() is not None


@pytest.mark.parametrize("level", list(Level), ids=lambda level: level.name)
def test_a_level_is_known_by_its_slug(level: Level) -> None:
    assert Level.parse(level.slug) is level


@pytest.mark.parametrize("text", ["", "hemlig", "0"])
def test_an_unknown_level_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="unknown level"):
        Level.parse(text)


@given(JSON)
def test_the_order_of_keys_makes_no_difference(value: object) -> None:
    def turned(value: object) -> object:
        if isinstance(value, dict):
            return {key: turned(value[key]) for key in reversed(value)}
        return [turned(item) for item in value] if isinstance(value, list) else value

    assert canonical(turned(value)) == canonical(value)
    assert digest(turned(value)) == digest(value)


def test_canonical_json_is_compact_sorted_utf8() -> None:
    assert canonical({"ö": [1, None], "a": {"c": True, "b": "x"}}) == '{"a":{"b":"x","c":true},"ö":[1,null]}'.encode()
    assert digest(b"abc") == digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@given(st.text(max_size=50), st.text(max_size=20))
def test_a_secret_opens_with_its_key_and_its_context_alone(secret: str, context: str) -> None:
    vault = Vault("nyckel")
    sealed = vault.lock(secret, context)
    assert vault.unlock(sealed, context) == secret
    assert sealed != vault.lock(secret, context)
    for other, where in ((vault, context + "x"), (Vault("annan"), context)):
        with pytest.raises(Unlockable):
            other.unlock(sealed, where)


def test_keys_can_be_rotated_and_forgotten() -> None:
    sealed = Vault("gammal").lock("hemligt", "här")
    both = Vault("ny", "gammal")
    assert both.unlock(sealed, "här") == "hemligt"
    assert Vault("ny").unlock(both.lock("nytt", "här"), "här") == "nytt"
    with pytest.raises(Unlockable):
        Vault("ny").unlock(sealed, "här")


@pytest.mark.parametrize(
    "change", [b"", b"x", lambda s: s[:-1], lambda s: s[:-1] + bytes([s[-1] ^ 1]), lambda s: s[:12]]
)
def test_what_was_changed_is_never_opened(change: object) -> None:
    vault = Vault("nyckel")
    sealed = vault.lock("hemligt", "här")
    with pytest.raises(Unlockable):
        vault.unlock(change(sealed) if callable(change) else change, "här")


def family(kind: type[SamverkError]) -> list[type[SamverkError]]:
    return [kind, *(error for sub in kind.__subclasses__() for error in family(sub))]


@pytest.mark.parametrize(
    "kind", [e for e in family(SamverkError) if e.__module__ == errors.__name__], ids=lambda e: e.__name__
)
def test_every_error_speaks_both_languages_and_has_a_status(kind: type[SamverkError]) -> None:
    assert kind.sv != kind.en
    assert 400 <= kind.status < 600
    assert kind.code
    assert kind.__doc__


@pytest.mark.parametrize("thing", THINGS)
def test_what_is_missing_is_named_in_both_languages(thing: str) -> None:
    error = NotFound(thing, "stöd")
    assert (
        error.message("sv")
        == f"{THINGS[thing][0]} stöd finns inte, eller så har du inte tillgång till det som efterfrågas."
    )
    assert error.message("en").startswith(f"{THINGS[thing][1]} stöd does not exist")
    assert str(error) == error.en


def test_a_message_given_as_it_is_may_hold_braces() -> None:
    error = SamverkError(sv="{x}", en="{y}")
    assert (error.message("sv"), error.message("en")) == ("{x}", "{y}")
