"""Values come back in a stream, however it is cut and however a model wrote the tokens."""

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.masking.written import LIKE_TOKENS, cut_at, spanned, texts
from tests.timing import grows_with_length, within

from samverk.masking.ports import Span
from samverk.masking.pseudonyms import Pseudonyms, Style
from samverk.masking.tokens import LONGEST_TOKEN

VALUES = ("Anna Ek", "Lars", 'Per "Pelle" Ström')


def table(style: Style = "token") -> Pseudonyms:
    """[PERSON_1] is Anna Ek, [PERSON_2] Lars, [PERSON_3] has a nickname in quotation marks."""
    made = Pseudonyms(style)
    for value in VALUES:
        made.mask([value], [[Span(0, len(value), "PERSON")]])
    made.mask(["ek"], [[Span(0, 2, "PERSON")]])
    return made


def streamed(pieces: list[str], made: Pseudonyms, *, json: bool = False) -> str:
    stream = made.stream(json=json)
    return "".join(map(stream.feed, pieces)) + stream.end()


@given(spanned(), st.lists(st.integers(0, 200), max_size=8), st.sampled_from(get_args(Style)))
def test_a_stream_gives_back_what_was_masked(given: tuple[str, list[Span]], cuts: list[int], style: Style) -> None:
    made = Pseudonyms(style)
    (found,) = made.mask([given[0]], [given[1]])
    assert streamed(cut_at(found, cuts), made) == given[0]
    assert streamed(list(found), made) == given[0]


MODELS_OWN = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *LIKE_TOKENS,
                "[PERSON_2]",
                "[PERSON_2]s",
                "PERSON_2s",
                "[PERSON\\_3\\]",
                "[PERSON_3",
                "s",
                " ",
                "]",
                "\\",
                "1",
            ]
        ),
        texts,
    ),
    max_size=8,
).map("".join)


@given(MODELS_OWN, st.lists(st.integers(0, 80), max_size=8), st.booleans(), st.sampled_from(get_args(Style)))
def test_a_stream_says_what_the_whole_text_says(said: str, cuts: list[int], inside_json: bool, style: Style) -> None:
    made = table(style)
    whole = made.unmask(said, json=inside_json)
    stream = made.stream(json=inside_json)
    assert "".join(map(stream.feed, cut_at(said, cuts))) + stream.end() == whole.text
    assert tuple(stream.invented) == whole.invented
    assert streamed(list(said), made, json=inside_json) == whole.text


@given(MODELS_OWN)
def test_no_more_than_a_token_is_held_back(said: str) -> None:
    stream = table().stream()
    for at, character in enumerate(said, 1):
        given = stream.feed(character)
        assert len(stream._held) <= LONGEST_TOKEN, (at, given)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("**[PERSON_1]** ringde", "**Anna Ek** ringde"),
        ("_[PERSON_1]_", "_Anna Ek_"),
        ("[[PERSON_1]](https://x.example)", "[Anna Ek](https://x.example)"),
        ("| [PERSON_1] | PERSON_2 |", "| Anna Ek | Lars |"),
        (r"\[PERSON\_1\]", "Anna Ek"),
        (r"\[PERSON_1\]", "Anna Ek"),
        (r"[PERSON\_1]", "Anna Ek"),
        ("[Person_1] och person_2", "Anna Ek och Lars"),
        ("[person_1]s bil", "Anna Eks bil"),
        ("[PERSON_1s] bil", "Anna Eks bil"),
        ("[PERSON_1]'s car", "Anna Ek's car"),
        ("[PERSON_2]s bil, [PERSON_2s] bil, PERSON_2s bil", "Lars bil, Lars bil, Lars bil"),
        ("PERSON_1] kom", "Anna Ek kom"),
        ("[PERSON_1 kom", "Anna Ek kom"),
        ("PERSON_1, PERSON-2", "Anna Ek, Lars"),
        ("[PERSON 1] [ PERSON_2 ] [PERSON-1] [PERSON–2]", "Anna Ek Lars Anna Ek Lars"),
        ("[PERSON_1_2] [PERSON 1 2] [PERSON-1-2]", "ek ek ek"),
        ("Person 1 och person 2 i rum 1-2", "Person 1 och person 2 i rum 1-2"),
        ("[1] [a](b) x[i_1] - [ ] klar", "[1] [a](b) x[i_1] - [ ] klar"),
        ("`MY_PERSON_1` person_1_name", "`MY_PERSON_1` person_1_name"),
    ],
)
def test_however_a_model_writes_it(said: str, expected: str) -> None:
    restored = table().unmask(said)
    assert restored.text == expected
    assert restored.invented == ()
    assert streamed(list(said), table()) == expected


@pytest.mark.parametrize("token", ["[PERSON_12]", "PERSON_9", "[PERSON_1_7]", "[PHONE_1]", "[NAMN_1]", "[person 44]"])
def test_an_invented_token_stays_and_is_reported(token: str) -> None:
    restored = table().unmask(f"Säg till {token} och {token}.")
    assert restored.text == f"Säg till {token} och {token}."
    assert restored.invented == (token,)


def test_in_the_arguments_of_a_tool_call_values_stay_json() -> None:
    arguments = json.dumps({"till": "[PERSON_3]", "rad": "Hej\n[PERSON_1]\nPERSON_2", "väg": r"\[PERSON\_3\]"})
    whole = table().unmask(arguments, json=True).text
    assert json.loads(whole) == {"till": VALUES[2], "rad": "Hej\nAnna Ek\nLars", "väg": VALUES[2]}
    assert streamed(list(arguments), table(), json=True) == whole


def test_what_can_begin_no_token_is_not_held() -> None:
    stream = table().stream()
    assert stream.feed("Hej, det ") == "Hej, det "
    assert stream.feed("är klart [1](x)") == "är klart [1](x)"
    assert stream.feed(" [PERSON_1]") == " Anna Ek"
    assert stream.feed(" [PER") == " "
    assert stream.feed("MISSION] ") == "[PERMISSION] "
    assert stream.feed("superperson") == "superperson"
    assert stream.end() == ""


def test_brackets_and_code_stream_on() -> None:
    stream = table().stream()
    assert len(stream.feed("[" * 10_000)) >= 10_000 - LONGEST_TOKEN
    stream = table().stream()
    code = "```python\nx[0] = [y for y in z if y[1] > 2]\nPERSON"
    assert stream.feed(code) == code.removesuffix("PERSON")


def test_surrogates_come_back_in_other_case_and_in_part() -> None:
    made = table("surrogate")
    (found,) = made.mask(["Anna Ek ringde."], [[Span(0, 7, "PERSON")]])
    given, surname = found.removesuffix(" ringde.").split()
    said = f"{given} {surname}s bil. {given.upper()} {surname.upper()}. {given}, {surname}. {given}berg"
    assert made.unmask(said).text == f"Anna Eks bil. Anna Ek. Anna, Ek. {given}berg"


def test_an_ordinary_event_costs_next_to_nothing() -> None:
    def feed(events: int) -> None:
        stream = table().stream()
        for _ in range(events):
            stream.feed("ande ord, ")

    with within(20_000 * 100e-6):  # thirty times the aim: a slow machine passes
        feed(20_000)
    grows_with_length(feed, 20_000, 80_000, times=8)
