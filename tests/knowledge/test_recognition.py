"""Scans and images are read by text recognition, page by page, as queued work that goes on where it was."""

import asyncio
import threading
from pathlib import Path
from typing import Any
from uuid import UUID

import fpdf
import pytest
from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import func, select

from samverk.core.jobs.memory import MemoryJobs
from samverk.core.leases import Leases
from samverk.core.levels import Level
from samverk.core.scope import Scope
from samverk.knowledge import recognition, sandbox
from samverk.knowledge.attached import Attachments
from samverk.knowledge.ingest import ingest_paths
from samverk.knowledge.notes import said
from samverk.knowledge.reading.recognised import RecognisedLine, RecognisedPage, RecognisedWord
from samverk.knowledge.recognition import Recognition
from samverk.knowledge.service import Knowledge
from samverk.knowledge.tables import PageReading
from samverk.knowledge.unreadable import Unreadable
from samverk.knowledge.views import DocumentInfo
from tests.knowledge.support import Room, room
from tests.required import missing

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
WORDS = "Ansökan om bygglov prövas av byggnadsnämnden inom tio veckor."


def seen(text: str) -> Any:
    """A page on which the words of the text stand in one line, as recognition keeps it."""
    words = text.split()
    step = 0.8 / len(words)
    placed = tuple(
        RecognisedWord(word, 0.1 + number * step, 0.3, step * 0.9, 0.01) for number, word in enumerate(words)
    )
    return RecognisedPage(595, 842, (RecognisedLine(placed, 0.013),)).as_json()


class FakePages:
    """Recognises pages without Tesseract: says what it is told to, and remembers what it was asked for."""

    def __init__(self, *texts: str, missing: bool = False) -> None:
        self.texts = texts
        self.missing = missing
        self.asked: list[int] = []
        self.may_read = threading.Event()
        self.may_read.set()

    def __call__(self, path: Path, suffix: str, page: int, languages: str) -> tuple[Any, str]:
        self.may_read.wait(10)
        if self.missing:
            raise Unreadable("recognition_missing", detail="tesseract-ocr")
        self.asked.append(page)
        return seen(self.texts[page]), f"fake 1 {languages}"


def picture(text: str, *, width: int = 1654) -> Image.Image:
    """A page of an A4 with a line of print, white otherwise."""
    image = Image.new("L", (width, round(width * 297 / 210)), "white")
    font = ImageFont.truetype(FONT, round(width / 45)) if Path(FONT).exists() else ImageFont.load_default(width / 45)
    ImageDraw.Draw(image).text((width // 12, width // 4), text, fill="black", font=font)
    return image


def scan(path: Path, *texts: str, layer: str = "") -> Path:
    """A PDF whose pages are pictures, after one with a text layer where that is said."""
    made = fpdf.FPDF(format="A4")
    made.set_font("Helvetica", "", 12)
    if layer:
        made.add_page()
        made.multi_cell(0, 8, layer)
    for text in texts:
        made.add_page()
        made.image(picture(text, width=300), 0, 0, 210, 297)
    made.output(str(path))
    return path


async def info_of(room: Room, document: UUID) -> DocumentInfo:
    return (await room.knowledge.progress(room.org, [document]))[0]


async def add(room: Room, path: Path) -> DocumentInfo:
    document = await room.knowledge.add(room.org, "regler", path.name, path)
    await room.settled(document)
    return await info_of(room, document)


@pytest.fixture(autouse=True)
def page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step of the work ends after one page."""
    monkeypatch.setattr(recognition, "_STEP_SECONDS", 0.0)


async def test_a_scan_waits_says_how_far_it_is_and_is_read(tmp_path: Path) -> None:
    pages = FakePages("Ansökan om bygglov prövas.", "Beslutet kan överklagas.")
    pages.may_read.clear()
    async with room(tmp_path, extract=sandbox.survey, recognition=Recognition(read_page=pages)) as made:
        document = await made.knowledge.add(made.org, "regler", "beslut.pdf", scan(tmp_path / "a.pdf", "x", "y"))
        said_so = await until(made, document, "waiting_for_recognition")
        assert (said_so.status, said_so.reason and said_so.reason.sv) == (
            "reading",
            "Filen väntar på textigenkänning: 2 sidor är bilder.",
        )
        pages.may_read.set()
        await made.settled(document)
        info = await info_of(made, document)
        assert (info.status, info.reason, info.pages) == ("read", None, 2)
        assert pages.asked == [0, 1]
        assert said(info.notes[0]) == "Sidor lästa med textigenkänning, så enstaka ord kan vara fel: 1, 2"
        assert await made.texts(made.member(), "överklagas") == [
            "Ansökan om bygglov prövas.\n\nBeslutet kan överklagas."
        ]


async def until(room: Room, document: UUID, code: str) -> DocumentInfo:
    async with asyncio.timeout(10):
        while True:
            info = await info_of(room, document)
            if info.reason is not None and info.reason.code == code:
                return info
            await asyncio.sleep(0.005)


async def test_an_ingest_tells_how_many_pages_are_recognised(tmp_path: Path) -> None:
    pages = FakePages("Ansökan om bygglov prövas.", "Beslutet kan överklagas.")
    pages.may_read.clear()
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int, path: str, pages_of: tuple[int, int] = (0, 0)) -> None:
        told.append(pages_of)
        if pages_of[1]:
            pages.may_read.set()

    async with room(tmp_path, extract=sandbox.survey, recognition=Recognition(read_page=pages)) as made:
        await ingest_paths(made.knowledge, made.org, "regler", [scan(tmp_path / "a.pdf", "x", "y")], progress)
    assert told[0] in ((0, 2), (1, 2))
    assert told[-1] == (0, 0)


def test_progress_is_said_by_page() -> None:
    assert recognition.progress(3, 40).sv == "Texten känns igen sida för sida: 3 av 40 klara."
    assert recognition.progress(0, 1).en == "The file waits for text recognition: 1 page is a picture."


async def test_pages_with_a_text_layer_are_not_recognised(tmp_path: Path) -> None:
    pages = FakePages("", "Bilagan är inskannad.")
    async with room(tmp_path, extract=sandbox.survey, recognition=Recognition(read_page=pages)) as made:
        info = await add(made, scan(tmp_path / "blandad.pdf", "x", layer=WORDS))
        assert (info.status, pages.asked) == ("read", [1])
        texts = " ".join(await made.texts(made.member(), "bygglov inskannad"))
        assert WORDS in texts
        assert "Bilagan är inskannad." in texts


async def test_a_process_that_dies_goes_on_where_it_was(tmp_path: Path) -> None:
    pages = FakePages("Första sidan.", "Andra sidan.", "Tredje sidan.")
    async with room(tmp_path, extract=sandbox.survey, recognition=Recognition(read_page=pages)) as made:
        path = scan(tmp_path / "tre.pdf", "x", "y", "z")
        whole_call, pages.texts = pages.texts, pages.texts[:2]
        document = await made.knowledge.add(made.org, "regler", "tre.pdf", path)
        await until(made, document, "being_recognised")
        await made.knowledge.close()  # with pages still to read
        assert len(pages.asked) < 3
        pages.texts = whole_call
        next_process = Knowledge(
            made.db, made.blobs, made.index, MemoryJobs(), Leases(tmp_path / "leases"),
            extract=sandbox.survey, recognition=Recognition(read_page=pages),
        )  # fmt: skip
        await next_process.start()
        await next_process.resume(made.org)
        await made.settled(document)
        assert (await info_of(made, document)).status == "read"
        assert sorted(pages.asked) == [0, 1, 2], "a page was recognised twice, or never"
        await next_process.close()


async def test_without_tesseract_it_says_what_to_install_and_is_read_again_later(tmp_path: Path) -> None:
    pages = FakePages(WORDS, missing=True)
    async with room(tmp_path, extract=sandbox.survey, recognition=Recognition(read_page=pages)) as made:
        info = await add(made, scan(tmp_path / "beslut.pdf", "x"))
        assert info.status == "not_read"
        assert info.reason is not None
        assert info.reason.code == "recognition_missing"
        assert "apt-get" not in info.reason.en
        assert "tesseract-ocr" in info.reason.sv
        pages.missing = False
        await made.knowledge.read_again(made.org, info.id)
        await made.settled(info.id)
        assert (await info_of(made, info.id)).status == "read"


async def test_without_tesseract_the_pages_that_have_text_are_read(tmp_path: Path) -> None:
    async with room(
        tmp_path, extract=sandbox.survey, recognition=Recognition(read_page=FakePages(missing=True))
    ) as made:
        info = await add(made, scan(tmp_path / "blandad.pdf", "x", layer=WORDS))
        assert info.status == "read"
        assert [said(note) for note in info.notes] == [
            "Sidor utan textlager, inte lästa: 2",
            "Textigenkänning är inte installerad på servern (tesseract-ocr). Läs om filen när den är det.",
        ]


async def test_pictures_without_text_say_so(tmp_path: Path) -> None:
    def nothing(*_: object) -> tuple[Any, str]:
        return RecognisedPage(595, 842, ()).as_json(), "fake 1"

    async with room(tmp_path, extract=sandbox.survey, recognition=Recognition(read_page=nothing)) as made:
        info = await add(made, scan(tmp_path / "foto.pdf", ""))
        assert (info.status, info.reason and info.reason.code) == ("not_read", "nothing_recognised")


async def test_no_more_pages_than_allowed_are_recognised(tmp_path: Path) -> None:
    pages = FakePages("Första sidan.", "Andra sidan.")
    how = Recognition(read_page=pages, most_pages=1)
    async with room(tmp_path, extract=sandbox.survey, recognition=how) as made:
        info = await add(made, scan(tmp_path / "lång.pdf", "x", "y"))
        assert pages.asked == [0]
        assert [note.partition(":")[0] for note in info.notes] == ["pages_without_text", "pages_recognised"]


async def test_the_words_of_a_scan_are_found_on_its_page(tmp_path: Path) -> None:
    pages = FakePages(WORDS)
    async with room(tmp_path, extract=sandbox.survey, recognition=Recognition(read_page=pages)) as made:
        await add(made, scan(tmp_path / "beslut.pdf", "x"))
        hit = (await made.knowledge.search(made.member(), ["regler"], "bygglov", 1)).hits[0]
        at = hit.text.index("bygglov")
        found = await made.knowledge.rectangles(made.member(), hit.id, at, at + len("bygglov"))
        assert [(each.page, round(each.x, 3), round(each.y, 3)) for each in found] == [
            (0, round(0.1 + 2 * 0.8 / 9, 3), 0.3)
        ]


async def test_what_was_recognised_is_erased_with_its_file(tmp_path: Path) -> None:
    pages = FakePages(WORDS)
    async with room(tmp_path, extract=sandbox.survey, recognition=Recognition(read_page=pages)) as made:
        attachments = Attachments(made.db, made.knowledge)
        mine = await attachments.place(made.member(), Level.INTERNAL)
        document = await attachments.add(made.member(), mine, "beslut.pdf", scan(tmp_path / "beslut.pdf", "x"))
        await made.settled(document)
        async with made.db.read(Scope(made.org)) as session:
            assert await session.scalar(select(func.count()).select_from(PageReading)) == 1
        await made.knowledge.erase(made.org, mine)
        async with made.db.read(Scope(made.org)) as session:
            assert await session.scalar(select(func.count()).select_from(PageReading)) == 0


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".webp"])
def test_an_image_is_a_document_of_pages_to_recognise(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"beslut{suffix}"
    picture(WORDS, width=300).save(path)
    survey = sandbox.survey(path)
    assert (survey.unread, survey.passages, survey.labels) == ((0,), (), ("1",))
    read = sandbox.survey(path, {0: seen(WORDS)})
    assert (read.text, read.unread) == (WORDS, ())


def test_an_image_is_read_by_tesseract_behind_the_walls(tmp_path: Path) -> None:
    if not tesseract_is_there():
        missing("tesseract-ocr with tesseract-ocr-swe")
    path = tmp_path / "beslut.png"
    picture(WORDS).save(path, dpi=(200, 200))
    kept, reader = recognition.in_sandbox(path, ".png", 0, "swe+eng")
    assert reader.startswith("tesseract ")
    read = sandbox.survey(path, {0: kept})
    assert (read.text, read.unread) == (WORDS, ())
    words = [word for _, line in kept[2] for word in line]
    assert words[0][0] == "Ansökan"
    assert words[0][1] == pytest.approx(1 / 12, abs=0.01)


def tesseract_is_there() -> bool:
    from samverk.knowledge.reading import tesseract

    try:
        tesseract._library()
        tesseract._data("swe+eng")
    except Unreadable:
        return False
    return True


def test_a_language_that_is_not_installed_is_named(tmp_path: Path) -> None:
    if not tesseract_is_there():
        missing("tesseract-ocr with tesseract-ocr-swe")
    picture(WORDS).save(tmp_path / "beslut.png")
    with pytest.raises(Unreadable, match="tesseract-ocr-fin"):
        recognition.in_sandbox(tmp_path / "beslut.png", ".png", 0, "swe+fin")


def test_an_image_with_too_many_pixels_is_refused(tmp_path: Path) -> None:
    Image.new("1", (20_000, 10_000)).save(tmp_path / "bomb.png")
    with pytest.raises(Unreadable) as caught:
        recognition.in_sandbox(tmp_path / "bomb.png", ".png", 0, "swe")
    assert caught.value.code == "too_large"
