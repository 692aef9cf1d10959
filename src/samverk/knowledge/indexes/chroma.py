"""The search index in Chroma, embedded or with a server: for organisations that have one.

A shelf is a collection in Chroma, with a record for each passage: its text, what a search can be narrowed by, and a vector that
its terms are projected into. Chroma gives the nearest that fit; these are scored exactly, by BM25 with the term statistics of
the shelves searched. The collection `samverk-shelves` says how far each shelf has come and where it lies.

Chroma has no transactions. Records carry the number of the commit that wrote them, and a shelf's own record, written last and
in one step, says which commits count and which records no longer do. What was begun and not finished is cleared away before
the next change.
"""

import json
import math
import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import nlargest
from importlib.util import find_spec
from typing import Any
from uuid import UUID

from samverk.core.errors import Invalid
from samverk.core.ids import new_id
from samverk.core.leases import Leases
from samverk.knowledge import proximity, terms
from samverk.knowledge.indexes import _chroma_terms as chroma_terms
from samverk.knowledge.indexes._chroma_stores import RECORDS_AT_ONCE, Embedded, Filter, Gone, Record, Server, Store
from samverk.knowledge.indexes._chroma_terms import Passage
from samverk.knowledge.indexes._turns import turn
from samverk.knowledge.ports import (
    Hit,
    IndexEntry,
    Shelf,
    ShelfDamaged,
    Standing,
    Wanted,
    Where,
)

CANDIDATES = 200  # of a shelf, that are scored exactly, at least
SCORE_DIGITS = 6
_SHELVES = "samverk-shelves"
_NOWHERE = [0.0]  # the vector of records that are not searched: there must be one
_RULES = "1"  # raised when what is stored changes


@dataclass(frozen=True, slots=True)
class _Held:
    """A shelf as its record tells of it. `lengths` are of all its passages, in terms of each kind; `doomed` no longer count."""

    org: str
    place: str
    rules: str
    sequence: int = 0
    commit: int = 0
    passages: int = 0
    lengths: Mapping[terms.Kind, int] = field(default_factory=dict)
    doomed: frozenset[str] = frozenset()

    @classmethod
    def of(cls, record: Record) -> "_Held":
        """The shelf that a record tells of."""
        facts = dict(record.facts)
        packed = {name: json.loads(facts.pop(name)) for name in ("lengths", "doomed")}
        return cls(**facts, lengths=packed["lengths"], doomed=frozenset(packed["doomed"]))

    def record(self, shelf: Shelf) -> Record:
        """The record that tells of it."""
        facts = {name: getattr(self, name) for name in ("org", "place", "rules", "sequence", "commit", "passages")}
        packed = {"lengths": json.dumps(self.lengths), "doomed": json.dumps(sorted(self.doomed))}
        return Record(shelf.collection.hex, facts | packed, "", _NOWHERE)

    @property
    def counts_id(self) -> str:
        """The record with its term statistics."""
        return f"{self.place}.{self.commit}"

    def shows(self, record: Record) -> bool:
        """Whether a passage's record counts."""
        return record.facts["commit"] <= self.commit and record.id not in self.doomed


class ChromaIndex:
    """The search index in a Chroma. Safe to use from several threads, and with a server from several processes and machines."""

    name = "chroma"

    def __init__(self, store: Store, leases: Leases, open_shelves: int = 32) -> None:
        self._store = store
        self._leases = leases
        self._open_shelves = open_shelves
        self._counts: OrderedDict[str, chroma_terms.Counts] = OrderedDict()
        self._lock = threading.Lock()

    def apply(self, shelf: Shelf, add: Iterable[IndexEntry], remove: Iterable[str], sequence: int) -> None:
        """See `SearchIndex`. Waits for its turn."""
        entries = {entry.id: entry for entry in add}
        with turn(self._leases, shelf):
            held = self._held([shelf.collection]).get(shelf.collection)
            if held is None:
                held = _Held(shelf.org.hex, f"samverk-{new_id().hex}", _rules())
                self._store.make(_SHELVES, {"of": "samverk"})
                self._write(held.record(shelf))
            if held.rules != _rules():
                raise ShelfDamaged(shelf.collection)
            try:
                self._change(shelf, held, entries, list(remove), sequence)
            except Gone as gone:
                raise ShelfDamaged(shelf.collection) from gone

    def standing(self, shelf: Shelf) -> Standing:
        """See `SearchIndex`."""
        held = self._held([shelf.collection]).get(shelf.collection)
        return Standing(held.sequence, bool(held.sequence) and held.rules != _rules()) if held else Standing(0)

    def search(self, wanted: Wanted) -> list[Hit]:
        """See `SearchIndex`."""
        asked = terms.of_query(wanted.text)
        shelves = self._there(wanted.collections)
        while True:
            try:
                return self._found(wanted, asked, shelves)
            except Gone as gone:
                before, shelves = shelves, self._there(wanted.collections)
                if shelves == before:  # nobody has put another in its place
                    lost = next((one for one, held in shelves.items() if held.place == gone.name), None)
                    raise ShelfDamaged(lost) from gone

    def replace(self, shelf: Shelf, made: Shelf) -> None:
        """See `SearchIndex`. Raises ShelfDamaged when there is nothing to put there."""
        with turn(self._leases, shelf), turn(self._leases, made):
            new = self._there([made.collection])[made.collection]
            old = self._held([shelf.collection]).get(shelf.collection)
            # In one step, so that never two shelves lie in one place.
            self._write(new.record(shelf), _Held(new.org, "", "").record(made))
            self._store.remove(_SHELVES, [made.collection.hex, *([old.counts_id] if old else [])])
            if old and old.place:
                self._store.forget(old.place)

    def drop(self, shelf: Shelf) -> None:
        """See `SearchIndex`."""
        with turn(self._leases, shelf):
            if held := self._held([shelf.collection]).get(shelf.collection):
                if held.place:
                    self._store.forget(held.place)
                self._store.remove(_SHELVES, [shelf.collection.hex, held.counts_id])

    # a change

    def _change(
        self, shelf: Shelf, held: _Held, entries: Mapping[str, IndexEntry], remove: Sequence[str], sequence: int
    ) -> None:
        """Write what is new, then say that it counts, then clear away what does not."""
        if not held.commit:
            self._store.make(held.place, {"org": held.org})
        self._store.remove_where(held.place, {"commit": {"$gt": held.commit}})
        self._store.remove(held.place, sorted(held.doomed))
        sums = _Sums(held)
        old: set[str] = set()
        if held.passages:
            for key, values in (("group", remove), ("passage", list(entries))):
                for record in self._store.having(held.place, key, values):
                    if record.id not in old:
                        old.add(record.id)
                        sums.add(Passage.of(record.facts), -1)
        for some in _parts([_clean(entry) for entry in entries.values()]):
            records = [_record(entry, held.commit + 1, sums) for entry in some]
            self._store.put(held.place, records)
        new = replace(
            held,
            sequence=sequence,
            commit=held.commit + 1,
            passages=sums.passages,
            lengths=dict(sums.lengths),
            doomed=frozenset(old),
        )
        counts = self._counts_of(held).changed(sums.changes)
        self._write(Record(new.counts_id, {"counts": counts.packed()}, "", _NOWHERE))
        self._write(new.record(shelf))
        self._store.remove(held.place, sorted(old))
        self._store.remove(_SHELVES, [held.counts_id])
        if old:
            self._write(replace(new, doomed=frozenset()).record(shelf))

    def _write(self, *records: Record) -> None:
        self._store.put(_SHELVES, records)

    # a search

    def _found(self, wanted: Wanted, asked: Sequence[terms.Term], shelves: Mapping[UUID, _Held]) -> list[Hit]:
        passages = sum(held.passages for held in shelves.values())
        if not asked or not passages or wanted.limit < 1:
            return []
        counts = [self._counts_of(held) for held in shelves.values()]
        weighed = terms.weigh(
            asked, lambda term: sum(one[chroma_terms.number(term.kind, term.text)] for one in counts), passages
        )
        lengths = sum((Counter(held.lengths) for held in shelves.values()), Counter[terms.Kind]())
        average = {kind: lengths[kind] / passages for kind in terms.KINDS}
        near, vector = terms.near_words(wanted.text, passages), chroma_terms.of_query(weighed)
        found = [
            (score, record.facts["passage"], collection, passage.order)
            for collection, held in shelves.items()
            for record in self._candidates(collection, held, vector, wanted)
            if (score := chroma_terms.score(passage := Passage.of(record.facts), weighed, average)) > 0
        ]
        hits = [
            Hit(key, round(score + near.gain(order), SCORE_DIGITS), collection)
            for score, key, collection, order in nlargest(max(wanted.limit, proximity.CANDIDATES), found)
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.id))[: wanted.limit]

    def _candidates(self, collection: UUID, held: _Held, vector: list[float], wanted: Wanted) -> list[Record]:
        """The passages of a shelf that may be the best: every one that fits, where they are few. Raises Gone."""
        most, filters = max(CANDIDATES, 2 * wanted.limit), _filters(wanted)
        if held.passages <= most:
            found = self._store.fitting(held.place, _all_of(filters))
        else:
            found = self._store.nearest(held.place, vector, most, _all_of(filters))
        if all(map(held.shows, found)):
            return found
        # A change is under way, whose records must not take the places of others; or it has been made meanwhile.
        if self._held([collection]).get(collection) != held:
            raise Gone(held.place)
        if held.passages > most:
            filters.append({"commit": {"$lte": held.commit}})
            found = self._store.nearest(held.place, vector, most, _all_of(filters))
        return [record for record in found if held.shows(record)]

    def _counts_of(self, held: _Held) -> chroma_terms.Counts:
        """The term statistics of a shelf. Raises Gone when a later commit has taken their place."""
        if not held.commit:
            return chroma_terms.Counts()
        with self._lock:
            known = self._counts.pop(held.counts_id, None)
        if known is None:
            record = self._store.get(_SHELVES, [held.counts_id]).get(held.counts_id)
            if record is None:
                raise Gone(held.place)
            known = chroma_terms.Counts.unpacked(record.facts["counts"])
        with self._lock:
            self._counts[held.counts_id] = known
            while len(self._counts) > self._open_shelves:
                self._counts.popitem(last=False)
        return known

    # what there is

    def _held(self, collections: Sequence[UUID]) -> dict[UUID, _Held]:
        """The shelves of these collections that there are."""
        try:
            found = self._store.get(_SHELVES, [collection.hex for collection in dict.fromkeys(collections)])
        except Gone:
            return {}
        return {UUID(key): _Held.of(record) for key, record in found.items()}

    def _there(self, collections: Sequence[UUID]) -> dict[UUID, _Held]:
        """The shelves of these collections. Raises ShelfDamaged where one is missing, or holds no commit."""
        found = self._held(collections)
        for collection in collections:
            if collection not in found or not found[collection].sequence:
                raise ShelfDamaged(collection)
        return {collection: found[collection] for collection in dict.fromkeys(collections)}


def _opened(where: Where) -> ChromaIndex:
    if where.chroma_url and not where.chroma_url.startswith(("http://", "https://")):
        raise Invalid(
            sv="SAMVERK_CHROMA_URL ska vara en adress som http://chroma.minkommun.example:8000.",
            en="SAMVERK_CHROMA_URL must be an address like http://chroma.minkommun.example:8000.",
        )
    if where.chroma_url:
        store = Store(Server(where.chroma_url, where.chroma_token))
    elif find_spec("chromadb"):
        store = Store(Embedded(where.folder / "chroma"))
    else:
        raise Invalid(
            sv="Sökindexet chroma behöver paketet chromadb eller en server: ange SAMVERK_CHROMA_URL.",
            en="The search index chroma needs the package chromadb or a server: set SAMVERK_CHROMA_URL.",
        )
    return ChromaIndex(store, Leases(where.folder / "leases"), where.open_shelves)


INDEX = _opened


def _rules() -> str:
    """By which rules a shelf is made: its terms and how they are stored."""
    return f"{_RULES}.{terms.VERSION}"


def _clean(entry: IndexEntry) -> IndexEntry:
    """The entry as it can be written in UTF-8."""
    title, text = (one.encode("utf-8", "replace").decode("utf-8") for one in (entry.title, entry.text))
    return replace(entry, title=title, text=text)


def _record(entry: IndexEntry, commit: int, sums: "_Sums") -> Record:
    """A passage's record, added to the sums."""
    passage, vector = chroma_terms.taken(entry.title, entry.text, sums.average())
    sums.add(passage, 1)
    facts: dict[str, Any] = {
        "passage": entry.id,
        "group": entry.group,
        "title": entry.title,
        "type": entry.type,
        "commit": commit,
        **passage.facts(),
    }
    if entry.dated:
        facts["dated"] = math.ceil(entry.dated.timestamp())
    return Record(f"{entry.id}.{commit}", facts, entry.text, vector)


class _Sums:
    """What a change makes of a shelf's sums: the number of its passages, their lengths together, and its term statistics."""

    def __init__(self, held: _Held) -> None:
        self.passages = held.passages
        self.lengths: Counter[terms.Kind] = Counter(held.lengths)
        self.changes: Counter[int] = Counter()

    def add(self, passage: Passage, sign: int) -> None:
        """Count a passage in (1) or out (-1)."""
        self.passages += sign
        for kind, length in passage.lengths.items():
            self.lengths[kind] += sign * length
        for number in passage.counts.numbers():
            self.changes[number] += sign

    def average(self) -> chroma_terms.Average | None:
        """The length of a passage, where there are any."""
        return {kind: length / self.passages for kind, length in self.lengths.items()} if self.passages else None


def _filters(wanted: Wanted) -> list[Filter]:
    """What a passage must fulfil."""
    filters: list[Filter] = []
    if wanted.types:
        filters.append({"type": {"$in": sorted(wanted.types)}})
    if wanted.since:
        filters.append({"dated": {"$gte": math.ceil(wanted.since.timestamp())}})
    if wanted.until:
        filters.append({"dated": {"$lt": math.ceil(wanted.until.timestamp())}})
    return filters


def _all_of(filters: Sequence[Filter]) -> Filter:
    return {"$and": list(filters)} if len(filters) > 1 else next(iter(filters), {})


def _parts(entries: Sequence[IndexEntry]) -> Iterator[Sequence[IndexEntry]]:
    return (entries[at : at + RECORDS_AT_ONCE] for at in range(0, len(entries), RECORDS_AT_ONCE))
