"""Sets a source as PDF: outline, printed page labels, running header and footer, tables, footnotes, contents."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from typing import cast

from fpdf import FPDF
from fpdf.enums import TableCellFillMode
from fpdf.fonts import FontFace

from .source import Block, Heading, Item, Paragraph, Runs, Source, Table, plain

FONTS = Path("/usr/share/fonts/truetype/dejavu")  # Debian: fonts-dejavu-core
FACES = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
BRAND, INK, GREY, SOFT = (0, 85, 127), (22, 32, 43), (85, 96, 110), (227, 240, 247)
SIZE, LEADING = 10.5, 5.7  # points, millimetres
LEFT, TOP, BOTTOM = 28, 30, 28
CELL, ROW = 1.8, 1.3  # millimetres at the sides of a table's cell, and above and below
HEADING_SIZES = {1: 18, 2: 13, 3: 11}

Entry = tuple[int, str, str]  # level, heading, printed page


def fonts_missing() -> list[str]:
    """The font files that this machine lacks; empty when a PDF can be set."""
    return [name for name in FACES.values() if not (FONTS / name).exists()]


def build(source: Source) -> bytes:
    """The PDF. A report is set twice: the first time tells on which page each heading of the contents falls."""
    entries = _set(source, ()).entries
    return bytes(_set(source, entries).output())


class Sheet(FPDF):
    """A4 pages in the municipality's look."""

    def __init__(self, source: Source) -> None:
        super().__init__(format="A4")
        self.source = source
        self.entries: list[Entry] = []
        self.bare = False  # the cover has neither header nor footer
        self.notes: dict[int, list[tuple[str, str]]] = {}
        for style, name in FACES.items():
            self.add_font("DejaVu", style, FONTS / name)
        self.set_margins(LEFT, TOP, LEFT - 3)
        self.c_margin = 0
        self.set_auto_page_break(True, BOTTOM)
        self.set_creation_date(datetime.fromisoformat(source.meta["date"]).replace(tzinfo=UTC))
        self.set_title(source.title)
        self.set_author(source.meta["publisher"])
        self.set_lang("sv-SE")
        self.set_producer("Samverk demo")

    @property
    def label(self) -> str:
        """The printed number of this page."""
        return str(self.get_page_label())

    def face(self, size: float = SIZE, style: str = "", colour: tuple[int, int, int] = INK) -> None:
        self.set_font("DejaVu", style, size)
        self.set_text_color(*colour)

    def header(self) -> None:
        self.set_auto_page_break(True, BOTTOM)
        if self.bare:
            return
        self.set_xy(LEFT, 14)
        self.face(8, "", GREY)
        self.cell(self.epw / 2, 5, self.source.title)
        self.cell(self.epw / 2, 5, self.source.meta["publisher"], align="R")
        self.set_draw_color(*BRAND)
        self.line(LEFT, 20.5, self.w - self.r_margin, 20.5)
        self.set_y(TOP)

    def footer(self) -> None:
        if self.bare:
            return
        self._footnotes()
        self.set_y(-16)
        self.set_x(LEFT)
        self.face(8, "", GREY)
        meta = self.source.meta
        self.cell(self.epw * 0.8, 5, f"{meta['decided']} · Version {meta['version']}")
        self.cell(self.epw * 0.2, 5, self.label, align="R")

    def _footnotes(self) -> None:
        notes = self.notes.get(self.page_no(), [])
        if not notes:
            return
        self.set_y(-(BOTTOM - 6) - sum(self.note_height(n) for n in notes))
        self.set_draw_color(*GREY)
        self.line(LEFT, self.get_y() - 1.5, LEFT + 40, self.get_y() - 1.5)
        for mark, text in notes:
            self.face(8, "", GREY)
            self.multi_cell(0, 4.2, f"{mark} {text}", align="L", new_x="LMARGIN", new_y="NEXT")

    def note_height(self, note: tuple[str, str]) -> float:
        """Millimetres that a footnote takes at the foot of the page."""
        self.face(8)
        return self.measure(" ".join(note), self.epw, 4.2)

    def measure(self, text: str, width: float, leading: float, padding: float = 0) -> float:
        """Millimetres that a text takes in the face that is set now; `**` marks bold."""
        options = {"align": "L", "markdown": True, "padding": padding, "dry_run": True, "output": "HEIGHT"}
        return cast(float, self.multi_cell(width, leading, text, **options))  # type: ignore[arg-type]

    def need(self, height: float) -> None:
        """Begin a new page unless this many millimetres are left."""
        if self.get_y() + height > self.page_break_trigger:
            self.add_page()


def _set(source: Source, contents: Sequence[Entry]) -> Sheet:
    sheet = Sheet(source)
    report = source.meta.get("layout") == "report"
    if report:
        _cover(sheet)
        _contents(sheet, contents or [(1, "", "")] * sum(isinstance(b, Heading) and b.level < 3 for b in source.blocks))
        sheet.add_page(label_style="D", label_start=1)
    else:
        sheet.add_page(label_style="D", label_start=1)
        _title(sheet)
    blocks, breaks = source.blocks, report and source.meta.get("chapters") != "flow"
    for i, block in enumerate(blocks):
        _block(sheet, block, blocks[i + 1] if i + 1 < len(blocks) else None, breaks and i > 0)
    return sheet


def _cover(sheet: Sheet) -> None:
    meta = sheet.source.meta
    sheet.bare = True
    sheet.add_page(label_style="r", label_start=1)
    sheet.set_fill_color(*BRAND)
    sheet.rect(0, 0, sheet.w, 8, style="F")
    sheet.set_y(30)
    sheet.face(13, "B", BRAND)
    sheet.cell(0, 8, meta["publisher"])
    sheet.set_y(95)
    sheet.face(28, "B")
    sheet.multi_cell(0, 13, sheet.source.title, align="L", new_x="LMARGIN", new_y="NEXT")
    sheet.ln(4)
    sheet.face(13, "", GREY)
    sheet.multi_cell(0, 7, meta["subtitle"], align="L")
    sheet.set_y(225)
    _facts(sheet)


def _facts(sheet: Sheet) -> None:
    meta = sheet.source.meta
    facts = [("Beslut", meta["decided"]), ("Gäller från", meta["valid"]), ("Version", meta["version"])]
    facts += [("Diarienummer", meta["case"])] if "case" in meta else []
    for name, value in [*facts, ("Ansvarig", meta["owner"])]:
        sheet.face(9.5, "B", GREY)
        sheet.cell(36, 5.6, name)
        sheet.face(9.5)
        sheet.cell(0, 5.6, value, new_x="LMARGIN", new_y="NEXT")


def _title(sheet: Sheet) -> None:
    sheet.face(21, "B", BRAND)
    sheet.multi_cell(0, 10, sheet.source.title, align="L", new_x="LMARGIN", new_y="NEXT")
    sheet.ln(2)
    _facts(sheet)
    sheet.ln(5)


def _contents(sheet: Sheet, entries: Sequence[Entry]) -> None:
    sheet.add_page()
    sheet.bare = False  # after the cover's footer, before the first real one
    sheet.header()
    sheet.face(18, "B", BRAND)
    sheet.cell(0, 10, "Innehåll", new_x="LMARGIN", new_y="NEXT")
    for level, text, page in entries:
        if level > 2:
            continue
        sheet.need(7.5)
        if level == 1:
            sheet.ln(1.8)
        sheet.face(10 if level == 1 else 9.5, "B" if level == 1 else "")
        sheet.set_x(LEFT + (level - 1) * 6)
        sheet.cell(sheet.epw - 16 - (level - 1) * 6, 5.4, text)
        sheet.cell(16, 5.4, page, align="R", new_x="LMARGIN", new_y="NEXT")


def _block(sheet: Sheet, block: Block, following: Block | None, breaks: bool) -> None:
    match block:
        case Heading():
            _heading(sheet, block, following, breaks)
        case Paragraph(runs, True):
            _box(sheet, runs)
        case Paragraph(runs):
            _text(sheet, runs, 0)
            sheet.ln(2.6)
        case Item(runs, marker, depth):
            _item(sheet, runs, marker, depth)
            sheet.ln(1.0 if isinstance(following, Item) else 2.8)
        case Table(rows):
            _table(sheet, rows)


def _heading(sheet: Sheet, block: Heading, following: Block | None, breaks: bool) -> None:
    if block.level == 1 and breaks:
        sheet.add_page()
    else:
        sheet.need({Heading: 46, Table: 32}.get(type(following), 24))  # a heading never ends a page
        if sheet.get_y() > TOP + 1:
            sheet.ln({1: 5, 2: 3.2, 3: 2}[block.level])
    sheet.start_section(block.text, level=block.level - 1)
    sheet.entries.append((block.level, block.text, sheet.label))
    sheet.face(HEADING_SIZES[block.level], "B", BRAND if block.level < 3 else INK)
    sheet.multi_cell(0, HEADING_SIZES[block.level] * 0.5, block.text, align="L", new_x="LMARGIN", new_y="NEXT")
    sheet.ln(2.4 if block.level == 1 else 1.4)


def _markup(runs: Runs) -> str:
    return "".join(f"**{run.text}**" if run.bold else run.text for run in runs)


def _text(sheet: Sheet, runs: Runs, indent: float) -> None:
    """Set running text. Text with footnotes stays on one page, and room is kept for them at its foot."""
    notes = sheet.source.notes_of(plain(runs))
    room = sum(map(sheet.note_height, notes))
    sheet.face()
    width = sheet.epw - indent
    height = sheet.measure(_markup(runs), width, LEADING)
    lines = round(height / LEADING)
    sheet.need(height + room + 3 if notes or lines <= 3 else 2 * LEADING)
    if lines - int((sheet.page_break_trigger - sheet.get_y()) / LEADING) == 1:  # no last line alone on a page
        sheet.set_auto_page_break(True, sheet.b_margin + LEADING)
    if notes:
        kept = sheet.notes.setdefault(sheet.page_no(), [])
        kept.extend(notes)
        sheet.set_auto_page_break(True, BOTTOM + sum(map(sheet.note_height, kept)) - 2)
    sheet.face()
    sheet.set_x(LEFT + indent)
    sheet.multi_cell(width, LEADING, _markup(runs), align="L", markdown=True, new_x="LMARGIN", new_y="NEXT")


def _item(sheet: Sheet, runs: Runs, marker: str, depth: int) -> None:
    indent = 6.5 * depth
    sheet.need(2 * LEADING)
    page, y = sheet.page_no(), sheet.get_y()
    sheet.face()
    sheet.set_x(LEFT + indent - 5.5)
    if marker:
        sheet.cell(5.5, LEADING, marker)
    sheet.set_xy(LEFT, y if sheet.page_no() == page else sheet.get_y())
    _text(sheet, runs, indent + 1.5)


def _box(sheet: Sheet, runs: Runs) -> None:
    sheet.face(10)
    text = _markup(runs)
    sheet.need(sheet.measure(text, sheet.epw, 5.4, padding=3) + 2)
    sheet.set_fill_color(*SOFT)
    sheet.multi_cell(0, 5.4, text, align="L", markdown=True, padding=3, fill=True, new_x="LMARGIN", new_y="NEXT")
    sheet.ln(3.5)


def _widths(sheet: Sheet, rows: Sequence[Sequence[str]]) -> tuple[float, ...]:
    """Column widths in millimetres: room for each column's longest word, and the rest by how much its cells hold."""
    columns = list(zip(*rows, strict=True))
    words = [max(_width(sheet, word) for cell in column for word in cell.split() or [""]) for column in columns]
    whole = [min(max(_width(sheet, cell) for cell in column), 80) for column in columns]
    wish = [max(1.0, full - least) for least, full in zip(words, whole, strict=True)]
    spare = (sheet.epw - sum(words)) / sum(wish)
    return tuple(least + spare * more for least, more in zip(words, wish, strict=True))


def _width(sheet: Sheet, text: str) -> float:
    sheet.face(9, "B")
    return float(sheet.get_string_width(text)) + 2 * CELL + 1


def _table(sheet: Sheet, rows: Sequence[Sequence[str]]) -> None:
    """Set a table; one that crosses pages repeats its header and never leaves a single row behind."""
    widths = _widths(sheet, rows)
    head, *heights = [_row_height(sheet, row, widths) for row in rows]
    body = rows[1:]
    while body:
        count = _rows_that_fit(heights, sheet.page_break_trigger - sheet.get_y() - head)
        _rows(sheet, [rows[0], *body[:count]], widths)
        body, heights = body[count:], heights[count:]
        if body:
            sheet.add_page()
    sheet.ln(4)


def _row_height(sheet: Sheet, row: Sequence[str], widths: Sequence[float]) -> float:
    sheet.face(9, "B")
    return max(sheet.measure(cell, w - 2 * CELL, 4.8) for cell, w in zip(row, widths, strict=True)) + 2 * ROW


def _rows_that_fit(heights: Sequence[float], room: float) -> int:
    """How many of the next rows stand on this page; at least one, so that a table always ends."""
    fit = sum(total <= room for total in accumulate(heights))
    return max(1, fit - 1 if fit == len(heights) - 1 else fit)


def _rows(sheet: Sheet, rows: Sequence[Sequence[str]], widths: tuple[float, ...]) -> None:
    sheet.face(9)
    sheet.set_draw_color(150, 165, 178)
    sheet.set_fill_color(255)
    with sheet.table(
        col_widths=widths,
        text_align="LEFT",
        line_height=4.8,
        padding=(ROW, CELL),
        v_align="TOP",
        headings_style=FontFace(emphasis="BOLD", color=INK, fill_color=SOFT),
        align="LEFT",
        borders_layout="HORIZONTAL_LINES",
        cell_fill_mode=TableCellFillMode.NONE,
    ) as table:
        for row in rows:
            table.row(list(row))
