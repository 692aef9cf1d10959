"""A gateway on real tables, with fake models behind it, and what tests ask of it."""

from contextlib import aclosing
from typing import Any
from uuid import UUID

from samverk.core.database import Database
from samverk.core.ids import new_id
from samverk.core.levels import Level
from samverk.core.scope import Scope
from samverk.core.vault import Vault
from samverk.gateway.routing import Patience
from samverk.gateway.service import Answering, Call, Gateway
from samverk.gateway.terms import Terms
from samverk.identity.principal import Kind, Principal, system
from samverk.identity.tables import Organisation
from samverk.ledger.service import Ledger
from samverk.library.cards import ModelCard
from samverk.library.fake import FakeProvider
from samverk.library.ports import ChatRequest, Delta, Endpoint, Message, TextPart
from samverk.library.service import Library
from samverk.masking.service import Masking

ORG = new_id()
NUMBER = "19121212-1212"  # of the Tax Agency's test numbers
QUICK = Patience(first_byte=5.0, retries=2, pause=0.001, longest_pause=0.01)


def chat(text: str, **options: Any) -> ChatRequest:
    """A request to chat."""
    return ChatRequest((Message("user", (TextPart(text),)),), options)


def key(name: UUID | None = None, *groups: str) -> Principal:
    """Somebody who calls with a key."""
    return Principal(
        Kind.KEY, ORG, str(name or new_id()), "Nyckeln", groups=frozenset(groups), scopes=frozenset({"chat"})
    )


class Door:
    """A gateway on real tables, with a fake model behind it."""

    def __init__(self, db: Database, books: Database, provider: Any) -> None:
        self.db = db
        self.library = Library(db, Vault("key"))
        self.ledger = Ledger(books)
        self.masking = Masking(db, Vault("key"))
        self.terms = Terms(db, self.ledger)
        self.provider = provider
        load = lambda name: self.provider  # noqa: E731
        self.gateway = Gateway(self.library, self.ledger, self.masking, load, self.terms, QUICK)

    async def adopt(self, model: str, approved_for: Level = Level.OPEN, *, places: int = 1, **more: Any) -> None:
        """Adopt a model whose name is also the script's."""
        given = {"price_in": 3_000_000, "price_out": 9_000_001, **more}
        card = ModelCard(slug=model, name=model, approved_for=approved_for, **given)
        await self.library.adopt(ORG, card, Endpoint("fake", model), "test")
        for _ in range(places - 1):
            await self.library.endpoints.add(
                system(ORG), model, Endpoint("openai_compatible", model, "http://127.0.0.1")
            )

    async def ask(self, request: Any, *models: str, **more: Any) -> Answering[Any]:
        """Open a call. What is not said is marked open, and may be masked."""
        given = {
            "principal": system(ORG),
            "purpose": "test",
            "masking_allowed": True,
            "marked_level": Level.OPEN,
            **more,
        }
        return await self.gateway.call(Call(models=models, request=request, **given))

    async def call(
        self, text: str, *models: str, masking: bool = False, level: Level = Level.OPEN, scope: str = "talk"
    ) -> Answering[Any]:
        """Open a call of an assistant at a level, in a conversation."""
        return await self.ask(chat(text), *models, assistant_level=level, masking_allowed=masking, scope=scope)

    async def said(self, text: str, *models: str, **more: Any) -> str:
        """What a model says to a text."""
        return await read(await self.ask(chat(text), *models, **more))

    async def closed(self) -> dict[str, Any]:
        """The last record that was closed."""
        return [entry.body for entry in await self.ledger.entries(ORG) if entry.event == "closed"][-1]

    async def record(self) -> list[tuple[str, str]]:
        """The events of the ledger, each with its outcome."""
        return [(entry.event, entry.body.get("outcome", "")) for entry in await self.ledger.entries(ORG)]


async def opened_door(databases: tuple[Database, Database], provider: FakeProvider) -> Door:
    """A door for the organisation ORG."""
    async with databases[0].write(Scope.platform()) as session:
        session.add(Organisation(id=ORG, slug="org", name="Org"))
    return Door(*databases, provider)


async def read(answering: Answering[Any]) -> str:
    """What is said in an answer."""
    async with aclosing(answering.events()) as events:
        return "".join([event.text async for event in events if isinstance(event, Delta)])
