"""What a form says on the next page: our own sentences alone, whatever stands in the cookie."""

import pytest

from samverk.web.said import Said
from samverk.web.texts import Texts

WORDS = Texts(
    "sv", {"said.gone": "{name} är borta.", "said.many.one": "{n} är borta.", "said.many.other": "{n} är borta, alla."}
)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (Said("gone", {"name": "<b>Anna</b>"}), "<b>Anna</b> är borta."),
        (Said("many", {"n": 1}), "1 är borta."),
        (Said("many", {"n": 1200}), "1\xa0200 är borta, alla."),
        (Said("gone"), ""),
        (Said("gone", {"names": "Anna"}), ""),
        (Said("many", {"n": "många"}), ""),
        (Said("elsewhere", {"name": "Anna"}), ""),
    ],
)
def test_a_sentence_is_told_or_nothing(said: Said, sentence: str) -> None:
    assert said.sentence(WORDS) == sentence
