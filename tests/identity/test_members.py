"""Members and groups: found, changed, let go and taken back; an organisation never loses its last administrator."""

import asyncio
from uuid import UUID

import pytest
from tests.identity.support import ADDRESS, PASSWORD, Town, town

from samverk.core.database import Database
from samverk.core.errors import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn
from samverk.core.journal import Journal
from samverk.identity.groups import GroupInUse
from samverk.identity.invitations import NewInvitation
from samverk.identity.keys import NewKey
from samverk.identity.members import LastAdmin, Sought
from samverk.identity.organisations import Appearance
from samverk.identity.principal import Kind, Principal, Role


@pytest.fixture
async def ekby(db: Database) -> Town:
    return await town(db)


async def test_members_are_found_by_name_address_role_and_group(ekby: Town) -> None:
    await ekby.member("Åsa Öberg", Role.BUILDER, ("trafik",))
    await ekby.member("Bo Alm")
    members = ekby.identity.members

    async def names(**sought: object) -> list[str]:
        return [member.name for member in (await members.find(ekby.org, Sought(**sought))).members]  # type: ignore[arg-type]

    assert await names(text="åsa") == await names(text="ÖBERG") == await names(text="öberg Å") == ["Åsa Öberg"]
    assert await names(text="bo@ekby") == ["Bo Alm"]
    assert await names(text="%") == await names(text="_") == await names(text="\x00 %") == []
    assert await names(role=Role.ADMIN) == ["Karin Ek"]
    assert await names(group="trafik") == ["Åsa Öberg"]
    assert await names(ended=True) == []
    first, second = await members.find(ekby.org, Sought(), 1, 2), await members.find(ekby.org, Sought(), 2, 2)
    assert (first.total, len(first.members), len(second.members)) == (3, 2, 1)
    assert await members.count(ekby.org) == {Role.MEMBER: 1, Role.BUILDER: 1, Role.STEWARD: 0, Role.ADMIN: 1}


async def test_a_log_in_is_remembered(ekby: Town) -> None:
    karin = UUID(ekby.admin.id)
    assert (await ekby.identity.members.get(ekby.org, karin)).last_login_at is None
    await ekby.identity.log_in("karin@ekby.example", PASSWORD, ADDRESS)
    assert (await ekby.identity.members.get(ekby.org, karin)).last_login_at is not None


async def test_roles_and_groups_are_changed_and_noted(ekby: Town) -> None:
    bo = UUID((await ekby.member("Bo Alm", groups=("trafik", "vatten"))).id)
    members = ekby.identity.members
    await members.change_role(ekby.admin, bo, Role.STEWARD)
    await members.change_role(ekby.admin, bo, Role.STEWARD)
    await members.change_groups(ekby.admin, bo, ["vatten"])
    await members.change_groups(ekby.admin, bo, ["vatten"])
    found = await members.get(ekby.org, bo)
    assert (found.role, found.group_slugs) == (Role.STEWARD, {"vatten"})
    assert (await ekby.log())[:2] == ["member.grouped", "member.changed"]
    assert (await ekby.log()).count("member.changed") == 1
    with pytest.raises(NotFound):
        await members.change_groups(ekby.admin, bo, ["finns-inte"])
    (change,) = await Journal(ekby.db).read(ekby.org, actions=["member.changed"])
    assert change.facts == {"name": "Bo Alm", "role": "steward", "was": "member"}
    assert change.actor == ekby.admin.owner


async def test_the_last_administrator_stays(ekby: Town) -> None:
    karin, members = UUID(ekby.admin.id), ekby.identity.members
    with pytest.raises(LastAdmin, match="Karin Ek"):
        await members.change_role(ekby.admin, karin, Role.STEWARD)
    with pytest.raises(LastAdmin):
        await members.end(ekby.admin, karin)
    await members.change_role(ekby.admin, karin, Role.ADMIN)
    bo = await ekby.member("Bo Alm", Role.ADMIN)
    await members.change_role(bo, karin, Role.MEMBER)
    with pytest.raises(LastAdmin):
        await members.end(bo, UUID(bo.id))


@pytest.mark.parametrize("way", ["demote", "end"])
async def test_of_two_who_remove_each_other_at_once_one_remains(ekby: Town, way: str) -> None:
    bo, members = await ekby.member("Bo Alm", Role.ADMIN), ekby.identity.members

    async def remove(by: object, whom: str) -> None:
        if way == "demote":
            await members.change_role(by, UUID(whom), Role.MEMBER)  # type: ignore[arg-type]
        else:
            await members.end(by, UUID(whom))  # type: ignore[arg-type]

    outcomes = await asyncio.gather(remove(ekby.admin, bo.id), remove(bo, ekby.admin.id), return_exceptions=True)
    assert sorted(type(outcome) for outcome in outcomes if outcome) == [LastAdmin]
    assert (await members.count(ekby.org))[Role.ADMIN] == 1


async def test_an_ended_membership_ends_its_sessions_here_and_can_be_restored(ekby: Town) -> None:
    bo = await ekby.member("Bo Alm", Role.BUILDER, ("trafik",))
    await ekby.identity.create_org("alby", "Alby")
    await ekby.identity.create_user("alby", "bo@ekby.example", "Bo Alm")
    here, _ = await ekby.identity.log_in("bo@ekby.example", PASSWORD, ADDRESS, "ekby")
    there, _ = await ekby.identity.log_in("bo@ekby.example", PASSWORD, ADDRESS, "alby")
    members = ekby.identity.members
    assert await members.end(ekby.admin, UUID(bo.id)) == "Bo Alm"
    with pytest.raises(NotSignedIn):
        await ekby.identity.session(here)
    assert await ekby.identity.session(there)
    assert [member.name for member in (await members.find(ekby.org, Sought(ended=True))).members] == ["Bo Alm"]
    await members.end(ekby.admin, UUID(bo.id))
    await members.restore(ekby.admin, UUID(bo.id))
    await members.restore(ekby.admin, UUID(bo.id))
    found = await members.get(ekby.org, UUID(bo.id))
    assert (found.role, found.group_slugs, found.ended_at) == (Role.BUILDER, {"trafik"}, None)
    with pytest.raises(NotSignedIn):
        await ekby.identity.session(here)
    assert [action for action in await ekby.log() if action in ("member.ended", "member.restored")] == [
        "member.restored",
        "member.ended",
    ]


async def test_one_who_left_can_be_made_a_member_again(ekby: Town) -> None:
    bo = await ekby.member("Bo Alm", Role.BUILDER, ("trafik",))
    await ekby.identity.members.end(ekby.admin, UUID(bo.id))
    again = await ekby.member("Bo Alm", Role.MEMBER, ("vatten",))
    assert again.id == bo.id
    found = await ekby.identity.members.get(ekby.org, UUID(bo.id))
    assert (found.role, found.group_slugs) == (Role.MEMBER, {"vatten"})


async def test_another_organisation_s_members_and_groups_do_not_exist(ekby: Town, db: Database) -> None:
    other = await town(db, "alby", ekby.identity)
    theirs, group = UUID(other.admin.id), await other.identity.groups.create(other.admin, "Trafik")
    members, groups = ekby.identity.members, ekby.identity.groups
    for attempt in (
        members.get(ekby.org, theirs),
        members.change_role(ekby.admin, theirs, Role.MEMBER),
        members.change_groups(ekby.admin, theirs, []),
        members.change_groups(ekby.admin, UUID(ekby.admin.id), [group.slug]),
        members.end(ekby.admin, theirs),
        members.restore(ekby.admin, theirs),
        groups.get(ekby.org, group.id),
        groups.rename(ekby.admin, group.id, "x"),
        groups.delete(ekby.admin, group.id),
        groups.add(ekby.admin, group.id, UUID(ekby.admin.id)),
        groups.remove(ekby.admin, group.id, UUID(ekby.admin.id)),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert await members.names(ekby.org, [other.admin.owner, ekby.admin.owner, "system:system"]) == {
        ekby.admin.owner: "Karin Ek"
    }
    assert (await members.find(ekby.org, Sought())).total == 1


async def test_groups_are_made_filled_renamed_and_deleted(ekby: Town) -> None:
    groups, karin = ekby.identity.groups, UUID(ekby.admin.id)
    group = await groups.create(ekby.admin, "  Vård &\nomsorg ")
    assert (group.slug, group.name) == ("vard-omsorg", "Vård & omsorg")
    assert await groups.add(ekby.admin, group.id, karin) == "Karin Ek"
    await groups.add(ekby.admin, group.id, karin)
    assert (await groups.get(ekby.org, group.id)).members == 1
    with pytest.raises(Conflict, match="VÅRD & OMSORG"):
        await groups.create(ekby.admin, "VÅRD & OMSORG")
    twin = await groups.create(ekby.admin, "Vard omsorg")
    assert twin.slug == "vard-omsorg-2"
    with pytest.raises(Conflict):
        await groups.rename(ekby.admin, twin.id, "vård & omsorg")
    await groups.rename(ekby.admin, group.id, "Socialtjänst")
    assert [(each.name, each.slug) for each in await groups.all(ekby.org)] == [
        ("Socialtjänst", "vard-omsorg"),
        ("Vard omsorg", "vard-omsorg-2"),
    ]
    await groups.remove(ekby.admin, group.id, karin)
    await groups.remove(ekby.admin, group.id, karin)
    await groups.add(ekby.admin, group.id, karin)
    await groups.delete(ekby.admin, group.id)
    assert (await ekby.identity.members.get(ekby.org, karin)).groups == ()
    for wrong in ("", " \n ", "x" * 201):
        with pytest.raises(Invalid):
            await groups.create(ekby.admin, wrong)
    assert (await groups.create(ekby.admin, "日本語")).slug == "grupp"


async def test_a_group_that_opens_something_is_not_deleted(ekby: Town) -> None:
    groups = ekby.identity.groups
    group = await groups.create(ekby.admin, "Trafik")
    with pytest.raises(GroupInUse, match="Tillståndshjälpen"):
        await groups.delete(ekby.admin, group.id, ["Tillståndshjälpen"])
    key, _ = await ekby.identity.api_keys.create(ekby.admin, NewKey("e-tjänst", ["chat"], [group.slug]))
    assert await groups.keys_of(ekby.org, group.slug) == ["e-tjänst"]
    with pytest.raises(GroupInUse, match="e-tjänst"):
        await groups.delete(ekby.admin, group.id)
    await ekby.identity.api_keys.revoke(ekby.admin, key.id)
    assert await groups.delete(ekby.admin, group.id) == "Trafik"


async def test_only_who_administers_changes_anything(ekby: Town) -> None:
    identity, member = ekby.identity, UUID((await ekby.member("Bo Alm")).id)
    by = Principal(Kind.MEMBER, ekby.org, "x", "Samir", Role.STEWARD)
    someone = UUID(int=1)
    for work in (
        identity.members.change_role(by, member, Role.ADMIN),
        identity.members.change_groups(by, member, []),
        identity.members.end(by, member),
        identity.members.restore(by, member),
        identity.groups.create(by, "Ny"),
        identity.groups.rename(by, someone, "Ny"),
        identity.groups.delete(by, someone),
        identity.groups.add(by, someone, member),
        identity.groups.remove(by, someone, member),
        identity.invitations.invite(by, NewInvitation("a@ekby.example", "A")),
        identity.invitations.renew(by, someone),
        identity.invitations.revoke(by, someone),
        identity.api_keys.create(by, NewKey("Ny", ["chat"])),
        identity.api_keys.revoke(by, someone),
        identity.organisation.change_appearance(by, Appearance("Ny", "", {})),
        identity.organisation.change_retention(by, 1),
        identity.organisation.change_session_hours(by, 1),
        identity.access.end_all(by),
    ):
        with pytest.raises(NotAllowed):
            await work
