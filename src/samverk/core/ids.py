"""Ids and the clock: time-ordered UUIDs (RFC 9562, version 7), and secrets that a person can paste."""

import os
import secrets
import time
from datetime import UTC, datetime
from uuid import UUID

_BYTES, _AT_ONCE = 10, 256
_drawn: list[bytes] = []
os.register_at_fork(after_in_child=_drawn.clear)  # no two processes give the same id


def new_id() -> UUID:
    """A version 7 UUID: 48 bits of milliseconds since 1970, then randomness. Sorts by time of creation."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | int.from_bytes(_random(), "big")
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return UUID(int=value)


def _random() -> bytes:
    """Ten bytes that nobody can foresee. The system is asked for many at once: each question lets other threads in between."""
    try:
        return _drawn.pop()
    except IndexError:
        whole = os.urandom(_BYTES * _AT_ONCE)
        _drawn.extend(whole[at : at + _BYTES] for at in range(0, len(whole), _BYTES))
        return os.urandom(_BYTES)


def new_secret(prefix: str = "") -> str:
    """A secret of 256 random bits in URL-safe text, after an optional readable prefix."""
    return prefix + secrets.token_urlsafe(32)


def now() -> datetime:
    """The current time, aware, in UTC."""
    return datetime.now(UTC)
