"""Records go to exporters behind the calls: an outage loses none, a refusal stops none, a slow receiver slows nobody."""

import asyncio
from collections.abc import Callable, Sequence
from uuid import UUID

import pytest

from samverk.core.database import Database
from samverk.core.ids import new_id
from samverk.core.vault import Vault
from samverk.identity.principal import system
from samverk.ledger import exporting
from samverk.ledger.content import Contents
from samverk.ledger.exporters.memory import MemoryExporter
from samverk.ledger.exporting import Exporting, patience
from samverk.ledger.ports import ExportFailed, Record
from samverk.ledger.service import Ledger

ORG, OTHER = new_id(), new_id()


async def called(ledger: Ledger, org_id: UUID, model: str = "gemma", **closing: object) -> UUID:
    call = new_id()
    await ledger.opened(org_id, call, {"model": model, "action": "allow"})
    await ledger.closed(org_id, call, {"outcome": "stop", **closing})
    return call


def exporting_to(
    ledger: Ledger, books: Database, exporter: MemoryExporter, contents: Contents | None = None
) -> Exporting:
    return Exporting(books, ledger, [exporter], contents)


async def test_after_an_outage_it_goes_on_where_it_was(books: Database) -> None:
    ledger, exporter = Ledger(books), MemoryExporter()
    first = exporting_to(ledger, books, exporter)
    calls = [await called(ledger, org) for org in (ORG, OTHER)]
    await first.once(exporter, [ORG, OTHER])
    exporter.down = True
    calls += [await called(ledger, ORG) for _ in range(3)]
    with pytest.raises(ExportFailed):
        await first.once(exporter, [ORG, OTHER])
    exporter.down = False
    later = exporting_to(Ledger(books), books, exporter)  # of a process that was started anew
    calls.append(await called(ledger, OTHER))
    await later.once(exporter, [ORG, OTHER])
    await later.once(exporter, [ORG, OTHER])
    assert [record.call_id for record in exporter.records] == calls
    assert all(
        record.closed_at >= record.opened_at and record.opened["action"] == "allow" for record in exporter.records
    )


async def test_more_than_a_page_arrives_once_each(books: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "_PAGE", 7)
    ledger, exporter = Ledger(books), MemoryExporter()
    calls = await asyncio.gather(*(called(ledger, ORG) for _ in range(20)))
    await exporting_to(ledger, books, exporter).once(exporter, [ORG])
    assert sorted(record.call_id for record in exporter.records) == sorted(calls)


async def test_what_a_receiver_refuses_for_good_is_left_behind_alone(books: Database) -> None:
    ledger, exporter = Ledger(books), MemoryExporter()
    exporter.refuses = frozenset({"odd"})
    before, _, after = await called(ledger, ORG), await called(ledger, ORG, "odd"), await called(ledger, ORG)
    out = exporting_to(ledger, books, exporter)
    await out.once(exporter, [ORG])
    assert [record.call_id for record in exporter.records] == [before, after]
    [state] = out.state()
    assert (state.sent, state.refused) == (2, 1)


async def test_a_dead_or_slow_receiver_slows_no_call(books: Database) -> None:
    class Stuck(MemoryExporter):
        async def send(self, records: Sequence[Record]) -> None:
            await asyncio.Event().wait()

    ledger, exporter = Ledger(books), Stuck()

    async def organisations() -> list[UUID]:
        return [ORG]

    async with exporting_to(ledger, books, exporter).running(organisations):
        await called(ledger, ORG)
        await asyncio.sleep(0.05)
        await asyncio.wait_for(called(ledger, ORG), 5)
    assert len(await ledger.entries(ORG)) == 4


async def test_its_state_tells_how_it_fares(books: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "EVERY_SECONDS", 0.01)
    ledger, exporter = Ledger(books), MemoryExporter()
    exporter.down = True
    await called(ledger, ORG)
    out = exporting_to(ledger, books, exporter)
    [state] = out.state()

    async def organisations() -> list[UUID]:
        return [ORG]

    async def until(done: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not done():  # noqa: ASYNC110 - the state has no event
                await asyncio.sleep(0.01)

    async with out.running(organisations):
        await until(lambda: state.failures)
        assert "memory" in state.error
        exporter.down = False
        await until(lambda: state.sent and not state.failures)
    assert (state.sent, state.error) == (1, "")


async def test_content_goes_along_only_where_that_is_chosen(db: Database, books: Database) -> None:
    ledger, silent, telling = Ledger(books), MemoryExporter(), MemoryExporter()
    telling.name = "telling"
    contents = Contents(books, ledger.writer, db, Vault("a key"))
    await contents.choose(system(ORG), ORG, 30)
    call = new_id()
    await ledger.opened(ORG, call, {"model": "gemma"})
    await ledger.closed(ORG, call, {"content": await contents.keep(ORG, call, "Fråga?", "Svar.")})
    await exporting_to(ledger, books, silent).once(silent, [ORG])
    await exporting_to(ledger, books, telling, contents).once(telling, [ORG])
    assert silent.records[0].content is None
    assert telling.records[0].content is not None
    assert telling.records[0].content.answer == "Svar."


def test_patience_grows_and_has_an_end() -> None:
    assert 2.5 <= patience(0) <= 5
    assert 20 <= patience(3) <= 40
    assert 150 <= patience(50) <= 300
