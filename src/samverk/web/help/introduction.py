"""Five short pages for those who are new. Each has its address; whoever has seen the last is not asked again."""

from starlette.requests import Request
from starlette.responses import Response

from samverk.http.rooms import rooms_of
from samverk.http.sessions import principal
from samverk.web.pages import page, reader_of

STEPS = ("ask", "read", "careful", "find", "own")


async def show(request: Request) -> Response:
    """One step, by `?steg=`; anything else is the first."""
    who = await principal(request)
    asked = request.query_params.get("steg", "")
    number = int(asked) if asked in {str(n) for n in range(1, len(STEPS) + 1)} else 1
    if number == len(STEPS):
        await rooms_of(request).preferences.put(who, introduced=True)
    context = {"number": number, "step": STEPS[number - 1], "steps": len(STEPS)}
    return page(request, "help/introduction.html", context, reader=await reader_of(request, who))
