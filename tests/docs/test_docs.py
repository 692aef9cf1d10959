"""The documents tell of everything that there is, and what they show works.

What exists is read from the code (settings, commands, ports, errors, reasons, events); what is written from Markdown. Links are
followed, commands parsed by the program itself, Python examples compiled, and the quick start is walked from end to end.
"""

import ast
import importlib
import os
import pkgutil
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import orjson
import pytest
import typer
import yaml

import samverk
from samverk.answers.model import EventKind
from samverk.assistants.model import AssistantBody, Contact
from samverk.cli.main import app
from samverk.core.destinations import REFUSALS, FetchRefused
from samverk.core.errors import SamverkError
from samverk.core.levels import Level
from samverk.core.settings import Settings
from samverk.gateway import rules
from samverk.identity.principal import PERMISSIONS
from samverk.knowledge.crawling.reasons import REASONS as UNTAKEN
from samverk.knowledge.notes import NOTES
from samverk.knowledge.unreadable import REASONS as UNREADABLE
from samverk.knowledge.unreadable import Unreadable

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "samverk"
REFERENCE = ROOT / "docs" / "reference"
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md"), SOURCE / "demo/README.md"]
)
PORTS = (
    "identity/providers",
    "library/providers",
    "knowledge/indexes",
    "knowledge/parsers",
    "knowledge/sources",
    "masking/recognisers",
    "masking/lookalikes",
    "ledger/exporters",
    "core/jobs",
    "core/blobs",
)

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def prose(path: Path) -> str:
    """The page without its examples."""
    return _FENCE.sub("", text_of(path))


def examples(language: str) -> Iterator[tuple[Path, str]]:
    """Every fenced block in a language, with the page that it stands on."""
    for path in PAGES:
        for kind, body in _FENCE.findall(text_of(path)):
            if kind == language:
                yield path, body


def rows(path: Path) -> dict[str, list[str]]:
    """The rows of all tables of a page by the code in their first cell, as the texts of the other cells."""
    found = {}
    for line in text_of(path).splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        for name in re.findall(r"`([^`]+)`", cells[0]) if line.startswith("|") else []:
            found[name] = cells[1:]
    return found


def section(path: Path, heading: str) -> str:
    """What stands under a heading of the second level."""
    return text_of(path).partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


# what there is


def test_every_setting_is_told_with_its_default() -> None:
    told = rows(REFERENCE / "settings.md")
    for name, field in Settings.model_fields.items():
        default = told.pop(f"SAMVERK_{name.upper()}")[0].strip("`")
        expected = str(field.default).removesuffix(".0")
        assert default.lower() == (expected or "empty").lower(), name
    unknown = [name for name in told if name.startswith("SAMVERK_") and not _is_read_somewhere(name)]
    assert not unknown


def _is_read_somewhere(variable: str) -> bool:
    places = [*SOURCE.rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    return any(variable in text_of(path) for path in places if path != Path(__file__))


def commands() -> dict[str, Any]:
    """Every command by its words ("key create")."""

    def walk(words: str, command: Any) -> Iterator[tuple[str, Any]]:
        for name, inner in getattr(command, "commands", {}).items():
            yield from walk(f"{words} {name}".strip(), inner)
        if not hasattr(command, "commands"):
            yield words, command

    return dict(walk("", typer.main.get_command(app)))


def options_of(command: Any) -> set[str]:
    return {option for parameter in command.params for option in parameter.opts if option.startswith("--")} - {"--help"}


def test_every_command_and_option_is_told_and_no_other() -> None:
    page = REFERENCE / "commands.md"
    told = {
        heading.removeprefix("samverk ")
        for heading in _HEADING.findall(text_of(page))
        if heading.startswith("samverk ")
    }
    assert told == set(commands())
    for words, command in commands().items():
        in_table = set(re.findall(r"^\| `(--[\w-]+)` \|", section(page, f"samverk {words}"), re.MULTILINE))
        assert in_table == options_of(command), words


def test_every_scope_of_keys_is_told() -> None:
    assert PERMISSIONS.keys() <= rows(ROOT / "docs/howto/keys-and-openai-client.md").keys()
    assert PERMISSIONS.keys() <= set(re.findall(r"`([^`]+)`", section(REFERENCE / "commands.md", "samverk key create")))


def test_every_port_is_told_with_its_folder_and_adapters() -> None:
    page = text_of(REFERENCE / "ports.md")
    for folder in PORTS:
        assert f"`{folder}/`" in page
        assert (SOURCE / folder).is_dir()
    for folder in ("identity/providers", "library/providers", "knowledge/parsers", "knowledge/indexes"):
        [row] = [line for line in page.splitlines() if line.startswith("|") and f"`{folder}/`" in line]
        adapters = {path.stem for path in (SOURCE / folder).glob("[a-z]*.py")} - {"memory"}
        assert not [name for name in adapters if name not in row]
    discovered = {path.parent.relative_to(SOURCE) for path in SOURCE.rglob("*.py") if "iter_modules(" in text_of(path)}
    assert {str(path) for path in discovered} - {"knowledge", "masking"} <= set(PORTS)


def test_every_contract_suite_is_told() -> None:
    page = text_of(REFERENCE / "ports.md")
    told = set(re.findall(r"`(tests/contract/test_\w+\.py)`", page))
    assert told == {str(path.relative_to(ROOT)) for path in (ROOT / "tests/contract").glob("test_*.py")}


def family() -> set[type[SamverkError]]:
    """Every error of every module."""
    for module in pkgutil.walk_packages(samverk.__path__, "samverk."):
        if ".migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found, waiting = set(), [SamverkError]
    while waiting:
        kind = waiting.pop()
        found.add(kind)
        waiting += kind.__subclasses__()
    return {kind for kind in found if kind.__module__.startswith("samverk.")}


def test_every_error_is_told_with_its_status() -> None:
    told = rows(REFERENCE / "errors.md")
    for kind in family() - {Unreadable, FetchRefused}:
        assert kind.code in told, kind
    statuses: dict[str, set[str]] = {}
    for kind in family() - {Unreadable, FetchRefused}:
        statuses.setdefault(kind.code, set()).add(str(kind.status))
    table = section(REFERENCE / "errors.md", "Why a file is not read")
    for code, known in statuses.items():
        line = next(line for line in text_of(REFERENCE / "errors.md").splitlines() if line.startswith(f"| `{code}` | "))
        assert line.split("|")[2].strip() in known, code
    assert UNREADABLE.keys() <= set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE))
    unfetched = section(REFERENCE / "errors.md", "Why an address is not fetched")
    assert REFUSALS.keys() == set(re.findall(r"^\| `(\w+)`", unfetched, re.MULTILINE))


def test_every_operation_of_the_interface_is_told_with_its_scope_and_no_other() -> None:
    from tests.platform import described

    told = {(name, cells[0].strip("`")) for name, cells in rows(REFERENCE / "api.md").items() if " /api" in name}
    assert told == {
        (f"{method.upper()} /api{path}", operation["security"][0]["key"][0])
        for path, operations in described()["paths"].items()
        for method, operation in operations.items()
    }
    fields = set(re.findall(r"`(\w+)`", section(REFERENCE / "api.md", "An assistant's body")))
    assert AssistantBody.model_fields.keys() | Contact.model_fields.keys() <= fields


def reasons() -> Iterator[tuple[str, str]]:
    """(module, code) of every reason that the code can give as data: `Reason("code", …)` and tables of {"code": "…"}."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(text_of(path))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Reason" and node.args:
                value = node.args[0]
            elif isinstance(node, ast.Dict) and [getattr(key, "value", None) for key in node.keys[:1]] == ["code"]:
                value = node.values[0]
            else:
                continue
            if isinstance(value, ast.Constant):
                yield str(path.relative_to(SOURCE)), value.value


def test_every_reason_is_told() -> None:
    told = {name for page in REFERENCE.glob("*.md") for name in rows(page)}
    given = set(reasons())
    assert not {(module, code) for module, code in given if code not in told}
    assert NOTES.keys() | UNTAKEN.keys() <= told
    assert len({code for _, code in given}) > 20  # the code is read as it should be


def test_the_policy_is_told() -> None:
    told = rows(REFERENCE / "policy.md")
    assert rules.REASONS.keys() <= told.keys()
    assert set(get_args(rules.Action)) <= told.keys()
    page = text_of(REFERENCE / "policy.md")
    for level in Level:
        swedish = rules.LEVEL_NAMES[level][0]
        assert re.search(rf"^\| {level.value} \| `{level.slug}` \| {swedish} \|", page, re.MULTILINE)


def test_every_run_event_is_told() -> None:
    events = set(re.findall(r"^\| `(\w+)` \| [`]", text_of(REFERENCE / "events.md"), re.MULTILINE))
    assert set(get_args(EventKind)) == events


# what is written


def anchor(heading: str) -> str:
    """A heading's anchor, as the common hosts of code make it."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in _LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, fragment = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        if fragment:
            assert fragment in map(anchor, _HEADING.findall(prose(target))), link


def test_every_page_is_reached_from_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    linked = {(index.parent / link.partition("#")[0]).resolve() for link in _LINK.findall(text_of(index))}
    assert set((ROOT / "docs").rglob("*.md")) - {index} <= linked


def shown_commands(page: Path | None = None) -> Iterator[tuple[Path, str]]:
    """Every line that a reader may type."""
    for path, body in examples("console"):
        if page in (None, path):
            yield from ((path, line[2:]) for line in body.splitlines() if line.startswith("$ "))


def test_shown_commands_parse() -> None:
    parsed = 0
    for page, line in shown_commands():
        for part in re.split(r"\s(?:\||&&)\s", line):
            words = shlex.split(part)
            while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
                words.pop(0)
            if words[:1] == ["make"]:
                assert re.search(rf"^{words[1]}:", text_of(ROOT / "Makefile"), re.MULTILINE), line
            if words and Path(words[0]).name == "samverk":
                _parse(words[1:], f"{page.name}: {line}")
                parsed += 1
    assert parsed > 20


def _parse(words: list[str], line: str) -> None:
    """Let the program itself read the words, without doing what they say."""
    command, name = typer.main.get_command(app), "samverk"
    while hasattr(command, "commands"):
        assert words[:1] and words[0] in command.commands, line
        name, words = words[0], words[1:]
        command = command.commands[name]
    try:
        command.make_context(name, list(words))
    except Exception as error:
        raise AssertionError(f"{line}: {error}") from error


def test_python_examples_compile_and_those_of_the_ports_run() -> None:
    found = list(examples("python"))
    assert found
    for page, body in found:
        code = compile(body, str(page), "exec")
        if page.name == "ports.md":
            made: dict[str, Any] = {"__name__": "example"}
            exec(code, made)
            assert {"PROVIDER", "PARSER", "RECOGNISER"} & made.keys()


def test_json_examples_are_json() -> None:
    for _, body in examples("json"):
        orjson.loads(body)


def test_public_code_is_described() -> None:
    told = yaml.safe_load(text_of(ROOT / "publiccode.yml"))
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
    needed = "publiccodeYmlVersion name url platforms developmentStatus softwareType description legal maintenance localisation"
    assert set(needed.split()) <= told.keys()
    assert told["legal"]["license"] == project["license"]
    assert told["softwareVersion"] == project["version"] == samverk.__version__
    assert f"## {samverk.__version__}" in text_of(ROOT / "CHANGELOG.md")
    for language in ("sv", "en"):
        described = told["description"][language]
        assert len(described["shortDescription"]) <= 150
        assert 150 <= len(described["longDescription"]) <= 10_000
        assert described["features"]


# what works


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, subprocess.CompletedProcess[str]]]:
    """The quick start, walked: the home folder, and what each command gave."""
    home = tmp_path_factory.mktemp("quickstart")
    (home / "src").symlink_to(ROOT / "src")
    environment = {**os.environ, "SAMVERK_HOME": str(home / "var"), "LANG": "sv_SE.UTF-8", "LC_ALL": "sv_SE.UTF-8"}
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    results = {}
    for _, line in shown_commands(ROOT / "docs" / "quickstart.md"):
        if line.split()[0] in {"git", "make", "export"} or line == "samverk serve":
            continue
        results[line] = subprocess.run(shlex.split(line), cwd=home, env=environment, capture_output=True, text=True)
    return home, results


def test_the_quick_start_leads_to_a_cited_answer(walked: Any) -> None:
    _, results = walked
    for line, result in results.items():
        assert result.returncode == 0, f"{line}: {result.stderr}"
    known, unknown = [result.stdout for line, result in results.items() if line.startswith("samverk ask")]
    assert "1 700 kronor" in known
    assert re.search(r"^\[1\] Resepolicy, kap\. \d.* – verifierad$", known, re.MULTILINE)
    assert unknown.startswith("Källorna ger inget säkert svar på din fråga.")


async def test_the_trace_and_the_events_are_told_as_they_are(walked: Any) -> None:
    from samverk.app.platform import running
    from samverk.identity.principal import system

    home, _ = walked
    async with running(Settings(home=home / "var"), work=False) as platform:
        rooms = platform.rooms
        principal = system((await rooms.identity.org("minkommun")).id)
        question = "Vad får ett hotellrum kosta?"
        events = [event async for event in rooms.answers.ask(principal, "reshjalpen", question)]
        trace = await rooms.answers.trace(principal, UUID(events[-1].body["trace"]))
    assert set(trace) <= rows(REFERENCE / "trace.md").keys()
    told = {words[0]: words[1] for words in _cells(REFERENCE / "events.md")}
    assert {"started", "searched", "text", "checked", "done"} == {event.kind for event in events}
    for event in events:
        missing = [name for name in event.body if not re.search(rf"\b{name}\b", told[f"`{event.kind}`"])]
        assert not missing, event.kind


def _cells(page: Path) -> Iterator[list[str]]:
    for line in text_of(page).splitlines():
        if line.startswith("| `"):
            yield [cell.strip() for cell in line.strip("|").split("|")]
