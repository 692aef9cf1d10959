"""Questions in everyday words on the demo's documents: is the right passage found, and is it known when there is none?

    python -m benchmarks.everyday [QUESTIONS] [--misses]     # a file as tests/answers/data/everyday_dev.jsonl

A question {assistant, question, answerable, document, quote} is put to the product's index over what its assistant may
read. Found counts when a passage that holds the quote, as it stands, is among the first 1, 5 or 10.
"""

import argparse
import json
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from benchmarks.answering import Case, Found, area, normalised

from samverk.answers.confidence import THRESHOLD, assess
from samverk.core.ids import new_id
from samverk.knowledge import indexes
from samverk.knowledge.ports import IndexEntry, Shelf, Wanted, Where
from samverk.knowledge.sandbox import extract

QUESTIONS = Path(__file__).parent.parent / "tests" / "answers" / "data" / "everyday_dev.jsonl"
DEPTH = 10


class Asked(NamedTuple):
    """A question with what was found, the place of the passage that holds the quote (0 for none) and the confidence."""

    row: dict[str, Any]
    found: tuple[Found, ...]
    place: int
    confidence: float


def readable() -> dict[str, list[Found]]:
    """The passages that each assistant of the demo may read."""
    folder = Path(str(resources.files("samverk.demo")))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    files = {f"{each['org']}/{each['slug']}": each["files"] for each in manifest["collections"]}
    read = {name: extract(folder / "documents" / name) for names in files.values() for name in names}
    return {
        assistant["slug"]: [
            Found(f"{name}#{p.ordinal}", name, " ".join((read[name].title, *p.locator.heading)), p.text, 0.0)
            for slug in assistant["collections"]
            for name in files[slug if "/" in slug else f"{assistant['org']}/{slug}"]
            for p in read[name].passages
        ]
        for assistant in manifest["assistants"]
    }


def ask(rows: Sequence[dict[str, Any]], passages: dict[str, list[Found]]) -> list[Asked]:
    """Put every question to the product's index over its assistant's passages."""
    factory = indexes.factory("tantivy")
    assert factory is not None
    answers = []
    with TemporaryDirectory() as place:
        index, org = factory(Where(Path(place))), new_id()
        shelves = {slug: Shelf(org, new_id()) for slug in passages}
        for slug, shelf in shelves.items():
            index.apply(shelf, [IndexEntry(p.id, p.doc, p.title, p.text) for p in passages[slug]], (), 1)
        for row in rows:
            known = {p.id: p for p in passages[row["assistant"]]}
            shelf = shelves[row["assistant"]]
            hits = index.search(Wanted(org, [shelf.collection], row["question"], DEPTH))
            found = tuple(known[hit.id] for hit in hits)
            texts, titles, _ = Case.columns(found)
            quote = normalised(row.get("quote", "\x00"))
            holding = (n for n, p in enumerate(found, 1) if quote in normalised(p.text))
            score = assess(row["question"], texts, titles, [hit.score for hit in hits]).score
            answers.append(Asked(row, found, next(holding, 0), score))
    return answers


def main() -> None:
    """Ask and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path, nargs="?", default=QUESTIONS)
    parser.add_argument("--misses", action="store_true")
    told = parser.parse_args()
    rows = [json.loads(line) for line in told.questions.read_text(encoding="utf-8").splitlines()]
    asked = ask(rows, readable())
    answerable = [each for each in asked if each.row["answerable"]]
    others = [each for each in asked if not each.row["answerable"]]
    for depth in (1, 5, 10):
        print(
            f"found among the first {depth}: {sum(0 < each.place <= depth for each in answerable)} of {len(answerable)}"
        )
    scores, silent = [each.confidence for each in answerable], [each.confidence for each in others]
    print(
        f"confidence: area {area(scores, silent):.3f}; refused of answerable {_below(scores)}, of others {_below(silent)}"
    )
    if told.misses:
        for each in answerable:
            if not 0 < each.place <= 5:
                print(f"{each.place:3} {each.row['question']}")


def _below(scores: Sequence[float]) -> str:
    return f"{sum(score < THRESHOLD for score in scores)} of {len(scores)}"


if __name__ == "__main__":
    main()
