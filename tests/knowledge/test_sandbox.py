"""The walls stand: a parser that has been taken over gets nowhere, and every ending has a plain reason."""

import os
import platform
import struct
from pathlib import Path

import pytest

from samverk.knowledge import walls
from samverk.knowledge.sandbox import Limits, Read, extract, parsers, readable_suffixes, run
from samverk.knowledge.unreadable import REASONS, Unreadable

HOSTILE = Path(__file__).parent / "hostile"
SMALL = Limits(cpu_seconds=2, wall_seconds=6, memory_bytes=256 << 20, result_bytes=4 << 20)


def attempt(folder: Path, deed: str, *, limits: Limits = SMALL, without: frozenset[str] = frozenset()) -> Read:
    """Let the hostile parser try something."""
    path = folder / "file.hostile"
    path.write_text(deed)
    found = {".hostile": "hostile_parser"}
    return run(path, parsers=found, limits=limits, without=without, import_from=(HOSTILE,))


def outcome(folder: Path, deed: str, *, without: frozenset[str] = frozenset()) -> str:
    return attempt(folder, deed, without=without).parsed.blocks[0].text


@pytest.mark.parametrize(
    "deed",
    ["socket", "unix_socket", "program", "replace", "fork", "write", "kill_the_parent", "trace"],
)
def test_a_parser_that_was_taken_over_is_refused(tmp_path: Path, deed: str) -> None:
    assert outcome(tmp_path, deed) == "refused"


@pytest.mark.parametrize("deed", ["socket", "unix_socket", "program", "replace", "fork", "write", "kill_the_parent"])
def test_the_filter_alone_is_enough(tmp_path: Path, deed: str) -> None:
    assert outcome(tmp_path, deed, without=frozenset({"landlock", "namespaces"})) == "refused"


def test_nothing_is_written_and_nothing_is_removed(tmp_path: Path) -> None:
    made, kept = Path("/tmp/samverk-hostile-was-here"), Path("/tmp/samverk-hostile-target")
    made.unlink(missing_ok=True)
    kept.touch()
    assert outcome(tmp_path, "write") == outcome(tmp_path, "remove") == "refused"
    assert not made.exists()
    assert kept.exists()
    kept.unlink()


def test_other_files_cannot_be_read_where_the_kernel_has_landlock(tmp_path: Path) -> None:
    read = attempt(tmp_path, "password_file")
    if "landlock" not in read.walls:
        pytest.skip("this kernel has no Landlock")
    assert read.parsed.blocks[0].text == "refused"
    assert outcome(tmp_path, "parents_environment") == "refused"


def test_the_environment_and_the_input_are_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMVERK_SECRET", "hemligt")
    assert "SAMVERK" not in outcome(tmp_path, "environment")
    assert outcome(tmp_path, "environment") in ("environment: ", "environment: LC_CTYPE")
    assert outcome(tmp_path, "input") == "input: b''"


def test_threads_may_run_since_parsers_need_them(tmp_path: Path) -> None:
    assert outcome(tmp_path, "thread") == "thread ran"


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        ("loop", "took_too_long"),
        ("memory", "too_much_memory"),
        ("crash", "damaged"),
        ("flood", "too_large"),
        ("nonsense", "damaged"),
        ("deep", "damaged"),
        ("fail", "damaged"),
    ],
)
def test_every_bad_end_has_a_reason_within_its_bounds(tmp_path: Path, deed: str, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        attempt(tmp_path, deed)
    assert caught.value.code == code
    assert "{" not in caught.value.sv + caught.value.en


def test_a_parser_that_waits_is_stopped_by_the_clock(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as caught:
        attempt(tmp_path, "sleep", limits=Limits(wall_seconds=1))
    assert caught.value.code == "took_too_long"  # and not after the hour that it would wait


def test_a_parsers_fault_is_kept_for_the_log_and_not_shown(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as caught:
        attempt(tmp_path, "fail")
    assert "inner fault" in caught.value.fault
    assert "inner fault" not in caught.value.sv + caught.value.en


def test_half_a_letter_does_not_break_the_way_back(tmp_path: Path) -> None:
    assert outcome(tmp_path, "surrogate").startswith("half ")


@pytest.mark.parametrize(
    "without",
    [{"filter", "namespaces"}, {"filter", "landlock"}, {"limits"}, {"filter", "landlock", "namespaces", "limits"}],
)
def test_without_enough_walls_nothing_is_read(tmp_path: Path, without: set[str]) -> None:
    with pytest.raises(Unreadable) as caught:
        attempt(tmp_path, "thread", without=frozenset(without))
    assert caught.value.code == "sandbox_missing"


def test_without_the_filter_landlock_and_namespaces_hold_together(tmp_path: Path) -> None:
    try:
        walls_that_stood = attempt(tmp_path, "thread", without=frozenset({"filter"})).walls
    except Unreadable:
        pytest.skip("this machine has no namespaces or no Landlock")
    assert set(walls_that_stood) == {"limits", "landlock", "namespaces"}
    assert outcome(tmp_path, "program", without=frozenset({"filter"})) == "refused"
    assert outcome(tmp_path, "write", without=frozenset({"filter"})) == "refused"


def test_the_walls_that_stood_are_recorded(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Ett beslut kan överklagas.")
    found = extract(path)
    assert {"limits", "filter"} <= set(found.walls)


def test_children_leave_nothing_behind(tmp_path: Path) -> None:
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    before = len(list(Path("/proc/self/fd").iterdir())), children.read_text()
    for deed in ("thread", "loop", "flood"):
        try:
            attempt(tmp_path, deed)
        except Unreadable:
            continue
    assert (len(list(Path("/proc/self/fd").iterdir())), children.read_text()) == before


def test_size_is_seen_before_anything_starts(tmp_path: Path) -> None:
    empty, large = tmp_path / "a.txt", tmp_path / "b.txt"
    empty.touch()
    large.write_bytes(b"a" * 2000)
    for path, limits, code in ((empty, SMALL, "empty"), (large, Limits(file_bytes=1000), "too_large")):
        with pytest.raises(Unreadable) as caught:
            run(path, parsers=parsers(), limits=limits)
        assert caught.value.code == code


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"not a pdf", "damaged"),
        ("a.pdf", b"%PDF-1.7\nbroken", "damaged"),
        ("a.docx", b"PK\x03\x04broken", "damaged"),
        ("a.txt", b"\x00\x01\x02\x03binary" * 50, "mismatch"),
        ("a.xyz", b"words", "unknown_format"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "unknown_format"),
        ("a.rtf", b"rich text without its first sign", "damaged"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") * 9, "encrypted"),
        ("a.md", b"  \n\n ", "empty"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Unreadable) as caught:
        extract(path)
    assert caught.value.code == code
    assert len(caught.value.message("sv")) > 10


def test_a_wrong_suffix_is_seen_through(tmp_path: Path) -> None:
    path = tmp_path / "sida.pdf"
    path.write_text("<!DOCTYPE html><html><body><h1>Rubrik</h1><p>Text om bygglov.</p></body></html>")
    assert "bygglov" in extract(path).text


def test_every_reason_speaks_both_languages() -> None:
    for code in REASONS:
        reason = Unreadable(code, detail="detalj", detail_en="detail")
        assert reason.sv != reason.en
        assert "{" not in reason.sv + reason.en


def test_the_listed_formats_are_read() -> None:
    assert {".pdf", ".docx", ".odt", ".xlsx", ".pptx", ".html", ".md", ".txt", ".csv", ".eml"} <= readable_suffixes()


def verdict(code: bytes, audit: int, number: int, arguments: tuple[int, ...] = (0, 0, 0)) -> int:
    """What the kernel would answer: the filter run by hand on one system call."""
    data = struct.pack("=iIQ6Q", number, audit, 0, *arguments, *(0,) * (6 - len(arguments)))
    at, value = 0, 0
    while True:
        kind, if_true, if_false, operand = struct.unpack_from("=HBBI", code, 8 * at)
        at += 1
        if kind == 0x20:
            value = struct.unpack_from("=I", data, operand)[0]
        elif kind == 0x06:
            return int(operand)
        else:
            met = {0x15: value == operand, 0x35: value >= operand, 0x45: bool(value & operand)}[kind]
            at += if_true if met else if_false


@pytest.mark.parametrize("name", ["x86_64", "aarch64"])
def test_the_filter_decides_as_it_should_on_both_machines(name: str) -> None:
    machine = walls._MACHINES[name]
    code = walls.program(machine, pid=77)
    assert len(code) // 8 < 4096
    allow, deny = 0x7FFF0000, 0x00050001

    def ask(number: int, *arguments: int) -> int:
        return verdict(code, machine.audit, number, arguments)

    assert ask(machine.openat, 0, 0, os.O_RDONLY | os.O_CLOEXEC) == allow
    assert ask(machine.openat, 0, 0, os.O_RDWR) == deny
    assert ask(machine.openat, 0, 0, os.O_CREAT) == deny
    assert ask(machine.clone, 0x00010000) == allow
    assert ask(machine.clone, 17) == deny
    assert ask(machine.tgkill, 77) == allow
    assert ask(machine.tgkill, 78) == deny
    assert all(ask(number) == deny for number in machine.denied)
    assert ask(435) == 0x00050026
    assert ask({"x86_64": 0, "aarch64": 63}[name]) == allow  # read
    assert ask({"x86_64": 1, "aarch64": 64}[name]) == allow  # write, to what is open
    assert verdict(code, 0x40000003, 1) == 0x80000000  # another architecture: killed


@pytest.mark.skipif(platform.machine() not in walls._MACHINES, reason="no filter for this machine")
def test_this_machine_has_a_filter() -> None:
    assert walls.Walls(("limits", "filter")).enough
    assert not walls.Walls(("limits", "landlock")).enough
