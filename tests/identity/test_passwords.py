"""What the product keeps of a password. Other tests hash quickly (tests/conftest.py); these hold the product to its own cost."""

from argon2 import Type, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from samverk.identity import passwords

_PRODUCT = passwords._hasher  # read before the tests' quick one takes its place


def test_hashing_is_slow_on_purpose() -> None:
    kept = extract_parameters(_PRODUCT().hash("en lång nog fras"))
    assert kept.type is Type.ID
    assert kept.memory_cost >= RFC_9106_LOW_MEMORY.memory_cost
    assert kept.time_cost >= RFC_9106_LOW_MEMORY.time_cost
    assert kept.salt_len >= 16


def test_a_password_matches_its_own_hash_alone() -> None:
    hashed = passwords.hash_password("en lång nog fras")
    assert hashed != passwords.hash_password("en lång nog fras")
    assert passwords.matches("en lång nog fras", hashed)
    assert not passwords.matches("en lång nog fräs", hashed)
    assert not passwords.matches("", None)
    assert not passwords.matches("en lång nog fras", "no hash")
