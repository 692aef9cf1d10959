"""What overlaps is settled by one rule, and finding takes time in proportion to the text, whatever the text is."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import pytest
from benchmarks.masking import HOSTILE
from hypothesis import given
from hypothesis import strategies as st
from tests.timing import grows_with_length

from samverk.masking import lookalikes
from samverk.masking.engine import CAREFUL, Engine
from samverk.masking.overlaps import settle
from samverk.masking.ports import Span


@dataclass
class Finds:
    """A recogniser of fixed spans."""

    label: str
    spans: list[Span]

    def find(self, text: str) -> list[Span]:
        return self.spans


spans = st.builds(
    lambda start, length, label, score: Span(start, start + length, label, score),
    *(st.integers(0, 30), st.integers(1, 12), st.sampled_from("ABC"), st.sampled_from([0.2, 0.5, 0.9, 1.0])),
)


@pytest.mark.parametrize(
    ("personal", "others", "settled"),
    [
        ([Span(0, 4, "A"), Span(2, 9, "B")], [], [Span(0, 9, "B")]),
        ([Span(0, 9, "A", 0.5), Span(2, 4, "B")], [], [Span(0, 9, "A", 0.5)]),
        ([Span(0, 5, "A"), Span(0, 9, "B", 0.6)], [], [Span(0, 9, "B", 0.6)]),
        ([Span(0, 5, "A", 0.6), Span(0, 5, "B")], [], [Span(0, 5, "B")]),
        ([Span(0, 5, "A", 0.9), Span(3, 5, "A"), Span(5, 7, "B")], [], [Span(0, 5, "A", 0.9), Span(5, 7, "B")]),
        ([Span(2, 5, "A", 0.9)], [Span(0, 5, "X", 0.9)], []),
        ([Span(2, 5, "A", 0.9)], [Span(0, 5, "X", 0.8)], [Span(2, 5, "A", 0.9)]),
        ([Span(2, 6, "A", 0.5)], [Span(0, 5, "X")], [Span(2, 6, "A", 0.5)]),
    ],
    ids=["partly", "within", "same start", "same place", "apart", "lookalike", "weak lookalike", "sticks out"],
)  # fmt: skip
def test_one_rule_settles_overlaps(personal: list[Span], others: list[Span], settled: list[Span]) -> None:
    assert settle(personal, others) == settled
    assert settle(reversed(personal), others) == settled


@given(st.lists(spans, max_size=12), st.lists(spans, max_size=6))
def test_what_stands_is_apart_and_leaves_nothing_open(personal: list[Span], others: list[Span]) -> None:
    settled = settle(personal, others)
    assert all(one.end <= other.start for one, other in pairwise(settled))
    covered = {at for span in settled for at in range(span.start, span.end)}
    beaten = [
        span
        for span in personal
        if any(o.start <= span.start and span.end <= o.end and o.score >= span.score for o in others)
    ]
    for span in personal:
        assert span in beaten or set(range(span.start, span.end)) <= covered
    assert settle(settled) == settled


def test_a_threshold_labels_that_are_off_and_patterns_of_ones_own() -> None:
    sure, unsure = Finds("A", [Span(0, 2, "A")]), Finds("B", [Span(3, 5, "B", 0.3)])
    engine = Engine([sure, unsure], [])
    assert engine.labels == ("A", "B")
    assert [span.label for span in engine.find("ab cd ef")] == ["A"]
    assert [span.label for span in engine.find("ab cd ef", threshold=CAREFUL)] == ["A", "B"]
    assert engine.find("ab cd ef", off={"A"}) == []
    own = Finds("CASE_ID", [Span(6, 8, "CASE_ID")])
    assert [span.label for span in engine.find("ab cd ef", extra=[own])] == ["A", "CASE_ID"]
    assert engine.find("ab cd ef", extra=[own], off={"A", "CASE_ID"}) == []


@pytest.mark.parametrize(
    "text",
    [
        "Öppet mån–fre 08.00–16.30, lör 10-14, lunchstängt 1130-1230.",
        "Enligt 20 kap. 2 § OSL (2009:400) och prop. 2017/18:226.",
        "Kostnaden blev 89 649 042 kronor, alltså 3,4 % mer än 86 702 000 kr.", "Dnr KS 2019/00489, aktbilaga 12.",
        "Målet T 1609-21 avgjordes; se även mål nr 5275-20.", "Faktura 2021122517, OCR 9546111395, kundnr 12345678.",
        "ISBN 978-91-16-23610-1 och EAN 7350039717916.", "Servern kör version 10.2.4.1 enligt SS-EN ISO 14001:2015.",
        "Sammanträdet hålls i rum B 258, plan 4, hus 12.", "Kör E 20 eller riksväg 40, sedan väg 222.",
        "Vi besökte Astrid Lindgrens barnsjukhus vid Sankt Eriks plan.",
        "Barnet utreds för Aspergers syndrom och läser Pippi Långstrump.",
        "Commit 3f786850e387550fdab836ed7e6dc881de23001b, id 123e4567-e89b-12d3-a456-426614174000.",
        "Tabell 3: 2015 2016 2017 2018, 1 204 invånare per 12 km.", "Konto 4010, ansvar 52100, verksamhet 61200.",
        "Se sidan 12-15 och bilaga 3, punkt 4.2.1.", "Mätarställning 045 122 kWh den 2024-01-31 kl 07:30.",
    ],
)  # fmt: skip
def test_what_only_looks_like_personal_data_is_left_alone(text: str) -> None:
    assert Engine().find(text) == []


def test_a_real_name_beside_an_institution_is_no_part_of_it() -> None:
    text = "Tuva Åberg Astrid Lindgrens barnsjukhus"
    [institution] = [span for kind in lookalikes.discover() for span in kind.find(text)]
    assert text[institution.start : institution.end] == "Astrid Lindgrens barnsjukhus"


ORDINARY = (
    "Sökanden Tuva Åberg (121212-1212) bor på Storgatan 4, 123 45 Björksta. Enligt 9 § förvaltningslagen ska nämnden besluta "
    "om bidrag på 12 000 kr före den 3 maj 2024; ring 070-174 06 10 eller skriv till tuva@exempel.example. "
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    engine = Engine()
    engine.find(ORDINARY)
    return engine


def test_time_grows_with_the_text_alone(engine: Engine) -> None:
    grows_with_length(engine.find, ORDINARY * 100, ORDINARY * 400, times=12)


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_takes_no_longer_than_others(engine: Engine, make: Callable[[int], str]) -> None:
    size = 30_000
    grows_with_length(engine.find, (ORDINARY * (size // len(ORDINARY) + 1))[:size], make(size), times=5)


@given(st.text(alphabet=st.sampled_from("0123456789 -+.:/()@åÅnS\u00a0\u0308\n"), max_size=60))
def test_any_text_at_all_is_read(text: str) -> None:
    found = Engine().find(text, threshold=CAREFUL)
    assert all(0 <= span.start < span.end <= len(text) for span in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_the_same_text_gives_the_same_spans(engine: Engine) -> None:
    words = ORDINARY.split()
    mixed = " ".join(random.Random(7).sample(words, len(words)))
    assert engine.find(mixed) == engine.find(mixed) == Engine().find(mixed)
