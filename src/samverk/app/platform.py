"""Wires settings → adapters → rooms, by hand, in one place. Nothing else knows which adapter serves which port."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cache, partial
from types import MappingProxyType

from samverk.answers.ask import Asking
from samverk.answers.conversations import Conversations
from samverk.answers.service import Answers
from samverk.app import schema
from samverk.app.bookkeeping import bookkeeping, exporting_of
from samverk.app.upkeep import upkeep
from samverk.assistants.gallery import Gallery
from samverk.assistants.prompts import Prompts
from samverk.assistants.service import Assistants
from samverk.assistants.workshop import Workshop
from samverk.core import logs
from samverk.core.blobs.folder import FolderBlobs
from samverk.core.database import Database
from samverk.core.egress import Egress
from samverk.core.jobs import Jobs
from samverk.core.jobs.durable import DurableJobs
from samverk.core.journal import Journal
from samverk.core.leases import Leases
from samverk.core.settings import Settings
from samverk.core.vault import Vault
from samverk.gateway.course import Providers
from samverk.gateway.keeping import Keeping
from samverk.gateway.routing import Patience
from samverk.gateway.service import Gateway
from samverk.gateway.terms import Terms
from samverk.http.rooms import Rooms
from samverk.identity.preferences import Preferences
from samverk.identity.service import Identity
from samverk.knowledge import indexes
from samverk.knowledge.attached import Attachments
from samverk.knowledge.keeping import Sources, Toolbox
from samverk.knowledge.ports import Where
from samverk.knowledge.pushing import Pushing
from samverk.knowledge.readings import ExtractFile
from samverk.knowledge.recognition import Recognition
from samverk.knowledge.service import Knowledge
from samverk.ledger.content import Contents
from samverk.ledger.service import Ledger
from samverk.library import discovery, providers
from samverk.library.discovery import Offer
from samverk.library.fetching import fetched
from samverk.library.ports import ChatProvider
from samverk.library.service import Library
from samverk.masking.service import Masking

StandIns = Mapping[str, ChatProvider]
"""Providers by the name of those that they stand in for."""
NOBODY: StandIns = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Platform:
    """A running platform: what the edges reach, and what belongs to the process alone."""

    rooms: Rooms
    ledger: Ledger
    egress: Egress

    async def offers(self) -> list[Offer]:
        """Models in reach that nobody has reviewed yet. Looking uses none of them."""
        return await self.rooms.library.offers()


@asynccontextmanager
async def running(
    settings: Settings, *, work: bool = True, extract: ExtractFile | None = None, stand_ins: StandIns = NOBODY
) -> AsyncIterator[Platform]:
    """The platform of these settings, with its database up to date; closed in the reverse order at the end.

    With `work` it does jobs too, first those that were left unfinished. `extract` stands in for the reading of files, and
    `stand_ins` for the providers with these names.
    """
    logs.configure(settings.log_level)
    async with AsyncExitStack() as closing:
        db, books = await _databases(settings, closing)
        egress = Egress(settings)
        closing.push_async_callback(egress.close)
        leases = Leases(settings.home / "leases")
        identity = Identity(db, settings.session_hours)
        vault = Vault(settings.master_key)
        library = _library(settings, db, vault, egress)
        masking = Masking(db, vault)
        ledger = _ledger(settings, books, closing)
        contents = Contents(books, ledger.writer, db, vault)
        load, patience = _providers(egress, stand_ins), Patience(settings.first_byte_seconds)
        gateway = Gateway(library, ledger, masking, load, Terms(db, ledger), patience, contents)
        jobs = _jobs(settings)
        knowledge = _knowledge(settings, db, jobs, leases, gateway, extract)
        closing.push_async_callback(knowledge.close)
        assistants = Assistants(db)
        attachments = Attachments(db, knowledge)
        answers = Answers(db, assistants, Asking(knowledge, attachments, gateway), leases, settings.question_characters)
        closing.push_async_callback(answers.close)
        conversations = Conversations(db, identity, masking, assistants, answers, knowledge, contents)
        rooms = Rooms(
            settings=settings,
            db=db,
            journal=Journal(db),
            identity=identity,
            preferences=Preferences(db),
            masking=masking,
            library=library,
            ledger=ledger,
            keeping=Keeping(db, contents),
            exporting=exporting_of(settings, books, ledger, contents, egress),
            gateway=gateway,
            knowledge=knowledge,
            sources=Sources(db, knowledge, jobs, leases, vault, _toolbox(settings, egress)),
            pushing=Pushing(db, knowledge),
            attachments=attachments,
            assistants=assistants,
            workshop=Workshop(db, library, knowledge.collections),
            gallery=Gallery(db),
            prompts=Prompts(db),
            answers=answers,
            conversations=conversations,
        )
        if work:
            await knowledge.start()
            await closing.enter_async_context(upkeep(rooms, leases))
            await closing.enter_async_context(bookkeeping(books, ledger, contents, identity, rooms.exporting))
        yield Platform(rooms, ledger, egress)


async def _databases(settings: Settings, closing: AsyncExitStack) -> tuple[Database, Database]:
    """The main database and the ledger's, up to date."""
    db = Database(settings.main_url, settings.sqlite_synchronous)
    closing.push_async_callback(db.close)
    books = Database(settings.ledger_url, settings.sqlite_synchronous)
    closing.push_async_callback(books.close)
    await schema.upgrade(db, books, settings.database_owner_url)
    return db, books


def _ledger(settings: Settings, books: Database, closing: AsyncExitStack) -> Ledger:
    """The ledger, whose thread ends when all that waits has been written."""
    ledger = Ledger(books, settings.sqlite_synchronous)
    closing.push_async_callback(asyncio.to_thread, ledger.close)
    return ledger


def _providers(egress: Egress, stand_ins: StandIns) -> Providers:
    """The providers by name, each loaded when it is first asked for."""
    load = cache(partial(providers.load, session=partial(egress.session, "model")))
    return lambda name: stand_ins.get(name) or load(name)


def _library(settings: Settings, db: Database, vault: Vault, egress: Egress) -> Library:
    """The library, which looks for models at the addresses of the settings and fetches the catalogues that are followed."""
    urls = settings.model_urls.split(",")
    return Library(
        db,
        vault,
        lambda: discovery.found(egress.session("model"), settings.ollama_url, urls),
        partial(fetched, partial(egress.session, "model")),  # a region's catalogue may stand in its own network
    )


def _jobs(settings: Settings) -> DurableJobs:
    """The jobs, in the home of the installation or in its database."""
    return DurableJobs(
        settings.home,
        settings.database_url,
        synchronous=settings.sqlite_synchronous,
        owner_url=settings.database_owner_url,
    )


def _toolbox(settings: Settings, egress: Egress) -> Toolbox:
    """What sources work with."""
    folders = [folder.strip() for folder in settings.source_folders.split(",") if folder.strip()]
    return Toolbox(egress, settings.home / "syncs", folders, settings.upload_megabytes << 20)


def _knowledge(
    settings: Settings, db: Database, jobs: Jobs, leases: Leases, gateway: Gateway, extract: ExtractFile | None
) -> Knowledge:
    """The knowledge room, with its files, and its indexes in the home of the installation."""
    return Knowledge(
        db,
        FolderBlobs(settings.home / "blobs"),
        indexes.opened(
            settings.search_index,
            Where(
                settings.home / "index",
                settings.database_url,
                settings.open_indexes,
                settings.chroma_url,
                settings.chroma_token,
            ),
        ),
        jobs,
        leases,
        extract=extract,
        recognition=Recognition(settings.recognition_languages, settings.recognition_pages),
        workers=settings.ingest_workers,
        largest_bytes=settings.upload_megabytes << 20,
        gateway=gateway,
    )
