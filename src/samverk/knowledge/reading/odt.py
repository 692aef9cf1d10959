"""OpenDocument texts. Pages are given when the soft page breaks agree with the number that the statistics name."""

from pathlib import Path

from samverk.knowledge.notes import note
from samverk.knowledge.passages import Parsed
from samverk.knowledge.reading import odf
from samverk.knowledge.reading.package import Package
from samverk.knowledge.reading.paged import with_pages
from samverk.knowledge.reading.titles import opening, sensible

_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"


def parse(path: Path) -> Parsed:
    """The document. Raises `Unreadable`."""
    package = Package(path)
    root = package.xml("content.xml")
    body = root.find(f"{odf.OFFICE}body/{odf.OFFICE}text") if root is not None else None
    walk = odf.Walk(odf.lists_of(package, root))
    if body is not None:
        odf.container(walk, body)
    blocks, labels = with_pages(walk.blocks, _page_count(package))
    title = sensible(package.title("meta.xml")) or opening(blocks)
    contents = [note("contents_left_out")] if walk.contents else []
    return Parsed(title, tuple(blocks), labels, (*contents, *odf.left_out(body), *package.told()))


def _page_count(package: Package) -> str:
    root = package.aside("meta.xml")
    found = next(root.iter(_META + "document-statistic"), None) if root is not None else None
    return str(found.get(_META + "page-count", "")) if found is not None else ""
