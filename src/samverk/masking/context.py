"""Whether certain words stand near a place in a text. Meant for candidates alone: a look costs as much as the window is long."""

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Any
from unicodedata import normalize

_END = ""
"""The key of a branch of the tree of words where a word may end."""


class Words:
    """Words to look for near a place, whatever their case and however å, ä and ö are composed.

    A word stands for itself; `personnum*` for every word that begins so, `*nummer` for every word that ends so. A space in a
    word stands for any run of up to three blanks. Their expression is built when they are first looked for.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = tuple(words)

    @cached_property
    def _shape(self) -> re.Pattern[str]:
        whole, endings = _branches(), _branches()
        for word in self._words:
            _grow(endings if word.startswith("*") else whole, word)
        parts = [rf"(?<!\w){_pattern(whole)}" if whole else "", _pattern(endings) if endings else ""]
        return re.compile("|".join(filter(None, parts)), re.IGNORECASE)

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


def _branches() -> dict[str, Any]:
    return {}


def _grow(tree: dict[str, Any], word: str) -> None:
    """Add a word to the tree: words that begin alike share their branch, so that few are tried at each place."""
    for sign in word.strip("*").casefold():
        tree = tree.setdefault(sign, {})
    tree[_END] = r"" if word.endswith("*") else r"(?!\w)"


def _pattern(tree: dict[str, Any]) -> str:
    """The expression of a tree. Of words that begin alike the longest is tried first."""
    longer = [_sign(sign) + _pattern(branch) for sign, branch in tree.items() if sign != _END]
    ends = [tree[_END]] if _END in tree else []
    branches = [*longer, *ends]
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


def _sign(sign: str) -> str:
    if sign == " ":
        return r"\s{1,3}"
    apart = normalize("NFD", sign)
    return re.escape(sign) if apart == sign else f"(?:{sign}|{apart})"
