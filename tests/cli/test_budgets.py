"""Budgets, limits and plans on the command line, as whoever runs the platform decides them."""

from pathlib import Path

import pytest
from tests.cli.test_commands import NOWHERE, Ended, run

OWN = ("--org", "bjorksta")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("budgets") / "var"
    assert run(folder, "org", "create", "bjorksta").code == 0
    return folder


def fine(home: Path, *words: str) -> Ended:
    ended = run(home, *words)
    assert ended.code == 0, ended
    return ended


def test_a_budget_is_set_listed_replaced_and_removed(home: Path) -> None:
    made = fine(home, "budget", "set", "1500,50", *OWN, "--json").json
    assert (made["amount"], made["used"], made["held"], made["state"]) == ("1500.5", "0", "0", "ok")
    fine(home, "budget", "set", "2000", *OWN)
    fine(
        home, "budget", "set", "5000", "--for", "group", "--name", "skola", "--period", "day", "--unit", "tokens", *OWN
    )
    first, second = fine(home, "budget", "list", *OWN, "--json").json
    assert (first["id"], first["amount"], first["currency"]) == (made["id"], "2000", "SEK")
    assert (second["subject"], second["name"], second["period"], second["amount"]) == ("group", "skola", "day", "5000")
    told = fine(home, "budget", "list", *OWN).out
    assert "gruppen skola" in told
    assert "2\N{NO-BREAK SPACE}000,00 SEK" in told
    fine(home, "budget", "remove", made["id"], *OWN)
    assert len(fine(home, "budget", "list", *OWN, "--json").json) == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("budget", "set", "mycket", *OWN), 2, "Beloppet"),
        (("budget", "set", "10", "--for", "group", *OWN), 2, "kortnamn"),
        (("budget", "remove", NOWHERE, *OWN), 3, "Budgeten"),
        (("limit", "set", "model", "m", *OWN), 2, "gräns"),
        (("limit", "remove", "model", "m", *OWN), 3, "Gränsen"),
        (("plan", "set", "guld", *OWN), 2, "guld"),
        (("plan", "set", "sandbox", "--mark-up", "mycket", *OWN), 2, "procent"),
        (("budget", "list", "--org", "ingenstans"), 3, "ingenstans"),
    ],
)
def test_what_cannot_be_done_is_one_line(home: Path, words: tuple[str, ...], code: int, said: str) -> None:
    ended = run(home, *words)
    assert ended.code == code
    assert said in ended.line


def test_limits(home: Path) -> None:
    fine(home, "limit", "set", "model", "*", "--requests", "60", "--concurrent", "4", *OWN)
    assert fine(home, "limit", "list", *OWN, "--json").json == [
        {"subject": "model", "name": "*", "requests": 60, "tokens": None, "concurrent": 4}
    ]
    assert fine(home, "limit", "list", *OWN).out.split() == ["model", "*", "60", "-", "4"]
    fine(home, "limit", "remove", "model", "*", *OWN)
    assert fine(home, "limit", "list", *OWN, "--json").json == []


def test_a_plan(home: Path) -> None:
    assert fine(home, "plan", "show", *OWN, "--json").json["slug"] == "none"
    fine(home, "plan", "set", "sandbox", "--mark-up", "12,5", *OWN)
    plan = fine(home, "plan", "show", *OWN, "--json").json
    assert (plan["slug"], plan["seats"], plan["mark_up"]) == ("sandbox", 20, "12.5")
    assert "Platser: 20" in fine(home, "plan", "show", *OWN).out


def test_a_plan_without_a_seat_left_takes_no_more_members(home: Path) -> None:
    fine(home, "org", "create", "granby")
    fine(home, "plan", "set", "sandbox", "--seats", "1", "--org", "granby")
    fine(home, "user", "create", "bo@granby.example", "--org", "granby")
    ended = run(home, "user", "create", "anna@granby.example", "--org", "granby")
    assert ended.code == 2
    assert "platser" in ended.line
