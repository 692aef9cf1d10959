"""Row-level security on PostgreSQL: the database says again what `core.scope` says. Elsewhere these do nothing.

`app.org` names the organisation and `app.lookup` one value that may be looked up before the organisation is known; both are set
for one transaction at a time.
"""

from collections.abc import Iterable

from alembic import context, op

ORG = "nullif(current_setting('app.org', true), '')::uuid"
GRANTED = (
    f"select g.collection_id from grants g where g.revoked_at is null and {ORG} is not null "  # noqa: S608
    f"and (g.to_org is null or g.to_org = {ORG})"
)


def is_postgres() -> bool:
    """Whether the migration runs on PostgreSQL."""
    return op.get_bind().dialect.name == "postgresql"


def protect(table: str, *, owner: str = "org_id", readable: Iterable[str] = ()) -> None:
    """Let an organisation write its own rows and read those, and the rows for which one of the conditions holds."""
    if not is_postgres():
        return
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(f"create policy own on {table} using ({owner} = {ORG}) with check ({owner} = {ORG})")
    for number, condition in enumerate(readable, start=1):
        op.execute(f"create policy readable_{number} on {table} for select using ({condition})")


def allow(table: str, rights: str = "select, insert, update, delete") -> None:
    """Give the application's role its rights on a table, where it is another role than the owner's."""
    role = context.config.attributes.get("role")
    if is_postgres() and role:
        op.execute(f'grant {rights} on {table} to "{role}"')


def freeze(table: str) -> None:
    """Make a table append-only for everybody, on SQLite by triggers; on PostgreSQL the application's role has no such right."""
    if is_postgres():
        return
    for change in ("update", "delete"):
        name = f"{table}_no_{change}"
        op.execute(f"create trigger {name} before {change} on {table} begin select raise(abort, 'append only'); end")
