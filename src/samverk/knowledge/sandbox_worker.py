"""The child's side of the sandbox: puts up the walls, decides the format, runs one parser or task, writes the result.

Started by `sandbox` as its own process, with the job as JSON in the last argument. Writes two lines of JSON to standard
output: which walls stand, then the answer or the reason why there is none. Loads no parser but the one needed.
"""

import base64
import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from samverk.knowledge.detection import detect
from samverk.knowledge.passages import Parsed
from samverk.knowledge.unreadable import Unreadable
from samverk.knowledge.walls import raise_walls

_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/usr/share/zoneinfo")


class Job(TypedDict):
    """What the parent asks for: with a `task` (of `sandbox_tasks`) that alone, else to parse.

    `parsers` names the module for each suffix; `recognised` the file with what was recognised on pages, if any was;
    `readable` what else may be read; `without` leaves walls out, for tests.
    """

    path: str
    suffix: str
    cpu_seconds: int
    memory_bytes: int
    parsers: NotRequired[dict[str, str]]
    recognised: NotRequired[str]
    readable: NotRequired[list[str]]
    without: NotRequired[list[str]]
    task: NotRequired[str]
    arguments: NotRequired[dict[str, Any]]


def main() -> None:
    """Do the job and end without any clean-up that a damaged process could stumble over."""
    job: Job = json.loads(sys.argv[-1])
    readable = [*sys.path, sys.prefix, sys.base_prefix, *_LIBRARIES, job["path"], *job.get("readable", ())]
    walls = raise_walls(readable, job["cpu_seconds"], job["memory_bytes"], frozenset(job.get("without", ())))
    _write({"walls": walls.names})
    _write(_answer(job) if walls.enough else {"code": "sandbox_missing", "detail": ", ".join(walls.names) or "-"})
    os._exit(0)


def _answer(job: Job) -> dict[str, Any]:
    try:
        return _task(job) if "task" in job else _parsed(job)
    except Unreadable as reason:
        return {"code": reason.code, "detail": reason.detail, "detail_en": reason.detail_en}
    except MemoryError:
        return {"code": "too_much_memory"}
    except RecursionError:
        return {"code": "damaged", "fault": "RecursionError"}
    except Exception as fault:  # noqa: BLE001 - the edge of this process: recorded in the answer
        return {"code": "damaged", "fault": f"{type(fault).__name__}: {fault}"[:500]}


def _task(job: Job) -> dict[str, Any]:
    from samverk.knowledge import sandbox_tasks

    answer: dict[str, Any] = sandbox_tasks.TASKS[job["task"]](Path(job["path"]), job["suffix"], **job["arguments"])
    return answer


def _parsed(job: Job) -> dict[str, Any]:
    name, parsed = _parse(job)
    return {
        "extractor": name,
        "title": parsed.title,
        "blocks": [(block.kind, block.text, block.level, block.page) for block in parsed.blocks],
        "labels": parsed.labels,
        "notes": parsed.notes,
        "unread": parsed.unread,
        "enclosed": [(one.name, base64.b64encode(one.content).decode()) for one in parsed.enclosed],
    }


def _parse(job: Job) -> tuple[str, Parsed]:
    path, parsers = Path(job["path"]), job["parsers"]
    found = detect(path, job["suffix"], frozenset(parsers))
    if found not in parsers:
        raise Unreadable("unknown_format", detail=found)
    parser = importlib.import_module(parsers[found]).PARSER
    parsed: Parsed
    if "recognised" in job:
        seen = json.loads(Path(job["recognised"]).read_bytes())
        parsed = parser.parse_recognised(path, {int(page): kept for page, kept in seen.items()})
    else:
        parsed = parser.parse(path)
    if not parsed.unread and not any(block.text.strip() for block in parsed.blocks):
        raise Unreadable("no_text" if found == ".pdf" else "empty")
    return parser.name, parsed


def _write(answer: dict[str, Any]) -> None:
    line = json.dumps(answer, ensure_ascii=False, check_circular=False).encode("utf-8", "replace") + b"\n"
    while line:
        line = line[os.write(1, line) :]
