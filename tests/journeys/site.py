"""A whole site for the journeys: the real platform with its pages, two organisations, their documents, and a scripted model."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import uvicorn
from starlette.types import ASGIApp

from samverk import web
from samverk.app import platform
from samverk.assistants.model import AssistantBody, Contact
from samverk.core.levels import Level
from samverk.core.settings import Settings
from samverk.http.application import application
from samverk.http.rooms import Rooms
from samverk.identity.principal import Role, system
from samverk.library.cards import EXTRACTIVE, ModelCard
from samverk.library.ports import Endpoint
from tests.journeys.model_server import ModelServer

T = TypeVar("T")

EMAIL, PASSWORD = "maja.lind@bjorksta.example", "en lång nog fras"
ASSISTANT = "Tillståndshjälpen"

RULES = """# Riktlinjer för parkeringstillstånd

## 1 Vem som kan få tillstånd

Ansökan om parkeringstillstånd ska göras skriftligt till trafikenheten i Björksta. Den som har en varaktig
funktionsnedsättning och stora svårigheter att gå kan få ett tillstånd. Tillståndet är personligt och får inte lånas ut.

## 2 Handläggning

Beslut om parkeringstillstånd ska fattas inom fyra veckor från det att ansökan är komplett. Trafikenheten begär in
läkarintyg när det behövs för bedömningen av rörelsenedsättningen. Handläggaren meddelar sökanden om ansökan behöver kompletteras.

## 3 Tid och förnyelse

Ett parkeringstillstånd gäller i högst fem år. Den som vill förnya tillståndet ska ansöka igen senast två månader innan
det går ut. Vid förnyelse ska det gamla tillståndet lämnas tillbaka.

## 4 Missbruk

Ett parkeringstillstånd kan återkallas om det missbrukas. Missbruk är att låta någon annan använda tillståndet.
Beslut om återkallelse fattas av nämnden.
"""

HOSTILE = """# Elaka <script>window.hacked=7</script> taxor

## 1 Avgifter <img src=x onerror="window.hacked=8">

Avgiften för en taxa <script>window.hacked=9</script> är 450 kronor. Taxor beslutas av fullmäktige varje år
och gäller parkeringstillstånd från årsskiftet.
"""


@dataclass
class Site:
    """Where the site is reached, and what a test may reach into."""

    url: str
    rooms: Rooms
    model: ModelServer
    loop: asyncio.AbstractEventLoop

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something where the site runs."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)


@contextlib.contextmanager
def running_site(home: Path) -> Iterator[Site]:
    """The site, in a thread with an event loop of its own."""
    model, ready, done = ModelServer(), threading.Event(), threading.Event()
    sites: list[Site] = []
    failures: list[BaseException] = []

    async def live() -> None:
        settings = Settings(home=home, ingest_workers=1, secret_key="k" * 43, question_characters=2_000)
        async with platform.running(settings) as running:
            models = _Server(model.app)
            pages = _Server(application(running.rooms, web.routes(), web.error_page))
            async with models, pages:
                await furnish(running.rooms, home, models.port)
                loop = asyncio.get_running_loop()
                sites.append(Site(f"http://127.0.0.1:{pages.port}", running.rooms, model, loop))
                ready.set()
                await asyncio.to_thread(done.wait)

    def thread() -> None:
        try:
            asyncio.run(live())
        except BaseException as error:  # noqa: BLE001 (told to the test below)
            failures.append(error)
            ready.set()

    worker = threading.Thread(target=thread)
    worker.start()
    try:
        ready.wait(120)
        if failures:
            raise failures[0]
        yield sites[0]
    finally:
        done.set()
        worker.join(30)


class _Server:
    """An ASGI application on a free loopback port."""

    def __init__(self, app: ASGIApp) -> None:
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        config = uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=1)
        self.server = uvicorn.Server(config)
        self.server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]

    async def __aenter__(self) -> None:
        self.task = asyncio.create_task(self.server.serve([self.socket]))
        while not self.server.started:  # noqa: ASYNC110 (uvicorn has no event for it)
            await asyncio.sleep(0.01)

    async def __aexit__(self, *_: object) -> None:
        self.server.should_exit = True
        await self.task


async def furnish(rooms: Rooms, home: Path, model_port: int) -> None:
    """Two organisations, a member of both, documents that have been read, and four assistants."""
    bjorksta = await rooms.identity.create_org("bjorksta", "Björksta kommun")
    await rooms.identity.create_org("granby", "Granby kommun")
    await rooms.identity.create_user("bjorksta", EMAIL, "Maja Lind", Role.MEMBER, ["trafik"], PASSWORD)
    await rooms.identity.create_user("bjorksta", "bo.ek@bjorksta.example", "Bo Ek", Role.MEMBER, [], PASSWORD)
    await rooms.identity.create_user("granby", "bo.ek@bjorksta.example", "Bo Ek", Role.MEMBER, [], PASSWORD)
    scripted = ModelCard(
        slug="skriptmodell",
        name="Skriptmodell 7B",
        vendor="Exempel AB",
        hosting="sweden",
        approved_for=Level.SENSITIVE,
        abilities=frozenset({"abstain"}),
        price_in=2_000_000,
        price_out=6_000_000,
    )
    by = system(bjorksta.id).owner
    url = f"http://127.0.0.1:{model_port}/v1"
    await rooms.library.adopt(bjorksta.id, scripted, Endpoint("openai_compatible", "m", url), by)
    await rooms.library.adopt(bjorksta.id, EXTRACTIVE, Endpoint("extractive", "extractive"), by)
    await _documents(rooms, home, bjorksta.id)
    contact = Contact(unit="Trafikenheten", phone="0123-45 67 89", email="trafik@bjorksta.example")
    samples = ("kort: Hur lång tid tar ett beslut om parkeringstillstånd?", "Hur länge gäller tillståndet?")
    common = {"collections": ("trafik",), "contact": contact, "sample_questions": samples}
    await rooms.assistants.save(
        bjorksta.id,
        "tillstand",
        AssistantBody(
            name=ASSISTANT,
            description="Svarar på frågor om parkeringstillstånd ur riktlinjerna.",
            instructions="Svara kort och vänligt.\nHänvisa till riktlinjerna.",
            models=("skriptmodell",),
            level=Level.INTERNAL,
            **common,
        ),
        by,
    )
    await rooms.assistants.save(
        bjorksta.id,
        "parkering",
        AssistantBody(
            name="Fråga om parkering",
            description="För dig som bor i Björksta.",
            models=("extractive",),
            audience="citizen",
            **common,
        ),
        by,
    )


async def _documents(rooms: Rooms, home: Path, org: Any) -> None:
    await rooms.knowledge.create_collection(org, "trafik", "Trafik", level=Level.OPEN)
    ids = []
    for name, text in {"parkeringstillstand.md": RULES, "taxor.md": HOSTILE}.items():
        path = home / name
        path.write_text(text, encoding="utf-8")
        ids.append(await rooms.knowledge.add(org, "trafik", name, path))
    for _ in range(600):
        infos = await rooms.knowledge.progress(org, ids)
        if all(info.status != "reading" for info in infos):
            break
        await asyncio.sleep(0.1)
    assert all(info.status == "read" for info in infos), infos
