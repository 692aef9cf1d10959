"""Queries of the room: runs with their events, conversations, traces and feedback."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.answers.branches import Node, Tree
from samverk.answers.conclusion import Outcome
from samverk.answers.model import Answer, Citation, RunEvent
from samverk.answers.tables import CitationRow, Conversation, Feedback, Run, TraceRow
from samverk.answers.tables import RunEvent as RunEventRow
from samverk.core.errors import NotFound
from samverk.core.ids import new_id, now
from samverk.core.levels import Level
from samverk.core.swedish import stems
from samverk.identity.principal import Principal


def with_terms(terms: str, text: str) -> str:
    """The stems of a conversation, between blanks, with those of a text."""
    return " ".join(["", *sorted({*terms.split(), *stems(text)}), ""])


async def conversation(session: AsyncSession, principal: Principal, conversation_id: UUID) -> Conversation:
    """The principal's own conversation. Raises NotFound."""
    row = await session.get(Conversation, (principal.org_id, conversation_id))
    if row is None or row.owner != principal.owner or row.deleted_at:
        raise NotFound("conversation")
    return row


async def run(session: AsyncSession, principal: Principal, run_id: UUID) -> Run:
    """The principal's own run. Raises NotFound, also for one in a conversation that is deleted."""
    row = await session.get(Run, (principal.org_id, run_id))
    if row is None or row.owner != principal.owner:
        raise NotFound("answer")
    if row.conversation_id is not None:
        talk = await session.get(Conversation, (principal.org_id, row.conversation_id))
        if talk is None or talk.deleted_at:
            raise NotFound("answer")
    return row


async def tree(session: AsyncSession, conversation_id: UUID) -> Tree:
    """The runs of a conversation, as they follow each other."""
    query = select(Run.id, Run.after_id, Run.created_at).where(Run.conversation_id == conversation_id)
    return Tree(Node(*row) for row in await session.execute(query))


async def runs(session: AsyncSession, ids: Sequence[UUID]) -> list[Run]:
    """These runs, in this order."""
    found = {row.id: row for row in await session.scalars(select(Run).where(Run.id.in_(ids)))}
    return [found[id] for id in ids if id in found]


async def events_after(session: AsyncSession, run_id: UUID, after: int) -> list[RunEvent]:
    """The stored events of a run with a higher number than `after`."""
    query = select(RunEventRow).where(RunEventRow.run_id == run_id, RunEventRow.seq > after).order_by(RunEventRow.seq)
    return [RunEvent(row.seq, row.kind, row.body, row.at) for row in await session.scalars(query)]  # type: ignore[arg-type]


async def save_events(session: AsyncSession, org_id: UUID, run_id: UUID, events: Sequence[RunEvent]) -> None:
    """Store events."""
    if events:
        own = {"org_id": org_id, "run_id": run_id}
        rows = [{**own, "seq": e.seq, "kind": e.kind, "body": e.body, "at": e.at} for e in events]
        await session.execute(insert(RunEventRow), rows)


async def finish(session: AsyncSession, run_id: UUID, status: str, text: str) -> None:
    """Say how a run ended; what it said can be found in its conversation from now on."""
    values = {"status": status, "answer": text, "finished_at": now()}
    await session.execute(update(Run).where(Run.id == run_id).values(**values))
    belongs = select(Run.conversation_id).where(Run.id == run_id).scalar_subquery()
    talk = await session.scalar(select(Conversation).where(Conversation.id == belongs).with_for_update())
    if talk is not None:
        talk.terms = with_terms(talk.terms, text)


async def save_outcome(session: AsyncSession, org_id: UUID, run_id: UUID, outcome: Outcome) -> None:
    """Store an answer with its citations and its trace, together."""
    await finish(session, run_id, "done", outcome.text)
    await session.execute(update(Run).where(Run.id == run_id).values(answered=outcome.answered))
    own = {"org_id": org_id, "run_id": run_id}
    citations = [
        {**own, "ordinal": ordinal, "n": citation.n, "passage_id": citation.passage, "body": citation.body()}
        for ordinal, citation in enumerate(outcome.citations, start=1)
    ]
    if citations:
        await session.execute(insert(CitationRow), citations)
    await session.execute(insert(TraceRow), [{**own, "body": outcome.trace}])


async def citations_of(session: AsyncSession, run_ids: Sequence[UUID]) -> dict[UUID, list[Citation]]:
    """The citations of each run, in order."""
    query = select(CitationRow).where(CitationRow.run_id.in_(run_ids)).order_by(CitationRow.run_id, CitationRow.ordinal)
    found: dict[UUID, list[Citation]] = {}
    for row in await session.scalars(query):
        found.setdefault(row.run_id, []).append(Citation.of(row.body))
    return found


async def framing_events(session: AsyncSession, run_ids: Sequence[UUID]) -> dict[UUID, dict[str, dict[str, Any]]]:
    """The bodies of each run's first and last events, by kind: what was asked of whom, and how it ended."""
    kinds = ("started", "done", "failed", "stopped")
    query = select(RunEventRow).where(RunEventRow.run_id.in_(run_ids), RunEventRow.kind.in_(kinds))
    found: dict[UUID, dict[str, dict[str, Any]]] = {}
    for row in await session.scalars(query):
        found.setdefault(row.run_id, {})[row.kind] = row.body
    return found


async def open_answers(session: AsyncSession, run_ids: Sequence[UUID]) -> set[UUID]:
    """Which runs answered out of nothing but what is open to all: what they were asked was read, and held no personal data."""
    done = {run: bodies.get("done", {}) for run, bodies in (await framing_events(session, run_ids)).items()}
    return {
        run for run, body in done.items() if body.get("level") == "open" and (body.get("verdict") or {}).get("scanned")
    }


async def answers(session: AsyncSession, rows: Sequence[Run], assistant: dict[str, str]) -> list[Answer]:
    """The runs as answers. `assistant` stands in for runs that had not begun when their worker ended."""
    ids = [row.id for row in rows]
    citations, framing = await citations_of(session, ids), await framing_events(session, ids)
    return [_answer(row, citations.get(row.id, []), framing.get(row.id, {}), assistant) for row in rows]


def _answer(
    row: Run, citations: list[Citation], framing: dict[str, dict[str, Any]], assistant: dict[str, str]
) -> Answer:
    started, done = framing.get("started", {}), framing.get("done", {})
    return Answer(
        run=row.id,
        conversation=row.conversation_id,
        assistant=started.get("assistant", assistant),
        model=done.get("model") or started.get("model", {}),
        level=done.get("level") or started.get("level", "open"),
        question=row.question,
        text=row.answer,
        answered=row.answered,
        status=row.status,
        citations=tuple(citations),
        nearest=tuple(done.get("nearest", ())),
        contact=done.get("contact"),
        confidence=done.get("confidence"),
        ms=done.get("ms", 0),
        tokens_in=done.get("tokens_in"),
        tokens_out=done.get("tokens_out"),
        cost=done.get("cost", 0),
        currency=done.get("currency", ""),
        error=framing.get("failed"),
        why=done.get("why"),
        verdict=done.get("verdict"),
        replaces=row.replaces,
        after=row.after_id,
        marked_level=Level(row.marked_level).slug,
        created_at=row.created_at,
    )


async def trace(session: AsyncSession, org_id: UUID, run_id: UUID) -> dict[str, Any]:
    """The trace of a run. Raises NotFound while there is none."""
    row = await session.get(TraceRow, (org_id, run_id))
    if row is None:
        raise NotFound("answer")
    return row.body


async def put_feedback(session: AsyncSession, principal: Principal, run_id: UUID, values: dict[str, Any]) -> Feedback:
    """Store what the principal thinks of an answer, in place of what it thought before."""
    query = select(Feedback).where(Feedback.run_id == run_id, Feedback.owner == principal.owner)
    row: Feedback | None = await session.scalar(query)
    if row is None:
        row = Feedback(org_id=principal.org_id, id=new_id(), run_id=run_id, owner=principal.owner)
        session.add(row)
    for name, value in values.items():
        setattr(row, name, value)
    return row
