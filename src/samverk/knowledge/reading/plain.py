"""Bytes of text into characters: byte order marks, UTF-8, UTF-16 without a mark, else the Western code page. Pure."""

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(content: bytes, declared: str | None = None) -> str:
    """The text of a file. `declared` is an encoding that the file names itself; it is believed when it fits."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    for encoding in (*_without_mark(content), "utf-8", *([declared] if declared else ())):
        try:
            return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("cp1252", "replace")


def _without_mark(content: bytes) -> tuple[str, ...]:
    """UTF-16 without a byte order mark shows in the zero bytes of Western letters."""
    head = content[:4096]
    half = len(head) / 2
    if head[1::2].count(0) > 0.6 * half:
        return ("utf-16-le",)
    if head[0::2].count(0) > 0.6 * half:
        return ("utf-16-be",)
    return ()
