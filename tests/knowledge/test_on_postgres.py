"""What PostgreSQL does differently: several write at once, and the index must not miss what commits late."""

import asyncio
from pathlib import Path

import pytest

from samverk.core.scope import Scope
from samverk.knowledge import store
from tests import postgres
from tests.knowledge.support import room


@pytest.mark.postgres
async def test_documents_read_at_once_are_all_found(tmp_path: Path) -> None:
    with postgres.server() as url:
        async with room(tmp_path, url=url, workers=8) as made:
            added = [
                made.knowledge.add(made.org, "regler", f"{n}.txt", made.file(f"{n}.txt", f"Rutin nummer {n}."))
                for n in range(20)
            ]
            for document in await asyncio.gather(*added):
                await made.settled(document)
            assert len(await made.texts(made.member(), "rutin")) == 20
            collection = await made.knowledge.collection(made.member(), "regler")
            async with made.db.read(Scope(made.org)) as session:
                changes = await store.changes_after(session, made.org, collection.id, 0, 100)
            assert [change[0] for change in changes] == list(range(1, 21))
            await made.knowledge.share(made.org, "regler", None)
            assert len(await made.texts(made.member(org=made.other), "rutin", "bjorksta/regler")) == 20
