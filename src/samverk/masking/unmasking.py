"""Puts values back in a stream, however a token is cut over its pieces and however loosely a model wrote it.

Holds back only what may be the beginning of a token, never more than a token's length. Knows nothing of how tokens were made.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson

from samverk.masking.likeness import ends_in_s
from samverk.masking.tokens import Key, begun, is_token, key_of, pattern, prefixes

# Nothing of a token can begin in a text where this finds nothing; a last word is then looked up.
_SUSPECT = re.compile(r"[\[\\]|[_‑-][1-9]|(?<!\w)([A-ZÅÄÖ]{1,24})[_‑-]?\Z", re.IGNORECASE)
_S_AND_NO_MORE = re.compile(r"s(?!\w)")
_WORD_START = re.compile(r"(?<!\w)\S")


@lru_cache(maxsize=64)
def expression(stand_ins: frozenset[str] = frozenset(), *, json: bool = False) -> re.Pattern[str]:
    """What is put back: tokens, and stand-ins that are words of their own (a genitive s may follow)."""
    words = rf"(?<!\w){_branches(_tree(stand_ins))}(?=s?(?!\w))" if stand_ins else "(?!)"
    return re.compile(f"(?P<stand_in>{words})|(?i:{pattern(json=json)})")


def _tree(words: frozenset[str]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for character in word:
            node = node.setdefault(character, {})
        node[""] = {}
    return tree


def _branches(node: dict[str, Any]) -> str:
    """An expression of all words of a tree that reads each character once, longer words before their beginnings."""
    branches = [re.escape(character) + _branches(node[character]) for character in sorted(node) if character]
    if not branches or (len(branches) == 1 and "" not in node):
        return "".join(branches)
    return f"(?:{'|'.join(branches)}){'?' if '' in node else ''}"


class StreamUnmasker:
    """Puts the values of one table back in one stream.

    `values` are the table's, by what their tokens name; `stand_ins` the values by the words that stand for them. With `json` the
    stream is the inside of JSON (a tool call's arguments), and values are escaped as its strings want them.
    """

    def __init__(
        self,
        values: Mapping[Key, str],
        names: frozenset[str],
        stand_ins: Mapping[str, str] | None = None,
        *,
        json: bool = False,
    ) -> None:
        self.invented: list[str] = []
        self._values = values
        self._names = names
        self._beginnings = prefixes(names)
        self._stand_ins = stand_ins or {}
        self._longest = max(map(len, self._stand_ins), default=0) + 1
        self._expression = expression(frozenset(self._stand_ins), json=json)
        self._json = json
        self._before, self._held = "", ""  # two characters that have gone, and what waits

    def feed(self, text: str) -> str:
        """The next piece with values put back; what may be the beginning of a token is held until the next."""
        if self._held or self._stand_ins or self._is_suspect(text):
            return self._put_back(text)
        self._before = text[-2:] if len(text) > 1 else (self._before + text)[-2:]
        return text

    def end(self) -> str:
        """What was held back."""
        return self._put_back("", last=True)

    def _is_suspect(self, text: str) -> bool:
        found = _SUSPECT.search(text)
        return found is not None and (found[1] is None or found[1].upper() in self._beginnings)

    def _put_back(self, text: str, *, last: bool = False) -> str:
        at = len(self._before)
        text = f"{self._before}{self._held}{text}"
        until = len(text) if last else self._begun(text, at)
        pieces = []
        for match in self._expression.finditer(text, at):
            value = self._value(match) if match.end() <= until else None
            if value is None:
                continue
            end = match.end()
            if ends_in_s(value) and (match["stand_in"] or (match["close"] and match["name"].upper() == "PERSON")):
                if not last and text[end:] in ("", "s"):  # may be a genitive s, that such a name does not take
                    until = min(until, match.start())
                    break
                end += bool(_S_AND_NO_MORE.match(text, end))
            pieces += [text[at : match.start()], self._written(match, value)]
            at = end
        until = max(at, until)
        pieces.append(text[at:until])
        self._before, self._held = text[max(0, until - 2) : until], text[until:]
        return "".join(pieces)

    def _value(self, match: re.Match[str]) -> str | None:
        """What stands for the match; None where it is no token, or one that was invented."""
        if match["stand_in"]:
            return self._stand_ins[match["stand_in"]]
        if not is_token(match, self._names):
            return None
        value = self._values.get(key_of(match))
        if value is None and match["token"] not in self.invented:
            self.invented.append(match["token"])
        return value

    def _written(self, match: re.Match[str], value: str) -> str:
        """The value as it goes into the text, with what else the match took up."""
        slashes = ""
        if match["open"] and "\\" not in match.group().lstrip("\\"):  # the backslash is the text's, not the token's
            slashes = match["open"].partition("[")[0]
        if match["genitive"] and not ends_in_s(value):
            value += "s"
        return slashes + (orjson.dumps(value).decode()[1:-1] if self._json else value)

    def _begun(self, text: str, start: int) -> int:
        """Where what must wait begins; the text's length where nothing must."""
        waits = begun(text, start, self._names, json=self._json)
        if self._stand_ins:
            known = stand_in_beginnings(frozenset(self._stand_ins))
            for match in _WORD_START.finditer(text, max(start, len(text) - self._longest)):
                if text[match.start() :] in known:
                    return min(waits, match.start())
        return waits


@lru_cache(maxsize=64)
def stand_in_beginnings(words: frozenset[str]) -> frozenset[str]:
    """Every beginning of the stand-ins, also of their genitives."""
    return prefixes(frozenset(f"{word}s" for word in words))
