"""The weights and the lexicon: good, made again byte for byte, licensed, and one file may be left out."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pycrfsuite
import pytest
from tests.required import data_folder

from samverk.masking.persons import model as weights
from samverk.masking.persons.features import items
from samverk.masking.persons.lexicon import FILE as LEXICON
from samverk.masking.persons.lexicon import class_of
from samverk.masking.persons.stretches import stretches
from samverk.masking.persons.tokens import sentences
from samverk.masking.persons.words import sort_of, word_of

SCRIPTS = Path(__file__).parents[2] / "scripts"
MEGABYTE = 1_000_000


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The training's modules within reach."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    yield
    for name in [name for name in sys.modules if name.startswith("persons_build")]:
        del sys.modules[name]


@pytest.mark.data
@pytest.mark.usefixtures("build")
def test_the_same_texts_give_the_same_bytes(tmp_path: Path) -> None:
    from persons_build import corpora, made, training

    def once(name: str) -> bytes:
        texts = [*corpora.news(data_folder())[:400], *made.Made(data_folder(), "test").texts(1)]
        training.train(texts, tmp_path / name, training.SETTINGS | {"max_iterations": 15})
        return (tmp_path / name).read_bytes()

    assert once("one") == once("other")


@pytest.mark.data
@pytest.mark.usefixtures("build")
def test_the_lexicon_is_what_the_data_gives() -> None:
    from persons_build import lexicon

    assert lexicon.build(data_folder()) == LEXICON.read_text("utf-8")


@pytest.mark.data
@pytest.mark.usefixtures("build")
@pytest.mark.parametrize("kind", ["FREE", "SHARE_ALIKE"])
def test_the_chances_are_those_that_crfsuite_gives_for_what_was_trained_on(kind: str) -> None:
    from persons_build import corpora

    file: Path = getattr(weights, kind)
    if not file.exists():
        pytest.skip("left out")
    tagger = pycrfsuite.Tagger()
    tagger.open(str(file))
    for text in [*corpora.news(data_folder())[::60], *corpora.municipal(data_folder())[::60]]:
        for sentence in sentences(text.text):
            words = list(map(word_of, sentence.words))
            for start, end in stretches(list(map(sort_of, sentence.words))):
                tagger.set(items(words, start, end))
                begins = [tagger.marginal(weights.BEGIN, at) for at in range(end - start)]
                both = [begin + tagger.marginal(weights.INSIDE, at) for at, begin in enumerate(begins)]
                for at, (inside, begin) in enumerate(weights.model(file).chances(words, start, end)):
                    if not words[start + at].is_mail:
                        assert (inside, begin) == pytest.approx((both[at], begins[at]), abs=1e-9), sentence


def test_a_file_that_holds_no_weights_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "weights"
    file.write_bytes(bytes(100))
    with pytest.raises(ValueError, match="no weights"):
        weights.Model(file)


FLOORS = {
    ("ner_dev_webbnyheter", "FREE"): 0.92,
    ("ner_dev_talbanken", "FREE"): 0.65,
    ("ids_dev", "FREE"): 0.98,
    ("ner_dev_webbnyheter", "SHARE_ALIKE"): 0.92,
    ("ner_dev_talbanken", "SHARE_ALIKE"): 0.85,
    ("ids_dev", "SHARE_ALIKE"): 0.98,
}
"""Strict F1, against breakage: but for Talbanken with the free weights, these texts were trained on. Figures of unseen text
stand in docs/explanation/persons.md."""


@pytest.mark.data
@pytest.mark.usefixtures("build")
@pytest.mark.parametrize(("name", "kind"), FLOORS)
def test_the_shared_texts_are_read_as_well_as_before(name: str, kind: str) -> None:
    from persons_build import corpora, measuring

    file: Path = getattr(weights, kind)
    if not file.exists():
        pytest.skip("left out")
    texts = corpora.read(data_folder() / "masking" / f"{name}.jsonl")
    texts = texts if "talbanken" in name else texts[::4]
    assert measuring.score(texts, weights.model(file)).f1 >= FLOORS[name, kind]


@pytest.mark.data
@pytest.mark.usefixtures("build")
def test_templates_hold_every_kind_of_text_and_mark_what_they_fill() -> None:
    from persons_build import made

    kinds = {kind for _, kind in made.templates_of()}
    assert kinds >= {"journal", "minutes", "forms", "mail", "chat", "speech", "letters", "lookalikes"}
    text, marks = made.Made(data_folder(), "test").fill("Hej {full's} {kin} på {street}.")
    assert [sort for _, _, sort in marks] == ["P", "X"]
    assert all(text[start:end].strip() == text[start:end] for start, end, _ in marks)


@pytest.mark.data
@pytest.mark.usefixtures("build")
def test_real_sentences_carry_other_names_and_say_where_they_stand() -> None:
    from persons_build import carriers, corpora

    news = [text for text in corpora.news(data_folder())[:300] if text.marks]
    once, again = (carriers.texts(data_folder(), news) for _ in range(2))
    assert once == again
    exchanged, official = once[: len(news)], once[len(news) :]
    assert sum(new.text != old.text for new, old in zip(exchanged, news, strict=True)) > len(news) * 0.8
    assert [len(new.marks) for new in exchanged] == [len(old.marks) for old in news]
    assert {sort for text in official for _, _, sort in text.marks} == {"P", "X"}
    assert any(not text.marks for text in official)
    assert all(text.text[start:end].strip() for text in once for start, end, _ in text.marks)


def test_the_files_are_small_and_their_licences_stand_beside_them() -> None:
    licences = (weights.FOLDER / "LICENCES.md").read_text("utf-8")
    for file in (LEXICON, weights.FREE, weights.SHARE_ALIKE):
        assert f"`{file.name}`" in licences
        assert not file.exists() or file.stat().st_size < 5 * MEGABYTE
    note = weights.SHARE_ALIKE.with_suffix(".LICENCE.md").read_text("utf-8")
    assert "CC BY-SA 4.0" in note


def test_without_the_share_alike_weights_the_others_serve(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from samverk.masking.persons import names

    monkeypatch.setattr(weights, "SHARE_ALIKE", tmp_path / "left out")
    weights.model.cache_clear()
    text = "Handläggare Anna Lindström ringer."
    try:
        assert [text[name.start : name.end] for name in names(text)] == ["Anna Lindström"]
    finally:
        weights.model.cache_clear()


@pytest.mark.parametrize(
    ("word", "place", "least"),
    [
        ("anna", 0, "4"),
        ("annas", 0, "4"),
        ("andersson", 1, "3"),
        ("beslut", 2, "3"),
        ("lund", 3, "1"),
        ("ann-marie", 0, "3"),
    ],
)
def test_the_lexicon_knows_names_words_and_places(word: str, place: int, least: str) -> None:
    assert class_of(word)[place] >= least


def test_the_lexicon_holds_no_text_but_single_words() -> None:
    lines = LEXICON.read_text("utf-8").splitlines()
    assert [line[:4] for line in lines] == sorted({line[:4] for line in lines})
    assert json.dumps(lines).count("  ") == 0
