"""Messages: who wrote what to whom and when, the body, and the names of what was attached."""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime

from samverk.knowledge.notes import note
from samverk.knowledge.passages import Block, Parsed
from samverk.knowledge.reading import text
from samverk.knowledge.reading.plain import decode
from samverk.knowledge.unreadable import Unreadable

_HEADERS = {"From": "Från", "To": "Till", "Cc": "Kopia", "Date": "Datum", "Subject": "Ämne"}
_MOST_PARTS = 500


def parse(content: bytes) -> Parsed:
    """The message. Raises `Unreadable`: damaged, when nothing in it is a message's."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content[:200]:
        content = decode(content).encode("utf-8")
    message = BytesParser(policy=policy.default).parsebytes(content)
    headers = [f"{name}: {found}" for key, name in _HEADERS.items() if (found := _header(message, key))]
    if not headers:
        raise Unreadable("damaged")
    blocks = [Block("paragraph", "\n".join(headers))]
    names: list[str] = []
    for number, part in enumerate(message.walk()):
        if number >= _MOST_PARTS:
            break
        if part.get_filename() or part.get_content_disposition() == "attachment":
            names.append(str(part.get_filename() or part.get_content_type()))
    blocks.extend(_body(message))
    blocks.extend(Block("item", f"Bilaga: {name}") for name in names)
    notes = (note("attachments_unread", ", ".join(names)[:400]),) if names else ()
    return Parsed(_header(message, "Subject"), tuple(blocks), (), notes)


def _header(message: EmailMessage, key: str) -> str:
    """A header's text on one line; dates as year-month-day and time. Empty where it is missing or broken."""
    try:
        value = str(message.get(key, ""))
    except (ValueError, IndexError, AttributeError, TypeError):  # headers that the library's own parser trips over
        return ""
    if key == "Date" and value:
        try:
            return parsedate_to_datetime(value).strftime("%Y-%m-%d %H:%M")
        except (ValueError, TypeError):
            return value
    return " ".join(value.split())


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
