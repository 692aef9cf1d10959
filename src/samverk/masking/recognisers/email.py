"""E-mail addresses."""

import re

from samverk.masking.ports import Span

_SHAPE = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])")


class Email:
    """Finds e-mail addresses."""

    label = "EMAIL"

    def find(self, text: str) -> list[Span]:
        return [Span(m.start(), m.end(), self.label) for m in _SHAPE.finditer(text)]


RECOGNISER = Email()
