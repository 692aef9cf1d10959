"""Invitations: a link is worth one membership, for a week; an account is proven; passwords that are guessed are refused."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.identity.support import ADDRESS, PASSWORD, Town, town

from samverk.core.database import Database
from samverk.core.errors import Conflict, Invalid, NotFound
from samverk.core.ids import now
from samverk.core.scope import Scope
from samverk.identity import access, passwords
from samverk.identity.errors import InvitationClosed, WrongCredentials
from samverk.identity.invitations import LIFETIME, NewInvitation, state_of
from samverk.identity.principal import Role
from samverk.identity.tables import Invitation

LISA = NewInvitation("Lisa.Berg@Ekby.example", " Lisa  Berg ", Role.BUILDER, ("trafik", "finns-inte"))


@pytest.fixture
async def ekby(db: Database) -> Town:
    ekby = await town(db)
    await ekby.identity.groups.create(ekby.admin, "Trafik")
    return ekby


async def _age(ekby: Town, row: Invitation, left: timedelta) -> None:
    async with ekby.db.write(Scope(ekby.org)) as session:
        stored = await session.get(Invitation, (ekby.org, row.id))
        assert stored is not None
        stored.expires_at = now() + left


async def test_a_link_makes_somebody_a_member_once(ekby: Town) -> None:
    invitations = ekby.identity.invitations
    row, secret = await invitations.invite(ekby.admin, LISA)
    assert (row.email, row.name, row.groups) == ("lisa.berg@ekby.example", "Lisa Berg", ["trafik"])
    assert row.expires_at - row.created_at == LIFETIME == timedelta(days=7)
    assert secret not in (row.digest, str(row.id))
    welcome = await invitations.open(secret)
    assert (welcome.organisation.slug, welcome.state, welcome.known) == ("ekby", "waiting", False)
    session, who = await invitations.accept(secret, "Lisa Berg", PASSWORD, ADDRESS)
    assert await ekby.identity.session(session) == who
    assert (who.role, who.groups, who.name) == (Role.BUILDER, {"trafik"}, "Lisa Berg")
    assert (await invitations.open(secret)).state == "accepted"
    with pytest.raises(InvitationClosed):
        await invitations.accept(secret, "Någon annan", PASSWORD, ADDRESS)
    _, again = await ekby.identity.log_in("lisa.berg@ekby.example", PASSWORD, ADDRESS)
    assert again == who
    assert (await ekby.log())[:2] == ["member.joined", "member.invited"]


async def test_of_two_who_use_a_link_at_once_one_gets_in(ekby: Town) -> None:
    _, secret = await ekby.identity.invitations.invite(ekby.admin, LISA)
    outcomes = await asyncio.gather(
        *(ekby.identity.invitations.accept(secret, name, PASSWORD, ADDRESS) for name in ("Lisa", "Lasse")),
        return_exceptions=True,
    )
    failed = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert len(failed) == 1
    assert isinstance(failed[0], InvitationClosed | Conflict)
    assert sum((await ekby.identity.members.count(ekby.org)).values()) == 2


async def test_revoked_expired_and_unknown_links_open_nothing(ekby: Town) -> None:
    invitations = ekby.identity.invitations
    row, secret = await invitations.invite(ekby.admin, LISA)
    await _age(ekby, row, timedelta(days=1))
    assert (await invitations.open(secret)).state == "expiring"
    await _age(ekby, row, timedelta(seconds=-1))
    assert (await invitations.open(secret)).state == "expired"
    with pytest.raises(InvitationClosed):
        await invitations.accept(secret, "Lisa", PASSWORD, ADDRESS)
    renewed, fresh = await invitations.renew(ekby.admin, row.id)
    assert state_of(renewed, now()) == "waiting"
    with pytest.raises(NotFound):
        await invitations.open(secret)
    await invitations.revoke(ekby.admin, row.id)
    await invitations.revoke(ekby.admin, row.id)
    with pytest.raises(InvitationClosed) as closed:
        await invitations.accept(fresh, "Lisa", PASSWORD, ADDRESS)
    assert closed.value.facts["why"] == "revoked"
    _, last = await invitations.renew(ekby.admin, row.id)
    await invitations.accept(last, "Lisa", PASSWORD, ADDRESS)
    for attempt in (invitations.renew(ekby.admin, row.id), invitations.revoke(ekby.admin, row.id)):
        with pytest.raises(InvitationClosed):
            await attempt
    for wrong in ("", "x" * 10_000, "' or 1=1 --"):
        with pytest.raises(NotFound):
            await invitations.open(wrong)


async def test_who_has_an_account_gives_its_password(ekby: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    await ekby.identity.create_org("alby", "Alby")
    await ekby.identity.create_user("alby", LISA.email, "Lisa Berg-Ek", password=PASSWORD)
    invitations = ekby.identity.invitations
    _, secret = await invitations.invite(ekby.admin, LISA)
    assert (await invitations.open(secret)).known
    with pytest.raises(WrongCredentials):
        await invitations.accept(secret, "Lisa", "ett helt annat lösenord", ADDRESS)
    _, who = await invitations.accept(secret, "", PASSWORD, ADDRESS)
    assert who.name == "Lisa Berg-Ek"
    assert [org.slug for org in await ekby.identity.memberships(LISA.email)] == ["alby", "ekby"]
    monkeypatch.setitem(access.ATTEMPTS, "subject", 1)
    await ekby.identity.members.end(ekby.admin, UUID(who.id))
    _, secret = await invitations.invite(ekby.admin, LISA)
    with pytest.raises(WrongCredentials):
        await invitations.accept(secret, "", "fel", ADDRESS)
    with pytest.raises(Exception, match="Wait"):
        await invitations.accept(secret, "", PASSWORD, ADDRESS)


async def test_members_and_invited_ones_are_not_invited_again(ekby: Town) -> None:
    invitations = ekby.identity.invitations
    with pytest.raises(Conflict, match="member already"):
        await invitations.invite(ekby.admin, NewInvitation("karin@ekby.example", "Karin"))
    row, _ = await invitations.invite(ekby.admin, LISA)
    with pytest.raises(Conflict, match="invited already"):
        await invitations.invite(ekby.admin, LISA)
    await _age(ekby, row, timedelta(seconds=-1))
    await invitations.invite(ekby.admin, LISA)
    assert (await invitations.page(ekby.org)).total == 2
    assert len(await invitations.waiting(ekby.org)) == 1
    for wrong in (NewInvitation("ingen adress", "x"), NewInvitation("a@b.example", " ")):
        with pytest.raises(Invalid):
            await invitations.invite(ekby.admin, wrong)


async def test_another_organisation_s_invitations_do_not_exist(ekby: Town, db: Database) -> None:
    other = await town(db, "alby", ekby.identity)
    row, _ = await ekby.identity.invitations.invite(ekby.admin, LISA)
    invitations = ekby.identity.invitations
    for attempt in (
        invitations.get(other.org, row.id),
        invitations.renew(other.admin, row.id),
        invitations.revoke(other.admin, row.id),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert (await invitations.page(other.org)).total == 0


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("kort", "too_short"),
        ("x" * 1_001, "too_long"),
        ("abababababababab", "repeated"),
        ("Lösenord2026!", "common"),
        ("Sommar2026!!!", "common"),
        ("qwertyuiop123", "common"),
        ("123456789012", "common"),
        ("LisaBerg1990!", "own_name"),
        ("ekbykommun2026", "own_name"),
        (PASSWORD, None),
        ("8f3K!29d-11xQ", None),
        ("korrekt häst batteri häftklammer", None),
    ],
)
def test_what_is_guessed_first_is_refused(password: str, why: str | None) -> None:
    assert passwords.weakness(password, ("Lisa Berg", "lisa.berg@ekby.example", "Ekby kommun")) == why


@given(st.text(min_size=12, max_size=60))
def test_strength_grows_with_the_password(text: str) -> None:
    steps = ("fair", "good", "strong")
    assert steps.index(passwords.strength(text)) <= steps.index(passwords.strength(text + "ö8kQ-ä!s27pzWv9xLmTr"))
