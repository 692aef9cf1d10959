"""The demo's documents: complete, fictional, and built from the sources that stand beside them."""

import json
import re
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from samverk.core.levels import Level

DEMO = Path(__file__).resolve().parents[2] / "src" / "samverk" / "demo"
DOCUMENTS = DEMO / "documents"
WORDS_A_PAGE = 330  # of running text on an A4 page, for formats without pages; the built PDFs hold fewer


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return json.loads((DEMO / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def builder() -> Any:
    pytest.importorskip("fpdf", reason="fpdf2 builds the PDFs")
    pytest.importorskip("docx", reason="python-docx builds the docx files")
    from scripts import build_demo

    if missing := build_demo.pdf.fonts_missing():
        pytest.skip(f"fonts missing (fonts-dejavu-core): {', '.join(missing)}")
    return build_demo


def built() -> list[Path]:
    return sorted(path for path in DOCUMENTS.rglob("*") if path.is_file())


def text_of_pdf(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_built_files_are_what_the_sources_give(builder: Any) -> None:
    fresh = {f"{source.meta['org']}/{source.file}": builder.build(source) for source in builder.sources()}
    assert set(fresh) == {path.relative_to(DOCUMENTS).as_posix() for path in built()}
    stale = [name for name, data in fresh.items() if (DOCUMENTS / name).read_bytes() != data]
    assert not stale, "run scripts/build_demo.py"


def test_there_is_enough_to_ask_about() -> None:
    pages = 0.0
    for path in (DEMO / "sources").glob("*.md"):
        text = path.read_text(encoding="utf-8")
        name = re.search(r"^file: (.+)$", text, re.MULTILINE)
        org = re.search(r"^org: (.+)$", text, re.MULTILINE)
        assert name
        assert org
        target = DOCUMENTS / org[1] / name[1]
        if target.suffix == ".pdf":
            with pypdfium2.PdfDocument(target) as document:
                pages += len(document)
        else:
            pages += len(text.split()) / WORDS_A_PAGE
    assert len(built()) >= 12
    assert {path.suffix for path in built()} == {".pdf", ".docx", ".html", ".md"}
    assert pages >= 60


def test_the_guidelines_have_outline_labels_and_readable_text() -> None:
    with pypdfium2.PdfDocument(DOCUMENTS / "bjorksta" / "riktlinjer-ekonomiskt-bistand.pdf") as document:
        labels = [document.get_page_label(i) for i in range(len(document))]
        chapters = [mark.get_title() for mark in document.get_toc() if mark.level == 0]
        contents = document[1].get_textpage().get_text_range()
        starts = {mark.get_title(): mark.get_dest().get_index() for mark in document.get_toc()}
    assert labels[:4] == ["i", "ii", "iii", "1"]
    assert [chapter.split()[0] for chapter in chapters] == [str(n) for n in range(1, 13)]
    for title in ("4.2 Skälig hyra", "5.3 Jobbstimulans"):
        assert re.search(rf"{title}\s+{labels[starts[title]]}\s", contents), "the contents name the printed page"
    text = text_of_pdf(DOCUMENTS / "bjorksta" / "riktlinjer-ekonomiskt-bistand.pdf").replace("\xa0", " ")
    assert "höjs beslutsnivån" in text
    assert "6 900 kr" in text


def test_every_file_belongs_to_one_collection_of_its_organisation(manifest: dict[str, Any]) -> None:
    files = [file for collection in manifest["collections"] for file in collection["files"]]
    assert sorted(files) == [path.relative_to(DOCUMENTS).as_posix() for path in built()]
    for collection in manifest["collections"]:
        assert all(file.startswith(f"{collection['org']}/") for file in collection["files"])


def test_the_manifest_holds_together(manifest: dict[str, Any]) -> None:
    orgs = {org["slug"] for org in manifest["organisations"]}
    groups = {(group["org"], group["slug"]) for group in manifest["groups"]}
    collections = {(c["org"], c["slug"]): c for c in manifest["collections"]}
    for user in manifest["users"]:
        assert user["role"] in {"member", "builder", "steward", "admin"}
        assert all((user["org"], group) in groups for group in user["groups"])
        assert user["email"].endswith(".example")
    for collection in collections.values():
        assert collection["org"] in orgs
        Level.parse(collection["level"])
    for assistant in manifest["assistants"]:
        assert all((assistant["org"], group) in groups for group in assistant["groups"])
        assert (assistant["audience"] == "group") == bool(assistant["groups"])
        assert len(assistant["sample_questions"]) >= 3
        for name in assistant["collections"]:
            owner, _, slug = name.rpartition("/")
            collection = collections[owner or assistant["org"], slug]
            assert not owner or collection["shared_with"] == "all"
            assert Level.parse(collection["level"]) <= Level.parse(assistant["level"])
    first = manifest["first_question"]
    assert (first["org"], first["assistant"]) in {(a["org"], a["slug"]) for a in manifest["assistants"]}


def test_nobody_real_is_in_the_documents(manifest: dict[str, Any]) -> None:
    identity_number = re.compile(r"\b(?:19|20)?\d{2}[01]\d[0-9]\d[-+]?\d{4}\b")
    fictional_number = re.compile(r"0980-31 92|040-628 04|08-465 00")
    texts = [path.read_text(encoding="utf-8") for path in (DEMO / "sources").glob("*.md")]
    for text in [*texts, json.dumps(manifest, ensure_ascii=False)]:
        assert not identity_number.search(text)
        for number in re.findall(r"\b0\d{1,3}-\d[\d ]{4,}", text):
            assert fictional_number.match(number), number
