"""What the platform does again and again while it runs, each at its own pace. Knows the rooms, and nothing of their work."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from samverk.app.again import alone, repeating
from samverk.app.refreshing import refresh
from samverk.core.ids import now
from samverk.core.leases import Leases
from samverk.http.rooms import Rooms

MINUTE = 60.0


@asynccontextmanager
async def upkeep(rooms: Rooms, leases: Leases) -> AsyncIterator[None]:
    """Do it all during the block. What is done `alone` is done by one process at a time, whichever comes first."""
    knowledge, sweep, catalogues = rooms.knowledge, rooms.conversations.sweep, (rooms.identity, rooms.library)
    async with AsyncExitStack() as running:
        for work in (
            repeating("sweep", alone(leases, "sweep", lambda: sweep(now())), 15 * MINUTE),
            repeating("refresh", alone(leases, "catalogues", lambda: refresh(*catalogues)), 15 * MINUTE),
            repeating("readings", alone(leases, "readings", knowledge.look), MINUTE),
            repeating("syncs", alone(leases, "syncs", rooms.sources.look), MINUTE),
            repeating("vectors", alone(leases, "vectors", knowledge.vectors.look), 5 * MINUTE),
            repeating("uses", knowledge.uses.write, MINUTE / 2),
        ):
            await running.enter_async_context(work)
        yield
