"""The grids that ruling lines draw on a page: where columns and rows have their edges. Pure."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from samverk.knowledge.reading.pdf_rules import Rules, Span

_NEAR = 3.0  # points within which lines meet
_SAME = 4.0  # points within which two edges are one
_MOST_LINES = 250  # whole lines in either direction: a page with more holds a drawing


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table's edges in points: `columns` from left to right, `rows` from the top down, and the rules drawn."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    level: tuple[Span, ...]
    upright: tuple[Span, ...]

    def holds(self, x: float, y: float) -> bool:
        """Whether the point lies within the grid."""
        return self.columns[0] - 1 < x < self.columns[-1] + 1 and self.rows[-1] - 1 < y < self.rows[0] + 1

    def cell(self, x: float, y: float) -> tuple[int, int]:
        """Row and column of the point, counted from the first of those that a spanning cell covers."""
        row = max(0, min(len(self.rows) - 2, bisect_right([-edge for edge in self.rows], -y) - 1))
        column = max(0, min(len(self.columns) - 2, bisect_right(self.columns, x) - 1))
        height = (self.rows[row] + self.rows[row + 1]) / 2
        while column and not _drawn(self.upright, self.columns[column], height):
            column -= 1
        middle = (self.columns[column] + self.columns[column + 1]) / 2
        while row and not _drawn(self.level, self.rows[row], middle):
            row -= 1
        return row, column


def _drawn(lines: tuple[Span, ...], edge: float, at: float) -> bool:
    """Whether a line stands at the edge there; an edge without any line shows only by where the others end."""
    here = [line for line in lines if abs(line[0] - edge) <= _SAME]
    return not here or any(line[1] - 1 <= at <= line[2] + 1 for line in here)


def grids_of(rules: Rules) -> tuple[Grid, ...]:
    """The grids of at least two columns and two rows."""
    if len(rules.level) < 3:
        return ()
    level, upright = _whole(rules.level), _whole(rules.upright)
    if max(len(level), len(upright)) > _MOST_LINES:
        return ()
    found = (_grid(lines, uprights) for lines, uprights in _connected(level, upright))
    return tuple(grid for grid in found if grid is not None)


def _whole(spans: Iterable[Span]) -> list[Span]:
    """Lines in one line that meet, as one."""
    lanes: list[tuple[float, list[Span]]] = []
    for span in sorted(spans):
        if lanes and span[0] - lanes[-1][0] <= 1.5:
            lanes[-1][1].append(span)
        else:
            lanes.append((span[0], [span]))
    found = []
    for place, lane in lanes:
        begin, end = None, 0.0
        for _, first, last in sorted(lane, key=lambda span: span[1]):
            if begin is None:
                begin, end = first, last
            elif first <= end + _NEAR:
                end = max(end, last)
            else:
                found.append((place, begin, end))
                begin, end = first, last
        if begin is not None:
            found.append((place, begin, end))
    return found


def _connected(level: list[Span], upright: list[Span]) -> list[tuple[list[Span], list[Span]]]:
    """The lines that meet each other, as groups."""
    group = list(range(len(level)))

    def root(number: int) -> int:
        while group[number] != number:
            group[number] = group[group[number]]
            number = group[number]
        return number

    members: dict[int, list[Span]] = {}
    touched: list[tuple[int, Span]] = []
    for line in upright:
        met = [number for number, other in enumerate(level) if _meet(other, line)]
        for number in met[1:]:
            group[root(number)] = root(met[0])
        if met:
            touched.append((met[0], line))
    for number, line in enumerate(level):
        members.setdefault(root(number), []).append(line)
    uprights: dict[int, list[Span]] = {}
    for number, line in touched:
        uprights.setdefault(root(number), []).append(line)
    return [(lines, uprights.get(number, [])) for number, lines in members.items()]


def _meet(level: Span, upright: Span) -> bool:
    y, x0, x1 = level
    x, y0, y1 = upright
    return x0 - _NEAR <= x <= x1 + _NEAR and y0 - _NEAR <= y <= y1 + _NEAR


def _grid(level: list[Span], upright: list[Span]) -> Grid | None:
    """The grid of a group of lines; None where it has fewer than two columns or rows."""
    if len(level) < 3 or not upright:
        return None
    columns = _edges([x for x, *_ in upright] + [end for _, *both in level for end in both])
    rows = _edges(y for y, *_ in level)
    if len(columns) < 3 or len(rows) < 3:
        return None
    return Grid(tuple(columns), tuple(reversed(rows)), tuple(level), tuple(upright))


def _edges(places: Iterable[float]) -> list[float]:
    """The places in order, those that are one taken once."""
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > _SAME:
            found.append(place)
    return found
