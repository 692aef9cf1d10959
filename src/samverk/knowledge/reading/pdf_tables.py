"""Tables of a page, best effort: rows of lines whose wide gaps fall into the same columns. Pure."""

from dataclasses import dataclass

from samverk.knowledge.reading.pdf_source import Line

_FEWEST_ROWS = 3
_LONGEST_CELL = 90  # characters: two columns of running text are no table


@dataclass(slots=True)
class Table:
    """A table: the lines that it takes up, in order, and its rows of cell texts."""

    lines: list[Line]
    rows: list[list[str]]


def tables_of(lines: list[Line], headings: dict[int, int], foot: set[int]) -> list[Table]:
    """The tables among the lines of a page."""
    found: list[Table] = []
    run: list[Line] = []
    for line in lines:
        if id(line) in headings or id(line) in foot:
            _close(run, found)
        elif line.cells or (run and _continues(run[-1], line)):
            run.append(line)
        else:
            _close(run, found)
    _close(run, found)
    return found


def _continues(last: Line, line: Line) -> bool:
    """Whether a line without gaps is the rest of a cell of the row above: near, and not at the row's left edge."""
    if not 0 < last.y0 - line.y0 < 1.8 * line.size or len(line.text) > _LONGEST_CELL:
        return False
    edges = [left for left, _ in last.cells[1:]] if last.cells else [last.x0]
    return any(abs(line.x0 - left) < 2 * line.size for left in edges)


def _close(run: list[Line], found: list[Table]) -> None:
    lines = list(run)
    run.clear()
    while lines and not lines[-1].cells:
        lines.pop()
    rows = [line for line in lines if line.cells]
    if len(rows) < _FEWEST_ROWS and not (len(rows) == 2 and min(len(line.cells) for line in rows) >= 3):
        return
    texts = [len(text) for line in rows for _, text in line.cells]
    if sum(texts) / len(texts) > _LONGEST_CELL / 2 or max(len(line.cells) for line in rows) > 40:
        return
    found.append(Table(lines, _rows(lines)))


def _rows(lines: list[Line]) -> list[list[str]]:
    """Each line a row; a line without gaps goes on with the cell above it."""
    columns = _columns(lines)
    rows: list[list[str]] = []
    for line in lines:
        if not line.cells and rows:
            column = _column(columns, line.x0)
            rows[-1][column] = f"{rows[-1][column]} {line.text}".strip()
            continue
        row = [""] * len(columns)
        for left, text in line.cells or ((line.x0, line.text),):
            column = _column(columns, left)
            row[column] = f"{row[column]} {text}".strip()
        rows.append(row)
    return rows


def _columns(lines: list[Line]) -> list[float]:
    """Left edges of the columns: those of the row with the most cells, joined by edges that stand clear of them."""
    fullest = max(lines, key=lambda line: len(line.cells))
    return [left for left, _ in fullest.cells]


def _column(columns: list[float], left: float) -> int:
    """The column whose edge is nearest."""
    return min(range(len(columns)), key=lambda number: abs(columns[number] - left))
