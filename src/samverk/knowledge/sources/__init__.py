"""Where documents come from and are kept fresh: the port, and the sources, one file each, discovered.

A source knows how to walk through what there is and says of every item whether it is new, the same or refused. What that
changes in a collection, and the report of it, is `syncing`'s. A file that names a class in `SOURCE` is a source.
"""

import asyncio
import importlib
import pkgutil
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, Protocol, cast

from samverk.core.egress import Egress
from samverk.core.errors import Invalid, Language, SamverkError
from samverk.core.ids import now
from samverk.knowledge.views import Reason

FieldKind = Literal["text", "address", "secret", "number", "choice"]
Settings = Mapping[str, str]


class SourceFailed(SamverkError):
    """A walk through a source broke off: nothing is removed on account of it."""

    code = "source_failed"
    status = 502
    sv = "Källan gick inte att gå igenom: {why_sv}"
    en = "The source could not be gone through: {why_en}"


@dataclass(frozen=True, slots=True)
class Words:
    """A text for people in both languages."""

    sv: str
    en: str

    def message(self, language: Language = "sv") -> str:
        """The text in the person's language."""
        return self.sv if language == "sv" else self.en


@dataclass(frozen=True, slots=True)
class Field:
    """Something that a person fills in. A `secret` is sealed and never shown again; `choices` are pairs (value, label)."""

    name: str
    label: Words
    kind: FieldKind = "text"
    required: bool = True
    hint: Words = Words("", "")
    default: str = ""
    choices: tuple[tuple[str, Words], ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What the last sync remembered of an item. `hash` is its content's SHA-256, `size` its bytes."""

    address: str
    etag: str
    modified: str
    hash: str
    size: int


@dataclass(frozen=True, slots=True)
class Item:
    """Something there, new or perhaps changed. `address` names it within the source for ever, `path` within the collection.

    `fetch` writes its content to the file that it is given, and may raise a SamverkError: then the item is refused.
    `modified` is a moment in ISO 8601, as the source tells it, `link` where people open it.
    """

    address: str
    path: str
    fetch: Callable[[Path], Awaitable[None]]
    etag: str = ""
    modified: str = ""
    title: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """There, and known to be the same without being fetched."""

    address: str


@dataclass(frozen=True, slots=True)
class Refused:
    """There, but not taken, and why. What was taken of it before stays. It may be said of what was mentioned as unchanged."""

    address: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Gone:
    """Known to be gone. What is not mentioned when a walk ends whole is gone too."""

    address: str


Mention = Item | Unchanged | Refused | Gone


@dataclass(frozen=True, slots=True)
class Tools:
    """What a source works with.

    `scratch` is a folder that is emptied after the walk; `roots` are the folders of this machine that may be read; `memory` is
    the source's own, plain JSON that is kept from one walk that ended whole to the next.
    """

    egress: Egress
    scratch: Path
    roots: tuple[Path, ...] = ()
    largest_bytes: int = 100 << 20
    clock: Callable[[], datetime] = now
    memory: dict[str, Any] = field(default_factory=dict)
    cancelled: Callable[[], bool] = lambda: False


class Source(Protocol):
    """A kind of source. One file in `sources/` holds one class with this shape, named in `SOURCE` and made without arguments."""

    kind: str
    title: Words
    hint: Words
    walks: bool  # False: its items are brought by others, and it is never walked

    @property
    def form(self) -> tuple[Field, ...]:
        """What a person fills in."""
        ...

    def where(self, settings: Settings) -> str:
        """The place, in a few characters, as lists show it."""
        ...

    async def check(self, settings: Settings, secret: str, tools: Tools) -> None:
        """Raise Invalid, with the field as `param`, for settings that cannot be used."""
        ...

    def walk(self, settings: Settings, secret: str, seen: Mapping[str, Seen], tools: Tools) -> AsyncIterator[Mention]:
        """Mention every item once (but see `Refused`). `seen` holds what is remembered, by address.

        A walk that cannot go on raises a SamverkError: then nothing is removed that it did not name as gone.
        """
        ...


def content(data: bytes) -> Callable[[Path], Awaitable[None]]:
    """A `fetch` of something that is at hand already."""

    async def fetch(target: Path) -> None:
        await asyncio.to_thread(target.write_bytes, data)

    return fetch


def moment(text: str) -> datetime | None:
    """The moment that a source tells as `modified`; None where it tells none that is understood. Pure."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def names() -> list[str]:
    """The names of the files in this folder, sorted. Not every one is a source."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


@cache
def discover() -> dict[str, Source]:
    """Every source by its kind."""
    modules = (importlib.import_module(f"{__name__}.{name}") for name in names())
    made = [cast("Source", module.SOURCE()) for module in modules if hasattr(module, "SOURCE")]
    return {source.kind: source for source in made}


def of_kind(kind: str) -> Source:
    """The source of this kind. Raises Invalid."""
    known = discover()
    if kind not in known:
        raise Invalid(
            sv=f"Det finns ingen källa av slaget {kind}. Välj ett av {', '.join(known)}.",
            en=f"There is no source of the kind {kind}. Choose one of {', '.join(known)}.",
            param="kind",
        )
    return known[kind]


def filled_in(form: tuple[Field, ...], values: Settings) -> dict[str, str]:
    """What was filled in of a form, tidy and without secrets. Raises Invalid with the field as `param`. Pure."""
    found: dict[str, str] = {}
    for each in form:
        if each.kind == "secret":
            continue
        value = values.get(each.name, each.default).strip()
        if each.required and not value:
            raise _wrong(each, Words("måste fyllas i", "must be filled in"))
        if value and (wrong := _what_is_wrong(each, value)):
            raise _wrong(each, wrong)
        found[each.name] = value
    return found


_LONGEST = 2_000


def _what_is_wrong(each: Field, value: str) -> Words | None:
    if len(value) > _LONGEST:
        return Words(f"får vara högst {_LONGEST} tecken", f"may be at most {_LONGEST} characters")
    if each.kind == "address" and not value.startswith(("https://", "http://")):
        return Words("ska vara en adress som börjar med https://", "must be an address that begins with https://")
    if each.kind == "number" and not (value.isascii() and value.isdigit() and len(value) <= 9):
        return Words("ska vara ett helt tal", "must be a whole number")
    if each.kind == "choice" and value not in dict(each.choices):
        options = ", ".join(name for name, _ in each.choices)
        return Words(f"ska vara något av {options}", f"must be one of {options}")
    return None


def _wrong(each: Field, why: Words) -> Invalid:
    return Invalid(sv=f"{each.label.sv} {why.sv}.", en=f"{each.label.en} {why.en}.", param=each.name)
