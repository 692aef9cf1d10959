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


HEADER = ("Nr", "Ärende", "Delegat", "Anmärkning")
LONG = "Boendekostnad över riktlinjernas nivå, högst 1 000 kr i månaden för hushåll med barn"


def ruled(page: fpdf.FPDF, rows: list[tuple[str, ...]], **borders: object) -> None:
    """Draw a table as a word processor does: cells wrap, and its first row comes again on the next page."""
    page.set_font("Helvetica", "", 10)
    with page.table(col_widths=(10, 40, 20, 30), **borders) as table:  # type: ignore[arg-type]
        for cells in rows:
            row = table.row()
            for cell in cells:
                row.cell(cell, v_align="MIDDLE")


def test_a_ruled_table_keeps_wrapped_cells_whole(tmp_path: Path) -> None:
    rows = [HEADER, ("1", LONG, "SS", ""), ("2", "Elskuld", "SS respektive EC", LONG), ("3", "Hyresskuld", "", "nej")]
    tables = [b.text for b in drawn(tmp_path, lambda page: ruled(page, rows)) if b.kind == "table"]
    assert tables == ["\n".join(" | ".join(row) for row in rows)]


def test_a_ruled_table_goes_on_over_the_page_under_one_header(tmp_path: Path) -> None:
    rows = [HEADER, *[(str(number), LONG, "SS", "längst fyra månader") for number in range(1, 30)]]
    found = drawn(tmp_path, lambda page: ruled(page, rows))
    assert [b.kind for b in found] == ["table"]
    assert found[0].text.count("\f") >= 1
    assert found[0].text.replace("\f", "") == "\n".join(" | ".join(row) for row in rows)


def test_passages_of_a_long_table_know_their_pages(tmp_path: Path) -> None:
    page = fpdf.FPDF()
    page.add_page()
    ruled(page, [HEADER, *[(str(number), LONG, "SS", f"rad {number}") for number in range(1, 40)]])
    page.output(str(tmp_path / "long.pdf"))
    blocks = read(tmp_path / "long.pdf").parsed.blocks
    expected = {
        row.split(" | ")[-1]: number
        for number, part in enumerate(blocks[0].text.split("\f"))
        for row in part.strip().split("\n")
    }
    found = extract(tmp_path / "long.pdf")
    assert found.pages > 1
    for passage in found.passages:
        assert passage.text.startswith(" | ".join(HEADER))
        for row in passage.text.split("\n")[1:]:
            assert page_of(passage, passage.text.index(row)) == expected[row.split(" | ")[-1]]


def test_a_frame_around_text_is_no_table(tmp_path: Path) -> None:
    def draw(page: fpdf.FPDF) -> None:
        with page.table(col_widths=(50, 50), first_row_as_headings=False) as table:
            for _ in range(2):
                row = table.row()
                row.cell(BODY * 6)
                row.cell(BODY * 6)

    assert "table" not in {b.kind for b in drawn(tmp_path, draw)}


def test_running_text_is_known_beside_tables_of_smaller_type(tmp_path: Path) -> None:
    def draw(page: fpdf.FPDF) -> None:
        page.set_font("Helvetica", "B", 16)
        page.cell(0, 12, "Delegation", new_x="LMARGIN", new_y="NEXT")
        page.set_font("Helvetica", "", 12)
        page.multi_cell(0, 6, BODY * 3, new_x="LMARGIN", new_y="NEXT")
        page.ln(6)
        ruled(page, [HEADER, *[(str(number), LONG, "SS", LONG) for number in range(1, 15)]])

    found = drawn(tmp_path, draw)
    assert [b.text for b in found if b.kind == "heading"] == ["Delegation"]
    assert [b.text.strip() for b in found if b.kind == "paragraph"] == [(BODY * 3).strip()]


def test_a_paragraph_in_a_larger_face_is_no_heading(tmp_path: Path) -> None:
    def draw(page: fpdf.FPDF) -> None:
        page.set_font("Helvetica", "", 14)
        page.multi_cell(0, 7, BODY * 3, new_x="LMARGIN", new_y="NEXT")
        page.ln(8)
        page.set_font("Helvetica", "", 11)
        page.multi_cell(0, 6, BODY * 20)

    assert {b.kind for b in drawn(tmp_path, draw)} == {"paragraph"}


def test_items_set_apart_from_their_marks_are_no_table(tmp_path: Path) -> None:
    def draw(page: fpdf.FPDF) -> None:
        for text in ("hyresavi för den senaste månaden", "kontoutdrag", "inkomstuppgift för alla i hushållet"):
            page.cell(12, 6, "-")
            page.cell(0, 6, text, new_x="LMARGIN", new_y="NEXT")

    assert [b.kind for b in drawn(tmp_path, draw)] == ["item"] * 3


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
