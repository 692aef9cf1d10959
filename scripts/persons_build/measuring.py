"""How well names are found: strict spans, a genitive s in or out; by thresholds; and hard negatives hit."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from persons_build.corpora import Text
from samverk.masking.persons import names
from samverk.masking.persons.model import Model


@dataclass(slots=True)
class Score:
    """Counts of one run. `covered` and `hidden` count characters: of names, and of those that were found."""

    right: int = 0
    found: int = 0
    there: int = 0
    covered: int = 0
    hidden: int = 0
    spilt: int = 0
    negatives: int = 0
    hit: int = 0

    @property
    def precision(self) -> float:
        return self.right / max(self.found, 1)

    @property
    def recall(self) -> float:
        return self.right / max(self.there, 1)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(self.found + self.there, 1)

    def __add__(self, other: "Score") -> "Score":
        return Score(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))

    def line(self) -> str:
        """The figures on a line."""
        masked, tidy = self.hidden / max(self.covered, 1), self.hidden / max(self.hidden + self.spilt, 1)
        return (
            f"F1 {self.f1:.3f}  P {self.precision:.3f}  R {self.recall:.3f}  masked {masked:.3f} at {tidy:.3f}"
            f"  negatives {self.hit / max(self.negatives, 1):.4f} of {self.negatives}  ({self.there} names)"
        )


def score(texts: Iterable[Text], model: Model, threshold: float = 0.5, wrong: list[str] | None = None) -> Score:
    """Score the model on the texts. What went wrong is written to `wrong`."""
    total = Score()
    for text in texts:
        found = {(n.start, n.end) for n in names(text.text, model) if n.score >= threshold}
        there = {(start, end) for start, end, sort in text.marks if sort == "P"}
        _count(total, text, found, there, wrong)
    return total


def _count(
    total: Score, text: Text, found: set[tuple[int, int]], there: set[tuple[int, int]], wrong: list[str] | None
) -> None:
    bare = {_bare(text.text, span) for span in there}
    got = {_bare(text.text, span) for span in found}
    total.right += len(bare & got)
    total.found += len(got)
    total.there += len(bare)
    masked = {at for start, end in found for at in range(start, end)}
    names_ = {at for start, end in there for at in range(start, end)}
    total.covered += len(names_)
    total.hidden += len(names_ & masked)
    total.spilt += len(masked - names_)
    for start, end, sort in text.marks:
        if sort == "X":
            total.negatives += 1
            total.hit += any(at in masked for at in range(start, end))
    if wrong is not None and bare != got:
        missed = [text.text[start:end] for start, end in sorted(bare - got)]
        invented = [text.text[start:end] for start, end in sorted(got - bare)]
        wrong.append(f"{text.text!r}\n   missed {missed} invented {invented}")


def _bare(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """The span without a last s, so that a genitive counts either way."""
    start, end = span
    return (start, end - 1) if end - start > 1 and text[end - 1] in "sS" else span
