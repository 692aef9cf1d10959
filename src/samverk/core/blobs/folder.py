"""Blobs in a folder: one file each at `<root>/<organisation>/<first two digits>/<digest>`.

A file appears under its name only when it is whole and on the disk: it is written under `incoming/`, flushed and renamed.
"""

import asyncio
import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from samverk.core.blobs import SourceUnreadable, StorageFailed, damaged, digest_of, missing

_CHUNK = 1 << 20
_ABANDONED_SECONDS = 24 * 3600.0  # after which an unfinished file of a dead process is removed


class FolderBlobs:
    """Blobs under the folder `root`, which is made when first needed. Several processes may share it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, org: UUID, content: bytes | Path) -> str:
        """See `Blobs`."""
        return await asyncio.to_thread(self._put, org, content)

    async def get(self, org: UUID, digest: str) -> bytes:
        """See `Blobs`."""
        path = await self.path(org, digest)
        try:
            content = await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            raise StorageFailed(why=error.strerror or "?") from error
        if digest_of(content) != digest:
            raise damaged(digest)
        return content

    async def path(self, org: UUID, digest: str) -> Path:
        """See `Blobs`."""
        path = self._place(org, digest)
        if not path.is_file():
            raise missing(digest)
        return path

    async def remove(self, org: UUID, digest: str) -> None:
        """See `Blobs`."""
        self._place(org, digest).unlink(missing_ok=True)

    def _place(self, org: UUID, digest: str) -> Path:
        if len(digest) != 64 or not digest.isalnum():  # a digest is never a way out of the folder
            raise missing(digest)
        return self._root / org.hex / digest[:2] / digest

    def _put(self, org: UUID, content: bytes | Path) -> str:
        known = self._place(org, _digest(content))
        if known.exists():  # most of a folder that is read again is unchanged
            return known.name
        incoming = self._root / "incoming"
        unfinished = incoming / secrets.token_hex(16)
        try:
            incoming.mkdir(parents=True, exist_ok=True)
            _remove_abandoned(incoming)
            digest = _write(unfinished, _chunks(content))
            place = self._place(org, digest)
            if not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                unfinished.rename(place)
                _flush_folder(place.parent)
        except OSError as error:
            raise StorageFailed(why=error.strerror or "?") from error
        finally:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
        return digest


def _digest(content: bytes | Path) -> str:
    sha = hashlib.sha256()
    for chunk in _chunks(content):
        sha.update(chunk)
    return sha.hexdigest()


def _chunks(content: bytes | Path) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    try:
        with content.open("rb") as source:
            while chunk := source.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise SourceUnreadable(why=error.strerror or "?") from error


def _write(path: Path, chunks: Iterator[bytes]) -> str:
    """Write and flush a new file; its digest is of what was written, even if the source changed meanwhile."""
    sha = hashlib.sha256()
    with path.open("xb") as file:
        for chunk in chunks:
            sha.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return sha.hexdigest()


def _flush_folder(folder: Path) -> None:
    """Make a rename in the folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_abandoned(incoming: Path) -> None:
    oldest = time.time() - _ABANDONED_SECONDS
    for path in incoming.iterdir():
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest:
                path.unlink()
