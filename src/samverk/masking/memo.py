"""Remembers what was found in texts that come again (instructions, passages, what was said before), so that each is read once.

Texts are known by a keyed digest and findings by their places: nothing that was written can be read out of it.
"""

import os
from collections import OrderedDict
from hashlib import blake2b
from threading import Lock

from samverk.masking.ports import Span

MOST = 100_000  # entries and spans together: some 15 MB
_ENTRY = 3  # what an entry weighs beside its spans

Key = tuple[str, bytes]
Found = tuple[tuple[Span, ...], ...]
"""What each of several thresholds found."""


class Memo:
    """The findings of the latest texts. May be used from several threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._secret = os.urandom(32)
        self._found: OrderedDict[Key, Found] = OrderedDict()
        self._weight = 0
        self._lock = Lock()

    def key(self, reader: str, text: str) -> Key:
        """How a text is known that somebody, named `reader`, reads."""
        said = text.encode("utf-8", "surrogatepass")
        return reader, blake2b(said, key=self._secret, digest_size=20).digest()

    def get(self, key: Key) -> Found | None:
        """What was found; None for a text that is not remembered."""
        with self._lock:
            found = self._found.get(key)
            if found is not None:
                self._found.move_to_end(key)
            return found

    def put(self, key: Key, found: Found) -> None:
        """Remember what was found; what was asked for longest ago is forgotten."""
        with self._lock:
            if key not in self._found:
                self._found[key] = found
                self._weight += _weight(found)
            while self._weight > self._most:
                _, gone = self._found.popitem(last=False)
                self._weight -= _weight(gone)


def _weight(found: Found) -> int:
    return _ENTRY + sum(map(len, found))
