"""Tenant scope: the one door between a query and an organisation's rows.

Every session belongs to one scope. Reads are narrowed to the rows that the scope may read, writes outside it are refused,
whatever the query says. On PostgreSQL row-level security says the same again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ClauseElement, ColumnElement, Uuid, event
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    mapped_column,
    with_loader_criteria,
)
from sqlalchemy.orm.interfaces import ORMOption

from samverk.core.errors import SamverkError


class OutOfScope(SamverkError):
    """A write was aimed at another organisation's rows."""

    code = "out_of_scope"
    status = 403
    sv = "Det här hör till en annan organisation."
    en = "This belongs to another organisation."


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows a session sees. `org` None is the platform itself: only what belongs to no organisation."""

    org: UUID | None

    @classmethod
    def platform(cls) -> "Scope":
        """No organisation: rows of organisations are neither seen nor written."""
        return cls(None)


class Base(DeclarativeBase):
    """All tables of the main database."""


class OrgOwned:
    """A table whose rows belong to an organisation. `org_id` stands first in its keys."""

    org_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, sort_order=-10)

    @classmethod
    def readable(cls, org: UUID | None) -> ColumnElement[bool]:
        """Which rows an organisation may read: its own. A table that can be shared says more."""
        return cls.org_id == org


def owned_tables() -> list[type[OrgOwned]]:
    """Every mapped class whose rows belong to an organisation, by its name."""
    mappers = sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__name__)
    return [mapper.class_ for mapper in mappers if issubclass(mapper.class_, OrgOwned)]


@lru_cache(maxsize=512)
def _criteria(org: UUID | None, writing: bool) -> tuple[ORMOption, ...]:
    def rule(cls: type[OrgOwned]) -> ColumnElement[bool]:
        return cls.org_id == org if writing else cls.readable(org)

    return tuple(with_loader_criteria(cls, rule(cls), include_aliases=True) for cls in owned_tables())


def guard(session: Session) -> None:
    """Put the scope in `session.info["scope"]` before every statement of the session."""
    event.listen(session, "do_orm_execute", _narrow)
    event.listen(session, "before_flush", _refuse_foreign_writes)


def _narrow(state: ORMExecuteState) -> None:
    scope: Scope = state.session.info["scope"]
    if state.is_insert:
        _refuse_foreign_rows(scope, state)
    elif state.is_select or state.is_update or state.is_delete:
        state.statement = state.statement.options(*_criteria(scope.org, not state.is_select))
        if state.is_update and "org_id" in _parameters(state):
            raise OutOfScope


def _parameters(state: ORMExecuteState) -> dict[str, Any]:
    """The values that are written into the statement itself."""
    return dict(cast(ClauseElement, state.statement).compile().params)


def _refuse_foreign_rows(scope: Scope, state: ORMExecuteState) -> None:
    mapper = state.bind_mapper
    if mapper is None or not issubclass(mapper.class_, OrgOwned):
        return
    parameters = state.parameters
    rows: Iterable[Any] = parameters if isinstance(parameters, list) else [parameters or _parameters(state)]
    if any(row.get("org_id") != scope.org for row in rows):
        raise OutOfScope


def _refuse_foreign_writes(session: Session, *_: object) -> None:
    scope: Scope = session.info["scope"]
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, OrgOwned) and (scope.org is None or row.org_id != scope.org):
            raise OutOfScope
