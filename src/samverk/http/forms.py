"""Forms as they are sent, within bounds. Knows no field by name."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request

from samverk.core.errors import Invalid, TooLarge
from samverk.http.rooms import rooms_of

MOST_FIELDS = 50


async def body_within(request: Request, limit: int) -> bytes:
    """The body of a request. Raises TooLarge as soon as more than `limit` bytes are announced or have come."""
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > limit:
        raise TooLarge(limit=f"{limit // 1024} kB")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TooLarge(limit=f"{limit // 1024} kB")
    return bytes(body)


async def form(request: Request) -> Mapping[str, str]:
    """The fields of an urlencoded form; of a field that comes twice, the last. Raises Invalid and TooLarge."""
    return dict(await pairs(request))


async def pairs(request: Request, most: int = MOST_FIELDS) -> list[tuple[str, str]]:
    """The fields of an urlencoded form as they come, at most so many: what is ticked comes once for each. Raises as `form`."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Invalid(why="application/x-www-form-urlencoded")
    body = await body_within(request, rooms_of(request).settings.request_kilobytes * 1024)
    try:
        return parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=most)
    except ValueError as error:
        raise Invalid(why="utf-8") from error
