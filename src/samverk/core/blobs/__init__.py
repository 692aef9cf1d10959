"""Blobs: originals, cleaned texts and exports, each named by the SHA-256 of its content, kept apart for each organisation.

The port, its errors and the way to name content. Adapters are files beside this one. Knows nothing of what a blob holds.
"""

import hashlib
from pathlib import Path
from typing import Protocol
from uuid import UUID

from samverk.core.errors import SamverkError


class StorageFailed(SamverkError):
    """Something could not be stored or read back: a full disk, a missing right, a damaged file."""

    code = "storage_failed"
    status = 507
    sv = "Det gick inte att spara eller läsa filen: {why}. Det som sparats tidigare finns kvar."
    en = "The file could not be stored or read: {why}. What was stored before is still there."


class SourceUnreadable(SamverkError):
    """The file that should be stored cannot be opened."""

    code = "cannot_open"
    status = 422
    sv = "Filen går inte att öppna: {why}."
    en = "The file cannot be opened: {why}."


class Blobs(Protocol):
    """A store of immutable contents. The same content of one organisation is kept once."""

    async def put(self, org: UUID, content: bytes | Path) -> str:
        """Store the bytes, or a copy of the file, and return its digest (SHA-256, hexadecimal).

        When this returns, the content survives a power cut. Raises StorageFailed, SourceUnreadable.
        """
        ...

    async def get(self, org: UUID, digest: str) -> bytes:
        """The content with this digest. Raises StorageFailed when it is missing or no longer has that digest."""
        ...

    async def path(self, org: UUID, digest: str) -> Path:
        """A local file with the content, to read and never to change. Raises StorageFailed when it is missing."""
        ...

    async def remove(self, org: UUID, digest: str) -> None:
        """Forget the content. Nothing happens where there is none."""
        ...


def digest_of(content: bytes) -> str:
    """The name of a content: its SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def missing(digest: str) -> StorageFailed:
    """The error for a content that should be there and is not."""
    return StorageFailed(sv=f"En lagrad fil saknas ({digest[:12]}…).", en=f"A stored file is missing ({digest[:12]}…).")


def damaged(digest: str) -> StorageFailed:
    """The error for a content that is no longer what was stored."""
    return StorageFailed(
        sv=f"En lagrad fil är skadad ({digest[:12]}…).", en=f"A stored file is damaged ({digest[:12]}…)."
    )
