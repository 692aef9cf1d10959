"""Versions of programs (version 10.2.4.1, v1.2.3): numbers with dots after a word for what has versions."""

import re

from samverk.masking.lookalikes._shape import FIRST_DIGIT
from samverk.masking.needs import Need
from samverk.masking.ports import Span
from samverk.masking.words import Naming

_NUMBER = re.compile(FIRST_DIGIT + r"(?<![0-9][.][0-9])[0-9]{0,5}(?:\.[0-9]{1,6}){1,5}(?![0-9])")
_NAMED = Naming(
    """version versionen versioner ver v v. release build firmware utgåva programvara *version *versionen kapitel avsnitt punkt
    section revision rev patch""".split()
)


class Versions:
    """Dotted numbers after such a word, or after a v that stands close."""

    label = "VERSION"
    need = Need(digits=2)
    surest = 0.95

    def find(self, text: str) -> list[Span]:
        found = (match for match in _NUMBER.finditer(text) if _NAMED.before(text, match.start()) is not None)
        return [Span(match.start(), match.end(), self.label, self.surest) for match in found]


LOOKALIKE = Versions()
