"""Compound files, the file system within a file that older Office programs and Outlook write: storages with streams in them.

Facts are from [MS-CFB]. Every chain is followed for as long as its stream's length asks and no longer, so that a file that lies
or loops ends; what is missing at the end is missing in the stream.
"""

import struct
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from samverk.knowledge.unreadable import Unreadable

_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY = struct.Struct("<64sHBBIII36xIQ")  # name, its bytes, type, colour, left, right, child, first sector, length
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_NOTHING = 0xFFFFFFFA  # from here on a number names no sector and no entry
_MINI = 64  # bytes of a sector of the small streams
_MOST_ENTRIES = 20_000
_HEADER_FATS = 109  # sectors of the FAT that the header names itself


@dataclass(frozen=True, slots=True)
class Entry:
    """A storage or a stream: `id` is its place in the directory, `child` the entry where a storage's own begin."""

    id: int
    name: str
    is_stream: bool
    child: int
    first: int
    length: int
    beside: tuple[int, int]


class Compound:
    """A compound file. Raises `Unreadable`: damaged, where it is none."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        if not content.startswith(_SIGNATURE) or len(content) < 512:
            raise Unreadable("damaged")
        shift, mini_shift = struct.unpack_from("<HH", content, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise Unreadable("damaged")
        self._sector = 1 << shift
        self._directory, self._cutoff, self._first_mini = struct.unpack_from("<I4xII", content, 48)
        self._fat = self._table(b"".join(self._at(number) for number in self._fat_sectors()))
        if not self._entries or self._entries[0] is None:
            raise Unreadable("damaged")

    def inside(self, storage: int = 0) -> dict[str, Entry]:
        """What stands right in a storage, by name; of the whole file without one."""
        start = self._entries[storage] if storage < len(self._entries) else None
        found: dict[str, Entry] = {}
        waiting, known = [start.child if start else _NOTHING], {storage}
        while waiting:
            number = waiting.pop()
            if number in known or number >= len(self._entries) or (entry := self._entries[number]) is None:
                continue
            known.add(number)
            found.setdefault(entry.name, entry)
            waiting += entry.beside
        return found

    def read(self, entry: Entry, most: int) -> bytes:
        """A stream's content, of which at most so many bytes are read."""
        length = min(entry.length, most) if entry.is_stream else 0
        if entry.length >= self._cutoff:
            return self._chained(entry.first, length)
        sectors = _chain(self._mini_fat, entry.first, -(-length // _MINI))
        return b"".join(self._small[number * _MINI : (number + 1) * _MINI] for number in sectors)[:length]

    @cached_property
    def _entries(self) -> list[Entry | None]:
        listing = self._chained(self._directory, _MOST_ENTRIES * _ENTRY.size)
        return [_entry(number, listing) for number in range(len(listing) // _ENTRY.size)]

    @cached_property
    def _small(self) -> bytes:
        """The stream that holds all small ones."""
        root = self._entries[0]
        return self._chained(root.first, min(root.length, len(self._content))) if root else b""

    @cached_property
    def _mini_fat(self) -> "array[int]":
        return self._table(self._chained(self._first_mini, len(self._content)))

    def _fat_sectors(self) -> Iterator[int]:
        """The sectors of the table of chains: the header names the first, sectors of their own the others."""
        most = len(self._content) // self._sector
        named = list(struct.unpack_from(f"<{_HEADER_FATS}I", self._content, 76))
        further = int(struct.unpack_from("<I", self._content, 68)[0])
        while further < _NOTHING and len(named) <= most:
            more = self._table(self._at(further))
            if len(more) < self._sector // 4:
                break
            named += more[:-1]
            further = more[-1]
        return (number for number in named[: most + 1] if number < _NOTHING)

    def _chained(self, first: int, length: int) -> bytes:
        sectors = _chain(self._fat, first, -(-length // self._sector))
        return b"".join(map(self._at, sectors))[:length]

    def _at(self, number: int) -> bytes:
        start = (number + 1) * self._sector
        return self._content[start : start + self._sector]

    @staticmethod
    def _table(content: bytes) -> "array[int]":
        return array("I", content[: len(content) // 4 * 4])


def names(content: bytes) -> Mapping[str, Entry]:
    """What stands in a file; nothing where it is no compound file."""
    try:
        return Compound(content).inside()
    except Unreadable:
        return {}


def _chain(table: "array[int]", first: int, most: int) -> Iterator[int]:
    number = first
    for _ in range(min(most, len(table))):
        if number >= len(table):
            return
        yield number
        number = table[number]


def _entry(number: int, listing: bytes) -> Entry | None:
    raw, length, kind, _, left, right, child, first, size = _ENTRY.unpack_from(listing, number * _ENTRY.size)
    if kind not in (_STORAGE, _STREAM, _ROOT):
        return None
    name = raw[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
    return Entry(number, name, kind == _STREAM, child, first, size & 0xFFFFFFFF, (left, right))
