"""The demo's golden sets: every expected passage stands in a document that the asked assistant reads.

`golden.jsonl` asks in words as far from the documents as possible, `golden_plain.jsonl` as people do who know roughly
what the thing is called. A line is one question to one assistant. An answerable one names the document, the heading
above the passage, words that stand verbatim in it and, for PDFs, the printed page; `alternatives` are other passages
that answer it as well. An unanswerable one says in `note` why the documents do not answer it. Knows nothing about the
search.
"""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

Question = dict[str, Any]

DEMO = Path(__file__).resolve().parents[2] / "src" / "samverk" / "demo"
# Least number of answerable and of unanswerable questions in each set.
LEAST = {"golden.jsonl": (46, 20), "golden_plain.jsonl": (60, 30)}
# A question that repeats more words in a row than this is the document's sentence turned around.
LONGEST_LOAN = 4


def load(name: str) -> list[Question]:
    return [json.loads(line) for line in (DEMO / name).read_text(encoding="utf-8").splitlines()]


def fold(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def squeeze(text: str) -> str:
    """The text without white space, hyphens and the mark that stands for a hyphen at a line's end in a PDF."""
    return re.sub(r"[\s\-\u00ad\ufffe\x02]+", "", text)


def expected(question: Question) -> list[dict[str, str]]:
    """The right passage first, then the others that answer the question as well."""
    return [{"document": question["document"], "quote": question["quote"]}, *question.get("alternatives", [])]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


@pytest.fixture(scope="module", params=sorted(LEAST))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def questions(name: str) -> list[Question]:
    return load(name)


@pytest.fixture(scope="module")
def answerable(questions: list[Question]) -> list[Question]:
    return [question for question in questions if question["answerable"]]


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


def test_the_set_is_large_enough_and_a_third_is_unanswerable(
    name: str, questions: list[Question], answerable: list[Question]
) -> None:
    unanswerable = len(questions) - len(answerable)
    assert len(answerable) >= LEAST[name][0]
    assert unanswerable >= LEAST[name][1]
    assert 3 * unanswerable >= len(questions)


def test_no_question_is_asked_twice() -> None:
    everything = [question for name in LEAST for question in load(name)]
    assert len({question["id"] for question in everything}) == len(everything)
    assert len({question["question"] for question in everything}) == len(everything)


def test_every_assistant_is_asked_both_kinds(questions: list[Question], read_by: dict[str, set[str]]) -> None:
    asked = Counter((question["assistant"], question["answerable"]) for question in questions)
    assert {assistant for assistant, _ in asked} == set(read_by)
    assert all(asked[assistant, kind] >= 8 for assistant in read_by for kind in (True, False))


def test_quotes_stand_verbatim_in_documents_that_the_assistant_reads(
    answerable: list[Question], sources: dict[str, str], read_by: dict[str, set[str]]
) -> None:
    for question in answerable:
        for passage in expected(question):
            assert passage["document"] in read_by[question["assistant"]], question["id"]
            assert fold(sources[passage["document"]]).count(passage["quote"]) == 1, (question["id"], passage["quote"])


def test_the_heading_is_the_nearest_one_above_the_quote(answerable: list[Question], sources: dict[str, str]) -> None:
    for question in answerable:
        # Quotes are a few words inside a line, so the text above ends with the lines before theirs.
        above, found, _ = sources[question["document"]].partition(question["quote"])
        assert found, question["id"]
        assert re.findall(r"^#+ (.+)$", above, re.MULTILINE)[-1] == question["heading"], question["id"]


def test_pages_are_the_printed_ones(answerable: list[Question]) -> None:
    for question in answerable:
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


def test_unanswerable_questions_say_why(questions: list[Question]) -> None:
    for question in questions:
        if not question["answerable"]:
            assert question["note"], question["id"]
            assert question["document"] is question["quote"] is question["page"] is None, question["id"]


def test_every_document_is_asked_about_in_plain_words(read_by: dict[str, set[str]]) -> None:
    asked = {(q["assistant"], q["document"]) for q in load("golden_plain.jsonl") if q["answerable"]}
    assert asked == {(assistant, document) for assistant, documents in read_by.items() for document in documents}


def test_questions_are_not_the_documents_sentences(answerable: list[Question], sources: dict[str, str]) -> None:
    for question in answerable:
        asked, text = words(question["question"]), " ".join(words(sources[question["document"]]))
        runs = (" ".join(asked[i : i + LONGEST_LOAN + 1]) for i in range(len(asked) - LONGEST_LOAN))
        assert not [run for run in runs if f" {run} " in f" {text} "], question["id"]
