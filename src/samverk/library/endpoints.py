"""Where models are reached: several endpoints for one model share its calls. Keys are locked away, and never told again."""

from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.database import Database
from samverk.core.errors import Invalid, NotFound
from samverk.core.ids import new_id
from samverk.core.journal import note
from samverk.core.scope import Scope
from samverk.core.vault import Vault
from samverk.library import providers, quirks
from samverk.library.adopting import newest
from samverk.library.ports import Endpoint
from samverk.library.shelf import Shelf, context_of
from samverk.library.stewards import PERMISSION, Steward
from samverk.library.tables import ModelCardVersion, ModelEndpoint

MOST = 20  # endpoints of one model


@dataclass(frozen=True, slots=True)
class Place:
    """An endpoint as it is told: whether it has a key, never which."""

    id: UUID
    provider: str
    model: str
    url: str
    flavour: str
    order: int
    weight: int
    has_key: bool


class Endpoints:
    """The endpoints of the organisations' models."""

    def __init__(self, db: Database, vault: Vault, shelf: Shelf) -> None:
        self._db = db
        self._vault = vault
        self._shelf = shelf

    async def list(self, org_id: UUID, slug: str) -> list[Place]:
        """The endpoints of a model, those that are asked first at the head. Raises NotFound for a model that is not adopted."""
        query = select(ModelEndpoint).where(ModelEndpoint.slug == slug).order_by(ModelEndpoint.rank, ModelEndpoint.id)
        async with self._db.read(Scope(org_id)) as session:
            await adopted(session, slug)
            return [_told(row) for row in await session.scalars(query)]

    async def add(self, by: Steward, slug: str, endpoint: Endpoint) -> Place:
        """Reach a model here too. Raises NotAllowed, NotFound, Invalid."""
        by.require(PERMISSION)
        check(endpoint)
        async with self._db.write(Scope(by.org_id)) as session:
            await adopted(session, slug)
            rows = (await session.scalars(select(ModelEndpoint).where(ModelEndpoint.slug == slug))).all()
            if len(rows) >= MOST:
                raise Invalid(
                    sv=f"En modell kan nås på högst {MOST} ställen.",
                    en=f"A model can be reached in {MOST} places at most.",
                )
            row = _row(self._vault, by.org_id, slug, endpoint)
            session.add(row)
            note(session, by.org_id, by, "model.endpoint_added", model=slug, url=row.url, provider=row.provider)
        self._shelf.changed(by.org_id)
        return _told(row)

    async def replace_key(self, by: Steward, slug: str, endpoint: UUID, key: str) -> None:
        """Use another key from now on; none where it is empty. Raises NotAllowed, NotFound."""
        by.require(PERMISSION)
        async with self._db.write(Scope(by.org_id)) as session:
            row = await _one(session, slug, endpoint)
            row.key = self._vault.lock(key, context_of(by.org_id, slug)) if key else None
            note(session, by.org_id, by, "model.endpoint_key_replaced", model=slug, url=row.url)
        self._shelf.changed(by.org_id)

    async def remove(self, by: Steward, slug: str, endpoint: UUID) -> None:
        """Reach a model here no more. Without any endpoint no call is made with it. Raises NotAllowed, NotFound."""
        by.require(PERMISSION)
        async with self._db.write(Scope(by.org_id)) as session:
            row = await _one(session, slug, endpoint)
            await session.delete(row)
            note(session, by.org_id, by, "model.endpoint_removed", model=slug, url=row.url)
        self._shelf.changed(by.org_id)


async def adopted(session: AsyncSession, slug: str) -> ModelCardVersion:
    """The newest version of a card. Raises NotFound where the organisation has none."""
    row = await newest(session, slug)
    if row is None:
        raise NotFound("model", slug)
    return row


async def placed(session: AsyncSession, vault: Vault, version: ModelCardVersion, endpoint: Endpoint) -> None:
    """Reach a model here and nowhere else."""
    await session.execute(delete(ModelEndpoint).where(ModelEndpoint.slug == version.slug))
    session.add(_row(vault, version.org_id, version.slug, endpoint))


def check(endpoint: Endpoint) -> None:
    """Raise Invalid for a provider or a flavour that there is not, or an address that cannot be one."""
    if endpoint.provider not in providers.names():
        known = ", ".join(providers.names())
        raise Invalid(
            sv=f"Leverantören {endpoint.provider} finns inte. De som finns är {known}.",
            en=f"There is no provider {endpoint.provider}. Those that exist are {known}.",
            param="provider",
        )
    if endpoint.flavour and endpoint.flavour not in quirks.ROWS:
        known = ", ".join(sorted(quirks.ROWS))
        raise Invalid(
            sv=f"Sorten {endpoint.flavour} finns inte. De som finns är {known}.",
            en=f"There is no flavour {endpoint.flavour}. Those that exist are {known}.",
            param="flavour",
        )
    if endpoint.url and not is_web_address(endpoint.url):
        raise Invalid(
            sv="Adressen ska börja med https:// eller http:// och får inte innehålla någon nyckel.",
            en="The address must begin with https:// or http:// and must hold no key.",
            param="url",
        )


def is_web_address(url: str) -> bool:
    """Whether it is an address on the web that names a host and nobody's secret."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(parts.hostname) and "@" not in parts.netloc


async def _one(session: AsyncSession, slug: str, endpoint: UUID) -> ModelEndpoint:
    query = select(ModelEndpoint).where(ModelEndpoint.slug == slug, ModelEndpoint.id == endpoint)
    row: ModelEndpoint | None = await session.scalar(query)
    if row is None:
        raise NotFound("endpoint", str(endpoint))
    return row


def _row(vault: Vault, org_id: UUID, slug: str, endpoint: Endpoint) -> ModelEndpoint:
    return ModelEndpoint(
        org_id=org_id,
        id=new_id(),
        slug=slug,
        provider=endpoint.provider,
        model=endpoint.model,
        url=endpoint.url.rstrip("/"),
        flavour=endpoint.flavour,
        rank=endpoint.order,
        weight=endpoint.weight,
        key=vault.lock(endpoint.key, context_of(org_id, slug)) if endpoint.key else None,
    )


def _told(row: ModelEndpoint) -> Place:
    return Place(row.id, row.provider, row.model, row.url, row.flavour, row.rank, row.weight, row.key is not None)
