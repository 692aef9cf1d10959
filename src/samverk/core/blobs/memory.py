"""The fake beside the stores of blobs: contents in a dictionary. For tests."""

import asyncio
import tempfile
from pathlib import Path
from uuid import UUID

from samverk.core.blobs import SourceUnreadable, digest_of, missing


class MemoryBlobs:
    """Blobs that are forgotten with the process."""

    def __init__(self) -> None:
        self._contents: dict[tuple[UUID, str], bytes] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="samverk-blobs-")

    async def put(self, org: UUID, content: bytes | Path) -> str:
        """See `Blobs`."""
        try:
            data = content if isinstance(content, bytes) else await asyncio.to_thread(content.read_bytes)
        except OSError as error:
            raise SourceUnreadable(why=error.strerror or "?") from error
        digest = digest_of(data)
        self._contents[org, digest] = data
        return digest

    async def get(self, org: UUID, digest: str) -> bytes:
        """See `Blobs`."""
        if (org, digest) not in self._contents:
            raise missing(digest)
        return self._contents[org, digest]

    async def path(self, org: UUID, digest: str) -> Path:
        """See `Blobs`."""
        content = await self.get(org, digest)
        path = Path(self._folder.name) / f"{org.hex}-{digest}"
        path.write_bytes(content)
        return path

    async def remove(self, org: UUID, digest: str) -> None:
        """See `Blobs`."""
        self._contents.pop((org, digest), None)
