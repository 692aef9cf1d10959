"""What somebody chose is there again, theirs alone, and choosing one thing leaves the others."""

import asyncio

from samverk.core.database import Database
from samverk.identity.preferences import Preferences
from samverk.identity.principal import Kind, Principal
from samverk.identity.service import Identity


async def _people(db: Database) -> tuple[Principal, Principal, Principal]:
    identity = Identity(db)
    ekby, alby = await identity.create_org("ekby", "Ekby"), await identity.create_org("alby", "Alby")
    return (
        Principal(Kind.MEMBER, ekby.id, "1", "Anna"),
        Principal(Kind.MEMBER, ekby.id, "2", "Bo"),
        Principal(Kind.MEMBER, alby.id, "1", "Anna"),
    )


async def test_a_choice_is_ones_own_in_one_organisation(db: Database) -> None:
    anna, bo, anna_elsewhere = await _people(db)
    preferences = Preferences(db)
    assert await preferences.get(anna) == {}
    await preferences.put(anna, pinned=["a", "ö"], introduced=True)
    await preferences.put(anna, pinned=["b"])
    assert await preferences.get(anna) == {"pinned": ["b"], "introduced": True}
    assert await preferences.get(bo) == await preferences.get(anna_elsewhere) == {}


async def test_none_takes_a_choice_away(db: Database) -> None:
    anna, *_ = await _people(db)
    preferences = Preferences(db)
    await preferences.put(anna, pinned=["a"], introduced=True)
    await preferences.put(anna, pinned=None)
    assert await preferences.get(anna) == {"introduced": True}


async def test_two_choices_at_once_are_both_kept(db: Database) -> None:
    anna, *_ = await _people(db)
    preferences = Preferences(db)
    await preferences.put(anna, first=0)
    await asyncio.gather(*(preferences.put(anna, **{f"n{i}": i}) for i in range(5)))
    assert len(await preferences.get(anna)) == 6
