"""Found passages for tests of the answer's pure parts."""

from typing import Any
from uuid import UUID

from samverk.core.levels import Level
from samverk.knowledge.views import FoundPassage


def found(number: int, text: str, **other: Any) -> FoundPassage:
    """A passage whose id says which it is."""
    known: dict[str, Any] = {
        "id": UUID(int=number),
        "collection": "regler",
        "document_id": UUID(int=1000 + number),
        "version_id": UUID(int=2000 + number),
        "title": f"Dokument {number}",
        "heading": ("3 Ansökan",),
        "page": 0,
        "label": "12",
        "text": text,
        "score": 1.0 / number,
        "level": Level.OPEN,
        "org": UUID(int=1),
        "pages": (),
        "labels": ("12",),
    }
    return FoundPassage(**{**known, **other})
