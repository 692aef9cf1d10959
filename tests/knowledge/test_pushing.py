"""Documents that another system sends to a source."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from samverk.core.errors import Conflict, Invalid, NotAllowed, SamverkError
from samverk.core.scope import Scope
from samverk.knowledge import store
from samverk.knowledge.pushing import Pushed, Pushing
from samverk.knowledge.source_views import SourceFields, SourceInfo
from tests.knowledge.kept import Kept, counts, on_both_engines


@pytest.fixture
def pushing(kept: Kept) -> Pushing:
    return Pushing(kept.room.db, kept.room.knowledge)


async def pushed_source(kept: Kept) -> SourceInfo:
    return await kept.sources.add(kept.who, "regler", SourceFields("push", {"system": "Diariet"}))


async def test_documents_are_put_changed_and_deleted_and_everything_may_be_sent_twice(
    kept: Kept, pushing: Pushing
) -> None:
    source = await pushed_source(kept)
    document = Pushed("dnr-1", "beslut/ett.txt", "2026-05-01T12:00:00Z", "https://diariet.example/1")
    outcomes = []
    for text in ("ett", "ett", "ett igen"):
        put = await pushing.put(kept.who, source.id, document, kept.room.file("sent", text))
        outcomes.append(put.outcome)
        await kept.room.settled(put.document)
    assert outcomes == ["added", "unchanged", "changed"]
    moved = await pushing.put(
        kept.who, source.id, replace(document, path="beslut/flyttad.txt"), kept.room.file("sent", "ett igen")
    )
    await kept.room.settled(moved.document)
    assert await kept.paths() == ["beslut/flyttad.txt"]
    for _ in range(2):
        await pushing.delete(kept.who, source.id, "dnr-1")
    assert await kept.paths() == []


@on_both_engines
async def test_a_round_removes_what_it_did_not_mention(kept: Kept, pushing: Pushing) -> None:
    source = await pushed_source(kept)
    for n in range(4):
        await pushing.put(kept.who, source.id, Pushed(str(n), f"{n}.txt"), kept.room.file("sent", f"nr {n}"))
    first = await pushing.complete(kept.who, source.id)
    assert (first.state, *counts(first)) == ("done", 4, 0, 0, 0, 0)
    with pytest.raises(Conflict):
        await pushing.complete(kept.who, source.id)
    begun = await pushing.begin(kept.who, source.id)
    for n in (0, 1, 1):
        await pushing.put(kept.who, source.id, Pushed(str(n), f"{n}.txt"), kept.room.file("sent", f"nr {n}"))
    second = await pushing.complete(kept.who, source.id)
    assert second.id == begun.id
    assert counts(second) == (0, 0, 2, 0, 2)
    assert await kept.paths() == ["0.txt", "1.txt"]


async def test_a_round_that_mentions_almost_nothing_is_asked_about(kept: Kept, pushing: Pushing) -> None:
    source = await pushed_source(kept)
    for n in range(6):
        await pushing.put(kept.who, source.id, Pushed(str(n), f"{n}.txt"), kept.room.file("sent", f"nr {n}"))
    await pushing.complete(kept.who, source.id)
    await pushing.begin(kept.who, source.id)
    held = await pushing.complete(kept.who, source.id)
    assert (held.state, held.held) == ("held", 6)
    await kept.sources.answer(kept.who, held.id, remove=True)
    assert (await kept.ended(held.id)).removed == 6


async def test_what_is_wrong_with_a_document_is_told_and_stands_in_the_report(kept: Kept, pushing: Pushing) -> None:
    source = await pushed_source(kept)
    file = kept.room.file("sent", "text")
    for document, field in (
        (Pushed("", "a.txt"), "address"),
        (Pushed("a", "a.txt", modified="i går"), "modified"),
        (Pushed("a" * 3_000, "a.txt"), "address"),
    ):
        with pytest.raises(Invalid) as error:
            await pushing.put(kept.who, source.id, document, file)
        assert error.value.facts["param"] == field
    [listed] = await kept.sources.of(kept.who, "regler")
    assert listed.last is not None
    assert listed.last.refused == 3
    with pytest.raises(Conflict):
        await kept.sources.sync(kept.who, source.id)
    walked = await kept.folder_source()
    with pytest.raises(Conflict):
        await pushing.put(kept.who, walked.id, Pushed("a", "a.txt"), file)
    with pytest.raises(NotAllowed):
        await pushing.put(kept.room.member(), source.id, Pushed("a", "a.txt"), file)


async def test_the_time_that_a_source_tells_is_the_documents(kept: Kept, pushing: Pushing) -> None:
    source = await pushed_source(kept)
    put = await pushing.put(
        kept.who, source.id, Pushed("a", "a.txt", "2025-03-01T10:00:00+01:00"), kept.room.file("sent", "text")
    )
    async with kept.room.db.read(Scope(kept.room.org)) as session:
        document = await store.document(session, put.document)
    assert document is not None
    assert document.modified_at == datetime(2025, 3, 1, 9, tzinfo=UTC)


async def test_a_document_that_was_refused_was_mentioned_and_stays(kept: Kept, pushing: Pushing) -> None:
    source = await pushed_source(kept)
    for n in range(3):
        await pushing.put(kept.who, source.id, Pushed(str(n), f"{n}.txt"), kept.room.file("sent", f"nr {n}"))
    await pushing.complete(kept.who, source.id)
    await pushing.begin(kept.who, source.id)
    await pushing.put(kept.who, source.id, Pushed("0", "0.txt"), kept.room.file("sent", "nr 0"))
    with pytest.raises(SamverkError):
        await pushing.put(kept.who, source.id, Pushed("1", "0.txt"), kept.room.file("sent", "annat"))
    report = await pushing.complete(kept.who, source.id)
    assert counts(report) == (0, 0, 1, 1, 1)
    assert await kept.paths() == ["0.txt", "1.txt"]


async def test_a_document_that_is_new_and_sent_again_counts_as_added(kept: Kept, pushing: Pushing) -> None:
    source = await pushed_source(kept)
    for text in ("ett", "ett igen"):
        await pushing.put(kept.who, source.id, Pushed("1", "1.txt"), kept.room.file("sent", text))
    assert counts(await pushing.complete(kept.who, source.id)) == (1, 0, 0, 0, 0)
    await pushing.put(kept.who, source.id, Pushed("2", "2.txt"), kept.room.file("sent", "två"))
    await pushing.delete(kept.who, source.id, "2")
    [listed] = await kept.sources.of(kept.who, "regler")
    assert listed.last is not None
    assert counts(listed.last) == (0, 0, 1, 0, 0)
