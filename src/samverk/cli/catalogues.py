"""`samverk catalogue …`: signed files of model cards: published by one organisation, followed by others."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import typer

from samverk.cli.choices import JSON, ORG
from samverk.cli.models import FLAVOUR, KEY, NAME_THERE, PROVIDER, URL, read_json
from samverk.cli.run import command, inside, language, print_json, say
from samverk.core.errors import Conflict, Invalid

if TYPE_CHECKING:
    from samverk.library.comparing import Comparison

PUBLIC = typer.Option(..., "--public-key", help="The publisher's public key.")
FILE = typer.Option(None, "--file", help="The file, where it is carried over by hand.")
_SIGNS = {"added": "+", "changed": "~", "withdrawn": "-"}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    catalogue = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    for work in (keygen, sign, verify, subscribe, leave, update, changes, adopt):
        catalogue.command(work.__name__)(work)
    catalogue.command("list")(list_catalogues)
    app.add_typer(catalogue, name="catalogue", help="Catalogues of model cards.")


@command
async def keygen(file: Path) -> None:
    """Make the keys of a publisher: the private one in a new file, readable by you alone; the public one is printed."""
    from samverk.library.catalogues import Keys

    keys = Keys.new()
    _write(file, f"{keys.private}\n".encode(), os.O_EXCL, 0o600)
    print(keys.public)


def _write(file: Path, data: bytes, how: int = os.O_TRUNC, mode: int = 0o644) -> None:
    """Write a file; with O_EXCL a new one. Raises Conflict, Invalid."""
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | how, mode), "wb") as out:
            out.write(data)
    except FileExistsError:
        raise Conflict(what=str(file)) from None
    except OSError as error:
        why = error.strerror
        raise Invalid(sv=f"Filen {file} går inte att skriva: {why}.", en=f"Cannot write {file}: {why}.") from error


@command
async def sign(
    cards: Path,
    key: Path = typer.Option(..., help="The file with the private key."),
    publisher: str = typer.Option(..., help="Who publishes it; the same in every edition."),
    sequence: int = typer.Option(..., min=1, max=2**31 - 1, help="The edition's number, higher than the one before."),
    issued: str = typer.Option("", help="The edition's day; today unless given."),
    out: Path = typer.Option(..., help="Where the file is written."),
) -> None:
    """Sign a list of cards: the file that subscribers take."""
    from pydantic import ValidationError

    from samverk.cli.models import wrong_card
    from samverk.library import catalogues
    from samverk.library.shelf import today

    given = {"publisher": publisher, "sequence": sequence, "issued": issued or today().isoformat()}
    try:
        edition = catalogues.Catalogue.model_validate({**given, "cards": read_json(cards)})
    except ValidationError as error:
        raise wrong_card(str(cards), error) from error
    keys = catalogues.Keys.of(_bytes(key).decode(errors="replace"))
    _write(out, catalogues.sign(edition, keys))
    say(f"{len(edition.cards)} kort är signerade.", f"{len(edition.cards)} cards are signed.")


@command
async def verify(file: Path, public_key: str = PUBLIC, as_json: bool = JSON) -> None:
    """Check a file against a public key, and tell what it holds."""
    from samverk.library.catalogues import checked_key
    from samverk.library.catalogues import verify as verified

    edition = verified(_bytes(file), checked_key(public_key))
    told = {"publisher": edition.publisher, "sequence": edition.sequence, "issued": edition.issued}
    if as_json:
        print_json({**told, "digest": edition.digest, "cards": [card.body() for card in edition.cards]})
        return
    print("\t".join(str(value) for value in told.values()))
    for card in edition.cards:
        print(f"{card.slug}\t{card.name}\t{card.hosting}\t{card.approved_for.slug}")


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Invalid(sv=f"Filen {file} går inte att läsa.", en=f"The file {file} cannot be read.") from error


@command
async def subscribe(
    name: str,
    org: str = ORG,
    address: str = typer.Option("", "--from", help="The file's address; without one it is carried over by hand."),
    public_key: str = PUBLIC,
) -> None:
    """Follow a catalogue under a name of your own, and take its newest edition where there is an address."""
    async with inside(org) as (rooms, who):
        await rooms.library.catalogues.subscribe(who, name, address, public_key)
        if address:
            _print(await rooms.library.catalogues.update(who, name))
    say(f"Ni följer katalogen {name}.", f"You follow the catalogue {name}.")


@command
async def leave(name: str, org: str = ORG) -> None:
    """Follow a catalogue no more. The models whose cards come from it are no longer used."""
    async with inside(org) as (rooms, who):
        await rooms.library.catalogues.leave(who, name)
    say(f"Ni följer inte längre katalogen {name}.", f"You no longer follow the catalogue {name}.")


@command
async def list_catalogues(org: str = ORG, as_json: bool = JSON) -> None:
    """List the catalogues that the organisation follows, and why the latest file of one was refused."""
    async with inside(org) as (rooms, who):
        found = await rooms.library.catalogues.list(who.org_id)
    if as_json:
        print_json([_told(one) for one in found])
    for one in [] if as_json else found:
        refused = one.refused[language()] if one.refused else ""
        print("\t".join((one.name, one.publisher, str(one.sequence or ""), one.issued, one.address, refused)).rstrip())


def _told(one: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return {**asdict(one), "id": str(one.id)}


@command
async def update(name: str, org: str = ORG, file: Path | None = FILE, as_json: bool = JSON) -> None:
    """Take the newest edition now, and tell what is new in it. Nothing new is used before it is adopted."""
    async with inside(org) as (rooms, who):
        found = await rooms.library.catalogues.update(who, name, _bytes(file) if file else None)
    _print(found, as_json=as_json)


@command
async def changes(name: str, org: str = ORG, as_json: bool = JSON) -> None:
    """Tell what the edition in use says beside what you have adopted from it."""
    async with inside(org) as (rooms, who):
        found = await rooms.library.catalogues.changes(who.org_id, name)
    _print(found, as_json=as_json)


def _print(found: "Comparison", *, as_json: bool = False) -> None:
    from dataclasses import asdict

    if as_json:
        print_json(asdict(found))
        return
    for slug in found.added:
        print(f"{_SIGNS['added']} {slug}")
    for one in found.changed:
        print(f"{_SIGNS['changed']} {one.slug}")
        for field in one.fields:
            before, after = (orjson.dumps(value).decode() for value in (field.before, field.after))
            print(f"    {field.field}: {before} → {after}")
    for slug in found.withdrawn:
        print(f"{_SIGNS['withdrawn']} {slug}")
    if not found:
        say("Inget är nytt.", "Nothing is new.")


@command
async def adopt(
    name: str,
    slug: str,
    org: str = ORG,
    url: str = URL,
    model: str = NAME_THERE,
    key: str = KEY,
    provider: str = PROVIDER,
    flavour: str = FLAVOUR,
) -> None:
    """Adopt a card from a catalogue, reached at the address if one is given, otherwise where it was."""
    from samverk.library.ports import Endpoint

    at = Endpoint(provider, model or slug, url, key or None, flavour) if url or provider != PROVIDER.default else None
    async with inside(org) as (rooms, who):
        adopted = await rooms.library.catalogues.adopt(who, name, slug, at)
    say(
        f"Kortet {slug} är antaget, för information upp till {adopted.card.approved_for.slug}.",
        f"The card {slug} is adopted, for information up to {adopted.card.approved_for.slug}.",
    )
