"""Questions with what the search finds for them, whole and with the right document removed: what answers are measured on."""

import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.bm25 import Bm25

from samverk.core import swedish
from samverk.knowledge.sandbox import extract
from samverk.library.ports import SourcePart

EVERYDAY = Path(__file__).parents[1] / "tests" / "answers" / "data" / "everyday_dev.jsonl"
DEPTH = 10  # passages that an answer is made from
TELLING = 15  # characters; a shorter answer may stand in any text by chance

Search = Callable[[str], Sequence[tuple[int, float]]]


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that the search found, with its score."""

    id: str
    doc: str
    title: str
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Case:
    """A question, the ids of its right passages, the answers' own words, and what the search found.

    `found` is over everything, `bereft` with the right documents removed; both best first, `DEPTH` long.
    """

    question: str
    relevant: frozenset[str]
    answers: tuple[str, ...]
    found: tuple[Found, ...]
    bereft: tuple[Found, ...]

    @property
    def still_answered(self) -> bool:
        """Whether another document gives the answer word for word, so that removing the right one changes nothing."""
        telling = [answer for answer in self.answers if len(answer) > TELLING]
        return bool(telling) and contains(" ".join(found.text for found in self.bereft), telling) > 0

    @staticmethod
    def sources(found: Sequence[Found]) -> tuple[SourcePart, ...]:
        """The passages as a model gets them."""
        return tuple(SourcePart(n, each.title, each.text) for n, each in enumerate(found, 1))

    @staticmethod
    def columns(found: Sequence[Found]) -> tuple[list[str], list[str], list[float]]:
        """The texts, titles and scores of the passages, as the confidence takes them."""
        return [each.text for each in found], [each.title for each in found], [each.score for each in found]


def passages(folder: Path) -> list[dict[str, Any]]:
    """The passages of a folder in order: {id, doc, title, text}."""
    return list(_lines(folder / "corpus.jsonl"))


def load(folder: Path, search: Search | None = None, *, every: int = 1) -> tuple[Case, ...]:
    """Read `corpus.jsonl[.gz]` and `queries.jsonl` and search for each query (by the reference BM25 unless told).

    With `every` 25, of 25 queries the first.
    """
    corpus = passages(folder)
    search = search or Bm25([f"{passage['title']}\n{passage['text']}" for passage in corpus]).search
    cases = []
    for query in islice(_lines(folder / "queries.jsonl"), 0, None, every):
        docs = query["doc"] if isinstance(query["doc"], list) else [query["doc"]]
        ranked = [
            Found(p["id"], p["doc"], p["title"], p["text"], s) for i, s in search(query["text"]) for p in [corpus[i]]
        ]
        cases.append(
            Case(
                query["text"],
                frozenset(query["relevant"]),
                tuple(query.get("answers", ())),
                tuple(ranked[:DEPTH]),
                tuple([each for each in ranked if each.doc not in docs][:DEPTH]),
            )
        )
    return tuple(cases)


def everyday() -> list[dict[str, Any]]:
    """The everyday questions on the demo's documents."""
    return list(_lines(EVERYDAY))


def demo(questions: Iterable[dict[str, Any]]) -> list[tuple[bool, str, tuple[Found, ...]]]:
    """Questions put to the demo: whether its documents answer, the question, and what the plain BM25 finds.

    Each names its `assistant`, the `question`, and whether it is `answerable`.
    """
    folder = Path(str(resources.files("samverk.demo")))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    files = {f"{each['org']}/{each['slug']}": each["files"] for each in manifest["collections"]}
    read = {name: extract(folder / "documents" / name) for names in files.values() for name in names}
    searches: dict[str, tuple[list[Found], Bm25]] = {}
    for assistant in manifest["assistants"]:
        slugs = [slug if "/" in slug else f"{assistant['org']}/{slug}" for slug in assistant["collections"]]
        found = [
            Found(
                f"{name}#{passage.ordinal}",
                name,
                " ".join((read[name].title, *passage.locator.heading)),
                passage.text,
                0.0,
            )
            for slug in slugs
            for name in files[slug]
            for passage in read[name].passages
        ]
        searches[assistant["slug"]] = found, Bm25([f"{each.title}\n{each.text}" for each in found])
    cases = []
    for asked in questions:
        known, index = searches[asked["assistant"]]
        best = tuple(replace(known[i], score=score) for i, score in index.search(asked["question"])[:DEPTH])
        cases.append((bool(asked["answerable"]), str(asked["question"]), best))
    return cases


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    packed = path.with_suffix(path.suffix + ".gz")
    with gzip.open(packed, "rt", encoding="utf-8") if packed.exists() else path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def normalised(text: str) -> str:
    """Text as compared: NFKC, lower case, no soft hyphens, white space as single spaces."""
    return " ".join(swedish.normalise(text).split())


def contains(text: str, answers: Sequence[str]) -> float:
    """The share of the listed answers whose words stand, as they are, in the text (citations included, as shown)."""
    read = normalised(text)
    return sum(normalised(answer) in read for answer in answers) / max(1, len(answers))


def area(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The area under the ROC curve: how often a positive has the higher score, ties counted half."""
    ranked = sorted([(score, True) for score in positive] + [(score, False) for score in negative])
    ranks, start = 0.0, 0
    while start < len(ranked):
        end = start
        while end < len(ranked) and ranked[end][0] == ranked[start][0]:
            end += 1
        ranks += sum(is_positive for _, is_positive in ranked[start:end]) * (start + end + 1) / 2
        start = end
    return (ranks - len(positive) * (len(positive) + 1) / 2) / (len(positive) * len(negative))
