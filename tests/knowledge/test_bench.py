"""The measuring of search: what is written, what is counted, and what cannot be read."""

import gzip
import json
import math
from pathlib import Path

import pytest

from samverk.core.errors import Invalid, NotFound
from samverk.knowledge import bench

CORPUS = [
    {"id": "a-0", "doc": "a", "title": "Riktlinje", "text": "Ekonomiskt bistånd söks varje månad."},
    {"id": "a-1", "doc": "a", "title": "Riktlinje", "text": "Beslutet kan överklagas inom tre veckor."},
    {"id": "b-0", "doc": "b", "title": "Parkering", "text": "Parkeringstillstånd gäller i tre år."},
]
QUERIES = [
    {"id": "q1", "text": "Hur ofta söker man bistånd?", "relevant": ["a-0"]},
    {"id": "q2", "text": "Hur länge gäller tillståndet för parkering?", "relevant": ["b-0"]},
    {"id": "q3", "text": "Vad är klockan?", "relevant": []},
]


def as_lines(rows: list[dict[str, object]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


@pytest.fixture(params=["plain", "packed"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "plain":
        (tmp_path / "corpus.jsonl").write_text(as_lines(CORPUS), "utf-8")
    else:
        (tmp_path / "corpus.jsonl.gz").write_bytes(gzip.compress(as_lines(CORPUS).encode()))
    (tmp_path / "queries.jsonl").write_text(as_lines(QUERIES), "utf-8")
    return tmp_path


def test_writes_a_run_and_measures_it(folder: Path) -> None:
    run = folder / "runs" / "first.trec"
    scores = bench.retrieval(folder, run)
    assert (scores.passages, scores.queries) == (3, 3)
    assert (scores.ndcg_10, scores.recall_5, scores.mrr) == (1, 1, 1)
    assert scores.passages_per_second > 0 < scores.query_ms_median <= scores.query_ms_p95
    assert scores.index_bytes > 0
    lines = [line.split() for line in run.read_text("utf-8").splitlines()]
    assert {len(line) for line in lines} == {6}
    first = [line for line in lines if line[3] == "1"]
    assert [(line[0], line[1], line[2], line[5]) for line in first[:2]] == [
        ("q1", "Q0", "a-0", "samverk"),
        ("q2", "Q0", "b-0", "samverk"),
    ]
    assert any("nDCG@10" in line for line in scores.lines())
    assert scores.as_dict()["ndcg_10"] == 1


def test_measures() -> None:
    found = ["x", "a", "y", "b"]
    assert bench.ndcg(found, {"a"}) == pytest.approx(1 / math.log2(3))
    assert bench.ndcg(found, {"a", "b"}) == pytest.approx(
        (1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3))
    )
    assert bench.ndcg(found, {"b"}, depth=3) == 0
    assert bench.recall(found, {"a", "z"}) == 0.5
    assert bench.reciprocal_rank(found, {"b", "y"}) == pytest.approx(1 / 3)
    assert bench.reciprocal_rank([], {"b"}) == 0
    questions = [bench.Query("q", "", frozenset("a")), bench.Query("r", "", frozenset())]
    assert bench.mean_of(bench.recall, {"q": found, "r": []}, questions) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("corpus.jsonl", b"not json\n"),
        ("corpus.jsonl", b'["a"]\n'),
        ("corpus.jsonl", b'{"id": "a"}\n'),
        ("corpus.jsonl", b"\xff\xfe\n"),
        ("corpus.jsonl.gz", gzip.compress(b"x" * 1000, mtime=0)[:-20]),
        ("queries.jsonl", b'{"id": 1, "text": "hej"}\n'),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / "queries.jsonl").write_text("", "utf-8")
    (tmp_path / "corpus.jsonl.gz").write_bytes(gzip.compress(b""))
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Invalid, match=name):
        bench.retrieval(tmp_path)


def test_a_missing_folder_and_an_unknown_index_are_said(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(NotFound):
        bench.retrieval(tmp_path / "nowhere")
    with pytest.raises(Invalid, match="nosuch"):
        bench.retrieval(folder, index="nosuch")


def test_an_empty_folder_has_nothing_to_measure(tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text("", "utf-8")
    (tmp_path / "queries.jsonl").write_text("", "utf-8")
    scores = bench.retrieval(tmp_path)
    assert (scores.passages, scores.ndcg_10, scores.query_ms_median, scores.query_ms_p95) == (0, 0, 0, 0)
