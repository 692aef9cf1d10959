"""What a steward does with an organisation's models: adopt, certify, tighten, retire. Each change is noted in the log."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.database import Database
from samverk.core.errors import NotFound
from samverk.core.ids import now
from samverk.core.journal import note
from samverk.core.levels import Level
from samverk.core.scope import Scope
from samverk.core.vault import Vault
from samverk.library.adopting import adopt, newest
from samverk.library.cards import AdoptedCard, Certification, Hosting, ModelCard, Origin, Tightening, certified
from samverk.library.comparing import changed
from samverk.library.discovery import Offer
from samverk.library.endpoints import adopted, check, placed
from samverk.library.ports import Endpoint
from samverk.library.shelf import Shelf
from samverk.library.stewards import PERMISSION, Steward
from samverk.library.tables import ModelCardVersion, ModelStanding

Offers = Callable[[], Awaitable[list[Offer]]]


class Curation:
    """The changes of an organisation's models. Every one raises NotAllowed for who is no steward."""

    def __init__(self, db: Database, vault: Vault, shelf: Shelf, offers: Offers) -> None:
        self._db = db
        self._vault = vault
        self._shelf = shelf
        self._offers = offers

    async def put(self, by: Steward, card: ModelCard, endpoint: Endpoint | None = None) -> AdoptedCard:
        """Put a card of one's own in force, reached at the endpoint alone if one is given; otherwise where it was.

        Raises Looser for a card that comes from a catalogue, Invalid for an endpoint that cannot be one.
        """
        by.require(PERMISSION)
        if endpoint is not None:
            check(endpoint)
        async with self._db.write(Scope(by.org_id)) as session:
            row = await adopt_noted(session, by, card)
            if endpoint is not None:
                await placed(session, self._vault, row, endpoint)
                note(
                    session,
                    by.org_id,
                    by,
                    "model.reached",
                    model=card.slug,
                    url=endpoint.url,
                    provider=endpoint.provider,
                )
        return await self._told(by.org_id, card.slug)

    async def adopt_offer(self, by: Steward, slug: str, approved_for: Level, hosting: Hosting) -> AdoptedCard:
        """Adopt a model in reach, at the level that the steward gives. Raises NotFound where nothing of that name is in reach."""
        by.require(PERMISSION)
        offer = next((offer for offer in await self._offers() if offer.card.slug == slug), None)
        if offer is None:
            raise NotFound("model", slug)
        card = offer.card.model_copy(update={"approved_for": approved_for, "hosting": hosting})
        return await self.put(by, card, offer.endpoint)

    async def certify(self, by: Steward, slug: str, given: Certification, approved_for: Level) -> AdoptedCard:
        """Note a certificate on a card of one's own, and the level that it gives. Raises NotFound, Looser."""
        by.require(PERMISSION)
        async with self._db.write(Scope(by.org_id)) as session:
            card = ModelCard.model_validate((await adopted(session, slug)).card)
            await adopt(session, by.org_id, certified(card, given, approved_for), by.name)
            facts = {"model": slug, "by": given.by, "until": given.until, "level": approved_for.slug}
            note(session, by.org_id, by, "model.certified", **facts)
        return await self._told(by.org_id, slug)

    async def tighten(self, by: Steward, slug: str, wanted: Tightening) -> AdoptedCard:
        """Ask this of a model beyond its card, in place of what was asked before. Raises NotFound."""
        by.require(PERMISSION)
        async with self._db.write(Scope(by.org_id)) as session:
            row = await _standing(session, by.org_id, slug)
            if row.tightening != wanted.body():
                row.tightening, row.updated_at = wanted.body(), now()
                note(session, by.org_id, by, "model.tightened", **_tightening_facts(slug, wanted))
        return await self._told(by.org_id, slug)

    async def retire(self, by: Steward, slug: str) -> None:
        """Make no more calls with a model. Raises NotFound."""
        await self._set_retired(by, slug, retired=True)

    async def restore(self, by: Steward, slug: str) -> None:
        """Use a model that was retired again, with the card that it had. Raises NotFound."""
        await self._set_retired(by, slug, retired=False)

    async def _set_retired(self, by: Steward, slug: str, *, retired: bool) -> None:
        by.require(PERMISSION)
        async with self._db.write(Scope(by.org_id)) as session:
            row = await _standing(session, by.org_id, slug)
            if retired != (row.retired_at is not None):
                row.retired_at, row.updated_at = now() if retired else None, now()
                note(session, by.org_id, by, "model.retired" if retired else "model.restored", model=slug)
        self._shelf.changed(by.org_id)

    async def _told(self, org_id: UUID, slug: str) -> AdoptedCard:
        self._shelf.changed(org_id)
        return (await self._shelf.of(org_id)).models[slug].adopted


async def adopt_noted(
    session: AsyncSession, by: Steward, card: ModelCard, origin: Origin | None = None
) -> ModelCardVersion:
    """Put a version in force, and note what was new in it. Raises Looser."""
    before = await newest(session, card.slug)
    row = await adopt(session, by.org_id, card, by.name, origin)
    if before is None or row.version == 1:
        facts: dict[str, Any] = {"level": card.approved_for.slug, "hosting": card.hosting}
        note(session, by.org_id, by, "model.adopted", model=card.slug, catalogue=origin.name if origin else "", **facts)
    elif row.version != before.version:
        fields = ", ".join(one.field for one in changed(ModelCard.model_validate(before.card), card).fields)
        facts = {"version": row.version, "fields": fields, "level": card.approved_for.slug}
        note(session, by.org_id, by, "model.changed", model=card.slug, **facts)
    return row


async def _standing(session: AsyncSession, org_id: UUID, slug: str) -> ModelStanding:
    """How a model stands, kept from others until the unit of work ends. Raises NotFound."""
    await adopted(session, slug)
    row = await session.get(ModelStanding, (org_id, slug), with_for_update=True)
    if row is None:
        row = ModelStanding(org_id=org_id, slug=slug)
        session.add(row)
    return row


def _tightening_facts(slug: str, wanted: Tightening) -> dict[str, Any]:
    return {
        "model": slug,
        "level": wanted.approved_for.slug if wanted.approved_for is not None else "",
        "without": ", ".join(sorted((*wanted.without_uses, *wanted.without_abilities))),
        "demands": "; ".join(sorted(wanted.demands)),
    }
