"""The accessibility statement that Swedish law asks of public bodies (2018:1937), and a way to report what is in the way."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from samverk.http.rooms import rooms_of
from samverk.http.sessions import posted
from samverk.identity import reports
from samverk.identity.reports import Barrier
from samverk.identity.settings import Habits
from samverk.web.help.guide import known
from samverk.web.pages import page, prefix_of, reader_of, see_other
from samverk.web.said import Said, say

PLACE = "/hjalp/tillganglighet"
ASSESSED = datetime(2026, 11, 22, 12, tzinfo=UTC)  # when the statement was last gone through


async def show(request: Request) -> Response:
    """The statement with its form; it can be read before logging in."""
    return await _page(request, Barrier(""), "")


async def report(request: Request) -> Response:
    """Keep what somebody reports, for those who look after the organisation."""
    who, fields = await posted(request)
    barrier = Barrier(**{name: fields.get(name, "").replace("\x00", "") for name in reports.LONGEST})
    if problem := reports.problem(barrier):
        return await _page(request, barrier, problem)
    await reports.report(rooms_of(request).db, who, barrier)
    return say(request, see_other(prefix_of(request) + PLACE), Said("accessibility.reported"))


async def _page(request: Request, barrier: Barrier, problem: str) -> Response:
    who = await known(request)
    habits = await rooms_of(request).identity.habits(who.org_id) if who else Habits()
    context = {
        "told": barrier,
        "problem": problem,
        "limits": reports.LONGEST,
        "contact": habits.contact,
        "assessed": ASSESSED,
        "prefix": prefix_of(request),
        "place": PLACE,
    }
    reader = await reader_of(request, who) if who else None
    return page(request, "help/accessibility.html", context, reader=reader, status=400 if problem else 200)
