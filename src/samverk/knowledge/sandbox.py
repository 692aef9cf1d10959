"""Reading a file apart from everything else: one process a file, behind walls, within bounds of time and memory.

`extract` is the room's one way from a file to passages. The parent never parses what a stranger made: it starts the
child, waits with a clock in its hand, and checks the shape of what comes back. Knows nothing of formats.
"""

import base64
import compileall
import json
import os
import pkgutil
import resource
import selectors
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import orjson

import samverk
from samverk.core.errors import NotFound
from samverk.knowledge import chunking, conversion, enclosed
from samverk.knowledge import parsers as parsers_folder
from samverk.knowledge.passages import BLOCK_KINDS, Block, Enclosed, Extract, Parsed
from samverk.knowledge.places import LONGEST_LABEL
from samverk.knowledge.ports import Parser
from samverk.knowledge.unreadable import REASONS, Unreadable

_START = "import sys; sys.path += sys.argv[1].split('\\n'); from samverk.knowledge.sandbox_worker import main; main()"
_MEGABYTE = 1 << 20
_NEARLY_ALL = 0.8  # of the memory allowed: who dies holding this much died of it


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may cost. Seconds of processor time and of waiting; bytes of memory, file and result."""

    cpu_seconds: int = 20
    wall_seconds: float = 60.0
    memory_bytes: int = 1024 * _MEGABYTE
    file_bytes: int = 200 * _MEGABYTE
    result_bytes: int = 64 * _MEGABYTE


DEFAULT_LIMITS = Limits()
Recognised = Mapping[int, Any]  # pages, by their index, as `reading.recognised` keeps them


@dataclass(frozen=True, slots=True)
class Read:
    """What the child brought: the document, the parser's name and version, and the walls that stood."""

    parsed: Parsed
    extractor: str
    walls: tuple[str, ...]


def extract(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> Extract:
    """Read a file in the sandbox and cut it into passages. Blocks: call it in a thread.

    Raises `Unreadable` with a code of `unreadable.REASONS`, or `NotFound` when there is no such file.
    """
    found = survey(path, limits=limits)
    if not found.passages:
        raise Unreadable("no_text")
    return found


def survey(path: Path, recognised: Recognised | None = None, *, limits: Limits = DEFAULT_LIMITS) -> Extract:
    """The same, with what was `recognised` on pages; a file whose text is all in pictures comes without passages.

    Its `unread` pages are those that still show text as a picture. Raises as `extract` does.
    """
    read = _read(path, limits, recognised)
    parsed = enclosed.with_enclosed(read.parsed, lambda inner: _read(inner, limits).parsed)
    return chunking.build(parsed, extractor=read.extractor, walls=read.walls, fallback_title=path.stem)


def _read(path: Path, limits: Limits, recognised: Recognised | None = None) -> Read:
    """The file by its parser; one in an old format after an office program has written it anew. Raises as `run` does."""
    try:
        return run(path, parsers=parsers(), limits=limits, recognised=recognised)
    except Unreadable as reason:
        if reason.code != "office_missing":
            raise
    with conversion.converted(path, path.suffix.lower()) as made:
        read = run(made, parsers=parsers(), limits=limits)
    return replace(read, extractor=f"libreoffice, {read.extractor}")


def readable_suffixes() -> frozenset[str]:
    """The suffixes (".pdf") that some parser reads, or an office program for it."""
    return frozenset(parsers()) | conversion.CONVERTED


@lru_cache(maxsize=1)
def parsers() -> Mapping[str, str]:
    """The parser's module for each suffix, discovered in the folder `parsers/`."""
    _compile_for_children()
    found: dict[str, str] = {}
    for entry in pkgutil.iter_modules(parsers_folder.__path__):
        module = f"{parsers_folder.__name__}.{entry.name}"
        parser: Parser = import_module(module).PARSER
        found.update(dict.fromkeys(sorted(parser.suffixes), module))
    return found


@lru_cache(maxsize=1)
def _compile_for_children() -> None:
    """Children may not write: without compiled files each would compile the readers anew, for every document."""
    house = Path(samverk.__file__).parent
    for path in (house / "__init__.py", house / "core" / "__init__.py", house / "core" / "errors.py"):
        compileall.compile_file(path, quiet=2)
    compileall.compile_dir(Path(__file__).parent, quiet=2)


def run(
    path: Path,
    *,
    parsers: Mapping[str, str],
    limits: Limits = DEFAULT_LIMITS,
    recognised: Recognised | None = None,
    without: frozenset[str] = frozenset(),
    import_from: tuple[Path, ...] = (),
) -> Read:
    """Parse one file in its own process, with what was recognised on its pages.

    `without` and `import_from` (more folders to import from) serve tests.

    Raises `Unreadable`, or `NotFound` when there is no such file.
    """
    job: dict[str, Any] = {"parsers": dict(parsers), "without": sorted(without), "suffix": path.suffix.lower()}
    with tempfile.NamedTemporaryFile(prefix="samverk-", suffix=".json") as kept:
        if recognised:
            kept.write(orjson.dumps(recognised, option=orjson.OPT_NON_STR_KEYS))
            kept.flush()
            job |= {"recognised": kept.name, "readable": [kept.name]}
        walls, answer = _done(path, job, limits, import_from)
    return Read(_checked(answer), str(answer.get("extractor", ""))[:100], walls)


def ask(
    path: Path,
    task: str,
    arguments: Mapping[str, Any],
    *,
    suffix: str = "",
    readable: Sequence[str] = (),
    limits: Limits = DEFAULT_LIMITS,
) -> dict[str, Any]:
    """What a task of `sandbox_tasks.TASKS` answers about a file, in a process of its own. Its shape is not checked.

    `suffix` is what the file claims to be, where its name does not say it; `readable` what else the task may read.
    Raises `Unreadable`, or `NotFound` when there is no such file.
    """
    _compile_for_children()
    suffix = (suffix or path.suffix).lower()
    job = {"task": task, "arguments": dict(arguments), "suffix": suffix, "readable": list(readable)}
    return _done(path, job, limits)[1]


def _done(
    path: Path, job: dict[str, Any], limits: Limits, import_from: tuple[Path, ...] = ()
) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Which walls stood, and what the child answered. Raises `Unreadable`, NotFound."""
    if not sys.platform.startswith("linux"):
        raise Unreadable("sandbox_missing", detail=sys.platform)
    try:
        size = path.stat().st_size
    except OSError as error:
        raise NotFound("file", path.name) from error
    if size == 0:
        raise Unreadable("empty")
    if size > limits.file_bytes:
        raise _too_large("filen", "the file", limits.file_bytes)
    job |= {
        "path": str(path.resolve()),
        "cpu_seconds": limits.cpu_seconds,
        "memory_bytes": limits.memory_bytes,
    }
    with _start(job, import_from) as child:
        output, stopped = _collect(child, limits)
        end = _end(child)
    return _judge(output, stopped, end, limits)


def _start(job: dict[str, Any], import_from: tuple[Path, ...]) -> subprocess.Popen[bytes]:
    """The child: isolated interpreter, no site, no environment, nothing to read, nothing inherited."""
    folders = [str(Path(samverk.__file__).parents[1]), *_site_packages(), *map(str, import_from)]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module; the path is data in JSON
        [sys.executable, "-I", "-S", "-B", "-X", "utf8", "-c", _START, "\n".join(folders), json.dumps(job)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,
    )


@lru_cache(maxsize=1)
def _site_packages() -> tuple[str, ...]:
    return tuple(dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib"))))


def _collect(child: subprocess.Popen[bytes], limits: Limits) -> tuple[bytes, str]:
    """Everything the child writes, and why the reading was stopped ("" when the child ended by itself)."""
    assert child.stdout is not None
    deadline = time.monotonic() + limits.wall_seconds
    chunks: list[bytes] = []
    size = 0
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or not selector.select(left):
                return b"".join(chunks), "took_too_long"
            chunk = os.read(child.stdout.fileno(), _MEGABYTE)
            if not chunk:
                return b"".join(chunks), ""
            chunks.append(chunk)
            size += len(chunk)
            if size > limits.result_bytes:
                return b"", "too_large"


@dataclass(frozen=True, slots=True)
class _End:
    """How the child ended: its exit code (negative: a signal), processor seconds, and the most memory it held.

    The memory is in bytes; 0 where it cannot be told from the parent's own.
    """

    status: int
    cpu_seconds: float
    memory_bytes: int


def _end(child: subprocess.Popen[bytes]) -> _End:
    """Kill what is left of the child and bury it."""
    os.kill(child.pid, signal.SIGKILL)  # not child.kill(), which would bury it without its usage
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # Linux lets a child inherit its parent's peak
    peak = usage.ru_maxrss * 1024 if usage.ru_maxrss > own else 0
    return _End(child.returncode, usage.ru_utime + usage.ru_stime, peak)


def _judge(output: bytes, stopped: str, end: _End, limits: Limits) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The walls that stood and the answer, or the reason why there is none. Raises `Unreadable`."""
    if stopped == "too_large":
        raise _too_large("texten", "the text", limits.result_bytes)
    if stopped == "took_too_long":
        raise _too_long(limits.wall_seconds)
    if end.status == -signal.SIGXCPU or end.cpu_seconds >= limits.cpu_seconds:
        raise _too_long(limits.cpu_seconds)
    if end.status < 0 and end.memory_bytes > _NEARLY_ALL * limits.memory_bytes:
        raise _too_much_memory(limits)
    try:
        first, second, *_ = output.split(b"\n", 2)
        walls, answer = orjson.loads(first)["walls"], orjson.loads(second)
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable("damaged") from error
    if not isinstance(answer, dict):
        raise Unreadable("damaged")
    if "code" in answer:
        raise _reason(answer, limits)
    return tuple(str(name)[:40] for name in walls), answer


def _reason(answer: dict[str, Any], limits: Limits) -> Unreadable:
    code = answer["code"]
    if code == "too_much_memory":
        return _too_much_memory(limits)
    detail, detail_en = str(answer.get("detail", ""))[:300], str(answer.get("detail_en", ""))[:300]
    fault = str(answer.get("fault", ""))[:500]
    return Unreadable(code if code in REASONS else "damaged", detail=detail, detail_en=detail_en, fault=fault)


def _too_much_memory(limits: Limits) -> Unreadable:
    return Unreadable("too_much_memory", detail=f"{limits.memory_bytes // _MEGABYTE} MB")


def _too_large(sv: str, en: str, limit: int) -> Unreadable:
    size = f"{limit // _MEGABYTE} MB"
    return Unreadable("too_large", detail=f"{sv} får vara högst {size}", detail_en=f"{en} may be at most {size}")


def _too_long(seconds: float) -> Unreadable:
    return Unreadable("took_too_long", detail=f"mer än {seconds:g} s", detail_en=f"more than {seconds:g} s")


def _checked(answer: dict[str, Any]) -> Parsed:
    """The document, after seeing that every part of it has the promised shape. Raises `Unreadable`."""
    try:
        labels = tuple(_text(label)[:LONGEST_LABEL] for label in answer["labels"])
        blocks = tuple(_block(*raw, pages=len(labels)) for raw in answer["blocks"])
        notes = tuple(_text(note)[:500] for note in answer["notes"][:100])
        unread = tuple(page for page in answer["unread"] if isinstance(page, int) and 0 <= page < len(labels))
        held_files = tuple(Enclosed(_text(name)[:200], base64.b64decode(held)) for name, held in answer["enclosed"])
        return Parsed(_text(answer["title"])[:500], blocks, labels, notes, unread, held_files)
    except (TypeError, KeyError, ValueError) as error:
        raise Unreadable("damaged") from error


def _block(kind: object, text: object, level: object, page: object, *, pages: int) -> Block:
    if kind not in BLOCK_KINDS or not isinstance(level, int) or not 0 <= level <= 9:
        raise ValueError("not a block")
    if page is not None and not (isinstance(page, int) and 0 <= page < pages):
        raise ValueError("no such page")
    return Block(kind, _text(text), level, page)  # type: ignore[arg-type]


def _text(value: object) -> str:
    """A text, without the character that PostgreSQL does not store."""
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value.replace("\0", "")
