"""E-mail addresses: as they are written (RFC 5321, RFC 6531 with letters beyond ASCII), mistyped, and spelled out.

"anna (at) exempel (punkt) se" and "anna snabel-a exempel punkt se" are addresses too. Each find begins at its @ or at what stands
for it: the domain is read forwards, then the local part backwards, never more than the 64 characters that it may have.
"""

import re
from collections.abc import Iterable, Iterator

from samverk.masking.needs import Need
from samverk.masking.ports import Span
from samverk.masking.recognisers._numerals import BLANK, apart

_SIGN = r"\w\u0300-\u036f"
"""Letters, digits and what is set above decomposed letters, for a character class."""

_OPEN, _CLOSE, _SPACE = r"[(\[{<]", r"[)\]}>]", rf"[{BLANK}]?"

_LABEL = rf"[{_SIGN}-]{{1,63}}"
_TOP = r"(?:xn--[A-Za-z0-9-]{2,59}|[^\W\d_](?:[^\W\d_]|[\u0300-\u036f]){1,23})(?![^\W_]|[\u0300-\u036f])"
_DOMAIN = rf"(?:{_LABEL}\.){{1,8}}{_TOP}"
_SLIP = rf"{_LABEL}(?:,{_SPACE}|[{BLANK}]\.{_SPACE}|\.[{BLANK}])(?:se|com|nu|org|net)\b"
_WRITTEN = re.compile(rf"@(?:{_DOMAIN}|{_SLIP}|[{BLANK}](?:{_DOMAIN}|{_SLIP}))")

_DOT = rf"(?:\.|{_SPACE}{_OPEN}{_SPACE}(?:punkt|dot|\.){_SPACE}{_CLOSE}{_SPACE}|[{BLANK}](?:punkt|dot)[{BLANK}])"
_FAR = rf"(?:{_LABEL}{_DOT}){{1,4}}{_TOP}"
_BRACKETED = re.compile(
    rf"{_OPEN}(?:{_SPACE}(?:at|@|snabel-?a){_SPACE}{_CLOSE}{_SPACE}|(?<=\S.)a{_CLOSE}){_FAR}", re.IGNORECASE
)
_SPOKEN = re.compile(
    rf"[{BLANK}](?:snabel[{BLANK}-]?a|at)[{BLANK}](?:{_LABEL}{_DOT}){{1,4}}(?:[a-z]{{2,3}}|info)\b", re.IGNORECASE
)

_LOCAL = re.compile(rf"[{_SIGN}.+'’-]{{1,64}}")
_SPELLED_LOCAL = re.compile(
    rf"{_SPACE}[{_SIGN}+-]{{1,30}}(?:(?:\.|{_SPACE}{_CLOSE}{_SPACE}(?:tknup|tod|\.){_SPACE}{_OPEN}{_SPACE}|[{BLANK}](?:tknup|tod)[{BLANK}])"
    rf"[{_SIGN}+-]{{1,30}}){{0,4}}",
    re.IGNORECASE,
)
"""Both of them are read from right to left."""

_NEXT_SENTENCE = re.compile(r"(?<=\.[a-z]{2})\.[A-ZÅÄÖ][a-zåäö]+$|(?<=\.[a-z]{3})\.[A-ZÅÄÖ][a-zåäö]+$")
"""What follows a full stop without a space: "anna@exempel.se.Ring mig"."""


class Email:
    """Finds e-mail addresses."""

    label = "EMAIL"
    need = Need(digits=100, marks=("@", "(", "[", "{", "<", " punkt ", " dot "))

    def find(self, text: str) -> list[Span]:
        found: list[Span] = []
        if "@" in text:
            found += self._addresses(text, _WRITTEN.finditer(text), _LOCAL, 1.0)
        if "(" in text or "[" in text or "{" in text or "<" in text:
            found += self._addresses(text, _BRACKETED.finditer(text), _SPELLED_LOCAL, 0.8)
        if " punkt " in text or " dot " in text:
            found += self._addresses(text, _SPOKEN.finditer(text), _SPELLED_LOCAL, 0.7)
        return apart(found) if found else found

    def _addresses(
        self, text: str, ends: Iterable[re.Match[str]], local: re.Pattern[str], score: float
    ) -> Iterator[Span]:
        last = 0
        for match in ends:
            start = _local_start(text, match.start(), last, local)
            if start is not None:
                after = _NEXT_SENTENCE.search(match[0])
                last = match.start() + after.start() if after else match.end()
                start += text[start] == "_" == text[last : last + 1]  # emphasis in Markdown
                yield Span(start, last, self.label, score)


def _local_start(text: str, at: int, least: int, local: re.Pattern[str]) -> int | None:
    """Where the local part that ends at the place begins; None when there is none."""
    if at > least and text[at - 1] in BLANK and text[at + 1] in BLANK:
        at -= 1
    match = local.match(text[max(least, at - 64) : at][::-1])
    if match is None:
        return None
    part = match[0][::-1].lstrip(".'’+-")
    return at - len(part) if part.strip() else None


RECOGNISER = Email()
