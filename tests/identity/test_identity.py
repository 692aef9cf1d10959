"""Log-in, sessions and keys, as those who use and those who guess meet them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from samverk.core import fresh
from samverk.core.canonical import digest
from samverk.core.database import Database
from samverk.core.errors import Conflict, Invalid, NotFound, NotSignedIn, TooMany
from samverk.core.ids import now
from samverk.core.scope import Scope
from samverk.identity import access
from samverk.identity.errors import InvalidKey, WrongCredentials
from samverk.identity.principal import Kind, Role
from samverk.identity.service import Identity
from samverk.identity.tables import LoginSession, Member

EMAIL, PASSWORD, ADDRESS = "anna.ek@exempel.example", "ett långt lösenord", "127.0.0.1"


@pytest.fixture
async def identity(db: Database) -> Identity:
    identity = Identity(db)
    await identity.create_org("ekby", "Ekby kommun")
    await identity.create_user("ekby", EMAIL, "Anna Ek", Role.BUILDER, ["socialsekreterare"], PASSWORD)
    return identity


async def test_a_member_logs_in_and_is_known_by_the_session(identity: Identity) -> None:
    secret, member = await identity.log_in(EMAIL.upper(), PASSWORD, ADDRESS)
    assert (member.kind, member.role, member.groups) == (Kind.MEMBER, Role.BUILDER, {"socialsekreterare"})
    assert await identity.session(secret) == member
    await identity.log_out(secret)
    await identity.log_out(secret)
    with pytest.raises(NotSignedIn):
        await identity.session(secret)


@pytest.mark.parametrize(("email", "password"), [(EMAIL, "fel"), ("nobody@exempel.example", PASSWORD), ("", "")])
async def test_wrong_password_and_unknown_person_look_alike(identity: Identity, email: str, password: str) -> None:
    with pytest.raises(WrongCredentials):
        await identity.log_in(email, password, ADDRESS)


async def test_guessing_is_slowed_down_in_every_process(identity: Identity, db: Database) -> None:
    for _ in range(access.ATTEMPTS["subject"]):
        with pytest.raises(WrongCredentials):
            await identity.log_in(EMAIL, "fel", ADDRESS)
    with pytest.raises(TooMany) as slowed:
        await Identity(db).log_in(EMAIL, PASSWORD, "127.0.0.2")
    assert 0 < slowed.value.facts["seconds"] <= 300


async def test_one_address_cannot_try_everybody(identity: Identity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(access.ATTEMPTS, "address", 3)
    for number in range(3):
        with pytest.raises(WrongCredentials):
            await identity.log_in(f"person{number}@exempel.example", "fel", ADDRESS)
    with pytest.raises(TooMany):
        await identity.log_in(EMAIL, PASSWORD, ADDRESS)
    secret, _ = await identity.log_in(EMAIL, PASSWORD, "127.0.0.9")
    assert secret


async def test_the_database_holds_no_secret(identity: Identity, db: Database) -> None:
    secret, _ = await identity.log_in(EMAIL, PASSWORD, ADDRESS)
    async with db.read(Scope.platform()) as session:
        assert await session.get(LoginSession, secret) is None
        assert await session.get(LoginSession, digest(secret)) is not None


async def test_a_session_ends_and_is_prolonged_by_use(identity: Identity, db: Database) -> None:
    secret, _ = await identity.log_in(EMAIL, PASSWORD, ADDRESS)
    async with db.write(Scope.platform()) as session:
        row = await session.get(LoginSession, digest(secret))
        assert row is not None
        row.used_at, row.expires_at = now() - timedelta(hours=11), now() + timedelta(minutes=1)
    await identity.session(secret)
    async with db.write(Scope.platform()) as session:
        row = await session.get(LoginSession, digest(secret))
        assert row is not None
        assert row.expires_at > now() + timedelta(hours=11)
        row.expires_at = now() - timedelta(seconds=1)
    with pytest.raises(NotSignedIn):
        await identity.session(secret)


async def test_one_whose_membership_ended_is_not_let_in(identity: Identity, db: Database) -> None:
    secret, member = await identity.log_in(EMAIL, PASSWORD, ADDRESS)
    async with db.write(Scope(member.org_id)) as session:
        for row in await session.scalars(select(Member)):
            row.ended_at = now()
    with pytest.raises(NotSignedIn):
        await identity.session(secret)
    with pytest.raises(WrongCredentials):
        await identity.log_in(EMAIL, PASSWORD, ADDRESS)


async def test_a_person_of_two_organisations_chooses(identity: Identity) -> None:
    await identity.create_org("alby", "Alby kommun")
    _, password = await identity.create_user("alby", EMAIL, "Anna Ek", Role.MEMBER)
    assert password == ""
    assert [org.slug for org in await identity.memberships(EMAIL)] == ["alby", "ekby"]
    _, member = await identity.log_in(EMAIL, PASSWORD, ADDRESS, "alby")
    assert member.role is Role.MEMBER
    assert member.groups == frozenset()
    await identity.create_org("granby", "Granby")
    with pytest.raises(WrongCredentials):
        await identity.log_in(EMAIL, PASSWORD, ADDRESS, "granby")


async def test_a_key_lives_with_its_scopes_until_it_is_revoked(
    identity: Identity, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, secret = await identity.create_key("ekby", "e-tjänst", ["chat"], ["socialsekreterare"])
    elsewhere = Identity(db)
    principal = await elsewhere.key(secret)
    assert (principal.kind, principal.groups) == (Kind.KEY, {"socialsekreterare"})
    assert principal.may("chat")
    assert not principal.may("admin")
    await identity.revoke_key(key.org_id, key.id)
    with pytest.raises(InvalidKey):
        await identity.key(secret)
    monkeypatch.setattr(fresh, "SECONDS", 0.0)  # what two seconds would have brought about
    with pytest.raises(InvalidKey):
        await elsewhere.key(secret)


async def test_expired_and_unknown_keys_are_refused(identity: Identity) -> None:
    _, secret = await identity.create_key("ekby", "kort", ["chat"], days=0)
    for wrong in (secret, "sv-okänd", ""):
        with pytest.raises(InvalidKey):
            await identity.key(wrong)


async def test_a_key_of_another_organisation_cannot_be_revoked(identity: Identity) -> None:
    other = await identity.create_org("alby", "Alby")
    key, secret = await identity.create_key("ekby", "e-tjänst", ["chat"])
    with pytest.raises(NotFound):
        await identity.revoke_key(other.id, key.id)
    assert await identity.key(secret)


async def test_what_cannot_be_is_refused(identity: Identity) -> None:
    with pytest.raises(Conflict):
        await identity.create_org("ekby", "Igen")
    with pytest.raises(Conflict):
        await identity.create_user("ekby", EMAIL, "Igen")
    for slug in ("", "Å", "a b", "-a", "a" * 65):
        with pytest.raises(Invalid):
            await identity.create_org(slug, "x")
    with pytest.raises(Invalid):
        await identity.create_user("ekby", "ingen adress", "x")
    with pytest.raises(Invalid):
        await identity.create_key("ekby", "x", ["allt"])
    with pytest.raises(NotFound):
        await identity.org("finns-inte")
