"""What a body must hold to, what differs between two, and the short name of a name. Pure."""

from dataclasses import dataclass

import pytest

from samverk.assistants.comparison import Piece, compare, words
from samverk.assistants.model import AssistantBody, Contact
from samverk.assistants.naming import free_slug, slug_of
from samverk.assistants.rules import LONGEST, PROBLEMS, Problem, Surroundings, misfits, problems
from samverk.core.levels import Level
from samverk.library.cards import EXTRACTIVE, ModelCard


@dataclass(frozen=True)
class Shelf:
    ref: str
    name: str
    level: Level
    groups: frozenset[str] = frozenset()


OPEN_ONLY = ModelCard(slug="molnet", name="Molnet", approved_for=Level.OPEN)
AROUND = Surroundings(
    models={"extractive": EXTRACTIVE, "molnet": OPEN_ONLY},
    collections={
        "regler": Shelf("regler", "Regler", Level.OPEN),
        "akter": Shelf("akter", "Akter", Level.SENSITIVE),
        "stangd": Shelf("stangd", "Stängd", Level.OPEN, frozenset({"it"})),
    },
    groups={"it": "IT"},
)
GOOD = AssistantBody(name="Hjälpen", collections=("regler",))


def codes(around: Surroundings = AROUND, **more: object) -> set[tuple[str, str]]:
    body = AssistantBody.model_validate({**GOOD.model_dump(), **more})
    return {(problem.where, problem.code) for problem in problems(body, around)}


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({}, set()),
        ({"models": ()}, {("models", "no_model")}),
        ({"models": ("annans",)}, {("models", "unknown_model")}),
        ({"collections": ("annans",)}, {("collections", "unknown_collection")}),
        ({"groups": ("annans",)}, {("groups", "unknown_group")}),
        ({"collections": ("akter",)}, {("level", "level_too_low")}),
        ({"collections": ("akter",), "level": Level.SENSITIVE}, set()),
        ({"collections": ("akter",), "level": Level.SECRET}, set()),
        ({"models": ("molnet",), "level": Level.INTERNAL}, {("models", "no_model_approved")}),
        ({"models": ("molnet", "extractive"), "level": Level.INTERNAL}, {("models", "model_not_approved")}),
        ({"audience": "citizen", "collections": ("stangd",)}, {("collections", "closed_to_citizens")}),
        ({"instructions": "å" * 100_000}, {("instructions", "too_long")}),
        ({"sample_questions": ("?",) * 21}, {("sample_questions", "too_many")}),
        ({"sample_questions": ("?" * 501,)}, {("sample_questions", "question_too_long")}),
        ({"contact": {"unit": "Växeln", "note": "x" * 501}}, {("contact_note", "too_long")}),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_body(more: dict[str, object], found: set[tuple[str, str]]) -> None:
    assert codes(**more) == found


def test_what_the_builder_cannot_see_may_stay_and_keeps_the_level_up() -> None:
    before = GOOD.model_copy(update={"collections": ("dold",), "level": Level.SENSITIVE})
    around = Surroundings(AROUND.models, AROUND.collections, AROUND.groups, before)
    assert codes(around, collections=("dold",), level=Level.SENSITIVE) == set()
    assert codes(around, collections=("dold",), level=Level.INTERNAL) == {("level", "level_kept")}
    assert codes(around, collections=("dold-2",)) == {("collections", "unknown_collection")}


def test_limits_themselves_are_allowed() -> None:
    assert misfits(GOOD.model_copy(update={"instructions": "å" * LONGEST["instructions"]})) == []


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_problem_is_said_in_both_languages(code: str) -> None:
    facts = {"n": 3, "limit": 2, "name": "Regler", "level": Level.SENSITIVE}
    told = [Problem("x", code, facts).message(language) for language in ("sv", "en")]
    assert told[0] != told[1]
    assert all("{" not in text for text in told)


def test_a_rewritten_sentence_is_one_change_and_the_rest_stays() -> None:
    old = "Svara kort.\nHänvisa till riktlinjerna.\nVar vänlig."
    new = "Svara kort.\nHänvisa alltid till riktlinjerna.\nVar vänlig."
    assert words(old, new) == (
        Piece("same", "Svara kort.\nHänvisa "),
        Piece("added", "alltid "),
        Piece("same", "till riktlinjerna.\nVar vänlig."),
    )
    assert [piece.kind for piece in words("En rad.", "En rad.\nEn till.")] == ["same", "added"]
    pieces = words("Skriv ett kort svar till den som frågar", "Formulera dig utförligt för den läsare vi har")
    assert [piece.kind for piece in pieces] == ["removed", "added"]


@pytest.mark.parametrize(("old", "new"), [("", "a"), ("a b c", ""), ("a\r\nb", "a\nb"), ("x " * 9_000, "y " * 9_000)])
def test_the_pieces_give_both_texts_back(old: str, new: str) -> None:
    pieces = words(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new


def test_only_fields_that_differ_are_compared() -> None:
    new = GOOD.model_copy(
        update={"level": Level.INTERNAL, "collections": ("akter", "regler"), "contact": Contact(unit="Växeln")}
    )
    found = {difference.field: difference for difference in compare(GOOD, new)}
    assert set(found) == {"collections", "level", "contact"}
    assert (found["level"].before, found["level"].after) == (Level.OPEN, Level.INTERNAL)
    assert found["collections"].pieces == (Piece("added", "akter"), Piece("same", "regler"))
    assert found["contact"].pieces == (Piece("added", "Växeln"),)
    assert compare(GOOD, GOOD) == []
    assert {difference.field for difference in compare(None, GOOD)} >= {"name", "models", "collections", "level"}


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Ansökan om bistånd", "ansokan-om-bistand"),
        ("  Éclair & Søn  ", "eclair-son"),
        ("😀", "assistent"),
        ("مساعد", "assistent"),
        ("<script>", "script"),
        ("å" * 300, "a" * 48),
    ],
)
def test_the_short_name_of_a_name(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_a_short_name_that_is_taken_or_means_something_else_is_numbered() -> None:
    assert free_slug("Hjälpen", {"hjalpen", "hjalpen-2"}) == "hjalpen-3"
    assert free_slug("Ny", set()) == "ny-2"
