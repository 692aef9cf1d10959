"""Looking after the sources of collections, again and again: what is due is synced, what nobody works on is taken up."""

from contextlib import AbstractAsyncContextManager

from samverk.app.again import alone, repeating
from samverk.core.leases import Leases
from samverk.knowledge.keeping import Sources

EVERY_SECONDS = 60.0


def syncing(sources: Sources, leases: Leases) -> AbstractAsyncContextManager[None]:
    """Look at the beginning of the block and every minute until its end."""
    return repeating("syncs", alone(leases, "syncs", sources.look), EVERY_SECONDS)
