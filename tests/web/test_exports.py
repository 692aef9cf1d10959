"""Answers to take along: everything that a source should say is there, and nothing hostile comes alive."""

import io
import zipfile
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from samverk.answers.model import Answer, Citation
from samverk.web.chat.exports import FORMATS, Bundle, docx, escaped, markdown, text
from samverk.web.pieces import pieces
from samverk.web.texts import LANGUAGES, texts

RUN = UUID("0199b1f0-0000-7000-8000-000000000001")
PASSAGE = uuid4()
AT = datetime(2026, 3, 1, 12, 5, tzinfo=UTC)
SAID = """Beslutet fattas inom **fyra veckor** [1]. Se [sidan](https://bjorksta.example/x).

## Så gör du

1. Fyll i blanketten.
2. Skicka in den.
   - Med underskrift.

| Sort | Tid |
|---|---|
| vanlig | 4 veckor [2] |

```
a < b
```
"""
HOSTILE = "<script>alert(1)</script> *fet* [x](javascript:alert(1)) \u202egnp.exe | =cmd\x00\x0b"


def citation(
    n: int, title: str = "Riktlinjer", quote: str = "inom fyra hela veckor", verdict: str = "verified"
) -> Citation:
    return Citation(n, PASSAGE, title, uuid4(), ("2 Handläggning",), "4", quote, "", 3, 19, verdict, (), (0, 40))


def answer(
    said: str = SAID, title: str = "Riktlinjer", question: str = "Hur lång tid tar det?", **more: object
) -> Answer:
    fields: dict[str, object] = {
        "run": RUN,
        "conversation": uuid4(),
        "assistant": {"slug": "tillstand", "name": "Tillståndshjälpen"},
        "model": {"slug": "m", "name": "Skriptmodell 7B", "hosting": "sweden"},
        "level": "internal",
        "question": question,
        "text": said,
        "answered": True,
        "status": "done",
        "citations": (
            citation(1, title),
            citation(1, title, verdict="unverified"),
            citation(2, title, "4 veckor", "supported"),
        ),
        "created_at": AT,
    }
    return Answer(**{**fields, **more})  # type: ignore[arg-type]


def bundle(
    *answers: Answer, title: str = "Hur lång tid tar det?", language: str = "sv", kind: str = "answer"
) -> Bundle:
    return Bundle(kind, title, answers or [answer()], texts(language), "https://bjorksta.example", AT)  # type: ignore[arg-type]


def words_of(content: bytes) -> str:
    """Every word of a Word document."""
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_stands_by_itself(suffix: str, language: str) -> None:
    content = FORMATS[suffix][1](bundle(language=language))
    said = words_of(content) if suffix == "docx" else content.decode()
    expected = {
        "sv": ("skriven av en dator", "Drift i Sverige", "intern", "1 mars 2026 13:05", "verifierad", "kap. 2, s. 4"),
        "en": ("written by a computer", "Run in Sweden", "internal", "1 March 2026 13:05", "verified", "ch. 2, p. 4"),
    }[language]
    for part in (
        *expected,
        "Hur lång tid tar det?",
        "Tillståndshjälpen",
        "fyra veckor",
        "Skriptmodell 7B",
        "[1]",
        "Riktlinjer",
    ):
        assert part in said, part
    assert f"https://bjorksta.example/stycken/{PASSAGE}?citat=3-19&svar={RUN}#t" in said
    assert said.count("inom fyra hela veckor") == 1  # one quote, once, with its best verdict
    assert texts(language)("verdict.unverified") not in said


def test_plain_text_has_no_mark_up_left() -> None:
    said = text(bundle()).decode()
    assert "Beslutet fattas inom fyra veckor [1]. Se sidan (https://bjorksta.example/x)." in said
    assert "1. Fyll i blanketten.\n2. Skicka in den.\n  - Med underskrift." in said
    assert "Sort | Tid\nvanlig | 4 veckor [2]" in said
    assert "**" not in said
    assert "##" not in said


def test_word_has_headings_lists_tables_and_links_of_its_own() -> None:
    document = Document(io.BytesIO(docx(bundle())))
    styles = {paragraph.text: paragraph.style.name for paragraph in document.paragraphs if paragraph.style}
    assert styles["Hur lång tid tar det?"] in ("Title", "Quote")
    assert styles["Så gör du"] == "Heading 3"
    assert styles["Med underskrift."] == "List Bullet 2"
    assert [[cell.text for cell in row.cells] for row in document.tables[0].rows] == [
        ["Sort", "Tid"],
        ["vanlig", "4 veckor [2]"],
    ]
    links = {relation.target_ref for relation in document.part.rels.values() if relation.is_external}
    assert "https://bjorksta.example/x" in links
    assert len(links) == 2


def test_a_conversation_holds_its_answers_in_order() -> None:
    said = markdown(
        bundle(answer(), answer(question="Och sedan?", said="Inget mer."), title="Tillstånd", kind="conversation")
    ).decode()
    assert said.startswith("# Tillstånd\n")
    assert said.index("Hur lång tid") < said.index("Och sedan?") < said.index("Inget mer.")


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize(
    ("status", "answered", "key"),
    [
        ("stopped", False, "stopped"),
        ("failed", False, "failed"),
        ("running", False, "running"),
        ("done", False, "no_answer"),
    ],
)
def test_what_is_no_whole_answer_says_so(suffix: str, status: str, answered: bool, key: str) -> None:
    content = FORMATS[suffix][1](bundle(answer(status=status, answered=answered, citations=(), model={})))
    assert texts("sv")("export." + key) in (words_of(content) if suffix == "docx" else content.decode())


def test_hostile_text_stays_text_in_markdown() -> None:
    attack = answer(
        f"{HOSTILE} ![spion](https://ond.example/x.png)\n\n`<b>` är kod [1].", HOSTILE, HOSTILE + "\n# Rubrik\n- punkt"
    )
    said = markdown(bundle(attack, title=HOSTILE)).decode()
    html = MarkdownIt("commonmark", {"html": True}).render(said)
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html.lower()
    assert html.count("<h1>") == 1
    assert "<code>&lt;b&gt;</code>" in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; *fet* [x](javascript:alert(1))" in html  # the title, as it is


def test_hostile_text_stays_text_in_word() -> None:
    content = docx(bundle(answer(HOSTILE, HOSTILE, HOSTILE), title=HOSTILE))
    assert "<script>alert(1)</script>" in words_of(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<script" not in archive.read("word/document.xml")
        assert b"javascript:" not in archive.read("word/_rels/document.xml.rels")


@given(st.text(max_size=80))
def test_escaped_text_is_shown_as_it_is(said: str) -> None:
    line = " ".join(said.split())
    html = MarkdownIt("commonmark").render(escaped(line))
    shown = html.removeprefix("<p>").removesuffix("</p>\n") if html.startswith("<p>") else html
    assert shown.count("<") == 0 or not line


@given(st.text(max_size=200))
def test_any_answer_can_be_taken_along(said: str) -> None:
    for _, make in FORMATS.values():
        assert make(bundle(answer(said, said, said), title=said))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Hur lång tid tar det?", "Svar Hur lång tid tar det 2026-03-01.md"),
        ("../../etc/passwd\x00\u202egpj.exe", "Svar etc passwd gpj exe 2026-03-01.md"),
        ("", "Svar 2026-03-01.md"),
        ("🎉", "Svar 2026-03-01.md"),
        ("ord " * 100, "Svar " + "ord " * 14 + "ord 2026-03-01.md"),
    ],
)
def test_a_files_name_says_what_it_holds(title: str, name: str) -> None:
    assert bundle(title=title).name("md") == name


def test_pieces_know_their_lists() -> None:
    found = pieces("3. tre\n4. fyra\n\n   mer\n\n> citat\n\n- a\n  - b")
    assert [(piece.kind, piece.mark, piece.level, piece.plain) for piece in found] == [
        ("item", "3. ", 1, "tre"),
        ("item", "4. ", 1, "fyra"),
        ("paragraph", "", 0, "mer"),
        ("quote", "", 0, "citat"),
        ("item", "- ", 1, "a"),
        ("item", "- ", 2, "b"),
    ]
