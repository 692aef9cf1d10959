"""The fake beside the sources: items that a test puts there. It is made by hand and so never discovered."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from samverk.knowledge.sources import (
    Field,
    Gone,
    Item,
    Mention,
    Refused,
    Seen,
    Settings,
    SourceFailed,
    Tools,
    Unchanged,
    Words,
    content,
)
from samverk.knowledge.views import Reason


@dataclass(slots=True)
class MemorySource:
    """A source of texts by address. `breaks_after` so many mentions the walk breaks off."""

    items: dict[str, bytes] = field(default_factory=dict)
    refused: dict[str, Reason] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    breaks_after: int | None = None
    kind = "memory"
    title = Words("Minne", "Memory")
    hint = Words("Bara för prov.", "For tests alone.")
    form = (
        Field("place", Words("Plats", "Place"), "address"),
        Field("password", Words("Lösenord", "Password"), "secret", required=False),
    )
    walks = True

    def where(self, settings: Settings) -> str:
        """See `Source`."""
        return settings["place"]

    async def check(self, settings: Settings, secret: str, tools: Tools) -> None:
        """See `Source`."""

    async def walk(
        self, settings: Settings, secret: str, seen: Mapping[str, Seen], tools: Tools
    ) -> AsyncIterator[Mention]:
        """See `Source`."""
        for number, mention in enumerate(self._mentions(seen)):
            if number == self.breaks_after:
                raise SourceFailed(why_sv="den är borta", why_en="it is gone")
            yield mention

    def _mentions(self, seen: Mapping[str, Seen]) -> list[Mention]:
        found: list[Mention] = [Gone(address) for address in sorted(self.gone & seen.keys())]
        found += [Refused(address, reason) for address, reason in self.refused.items()]
        for address, data in self.items.items():
            etag = sha256(data).hexdigest()[:16]
            known = seen.get(address)
            same = known is not None and known.etag == etag
            found.append(Unchanged(address) if same else Item(address, address, content(data), etag))
        return found
