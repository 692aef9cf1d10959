"""The fake beside the search indexes: exact BM25 over dictionaries, in plain Python. For tests and for comparison."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from samverk.knowledge import terms
from samverk.knowledge.ports import Hit, IndexEntry

K1 = 1.2  # as in tantivy and Lucene
B = 0.75


@dataclass(slots=True)
class _Entry:
    group: str
    counts: dict[terms.Kind, Counter[str]]
    lengths: dict[terms.Kind, int]


@dataclass(slots=True)
class _Shelf:
    sequence: int = 0
    entries: dict[str, _Entry] = field(default_factory=dict)


class MemoryIndex:
    """A search index in memory; forgotten with the process."""

    name = "memory"

    def __init__(self) -> None:
        self._shelves: dict[UUID, _Shelf] = {}

    def apply(self, collection: UUID, add: Iterable[IndexEntry], remove: Iterable[str], sequence: int) -> None:
        """See `SearchIndex`."""
        shelf = self._shelves.setdefault(collection, _Shelf())
        gone = frozenset(remove)
        shelf.entries = {key: entry for key, entry in shelf.entries.items() if entry.group not in gone}
        for entry in add:
            counts = {kind: Counter(text.split()) for kind, text in terms.of_text(entry.title, entry.text).items()}
            shelf.entries[entry.id] = _Entry(entry.group, counts, {kind: c.total() for kind, c in counts.items()})
        shelf.sequence = sequence

    def applied(self, collection: UUID) -> int:
        """See `SearchIndex`."""
        return self._shelves[collection].sequence if collection in self._shelves else 0

    def search(self, collections: Sequence[UUID], query: str, limit: int) -> list[Hit]:
        """See `SearchIndex`. Every passage is scored."""
        searched = [
            (collection, key, entry)
            for collection in dict.fromkeys(collections)
            if collection in self._shelves
            for key, entry in self._shelves[collection].entries.items()
        ]
        frequency: Counter[tuple[terms.Kind, str]] = Counter()
        total: dict[terms.Kind, int] = defaultdict(int)
        for _, _, entry in searched:
            for kind, counts in entry.counts.items():
                frequency.update((kind, text) for text in counts)
                total[kind] += entry.lengths[kind]
        average = {kind: length / len(searched) for kind, length in total.items()}
        wanted = terms.weigh(terms.of_query(query), lambda t: frequency[t.kind, t.text], len(searched))
        hits = [Hit(key, _score(entry, wanted, average), collection) for collection, key, entry in searched]
        return sorted((hit for hit in hits if hit.score > 0), key=lambda hit: (-hit.score, hit.id))[:limit]

    def drop(self, collection: UUID) -> None:
        """See `SearchIndex`."""
        self._shelves.pop(collection, None)


def _score(entry: _Entry, wanted: Iterable[terms.Term], average: dict[terms.Kind, float]) -> float:
    """BM25: the weight of each term times its saturated, length-normalised frequency."""
    score = 0.0
    for term in wanted:
        if count := entry.counts[term.kind][term.text]:
            norm = 1 - B + B * entry.lengths[term.kind] / average[term.kind]
            score += term.weight * (K1 + 1) * count / (count + K1 * norm)
    return score
