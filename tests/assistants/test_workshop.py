"""Building assistants: drafts, publishing, versions, retiring and sharing; each on both engines, each kept within its bounds."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from uuid import UUID

import pytest

from samverk.assistants.gallery import PAGE, TABS, Gallery
from samverk.assistants.model import AssistantBody, Contact
from samverk.assistants.service import Assistants
from samverk.assistants.workshop import NotReady, Overtaken, Workshop, transplanted
from samverk.core.canonical import digest
from samverk.core.database import Database
from samverk.core.errors import Conflict, Invalid, NotAllowed, NotFound, SamverkError
from samverk.core.ids import new_id
from samverk.core.journal import Journal
from samverk.core.levels import Level
from samverk.core.vault import Vault
from samverk.identity.principal import Kind, Principal, Role, system
from samverk.identity.service import Identity
from samverk.library.cards import EXTRACTIVE
from samverk.library.ports import Endpoint
from samverk.library.service import Library

BODY = AssistantBody(name="Bygglovshjälpen", instructions="Svara kort.", contact=Contact(unit="Växeln"))


@dataclass(frozen=True)
class Shelf:
    ref: str
    name: str
    level: Level
    groups: frozenset[str] = frozenset()


@dataclass
class Place:
    """Two organisations with the services, and their people by what they may do."""

    assistants: Assistants
    workshop: Workshop
    gallery: Gallery
    journal: Journal
    org: UUID
    builder: Principal
    other_builder: Principal
    steward: Principal
    admin: Principal
    member: Principal
    stranger: Principal

    async def made(self, body: AssistantBody = BODY) -> str:
        """A draft of the builder's."""
        return await self.workshop.create(self.builder, new_id(), body)

    async def published(self, body: AssistantBody = BODY) -> str:
        """One that the organisation uses."""
        slug = await self.made(body)
        await self.publish(slug)
        return slug

    async def publish(self, slug: str, reach: str = "organisation", why: str = "") -> int:
        base = (await self.workshop.work(self.builder, slug)).draft.base
        return (await self.workshop.publish(self.builder, slug, base, reach, why)).version  # type: ignore[arg-type]

    async def change(self, slug: str, **values: object) -> AssistantBody:
        draft = (await self.workshop.work(self.builder, slug)).draft
        body = draft.body.model_copy(update=values)
        await self.workshop.save_draft(self.builder, slug, body, draft.base)
        return body

    async def actions(self) -> list[str]:
        return [change.action for change in reversed(await self.journal.read(self.org))]


@pytest.fixture
async def place(db: Database) -> Place:
    library = Library(db, Vault(b"k" * 32))
    orgs = [await Identity(db).create_org(slug, slug.capitalize()) for slug in ("bjorksta", "granby")]
    for org in orgs:
        await library.adopt(org.id, EXTRACTIVE, Endpoint("extractive", "extractive"), "tests")

    async def shelves(principal: Principal) -> list[Shelf]:
        own = [Shelf("regler", "Regler", Level.OPEN), Shelf("akter", "Akter", Level.SENSITIVE)]
        return own if principal.org_id == orgs[0].id else []

    def who(name: str, role: Role, org: UUID = orgs[0].id) -> Principal:
        return Principal(Kind.MEMBER, org, name, name.capitalize(), role)

    return Place(
        Assistants(db),
        Workshop(db, library, shelves),
        Gallery(db),
        Journal(db),
        orgs[0].id,
        who("erik", Role.BUILDER),
        who("elin", Role.BUILDER),
        who("samira", Role.STEWARD),
        who("karin", Role.ADMIN),
        who("maja", Role.MEMBER),
        who("sten", Role.ADMIN, orgs[1].id),
    )


async def test_a_new_assistant_is_a_draft_that_nobody_else_sees(place: Place) -> None:
    id = new_id()
    slug = await place.workshop.create(place.builder, id, BODY)
    assert slug == "bygglovshjalpen"
    assert await place.workshop.create(place.builder, id, BODY) == slug  # the form sent twice
    with pytest.raises(Conflict):
        await place.workshop.create(place.other_builder, id, BODY)
    work = await place.workshop.work(place.builder, slug)
    assert (work.current, work.draft.body, work.owner, work.may_change) == (None, BODY, "member:erik", True)
    assert [e.slug for e in (await place.gallery.page(place.builder, "mine")).entries] == [slug]
    for who in (place.builder, place.other_builder, place.admin, place.member, system(place.org)):
        assert await place.assistants.list(who) == []
        with pytest.raises(NotFound):
            await place.assistants.get(who, slug)
        assert (await place.gallery.page(who, "organisation")).total == 0
    for who in (place.other_builder, place.steward):
        with pytest.raises(NotFound):
            await place.workshop.work(who, slug)
        with pytest.raises(NotFound):
            await place.assistants.draft(who, slug)
    assert not (await place.workshop.work(place.admin, slug)).may_change
    assert [e.slug for e in (await place.gallery.page(place.admin, "private")).entries] == [slug]
    assert (await place.assistants.draft(place.builder, slug)).body == BODY
    assert await place.actions() == ["assistant.created"]


async def test_a_name_that_is_taken_gets_a_number(place: Place) -> None:
    assert [await place.made(), await place.made()] == ["bygglovshjalpen", "bygglovshjalpen-2"]


async def test_publishing_gives_it_to_the_organisation(place: Place) -> None:
    slug = await place.made()
    assert await place.publish(slug, why="Första") == 1
    assert (await place.assistants.get(place.member, slug)).body == BODY
    work = await place.workshop.work(place.other_builder, slug)
    assert (work.owner, work.has_draft, work.changed, work.may_change) == (None, False, False, True)
    assert [(v.version, v.by, v.note) for v in await place.workshop.versions(place.builder, slug)] == [
        (1, "Erik", "Första")
    ]
    assert await place.publish(slug) == 1  # sent twice
    assert await place.actions() == ["assistant.created", "assistant.published"]
    with pytest.raises(Invalid):
        await place.publish(slug, "me")


async def test_one_may_keep_it_to_oneself_and_use_it(place: Place) -> None:
    slug = await place.made()
    await place.publish(slug, "me")
    assert (await place.assistants.get(place.builder, slug)).owner == place.builder.owner
    for who in (place.member, place.admin, place.other_builder, system(place.org)):
        with pytest.raises(NotFound):
            await place.assistants.get(who, slug)
    with pytest.raises(Conflict):
        await place.assistants.save(place.org, slug, BODY, place.admin)
    await place.publish(slug, "citizens")
    citizen = Principal(Kind.ANONYMOUS, place.org, "x", "")
    assert (await place.assistants.get(citizen, slug)).body.audience == "citizen"


async def test_a_draft_is_tried_out_without_touching_what_is_in_force(place: Place) -> None:
    slug = await place.published()
    changed = await place.change(slug, instructions="Svara långt.")
    assert (await place.assistants.get(place.member, slug)).body == BODY
    draft = await place.assistants.draft(place.other_builder, slug)
    assert (draft.body, draft.version) == (changed, 0)
    with pytest.raises(NotAllowed):
        await place.assistants.draft(place.member, slug)
    await place.workshop.drop_draft(place.builder, slug)
    assert (await place.assistants.draft(place.builder, slug)).body == BODY


async def test_the_later_of_two_builders_is_told(place: Place) -> None:
    slug = await place.published()
    base = (await place.workshop.work(place.builder, slug)).draft.base
    theirs, mine = (BODY.model_copy(update={"tone": tone}) for tone in ("Lugn.", "Glad."))
    await place.workshop.save_draft(place.other_builder, slug, theirs, base)
    with pytest.raises(Overtaken) as told:
        await place.workshop.save_draft(place.builder, slug, mine, base)
    assert "Elin" in told.value.sv
    assert (await place.workshop.work(place.builder, slug)).draft.body == theirs
    with pytest.raises(Overtaken):
        await place.workshop.publish(place.builder, slug, base, "organisation")
    await place.workshop.save_draft(place.builder, slug, theirs, base)  # the same text collides with nothing
    await place.workshop.save_draft(place.builder, slug, mine, digest(theirs.body()))
    assert (await place.workshop.work(place.builder, slug)).draft.by == "Erik"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("models", ("annans",)),
        ("collections", ("granby/hemligt",)),
        ("groups", ("finns-inte",)),
        ("instructions", "å" * 100_000),
    ],
)
async def test_what_does_not_exist_or_fit_is_not_kept(place: Place, field: str, value: object) -> None:
    slug = await place.published()
    with pytest.raises(NotReady) as told:
        await place.change(slug, **{field: value})
    assert told.value.problems[0].where == field
    assert (await place.workshop.work(place.builder, slug)).draft.body == BODY


async def test_what_blocks_is_not_published(place: Place) -> None:
    slug = await place.made()
    await place.change(slug, collections=("akter",))
    with pytest.raises(NotReady) as told:
        await place.publish(slug)
    assert [problem.code for problem in told.value.problems] == ["level_too_low"]
    await place.change(slug, level=Level.SENSITIVE)
    assert await place.publish(slug) == 1


async def test_rolling_back_makes_a_new_version_equal_to_the_old(place: Place) -> None:
    slug = await place.published()
    await place.change(slug, instructions="Svara långt.")
    await place.publish(slug)
    await place.change(slug, instructions="Svara inte alls.")
    back = await place.workshop.roll_back(place.builder, slug, 1, "Det var bättre")
    assert (back.version, back.body, back.note) == (3, BODY, "Det var bättre")
    assert (await place.workshop.roll_back(place.builder, slug, 1)).version == 3
    assert not (await place.workshop.work(place.builder, slug)).changed
    assert (await place.workshop.version(place.builder, slug, 2)).body.instructions == "Svara långt."
    assert (await place.actions())[-1] == "assistant.rolled_back"
    with pytest.raises(NotFound):
        await place.workshop.roll_back(place.builder, slug, 9)


async def test_retiring_can_be_taken_back(place: Place) -> None:
    slug = await place.published()
    assert await place.workshop.retire(place.builder, slug) == BODY.name
    with pytest.raises(NotFound):
        await place.assistants.get(place.member, slug)
    with pytest.raises(NotFound):
        await place.change(slug, tone="Glad.")
    assert [e.slug for e in (await place.gallery.page(place.builder, "retired")).entries] == [slug]
    known = await place.assistants.known(place.member, slug)  # conversations with it can still be read
    assert (await place.assistants.some(place.member, [known.id]))[known.id].name == BODY.name
    assert await place.assistants.some(place.stranger, [known.id]) == {}
    await place.workshop.restore(place.builder, slug)
    assert (await place.assistants.get(place.member, slug)).body == BODY
    private = await place.made()
    with pytest.raises(NotFound):
        await place.workshop.retire(place.other_builder, private)
    await place.workshop.retire(place.admin, private)
    assert (await place.actions())[-2:] == ["assistant.created", "assistant.retired"]


async def test_what_is_shared_can_be_copied_elsewhere_and_taken_back(place: Place) -> None:
    body = BODY.model_copy(update={"collections": ("regler",)})
    slug = await place.published(body)
    for who in (place.builder, place.member):
        with pytest.raises(NotAllowed):
            await place.workshop.share(who, slug)
    own = await place.workshop.create(place.steward, new_id(), BODY)
    with pytest.raises(Invalid):
        await place.workshop.share(place.steward, own)
    assert await place.workshop.share(place.steward, slug) == 1
    assert await place.workshop.share(place.steward, slug) == 1
    assert (await place.workshop.work(place.builder, slug)).shared == 1
    assert (await place.gallery.page(place.builder, "shared")).total == 0  # one's own is not shared with oneself
    [entry] = (await place.gallery.page(place.stranger, "shared")).entries
    assert (entry.name, entry.from_org) == (BODY.name, "Bjorksta")
    seen = await place.workshop.shared(place.stranger, entry.id)
    assert (seen.body.contact, seen.body.groups, seen.body.instructions) == (None, (), BODY.instructions)
    with pytest.raises(NotFound):
        await place.workshop.shared(place.builder, entry.id)
    copy = transplanted(seen.body, await place.workshop.surroundings(place.stranger))
    assert (copy.collections, copy.models) == ((), ("extractive",))
    await place.workshop.unshare(place.admin, slug)
    assert (await place.gallery.page(place.stranger, "shared")).total == 0
    with pytest.raises(NotFound):
        await place.workshop.shared(place.stranger, entry.id)
    assert [action for action in await place.actions() if "share" in action] == [
        "assistant.shared",
        "assistant.unshared",
    ]


async def test_the_gallery_finds_and_turns_pages(place: Place) -> None:
    for n in range(PAGE + 2):
        await place.assistants.save(
            place.org, f"a-{n}", BODY.model_copy(update={"name": f"Hjälp {n:02}"}), system(place.org)
        )
    await place.assistants.save(
        place.org, "sluten", BODY.model_copy(update={"name": "Sluten", "groups": ("it",)}), system(place.org)
    )
    first = await place.gallery.page(place.member, "organisation")
    assert (first.total, first.pages, len(first.entries), first.entries[0].name) == (PAGE + 2, 2, PAGE, "Hjälp 00")
    last = await place.gallery.page(place.member, "organisation", page=99)
    assert (last.page, [entry.name for entry in last.entries]) == (2, [f"Hjälp {PAGE}", f"Hjälp {PAGE + 1}"])
    assert (await place.gallery.page(place.member, "organisation", "hjälp 07")).total == 1
    assert (await place.gallery.page(place.builder, "organisation", "sluten")).entries[0].usable is False
    assert (await place.gallery.page(place.stranger, "organisation")).total == 0


@pytest.mark.parametrize("tab", [tab for tab in TABS if tab != "organisation"])
async def test_tabs_are_for_those_who_build(place: Place, tab: str) -> None:
    with pytest.raises(NotAllowed):
        await place.gallery.page(place.member, tab)  # type: ignore[arg-type]


Act = Callable[[Workshop, Principal, str, str], Awaitable[object]]
ACTS: dict[str, Act] = {
    "work": lambda shop, who, slug, base: shop.work(who, slug),
    "versions": lambda shop, who, slug, base: shop.versions(who, slug),
    "version": lambda shop, who, slug, base: shop.version(who, slug, 1),
    "save_draft": lambda shop, who, slug, base: shop.save_draft(who, slug, BODY, base),
    "drop_draft": lambda shop, who, slug, base: shop.drop_draft(who, slug),
    "publish": lambda shop, who, slug, base: shop.publish(who, slug, base, "organisation"),
    "roll_back": lambda shop, who, slug, base: shop.roll_back(who, slug, 1),
    "retire": lambda shop, who, slug, base: shop.retire(who, slug),
    "restore": lambda shop, who, slug, base: shop.restore(who, slug),
    "share": lambda shop, who, slug, base: shop.share(who, slug),
    "unshare": lambda shop, who, slug, base: shop.unshare(who, slug),
}


@pytest.mark.parametrize("act", ACTS)
async def test_another_organisation_and_those_who_do_not_build_reach_nothing(place: Place, act: str) -> None:
    slug = await place.published()
    await place.change(slug, tone="Glad.")
    before = await place.workshop.work(place.builder, slug)
    twin = replace(place.builder, org_id=place.stranger.org_id, role=Role.ADMIN)  # the same id elsewhere
    for who, error in ((place.stranger, NotFound), (twin, NotFound), (place.member, NotAllowed)):
        with pytest.raises(error):
            await ACTS[act](place.workshop, who, slug, before.draft.base)
    assert await place.workshop.work(place.builder, slug) == before


@pytest.mark.parametrize(
    "act", [act for act in ACTS if act not in ("work", "versions", "version", "retire", "restore")]
)
async def test_an_administrator_changes_nothing_of_what_is_private(place: Place, act: str) -> None:
    slug = await place.made()
    await place.publish(slug, "me")
    before = await place.workshop.work(place.builder, slug)
    try:
        await ACTS[act](place.workshop, place.admin, slug, before.draft.base)
    except SamverkError as error:
        assert isinstance(error, NotFound), error
    assert await place.workshop.work(place.builder, slug) == before


def of_group(name: str, group: str) -> AssistantBody:
    return BODY.model_copy(update={"name": name, "groups": (group,)})


async def test_a_group_is_named_by_what_is_in_force_and_by_what_may_become_so(place: Place, db: Database) -> None:
    for name in ("gamla", "mina", "forr", "sedan"):
        await Identity(db).groups.create(place.admin, name)

    async def named(group: str) -> tuple[str, ...]:
        return await place.assistants.open_to(place.org, group)

    draft = await place.made(of_group("Utkastet", "utkast"))
    retired = await place.published(of_group("Avvecklad", "gamla"))
    await place.workshop.retire(place.steward, retired)
    private = await place.made(of_group("Min egen", "mina"))
    await place.publish(private, "me")
    changed = await place.published(of_group("Ändrad", "forr"))
    await place.change(changed, groups=("sedan",))
    assert {group: await named(group) for group in ("utkast", "gamla", "mina", "forr", "sedan", "ingen")} == {
        "utkast": ("Utkastet",),
        "gamla": ("Avvecklad",),
        "mina": ("Min egen",),
        "forr": ("Ändrad",),
        "sedan": ("Ändrad",),
        "ingen": (),
    }
    assert await place.assistants.open_to(place.stranger.org_id, "utkast") == ()
    await place.change(draft, groups=())
    assert await named("utkast") == ()
