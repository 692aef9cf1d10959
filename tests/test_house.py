"""The house's hard rules, on every source file: floors, light starts, no swallowed errors, one door for tenant scope."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src" / "samverk").rglob("*.py"))
HEAVY = ("alembic", "argon2", "dbos", "lxml", "openpyxl", "pdf_oxide", "pptx", "psycopg", "pypdfium2", "selectolax")

# Where everything is caught and neither raised again nor logged, and how it is told instead.
TOLD_OTHERWISE = {
    "cli/main.py": "the edge of the process: told to the person in one line",
    "knowledge/sandbox_worker.py": "sent to the process outside, which logs it",
    "ledger/writer.py": "every caller whose event was in the batch gets it as the cause of LedgerStopped",
}
# Where rows are compared with an organisation outside `core.scope` and a table's `readable`, and why.
NAMES_THE_OWNER = {
    "app/migrations/main/versions/0002_what_the_pages_need.py": "a migration stands outside every scope",
    "assistants/store.py": "what another organisation shares is shown with that organisation's name",
    "identity/access.py": "a log-in belongs to a person; those in one organisation are counted and ended",
    "identity/members.py": "a log-in belongs to a person; whoever leaves loses those in this organisation",
    "identity/organisations.py": "a log-in belongs to a person; a shorter one is shortened in this organisation",
    "knowledge/access.py": "tells one's own collections from those that others share; all may be read",
    "knowledge/attached.py": "what is shared may be read too, and one owner's rows are meant",
    "knowledge/collections.py": "a grant belongs to two organisations: it is found by the owner's row",
    "knowledge/erasure.py": "what is shared may be read too, and one owner's rows are erased",
    "knowledge/listings.py": "what is shared is listed too, and one owner's rows are meant",
    "knowledge/service.py": "a shared document may be read, and its original or its deletion is still its owner's",
    "knowledge/store.py": "what is shared may be read too, and one owner's rows are meant; joins stay within an owner",
    "ledger/batches.py": "the writer takes the events of many organisations at once, and writes each chain by itself",
}
LOGGING = {"debug", "info", "warning", "error", "exception", "critical"}


def name(path: Path) -> str:
    return path.relative_to(ROOT / "src" / "samverk").as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def test_rooms_import_downward() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports")]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stdout


def test_a_server_starts_without_what_it_may_never_need() -> None:
    code = f"import sys, samverk.app.server; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert (ended.returncode, ended.stdout.split()) == (0, []), ended.stderr


def catches_all(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or ast.unparse(kind) in {"Exception", "BaseException"} for kind in caught)


def is_told(handler: ast.ExceptHandler) -> bool:
    """Whether the error is raised again, as itself or another, or logged."""
    return any(
        isinstance(node, ast.Raise)
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LOGGING)
        for node in ast.walk(handler)
    )


def swallowed(path: Path) -> list[int]:
    handlers = [node for node in ast.walk(tree(path)) if isinstance(node, ast.ExceptHandler)]
    return [handler.lineno for handler in handlers if catches_all(handler) and not is_told(handler)]


def test_no_error_is_swallowed() -> None:
    found = {name(path): lines for path in SOURCES if (lines := swallowed(path))}
    assert found.keys() == TOLD_OTHERWISE.keys(), found


def names_owner(side: ast.expr, of_table: bool = False) -> bool:
    """Whether an expression is an owner; `of_table`: a table's column, so that two of them are a join and no filter."""
    named = isinstance(side, ast.Attribute) and side.attr in {"org_id", "owner_org"}
    return named and (not of_table or (isinstance(side.value, ast.Name) and side.value.id[0].isupper()))


def owner_comparisons(node: ast.AST, function: str = "") -> Iterator[tuple[str, int]]:
    """(function, line) of each comparison of an `org_id` with something."""
    for child in ast.iter_child_nodes(node):
        inside = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else function
        if isinstance(child, ast.Compare):
            sides = (child.left, *child.comparators)
            if any(names_owner(side) for side in sides) and not all(names_owner(side, of_table=True) for side in sides):
                yield inside, child.lineno
        yield from owner_comparisons(child, inside)


def test_tenant_scope_has_one_door() -> None:
    outside = [path for path in SOURCES if name(path) != "core/scope.py"]
    found = {
        name(path): lines
        for path in outside
        if (lines := [line for function, line in owner_comparisons(tree(path)) if function != "readable"])
    }
    assert found.keys() == NAMES_THE_OWNER.keys(), found


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("try:\n    f()\nexcept Exception:\n    pass", [3]),
        ("try:\n    f()\nexcept:\n    return None", [3]),
        ("try:\n    f()\nexcept (ValueError, BaseException) as e:\n    g(e)", [3]),
        ("try:\n    f()\nexcept Exception:\n    log.exception('x')", []),
        ("try:\n    f()\nexcept Exception as e:\n    raise Other from e", []),
        ("try:\n    f()\nexcept ValueError:\n    pass", []),
    ],
    ids=["passed", "bare", "among others", "logged", "raised", "named"],
)
def test_the_mirror_itself_sees_what_is_swallowed(code: str, lines: list[int], tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text(code, encoding="utf-8")
    assert swallowed(path) == lines
