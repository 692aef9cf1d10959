"""Canonical JSON and digests: the same value gives the same bytes everywhere, so that it can be signed and compared."""

import hashlib
from typing import Any

import orjson


def canonical(value: Any) -> bytes:
    """JSON with sorted keys, no white space, UTF-8, after RFC 8785 for the values that we store (no floats in money)."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def digest(value: Any) -> str:
    """SHA-256 of a value's canonical JSON, in hexadecimal; bytes and text are digested as they are."""
    data = value if isinstance(value, bytes) else value.encode() if isinstance(value, str) else canonical(value)
    return hashlib.sha256(data).hexdigest()
