"""Cross-validation: each figure is of texts whose template, or whose stretch of a corpus, the weights have never seen."""

import tempfile
from collections.abc import Callable, Iterable
from hashlib import sha1
from pathlib import Path

from persons_build import carriers, corpora, measuring, training
from persons_build.corpora import Text
from persons_build.made import Made
from samverk.masking.persons.model import Model

FOLDS = 5


def run(data: Path) -> None:
    """Print the figures of every kind of text, with and without Talbanken among the training texts."""
    news, talbanken, ids = corpora.news(data), corpora.talbanken(data), corpora.municipal(data)
    real = [*news * training.REAL, *carriers.texts(data, news)]
    made = Made(data, training.SEED).texts(training.ROUNDS)
    print("municipal (ids_dev), its templates unseen")
    _figures([([*real, *made], ids)])
    print("municipal (own templates), a third of them unseen, in turn")
    _figures([(*_templates(data, [*real, *ids], part),) for part in range(3)])
    print("web news, five folds")
    rest = [*ids, *made]
    _figures([([*train * training.REAL, *carriers.texts(data, train), *rest], test) for train, test in folds(news)])
    print("Talbanken, never trained on Talbanken")
    _figures([([*real, *ids, *made], talbanken)])
    print("Talbanken and web news, five folds each, trained on both")
    pairs = list(zip(folds(news), folds(talbanken), strict=True))
    _figures(
        [
            ([*(one + other) * training.REAL, *carriers.texts(data, one), *rest], test)
            for (one, _), (other, test) in pairs
        ],
        [t for (_, t), _ in pairs],
    )


def folds(texts: list[Text]) -> list[tuple[list[Text], list[Text]]]:
    """The texts without and with each fifth of the groups."""
    groups = {group: number % FOLDS for number, group in enumerate(sorted({text.group for text in texts}))}
    return [
        ([t for t in texts if groups[t.group] != fold], [t for t in texts if groups[t.group] == fold])
        for fold in range(FOLDS)
    ]


def _templates(data: Path, rest: list[Text], part: int) -> tuple[list[Text], list[Text]]:
    seen, unseen = _of(lambda number: number != part), _of(lambda number: number == part)
    train = Made(data, training.SEED).texts(training.ROUNDS, seen)
    return [*rest, *train], Made(data, "other").texts(3, unseen)


def _of(wanted: Callable[[int], bool]) -> Callable[[str], bool]:
    return lambda template: wanted(sha1(template.encode(), usedforsecurity=False).digest()[0] % 3)


def _figures(runs: Iterable[tuple[list[Text], list[Text]]], beside: list[list[Text]] | None = None) -> None:
    sums = {(name, threshold): measuring.Score() for name in ("these", "beside") for threshold in (0.5, 0.2)}
    for number, (train, test) in enumerate(runs):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "weights"
            training.train(train, file)
            model = Model(file)
            for threshold in (0.5, 0.2):
                sums["these", threshold] += measuring.score(test, model, threshold)
                if beside:
                    sums["beside", threshold] += measuring.score(beside[number], model, threshold)
    for (name, threshold), total in sums.items():
        if total.there:
            print(f"  {name:6} ≥ {threshold}  {total.line()}")
