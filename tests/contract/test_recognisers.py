"""The contract of recognisers of personal data, and of what only looks like it: every file of both folders, and a fake."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.required import data_folder

from samverk.masking import lookalikes, recognisers
from samverk.masking.needs import is_met, need_of, numbers_of
from samverk.masking.ports import Recogniser, Span


class Fake:
    """Finds words in capitals."""

    label = "CAPITALS"

    def find(self, text: str) -> list[Span]:
        return [Span(m.start(), m.end(), self.label, 0.9) for m in re.finditer(r"[A-ZÅÄÖ]{2,30}", text)]


TEXTS = (
    "",
    " ",
    "Sökanden Tuva Åberg (121212-1212), Storgatan 4, 123 45 Björksta, tel 070-174 06 10, tuva@exempel.example.",
    "Org.nr 802005-1952, bankgiro 123-4566, IBAN SE45 5000 0000 0583 9825 7466, kort 4111 1111 1111 1111.",
    "Dnr KS 2019/00489, 9 § förvaltningslagen (2017:900), 12 000 kr, kl. 08.00–16.30, ISO 27001, version 10.2.4.1.",
    "Sankt Eriks plan\nAstrid Lindgrens barnsjukhus\nIP 192.0.2.1, 2001:db8::1, MAC 00:00:5e:00:53:01, 58.24354, 17.47900",
    "o\u0308ppet \u200b1\u00a02\u20093 \U0001f642 \u05d0\u05d1 [PERSON_1] | 121212–1212 |",
)  # fmt: skip
EVERY = (Fake(), *recognisers.discover())
KINDS = lookalikes.discover()


@pytest.mark.parametrize("recogniser", [*EVERY, *KINDS], ids=lambda one: one.label)
def test_spans_lie_in_the_text(recogniser: Recogniser) -> None:
    for text in TEXTS:
        for span in recogniser.find(text):
            assert 0 <= span.start < span.end <= len(text)
            assert 0 < span.score <= 1
            assert span.label == recogniser.label


@pytest.mark.parametrize("recogniser", EVERY, ids=lambda one: one.label)
def test_spans_are_in_order_and_apart(recogniser: Recogniser) -> None:
    for text in (*TEXTS, "\n".join(TEXTS)):
        found = recogniser.find(text)
        assert all(one.end <= other.start for one, other in pairwise(found))


@pytest.mark.parametrize("recogniser", [*EVERY, *KINDS], ids=lambda one: one.label)
def test_nothing_is_kept_between_texts_or_threads(recogniser: Recogniser) -> None:
    alone = [recogniser.find(text) for text in TEXTS]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(recogniser.find, TEXTS * 8)) == alone * 8


def test_labels_are_unique() -> None:
    labels = [recogniser.label for recogniser in EVERY]
    assert len(set(labels)) == len(labels)


PIECES = """12 4 5050-1055 121212 1212 -1212 T234 2386 070 174 06 10 +46 (0) 08- 58.24354 N 17.47900 O 6123456 541234 AB
123 SE45 3300 45 Ort född tel noll ett två telefon: PG bg-nr 235-0106 69 37 12-2 plusgiro är konto clearing 8327-9 kort:
**** 4571 xx x@y.se (at) punkt snabel-a c/o Box PL Storgatan vägen 4B 3:14 s:1 kv. Eken kr % §§ fe80::1 10.0.0.1 0a1f mac
00:00:5e:00:53:01 1 19- 900101 5e maj 1962 XXXX dnr OCR ° ' . , : / - ( ) |""".split()
JOINTS = ("", " ", "-", " - ", "-\n", " \u2013\r\n", "\n\n", ", ", ": ", "\t", "\u00a0", "\u2009", "\u200b", "\u2212")
written = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(JOINTS)), max_size=9).map(
    lambda pairs: "".join(piece + joint for piece, joint in pairs)
)
NEEDY = [one for one in (*recognisers.discover(), *KINDS) if hasattr(one, "need")]


def assert_told(recogniser: Recogniser, text: str) -> None:
    if not is_met(need_of(recogniser), text, numbers_of(text)):
        assert not recogniser.find(text), text


@pytest.mark.parametrize("recogniser", NEEDY, ids=lambda one: one.label)
@given(text=written)
def test_what_needs_more_than_a_text_holds_finds_nothing_in_it(recogniser: Recogniser, text: str) -> None:
    assert_told(recogniser, text)


@pytest.mark.parametrize("recogniser", NEEDY, ids=lambda one: one.label)
def test_the_need_hides_nothing_in_shared_texts(recogniser: Recogniser) -> None:
    with (data_folder() / "masking" / "ids_dev.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    for row in rows:
        assert_told(recogniser, row["text"])
        for span in row["spans"]:
            assert_told(recogniser, row["text"][max(0, span["start"] - 25) : span["end"]])
