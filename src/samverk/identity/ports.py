"""The port of the room: who vouches that a person is who they say. Adapters live in `identity/providers/`."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Known:
    """Whom a provider vouches for: a person is known by issuer and subject together, never by a name."""

    issuer: str
    subject: str


class IdentityProvider(Protocol):
    """Vouches for people. One file in `identity/providers/` holds one class with this shape, named in `PROVIDER`."""

    issuer: str

    async def vouch(self, subject: str, secret: str) -> Known | None:
        """Who this is, if the secret is theirs; None otherwise. An unknown subject takes as long as a wrong secret."""
        ...
