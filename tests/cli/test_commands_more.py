"""What the commands do beyond the first answer: lists, taking back, keeping what is not given, and one line in one language."""

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.cli.test_commands import QUESTION, RULE, Ended, run

from samverk.answers.model import Answer, RunEvent
from samverk.cli.asking import answer_of
from samverk.cli.documents import ProgressLine
from samverk.cli.usage import told
from samverk.core.ids import new_id, now
from samverk.identity.principal import system

OWN = ("--org", "bjorksta")
REFUSED = "Jag hittar inget om det i källorna."


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two organisations; one has a collection with a document, and an assistant."""
    folder = tmp_path_factory.mktemp("more")
    (folder / "parkering.md").write_text(f"# Parkering\n\n{RULE}\n", encoding="utf-8")
    for words in (
        ("org", "create", "bjorksta"),
        ("org", "create", "granby", "--kind", "region"),
        ("ingest", str(folder / "parkering.md"), "--collection", "regler", *OWN),
        ("assistant", "create", "regelhjalpen", "--collection", "regler", *OWN),
    ):
        ended = run(folder / "var", *words)
        assert ended.code == 0, (words, ended)
    return folder / "var"


def fine(home: Path, *words: str) -> Ended:
    ended = run(home, *words)
    assert ended.code == 0, ended
    return ended


# answers


async def streamed(pieces: list[str], text: str) -> str:
    """What the command prints of an answer that streams these pieces and ends as this text."""

    async def answer(principal: Any, assistant: str, question: str, on_event: Any) -> Answer:
        for seq, piece in enumerate(pieces, 1):
            on_event(RunEvent(seq, "text", {"text": piece}, now()))
        names: Any = {"slug": "x", "name": "x", "hosting": "own"}
        return Answer(new_id(), None, names, names, "open", question, text, True, "done", ())

    rooms: Any = SimpleNamespace(answers=SimpleNamespace(answer=answer))
    out = io.StringIO()
    await answer_of(rooms, system(new_id()), "x", "?", out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("pieces", "text", "printed"),
    [
        (["Fyra ", "veckor."], "Fyra veckor.", "Fyra veckor."),
        ([], REFUSED, REFUSED),
        (["Sex ", "veckor."], REFUSED, f"Sex veckor.\n\n{REFUSED}"),
        (["Fyra veckor."], "Fyra veckor.\n\nMer att läsa.", "Fyra veckor.\n\nMer att läsa."),
    ],
    ids=["as streamed", "nothing streamed", "replaced", "goes on"],
)
async def test_the_answer_that_stands_is_printed(pieces: list[str], text: str, printed: str) -> None:
    assert await streamed(pieces, text) == printed


def test_an_answer_to_what_the_sources_know_nothing_of_is_not_blank(home: Path) -> None:
    asked = ("Hur lång är Nilen?", "--assistant", "regelhjalpen", *OWN)
    said = fine(home, "ask", *asked).out
    assert fine(home, "ask", *asked, "--json").json["answer"].strip() in said
    assert said.strip()


def test_the_trace_of_an_answer_is_shown_to_its_organisation_alone(home: Path) -> None:
    answer = fine(home, "ask", QUESTION, "--assistant", "regelhjalpen", *OWN, "--json").json
    trace = fine(home, "trace", answer["trace"], *OWN).json
    assert (trace["question"], trace["assistant"]["slug"]) == (QUESTION, "regelhjalpen")
    assert answer["citations"][0]["passage"] in {passage["id"] for passage in trace["passages"]}
    assert run(home, "trace", answer["trace"], "--org", "granby").code == 3


# lists and taking back


def test_keys_are_listed_with_their_state_and_without_their_secret(home: Path) -> None:
    made = [fine(home, "key", "create", name, *OWN, "--json").json for name in ("ett", "två")]
    fine(home, "key", "create", "tre", *OWN, "--days", "0")
    fine(home, "key", "revoke", made[0]["id"], *OWN)
    listed = fine(home, "key", "list", *OWN, "--json")
    assert {key["name"]: key["state"] for key in listed.json} == {"ett": "revoked", "två": "living", "tre": "expired"}
    shown = listed.out + fine(home, "key", "list", *OWN).out
    assert made[1]["id"] in shown
    assert made[1]["key"] not in shown
    assert fine(home, "key", "list", "--org", "granby", "--json").json == []


def test_a_collection_is_shared_and_taken_back(home: Path) -> None:
    def readable() -> list[str]:
        return [row["slug"] for row in fine(home, "collection", "list", "--org", "granby", "--json").json]

    assert readable() == []
    for to in (("--to", "granby"), ()):
        fine(home, "collection", "share", "regler", *OWN, *to)
        assert readable() == ["bjorksta/regler"]
        fine(home, "collection", "unshare", "regler", *OWN, *to)
        assert readable() == []


def test_a_deleted_document_is_found_no_longer(home: Path, tmp_path: Path) -> None:
    (tmp_path / "avfall.md").write_text("# Avfall\n\nHushållsavfall hämtas på tisdagar.\n", encoding="utf-8")
    (tmp_path / "tom.txt").write_text("", encoding="utf-8")
    there = ("--collection", "avfall", *OWN)
    fine(home, "ingest", str(tmp_path / "avfall.md"), str(tmp_path / "tom.txt"), *there)
    documents = {row["path"]: row for row in fine(home, "document", "list", *there, "--json").json}
    assert documents["avfall.md"]["status"] == "read"
    assert documents["tom.txt"]["reason"]["sv"] in fine(home, "document", "list", *there).out
    assert fine(home, "search", "hushållsavfall", *there, "--json").json["passages"]
    fine(home, "document", "delete", "avfall.md", *there)
    assert not fine(home, "search", "hushållsavfall", *there, "--json").json["passages"]
    fine(home, "document", "delete", documents["tom.txt"]["id"], *there)
    assert fine(home, "document", "list", *there, "--json").json == []
    assert run(home, "document", "delete", "avfall.md", *there).code == 3


# assistants


def test_an_assistant_keeps_what_is_not_given(home: Path) -> None:
    def body() -> dict[str, Any]:
        listed = fine(home, "assistant", "list", *OWN, "--json").json
        return next({**row, "version": 0} for row in listed if row["slug"] == "hjalpen")

    create = ("assistant", "create", "hjalpen", *OWN)
    fine(home, *create, "--collection", "regler", "--instructions", "Svara kort.", "--group", "handlaggare")
    before = body()
    assert (before["name"], before["level"], before["audience"]) == ("hjalpen", 1, "staff")
    fine(home, *create, "--name", "Hjälpen")
    assert body() == {**before, "name": "Hjälpen"}
    fine(home, *create, "--audience", "citizen", "--group", "", "--level", "open")
    assert body() == {**before, "name": "Hjälpen", "audience": "citizen", "groups": [], "level": 0}


def test_every_model_of_an_assistant_must_exist(home: Path) -> None:
    ended = run(home, "assistant", "create", "ny", *OWN, "--model", "extractive", "--model", "finns-inte")
    assert (ended.code, "finns-inte" in ended.line) == (3, True)


# one line, in one language


@pytest.mark.parametrize(
    ("words", "sv", "en"),
    [
        (("ask",), "question saknas.", "question is missing."),
        (("ask", "x"), "--assistant saknas.", "--assistant is missing."),
        (("asc",), "Kommandot asc finns inte.", "There is no command asc."),
        (("ask", "x", "--qqq"), "--qqq finns inte.", "There is no --qqq."),
        (("org", "list", "mer"), "Det här är för mycket: mer.", "This is too much: mer."),
        (("ask", "x", "--org"), "--org ska följas av ett värde.", "--org must be followed by a value."),
        (("org", "list", "--json=1"), "--json tar inget värde.", "--json takes no value."),
        (("serve", "--port", "x"), "--port ska vara ett heltal.", "--port must be a whole number."),
        (("serve", "--port", "70000"), "--port ska vara högst 65535.", "--port must be at most 65535."),
        (("key", "revoke", "x", *OWN), "key_id ska vara ett id.", "key_id must be an id."),
        (
            ("collection", "create", "x", *OWN, "--level", "y"),
            "--level kan inte vara 'y'. Det som går är 'open', 'internal', 'sensitive', 'secret'.",
            "--level cannot be 'y'. What can be given is 'open', 'internal', 'sensitive', 'secret'.",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_wrong_use_is_one_line_in_the_language_of_the_terminal(
    tmp_path: Path, words: tuple[str, ...], sv: str, en: str
) -> None:
    for locale, what, read in (("sv_SE.UTF-8", sv, "Se"), ("en_GB.UTF-8", en, "See")):
        ended = run(tmp_path, *words, LANG=locale)
        assert ended.code == 2
        assert ended.line.startswith(f"samverk: {what} {read} samverk ")
        assert ended.line.endswith(" --help.")


def test_what_the_parser_says_and_we_do_not_know_is_told_as_it_is() -> None:
    assert told("Something\nnew happened.", "samverk ask", "sv") == "Something new happened. Se samverk ask --help."


@pytest.mark.parametrize("words", [("--help",), ("ask", "--help"), ("key", "list", "--help")], ids=" ".join)
def test_help_is_no_error(tmp_path: Path, words: tuple[str, ...]) -> None:
    ended = run(tmp_path, *words)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("Usage: samverk")


@pytest.mark.parametrize("words", [(), ("key",)], ids=["samverk", "samverk key"])
def test_no_command_shows_the_help(tmp_path: Path, words: tuple[str, ...]) -> None:
    ended = run(tmp_path, *words)
    assert (ended.code, ended.out) == (2, "")
    assert "Commands:" in ended.err


@pytest.mark.parametrize(
    ("name", "value", "sv"),
    [
        ("SAMVERK_PORT", "åtta", "ett heltal"),
        ("SAMVERK_SESSION_HOURS", "0", "minst 1"),
        ("SAMVERK_LOG_LEVEL", "högt", "'error' eller 'critical'"),
        ("SAMVERK_MODEL_TIMEOUT_SECONDS", "0", "större än 0"),
        ("SAMVERK_DATABASE_URL", "hemlig", "en adress"),
    ],
)
def test_a_wrong_setting_is_told_in_one_language_without_its_value(
    tmp_path: Path, name: str, value: str, sv: str
) -> None:
    line = run(tmp_path, "org", "list", **{name: value}).line
    assert line.startswith(f"samverk: Inställningen {name} ska vara ")
    assert sv in line
    assert value == "0" or value not in line


def test_a_line_that_cannot_be_checked_is_told_in_one_language(tmp_path: Path) -> None:
    line = json.dumps({"sentence": "x"})
    assert (
        run(tmp_path, "cite-check", "--jsonl", given=line).line == "samverk: Rad 1: passage saknas eller är ingen text."
    )


def test_nothing_but_the_error_is_said(home: Path) -> None:
    words = ("ingest", "/finns/inte", "--collection", "regler", *OWN)
    ended = run(home, *words)
    assert ended.err == f"{ended.line}\n"
    ProgressLine("x").__enter__().__exit__(None, None, None)


def test_a_fault_is_one_line_and_the_log_is_there_for_who_wants_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("delat med noll")

    monkeypatch.setattr("samverk.answers.ask.compose", broken)
    asked = ("ask", QUESTION, "--assistant", "regelhjalpen", *OWN)
    quiet = run(home, *asked, "--json")
    assert (quiet.code, quiet.line.endswith("SAMVERK_LOG_LEVEL=error visar mer.")) == (1, True)
    assert "ZeroDivisionError" in run(home, *asked, SAMVERK_LOG_LEVEL="error").err


def test_a_wrong_model_is_told(home: Path) -> None:
    url = ("--url", "http://127.0.0.1:1/v1", *OWN)
    assert "ÅÄÖ" in run(home, "model", "add", "ÅÄÖ", *url).line
    ended = run(home, "model", "add", "x", *url, "--provider", "finns-inte")
    assert (ended.code, "openai_compatible" in ended.line) == (2, True)
