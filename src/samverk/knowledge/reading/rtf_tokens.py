"""Rich Text Format as tokens, and its code pages. Pure; knows no control word but the one that carries bytes.

Facts are from the Rich Text Format Specification 1.9.1 (Microsoft, 2008).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    rb"\\(?P<word>[A-Za-z]{1,32})(?P<number>-?\d{1,9})?\d*[ ]?"
    rb"|\\'(?P<code>[0-9A-Fa-f]{2})|\\(?P<sign>[^A-Za-z])|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)|[\r\n]+|\\",
    re.DOTALL,
)
_CODE_PAGES = {  # fcharset: the encoding of a font's characters
    128: "cp932", 129: "cp949", 134: "gbk", 136: "big5", 161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255",
    178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250", 77: "mac_roman",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A brace, a control word with its number, or bytes of text. `number` is None where the word has none."""

    kind: str  # "{", "}", "word", "text"
    word: str = ""
    number: int | None = None
    content: bytes = b""


def tokens(content: bytes) -> Iterator[Token]:
    """The tokens in order; what `\\bin` carries is jumped over."""
    at = 0
    while at < len(content):
        match = _TOKEN.match(content, at)
        if match is None:
            return
        at = match.end()
        if brace := match["brace"]:
            yield Token(brace.decode())
        elif word := match["word"]:
            number = int(match["number"]) if match["number"] else None
            if word == b"bin":
                at += max(0, number or 0)
            else:
                yield Token("word", word.decode(), number)
        elif code := match["code"]:
            yield Token("text", content=bytes([int(code, 16)]))
        elif sign := match["sign"]:
            yield Token("word", sign.decode("latin-1"))
        elif text := match["text"]:
            yield Token("text", content=text)


def code_page(number: int | None) -> str:
    """The encoding that `\\ansicpg` names; the Western one where it is unknown to us."""
    name = f"cp{number}"
    try:
        b"".decode(name)
    except LookupError:
        return "cp1252"
    return name


def charset(number: int | None, default: str) -> str:
    """The encoding that a font's `\\fcharset` names."""
    return _CODE_PAGES.get(number or 0, default)


def decoded(content: bytes, encoding: str) -> str:
    """Characters of a text run; bytes that the encoding does not know as the Western code page has them."""
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def character(number: int) -> str:
    """The character of `\\u`: a signed 16-bit number, perhaps half of a pair. What is none gives nothing."""
    return chr(number & 0xFFFF) if number else ""


def paired(text: str) -> str:
    """Halves of pairs as the characters that they make."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
