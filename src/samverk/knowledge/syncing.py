"""What a walk through a source means for a collection: what is new, what is the same, what is gone. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal
from uuid import UUID

from samverk.knowledge.sources import Seen
from samverk.knowledge.views import Reason

Outcome = Literal["added", "changed", "removed", "refused", "held", "kept"]

FEW = 5  # when so many or more are known, all of them are never removed unasked
MANY = 20  # when so many or more are known, over half of them are never removed unasked
LONGEST_ADDRESS = 2_000

PATH_TAKEN = Reason(
    "path_taken",
    "Ett dokument med samma namn kommer från en annan källa eller en annan fil i den här.",
    "A document with the same name comes from another source or another file of this one.",
)
ADDRESS_TOO_LONG = Reason(
    "address_too_long",
    f"Adressen är längre än {LONGEST_ADDRESS} tecken.",
    f"The address is longer than {LONGEST_ADDRESS} characters.",
)


@dataclass(frozen=True, slots=True)
class Known:
    """An item that was taken before: what the source is told of it, and the document that it became."""

    seen: Seen
    path: str
    document: UUID


@dataclass(frozen=True, slots=True)
class Entry:
    """What a sync did with an item. `hash` and `bytes` are of what was taken."""

    address: str
    outcome: Outcome
    path: str = ""
    reason: Reason | None = None
    document: UUID | None = None
    hash: str = ""
    bytes: int = 0


@dataclass(slots=True)
class Tally:
    """What a walk has come to so far. An item counts once, also where a sync begins anew after its process died."""

    known: Mapping[str, Known]
    done: dict[str, Outcome] = field(default_factory=dict)
    mentioned: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    same: set[str] = field(default_factory=set)

    @property
    def unchanged(self) -> int:
        """How many items are as they were."""
        return len(self.same)

    def is_new(self, address: str) -> bool:
        """Note that an item was mentioned; whether it was not before. A server may list a file twice."""
        number = len(self.mentioned)
        self.mentioned.add(address)
        return len(self.mentioned) > number

    def is_same(self, address: str) -> None:
        """Note that an item is as it was."""
        if address not in self.done:
            self.same.add(address)

    def is_doubtful(self, address: str) -> bool:
        """Note that an item that was as it was is refused after all; whether it was one."""
        was = address in self.same or self.done.get(address) == "refused"
        self.same.discard(address)
        return was

    def vanished(self) -> list[str]:
        """What a walk that ended whole leaves behind, by address: known, and named as gone or not mentioned."""
        return sorted(address for address in self.known if address in self.gone or address not in self.mentioned)


def key_of(address: str) -> str:
    """The key under which an address is kept."""
    return sha256(address.encode("utf-8", "surrogatepass")).hexdigest()


def taken_as(known: Known | None, digest: str, path: str) -> Outcome | None:
    """How something that was fetched counts: `added`, `changed`, or not at all where it is what it was."""
    if known is None:
        return "added"
    return None if (known.seen.hash, known.path) == (digest, path) else "changed"


def summed(before: Outcome | None, now: Outcome) -> Outcome:
    """What a sync has done with an item that did this before: what was added is not changed as well."""
    return "added" if (before, now) == ("added", "changed") else now


def is_suspicious(vanished: int, known: int) -> bool:
    """Whether so much would be removed that it is rather the source that is wrong: over half of many, or all of a few."""
    return (known >= MANY and 2 * vanished > known) or (known >= FEW and vanished == known)
