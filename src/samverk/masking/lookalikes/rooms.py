"""Rooms, storeys, pages and the like, named by a letter and a number. An address that holds one is longer, and stands."""

import re

from samverk.masking.lookalikes._shape import FIRST_DIGIT
from samverk.masking.needs import Need
from samverk.masking.ports import Span
from samverk.masking.words import Naming

_NUMBER = re.compile(FIRST_DIGIT + r"(?<![0-9][ .,:/-][0-9])[0-9]{0,4}(?:[-\u2013][0-9]{1,4})?[A-Za-z]?(?![\w-])")
_LETTERS = re.compile(r"(?<!\w)[A-ZÅÄÖ]{1,3}[ \u00a0]?$")
_NAMED = Naming(
    """rum rummet sal salen lokal plan våning våningen hus plats sid sida sidan sidor s bilaga kapitel tabell figur punkt
    anknytning ankn linje buss skåp hylla låda grupp klass modul program enhet avdelning avd skola paviljong port
    uppgång room page floor""".split()
)


class Rooms:
    """Short numbers, with a letter or three before them, after a word for what has such numbers."""

    label = "ROOM"
    need = Need(digits=1)
    surest = 0.6

    def find(self, text: str) -> list[Span]:
        found = ((_begin(text, match.start()), match.end()) for match in _NUMBER.finditer(text))
        return [
            Span(start, end, self.label, self.surest) for start, end in found if _NAMED.before(text, start) is not None
        ]


def _begin(text: str, at: int) -> int:
    """Where the letters before the number begin, or the number."""
    letters = _LETTERS.search(text, max(0, at - 4), at)
    return letters.start() if letters else at


LOOKALIKE = Rooms()
