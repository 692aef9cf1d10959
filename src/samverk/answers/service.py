"""Use cases of the room: ask, follow, stop, read again, say what one thinks. Runs live here; how an answer is made is `ask`'s."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select, tuple_

from samverk.answers import store
from samverk.answers.ask import Asked, Asking
from samverk.answers.conclusion import Outcome
from samverk.answers.live import LiveRun
from samverk.answers.model import (
    FEEDBACK_REASONS,
    LAST_KINDS,
    Answer,
    ConversationInfo,
    ConversationView,
    RunEvent,
    Turn,
)
from samverk.answers.tables import Conversation, Run
from samverk.assistants.model import Assistant
from samverk.assistants.service import Assistants
from samverk.core.database import Database
from samverk.core.errors import Invalid, SamverkError, TooLarge
from samverk.core.ids import new_id, now
from samverk.core.leases import Lease, Leases
from samverk.core.levels import Level
from samverk.core.scope import Scope
from samverk.identity.principal import Principal

SAVE_EVERY_SECONDS = 0.4
LOOK_EVERY_SECONDS = 0.3  # for events that another process writes
COMMENT_CHARACTERS = 2_000

log = structlog.get_logger()


class Interrupted(SamverkError):
    """The process that answered ended before the answer did."""

    code = "interrupted"
    status = 503
    sv = "Svaret avbröts när tjänsten startade om. Ställ frågan igen."
    en = "The answer was cut off when the service restarted. Please ask again."


class Answers:
    """Questions and answers of everybody on this platform."""

    def __init__(
        self, db: Database, assistants: Assistants, asking: Asking, leases: Leases, question_characters: int
    ) -> None:
        self._db = db
        self._assistants = assistants
        self._asking = asking
        self._leases = leases
        self._longest = question_characters
        self._live: dict[UUID, LiveRun] = {}
        self._worker = f"worker-{new_id().hex}"
        self._lease: Lease | None = None

    # asking

    async def start(
        self,
        principal: Principal,
        assistant_slug: str,
        question: str,
        *,
        conversation: UUID | None = None,
        replaces: UUID | None = None,
        marked_level: Level = Level.OPEN,
    ) -> UUID:
        """Begin an answer that belongs to the server: who asked may leave and come back. Returns the run's id.

        Without `conversation` a new one begins. `replaces` is the answer that is asked again. Raises Invalid for an empty
        question, TooLarge for one that is too long, NotFound for what is not this principal's.
        """
        question = self._checked(question)
        assistant = await self._assistants.get(principal, assistant_slug)
        async with self._db.write(Scope(principal.org_id)) as session:
            if replaces is not None:
                conversation = (await store.run(session, principal, replaces)).conversation_id
            if conversation is None:
                talk = await store.open_conversation(session, principal, assistant.id, question)
            else:
                talk = await store.conversation(session, principal, conversation)
            earlier = await store.runs_of(session, talk.id)
            history = tuple(Turn(r.question, r.answer) for r in earlier if r.status == "done" and r.id != replaces)
            talk.updated_at = now()
            run = self._new_run(principal, question, talk.id, replaces)
            session.add(run)
        asked = Asked(run.id, talk.id, principal, assistant_slug, question, history, marked_level)
        self._begin(asked)
        return run.id

    async def ask(
        self,
        principal: Principal,
        assistant_slug: str,
        question: str,
        *,
        history: Sequence[Turn] = (),
        marked_level: Level = Level.OPEN,
    ) -> AsyncGenerator[RunEvent, None]:
        """Answer for a caller who stays on the line: closing the iterator stops the run. Raises as `start` does."""
        question = self._checked(question)
        await self._assistants.get(principal, assistant_slug)
        run = self._new_run(principal, question, None, None)
        async with self._db.write(Scope(principal.org_id)) as session:
            session.add(run)
        live = self._begin(Asked(run.id, None, principal, assistant_slug, question, tuple(history), marked_level))
        try:
            async for event in live.follow():
                yield event
        finally:
            await _cancel(live)

    async def answer(
        self,
        principal: Principal,
        assistant_slug: str,
        question: str,
        on_event: Callable[[RunEvent], None] = lambda event: None,
    ) -> Answer:
        """Ask and wait. Each event is shown to `on_event` as it comes. Raises as `ask` does; a run that fails is returned."""
        last: RunEvent | None = None
        async for event in self.ask(principal, assistant_slug, question):
            on_event(event)
            last = event
        if last is None:
            raise SamverkError
        return await self.run(principal, UUID(last.body["run"]))

    def _checked(self, question: str) -> str:
        question = question.replace("\x00", "").strip()
        if not question:
            raise Invalid(
                sv="Frågan är tom. Skriv något att svara på.", en="The question is empty. Write something to answer."
            )
        if len(question) > self._longest:
            raise TooLarge(limit=f"{self._longest:,}".replace(",", " "))
        return question

    def _new_run(self, principal: Principal, question: str, conversation: UUID | None, replaces: UUID | None) -> Run:
        if self._lease is None:
            self._lease = self._leases.take(self._worker)
        return Run(
            org_id=principal.org_id,
            id=new_id(),
            conversation_id=conversation,
            owner=principal.owner,
            question=question,
            worker=self._worker,
            replaces=replaces,
        )

    def _begin(self, asked: Asked) -> LiveRun:
        live = LiveRun(asked.run)
        self._live[asked.run] = live
        live.task = asyncio.create_task(self._drive(asked, live))
        return live

    async def _drive(self, asked: Asked, live: LiveRun) -> None:
        """Answer, saving events as they come; whatever happens, the run ends with one last event that is stored."""
        saving = asyncio.create_task(self._keep_saving(asked, live))
        outcome: Outcome | None = None
        try:
            outcome = await self._asking.ask(asked, live)
            live_end: tuple[Any, dict[str, Any]] = ("done", _done(asked, outcome))
        except asyncio.CancelledError:
            live_end = ("stopped", {"run": str(asked.run), "text": _text_so_far(live)})
        except SamverkError as error:
            live_end = ("failed", _failed(asked.run, error))
        except Exception:
            log.exception("run_failed", run=str(asked.run))
            live_end = ("failed", _failed(asked.run, SamverkError()))
        saving.cancel()
        await asyncio.gather(saving, return_exceptions=True)
        try:
            await self._save_end(asked, live, live_end, outcome)
        finally:
            live.emit(*live_end)
            self._live.pop(asked.run, None)

    async def _keep_saving(self, asked: Asked, live: LiveRun) -> None:
        """Store new events now and then, so that another process can follow and a crash loses little."""
        while True:
            await asyncio.sleep(SAVE_EVERY_SECONDS)
            fresh = live.events[live.saved :]
            async with self._db.write(Scope(asked.principal.org_id)) as session:
                await store.save_events(session, asked.principal.org_id, asked.run, fresh)
            live.saved += len(fresh)

    async def _save_end(
        self, asked: Asked, live: LiveRun, end: tuple[Any, dict[str, Any]], outcome: Outcome | None
    ) -> None:
        org_id = asked.principal.org_id
        last = RunEvent(len(live.events) + 1, *end, now())
        async with self._db.write(Scope(org_id)) as session:
            stored = await store.last_seq(session, asked.run)
            await store.save_events(session, org_id, asked.run, [*live.events[stored:], last])
            if outcome is not None:
                await store.save_outcome(session, org_id, asked.run, outcome)
            else:
                await store.finish(session, asked.run, end[0], _text_so_far(live))

    # following

    async def events(self, principal: Principal, run_id: UUID, after: int = 0) -> AsyncGenerator[RunEvent, None]:
        """The run's events with a higher number than `after`, then each new one until it ends. Raises NotFound.

        A run of another process is followed through the database; one whose process is gone ends as failed.
        """
        async with self._db.read(Scope(principal.org_id)) as session:
            row = await store.run(session, principal, run_id)
        live = self._live.get(run_id)
        if live is not None:
            async for event in live.follow(after):
                yield event
            return
        while True:
            async with self._db.read(Scope(principal.org_id)) as session:
                found = await store.events_after(session, run_id, after)
            for event in found:
                after = event.seq
                yield event
                if event.kind in LAST_KINDS:
                    return
            if not found and not await self._is_worked_on(principal.org_id, row):
                return
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def _is_worked_on(self, org_id: UUID, row: Run) -> bool:
        """Whether somebody still answers; if its process is gone the run is ended, which the next look will see."""
        lease = self._leases.take(row.worker) if row.worker != self._worker else None
        if lease is None:
            return row.worker != self._worker or row.id in self._live
        lease.release(forget=True)
        async with self._db.write(Scope(org_id)) as session:
            current = await session.get(Run, (org_id, row.id))
            if current is None or current.status != "running":
                return current is not None
            seq = await store.last_seq(session, row.id) + 1
            last = RunEvent(seq, "failed", _failed(row.id, Interrupted()), now())
            await store.save_events(session, org_id, row.id, [last])
            await store.finish(session, row.id, "failed", "")
        return True

    async def stop(self, principal: Principal, run_id: UUID) -> None:
        """Stop a run; what was said so far stays. Stopping one that has ended is no error. Raises NotFound."""
        async with self._db.read(Scope(principal.org_id)) as session:
            await store.run(session, principal, run_id)
        live = self._live.get(run_id)
        if live is not None:
            await _cancel(live)

    # reading again

    async def run(self, principal: Principal, run_id: UUID) -> Answer:
        """One question with what came of it so far. Raises NotFound."""
        async with self._db.read(Scope(principal.org_id)) as session:
            row = await store.run(session, principal, run_id)
            return (await store.answers(session, [row], {}))[0]

    async def trace(self, principal: Principal, run_id: UUID) -> dict[str, Any]:
        """How an answer came about. Raises NotFound, also while the answer is on its way."""
        async with self._db.read(Scope(principal.org_id)) as session:
            await store.run(session, principal, run_id)
            return await store.trace(session, principal.org_id, run_id)

    async def conversations(
        self, principal: Principal, limit: int = 200, after: tuple[datetime, UUID] | None = None
    ) -> list[ConversationInfo]:
        """The principal's conversations, the latest first; with `after` (when it was used, its id) those that follow that one."""
        assistants = await self._names(principal)
        place = tuple_(Conversation.updated_at, Conversation.id)
        query = (
            select(Conversation)
            .where(Conversation.owner == principal.owner, Conversation.deleted_at.is_(None))
            .order_by(Conversation.updated_at.desc(), Conversation.id.desc())
            .limit(limit)
        )
        if after is not None:
            query = query.where(place < after)
        async with self._db.read(Scope(principal.org_id)) as session:
            return [_info(row, assistants) for row in await session.scalars(query)]

    async def conversation(self, principal: Principal, conversation_id: UUID) -> ConversationView:
        """One conversation with its turns. Raises NotFound."""
        assistants = await self._names(principal)
        async with self._db.read(Scope(principal.org_id)) as session:
            row = await store.conversation(session, principal, conversation_id)
            info = _info(row, assistants)
            turns = await store.answers(session, await store.runs_of(session, row.id), info.assistant)
        return ConversationView(info, tuple(turns))

    async def _names(self, principal: Principal) -> dict[UUID, Assistant]:
        return {assistant.id: assistant for assistant in await self._assistants.list(principal)}

    # saying what one thinks

    async def feedback(
        self,
        principal: Principal,
        run_id: UUID,
        good: bool,
        reason: str | None = None,
        comment: str = "",
        consent: bool = False,
    ) -> None:
        """Keep what the principal thinks of an answer; the latest stands. Raises Invalid for an unknown reason, NotFound."""
        if reason is not None and reason not in FEEDBACK_REASONS:
            known = ", ".join(FEEDBACK_REASONS)
            raise Invalid(
                sv=f"Okänt skäl. De som finns är {known}.", en=f"Unknown reason. Those that exist are {known}."
            )
        values = {"good": good, "reason": reason, "comment": comment.strip()[:COMMENT_CHARACTERS], "consent": consent}
        async with self._db.write(Scope(principal.org_id)) as session:
            await store.run(session, principal, run_id)
            await store.put_feedback(session, principal, run_id, values)

    async def close(self) -> None:
        """Stop every run of this process and store how far it came."""
        await asyncio.gather(*(_cancel(live) for live in list(self._live.values())))
        if self._lease is not None:
            self._lease.release(forget=True)
            self._lease = None


async def _cancel(live: LiveRun) -> None:
    if live.task is not None and not live.task.done():
        live.task.cancel()
        await asyncio.gather(live.task, return_exceptions=True)


def _text_so_far(live: LiveRun) -> str:
    return "".join(event.body["text"] for event in live.events if event.kind == "text")


def _info(row: Conversation, assistants: dict[UUID, Assistant]) -> ConversationInfo:
    known = assistants.get(row.assistant_id)
    assistant = {"slug": known.slug, "name": known.name} if known else {"slug": "", "name": ""}
    return ConversationInfo(row.id, row.title, assistant, row.updated_at)


def _failed(run_id: UUID, error: SamverkError) -> dict[str, Any]:
    return {"run": str(run_id), "code": error.code, "sv": error.sv, "en": error.en, "reference": str(run_id)}


def _done(asked: Asked, outcome: Outcome) -> dict[str, Any]:
    shown = ("text", "answered", "why", "confidence", "model", "level", "contact", "ms")
    used = ("tokens_in", "tokens_out", "cost", "currency")
    body = {name: getattr(outcome, name) for name in (*shown, *used)}
    run = str(asked.run)
    return {**body, "run": run, "nearest": outcome.nearest, "citations": len(outcome.citations), "trace": run}
