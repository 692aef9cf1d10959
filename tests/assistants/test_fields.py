"""The fields of a prompt: what is one, what is not, and how they are filled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samverk.assistants.fields import Field, fields_of, filled, pieces

LETTER = "Skriv till {mottagarens namn} om {ärende:lång}. Tonen är {ton:vänlig|formell}. Hälsa {Mottagarens_namn}."


def test_a_line_a_text_and_a_choice_each_asked_for_once() -> None:
    assert fields_of(LETTER) == (
        Field("mottagarens namn", "Mottagarens namn"),
        Field("ärende", "Ärende", "text"),
        Field("ton", "Ton", "choice", ("vänlig", "formell")),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "{ }",
        "{1}",
        '{"a": 1}',
        "{a:b}",
        "{a:|}",
        "{a\nb}",
        "{{",
        "{a",
        "a}",
        "{a:lång\n}",
        "{" + "a" * 61 + "}",
    ],
)
def test_other_braces_are_text(text: str) -> None:
    assert fields_of(text) == ()
    assert filled(text, {"a": "x"}) == text
    assert pieces(text) == (((text, False),) if text else ())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("{a:long}", "text"),
        ("{a: Lång }", "text"),
        ("{a} {a:lång}", "text"),
        ("{a:x|y} {a:lång}", "choice"),
        ("{{a}}", "line"),
    ],
)
def test_the_shapes_of_a_field(text: str, kind: str) -> None:
    (field,) = fields_of(text)
    assert (field.name, field.kind) == ("a", kind)


def test_options_are_trimmed_and_come_once() -> None:
    assert fields_of("{a: x | y|x|}")[0].options == ("x", "y")


def test_every_place_of_a_field_is_filled_and_what_is_filled_in_is_not_read_again() -> None:
    values = {"mottagarens namn": "{ton}", "ärende": "p-tillstånd\nnr 7", "ton": "formell"}
    assert filled(LETTER, values) == "Skriv till {ton} om p-tillstånd\nnr 7. Tonen är formell. Hälsa {ton}."
    assert filled("{a} {b}", {"a": "x"}) == "x {b}"


def test_the_pieces_show_where_the_fields_stand() -> None:
    assert pieces("Om {ärende:lång} i {}.") == (("Om ", False), ("Ärende", True), (" i {}.", False))


@given(st.text(alphabet="{}ab:|_ \någ1", max_size=60))
def test_nothing_is_lost_whatever_is_written(text: str) -> None:
    assert filled(text, {}) == text
    values = {field.name: "" for field in fields_of(text)}
    assert filled(text, values) == "".join(piece for piece, is_field in pieces(text) if not is_field)


def test_long_and_hostile_texts_take_no_time() -> None:
    for text in ("{" * 20_000, "{a:" * 6_000, "{a " * 6_000 + "}", "{a:" + "|" * 19_000 + "}"):
        fields_of(text)
        filled(text, {})
