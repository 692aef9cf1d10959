"""Erasing what is due, again and again while the platform runs: one process at a time, whichever comes first."""

from contextlib import AbstractAsyncContextManager

from samverk.answers.conversations import Conversations
from samverk.app.again import alone, repeating
from samverk.core.ids import now
from samverk.core.leases import Leases

EVERY_SECONDS = 15 * 60


def sweeping(conversations: Conversations, leases: Leases) -> AbstractAsyncContextManager[None]:
    """Sweep at the beginning of the block and every quarter of an hour until its end."""
    return repeating("sweep", alone(leases, "sweep", lambda: conversations.sweep(now())), EVERY_SECONDS)
