"""The gallery: which assistants somebody sees, under which tab. Shows it a page at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, get_args
from uuid import UUID

from sqlalchemy import select

from samverk.assistants import store
from samverk.assistants.access import can_build, can_see, require_build
from samverk.assistants.model import is_for
from samverk.core.database import Database
from samverk.core.levels import Level
from samverk.core.scope import Scope
from samverk.identity.principal import Principal
from samverk.identity.tables import Group

Tab = Literal["mine", "organisation", "shared", "private", "retired"]
TABS: tuple[Tab, ...] = get_args(Tab)
PAGE = 24


@dataclass(frozen=True, slots=True)
class Entry:
    """An assistant in the gallery; `groups` are their names. `version` 0: nothing is published yet. `from_org`: who shares it."""

    id: UUID
    slug: str
    name: str
    description: str
    model: str
    level: Level
    language: str
    audience: str
    groups: tuple[str, ...]
    version: int
    private: bool
    mine: bool
    has_draft: bool
    usable: bool
    retired_at: datetime | None = None
    from_org: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the gallery, by name. `total` counts all pages; `page` counts from 1. `count` says how many each tab holds."""

    entries: tuple[Entry, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


class Gallery:
    """What there is to choose from."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def page(self, principal: Principal, tab: Tab, query: str = "", page: int = 1) -> Page:
        """The assistants under a tab that hold all words of the query, by name; a page that is too high is the last.

        `mine` and `retired` are for builders, `shared` too, `private` (what members keep to themselves) for administrators:
        raises NotAllowed for others.
        """
        if tab == "private":
            principal.require("admin")
        elif tab != "organisation":
            require_build(principal)
        async with self._db.read(Scope(principal.org_id)) as session:
            if tab == "shared":
                every = [_from_elsewhere(row, name) for row, name in await store.shared_with(session, principal.org_id)]
            else:
                every = [entry for row in await store.all_parts(session) if (entry := _seen(principal, tab, row))]
            groups = {group.slug: group.name for group in await session.scalars(select(Group))}
        found = sorted(_holding(every, query), key=lambda entry: (entry.name.casefold(), str(entry.id)))
        last = max(1, -(-len(found) // PAGE))
        shown = min(max(page, 1), last)
        entries = found[(shown - 1) * PAGE : shown * PAGE]
        return Page(tuple(_with_names(entry, groups) for entry in entries), len(found), shown)

    async def choices(self, principal: Principal, limit: int) -> list[tuple[str, str]]:
        """(slug, name) of the living assistants that the principal may change, by name. Raises NotAllowed."""
        require_build(principal)
        async with self._db.read(Scope(principal.org_id)) as session:
            rows = await store.all_parts(session)
        own = [
            (row.slug, (row.body or row.draft)["name"])
            for row in rows
            if row.retired_at is None and can_build(principal, row.owner)
        ]
        return sorted(own, key=lambda item: item[1].casefold())[:limit]


def _seen(principal: Principal, tab: Tab, row: Any) -> Entry | None:
    """A stored assistant as an entry, if it stands under the tab."""
    if bool(row.retired_at) != (tab == "retired"):
        return None
    body = row.draft if row.body is None else row.body
    usable = row.body is not None and is_for(
        principal, row.owner, body.get("audience", "staff"), body.get("groups", ())
    )
    mine = row.maker == principal.owner
    belongs = {
        "mine": mine and row.owner in (None, principal.owner),
        "organisation": row.owner is None and (usable or can_build(principal, None)),
        "private": row.owner is not None and not mine,
        "retired": can_see(principal, row.owner),
    }[tab]
    return _entry(row, body, mine, usable and not row.retired_at) if belongs else None


def _entry(row: Any, body: dict[str, Any], mine: bool, usable: bool) -> Entry:
    return Entry(
        row.id,
        row.slug,
        **_shown(body),
        version=row.ordinal or 0,
        private=row.owner is not None,
        mine=mine,
        has_draft=row.draft is not None,
        usable=usable,
        retired_at=row.retired_at,
    )


def _from_elsewhere(row: Any, organisation: str) -> Entry:
    return Entry(
        row.id,
        "",
        **_shown(row.body),
        version=row.ordinal,
        private=False,
        mine=False,
        has_draft=False,
        usable=False,
        from_org=organisation,
    )


def _shown(body: dict[str, Any]) -> dict[str, Any]:
    """What the gallery shows of a stored body. Older ones may lack what has a default."""
    return {
        "name": body["name"],
        "description": body.get("description", ""),
        "model": next(iter(body.get("models", ())), ""),
        "level": Level(body.get("level", 0)),
        "language": body.get("language", "sv"),
        "audience": body.get("audience", "staff"),
        "groups": tuple(body.get("groups", ())),
    }


def _with_names(entry: Entry, groups: Mapping[str, str]) -> Entry:
    return replace(entry, groups=tuple(groups.get(slug, slug) for slug in entry.groups))


def _holding(entries: Iterable[Entry], query: str) -> Sequence[Entry]:
    words = query.casefold().split()
    return [
        entry
        for entry in entries
        if all(word in f"{entry.name} {entry.description} {entry.from_org}".casefold() for word in words)
    ]
