"""The services that the edges speak with, wired by `samverk.app` and kept as `app.state.rooms`. Knows no wiring."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from samverk.answers.conversations import Conversations
from samverk.answers.service import Answers
from samverk.assistants.gallery import Gallery
from samverk.assistants.prompts import Prompts
from samverk.assistants.service import Assistants
from samverk.assistants.workshop import Workshop
from samverk.core.database import Database
from samverk.core.journal import Journal
from samverk.core.settings import Settings
from samverk.gateway.keeping import Keeping
from samverk.gateway.service import Gateway
from samverk.identity.preferences import Preferences
from samverk.identity.service import Identity
from samverk.knowledge.attached import Attachments
from samverk.knowledge.keeping import Sources
from samverk.knowledge.pushing import Pushing
from samverk.knowledge.service import Knowledge
from samverk.ledger.exporting import Exporting
from samverk.ledger.service import Ledger
from samverk.library.service import Library
from samverk.masking.service import Masking


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the edges reach: one service for each room."""

    settings: Settings
    db: Database
    journal: Journal
    identity: Identity
    preferences: Preferences
    masking: Masking
    library: Library
    ledger: Ledger
    keeping: Keeping
    exporting: Exporting
    gateway: Gateway
    knowledge: Knowledge
    sources: Sources
    pushing: Pushing
    attachments: Attachments
    assistants: Assistants
    workshop: Workshop
    gallery: Gallery
    prompts: Prompts
    answers: Answers
    conversations: Conversations


def rooms_of(connection: HTTPConnection) -> Rooms:
    """The rooms of the application that serves this request."""
    rooms: Rooms = connection.app.state.rooms
    return rooms
