"""Reads the file of weights that CRFsuite writes when it has been trained: so that using them needs no CRFsuite.

The format (crfsuite 0.12, `lib/crf/src/crf1d_model.c` and `lib/cqdb/src/cqdb.c`): a header; the weights, each of an attribute and
a tag or of two tags; and two databases that give tags and attributes their numbers. All numbers are little-endian.
"""

from pathlib import Path
from struct import Struct
from typing import NamedTuple

Row = tuple[float, ...]

_HEADER = Struct("<4s4x4s16xIII")  # magic, sort; where the weights, the tags and the attributes stand
_CHUNK = Struct("<8xI")  # how many weights follow
_WEIGHT = Struct("<IIId")  # of an attribute (0) or of two tags (1); from, to, how much
_DATABASE = Struct("<16xII")  # how many places of names there are, and where
_NAME = Struct("<II")  # number, and size with the nought that ends it
_OF_TAGS = 1


class Weights(NamedTuple):
    """For each feature how much more each tag weighs than the last; and for each tag what each tag weighs after it."""

    features: dict[bytes, Row]
    transitions: tuple[Row, ...]


def read(file: Path, tags: str) -> Weights:
    """The weights, with tags in the order asked for. Raises ValueError for a file of another kind."""
    data = file.read_bytes()
    magic, sort, at_weights, at_tags, at_names = _HEADER.unpack_from(data)
    if (magic, sort) != (b"lCRF", b"FOMC"):
        raise ValueError(f"{file.name} holds no weights of a first-order CRF")
    place = {number: tags.index(tag.decode()) for number, tag in _names(data, at_tags).items()}
    rows: dict[int, list[float]] = {}
    transitions = [[0.0] * len(tags) for _ in tags]
    at_weights += _CHUNK.size
    size = _CHUNK.unpack_from(data, at_weights - _CHUNK.size)[0] * _WEIGHT.size
    for kind, one, other, weight in _WEIGHT.iter_unpack(data[at_weights : at_weights + size]):
        row = transitions[place[one]] if kind == _OF_TAGS else rows.setdefault(one, [0.0] * len(tags))
        row[place[other]] = weight
    names = _names(data, at_names)
    features = {names[one]: tuple(weight - row[-1] for weight in row[:-1]) for one, row in rows.items()}
    return Weights(features, tuple(map(tuple, transitions)))


def _names(data: bytes, start: int) -> dict[int, bytes]:
    """The names in a database by their numbers."""
    count, at = _DATABASE.unpack_from(data, start)
    found: dict[int, bytes] = {}
    for (place,) in Struct("<I").iter_unpack(data[start + at : start + at + 4 * count]):
        if place:
            begin = start + place + _NAME.size
            number, size = _NAME.unpack_from(data, start + place)
            found[number] = data[begin : begin + size - 1]
    return found
