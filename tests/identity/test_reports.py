"""Who meets a barrier can say so: kept in the organisation's journal, within bounds."""

import pytest

from samverk.core.database import Database
from samverk.core.errors import Invalid, TooMany
from samverk.core.journal import Journal
from samverk.identity import reports
from samverk.identity.principal import Kind, Principal
from samverk.identity.reports import Barrier, report
from samverk.identity.service import Identity


async def _citizen(db: Database) -> Principal:
    org = await Identity(db).create_org("ekby", "Ekby")
    return Principal(Kind.ANONYMOUS, org.id, "v", "")


async def test_a_report_of_a_citizen_stands_in_the_journal(db: Database) -> None:
    citizen = await _citizen(db)
    await report(db, citizen, Barrier(" Knappen syns inte. ", "", "ek@exempel.example"))
    (change,) = await Journal(db).read(citizen.org_id)
    assert change.action == reports.ACTION
    assert change.facts == {"what": "Knappen syns inte.", "where": "–", "reply": "ek@exempel.example"}


async def test_nothing_too_much_and_too_often_are_refused(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    citizen = await _citizen(db)
    for barrier in (Barrier("  "), Barrier("x" * 1_001), Barrier("x", where="y" * 301)):
        with pytest.raises(Invalid):
            await report(db, citizen, barrier)
    monkeypatch.setattr(reports, "MOST_AN_HOUR", 2)
    for _ in range(2):
        await report(db, citizen, Barrier("x"))
    with pytest.raises(TooMany):
        await report(db, citizen, Barrier("x"))
    assert len(await Journal(db).read(citizen.org_id)) == 2
