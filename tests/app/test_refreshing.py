"""New editions of catalogues come by themselves, to every organisation that follows one, and a bad one stops nobody else."""

from datetime import timedelta

import pytest
from tests.library.samples import KEYS, OTHERS, catalogue

from samverk.app import refreshing
from samverk.core.database import Database
from samverk.core.ids import now
from samverk.core.vault import Vault
from samverk.identity.principal import system
from samverk.identity.service import Identity
from samverk.library.catalogues import sign
from samverk.library.service import Library

GOOD, BAD = "https://god.example/katalog", "https://dalig.example/katalog"


async def test_what_is_due_is_taken_and_what_is_not_is_left(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    editions = {GOOD: sign(catalogue(1), KEYS), BAD: b"<html>"}

    async def fetch(address: str) -> bytes:
        asked.append(address)
        return editions[address]

    identity, library = Identity(db), Library(db, Vault("nyckel"), fetch=fetch)
    orgs = [await identity.create_org(slug, slug) for slug in ("bjorksta", "granby")]
    for org in orgs:
        await library.catalogues.subscribe(system(org.id), "a", BAD, OTHERS.public)
        await library.catalogues.subscribe(system(org.id), "b", GOOD, KEYS.public)
        await library.catalogues.subscribe(system(org.id), "c", "", KEYS.public)
    await refreshing.refresh(identity, library)
    assert asked == [BAD, GOOD, BAD, GOOD]
    for org in orgs:
        bad, good, carried = await library.catalogues.list(org.id)
        assert (bad.sequence, good.sequence, carried.asked_at) == (None, 1, None)
        assert bad.refused and bad.refused["reason"] == "malformed"
    editions[GOOD] = sign(catalogue(2), KEYS)
    await refreshing.refresh(identity, library)
    assert len(asked) == 4, "nothing is due yet"
    later = now() + timedelta(seconds=refreshing.EVERY_SECONDS)
    monkeypatch.setattr(refreshing, "now", lambda: later)
    await refreshing.refresh(identity, library)
    assert [(await library.catalogues.list(org.id))[1].sequence for org in orgs] == [2, 2]
