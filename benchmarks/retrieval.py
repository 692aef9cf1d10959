"""How well and how fast the indexes find, beside plain BM25 with stems, alone and among large neighbours.

    python -m benchmarks.retrieval [DATA] [--quick]     # DATA as ../shared/data; --quick leaves out the statutes

Two tables. *Sets*: each set by itself, in the reference, in the embedded index, where SAMVERK_DATABASE_URL names a
database that is up to date in PostgreSQL, and where its package is there in an embedded Chroma. *Neighbours*: the questions of
one set put to several collections at once (its own, another, and 67,000 sections of statutes), as shelves of their own and as
one common index, which must agree within .01. Times are CPU times of this process, at depth 100 and 10.
"""

import argparse
import os
import statistics
import tempfile
from collections import Counter
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from benchmarks.bm25 import Field

from samverk.core import swedish
from samverk.core.ids import new_id
from samverk.core.settings import Settings
from samverk.knowledge.bench import Query, Row, ask_all, mean_of, ndcg, read_corpus, read_queries, recall, retrieval
from samverk.knowledge.indexes.tantivy import TantivyIndex
from samverk.knowledge.ports import Shelf

QUESTIONS = ("swequad", "swefaq")
STATUTES = "sfs"
_URL = Settings().database_url
ADAPTERS = {"tantivy": ""} | ({"postgresql": _URL} if _URL else {}) | ({"chroma": ""} if find_spec("chromadb") else {})


class Stems:
    """The reference: BM25 over the stems of title and text without stop words, and nothing else."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._ids = [row.id for row in rows]
        self._field = Field([Counter(self._stems(f"{row.title}\n{row.text}")) for row in rows])

    def search(self, query: str, limit: int) -> list[str]:
        """The ids of the best rows."""
        scores: dict[int, float] = Counter()
        self._field.add(scores, Counter(self._stems(query)), 1.0)
        return [self._ids[number] for number in sorted(scores, key=lambda n: (-scores[n], n))[:limit]]

    @staticmethod
    def _stems(text: str) -> list[str]:
        return [swedish.stem(word) for word in swedish.tokens(text) if word not in swedish.STOP_WORDS]


def sets(data: Path, names: Sequence[str]) -> None:
    """Print the first table."""
    print(f"{'set':9} {'index':10} nDCG@10 recall@5   MRR  passages/s  ms median  ms p95     MB")
    for name in names:
        folder = data / "retrieval" / name
        if name != STATUTES:
            queries, stems = read_queries(folder), Stems(read_corpus(folder))
            found = {query.id: stems.search(query.text, 10) for query in queries}
            print(f"{name:9} {'stems':10} {mean_of(ndcg, found, queries):7.4f} {mean_of(recall, found, queries):8.4f}")
        for index, url in ADAPTERS.items():
            r = retrieval(folder, index=index, database_url=url)
            print(
                f"{name:9} {index:10} {r.ndcg_10:7.4f} {r.recall_5:8.4f} {r.mrr:5.3f} {r.passages_per_second:11.0f}"
                f" {r.query_ms_median:10.2f} {r.query_ms_p95:7.2f} {r.index_bytes / 1e6:6.1f}"
            )


def neighbours(data: Path) -> None:
    """Print the second table."""
    rows = {name: read_corpus(data / "retrieval" / name) for name in (*QUESTIONS, STATUTES)}
    with tempfile.TemporaryDirectory() as root:
        index, org = TantivyIndex(Path(root)), new_id()
        shelves, common = {name: Shelf(org, new_id()) for name in rows}, Shelf(org, new_id())
        for name, shelf in shelves.items():
            index.apply(shelf, [row.entry() for row in rows[name]], [], 1)
            index.apply(common, [row.entry() for row in rows[name]], [], 1)
        print(f"\n{'questions':9} {'searched':14} nDCG@10  ms median")
        for name in QUESTIONS:
            queries = read_queries(data / "retrieval" / name)
            both, all_three = [shelves[one] for one in QUESTIONS], list(shelves.values())
            for label, searched in (
                ("alone", [shelves[name]]),
                ("two shelves", both),
                ("three shelves", all_three),
                ("one common", [common]),
            ):
                score, milliseconds = quality(index, searched, queries)
                print(f"{name:9} {label:14} {score:7.4f} {milliseconds:10.2f}")


def quality(index: TantivyIndex, searched: Sequence[Shelf], queries: Sequence[Query]) -> tuple[float, float]:
    """nDCG@10 and the median CPU milliseconds of a question."""
    answers, times = ask_all(index, searched, queries, 10)
    found = {key: [hit.id for hit in hits] for key, hits in answers.items()}
    return mean_of(ndcg, found, queries), statistics.median(times) * 1e3


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?", default=os.environ.get("SAMVERK_DATA", "../shared/data"))
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    data = Path(options.data)
    sets(data, QUESTIONS if options.quick else (*QUESTIONS, STATUTES))
    if not options.quick:
        neighbours(data)


if __name__ == "__main__":
    main()
