"""The page where a text is masked. Every button sends the whole form: the text goes along, and nothing of it is kept.

Without script each press is a page; script (`masking.js`) presses the same buttons and takes the part that changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import Invalid, SamverkError
from samverk.core.ids import new_id
from samverk.http.rooms import rooms_of
from samverk.http.sessions import posted, principal
from samverk.identity.principal import Principal
from samverk.web.asked import id_in, number_in
from samverk.web.labels import LABELS, family, title, word
from samverk.web.masking import view
from samverk.web.masking.keys import DAYS, scope_of
from samverk.web.masking.masks import Bench, bench
from samverk.web.masking.sheet import HOW, LEVELS, LONGEST, LONGEST_WORDS, Sheet
from samverk.web.pages import language_of, page, reader_of, texts_of

HOME = "/maskera"
NEEDED = "chat"
FINDS_SHOWN = 100  # in the list at first, and more at each press


@dataclass(slots=True)
class Desk:
    """What the page shows beside the sheet: what is chosen in the text, how many finds are listed, what went wrong."""

    sheet: Sheet
    words: str = ""
    label: str = LABELS[0]
    picked: str = ""
    everywhere: bool = True
    shown: int = FINDS_SHOWN
    key: UUID | None = None
    error: SamverkError | None = None

    def scope(self, who: Principal) -> str:
        """Where the values are kept; empty where they are not."""
        return scope_of(who, self.key) if self.key else ""


async def show(request: Request) -> Response:
    """An empty page."""
    who = await principal(request)
    who.require(NEEDED)
    chosen = await bench(rooms_of(request), who, language_of(request))
    return await _page(request, who, chosen, Desk(Sheet(level=chosen.level)))


async def send(request: Request) -> Response:
    """Do what was pressed with the text that came along. What cannot be done is said, and the text is there as before."""
    who, fields = await posted(request)
    who.require(NEEDED)
    chosen = await bench(rooms_of(request), who, language_of(request))
    desk = _desk(fields, chosen)
    act, _, item = fields.get("act", "update").partition(":")
    if act == "edit":
        desk.sheet = replace(desk.sheet, spans=None, changes=())
        return await _page(request, who, chosen, desk)
    try:
        desk.sheet.check()
        await _search(chosen, desk, fields.get("was", ""))
        if act == "download":
            return await _download(request, who, desk, chosen)
        _do(act, item, desk, fields, chosen)
    except SamverkError as error:
        if error.status not in (400, 413):
            raise
        desk.error = error
    return await _page(request, who, chosen, desk)


def _desk(fields: Mapping[str, str], chosen: Bench) -> Desk:
    shown = number_in(fields.get("shown", ""))
    return Desk(
        Sheet.of(fields, chosen.level),
        everywhere="spans" not in fields or "everywhere" in fields,
        key=id_in(fields.get("key", "")),
        shown=shown or FINDS_SHOWN,
    )


async def _search(chosen: Bench, desk: Desk, was: str) -> None:
    """Search the text, unless it has been searched as thoroughly as is wished now."""
    if desk.sheet.spans is None or was != desk.sheet.level:
        desk.sheet = await chosen.searched(desk.sheet)


def _do(act: str, item: str, desk: Desk, fields: Mapping[str, str], chosen: Bench) -> None:
    """What was pressed, done to the desk. What no button of ours says is nothing."""
    match act:
        case "add":
            desk.words, desk.label = fields.get("words", ""), _label(fields.get("label", ""), chosen)
            desk.sheet = desk.sheet.added(desk.words, desk.label, fields.get("at", ""), desk.everywhere)
            desk.words = ""
        case "drop":
            desk.sheet = desk.sheet.dropped(item, desk.everywhere)
        case "undo":
            desk.sheet = desk.sheet.undone()
        case "pick":
            span = desk.sheet.at(item)
            desk.words, desk.label, desk.picked = desk.sheet.words(span), span.label, item
        case "keep":
            desk.key = desk.key or new_id()
        case "more":
            desk.shown += FINDS_SHOWN


def _label(label: str, chosen: Bench) -> str:
    if label not in LABELS and label not in chosen.own:
        raise Invalid(why="label")
    return label


async def _download(request: Request, who: Principal, desk: Desk, chosen: Bench) -> Response:
    """The masked text as a file."""
    name = f"{texts_of(request)('masking.file')}.txt"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    text = await chosen.masked(desk.sheet, desk.scope(who))
    return Response(text, media_type="text/plain; charset=utf-8", headers=headers)


async def _page(request: Request, who: Principal, chosen: Bench, desk: Desk) -> Response:
    words, error = texts_of(request), desk.error
    levels = [(level, words("masking.level_is." + level), words("masking.level_means." + level)) for level in LEVELS]
    ways = [(how, words("masking.how_is." + how), words("masking.how_means." + how)) for how in HOW]
    context: dict[str, Any] = {
        "sheet": desk.sheet,
        "levels": levels,
        "ways": ways,
        "level_choices": [choice[:2] for choice in levels],
        "way_choices": [choice[:2] for choice in ways],
        "limit": LONGEST,
        "error": error.message(language_of(request)) if error else "",
        "family": family,
        "word": partial(word, words, own=chosen.own),
        "title": partial(title, words, own=chosen.own),
    }
    if desk.sheet.spans is not None:
        context |= await _found(who, desk, chosen, context["title"])
    status = error.status if error else 200
    return page(request, "masking/text.html", context, reader=await reader_of(request, who), status=status)


async def _found(who: Principal, desk: Desk, chosen: Bench, title: Any) -> dict[str, Any]:
    """What the page shows of a text that has been searched."""
    sheet = desk.sheet
    every = view.finds(sheet)
    return {
        "pieces": view.pieces(sheet),
        "counts": view.counts(sheet),
        "finds": every[: desk.shown],
        "total": len(every),
        "masked": await chosen.masked(sheet, desk.scope(who)),
        "protected": await chosen.speaks_of_protection(sheet.text),
        "labels": [(label, title(label)) for label in (*LABELS, *chosen.own)],
        "fields": sheet.fields | {"was": sheet.level, "at": desk.picked, "shown": str(desk.shown)},
        "words": desk.words,
        "label": desk.label,
        "picked": desk.picked,
        "everywhere": desk.everywhere,
        "longest_words": LONGEST_WORDS,
        "key": desk.key,
        "days": DAYS,
    }
