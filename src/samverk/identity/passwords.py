"""Passwords of local accounts: argon2id. Loaded when somebody logs in."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobody() -> str:
    """A hash that nothing matches, so that an unknown person takes as long as a known one."""
    return _hasher().hash("")


def hash_password(password: str) -> str:
    """The argon2id hash, with its salt and parameters."""
    return _hasher().hash(password)


def matches(password: str, hashed: str | None) -> bool:
    """Whether the password belongs to the hash. Takes the same time for nobody."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        _hasher().verify(hashed or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None
