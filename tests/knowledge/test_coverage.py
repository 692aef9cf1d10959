"""What a collection covers: passages, ages, what waits for text recognition, and why documents could not be read."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from samverk.core.blobs.folder import FolderBlobs
from samverk.core.database import Database
from samverk.core.ids import new_id, now
from samverk.core.scope import Scope
from samverk.identity.principal import Kind, Principal, Role
from samverk.identity.service import Identity
from samverk.knowledge import access
from samverk.knowledge.catalogue import Catalogue, Wanted
from samverk.knowledge.coverage import Waiting, covered
from samverk.knowledge.recognition import progress, told
from samverk.knowledge.tables import Collection, Document, DocumentVersion
from samverk.knowledge.views import Reason

ENCRYPTED = Reason("encrypted", "Filen är skyddad.", "The file is protected.")
EMPTY = Reason("empty", "Filen är tom.", "The file is empty.")


class Shelf:
    """A collection that a test fills as it likes."""

    def __init__(self, db: Database, org: UUID, collection: UUID) -> None:
        self._db = db
        self._org = org
        self._collection = collection

    async def add(self, *, days: int | None = None, reason: Reason | None = None, status: str = "read") -> None:
        """A document that was changed so many days ago (None: it was never read)."""
        of = {"org_id": self._org, "collection_id": self._collection}
        facts = {"title": "t", "content_hash": "0"}
        why = reason.as_json() if reason else None
        document = Document(
            **of, **facts, id=new_id(), path=new_id().hex, status=status, reason=why, reading_id=new_id()
        )
        async with self._db.write(Scope(self._org)) as session:
            session.add(document)
            await session.flush()
            if days is None:
                return
            version = DocumentVersion(
                **of, **facts, id=new_id(), document_id=document.id, modified_at=now() - timedelta(days=days), **_READ
            )
            session.add(version)
            document.version_id = version.id


_READ = {
    "ordinal": 1,
    "text_hash": "0",
    "size": 1,
    "media_type": "text/plain",
    "extractor": "",
    "pages": 2,
    "passages": 3,
}


@pytest.fixture
async def shelf(db: Database) -> tuple[Principal, Shelf]:
    org = (await Identity(db).create_org("ekby", "Ekby")).id
    row = Collection(org_id=org, id=new_id(), slug="hr", name="HR", level=1, groups=[])
    async with db.write(Scope(org)) as session:
        session.add(row)
    return Principal(Kind.MEMBER, org, "erik", "Erik", Role.BUILDER), Shelf(db, org, row.id)


async def test_ages_are_of_the_documents_own_dates(db: Database, shelf: tuple[Principal, Shelf]) -> None:
    erik, hr = shelf
    for days in (1000, 400, 10, 2, 1):
        await hr.add(days=days)
    [info] = await access.readable(db, erik)
    coverage = await covered(db, erik, info)
    assert (coverage.passages, coverage.pages) == (15, 10)
    assert coverage.ages
    assert [_days(coverage.ages, name) for name in ("oldest", "middle", "newest")] == [1000, 10, 1]
    assert coverage.ages.old == 2


async def test_the_old_are_listed_oldest_first(db: Database, shelf: tuple[Principal, Shelf], tmp_path: Path) -> None:
    erik, hr = shelf
    for days in (400, 3, 900, 500):
        await hr.add(days=days)
    await hr.add(status="not_read", reason=EMPTY)
    found = await Catalogue(db, FolderBlobs(tmp_path)).documents(erik, "hr", Wanted(shown="old"))
    assert found.total == 3
    dates = [item.dated for item in found.items]
    assert dates == sorted(dates)
    assert (now() - dates[0]).days == 900


async def test_reasons_are_told_once_the_most_common_first(db: Database, shelf: tuple[Principal, Shelf]) -> None:
    erik, hr = shelf
    for reason in (EMPTY, ENCRYPTED, ENCRYPTED):
        await hr.add(status="not_read", reason=reason)
    [info] = await access.readable(db, erik)
    coverage = await covered(db, erik, info)
    assert [(each.reason, each.documents) for each in coverage.failures] == [(ENCRYPTED, 2), (EMPTY, 1)]
    assert (coverage.passages, coverage.ages, coverage.waiting) == (0, None, None)


async def test_pages_that_wait_for_text_recognition_are_summed(db: Database, shelf: tuple[Principal, Shelf]) -> None:
    erik, hr = shelf
    await hr.add(status="reading")
    for done, pages in ((0, 4), (0, 4), (3, 10)):
        await hr.add(status="reading", reason=progress(done, pages))
    [info] = await access.readable(db, erik)
    assert (await covered(db, erik, info)).waiting == Waiting(documents=3, done=3, pages=18)


@pytest.mark.parametrize("pages", [(0, 1), (0, 12), (1, 1), (7, 340)])
def test_what_progress_tells_can_be_read_back(pages: tuple[int, int]) -> None:
    assert told(progress(*pages).as_json()) == pages


def test_another_reason_tells_of_no_pages() -> None:
    assert told(ENCRYPTED.as_json()) is None


def _days(ages: object, name: str) -> int:
    at: datetime = getattr(ages, name)
    return (now() - at).days
