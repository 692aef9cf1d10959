"""The embedded search index: one tantivy index, a shelf, for each collection, in a folder each under one root.

Several processes may use the same root. Readers see a new commit at their next search; writers take turns by a lease. The
applied sequence is a document of its own in the shelf, so that it is committed together with the change. In a shelf's
folder lie its generations, numbered: the highest one counts, and one that is made anew appears under its number when it is
whole. A shelf that cannot be opened has come to 0; searching or changing it raises ShelfDamaged instead of finding nothing.
"""

import json
import math
import shutil
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import nlargest
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import tantivy

from samverk.core import memory
from samverk.core.errors import SamverkError
from samverk.core.leases import Leases
from samverk.knowledge import terms
from samverk.knowledge.indexes._turns import LEASE_SECONDS, turn
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
from samverk.knowledge.proximity import CANDIDATES, Proximity

OPEN_SHELVES = 32  # readers kept; a hundred cost 190 MB
WRITER_HEAP = 32_000_000  # bytes, of the one thread of a writer; tantivy refuses less than 15 million
MANY = 1_000  # passages of a change, from where what it took of memory is worth giving back
_FIELDS = "3"  # raised when the fields change; with the version of the terms it says by which rules a shelf was made
_MARKER = "applied"


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("group", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("type", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("dated", fast=True)  # seconds since 1970
    for kind in terms.KINDS:
        builder.add_text_field(kind, tokenizer_name="terms", index_option="freq")
    builder.add_bytes_field("order", stored=True)
    builder.add_unsigned_field("length", fast=True)
    builder.add_text_field("marker", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("version", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("sequence", stored=True)
    return builder.build()


_SCHEMA = _schema()
_ANALYZER = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()


class _raising:  # noqa: N801 - reads as the verb that it is, like contextlib's own
    """Turns what tantivy raises, panics of its threads included, into an error of this class, made of these facts."""

    __slots__ = ("_error", "_facts")

    def __init__(self, error: type[SamverkError], *facts: object) -> None:
        self._error, self._facts = error, facts

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, cause: BaseException | None, trace: object) -> None:
        if cause is None:
            return
        is_panic = type(cause).__name__ == "PanicException"  # pyo3's own, a BaseException that cannot be imported
        if is_panic or isinstance(cause, ValueError | OSError | LookupError | TypeError):
            raise self._error(*self._facts) from cause


_State = tuple[str, int, int, int]  # the generation, and of its meta.json, which every commit replaces
_MISSING: _State = ("", 0, 0, 0)
Counts = Mapping[tuple[str, str], int]


class _Found(NamedTuple):
    """A passage that the terms have found: its score, and where it is."""

    score: float
    reader: "_Reader"
    address: Any


@dataclass(frozen=True, slots=True)
class _Reader:
    """An open shelf as of one commit. `passages` counts as tantivy's term statistics do, deleted ones included.

    The schema is the shelf's own: one that was made with other fields is searched until it is made anew.
    """

    collection: UUID
    state: _State
    schema: tantivy.Schema
    searcher: tantivy.Searcher
    passages: int
    length: float  # of all passages together, in words
    standing: Standing

    def frequencies(self, asked: Iterable[terms.Term]) -> Counts:
        """How many passages of this shelf hold each term."""
        return {(term.kind, term.text): self.searcher.doc_freq(term.kind, term.text) for term in asked}

    def best(self, asked: Iterable[terms.Term], here: Counts, common: "_Common") -> list[_Found]:
        """The best passages. `asked` and `common` are of all shelves together, `here` of this one.

        tantivy scores with the statistics of this shelf. Each term's boost puts the common rarity in the place of the
        shelf's own; the factor after it does the same for the average length.
        """
        parts = []
        for term in asked:
            if count := here[term.kind, term.text]:
                query = tantivy.Query.term_query(self.schema, term.kind, term.text, "freq")
                boost = term.weight / terms.rarity(count, self.passages)
                parts.append((tantivy.Occur.Should, tantivy.Query.boost_query(query, boost)))
        query = tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, tantivy.Query.boolean_query(parts)), *self._filters(common.wanted)]
        )
        found = self.searcher.search(query, common.depth, count=False).hits
        lengths = self.searcher.fast_field_values("length", [address for _, address in found])
        own = self.length / max(1, self.passages)
        return [
            _Found(score * terms.damping(length or 0, own) / terms.damping(length or 0, common.average), self, address)
            for (score, address), length in zip(found, lengths, strict=True)
        ]

    def hit(self, found: _Found, near: Proximity) -> Hit:
        """The passage with its score by terms and by near words."""
        passage = self.searcher.doc(found.address)
        gain = near.gain(passage.get_first("order") or b"")
        return Hit(str(passage.get_first("id")), found.score + gain, self.collection)

    def _filters(self, wanted: Wanted) -> list[tuple[tantivy.Occur, tantivy.Query]]:
        """What a passage must fulfil, without a part in its score."""
        queries = []
        if wanted.types:
            queries.append(tantivy.Query.term_set_query(self.schema, "type", sorted(wanted.types)))
        if wanted.since or wanted.until:
            since, until = (moment and math.ceil(moment.timestamp()) for moment in (wanted.since, wanted.until))
            dates = tantivy.Query.range_query(
                self.schema, "dated", tantivy.FieldType.Integer, since, until, include_upper=until is None
            )
            queries.append(dates)
        return [(tantivy.Occur.Must, tantivy.Query.const_score_query(query, 0.0)) for query in queries]


@dataclass(frozen=True, slots=True)
class _Common:
    """What holds for every shelf of a search: what is wanted, the average length of a passage, and how many each gives."""

    wanted: Wanted
    average: float
    depth: int


class TantivyIndex:
    """The search index under `root`, a folder that is made when first needed. Safe to use from several threads."""

    name = "tantivy"

    def __init__(self, root: Path, open_shelves: int = OPEN_SHELVES, lease_seconds: float = LEASE_SECONDS) -> None:
        self._root = root
        self._open_shelves = open_shelves
        self._leases = Leases(root / "leases")
        self._lease_seconds = lease_seconds
        self._readers: OrderedDict[UUID, _Reader] = OrderedDict()
        self._lock = threading.Lock()

    def apply(self, shelf: Shelf, add: Iterable[IndexEntry], remove: Iterable[str], sequence: int) -> None:
        """See `SearchIndex`. Waits for its turn."""
        with turn(self._leases, shelf, self._lease_seconds):
            reader = self._reader(shelf.collection)  # raises when the shelf is damaged: it must not be added to
            if reader and reader.standing.is_outdated:
                raise ShelfDamaged(shelf.collection)
            folder = self._folder(shelf.collection)
            with _raising(ShelfNotWritten):
                path = _generation(folder) or folder / "1"
                path.mkdir(parents=True, exist_ok=True)
                writer = _open(path).writer(WRITER_HEAP, 1)
            try:
                added = _write(writer, add, remove, sequence)
            finally:
                with _raising(ShelfNotWritten):
                    writer.wait_merging_threads()  # closes it, and forgets what is not committed
            del writer
            if added >= MANY:
                memory.give_back()  # what its threads have freed

    def standing(self, shelf: Shelf) -> Standing:
        """See `SearchIndex`."""
        try:
            reader = self._reader(shelf.collection)
        except ShelfDamaged:
            return Standing(0)
        return reader.standing if reader else Standing(0)

    def search(self, wanted: Wanted) -> list[Hit]:
        """See `SearchIndex`."""
        asked = terms.of_query(wanted.text)
        readers = {collection: self._there(collection) for collection in dict.fromkeys(wanted.collections)}
        if not asked or not readers or wanted.limit < 1:
            return []
        counts = {}
        for collection, reader in readers.items():
            with _raising(ShelfDamaged, collection):
                counts[collection] = reader.frequencies(asked)
        passages = sum(reader.passages for reader in readers.values())
        average = sum(reader.length for reader in readers.values()) / passages
        weighed = terms.weigh(asked, lambda t: sum(here[t.kind, t.text] for here in counts.values()), passages)
        wide = max(wanted.limit, CANDIDATES)
        depth = wide if len(readers) == 1 else 2 * wide  # by the common average, the order may change
        common = _Common(wanted, average, depth)
        found: list[_Found] = []
        for collection, reader in readers.items():
            with _raising(ShelfDamaged, collection):
                found += reader.best(weighed, counts[collection], common)
        near, hits = terms.near_words(wanted.text, passages), []
        for one in nlargest(wide, found, key=lambda one: one.score):
            with _raising(ShelfDamaged, one.reader.collection):
                hits.append(one.reader.hit(one, near))
        return sorted(hits, key=lambda hit: (-hit.score, hit.id))[: wanted.limit]

    def replace(self, shelf: Shelf, made: Shelf) -> None:
        """See `SearchIndex`. Raises ShelfDamaged when there is nothing to put there, ShelfNotWritten."""
        with turn(self._leases, shelf, self._lease_seconds), turn(self._leases, made, self._lease_seconds):
            self._there(made.collection)
            folder, source = self._folder(shelf.collection), _generation(self._folder(made.collection))
            with _raising(ShelfNotWritten):
                folder.mkdir(parents=True, exist_ok=True)
                old = _generation(folder)
                assert source is not None, "it has a reader"
                source.rename(folder / str(int(old.name) + 1 if old else 1))
            for path in folder.iterdir():
                if path != _generation(folder):
                    shutil.rmtree(path, ignore_errors=True)
            shutil.rmtree(source.parent, ignore_errors=True)

    def drop(self, shelf: Shelf) -> None:
        """See `SearchIndex`."""
        with turn(self._leases, shelf, self._lease_seconds), self._lock:
            self._readers.pop(shelf.collection, None)
            shutil.rmtree(self._folder(shelf.collection), ignore_errors=True)

    def _folder(self, collection: UUID) -> Path:
        return self._root / collection.hex

    def _there(self, collection: UUID) -> _Reader:
        """The shelf as of its last commit. Raises ShelfDamaged also when nothing has been committed."""
        reader = self._reader(collection)
        if reader is None:
            raise ShelfDamaged(collection)
        return reader

    def _reader(self, collection: UUID) -> _Reader | None:
        """The shelf as of its last commit; None when nothing has been committed. Raises ShelfDamaged."""
        folder = self._folder(collection)
        with self._lock:
            known = self._readers.pop(collection, None)
            with _raising(ShelfDamaged, collection):
                if known is None or known.state != _state(folder):
                    known = _read(folder, collection)
            if known is not None:
                self._readers[collection] = known
            while len(self._readers) > self._open_shelves:
                self._readers.popitem(last=False)
            return known


def _opened(where: Where) -> TantivyIndex:
    return TantivyIndex(where.folder, where.open_shelves)


INDEX = _opened


def _open(path: Path) -> tantivy.Index:
    shelf = tantivy.Index(_SCHEMA, str(path))
    shelf.register_tokenizer("terms", _ANALYZER)
    shelf.config_reader("manual")  # otherwise each open shelf keeps a thread that watches its file
    return shelf


def _generation(folder: Path) -> Path | None:
    """The folder of the generation that counts; None where there is none."""
    try:
        return max(
            (path for path in folder.iterdir() if path.name.isdecimal()), key=lambda p: int(p.name), default=None
        )
    except FileNotFoundError:
        return None


def _state(folder: Path) -> _State:
    path, before = _generation(folder), None
    while path and path != before:
        try:
            found = (path / "meta.json").stat()
        except FileNotFoundError:  # perhaps it was replaced at this moment
            path, before = _generation(folder), path
        else:
            return path.name, found.st_ino, found.st_mtime_ns, found.st_size
    return _MISSING


def _read(folder: Path, collection: UUID) -> _Reader | None:
    """Opens the shelf as of its last commit; None when nothing has been committed. Raises what tantivy does."""
    state = _state(folder)
    try:
        if state != _MISSING:
            return _read_commit(folder / state[0], state, collection)
    except Exception:
        if _state(folder) == state:
            raise
        return _read(folder, collection)  # it was written, replaced or dropped meanwhile
    path = _generation(folder)
    if path and any(path.glob("*.term")):
        raise ValueError("segments without a list of them")
    return None


def _read_commit(path: Path, state: _State, collection: UUID) -> _Reader | None:
    meta = json.loads((path / "meta.json").read_text("utf-8"))
    if not meta["opstamp"]:
        return None
    shelf = tantivy.Index.open(str(path))
    shelf.config_reader("manual")
    searcher = shelf.searcher()
    total = searcher.aggregate(tantivy.Query.all_query(), {"length": {"sum": {"field": "length"}}})
    [(_, address)] = searcher.search(tantivy.Query.term_query(shelf.schema, "marker", _MARKER, "basic"), 2).hits
    marker = searcher.doc(address)
    standing = Standing(marker["sequence"][0], marker["version"] != [_rules()])
    passages = sum(segment["max_doc"] for segment in meta["segments"])
    return _Reader(collection, state, shelf.schema, searcher, passages, total["length"]["value"], standing)


def _rules() -> str:
    """By which rules a shelf is made."""
    return f"{_FIELDS}.{terms.VERSION}"


def _write(writer: tantivy.IndexWriter, add: Iterable[IndexEntry], remove: Iterable[str], sequence: int) -> int:
    """Remove, add and mark, in one commit; how many were added. An entry takes the place of the one with its id."""
    added = 0
    with _raising(ShelfNotWritten):
        for group in remove:
            writer.delete_documents_by_term("group", group)
    for entry in add:
        with _raising(ShelfNotWritten):
            writer.delete_documents_by_term("id", entry.id)
            writer.add_document(_document(entry))
        added += 1
    with _raising(ShelfNotWritten):
        writer.delete_documents_by_term("marker", _MARKER)
        marker = tantivy.Document()
        marker.add_text("marker", _MARKER)
        marker.add_text("version", _rules())
        marker.add_integer("sequence", sequence)
        writer.add_document(marker)
        writer.commit()
    return added


def _document(entry: IndexEntry) -> tantivy.Document:
    document = tantivy.Document()
    document.add_text("id", entry.id)
    document.add_text("group", entry.group)
    document.add_text("type", entry.type)
    if entry.dated:
        document.add_integer("dated", math.ceil(entry.dated.timestamp()))
    of_entry = terms.of_text(entry.title, entry.text)
    for kind, text in of_entry.kinds.items():
        document.add_text(kind, text)
    document.add_bytes("order", of_entry.order)
    document.add_unsigned("length", of_entry.length)
    return document
