"""The search index in PostgreSQL: shelves, the passages in them, and the postings of their terms. Derived data.

What lies in a shelf is its organisation's: the tables below it name the shelf alone, which keeps their many rows small, and a
policy asks which shelves the organisation may read, or write.
"""

from alembic import op

from samverk.app.migrations import rows

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SHELVED = ("index_blocks", "index_passages", "index_terms")
OWN = f"shelf in (select s.id from index_shelves s where s.org_id = {rows.ORG})"  # noqa: S608
READABLE = "shelf in (select s.id from index_shelves s)"  # its own policies narrow what is in there

TABLES = """
create table index_shelves (
    org_id uuid not null,
    collection_id uuid not null,
    id integer generated always as identity unique,
    version text not null,
    sequence bigint not null,
    ordinals integer not null,
    live integer not null,
    lengths bigint[] not null,
    primary key (org_id, collection_id)
);
create unique index index_shelves_by_collection on index_shelves (collection_id);
create table index_blocks (
    shelf integer not null references index_shelves (id) on delete cascade,
    block integer not null,
    passages integer not null,
    primary key (shelf, block)
);
create table index_passages (
    shelf integer not null references index_shelves (id) on delete cascade,
    ordinal integer not null,
    id text not null,
    grp text not null,
    type text not null,
    dated timestamptz,
    length integer not null,
    norm real not null,
    primary key (shelf, ordinal)
);
create index index_passages_by_id on index_passages (shelf, id);
create index index_passages_by_group on index_passages (shelf, grp);
create table index_terms (
    shelf integer not null references index_shelves (id) on delete cascade,
    term text collate "C" not null,
    block integer not null,
    frequency integer not null,
    postings integer[] not null,
    primary key (shelf, term, block)
);
create aggregate index_concat (integer[]) (sfunc = array_cat, stype = integer[]);
"""


def upgrade() -> None:
    if not rows.is_postgres():
        return
    op.execute(TABLES)
    rows.protect("index_shelves", readable=[f"collection_id in ({rows.GRANTED})"])
    rows.allow("index_shelves")
    for table in SHELVED:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy own on {table} using ({OWN}) with check ({OWN})")
        op.execute(f"create policy readable on {table} for select using ({READABLE})")
        rows.allow(table)


def downgrade() -> None:
    if not rows.is_postgres():
        return
    op.execute("drop aggregate index_concat (integer[])")
    for table in (*SHELVED, "index_shelves"):
        op.drop_table(table)
