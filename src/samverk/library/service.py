"""Use cases of the room: which models an organisation has adopted, and where each is reached; which are only in reach."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.canonical import digest
from samverk.core.database import Database
from samverk.core.errors import NotFound
from samverk.core.ids import new_id
from samverk.core.scope import Scope
from samverk.core.vault import Vault
from samverk.library.cards import AdoptedCard, ModelCard
from samverk.library.discovery import Offer
from samverk.library.ports import Endpoint
from samverk.library.tables import ModelCardVersion, ModelEndpoint


@dataclass(frozen=True, slots=True)
class Model:
    """A model that can be called: its card in force and where it is reached."""

    adopted: AdoptedCard
    endpoint: Endpoint

    @property
    def card(self) -> ModelCard:
        """The card in force."""
        return self.adopted.card


Discover = Callable[[], Awaitable[list[Offer]]]
"""Looks for models in reach. May take a second; never fails because nothing answers."""


async def _nothing() -> list[Offer]:
    return []


class Library:
    """The models that an organisation has adopted. `discover` finds others that are in reach."""

    def __init__(self, db: Database, vault: Vault, discover: Discover = _nothing) -> None:
        self._db = db
        self._vault = vault
        self._discover = discover

    async def adopt(self, org_id: UUID, card: ModelCard, endpoint: Endpoint, by: str) -> AdoptedCard:
        """Put a card and its endpoint in force: a new version of the card if it changed. Returns the version in force."""
        body = card.body()
        async with self._db.write(Scope(org_id)) as session:
            await self._place(session, org_id, card.slug, endpoint)
            current = await self._current(session, card.slug)
            if current is not None and current.digest == digest(body):
                return _adopted(current)
            row = ModelCardVersion(
                org_id=org_id,
                id=new_id(),
                slug=card.slug,
                version=(current.version if current else 0) + 1,
                card=body,
                digest=digest(body),
                created_by=by,
            )
            session.add(row)
        return _adopted(row)

    async def _place(self, session: AsyncSession, org_id: UUID, slug: str, endpoint: Endpoint) -> None:
        row = await session.scalar(select(ModelEndpoint).where(ModelEndpoint.slug == slug))
        if row is None:
            row = ModelEndpoint(org_id=org_id, id=new_id(), slug=slug)
            session.add(row)
        row.provider, row.model, row.url = endpoint.provider, endpoint.model, endpoint.url
        row.key = self._vault.lock(endpoint.key, _context(org_id, slug)) if endpoint.key else None

    async def _current(self, session: AsyncSession, slug: str) -> ModelCardVersion | None:
        query = select(ModelCardVersion).where(ModelCardVersion.slug == slug)
        found: ModelCardVersion | None = await session.scalar(query.order_by(ModelCardVersion.version.desc()).limit(1))
        return found

    async def models(self, org_id: UUID) -> list[AdoptedCard]:
        """The cards in force in the organisation, by slug."""
        newest = select(ModelCardVersion.slug, func.max(ModelCardVersion.version)).group_by(ModelCardVersion.slug)
        in_force = tuple_(ModelCardVersion.slug, ModelCardVersion.version).in_(newest)
        async with self._db.read(Scope(org_id)) as session:
            rows = await session.scalars(select(ModelCardVersion).where(in_force))
            return sorted((_adopted(row) for row in rows), key=lambda adopted: adopted.card.slug)

    async def history(self, org_id: UUID, slug: str) -> list[AdoptedCard]:
        """Every version of a card, the one in force first. Raises NotFound when the organisation has not adopted it."""
        query = select(ModelCardVersion).where(ModelCardVersion.slug == slug)
        async with self._db.read(Scope(org_id)) as session:
            rows = await session.scalars(query.order_by(ModelCardVersion.version.desc()))
            versions = [_adopted(row) for row in rows]
        if not versions:
            raise NotFound("model", slug)
        return versions

    async def offers(self) -> list[Offer]:
        """Models in reach, whether somebody has reviewed them or not. Looking uses none of them."""
        return await self._discover()

    async def unreviewed(self, org_id: UUID) -> list[Offer]:
        """Models in reach that the organisation has not adopted."""
        known = {adopted.card.slug for adopted in await self.models(org_id)}
        return [offer for offer in await self._discover() if offer.card.slug not in known]

    async def model(self, org_id: UUID, slug: str) -> Model:
        """The model with this slug, ready to be called. Raises NotFound when the organisation has not adopted it."""
        async with self._db.read(Scope(org_id)) as session:
            card = await self._current(session, slug)
            place = await session.scalar(select(ModelEndpoint).where(ModelEndpoint.slug == slug))
        if card is None or place is None:
            raise NotFound("model", slug)
        key = self._vault.unlock(place.key, _context(org_id, slug)) if place.key else None
        return Model(_adopted(card), Endpoint(place.provider, place.model, place.url, key))


def _context(org_id: UUID, slug: str) -> str:
    return f"endpoint:{org_id}:{slug}"


def _adopted(row: ModelCardVersion) -> AdoptedCard:
    card = ModelCard.model_validate(row.card)
    return AdoptedCard(id=row.id, version=row.version, card=card, adopted_at=row.created_at, adopted_by=row.created_by)
