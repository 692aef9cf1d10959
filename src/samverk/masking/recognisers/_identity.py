"""What personnummer and organisation numbers share: how ten digits are parted, and what the nearest word before calls them."""

import re
from typing import Literal

from samverk.masking.context import Words
from samverk.masking.words import NAMES_ANOTHER

BLANK = "[ \u00a0\u2002-\u200b\u202f\u2060]"
GAP = rf"{BLANK}{{0,2}}(?:[-+\u00ad\u2010-\u2015\u2212](?:{BLANK}|\r?\n){{0,2}})?"
"""Between the sixth digit and the last four: blanks, a hyphen, dash, minus or plus, and a line break after it."""

_BREAK = re.compile(r"[0-9]|[.!?;]\s|\n\s*\n")


def said_before(text: str, at: int, names: Words, is_plain: bool = False) -> Literal["so", "otherwise", ""]:
    """What the words before a number say that it is: one of the `names`, something else, or nothing.

    Of what is plain in itself only the other things are asked about, which is quick.
    """
    other = NAMES_ANOTHER.before(text, at)
    if other is None and is_plain and not text[max(0, at - 1) : at].isalpha():
        return ""
    named = names.before(text, at, 45)
    if other is not None and (named is None or other < named):
        return "otherwise"
    return "so" if named is not None and not _BREAK.search(text, at - named, at) else ""
