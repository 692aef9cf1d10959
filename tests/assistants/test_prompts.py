"""The prompt library: whose a prompt is, who sees it, who may change it, and what is written down."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from samverk.assistants.prompts import KEPT, LONGEST, MOST_FIELDS, Prompt, PromptBody, PromptChanged, Prompts, problems
from samverk.assistants.tables import PromptRow
from samverk.core.database import Database
from samverk.core.errors import Conflict, Invalid, NotAllowed, NotFound
from samverk.core.ids import new_id, now
from samverk.core.journal import Journal
from samverk.core.scope import Scope
from samverk.identity.principal import Kind, Principal, Role
from samverk.identity.service import Identity

BODY = PromptBody("Svara på en synpunkt", "För kontaktcenter", "Skriv ett svar till {namn} om {ärende:lång}.")


@pytest.fixture
async def org(db: Database) -> UUID:
    return (await Identity(db).create_org("bjorksta", "Björksta")).id


@pytest.fixture
def prompts(db: Database) -> Prompts:
    return Prompts(db)


def person(org: UUID, name: str, role: Role = Role.MEMBER) -> Principal:
    return Principal(Kind.MEMBER, org, name.lower(), name, role)


async def made(prompts: Prompts, by: Principal, title: str = BODY.title, *, shared: bool = False) -> Prompt:
    prompt = await prompts.create(by, new_id(), PromptBody(title, BODY.description, BODY.text))
    return await prompts.share(by, prompt.id) if shared else prompt


async def titles(prompts: Prompts, by: Principal, shelf: str, query: str = "") -> list[str]:
    return [prompt.title for prompt in (await prompts.list(by, shelf, query)).prompts]  # type: ignore[arg-type]


async def actions(db: Database, org: UUID) -> list[tuple[str, str]]:
    return [(change.action, change.actor_name) for change in reversed(await Journal(db).read(org))]


async def test_what_is_written_is_read_and_belongs_to_its_writer(prompts: Prompts, org: UUID) -> None:
    anna = person(org, "Anna")
    prompt = await made(prompts, anna)
    assert await prompts.get(anna, prompt.id) == prompt
    assert (prompt.title, prompt.description, prompt.text, prompt.owner_name) == (*vars_of(BODY), "Anna")
    assert (prompt.shared, prompt.is_own, prompt.may_edit) == (False, True, True)
    assert [field.label for field in prompt.fields] == ["Namn", "Ärende"]


def vars_of(body: PromptBody) -> tuple[str, str, str]:
    return body.title, body.description, body.text


async def test_another_s_own_prompt_is_not_there_not_even_for_an_admin(prompts: Prompts, org: UUID) -> None:
    prompt = await made(prompts, person(org, "Anna"))
    for other in (person(org, "Bo"), person(org, "Karin", Role.ADMIN)):
        assert await titles(prompts, other, "own") == await titles(prompts, other, "shared") == []
        for attempt in (
            prompts.get(other, prompt.id),
            prompts.edit(other, prompt.id, BODY),
            prompts.share(other, prompt.id),
            prompts.delete(other, prompt.id),
            prompts.restore(other, prompt.id),
        ):
            with pytest.raises(NotFound):
                await attempt
        with pytest.raises(Conflict):
            await prompts.create(other, prompt.id, BODY)


async def test_a_shared_prompt_is_seen_by_all_and_changed_by_its_owner_and_admins(
    prompts: Prompts, db: Database, org: UUID
) -> None:
    anna, bo, karin = person(org, "Anna"), person(org, "Bo", Role.STEWARD), person(org, "Karin", Role.ADMIN)
    prompt = await made(prompts, anna, shared=True)
    assert await titles(prompts, bo, "shared") == await titles(prompts, anna, "shared") == [BODY.title]
    assert (await prompts.get(bo, prompt.id)).may_edit is False
    for attempt in (
        prompts.edit(bo, prompt.id, BODY),
        prompts.share(bo, prompt.id, False),
        prompts.delete(bo, prompt.id),
        prompts.restore(bo, prompt.id),
    ):
        with pytest.raises(NotAllowed):
            await attempt
    await prompts.edit(karin, prompt.id, PromptBody("Nytt namn", "", "x"))
    await prompts.share(karin, prompt.id, False)
    assert await titles(prompts, anna, "own") == ["Nytt namn"]
    assert await actions(db, org) == [
        ("prompt.shared", "Anna"),
        ("prompt.edited", "Karin"),
        ("prompt.unshared", "Karin"),
    ]


async def test_another_organisation_sees_nothing(prompts: Prompts, db: Database, org: UUID) -> None:
    prompt = await made(prompts, person(org, "Anna"), shared=True)
    granby = (await Identity(db).create_org("granby", "Granby")).id
    stranger = person(granby, "Anna", Role.ADMIN)  # of the same name and id
    assert await titles(prompts, stranger, "own") == await titles(prompts, stranger, "shared") == []
    assert await prompts.count(stranger) == {"own": 0, "shared": 0}
    for attempt in (
        prompts.get(stranger, prompt.id),
        prompts.edit(stranger, prompt.id, BODY),
        prompts.delete(stranger, prompt.id),
        prompts.restore(stranger, prompt.id),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert (await prompts.create(stranger, prompt.id, BODY)).id == prompt.id  # their own, under the same id
    assert (await prompts.get(person(org, "Anna"), prompt.id)).shared


async def test_what_only_one_sees_leaves_nothing_in_the_journal(prompts: Prompts, db: Database, org: UUID) -> None:
    anna = person(org, "Anna")
    prompt = await made(prompts, anna)
    await prompts.edit(anna, prompt.id, BODY)
    await prompts.delete(anna, prompt.id)
    await prompts.restore(anna, prompt.id)
    assert await actions(db, org) == []
    await prompts.share(anna, prompt.id)
    await prompts.share(anna, prompt.id)  # twice changes nothing
    await prompts.delete(anna, prompt.id)
    await prompts.restore(anna, prompt.id)
    await prompts.restore(anna, prompt.id)
    assert [action for action, _ in await actions(db, org)] == ["prompt.shared", "prompt.deleted", "prompt.restored"]


async def test_what_is_deleted_comes_back_as_it_was_until_it_is_old(prompts: Prompts, db: Database, org: UUID) -> None:
    anna = person(org, "Anna")
    first, second = await made(prompts, anna, "Ett", shared=True), await made(prompts, anna, "Två")
    await prompts.delete(anna, first.id)
    assert await titles(prompts, anna, "shared") == []
    assert await prompts.count(anna) == {"own": 1, "shared": 0}
    with pytest.raises(NotFound):
        await prompts.get(anna, first.id)
    assert await prompts.restore(anna, first.id) == await prompts.get(anna, first.id) == first
    await prompts.delete(anna, first.id)
    async with db.write(Scope(org)) as session:
        await session.execute(
            update(PromptRow).where(PromptRow.id == first.id).values(deleted_at=now() - KEPT - timedelta(days=1))
        )
    await prompts.delete(anna, second.id)
    with pytest.raises(NotFound):
        await prompts.restore(anna, first.id)
    async with db.read(Scope(org)) as session:
        assert await session.scalar(select(func.count()).select_from(PromptRow)) == 1


async def test_a_form_that_is_sent_twice_makes_one_prompt(prompts: Prompts, org: UUID) -> None:
    anna, one = person(org, "Anna"), new_id()
    await prompts.create(anna, one, BODY)
    await prompts.create(anna, one, PromptBody("Rättat", "", "x"))
    assert await titles(prompts, anna, "own") == ["Rättat"]
    await prompts.delete(anna, one)
    with pytest.raises(Conflict):
        await prompts.create(anna, one, BODY)


async def test_two_who_change_the_same_prompt_do_not_overwrite_each_other_unseen(prompts: Prompts, org: UUID) -> None:
    anna, karin = person(org, "Anna"), person(org, "Karin", Role.ADMIN)
    opened = await made(prompts, anna, shared=True)
    changed = await prompts.edit(karin, opened.id, PromptBody("Karins", "", "x"), opened.updated_at)
    with pytest.raises(PromptChanged):
        await prompts.edit(anna, opened.id, BODY, opened.updated_at)
    assert (await prompts.get(anna, opened.id)).title == "Karins"
    assert (await prompts.edit(anna, opened.id, BODY, changed.updated_at)).title == BODY.title


async def test_lists_are_by_title_a_page_at_a_time_with_every_word_of_the_query(prompts: Prompts, org: UUID) -> None:
    anna = person(org, "Anna")
    for title in ("Ärende", "beslut", "Avslag"):
        await made(prompts, anna, title)
    assert await titles(prompts, anna, "own") == ["Avslag", "beslut", "Ärende"]
    page = await prompts.list(anna, "own", skip=1, limit=1)
    assert ([prompt.title for prompt in page.prompts], page.total) == (["beslut"], 3)
    assert await titles(prompts, anna, "own", "ÄRENDE KONTAKTcenter") == [
        "Avslag",
        "beslut",
        "Ärende",
    ]  # text, description
    assert await titles(prompts, anna, "own", "avslag skriv") == ["Avslag"]
    assert await titles(prompts, anna, "own", "avslag 50%_") == []


LIMITS = {
    "title_missing": PromptBody("  ", "", "x"),
    "title_long": PromptBody("x" * (LONGEST["title"] + 1), "", "x"),
    "description_long": PromptBody("x", "x" * (LONGEST["description"] + 1), "x"),
    "text_missing": PromptBody("x", "", " \n"),
    "text_long": PromptBody("x", "", "x" * (LONGEST["text"] + 1)),
    "text_fields": PromptBody("x", "", "".join(f"{{a{n}}}" for n in range(MOST_FIELDS + 1))),
}


@pytest.mark.parametrize("problem", LIMITS)
async def test_what_cannot_be_kept_is_refused_and_named(prompts: Prompts, org: UUID, problem: str) -> None:
    anna = person(org, "Anna")
    assert list(problems(LIMITS[problem]).values()) == [problem]
    with pytest.raises(Invalid):
        await prompts.create(anna, new_id(), LIMITS[problem])
    kept = await made(prompts, anna)
    with pytest.raises(Invalid):
        await prompts.edit(anna, kept.id, LIMITS[problem])
    assert await titles(prompts, anna, "own") == [kept.title]


async def test_the_longest_that_is_allowed_is_kept_to_the_last_character(prompts: Prompts, org: UUID) -> None:
    anna = person(org, "Anna")
    body = PromptBody("ش" * 300, "<b>" * 300, "👩🏽‍🚒" * 5_000)
    assert problems(body) == {}
    prompt = await prompts.create(anna, new_id(), body)
    assert vars_of(PromptBody(prompt.title, prompt.description, prompt.text)) == vars_of(body)
