"""Vectors as OpenAI's interface writes them: lists of numbers, or base64 of little-endian float32."""

import sys
from array import array
from base64 import b64decode, b64encode
from collections.abc import Sequence


def as_base64(vector: Sequence[float] | str) -> str:
    """A vector as base64, however it came."""
    if isinstance(vector, str):
        return vector
    numbers = array("f", vector)
    if sys.byteorder == "big":
        numbers.byteswap()
    return b64encode(numbers.tobytes()).decode()


def as_numbers(vector: Sequence[float] | str) -> list[float]:
    """A vector as numbers, however it came. Raises ValueError for what is none."""
    if not isinstance(vector, str):
        return [float(number) for number in vector]
    numbers = array("f", b64decode(vector, validate=True))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tolist()


def in_format(vectors: Sequence[Sequence[float] | str], encoding: object) -> tuple[list[float] | str, ...]:
    """Vectors in the `encoding_format` that was asked for: `base64`, otherwise numbers. Raises ValueError and TypeError."""
    if encoding == "base64":
        return tuple(as_base64(vector) for vector in vectors)
    return tuple(as_numbers(vector) for vector in vectors)
