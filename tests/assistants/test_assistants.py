"""Assistants: versions that never change, and who may use which."""

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select

from samverk.assistants.model import Assistant, AssistantBody, Contact, may_use
from samverk.assistants.service import Assistants
from samverk.assistants.tables import AssistantRow, AssistantVersionRow
from samverk.core.canonical import digest
from samverk.core.database import Database
from samverk.core.errors import Invalid, NotFound
from samverk.core.ids import new_id, now
from samverk.core.levels import Level
from samverk.core.scope import Scope
from samverk.identity.principal import Kind, Principal, Role, system
from samverk.identity.service import Identity

ORG = UUID(int=1)
SOCIAL = frozenset({"socialsekreterare"})
BODY = AssistantBody(name="Handläggarstöd", instructions="Var kort.", contact=Contact(unit="Växeln"))


def principal(kind: Kind, **more: object) -> Principal:
    return Principal(kind, ORG, "x", "X", **more)  # type: ignore[arg-type]


def member(id: str, role: Role = Role.BUILDER) -> Principal:
    return Principal(Kind.MEMBER, ORG, id, id.capitalize(), role)


PRINCIPALS = {
    "member": principal(Kind.MEMBER, role=Role.MEMBER),
    "member in the group": principal(Kind.MEMBER, role=Role.MEMBER, groups=SOCIAL),
    "admin": principal(Kind.MEMBER, role=Role.ADMIN),
    "member without a role": principal(Kind.MEMBER, groups=SOCIAL),
    "chat key": principal(Kind.KEY, scopes=frozenset({"chat"})),
    "chat key in the group": principal(Kind.KEY, scopes=frozenset({"chat"}), groups=SOCIAL),
    "key without chat": principal(Kind.KEY, scopes=frozenset({"admin"}), groups=SOCIAL),
    "citizen": principal(Kind.CITIZEN),
    "anonymous": principal(Kind.ANONYMOUS),
    "system": system(ORG),
}
EVERYBODY = set(PRINCIPALS) - {"member without a role", "key without chat"}
ALLOWED = {
    ("citizen", ()): EVERYBODY,
    ("citizen", ("socialsekreterare",)): EVERYBODY,
    ("staff", ()): EVERYBODY - {"citizen", "anonymous"},
    ("staff", ("socialsekreterare",)): {"member in the group", "chat key in the group", "system"},
    ("staff", ("it", "socialsekreterare")): {"member in the group", "chat key in the group", "system"},
    ("staff", ("it",)): {"system"},
}


def assistant(audience: str, groups: tuple[str, ...]) -> Assistant:
    body = BODY.model_copy(update={"audience": audience, "groups": groups})
    return Assistant(new_id(), "stod", 1, new_id(), body)


@pytest.mark.parametrize("who", PRINCIPALS)
@pytest.mark.parametrize(("audience", "groups"), ALLOWED)
def test_who_may_use_which(who: str, audience: str, groups: tuple[str, ...]) -> None:
    assert may_use(PRINCIPALS[who], assistant(audience, groups)) is (who in ALLOWED[audience, groups])


@pytest.mark.parametrize("who", PRINCIPALS)
@pytest.mark.parametrize("audience", ["citizen", "staff"])
def test_a_private_one_is_its_owners_alone(who: str, audience: str) -> None:
    owned = replace(assistant(audience, ()), owner="member:erik")
    owner = Principal(Kind.MEMBER, ORG, "erik", "Erik", Role.BUILDER)
    assert may_use(owner, owned)
    assert not may_use(PRINCIPALS[who], owned)


@pytest.fixture
async def org(db: Database) -> UUID:
    return (await Identity(db).create_org("bjorksta", "Björksta")).id


async def versions(db: Database, org: UUID) -> list[AssistantVersionRow]:
    async with db.read(Scope(org)) as session:
        return list(await session.scalars(select(AssistantVersionRow).order_by(AssistantVersionRow.ordinal)))


async def test_only_a_changed_body_makes_a_new_version_and_old_ones_stay(db: Database, org: UUID) -> None:
    assistants = Assistants(db)
    first = await assistants.save(org, "stod", BODY, member("anna"))
    assert await assistants.save(org, "stod", AssistantBody.model_validate(BODY.body()), member("bo")) == first
    changed = BODY.model_copy(update={"instructions": "Var utförlig.", "level": Level.SENSITIVE})
    second = await assistants.save(org, "stod", changed, member("bo"))
    back = await assistants.save(org, "stod", BODY, member("cia"))
    assert [first.version, second.version, back.version] == [1, 2, 3]
    assert len({first.version_id, second.version_id, back.version_id}) == 3
    assert {first.id, second.id, back.id} == {first.id}
    stored = await versions(db, org)
    assert [(v.ordinal, v.created_by) for v in stored] == [(1, "member:anna"), (2, "member:bo"), (3, "member:cia")]
    assert [AssistantBody.model_validate(v.body) for v in stored] == [BODY, changed, BODY]
    assert [v.digest for v in stored] == [digest(v.body) for v in stored]
    assert await assistants.get(system(org), "stod") == back


async def test_lists_what_one_may_use_by_name_and_hides_the_rest(db: Database, org: UUID) -> None:
    assistants = Assistants(db)
    for slug, name, groups in (("b", "ärenden", ()), ("a", "Avgifter", ()), ("c", "Sluten", ("it",))):
        await assistants.save(org, slug, BODY.model_copy(update={"name": name, "groups": groups}), member("t"))
    reader = Principal(Kind.MEMBER, org, "x", "X", Role.MEMBER)
    assert [a.slug for a in await assistants.list(reader)] == ["a", "b"]
    closed = (await assistants.get(system(org), "c")).id
    stranger = system((await Identity(db).create_org("granby", "Granby")).id)
    for who, attempt in (
        (reader, assistants.get(reader, "c")),
        (reader, assistants.get_by_id(reader, closed)),
        (stranger, assistants.get(stranger, "a")),
        (stranger, assistants.get_by_id(stranger, closed)),
        (reader, assistants.get(reader, "finns-inte")),
    ):
        with pytest.raises(NotFound):
            await attempt
        assert all(a.id != closed for a in await assistants.list(who))
    assert (await assistants.get_by_id(system(org), closed)).slug == "c"


async def test_a_retired_assistant_is_not_there(db: Database, org: UUID) -> None:
    assistants = Assistants(db)
    saved = await assistants.save(org, "stod", BODY, member("t"))
    async with db.write(Scope(org)) as session:
        row = await session.get(AssistantRow, (org, saved.id))
        assert row is not None
        row.retired_at = now()
    assert await assistants.list(system(org)) == []
    with pytest.raises(NotFound):
        await assistants.get(system(org), "stod")
    again = await assistants.save(org, "stod", BODY, member("t"))
    assert (again.version, (await assistants.get(system(org), "stod")).id) == (1, saved.id)


@pytest.mark.parametrize("slug", ["", "Stöd", "a b", "-a", "a-", "a/b", "a" * 65, "../x"])
async def test_a_slug_that_cannot_stand_in_an_address_is_refused(slug: str) -> None:
    with pytest.raises(Invalid):
        await Assistants(None).save(new_id(), slug, BODY, member("t"))  # type: ignore[arg-type]
