"""How collections and documents are told of: addresses, sizes, states, and what one can do about a file that was not read."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from samverk.knowledge.collections import RESERVED
from samverk.knowledge.notes import said
from samverk.knowledge.views import CollectionInfo, DocumentInfo, Reason
from samverk.web.texts import Texts

_UNITS = ("B", "kB", "MB", "GB")


def address(info: CollectionInfo) -> str:
    """Where a collection is read."""
    return f"/kunskap/{info.slug if info.own and info.slug not in RESERVED else info.full_ref}"


def size(words: Texts, number: int) -> str:
    """Bytes as people write them."""
    value, unit = float(number), 0
    while value >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{words.number(round(value, 1 if unit and value < 10 else 0))} {_UNITS[unit]}"


def advice(words: Texts, code: str) -> str:
    """What one can do about a file that was not read; nothing where the reason says it itself."""
    key = "todo." + code
    return words(key) if words.has(key) else ""


def notes(words: Texts, stored: tuple[str, ...]) -> list[str]:
    """What reading left out or is uncertain of, in the reader's language."""
    return [said(note, words.language) for note in stored]


def who_may_read(words: Texts, info: CollectionInfo, groups: Mapping[str, str]) -> str:
    """Who may read a collection of ours; `groups` knows their names by slug."""
    if info.groups:
        named = sorted((groups.get(slug, slug) for slug in info.groups), key=str.casefold)
        return words("knowledge.readers_groups", groups=", ".join(named))
    return words("knowledge.readers_all" if info.level.slug == "open" else "knowledge.readers_staff")


def item(words: Texts, info: DocumentInfo) -> dict[str, Any]:
    """A document for the script that follows it: state, why, what to do."""
    why = info.reason.message(words.language) if info.reason and info.status != "read" else ""
    return {
        "id": str(info.id),
        "path": info.path,
        "status": info.status,
        "label": words("knowledge.status." + info.status),
        "why": why,
        "todo": advice(words, info.reason.code) if why and info.reason else "",
        "href": f"/dokument/{info.id}",
    }


def settled(words: Texts, path: str, status: str, document: UUID | None, reason: Reason | None) -> dict[str, Any]:
    """A file that is done with at once: `unchanged`, or `refused` for a reason."""
    return {
        "id": str(document) if document else "",
        "path": path,
        "status": status,
        "label": words("knowledge.status." + status),
        "why": reason.message(words.language) if reason else "",
        "todo": advice(words, reason.code) if reason else "",
        "href": f"/dokument/{document}" if document else "",
    }
