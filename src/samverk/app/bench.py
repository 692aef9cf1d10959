"""Runs a retrieval set through the real answer path: `samverk bench answers`. The set's rows stand in for read documents."""

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from samverk.app.platform import Platform, running
from samverk.assistants.model import AssistantBody
from samverk.core.settings import Settings
from samverk.identity.principal import system
from samverk.knowledge.bench import Row, read_corpus, read_queries
from samverk.knowledge.ingest import ingest_paths
from samverk.knowledge.passages import Extract, Locator, Passage
from samverk.library.cards import EXTRACTIVE
from samverk.library.ports import Endpoint

_ORG, _COLLECTION, _ASSISTANT = "bench", "corpus", "bench"
_JOINT = "\n\n"


@dataclass(frozen=True, slots=True)
class Line:
    """What the bench writes for one query."""

    id: str
    answer: str
    citations: list[dict[str, Any]]
    answered: bool
    confidence: float | None

    def body(self) -> dict[str, Any]:
        """The line as JSON."""
        shown = {"answered": self.answered, "confidence": self.confidence}
        return {"id": self.id, "answer": self.answer, "citations": self.citations, **shown}


async def answers(folder: Path, out: Path, on_progress: Callable[[int, int, str], None]) -> int:
    """Ask every query of the set and write one JSON line for each. Returns how many were asked.

    Raises NotFound for a folder without `corpus.jsonl[.gz]` or `queries.jsonl`, Invalid for lines that cannot be read.
    """
    queries = read_queries(folder)
    with tempfile.TemporaryDirectory() as home, out.open("wb") as file:
        ids = _lay_out(read_corpus(folder), Path(home) / "rows")
        files = sorted((Path(home) / "rows").iterdir())
        settings = Settings(home=Path(home), question_characters=100_000)
        async with running(settings, extract=_extract) as platform:
            await _prepare(platform, files)
            for number, query in enumerate(queries, start=1):
                line = await _ask(platform, ids, query.id, query.text)
                file.write(orjson.dumps(line.body()) + b"\n")
                on_progress(number, len(queries), query.id)
    return len(queries)


Place = tuple[str, int]  # a document's path and where in its text a passage begins


def _lay_out(rows: list[Row], folder: Path) -> dict[Place, str]:
    """Write each document's rows to a file that `_extract` reads. Returns the row's id for each place."""
    by_document: dict[str, list[Row]] = {}
    for row in rows:
        by_document.setdefault(row.doc, []).append(row)
    folder.mkdir()
    ids = {}
    for number, own in enumerate(by_document.values()):
        path = folder / f"{number}.json"
        path.write_text(json.dumps([[row.title, row.text] for row in own]), encoding="utf-8")
        starts = (passage.locator.start for passage in _extract(path).passages)
        ids.update({(path.name, start): row.id for start, row in zip(starts, own, strict=True)})
    return ids


async def _prepare(platform: Platform, files: list[Path]) -> None:
    """An organisation with one collection that holds the rows, and an assistant on it."""
    rooms = platform.rooms
    org = await rooms.identity.create_org(_ORG, _ORG)
    await rooms.library.adopt(org.id, EXTRACTIVE, Endpoint("extractive", "extractive"), "bench")
    await ingest_paths(rooms.knowledge, org.id, _COLLECTION, files)
    await rooms.assistants.save(
        org.id, _ASSISTANT, AssistantBody(name=_ASSISTANT, collections=(_COLLECTION,)), system(org.id)
    )


def _extract(path: Path) -> Extract:
    """Rows as a document: each row one passage, as it is."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    passages, at = [], 0
    for ordinal, (_, text) in enumerate(rows):
        passages.append(Passage(ordinal, text, Locator((), None, None, at, at + len(text))))
        at += len(text) + len(_JOINT)
    return Extract(rows[0][0], _JOINT.join(text for _, text in rows), tuple(passages), (), "rows/1")


async def _ask(platform: Platform, ids: dict[Place, str], query: str, text: str) -> Line:
    principal = system((await platform.rooms.identity.org(_ORG)).id)
    answer = await platform.rooms.answers.answer(principal, _ASSISTANT, text)
    citations = []
    for citation in answer.citations:
        view = await platform.rooms.knowledge.passage(principal, citation.passage) if citation.passage else None
        row = ids[view.path, view.start] if view else None
        citations.append({"n": citation.n, "passage": row, "quote": citation.quote, "verdict": citation.verdict})
    return Line(query, answer.text, citations, answer.answered, answer.confidence)
