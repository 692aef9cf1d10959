"""Who links to a page. A few witnesses are remembered: a page that has not changed does not tell its links again. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from samverk.knowledge.crawling.addresses import key

_WITNESSES = 5


@dataclass(slots=True)
class Links:
    """The links that this walk has read, and in `before` who linked to the pages of the collection by then: see `remembered`."""

    before: Mapping[str, list[str]] = field(default_factory=dict)
    _witnesses: dict[str, set[str]] = field(default_factory=dict)  # of a page, by their keys
    _told: set[str] = field(default_factory=set)  # marks of pages whose links are known anew

    def tell(self, page: str, links: Iterable[str]) -> None:
        """Note which addresses a page links to now; one that is gone links to none."""
        own = key(page)
        self._told.add(_mark(own))
        for named in {key(link) for link in links} - {own}:
            witnesses = self._witnesses.setdefault(named, set())
            if len(witnesses) < _WITNESSES:
                witnesses.add(own)

    def is_lost(self, address: str) -> bool:
        """Whether nobody links to a page any more: not in this walk, nor any witness of before that may do so still."""
        return _mark(key(address)) in self.before and not self._of(address)

    def remembered(self, addresses: Iterable[str]) -> dict[str, list[str]]:
        """The marks of the witnesses of these pages, by the pages' marks. One that nothing is known of is absent."""
        found = {_mark(key(address)): self._of(address) for address in addresses}
        return {mark: witnesses for mark, witnesses in found.items() if witnesses or mark in self.before}

    def _of(self, address: str) -> list[str]:
        own = key(address)
        now = [_mark(witness) for witness in sorted(self._witnesses.get(own, ()))]
        still = [mark for mark in self.before.get(_mark(own), ()) if mark not in self._told]
        return list(dict.fromkeys([*now, *still]))[:_WITNESSES]


def _mark(page: str) -> str:
    return sha256(page.encode("utf-8", "surrogatepass")).hexdigest()[:8]
