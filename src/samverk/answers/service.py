"""Use cases of the room: ask, follow, stop, read again, say what one thinks. Runs live here; how an answer is made is `ask`'s."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.answers import store, talk
from samverk.answers.ask import Asked, Asking
from samverk.answers.conclusion import Outcome
from samverk.answers.live import LiveRun, said
from samverk.answers.model import (
    FEEDBACK_REASONS,
    LAST_KINDS,
    Answer,
    ConversationInfo,
    ConversationView,
    EventKind,
    RunEvent,
    Turn,
)
from samverk.answers.tables import Conversation, Run
from samverk.answers.talk import Put
from samverk.assistants.model import Assistant
from samverk.assistants.service import Assistants
from samverk.core.database import Database, completed
from samverk.core.errors import Conflict, Invalid, NotFound, SamverkError, TooLarge
from samverk.core.ids import new_id, now
from samverk.core.leases import Lease, Leases
from samverk.core.levels import Level
from samverk.core.scope import Scope
from samverk.gateway.rules import Verdict
from samverk.identity.principal import Principal

SAVE_EVERY_SECONDS = 0.4
LOOK_EVERY_SECONDS = 0.3  # for events that another process writes
COMMENT_CHARACTERS = 2_000

End = tuple[EventKind, dict[str, Any]]  # a run's last event

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
        run: UUID | None = None,
        conversation: UUID | None = None,
        after: UUID | None = None,
        replaces: UUID | None = None,
        attached: UUID | None = None,
        temporary: bool = False,
        draft: bool = False,
        marked_level: Level = Level.OPEN,
    ) -> UUID:
        """Begin an answer that belongs to the server: who asked may leave and come back. Returns the run's id.

        Where it is put: see `talk.Put`. With `run`, an id for it that the caller has made, a second start is the first.
        `draft` asks the assistant as it may become, which is for its builders. Raises Invalid for an empty question, TooLarge for
        one that is too long, NotFound for what is not this principal's.
        """
        question = self._checked(question)
        assistant = await self._assistants.wanted(principal, assistant_slug, draft)
        if attached is not None:
            await self._asking.reach(principal, attached)
        put = Put(conversation, after, replaces, attached, temporary)
        live = LiveRun(run or new_id())

        async def begin() -> None:
            async with self._storing(live, principal, question, marked_level) as (session, row):
                placed = await talk.place(session, principal, assistant.id, question, put)
                talk.add(session, placed, row)
            self._begin(
                Asked(
                    live.id,
                    placed.row.id,
                    principal,
                    assistant,
                    question,
                    placed.history,
                    marked_level,
                    placed.row.collection_id,
                    placed.row.temporary,
                ),
                live,
            )

        try:
            await completed(begin())
        except Conflict:
            asked = await self._asked(principal, live.id)
            if asked is None:
                raise
            if asked != question:  # a page out of the browser's memory has another question under an old id
                live.id = new_id()
                await completed(begin())
        return live.id

    async def _asked(self, principal: Principal, run_id: UUID) -> str | None:
        """The question of a run that was begun. Raises NotFound for somebody else's."""
        async with self._db.read(Scope(principal.org_id)) as session:
            if await session.get(Run, (principal.org_id, run_id)) is None:
                return None
            return (await store.run(session, principal, run_id)).question

    async def foresee(
        self, principal: Principal, assistant_slug: str, question: str, marked_level: Level = Level.OPEN
    ) -> Verdict:
        """What the policy would say of a question before it is asked. Stores nothing. Raises NotFound."""
        assistant = await self._assistants.get(principal, assistant_slug)
        return await self._asking.foresee(principal, assistant, question, marked_level)

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
        assistant = await self._assistants.get(principal, assistant_slug)
        live = LiveRun(new_id())

        async def begin() -> None:
            async with self._storing(live, principal, question, marked_level) as (session, row):
                session.add(row)
            self._begin(Asked(live.id, None, principal, assistant, question, tuple(history), marked_level), live)

        try:
            await completed(begin())
            async for event in live.follow():
                yield event
        finally:
            await live.stop()

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

    @asynccontextmanager
    async def _storing(
        self, live: LiveRun, principal: Principal, question: str, marked_level: Level
    ) -> AsyncIterator[tuple[AsyncSession, Run]]:
        """A unit of work that stores a new run, which counts as living from before others can see it. Raises Conflict for an
        id that is taken."""
        if self._lease is None:
            self._lease = self._leases.take(self._worker)
        row = Run(
            org_id=principal.org_id,
            id=live.id,
            owner=principal.owner,
            question=question,
            worker=self._worker,
            marked_level=marked_level,
        )
        try:
            async with self._db.write(Scope(principal.org_id)) as session:
                yield session, row
                await session.flush()
                self._live[live.id] = live
        except BaseException:
            if self._live.get(live.id) is live:
                del self._live[live.id]
            raise

    def _begin(self, asked: Asked, live: LiveRun) -> None:
        live.work = asyncio.create_task(self._asking.ask(asked, live))
        live.driver = asyncio.create_task(self._drive(asked, live, live.work))

    async def _drive(self, asked: Asked, live: LiveRun, work: "asyncio.Task[Outcome]") -> None:
        """Store events as they come, so that a crash loses little; whatever happens, the run ends with one last event."""
        try:
            while not (await asyncio.wait([work], timeout=SAVE_EVERY_SECONDS))[0]:
                await self._save_new(asked, live)
            end, outcome = _end(asked, live, work)
            try:
                await self._save_end(asked, live, end, outcome)
            except Exception as error:
                log.exception("run_not_stored", run=str(asked.run))
                end = ("failed", _failed(asked.run, error if isinstance(error, SamverkError) else SamverkError()))
            live.emit(*end)
        finally:
            self._live.pop(asked.run, None)

    async def _save_new(self, asked: Asked, live: LiveRun) -> None:
        """Store the events that are not stored yet. What cannot be stored now will be at the next time or at the end."""
        org_id, new = asked.principal.org_id, live.events[live.stored :]
        if not new:
            return
        try:
            async with self._db.write(Scope(org_id)) as session:
                await store.save_events(session, org_id, asked.run, new)
            live.stored += len(new)
        except SamverkError as error:
            log.warning("events_not_stored", run=str(asked.run), why=error.en)

    async def _save_end(self, asked: Asked, live: LiveRun, end: End, outcome: Outcome | None) -> None:
        org_id = asked.principal.org_id
        last = RunEvent(len(live.events) + 1, *end, now())
        async with self._db.write(Scope(org_id)) as session:
            await store.save_events(session, org_id, asked.run, [*live.events[live.stored :], last])
            if outcome is not None:
                await store.save_outcome(session, org_id, asked.run, outcome)
            else:
                await store.finish(session, asked.run, end[0], live.text)

    # following

    async def events(self, principal: Principal, run_id: UUID, after: int = 0) -> AsyncGenerator[RunEvent, None]:
        """The run's events with a higher number than `after`, then each new one until it ends. Raises NotFound.

        A run of another process is followed through the database; one whose process is gone ends as failed.
        """
        async with self._db.read(Scope(principal.org_id)) as session:
            await store.run(session, principal, run_id)
        live = self._live.get(run_id)
        if live is not None:
            async for event in live.follow(after):
                yield event
            return
        while True:
            async with self._db.read(Scope(principal.org_id)) as session:
                row = await store.run(session, principal, run_id)
                found = await store.events_after(session, run_id, after)
            for event in found:
                after = event.seq
                yield event
                if event.kind in LAST_KINDS:
                    return
            if not found:
                if row.status != "running":
                    return
                await self._end_if_abandoned(row)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def so_far(self, principal: Principal, run_id: UUID, patience: float = 0.0) -> list[RunEvent]:
        """The run's events until now, after at most `patience` seconds of waiting for its first words. Raises NotFound."""
        async with self._db.read(Scope(principal.org_id)) as session:
            await store.run(session, principal, run_id)
        live = self._live.get(run_id)
        if live is not None:
            await live.begun(patience)
            return list(live.events)
        async with self._db.read(Scope(principal.org_id)) as session:
            return await store.events_after(session, run_id, 0)

    async def _end_if_abandoned(self, row: Run) -> None:
        """End a run that nobody works on: its process is gone, or could not store its end."""
        if row.id in self._live:
            return
        if row.worker != self._worker:
            lease = self._leases.take(row.worker)
            if lease is None:
                return
            lease.release(forget=True)
        async with self._db.write(Scope(row.org_id)) as session:
            current = await session.get(Run, (row.org_id, row.id))
            if current is None or current.status != "running":
                return
            events = await store.events_after(session, row.id, 0)
            last = RunEvent(len(events) + 1, "failed", _failed(row.id, Interrupted()), now())
            await store.save_events(session, row.org_id, row.id, [last])
            await store.finish(session, row.id, "failed", said(events))

    async def stop(self, principal: Principal, run_id: UUID) -> None:
        """Stop a run; what was said so far stays. Stopping one that has ended is no error. Raises NotFound."""
        async with self._db.read(Scope(principal.org_id)) as session:
            await store.run(session, principal, run_id)
        live = self._live.get(run_id)
        if live is not None:
            await live.stop()

    # reading again

    async def run(self, principal: Principal, run_id: UUID) -> Answer:
        """One question with what came of it so far. Raises NotFound."""
        async with self._db.read(Scope(principal.org_id)) as session:
            row = await store.run(session, principal, run_id)
            return (await store.answers(session, [row], {}))[0]

    async def conversation_of(self, principal: Principal, run_id: UUID) -> UUID | None:
        """The conversation that a run belongs to; None for one that belongs to none. Raises NotFound."""
        async with self._db.read(Scope(principal.org_id)) as session:
            return (await store.run(session, principal, run_id)).conversation_id

    async def trace(self, principal: Principal, run_id: UUID) -> dict[str, Any]:
        """How an answer came about. Raises NotFound, also while the answer is on its way."""
        async with self._db.read(Scope(principal.org_id)) as session:
            await store.run(session, principal, run_id)
            return await store.trace(session, principal.org_id, run_id)

    async def conversation(
        self, principal: Principal, conversation_id: UUID, branch: UUID | None = None
    ) -> ConversationView:
        """One conversation with the turns of a branch: that through the run `branch`, else that used last. Raises NotFound."""
        async with self._db.read(Scope(principal.org_id)) as session:
            row = await store.conversation(session, principal, conversation_id)
        assistants = await self._assistants.some(principal, [row.assistant_id])
        info = _info(row, assistants)
        async with self._db.read(Scope(principal.org_id)) as session:
            tree = await store.tree(session, row.id)
            if branch is not None and branch not in tree:
                raise NotFound("answer")
            end = tree.end_of(branch) if branch else row.head_id if row.head_id in tree else tree.newest()
            path = await store.runs(session, tree.path_to(end))
            turns = [
                replace(answer, versions=tree.versions(answer.run))
                for answer in await store.answers(session, path, info.assistant)
            ]
        return ConversationView(info, tuple(turns), row.temporary, row.collection_id)

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
        await asyncio.gather(*(live.stop() for live in list(self._live.values())))
        if self._lease is not None:
            self._lease.release(forget=True)
            self._lease = None


def _end(asked: Asked, live: LiveRun, work: "asyncio.Task[Outcome]") -> tuple[End, Outcome | None]:
    """How a run ends whose work is over: done, stopped or failed."""
    if work.cancelled():
        return ("stopped", {"run": str(asked.run), "text": live.text}), None
    error = work.exception()
    if error is None:
        return ("done", _done(asked, work.result())), work.result()
    if not isinstance(error, SamverkError):
        log.error("run_failed", run=str(asked.run), exc_info=error)
        error = SamverkError()
    return ("failed", _failed(asked.run, error)), None


def _info(row: Conversation, assistants: dict[UUID, Assistant]) -> ConversationInfo:
    known = assistants.get(row.assistant_id)
    assistant = {"slug": known.slug, "name": known.name} if known else {"slug": "", "name": ""}
    return ConversationInfo(row.id, row.title, assistant, row.updated_at)


def _failed(run_id: UUID, error: SamverkError) -> dict[str, Any]:
    told = {"run": str(run_id), "code": error.code, "sv": error.sv, "en": error.en, "reference": str(run_id)}
    return {**told, **{name: error.facts[name] for name in ("reasons", "level") if name in error.facts}}


def _done(asked: Asked, outcome: Outcome) -> dict[str, Any]:
    shown = ("text", "answered", "why", "confidence", "model", "level", "contact", "ms")
    used = ("tokens_in", "tokens_out", "cost", "currency")
    body = {name: getattr(outcome, name) for name in (*shown, *used)}
    run = str(asked.run)
    more = {"nearest": outcome.nearest, "citations": len(outcome.citations), "verdict": outcome.trace.get("verdict")}
    return {**body, **more, "run": run, "trace": run}
