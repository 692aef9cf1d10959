"""Running headers, footers and page numbers of a paged document: found, taken away, and read for printed labels. Pure."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable

from samverk.knowledge.reading.pdf_source import Line, Page

_DEPTH = 6  # lines, counted from an edge, that may belong to a margin
_ZONE = 0.2  # share of the page's height, from an edge, where margins are
_NUMBER = re.compile(r"\d+")
_ROMAN = re.compile(r"^[ivxlc]{1,7}$")
_PAGE_NUMBER = re.compile(
    r"^(?:[-–—\s]*(?:(?:sid(?:a|an|nr)?|page|s\.|p\.)\s*)?#(?:\s*(?:\(#\)|/\s*#|(?:av|of)\s*#))?[-–—\s]*)$"
)
_NUMBER_WITH_WORD = re.compile(r"^(?:(?:sid(?:a|an|nr)?|page)\s*:?\s*#.*|#\s*(?:\(#\)|/\s*#|(?:av|of)\s+#))$")
_MOST_DISTANCES = 12  # between a page's index and its number that are looked at
_CHANGE = 2.5  # pages that must contradict a way of numbering before another is believed
_STANDALONE = re.compile(
    r"(?:^|\s)(\d{1,5})(?=\s*(?:\(\d+\)|/\s*\d+)?$)|^(?:sid(?:a|an)?\s*)?(\d{1,5})(?=\s|$)", re.IGNORECASE
)


def strip_margins(pages: list[Page]) -> list[list[Line]]:
    """Take the running lines off every page, in place; returns those taken, a list for each page."""
    edges = [_edges(page) for page in pages]
    seen: Counter[tuple[str, int, int]] = Counter()
    _strip_sides(pages, edges)
    for page, (top, bottom) in zip(pages, edges, strict=True):
        for zone, lines in enumerate((top, bottom)):
            seen.update({(signature(line.text), zone, bucket) for line in lines for bucket in _buckets(page, line)})
    needed = 2 if len(pages) <= 4 else 3
    running = {key for key, count in seen.items() if count >= needed}
    places = _usual_places(pages, edges, running)
    taken = []
    for page, zones in zip(pages, edges, strict=True):
        gone = [line for zone, lines in enumerate(zones) for line in _running(page, lines, zone, running, places)]
        marks = {id(line) for line in gone}
        page.lines = [line for line in page.lines if id(line) not in marks]
        taken.append(gone)
    return taken


def _strip_sides(pages: list[Page], edges: list[tuple[list[Line], list[Line]]]) -> None:
    """Take away what stands beside the text of page after page at the same height ("Prop. 2012/13:187"), in place."""
    seen: Counter[tuple[str, int, bool]] = Counter()
    beside = [line for top, bottom in edges for line in (*top, *bottom) if line.cells]
    for line in beside:
        seen.update(_sides(line))
    needed = 2 if len(pages) <= 4 else 3
    for line in beside:
        first, last = (seen[side] >= needed for side in _sides(line))
        kept = line.cells[1 if first else 0 : -1 if last else None]
        if kept and len(kept) < len(line.cells):
            line.text = " ".join(text for _, text in kept)
            line.x0, line.cells = kept[0][0], kept if len(kept) > 1 else ()


def _sides(line: Line) -> tuple[tuple[str, int, bool], tuple[str, int, bool]]:
    """The outermost cells as they may come again on other pages: text, height, and whether on the right."""
    height = int(line.y0 // 8)
    return (signature(line.cells[0][1]), height, False), (signature(line.cells[-1][1]), height, True)


def signature(text: str) -> str:
    """What stays the same from page to page: the text with every number as #."""
    text = text.lower()
    return "#" if _ROMAN.match(text) else _NUMBER.sub("#", text)


def _edges(page: Page) -> tuple[list[Line], list[Line]]:
    """The lines near the top and near the bottom, each list from the edge inward."""
    limit = page.height * _ZONE
    ordered = sorted((line for line in page.lines if not _in_table(page, line, limit)), key=lambda line: -line.y1)
    top = [line for line in ordered[:_DEPTH] if page.height - line.y1 < limit]
    bottom = [line for line in ordered[: -_DEPTH - 1 : -1] if line.y0 < limit and line not in top]
    return top, bottom


def _in_table(page: Page, line: Line, limit: float) -> bool:
    """Whether the line stands in a grid that is more than a letterhead's: its rows may look like those of other pages."""
    if line.grid < 0:
        return False
    rows = page.grids[line.grid].rows
    within = rows[-1] > page.height - limit or rows[0] < limit
    return not within or len(rows) > 4


def _buckets(page: Page, line: Line) -> tuple[int, int]:
    """The line's height over the bottom in steps of 8 points, both ways rounded, so that near lines meet."""
    return int(line.y0 // 8), int((line.y0 + 4) // 8) + 10_000


def _usual_places(
    pages: list[Page], edges: list[tuple[list[Line], list[Line]]], running: set[tuple[str, int, int]]
) -> set[tuple[int, int, float]]:
    """Zone, height and size of lines that run on half of the pages: what stands alone there is a running line too."""
    if len(pages) < 6:
        return set()
    places: Counter[tuple[int, int, float]] = Counter()
    for page, zones in zip(pages, edges, strict=True):
        for zone, lines in enumerate(zones):
            for line in lines[:1]:
                places.update(
                    (zone, bucket, line.size)
                    for bucket in _buckets(page, line)
                    if (signature(line.text), zone, bucket) in running
                )
    return {place for place, count in places.items() if count >= len(pages) / 3}


def _running(
    page: Page, lines: list[Line], zone: int, running: set[tuple[str, int, int]], places: set[tuple[int, int, float]]
) -> Iterable[Line]:
    """The running lines from the edge inward, as far as they are unbroken."""
    for number, line in enumerate(lines):
        text, buckets = signature(line.text), _buckets(page, line)
        repeated = any((text, zone, bucket) in running for bucket in buckets)
        in_place = number == 0 and any((zone, bucket, line.size) in places for bucket in buckets)
        page_number = _PAGE_NUMBER.match(text) and (
            line.page > 0 or _NUMBER_WITH_WORD.match(text) or line.text in ("1", "i")
        )
        beside_the_next = number + 1 < len(lines) and abs(lines[number + 1].y0 - line.y0) < 3  # as in a letterhead
        if repeated or in_place or page_number:
            yield line
        elif not beside_the_next:
            return


def printed_labels(taken: list[list[Line]]) -> tuple[str, ...]:
    """The printed number of each page as its margins say; empty when they do not agree with each other.

    Numbers may begin anew: a file is often several documents bound together.
    """
    numbers = [{int(number) for line in lines for number in _numbers(line.text)} for lines in taken]
    agreeing = _agreeing(numbers)
    if len(agreeing) < max(2, 0.6 * sum(map(bool, numbers))) or len(agreeing) < 0.3 * len(taken):
        return ()
    places = sorted(agreeing)
    labels = []
    for index, lines in enumerate(taken):
        at = bisect_left(places, index)
        around = [
            *places[at : at + 1],
            *places[max(0, at - 1) : at],
        ]  # the next numbered page counts first, then the last
        found = next((number for place in around if (number := index + agreeing[place]) > 0), 0)
        labels.append(str(found) if found else _roman(lines))
    return tuple(labels)


def _agreeing(numbers: list[set[int]]) -> dict[int, int]:
    """The pages whose margins hold the number that their neighbours lead to, and how much it is above the page's index.

    The distances from number to index are those that change least often from page to page and contradict fewest margins:
    the cheapest way through the pages, found page by page (Viterbi).
    """
    counts = Counter(number - index for index, found in enumerate(numbers) for number in found)
    distances = [distance for distance, _ in counts.most_common(_MOST_DISTANCES)]
    costs = dict.fromkeys(distances, 0.0)
    came_from: list[dict[int, int]] = []
    for index, found in enumerate(numbers):
        cheapest = min(costs, key=costs.__getitem__, default=0)
        came_from.append({})
        for distance in distances:
            change = costs[cheapest] + _CHANGE
            came_from[-1][distance] = cheapest if change < costs[distance] else distance
            contradicts = bool(found) and index + distance not in found
            costs[distance] = min(change, costs[distance]) + contradicts
    way = min(costs, key=costs.__getitem__, default=0)
    agreeing = {}
    for index in range(len(numbers) - 1, -1, -1):
        if index + way in numbers[index]:
            agreeing[index] = way
        way = came_from[index].get(way, way)
    return agreeing


def _numbers(text: str) -> Iterable[str]:
    for match in _STANDALONE.finditer(text):
        yield match.group(1) or match.group(2)


def _roman(lines: list[Line]) -> str:
    """The roman numeral that stands alone in the margin, if any."""
    return next((line.text for line in lines if _ROMAN.match(line.text)), "")
