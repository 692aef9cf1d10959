"""Who may change an organisation's models."""

from typing import Protocol
from uuid import UUID

from samverk.core.journal import Actor

PERMISSION = "models:write"


class Steward(Actor, Protocol):
    """Who changes which models an organisation uses; a principal is one."""

    @property
    def org_id(self) -> UUID:
        """The organisation."""
        ...

    def require(self, permission: str) -> None:
        """Raise NotAllowed without the permission."""
        ...
