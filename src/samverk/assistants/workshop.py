"""Use cases of building: drafts, publishing, versions, copies, retiring, and what organisations show each other.

Who may do what is `access`'s, what a body must hold to `rules`'s. Every change is noted in the journal by the unit of work that
makes it; a draft is nobody else's business until it is published, and is not.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.assistants import rules, store
from samverk.assistants.access import can_build, can_retire, can_see, can_share, require_build
from samverk.assistants.model import AssistantBody
from samverk.assistants.naming import free_slug, slug_of
from samverk.assistants.rules import Problem, Shelf, Surroundings
from samverk.assistants.tables import AssistantDraft, AssistantRow, AssistantShare, AssistantVersionRow
from samverk.core.canonical import digest
from samverk.core.database import Database
from samverk.core.errors import Conflict, Invalid, NotAllowed, NotFound
from samverk.core.ids import new_id, now
from samverk.core.journal import note
from samverk.core.scope import Scope
from samverk.identity.principal import Principal
from samverk.identity.tables import Group
from samverk.library.service import Library

Reach = Literal["me", "organisation", "citizens"]
NOTE_CHARACTERS = 300

Shelves = Callable[[Principal], Awaitable[Sequence[Shelf]]]
"""The collections that a principal may read; the room beside this one knows them."""


class Overtaken(Conflict):
    """Somebody else has changed the draft since it was read."""

    sv = "{name} har ändrat utkastet sedan du öppnade det. Inget av det du har skrivit är borta."
    en = "{name} has changed the draft since you opened it. Nothing that you have written is lost."


class NotReady(Invalid):
    """A body cannot be kept or published as it is: `problems` say why."""

    sv = "{why}"
    en = "{why_en}"

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        super().__init__(why=first.message("sv"), why_en=first.message("en"))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Version:
    """A version as its builder sees it. `version` counts from 1."""

    version: int
    body: AssistantBody
    at: datetime
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A body under work. `base` names its content: who saves says which content it changes."""

    body: AssistantBody
    base: str
    at: datetime | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """An assistant as its builder sees it: `current` is in force, `draft` what it may become (without one, equal to what is in
    force, and `has_draft` False). `shared` is the version that other organisations see, if any."""

    id: UUID
    slug: str
    owner: str | None
    retired_at: datetime | None
    current: Version | None
    draft: Draft
    has_draft: bool
    shared: int | None
    may_change: bool

    @property
    def name(self) -> str:
        """What people call it, or will."""
        return self.current.body.name if self.current else self.draft.body.name

    @property
    def changed(self) -> bool:
        """Whether the draft says something else than what is in force."""
        return self.current is None or self.current.body != self.draft.body


@dataclass(frozen=True, slots=True)
class Shared:
    """A version that another organisation shows."""

    id: UUID
    organisation: str
    version: int
    body: AssistantBody
    at: datetime


class Workshop:
    """Where assistants are made."""

    def __init__(self, db: Database, library: Library, shelves: Shelves) -> None:
        self._db = db
        self._library = library
        self._shelves = shelves

    # looking

    async def work(self, principal: Principal, slug: str) -> Work:
        """An assistant from behind. Raises NotAllowed for who does not build, NotFound."""
        _require_seeing(principal)
        async with self._db.read(Scope(principal.org_id)) as session:
            return await self._work(session, principal, await _seen(session, principal, slug))

    async def versions(self, principal: Principal, slug: str) -> list[Version]:
        """Its versions, the newest first. Raises NotAllowed, NotFound."""
        _require_seeing(principal)
        async with self._db.read(Scope(principal.org_id)) as session:
            found = await _seen(session, principal, slug)
            return [_version(row) for row in await store.versions(session, found.row.id)]

    async def version(self, principal: Principal, slug: str, ordinal: int) -> Version:
        """One of its versions. Raises NotAllowed, NotFound."""
        _require_seeing(principal)
        async with self._db.read(Scope(principal.org_id)) as session:
            found = await _seen(session, principal, slug)
            return _version(await _the_version(session, found.row, ordinal))

    async def surroundings(self, principal: Principal, before: AssistantBody | None = None) -> Surroundings:
        """What the principal can build with. `before` is the body in force, whose parts may stay."""
        cards = await self._library.models(principal.org_id)
        shelves = await self._shelves(principal)
        async with self._db.read(Scope(principal.org_id)) as session:
            groups = {group.slug: group.name for group in await session.scalars(select(Group).order_by(Group.name))}
        return Surroundings(
            {adopted.card.slug: adopted.card for adopted in cards if adopted.card.kind == "chat"},
            {shelf.ref: shelf for shelf in shelves},
            groups,
            before,
        )

    async def _work(self, session: AsyncSession, principal: Principal, found: store.Parts) -> Work:
        row = found.row
        current = _version(found.version) if found.version else None
        share = await store.living_share(session, row.id)
        return Work(
            row.id,
            row.slug,
            row.owner,
            row.retired_at,
            current,
            _draft(found),
            found.draft is not None,
            share.ordinal if share else None,
            can_build(principal, row.owner) and row.retired_at is None,
        )

    # making and changing

    async def create(self, principal: Principal, id: UUID, body: AssistantBody) -> str:
        """A private assistant: a draft and no version yet. Returns its slug. The same id a second time is the same assistant.

        Raises NotAllowed, NotReady for a body that is too large, Conflict for an id that is somebody else's.
        """
        require_build(principal)
        _check_size(body)
        async with self._db.write(Scope(principal.org_id)) as session:
            known = await session.get(AssistantRow, (principal.org_id, id))
            if known is not None:
                if known.owner != principal.owner:
                    raise Conflict(what=body.name)
                return known.slug
            slug = free_slug(body.name, await store.slugs_like(session, slug_of(body.name)))
            session.add(
                AssistantRow(org_id=principal.org_id, id=id, slug=slug, version_id=new_id(), owner=principal.owner)
            )
            await session.flush()
            _put_draft(session, principal, id, None, body)
            note(session, principal.org_id, principal, "assistant.created", name=body.name, slug=slug)
        return slug

    async def save_draft(self, principal: Principal, slug: str, body: AssistantBody, base: str) -> Draft:
        """Keep what the assistant may become. `base` is the draft that was changed.

        Raises NotAllowed, NotFound, NotReady for what is too large or names what does not exist, Overtaken.
        """
        require_build(principal)
        _check_size(body)
        before = await self.work(principal, slug)
        known = await self.surroundings(principal, before.current.body if before.current else None)
        kept = {(p.where, p.facts["name"]) for p in rules.strangers(before.draft.body, known)}
        if new := [p for p in rules.strangers(body, known) if (p.where, p.facts["name"]) not in kept]:
            raise NotReady(new)
        async with self._db.write(Scope(principal.org_id)) as session:
            found = await _building(session, principal, slug)
            draft = _draft(found)
            if draft.base not in (base, digest(body.body())):
                raise Overtaken(name=draft.by or "?")
            if draft.base != digest(body.body()):
                _put_draft(session, principal, found.row.id, found.draft, body)
        return Draft(body, digest(body.body()), now(), principal.name)

    async def drop_draft(self, principal: Principal, slug: str) -> None:
        """Go back to what is in force. Raises NotAllowed, NotFound, also where nothing is in force yet."""
        require_build(principal)
        async with self._db.write(Scope(principal.org_id)) as session:
            found = await _building(session, principal, slug)
            if found.version is None:
                raise NotFound("version")
            if found.draft is not None:
                await session.delete(found.draft)

    async def publish(self, principal: Principal, slug: str, base: str, reach: Reach, why: str = "") -> Version:
        """Put the draft in force as a new version, for those whom `reach` names. Returns the version in force.

        What is published is the draft that `base` names; sent twice it is published once. Raises NotAllowed, NotFound,
        Overtaken where the draft has changed since, NotReady where something blocks, Invalid for making private what is not.
        """
        require_build(principal)
        seen = await self.work(principal, slug)
        around = await self.surroundings(principal, seen.current.body if seen.current else None)
        async with self._db.write(Scope(principal.org_id)) as session:
            found = await _building(session, principal, slug)
            draft = _draft(found)
            if draft.base != base:
                raise Overtaken(name=draft.by or "?")
            body = _reaching(draft.body, reach)
            if blocking := [problem for problem in rules.problems(body, around) if problem.blocks]:
                raise NotReady(blocking)
            _give(found.row, reach)
            version = found.version
            if version is None or version.digest != digest(body.body()):
                version = await store.add_version(session, found.row, body, principal, why.strip()[:NOTE_CHARACTERS])
                facts = {"name": body.name, "slug": slug, "version": version.ordinal}
                note(session, principal.org_id, principal, "assistant.published", **facts)
            if found.draft is not None:
                await session.delete(found.draft)
        return _version(version)

    async def roll_back(self, principal: Principal, slug: str, ordinal: int, why: str = "") -> Version:
        """Put an older version in force again, as a new one. The draft is dropped: it would take back what was taken back.

        Raises NotAllowed, NotFound, NotReady where something that it needs is no longer there.
        """
        require_build(principal)
        old = await self.version(principal, slug, ordinal)
        around = await self.surroundings(principal, old.body)
        if blocking := [problem for problem in rules.problems(old.body, around) if problem.blocks]:
            raise NotReady(blocking)
        async with self._db.write(Scope(principal.org_id)) as session:
            found = await _building(session, principal, slug)
            current = found.version
            if current is None or current.digest != digest(old.body.body()):
                current = await store.add_version(
                    session, found.row, old.body, principal, why.strip()[:NOTE_CHARACTERS]
                )
                facts = {"name": old.body.name, "slug": slug, "version": current.ordinal, "old": ordinal}
                note(session, principal.org_id, principal, "assistant.rolled_back", **facts)
            if found.draft is not None:
                await session.delete(found.draft)
        return _version(current)

    # retiring

    async def retire(self, principal: Principal, slug: str) -> str:
        """Take an assistant out of use; conversations with it stay readable. Returns its name. Raises NotAllowed, NotFound."""
        return await self._live(principal, slug, False)

    async def restore(self, principal: Principal, slug: str) -> str:
        """Take that back. Returns its name. Raises NotAllowed, NotFound."""
        return await self._live(principal, slug, True)

    async def _live(self, principal: Principal, slug: str, lives: bool) -> str:
        _require_seeing(principal)
        async with self._db.write(Scope(principal.org_id)) as session:
            found = await _seen(session, principal, slug, lock=True)
            if not can_retire(principal, found.row.owner):
                raise NotFound("assistant", slug)
            name = found.version.body["name"] if found.version else _draft(found).body.name
            if (found.row.retired_at is None) != lives:
                found.row.retired_at = None if lives else now()
                action = "assistant.restored" if lives else "assistant.retired"
                note(session, principal.org_id, principal, action, name=name, slug=slug)
        return str(name)

    # other organisations

    async def share(self, principal: Principal, slug: str) -> int:
        """Show the version in force to all other organisations, without groups and contact, in place of what was shown.

        Returns its number. Raises NotAllowed for who is neither steward nor administrator, NotFound, Invalid for a private one.
        """
        _require_sharing(principal)
        async with self._db.write(Scope(principal.org_id)) as session:
            found = await _building(session, principal, slug)
            if found.version is None or found.row.owner is not None:
                raise Invalid(
                    sv="Bara en assistent som organisationen använder kan delas. Publicera den först.",
                    en="Only an assistant that the organisation uses can be shared. Publish it first.",
                )
            living = await store.living_share(session, found.row.id)
            if living is not None and living.ordinal == found.version.ordinal:
                return living.ordinal
            if living is not None:
                living.revoked_at = now()
            session.add(_share(found.row, found.version))
            facts = {"name": found.version.body["name"], "slug": slug, "version": found.version.ordinal}
            note(session, principal.org_id, principal, "assistant.shared", **facts)
            return found.version.ordinal

    async def unshare(self, principal: Principal, slug: str) -> None:
        """Show it no longer; copies that others have taken are theirs. Raises NotAllowed, NotFound."""
        _require_sharing(principal)
        async with self._db.write(Scope(principal.org_id)) as session:
            found = await _seen(session, principal, slug, lock=True)
            living = await store.living_share(session, found.row.id)
            if living is not None:
                living.revoked_at = now()
                facts = {"name": living.body["name"], "slug": slug}
                note(session, principal.org_id, principal, "assistant.unshared", **facts)

    async def shared(self, principal: Principal, share_id: UUID) -> Shared:
        """A version that another organisation shows. Raises NotAllowed for who does not build, NotFound."""
        require_build(principal)
        async with self._db.read(Scope(principal.org_id)) as session:
            found = await store.shared(session, principal.org_id, share_id)
        if found is None:
            raise NotFound("assistant")
        row, organisation = found
        return Shared(row.id, organisation, row.ordinal, AssistantBody.model_validate(row.body), row.created_at)


def transplanted(body: AssistantBody, around: Surroundings) -> AssistantBody:
    """A body from elsewhere with only the parts that exist here: a model and a collection of another organisation do not."""
    models = tuple(slug for slug in body.models if slug in around.models) or tuple(around.models)[:1]
    kept = tuple(ref for ref in body.collections if ref in around.collections)
    groups = tuple(slug for slug in body.groups if slug in around.groups)
    return body.model_copy(update={"models": models, "collections": kept, "groups": groups})


def _require_seeing(principal: Principal) -> None:
    if not principal.may("admin"):
        require_build(principal)


def _require_sharing(principal: Principal) -> None:
    if not can_share(principal):
        raise NotAllowed


def _check_size(body: AssistantBody) -> None:
    if found := rules.misfits(body):
        raise NotReady(found)


async def _seen(session: AsyncSession, principal: Principal, slug: str, *, lock: bool = False) -> store.Parts:
    """What there is of an assistant that the principal may look behind. Raises NotFound."""
    found = await store.parts(session, slug, lock=lock)
    if found is None or not can_see(principal, found.row.owner):
        raise NotFound("assistant", slug)
    return found


async def _building(session: AsyncSession, principal: Principal, slug: str) -> store.Parts:
    """What there is of a living assistant that the principal may change, locked. Raises NotFound."""
    found = await _seen(session, principal, slug, lock=True)
    if found.row.retired_at or not can_build(principal, found.row.owner):
        raise NotFound("assistant", slug)
    return found


async def _the_version(session: AsyncSession, row: AssistantRow, ordinal: int) -> AssistantVersionRow:
    found = await store.version(session, row.id, ordinal)
    if found is None:
        raise NotFound("version", str(ordinal))
    return found


def _version(row: AssistantVersionRow) -> Version:
    return Version(
        row.ordinal,
        AssistantBody.model_validate(row.body),
        row.created_at,
        row.created_by_name or row.created_by,
        row.note,
    )


def _draft(found: store.Parts) -> Draft:
    """The draft, or what it would begin from."""
    if found.draft is not None:
        body = AssistantBody.model_validate(found.draft.body)
        return Draft(body, digest(body.body()), found.draft.updated_at, found.draft.updated_by_name)
    if found.version is None:
        raise NotFound("assistant", found.row.slug)
    current = _version(found.version)
    return Draft(current.body, digest(current.body.body()), None, current.by)


def _put_draft(
    session: AsyncSession, by: Principal, id: UUID, draft: AssistantDraft | None, body: AssistantBody
) -> None:
    if draft is None:
        draft = AssistantDraft(org_id=by.org_id, assistant_id=id)
        session.add(draft)
    draft.body, draft.updated_at = body.body(), now()
    draft.updated_by, draft.updated_by_name = by.owner, by.name


def _reaching(body: AssistantBody, reach: Reach) -> AssistantBody:
    return body.model_copy(update={"audience": "citizen" if reach == "citizens" else "staff"})


def _give(row: AssistantRow, reach: Reach) -> None:
    """Keep it to oneself, or give it to the organisation for good."""
    if reach == "me" and row.owner is None:
        raise Invalid(
            sv="Assistenten är redan organisationens och kan inte bli bara din. Gör en kopia i stället.",
            en="The assistant is the organisation's already and cannot become yours alone. Make a copy instead.",
        )
    if reach != "me":
        row.owner = None


def _share(row: AssistantRow, version: AssistantVersionRow) -> AssistantShare:
    body = {**version.body, "groups": [], "contact": None}
    return AssistantShare(id=new_id(), owner_org=row.org_id, assistant_id=row.id, ordinal=version.ordinal, body=body)
