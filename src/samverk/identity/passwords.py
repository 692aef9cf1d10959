"""Passwords of local accounts: argon2id, loaded when somebody logs in; and which passwords are too easy to guess."""

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Literal

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


LEAST_CHARACTERS = 12
MOST_CHARACTERS = 1_000
# What people choose first, in Swedish and English: a password that is little more than one of these is guessed at once.
_COMMON = (
    *("lösenord", "losenord", "password", "passord", "hemligt", "välkommen", "valkommen", "welcome", "kommun"),
    *("sommar", "vinter", "höst", "summer", "winter", "qwerty", "asdfgh", "abcdef", "letmein", "admin", "samverk"),
    *("1234567890", "qwertyuiop", "123456", "654321"),
)
_OWN_LEAST = 6  # different characters that must remain when what is known or common has been taken out

Weakness = Literal["too_short", "too_long", "repeated", "common", "own_name"]
Strength = Literal["fair", "good", "strong"]


def weakness(password: str, known: Iterable[str] = ()) -> Weakness | None:
    """Why a password is refused, or None. `known` are the person's name, address and organisation."""
    if len(password) < LEAST_CHARACTERS:
        return "too_short"
    if len(password) > MOST_CHARACTERS:
        return "too_long"
    plain = password.casefold()
    if len(set(plain)) < 5:
        return "repeated"
    if _little_more_than(plain, _COMMON):
        return "common"
    words = [word for text in known for word in re.split(r"\W+", text.casefold()) if len(word) >= 3]
    return "own_name" if _little_more_than(plain, words) else None


def strength(password: str) -> Strength:
    """How hard a password that is not refused is to guess, by its length and how many different characters it has."""
    varied = len(set(password))
    if len(password) >= 20 and varied >= 10:
        return "strong"
    return "good" if len(password) >= 16 and varied >= 8 else "fair"


def _little_more_than(text: str, words: Iterable[str]) -> bool:
    """Whether one of the words is in the text, and next to nothing is left when they are taken out."""
    rest = text
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != text and len(set(rest)) < _OWN_LEAST
