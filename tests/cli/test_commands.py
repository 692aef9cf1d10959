"""The commands as scripts see them: exit codes, one clear line on standard error, and the shapes of `--json`."""

import io
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from aiohttp.test_utils import unused_port

from samverk.cli import main

RULE = "Ett beslut om parkeringstillstånd ska fattas inom fyra veckor från det att ansökan är komplett."
QUESTION = "Inom hur lång tid ska ett beslut om parkeringstillstånd fattas?"
NOWHERE = str(UUID(int=7))


@dataclass
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def line(self) -> str:
        """The message of a command that failed: one line, and no traceback."""
        assert self.code
        assert self.out == ""
        (line,) = self.err.strip().splitlines()
        assert "Traceback" not in line
        return line


@contextmanager
def environment(home: Path, **more: str) -> Iterator[None]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("SAMVERK_", "LC_", "LANG"))}
    with patch.dict(os.environ, {**plain, "SAMVERK_HOME": str(home), "LANG": "sv_SE.UTF-8", **more}, clear=True):
        yield


def run(home: Path, *words: str, given: str = "", **more: str) -> Ended:
    """Run a command in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    stdin = io.TextIOWrapper(io.BytesIO(given.encode()), encoding="utf-8")
    code: Any = 0
    streams = (redirect_stdout(out), redirect_stderr(err), patch.object(sys, "stdin", stdin))
    with environment(home, **more), streams[0], streams[1], streams[2], patch.object(sys, "argv", ["samverk", *words]):
        try:
            main()
        except SystemExit as end:
            code = end.code
    texts = [stream.buffer.getvalue().decode() for stream in (out, err)]  # type: ignore[attr-defined]
    return Ended(int(code or 0), *texts)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An organisation with a collection, an assistant on it, and one whose model answers nowhere."""
    folder = tmp_path_factory.mktemp("cli")
    home, documents = folder / "var", folder / "dokument"
    documents.mkdir()
    (documents / "parkering.md").write_text(f"# Parkering\n\n{RULE}\n", encoding="utf-8")
    (documents / "tom.txt").write_text("", encoding="utf-8")
    own = ("--org", "bjorksta")
    nowhere = f"http://127.0.0.1:{unused_port()}/v1"
    for words in (
        ("org", "create", "bjorksta", "--name", "Björksta kommun"),
        ("ingest", str(documents), "--collection", "regler", *own),
        ("assistant", "create", "regelhjalpen", "--collection", "regler", *own),
        ("model", "add", "borta", "--url", nowhere, "--approved-for", "secret", *own),
        ("assistant", "create", "stum", "--collection", "regler", "--model", "borta", *own),
    ):
        ended = run(home, *words)
        assert ended.code == 0, (words, ended)
    return home


def test_ingest_tells_what_was_read_and_what_was_not(home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n\nEn regel om något.\n", encoding="utf-8")
    (tmp_path / "tom.txt").write_text("", encoding="utf-8")
    ended = run(home, "ingest", str(tmp_path), "--collection", "annat", "--org", "bjorksta", "--json")
    assert ended.code == 0
    documents = {Path(document["path"]).name: document for document in ended.json["documents"]}
    assert all(set(d) >= {"path", "status", "reason", "pages", "passages", "ms"} for d in documents.values())
    assert (documents["a.md"]["status"], documents["a.md"]["reason"]) == ("read", None)
    assert documents["a.md"]["passages"] >= 1
    assert documents["tom.txt"]["status"] == "not_read"
    assert documents["tom.txt"]["reason"]


def test_ask_as_json_has_the_promised_shape(home: Path) -> None:
    ended = run(home, "ask", QUESTION, "--assistant", "regelhjalpen", "--org", "bjorksta", "--json")
    assert ended.code == 0
    answer = ended.json
    assert {"answer", "citations", "answered", "model", "trace", "ms"} <= set(answer)
    assert answer["answered"] is True
    assert "fyra veckor" in answer["answer"]
    assert answer["model"] == "extractive"
    assert UUID(answer["trace"])
    for citation in answer["citations"]:
        assert {"n", "passage", "document", "heading", "page", "quote", "verdict"} <= set(citation)
        assert citation["verdict"] == "verified"
        assert citation["quote"] in RULE


def test_ask_prints_an_answer_with_its_sources(home: Path) -> None:
    ended = run(home, "ask", QUESTION, "--assistant", "regelhjalpen", "--org", "bjorksta")
    assert ended.code == 0
    assert RULE.rstrip(".") in ended.out
    assert "verifierad" in ended.out


def test_search_as_json_has_the_promised_shape(home: Path) -> None:
    ended = run(home, "search", "parkeringstillstånd", "--collection", "regler", "--org", "bjorksta", "--json")
    assert ended.code == 0
    assert RULE in ended.json["passages"][0]["text"]
    assert {"passage", "document", "heading", "page", "score", "text"} <= set(ended.json["passages"][0])
    assert ended.json["left_out"] == []


def test_people_and_keys_are_shown_their_secret_once(home: Path) -> None:
    email = "anna.ek@bjorksta.example"
    user = run(home, "user", "create", email, "--org", "bjorksta", "--role", "builder", "--json").json
    assert (user["email"], user["role"]) == (email, "builder")
    assert user["password"]
    key = run(home, "key", "create", "skript", "--org", "bjorksta", "--scope", "chat", "--json").json
    assert key["key"].startswith("sv-")
    assert run(home, "key", "revoke", key["id"], "--org", "bjorksta").code == 0
    assert run(home, "user", "create", email, "--org", "bjorksta").code == 2


def test_lists_are_json_too(home: Path) -> None:
    own = ("--org", "bjorksta", "--json")
    assert [org["slug"] for org in run(home, "org", "list", "--json").json] == ["bjorksta"]
    assert {a["slug"] for a in run(home, "assistant", "list", *own).json} == {"regelhjalpen", "stum"}
    assert {m["slug"] for m in run(home, "model", "list", *own).json} == {"borta", "extractive"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("ask", QUESTION, "--assistant", "regelhjalpen", "--org", "ingenstans"), 3),
        (("ask", QUESTION, "--assistant", "finns-inte", "--org", "bjorksta"), 3),
        (("search", "x", "--collection", "finns-inte", "--org", "bjorksta", "--json"), 3),
        (("key", "revoke", NOWHERE, "--org", "bjorksta"), 3),
        (("assistant", "create", "x", "--org", "bjorksta", "--model", "finns-inte"), 3),
        (("ask", " ", "--assistant", "regelhjalpen", "--org", "bjorksta"), 2),
        (("ask", "x" * 30_000, "--assistant", "regelhjalpen", "--org", "bjorksta"), 2),
        (("org", "create", "bjorksta"), 2),
        (("org", "create", "Björksta"), 2),
        (("user", "create", "ingen-adress", "--org", "bjorksta"), 2),
        (("key", "create", "k", "--org", "bjorksta", "--scope", "allt"), 2),
        (("cite-check",), 2),
        (("ask", QUESTION, "--assistant", "stum", "--org", "bjorksta", "--json"), 4),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, tuple) else None,
)
def test_what_goes_wrong_is_one_line_and_a_number(home: Path, words: tuple[str, ...], code: int) -> None:
    ended = run(home, *words)
    assert ended.code == code
    assert ended.line.startswith("samverk: ")


def test_a_model_that_fails_is_told_in_the_terminal_too(home: Path) -> None:
    ended = run(home, "ask", QUESTION, "--assistant", "stum", "--org", "bjorksta", LANG="en_GB.UTF-8")
    assert ended.code == 4
    assert "did not answer as it should" in ended.err
    assert "Traceback" not in ended.out + ended.err


@pytest.mark.parametrize(
    "words",
    [
        ("asc",),
        ("ask",),
        ("ask", "x", "--org", "bjorksta"),
        ("serve", "--port", "åtta"),
        ("org", "create", "x", "--sort", "y"),
        ("key", "revoke", "inget-id", "--org", "bjorksta"),
        ("search", "x", "--collection", "c", "--org", "o", "--limit", "0"),
    ],
    ids=" ".join,
)
def test_wrong_use_is_2_and_no_traceback(home: Path, words: tuple[str, ...]) -> None:
    ended = run(home, *words)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err
    assert "Traceback" not in ended.err


def test_a_port_that_is_taken_is_told(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run(home, "serve", "--port", str(port))
    assert ended.code == 2
    assert f"127.0.0.1:{port}" in ended.err.strip().splitlines()[-1]
    assert "Traceback" not in ended.err


def test_a_home_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "fil").write_text("x", encoding="utf-8")
    ended = run(tmp_path / "fil" / "var", "org", "list")
    assert ended.code == 2
    assert "SAMVERK_HOME" in ended.line


def test_a_database_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "samverk.db").write_bytes(b"not a database at all, but long enough to be looked at" * 20)
    assert run(tmp_path, "org", "list").line.startswith("samverk: ")


def test_a_malformed_setting_is_told_by_its_name(tmp_path: Path) -> None:
    ended = run(tmp_path, "org", "list", SAMVERK_PORT="åtta")
    assert ended.code == 2
    assert "SAMVERK_PORT" in ended.line


def test_cite_check_answers_line_by_line_and_names_the_line_that_is_wrong(tmp_path: Path) -> None:
    lines = [json.dumps({"sentence": sentence, "passage": RULE}) for sentence in (RULE, RULE.replace("fyra", "sex"))]
    ended = run(tmp_path, "cite-check", "--jsonl", given="\n\n".join(lines))
    verdicts = [json.loads(line) for line in ended.out.splitlines()]
    assert [verdict["verdict"] for verdict in verdicts] == ["verified", "unverified"]
    assert all({"verdict", "start", "end", "reasons"} <= set(verdict) for verdict in verdicts)
    for wrong in ("{", "[]", '{"sentence": "x"}', '{"sentence": 1, "passage": "x"}'):
        ended = run(tmp_path, "cite-check", "--jsonl", given=f"{lines[0]}\n{wrong}\n")
        assert ended.code == 2
        assert "2" in ended.err
        assert len(ended.err.strip().splitlines()) == 1
    assert not (tmp_path / "samverk.db").exists(), "checking needs no database"


def test_bench_answers_writes_one_line_a_query(tmp_path: Path) -> None:
    rows = [{"id": "p1", "doc": "d1", "title": "Parkering", "text": RULE}]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    query = {"id": "q1", "text": QUESTION, "relevant": ["p1"]}
    (tmp_path / "queries.jsonl").write_text(json.dumps(query), encoding="utf-8")
    out = tmp_path / "out.jsonl"
    assert run(tmp_path / "var", "bench", "answers", str(tmp_path), "--out", str(out)).code == 0
    (line,) = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert line["id"] == "q1"
    assert "fyra veckor" in line["answer"]
    assert {citation["passage"] for citation in line["citations"]} == {"p1"}
    assert run(tmp_path / "var", "bench", "answers", str(tmp_path / "saknas"), "--out", str(out)).code == 3


@pytest.mark.parametrize(
    ("words", "more", "code"),
    [
        (("--version",), {}, 0),
        (("org", "list"), {"SAMVERK_HOME": "/dev/null/var"}, 2),
        (("ask",), {}, 2),
    ],
    ids=["version", "no home", "wrong use"],
)
def test_the_installed_command_ends_alike(
    words: tuple[str, ...], more: dict[str, str], code: int, tmp_path: Path
) -> None:
    with environment(tmp_path, **more):
        ended = subprocess.run([sys.executable, "-m", "samverk", *words], capture_output=True, timeout=60, text=True)
    assert ended.returncode == code, ended.stderr
    assert "Traceback" not in ended.stderr
    assert bool(ended.stdout) is (code == 0)


def test_who_stops_reading_ends_it_quietly(tmp_path: Path) -> None:
    line = json.dumps({"sentence": RULE, "passage": RULE}).encode() + b"\n"
    with environment(tmp_path):
        command = [sys.executable, "-m", "samverk", "cite-check", "--jsonl"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with subprocess.Popen(command, **pipes) as process:  # type: ignore[call-overload]
            process.stdin.write(line)
            process.stdin.flush()
            assert process.stdout.readline()
            process.stdout.close()
            process.stdin.write(line)
            process.stdin.close()
            assert b"Traceback" not in process.stderr.read()
