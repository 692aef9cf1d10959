"""Files made to do harm end within their bounds, with a reason or read; nothing in them is run or fetched."""

from collections.abc import Callable
from pathlib import Path

import pytest

from samverk.knowledge import enclosed
from samverk.knowledge.sandbox import extract
from samverk.knowledge.unreadable import Unreadable
from tests.knowledge import samples
from tests.knowledge.hostile import files


@pytest.mark.parametrize("make", files.FILES, ids=lambda make: make.__name__)
def test_it_ends_with_a_reason_or_is_read(
    make: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enclosed, "MOST_FILES", 3)  # each costs a process
    try:
        found = extract(make(tmp_path))
    except Unreadable as reason:
        end = reason.code
        assert "{" not in reason.sv + reason.en
    else:
        end = "read"
        assert "root:" not in found.text
        assert len(found.text) < 1_000_000
    assert end in files.FILES[make]


def test_what_is_too_many_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enclosed, "MOST_FILES", 3)
    found = extract(files.many_attachments(tmp_path))
    assert found.text.count("\nord") == 3
    assert any(note.startswith("attachment_unread: a3.txt (too_large)") for note in found.notes)


def test_messages_within_messages_are_opened_so_far_and_no_further(tmp_path: Path) -> None:
    found = extract(files.deep_messages(tmp_path))
    assert "Brev 97" in found.text
    assert "Innersta brevet" not in found.text
    assert any("too_large" in note for note in found.notes)


def test_a_bomb_in_an_attachment_leaves_the_message_readable(tmp_path: Path) -> None:
    bomb = files.sheet_bomb(tmp_path).read_bytes()
    mail = samples.EmailMessage()
    mail["Subject"] = "Priser"
    mail.set_content("Se bilagan.")
    mail.add_attachment(bomb, maintype="application", subtype="octet-stream", filename="priser.ods")
    path = tmp_path / "a.eml"
    path.write_bytes(bytes(mail))
    found = extract(path)
    assert "Se bilagan." in found.text
    assert any(note.startswith("attachment_unread: priser.ods (") for note in found.notes)
