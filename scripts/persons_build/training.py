"""Turns marked texts into sequences of features and tags, and trains the weights: the same texts, the same bytes."""

from collections.abc import Iterable
from pathlib import Path

import pycrfsuite

from persons_build.corpora import Mark, Text
from samverk.masking.persons.features import Item, items
from samverk.masking.persons.model import BEGIN, INSIDE, OTHER, OUT
from samverk.masking.persons.stretches import stretches
from samverk.masking.persons.tokens import Sentence, sentences
from samverk.masking.persons.words import sort_of, word_of

SEED, ROUNDS = "persons", 5
"""Of the made texts: the seed, and how often each template is filled."""
REAL = 2
"""How often the real texts count: they are few beside the made ones, and hold what nobody thinks of making."""
SETTINGS = {
    "c1": 0.15, "c2": 0.02, "feature.minfreq": 2, "max_iterations": 60, "feature.possible_transitions": 1,
}  # fmt: skip
"""L1 keeps the file small (most weights become nought), L2 keeps the rest calm. L-BFGS: no chance in it."""


def sequences(text: Text) -> Iterable[tuple[list[Item], list[str]]]:
    """The stretches of a text that can hold a name, as the model sees them, with their tags."""
    for sentence in sentences(text.text):
        tags = tagged(sentence, text.marks)
        known = list(map(word_of, sentence.words))
        for start, end in stretches(list(map(sort_of, sentence.words))):
            yield items(known, start, end), tags[start:end]


def tagged(sentence: Sentence, marks: Iterable[Mark]) -> list[str]:
    """The tag of each token: a token belongs to a mark when more than half of it does."""
    tags = [OUT] * len(sentence.words)
    for start, end, sort in marks:
        inside = [
            at
            for at, (token, begin) in enumerate(zip(sentence.words, sentence.starts, strict=True))
            if begin < end
            and begin + len(token) > start
            and min(end, begin + len(token)) - max(start, begin) > len(token) / 2
        ]
        for at in inside:
            tags[at] = OTHER if sort == "X" else BEGIN if at == inside[0] else INSIDE
    return tags


def train(texts: Iterable[Text], file: Path, settings: dict[str, float] | None = None) -> None:
    """Train on the texts in their order and write the weights."""
    trainer = pycrfsuite.Trainer("lbfgs", verbose=False)
    trainer.set_params(settings or SETTINGS)
    for text in texts:
        for described, tags in sequences(text):
            trainer.append(described, tags)
    trainer.train(str(file))
