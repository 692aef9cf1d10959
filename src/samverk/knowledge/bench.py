"""Measures search: a folder of passages and questions is indexed and asked as the product does it.

The folder holds `corpus.jsonl` or `corpus.jsonl.gz`, a passage a line {id, doc, title, text}, and `queries.jsonl`, a
question a line {id, text, relevant: [ids of passages]}. Times are CPU times of this process, indexing threads included.
"""

import gzip
import json
import math
import statistics
import tempfile
import time
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from samverk.core.errors import Invalid, NotFound
from samverk.core.ids import new_id
from samverk.knowledge import indexes
from samverk.knowledge.ports import Hit, IndexEntry, SearchIndex, Shelf, Wanted, Where

DEPTH = 100  # of a run
RUN_NAME = "samverk"

Measure = Callable[[Sequence[str], Collection[str]], float]


@dataclass(frozen=True, slots=True)
class Row:
    """A passage of a set; rows with the same `doc` are of one document."""

    id: str
    doc: str
    title: str
    text: str

    def entry(self) -> IndexEntry:
        """The row as the index takes it."""
        return IndexEntry(self.id, self.doc, self.title, self.text)


@dataclass(frozen=True, slots=True)
class Query:
    """A question and the ids of the passages that answer it."""

    id: str
    text: str
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True)
class Report:
    """How well and how fast: means over the questions; passages a CPU-second; milliseconds of CPU a question; bytes."""

    passages: int
    queries: int
    ndcg_10: float
    recall_5: float
    mrr: float
    passages_per_second: float
    query_ms_median: float
    query_ms_p95: float
    index_bytes: int

    def lines(self) -> list[str]:
        """The figures for a person to read, one a line."""
        return [
            f"passages        {self.passages}",
            f"questions       {self.queries}",
            f"nDCG@10         {self.ndcg_10:.4f}",
            f"recall@5        {self.recall_5:.4f}",
            f"MRR             {self.mrr:.4f}",
            f"ingest          {self.passages_per_second:.0f} passages per CPU-second",
            f"query, median   {self.query_ms_median:.2f} ms CPU",
            f"query, p95      {self.query_ms_p95:.2f} ms CPU",
            f"index           {self.index_bytes / 1e6:.1f} MB",
        ]

    def as_dict(self) -> dict[str, Any]:
        """The figures as JSON has them."""
        return asdict(self)


def retrieval(folder: Path, run: Path | None = None, index: str = "tantivy", database_url: str = "") -> Report:
    """Index and ask what the folder holds, with the index of this name, in a temporary folder of its own or in the database.

    Writes a TREC run file to `run` when it is given: `qid Q0 docid rank score samverk`, to depth 100. Raises NotFound
    when a file is missing, Invalid when one cannot be read or there is no such index.
    """
    rows, queries = read_corpus(folder), read_queries(folder)
    with tempfile.TemporaryDirectory(prefix="samverk-bench-") as temporary:
        engine, shelf = indexes.opened(index, Where(Path(temporary), database_url)), Shelf(new_id(), new_id())
        began = time.process_time()
        engine.apply(shelf, [row.entry() for row in rows], [], 1)
        seconds = time.process_time() - began
        answers, times = ask_all(engine, [shelf], queries)
        size = sum(file.stat().st_size for file in Path(temporary).rglob("*") if file.is_file())
    if run is not None:
        write_run(run, answers)
    found = {key: [hit.id for hit in hits] for key, hits in answers.items()}
    return Report(
        passages=len(rows),
        queries=len(queries),
        ndcg_10=mean_of(ndcg, found, queries),
        recall_5=mean_of(recall, found, queries),
        mrr=mean_of(reciprocal_rank, found, queries),
        passages_per_second=len(rows) / max(seconds, 1e-9),
        query_ms_median=statistics.median(times or [0.0]) * 1e3,
        query_ms_p95=percentile(times, 0.95) * 1e3,
        index_bytes=size,
    )


def read_corpus(folder: Path) -> list[Row]:
    """The passages of the folder. A row without `doc` is a document of its own. Raises NotFound, Invalid."""
    packed, plain = folder / "corpus.jsonl.gz", folder / "corpus.jsonl"
    rows = _objects(plain if plain.exists() else packed)
    return [Row(row["id"], str(row.get("doc", row["id"])), str(row.get("title", "")), row["text"]) for row in rows]


def read_queries(folder: Path) -> list[Query]:
    """The questions of the folder. Raises NotFound, Invalid."""
    rows = _objects(folder / "queries.jsonl")
    return [Query(row["id"], row["text"], frozenset(map(str, row.get("relevant", ())))) for row in rows]


def ask_all(
    engine: SearchIndex, shelves: Sequence[Shelf], queries: Sequence[Query], depth: int = DEPTH
) -> tuple[dict[str, list[Hit]], list[float]]:
    """The hits of each question by its id, and the CPU seconds that each took; the first shelf's organisation asks."""
    collections, answers, times = [shelf.collection for shelf in shelves], {}, []
    for query in queries:
        began = time.process_time()
        answers[query.id] = engine.search(Wanted(shelves[0].org, collections, query.text, depth))
        times.append(time.process_time() - began)
    return answers, times


def write_run(path: Path, answers: Mapping[str, Sequence[Hit]]) -> None:
    """Write a TREC run file."""
    lines = [
        f"{question} Q0 {hit.id} {rank} {hit.score:.6f} {RUN_NAME}\n"
        for question, hits in answers.items()
        for rank, hit in enumerate(hits, 1)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(lines), "utf-8")


def ndcg(found: Sequence[str], relevant: Collection[str], depth: int = 10) -> float:
    """Normalised discounted cumulative gain with one grade of relevance, discount log2(1 + rank)."""
    gain = sum(1 / math.log2(rank + 1) for rank, key in enumerate(found[:depth], 1) if key in relevant)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(depth, len(relevant)) + 1))
    return gain / ideal if ideal else 0.0


def recall(found: Sequence[str], relevant: Collection[str], depth: int = 5) -> float:
    """The share of the relevant passages among the first ones."""
    return len(set(found[:depth]) & set(relevant)) / len(relevant) if relevant else 0.0


def reciprocal_rank(found: Sequence[str], relevant: Collection[str]) -> float:
    """One divided by the rank of the first relevant passage; 0 when there is none."""
    return next((1 / rank for rank, key in enumerate(found, 1) if key in relevant), 0.0)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed; 0 of none."""
    return sorted(values)[max(0, math.ceil(len(values) * share) - 1)] if values else 0.0


def mean_of(measure: Measure, found: Mapping[str, Sequence[str]], queries: Sequence[Query]) -> float:
    """The mean of a measure over the questions that have a relevant passage."""
    answerable = [query for query in queries if query.relevant]
    if not answerable:
        return 0.0
    return sum(measure(found[query.id], query.relevant) for query in answerable) / len(answerable)


def _objects(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-lines file, packed or not, each with texts under `id` and `text`."""
    if not path.exists():
        raise NotFound("file", str(path))
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        lines = content.decode("utf-8").split("\n")
    except (ValueError, OSError, EOFError, zlib.error) as error:
        raise Invalid(sv=f"{path} går inte att läsa.", en=f"{path} cannot be read.") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError as error:
                raise _bad_line(path, number) from error
            if not isinstance(row, dict) or not all(isinstance(row.get(key), str) for key in ("id", "text")):
                raise _bad_line(path, number)
            yield row


def _bad_line(path: Path, number: int) -> Invalid:
    return Invalid(
        sv=f"{path}, rad {number}: det ska vara ett JSON-objekt med texterna id och text.",
        en=f"{path}, line {number}: it must be a JSON object with the texts id and text.",
    )
