"""Names of persons, by the conditional random field in `persons/`."""

from samverk.masking.persons import names
from samverk.masking.ports import Span


class Person:
    """Finds names of persons. Scores are chances: what is half sure (.2–.5) is for a careful reader."""

    label = "PERSON"

    def find(self, text: str) -> list[Span]:
        return [Span(start, end, self.label, round(score, 3)) for start, end, score in names(text)]


RECOGNISER = Person()
