"""The grammar of tokens: how `[PERSON_1]` is written, and every way in which a model may write it instead.

A second written form of the same person or number is `[PERSON_1_2]`: capital letters, underscores and digits in brackets are
copied most faithfully by language models (they read as one identifier), nothing in it invites translation as a word would
(`:förnamn`), and a model that shortens it to `[PERSON_1]` still names the right person.

Every expression here is linear: repeats are bounded, and an attempt begins only at a bracket, a backslash or a word.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

LABELS = tuple(
    """PERSON PERSONNUMMER PHONE EMAIL ADDRESS POSTORT FASTIGHET DOB ORGNR REGNR IBAN CARD BANKGIRO PLUSGIRO BANKKONTO IP MAC
    COORD""".split()
)
"""Labels whose tokens are known for what they are in every scope, also before there is a value."""

LONGEST_NAME = 24
LONGEST_TOKEN = 64
"""Code points of a token as loosely as a model may write it; no more is ever held back."""

Key = tuple[str, int, int]
"""What a token names: name, number, form. Form 1 is the main form."""

_NAME = f"[A-ZÅÄÖ]{{2,{LONGEST_NAME}}}"
_NUMBER, _FORM = "[1-9][0-9]{0,6}", "[1-9][0-9]{0,4}"
_SPACES = "[ \u00a0]{0,2}"
_LOOSE = "\u00a0\u202f ‐‒–—−"  # what an underscore may become within brackets
_GENITIVE = "(?:['’´]?s)?"
_TELLTALE = re.compile(r"\[|[_‑-][1-9]")


@lru_cache(maxsize=256)
def name_of(label: str) -> str:
    """The label as it stands in tokens: capital letters alone, so that the number is always told apart from it."""
    return re.sub("[^A-ZÅÄÖ]", "", label.upper())[:LONGEST_NAME].ljust(2, "X")


def token(key: Key) -> str:
    """The token as it is written here: `[PERSON_1]`, `[PERSON_1_2]`."""
    name, number, form = key
    return f"[{name}_{number}]" if form == 1 else f"[{name}_{number}_{form}]"


def key_of(match: re.Match[str]) -> Key:
    """What a match of `pattern` names."""
    return match["name"].upper(), int(match["number"]), int(match["form"] or 1)


def is_token(match: re.Match[str], names: frozenset[str]) -> bool:
    """Whether a match counts: its name is known, or it is written exactly as a token of another name would be."""
    return match["name"].upper() in names or match["token"] == token(key_of(match))


def may_hold_tokens(text: str) -> bool:
    """Whether the text has what every match of `pattern` has: most texts have not, and need not be searched."""
    return _TELLTALE.search(text) is not None


@cache
def pattern(*, json: bool = False) -> str:
    """What a token looks like, as strictly written as here or as loosely as models do. Case does not matter.

    Between brackets the parts may stand apart by nearly anything; where a bracket is missing, by an underscore or, before the
    number, a hyphen. `json`: the text is the inside of JSON, where a backslash is written twice.
    """
    escape = r"(?:\\\\)?" if json else r"\\?"
    close = rf"{escape}\]"
    loosely = f"{escape}[_‑{_LOOSE}-]"
    form_rest = f"{_FORM}{_GENITIVE}{_SPACES}{close}"
    rest = f"{_NUMBER}(?:{loosely}{_FORM})?{_GENITIVE}{_SPACES}{close}"
    return (
        rf"(?P<token>(?:(?P<open>{escape}\[{_SPACES})|{_outset(json=json)})(?P<name>{_NAME})"
        rf"(?:{escape}[_‑-]|(?(open){loosely}(?={rest})|(?!)))(?P<number>{_NUMBER})"
        rf"(?:(?:{escape}_|(?(open){loosely}(?={form_rest})|(?!)))(?P<form>{_FORM}))?"
        rf"(?P<genitive>{_GENITIVE})(?:(?P<close>(?(open){_SPACES}){close})|(?!\w)))"
    )


def _outset(*, json: bool) -> str:
    """What a token without a bracket stands after; in JSON also after a line break, that ends with a letter there."""
    return r"(?:(?<![\w\\])|(?<=\\[nrt]))" if json else r"(?<!\w)"


@cache
def _beginning(*, json: bool) -> re.Pattern[str]:
    """What may be the beginning of a token at the end of a text, but for its name."""
    slashes = r"\\{0,2}" if json else r"\\?"
    between = f"(?:{slashes}[_‑-]?|[{_LOOSE}])"
    tail = f"(?:{_NUMBER}(?:{between}(?:{_FORM})?)?(?:['’´]?s?)?{_SPACES}{slashes})?"
    return re.compile(
        rf"(?:(?P<open>{slashes}\[{_SPACES})|\\{{1,2}}|{_outset(json=json)}(?=[A-ZÅÄÖ]))"
        rf"(?P<name>[A-ZÅÄÖ]{{0,{LONGEST_NAME}}})(?P<rest>{between}{tail})\Z",
        re.IGNORECASE,
    )


@lru_cache(maxsize=256)
def prefixes(names: frozenset[str]) -> frozenset[str]:
    """Every beginning of the names, and the names."""
    return frozenset(name[:length] for name in names for length in range(len(name) + 1))


def begun(text: str, start: int, names: frozenset[str], *, json: bool) -> int:
    """Where a token that the text breaks off within may begin, at `start` or later; the text's length where there is none."""
    for match in _beginning(json=json).finditer(text, max(start, len(text) - LONGEST_TOKEN)):
        if _may_go_on(match, names):
            return match.start()
    return len(text)


def _may_go_on(match: re.Match[str], names: frozenset[str]) -> bool:
    upper, rest = match["name"].upper(), match["rest"]
    if match["open"]:
        return match["name"].isupper() or upper in (names if rest.strip("\\") else prefixes(names))
    if rest[:1] in tuple(_LOOSE) or rest[-1:] in (" ", "\u00a0"):  # without a bracket no space belongs to it
        return False
    return upper in (names if rest.strip("\\") else prefixes(names))


def names_with(names: Iterable[str]) -> frozenset[str]:
    """The names known in a scope that has these."""
    return frozenset(LABELS).union(names)
