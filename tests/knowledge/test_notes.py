"""Notes of the readers are said in the reader's language, and every note that a reader writes is in the table."""

from pathlib import Path

import pytest

from samverk.knowledge import reading
from samverk.knowledge.notes import NOTES, note, said


def test_a_note_is_said_in_both_languages() -> None:
    stored = note("pages_without_text", "4, 5")
    assert said(stored) == "Sidor utan textlager, inte lästa: 4, 5"
    assert said(stored, "en") == "Pages without a text layer, not read: 4, 5"
    assert said(note("contents_left_out")) == "Innehållsförteckningen är utelämnad"


def test_an_unknown_note_is_refused_when_written_and_shown_as_it_stands_when_old() -> None:
    with pytest.raises(ValueError, match="unknown note"):
        note("nonsense")
    assert said("Av en äldre version: text") == "Av en äldre version: text"


def test_every_note_is_written_by_some_reader() -> None:
    room = Path(reading.__file__).parents[1]
    sources = [path.read_text() for path in room.rglob("*.py") if path.name != "notes.py"]
    written = {code for code in NOTES if any(f'"{code}"' in source for source in sources)}
    assert written == set(NOTES)
