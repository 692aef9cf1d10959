"""The embedded search index: one tantivy index, a shelf, for each collection, in a folder each under one root.

Several processes may use the same root. Readers see a new commit at their next search; writers take turns by a lease. The
applied sequence is a document of its own in the shelf, so that it is committed together with the change. A shelf that
cannot be opened, or whose terms are made by other rules, has applied 0; searching or changing it raises `ShelfDamaged`
instead of finding nothing or keeping half: its owner drops it and applies everything again.
"""

import json
import shutil
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from heapq import nlargest
from operator import itemgetter
from pathlib import Path
from typing import Any
from uuid import UUID

import tantivy

from samverk.core.errors import SamverkError
from samverk.core.leases import Leases
from samverk.knowledge import terms
from samverk.knowledge.ports import Hit, IndexEntry

OPEN_SHELVES = 32  # readers kept; a hundred cost 190 MB
LEASE_SECONDS = 60.0  # a writer waits for its turn
WRITER_HEAP = 32_000_000  # bytes, of the one thread of a writer; tantivy refuses less than 15 million
_MARKER = "applied"
_B = 0.75  # tantivy's own
_K1 = 0.45  # of the three kinds of terms together, as they share in a score


class ShelfDamaged(SamverkError):
    """The search index of a collection is damaged and has to be rebuilt."""

    code = "index_damaged"
    status = 503
    sv = "Sökindexet för kunskapssamlingen är skadat och behöver byggas om. Försök igen om en stund."
    en = "The search index of the collection is damaged and has to be rebuilt. Please try again in a while."


class ShelfBusy(SamverkError):
    """Somebody else has been writing to the search index of a collection for too long."""

    code = "index_busy"
    status = 503
    sv = "Sökindexet för kunskapssamlingen är upptaget. Försök igen om en stund."
    en = "The search index of the collection is busy. Please try again in a while."


class ShelfNotWritten(SamverkError):
    """The search index could not be written; what it held before is untouched."""

    code = "index_not_written"
    status = 503
    sv = "Sökindexet för kunskapssamlingen kunde inte skrivas. Kontrollera att det finns plats på disken."
    en = "The search index of the collection could not be written. Check that there is room on the disk."


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("group", tokenizer_name="raw", index_option="basic")
    for kind in terms.KINDS:
        builder.add_text_field(kind, tokenizer_name="terms", index_option="freq")
    builder.add_unsigned_field("length", fast=True)
    builder.add_text_field("marker", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("version", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("sequence", stored=True)
    return builder.build()


_SCHEMA = _schema()
_ANALYZER = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()


@contextmanager
def _raising(error: type[SamverkError]) -> Iterator[None]:
    """Turns what tantivy raises, panics of its threads included, into this error."""
    try:
        yield
    except (ValueError, OSError, LookupError, TypeError) as cause:
        raise error from cause
    except BaseException as cause:
        if type(cause).__name__ == "PanicException":  # of pyo3: derives from BaseException and cannot be imported
            raise error from cause
        raise


Counts = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class _Reader:
    """An open shelf as of one commit. `passages` counts as tantivy's term statistics do, deleted ones included."""

    state: tuple[int, int, int]  # of meta.json, which every commit replaces
    searcher: tantivy.Searcher
    passages: int
    length: float  # of all passages together, in terms
    sequence: int

    def frequencies(self, asked: Iterable[terms.Term]) -> Counts:
        """How many passages of this shelf hold each term."""
        return {(term.kind, term.text): self.searcher.doc_freq(term.kind, term.text) for term in asked}

    def best(self, wanted: Iterable[terms.Term], here: Counts, average: float, limit: int) -> list[tuple[float, Any]]:
        """The best passages as (score, address). `wanted` and `average` are of all shelves together, `here` of this one.

        tantivy scores with the statistics of this shelf. Each term's boost puts the common rarity in the place of the
        shelf's own; the factor after it does the same for the average length.
        """
        parts = []
        for term in wanted:
            if count := here[term.kind, term.text]:
                query = tantivy.Query.term_query(_SCHEMA, term.kind, term.text, "freq")
                boost = term.weight / terms.rarity(count, self.passages)
                parts.append((tantivy.Occur.Should, tantivy.Query.boost_query(query, boost)))
        found = self.searcher.search(tantivy.Query.boolean_query(parts), limit, count=False).hits
        lengths = self.searcher.fast_field_values("length", [address for _, address in found])
        own = self.length / max(1, self.passages)
        return [
            (score * _damping(length or 0, own) / _damping(length or 0, average), address)
            for (score, address), length in zip(found, lengths, strict=True)
        ]

    def id(self, address: Any) -> str:
        """The id of the passage at an address of this reader."""
        return str(self.searcher.doc(address)["id"][0])


def _damping(length: float, average: float) -> float:
    """What BM25 divides a term by that occurs once: 1 + k1 (1 - b + b length / average)."""
    return 1 + _K1 * (1 - _B + _B * length / average)


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

    def apply(self, collection: UUID, add: Iterable[IndexEntry], remove: Iterable[str], sequence: int) -> None:
        """See `SearchIndex`. Waits for its turn. Raises ShelfBusy, ShelfDamaged and ShelfNotWritten."""
        with self._lease(collection):
            self._reader(collection)  # raises when the shelf is damaged: it must not be added to
            path = self._path(collection)
            with _raising(ShelfNotWritten):
                path.mkdir(parents=True, exist_ok=True)
                writer = _open(path).writer(WRITER_HEAP, 1)
            try:
                _write(writer, add, remove, sequence)
            finally:
                with _raising(ShelfNotWritten):
                    writer.wait_merging_threads()  # closes it, and forgets what is not committed

    def applied(self, collection: UUID) -> int:
        """See `SearchIndex`."""
        try:
            reader = self._reader(collection)
        except ShelfDamaged:
            return 0
        return reader.sequence if reader else 0

    def search(self, collections: Sequence[UUID], query: str, limit: int) -> list[Hit]:
        """See `SearchIndex`. Raises ShelfDamaged when one of the shelves is; one that is missing holds nothing."""
        asked = terms.of_query(query)
        readers = {c: reader for c in dict.fromkeys(collections) if (reader := self._reader(c))}
        if not asked or not readers or limit < 1:
            return []
        with _raising(ShelfDamaged):
            counts = {c: reader.frequencies(asked) for c, reader in readers.items()}
            passages = sum(reader.passages for reader in readers.values())
            average = sum(reader.length for reader in readers.values()) / passages
            wanted = terms.weigh(asked, lambda t: sum(here[t.kind, t.text] for here in counts.values()), passages)
            depth = limit if len(readers) == 1 else 2 * limit  # with the common average length, the order may change
            found = [
                (score, collection, address)
                for collection, reader in readers.items()
                for score, address in reader.best(wanted, counts[collection], average, depth)
            ]
            best = nlargest(limit, found, key=itemgetter(0))
            return [Hit(readers[c].id(address), score, c) for score, c, address in best]

    def drop(self, collection: UUID) -> None:
        """See `SearchIndex`. Raises ShelfBusy."""
        with self._lease(collection), self._lock:
            self._readers.pop(collection, None)
            shutil.rmtree(self._path(collection), ignore_errors=True)

    def _path(self, collection: UUID) -> Path:
        return self._root / collection.hex

    def _reader(self, collection: UUID) -> _Reader | None:
        """The shelf as of its last commit; None when nothing has been committed. Raises ShelfDamaged."""
        path = self._path(collection)
        with self._lock:
            known = self._readers.pop(collection, None)
            if known is None or known.state != _state(path):
                known = _read(path)
            if known is not None:
                self._readers[collection] = known
            while len(self._readers) > self._open_shelves:
                self._readers.popitem(last=False)
            return known

    @contextmanager
    def _lease(self, collection: UUID) -> Iterator[None]:
        """The right to write to a shelf, against other threads and other processes."""
        deadline = time.monotonic() + self._lease_seconds
        while (lease := self._leases.take(collection.hex)) is None:
            if time.monotonic() > deadline:
                raise ShelfBusy
            time.sleep(0.02)
        try:
            yield
        finally:
            lease.release()


INDEX = TantivyIndex


def _open(path: Path) -> tantivy.Index:
    shelf = tantivy.Index(_SCHEMA, str(path))
    shelf.register_tokenizer("terms", _ANALYZER)
    shelf.config_reader("manual")  # otherwise each open shelf keeps a thread that watches its file
    return shelf


def _state(path: Path) -> tuple[int, int, int]:
    try:
        found = (path / "meta.json").stat()
    except FileNotFoundError:
        return 0, 0, 0
    return found.st_ino, found.st_mtime_ns, found.st_size


def _read(path: Path) -> _Reader | None:
    """Opens the shelf as of its last commit; None when nothing has been committed. Raises ShelfDamaged."""
    state = _state(path)
    try:
        if any(state):
            with _raising(ShelfDamaged):
                return _read_commit(path, state)
    except ShelfDamaged:
        if path.exists():  # otherwise it was dropped meanwhile
            raise
        return None
    if any(path.glob("*.term")):
        raise ShelfDamaged
    return None


def _read_commit(path: Path, state: tuple[int, int, int]) -> _Reader | None:
    meta = json.loads((path / "meta.json").read_text("utf-8"))
    if not meta["opstamp"]:
        return None
    shelf = tantivy.Index.open(str(path))
    shelf.config_reader("manual")
    searcher = shelf.searcher()
    total = searcher.aggregate(tantivy.Query.all_query(), {"length": {"sum": {"field": "length"}}})
    [(_, address)] = searcher.search(tantivy.Query.term_query(_SCHEMA, "marker", _MARKER, "basic"), 2).hits
    marker = searcher.doc(address)
    if marker["version"] != [terms.VERSION]:
        raise ValueError("the terms of the shelf are made by other rules")
    passages = sum(segment["max_doc"] for segment in meta["segments"])
    return _Reader(state, searcher, passages, total["length"]["value"], marker["sequence"][0])


def _write(writer: tantivy.IndexWriter, add: Iterable[IndexEntry], remove: Iterable[str], sequence: int) -> None:
    """Remove, add and mark, in one commit. An entry takes the place of the one with its id."""
    for group in remove:
        with _raising(ShelfNotWritten):
            writer.delete_documents_by_term("group", group)
    for entry in add:
        with _raising(ShelfNotWritten):
            writer.delete_documents_by_term("id", entry.id)
            writer.add_document(_document(entry))
    with _raising(ShelfNotWritten):
        writer.delete_documents_by_term("marker", _MARKER)
        marker = tantivy.Document()
        marker.add_text("marker", _MARKER)
        marker.add_text("version", terms.VERSION)
        marker.add_integer("sequence", sequence)
        writer.add_document(marker)
        writer.commit()


def _document(entry: IndexEntry) -> tantivy.Document:
    document = tantivy.Document()
    document.add_text("id", entry.id)
    document.add_text("group", entry.group)
    of_entry = terms.of_text(entry.title, entry.text)
    for kind, text in of_entry.items():
        document.add_text(kind, text)
    document.add_unsigned("length", of_entry["stem"].count(" ") + 1)
    return document
