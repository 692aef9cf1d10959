"""Files within a file: what is attached to a message becomes part of the same document, each read in a process of its own.

Who searches finds the attachment's words and is told that they stand in it: "Bilaga: karta.pdf, s. 2". Knows no format.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from samverk.core.errors import SamverkError
from samverk.knowledge import places
from samverk.knowledge.notes import note
from samverk.knowledge.passages import Block, Enclosed, Parsed
from samverk.knowledge.unreadable import Unreadable

MOST_FILES, MOST_BYTES, DEEPEST = 50, 40 << 20, 3  # bytes in all; messages within messages
MOST_SECONDS = 120.0
_MOST_NAMED = 20  # notes on attachments that were not read

Reader = Callable[[Path], Parsed]


def with_enclosed(parsed: Parsed, read: Reader) -> Parsed:
    """The document with what is enclosed in it read by `read`; what cannot be read, or is too much, is told in notes."""
    return _Opening(read).opened(parsed, 1) if parsed.enclosed else parsed


class _Opening:
    """Counts what one document's attachments have cost so far."""

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._files = self._bytes = 0
        self._deadline = time.monotonic() + MOST_SECONDS
        self._notes: list[str] = []

    def opened(self, parsed: Parsed, depth: int) -> Parsed:
        """The document with its attachments after it, in their order."""
        blocks, labels = _on_its_own_page(parsed)
        for enclosed in parsed.enclosed:
            inner = self._one(enclosed, depth)
            if inner is not None:
                more, pages = _within(enclosed.name, inner, len(labels))
                blocks.extend(more)
                labels.extend(pages)
        notes = (*parsed.notes, *self._notes[:_MOST_NAMED]) if depth == 1 else parsed.notes
        return replace(parsed, blocks=tuple(blocks), labels=tuple(labels), notes=notes, enclosed=())

    def _one(self, enclosed: Enclosed, depth: int) -> Parsed | None:
        """An attachment as its own parser reads it, with its own attachments; None where it is not read."""
        reason = self._too_much(enclosed, depth)
        if not reason:
            try:
                inner = self._parsed(enclosed)
                if any(block.text.strip() for block in inner.blocks):
                    return self.opened(inner, depth + 1)
                reason = "no_text"
            except SamverkError as error:
                reason = error.code
        self._notes.append(note("attachment_unread", f"{enclosed.name} ({reason})"))
        return None

    def _too_much(self, enclosed: Enclosed, depth: int) -> str:
        """The code of the reason why an attachment is not even opened; empty when it may be."""
        self._files += 1
        self._bytes += len(enclosed.content)
        if depth > DEEPEST or self._files > MOST_FILES or self._bytes > MOST_BYTES:
            return "too_large"
        return "took_too_long" if time.monotonic() > self._deadline else ""

    def _parsed(self, enclosed: Enclosed) -> Parsed:
        if not enclosed.content:
            raise Unreadable("empty")
        suffix = PurePosixPath(enclosed.name).suffix.lower()
        with tempfile.TemporaryDirectory(prefix="samverk-attached-") as folder:
            path = Path(folder) / f"attached{suffix if suffix[1:].isalnum() and len(suffix) < 10 else ''}"
            path.write_bytes(enclosed.content)
            return self._read(path)


def _on_its_own_page(parsed: Parsed) -> tuple[list[Block], list[str]]:
    """The blocks and labels of what encloses; without pages of its own it becomes one, so that its files have theirs."""
    if parsed.labels:
        return list(parsed.blocks), list(parsed.labels)
    return [replace(block, page=0) for block in parsed.blocks], [places.part("message", "1")]


def _within(name: str, parsed: Parsed, first: int) -> tuple[Iterator[Block], list[str]]:
    """The blocks of an attachment under a heading that names it, their pages counted on from `first`, and its labels."""
    attachment = places.part("attachment", name)
    labels = [places.within(attachment, label) for label in parsed.labels] or [attachment]
    heading = Block("heading", f"Bilaga: {name}", 1, first)
    return _moved(heading, parsed.blocks, first), labels


def _moved(heading: Block, blocks: tuple[Block, ...], first: int) -> Iterator[Block]:
    yield heading
    for block in blocks:
        level = min(9, block.level + 1) if block.kind == "heading" else 0
        yield replace(block, level=level, page=first + (block.page or 0))
