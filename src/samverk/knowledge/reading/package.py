"""Zip packages of XML (Office Open XML, OpenDocument): parts opened within bounds, XML read without entities or network."""

import posixpath
import zipfile
import zlib
from pathlib import Path
from typing import Any

from lxml import etree

from samverk.knowledge.notes import note
from samverk.knowledge.reading.archive import open_zip
from samverk.knowledge.unreadable import Unreadable

MOST_BYTES = 48 << 20  # of one part, unpacked: its tree takes about eight times as much
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"

Element = Any  # lxml's elements have no types worth naming


class Package:
    """An open package. Parts are named by their path within it."""

    def __init__(self, path: Path) -> None:
        """Open the package. Raises `Unreadable`: damaged."""
        try:
            self._archive = open_zip(path)
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise Unreadable("damaged") from error
        self.names = frozenset(self._archive.namelist())
        self._broken: list[str] = []

    def xml(self, name: str) -> Element | None:
        """The root of a part's XML; None when the package has no such part. Raises `Unreadable`: damaged, too_large."""
        if name not in self.names:
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            root = etree.fromstring(self.bytes(name), parser)
        except etree.XMLSyntaxError as error:
            raise Unreadable("damaged") from error
        if root.getroottree().docinfo.internalDTD is not None:  # no office program writes one: somebody is trying
            raise Unreadable("damaged")
        return root

    def aside(self, name: str) -> Element | None:
        """As `xml`, for a part that the text can do without: None also where it is damaged, which `told` then says."""
        try:
            return self.xml(name)
        except Unreadable as reason:
            if reason.code != "damaged":
                raise
            self._broken.append(name)
            return None

    def told(self) -> list[str]:
        """A note on the parts that were damaged."""
        return [note("parts_broken", ", ".join(dict.fromkeys(self._broken)))] if self._broken else []

    def matching(self, prefix: str) -> list[str]:
        """The parts whose path begins like this, in order."""
        return sorted(name for name in self.names if name.startswith(prefix) and name.endswith(".xml"))

    def bytes(self, name: str) -> bytes:
        """The content of a part. Raises `Unreadable`: damaged, too_large."""
        try:
            with self._archive.open(name) as part:
                content = part.read(MOST_BYTES + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise Unreadable("damaged") from error
        if len(content) > MOST_BYTES:
            size = f"{MOST_BYTES >> 20} MB"
            raise Unreadable(
                "too_large",
                detail=f"en del av innehållet är uppackad större än {size}",
                detail_en=f"a part of its content is larger than {size} when unpacked",
            )
        return content

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """The part's relations by id: the last word of the type ("slide") and the target's path in the package."""
        folder, base = posixpath.split(name)
        root = self.xml(posixpath.join(folder, "_rels", f"{base}.rels"))
        found: dict[str, tuple[str, str]] = {}
        for relation in root.iter(_RELATION) if root is not None else ():
            target = relation.get("Target", "")
            target = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[relation.get("Id", "")] = (relation.get("Type", "").rpartition("/")[2], target)
        return found

    def main_part(self, default: str) -> str:
        """The path of the document itself."""
        for kind, target in self.relations("").values():
            if kind == "officeDocument" and target in self.names:
                return target
        return default

    def title(self, part: str = "docProps/core.xml") -> str:
        """The title among the file's properties; may be empty."""
        root = self.aside(part)
        found = next(root.iter(_TITLE), None) if root is not None else None
        return " ".join((found.text or "").split()) if found is not None else ""


def local(element: Element) -> str:
    """The element's name without its namespace; empty for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
