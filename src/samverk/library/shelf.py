"""The models of an organisation as they stand today, in memory: a call reads no database, and nothing is older than two seconds.

What is changed in this process counts at once (`changed`). Knows how rows become a model, not who may change them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.database import Database
from samverk.core.fresh import Fresh
from samverk.core.ids import now
from samverk.core.scope import Scope
from samverk.core.vault import Unlockable, Vault
from samverk.library.cards import AdoptedCard, ModelCard, Origin, StopCode, Tightening, in_force
from samverk.library.ports import Endpoint
from samverk.library.tables import CatalogueCard, ModelCardVersion, ModelEndpoint, ModelStanding
from samverk.library.tightening import stricter, tightened

_ZONE = ZoneInfo("Europe/Stockholm")  # whose days a certificate counts in


@dataclass(frozen=True, slots=True)
class Model:
    """A model and where it is reached: those to ask first come first. Models to be called have at least one endpoint."""

    adopted: AdoptedCard
    endpoints: tuple[Endpoint, ...]

    @property
    def card(self) -> ModelCard:
        """The card in force."""
        return self.adopted.card

    @property
    def endpoint(self) -> Endpoint:
        """The endpoint to ask first."""
        return self.endpoints[0]


@dataclass(frozen=True, slots=True)
class Stood:
    """All models of an organisation by slug, as they stood when they were read."""

    models: Mapping[str, Model] = field(default_factory=dict)


def today() -> date:
    """The day in Sweden."""
    return now().astimezone(_ZONE).date()


class Shelf:
    """The models of the organisations of a platform."""

    def __init__(self, db: Database, vault: Vault) -> None:
        self._db = db
        self._vault = vault
        self._known = Fresh(self._read)

    async def of(self, org_id: UUID) -> Stood:
        """The organisation's models, at most two seconds old."""
        return await self._known.of(org_id)

    async def _read(self, org_id: UUID) -> Stood:
        async with self._db.read(Scope(org_id)) as session:
            return await _stood(session, self._vault)

    def changed(self, org_id: UUID) -> None:
        """Read anew at the next question."""
        self._known.changed(org_id)


async def _stood(session: AsyncSession, vault: Vault) -> Stood:
    newest = select(ModelCardVersion.slug, func.max(ModelCardVersion.version)).group_by(ModelCardVersion.slug)
    in_use = tuple_(ModelCardVersion.slug, ModelCardVersion.version).in_(newest)
    versions = (await session.scalars(select(ModelCardVersion).where(in_use).order_by(ModelCardVersion.slug))).all()
    standings = {row.slug: row for row in await session.scalars(select(ModelStanding))}
    places: dict[str, list[ModelEndpoint]] = defaultdict(list)
    ordered = select(ModelEndpoint).order_by(ModelEndpoint.rank, ModelEndpoint.id)
    for place in await session.scalars(ordered):
        places[place.slug].append(place)
    editions = await _editions(session, versions)
    models, day = {}, today()
    for version in versions:
        slug = version.slug
        adopted = _as_it_stands(version, standings.get(slug), editions, day, bool(places[slug]))
        models[slug] = Model(adopted, tuple(_endpoint(place, vault) for place in places[slug]))
    return Stood(models)


Editions = dict[str, dict[str, CatalogueCard]]
"""The cards of the editions in use, by the catalogue's id and the card's slug."""


async def _editions(session: AsyncSession, versions: Sequence[ModelCardVersion]) -> Editions:
    """What the catalogues that the organisation subscribes to say today of the cards that were adopted from them."""
    editions: Editions = defaultdict(dict)
    slugs = [version.slug for version in versions if version.origin]
    if not slugs:
        return editions
    for card in await session.scalars(select(CatalogueCard).where(CatalogueCard.slug.in_(slugs))):
        editions[str(card.catalogue_id)][card.slug] = card
    return editions


def _as_it_stands(
    row: ModelCardVersion, standing: ModelStanding | None, editions: Editions, day: date, reached: bool
) -> AdoptedCard:
    published = ModelCard.model_validate(row.card)
    tightening = Tightening.model_validate(standing.tightening) if standing and standing.tightening else Tightening()
    present = editions.get(row.origin["catalogue"], {}).get(row.slug) if row.origin else None
    newer = present is not None and present.digest != row.digest
    card = stricter(published, ModelCard.model_validate(present.card)) if present and newer else published
    stopped: StopCode | None = None if reached else "no_endpoint"
    if row.origin and present is None:
        stopped = "withdrawn"
    if standing and standing.retired_at:
        stopped = "retired"
    told = {"tightening": tightening, "stopped": stopped, "newer": newer}
    return as_adopted(row, card=in_force(tightened(card, tightening), day), published=published, **told)


def as_adopted(row: ModelCardVersion, **told: Any) -> AdoptedCard:
    """A version as it is told; without more it says what was adopted."""
    return AdoptedCard(
        id=row.id,
        version=row.version,
        adopted_at=row.created_at,
        adopted_by=row.created_by,
        origin=Origin.model_validate(row.origin) if row.origin else None,
        **({"card": ModelCard.model_validate(row.card)} | told),
    )


def _endpoint(row: ModelEndpoint, vault: Vault) -> Endpoint:
    key, locked = None, False
    if row.key:
        try:
            key = vault.unlock(row.key, context_of(row.org_id, row.slug))
        except Unlockable:  # whoever calls it is told; the model's other endpoints answer
            locked = True
    return Endpoint(row.provider, row.model, row.url, key, row.flavour, row.rank, row.weight, row.id, locked)


def context_of(org_id: UUID, slug: str) -> str:
    """Whose an endpoint's key is, as the vault wants to know it."""
    return f"endpoint:{org_id}:{slug}"
