"""The client to the outside reaches what it may and nothing else. Nothing here leaves this machine."""

import asyncio
import socket
from collections.abc import AsyncIterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from samverk.core.destinations import may_reach, networks
from samverk.core.egress import Egress, RedirectRefused
from samverk.core.errors import Invalid, ModelFailed
from samverk.core.settings import Settings
from samverk.library import providers
from samverk.library.ports import ChatRequest, Endpoint, Message, TextPart

LOOPBACK = networks("127.0.0.0/8, ::1/128")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",  # metadata of cloud machines
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.251",
        "239.255.255.250",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",  # NAT64 for 127.0.0.1
        "2002:7f00:1::",  # 6to4 for 127.0.0.1
        "2001:0:7f00:1::",  # Teredo
        "::127.0.0.1",  # IPv4-compatible
        "64:ff9b:1::1",  # NAT64 of one's own network
        "fec0::1",  # site-local
        "3fff::1",  # for examples
        "5f00::1",
    ],
)
def test_what_is_not_public_is_refused(address: str) -> None:
    assert not may_reach(ip_address(address), ())


@pytest.mark.parametrize("address", ["194.68.13.1", "2a00:801::1", "::ffff:194.68.13.1", "64:ff9b::c244:d01"])
def test_what_is_public_is_reached(address: str) -> None:
    assert may_reach(ip_address(address), ())


@given(st.ip_addresses(network="10.0.0.0/8"))
def test_a_network_of_the_settings_is_reached_and_no_other(address: Any) -> None:
    assert may_reach(address, networks("10.0.0.0/8"))
    assert not may_reach(address, networks("192.168.0.0/16"))


def test_a_network_that_is_none_is_named() -> None:
    with pytest.raises(Invalid, match=r"10\.0\.0\.1/8"):
        networks("192.168.0.0/16, 10.0.0.1/8")


@pytest.fixture
async def server() -> AsyncIterator[int]:
    async def hello(_: web.Request) -> web.Response:
        return web.Response(text="hej", headers={"Set-Cookie": "a=b"})

    async def away(request: web.Request) -> web.Response:
        raise web.HTTPFound("/hello")

    application = web.Application()

    async def silent(request: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    routes = [web.get("/hello", hello), web.get("/away", away), web.post("/away", away)]
    application.add_routes([*routes, web.post("/v1/chat/completions", silent)])
    runner = web.AppRunner(application, shutdown_timeout=0.01)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield runner.addresses[0][1]
    await runner.cleanup()


@pytest.fixture
async def egress(tmp_path: Path) -> AsyncIterator[Egress]:
    made = Egress(Settings(home=tmp_path))
    yield made
    await made.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_model_on_this_machine_is_reached_and_a_page_is_not(egress: Egress, server: int, host: str) -> None:
    async with egress.session("model").get(f"http://{host}:{server}/hello") as response:
        assert await response.text() == "hej"
    assert not list(egress.session("model").cookie_jar)
    with pytest.raises(aiohttp.ClientConnectorError):
        await egress.session("web").get(f"http://{host}:{server}/hello")


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1", "[::ffff:127.0.0.1]", "0"])
async def test_other_ways_to_write_this_machine_are_no_way_in(egress: Egress, server: int, host: str) -> None:
    with pytest.raises((aiohttp.ClientError, ValueError)):
        await egress.session("web").get(f"http://{host}:{server}/hello")


async def test_a_redirect_is_not_followed(egress: Egress, server: int) -> None:
    with pytest.raises(RedirectRefused):
        await egress.session("model").get(f"http://127.0.0.1:{server}/away")
    with pytest.raises(RedirectRefused):
        await egress.session("model").post(f"http://127.0.0.1:{server}/away", json={})


async def test_a_silent_model_is_waited_for_as_long_as_the_setting_says(server: int, tmp_path: Path) -> None:
    egress = Egress(Settings(home=tmp_path, model_timeout_seconds=0.2))
    model = providers.load("openai_compatible", lambda: egress.session("model"))
    endpoint = Endpoint("openai_compatible", "modell", f"http://127.0.0.1:{server}/v1")
    with pytest.raises(ModelFailed, match="in time"):
        async with asyncio.timeout(10):
            [event async for event in model.chat(endpoint, ChatRequest((Message("user", (TextPart("Hej?"),)),)))]
    await egress.close()


async def test_a_name_with_one_forbidden_address_is_refused(
    egress: Egress, server: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def mixed(*_: Any, **__: Any) -> list[dict[str, Any]]:
        facts = {"hostname": "x.example", "port": server, "family": socket.AF_INET, "proto": 6, "flags": 0}
        return [{**facts, "host": "194.68.13.1"}, {**facts, "host": "127.0.0.1"}]

    monkeypatch.setattr(aiohttp.ThreadedResolver, "resolve", mixed)
    with pytest.raises(aiohttp.ClientConnectorError):
        await egress.session("web").get(f"http://x.example:{server}/hello")
