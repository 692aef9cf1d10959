"""The reading of a PDF, step by step: source, margins, layout, labels, title, and what a person should know."""

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from operator import eq
from pathlib import Path
from typing import Any

from samverk.knowledge.notes import note
from samverk.knowledge.passages import Block, Parsed
from samverk.knowledge.reading import pdf_source
from samverk.knowledge.reading.pdf_layout import blocks_of, face_of
from samverk.knowledge.reading.pdf_margins import printed_labels, strip_margins
from samverk.knowledge.reading.pdf_source import Page, Source
from samverk.knowledge.reading.recognised import RecognisedPage, fill, needs_recognition
from samverk.knowledge.reading.titles import sensible
from samverk.knowledge.unreadable import Unreadable

_GARBAGE = 0.15  # share of meaningless characters above which another reader is asked
_MEANINGLESS = re.compile("[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f\x7f-\x9f]")


def parse(path: Path, recognised: Mapping[int, Any] | None = None) -> Parsed:
    """The document, with what was recognised on its pages. Raises `Unreadable`."""
    try:
        source = pdf_source.read(path)
    except Unreadable as reason:
        if reason.code != "damaged":
            raise
        return _second_reader(path)
    if recognised:
        fill(source.pages, {page: RecognisedPage.of(kept) for page, kept in recognised.items()})
    unread = tuple(page.index for page in source.pages if needs_recognition(page))
    text = "".join(line.text for page in source.pages for line in page.lines)
    if not text and unread:
        labels = source.labels or tuple(str(page.index + 1) for page in source.pages)
        return Parsed(sensible(source.title), (), labels, unread=unread)
    if not text and recognised:
        raise Unreadable("nothing_recognised")
    if not text:
        raise Unreadable("no_text" if source.pages and len(source.broken) < len(source.pages) else "damaged")
    if len(_MEANINGLESS.findall(text)) > _GARBAGE * len(text):
        return _better(path, text, arranged(source))
    return replace(arranged(source), unread=unread)


def arranged(source: Source) -> Parsed:
    """Blocks, labels, title and notes of pages with their lines."""
    silent = [page.index for page in source.pages if page.pictured and not page.lines]
    title = _title(source)
    taken = strip_margins(source.pages)
    labels = _labels(source, printed_labels(taken))
    blocks, contents = blocks_of(source.pages, source.outline)
    if not blocks:  # a page or two of nothing but repeated lines
        blocks = [Block("paragraph", line.text, 0, line.page) for lines in taken for line in lines]
    notes = (
        *_note("pages_without_text", silent, labels),
        *_note("pages_broken", source.broken, labels),
        *_note("pages_coded", source.ciphered, labels),
        *_note("contents_left_out", contents, labels),
    )
    return Parsed(title, tuple(blocks), labels, notes)


def _labels(source: Source, printed: tuple[str, ...]) -> tuple[str, ...]:
    """What is printed on the pages, where the file's own labels are missing or say something else on most of them."""
    if printed and sum(map(eq, printed, source.labels)) < len(printed) / 2:
        return printed
    return source.labels or tuple(str(page.index + 1) for page in source.pages)


def _note(code: str, pages: list[int], labels: tuple[str, ...]) -> tuple[str, ...]:
    """The note about these pages, by their labels; none where there are no such pages."""
    said = ", ".join(labels[page] or f"({page + 1})" for page in pages[:40])
    detail = f"(s. {said})" if code == "contents_left_out" else said
    return (note(code, detail),) if pages else ()


def _title(source: Source) -> str:
    """The title that the file gives itself, else the largest print of the first page with text; may be empty."""
    named = sensible(source.title)
    if named:
        return named
    page = next((page for page in source.pages if page.lines), None)
    return _largest(page, source) if page else ""


def _largest(page: Page, source: Source) -> str:
    size = max(line.size for line in page.lines if sum(map(str.isalpha, line.text)) > 2 or line is page.lines[0])
    if size < face_of(source.pages).size * 1.1:
        return ""
    lines = [line.text for line in page.lines if abs(line.size - size) < 0.3][:4]
    text = " ".join(lines)
    return text if len(text) <= 200 else ""


def _second_reader(path: Path) -> Parsed:
    """The file as pdf_oxide reads it. Raises `Unreadable`."""
    pages = _oxide_pages(path)
    if pages is None:
        raise Unreadable("damaged")
    blocks = tuple(
        Block("paragraph", " ".join(part.split()), 0, index)
        for index, text in enumerate(pages)
        for part in re.split(r"\n\s*\n", text)
        if part.strip()
    )
    if not blocks:
        raise Unreadable("no_text" if pages else "damaged")
    labels = tuple(str(index + 1) for index in range(len(pages)))
    return Parsed("", blocks, labels, (note("second_reader"),))


def _better(path: Path, text: str, first: Parsed) -> Parsed:
    """The second reader's document where it makes more sense, else the first with a note."""
    try:
        second = _second_reader(path)
    except Unreadable:
        second = None
    if second is not None:
        other = "".join(block.text for block in second.blocks)
        if len(_MEANINGLESS.findall(other)) * len(text) < len(_MEANINGLESS.findall(text)) * len(other) / 2:
            return second
    return Parsed(first.title, first.blocks, first.labels, (*first.notes, note("characters_meaningless")))


def _oxide_pages(path: Path) -> list[str] | None:
    """The text of each page; None when pdf_oxide cannot open the file either."""
    os.environ["RAYON_NUM_THREADS"] = "1"
    import pdf_oxide

    try:
        document = pdf_oxide.PdfDocument(str(path))
        count = int(document.page_count)
    except BaseException as error:
        if "password" in str(error).lower() or "encrypt" in str(error).lower():
            raise Unreadable("encrypted") from error
        return None
    if count > pdf_source.MOST_PAGES:
        raise Unreadable("damaged")
    return [str(document.extract_text(index)) for index in range(count)]
