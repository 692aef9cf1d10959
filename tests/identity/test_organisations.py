"""Organisations: their look and habits, how long a log-in lasts, keys with their makers; each change noted, none of another's."""

import asyncio
from datetime import timedelta

import pytest
from tests.identity.support import ADDRESS, PASSWORD, Town, town

from samverk.core.canonical import digest
from samverk.core.database import Database
from samverk.core.errors import Conflict, Invalid, NotFound, NotSignedIn, TooLarge
from samverk.core.ids import now
from samverk.core.scope import Scope
from samverk.identity import logos
from samverk.identity.errors import WrongCredentials
from samverk.identity.keys import NewKey, state_of
from samverk.identity.organisations import Appearance, TooPale
from samverk.identity.settings import CONTACT
from samverk.identity.tables import LoginSession

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\0" * 30 + b"\x00\x00\x00\x00IEND\xaeB`\x82"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z"/></svg>'
WEBP = b"RIFF" + (20).to_bytes(4, "little") + b"WEBPVP8 " + b"\0" * 12
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20 + b"\xff\xd9"


@pytest.fixture
async def ekby(db: Database) -> Town:
    return await town(db)


async def test_an_organisation_is_dressed(ekby: Town) -> None:
    organisation = ekby.identity.organisation
    contact = {"unit": " Kundcenter ", "url": "https://ekby.example"}
    await organisation.change_appearance(ekby.admin, Appearance("Ekby stad", "#8A1538", contact, PNG))
    org, look = await ekby.identity.appearance(ekby.org)
    assert (org.name, look.colour, look.logo) == ("Ekby stad", "#8a1538", digest(PNG)[:16])
    assert await organisation.logo(ekby.org) == (PNG, "image/png", look.logo)
    habits = await ekby.identity.habits(ekby.org)
    assert habits.contact == dict.fromkeys(CONTACT, "") | {"unit": "Kundcenter", "url": "https://ekby.example"}
    assert set((await ekby.log())[:4]) == {"organisation.renamed", "look.coloured", "look.contact", "look.logo"}
    noted = len(await ekby.log())
    await organisation.change_appearance(ekby.admin, Appearance("Ekby stad", "#8a1538", contact))
    assert len(await ekby.log()) == noted
    await organisation.change_appearance(ekby.admin, Appearance("Ekby stad", "", {}, b""))
    _, look = await ekby.identity.appearance(ekby.org)
    assert (look.colour, look.logo) == ("", "")
    assert (await ekby.identity.habits(ekby.org)).contact == {}
    with pytest.raises(NotFound):
        await organisation.logo(ekby.org)


async def test_a_colour_that_cannot_be_read_is_refused_with_the_nearest(ekby: Town) -> None:
    with pytest.raises(TooPale) as pale:
        await ekby.identity.organisation.change_appearance(ekby.admin, Appearance("Ekby", "#ff8800", {}))
    assert "2,39" in pale.value.sv
    assert "2.39" in pale.value.en
    nearest = str(pale.value.facts["nearest"])
    await ekby.identity.organisation.change_appearance(ekby.admin, Appearance("Ekby", nearest, {}))
    assert (await ekby.identity.appearance(ekby.org))[1].colour == nearest


@pytest.mark.parametrize(
    ("wanted", "param"),
    [
        (Appearance("", "", {}), "name"),
        (Appearance("Ekby", "röd", {}), "colour"),
        (Appearance("Ekby", "#0000", {}), "colour"),
        (Appearance("Ekby", "", {"email": "ingen"}), "contact-email"),
        (Appearance("Ekby", "", {"url": "javascript:alert(1)"}), "contact-url"),
        (Appearance("Ekby", "", {}, b"GIF89a"), "logo"),
    ],
)
async def test_what_cannot_be_shown_is_refused(ekby: Town, wanted: Appearance, param: str) -> None:
    with pytest.raises(Invalid) as refused:
        await ekby.identity.organisation.change_appearance(ekby.admin, wanted)
    assert refused.value.facts["param"] == param
    assert (await ekby.identity.appearance(ekby.org))[0].name == "Ekby kommun"


@pytest.mark.parametrize(
    ("data", "kind"),
    [(PNG, "image/png"), (JPEG, "image/jpeg"), (WEBP, "image/webp"), (SVG, "image/svg+xml")],
)
def test_pictures_are_known_by_their_bytes(data: bytes, kind: str) -> None:
    assert logos.kind_of(data) == kind
    with pytest.raises(logos.NotALogo):
        logos.kind_of(data[:-6])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html></html>",
        b"<svg></svg>",
        b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        SVG.decode().encode("utf-16"),
    ],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(logos.NotALogo):
        logos.kind_of(data)


def test_a_logo_is_small() -> None:
    with pytest.raises(TooLarge):
        logos.kind_of(PNG + b"\0" * logos.MOST_BYTES)


async def test_conversations_are_kept_as_long_as_is_said(ekby: Town) -> None:
    organisation = ekby.identity.organisation
    assert (await ekby.identity.habits(ekby.org)).retention_days is None
    await organisation.change_retention(ekby.admin, 90)
    await organisation.change_retention(ekby.admin, 90)
    assert (await ekby.identity.habits(ekby.org)).retention_days == 90
    await organisation.change_retention(ekby.admin, None)
    assert (await ekby.log())[:2] == ["retention.ended", "retention.changed"]
    for wrong in (0, -1, 3651):
        with pytest.raises(Invalid):
            await organisation.change_retention(ekby.admin, wrong)


async def test_a_log_in_lasts_as_long_as_the_organisation_says(ekby: Town, db: Database) -> None:
    organisation = ekby.identity.organisation

    async def left(secret: str) -> timedelta:
        async with db.read(Scope.platform()) as session:
            row = await session.get(LoginSession, digest(secret))
        assert row is not None
        return row.expires_at - now()

    before, _ = await ekby.identity.log_in("karin@ekby.example", PASSWORD, ADDRESS)
    assert await left(before) > timedelta(hours=11)
    await organisation.change_session_hours(ekby.admin, 2)
    assert await left(before) <= timedelta(hours=2)
    after, _ = await ekby.identity.log_in("karin@ekby.example", PASSWORD, ADDRESS)
    assert timedelta(hours=1) < await left(after) <= timedelta(hours=2)
    for wrong in (0, 13):
        with pytest.raises(Invalid):
            await organisation.change_session_hours(ekby.admin, wrong)
    await organisation.change_session_hours(ekby.admin, 12)
    assert (await ekby.identity.habits(ekby.org)).session_hours is None


async def test_everybody_is_logged_out_here_and_nowhere_else(ekby: Town, db: Database) -> None:
    other = await town(db, "alby", ekby.identity)
    secrets = [(await ekby.identity.log_in("karin@ekby.example", PASSWORD, ADDRESS))[0] for _ in range(2)]
    theirs, _ = await ekby.identity.log_in("karin@alby.example", PASSWORD, ADDRESS)
    assert await ekby.identity.access.living_sessions(ekby.org) == 2
    assert await ekby.identity.access.end_all(ekby.admin) == 2
    for secret in secrets:
        with pytest.raises(NotSignedIn):
            await ekby.identity.session(secret)
    assert (await ekby.identity.session(theirs)).org_id == other.org


async def test_failed_log_ins_of_one_s_own_members_are_counted(ekby: Town, db: Database) -> None:
    other = await town(db, "alby", ekby.identity)
    for email in ("karin@ekby.example", "karin@ekby.example", "karin@alby.example", "ingen@ekby.example"):
        with pytest.raises(WrongCredentials):
            await ekby.identity.log_in(email, "fel", ADDRESS)
    access = ekby.identity.access
    assert (await access.failures(ekby.org), await access.failures(other.org)) == (2, 1)
    await ekby.identity.log_in("karin@ekby.example", PASSWORD, ADDRESS)
    assert (await access.failures(ekby.org), await access.failures(other.org)) == (0, 1)


async def test_a_form_that_is_sent_twice_makes_one_key(ekby: Town) -> None:
    keys, new = ekby.identity.api_keys, NewKey("e-tjänst", ["chat"], days=14)
    outcomes = await asyncio.gather(keys.create(ekby.admin, new), keys.create(ekby.admin, new), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes if isinstance(outcome, BaseException)] == [Conflict]
    (key,) = await keys.all(ekby.org)
    assert (key.created_by, state_of(key, now())) == (ekby.admin.owner, "expiring")
    assert state_of(key, now() + timedelta(days=15)) == "expired"
    assert state_of(await keys.revoke(ekby.admin, key.id), now()) == "revoked"
    await keys.revoke(ekby.admin, key.id)
    assert (await ekby.log())[:2] == ["key.revoked", "key.created"]


@pytest.mark.parametrize(
    ("new", "param"),
    [
        (NewKey("", ["chat"]), "name"),
        (NewKey("x", []), "scopes"),
        (NewKey("x", ["allt"]), "scopes"),
        (NewKey("x", ["chat"], days=99_999), "days"),
    ],
)
async def test_a_key_that_opens_nothing_or_too_much_is_refused(ekby: Town, new: NewKey, param: str) -> None:
    with pytest.raises(Invalid) as refused:
        await ekby.identity.api_keys.create(ekby.admin, new)
    assert refused.value.facts["param"] == param
    assert await ekby.identity.api_keys.all(ekby.org) == []


async def test_another_organisation_s_keys_do_not_exist(ekby: Town, db: Database) -> None:
    other = await town(db, "alby", ekby.identity)
    key, _ = await ekby.identity.api_keys.create(ekby.admin, NewKey("e-tjänst", ["chat"]))
    for attempt in (
        ekby.identity.api_keys.get(other.org, key.id),
        ekby.identity.api_keys.revoke(other.admin, key.id),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert await ekby.identity.api_keys.all(other.org) == []
