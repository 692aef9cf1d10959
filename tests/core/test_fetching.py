"""Fetching keeps its bounds against servers that mean harm. Every server here is a real one on this machine."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from samverk.core.destinations import FetchRefused, Hosts, destination, hosts
from samverk.core.egress import Egress
from samverk.core.errors import Invalid
from samverk.core.fetching import Bounds, Fetching, Wanted
from samverk.core.settings import Settings

SMALL = Bounds(sent_bytes=50_000, body_bytes=100_000, seconds=5, silent_seconds=0.3)
Raw = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def fetching(tmp_path: Path, inside: str) -> AsyncIterator[Fetching]:
    egress = Egress(Settings(home=tmp_path, internal_hosts=inside, crawl_contact="https://bjorksta.example"))
    yield Fetching(egress)
    await egress.close()


@asynccontextmanager
async def serving(answer: Raw) -> AsyncIterator[int]:
    """A server that writes what it likes; the number is its port."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await answer(reader, writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


def says(*pieces: bytes, pause: float = 0.0, again: bool = False) -> Raw:
    """A server that sends pieces, with a pause between, and perhaps the last again and again."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
        while again:
            writer.write(pieces[-1])
            await writer.drain()
            await asyncio.sleep(pause)

    return answer


OK = b"HTTP/1.1 200 OK\r\n"


async def refused(tmp_path: Path, answer: Raw, bounds: Bounds = SMALL) -> str:
    """The code that fetching from such a server ends with."""
    async with serving(answer) as port, fetching(tmp_path, f"127.0.0.1:{port}") as outside:
        with pytest.raises(FetchRefused) as told:
            async with outside.open(Wanted(f"http://127.0.0.1:{port}/"), bounds) as found:
                await found.read()
        return told.value.code


BOMB = gzip.compress(b"0" * 5_000_000)
HOSTILE = {
    "a body without end": (says(OK + b"\r\n", b"x" * 4096, again=True), "too_large"),
    "a length over the bound": (says(OK + b"Content-Length: 99999999\r\n\r\n", b"x"), "too_large"),
    "a length that lies": (says(OK + b"Content-Length: 5000\r\n\r\n", b"short"), "broken_off"),
    "a packed bomb": (
        says(OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB), BOMB),
        "too_large",
    ),
    "a packed body cut off": (
        says(OK + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"a" * 999)[:20]),
        "broken_off",
    ),
    "what is not packed as it says": (says(OK + b"Content-Encoding: gzip\r\n\r\n", b"plain"), "bad_answer"),
    "an unknown packing": (says(OK + b"Content-Encoding: br\r\n\r\n", b"x"), "bad_answer"),
    "silence before the answer": (says(b"", pause=3), "too_slow"),
    "silence within the body": (says(OK + b"Content-Length: 9\r\n\r\n", b"x", pause=3), "too_slow"),
    "headers without end": (says(OK, b"X-A: aaaaaaaaaaaaaaaaaaaaaaaa\r\n", again=True), "bad_answer"),
    "a header without end": (says(OK + b"X-A: ", b"a" * 4096, again=True), "bad_answer"),
    "no HTTP at all": (says(b"SSH-2.0-OpenSSH_9.9\r\n"), "bad_answer"),
    "nothing": (says(), "not_reached"),
    "a redirect to itself": (
        says(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"),
        "too_many_redirects",
    ),
    "a redirect inward": (
        says(b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest\r\nContent-Length: 0\r\n\r\n"),
        "address_inside",
    ),
    "a redirect to a port inside": (
        says(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:22/\r\nContent-Length: 0\r\n\r\n"),
        "address_port",
    ),
    "a redirect to a name for this machine": (
        says(b"HTTP/1.1 302 Found\r\nLocation: http://localhost:8080/\r\nContent-Length: 0\r\n\r\n"),
        "address_inside",
    ),
    "a redirect to a file": (
        says(b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"),
        "address_scheme",
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
async def test_a_hostile_server_is_left_with_a_reason(what: str, tmp_path: Path) -> None:
    answer, code = HOSTILE[what]
    assert await refused(tmp_path, answer) == code


async def test_a_slow_drip_ends_with_the_time_in_all(tmp_path: Path) -> None:
    drip = says(OK + b"Content-Length: 9999\r\n\r\n", b"x", pause=0.05, again=True)
    assert await refused(tmp_path, drip, Bounds(seconds=0.5, silent_seconds=5)) == "too_slow"


async def test_a_chain_of_redirects_is_counted(tmp_path: Path) -> None:
    async def onward(request: web.Request) -> web.Response:
        raise web.HTTPFound(f"/{int(request.path[1:]) + 1}")

    async with served(onward) as port, fetching(tmp_path, f"127.0.0.1:{port}") as outside:
        with pytest.raises(FetchRefused) as told:
            async with outside.open(Wanted(f"http://127.0.0.1:{port}/1")):
                pass
    assert told.value.code == "too_many_redirects"


@asynccontextmanager
async def served(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[int]:
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def test_an_answer_is_read_whole_and_its_bytes_counted(tmp_path: Path) -> None:
    seen: list[web.Request] = []

    async def page(request: web.Request) -> web.Response:
        seen.append(request)
        if request.path == "/gammal":
            raise web.HTTPMovedPermanently("/ny")
        body = gzip.compress("Bygglov söks här. ".encode() * 500) + gzip.compress(b"Slut.")
        return web.Response(body=body, headers={"Content-Encoding": "gzip", "Set-Cookie": "a=b"})

    async with served(page) as port, fetching(tmp_path, f"127.0.0.1:{port}") as outside:
        async with outside.open(Wanted(f"http://127.0.0.1:{port}/gammal#del")) as found:
            text = (await found.read()).decode()
        assert (found.url, found.status) == (f"http://127.0.0.1:{port}/ny", 200)
        async with outside.open(Wanted(f"http://127.0.0.1:{port}/ny")) as again:
            await again.save(tmp_path / "page")
    assert text == "Bygglov söks här. " * 500 + "Slut."
    assert (tmp_path / "page").read_text() == text
    assert 100 < found.received < 2000
    assert all(request.headers["User-Agent"].endswith(" (+https://bjorksta.example)") for request in seen)
    assert not any("Cookie" in request.headers for request in seen)


async def test_a_password_stays_with_its_own_server(tmp_path: Path) -> None:
    told: list[str | None] = []

    async def elsewhere(request: web.Request) -> web.Response:
        told.append(request.headers.get("Authorization"))
        return web.Response()

    async with served(elsewhere) as other:

        async def own(request: web.Request) -> web.Response:
            told.append(request.headers.get("Authorization"))
            raise web.HTTPFound(f"http://127.0.0.1:{other}/")

        async with (
            served(own) as port,
            fetching(tmp_path, f"127.0.0.1:{port}, 127.0.0.1:{other}") as outside,
            outside.open(Wanted(f"http://127.0.0.1:{port}/", authorization="Basic eDp5")) as found,
        ):
            assert found.status == 200
    assert told == ["Basic eDp5", None]


async def test_a_password_is_not_sent_in_the_clear(tmp_path: Path) -> None:
    async with fetching(tmp_path, "") as outside:
        with pytest.raises(FetchRefused) as told:
            async with outside.open(Wanted("http://moln.example/", authorization="Basic eDp5")):
                pass
    assert told.value.code == "address_open_password"


async def test_this_machine_is_not_reached_unless_a_setting_names_it(tmp_path: Path) -> None:
    async def never(_: web.Request) -> web.Response:
        pytest.fail("reached")

    async with served(never) as port, fetching(tmp_path, "") as outside:
        for host in ("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "0"):
            with pytest.raises(FetchRefused):
                async with outside.open(Wanted(f"http://{host}:{port}/")):
                    pass


async def test_a_name_that_answers_differently_the_second_time_leads_nowhere_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is asked for once; the connection goes to what was judged, whatever the name says afterwards."""
    asked: list[str] = []

    async def rebinding(_: Any, host: str, port: int = 0, family: Any = 0) -> list[dict[str, Any]]:
        asked.append(host)
        address = "194.68.13.1" if len(asked) == 1 else "127.0.0.1"
        facts = {"hostname": host, "port": port, "family": socket.AF_INET, "proto": 6, "flags": 0}
        return [{**facts, "host": address}]

    connected: list[str] = []

    def connect(self: socket.socket, address: Any) -> None:
        connected.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(aiohttp.ThreadedResolver, "resolve", rebinding)
    monkeypatch.setattr("asyncio.selector_events.BaseSelectorEventLoop.sock_connect", _connecting(connect))
    async with fetching(tmp_path, "") as outside:
        codes = []
        for path in ("a", "b"):
            with pytest.raises(FetchRefused) as told:
                async with outside.open(Wanted(f"http://x.example:8080/{path}")):
                    pass
            codes.append(told.value.code)
            await outside._egress.close()  # what the name said is forgotten
    assert codes == ["not_reached", "address_inside"]
    assert connected == ["194.68.13.1"]


def _connecting(connect: Callable[[socket.socket, Any], None]) -> Callable[..., Awaitable[None]]:
    async def sock_connect(_: Any, sock: socket.socket, address: Any) -> None:
        connect(sock, address)

    return sock_connect


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("ftp://a.example/", "address_scheme"),
        ("file:///etc/passwd", "address_scheme"),
        ("gopher://a.example/", "address_scheme"),
        ("//a.example/", "address_malformed"),
        ("", "address_malformed"),
        ("http://", "address_malformed"),
        ("http:///a", "address_malformed"),
        ("http://a.example:99999/", "address_malformed"),
        ("http://kim:hemligt@a.example/", "address_credentials"),
        ("http://a.example@127.0.0.1/", "address_credentials"),
        ("http://a.example:22/", "address_port"),
        ("http://a.example:6379/", "address_port"),
        ("http://127.0.0.1/", "address_inside"),
        ("http://127.0.0.1./", "address_inside"),
        ("http://[::1]/", "address_inside"),
        ("http://[::ffff:10.0.0.1]/", "address_inside"),
        ("http://[64:ff9b::a00:1]/", "address_inside"),
        ("http://[fe80::1%25eth0]/", "address_malformed"),
        ("http://169.254.169.254/", "address_inside"),
        ("http://0177.0.0.1/", "address_malformed"),
        ("http://0x7f.0.0.1/", "address_malformed"),
        ("http://0x7f000001/", "address_malformed"),
        ("http://2130706433/", "address_malformed"),
        ("http://127.1/", "address_malformed"),
        ("http://0/", "address_malformed"),
        ("http://a.example/" + "a" * 3000, "address_malformed"),
    ],
)
def test_an_address_is_judged_by_its_spelling(address: str, code: str) -> None:
    with pytest.raises(FetchRefused) as told:
        destination(address, Hosts())
    assert told.value.code == code


def test_a_name_in_swedish_is_written_in_ascii() -> None:
    assert str(destination("http://Björksta.example/å?q=ö#del", Hosts())).startswith(
        "http://xn--bjrksta-b1a.example/%C3%A5"
    )
    with pytest.raises(FetchRefused):
        destination("http://①②⑦.0.0.1/", Hosts())


def test_a_host_inside_is_reached_at_its_port_alone() -> None:
    inside = hosts("10.1.2.3:9000, moln.example")
    assert destination("http://10.1.2.3:9000/", inside)
    assert destination("https://moln.example/", inside)
    for address in ("http://10.1.2.3/", "http://10.1.2.4:9000/", "http://moln.example:9000/"):
        with pytest.raises(FetchRefused):
            destination(address, inside)
    for wrong in ("a b", "http://a.example", "a.example/x", "0x7f.1"):
        with pytest.raises(Invalid, match="SAMVERK_INTERNAL_HOSTS"):
            hosts(wrong)


async def test_a_named_host_never_stands_for_metadata(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def metadata(_: Any, host: str, port: int = 0, family: Any = 0) -> list[dict[str, Any]]:
        facts = {"hostname": host, "port": port, "family": socket.AF_INET, "proto": 6, "flags": 0}
        return [{**facts, "host": "169.254.169.254"}]

    monkeypatch.setattr(aiohttp.ThreadedResolver, "resolve", metadata)
    async with fetching(tmp_path, "moln.example") as outside:
        with pytest.raises(FetchRefused) as told:
            async with outside.open(Wanted("http://moln.example/")):
                pass
    assert told.value.code == "address_inside"
