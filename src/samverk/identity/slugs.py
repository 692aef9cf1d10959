"""The short names that stand in addresses, and e-mail addresses as one writes them. Pure."""

import re
import unicodedata

from samverk.core.errors import Invalid

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_LONGEST = 64


def check_slug(slug: str) -> None:
    """Raise Invalid unless the text can stand in an address: small letters a-z, digits and hyphens, at most 64."""
    if not _SLUG.fullmatch(slug):
        raise Invalid(
            sv=f"Kortnamnet {slug!r} går inte att använda: bara små bokstäver a–z, siffror och bindestreck, högst 64 tecken.",
            en=f"The slug {slug!r} cannot be used: only small letters a–z, digits and hyphens, at most 64 characters.",
        )


def slug_of(name: str, otherwise: str) -> str:
    """A slug that resembles a name: without accents, hyphens for the rest. `otherwise` where nothing remains."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: _LONGEST - 4].strip("-") or otherwise


def email_of(text: str) -> str:
    """The subject of a local account: the address in small letters. Raises Invalid for what is no address."""
    subject = text.strip().casefold()
    if len(subject) > 254 or not re.fullmatch(r"[^@\s\x00]+@[^@\s\x00]+\.[^@\s\x00]+", subject):
        raise Invalid(
            sv=f"{text[:80]!r} är ingen e-postadress.", en=f"{text[:80]!r} is no e-mail address.", param="email"
        )
    return subject


def name_of(text: str, param: str = "name", longest: int = 200) -> str:
    """A name as it is kept: on one line, without what cannot be seen. Raises Invalid where none is given or it is too long."""
    name = " ".join("".join(char for char in text if char.isprintable() or char.isspace()).split())
    if not name:
        raise Invalid(sv="Skriv ett namn.", en="Write a name.", param=param)
    if len(name) > longest:
        raise Invalid(
            sv=f"Namnet är för långt: högst {longest} tecken.",
            en=f"The name is too long: at most {longest} characters.",
            param=param,
        )
    return name
