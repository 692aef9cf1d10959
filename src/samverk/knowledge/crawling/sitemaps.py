"""Sitemaps: which pages a site says that it has, and when each was changed. Bounded; XML without entities. Pure."""

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lxml import etree

MOST_ENTRIES = 50_000  # sitemaps.org, of one file
MOST_BYTES = 50 << 20  # sitemaps.org, unpacked
_GZIP = b"\x1f\x8b"
_W3C = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?)?)?")


@dataclass(frozen=True, slots=True)
class Entry:
    """A page or, of an index, another sitemap. `modified` is as the site writes it, empty where it says nothing."""

    address: str
    modified: str


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What one file says."""

    pages: tuple[Entry, ...] = ()
    indexes: tuple[Entry, ...] = ()


def parse(content: bytes) -> Sitemap:
    """The entries of a sitemap, an index or a plain list of addresses, packed or not. What is broken ends it, without harm."""
    content = _unpacked(content)
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        lines = content.decode("utf-8", "replace").removeprefix("\ufeff").split("\n")
        addresses = [line.strip() for line in lines if line.strip().startswith(("http://", "https://"))]
        return Sitemap(tuple(Entry(address, "") for address in addresses[:MOST_ENTRIES]))
    found: dict[str, list[Entry]] = {"url": [], "sitemap": []}
    for name, entry in _entries(content):
        found[name].append(entry)
        if len(found[name]) >= MOST_ENTRIES:
            break
    return Sitemap(tuple(found["url"]), tuple(found["sitemap"]))


def _entries(content: bytes) -> Iterator[tuple[str, Entry]]:
    walked = etree.iterparse(
        io.BytesIO(content),
        tag=("{*}url", "{*}sitemap"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        for _, element in walked:
            address = (element.findtext("{*}loc") or "").strip()
            if address:
                yield (
                    etree.QName(element).localname,
                    Entry(address, (element.findtext("{*}lastmod") or "").strip()[:40]),
                )
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError:
        return


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(_GZIP):
        return content[:MOST_BYTES]
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(content, MOST_BYTES)
    except zlib.error:
        return b""


def moment(text: str) -> datetime | None:
    """When a page was changed, in UTC; a day alone is its end. None for what no calendar knows."""
    if not _W3C.fullmatch(text):
        return None
    padded = text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text
    try:
        found = datetime.fromisoformat(padded.replace(" ", "T"))
    except ValueError:
        return None
    if len(text) <= 10:
        found += timedelta(days=1)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def settled(text: str, now: datetime) -> bool:
    """Whether a change can be told from the next one: it lies behind us, so that another would be written otherwise."""
    found = moment(text)
    return found is not None and found < now
