"""Vectors in little room, in plain Python: a signed byte a dimension to compare by, one bit a dimension to look through. Pure.

The signs of all vectors are looked through (the Hamming distance of two integers is one instruction a word), and the cosine is
taken of those that come nearest alone. The length of a vector does not matter to a cosine, so it is not kept.
"""

import base64
import math
import struct
from array import array
from collections.abc import Sequence
from heapq import nsmallest
from operator import mul

_STEPS = 127
_SIGNS = bytes([ord("0") if byte < 128 else ord("1") for byte in range(256)])  # of signed bytes


def packed(vector: Sequence[float] | str) -> bytes:
    """A vector, as numbers or as base64 of little-endian float32, in signed bytes. Raises ValueError where it is none."""
    numbers = _unpacked(vector) if isinstance(vector, str) else vector
    largest = max(map(abs, numbers), default=0.0)
    if not largest or not math.isfinite(sum(map(abs, numbers))):
        raise ValueError("no direction")
    return array("b", [round(number / largest * _STEPS) for number in numbers]).tobytes()


def signs(vector: bytes) -> int:
    """The signs of a packed vector's numbers, a bit each."""
    return int(vector.translate(_SIGNS), 2)


def cosine(one: bytes, other: bytes) -> float:
    """The cosine of the angle between two packed vectors of one size, -1 to 1."""
    a, b = array("b", one), array("b", other)
    dot, squares = sum(map(mul, a, b)), sum(map(mul, a, a)) * sum(map(mul, b, b))
    return float(dot / math.sqrt(squares))


def nearest(codes: Sequence[int], code: int, count: int) -> list[int]:
    """The places of those of the codes that differ the least from one, nearest first."""
    distances = [(other ^ code).bit_count() for other in codes]
    return nsmallest(count, range(len(distances)), key=distances.__getitem__)


def _unpacked(vector: str) -> tuple[float, ...]:
    raw = base64.b64decode(vector)
    return struct.unpack(f"<{len(raw) // 4}f", raw)
