"""The record of calls is checked, shown and taken along by commands alone."""

import json
import sqlite3
from hashlib import sha256
from pathlib import Path

import orjson
import pytest
from tests.cli.test_commands import run

ORG = ("--org", "bjorksta")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An organisation with a record of two calls."""
    home = tmp_path_factory.mktemp("ledger")
    assert run(home, "org", "create", "bjorksta").code == 0
    for _ in range(2):
        assert run(home, "model", "test", "extractive", *ORG).code == 0
    return home


def test_a_whole_record_is_told(home: Path) -> None:
    ended = run(home, "ledger", "verify")
    assert ended.code == 0, ended
    assert "bjorksta: hel, 4 händelser." in ended.out
    assert run(home, "ledger", "verify", *ORG, "--json").json == [
        {"organisation": "bjorksta", "events": 4, "broken": None}
    ]
    assert run(home, "ledger", "verify", "--org", "nowhere").code == 3


def test_what_is_exported_can_be_checked_by_anybody(home: Path) -> None:
    events = [json.loads(line) for line in run(home, "ledger", "export", *ORG).out.splitlines()]
    previous = "0" * 64
    for event in events:
        content = {name: event[name] for name in ("call", "event", "at", "body")}
        told = orjson.dumps({"previous": previous, "content": content}, option=orjson.OPT_SORT_KEYS)
        previous = event["digest"]
        assert sha256(told).hexdigest() == previous
    assert [event["event"] for event in events] == ["opened", "closed"] * 2


def test_events_are_shown_by_call_and_time(home: Path) -> None:
    shown = run(home, "ledger", "show", *ORG).out.splitlines()
    assert len(shown) == 4
    assert "extractive" in shown[0]
    event = json.loads(run(home, "ledger", "show", *ORG, "--json").out.splitlines()[2])
    one = run(home, "ledger", "show", *ORG, "--call", event["call"]).out.splitlines()
    assert len(one) == 2
    assert len(run(home, "ledger", "show", *ORG, "--since", event["at"]).out.splitlines()) == 2
    assert len(run(home, "ledger", "export", *ORG, "--until", event["at"]).out.splitlines()) == 2
    assert run(home, "ledger", "export", *ORG, "--since", "2099-01-01").out == ""


@pytest.mark.parametrize("wrong", [("--since", "igår"), ("--call", "7")])
def test_what_is_no_time_or_call_is_told(home: Path, wrong: tuple[str, str]) -> None:
    ended = run(home, "ledger", "show", *ORG, *wrong)
    assert ended.code == 2
    assert wrong[1] in ended.line


def test_a_changed_event_is_named(home: Path) -> None:
    with sqlite3.connect(home / "ledger.db") as connection:
        connection.execute("drop trigger ledger_entries_no_update")
        connection.execute("update ledger_entries set body = replace(body, 'extractive', 'annan') where seq = 3")
    ended = run(home, "ledger", "verify")
    assert ended.code == 1
    assert "bjorksta: Händelse 3 har ändrats." in ended.out
    assert ended.err.startswith("samverk: ")
    [told] = run(home, "ledger", "verify", "--json").json
    assert told["broken"] == {"seq": 3, "why": "changed"}
