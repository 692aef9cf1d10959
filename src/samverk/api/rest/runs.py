"""Questions and answers: a run belongs to the server, so that who asked may leave and come back; its events can be followed."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.responses import StreamingResponse

from samverk.answers.history import Cursor as Place
from samverk.answers.model import Answer, ConversationInfo
from samverk.api.grounds import grounds
from samverk.api.rest.keyed import Caller, KeyedRoute, Reached, needs
from samverk.api.rest.paging import Cursor, Limit, Page, cursor_of, place_of, wrong_cursor
from samverk.api.rest.shapes import LevelName, Reason, Sent, Slug, Text, level_of
from samverk.http.events import event, last_seen, stream, with_heartbeats
from samverk.http.rooms import Rooms
from samverk.identity.principal import Principal

router = APIRouter(tags=["runs"], route_class=KeyedRoute)

_TEXT = {"type": "string"}
_EVENT = {  # of one event; its data is JSON in a text, as the format has it
    "type": "object",
    "required": ["id", "event", "data"],
    "properties": {"id": _TEXT, "event": _TEXT, "data": {**_TEXT, "contentMediaType": "application/json"}},
}

Status = Literal["running", "done", "stopped", "failed"]


class RunIn(Sent):
    """A question. Without `conversation` a new one begins; `replaces` is the run whose question is asked again.

    `level` is what the one who asks says that the question is worth, as information.
    """

    assistant: Slug
    question: Text
    conversation: UUID | None = None
    replaces: UUID | None = None
    level: LevelName = "open"


class FeedbackIn(Sent):
    """What one thinks of an answer. With `consent` it may be used to make the answers better."""

    good: bool
    reason: Literal["wrong", "incomplete", "source", "language", "other"] | None = None
    comment: Annotated[Text, Field(max_length=2000)] = ""
    consent: bool = False


class Named(BaseModel):
    """An assistant by its slug and its name."""

    slug: str
    name: str


class ModelOut(BaseModel):
    """A model as it is always in sight; empty until one was chosen."""

    slug: str = ""
    name: str = ""
    hosting: str = ""


class CitationOut(BaseModel):
    """A cited passage. `n` is the number as cited; `sentence` a half-open range in the answer's text."""

    n: int
    passage: UUID | None
    document: str
    document_id: UUID | None
    heading: list[str]
    page: str | None
    place: dict[str, str]
    quote: str
    verdict: Literal["verified", "supported", "unverified"]
    reasons: list[Reason]
    sentence: tuple[int, int]


class AnswerOut(BaseModel):
    """A question with what came of it so far."""

    id: UUID
    conversation: UUID | None
    assistant: Named | None
    model: ModelOut | None
    question: str
    text: str
    status: Status
    answered: bool
    citations: list[CitationOut]
    nearest: list[CitationOut]
    contact: dict[str, str] | None
    confidence: float | None
    level: LevelName
    trace: UUID
    ms: int
    tokens_in: int | None
    tokens_out: int | None
    cost: int
    currency: str
    error: Reason | None
    replaces: UUID | None
    created_at: datetime | None


class ConversationOut(BaseModel):
    """A conversation in a list."""

    id: UUID
    title: str
    assistant: Named
    updated_at: datetime


class ConversationWhole(ConversationOut):
    """A conversation with its turns, oldest first; of what was asked again or changed, the branch used last."""

    turns: list[AnswerOut]


@router.post("/runs", status_code=201, openapi_extra=needs("chat"))
async def ask(body: RunIn, rooms: Reached, who: Caller) -> AnswerOut:
    """Ask an assistant. The run begins at once and goes on by itself; follow its events, or read it again."""
    run = await rooms.answers.start(
        who,
        body.assistant,
        body.question,
        conversation=body.conversation,
        replaces=body.replaces,
        marked_level=level_of(body.level),
    )
    return _out(await rooms.answers.run(who, run))


@router.get("/runs/{run}", openapi_extra=needs("chat"))
async def run(run: UUID, rooms: Reached, who: Caller) -> AnswerOut:
    """A question with what came of it so far."""
    return _out(await rooms.answers.run(who, run))


@router.get(
    "/runs/{run}/events",
    openapi_extra=needs("chat"),
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Server-sent events, each with its number as id: `started`, `searched`, `text`, `checked`, then one "
            "of `done`, `stopped`, `failed`.",
            "content": {"text/event-stream": {"schema": _EVENT}},
        }
    },
)
async def events(
    run: UUID,
    request: Request,
    rooms: Reached,
    who: Caller,
    after: Annotated[
        int, Query(ge=0, le=10**9, description="The last number seen; `Last-Event-ID` says the same.")
    ] = 0,
) -> Response:
    """The events of a run, those that were and those to come, until it ends."""
    await rooms.answers.run(who, run)
    return stream(with_heartbeats(_told(rooms, who, run, max(after, last_seen(request)))))


async def _told(rooms: Rooms, who: Principal, run: UUID, after: int) -> AsyncIterator[bytes]:
    async with aclosing(rooms.answers.events(who, run, after)) as told:
        async for one in told:
            yield event(one.kind, one.body, one.seq)


@router.post("/runs/{run}/stop", status_code=204, openapi_extra=needs("chat"))
async def stop(run: UUID, rooms: Reached, who: Caller) -> Response:
    """Stop a run; what was said so far stays."""
    await rooms.answers.stop(who, run)
    return Response(status_code=204)


@router.put("/runs/{run}/feedback", status_code=204, tags=["feedback"], openapi_extra=needs("chat"))
async def feedback(run: UUID, body: FeedbackIn, rooms: Reached, who: Caller) -> Response:
    """Say what one thinks of an answer; the latest stands."""
    await rooms.answers.feedback(who, run, body.good, body.reason, body.comment, body.consent)
    return Response(status_code=204)


@router.get("/traces/{run}", tags=["traces"], openapi_extra=needs("chat"))
async def trace(run: UUID, rooms: Reached, who: Caller) -> dict[str, Any]:
    """How an answer came about: assistant, model, level, passages found and left out, checks, time and cost."""
    return dict(await rooms.answers.trace(who, run))


@router.get("/conversations", tags=["conversations"], openapi_extra=needs("chat"))
async def conversations(rooms: Reached, who: Caller, limit: Limit = 50, cursor: Cursor = None) -> Page[ConversationOut]:
    """The key's own conversations, the latest first."""
    after = _place(cursor) if cursor is not None else None
    found = await rooms.conversations.recent(who, limit + 1, after)
    some = found[:limit]
    following = cursor_of(f"{some[-1].updated_at.isoformat()} {some[-1].id}") if len(found) > limit else None
    return Page(data=[ConversationOut(**_listed(info)) for info in some], next_cursor=following)


@router.get("/conversations/{conversation}", tags=["conversations"], openapi_extra=needs("chat"))
async def conversation(conversation: UUID, rooms: Reached, who: Caller) -> ConversationWhole:
    """One conversation with its questions and answers."""
    view = await rooms.answers.conversation(who, conversation)
    return ConversationWhole(**_listed(view.info), turns=[_out(turn) for turn in view.turns])


def _place(cursor: str) -> Place:
    at, _, name = place_of(cursor).rpartition(" ")
    try:
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise wrong_cursor()
        return Place(moment, UUID(name))
    except ValueError as error:
        raise wrong_cursor() from error


def _listed(info: ConversationInfo) -> dict[str, Any]:
    return {"id": info.id, "title": info.title, "assistant": info.assistant, "updated_at": info.updated_at}


def _out(answer: Answer) -> AnswerOut:
    same = ("conversation", "question", "text", "status", "tokens_in", "tokens_out", "error", "replaces", "created_at")
    return AnswerOut(
        id=answer.run,
        assistant=Named(**answer.assistant) if answer.assistant else None,
        model=ModelOut(**answer.model) if answer.model else None,
        **{name: getattr(answer, name) for name in same},
        **grounds(answer),
    )
