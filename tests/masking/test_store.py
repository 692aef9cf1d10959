"""The tables of pseudonyms: one token for a value whoever masks it, sealed, and gone when their scope ends."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update

from samverk.core.database import Database
from samverk.core.errors import NotFound
from samverk.core.ids import new_id, now
from samverk.core.scope import OutOfScope, Scope
from samverk.core.vault import Unlockable, Vault
from samverk.masking.service import UNUSED_LASTS, Masking
from samverk.masking.tables import PseudonymTable

ORG, OTHER = new_id(), new_id()
KEY = "k" * 43
MASK_ON = """
import asyncio, sys
from uuid import UUID
from samverk.core.database import Database
from samverk.core.vault import Vault
from samverk.masking.service import Masking
async def main(url, org, name, rounds):
    masker = await Masking(Database(url), Vault("k" * 43)).bound(UUID(org))
    for n in range(int(rounds)):
        text = f"{name} {n}: alla@bjorksta.example, {name}{n}@bjorksta.example"
        print((await masker.mask([text], "job")).texts[0], flush=True)
asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture
def masking(db: Database) -> Masking:
    return Masking(db, Vault(KEY))


@pytest.fixture
async def elsewhere(database_urls: tuple[str, str]) -> AsyncIterator[Masking]:
    """The same platform in another process, as far as the database can tell."""
    db = Database(database_urls[0])
    yield Masking(db, Vault(KEY))
    await db.close()


async def masked(masking: Masking, said: str, scope: str = "job", org: UUID = ORG) -> str:
    return (await (await masking.bound(org)).mask([said], scope)).texts[0]


async def restored(masking: Masking, said: str, scope: str = "job", org: UUID = ORG) -> str:
    [one] = await (await masking.bound(org)).unmask([said], scope)
    return one.text


async def rows(db: Database, org: UUID = ORG) -> int:
    async with db.read(Scope(org)) as session:
        return await session.scalar(select(func.count()).select_from(PseudonymTable)) or 0


def started(url: str, name: str, rounds: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", MASK_ON, url, str(ORG), name, str(rounds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


async def test_a_value_has_one_token_in_all_of_a_scope_and_in_every_process(
    masking: Masking, elsewhere: Masking
) -> None:
    first = await masked(masking, "Skriv till anna@bjorksta.example")
    assert "anna" not in first
    assert await masked(elsewhere, "Skriv till anna@bjorksta.example") == first
    assert await restored(elsewhere, first) == "Skriv till anna@bjorksta.example"
    await masked(masking, "bo@bjorksta.example", "another job")
    assert await restored(masking, first) == "Skriv till anna@bjorksta.example"


async def test_those_who_mask_at_once_lose_no_token_and_give_none_twice(masking: Masking, elsewhere: Masking) -> None:
    said = [f"alla@bjorksta.example och nr{n}@bjorksta.example" for n in range(24)]
    both = [masking, elsewhere]
    done = await asyncio.gather(*(masked(both[n % 2], text) for n, text in enumerate(said)))
    assert len({text.split(" och ")[0] for text in done}) == 1
    assert len({text.split(" och ")[1] for text in done}) == len(said)
    assert [await restored(masking, text) for text in done] == said


async def test_two_processes_mask_in_one_scope(masking: Masking, database_urls: tuple[str, str]) -> None:
    both = [started(database_urls[0], name, 15) for name in ("anna", "bo")]
    told = [await asyncio.to_thread(process.communicate, timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    lines = [line for said, _ in told for line in said.splitlines()]
    assert len({line.split(": ")[1].split(", ")[0] for line in lines}) == 1
    back = [await restored(masking, line) for line in lines]
    assert back == [
        f"{name} {n}: alla@bjorksta.example, {name}{n}@bjorksta.example" for name in ("anna", "bo") for n in range(15)
    ]


async def test_what_a_killed_process_masked_can_be_put_back(masking: Masking, database_urls: tuple[str, str]) -> None:
    process = started(database_urls[0], "anna", 10_000)
    assert process.stdout is not None
    lines = [await asyncio.to_thread(process.stdout.readline) for _ in range(3)]
    process.kill()
    said, _ = await asyncio.to_thread(process.communicate)
    whole = [line for line in "".join([*lines, said]).splitlines(keepends=True) if line.endswith("\n")]
    for n, line in enumerate(whole):
        assert await restored(masking, line) == f"anna {n}: alla@bjorksta.example, anna{n}@bjorksta.example\n"
    assert await masked(masking, "alla@bjorksta.example") in whole[0]


async def test_another_organisation_s_scope_is_none(masking: Masking, db: Database) -> None:
    said = await masked(masking, "anna@bjorksta.example")
    with pytest.raises(NotFound):
        await restored(masking, said, org=OTHER)
    assert await masked(masking, "bo@granby.example", org=OTHER) == said, "the same name, and a table of its own"
    assert await restored(masking, said) == "anna@bjorksta.example"
    assert await restored(masking, said, org=OTHER) == "bo@granby.example"
    await masking.forget(OTHER, ["job"])
    assert await restored(masking, said) == "anna@bjorksta.example"
    with pytest.raises(OutOfScope):
        async with db.write(Scope(OTHER)) as session:
            session.add(PseudonymTable(org_id=ORG, scope="theirs", version=1, sealed=b""))


async def test_the_database_itself_keeps_organisations_apart(masking: Masking, db: Database) -> None:
    await masked(masking, "anna@bjorksta.example")
    if db.is_sqlite:
        return  # row-level security is PostgreSQL's
    for org, seen in ((OTHER, 0), (ORG, 1)):
        async with db.engine.begin() as connection:
            await connection.execute(text("select set_config('app.org', :org, true)"), {"org": str(org)})
            assert await connection.scalar(text("select count(*) from pseudonym_tables")) == seen


async def test_a_table_is_sealed_and_opens_only_where_it_belongs(masking: Masking, db: Database) -> None:
    await masked(masking, "anna@bjorksta.example", "one")
    said = await masked(masking, "bo@bjorksta.example", "two")
    async with db.write(Scope(ORG)) as session:
        [one, two] = list(await session.scalars(select(PseudonymTable).order_by(PseudonymTable.scope)))
        assert b"anna" not in one.sealed
        two.sealed = one.sealed
    with pytest.raises(Unlockable):
        await restored(masking, said, "two")
    with pytest.raises(Unlockable):
        await restored(Masking(db, Vault("another key")), said, "one")


async def test_a_forgotten_table_is_nowhere_on_disk(masking: Masking, db: Database) -> None:
    said = await masked(masking, "anna@bjorksta.example")
    async with db.read(Scope(ORG)) as session:
        sealed = (await session.scalars(select(PseudonymTable.sealed))).one()
    await masking.end(ORG, "job")
    with pytest.raises(NotFound):
        await restored(masking, said)
    with pytest.raises(NotFound):
        await masking.end(ORG, "job")
    if db.is_sqlite:
        folder = Path(db.url.removeprefix("sqlite+aiosqlite:///")).parent
        assert not [file.name for file in folder.iterdir() if sealed[8:40] in file.read_bytes()]


async def test_a_table_that_nobody_uses_is_swept(masking: Masking, db: Database) -> None:
    await masked(masking, "anna@bjorksta.example", "old")
    await masked(masking, "anna@bjorksta.example", "in use")
    long_ago = now() - UNUSED_LASTS - timedelta(hours=1)
    async with db.write(Scope(ORG)) as session:
        await session.execute(update(PseudonymTable).values(used_at=long_ago))
    await masked(masking, "anna@bjorksta.example", "in use")
    assert await masking.sweep(ORG, now()) == 1
    async with db.read(Scope(ORG)) as session:
        assert list(await session.scalars(select(PseudonymTable.scope))) == ["in use"]


async def test_without_a_scope_nothing_is_kept(masking: Masking, db: Database) -> None:
    single = await (await masking.bound(ORG)).mask(["anna@bjorksta.example"])
    unmasker = single.unmasker()
    assert "anna" not in single.texts[0]
    assert unmasker.feed(single.texts[0]) + unmasker.end() == "anna@bjorksta.example"
    assert await rows(db) == 0
