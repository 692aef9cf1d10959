"""A whole platform for tests: the real rooms and both edges on a real server on loopback, and a model that says what it is told.

Two organisations, Björksta and Granby, each with a collection, two documents, assistants and keys. Runs in a thread with an
event loop of its own, so that tests of every kind can share one.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from starlette.routing import BaseRoute

from samverk import api, web
from samverk.api.rest.router import describe, router
from samverk.app.platform import running
from samverk.assistants.model import AssistantBody, Contact
from samverk.core.levels import Level
from samverk.core.settings import Settings
from samverk.http.application import application
from samverk.http.rooms import Rooms
from samverk.identity.principal import PERMISSIONS, system
from samverk.knowledge.ingest import ingest_paths
from samverk.library.cards import EXTRACTIVE, ModelCard
from samverk.library.fake import FakeProvider, Script
from samverk.library.ports import ChatProvider, Endpoint, Finish
from tests.background import Server, in_thread
from tests.knowledge.support import read_text

T = TypeVar("T")

DOCUMENTS = {
    "parkering.md": (
        "Den som vill ha parkeringstillstånd ansöker skriftligt hos trafikenheten.\n\n"
        "Ett beslut om parkeringstillstånd ska fattas inom fyra veckor från det att ansökan är komplett.\n\n"
        "Ett parkeringstillstånd gäller i högst fem år."
    ),
    "avfall.md": (
        "Hushållsavfall hämtas varannan vecka på jämna veckor.\n\n"
        "Farligt avfall lämnas på återvinningscentralen, som är öppen på tisdagar och lördagar."
    ),
}
QUESTION = "Inom hur lång tid ska ett beslut om parkeringstillstånd fattas?"
SCRIPTS = {
    "slow": Script(tuple(f"ord {n} " for n in range(400)), Finish("stop", 10, 400), pause=0.05),
    "thoughtful": Script(("Klart.",), pause=0.7),
    "chatty": Script(("Hej ", "på ", "dig."), Finish("stop", 7, 3)),
}
KEYS = {
    "all": tuple(PERMISSIONS),
    "chat": ("chat",),
    "read": ("knowledge:read",),
    "write": ("knowledge:read", "knowledge:write"),
}


@dataclass
class Tenant:
    """An organisation with the ids of what it owns, and its keys by what they may do."""

    id: UUID
    slug: str
    keys: dict[str, str]
    key_ids: dict[str, UUID]
    documents: dict[str, UUID]


@dataclass
class Served:
    """A platform that serves, and what a test may reach into."""

    url: str
    rooms: Rooms
    model: FakeProvider
    stand_ins: dict[str, ChatProvider]  # for providers with these names
    a: Tenant
    b: Tenant
    loop: asyncio.AbstractEventLoop = field(repr=False)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something where the platform runs."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)


@contextmanager
def served(home: Path, **settings: Any) -> Iterator[Served]:
    """The platform, up until the end of the block."""
    with in_thread(_served(home, **settings)) as up:
        yield up


@asynccontextmanager
async def _served(home: Path, **settings: Any) -> AsyncIterator[Served]:
    chosen = Settings(home=home, secret_key="k" * 43, question_characters=20_000, **settings)
    model = FakeProvider(SCRIPTS)
    stand_ins: dict[str, ChatProvider] = {"fake": model}
    async with running(chosen, extract=read_text, stand_ins=stand_ins) as platform:
        app = application(platform.rooms, _routes(), web.error_page, api.direct())
        async with Server(app) as server:
            tenants = [await furnish(platform.rooms, home, slug) for slug in ("bjorksta", "granby")]
            url = f"http://127.0.0.1:{server.port}"
            yield Served(url, platform.rooms, model, stand_ins, *tenants, asyncio.get_running_loop())


@cache
def _routes() -> list[BaseRoute]:
    """Both edges: they hold nothing of a platform, and take a second to make."""
    return [*api.routes(), *web.routes()]


@cache
def described() -> dict[str, Any]:
    """What the REST interface says of itself: a second of work, done once."""
    return describe(router())


def fake_model(name: str, approved_for: Level = Level.SENSITIVE) -> tuple[ModelCard, Endpoint]:
    """A card and an endpoint for one of the fake's scripts, whose name is the slug."""
    abilities = frozenset({"abstain"})
    card = ModelCard(slug=name, name=name, vendor="Exempel AB", approved_for=approved_for, abilities=abilities)
    return card, Endpoint("fake", name)


async def furnish(rooms: Rooms, home: Path, slug: str) -> Tenant:
    """A new organisation with all that the tests need."""
    org = await rooms.identity.create_org(slug, f"{slug.capitalize()} kommun")
    await rooms.library.adopt(org.id, EXTRACTIVE, Endpoint("extractive", "extractive"), "tests")
    for name in ("slow", "thoughtful", "chatty", "failing", "failing-midway", "paraphrase"):
        await rooms.library.adopt(org.id, *fake_model(name), "tests")
    await rooms.library.adopt(org.id, *fake_model("open-only", Level.OPEN), "tests")
    folder = home / slug
    folder.mkdir()
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    await rooms.knowledge.create_collection(org.id, "regler", "Regler", Level.OPEN)
    files = [folder / name for name in DOCUMENTS]
    summary = await ingest_paths(rooms.knowledge, org.id, "regler", files)
    assert summary.count("read") == len(DOCUMENTS), summary
    for assistant, body in _assistants().items():
        await rooms.assistants.save(org.id, assistant, body, system(org.id))
    made = {name: await rooms.identity.create_key(slug, name, scopes) for name, scopes in KEYS.items()}
    infos = await rooms.knowledge.documents(system(org.id), "regler")
    return Tenant(
        id=org.id,
        slug=slug,
        keys={name: secret for name, (_, secret) in made.items()},
        key_ids={name: key.id for name, (key, _) in made.items()},
        documents={info.path: info.id for info in infos},
    )


def _assistants() -> dict[str, AssistantBody]:
    contact = Contact(unit="Kontaktcenter", phone="0123-45 67 89")
    sources = {"collections": ("regler",), "contact": contact}
    return {
        "regelhjalpen": AssistantBody(name="Regelhjälpen", description="Svarar om regler.", **sources),
        "omskrivaren": AssistantBody(name="Omskrivaren", models=("paraphrase",), **sources),
        "trasig": AssistantBody(name="Trasig", models=("failing",), **sources),
        "bruten": AssistantBody(name="Bruten", models=("failing-midway",), **sources),
        "langsam": AssistantBody(name="Långsam", models=("slow",), **sources),
        "hemlig": AssistantBody(name="Hemlig", models=("open-only",), level=Level.SECRET, **sources),
        "sluten": AssistantBody(name="Sluten", groups=("socialsekreterare",), **sources),
    }


__all__ = ["DOCUMENTS", "QUESTION", "Served", "Server", "Tenant", "described", "fake_model", "furnish", "served"]
