"""What a search can be narrowed by: sorts of documents, dates and levels. Pure."""

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from types import MappingProxyType

from samverk.core.errors import Invalid
from samverk.core.levels import Level

# The sorts of documents as people know them, each with the suffixes of its files.
TYPES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        name: frozenset(suffixes.split())
        for name, suffixes in {
            "pdf": ".pdf",
            "text": ".doc .docx .odt .rtf .txt .md",
            "sheet": ".xls .xlsx .ods .csv",
            "slides": ".ppt .pptx .odp",
            "web": ".html .htm .xhtml",
            "mail": ".eml .msg",
            "image": ".png .jpg .jpeg .tif .tiff .webp .gif .bmp",
        }.items()
    }
)
OTHER = "other"  # of no sort that people choose

_BY_SUFFIX = {suffix: name for name, suffixes in TYPES.items() for suffix in suffixes}
_MEDIA_TYPES = mimetypes.MimeTypes()  # Python's own table: the same on every machine


@dataclass(frozen=True, slots=True)
class Only:
    """What is searched for alone. Empty sets and None leave everything in. Raises Invalid for an unknown type.

    `types` are keys of TYPES. A document's date is when its source says that it was changed, else when its version was
    added; `since` is the first moment that counts and `until` the first that does not.
    """

    types: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    levels: frozenset[Level] = frozenset()

    def __post_init__(self) -> None:
        if unknown := sorted(self.types - TYPES.keys()):
            known = ", ".join(TYPES)
            raise Invalid(
                sv=f"Det finns ingen dokumenttyp som heter {unknown[0]}. De som finns är {known}.",
                en=f"There is no type of document called {unknown[0]}. Those that exist are {known}.",
            )

    def takes(self, level: Level) -> bool:
        """Whether passages of this level are searched."""
        return not self.levels or level in self.levels


EVERYTHING = Only()


def type_of(path: str, media_type: str) -> str:
    """The sort of a document: by its suffix, or, where that says nothing (a page of the web), by its media type."""
    suffix = PurePosixPath(path).suffix.lower()
    return _BY_SUFFIX.get(suffix) or _BY_SUFFIX.get(_MEDIA_TYPES.guess_extension(media_type) or "", OTHER)
