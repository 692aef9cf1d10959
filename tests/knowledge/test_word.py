"""Word processors' documents: each word once, headings with their numbers, tables, notes, pages."""

import re
import zipfile
from pathlib import Path

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from samverk.knowledge.passages import Block
from samverk.knowledge.sandbox import extract, parsers, run
from tests.knowledge.samples import odt_of

LONG = "Tingsrätten finner att käranden har rätt till ersättning för sin utebliva inkomst. " * 8


def blocks(path: Path) -> list[Block]:
    return list(run(path, parsers=parsers()).parsed.blocks)


def saved(document: object, folder: Path) -> Path:
    document.save(str(folder / "a.docx"))  # type: ignore[attr-defined]
    return folder / "a.docx"


def with_xml(folder: Path, *paragraphs: str) -> list[Block]:
    """The blocks of a document that holds these paragraphs, written as WordprocessingML."""
    document = docx.Document()
    body = document.element.body
    for xml in paragraphs:
        body.insert(len(body) - 1, parse_xml(xml.replace("<w:p>", f"<w:p {nsdecls('w')}>", 1)))
    return blocks(saved(document, folder))


def test_a_data_table_is_rows_with_its_header_first(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("Insats", "Avgift", "Trygghetslarm", "210 kr"), strict=True):
        cell.text = text
    assert [(b.kind, b.text) for b in blocks(saved(document, tmp_path))] == [
        ("table", "Insats | Avgift\nTrygghetslarm | 210 kr")
    ]


def test_merged_cells_come_once_and_the_others_keep_their_columns(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=3, cols=3)
    for cell, text in zip(
        table._cells, ("Insats", "2025", "2026", "Larm", "200", "210", "Summa", "", "410"), strict=True
    ):
        cell.text = text
    table.cell(2, 0).merge(table.cell(2, 1))
    assert [b.text.strip() for b in blocks(saved(document, tmp_path))] == [
        "Insats | 2025 | 2026\nLarm | 200 | 210\nSumma |  | 410"
    ]


def test_running_text_in_a_layout_table_comes_once(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=3, cols=10)
    merged = table.cell(0, 0).merge(table.cell(2, 9))
    merged.text = LONG
    inner = merged.add_table(rows=1, cols=2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "Målnummer:", "T 12-34"
    text = extract(saved(document, tmp_path)).text
    assert text.count("Tingsrätten finner") == 8
    assert text.count("Målnummer: | T 12-34") == 1


def test_headings_carry_the_numbers_of_their_list(tmp_path: Path) -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="{text}"/></w:lvl>'
        for depth, text in enumerate(("%1", "%1.%2"))
    )
    abstract = parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{levels}</w:abstractNum>')
    numbering.insert(0, abstract)
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    for text, level in (("Inledning", 1), ("Syfte", 2), ("Belopp", 1), ("Norm", 2), ("Avsteg", 2)):
        heading = document.add_heading(text, level)
        heading._p.get_or_add_pPr().append(
            parse_xml(
                f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level - 1}"/><w:numId w:val="90"/></w:numPr>',
            )
        )
    found = [(b.text, b.level) for b in blocks(saved(document, tmp_path))]
    assert found == [("1 Inledning", 1), ("1.1 Syfte", 2), ("2 Belopp", 1), ("2.1 Norm", 2), ("2.2 Avsteg", 2)]


def test_deleted_and_hidden_text_is_left_out_and_inserted_text_is_in(tmp_path: Path) -> None:
    found = with_xml(
        tmp_path,
        "<w:p><w:r><w:t xml:space='preserve'>Avgiften är </w:t></w:r>"
        "<w:del w:id='1'><w:r><w:delText>100</w:delText></w:r></w:del>"
        "<w:ins w:id='2'><w:r><w:t>200</w:t></w:r></w:ins>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>HEMLIGT</w:t></w:r>"
        "<w:r><w:t xml:space='preserve'> kronor.</w:t></w:r></w:p>",
    )
    assert [b.text for b in found] == ["Avgiften är 200 kronor."]


def test_a_text_box_comes_once_though_word_writes_it_twice(tmp_path: Path) -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>Ruta med text</w:t></w:r></w:p></w:txbxContent>"
    found = with_xml(
        tmp_path,
        "<w:p xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' xmlns:w="
        "'http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:r><w:t>Före.</w:t></w:r><w:r>"
        f"<mc:AlternateContent><mc:Choice Requires='wps'>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>",
    )
    assert [b.text for b in found] == ["Före.", "Ruta med text"]


def test_pages_are_given_when_word_and_its_breaks_agree(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Första sidan.")
    second = document.add_paragraph()
    second._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:lastRenderedPageBreak/><w:t>Andra sidan.</w:t></w:r>"))
    path = saved(document, tmp_path)

    def with_page_count(count: int) -> Path:
        target = tmp_path / f"{count}.docx"
        with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as copy:
            for name in source.namelist():
                content = source.read(name)
                if name == "docProps/app.xml":
                    content = re.sub(rb"<Pages>\d+</Pages>", b"", content)
                    content = content.replace(b"</Properties>", f"<Pages>{count}</Pages></Properties>".encode())
                copy.writestr(name, content)
        return target

    agreed = extract(with_page_count(2))
    assert agreed.labels == ("1", "2")
    assert [page for p in agreed.passages for _, page in p.pages] == [0, 1]
    assert extract(with_page_count(3)).labels == ()


def test_bold_lines_are_headings_where_no_style_makes_any(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph().add_run("Handläggning").bold = True
    document.add_paragraph("En ansökan ska handläggas skyndsamt.")
    assert [b.kind for b in blocks(saved(document, tmp_path))] == ["heading", "paragraph"]


def test_open_document_lists_notes_tables_and_deletions(tmp_path: Path) -> None:
    path = odt_of(
        tmp_path,
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>STRUKET</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        "<text:p>Se bilagan<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Bilaga 2."
        "</text:p></text:note-body></text:note>.</text:p>"
        "<text:list><text:list-item><text:p>hyra</text:p></text:list-item><text:list-item><text:p>el</text:p>"
        "</text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>Post</text:p></table:table-cell><table:table-cell>"
        "<text:p>Kronor</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>Hyra"
        "</text:p></table:table-cell><table:table-cell><text:p>5<text:s text:c='1'/>000</text:p></table:table-cell>"
        "</table:table-row></table:table>",
    )
    assert [(b.kind, b.text) for b in blocks(path)] == [
        ("paragraph", "Se bilagan."),
        ("footnote", "Bilaga 2."),
        ("item", "• hyra"),
        ("item", "• el"),
        ("table", "Post | Kronor\nHyra | 5 000"),
    ]
