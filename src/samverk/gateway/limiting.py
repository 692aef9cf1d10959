"""Use cases of limits: how fast each key may ask and each model be asked, set and removed."""

from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy import select

from samverk.core.errors import Invalid, NotFound
from samverk.core.ids import now
from samverk.core.journal import note
from samverk.core.scope import Scope
from samverk.gateway.limits import Limit, Limited
from samverk.gateway.tables import LimitRow
from samverk.gateway.terms import Terms, limit_of
from samverk.identity.principal import ADMIN, Principal

LARGEST = 2_000_000_000


@dataclass(frozen=True, slots=True)
class NamedLimit:
    """A limit and whose it is: a key's id, a model's slug, or `*` for each that has none of its own."""

    subject: Limited
    name: str
    limit: Limit


class Limiting:
    """The limits of the organisations."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._db = terms.db

    async def list(self, org_id: UUID) -> list[NamedLimit]:
        """The limits of an organisation, by whose they are."""
        ordered = select(LimitRow).order_by(LimitRow.subject, LimitRow.name)
        async with self._db.read(Scope(org_id)) as session:
            rows = await session.scalars(ordered)
            return [NamedLimit(cast("Any", row.subject), row.name, limit_of(row)) for row in rows]

    async def set(self, by: Principal, wanted: NamedLimit) -> None:
        """Let no more through than this. Raises NotAllowed, Invalid."""
        by.require(ADMIN)
        numbers = {
            "requests": wanted.limit.requests,
            "tokens": wanted.limit.tokens,
            "concurrent": wanted.limit.concurrent,
        }
        _check(wanted, numbers)
        async with self._db.write(Scope(by.org_id)) as session:
            row = await session.get(LimitRow, (by.org_id, wanted.subject, wanted.name))
            if row is None:
                row = LimitRow(org_id=by.org_id, subject=wanted.subject, name=wanted.name)
                session.add(row)
            row.requests, row.tokens, row.concurrent = numbers["requests"], numbers["tokens"], numbers["concurrent"]
            row.updated_at = now()
            note(session, by.org_id, by, "limit.set", subject=wanted.subject, name=wanted.name, **numbers)
        self._terms.changed(by.org_id)

    async def remove(self, by: Principal, subject: Limited, name: str) -> None:
        """Let everything through again. Raises NotAllowed, NotFound."""
        by.require(ADMIN)
        async with self._db.write(Scope(by.org_id)) as session:
            row = await session.get(LimitRow, (by.org_id, subject, name))
            if row is None:
                raise NotFound("limit", name)
            note(session, by.org_id, by, "limit.removed", subject=subject, name=name)
            await session.delete(row)
        self._terms.changed(by.org_id)


def _check(wanted: NamedLimit, numbers: dict[str, int | None]) -> None:
    given = [number for number in numbers.values() if number is not None]
    if not given or not all(0 < number <= LARGEST for number in given):
        raise Invalid(
            sv="Ange minst en gräns; varje gräns är ett heltal större än noll.",
            en="Give at least one limit; each limit is a whole number above zero.",
            param="requests",
        )
    if not 0 < len(wanted.name) <= 100:
        raise Invalid(
            sv="Ange nyckelns id eller modellens kortnamn, eller * för alla andra.",
            en="Give the key's id or the model's slug, or * for all others.",
            param="name",
        )
