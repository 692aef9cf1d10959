"""A whole site for the journeys: the real platform with its pages, two organisations, their documents, and a scripted model."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

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
from tests.background import Server, in_thread
from tests.journeys.model_server import ModelServer

T = TypeVar("T")

EMAIL, PASSWORD = "maja.lind@bjorksta.example", "en lång nog fras"
PEOPLE = {
    Role.MEMBER: (EMAIL, "Maja Lind"),
    Role.BUILDER: ("erik.strom@bjorksta.example", "Erik Ström"),
    Role.STEWARD: ("samira.nasser@bjorksta.example", "Samira Nasser"),
    Role.ADMIN: ("karin.oberg@bjorksta.example", "Karin Öberg"),
}
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


@contextmanager
def running_site(home: Path) -> Iterator[Site]:
    """The site, up until the end of the block."""
    with in_thread(_running_site(home)) as site:
        yield site


@asynccontextmanager
async def _running_site(home: Path) -> AsyncIterator[Site]:
    model = ModelServer()
    files = str(home.parent)  # where tests put theirs
    settings = Settings(
        home=home, ingest_workers=1, secret_key="k" * 43, question_characters=2_000, source_folders=files
    )
    async with platform.running(settings) as running:
        pages = Server(application(running.rooms, web.routes(), web.error_page))
        async with Server(model.app) as models, pages:
            await furnish(running.rooms, home, models.port)
            yield Site(f"http://127.0.0.1:{pages.port}", running.rooms, model, asyncio.get_running_loop())


async def furnish(rooms: Rooms, home: Path, model_port: int) -> None:
    """Two organisations, a member of both, documents that have been read, and four assistants."""
    bjorksta = await rooms.identity.create_org("bjorksta", "Björksta kommun")
    await rooms.identity.create_org("granby", "Granby kommun")
    for role, (email, name) in PEOPLE.items():
        await rooms.identity.create_user("bjorksta", email, name, role, ["trafik"], PASSWORD)
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
    by = system(bjorksta.id)
    url = f"http://127.0.0.1:{model_port}/v1"
    await rooms.library.adopt(bjorksta.id, scripted, Endpoint("openai_compatible", "m", url), by.owner)
    await rooms.library.adopt(bjorksta.id, EXTRACTIVE, Endpoint("extractive", "extractive"), by.owner)
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
