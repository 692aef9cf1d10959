"""`samverk collection create|list|share|unshare` and `samverk assistant create|list`."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

import typer
from pydantic import ValidationError

from samverk.cli.choices import JSON, ORG, AudienceChoice, LevelChoice
from samverk.cli.run import command, inside, print_json, say
from samverk.core.errors import Invalid, NotFound
from samverk.core.levels import Level

if TYPE_CHECKING:
    from samverk.assistants.model import AssistantBody
    from samverk.assistants.service import Assistants
    from samverk.http.rooms import Rooms
    from samverk.identity.principal import Principal
    from samverk.knowledge.views import CollectionInfo

GROUPS = typer.Option(
    [], "--group", help="A group that it is for; may be given several times. None: everybody of the staff."
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    collection, assistant = (typer.Typer(no_args_is_help=True, rich_markup_mode=None) for _ in range(2))
    collection.command("create")(create_collection)
    collection.command("list")(list_collections)
    collection.command("share")(share_collection)
    collection.command("unshare")(unshare_collection)
    assistant.command("create")(create_assistant)
    assistant.command("list")(list_assistants)
    app.add_typer(collection, name="collection", help="Collections of documents.")
    app.add_typer(assistant, name="assistant", help="Assistants.")


@command
async def create_collection(
    slug: str,
    org: str = ORG,
    name: str = typer.Option("", help="The name that people read; the slug unless given."),
    level: LevelChoice = typer.Option(LevelChoice.INTERNAL, help="The level of the information in it."),
    group: list[str] = GROUPS,
) -> None:
    """Make a collection. `samverk ingest` makes one too, internal and for all the staff, where it is missing."""
    async with inside(org) as (rooms, who):
        await rooms.knowledge.create_collection(who.org_id, slug, name or slug, level.level, group)
    say(f"Kunskapssamlingen {slug} finns nu.", f"The collection {slug} is there.")


@command
async def share_collection(
    slug: str,
    org: str = ORG,
    to: str = typer.Option("", help="The organisation that may read it; everybody on the platform unless given."),
) -> None:
    """Let others read a collection."""
    async with inside(org) as (rooms, who):
        await rooms.knowledge.share(who.org_id, slug, await _reader(rooms, to))
    say(f"Kunskapssamlingen {slug} delas nu.", f"The collection {slug} is shared.")


@command
async def unshare_collection(
    slug: str,
    org: str = ORG,
    to: str = typer.Option("", help="The organisation that may no longer read it; everybody unless given."),
) -> None:
    """Take back what `share` gave, to the same organisation or to everybody."""
    async with inside(org) as (rooms, who):
        await rooms.knowledge.unshare(who.org_id, slug, await _reader(rooms, to))
    whom_sv, whom_en = (to, to) if to else ("alla", "everybody")
    say(
        f"Kunskapssamlingen {slug} delas inte längre med {whom_sv}.",
        f"The collection {slug} is no longer shared with {whom_en}.",
    )


async def _reader(rooms: "Rooms", to: str) -> UUID | None:
    """The organisation that is named; None, which is everybody, where none is. Raises NotFound."""
    return (await rooms.identity.org(to)).id if to else None


@command
async def list_collections(org: str = ORG, as_json: bool = JSON) -> None:
    """List the collections that the organisation may read: its own and those shared with it."""
    async with inside(org) as (rooms, who):
        found = await rooms.knowledge.collections(who)
    if as_json:
        print_json([_collection(info) for info in found])
    for info in [] if as_json else found:
        print(f"{info.ref}\t{info.name}\t{info.level.slug}")


def _collection(info: "CollectionInfo") -> dict[str, Any]:
    return {"slug": info.ref, "name": info.name, "level": info.level.slug, "groups": sorted(info.groups)}


@command
async def create_assistant(
    slug: str,
    org: str = ORG,
    name: str = typer.Option(None, help="The name that people read; the slug unless given."),
    collection: list[str] = typer.Option([], help="A collection it answers from, or ORG/SLUG for a shared one."),
    model: list[str] = typer.Option([], help="A model, in the order wished for; extractive unless given."),
    audience: AudienceChoice = typer.Option(None, help="Whom it is for; staff unless given."),
    level: LevelChoice = typer.Option(None, help="The level of what is said with it; internal unless given."),
    group: list[str] = GROUPS,
    instructions: str = typer.Option(None, help="What it is told before every question."),
    keep_content: bool = typer.Option(None, help="Whether what is asked may be kept, where the organisation keeps it."),
) -> None:
    """Make an assistant, or a new version of one that exists, which keeps what is not given here."""
    given = {
        "name": name,
        "instructions": instructions,
        "models": _texts(model),
        "collections": _texts(collection),
        "level": level.level if level else None,
        "audience": audience.value if audience else None,
        "groups": _texts(group),
        "keep_content": keep_content,
    }
    async with inside(org) as (rooms, who):
        body = await _changed(rooms.assistants, who, slug, given)
        for wanted in body.models if model else ():
            await rooms.gateway.cards(who.org_id, [wanted])
        for wanted in body.collections if collection else ():
            await rooms.knowledge.collection(who, wanted)
        assistant = await rooms.assistants.save(who.org_id, slug, body, who)
    say(
        f"Assistenten {assistant.name} finns nu i version {assistant.version}.",
        f"The assistant {assistant.name} is there, in version {assistant.version}.",
    )


def _texts(given: list[str]) -> tuple[str, ...] | None:
    """What an option that may be given several times says; None where it is not given. An empty text clears the list."""
    return tuple(text for text in given if text) if given else None


async def _changed(
    assistants: "Assistants", principal: "Principal", slug: str, given: dict[str, Any]
) -> "AssistantBody":
    """The body with what is given; all else stays as it is, or as it is for a new assistant. Raises Invalid."""
    from samverk.assistants.model import AssistantBody

    try:
        before = (await assistants.get(principal, slug)).body
    except NotFound:
        before = AssistantBody(name=slug, level=Level.INTERNAL)
    values = {name: value for name, value in given.items() if value is not None}
    try:
        return AssistantBody.model_validate({**dict(before), **values})
    except ValidationError as error:
        raise Invalid(
            sv="Assistentens namn ska vara 1 till 120 tecken.", en="The assistant's name must be 1 to 120 characters."
        ) from error


@command
async def list_assistants(org: str = ORG, as_json: bool = JSON) -> None:
    """List the organisation's assistants."""
    async with inside(org) as (rooms, who):
        found = await rooms.assistants.list(who)
    if as_json:
        print_json([{"slug": a.slug, "version": a.version, **a.body.body()} for a in found])
    for assistant in [] if as_json else found:
        print(f"{assistant.slug}\t{assistant.name}")
