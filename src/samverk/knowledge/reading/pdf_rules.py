"""The ruling lines of a PDF's page, as PDFium knows them: thin strokes and the edges of rectangles. No judgement."""

import ctypes
from collections.abc import Iterator
from ctypes import byref
from dataclasses import dataclass, field

import pypdfium2_raw as pdfium  # type: ignore[import-untyped, unused-ignore]

Box = tuple[float, float, float, float]  # left, bottom, right, top
Span = tuple[float, float, float]  # height of a level line with its ends, or place of an upright line with its ends

_MOST_PATHS = 3_000  # a page with more holds a drawing
_MOST_SEGMENTS = 2_000
_THIN, _SHORT = 2.5, 4.0  # points: the thickest line, and the shortest


@dataclass(slots=True)
class Rules:
    """The level lines (y, x0, x1) and the upright lines (x, y0, y1) of a page, in points."""

    level: list[Span] = field(default_factory=list)
    upright: list[Span] = field(default_factory=list)

    def add(self, box: Box) -> None:
        """Take a box as a line where it is thin, and as its four edges where it is not."""
        left, bottom, right, top = box
        wide, high = right - left, top - bottom
        if high <= _THIN:
            if wide >= _SHORT:
                self.level.append(((bottom + top) / 2, left, right))
        elif wide <= _THIN:
            if high >= _SHORT:
                self.upright.append(((left + right) / 2, bottom, top))
        else:
            self.level += [(bottom, left, right), (top, left, right)]
            self.upright += [(left, bottom, top), (right, bottom, top)]


def turned(box: Box, rotation: int, width: float, height: float) -> Box:
    """The box on the page as it is shown, `rotation` quarter turns clockwise; width and height are those shown."""
    left, bottom, right, top = box
    if rotation == 1:
        return bottom, height - right, top, height - left
    if rotation == 2:
        return width - right, height - top, width - left, height - bottom
    if rotation == 3:
        return width - top, left, width - bottom, right
    return box


def rules_of(page: object, rotation: int, width: float, height: float) -> Rules:
    """The rules of a page; none where there are so many paths that it is a drawing."""
    rules = Rules()
    bounds = _Bounds()
    paths = 0
    for index in range(max(0, pdfium.FPDFPage_CountObjects(page))):
        found = pdfium.FPDFPage_GetObject(page, index)
        if pdfium.FPDFPageObj_GetType(found) != pdfium.FPDF_PAGEOBJ_PATH:
            continue
        paths += 1
        if paths > _MOST_PATHS:
            return Rules()
        for box in _boxes(found, bounds):
            rules.add(turned(box, rotation, width, height))
    return rules


class _Bounds:
    """Where PDFium writes the bounds of a path: made once, for pages have thousands."""

    def __init__(self) -> None:
        self._values = [ctypes.c_float() for _ in range(4)]
        self._places = [byref(value) for value in self._values]

    def of(self, path: object) -> Box | None:
        if not pdfium.FPDFPageObj_GetBounds(path, *self._places):
            return None
        left, bottom, right, top = self._values
        return left.value, bottom.value, right.value, top.value


def _boxes(path: object, bounds: _Bounds) -> Iterator[Box]:
    """The bounds of a path that is one line or rectangle, and those of each straight line of a longer one."""
    box = bounds.of(path)
    if box is None:
        return
    left, bottom, right, top = box
    if right - left > _THIN and top - bottom > _THIN and pdfium.FPDFPath_CountSegments(path) > 5:
        yield from _segments(path)
    elif right - left > _THIN or top - bottom > _THIN:
        yield box


def _segments(path: object) -> Iterator[Box]:
    """Each level or upright line of a path of many segments, placed on the page."""
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(path, byref(matrix)):
        return
    x, y = ctypes.c_float(), ctypes.c_float()
    last = begin = (0.0, 0.0)
    for index in range(min(_MOST_SEGMENTS, pdfium.FPDFPath_CountSegments(path))):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, byref(x), byref(y))
        here = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            begin = here
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            yield from _line(last, here)
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield from _line(here, begin)
        last = here


def _line(one: tuple[float, float], other: tuple[float, float]) -> Iterator[Box]:
    """The box of a line that is level or upright; nothing for one that slants."""
    left, right = sorted((one[0], other[0]))
    bottom, top = sorted((one[1], other[1]))
    if min(right - left, top - bottom) < 0.5:
        yield left, bottom, right, top
