"""A key: the values that were masked in somebody's texts, kept so that they can be put back in an answer, until it is ended."""

from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import NotFound, SamverkError, TooLarge
from samverk.http.rooms import rooms_of
from samverk.http.sessions import posted, principal
from samverk.identity.principal import Principal
from samverk.masking.pseudonyms import Restored
from samverk.masking.service import UNUSED_LASTS
from samverk.web.asked import id_in
from samverk.web.masking.sheet import LONGEST, NoText, grouped
from samverk.web.pages import confirm, language_of, page, reader_of, see_other, texts_of
from samverk.web.said import Said, say

HOME = "/maskera/nycklar"
DAYS = UNUSED_LASTS.days


class AnswerTooLong(TooLarge):
    """More than the page takes at a time."""

    sv = "Svaret är {n} tecken långt. Dela upp det: högst {limit} tecken tas emot åt gången."
    en = "The answer has {n} characters. Divide it: at most {limit} characters are accepted at a time."


def scope_of(who: Principal, key: UUID) -> str:
    """The scope of a key: its owner is a part of it, so that nobody else's request names it."""
    return f"page:{who.owner}:{key}"


async def show(request: Request) -> Response:
    """A field for an answer."""
    who = await principal(request)
    key = await _key(request, who)
    return await _page(request, who, key, "")


async def put_back(request: Request) -> Response:
    """The answer with its values, and which codes are none of the key's. Nothing of it is kept."""
    who, fields = await posted(request)
    key = await _key(request, who)
    answer = fields.get("answer", "").replace("\r\n", "\n")
    try:
        if not answer.strip():
            raise NoText
        if len(answer) > LONGEST:
            raise AnswerTooLong(n=grouped(len(answer)), limit=grouped(LONGEST))
    except SamverkError as error:
        return await _page(request, who, key, answer, error=error)
    masker = await rooms_of(request).masking.bound(who.org_id)
    [restored] = await masker.unmask([answer], scope_of(who, key))
    return await _page(request, who, key, answer, restored)


async def ask_end(request: Request) -> Response:
    """What ending a key means, before it happens."""
    who, words = await principal(request), texts_of(request)
    key = await _key(request, who)
    return await confirm(
        request,
        title=words("masking.key.end_title"),
        text=words("masking.key.end_text"),
        act=words("masking.key.end"),
        back=f"{HOME}/{key}",
        nav="masking",
    )


async def end(request: Request) -> Response:
    """Erase the key."""
    who, _ = await posted(request)
    await rooms_of(request).masking.end(who.org_id, scope_of(who, _id(request)))
    return say(request, see_other("/maskera"), Said("masking.key_ended"))


def _id(request: Request) -> UUID:
    key = id_in(request.path_params["key"])
    if key is None:
        raise NotFound("scope")
    return key


async def _key(request: Request, who: Principal) -> UUID:
    """The key in the address. Raises NotFound unless it is the reader's own, and living."""
    key = _id(request)
    await (await rooms_of(request).masking.bound(who.org_id)).unmask([], scope_of(who, key))
    return key


async def _page(
    request: Request,
    who: Principal,
    key: UUID,
    answer: str,
    restored: Restored | None = None,
    error: SamverkError | None = None,
) -> Response:
    context: dict[str, Any] = {
        "key": key,
        "answer": answer,
        "restored": restored,
        "changed": restored is not None and restored.text != answer,
        "error": error.message(language_of(request)) if error else "",
        "days": DAYS,
    }
    status = error.status if error else 200
    return page(request, "masking/key_page.html", context, reader=await reader_of(request, who), status=status)
