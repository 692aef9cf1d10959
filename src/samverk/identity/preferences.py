"""What a principal prefers: pinned assistants, that the introduction has been seen. Knows no preference by name."""

from collections.abc import Mapping
from typing import Any

from samverk.core.database import Database
from samverk.core.ids import now
from samverk.core.scope import Scope
from samverk.identity.principal import Principal
from samverk.identity.tables import Preference


class Preferences:
    """The preferences of the principals, one row each. Values are whatever JSON holds."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def get(self, principal: Principal) -> Mapping[str, Any]:
        """What the principal has chosen so far; empty for one that has chosen nothing."""
        async with self._db.read(Scope(principal.org_id)) as session:
            row = await session.get(Preference, (principal.org_id, principal.owner))
        return row.body if row else {}

    async def put(self, principal: Principal, **values: Any) -> None:
        """Choose; what is not named stays as it is, and None takes a choice away."""
        async with self._db.write(Scope(principal.org_id)) as session:
            row = await session.get(Preference, (principal.org_id, principal.owner), with_for_update=True)
            if row is None:
                row = Preference(org_id=principal.org_id, owner=principal.owner, body={})
                session.add(row)
            chosen = {**row.body, **values}
            row.body = {name: value for name, value in chosen.items() if value is not None}
            row.updated_at = now()
