"""Finds personal data with every recogniser, replaces it by readable tokens, and puts it back. Knows nothing of models.

The table of a scope lives in memory here, and dies with the process.
"""

import re
from collections import OrderedDict
from collections.abc import Sequence
from itertools import count

from samverk.masking.engine import Engine
from samverk.masking.ports import Recogniser, Span

_TOKEN = re.compile(r"\[([A-ZÅÄÖ_]+_\d+)\]")
_LONGEST_TOKEN = 40
_SCOPES = 1_000


class Table:
    """The tokens of one scope: one value, one token."""

    def __init__(self) -> None:
        self.token_of: dict[tuple[str, str], str] = {}
        self.value_of: dict[str, str] = {}

    def token(self, label: str, value: str, taken: str) -> str:
        """The value's token; a new one is never a text that stands in `taken` already."""
        known = self.token_of.get((label, value))
        if known:
            return known
        numbers = count(sum(1 for other, _ in self.token_of if other == label) + 1)
        tokens = (f"[{label}_{number}]" for number in numbers)
        token = next(token for token in tokens if token not in self.value_of and token not in taken)
        self.token_of[label, value] = token
        self.value_of[token] = value
        return token


class Masking:
    """The embedded masker."""

    def __init__(self, recognisers: Sequence[Recogniser] | None = None) -> None:
        self._engine = Engine(recognisers)
        self._tables: OrderedDict[str, Table] = OrderedDict()

    def find(self, text: str) -> list[Span]:
        """What personal data the text holds, apart and in order."""
        return self._engine.find(text)

    def redacted(self, text: str) -> str:
        """The text with what `find` finds replaced by the name of its sort, "[PERSONNUMMER]". Nothing can be put back."""
        pieces, at = [], 0
        for span in self.find(text):
            pieces += [text[at : span.start], f"[{span.label.replace('_', '-')}]"]
            at = span.end
        return "".join([*pieces, text[at:]])

    async def mask(self, texts: Sequence[str], scope: str) -> list[str]:
        """The texts with personal data replaced by tokens of the scope."""
        table = self._table(scope)
        taken = "\n".join(texts)
        return [self._mask(text, table, taken) for text in texts]

    def _mask(self, text: str, table: Table, taken: str) -> str:
        pieces, at = [], 0
        for span in self.find(text):
            pieces += [text[at : span.start], table.token(span.label, text[span.start : span.end], taken)]
            at = span.end
        return "".join([*pieces, text[at:]])

    def unmasker(self, scope: str) -> "StreamUnmasker":
        """Puts the scope's values back in a stream."""
        return StreamUnmasker(self._table(scope))

    def _table(self, scope: str) -> Table:
        table = self._tables.setdefault(scope, Table())
        self._tables.move_to_end(scope)
        while len(self._tables) > _SCOPES:
            self._tables.popitem(last=False)
        return table


class StreamUnmasker:
    """Holds back what may be the beginning of a token until it is whole."""

    def __init__(self, table: Table) -> None:
        self._values = table.value_of
        self._held = ""

    def feed(self, text: str) -> str:
        """The next piece with values put back."""
        text = self._held + text
        bracket = text.rfind("[")
        is_open = bracket >= 0 and "]" not in text[bracket:] and len(text) - bracket < _LONGEST_TOKEN
        cut = bracket if is_open else len(text)
        self._held = text[cut:]
        return self._put_back(text[:cut])

    def end(self) -> str:
        """What was held back."""
        held, self._held = self._held, ""
        return self._put_back(held)

    def _put_back(self, text: str) -> str:
        return _TOKEN.sub(lambda match: self._values.get(match.group(), match.group()), text)
