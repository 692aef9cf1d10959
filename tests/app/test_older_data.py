"""What was stored by an older version is still there, and means the same, after an upgrade."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from alembic import command
from sqlalchemy import Connection

from samverk.app import schema
from samverk.core.database import Database, Moment
from samverk.core.ids import new_id

OLDER = sa.MetaData()
ORGANISATIONS = sa.Table(
    "organisations",
    OLDER,
    sa.Column("id", sa.Uuid),
    *(sa.Column(name, sa.String) for name in ("slug", "name", "kind")),
    sa.Column("created_at", Moment),
)
CONVERSATIONS = sa.Table(
    "conversations",
    OLDER,
    *(sa.Column(name, sa.Uuid) for name in ("org_id", "id", "assistant_id", "head_id")),
    *(sa.Column(name, sa.String) for name in ("owner", "title", "terms")),
    *(sa.Column(name, Moment) for name in ("created_at", "updated_at")),
)
RUNS = sa.Table(
    "runs",
    OLDER,
    *(sa.Column(name, sa.Uuid) for name in ("org_id", "id", "conversation_id", "replaces", "after_id")),
    *(sa.Column(name, sa.String) for name in ("kind", "owner", "question", "answer", "status", "worker")),
    sa.Column("answered", sa.Boolean),
    sa.Column("created_at", Moment),
)
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def test_the_turns_of_older_conversations_follow_each_other(empty: tuple[str, str]) -> None:
    db, ledger = Database(empty[0]), Database(empty[1])
    org, conversation = new_id(), new_id()
    first, second, again, third = (new_id() for _ in range(4))
    async with db.engine.begin() as connection:
        await connection.run_sync(_first_version)
        await connection.run_sync(
            _store, org, conversation, [(first, None), (second, None), (again, second), (third, None)]
        )
    await schema.upgrade(db, ledger)
    async with db.engine.begin() as connection:
        await _as(connection, db, org)
        after = dict((await connection.execute(sa.select(RUNS.c.id, RUNS.c.after_id))).all())
        head, terms = (await connection.execute(sa.select(CONVERSATIONS.c.head_id, CONVERSATIONS.c.terms))).one()
    assert after == {first: None, second: first, again: first, third: again}
    assert head == third
    assert " avgift " in terms
    assert " barnomsorg " in terms
    await db.close()
    await ledger.close()


def _first_version(connection: Connection) -> None:
    config = schema.config("main", connection)
    config.attributes["role"] = None
    command.upgrade(config, "0001")


async def _as(connection: sa.ext.asyncio.AsyncConnection, db: Database, org: UUID) -> None:
    if not db.is_sqlite:
        await connection.execute(sa.text("select set_config('app.org', :org, true)"), {"org": str(org)})


def _store(connection: Connection, org: UUID, conversation: UUID, runs: list[tuple[UUID, UUID | None]]) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("select set_config('app.org', :org, true)"), {"org": str(org)})
    own = {"org_id": org, "owner": "member:1"}
    connection.execute(
        ORGANISATIONS.insert(),
        {"id": org, "slug": "bjorksta", "name": "Björksta", "kind": "municipality", "created_at": AT},
    )
    talk = {**own, "id": conversation, "assistant_id": new_id(), "title": "Avgift", "created_at": AT, "updated_at": AT}
    connection.execute(CONVERSATIONS.insert(), talk)
    for i, (run, replaces) in enumerate(runs):
        said = {"question": "Vad är avgiften?", "answer": "Avgiften för barnomsorg beslutas av nämnden."}
        state = {"kind": "ask", "status": "done", "worker": "w", "answered": True}
        place = {
            "id": run,
            "conversation_id": conversation,
            "replaces": replaces,
            "created_at": AT + timedelta(minutes=i),
        }
        connection.execute(RUNS.insert(), {**own, **said, **state, **place})
