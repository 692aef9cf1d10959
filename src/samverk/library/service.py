"""Use cases of the room: which models an organisation has adopted, and where each is reached; which are only in reach."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from sqlalchemy import select

from samverk.core.database import Database
from samverk.core.errors import NotFound
from samverk.core.scope import Scope
from samverk.core.vault import Vault
from samverk.library.adopting import adopt
from samverk.library.cards import AdoptedCard, ModelCard
from samverk.library.curating import Curation
from samverk.library.discovery import Offer
from samverk.library.endpoints import Endpoints, placed
from samverk.library.errors import NotInUse
from samverk.library.ports import Endpoint
from samverk.library.shelf import Model, Shelf, as_adopted
from samverk.library.subscriptions import Catalogues, Fetch, nowhere
from samverk.library.tables import ModelCardVersion

__all__ = ["Discover", "Library", "Model"]

Discover = Callable[[], Awaitable[list[Offer]]]
"""Looks for models in reach. May take a second; never fails because nothing answers."""


async def _nothing() -> list[Offer]:
    return []


class Library:
    """The models that an organisation has adopted. `discover` finds others that are in reach, `fetch` brings catalogues.

    Stewards change them through `curation`, `endpoints` and `catalogues`.
    """

    def __init__(self, db: Database, vault: Vault, discover: Discover = _nothing, fetch: Fetch = nowhere) -> None:
        self._db = db
        self._vault = vault
        self._discover = discover
        self._shelf = Shelf(db, vault)
        self.endpoints = Endpoints(db, vault, self._shelf)
        self.curation = Curation(db, vault, self._shelf, discover)
        self.catalogues = Catalogues(db, vault, self._shelf, fetch)

    async def adopt(self, org_id: UUID, card: ModelCard, endpoint: Endpoint, by: str) -> AdoptedCard:
        """Put a card and its endpoint in force as the platform itself: a new version of the card if it changed.

        Returns what was adopted. It stands in no log: whoever sets an organisation up says that it did.
        """
        async with self._db.write(Scope(org_id)) as session:
            row = await adopt(session, org_id, card, by)
            await placed(session, self._vault, row, endpoint)
        self._shelf.changed(org_id)
        return as_adopted(row)

    async def models(self, org_id: UUID, *, stopped: bool = False) -> list[AdoptedCard]:
        """The cards as they stand today, by slug: of the models that can be called, or with `stopped` of all."""
        stood = await self._shelf.of(org_id)
        adopted = (model.adopted for model in stood.models.values())
        return sorted((one for one in adopted if stopped or not one.stopped), key=lambda one: one.card.slug)

    async def history(self, org_id: UUID, slug: str) -> list[AdoptedCard]:
        """Every version of a card, the newest first, as it stands today; the others as they were adopted. Raises NotFound."""
        stood = await self._shelf.of(org_id)
        if slug not in stood.models:
            raise NotFound("model", slug)
        newest = stood.models[slug].adopted
        older = select(ModelCardVersion).where(ModelCardVersion.slug == slug, ModelCardVersion.version < newest.version)
        async with self._db.read(Scope(org_id)) as session:
            rows = await session.scalars(older.order_by(ModelCardVersion.version.desc()))
            return [newest, *(as_adopted(row) for row in rows)]

    async def offers(self) -> list[Offer]:
        """Models in reach, whether somebody has reviewed them or not. Looking uses none of them."""
        return await self._discover()

    async def unreviewed(self, org_id: UUID) -> list[Offer]:
        """Models in reach that the organisation has not adopted."""
        known = (await self._shelf.of(org_id)).models
        return [offer for offer in await self._discover() if offer.card.slug not in known]

    async def model(self, org_id: UUID, slug: str) -> Model:
        """The model with this slug as it stands today, ready to be called; in the steady state no database is asked.

        Raises NotFound when the organisation has not adopted it, NotInUse when no call is made with it.
        """
        stood = await self._shelf.of(org_id)
        model = stood.models.get(slug)
        if model is None:
            raise NotFound("model", slug)
        if model.adopted.stopped:
            raise NotInUse(slug, model.adopted.stopped)
        return model
