"""`samverk model add|list|offers|adopt`: which models an organisation's assistants may use."""

from dataclasses import replace
from typing import TYPE_CHECKING

import typer
from pydantic import ValidationError

from samverk.cli.choices import JSON, ORG, HostingChoice, LevelChoice
from samverk.cli.run import command, inside, print_json, say, settings
from samverk.core.errors import Invalid, NotFound

if TYPE_CHECKING:
    from samverk.http.rooms import Rooms
    from samverk.identity.principal import Principal

HOSTING = typer.Option(HostingChoice.THIRD_COUNTRY, help="Where it runs.")
APPROVED = typer.Option(LevelChoice.OPEN, "--approved-for", help="The highest level of information it may get.")
FIRST = typer.Option(False, "--first", help="Put it first in the list of every assistant of the organisation.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    model = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    model.command("add")(add)
    model.command("list")(list_models)
    model.command("offers")(offers)
    model.command("adopt")(adopt)
    app.add_typer(model, name="model", help="Models.")


@command
async def add(
    slug: str,
    org: str = ORG,
    url: str = typer.Option(..., help="The server's address, up to and with /v1."),
    model: str = typer.Option("", help="The model's name on the server; the slug unless given."),
    key: str = typer.Option("", help="The server's key.", envvar="SAMVERK_MODEL_KEY"),
    provider: str = typer.Option("openai_compatible", help="The kind of server."),
    hosting: HostingChoice = HOSTING,
    approved_for: LevelChoice = APPROVED,
    first: bool = FIRST,
) -> None:
    """Add a model behind an OpenAI-compatible server: one row with name, URL and key."""
    from samverk.library import providers
    from samverk.library.cards import ModelCard
    from samverk.library.ports import Endpoint

    if provider not in providers.names():
        known = ", ".join(providers.names())
        raise Invalid(
            sv=f"Leverantören {provider} finns inte. De som finns är {known}.",
            en=f"There is no provider {provider}. Those that exist are {known}.",
        )
    try:
        card = ModelCard(
            slug=slug,
            name=model or slug,
            hosting=hosting.value,
            approved_for=approved_for.level,
            abilities=frozenset({"abstain"}),
            context_tokens=32_768,
        )
    except ValidationError as error:
        raise Invalid(
            sv=f"Kortnamnet {slug!r} går inte att använda: bara a–z, siffror och . _ : -, högst 100 tecken.",
            en=f"The slug {slug!r} cannot be used: only a–z, digits and . _ : -, at most 100 characters.",
        ) from error
    async with inside(org) as (rooms, who):
        endpoint = Endpoint(provider, model or slug, url.rstrip("/"), key or None)
        await rooms.library.adopt(who.org_id, card, endpoint, "model add")
        if first:
            await _put_first(rooms, who, slug)
    say(f"Modellen {slug} är tillagd.", f"The model {slug} is added.")


@command
async def list_models(org: str = ORG, as_json: bool = JSON) -> None:
    """List the models that the organisation has adopted."""
    async with inside(org) as (rooms, who):
        adopted = await rooms.library.models(who.org_id)
    if as_json:
        print_json([{**model.card.body(), "version": model.version} for model in adopted])
    for model in [] if as_json else adopted:
        print(f"{model.card.slug}\t{model.card.name}\t{model.card.hosting}\t{model.card.approved_for.slug}")


@command
async def offers(as_json: bool = JSON) -> None:
    """List the models of an Ollama in reach. None is used before it is adopted."""
    from samverk.app.platform import running

    async with running(settings(), work=False) as platform:
        found = await platform.offers()
    if as_json:
        print_json([offer.card.body() for offer in found])
    elif not found:
        say("Ingen Ollama svarar.", "No Ollama answers.")
    for offer in [] if as_json else found:
        print(f"{offer.card.slug}\t{offer.card.name}")


@command
async def adopt(
    slug: str,
    org: str = ORG,
    approved_for: LevelChoice = APPROVED,
    hosting: HostingChoice = HOSTING,
    first: bool = FIRST,
) -> None:
    """Adopt a model that an Ollama in reach offers, at the level that you give it."""
    async with inside(org) as (rooms, who):
        offer = next((offer for offer in await rooms.library.offers() if offer.card.slug == slug), None)
        if offer is None:
            raise NotFound("model", slug)
        level = approved_for.level
        card = offer.card.model_copy(update={"approved_for": level, "hosting": hosting.value})
        await rooms.library.adopt(who.org_id, card, replace(offer.endpoint), "model adopt")
        if first:
            await _put_first(rooms, who, slug)
    say(f"Modellen {slug} är antagen.", f"The model {slug} is adopted.")


async def _put_first(rooms: "Rooms", who: "Principal", slug: str) -> None:
    for assistant in await rooms.assistants.list(who):
        models = (slug, *(other for other in assistant.body.models if other != slug))
        body = assistant.body.model_copy(update={"models": models})
        await rooms.assistants.save(who.org_id, assistant.slug, body, who)
