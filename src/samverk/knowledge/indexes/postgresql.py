"""The search index in PostgreSQL: for several machines that share a database and no folder. Needs no extension.

Real BM25 on the same terms as the other indexes. A term of a shelf has its postings in arrays, one for each block of
passages that were added together: ordinal << 8 | impact, the impact being the saturated, length-normalised frequency (0–255)
by the averages of the time. Blocks of a size are merged as they become many. Row-level security lets an organisation read the
shelves of its own and granted collections alone; the organisation is set for one transaction at a time.

A search reads the postings of its rarest terms in full, and those of the others for the best passages that these gave.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from heapq import nlargest
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, create_engine, text
from sqlalchemy.exc import DBAPIError

from samverk.core.database import plainly
from samverk.core.errors import Invalid
from samverk.knowledge import proximity, terms
from samverk.knowledge.ports import (
    Hit,
    IndexEntry,
    Shelf,
    ShelfDamaged,
    ShelfNotWritten,
    Standing,
    Wanted,
    Where,
)

K1 = 1.2  # as in tantivy and Lucene
B = terms.B
FULL_IMPACT = 255  # of a term that fills a passage: K1 + 1 as BM25 counts

POSTINGS_IN_FULL = 30_000  # of the rarest terms of a question: they choose the candidates
POSTINGS_IN_ALL = 250_000  # looked at for a question; the commonest terms beyond say next to nothing
CANDIDATES = 400  # passages that the other terms are looked up for, at least
FETCHED = 100  # of them, whose lengths and near words are looked at, at least

SCORE_DIGITS = 6  # beyond these the order in which the database adds would part equals
MERGED_AT_ONCE = 8  # blocks of a size that become one
SMALLEST_TIER = 500  # passages: blocks up to here count as of one size
MOST_ORDINALS = 1 << 23  # of a shelf, taken-away ones included: what four bytes hold beside the impact
WASTEFUL = 10_000  # ordinals, from where a shelf that is half taken away is made anew

_RULES = (
    "2"  # raised when what is stored changes; with the version of the terms it says by which rules a shelf was made
)

_AS_READER = """
    select set_config('app.org', :org, true), set_config('jit', 'off', true), set_config('enable_nestloop', 'off', true)
"""
_SHELF = "select id, version, sequence, ordinals, live, lengths from index_shelves where collection_id = :collection"
_ADD_PASSAGES = """
    insert into index_passages (shelf, ordinal, id, grp, type, dated, length, norm, words)
    select :shelf, * from unnest(
        cast(:ordinals as integer[]), cast(:ids as text[]), cast(:groups as text[]), cast(:types as text[]),
        cast(:dates as timestamptz[]), cast(:lengths as integer[]), cast(:norms as real[]), cast(:words as bytea[])
    )
"""
_ADD_TERMS = """
    insert into index_terms (shelf, term, block, frequency, postings)
    select :shelf, term, :block, cardinality(postings), postings from arriving
"""
_FREQUENCIES = """
    select term, sum(frequency) from index_terms where shelf = any(:shelves) and term = any(:terms) group by term
"""
# `strong` terms choose the candidates, `weak` ones only add to their scores; {narrowed} is a condition on passages. Joins by
# nested loops are switched off where this runs: the planner cannot know how many passages there are in an array.
_SEARCH = """
    with strong as (
        select t.shelf, a.weight, t.postings from index_terms t
        join unnest(cast(:strong as text[]), cast(:strong_weights as float8[])) a(term, weight) using (term)
        where t.shelf = any(:shelves) and t.term = any(:strong)
    ), candidates as materialized (
        select s.shelf, p >> 8 as ordinal, sum(s.weight * (p & 255)) as score
        from strong s cross join unnest(s.postings) p {narrowed}
        group by 1, 2 order by 3 desc limit :candidates
    ), weak as (
        select t.shelf, a.weight, t.postings from index_terms t
        join unnest(cast(:weak as text[]), cast(:weak_weights as float8[])) a(term, weight) using (term)
        where t.shelf = any(:shelves) and t.term = any(:weak)
    ), every as (
        select shelf, ordinal, score from candidates
        union all
        select w.shelf, c.ordinal, w.weight * (p & 255)
        from weak w cross join unnest(w.postings) p join candidates c on c.shelf = w.shelf and c.ordinal = p >> 8
    )
    select shelf, ordinal, sum(score) from every group by shelf, ordinal
"""
_NARROWED = """
    join index_passages n on n.shelf = s.shelf and n.ordinal = p >> 8 and n.shelf = any(:shelves)
        and (cardinality(cast(:types as text[])) = 0 or n.type = any(:types))
        and (cast(:since as timestamptz) is null or n.dated >= :since)
        and (cast(:until as timestamptz) is null or n.dated < :until)
"""
_PASSAGES = """
    select shelf, ordinal, id, length, norm, words from index_passages where shelf = any(:shelves) and ordinal = any(:ordinals)
"""
_MERGE = """
    with gone as (delete from index_terms where shelf = :shelf and block = any(:blocks) returning *)
    insert into index_terms (shelf, term, block, frequency, postings)
    select shelf, term, cast(:into as integer), sum(frequency), index_concat(postings order by block)
    from gone group by shelf, term
"""


@dataclass(frozen=True, slots=True)
class _Held:
    """A shelf as its row tells of it: how many passages it has had and has, and the lengths of all that it has had."""

    id: int
    version: str
    sequence: int
    ordinals: int
    live: int
    lengths: Mapping[str, int]

    @property
    def standing(self) -> Standing:
        """How far it has come. One that is half taken away is made anew too: its statistics are of what was."""
        wasteful = self.ordinals > WASTEFUL and self.live < self.ordinals / 2
        return Standing(self.sequence, self.version != _rules() or wasteful)


class PostgresIndex:
    """The search index in the platform's database. Safe to use from several threads, processes and machines."""

    name = "postgresql"

    def __init__(self, url: str) -> None:
        self._url = url

    @cached_property
    def _engine(self) -> Any:
        # A pooler between us and the database gives each transaction another connection: nothing is prepared.
        return create_engine(
            self._url, pool_pre_ping=True, hide_parameters=True, connect_args={"prepare_threshold": None}
        )

    def apply(self, shelf: Shelf, add: Iterable[IndexEntry], remove: Iterable[str], sequence: int) -> None:
        """See `SearchIndex`. One transaction, in which nobody else writes to the shelf."""
        with self._writing(shelf.org) as connection:
            held = _locked(connection, shelf)
            if held.version != _rules() or held.ordinals > MOST_ORDINALS // 2:
                raise ShelfDamaged(shelf.collection)
            block = _Block(held)
            for entry in add:
                block.add(entry)
            gone = _take_away(connection, held.id, list(remove), list(block.entries))
            block.store(connection)
            _merge(connection, held.id)
            connection.execute(
                text(
                    "update index_shelves set sequence = :sequence, ordinals = :ordinals, live = :live, lengths = :lengths"
                    " where id = :id"
                ),
                {
                    "id": held.id,
                    "sequence": sequence,
                    "ordinals": held.ordinals + len(block.entries),
                    "live": held.live - gone + len(block.entries),
                    "lengths": [block.lengths[kind] for kind in terms.KINDS],
                },
            )

    def standing(self, shelf: Shelf) -> Standing:
        """See `SearchIndex`."""
        with self._transaction(shelf.org) as connection:
            held = _held(connection, shelf.collection)
        return held.standing if held else Standing(0)

    def search(self, wanted: Wanted) -> list[Hit]:
        """See `SearchIndex`."""
        asked = terms.of_query(wanted.text)
        with self._transaction(wanted.org) as connection:
            shelves = {}
            for collection in dict.fromkeys(wanted.collections):
                if (held := _held(connection, collection)) is None:
                    raise ShelfDamaged(collection)
                shelves[held.id] = (collection, held)
            passages = sum(held.ordinals for _, held in shelves.values())
            if not asked or not passages or wanted.limit < 1:
                return []
            counts = _frequencies(connection, list(shelves), asked)
            weighed = terms.weigh(asked, lambda term: counts.get(_key(term.kind, term.text), 0), passages)
            scores = _scores(connection, list(shelves), weighed, counts, wanted)
            ordinals = list({ordinal for _, ordinal in scores})
            rows = connection.execute(text(_PASSAGES), {"shelves": list(shelves), "ordinals": ordinals}).all()
        average = sum(held.lengths["stem"] for _, held in shelves.values()) / passages
        found = []
        for row in rows:
            if score := scores.get((row.shelf, row.ordinal)):
                score *= row.norm / terms.damping(row.length, average)
                found.append((round(score, SCORE_DIGITS), row))
        near = terms.near_words(wanted.text, passages)
        best = nlargest(max(wanted.limit, proximity.CANDIDATES), found, key=lambda one: (one[0], one[1].id))
        hits = [Hit(row.id, score + near.gain(row.words or b""), shelves[row.shelf][0]) for score, row in best]
        return sorted(hits, key=lambda hit: (-hit.score, hit.id))[: wanted.limit]

    def replace(self, shelf: Shelf, made: Shelf) -> None:
        """See `SearchIndex`. Raises ShelfDamaged when there is nothing to put there."""
        with self._writing(shelf.org) as connection:
            if _held(connection, made.collection) is None:
                raise ShelfDamaged(made.collection)
            _forget(connection, shelf)
            connection.execute(
                text("update index_shelves set collection_id = :new where org_id = :org and collection_id = :old"),
                {"org": shelf.org, "new": shelf.collection, "old": made.collection},
            )

    def drop(self, shelf: Shelf) -> None:
        """See `SearchIndex`."""
        with self._writing(shelf.org) as connection:
            _forget(connection, shelf)

    @contextmanager
    def _transaction(self, org: UUID) -> Iterator[Connection]:
        """A transaction as an organisation. The compiler is off: it takes longer than these statements."""
        with plainly(), self._engine.begin() as connection:
            connection.execute(text(_AS_READER), {"org": str(org)})
            yield connection

    @contextmanager
    def _writing(self, org: UUID) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                connection.execute(text("select set_config('app.org', :org, true)"), {"org": str(org)})
                yield connection
        except DBAPIError as error:
            raise ShelfNotWritten from error


def _opened(where: Where) -> PostgresIndex:
    if not where.database_url.startswith("postgresql"):
        raise Invalid(
            sv="Sökindexet postgresql behöver en PostgreSQL-databas: ange SAMVERK_DATABASE_URL.",
            en="The search index postgresql needs a PostgreSQL database: set SAMVERK_DATABASE_URL.",
        )
    return PostgresIndex(where.database_url)


INDEX = _opened


class _Block:
    """Passages that are added together, and their postings by term."""

    def __init__(self, held: _Held) -> None:
        self._held = held
        self.entries: dict[str, IndexEntry] = {}
        self.lengths = dict(held.lengths)
        self._counts: dict[str, dict[terms.Kind, Counter[str]]] = {}
        self._words: dict[str, bytes] = {}

    def add(self, entry: IndexEntry) -> None:
        """Take up a passage; it takes the place of one with its id."""
        made = terms.of_text(entry.title, entry.text)
        counts = {kind: Counter(one.split()) for kind, one in made.kinds.items()}
        self.entries[entry.id], self._counts[entry.id], self._words[entry.id] = entry, counts, made.order
        for kind, count in counts.items():
            self.lengths[kind] += count.total()

    def store(self, connection: Connection) -> None:
        """Write passages and postings."""
        if not self.entries:
            return
        first, shelf = self._held.ordinals, self._held.id
        passages = first + len(self.entries)
        average = {kind: max(1.0, length / passages) for kind, length in self.lengths.items()}
        postings: defaultdict[str, list[int]] = defaultdict(list)
        rows = []
        for ordinal, (key, counts) in enumerate(self._counts.items(), first):
            entry, length = self.entries[key], counts["stem"].total()
            damping = terms.damping(length, average["stem"])
            rows.append((ordinal, key, entry.group, entry.type, entry.dated, length, damping, self._words[key]))
            place = ordinal << 8
            for kind, count in counts.items():
                norm = K1 * (1 - B + B * count.total() / average[kind])
                impacts = [
                    math.ceil(FULL_IMPACT * times / (times + norm))
                    for times in range(max(count.values(), default=0) + 1)
                ]
                for term, times in count.items():
                    postings[kind[0] + term].append(place | impacts[times])
        facts = {"shelf": shelf, "block": first}
        columns = ("ordinals", "ids", "groups", "types", "dates", "lengths", "norms", "words")
        connection.execute(
            text(_ADD_PASSAGES), facts | dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True))
        )
        # A table with row-level security is not copied into: the rows go by way of a table of this transaction.
        connection.execute(text("create temporary table arriving (term text, postings integer[]) on commit drop"))
        cursor: Any = connection.connection.cursor()
        with cursor.copy("copy arriving from stdin") as copy:
            copy.write("".join(f"{term}\t{{{','.join(map(str, found))}}}\n" for term, found in postings.items()))
        connection.execute(text(_ADD_TERMS), facts)
        connection.execute(
            text("insert into index_blocks (shelf, block, passages) values (:shelf, :block, :passages)"),
            {"shelf": shelf, "block": first, "passages": len(rows)},
        )


def _rules() -> str:
    """By which rules a shelf is made."""
    return f"{_RULES}.{terms.VERSION}"


def _key(kind: terms.Kind, term: str) -> str:
    return kind[0] + term


def _held(connection: Connection, collection: UUID, *, lock: bool = False) -> _Held | None:
    row = connection.execute(text(_SHELF + (" for update" if lock else "")), {"collection": collection}).first()
    if row is None:
        return None
    lengths = dict(zip(terms.KINDS, row.lengths, strict=False))  # by older rules there were more kinds
    return _Held(row.id, row.version, row.sequence, row.ordinals, row.live, lengths)


def _locked(connection: Connection, shelf: Shelf) -> _Held:
    """The shelf, made where it was missing, held for the transaction."""
    connection.execute(
        text(
            "insert into index_shelves (org_id, collection_id, version, sequence, ordinals, live, lengths)"
            " values (:org, :collection, :version, 0, 0, 0, :lengths) on conflict do nothing"
        ),
        {"org": shelf.org, "collection": shelf.collection, "version": _rules(), "lengths": [0] * len(terms.KINDS)},
    )
    held = _held(connection, shelf.collection, lock=True)
    if held is None:  # it is another organisation's
        raise ShelfNotWritten
    return held


def _take_away(connection: Connection, shelf: int, groups: Sequence[str], ids: Sequence[str]) -> int:
    """Delete passages; their postings stay until the shelf is made anew, and lead nowhere."""
    result = connection.execute(
        text("delete from index_passages where shelf = :shelf and (grp = any(:groups) or id = any(:ids))"),
        {"shelf": shelf, "groups": list(groups), "ids": list(ids)},
    )
    return result.rowcount


def _merge(connection: Connection, shelf: int) -> None:
    """Make one block of those of a size, the smallest first, where there are many."""
    while True:
        rows = connection.execute(
            text("select block, passages from index_blocks where shelf = :shelf order by block"), {"shelf": shelf}
        ).all()
        tiers: defaultdict[int, list[Row[Any]]] = defaultdict(list)
        for row in rows:
            tiers[_tier(row.passages)].append(row)
        many = [same for _, same in sorted(tiers.items()) if len(same) >= MERGED_AT_ONCE]
        if not many:
            return
        blocks = [row.block for row in many[0]]
        facts = {"shelf": shelf, "blocks": blocks, "into": blocks[0]}
        connection.execute(text(_MERGE), facts)
        connection.execute(text("delete from index_blocks where shelf = :shelf and block = any(:blocks)"), facts)
        connection.execute(
            text("insert into index_blocks (shelf, block, passages) values (:shelf, :into, :passages)"),
            facts | {"passages": sum(row.passages for row in many[0])},
        )


def _tier(passages: int) -> int:
    return max(0, math.floor(math.log(max(1, passages) / SMALLEST_TIER, MERGED_AT_ONCE)) + 1)


def _forget(connection: Connection, shelf: Shelf) -> None:
    connection.execute(
        text("delete from index_shelves where org_id = :org and collection_id = :collection"), shelf._asdict()
    )


def _frequencies(connection: Connection, shelves: Sequence[int], asked: Sequence[terms.Term]) -> dict[str, int]:
    """How many passages of these shelves hold each term."""
    facts = {"shelves": list(shelves), "terms": sorted({_key(term.kind, term.text) for term in asked})}
    return {row[0]: int(row[1]) for row in connection.execute(text(_FREQUENCIES), facts)}


def _scores(
    connection: Connection,
    shelves: Sequence[int],
    weighed: Sequence[terms.Term],
    counts: Mapping[str, int],
    wanted: Wanted,
) -> dict[tuple[int, int], float]:
    """The scores, as BM25 has them, of the best passages by (shelf, ordinal), those that have been taken away among them."""
    strong, weak = _parted(weighed, counts)
    facts = {
        "shelves": list(shelves),
        "strong": list(strong),
        "strong_weights": list(strong.values()),
        "weak": list(weak),
        "weak_weights": list(weak.values()),
        "candidates": max(CANDIDATES, 4 * wanted.limit),
        "types": sorted(wanted.types),
        "since": wanted.since,
        "until": wanted.until,
    }
    query = text(_SEARCH.format(narrowed=_NARROWED if wanted.is_narrowed else ""))
    needed = {name: facts[name] for name in query.compile().params}
    best = nlargest(max(FETCHED, 2 * wanted.limit), connection.execute(query, needed), key=lambda row: row[2])
    return {(row[0], row[1]): row[2] * (K1 + 1) / FULL_IMPACT for row in best}


def _parted(weighed: Sequence[terms.Term], counts: Mapping[str, int]) -> tuple[dict[str, float], dict[str, float]]:
    """The weights of the terms that choose the candidates, and of those that only add; the strongest choose."""
    weights: defaultdict[str, float] = defaultdict(float)
    for term in weighed:
        weights[_key(term.kind, term.text)] += term.weight
    strong: dict[str, float] = {}
    weak: dict[str, float] = {}
    seen = 0
    for key, weight in weights.items():
        seen += counts[key]
        if not strong or seen <= POSTINGS_IN_FULL:
            strong[key] = weight
        elif seen <= POSTINGS_IN_ALL:
            weak[key] = weight
    return strong, weak
