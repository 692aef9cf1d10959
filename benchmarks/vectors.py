"""What vectors cost a search: 100,000 of 1,024 dimensions read in, looked through and compared, in CPU time of this process.

    python -m benchmarks.vectors [--passages 100000] [--dimensions 1024]

The vectors are of chance: a model's are worth what `samverk vectors try` says, on questions of one's own.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert

import samverk.app.tables  # noqa: F401 - every table is known
from samverk.core.database import Database
from samverk.core.ids import new_id
from samverk.core.scope import Base, Scope
from samverk.identity.service import Identity
from samverk.knowledge import quantised
from samverk.knowledge.nearness import DEPTH, Nearness
from samverk.knowledge.ports import Wanted
from samverk.knowledge.vector_tables import PassageVector, VectorSet
from samverk.knowledge.vectors import BATCH

_AT_ONCE = 200 * BATCH
_QUESTIONS = 20


async def measured(folder: Path, passages: int, dimensions: int) -> None:
    """Fill a database, and print what a search reads, looks through and compares."""
    chance = random.Random(1)
    db = Database(f"sqlite+aiosqlite:///{folder}/vectors.db")
    async with db.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    org, collection = (await Identity(db).create_org("ort", "Ort")).id, new_id()
    made = await _filled(db, org, collection, passages, dimensions)
    nearness = Nearness(db)
    began = time.process_time()
    held = await nearness.held(made, collection)
    print(f"read in    {time.process_time() - began:.1f} s, once in a process")
    wanted = Wanted(org, [collection], "", DEPTH)
    looks, compares = [], []
    for _ in range(_QUESTIONS):
        asked = chance.randbytes(dimensions)
        began = time.process_time()
        held.nearest(quantised.signs(asked), wanted)
        looks.append(time.process_time() - began)
        others = [chance.randbytes(dimensions) for _ in range(2 * DEPTH)]
        began = time.process_time()
        for other in others:
            quantised.cosine(asked, other)
        compares.append(time.process_time() - began)
    print(f"look       {statistics.median(looks) * 1e3:.0f} ms a question, {len(held.ids)} vectors")
    print(f"compare    {statistics.median(compares) * 1e3:.0f} ms a question, {2 * DEPTH} vectors")
    await db.close()


async def _filled(db: Database, org: UUID, collection: UUID, passages: int, dimensions: int) -> VectorSet:
    """A set that serves, with so many vectors."""
    chance = random.Random(2)
    made = VectorSet(
        org_id=org,
        id=new_id(),
        model="vectors",
        query_prefix="",
        passage_prefix="",
        state="made",
        refused={},
        dimensions=dimensions,
        batch=(passages - 1) // BATCH + 1,
        serving=True,
        job="",
    )
    async with db.write(Scope(org)) as session:
        session.add(made)
    for start in range(0, passages, _AT_ONCE):
        rows = [
            {
                "org_id": org,
                "set_id": made.id,
                "passage_id": new_id(),
                "collection_id": collection,
                "batch": number // BATCH + 1,
                "digest": chance.randbytes(32),
                "type": "pdf",
                "dated": None,
                "vector": chance.randbytes(dimensions),
            }
            for number in range(start, min(start + _AT_ONCE, passages))
        ]
        async with db.write(Scope(org)) as session:
            await session.execute(insert(PassageVector), rows)
    return made


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--dimensions", type=int, default=1_024)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(measured(Path(name), options.passages, options.dimensions))
        print(f"disk       {sum(file.stat().st_size for file in Path(name).iterdir()) / 1e6:.0f} MB")
