"""Names in texts that nothing was trained or tuned on: a floor for every kind of municipal text."""

from tests.masking.unseen_persons import Span, texts

from samverk.masking.engine import BALANCED, CAREFUL, Engine

ENGINE = Engine()


def found(text: str, threshold: float) -> list[Span]:
    return [(span.start, span.end) for span in ENGINE.find(text, threshold=threshold) if span.label == "PERSON"]


def bare(text: str, spans: list[Span]) -> set[Span]:
    """The spans without a last s: a genitive counts either way."""
    return {(start, end - (text[end - 1] in "sS")) for start, end in spans}


def touched(spans: list[Span], by: list[Span]) -> int:
    """How many of the spans something else touches."""
    return sum(any(start < end_ and start_ < end for start_, end_ in by) for start, end in spans)


def test_there_are_texts_enough_with_names_and_lookalikes() -> None:
    every = texts()
    assert len(every) >= 150
    assert all(text and "«" not in text and "›" not in text for text, _, _ in every)
    assert sum(len(names) for _, names, _ in every) > 200
    assert sum(len(others) for _, _, others in every) > 140


def test_names_are_found_and_other_things_left_alone() -> None:
    right = wanted = got = hit = others = 0
    for text, names, only_alike in texts():
        spans = found(text, BALANCED)
        right += len(bare(text, names) & bare(text, spans))
        wanted, got = wanted + len(names), got + len(spans)
        hit, others = hit + touched(only_alike, spans), others + len(only_alike)
    figures = f"F1 {2 * right / (wanted + got):.3f}, {hit} of {others} others hit"
    assert 2 * right / (wanted + got) >= LEAST_F1, figures
    assert hit / others <= MOST_HIT, figures


def test_the_careful_threshold_leaves_little_open() -> None:
    open_, there, useless, given = 0, 0, 0, 0
    for text, names, _ in texts():
        spans = found(text, CAREFUL)
        masked = {at for start, end in spans for at in range(start, end)}
        there += sum(end - start for start, end in names)
        open_ += sum(at not in masked for start, end in names for at in range(start, end))
        useless, given = useless + len(spans) - touched(spans, names), given + len(spans)
    assert 1 - open_ / there >= LEAST_MASKED, f"{1 - open_ / there:.3f} of the characters of names are masked"
    assert 1 - useless / given >= LEAST_PRECISION, f"{1 - useless / given:.3f} of what is masked is of a name"


LEAST_F1, MOST_HIT = 0.89, 0.12
LEAST_MASKED, LEAST_PRECISION = 0.97, 0.85
