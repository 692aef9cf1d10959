"""Messages as Outlook saves them, made for tests: compound files ([MS-CFB], version 3) with the streams of [MS-OXMSG]."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Tree = Mapping[str, "bytes | Tree"]

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_END, _FREE, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFF


@dataclass
class _File:
    """A compound file that is being written."""

    sectors: list[bytes] = field(default_factory=list)
    fat: list[int] = field(default_factory=list)
    small: bytes = b""
    mini_fat: list[int] = field(default_factory=list)
    entries: list[list[Any]] = field(default_factory=list)  # name, type, next beside it, child, first sector, length

    def chain(self, content: bytes) -> int:
        """Store something in sectors; the first."""
        parts = [content[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, len(content), _SECTOR)]
        first = len(self.sectors)
        self.sectors += parts
        self.fat += [*range(first + 1, first + len(parts)), _END] if parts else []
        return first if parts else _END

    def stream(self, content: bytes) -> int:
        """Store a stream; where it begins."""
        if len(content) >= _CUTOFF:
            return self.chain(content)
        first, number = len(self.mini_fat), -(-len(content) // _MINI)
        self.small += content.ljust(number * _MINI, b"\0")
        self.mini_fat += [*range(first + 1, first + number), _END] if number else []
        return first if number else _END

    def add(self, tree: Tree) -> int:
        """Store what stands in a storage; its first entry."""
        following = _NONE
        for name, what in tree.items():
            number = len(self.entries)
            if isinstance(what, bytes):
                self.entries.append([name, 2, following, _NONE, self.stream(what), len(what)])
            else:
                self.entries.append([name, 1, following, _NONE, 0, 0])
                self.entries[number][3] = self.add(what)
            following = number
        return following


def compound(tree: Tree) -> bytes:
    """A compound file with these storages and streams."""
    file = _File(entries=[["Root Entry", 5, _NONE, _NONE, 0, 0]])
    file.entries[0][3] = file.add(tree)
    file.entries[0][4:] = [file.chain(file.small), len(file.small)]
    mini_fat = file.chain(b"".join(struct.pack("<I", number) for number in file.mini_fat))
    directory = file.chain(b"".join(_entry(*entry) for entry in file.entries))
    needed = -(-(len(file.fat) + len(file.fat) // 100 + 2) * 4 // _SECTOR)
    first = len(file.sectors)
    file.fat += [0xFFFFFFFD] * needed
    table = b"".join(struct.pack("<I", number) for number in file.fat).ljust(needed * _SECTOR, b"\xff")
    head = struct.pack("<8s16xHHHHH", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 62, 3, 0xFFFE, 9, 6)
    header = head + struct.pack("<6x9I", 0, needed, directory, 0, _CUTOFF, mini_fat, 1, _END, 0)
    named = [*range(first, first + needed)] + [_FREE] * (109 - needed)
    return header + struct.pack("<109I", *named) + b"".join(file.sectors) + table


def _entry(name: str, kind: int, beside: int, child: int, first: int, length: int) -> bytes:
    written = name.encode("utf-16-le")
    return struct.pack("<64sHBBIII36xIQ", written, len(written) + 2, kind, 1, _NONE, beside, child, first, length)


def properties(header: int, **numbers: int) -> bytes:
    """The stream of properties of fixed length, by their number in hexadecimal ("x0C15")."""
    rows = (struct.pack("<HHIQ", 3, int(name[1:], 16), 6, value) for name, value in numbers.items())
    return bytes(header) + b"".join(rows)


def words(**texts: str) -> dict[str, bytes]:
    """Streams of text in Unicode, by the property's number in hexadecimal ("x0037")."""
    return {f"__substg1.0_{name[1:]}001F": text.encode("utf-16-le") for name, text in texts.items()}
