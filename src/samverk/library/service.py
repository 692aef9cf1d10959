"""Use cases of the room: which models an organisation has adopted, and where each is reached."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.canonical import digest
from samverk.core.database import Database
from samverk.core.errors import NotFound
from samverk.core.ids import new_id
from samverk.core.scope import Scope
from samverk.core.vault import Vault
from samverk.library.cards import AdoptedCard, ModelCard
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


class Library:
    """The models that an organisation has adopted."""

    def __init__(self, db: Database, vault: Vault) -> None:
        self._db = db
        self._vault = vault

    async def adopt(self, org_id: UUID, card: ModelCard, endpoint: Endpoint, by: str) -> AdoptedCard:
        """Put a card and its endpoint in force: a new version of the card if it changed. Returns the version in force."""
        body = card.body()
        async with self._db.write(Scope(org_id)) as session:
            await self._place(session, org_id, card.slug, endpoint)
            current = await self._current(session, card.slug)
            if current is not None and current.digest == digest(body):
                return AdoptedCard(id=current.id, version=current.version, card=card)
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
        return AdoptedCard(id=row.id, version=row.version, card=card)

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
        async with self._db.read(Scope(org_id)) as session:
            rows = await session.scalars(select(ModelCardVersion).order_by(ModelCardVersion.version))
            newest = {row.slug: row for row in rows}
        return [_adopted(newest[slug]) for slug in sorted(newest)]

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
    return AdoptedCard(id=row.id, version=row.version, card=ModelCard.model_validate(row.card))
