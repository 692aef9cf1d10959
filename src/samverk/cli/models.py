"""`samverk model …`: which models an organisation's assistants may use, where they are reached, and how far they are trusted."""

from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import typer
from pydantic import ValidationError

from samverk.cli.choices import JSON, ORG, HostingChoice, KindChoice, LevelChoice, UseChoice
from samverk.cli.run import command, inside, language, print_json, say, settings
from samverk.core.errors import Invalid

if TYPE_CHECKING:
    from samverk.http.rooms import Rooms
    from samverk.identity.principal import Principal
    from samverk.library.cards import AdoptedCard, ModelCard

HOSTING = typer.Option(None, help="Where it runs; third_country unless given.")
APPROVED = typer.Option(None, "--approved-for", help="The highest level of information it may get; open unless given.")
FIRST = typer.Option(False, "--first", help="Put it first in the list of every assistant of the organisation.")
URL = typer.Option("", help="The server's address, up to and with /v1.")
NAME_THERE = typer.Option("", "--model", help="The model's name on the server; the slug unless given.")
KEY = typer.Option("", help="The server's key.", envvar="SAMVERK_MODEL_KEY")
PROVIDER = typer.Option("openai_compatible", help="The kind of server.")
FLAVOUR = typer.Option("", help="Whose ways the server has; by its address unless given.")

_STOPPED = {
    "retired": ("tagen ur bruk", "retired"),
    "withdrawn": ("tillbakadragen", "withdrawn"),
    "no_endpoint": ("saknar adress", "no address"),
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    model, endpoint = (typer.Typer(no_args_is_help=True, rich_markup_mode=None) for _ in range(2))
    for work in (add, adopt, offers, show, certify, tighten, retire, restore, test):
        model.command(work.__name__)(work)
    model.command("list")(list_models)
    for name, work in {"add": add_endpoint, "list": list_endpoints, "key": replace_key, "remove": remove}.items():
        endpoint.command(name)(work)
    model.add_typer(endpoint, name="endpoint", help="Where a model is reached.")
    app.add_typer(model, name="model", help="Models.")


@command
async def add(
    slug: str,
    org: str = ORG,
    url: str = URL,
    model: str = NAME_THERE,
    key: str = KEY,
    provider: str = PROVIDER,
    flavour: str = FLAVOUR,
    kind: KindChoice | None = typer.Option(None, help="What it does; chat unless given."),
    hosting: HostingChoice | None = HOSTING,
    approved_for: LevelChoice | None = APPROVED,
    card: Path | None = typer.Option(None, help="A file with the card in JSON; the other options say more."),
    first: bool = FIRST,
) -> None:
    """Add a model of your own, or change its card: one row with name, URL and key."""
    from samverk.library.ports import Endpoint

    said = {"kind": kind and kind.value, "hosting": hosting and hosting.value}
    level = approved_for and approved_for.level
    made = _card(slug, card, {**said, "approved_for": level, **({} if card else {"name": model or slug})})
    at = Endpoint(provider, model or slug, url, key or None, flavour) if url or provider != PROVIDER.default else None
    async with inside(org) as (rooms, who):
        await rooms.library.curation.put(who, made, at)
        if first:
            await _put_first(rooms, who, slug)
    say(f"Modellen {slug} är tillagd.", f"The model {slug} is added.")


def _card(slug: str, file: Path | None, said: dict[str, Any]) -> "ModelCard":
    """The card of a file or a plain one, with what was said beside it. Raises Invalid naming the field."""
    from samverk.library.cards import ModelCard

    plain = {} if file else {"abilities": ["abstain"], "context_tokens": 32_768}
    written = read_json(file) if file else plain
    if not isinstance(written, dict):
        raise Invalid(sv=f"Filen {file} är inget kort.", en=f"The file {file} is no card.")
    try:
        return ModelCard.model_validate(
            {**written, **{name: value for name, value in said.items() if value is not None}, "slug": slug}
        )
    except ValidationError as error:
        raise wrong_card(slug, error) from error


def wrong_card(slug: str, error: ValidationError) -> Invalid:
    """What is wrong with a card, by its first wrong field."""
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    if field.endswith("slug"):
        return Invalid(
            sv=f"Kortnamnet {slug!r} går inte att använda: bara a–z, siffror och . _ : -, högst 100 tecken.",
            en=f"The slug {slug!r} cannot be used: only a–z, digits and . _ : -, at most 100 characters.",
        )
    return Invalid(
        sv=f"Kortet {slug}: fältet {field} går inte att använda.", en=f"The card {slug}: {field}: {first['msg']}."
    )


def read_json(file: Path) -> Any:
    """What a file says. Raises Invalid."""
    import orjson

    try:
        return orjson.loads(file.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        raise Invalid(
            sv=f"Filen {file} går inte att läsa som JSON.", en=f"The file {file} cannot be read as JSON."
        ) from None


@command
async def list_models(
    org: str = ORG,
    stopped: bool = typer.Option(False, "--all", help="Those that are not used, too."),
    as_json: bool = JSON,
) -> None:
    """List the models that the organisation has adopted."""
    async with inside(org) as (rooms, who):
        adopted = await rooms.library.models(who.org_id, stopped=stopped)
    if as_json:
        print_json([_told(model) for model in adopted])
    for model in [] if as_json else adopted:
        why = _STOPPED[model.stopped][language() == "en"] if model.stopped else ""
        told = (model.card.slug, model.card.name, model.card.hosting, model.card.approved_for.slug, why)
        print("\t".join(told).rstrip())


def _told(model: "AdoptedCard") -> dict[str, Any]:
    more: dict[str, Any] = {"version": model.version, "stopped": model.stopped, "newer": model.newer}
    return {**model.card.body(), **more, "origin": model.origin and model.origin.model_dump(mode="json")}


@command
async def show(slug: str, org: str = ORG) -> None:
    """Show a card as it stands today, what was adopted, where the model is reached, and earlier versions. JSON."""
    async with inside(org) as (rooms, who):
        newest, *older = await rooms.library.history(who.org_id, slug)
        places = await rooms.library.endpoints.list(who.org_id, slug)
    print_json(
        {
            **_told(newest),
            "adopted": newest.published.body(),
            "tightening": newest.tightening.body(),
            "endpoints": [_place(place) for place in places],
            "earlier": [{"version": one.version, "at": one.adopted_at, "by": one.adopted_by} for one in older],
        }
    )


@command
async def offers(as_json: bool = JSON) -> None:
    """List the models in reach that nobody has reviewed. None is used before it is adopted."""
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
    approved_for: LevelChoice = typer.Option(LevelChoice.OPEN, help="The highest level of information it may get."),
    hosting: HostingChoice = typer.Option(HostingChoice.THIRD_COUNTRY, help="Where it runs."),
    first: bool = FIRST,
) -> None:
    """Adopt a model in reach that is offered, at the level that you give it."""
    async with inside(org) as (rooms, who):
        await rooms.library.curation.adopt_offer(who, slug, approved_for.level, hosting.value)
        if first:
            await _put_first(rooms, who, slug)
    say(f"Modellen {slug} är antagen.", f"The model {slug} is adopted.")


async def _put_first(rooms: "Rooms", who: "Principal", slug: str) -> None:
    for assistant in await rooms.assistants.list(who):
        models = (slug, *(other for other in assistant.body.models if other != slug))
        body = assistant.body.model_copy(update={"models": models})
        await rooms.assistants.save(who.org_id, assistant.slug, body, who)


@command
async def certify(
    slug: str,
    org: str = ORG,
    by: str = typer.Option(..., help="Who certifies it."),
    approved_for: LevelChoice = typer.Option(..., help="The level that the certificate gives."),
    on: str = typer.Option("", help="Since when: 2026-01-15."),
    until: str = typer.Option("", help="Through which day; no last day unless given."),
    report: str = typer.Option("", help="Where it is written."),
) -> None:
    """Note a certificate on a card of your own."""
    from samverk.library.cards import Certification

    try:
        given = Certification(by=by, on=on, until=until, report=report)
    except ValidationError as error:
        raise wrong_card(slug, error) from error
    async with inside(org) as (rooms, who):
        await rooms.library.curation.certify(who, slug, given, approved_for.level)
    say(f"Modellen {slug} är certifierad av {by}.", f"The model {slug} is certified by {by}.")


@command
async def tighten(
    slug: str,
    org: str = ORG,
    approved_for: LevelChoice | None = typer.Option(None, help="At most this level of information."),
    without_use: list[UseChoice] = typer.Option([], help="What it may not serve."),
    without_ability: list[str] = typer.Option([], help="What it may not do: tools, images …"),
    demand: list[str] = typer.Option([], help="What whoever uses it has to do."),
) -> None:
    """Ask more of a model than its card does, in place of what was asked before. Without options: nothing."""
    from samverk.library.cards import Tightening

    try:
        wanted = Tightening(
            approved_for=approved_for.level if approved_for else None,
            without_uses=frozenset(use.value for use in without_use),
            without_abilities=frozenset(without_ability),
            demands=frozenset(demand),
        )
    except ValidationError as error:
        raise wrong_card(slug, error) from error
    async with inside(org) as (rooms, who):
        adopted = await rooms.library.curation.tighten(who, slug, wanted)
    level = adopted.card.approved_for.slug
    say(f"Modellen {slug} får information upp till {level}.", f"The model {slug} gets information up to {level}.")


@command
async def retire(slug: str, org: str = ORG) -> None:
    """Make no more calls with a model. Its card and its history stay."""
    async with inside(org) as (rooms, who):
        await rooms.library.curation.retire(who, slug)
    say(f"Modellen {slug} är tagen ur bruk.", f"The model {slug} is retired.")


@command
async def restore(slug: str, org: str = ORG) -> None:
    """Use a retired model again, with the card that it had."""
    async with inside(org) as (rooms, who):
        await rooms.library.curation.restore(who, slug)
    say(f"Modellen {slug} används igen.", f"The model {slug} is used again.")


@command
async def test(
    slug: str,
    org: str = ORG,
    question: str = typer.Option("Svara med ordet ja.", help="What it is asked."),
) -> None:
    """Ask a chat model one question through the door, as any call goes: it is decided, recorded and paid for."""
    from samverk.gateway.trial import Asked, tried

    async with inside(org) as (rooms, who):
        found = await tried(rooms.gateway, who, slug, Asked("chat", question))
    if found.error is not None:
        raise found.error
    print(found.answer)
    tokens = f"{found.tokens_in or 0} + {found.tokens_out or 0}"
    say(f"Modellen svarade ({tokens} tokens).", f"The model answered ({tokens} tokens).")


@command
async def add_endpoint(
    slug: str,
    org: str = ORG,
    url: str = typer.Option(..., help="The server's address, up to and with /v1."),
    model: str = NAME_THERE,
    key: str = KEY,
    provider: str = PROVIDER,
    flavour: str = FLAVOUR,
    order: int = typer.Option(0, min=0, max=99, help="Those with the lowest are asked first."),
    weight: int = typer.Option(1, min=1, max=1000, help="Its share of the calls among those of the same order."),
) -> None:
    """Reach a model at one more address: equal ones share its calls, those of a higher order stand by."""
    from samverk.library.ports import Endpoint

    async with inside(org) as (rooms, who):
        at = Endpoint(provider, model or slug, url, key or None, flavour, order, weight)
        place = await rooms.library.endpoints.add(who, slug, at)
    say(f"Modellen {slug} nås också på {place.url}.", f"The model {slug} is reached at {place.url} too.")


@command
async def list_endpoints(slug: str, org: str = ORG, as_json: bool = JSON) -> None:
    """List where a model is reached. Keys are shown nowhere."""
    async with inside(org) as (rooms, who):
        places = await rooms.library.endpoints.list(who.org_id, slug)
    if as_json:
        print_json([_place(place) for place in places])
    for place in [] if as_json else places:
        print(f"{place.id}\t{place.order}\t{place.weight}\t{place.provider}\t{place.model}\t{place.url}")


def _place(place: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return {**asdict(place), "id": str(place.id)}


@command
async def replace_key(slug: str, endpoint: UUID, org: str = ORG, key: str = KEY) -> None:
    """Use another key at an address; none where it is not given."""
    async with inside(org) as (rooms, who):
        await rooms.library.endpoints.replace_key(who, slug, endpoint, key)
    say("Nyckeln är bytt.", "The key is replaced.")


@command
async def remove(slug: str, endpoint: UUID, org: str = ORG) -> None:
    """Reach a model at an address no more."""
    async with inside(org) as (rooms, who):
        await rooms.library.endpoints.remove(who, slug, endpoint)
    say("Adressen är borttagen.", "The address is removed.")
