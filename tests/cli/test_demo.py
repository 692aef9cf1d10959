"""The demo, made small: what it sets up is left alone the second time, and it says what it did."""

from pathlib import Path

import pytest
from tests.cli.test_commands import run

from samverk.app import demo as kit


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> kit.Demo:
    """The demo's first collection with one document, and the people and assistants of its organisation."""
    whole = kit.load().manifest
    org = whole["first_question"]["org"]
    collection = next(c for c in whole["collections"] if any(name.endswith(".md") for name in c["files"]))
    one = {**collection, "files": [next(name for name in collection["files"] if name.endswith(".md"))]}
    ours = {name: [row for row in whole[name] if row["org"] == org] for name in ("users", "assistants")}
    demo = kit.Demo({**whole, **ours, "collections": [one]})
    monkeypatch.setattr(kit, "load", lambda: demo)
    return demo


def test_a_second_start_changes_nothing_and_says_so(small: kit.Demo, tmp_path: Path) -> None:
    first = run(tmp_path, "demo", "--no-serve")
    assert first.code == 0, first
    assert "Klart. Lästa dokument: 1." in first.err
    assert small.first_question["question"] in first.out
    asked = small.first_question
    own = ("--org", asked["org"])
    assert run(tmp_path, "assistant", "create", asked["assistant"], *own, "--name", "Vårt eget namn").code == 0
    second = run(tmp_path, "demo", "--no-serve", LANG="en_GB.UTF-8")
    assert second.code == 0
    assert "All was there already. Documents: 1." in second.err
    listed = run(tmp_path, "assistant", "list", *own, "--json").json
    assert "Vårt eget namn" in {row["name"] for row in listed}
