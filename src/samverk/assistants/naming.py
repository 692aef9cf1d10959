"""From the name of an assistant to the short name in its address. Pure."""

import re
import unicodedata
from collections.abc import Container

LONGEST = 48
# What stands beside an assistant's short name in some address: an assistant of that name could not be reached.
RESERVED = frozenset({"ny", "delade", "kopia", "hjalp", "samtal", "stycken", "dokument", "svar", "runs", "sok"})

_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "ß": "ss", "ð": "d", "þ": "th", "ł": "l"})


def slug_of(name: str) -> str:
    """A short name of small letters a–z, digits and hyphens; `assistent` for a name that has none of them."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    short = re.sub(r"[^a-z0-9]+", "-", letters)[:LONGEST].strip("-")
    return short or "assistent"


def free_slug(name: str, taken: Container[str]) -> str:
    """The short name of a name, numbered where that is taken."""
    slug = slug_of(name)
    candidate, n = slug, 1
    while candidate in taken or candidate in RESERVED:
        n += 1
        candidate = f"{slug}-{n}"
    return candidate
