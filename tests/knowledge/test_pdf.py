"""PDF: lines become paragraphs, margins go, headings and printed labels are found."""

from collections.abc import Callable
from pathlib import Path

import fpdf
import pytest

from samverk.knowledge.passages import Block, page_of
from samverk.knowledge.reading.hyphens import joined
from samverk.knowledge.sandbox import Read, extract, parsers, run
from samverk.knowledge.unreadable import Unreadable

BODY = "Nämnden beslutar om bistånd efter en individuell prövning av den enskildes behov. "


class Printed(fpdf.FPDF):
    """A report with a running header and page numbers in its footer, which begin on the second page."""

    def header(self) -> None:
        self.set_font("Helvetica", "", 9)
        self.cell(0, 8, "Björksta kommun - Riktlinjer för bistånd", new_x="LMARGIN", new_y="NEXT")

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("Helvetica", "", 9)
        if self.page_no() > 2:
            self.cell(0, 8, f"Sida {self.page_no() - 2} (4)", align="C")


def report(folder: Path, pages: int = 6) -> Path:
    page = Printed()
    page.set_title("Riktlinjer för bistånd")
    for number in range(pages):
        page.add_page()
        page.set_font("Helvetica", "B", 16)
        page.start_section(f"{number + 1} Kapitel nummer {'ett två tre fyra fem sex'.split()[number]}")
        page.cell(
            0,
            12,
            f"{number + 1} Kapitel nummer {'ett två tre fyra fem sex'.split()[number]}",
            new_x="LMARGIN",
            new_y="NEXT",
        )
        page.set_font("Helvetica", "", 11)
        page.multi_cell(0, 6, BODY * 12)
    page.output(str(folder / "a.pdf"))
    return folder / "a.pdf"


def read(path: Path) -> Read:
    return run(path, parsers=parsers())


def drawn(folder: Path, draw: Callable[[fpdf.FPDF], None]) -> list[Block]:
    """The blocks of a page as drawn."""
    page = fpdf.FPDF()
    page.add_page()
    page.set_font("Helvetica", "", 11)
    draw(page)
    page.output(str(folder / "drawn.pdf"))
    return list(read(folder / "drawn.pdf").parsed.blocks)


def test_a_report_is_read_without_its_margins(tmp_path: Path) -> None:
    found = read(report(tmp_path)).parsed
    assert found.title == "Riktlinjer för bistånd"
    assert [b.text for b in found.blocks if b.kind == "heading"][:2] == ["1 Kapitel nummer ett", "2 Kapitel nummer två"]
    text = " ".join(b.text for b in found.blocks)
    assert "Björksta kommun" not in text
    assert "Sida" not in text
    assert [b.text.strip() for b in found.blocks if b.kind == "paragraph"] == [(BODY * 12).strip()] * 6


def test_the_printed_number_is_the_label(tmp_path: Path) -> None:
    assert read(report(tmp_path)).parsed.labels == ("", "", "1", "2", "3", "4")


def test_the_files_own_labels_come_first(tmp_path: Path) -> None:
    page = fpdf.FPDF()
    for number in range(3):
        page.add_page(label_style="r" if number == 0 else "D", label_start=1)
        page.set_font("Helvetica", "", 11)
        page.multi_cell(0, 6, BODY)
    page.output(str(tmp_path / "b.pdf"))
    assert read(tmp_path / "b.pdf").parsed.labels[:2] == ("i", "1")


def test_passages_know_chapter_and_page(tmp_path: Path) -> None:
    found = extract(report(tmp_path))
    last = found.passages[-1]
    assert last.locator.heading == ("6 Kapitel nummer sex",)
    assert (last.locator.page, last.locator.label) == (5, "4")
    assert page_of(last, 10) == 5
    assert found.pages == 6


def test_headings_show_by_their_face_where_nothing_names_them(tmp_path: Path) -> None:
    def draw(page: fpdf.FPDF) -> None:
        for title, size in (("Avgifter", 20), ("Hemtjänst", 14)):
            page.set_font("Helvetica", "B", size)
            page.cell(0, 14, title, new_x="LMARGIN", new_y="NEXT")
            page.set_font("Helvetica", "", 11)
            page.multi_cell(0, 6, BODY * 4)

    found = drawn(tmp_path, draw)
    assert [(b.text, b.level) for b in found if b.kind == "heading"] == [("Avgifter", 1), ("Hemtjänst", 2)]


def test_a_paragraph_goes_on_over_the_page(tmp_path: Path) -> None:
    def draw(page: fpdf.FPDF) -> None:
        page.multi_cell(0, 6, (BODY[:-2] + " och ") * 60 + "slutar här.")

    found = drawn(tmp_path, draw)
    assert len(found) == 1
    assert found[0].text.count("\f") == 1


def test_rows_of_a_table_stay_rows(tmp_path: Path) -> None:
    rows = [
        ("Insats", "Avgift", "Enhet"),
        ("Larm", "210", "månad"),
        ("Matlåda", "65", "styck"),
        ("Städ", "320", "timme"),
    ]

    def draw(page: fpdf.FPDF) -> None:
        page.multi_cell(0, 6, BODY * 3, new_x="LMARGIN", new_y="NEXT")
        page.ln(6)
        for row in rows:
            for cell in row:
                page.cell(55, 7, cell)
            page.ln(7)

    tables = [b.text for b in drawn(tmp_path, draw) if b.kind == "table"]
    assert tables == ["\n".join(" | ".join(row) for row in rows)]


def test_lists_keep_their_items_apart(tmp_path: Path) -> None:
    def draw(page: fpdf.FPDF) -> None:
        page.multi_cell(
            0, 6, "Bifoga följande:\n- hyresavi\n- kontoutdrag\n- inkomstuppgift", new_x="LMARGIN", new_y="NEXT"
        )

    found = [(b.kind, b.text) for b in drawn(tmp_path, draw)]
    assert found == [
        ("paragraph", "Bifoga följande:"),
        ("item", "• hyresavi"),
        ("item", "• kontoutdrag"),
        ("item", "• inkomstuppgift"),
    ]


def test_a_page_of_an_image_alone_has_no_text(tmp_path: Path) -> None:
    page = fpdf.FPDF()
    page.add_page()
    page.rect(20, 20, 100, 100, style="F")
    page.output(str(tmp_path / "scan.pdf"))
    with pytest.raises(Unreadable) as caught:
        extract(tmp_path / "scan.pdf")
    assert caught.value.code == "no_text"


def test_a_password_is_seen(tmp_path: Path) -> None:
    page = fpdf.FPDF()
    page.set_encryption(owner_password="ägare", user_password="hemligt")
    page.add_page()
    page.set_font("Helvetica", "", 11)
    page.cell(0, 10, BODY)
    page.output(str(tmp_path / "locked.pdf"))
    with pytest.raises(Unreadable) as caught:
        extract(tmp_path / "locked.pdf")
    assert caught.value.code == "encrypted"


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("person", "uppgifter", "personuppgifter"),
        ("EU", "rätten", "EU-rätten"),
        ("stats", "och kommunsektorn", "stats- och kommunsektorn"),
        ("Norra", "Sverige", "Norra-Sverige"),
        ("lag 2010", "talet", "lag 2010-talet"),
    ],
)
def test_hyphens_of_line_breaks(first: str, second: str, whole: str) -> None:
    assert joined(first, second, hyphen=True) == whole
