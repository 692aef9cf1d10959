"""What both edges share: cookies, tokens, forms within bounds, errors without secrets, streams that stay alive."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from samverk.core.errors import Invalid, NotAllowed, NotSignedIn, TooLarge, TooMany
from samverk.core.settings import Settings
from samverk.http import sessions
from samverk.http.application import application
from samverk.http.errors import Failure, describe
from samverk.http.events import Paced, event, last_seen, with_heartbeats
from samverk.http.forms import form
from samverk.http.headers import HEADERS
from samverk.http.rooms import Rooms


def rooms(**settings: Any) -> Rooms:
    nothing: Any = None
    return Rooms(Settings(secret_key="k" * 43, **settings), *[nothing] * (len(dataclasses.fields(Rooms)) - 1))


class App:
    """An application without rooms, called as a server would."""

    def __init__(self, handler: Any, **settings: Any) -> None:
        self.app = application(rooms(**settings), [Route("/", handler, methods=["GET", "POST"])], _plain)

    async def call(
        self, method: str = "GET", path: str = "/", headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of one request."""
        sent: list[Any] = []
        chunks = [body[i : i + 4096] for i in range(0, len(body), 4096)] or [b""]

        async def receive() -> dict[str, Any]:
            chunk = chunks.pop(0) if chunks else b""
            return {"type": "http.request", "body": chunk, "more_body": bool(chunks)}

        async def send(message: Any) -> None:
            sent.append(message)

        raw = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
        scope = {"type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b""}
        scope |= {"headers": raw, "server": ("kommun.example", 443), "scheme": "https", "http_version": "1.1"}
        await self.app(scope, receive, send)
        head = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], head, b"".join(message.get("body", b"") for message in sent[1:])


async def _plain(request: Request, failure: Failure) -> Response:
    return PlainTextResponse(f"{failure.sv} {failure.reference or ''}", failure.status, dict(failure.headers))


async def test_every_response_carries_the_security_headers_errors_too() -> None:
    async def broken(request: Request) -> Response:
        raise RuntimeError("the password is hunter2")

    status, headers, body = await App(broken).call()
    assert status == 500
    assert {name: headers[name.lower()] for name in HEADERS} == HEADERS
    assert headers["strict-transport-security"]
    assert b"hunter2" not in body
    assert len(body.split()[-1]) == 8  # the reference


async def test_programs_get_json_and_people_pages() -> None:
    async def refused(request: Request) -> Response:
        raise TooMany(seconds=7)

    status, headers, body = await App(refused).call(headers={"accept": "application/json"})
    assert (status, headers["retry-after"]) == (429, "7")
    assert b'"code":"too_many"' in body
    status, _, body = await App(refused).call(headers={"accept": "text/html,*/*"})
    assert (status, body) == (429, "För många försök. Vänta 7 sekunder och försök igen. ".encode())
    status, _, body = await App(refused).call(path="/v1/nothing")
    assert status == 404
    assert b'"code":"not_found"' in body


@pytest.mark.parametrize(("error", "status"), [(NotSignedIn(), 401), (NotAllowed(), 403), (RuntimeError("x"), 500)])
def test_only_the_family_speaks(error: Exception, status: int) -> None:
    failure = describe(error)
    assert failure.status == status
    assert bool(failure.reference) == (status == 500)
    assert failure.sv != "x"


async def test_forms_are_read_within_bounds() -> None:
    found: list[Any] = []

    async def read(request: Request) -> Response:
        found.append(await form(request))
        return PlainTextResponse("ok")

    app, kind = App(read, request_kilobytes=16), {"content-type": "application/x-www-form-urlencoded"}
    assert (await app.call("POST", headers=kind, body="a=1&a=2&b=å+ä&c=".encode()))[0] == 200
    assert found == [{"a": "2", "b": "å ä", "c": ""}]
    assert (await app.call("POST", headers=kind, body=b"a=" + b"x" * 17_000))[0] == TooLarge.status
    assert (await app.call("POST", headers={**kind, "content-length": "99999999"}))[0] == TooLarge.status
    assert (await app.call("POST", headers=kind, body=b"&".join(b"a=1" for _ in range(60))))[0] == Invalid.status
    assert (await app.call("POST", headers=kind, body=b"\xff"))[0] == Invalid.status
    assert (await app.call("POST", headers={"content-type": "multipart/form-data"}, body=b"a"))[0] == Invalid.status


def request(host: str = "kommun.example", cookies: Mapping[str, str] | None = None, **settings: Any) -> Request:
    text = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())
    headers = [(b"host", host.encode()), (b"cookie", text.encode())]
    app = application(rooms(**settings), [], _plain)
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": headers, "app": app})


@pytest.mark.parametrize(
    ("host", "secure"),
    [
        ("kommun.example", True),
        ("127.0.0.1:8400", False),
        ("localhost", False),
        ("[::1]:80", False),
        ("10.0.0.4", True),
    ],
)
def test_cookies_are_for_https_alone_except_on_loopback(host: str, secure: bool) -> None:
    connection, response = request(host), Response()
    sessions.set_cookie(connection, response, sessions.SESSION, "s")
    cookie = response.headers["set-cookie"]
    assert ("Secure" in cookie) == secure
    assert cookie.startswith("__Host-") == secure
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_a_cookie_without_the_prefix_is_not_believed_over_https() -> None:
    assert sessions.session_secret(request(cookies={"samverk-session": "planted"})) is None
    assert sessions.session_secret(request(cookies={"__Host-samverk-session": "own"})) == "own"


def test_a_form_of_another_browser_or_session_is_refused() -> None:
    names = {"visitor": "__Host-samverk-visitor", "session": "__Host-samverk-session"}
    own = request(cookies={names["visitor"]: "a" * 43, names["session"]: "s"})
    token = {sessions.TOKEN_FIELD: sessions.form_token(own)}
    sessions.check_form(own, token)
    for cookies in ({names["visitor"]: "b" * 43, names["session"]: "s"}, {names["visitor"]: "a" * 43}):
        with pytest.raises(sessions.Stale):
            sessions.check_form(request(cookies=cookies), token)
    for fields in ({}, {sessions.TOKEN_FIELD: ""}, {sessions.TOKEN_FIELD: "å"}):
        with pytest.raises(sessions.Stale):
            sessions.check_form(own, fields)


@pytest.mark.parametrize(
    ("target", "followed"),
    [
        ("/samtal?x=1#y", "/samtal?x=1#y"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x", "/"),
        ("/a b", "/"),
        ("", "/"),
        (None, "/"),
    ],
)
def test_one_goes_on_only_within_the_site(target: str | None, followed: str) -> None:
    assert sessions.safe_next(target) == followed


@pytest.mark.parametrize(("header", "number"), [("7", 7), ("", 0), ("-1", 0), ("x", 0), ("٣", 0), ("9" * 30, 0)])
def test_the_number_to_resume_after(header: str, number: int) -> None:
    scope = {"type": "http", "headers": [(b"last-event-id", header.encode("utf-8"))]}
    assert last_seen(Request(scope)) == number


def test_an_event_is_one_frame_whatever_is_in_it() -> None:
    frame = event("block", {"html": "a\n\ndata: b\r\n"}, 3)
    assert frame.startswith(b"id: 3\nevent: block\ndata: {")
    assert frame.count(b"\n") == 4


async def test_a_quiet_stream_beats_and_closes_its_source() -> None:
    closed = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        try:
            yield b"first"
            await asyncio.sleep(60)
        finally:
            closed.set()

    stream = with_heartbeats(slow(), 0.01)
    assert await anext(stream) == b"first"
    assert (await anext(stream)).startswith(b":")
    await stream.aclose()  # type: ignore[attr-defined]
    assert closed.is_set()


async def test_an_item_that_comes_late_is_not_lost() -> None:
    async def source() -> AsyncIterator[int]:
        await asyncio.sleep(0.02)
        yield 1

    paced = Paced(source())
    assert await paced.read(0.001) is None
    assert await paced.read(5) == 1
    with pytest.raises(StopAsyncIteration):
        await paced.read(5)
