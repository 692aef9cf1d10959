"""Pages for the eye: the picture of a page, and the rectangles of a passage on it."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import fpdf
import pytest
from PIL import Image

from samverk.core.errors import NotFound
from samverk.identity.principal import Kind, Principal, Role
from samverk.knowledge import sandbox
from samverk.knowledge.rectangles import PlacedWord, rectangles
from tests.knowledge.support import Room, room

FIRST = "Ansökan om bygglov prövas av byggnadsnämnden inom tio veckor."
SECOND = "Beslutet kan överklagas till länsstyrelsen inom tre veckor."


@pytest.fixture
async def reading_room(tmp_path: Path) -> AsyncIterator[Room]:
    async with room(tmp_path, extract=sandbox.extract) as made:
        yield made


def two_pages(path: Path) -> Path:
    page = fpdf.FPDF(format="A4")
    page.set_font("Helvetica", "", 12)
    for text in (FIRST, SECOND):
        page.add_page()
        page.set_xy(20, 100)
        page.cell(0, 8, text)
    page.output(str(path))
    return path


async def added(room: Room, path: Path) -> tuple[UUID, dict[str, UUID]]:
    """The version, and its passages' ids by their texts."""
    document = await room.knowledge.add(room.org, "regler", path.name, path)
    await room.settled(document)
    info = (await room.knowledge.progress(room.org, [document]))[0]
    assert info.version_id is not None, info.reason
    found = await room.knowledge.search(room.member(), ["regler"], "bygglov länsstyrelsen", 10)
    return info.version_id, {hit.text: hit.id for hit in found.hits}


async def test_a_page_is_drawn_as_it_looks(reading_room: Room, tmp_path: Path) -> None:
    version, _ = await added(reading_room, two_pages(tmp_path / "regler.pdf"))
    image = await reading_room.knowledge.page_image(reading_room.member(), version, 0, 700)
    shown = Image.open(io.BytesIO(image.content)).convert("L")
    assert (image.media_type, shown.size) == ("image/webp", (image.width, image.height))
    assert image.width == 800
    assert image.height == pytest.approx(800 * 297 / 210, abs=2)
    line = shown.crop((0, int(image.height * 97 / 297), 800, int(image.height * 110 / 297)))
    above = shown.crop((0, 0, 800, int(image.height * 90 / 297)))
    assert sum(line.histogram()[:80]) > 100, "no ink where the line is printed"
    assert sum(above.histogram()[:200]) == 0, "ink where there is none"


async def test_a_page_that_is_not_there_is_not_found(reading_room: Room, tmp_path: Path) -> None:
    version, _ = await added(reading_room, two_pages(tmp_path / "regler.pdf"))
    for page in (-1, 2):
        with pytest.raises(NotFound):
            await reading_room.knowledge.page_image(reading_room.member(), version, page, 800)


async def test_another_organisation_sees_neither_page_nor_place(reading_room: Room, tmp_path: Path) -> None:
    version, passages = await added(reading_room, two_pages(tmp_path / "regler.pdf"))
    stranger = Principal(Kind.MEMBER, reading_room.other, "x", "Lo", Role.ADMIN, frozenset())
    assert await reading_room.knowledge.page_image(reading_room.member(), version, 0, 800)  # kept, for those who may
    with pytest.raises(NotFound):
        await reading_room.knowledge.page_image(stranger, version, 0, 800)
    with pytest.raises(NotFound):
        await reading_room.knowledge.rectangles(stranger, next(iter(passages.values())))


async def test_a_format_without_pages_has_neither(reading_room: Room, tmp_path: Path) -> None:
    path = tmp_path / "regler.txt"
    path.write_text(f"{FIRST}\n\n{SECOND}", encoding="utf-8")
    version, passages = await added(reading_room, path)
    with pytest.raises(NotFound):
        await reading_room.knowledge.page_image(reading_room.member(), version, 0, 800)
    assert await reading_room.knowledge.rectangles(reading_room.member(), next(iter(passages.values()))) == ()


async def test_a_passage_and_a_quote_within_it_are_found_on_their_page(reading_room: Room, tmp_path: Path) -> None:
    _, passages = await added(reading_room, two_pages(tmp_path / "regler.pdf"))
    text, passage = next((text, id) for text, id in passages.items() if SECOND in text)
    at = text.index(SECOND)
    whole = await reading_room.knowledge.rectangles(reading_room.member(), passage, at, at + len(SECOND))
    assert [each.page for each in whole] == [1]
    assert whole[0].x == pytest.approx(21 / 210, abs=0.01)
    assert whole[0].y == pytest.approx(102 / 297, abs=0.01)
    assert 0.4 < whole[0].w < 0.65
    assert 0.01 < whole[0].h < 0.03
    quote = text.index("överklagas")
    part = await reading_room.knowledge.rectangles(reading_room.member(), passage, quote, quote + len("överklagas"))
    assert len(part) == 1
    assert whole[0].x + 0.1 < part[0].x < part[0].x + part[0].w < whole[0].x + whole[0].w


def words(*lines: str) -> list[PlacedWord]:
    """Words on lines a tenth of the page apart, each letter a hundredth wide."""
    placed = []
    for number, line in enumerate(lines):
        left = 0.1
        for word in line.split():
            placed.append(PlacedWord(word, left, 0.1 * number, 0.01 * len(word), 0.05))
            left += 0.01 * len(word) + 0.01
    return placed


def test_a_word_that_a_line_break_parts_is_marked_on_both_lines() -> None:
    text = "Ärendet avgörs av kommunstyrelsen i juni."
    shown = words("Ärendet avgörs av kommun-", "styrelsen i juni.")
    start = text.index("kommunstyrelsen")
    found = rectangles(shown, text, start, start + len("kommunstyrelsen"), 3)
    assert [(each.page, round(each.y, 2), round(each.w, 2)) for each in found] == [(3, 0.0, 0.07), (3, 0.1, 0.09)]


def test_a_quote_is_marked_where_its_passage_has_it() -> None:
    text = "Avgiften är 100 kr för alla barn"
    shown = words("Avgiften är en annan", "och den är 100 kr", "Avgiften är 100 kr för alla barn", "Avgiften är slut")
    found = rectangles(shown, text, 0, len("Avgiften är"), 0)
    assert [(round(each.x, 2), round(each.y, 2), round(each.w, 2)) for each in found] == [(0.1, 0.2, 0.11)]


def test_a_passage_that_the_page_does_not_show_has_no_rectangles() -> None:
    assert rectangles(words("Helt andra ord står här"), "Avgiften är hundra kronor för alla", 0, 34, 0) == ()


def test_cells_of_a_table_are_marked_one_by_one() -> None:
    shown = [PlacedWord("Avgift", 0.1, 0.1, 0.1, 0.02), PlacedWord("100", 0.7, 0.1, 0.05, 0.02)]
    assert [round(each.x, 1) for each in rectangles(shown, "Avgift | 100", 0, 12, 0)] == [0.1, 0.7]
