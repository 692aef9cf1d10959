"""Workbooks, slides, rich text, delimited files, attachments and old Word files; and the places that people are told."""

import stat
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pptx
import pytest

from samverk.answers.model import place
from samverk.knowledge import conversion, enclosed, places
from samverk.knowledge.passages import Block, Enclosed, Extract, Parsed
from samverk.knowledge.reading import delimited, ods, odt, rtf
from samverk.knowledge.sandbox import extract
from samverk.knowledge.unreadable import Unreadable
from tests.knowledge import samples


def shape(found: Parsed) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in found.blocks]


def said(found: Parsed) -> list[str]:
    return [places.said(label) for label in found.labels]


# Places


@pytest.mark.parametrize(
    ("label", "swedish", "english"),
    [
        ("12", "s. 12", "p. 12"),
        ("slide: 4", "bild 4", "slide 4"),
        ("sheet: Avgifter › cells: B 12", "blad Avgifter, cell B12", "sheet Avgifter, cell B12"),
        ("sheet: Avgifter › cells: A,C 1,5-9", "blad Avgifter, cellerna A5:C9", "sheet Avgifter, cells A5:C9"),
        ("rows: 1,7", "rad 7", "row 7"),
        ("attachment: karta.pdf › 2", "Bilaga: karta.pdf, s. 2", "Attachment: karta.pdf, p. 2"),
        (None, "", ""),
    ],
)
def test_a_label_is_said_in_both_languages(label: str | None, swedish: str, english: str) -> None:
    assert (places.said(label, "sv"), places.said(label, "en")) == (swedish, english)


def test_the_very_cell_is_found_in_a_piece_of_a_table() -> None:
    text = "Insats | Avgift\nLarm | 210 kr\n | 250 kr"
    label = places.within(places.part("sheet", "Avgifter"), places.cells([0, 3], [1, 8, 9]))

    def at(words: str) -> str:
        start = text.index(words)
        return places.said(places.narrowed(label, text, start, start + len(words)))

    assert at("210 kr") == "blad Avgifter, cell D8"
    assert at("250") == "blad Avgifter, cell D9"
    assert at("Larm | 210 kr") == "blad Avgifter, cellerna A8:D8"
    assert places.narrowed(label, text.partition("\n")[2], 0, 3) == label  # not the whole piece: nothing is claimed
    assert places.narrowed("12", text, 0, 3) == "12"


def test_a_citation_names_the_attachment_first_and_no_sheet_twice() -> None:
    inside = places.within(places.part("attachment", "plan.pdf"), "7")
    assert place(("Bilaga: plan.pdf", "3 Avgifter"), inside, "sv") == "Bilaga: plan.pdf, kap. 3, s. 7"
    sheet = places.within(places.part("sheet", "Avgifter"), places.cells([1], [12]))
    assert place(("Avgifter",), sheet, "sv") == "blad Avgifter, cell B12"
    assert place(("Läget",), places.part("slide", "4"), "en") == "Läget, slide 4"
    assert place(("3 Norm",), "12", "sv") == "kap. 3, s. 12"


# Sheets


def test_a_long_table_is_cut_with_its_header_and_each_piece_knows_its_rows() -> None:
    rows = "".join(f"Insats nummer {number};{number} kr\n" for number in range(1, 101))
    found = delimited.parse(f"Insats;Avgift\n{rows}".encode())
    assert len(found.blocks) > 2
    assert all(block.text.startswith("Insats | Avgift\n") for block in found.blocks)
    assert said(found)[0].startswith("raderna 1–")
    assert said(found)[-1].endswith("–101")
    assert sum(block.text.count(" kr") for block in found.blocks) == 100


def test_rows_of_a_wide_table_name_their_values() -> None:
    header = ";".join(f"Kolumn med ett långt namn {number}" for number in range(20))
    found = delimited.parse(f"{header}\n{';' * 18}x;y\n".encode())
    assert shape(found) == [("table", "Kolumn med ett långt namn 18: x | Kolumn med ett långt namn 19: y")]
    assert said(found) == ["rad 2"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_encoding_and_delimiter_are_found(encoding: str, delimiter: str) -> None:
    text = f"Ärende{delimiter}Belopp\nÅre{delimiter}1\nÖrebro{delimiter}2\n"
    assert shape(delimited.parse(text.encode(encoding))) == [("table", "Ärende | Belopp\nÅre | 1\nÖrebro | 2")]


def test_commas_in_numbers_part_no_cells() -> None:
    assert delimited.delimiter_of("namn;belopp\nAlva;1,5\nBo;2,5\n") == ";"
    assert shape(delimited.parse(b"sep=,\na,b\n1,2\n")) == [("table", "a | b\n1 | 2")]


def cell(text: str, more: str = "") -> str:
    return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"


def test_an_open_workbook_shows_dates_values_and_no_hidden_sheets(tmp_path: Path) -> None:
    hidden = '<style:style style:name="h"><style:table-properties table:display="false"/></style:style>'
    day = 'office:value-type="date" office:date-value="2026-03-01"'
    rows = (
        f"<table:table-row>{cell('Beslut')}{cell('Dag')}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="2">{cell("Bifall")}{cell("1 mars", day)}</table:table-row>'
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    )
    body = f'<table:table table:name="Beslut 2026">{rows}</table:table>'
    secret = f'<table:table table:name="Dolt" table:style-name="h"><table:table-row>{cell("x")}</table:table-row></table:table>'
    found = ods.parse(samples.sheets_of(tmp_path, body + secret, hidden))
    assert shape(found)[1:] == [("table", "Beslut | Dag\nBifall | 2026-03-01\nBifall | 2026-03-01")]
    assert said(found) == ["blad Beslut 2026, cellerna A1:B3"]
    assert found.notes == ("sheets_hidden: Dolt",)


def test_a_workbook_says_percent_dates_and_formulas_without_a_value(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Budget"
    sheet.append(["Nämnd", "Andel", "Summa"])
    sheet.append(["Skola", 0.405, "=1+1"])
    sheet["B2"].number_format = "0.0%"
    book.save(tmp_path / "a.xlsx")
    found = extract(tmp_path / "a.xlsx")
    assert "Skola | 40.5 %" in found.text
    assert "formulas_uncalculated: 1" in found.notes


# Slides


def test_hidden_slides_are_told_and_slides_without_a_title_stand_alone(tmp_path: Path) -> None:
    show = pptx.Presentation()
    for words in ("Första", "Andra", ""):
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text = words, f"Text på {words or 'den tredje'}"
    show.slides[1]._element.set("show", "0")
    show.save(str(tmp_path / "a.pptx"))
    found = extract(tmp_path / "a.pptx")
    assert "slides_hidden: 2" in found.notes
    assert "Andra" not in found.text
    where = [(passage.locator.heading, places.said(passage.locator.label)) for passage in found.passages]
    assert where == [(("Första",), "bild 1"), ((), "bild 3")]


def test_open_slides_have_titles_texts_and_notes(tmp_path: Path) -> None:
    def frame(kind: str, text: str) -> str:
        return f'<draw:frame presentation:class="{kind}"><draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame>'

    notes = f"<presentation:notes>{frame('notes', 'Säg detta.')}</presentation:notes>"
    page = (
        f"<draw:page>{frame('title', 'Mål')}{frame('outline', 'Ett mål')}{frame('footer', 'Sidfot')}{notes}</draw:page>"
    )
    found = extract(samples.slides_of(tmp_path, page))
    assert found.text == "Mål\n\nEtt mål\n\nSäg detta."
    assert places.said(found.passages[0].locator.label) == "bild 1"


# Words


def rich(body: str) -> Parsed:
    return rtf.parse(f"{{\\rtf1\\ansi\\ansicpg1252{{\\stylesheet{{\\s1 heading 1;}}}}{body}}}".encode())


def test_rich_text_has_headings_lists_tables_and_notes() -> None:
    found = rich(
        r"\pard\s1 Avgifter\par\pard Larm kostar{\footnote \pard Enligt taxan.\par} 210\u160?kr i \'c5re.\par"
        r"\pard{\listtext\tab 1.\tab}F\u246\'f6rst\par{\header Sidhuvud}{\v Dolt}{\deleted Struket}"
        r"\trowd\intbl Insats\cell Avgift\cell\row\trowd\intbl Larm\cell 210\cell\row\pard Slut\par"
    )
    assert shape(found) == [
        ("heading", "Avgifter"),
        ("paragraph", "Larm kostar 210\u00a0kr i Åre."),
        ("footnote", "Enligt taxan."),
        ("item", "1. Först"),
        ("table", "Insats | Avgift\nLarm | 210"),
        ("paragraph", "Slut"),
    ]
    assert found.notes == ("changes_left_out: 1",)


def test_rich_text_in_other_alphabets_and_beyond_sixteen_bits() -> None:
    found = rich(r"{\fonttbl{\f1\fcharset204 Arial;}}\pard\f1 \'cc\'e8\'f0\f0  \u-10179?\u-8704?\par")
    assert shape(found) == [("paragraph", "Мир 😀")]


def test_lists_of_open_texts_have_their_numbers(tmp_path: Path) -> None:
    styles = (
        '<text:list-style style:name="N"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>'
        '<text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"/></text:list-style>'
    )
    inner = "<text:list><text:list-item><text:p>under</text:p></text:list-item></text:list>"
    body = (
        f'{styles}<text:list text:style-name="N"><text:list-item><text:p>ett</text:p>{inner}</text:list-item>'
        "<text:list-item><text:p>två</text:p></text:list-item></text:list>"
        '<text:list text:style-name="N" text:continue-numbering="true">'
        "<text:list-item><text:p>tre</text:p></text:list-item></text:list>"
    )
    found = odt.parse(samples.odt_of(tmp_path, body))
    assert [block.text for block in found.blocks] == ["1. ett", "a) under", "2. två", "3. tre"]


# Attachments


def test_an_attachment_is_part_of_its_message_and_cited_by_name(tmp_path: Path) -> None:
    inner = EmailMessage()
    inner["Subject"] = "Vidare"
    inner.set_content("Ursprunget.")
    mail = EmailMessage()
    mail["Subject"] = "Taxa"
    mail.set_content("Se bilagorna.")
    mail.add_attachment(b"namn;kr\nLarm;210\n", maintype="text", subtype="csv", filename="taxa.csv")
    mail.add_attachment(inner)
    mail.add_attachment(b"\x7fELF" + bytes(90), maintype="application", subtype="octet-stream", filename="program.exe")
    path = tmp_path / "a.eml"
    path.write_bytes(bytes(mail))
    found = extract(path)
    assert [where(found, words) for words in ("Se bilagorna", "Larm | 210", "Ursprunget")] == [
        "meddelandet",
        "Bilaga: taxa.csv, raderna 1–2",
        "Bilaga: Vidare.eml, meddelandet",
    ]
    assert [note for note in found.notes if "program.exe" in note] == [
        "attachment_unread: program.exe (unknown_format)"
    ]


def where(found: Extract, words: str) -> str:
    return next(places.said(one.locator.label) for one in found.passages if words in one.text)


def test_pages_of_attachments_follow_those_before_them() -> None:
    def read(path: Path) -> Parsed:
        return Parsed("", (Block("heading", "Ett", 1, 0), Block("paragraph", "Text", 0, 1)), ("1", "2"))

    outer = Parsed("", (Block("paragraph", "Brev"),), enclosed=(Enclosed("a.pdf", b"x"), Enclosed("b.pdf", b"x")))
    found = enclosed.with_enclosed(outer, read)
    assert [(block.text, block.level, block.page) for block in found.blocks[4:]] == [
        ("Bilaga: b.pdf", 1, 3),
        ("Ett", 2, 3),
        ("Text", 0, 4),
    ]
    assert said(found)[3:] == ["Bilaga: b.pdf, s. 1", "Bilaga: b.pdf, s. 2"]


# Old Word files

OLD_WORD = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + b"\xec\xa5" + bytes(600) + "WordDocument".encode("utf-16-le")
)


@pytest.fixture
def old_word(tmp_path: Path) -> Path:
    path = tmp_path / "a.doc"
    path.write_bytes(OLD_WORD)
    return path


def office(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """An office program that does what the script says; `$made` is the folder where its work is looked for."""
    (folder / "bin").mkdir()
    program = folder / "bin" / "soffice"
    program.write_text(
        f'#!/bin/sh\nwhile [ "$1" != "--outdir" ]; do shift; done; made="$2"; mkdir -p "$made"\n{script}\n'
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")


def test_without_an_office_program_the_file_says_what_to_install(
    old_word: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Unreadable) as caught:
        extract(old_word)
    assert caught.value.code == "office_missing"
    assert "libreoffice-writer-nogui" in caught.value.sv


def test_what_the_office_program_writes_is_read(
    old_word: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = samples.word(tmp_path, "Avgifter", "Larm kostar 210 kr.")
    office(tmp_path, monkeypatch, f"cp {tmp_path}/bin/made.docx $made/document.docx")
    made.rename(tmp_path / "bin" / "made.docx")
    found = extract(old_word)
    assert found.text == "Avgifter\n\nLarm kostar 210 kr."
    assert found.extractor.startswith("libreoffice, docx/")


@pytest.mark.parametrize(
    "script",
    [
        "echo fara > {outside} && touch $made/reached",
        "cat {secret} > $made/document.docx",
        'exec {python} -c \'import socket; socket.socket(); open("{outside}", "w")\'',
    ],
)
def test_an_office_program_that_was_taken_over_gets_nowhere(
    old_word: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    outside, secret = tmp_path / "outside", tmp_path / "secret"
    secret.write_bytes(samples.word(tmp_path, "Hemligt", "Hemligt.").read_bytes())
    office(tmp_path, monkeypatch, script.format(outside=outside, secret=secret, python="/usr/bin/python3"))
    with pytest.raises(Unreadable):
        extract(old_word)
    assert not outside.exists()


def test_an_office_program_that_never_ends_is_stopped(
    old_word: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversion, "WALL_SECONDS", 0.3)
    office(tmp_path, monkeypatch, "sleep 60")
    with pytest.raises(Unreadable) as caught:
        extract(old_word)
    assert caught.value.code == "took_too_long"


def test_a_locked_old_word_file_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.doc"
    path.write_bytes(OLD_WORD[:523] + b"\x01" + OLD_WORD[524:])
    with pytest.raises(Unreadable) as caught:
        extract(path)
    assert caught.value.code == "encrypted"
