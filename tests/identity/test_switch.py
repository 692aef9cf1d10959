"""Who belongs to several organisations goes from one to the other, and nowhere else."""

import pytest

from samverk.core.database import Database
from samverk.core.errors import NotFound, NotSignedIn
from samverk.identity.service import Identity


async def test_a_session_moves_between_one_s_own_organisations(db: Database) -> None:
    identity = Identity(db)
    for slug in ("bjorksta", "granby", "skogby"):
        await identity.create_org(slug, slug.title())
    await identity.create_user("bjorksta", "bo@a.example", "Bo", password="en lång fras")
    await identity.create_user("granby", "bo@a.example", "Bo")
    secret, first = await identity.log_in("bo@a.example", "en lång fras", "127.0.0.1", "bjorksta")
    assert [org.slug for org in await identity.organisations(secret)] == ["bjorksta", "granby"]
    fresh, second = await identity.switch(secret, "granby")
    assert second.org_id == (await identity.org("granby")).id != first.org_id
    assert await identity.session(fresh) == second
    with pytest.raises(NotSignedIn):
        await identity.session(secret)
    with pytest.raises(NotFound):
        await identity.switch(fresh, "skogby")
    with pytest.raises(NotSignedIn):
        await identity.organisations("unknown")
