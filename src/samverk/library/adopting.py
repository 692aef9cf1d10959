"""Versions of cards: a changed card is a new version, the same one makes none. Runs inside its caller's unit of work."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.canonical import digest
from samverk.core.ids import new_id
from samverk.library.cards import ModelCard, Origin
from samverk.library.errors import Looser
from samverk.library.tables import CatalogueRow, ModelCardVersion


async def newest(session: AsyncSession, slug: str) -> ModelCardVersion | None:
    """The newest version of a card; None where the organisation has none."""
    query = select(ModelCardVersion).where(ModelCardVersion.slug == slug)
    found: ModelCardVersion | None = await session.scalar(query.order_by(ModelCardVersion.version.desc()).limit(1))
    return found


async def adopt(
    session: AsyncSession, org_id: UUID, card: ModelCard, by: str, origin: Origin | None = None
) -> ModelCardVersion:
    """The version that says this, from this catalogue: the newest one, or a new one after it.

    Raises Looser where the card comes from another catalogue that the organisation subscribes to.
    """
    body, current = card.body(), await newest(session, card.slug)
    catalogue = str(origin.catalogue) if origin else None
    if current is not None and current.origin and current.origin["catalogue"] != catalogue:
        await _left(session, current)
    elif current is not None and current.digest == digest(body) and bool(current.origin) == bool(origin):
        return current
    row = ModelCardVersion(
        org_id=org_id,
        id=new_id(),
        slug=card.slug,
        version=(current.version if current else 0) + 1,
        card=body,
        digest=digest(body),
        origin=origin.model_dump(mode="json") if origin else None,
        created_by=by,
    )
    session.add(row)
    return row


async def _left(session: AsyncSession, current: ModelCardVersion) -> None:
    """Raise Looser while the organisation subscribes to the catalogue that the card comes from."""
    origin = Origin.model_validate(current.origin)
    if await session.get(CatalogueRow, (current.org_id, origin.catalogue)) is not None:
        raise Looser(name=current.slug, catalogue=origin.name)
