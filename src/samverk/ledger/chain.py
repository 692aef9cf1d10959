"""The chain: how an event is tied to the one before it. Pure.

An event's digest is SHA-256 over the canonical JSON of `{"content": {"at", "body", "call", "event"}, "previous"}`. The bytes
are put together from the body's own canonical bytes, which are made once.
"""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

from samverk.core.canonical import canonical

Event = Literal["opened", "closed"]
GENESIS = "0" * 64


def link(previous: str, call_id: UUID, event: str, at: datetime, body: bytes) -> str:
    """The digest of an event whose body is given as canonical JSON, after the event with the digest `previous`."""
    moment = at.astimezone(UTC).isoformat()
    before = f'{{"content":{{"at":"{moment}","body":'
    after = f',"call":"{call_id}","event":"{event}"}},"previous":"{previous}"}}'
    return sha256(b"".join((before.encode(), body, after.encode()))).hexdigest()


def link_of(previous: str, call_id: UUID, event: str, at: datetime, body: dict[str, Any]) -> str:
    """The same for a body as it was read back."""
    return link(previous, call_id, event, at, canonical(body))
