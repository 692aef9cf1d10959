"""Whether certain words stand near a place in a text. Meant for candidates alone: a look costs as much as the window is long."""

import re
from collections.abc import Iterable
from unicodedata import normalize


class Words:
    """Words to look for near a place, whatever their case and however å, ä and ö are composed.

    A word stands for itself; `personnum*` for every word that begins so, `*nummer` for every word that ends so. A space in a
    word stands for any run of up to three blanks.
    """

    def __init__(self, words: Iterable[str]) -> None:
        # The longest first: of two words that begin alike, the longer is the one that stands there.
        parts = "|".join(_pattern(word) for word in sorted(words, key=len, reverse=True))
        self._shape = re.compile(f"(?:{parts})", re.IGNORECASE)

    def before(self, text: str, at: int, within: int = 40) -> int | None:
        """How many characters lie between the nearest such word and the place after it; None when none is so near."""
        nearest = None
        for match in self._shape.finditer(text, max(0, at - within), at):
            nearest = at - match.end()
        return nearest

    def after(self, text: str, at: int, within: int = 25) -> int | None:
        """How many characters lie between the place and the nearest such word after it; None when none is so near."""
        match = self._shape.search(text, at, min(len(text), at + within))
        return match.start() - at if match else None

    def near(self, text: str, start: int, end: int, within: int = 40) -> bool:
        """Whether one of the words stands before the start or after the end."""
        return self.before(text, start, within) is not None or self.after(text, end, within) is not None


def _pattern(word: str) -> str:
    body = "".join(_sign(sign) for sign in word.strip("*"))
    before = r"" if word.startswith("*") else r"(?<!\w)"
    after = r"" if word.endswith("*") else r"(?!\w)"
    return before + body + after


def _sign(sign: str) -> str:
    if sign == " ":
        return r"\s{1,3}"
    apart = normalize("NFD", sign)
    return re.escape(sign) if apart == sign else f"(?:{sign}|{apart})"
