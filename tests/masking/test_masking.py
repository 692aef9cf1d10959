"""What is masked comes back, however a stream is cut."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samverk.masking.ports import Span
from samverk.masking.service import Masking

NUMBERS = ("19121212-1212", "121212+1212", "191212121212", "121272-1218")  # of the Tax Agency's test numbers
pieces = st.lists(
    st.one_of(
        st.sampled_from(
            [*NUMBERS, "anna.ek@exempel.example", "[PERSONNUMMER_1]", "[EMAIL_2]", "[", "]", "\u200b", "🙂"]
        ),
        st.text(max_size=12),
    ),
    max_size=8,
).map(" ".join)


@given(pieces, st.lists(st.integers(0, 200), max_size=6))
async def test_unmask_undoes_mask(text: str, cuts: list[int]) -> None:
    masking = Masking()
    (masked,) = await masking.mask([text], "talk")
    unmasker = masking.unmasker("talk")
    at, back = 0, ""
    for cut in [*sorted(cuts), len(masked)]:
        back += unmasker.feed(masked[at : max(at, cut)])
        at = max(at, cut)
    assert back + unmasker.end() == text


async def test_one_value_is_one_token_within_a_scope() -> None:
    masking = Masking()
    first, second = await masking.mask([f"A {NUMBERS[0]}", f"B {NUMBERS[0]} C anna@exempel.example"], "talk")
    assert first == "A [PERSONNUMMER_1]"
    assert second == "B [PERSONNUMMER_1] C [EMAIL_1]"
    assert await masking.mask([NUMBERS[0]], "talk") == ["[PERSONNUMMER_1]"]
    assert masking.unmasker("other").feed("[PERSONNUMMER_1]") == "[PERSONNUMMER_1]"


@dataclass
class Finds:
    """A recogniser of one fixed span."""

    label: str
    start: int
    end: int

    def find(self, text: str) -> list[Span]:
        return [Span(self.start, self.end, self.label)]


@pytest.mark.parametrize(
    ("one", "other", "joined"),
    [
        (Finds("A", 0, 4), Finds("B", 2, 9), Span(0, 9, "B")),
        (Finds("A", 0, 9), Finds("B", 2, 4), Span(0, 9, "A")),
        (Finds("A", 0, 5), Finds("B", 0, 9), Span(0, 9, "B")),
    ],
    ids=["beginning", "within", "same beginning"],
)
async def test_what_overlaps_is_masked_whole(one: Finds, other: Finds, joined: Span) -> None:
    for recognisers in ([one, other], [other, one]):
        masking = Masking(recognisers)
        assert masking.find("abcdefghij") == [joined]
        assert await masking.mask(["abcdefghij"], "talk") == [f"[{joined.label}_1]j"]
    apart = Masking([Finds("A", 0, 2), Finds("B", 2, 4)])
    assert [span.label for span in apart.find("abcdefghij")] == ["A", "B"]


@pytest.mark.data
def test_every_official_test_number_is_found(data_dir: Path) -> None:
    numbers = json.loads((data_dir / "masking" / "lists" / "list.json").read_text(encoding="utf-8"))
    valid = [number["long_format"] for number in numbers if number["valid"] and "long_format" in number]
    assert valid
    masking = Masking()
    for number in valid:
        assert [span.label for span in masking.find(f"Nummer {number} gäller.")] == ["PERSONNUMMER"], number


@pytest.mark.parametrize(
    "text", ["1234567890", "öppet 08-16", "ärende 2024-000123", "tel 08-123 45 67", "191313131313"]
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert Masking().find(text) == []


@pytest.mark.parametrize("number", NUMBERS[:3])
def test_what_is_redacted_is_named_and_cannot_be_put_back(number: str) -> None:
    redacted = Masking().redacted(f"Gäller det {number}, anna@bjorksta.example?")
    assert redacted == "Gäller det [PERSONNUMMER], [EMAIL]?"
