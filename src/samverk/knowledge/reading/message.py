"""Messages: who wrote what to whom and when, the body, and the names of what was attached."""

from collections.abc import Iterable, Iterator, Mapping
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from itertools import islice

from samverk.knowledge.notes import note
from samverk.knowledge.passages import Block, Enclosed, Parsed
from samverk.knowledge.reading import text
from samverk.knowledge.reading.plain import decode
from samverk.knowledge.unreadable import Unreadable

_HEADERS = {"From": "Från", "To": "Till", "Cc": "Kopia", "Date": "Datum", "Subject": "Ämne"}
_MOST_PARTS = 2000
_MOST_ATTACHED, _MOST_BYTES = 50, 40 << 20
_LONGEST_NAME = 150


def parse(content: bytes) -> Parsed:
    """The message. Raises `Unreadable`: damaged, when nothing in it is a message's."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content[:200]:
        content = decode(content).encode("utf-8")
    message = BytesParser(policy=policy.default).parsebytes(content)
    headers = {key: _header(message, key) for key in _HEADERS}
    if not any(headers.values()):
        raise Unreadable("damaged")
    return assembled(headers, _body(message), _attached(message))


def assembled(headers: Mapping[str, str], body: Iterable[Block], attached: Iterable[Enclosed]) -> Parsed:
    """A message of its headers (From, To, Cc, Date, Subject), its body and what is attached, in whatever form it came."""
    told = [f"{name}: {headers[key]}" for key, name in _HEADERS.items() if headers.get(key)]
    files = list(islice(attached, _MOST_ATTACHED + 1))
    names = (Block("item", f"Bilaga: {one.name}") for one in files[:_MOST_ATTACHED])
    blocks = (*([Block("paragraph", "\n".join(told))] if told else []), *body, *names)
    kept, notes = _within_bounds(files)
    return Parsed(headers.get("Subject", ""), blocks, (), notes, enclosed=kept)


def _attached(message: EmailMessage) -> Iterator[Enclosed]:
    """What is attached: files, and whole messages, which are not looked into here. Pictures within the text are not."""
    parts: list[EmailMessage] = [message]
    seen = 0
    while parts and seen < _MOST_PARTS:
        part = parts.pop()
        seen += 1
        name = " ".join(str(part.get_filename() or "").split())[:_LONGEST_NAME]
        if part.get_content_type() == "message/rfc822" and part is not message:
            yield Enclosed(name if name.endswith(".eml") else f"{name or _subject(part)}.eml", _inner_message(part))
        elif part.is_multipart():
            parts.extend(inner for inner in reversed(list(part.iter_parts())) if isinstance(inner, EmailMessage))
        elif (name and part.get_content_disposition() != "inline") or part.is_attachment():
            payload = part.get_payload(decode=True)
            yield Enclosed(name or part.get_content_type(), payload if isinstance(payload, bytes) else b"")


def _inner_message(part: EmailMessage) -> bytes:
    inner = part.get_payload(0) if isinstance(part.get_payload(), list) else None
    return inner.as_bytes(policy=policy.default.clone(refold_source="none")) if isinstance(inner, EmailMessage) else b""


def _subject(part: EmailMessage) -> str:
    inner = part.get_payload(0) if isinstance(part.get_payload(), list) else None
    return (_header(inner, "Subject") if isinstance(inner, EmailMessage) else "").replace("/", " ")[:80] or "message"


def _within_bounds(attached: list[Enclosed]) -> tuple[tuple[Enclosed, ...], tuple[str, ...]]:
    """The attachments that are handed on, and notes on those that are too many or too large."""
    kept: list[Enclosed] = []
    dropped: list[str] = []
    size = 0
    for one in attached:
        size += len(one.content)
        if len(kept) < _MOST_ATTACHED and size <= _MOST_BYTES:
            kept.append(one)
        else:
            dropped.append(one.name)
    return tuple(kept), (note("attachments_unread", ", ".join(dropped)[:400]),) if dropped else ()


def _header(message: EmailMessage, key: str) -> str:
    """A header's text on one line; dates as year-month-day and time. Empty where it is missing or broken."""
    try:
        value = str(message.get(key, ""))
    except (ValueError, IndexError, AttributeError, TypeError):  # headers that the library's own parser trips over
        return ""
    return date(value) if key == "Date" and value else " ".join(value.split())


def date(value: str) -> str:
    """A date as a header tells it, as year-month-day and time; as it is where it is none."""
    try:
        return parsedate_to_datetime(value).strftime("%Y-%m-%d %H:%M")
    except (ValueError, TypeError):
        return value


def _body(message: EmailMessage) -> list[Block]:
    """The body's blocks: the plain text where there is one, else the HTML."""
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return []
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else str(part.get_payload()).encode("utf-8", "replace")
    words = decode(content, part.get_content_charset())
    if part.get_content_type() == "text/html":
        from samverk.knowledge.reading import html

        return list(html.parse_text(words).blocks)
    return list(text.parse(words).blocks)
