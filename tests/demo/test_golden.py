"""The demo's golden set: every expected passage stands in a document that the asked assistant reads.

A line of `golden.jsonl` is one question to one assistant. An answerable one names the document, the heading above the
passage, words that stand verbatim in it and, for PDFs, the printed page; `alternatives` are other passages that answer
it as well. An unanswerable one says in `note` why the documents do not answer it. Knows nothing about the search.
"""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

DEMO = Path(__file__).resolve().parents[2] / "src" / "samverk" / "demo"
QUESTIONS: list[dict[str, Any]] = [
    json.loads(line) for line in (DEMO / "golden.jsonl").read_text(encoding="utf-8").splitlines()
]
ANSWERABLE = [question for question in QUESTIONS if question["answerable"]]


def fold(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def squeeze(text: str) -> str:
    """The text without white space, hyphens and the mark that stands for a hyphen at a line's end in a PDF."""
    return re.sub(r"[\s\-\u00ad\ufffe\x02]+", "", text)


def expected(question: dict[str, Any]) -> list[dict[str, str]]:
    """The right passage first, then the others that answer the question as well."""
    return [{"document": question["document"], "quote": question["quote"]}, *question.get("alternatives", [])]


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    """Source text by the built file's name."""
    texts = [path.read_text(encoding="utf-8") for path in (DEMO / "sources").glob("*.md")]
    return {name[1].strip(): text for text in texts if (name := re.search(r"^file: (.+)$", text, re.MULTILINE))}


@pytest.fixture(scope="module")
def read_by() -> dict[str, set[str]]:
    """Names of the documents that each of Björksta's assistants reads, shared collections included."""
    manifest = json.loads((DEMO / "manifest.json").read_text(encoding="utf-8"))
    files = {f"{c['org']}/{c['slug']}": {Path(file).name for file in c["files"]} for c in manifest["collections"]}
    return {
        assistant["slug"]: {
            name
            for slug in assistant["collections"]
            for name in files[slug if "/" in slug else f"{assistant['org']}/{slug}"]
        }
        for assistant in manifest["assistants"]
        if assistant["org"] == "bjorksta"
    }


def test_the_set_is_large_enough_and_a_third_is_unanswerable() -> None:
    assert len(QUESTIONS) >= 60
    assert len({question["id"] for question in QUESTIONS}) == len(QUESTIONS)
    assert len(ANSWERABLE) >= 46
    assert 3 * (len(QUESTIONS) - len(ANSWERABLE)) >= len(QUESTIONS)


def test_every_assistant_is_asked_both_kinds(read_by: dict[str, set[str]]) -> None:
    asked = Counter((question["assistant"], question["answerable"]) for question in QUESTIONS)
    assert {assistant for assistant, _ in asked} == set(read_by)
    assert all(asked[assistant, kind] >= 8 for assistant in read_by for kind in (True, False))


def test_quotes_stand_verbatim_in_documents_that_the_assistant_reads(
    sources: dict[str, str], read_by: dict[str, set[str]]
) -> None:
    for question in ANSWERABLE:
        for passage in expected(question):
            assert passage["document"] in read_by[question["assistant"]], question["id"]
            assert fold(sources[passage["document"]]).count(passage["quote"]) == 1, (question["id"], passage["quote"])


def test_the_heading_is_the_nearest_one_above_the_quote(sources: dict[str, str]) -> None:
    for question in ANSWERABLE:
        # Quotes are a few words inside a line, so the text above ends with the lines before theirs.
        above, found, _ = sources[question["document"]].partition(question["quote"])
        assert found, question["id"]
        assert re.findall(r"^#+ (.+)$", above, re.MULTILINE)[-1] == question["heading"], question["id"]


def test_pages_are_the_printed_ones() -> None:
    for question in ANSWERABLE:
        if not question["document"].endswith(".pdf"):
            assert question["page"] is None, question["id"]
            continue
        with pypdfium2.PdfDocument(next(DEMO.glob(f"documents/*/{question['document']}"))) as pdf:
            pages = {
                pdf.get_page_label(i) or str(i + 1): squeeze(page.get_textpage().get_text_bounded())
                for i, page in enumerate(pdf)
            }
        holding = [label for label, text in pages.items() if squeeze(question["quote"]) in text]
        assert holding == [str(question["page"])], question["id"]


def test_unanswerable_questions_say_why() -> None:
    for question in QUESTIONS:
        if not question["answerable"]:
            assert question["note"], question["id"]
            assert question["document"] is question["quote"] is question["page"] is None, question["id"]
