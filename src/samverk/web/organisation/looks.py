"""The page of the organisation's look: shown before it is kept; a colour that cannot be read is refused with the nearest."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import Invalid, SamverkError, TooLarge
from samverk.http.rooms import rooms_of
from samverk.http.sessions import check_form
from samverk.http.uploads import ReceivedForm, received_form
from samverk.identity import logos
from samverk.identity.colours import (
    DARK_GROUNDS,
    DARK_INKS,
    LIGHT_GROUNDS,
    LIGHT_INKS,
    Palette,
    Scheme,
    contrast,
    palette,
)
from samverk.identity.organisations import Appearance, TooPale, checked
from samverk.identity.principal import Principal
from samverk.identity.settings import CONTACT, Look
from samverk.web.organisation.frame import HOME, admin, draw, wrong
from samverk.web.pages import Reader, reader_of, see_other
from samverk.web.said import Said, say

PLAIN = "#00557f"  # the brand of the pages as they come
_MOST_BYTES = 1 << 20  # what is read of an upload; a logo may be far less, and hears so beside its field
_SURFACES = {"light": (LIGHT_GROUNDS[0], LIGHT_INKS[0]), "dark": (DARK_GROUNDS[0], DARK_INKS[0])}  # paper, ink


async def show(request: Request) -> Response:
    """How the organisation looks."""
    who = await admin(request)
    reader = await reader_of(request, who)
    habits = await rooms_of(request).identity.habits(who.org_id)
    wanted = Appearance(reader.organisation, reader.look.colour, habits.contact)
    return await _page(request, who, reader, wanted)


async def change(request: Request) -> Response:
    """Show what was filled in, or keep it."""
    who = await admin(request)
    reader, settings = await reader_of(request, who), rooms_of(request).settings
    async with received_form(request, _MOST_BYTES, settings.home / "uploads", 1) as sent:
        check_form(request, sent.fields)
        wanted = _wanted(sent)
    try:
        wanted = checked(wanted)
        if sent.fields.get("act") == "save":
            await rooms_of(request).identity.organisation.change_appearance(who, wanted)
            return say(request, see_other(f"{HOME}/utseende"), Said("look.changed"))
    except (Invalid, TooLarge) as error:
        return await _page(request, who, reader, wanted, error=error)
    look = Look(wanted.colour, reader.look.logo)
    dressed = replace(reader, organisation=wanted.name, look=look)
    return await _page(request, who, dressed, wanted, is_preview=True)


def _wanted(sent: ReceivedForm) -> Appearance:
    """What the form asks for. A picture that was shown before comes back in a field: a file cannot be filled in again."""
    fields = sent.fields
    colour = fields.get("take") or fields.get("colour", "")
    logo: bytes | None = None
    if fields.get("no_logo"):
        logo = b""
    elif sent.files:
        logo = sent.files[0].path.read_bytes()
    elif fields.get("picture"):
        logo = _decoded(fields["picture"])
    contact = {name: fields.get(f"contact-{name}", "") for name in CONTACT}
    return Appearance(fields.get("name", ""), colour, contact, logo)


def _decoded(picture: str) -> bytes | None:
    try:
        return base64.b64decode(picture, validate=True)
    except (binascii.Error, ValueError):
        return None


async def _page(
    request: Request,
    who: Principal,
    reader: Reader,
    wanted: Appearance,
    *,
    is_preview: bool = False,
    error: SamverkError | None = None,
) -> Response:
    bad_logo = error is not None and error.facts.get("param") == "logo"
    picture = b"" if bad_logo else (wanted.logo or b"")
    text = base64.b64encode(picture).decode()
    context: dict[str, Any] = {
        "wanted": wanted,
        "contact": {name: wanted.contact.get(name, "") for name in CONTACT},
        "no_logo": wanted.logo == b"",
        "picture": text,
        "picture_address": f"data:{logos.kind_of(picture)};base64,{text}" if picture else _address(reader, wanted),
        "is_preview": is_preview,
        "nearest": error.facts["nearest"] if isinstance(error, TooPale) else "",
        "plain": PLAIN,
        "samples": samples(palette(wanted.colour or PLAIN)) if error is None else [],
        "errors": wrong(request, error) if error else {},
    }
    status = error.status if error else 200
    return await draw(request, who, "looks", "looks", context, status=status, reader=reader)


def _address(reader: Reader, wanted: Appearance) -> str:
    has = reader.look.logo and wanted.logo is None
    return f"/utseende/{reader.slug}/{reader.look.logo}/logo" if has else ""


def samples(both: Palette) -> list[dict[str, Any]]:
    """What the colour becomes in each scheme, with the contrasts that a reader meets."""
    return [_sample("light", both.light), _sample("dark", both.dark)]


def _sample(name: str, scheme: Scheme) -> dict[str, Any]:
    paper, ink = _SURFACES[name]
    measured: Mapping[str, float] = {
        "paper": contrast(scheme.brand, paper),
        "button": contrast(scheme.on_brand, scheme.brand),
        "soft": contrast(ink, scheme.soft),
    }
    return {"name": name, "paper": paper, "ink": ink, "scheme": scheme, "measured": measured}
