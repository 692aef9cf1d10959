"""What waits for somebody: each a line with its place, gathered from the rooms. Decides nothing."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from samverk.answers import overview as answers
from samverk.assistants import overview as assistants
from samverk.core.ids import now
from samverk.http.rooms import Rooms
from samverk.identity.keys import state_of
from samverk.identity.principal import Principal
from samverk.knowledge import overview as knowledge
from samverk.knowledge.views import CollectionInfo
from samverk.library.cards import certificate
from samverk.web.texts import Texts

MOST = 3  # of a sort; the page behind shows them all


@dataclass(frozen=True, slots=True)
class Task:
    """A line under "waits for you": its key below `waiting.`, the facts, where it leads; `n` where it counts things."""

    key: str
    address: str
    facts: dict[str, Any] = field(default_factory=dict)
    n: int | None = None

    def sentence(self, words: Texts) -> str:
        """The line in the reader's language."""
        key = "waiting." + self.key
        return words(key, **self.facts) if self.n is None else words.count(key, self.n, **self.facts)


async def tasks(rooms: Rooms, who: Principal, readable: Collection[CollectionInfo]) -> list[Task]:
    """Everything that waits for this person, the most pressing first. `readable` are the collections that they may read."""
    first = [*await _answers(rooms, who), *await _documents(rooms, who, readable)]
    return first + [task for gather in _SORTS for task in await gather(rooms, who)]


async def _answers(rooms: Rooms, who: Principal) -> list[Task]:
    found = await answers.under_way(rooms.db, who, MOST)
    return [Task("answer", f"/samtal/{one.conversation}#svar-{one.run}", {"title": one.title}) for one in found]


async def _documents(rooms: Rooms, who: Principal, readable: Collection[CollectionInfo]) -> list[Task]:
    found = await knowledge.not_read(rooms.db, who, readable, MOST)
    return [
        Task("unread", f"/kunskap/{one.collection.slug}?visa=failed", {"name": one.collection.name}, one.documents)
        for one in found
    ]


async def _drafts(rooms: Rooms, who: Principal) -> list[Task]:
    found = await assistants.drafts(rooms.db, who, MOST)
    return [Task("draft", f"/bygg/{one.slug}", {"name": one.name}) for one in found]


async def _keys(rooms: Rooms, who: Principal) -> list[Task]:
    if not who.may("admin"):
        return []
    found = [key for key in await rooms.identity.keys(who.org_id) if state_of(key, now()) == "expiring"]
    return [Task("key", "/organisation/nycklar", {"name": key.name}) for key in found[:MOST]]


async def _invitations(rooms: Rooms, who: Principal) -> list[Task]:
    if not who.may("admin"):
        return []
    n = len(await rooms.identity.invitations.waiting(who.org_id))
    return [Task("invitations", "/organisation/inbjudningar", n=n)] if n else []


async def _certificates(rooms: Rooms, who: Principal) -> list[Task]:
    if not who.may("models:write"):
        return []
    cards = [adopted.card for adopted in await rooms.library.models(who.org_id)]
    stands = [(card, certificate(card, now().date()).state) for card in cards]
    wanted = {"ended": "certificate_ended", "ends_soon": "certificate_ends"}
    found = [(card, wanted[state]) for card, state in stands if state in wanted]
    return [Task(key, f"/modeller/{card.slug}", {"name": card.name}) for card, key in found[:MOST]]


_SORTS: tuple[Callable[[Rooms, Principal], Awaitable[list[Task]]], ...] = (
    _drafts,
    _keys,
    _invitations,
    _certificates,
)
