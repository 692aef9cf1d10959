"""What changed, what could not be read and what is called so: within what the reader may read."""

from datetime import timedelta
from uuid import UUID

from samverk.core.database import Database
from samverk.core.ids import new_id, now
from samverk.core.scope import Scope
from samverk.identity.principal import Kind, Principal, Role
from samverk.identity.service import Identity
from samverk.knowledge import access
from samverk.knowledge.overview import changed, not_read, titled
from samverk.knowledge.tables import Collection, Document, Grant


async def _collection(db: Database, org: UUID, slug: str, *groups: str) -> UUID:
    row = Collection(org_id=org, id=new_id(), slug=slug, name=slug.capitalize(), level=1, groups=list(groups))
    async with db.write(Scope(org)) as session:
        session.add(row)
    return row.id


async def _document(db: Database, org: UUID, collection: UUID, title: str, status: str = "read", days: int = 0) -> None:
    row = Document(
        org_id=org,
        id=new_id(),
        collection_id=collection,
        path=f"{title}.md",
        title=title,
        status=status,
        content_hash="0",
        reading_id=new_id(),
        updated_at=now() - timedelta(days=days),
    )
    async with db.write(Scope(org)) as session:
        session.add(row)


async def _furnished(db: Database) -> Principal:
    identity = Identity(db)
    ours, theirs = (await identity.create_org("ekby", "Ekby")).id, (await identity.create_org("alby", "Alby")).id
    hr, soc = await _collection(db, ours, "hr"), await _collection(db, ours, "soc", "socialsekreterare")
    shared, secret = await _collection(db, theirs, "bibliotek"), await _collection(db, theirs, "eget")
    async with db.write(Scope(theirs)) as session:
        session.add(Grant(owner_org=theirs, collection_id=shared, to_org=ours))
    await _document(db, ours, hr, "Överenskommelse om semester")
    await _document(db, ours, hr, "Gammal semester", days=90)
    await _document(db, ours, hr, "Trasig", "not_read")
    await _document(db, ours, soc, "Semester för andra")
    await _document(db, ours, soc, "Trasig för andra", "not_read")
    await _document(db, theirs, shared, "Semester i lagen")
    await _document(db, theirs, shared, "Deras trasiga", "not_read")
    await _document(db, theirs, secret, "Semester i Alby")
    return Principal(Kind.MEMBER, ours, "erik", "Erik", Role.BUILDER)


async def test_what_changed_lately_in_what_i_may_read(db: Database) -> None:
    erik = await _furnished(db)
    found = await changed(db, erik, await access.readable(db, erik), now() - timedelta(days=30))
    assert {(one.collection.full_ref, one.documents) for one in found} == {("ekby/hr", 1), ("alby/bibliotek", 1)}


async def test_what_could_not_be_read_waits_for_those_who_may_mend_it(db: Database) -> None:
    erik = await _furnished(db)
    (found,) = await not_read(db, erik, await access.readable(db, erik))
    assert (found.collection.slug, found.documents) == ("hr", 1)
    maja = Principal(Kind.MEMBER, erik.org_id, "maja", "Maja", Role.MEMBER)
    assert await not_read(db, maja, await access.readable(db, maja)) == []


async def test_documents_are_found_by_words_of_their_titles_in_either_case(db: Database) -> None:
    erik = await _furnished(db)
    readable = await access.readable(db, erik)
    found = await titled(db, erik, readable, ["semester"], 10)
    assert {one.title for one in found} == {
        *("Överenskommelse om semester", "Gammal semester", "Semester i lagen"),
    }
    assert [one.title for one in await titled(db, erik, readable, ["överens", "semester"], 10)] == [
        "Överenskommelse om semester"
    ]
    assert await titled(db, erik, readable, ["100%"], 10) == []
    assert len(await titled(db, erik, readable, ["semester"], 2)) == 2
