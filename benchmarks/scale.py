"""How the search index behaves with many passages: what it costs to fill, how it answers, its size, and 50 organisations at once.

    python -m benchmarks.scale [DATA]                       # 100,000 passages in one collection, embedded
    python -m benchmarks.scale [DATA] --organisations       # 1,000,000 in 50 organisations beside one alone
    python -m benchmarks.scale [DATA] --index postgresql    # in the database that SAMVERK_DATABASE_URL names

Passages are sections of statutes, each once and then again with its words in another order and other numbers; questions are
those of the sets. Of a whole passage, indexing counts the CPU time of this process, threads and the making of terms included;
a database's own time is told as time on the clock, since it runs elsewhere.
"""

import argparse
import os
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from uuid import UUID

from samverk.core import memory
from samverk.core.ids import new_id
from samverk.core.settings import Settings
from samverk.knowledge import indexes
from samverk.knowledge.bench import Row, percentile, read_corpus, read_queries
from samverk.knowledge.ports import IndexEntry, SearchIndex, Shelf, Wanted, Where

SETS = ("swequad", "swefaq", "sfs")
BATCH = 5_000  # passages of one commit, as the product has it
LIMIT = 20  # hits of a question, as an answer asks for
QUESTIONS = 200


@dataclass(frozen=True)
class Times:
    """CPU and clock milliseconds of each question."""

    cpu: list[float]
    clock: list[float]

    def __str__(self) -> str:
        """Medians and 95th percentiles."""
        cpu, clock = ((statistics.median(ms), percentile(ms, 0.95)) for ms in (self.cpu, self.clock))
        return f"median {cpu[0]:.2f} p95 {cpu[1]:.2f} ms CPU, {clock[0]:.1f} and {clock[1]:.1f} on the clock"


def passages(data: Path) -> Iterator[IndexEntry]:
    """Passages without end: those of the sets, and then variants of them with the sentences' words in another order."""
    rows = [row for name in SETS for row in read_corpus(data / "retrieval" / name)]
    yield from (IndexEntry(f"0-{row.id}", row.doc, row.title, row.text) for row in rows)
    chance, number = random.Random(8400), 0
    while True:
        number += 1
        yield from (_variant(row, number, chance) for row in rows)


def _variant(row: Row, number: int, chance: random.Random) -> IndexEntry:
    """The passage with other numbers, and its halves in another order: mostly the same pairs of words, as in drafts of a text."""
    words = row.text.split()
    at = chance.randrange(1, len(words)) if len(words) > 1 else 0
    told = [str(chance.randrange(1, 2000)) if word.isdigit() else word for word in words[at:] + words[:at]]
    return IndexEntry(f"{number}-{row.id}", f"{number}-{row.doc}", row.title, " ".join(told))


def fill(index: SearchIndex, shelf: Shelf, entries: Iterator[IndexEntry], count: int) -> tuple[float, float]:
    """Add so many passages; CPU seconds of this process, and seconds on the clock, without the reading of the data."""
    cpu = clock = 0.0
    for sequence in range(1, count // BATCH + 1):
        some = list(islice(entries, BATCH))
        began = time.process_time(), time.perf_counter()
        index.apply(shelf, some, [], sequence)
        cpu, clock = cpu + time.process_time() - began[0], clock + time.perf_counter() - began[1]
    return cpu, clock


def ask(index: SearchIndex, org: UUID, shelves: Sequence[Shelf], questions: Sequence[str]) -> Times:
    """Put every question to these shelves; the first few are asked once before."""
    collections = [shelf.collection for shelf in shelves]
    times = Times([], [])
    for number, question in enumerate([*questions[:10], *questions]):
        began = time.process_time(), time.perf_counter()
        index.search(Wanted(org, collections, question, LIMIT))
        if number >= 10:
            times.cpu.append(1e3 * (time.process_time() - began[0]))
            times.clock.append(1e3 * (time.perf_counter() - began[1]))
    return times


def questions_of(data: Path) -> list[str]:
    """Questions to authorities, of both sets in turn."""
    every = [[query.text for query in read_queries(data / "retrieval" / name)] for name in ("swequad", "swefaq")]
    return [text for pair in zip(*every, strict=False) for text in pair][:QUESTIONS]


def megabytes_held() -> float:
    """The memory of this process now, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * resource.getpagesize() / 1e6


def one_collection(data: Path, index: SearchIndex, folder: Path, count: int) -> None:
    """Print what a collection of so many passages costs."""
    entries, questions = passages(data), questions_of(data)
    shelf = Shelf(new_id(), new_id())
    warm = Shelf(new_id(), new_id())
    index.apply(warm, islice(passages(data), 50), [], 1)
    index.drop(warm)
    next(entries)
    held = megabytes_held()
    cpu, clock = fill(index, shelf, entries, count)
    times = ask(index, shelf.org, [shelf], questions)
    grown = megabytes_held() - held
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
    print(f"passages {count}, in one collection")
    print(f"ingest, index alone {cpu:.1f} s CPU, {clock:.1f} s on the clock")
    print(f"query {times}")
    print(f"disk {size:.1f} MB")
    print(f"memory growth {grown:.1f} MB")


def organisations(data: Path, index: SearchIndex, count: int, orgs: int) -> None:
    """Print how a question inside one organisation fares alone, and among all of them."""
    entries, questions = passages(data), questions_of(data)
    shelves = [Shelf(new_id(), new_id()) for _ in range(orgs)]
    fill(index, shelves[0], entries, count // orgs)
    alone = ask(index, shelves[0].org, shelves[:1], questions)
    for shelf in shelves[1:]:
        fill(index, shelf, entries, count // orgs)
    for shelf in shelves:  # every reader has been open, as in a process that serves them all
        index.search(Wanted(shelf.org, [shelf.collection], questions[0], LIMIT))
    among = ask(index, shelves[0].org, shelves[:1], questions)
    print(f"passages {count}, in {orgs} organisations")
    print(f"one organisation alone: query {alone}")
    print(f"among the others: query {among}")
    print(f"beside one alone {statistics.median(among.clock) / statistics.median(alone.clock):.2f} x at the median")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?", default=os.environ.get("SAMVERK_DATA", "../shared/data"))
    parser.add_argument("--index", default="tantivy")
    parser.add_argument("--organisations", action="store_true")
    parser.add_argument("--passages", type=int)
    options = parser.parse_args()
    data = Path(options.data)
    memory.share_arenas()  # as every command does
    with tempfile.TemporaryDirectory(prefix="samverk-bench-") as folder:
        index = indexes.opened(options.index, Where(Path(folder), Settings().database_url))
        if options.organisations:
            organisations(data, index, options.passages or 1_000_000, 50)
        else:
            one_collection(data, index, Path(folder), options.passages or 100_000)


if __name__ == "__main__":
    main()
