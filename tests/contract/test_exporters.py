"""The suite of the exporters' port: run on the fake and on every exporter that is discovered.

Exporters that speak to a receiver get one on this machine, which keeps what it is sent and answers as it is told.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from samverk.core.ids import new_id
from samverk.core.settings import Settings
from samverk.ledger import exporters
from samverk.ledger.content import Content
from samverk.ledger.exporters.memory import MemoryExporter
from samverk.ledger.ports import Exporter, ExportFailed, Record

AT = datetime(2026, 11, 22, 8, 30, 0, 250_000, tzinfo=UTC)
ANSWERED = Record(
    new_id(),
    new_id(),
    AT,
    AT + timedelta(milliseconds=1_500),
    {
        "purpose": "assistant:fraga",
        "models": ["gemma", "mistral"],
        "model": "gemma",
        "action": "allow",
        "level": "internal",
    },
    {
        "outcome": "stop",
        "failure": None,
        "tokens_in": 120,
        "tokens_out": 45,
        "cost": 1_250,
        "currency": "SEK",
        "ms": 1_500,
    },
)
FAILED = replace(ANSWERED, call_id=new_id(), closed={"outcome": "failed", "failure": "model_failed", "ms": 20})
SECRET = "Får Björn Ek bistånd?"
WITH_CONTENT = replace(ANSWERED, call_id=new_id(), content=Content(SECRET, "Ja.", AT, "0" * 64))


@dataclass
class Receiver:
    """What stands at the other end."""

    url: str = ""
    status: int = 200
    said: bytes = b"{}"
    got: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.got.append((dict(request.headers), orjson.loads(await request.read())))
        return web.Response(status=self.status, body=self.said, content_type="application/json")


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/in", receiver.take)
    async with TestServer(app) as server:
        receiver.url = str(server.make_url("/in"))
        yield receiver


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def settings_for(url: str) -> Settings:
    headers = "Authorization=Bearer a-key,X-Team=samverk"
    return Settings(otlp_url=url, otlp_headers=headers, helicone_url=url, helicone_key="a-key")


@pytest.fixture(params=["memory", *exporters.names()])
def exporter(request: pytest.FixtureRequest, receiver: Receiver, session: aiohttp.ClientSession) -> Exporter:
    if request.param == "memory":
        return MemoryExporter()
    made = {one.name: one for one in exporters.load(settings_for(receiver.url), lambda: session)}
    return made[request.param]


def refuse(exporter: Exporter, receiver: Receiver, *, lasting: bool) -> None:
    if isinstance(exporter, MemoryExporter):
        exporter.down, exporter.refuses = not lasting, frozenset({"gemma"} if lasting else ())
    receiver.status = 400 if lasting else 503


async def test_records_arrive(exporter: Exporter, receiver: Receiver) -> None:
    await exporter.send([ANSWERED, FAILED])
    sent = str(getattr(exporter, "records", receiver.got))
    for call in (ANSWERED, FAILED):
        assert call.call_id.hex in sent or str(call.call_id) in sent
    for headers, _ in receiver.got:
        assert headers["Authorization"] == "Bearer a-key"


@pytest.mark.parametrize("lasting", [False, True])
async def test_a_failure_is_told_and_whether_it_lasts(exporter: Exporter, receiver: Receiver, lasting: bool) -> None:
    refuse(exporter, receiver, lasting=lasting)
    with pytest.raises(ExportFailed) as failed:
        await exporter.send([ANSWERED])
    assert failed.value.lasting is lasting
    assert "a-key" not in str(failed.value)


async def test_a_receiver_that_is_gone_is_told(session: aiohttp.ClientSession) -> None:
    for exporter in exporters.load(settings_for("http://127.0.0.1:9/in"), lambda: session):
        with pytest.raises(ExportFailed) as failed:
            await exporter.send([ANSWERED])
        assert not failed.value.lasting


@pytest.mark.parametrize("status", [401, 404, 408, 429])
async def test_what_somebody_can_put_right_is_tried_again(
    session: aiohttp.ClientSession, receiver: Receiver, status: int
) -> None:
    receiver.status = status
    for exporter in exporters.load(settings_for(receiver.url), lambda: session):
        with pytest.raises(ExportFailed) as failed:
            await exporter.send([ANSWERED])
        assert not failed.value.lasting


async def test_an_answer_that_is_no_json_is_no_failure(session: aiohttp.ClientSession, receiver: Receiver) -> None:
    receiver.said = b"<html>ok</html>"
    for exporter in exporters.load(settings_for(receiver.url), lambda: session):
        await exporter.send([ANSWERED])


async def test_content_is_told_only_where_the_record_has_it(exporter: Exporter, receiver: Receiver) -> None:
    await exporter.send([ANSWERED])
    told = orjson.dumps([body for _, body in receiver.got]).decode()
    assert SECRET not in told
    if not isinstance(exporter, MemoryExporter):
        await exporter.send([WITH_CONTENT])
        told = orjson.dumps([body for _, body in receiver.got]).decode()
        assert "Björn Ek" in told


def test_without_a_receiver_nothing_is_exported() -> None:
    def nowhere() -> aiohttp.ClientSession:
        raise AssertionError("nothing is sent")

    assert exporters.load(Settings(), nowhere) == []


# each in the receiver's own words


async def test_otlp_tells_a_span_by_the_conventions(session: aiohttp.ClientSession, receiver: Receiver) -> None:
    [otlp] = exporters.load(Settings(otlp_url=receiver.url), lambda: session)
    await otlp.send([ANSWERED, FAILED])
    [(_, body)] = receiver.got
    [resource] = body["resourceSpans"]
    assert {"key": "service.name", "value": {"stringValue": "samverk"}} in resource["resource"]["attributes"]
    answered, failed = resource["scopeSpans"][0]["spans"]
    assert answered["traceId"] == ANSWERED.call_id.hex
    assert len(answered["spanId"]) == 16
    assert answered["name"] == "chat gemma"
    assert answered["kind"] == 3
    assert int(answered["endTimeUnixNano"]) - int(answered["startTimeUnixNano"]) == 1_500_000_000
    assert answered["startTimeUnixNano"] == "1795336200250000000"
    attributes = {one["key"]: one["value"] for one in answered["attributes"]}
    assert attributes["gen_ai.operation.name"] == {"stringValue": "chat"}
    assert attributes["gen_ai.request.model"] == {"stringValue": "gemma"}
    assert attributes["gen_ai.usage.input_tokens"] == {"intValue": "120"}
    assert attributes["gen_ai.response.finish_reasons"] == {"arrayValue": {"values": [{"stringValue": "stop"}]}}
    assert attributes["gen_ai.agent.name"] == {"stringValue": "fraga"}
    assert "error.type" not in attributes
    assert "status" not in answered
    assert failed["status"] == {"code": 2, "message": "model_failed"}


async def test_helicone_is_told_in_its_format(session: aiohttp.ClientSession, receiver: Receiver) -> None:
    [helicone] = exporters.load(Settings(helicone_url=receiver.url, helicone_key="k"), lambda: session)
    await helicone.send([ANSWERED, FAILED])
    (_, answered), (_, failed) = receiver.got
    assert answered["providerRequest"]["url"] == "custom-model-nopath"
    assert answered["providerRequest"]["json"] == {"model": "gemma"}
    assert all(isinstance(value, str) for value in answered["providerRequest"]["meta"].values())
    assert answered["providerResponse"]["status"] == 200
    assert answered["providerResponse"]["json"]["usage"] == {
        "prompt_tokens": 120,
        "completion_tokens": 45,
        "total_tokens": 165,
    }
    assert answered["timing"] == {
        "startTime": {"seconds": 1_795_336_200, "milliseconds": 250},
        "endTime": {"seconds": 1_795_336_201, "milliseconds": 750},
    }
    assert failed["providerResponse"]["status"] == 502
