"""What a walk has before it: every address once, the known ones first, with what the site says of robots and traps. Pure."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from samverk.knowledge.crawling.addresses import Site, key, suffix
from samverk.knowledge.crawling.robots import Robots
from samverk.knowledge.crawling.traps import Traps, pattern

DOCUMENTS = frozenset(
    {".pdf", ".docx", ".doc", ".odt", ".rtf", ".xlsx", ".ods", ".pptx", ".odp", ".csv", ".md", ".txt"}
)
_NO_DOCUMENTS = frozenset(
    ".jpg .jpeg .png .gif .svg .webp .avif .ico .bmp .tif .tiff .css .js .mjs .json .xml .rss .atom .ics .vcf .woff .woff2 .ttf"
    " .mp3 .m4a .ogg .wav .mp4 .m4v .mov .avi .webm .mpg .wmv .zip .gz .tar .7z .rar .exe .msi .dmg .apk .iso .dwg".split()
)


_MOST_WAITING = 200_000  # more than any walk may visit: what a site makes up without end takes no more memory


@dataclass(slots=True)
class Frontier:
    """The addresses that wait, each with its depth, and all that were ever here. `told` holds what is refused unseen."""

    site: Site
    robots: Robots
    deepest: int
    told: list[tuple[str, str]] = field(default_factory=list)  # pairs (address, code), once for each kind of address
    _waiting: deque[tuple[str, int]] = field(default_factory=deque)
    _known: set[str] = field(default_factory=set)
    _spelling: dict[str, str] = field(default_factory=dict)
    _refused: set[tuple[str, str]] = field(default_factory=set)
    _traps: Traps = field(default_factory=Traps)

    def spell(self, addresses: Iterable[str]) -> None:
        """Let these addresses be the spelling of their pages."""
        self._spelling.update((key(address), address) for address in addresses)

    def add(self, address: str, depth: int = 0) -> None:
        """Put an address that the site itself or an earlier walk has named in the queue, unless it has been there."""
        page = key(address)
        if page not in self._known and len(self._waiting) < _MOST_WAITING:
            self._known.add(page)
            self._waiting.append((self._spelling.get(page, address), depth))

    def follow(self, address: str, depth: int) -> None:
        """Put an address that a page links to in the queue, when it may be looked at."""
        ending = suffix(address)
        within = self.site.has(address) if ending in DOCUMENTS else self.site.holds(address)
        if not within or depth > self.deepest or ending in _NO_DOCUMENTS or key(address) in self._known:
            return
        trap = self._traps.found(address)
        if trap or not self.robots.allow(address):
            self.refuse(address, trap or "robots")
        else:
            self.add(address, depth)

    def refuse(self, address: str, code: str) -> None:
        """Tell that an address is not looked at: one of its kind stands for all."""
        self._known.add(key(address))
        kind = (pattern(address) if code == "trap_form" else pattern(address).partition("?")[0], code)
        if code in ("trap_deep", "trap_loop"):
            kind = (kind[0].split("/")[1], code)
        if kind not in self._refused:
            self._refused.add(kind)
            self.told.append((address, code))

    def arrived(self, address: str) -> bool:
        """Whether a redirect has led to a page that was not known; it is, from now on."""
        new = key(address) not in self._known
        self._known.add(key(address))
        return new

    def take(self) -> tuple[str, int] | None:
        """The next address and its depth; None at the end."""
        return self._waiting.popleft() if self._waiting else None

    def left(self) -> list[str]:
        """The addresses that still wait."""
        return [address for address, _ in self._waiting]

    def __len__(self) -> int:
        return len(self._waiting)
