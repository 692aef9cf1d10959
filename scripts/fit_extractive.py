"""Fits the coefficients of the extractive model: which sentence of the found sources holds the answer?

    python scripts/fit_extractive.py DIR        # DIR as data/retrieval/swequad

Softmax over the sentences of each question (a listwise logistic model with ridge), on the even-numbered questions;
prints the coefficients, and how often the best one and three sentences hold the answer in both halves. Search is the
plain BM25 of `benchmarks/bm25.py`, so that the fit does not depend on the state of an index.
"""

import argparse
import math
from pathlib import Path

from benchmarks.answering import Case, contains, load

from samverk.library.extractive import COEFFICIENTS, Candidate, read

RIDGE = 0.002
STEPS = 200
RATE = 8.0

Row = tuple[list[float], bool]


def rows(case: Case) -> list[tuple[Candidate, Row]]:
    """Every sentence of the sources of a question: its features, and whether it holds the answer."""
    described = []
    for candidate in read(case.question, case.sources(case.found)).candidates:
        right = case.found[candidate.source].id in case.relevant
        holds = right and contains(candidate.unit.text, case.answers[:1]) == 1
        described.append((candidate, ([float(getattr(candidate.features, name)) for name in COEFFICIENTS], holds)))
    return described


def fit(questions: list[list[Row]]) -> list[float]:
    """Gradient ascent on the mean log-likelihood of the sentences that hold the answer."""
    usable = [rows for rows in questions if any(holds for _, holds in rows)]
    weights = [0.0] * len(COEFFICIENTS)
    for _ in range(STEPS):
        gradient = [0.0] * len(weights)
        for described in usable:
            scores = [sum(w * x for w, x in zip(weights, features, strict=True)) for features, _ in described]
            top = max(scores)
            raised = [math.exp(score - top) for score in scores]
            total = sum(raised)
            right = sum(value for value, (_, holds) in zip(raised, described, strict=True) if holds)
            for value, (features, holds) in zip(raised, described, strict=True):
                pull = (value / right if holds else 0.0) - value / total
                for number, feature in enumerate(features):
                    gradient[number] += pull * feature
        weights = [w + RATE * (g / len(usable) - RIDGE * w) for w, g in zip(weights, gradient, strict=True)]
    return weights


def hits(cases: list[Case], described: list[list[tuple[Candidate, Row]]], weights: list[float], best: int) -> float:
    """The mean share of a question's answers within its `best` highest sentences."""
    total = 0.0
    for case, candidates in zip(cases, described, strict=True):
        order = sorted(candidates, key=lambda c: -sum(w * x for w, x in zip(weights, c[1][0], strict=True)))
        total += contains(" ".join(c.unit.text for c, _ in order[:best]), case.answers)
    return total / len(cases)


def main() -> None:
    """Fit on one half, confirm on the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    cases = [case for case in load(parser.parse_args().folder) if case.answers]
    described = [rows(case) for case in cases]
    halves = {"even": slice(0, None, 2), "odd": slice(1, None, 2)}
    for fitted_on, half in halves.items():
        weights = fit([[row for _, row in candidates] for candidates in described[half]])
        print(f"fitted on {fitted_on}:", {n: round(w, 2) for n, w in zip(COEFFICIENTS, weights, strict=True)})
        for name, part in halves.items():
            top = [round(hits(cases[part], described[part], weights, best), 3) for best in (1, 3)]
            print(f"   {name} half: best sentence {top[0]}, best three {top[1]}")
    current = list(COEFFICIENTS.values())
    print("in the code:", [round(hits(cases, described, current, best), 3) for best in (1, 3)])


if __name__ == "__main__":
    main()
