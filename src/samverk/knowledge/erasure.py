"""Erasing for good a collection that was somebody's alone: its rows, its shelf in the search index, and the blobs that nothing
else holds on to.

Nothing brings back what is erased; a citation keeps the quote that it was stored with. Knows nothing of who may erase.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.blobs import Blobs
from samverk.core.database import Database
from samverk.core.scope import Scope
from samverk.knowledge import recognition, store
from samverk.knowledge.ports import Shelf
from samverk.knowledge.shelves import Shelves
from samverk.knowledge.tables import Collection, Document, DocumentVersion, IndexChange, PassageRow


async def erase(db: Database, blobs: Blobs, shelves: Shelves, shelf: Shelf) -> None:
    """Erase a collection with all that it holds. One that is not there is no error, so that it may be done twice; one without
    an owner is left as it is."""
    org, collection = shelf
    async with db.write(Scope(org)) as session:
        row = await session.get(Collection, (org, collection))
        if row is None or row.owner is None:
            return
        documents = await session.scalars(
            select(Document.id).where(Document.org_id == org, Document.collection_id == collection)
        )
        digests = await forget_documents(session, org, list(documents))
        await session.execute(
            delete(IndexChange).where(IndexChange.org_id == org, IndexChange.collection_id == collection)
        )
        await session.execute(delete(Collection).where(Collection.org_id == org, Collection.id == collection))
    await shelves.forget(shelf)
    await forget_blobs(db, blobs, org, digests)


async def forget_documents(session: AsyncSession, org: UUID, documents: Sequence[UUID]) -> set[str]:
    """Delete documents with their versions and passages. The digests of the contents that they held on to."""
    digests: set[str] = set()
    for some in store.parts(documents):
        of_documents = (DocumentVersion.org_id == org, DocumentVersion.document_id.in_(some))
        versions = list(await session.scalars(select(DocumentVersion).where(*of_documents)))
        digests |= {digest for version in versions for digest in (version.content_hash, version.text_hash)}
        mine = (Document.org_id == org, Document.id.in_(some))
        digests |= set(await session.scalars(select(Document.content_hash).where(*mine)))
        for ids in store.parts(version.id for version in versions):
            await session.execute(delete(PassageRow).where(PassageRow.org_id == org, PassageRow.version_id.in_(ids)))
        await session.execute(delete(DocumentVersion).where(*of_documents))
        await session.execute(delete(Document).where(*mine))
    return digests


async def forget_blobs(db: Database, blobs: Blobs, org: UUID, digests: Iterable[str]) -> None:
    """Remove those of the contents that no document of the organisation holds on to any more, and what was recognised in them."""
    loose = set(digests)
    async with db.read(Scope(org)) as session:
        for held in (Document.content_hash, DocumentVersion.content_hash, DocumentVersion.text_hash):
            if loose:
                loose -= set(await session.scalars(select(held).where(held.in_(loose))))
    if loose:
        await recognition.forget(db, org, loose)
    for digest in loose:
        await blobs.remove(org, digest)
