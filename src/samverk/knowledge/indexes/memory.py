"""The fake beside the search indexes: exact BM25 over dictionaries, in plain Python. For tests and for comparison."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from samverk.knowledge import terms
from samverk.knowledge.ports import Hit, IndexEntry, Shelf, ShelfDamaged, Standing, Wanted

K1 = 1.2  # as in tantivy and Lucene
B = terms.B


@dataclass(slots=True)
class _Entry:
    group: str
    type: str
    dated: datetime | None
    counts: dict[terms.Kind, Counter[str]]
    lengths: dict[terms.Kind, int]
    order: bytes

    def fits(self, wanted: Wanted) -> bool:
        """Whether it passes the filters."""
        if wanted.types and self.type not in wanted.types:
            return False
        if self.dated is None:
            return wanted.since is None and wanted.until is None
        return not (wanted.since and self.dated < wanted.since) and not (wanted.until and self.dated >= wanted.until)


@dataclass(slots=True)
class _Held:
    sequence: int = 0
    entries: dict[str, _Entry] = field(default_factory=dict)
    version: str = field(default_factory=lambda: terms.VERSION)


class MemoryIndex:
    """A search index in memory; forgotten with the process."""

    name = "memory"

    def __init__(self) -> None:
        self._shelves: dict[UUID, _Held] = {}

    def apply(self, shelf: Shelf, add: Iterable[IndexEntry], remove: Iterable[str], sequence: int) -> None:
        """See `SearchIndex`."""
        old = self._shelves.get(shelf.collection, _Held())
        if old.version != terms.VERSION:
            raise ShelfDamaged(shelf.collection)
        gone = frozenset(remove)
        entries = {key: entry for key, entry in old.entries.items() if entry.group not in gone}
        entries |= {entry.id: _counted(entry) for entry in add}
        self._shelves[shelf.collection] = _Held(sequence, entries)

    def standing(self, shelf: Shelf) -> Standing:
        """See `SearchIndex`."""
        held = self._shelves.get(shelf.collection)
        return Standing(held.sequence, held.version != terms.VERSION) if held else Standing(0)

    def search(self, wanted: Wanted) -> list[Hit]:
        """See `SearchIndex`. Every passage is scored."""
        searched = [
            (collection, key, entry)
            for collection in dict.fromkeys(wanted.collections)
            for key, entry in self._held(collection).entries.items()
        ]
        frequency: Counter[tuple[terms.Kind, str]] = Counter()
        total: dict[terms.Kind, int] = defaultdict(int)
        for _, _, entry in searched:
            for kind, counts in entry.counts.items():
                frequency.update((kind, text) for text in counts)
                total[kind] += entry.lengths[kind]
        average = {kind: length / len(searched) for kind, length in total.items()}
        asked = terms.weigh(terms.of_query(wanted.text), lambda t: frequency[t.kind, t.text], len(searched))
        found = [(collection, key, entry) for collection, key, entry in searched if entry.fits(wanted)]
        near = terms.near_words(wanted.text, len(searched))
        hits = [
            Hit(key, score + near.gain(entry.order), collection)
            for collection, key, entry in found
            if (score := _score(entry, asked, average))
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.id))[: wanted.limit]

    def replace(self, shelf: Shelf, made: Shelf) -> None:
        """See `SearchIndex`."""
        self._shelves[shelf.collection] = self._held(made.collection)
        self.drop(made)

    def drop(self, shelf: Shelf) -> None:
        """See `SearchIndex`."""
        self._shelves.pop(shelf.collection, None)

    def _held(self, collection: UUID) -> _Held:
        if collection not in self._shelves:
            raise ShelfDamaged(collection)
        return self._shelves[collection]


def _counted(entry: IndexEntry) -> _Entry:
    made = terms.of_text(entry.title, entry.text)
    counts = {kind: Counter(text.split()) for kind, text in made.kinds.items()}
    lengths = {kind: count.total() for kind, count in counts.items()}
    return _Entry(entry.group, entry.type, entry.dated, counts, lengths, made.order)


def _score(entry: _Entry, wanted: Iterable[terms.Term], average: dict[terms.Kind, float]) -> float:
    """BM25: the weight of each term times its saturated, length-normalised frequency."""
    score = 0.0
    for term in wanted:
        if count := entry.counts[term.kind][term.text]:
            norm = 1 - B + B * entry.lengths[term.kind] / average[term.kind]
            score += term.weight * (K1 + 1) * count / (count + K1 * norm)
    return score
