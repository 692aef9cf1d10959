"""One value, one token, through many texts; and what was written comes back exactly."""

import json
import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.masking.written import spanned
from tests.timing import grows_with_length

from samverk.masking.ports import Span
from samverk.masking.pseudonyms import Pseudonyms, Style

styles = st.sampled_from(get_args(Style))


def spans_of(text: str, label: str, *values: str) -> list[Span]:
    """Where the values stand as words of their own; the longest first where they overlap."""
    found: list[Span] = []
    for value in sorted(values, key=len, reverse=True):
        for match in re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", text):
            if not any(span.start < match.end() and match.start() < span.end for span in found):
                found.append(Span(match.start(), match.end(), label))
    return found


def masked(text: str, *names: str, table: Pseudonyms | None = None) -> str:
    table = table or Pseudonyms()
    (found,) = table.mask([text], [spans_of(text, "PERSON", *names)])
    assert table.unmask(found).text == text
    return found


@given(st.lists(spanned(), min_size=1, max_size=4), styles)
def test_unmask_undoes_mask(given: list[tuple[str, list[Span]]], style: Style) -> None:
    table = Pseudonyms(style)
    texts, spans = [text for text, _ in given], [row for _, row in given]
    together = table.mask(texts, spans)
    for text, found in zip(texts, together, strict=True):
        assert table.unmask(found).text == text
        assert table.unmask(found).invented == ()


@given(st.lists(spanned(), min_size=1, max_size=4), styles)
def test_masking_again_gives_the_same(given: list[tuple[str, list[Span]]], style: Style) -> None:
    table, other = Pseudonyms(style), Pseudonyms(style)
    texts, spans = [text for text, _ in given], [row for _, row in given]
    first = table.mask(texts, spans)
    assert other.mask(texts, spans) == first
    assert other.as_json() == table.as_json()


@given(st.lists(spanned(), min_size=2, max_size=5))
def test_texts_one_by_one_come_back_from_the_table_of_all(given: list[tuple[str, list[Span]]]) -> None:
    table = Pseudonyms()
    found = [table.mask([text], [spans])[0] for text, spans in given if "KUND" not in text]
    for (text, _), one in zip((pair for pair in given if "KUND" not in pair[0]), found, strict=True):
        assert table.unmask(one).text == text


@given(st.lists(spanned(), min_size=1, max_size=3), spanned(), styles)
def test_a_table_survives_its_json(
    given: list[tuple[str, list[Span]]], more: tuple[str, list[Span]], style: Style
) -> None:
    table = Pseudonyms(style)
    found = table.mask([text for text, _ in given], [spans for _, spans in given])
    again = Pseudonyms.from_json(json.loads(json.dumps(table.as_json())))
    assert again.as_json() == table.as_json()
    assert [again.unmask(one) for one in found] == [table.unmask(one) for one in found]
    assert again.mask([more[0]], [[*more[1]]]) == table.mask([more[0]], [[*more[1]]])


@given(
    st.lists(st.sampled_from(["Anna Ek", "Bo Berg", "Cilla Dahl", "070-174 06 05", "0701740606"]), min_size=1), styles
)
def test_no_value_is_left_where_a_span_says_so(values: list[str], style: Style) -> None:
    text = " och ".join(values)
    spans, at = [], 0
    for value in values:
        spans.append(Span(at, at + len(value), "PERSON" if value[0].isalpha() else "PHONE"))
        at += len(value) + len(" och ")
    (found,) = Pseudonyms(style).mask([text], [spans])
    assert not any(value in found for value in values)


@given(spanned())
def test_no_two_values_share_a_token(given: tuple[str, list[Span]]) -> None:
    table = Pseudonyms()
    table.mask([given[0]], [given[1]])
    forms = [form for row in table.as_json()["referents"] for form in row["forms"]]
    values = table._referents.values  # what each token means
    assert len(set(values)) == len(values) <= len(forms)


def test_names_follow_each_other_where_one_person_fits() -> None:
    text = "Anna Ek ringde. Ek, Anna bad om svar. A. Ek väntar. Ek. EK! Anna sa ja."
    assert masked(text, "Anna Ek", "Ek, Anna", "A. Ek", "Ek", "EK", "Anna") == (
        "[PERSON_1] ringde. [PERSON_1_2] bad om svar. [PERSON_1_3] väntar. [PERSON_1_4]. [PERSON_1_5]! [PERSON_1_6] sa ja."
    )


def test_a_short_name_before_the_full_one_is_the_same_person() -> None:
    assert masked("Anna kom. Det var Anna Ek.", "Anna", "Anna Ek") == "[PERSON_1_2] kom. Det var [PERSON_1]."


def test_a_name_that_fits_two_is_a_person_of_its_own() -> None:
    found = masked("Anna Ek och Bo Ek. Sedan kom Ek.", "Anna Ek", "Bo Ek", "Ek")
    assert found == "[PERSON_1] och [PERSON_2]. Sedan kom [PERSON_3]."


def test_a_short_name_known_before_two_full_ones_follows_neither() -> None:
    table = Pseudonyms()
    masked("Ek ringde.", "Ek", table=table)
    assert masked("Anna Ek och Bo Ek.", "Anna Ek", "Bo Ek", table=table) == "[PERSON_2] och [PERSON_3]."
    assert masked("Ek", "Ek", table=table) == "[PERSON_1]"


def test_two_with_one_given_name_are_two() -> None:
    assert masked("Anna Ek, Anna Berg", "Anna Ek", "Anna Berg") == "[PERSON_1], [PERSON_2]"
    assert masked("Anna Maria Ek, Anna Ek", "Anna Maria Ek", "Anna Ek") == "[PERSON_1], [PERSON_1_2]"


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("Anna Eks ansökan. Anna Ek.", ["Anna Eks", "Anna Ek"], "[PERSON_1]s ansökan. [PERSON_1]."),
        ("Annas ansökan", ["Anna"], "[PERSON_1]s ansökan"),
        ("Annas ansökan", ["Annas"], "[PERSON_1] ansökan"),
        ("Lars ansökan", ["Lars"], "[PERSON_1] ansökan"),
        ("**Anna Ek**|Anna Ek|", ["Anna Ek"], "**[PERSON_1]**|[PERSON_1]|"),
    ],
)
def test_the_genitive_stays_outside(text: str, names: list[str], expected: str) -> None:
    if text.startswith("Annas") and names == ["Anna"]:
        (found,) = (table := Pseudonyms()).mask([text], [[Span(0, 4, "PERSON")]])
        assert (found, table.unmask(found).text) == (expected, text)
    else:
        assert masked(text, *names) == expected


def test_one_number_written_in_several_ways_belongs_together() -> None:
    numbers = ["070-174 06 05", "0701740605", "+46 70 174 06 05", "070-174 06 06"]
    text = ", ".join(numbers)
    table = Pseudonyms()
    (found,) = table.mask([text], [spans_of(text, "PHONE", *numbers)])
    assert found == "[PHONE_1], [PHONE_1_2], [PHONE_1_3], [PHONE_2]"
    assert table.unmask(found).text == text


def test_a_personnummer_without_century_follows_the_one_that_has_it() -> None:
    numbers = ["19121212-1212", "121212-1212", "20121212-1212"]
    text = " ".join(numbers)
    table = Pseudonyms()
    found = [table.mask([number], [[Span(0, len(number), "PERSONNUMMER")]])[0] for number in numbers]
    assert found == ["[PERSONNUMMER_1]", "[PERSONNUMMER_1_2]", "[PERSONNUMMER_2]"]
    assert table.unmask(" ".join(found)).text == text


def test_text_that_looks_like_a_token_is_never_confused() -> None:
    table = Pseudonyms()
    text = "Anna skrev [PERSON_1] och person_1."
    (found,) = table.mask([text], [[Span(0, 4, "PERSON")]])
    assert found == "[PERSON_3] skrev [PERSON_1] och [PERSON_2]."
    assert table.unmask(found).text == text
    (pasted,) = table.mask(["Vem är [PERSON_3]?"], [[]])
    assert "[PERSON_3]" not in pasted
    assert table.unmask(pasted).text == "Vem är [PERSON_3]?"


def test_numbers_grow_in_order_of_first_appearance() -> None:
    assert masked("Bo Berg, Anna Ek, Cilla", "Bo Berg", "Anna Ek", "Cilla") == "[PERSON_1], [PERSON_2], [PERSON_3]"


def test_an_organisations_own_label_makes_a_readable_token() -> None:
    table = Pseudonyms()
    assert table.mask(["K-17"], [[Span(0, 4, "KUND_NR")]]) == ["[KUNDNR_1]"]
    assert table.unmask("kundnr_1").text == "K-17"


def test_tables_that_grew_apart_are_told() -> None:
    base = Pseudonyms()
    masked("Anna Ek", "Anna Ek", table=base)
    one, other = (Pseudonyms.from_json(base.as_json()) for _ in range(2))
    assert not one.contradicts(other)
    masked("Bo Berg", "Bo Berg", table=one)
    assert not one.contradicts(other)
    masked("Cilla Dahl", "Cilla Dahl", table=other)
    assert one.contradicts(other)
    assert masked("Cilla Dahl", "Cilla Dahl", table=one) == "[PERSON_3]"


def _crowd(count: int) -> tuple[str, list[Span]]:
    names = [
        f"{first}{second}{third} Ek" for first in "ABCDEFGHIJ" for second in "abcdefghij" for third in "klmnopqrst"
    ]
    names = (names * (count // len(names) + 1))[:count]
    text, spans = "", []
    for name in names:
        spans.append(Span(len(text), len(text) + len(name), "PERSON"))
        text += f"{name} [PERSON_1] "
    return text, spans


@pytest.mark.parametrize(
    "hostile",
    [
        lambda size: ("[" * size, []),
        lambda size: ("\\[" * (size // 2), []),
        lambda size: ("[PERSON_" * (size // 8), []),
        lambda size: ("PERSON_1" * (size // 8), []),
        lambda size: ("A" * size, []),
        lambda size: ("person-" * (size // 7), []),
        lambda size: (" " * size, []),
        lambda size: ("9" * size, []),
        lambda size: _crowd(size // 20),
    ],
    ids=[
        "brackets",
        "escapes",
        "tokens begun",
        "tokens run together",
        "letters",
        "hyphens",
        "spaces",
        "digits",
        "crowd",
    ],
)
def test_time_grows_with_the_text(hostile) -> None:  # type: ignore[no-untyped-def]
    def there_and_back(size: int) -> None:
        text, spans = hostile(size)
        table = Pseudonyms()
        assert table.unmask(table.mask([text], [spans])[0]).text == text

    grows_with_length(there_and_back, 20_000, 80_000, times=12)
