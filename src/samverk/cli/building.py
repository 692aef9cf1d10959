"""`samverk collection create|share` and `samverk assistant create`."""

import typer

from samverk.cli.choices import JSON, ORG, AudienceChoice, LevelChoice
from samverk.cli.run import command, print_json, say, settings

GROUPS = typer.Option(
    [], "--group", help="A group that it is for; may be given several times. None: everybody of the staff."
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    collection, assistant = (typer.Typer(no_args_is_help=True, rich_markup_mode=None) for _ in range(2))
    collection.command("create")(create_collection)
    collection.command("share")(share_collection)
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
    from samverk.app.platform import running

    async with running(settings(), work=False) as platform:
        org_id = (await platform.rooms.identity.org(org)).id
        await platform.rooms.knowledge.create_collection(org_id, slug, name or slug, level.level, group)
    say(f"Kunskapssamlingen {slug} finns nu.", f"The collection {slug} is there.")


@command
async def share_collection(
    slug: str,
    org: str = ORG,
    to: str = typer.Option("", help="The organisation that may read it; everybody on the platform unless given."),
) -> None:
    """Let others read a collection."""
    from samverk.app.platform import running

    async with running(settings(), work=False) as platform:
        identity = platform.rooms.identity
        reader = (await identity.org(to)).id if to else None
        await platform.rooms.knowledge.share((await identity.org(org)).id, slug, reader)
    say(f"Kunskapssamlingen {slug} delas nu.", f"The collection {slug} is shared.")


@command
async def create_assistant(
    slug: str,
    org: str = ORG,
    name: str = typer.Option("", help="The name that people read; the slug unless given."),
    collection: list[str] = typer.Option([], help="A collection it answers from, or ORG/SLUG for a shared one."),
    model: list[str] = typer.Option(["extractive"], help="A model, in the order wished for."),
    audience: AudienceChoice = typer.Option(AudienceChoice.STAFF, help="Whom it is for."),
    level: LevelChoice = typer.Option(LevelChoice.INTERNAL, help="The level of what is said with it."),
    group: list[str] = GROUPS,
    instructions: str = typer.Option("", help="What it is told before every question."),
) -> None:
    """Make an assistant, or a new version of one that exists."""
    from samverk.app.platform import running
    from samverk.assistants.model import AssistantBody
    from samverk.identity.principal import system

    body = AssistantBody(
        name=name or slug,
        instructions=instructions,
        models=tuple(model),
        collections=tuple(collection),
        level=level.level,
        audience=audience.value,
        groups=tuple(group),
    )
    async with running(settings(), work=False) as platform:
        rooms = platform.rooms
        org_id = (await rooms.identity.org(org)).id
        await rooms.gateway.cards(org_id, model)
        for wanted in collection:
            await rooms.knowledge.collection(system(org_id), wanted)
        assistant = await rooms.assistants.save(org_id, slug, body, "assistant create")
    say(
        f"Assistenten {assistant.name} finns nu i version {assistant.version}.",
        f"The assistant {assistant.name} is there, in version {assistant.version}.",
    )


@command
async def list_assistants(org: str = ORG, as_json: bool = JSON) -> None:
    """List the organisation's assistants."""
    from samverk.app.platform import running
    from samverk.identity.principal import system

    async with running(settings(), work=False) as platform:
        org_id = (await platform.rooms.identity.org(org)).id
        found = await platform.rooms.assistants.list(system(org_id))
    if as_json:
        print_json([{"slug": a.slug, "version": a.version, **a.body.body()} for a in found])
    for assistant in [] if as_json else found:
        print(f"{assistant.slug}\t{assistant.name}")
