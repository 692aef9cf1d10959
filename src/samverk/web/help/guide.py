"""The guide for people: its sections, searched by what they say."""

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import NotSignedIn
from samverk.http.rooms import rooms_of
from samverk.http.sessions import principal
from samverk.identity.principal import Principal
from samverk.identity.settings import Habits
from samverk.web.help.sections import found, sections
from samverk.web.pages import language_of, page, prefix_of, reader_of, texts_of
from samverk.web.texts import Texts

LONGEST_QUERY = 200


async def show(request: Request) -> Response:
    """The guide; it can be read before logging in."""
    who, words = await known(request), texts_of(request)
    habits = await rooms_of(request).identity.habits(who.org_id) if who else Habits()
    query = request.query_params.get("q", "").strip()[:LONGEST_QUERY]
    staff = not prefix_of(request)
    retention = _retention(words, habits)
    shown = found(language_of(request), query, staff=staff)
    context = {
        "q": query,
        "sections": [(section.id, section.title, section.html(words, retention)) for section in shown],
        "all": len([section for section in sections(language_of(request)) if staff or not section.staff]),
        "contact": habits.contact,
        "prefix": prefix_of(request),
    }
    return page(request, "help/guide.html", context, reader=await reader_of(request, who) if who else None)


async def known(request: Request) -> Principal | None:
    """Who reads, where that is known: help is for everybody."""
    try:
        return await principal(request)
    except NotSignedIn:
        return None


def _retention(words: Texts, habits: Habits) -> str:
    days = habits.retention_days
    return words.count("help.kept_days", days) if days else words("help.kept")
