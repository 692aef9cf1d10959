"""`samverk org|user|key create`, and what goes with them."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

import typer

from samverk.cli.choices import JSON, ORG, OrganisationKind
from samverk.cli.run import command, inside, language, print_json, say, settings
from samverk.core.ids import now
from samverk.identity.principal import PERMISSIONS, Role

if TYPE_CHECKING:
    from samverk.identity.tables import ApiKey

_STATES = {"living": ("gäller", "living"), "expired": ("har gått ut", "expired"), "revoked": ("återkallad", "revoked")}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    org, user, key = (typer.Typer(no_args_is_help=True, rich_markup_mode=None) for _ in range(3))
    org.command("create")(create_org)
    org.command("list")(list_orgs)
    user.command("create")(create_user)
    key.command("create")(create_key)
    key.command("list")(list_keys)
    key.command("revoke")(revoke_key)
    app.add_typer(org, name="org", help="Organisations.")
    app.add_typer(user, name="user", help="Members of an organisation.")
    app.add_typer(key, name="key", help="Keys to the interfaces.")


@command
async def create_org(
    slug: str,
    name: str = typer.Option("", help="The name that people read; the slug unless given."),
    kind: OrganisationKind = typer.Option(OrganisationKind.MUNICIPALITY, help="What sort it is."),
    as_json: bool = JSON,
) -> None:
    """Make an organisation; the embedded model is adopted for it."""
    from samverk.app.platform import running
    from samverk.library.cards import EXTRACTIVE
    from samverk.library.ports import Endpoint

    async with running(settings(), work=False) as platform:
        org = await platform.rooms.identity.create_org(slug, name or slug, kind.value)
        await platform.rooms.library.adopt(org.id, EXTRACTIVE, Endpoint("extractive", "extractive"), "org create")
    if as_json:
        print_json({"id": str(org.id), "slug": org.slug, "name": org.name, "kind": org.kind})
    else:
        say(f"Organisationen {org.name} ({org.slug}) finns nu.", f"The organisation {org.name} ({org.slug}) is there.")


@command
async def list_orgs(as_json: bool = JSON) -> None:
    """List the organisations."""
    from samverk.app.platform import running

    async with running(settings(), work=False) as platform:
        orgs = await platform.rooms.identity.orgs()
    if as_json:
        print_json([{"slug": org.slug, "name": org.name, "kind": org.kind} for org in orgs])
    for org in [] if as_json else orgs:
        print(f"{org.slug}\t{org.name}")


@command
async def create_user(
    email: str,
    org: str = ORG,
    name: str = typer.Option("", help="The person's name; the address unless given."),
    role: Role = typer.Option(Role.MEMBER, help="What the member may do."),
    group: list[str] = typer.Option([], help="A group to join; may be given several times."),
    password: str = typer.Option("", help="Made and shown once unless given.", envvar="SAMVERK_USER_PASSWORD"),
    as_json: bool = JSON,
) -> None:
    """Make a member with a local account."""
    from samverk.app.platform import running
    from samverk.http.seats import require_seat

    async with running(settings(), work=False) as platform:
        await require_seat(platform.rooms, (await platform.rooms.identity.org(org)).id)
        member, secret = await platform.rooms.identity.create_user(
            org, email, name or email, role, group, password or None
        )
    if as_json:
        print_json({"id": str(member.id), "email": email, "role": role.value, "password": secret})
    elif secret and not password:
        say(f"{email} kan logga in. Lösenord, visas bara nu:", f"{email} can log in. Password, shown only now:")
        print(secret)
    else:
        say(f"{email} kan logga in.", f"{email} can log in.")


@command
async def create_key(
    name: str,
    org: str = ORG,
    scope: list[str] = typer.Option(["chat"], help=f"One of {', '.join(PERMISSIONS)}; may be given several times."),
    group: list[str] = typer.Option([], help="A group whose assistants the key may use."),
    days: int = typer.Option(None, min=0, help="How many days it lives; for ever unless given."),
    as_json: bool = JSON,
) -> None:
    """Make a key to the interfaces. Its secret is shown this once."""
    from samverk.app.platform import running

    async with running(settings(), work=False) as platform:
        key, secret = await platform.rooms.identity.create_key(org, name, scope, group, days)
    if as_json:
        print_json({"id": str(key.id), "name": key.name, "scopes": key.scopes, "key": secret})
    else:
        say("Nyckeln, visas bara nu:", "The key, shown only now:")
        print(secret)


@command
async def list_keys(org: str = ORG, as_json: bool = JSON) -> None:
    """List the keys, revoked ones too. Their secrets are shown nowhere."""
    async with inside(org) as (rooms, who):
        keys = await rooms.identity.keys(who.org_id)
    if as_json:
        print_json([_key(key) for key in keys])
    column = 0 if language() == "sv" else 1
    for key in [] if as_json else keys:
        print(f"{key.id}\t{key.prefix}…\t{key.name}\t{', '.join(key.scopes)}\t{_STATES[_state(key)][column]}")


def _key(key: "ApiKey") -> dict[str, Any]:
    moments = ("created_at", "expires_at", "revoked_at", "last_used_at")
    shown = {name: getattr(key, name) for name in ("id", "name", "prefix", "scopes", "groups", *moments)}
    return {**shown, "state": _state(key)}


def _state(key: "ApiKey") -> str:
    if key.revoked_at:
        return "revoked"
    return "expired" if key.expires_at and key.expires_at <= now() else "living"


@command
async def revoke_key(key_id: UUID, org: str = ORG) -> None:
    """End a key at once."""
    async with inside(org) as (rooms, who):
        await rooms.identity.revoke_key(who.org_id, key_id)
    say("Nyckeln är återkallad.", "The key is revoked.")
