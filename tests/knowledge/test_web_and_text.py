"""Web pages, Markdown, text, messages, workbooks and slides."""

from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pptx
from pptx.util import Inches

from samverk.knowledge.passages import Block, Parsed
from samverk.knowledge.reading import delimited, html, markdown, message, plain, text
from samverk.knowledge.sandbox import parsers, run


def shape(found: Parsed) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in found.blocks]


def test_a_page_is_its_main_content() -> None:
    found = html.parse(
        b"""<!doctype html><html><head><title>Bygglov - Bj\xc3\xb6rksta kommun</title><script>var a=1</script></head>
        <body><header>Bj\xc3\xb6rksta</header><nav><a>Start</a></nav><div class="cookie-banner">Vi anv\xc3\xa4nder kakor</div>
        <div id="wrap"><h2>S\xc3\xb6k bygglov</h2><p>Du beh\xc3\xb6ver <b>lov</b> f\xc3\xb6r<br>till\xc3\xa4gg.</p>
        <ul><li>ritning</li><li><p>karta</p><ul><li>i skala</li></ul></li></ul>
        <table><tr><th>Lov</th><th>Avgift</th></tr><tr><td>Altan</td><td>1 200 kr</td></tr></table>
        <p hidden>dolt</p></div><aside>Relaterat</aside><footer>Kontakt</footer></body></html>"""
    )
    assert found.title == "Bygglov"
    assert shape(found) == [
        ("heading", "Sök bygglov"),
        ("paragraph", "Du behöver lov för\ntillägg."),
        ("item", "• ritning"),
        ("item", "• karta"),
        ("item", "• i skala"),
        ("table", "Lov | Avgift\nAltan | 1 200 kr"),
    ]


def test_a_header_within_the_main_content_is_content() -> None:
    found = html.parse(b"<main><header><h1>Beslut</h1></header><p>Text.</p></main><header>Sajt</header>")
    assert shape(found) == [("heading", "Beslut"), ("paragraph", "Text.")]


def test_a_page_may_nest_as_deep_as_it_likes() -> None:
    found = html.parse(b"<div>" * 20_000 + b"djupt" + b"</div>" * 20_000)
    assert [block.text for block in found.blocks] == ["djupt"]


def test_encodings() -> None:
    assert plain.decode("å ä ö".encode("cp1252")) == "å ä ö"
    assert plain.decode("å ä ö".encode("utf-8-sig")) == "å ä ö"
    assert plain.decode("åäö och text".encode("utf-16-le")) == "åäö och text"
    assert html.parse('<meta charset="iso-8859-1"><p>Åre</p>'.encode("latin-1")).blocks[0].text == "Åre"


def test_markdown_loses_its_markup_and_keeps_its_words() -> None:
    found = markdown.parse(
        "---\ntitle: Riktlinje\n---\n# Ett\n\nSe *5 kap.* i [lagen](http://a.example).\n\n1. först\n2. sedan\n   - under\n\n"
        "| A | B |\n|---|---|\n| 1 | **2** |\n\n<div>rå <b>html</b></div>\n"
    )
    assert found.title == "Riktlinje"
    assert shape(found) == [
        ("heading", "Ett"),
        ("paragraph", "Se 5 kap. i lagen."),
        ("item", "1. först"),
        ("item", "2. sedan"),
        ("item", "• under"),
        ("table", "A | B\n1 | 2"),
        ("paragraph", "rå html"),
    ]


def test_plain_text_has_paragraphs_items_and_numbered_headings() -> None:
    wrapped = "En rad som är så lång att den bryts av programmet som\nskrev den."
    found = text.parse(f"Protokoll\n\n1.2 Ekonomi\n\n{wrapped}\n\n- ett\n- två\n")
    assert found.title == "Protokoll"
    assert shape(found) == [
        ("paragraph", "Protokoll"),
        ("heading", "1.2 Ekonomi"),
        ("paragraph", wrapped.replace("\n", " ")),
        ("item", "- ett"),
        ("item", "- två"),
    ]


def test_form_feeds_part_the_pages_of_a_text() -> None:
    found = text.parse("Sida ett.\fSida två.")
    assert [(block.text, block.page) for block in found.blocks] == [("Sida ett.", 0), ("Sida två.", 1)]
    assert found.labels == ("1", "2")


def test_delimited_text_is_a_table() -> None:
    found = delimited.parse(b'namn;belopp\nAlva;"1;5"\n')
    assert shape(found) == [("table", "namn | belopp\nAlva | 1;5")]


def test_a_message_names_what_is_attached() -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Date"] = "kim@bjorksta.example", "Möte", "Tue, 3 Feb 2026 09:30:00 +0100"
    mail.set_content("Vi ses klockan tio.")
    mail.add_attachment(b"x", maintype="application", subtype="pdf", filename="dagordning.pdf")
    found = message.parse(bytes(mail))
    assert found.title == "Möte"
    assert found.blocks[0].text == "Från: kim@bjorksta.example\nDatum: 2026-02-03 09:30\nÄmne: Möte"
    assert shape(found)[1:] == [("paragraph", "Vi ses klockan tio."), ("item", "Bilaga: dagordning.pdf")]
    assert [(one.name, one.content) for one in found.enclosed] == [("dagordning.pdf", b"x")]


def test_a_message_of_html_alone_is_read() -> None:
    mail = EmailMessage()
    mail["Subject"] = "Nyhet"
    mail.set_content("<p>Öppet <b>måndag</b>.</p><script>x()</script>", subtype="html")
    assert shape(message.parse(bytes(mail)))[1:] == [("paragraph", "Öppet måndag.")]


def read(path: Path) -> tuple[Block, ...]:
    return run(path, parsers=parsers()).parsed.blocks


def test_a_workbook_is_sheets_of_tables(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Budget"
    for row in (["Budget 2026"], [], ["Nämnd", None, "Kronor"], ["Skola", None, 1250000.5], ["Vård", None, True]):
        sheet.append(row)
    hidden = book.create_sheet("Dold")
    hidden.append(["hemligt"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    assert [(block.kind, block.text) for block in read(tmp_path / "a.xlsx")] == [
        ("heading", "Budget"),
        ("paragraph", "Budget 2026"),
        ("table", "Nämnd | Kronor\nSkola | 1250000.5\nVård | ja"),
    ]


def test_slides_are_pages_with_tables_and_notes(tmp_path: Path) -> None:
    show = pptx.Presentation()
    first = show.slides.add_slide(show.slide_layouts[5])
    first.shapes.title.text = "Mål"
    table = first.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    for number, words in enumerate(("År", "Andel", "2026", "40 %")):
        table.cell(number // 2, number % 2).text = words
    first.notes_slide.notes_text_frame.text = "Säg något om målet."
    second = show.slides.add_slide(show.slide_layouts[1])
    second.shapes.title.text = "Läget"
    second.placeholders[1].text = "Ett\nTvå"
    show.save(str(tmp_path / "a.pptx"))
    assert [(block.kind, block.text, block.page) for block in read(tmp_path / "a.pptx")] == [
        ("heading", "Mål", 0),
        ("table", "År | Andel\n2026 | 40 %", 0),
        ("footnote", "Säg något om målet.", 0),
        ("heading", "Läget", 1),
        ("item", "• Ett", 1),
        ("item", "• Två", 1),
    ]
