"""Catalogues that organisations subscribe to: fetched, checked, taken into use, and what is adopted from them.

What cannot be fetched or is refused leaves the edition in use as it is, and says why. A card that a newer edition lacks stops
new calls with it, and one that it makes stricter counts so at once; what it makes looser waits until a steward adopts it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.canonical import digest
from samverk.core.database import Database
from samverk.core.errors import Invalid, NotFound
from samverk.core.ids import new_id, now
from samverk.core.journal import note
from samverk.core.scope import Scope
from samverk.core.vault import Vault
from samverk.library.cards import AdoptedCard, ModelCard, Origin
from samverk.library.catalogues import Catalogue, CatalogueRefused, checked_key, follows, verify
from samverk.library.comparing import Comparison, compare
from samverk.library.curating import adopt_noted
from samverk.library.endpoints import check, is_web_address, placed
from samverk.library.ports import Endpoint
from samverk.library.shelf import Shelf
from samverk.library.stewards import PERMISSION, Steward
from samverk.library.tables import CatalogueCard, CatalogueRow

Fetch = Callable[[str], Awaitable[bytes]]
"""Fetches the file at an address. Raises CatalogueRefused (`unreached`, `too_big`)."""


async def nowhere(address: str) -> bytes:
    """Fetches nothing: for a platform that reaches nobody."""
    raise CatalogueRefused("unreached", address)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A catalogue, and its edition in use: `sequence` None until there is one. `refused`: why the latest file was not taken.

    `address` is empty where the file is carried over by hand.
    """

    id: UUID
    name: str
    address: str
    public_key: str
    publisher: str
    sequence: int | None
    issued: str
    digest: str
    taken_at: datetime | None
    asked_at: datetime | None
    refused: dict[str, str] | None


class Catalogues:
    """The subscriptions of the organisations. What changes them raises NotAllowed for who is no steward."""

    def __init__(self, db: Database, vault: Vault, shelf: Shelf, fetch: Fetch) -> None:
        self._db = db
        self._vault = vault
        self._shelf = shelf
        self._fetch = fetch

    async def list(self, org_id: UUID) -> list[Subscription]:
        """The subscriptions by name."""
        async with self._db.read(Scope(org_id)) as session:
            rows = await session.scalars(select(CatalogueRow).order_by(CatalogueRow.name))
            return [_told(row) for row in rows]

    async def cards(self, org_id: UUID, name: str) -> dict[str, ModelCard]:
        """The cards of the edition in use, by slug. Raises NotFound."""
        async with self._db.read(Scope(org_id)) as session:
            return await _cards(session, (await _named(session, name)).id)

    async def subscribe(self, by: Steward, name: str, address: str, public_key: str) -> Subscription:
        """Follow a catalogue under a name of one's own; of one that is followed, the address and the key become these.

        Nothing is fetched yet. Raises Invalid.
        """
        by.require(PERMISSION)
        _check(name, address)
        key = checked_key(public_key)
        async with self._db.write(Scope(by.org_id)) as session:
            row = await session.scalar(select(CatalogueRow).where(CatalogueRow.name == name))
            if row is None:
                row = CatalogueRow(org_id=by.org_id, id=new_id(), name=name)
                row.publisher, row.issued, row.digest = "", "", ""
                session.add(row)
            row.address, row.public_key, row.refused = address, key, None
            note(session, by.org_id, by, "catalogue.subscribed", catalogue=name, address=address, key=key[:16])
            return _told(row)

    async def update(self, by: Steward, name: str, file: bytes | None = None) -> Comparison:
        """Take the newest edition into use: the file that is given, or what the address has. Returns what is new in it.

        Raises NotFound, CatalogueRefused: the edition in use stays then, and the subscription says why.
        """
        by.require(PERMISSION)
        async with self._db.read(Scope(by.org_id)) as session:
            known = _told(await _named(session, name))
        try:
            data = file if file is not None else await self._fetched(known)
            taken = await self._take(by, known, verify(data, known.public_key))
        except CatalogueRefused as refused:
            await self._refuse(by, known, refused)
            raise
        self._shelf.changed(by.org_id)
        return taken

    async def _fetched(self, known: Subscription) -> bytes:
        if not known.address:
            raise CatalogueRefused("no_address")
        return await self._fetch(known.address)

    async def _take(self, by: Steward, known: Subscription, catalogue: Catalogue) -> Comparison:
        async with self._db.write(Scope(by.org_id)) as session:
            row = await _named(session, known.name, lock=True)
            if row.public_key != known.public_key:  # somebody gave another one meanwhile
                raise CatalogueRefused("unknown_key")
            row.asked_at, row.refused = now(), None
            if not follows(catalogue, row.publisher, row.sequence, row.digest):
                return Comparison()
            before = await _cards(session, row.id)
            after = {card.slug: card for card in catalogue.cards}
            await _replace(session, row, catalogue)
            found = compare(before, after)
            _note_update(session, by, row, found)
            return found

    async def _refuse(self, by: Steward, known: Subscription, refused: CatalogueRefused) -> None:
        """Write down why; in the log only when it is another reason than the last time."""
        why = {"reason": refused.reason, "sv": refused.sv, "en": refused.en}
        async with self._db.write(Scope(by.org_id)) as session:
            row = await _named(session, known.name, lock=True)
            before = row.refused or {}
            row.asked_at, row.refused = now(), why
            if before.get("reason") != refused.reason:
                note(session, by.org_id, by, "catalogue.refused", catalogue=row.name, reason=refused.reason)

    async def changes(self, org_id: UUID, name: str) -> Comparison:
        """What the edition in use says beside what the organisation has adopted from the catalogue: the rest is `added`."""
        async with self._db.read(Scope(org_id)) as session:
            row = await _named(session, name)
            offered = await _cards(session, row.id)
        return compare(await self._adopted_from(org_id, row.id), offered)

    async def _adopted_from(self, org_id: UUID, catalogue: UUID) -> dict[str, ModelCard]:
        models = (await self._shelf.of(org_id)).models.values()
        return {
            model.card.slug: model.adopted.published
            for model in models
            if model.adopted.origin and model.adopted.origin.catalogue == catalogue
        }

    async def adopt(self, by: Steward, name: str, slug: str, endpoint: Endpoint | None = None) -> AdoptedCard:
        """Adopt a card as the edition in use has it, reached at the endpoint if one is given, otherwise where it was.

        Raises NotFound, Looser for a card that comes from another catalogue, Invalid for an endpoint that cannot be one.
        """
        by.require(PERMISSION)
        if endpoint is not None:
            check(endpoint)
        async with self._db.write(Scope(by.org_id)) as session:
            row = await _named(session, name)
            offered = await session.get(CatalogueCard, (by.org_id, row.id, slug))
            if offered is None:
                raise NotFound("model", slug)
            origin = Origin(catalogue=row.id, name=row.name, sequence=row.sequence or 0, digest=row.digest)
            version = await adopt_noted(session, by, ModelCard.model_validate(offered.card), origin)
            if endpoint is not None:
                await placed(session, self._vault, version, endpoint)
                note(session, by.org_id, by, "model.reached", model=slug, url=endpoint.url, provider=endpoint.provider)
        self._shelf.changed(by.org_id)
        return (await self._shelf.of(by.org_id)).models[slug].adopted

    async def leave(self, by: Steward, name: str) -> None:
        """Follow a catalogue no more: no new calls are made with the models whose cards come from it. Raises NotFound."""
        by.require(PERMISSION)
        async with self._db.write(Scope(by.org_id)) as session:
            row = await _named(session, name)
            await session.execute(delete(CatalogueCard).where(CatalogueCard.catalogue_id == row.id))
            await session.delete(row)
            note(session, by.org_id, by, "catalogue.left", catalogue=name)
        self._shelf.changed(by.org_id)


def _check(name: str, address: str) -> None:
    if not name or len(name) > 64 or not set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-"):
        raise Invalid(
            sv="Katalogens namn ska vara 1–64 tecken: a–z, siffror och -.",
            en="The catalogue's name must be 1–64 of a–z, digits and -.",
            param="name",
        )
    if address and not is_web_address(address):
        raise Invalid(
            sv="Katalogens adress ska börja med https:// eller http://.",
            en="The catalogue's address must begin with https:// or http://.",
            param="address",
        )


async def _named(session: AsyncSession, name: str, *, lock: bool = False) -> CatalogueRow:
    query = select(CatalogueRow).where(CatalogueRow.name == name)
    row: CatalogueRow | None = await session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound("catalogue", name)
    return row


async def _cards(session: AsyncSession, catalogue: UUID) -> dict[str, ModelCard]:
    rows = await session.scalars(select(CatalogueCard).where(CatalogueCard.catalogue_id == catalogue))
    return {row.slug: ModelCard.model_validate(row.card) for row in rows}


async def _replace(session: AsyncSession, row: CatalogueRow, catalogue: Catalogue) -> None:
    row.publisher, row.sequence, row.issued = catalogue.publisher, catalogue.sequence, catalogue.issued
    row.digest, row.taken_at = catalogue.digest, now()
    await session.execute(delete(CatalogueCard).where(CatalogueCard.catalogue_id == row.id))
    for card in catalogue.cards:
        body = card.body()
        one = CatalogueCard(org_id=row.org_id, catalogue_id=row.id, slug=card.slug, card=body, digest=digest(body))
        session.add(one)


def _note_update(session: AsyncSession, by: Steward, row: CatalogueRow, found: Comparison) -> None:
    facts: dict[str, Any] = {
        "added": ", ".join(found.added),
        "changed": ", ".join(one.slug for one in found.changed),
        "withdrawn": ", ".join(found.withdrawn),
    }
    note(session, by.org_id, by, "catalogue.updated", catalogue=row.name, sequence=row.sequence, **facts)


def _told(row: CatalogueRow) -> Subscription:
    return Subscription(
        id=row.id,
        name=row.name,
        address=row.address,
        public_key=row.public_key,
        publisher=row.publisher,
        sequence=row.sequence,
        issued=row.issued,
        digest=row.digest,
        taken_at=row.taken_at,
        asked_at=row.asked_at,
        refused=row.refused,
    )
