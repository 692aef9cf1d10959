"""The golden sets of the demo through the whole answer path: is the right passage cited, and is silence admitted?

`golden.jsonl` asks in words as far from the documents as people's own can be, `golden_plain.jsonl` as those ask who know
roughly what the thing is called. A question counts as rightly cited when a cited passage holds the golden quote, or one of
its alternatives.
"""

import asyncio
import json
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from samverk.app import demo as kit
from samverk.app.platform import Platform, running
from samverk.core.settings import Settings
from samverk.identity.principal import system

SETS = {"plain words": kit.FOLDER / "golden_plain.jsonl", "far words": kit.FOLDER / "golden.jsonl"}
FLOORS = {"right passage cited": "≥ .95", "unanswerable recognised": "≥ .90", "answerable wrongly refused": "≤ .05"}


@dataclass(frozen=True)
class Asked:
    """A golden question with what came of it."""

    question: dict[str, Any]
    answered: bool
    confidence: float
    cited: bool  # the right passage is among the cited ones


async def ask_all(platform: Platform, questions: list[dict[str, Any]]) -> list[Asked]:
    """Put every question of a set to its assistant."""
    org = await platform.rooms.identity.org("bjorksta")
    asked = []
    for question in questions:
        principal = system(org.id)
        answer = await platform.rooms.answers.answer(principal, question["assistant"], question["question"])
        texts = []
        for citation in answer.citations:
            view = await platform.rooms.knowledge.passage(principal, citation.passage)
            texts.append((Path(view.path).name, plain(view.text)))
        asked.append(Asked(question, answer.answered, answer.confidence or 0.0, is_right(question, texts)))
    return asked


def is_right(question: dict[str, Any], cited: list[tuple[str, str]]) -> bool:
    """Whether a cited passage holds what the question is about."""
    wanted = [question, *question.get("alternatives", [])]
    return any(
        name == want.get("document") and plain(want["quote"]) in text
        for want in wanted
        if want.get("quote")
        for name, text in cited
    )


def plain(text: str) -> str:
    """The text without markup, cell borders and the difference between white spaces and dashes."""
    text = text.replace("\u00ad", "").replace("–", "-")
    return re.sub(r"[\s|*_`]+", " ", text).strip().casefold()


async def measure(sets: dict[str, list[dict[str, Any]]]) -> dict[str, list[Asked]]:
    """Set up the demo in a folder of its own and ask every set."""
    with tempfile.TemporaryDirectory() as home:
        async with running(Settings(home=Path(home))) as platform:
            await kit.set_up(platform, kit.load())
            return {name: await ask_all(platform, questions) for name, questions in sets.items()}


def rates(asked: list[Asked]) -> dict[str, float]:
    """The three figures of the table, as shares."""
    yes = [a for a in asked if a.question["answerable"]]
    no = [a for a in asked if not a.question["answerable"]]
    return {
        "right passage cited": sum(a.cited for a in yes) / len(yes),
        "unanswerable recognised": sum(not a.answered for a in no) / len(no),
        "answerable wrongly refused": sum(not a.answered for a in yes) / len(yes),
    }


def main() -> None:
    """Print the figures; with --verbose every question that went wrong."""
    sets = {name: [json.loads(line) for line in path.open(encoding="utf-8")] for name, path in SETS.items()}
    for name, asked in asyncio.run(measure(sets)).items():
        for what, value in rates(asked).items():
            print(f"golden set, {name}: {what:<28} {value:.3f}   (asked {FLOORS[what]})")
        for a in asked if "--verbose" in sys.argv else []:
            if a.answered != a.question["answerable"] or (a.question["answerable"] and not a.cited):
                flags = f"{'answered' if a.answered else 'refused':<9} {'cited' if a.cited else '-':<6}"
                print(f"{a.question['id']:<8} {a.confidence:.2f} {flags} {a.question['question']}")


if __name__ == "__main__":
    main()
