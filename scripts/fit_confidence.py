"""Fits the coefficients of `answers.confidence`: do the found passages answer the question?

    python -m scripts.fit_confidence DIR…        # DIR as data/retrieval/swequad, data/retrieval/swefaq

Logistic regression with ridge over every question twice: with all passages (answered) and with those of its right
document removed (not answered). A removed document whose answer stands word for word in another one is left out of the
fit, since the question is still answered. Everyday questions on the demo's documents, asked in other words than they use,
weigh `EVERYDAY` as much as these all together; questions that have nothing to do with these documents `BESIDE`. Fitted on
the even-numbered questions, confirmed on the odd ones.
"""

import argparse
import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.answering import Case, area, demo, everyday, load

from samverk.answers.confidence import COEFFICIENTS, INTERCEPT, SIGNALS, assess

RIDGE = 0.01
STEPS = 600
RATE = 1.0

EVERYDAY = 0.3
BESIDE = 0.3
ASSISTANTS = ("ekonomiskt-bistand", "handlaggarstod", "hr-hjalpen")

Row = tuple[list[float], bool]
Weighed = tuple[list[float], bool, float]


def demo_rows(questions: Iterable[dict[str, Any]]) -> list[Row]:
    """The signals of questions that are put to the demo's documents."""
    described = []
    for answerable, question, found in demo(questions):
        signals = assess(question, *Case.columns(found)).signals
        if signals is not None:
            described.append(([float(getattr(signals, name)) for name in SIGNALS], answerable))
    return described


def beside_the_point(cases: Sequence[Case]) -> Iterator[dict[str, Any]]:
    """Every third question to other authorities, put to each of the demo's assistants in turn: none is answered there."""
    for number, case in enumerate(cases[::3]):
        yield {"assistant": ASSISTANTS[number % 3], "question": case.question, "answerable": False}


def balanced(described: Sequence[Row], mass: float) -> list[Weighed]:
    """The rows with weights that sum to `mass`, in equal parts on the outcomes there are."""
    share = {answered: sum(y == answered for _, y in described) for answered in (True, False)}
    sides = sum(count > 0 for count in share.values())
    return [(row, y, mass / sides / share[y]) for row, y in described]


def rows(case: Case) -> list[Row]:
    """The signals of a question whole and bereft of its document; the latter only when nothing else answers it."""
    described = []
    for found, answered in ((case.found, True), (case.bereft, False)):
        signals = assess(case.question, *case.columns(found)).signals
        if signals is not None and (answered or not case.still_answered):
            described.append(([float(getattr(signals, name)) for name in SIGNALS], answered))
    return described


def fit(described: Sequence[Weighed]) -> tuple[float, list[float]]:
    """Intercept and coefficients, for signals as they are (standardised only while fitting)."""
    columns = list(zip(*(signals for signals, _, _ in described), strict=True))
    means = [sum(column) / len(column) for column in columns]
    spreads = [math.sqrt(sum((x - m) ** 2 for x in c) / len(c)) or 1.0 for c, m in zip(columns, means, strict=True)]
    total = sum(mass for _, _, mass in described)
    data = [
        ([(x - m) / s for x, m, s in zip(row, means, spreads, strict=True)], y, k / total) for row, y, k in described
    ]
    weights, bias = [0.0] * len(columns), 0.0
    for _ in range(STEPS):
        gradient, lean = [0.0] * len(weights), 0.0
        for row, answered, mass in data:
            logit = bias + sum(w * x for w, x in zip(weights, row, strict=True))
            pull = mass * (answered - 1 / (1 + math.exp(-logit)))
            lean += pull
            for number, x in enumerate(row):
                gradient[number] += pull * x
        weights = [w + RATE * (g - RIDGE * w) for w, g in zip(weights, gradient, strict=True)]
        bias += RATE * lean
    plain = [w / s for w, s in zip(weights, spreads, strict=True)]
    return bias - sum(w * m for w, m in zip(plain, means, strict=True)), plain


def show(name: str, described: Sequence[Row], intercept: float, weights: Sequence[float]) -> None:
    """The area under the curve, and how well probabilities fit: of each band, how many were answered."""
    scored = [(1 / (1 + math.exp(-intercept - sum(map(float.__mul__, weights, row)))), y) for row, y in described]
    sides = [p for p, y in scored if y], [p for p, y in scored if not y]
    auc = area(*sides) if all(sides) else math.nan
    bands = []
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        band = [y for p, y in scored if low <= p < low + 0.2]
        bands.append(f"{low:.1f}: {sum(band) / max(1, len(band)):.2f} of {len(band)}")
    print(f"   {name}: area {auc:.3f}; answered by band {' · '.join(bands)}")


def main() -> None:
    """Fit on one half, confirm on the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    cases = [case for folder in parser.parse_args().folders for case in load(folder)]
    halves = {
        "even": [row for case in cases[0::2] for row in rows(case)],
        "odd": [row for case in cases[1::2] for row in rows(case)],
    }
    others = demo_rows(everyday()), demo_rows(beside_the_point(cases))
    parts = {**halves, "everyday (in the fit)": others[0], "beside the point (in the fit)": others[1]}
    for fitted_on, described in halves.items():
        intercept, weights = fit(balanced(described, 1.0) + balanced(others[0], EVERYDAY) + balanced(others[1], BESIDE))
        print(
            f"fitted on {fitted_on}: {intercept:.2f}", {n: round(w, 2) for n, w in zip(SIGNALS, weights, strict=True)}
        )
        for name, part in parts.items():
            show(name, part, intercept, weights)
    print("in the code:")
    for name, part in parts.items():
        show(name, part, INTERCEPT, [COEFFICIENTS[signal] for signal in SIGNALS])


if __name__ == "__main__":
    main()
