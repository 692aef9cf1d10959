"""Where a question is put: in a new conversation, at the end of one, or beside a question that was asked before."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from samverk.answers import store
from samverk.answers.model import Turn
from samverk.answers.prompt import TURNS_REMEMBERED
from samverk.answers.tables import Conversation, Run
from samverk.core.errors import NotFound
from samverk.core.ids import new_id, now
from samverk.identity.principal import Principal

TITLE_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class Put:
    """How a question is put.

    `after` is the run that it follows: without it, the end of the conversation's branch that was used last. `replaces` is the
    run whose question was changed or is asked again; the new one stands beside it, and the old one is kept. `attached` is the
    collection of the files beside the question. Of a new conversation, `temporary` says that it will be erased.
    """

    conversation: UUID | None = None
    after: UUID | None = None
    replaces: UUID | None = None
    attached: UUID | None = None
    temporary: bool = False


@dataclass(frozen=True, slots=True)
class Talk:
    """The conversation that a question belongs to, the run that it follows, and what was said on the way to it."""

    row: Conversation
    after: UUID | None = None
    history: tuple[Turn, ...] = ()


async def place(session: AsyncSession, principal: Principal, assistant_id: UUID, question: str, put: Put) -> Talk:
    """Find the place of a question, or open a conversation that begins with it. Raises NotFound for what is not theirs."""
    after, conversation = put.after, put.conversation
    beside = await store.run(session, principal, put.replaces) if put.replaces else None
    if beside is not None:
        after, conversation = beside.after_id, beside.conversation_id
    elif after is not None:
        conversation = (await store.run(session, principal, after)).conversation_id
    if conversation is None:
        return Talk(await _opened(session, principal, assistant_id, question, put))
    row = await store.conversation(session, principal, conversation)
    if put.conversation not in (None, row.id):
        raise NotFound("answer")
    if beside is None and after is None:
        after = row.head_id
    row.updated_at, row.collection_id = now(), row.collection_id or put.attached
    path = (await store.tree(session, row.id)).path_to(after)
    earlier = [run for run in await store.runs(session, path) if run.status == "done"]
    are_open = await store.open_answers(session, [run.id for run in earlier[-TURNS_REMEMBERED:]])
    return Talk(row, after, tuple(Turn(run.question, run.answer, run.id in are_open) for run in earlier))


async def _opened(
    session: AsyncSession, principal: Principal, assistant_id: UUID, question: str, put: Put
) -> Conversation:
    row = Conversation(
        org_id=principal.org_id,
        id=new_id(),
        owner=principal.owner,
        assistant_id=assistant_id,
        title=title_of(question),
        collection_id=put.attached,
        temporary=put.temporary,
        terms="",
    )
    session.add(row)
    await session.flush()
    return row


def add(session: AsyncSession, talk: Talk, run: Run) -> None:
    """Put a run in its place: it is the end of the branch used last, and its question can be found."""
    run.conversation_id, run.after_id = talk.row.id, talk.after
    talk.row.head_id = run.id
    talk.row.terms = store.with_terms(talk.row.terms, run.question)
    session.add(run)


def title_of(question: str) -> str:
    """A conversation's title: the beginning of its first question, cut between words."""
    line = " ".join(question.split())
    return line if len(line) <= TITLE_CHARACTERS else line[:TITLE_CHARACTERS].rsplit(" ", 1)[0] + " …"
