"""Searching the text of every document that one may read: passages with the words that were sought, by document."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from samverk.answers.finding import Piece, Sought, snippet
from samverk.answers.model import place
from samverk.core.errors import Language
from samverk.core.levels import Level
from samverk.http.rooms import Rooms, rooms_of
from samverk.identity.principal import Principal
from samverk.knowledge.narrowing import TYPES, Only
from samverk.knowledge.search import IndexBuilding
from samverk.knowledge.views import CollectionInfo, Found, FoundPassage
from samverk.web.knowledge import telling
from samverk.web.knowledge.reached import reading
from samverk.web.pages import language_of, page, reader_of, texts_of

LONGEST_QUERY = 300
MOST_PASSAGES = 60  # that are looked at for one page of documents
_EACH = 3  # passages of a document that are shown
_START = 220  # characters of a passage that says what is sought in other words
_HERE = ZoneInfo("Europe/Stockholm")  # whose days the fields mean


@dataclass(frozen=True, slots=True)
class Fields:
    """The form as it was sent; what means nothing is empty."""

    q: str = ""
    collection: str = ""
    type: str = ""
    level: str = ""
    since: str = ""
    until: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the words was chosen."""
        return any((self.collection, self.type, self.level, self.since, self.until))

    @property
    def only(self) -> Only:
        """What the search is narrowed to. Both days count whole."""
        until = _day(self.until)
        return Only(
            frozenset({self.type} - {""}),
            _day(self.since),
            until + timedelta(days=1) if until else None,
            frozenset(level for level in Level if level.slug == self.level),
        )


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that was found: where it stands, and the words around what was sought."""

    id: UUID
    place: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found, with its best passages; `more` of it were found beside them."""

    document: UUID
    title: str
    collection: CollectionInfo
    passages: tuple[Passage, ...]
    more: int


async def show(request: Request) -> Response:
    """The form, and the documents that a search finds."""
    who, rooms, words = await reading(request), rooms_of(request), texts_of(request)
    readable = await rooms.knowledge.collections(who)
    fields = _fields(request, readable)
    context: dict[str, Any] = {
        "fields": fields,
        "readable": readable,
        "types": sorted(
            ((name, words("document_type." + name)) for name in TYPES), key=lambda pair: pair[1].casefold()
        ),
        "levels": [(level.slug, words("level." + level.slug)) for level in sorted({info.level for info in readable})],
        "address": telling.address,
        "building": "",
        "hits": [],
        "left_out": (),
    }
    if fields.q:
        try:
            found = await seek(rooms, who, fields, readable)
            context |= {"hits": hits(found, fields.q, readable, language_of(request)), "left_out": found.left_out}
        except IndexBuilding as error:
            context["building"] = error.message(words.language)
    return page(request, "knowledge/search.html", context, reader=await reader_of(request, who))


async def seek(rooms: Rooms, who: Principal, fields: Fields, readable: Sequence[CollectionInfo]) -> Found:
    """The passages that the form asks for, best first. Raises IndexBuilding."""
    names = [fields.collection] if fields.collection else [info.ref for info in readable]
    return await rooms.knowledge.search(who, names, fields.q, MOST_PASSAGES, only=fields.only)


def hits(found: Found, query: str, readable: Sequence[CollectionInfo], language: Language) -> list[Hit]:
    """What was found by document, the best first. Pure."""
    by_ref, sought = {info.ref: info for info in readable}, Sought.of(query)
    by_document: dict[UUID, list[FoundPassage]] = {}
    for passage in found.hits:
        by_document.setdefault(passage.document_id, []).append(passage)
    return [
        Hit(
            document,
            passages[0].title,
            by_ref[passages[0].collection],
            tuple(_passage(one, sought, language) for one in passages[:_EACH]),
            len(passages[_EACH:]),
        )
        for document, passages in by_document.items()
    ]


def _passage(found: FoundPassage, sought: Sought, language: Language) -> Passage:
    start = " ".join(found.text[: 2 * _START].split())
    cut = start if len(start) <= _START else start[: start.rfind(" ", 0, _START)] + " …"
    pieces = snippet(sought, [found.text]) or (Piece(cut),)
    return Passage(found.id, place(found.heading, found.label, language), pieces)


def _fields(request: Request, readable: Sequence[CollectionInfo]) -> Fields:
    given = {
        name: request.query_params.get(name, "").strip() for name in ("q", "samling", "typ", "klass", "fran", "till")
    }
    return Fields(
        given["q"][:LONGEST_QUERY],
        given["samling"] if any(info.ref == given["samling"] for info in readable) else "",
        given["typ"] if given["typ"] in TYPES else "",
        given["klass"] if any(level.slug == given["klass"] for level in Level) else "",
        *(given[name] if _day(given[name]) else "" for name in ("fran", "till")),
    )


def _day(text: str) -> datetime | None:
    """The beginning of a day written as 2026-11-30, in Sweden."""
    try:
        return datetime.combine(datetime.strptime(text, "%Y-%m-%d").date(), time(), _HERE)
    except ValueError:
        return None
