"""`samverk mask` as scripts see it."""

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from samverk.cli import main

TEXT = "Ring 070-174 06 05 eller 0701740605.\r\nMejla anna.ek@bjorksta.example, personnummer 19121212-1212.\n"


@dataclass
class Ended:
    """How the command ended."""

    code: int
    out: str
    err: str


def mask(*words: str, given: str | bytes = TEXT, **more: str) -> Ended:
    """Run the command in this process, with nothing of Samverk in the environment."""
    data = given.encode() if isinstance(given, str) else given
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("SAMVERK_", "LC_", "LANG"))}
    code: Any = 0
    with (
        patch.dict(os.environ, {**plain, "LANG": "sv_SE.UTF-8", **more}, clear=True),
        patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8")),
        patch.object(sys, "argv", ["samverk", "mask", *words]),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code
    texts = [stream.buffer.getvalue().decode() for stream in (out, err)]  # type: ignore[attr-defined]
    return Ended(int(code or 0), *texts)


def test_a_text_is_masked_and_nothing_else_is_changed() -> None:
    ended = mask()
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == ("Ring [PHONE_1] eller [PHONE_1_2].\r\nMejla [EMAIL_1], personnummer [PERSONNUMMER_1].\n")


def test_nothing_in_is_nothing_out() -> None:
    assert mask(given="") == Ended(0, "", "")


def test_lines_keep_their_fields_and_say_what_was_found() -> None:
    given = "\ufeff" + json.dumps({"id": 7, "text": "🙂 Ring 070-174 06 05"}) + "\r\n\n" + json.dumps({"text": "Inget"})
    first, second = map(json.loads, mask("--jsonl", given=given).out.splitlines())
    assert {name: first[name] for name in ("id", "text", "masked")} == {
        "id": 7,
        "text": "🙂 Ring 070-174 06 05",
        "masked": "🙂 Ring [PHONE_1]",
    }
    (span,) = first["spans"]
    assert (span["start"], span["end"], span["label"]) == (7, 20, "PHONE")
    assert 0.5 <= span["score"] <= 1
    assert second == {"text": "Inget", "spans": [], "masked": "Inget"}


def test_only_the_labels_that_are_asked_for() -> None:
    out = mask("--labels", "phone, EMAIL").out
    assert "[PHONE_1]" in out
    assert "19121212-1212" in out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--irreversible"], "personnummer [person född på 1910-talet]."),
        (["--how", "generalise"], "personnummer [person född på 1910-talet]."),
        (["--how", "black"], "personnummer █████."),
        (["--irreversible", "--how", "replace"], "personnummer [personnummer]."),
    ],
)
def test_for_publishing(words: list[str], expected: str) -> None:
    out = mask(*words).out
    assert expected in out
    assert "_1]" not in out


@pytest.mark.parametrize(
    ("words", "given", "line"),
    [
        (["--jsonl"], '{"text": "a"}\n{"text":', "samverk: Rad 2: Det är inte JSON."),
        (["--jsonl"], '{"text": "a"}\n\n[1]', "samverk: Rad 3: Det ska vara ett objekt med text i fältet text."),
        (["--jsonl"], '{"text": 7}', "samverk: Rad 1: Det ska vara ett objekt med text i fältet text."),
        (["--jsonl"], b'{"text": "\xe5"}', "samverk: Rad 1: Det är inte JSON."),
        ([], "Åsa".encode("latin-1"), "samverk: Texten är inte i UTF-8 (byte 1)."),
        (["--labels", "PHONE,NAMN"], "", "samverk: --labels kan inte vara NAMN. Det som går är "),
        (["--how", "vit"], "", "samverk: --how kan inte vara 'vit'."),
    ],
)
def test_wrong_use_is_one_clear_line(words: list[str], given: str | bytes, line: str) -> None:
    ended = mask(*words, given=given)
    assert ended.code == 2
    assert ended.err.startswith(line)
    assert len(ended.err.splitlines()) == 1


def test_lines_before_a_bad_one_are_written() -> None:
    assert len(mask("--jsonl", given='{"text": "a"}\n{').out.splitlines()) == 1


def test_a_reader_that_leaves_is_no_fault(tmp_path: Path) -> None:
    lines = tmp_path / "texts.jsonl"
    lines.write_text('{"text": "Ring 070-174 06 05"}\n' * 5_000, encoding="utf-8")
    with lines.open("rb") as given:
        process = subprocess.Popen(
            [sys.executable, "-m", "samverk", "mask", "--jsonl"],
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
        )
        assert process.stdout
        assert process.stderr
        assert b"[PHONE_1]" in process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        process.wait(timeout=60)
        process.stderr.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["texts.jsonl"]  # no database, no home
