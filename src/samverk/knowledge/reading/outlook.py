"""Messages as Outlook saves them (.msg): who wrote what to whom and when, the body, and what was attached.

Facts are from [MS-OXMSG] and [MS-OXPROPS]. A message within the message is handed on as a MIME message, and read as such.
"""

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.parser import HeaderParser
from functools import cached_property

from samverk.knowledge.passages import Block, Enclosed, Parsed
from samverk.knowledge.reading import compressed_rtf, message, text
from samverk.knowledge.reading.compound import Compound, Entry
from samverk.knowledge.reading.plain import decode
from samverk.knowledge.unreadable import Unreadable

PROPERTIES = "__properties_version1.0"
_RECIPIENT, _ATTACHMENT = "__recip_version1.0_", "__attach_version1.0_"
# Properties by their number in [MS-OXPROPS].
_SUBJECT, _BODY, _HTML, _RTF, _TRANSPORT = 0x0037, 0x1000, 0x1013, 0x1009, 0x007D
_SENDER, _SENDER_ADDRESS, _SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
_ON_BEHALF, _ON_BEHALF_ADDRESS, _ON_BEHALF_SMTP = 0x0042, 0x0065, 0x5D02
_TO, _COPY, _KIND_OF_RECIPIENT = 0x0E04, 0x0E03, 0x0C15
_NAME, _ADDRESS, _SMTP = 0x3001, 0x3003, 0x39FE
_SENT, _DELIVERED = 0x0039, 0x0E06
_CODE_PAGE, _HTML_CODE_PAGE = 0x3FFD, 0x3FDE
_LONG_FILE_NAME, _FILE_NAME, _CONTENT, _HIDDEN, _FLAGS = 0x3707, 0x3704, 0x3701, 0x7FFE, 0x3714
_SHOWN_IN_TEXT = 4
_UNICODE, _STRING, _BINARY, _OBJECT = "001F", "001E", "0102", "000D"

_ENCODINGS = {65001: "utf-8", 65000: "utf-7", 1200: "utf-16-le", 20127: "ascii", 20866: "koi8-r", 50220: "iso2022_jp"}
_PROPERTY = struct.Struct("<HHIQ")  # type, number, flags, value
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)  # of a FILETIME, which counts tenths of microseconds
_DEEPEST = 3  # messages within messages
_MOST_TEXT, _MOST_ATTACHED = 20 << 20, 40 << 20  # bytes
_MOST_ATTACHMENTS, _MOST_RECIPIENTS = 200, 500


def parse(content: bytes) -> Parsed:
    """The message. Raises `Unreadable`: damaged, when nothing in it is a message's."""
    letter = _Storage(Compound(content))
    if PROPERTIES not in letter.streams:
        raise Unreadable("damaged")
    return message.assembled(_headers(letter), _body(letter), _attached(letter, 1))


class _Storage:
    """A storage of the file and the properties that it holds: a message, a recipient or an attachment."""

    def __init__(self, file: Compound, storage: int = 0, encoding: str = "") -> None:
        self.file = file
        self.streams = file.inside(storage)
        self.encoding = encoding or _encoding(self.number(_CODE_PAGE))

    def words(self, *properties: int) -> str:
        """The first of these properties that has a text, in one line."""
        found = (" ".join(self.text(each).split()) for each in properties)
        return next((text for text in found if text), "")

    def text(self, property_id: int) -> str:
        """A property's text; empty where there is none."""
        if (stream := self.stream(property_id, _UNICODE)) is not None:
            return self.file.read(stream, _MOST_TEXT).decode("utf-16-le", "replace").rstrip("\0")
        return decode(self.data(property_id, _STRING), self.encoding).rstrip("\0")

    def data(self, property_id: int, kind: str = _BINARY, most: int = _MOST_TEXT) -> bytes:
        """A property's bytes; none where there is none."""
        stream = self.stream(property_id, kind)
        return self.file.read(stream, most) if stream is not None else b""

    def stream(self, property_id: int, kind: str) -> Entry | None:
        """Where a property of varying length stands."""
        return self.streams.get(f"__substg1.0_{property_id:04X}{kind}")

    def number(self, property_id: int) -> int:
        """A property of fixed length as a number; 0 where there is none."""
        return self.numbers.get(property_id, 0)

    @cached_property
    def numbers(self) -> dict[int, int]:
        """The properties of fixed length, in pieces of 16 bytes; what is left of the header before them reads as nothing."""
        found = self.streams.get(PROPERTIES)
        content = self.file.read(found, 1 << 20) if found else b""
        rows = content[len(content) % 16 :]
        return {number: value for _, number, _, value in _PROPERTY.iter_unpack(rows)}

    def inside(self, prefix: str, most: int) -> Iterator["_Storage"]:
        """The recipients or attachments, in their order."""
        for name in sorted(name for name in self.streams if name.startswith(prefix))[:most]:
            if not self.streams[name].is_stream:
                yield _Storage(self.file, self.streams[name].id, self.encoding)


def _headers(letter: _Storage) -> dict[str, str]:
    sender = _person(
        letter.words(_SENDER, _ON_BEHALF),
        letter.words(_SENDER_SMTP, _ON_BEHALF_SMTP, _SENDER_ADDRESS, _ON_BEHALF_ADDRESS),
    )
    people: dict[int, list[str]] = {}
    for one in letter.inside(_RECIPIENT, _MOST_RECIPIENTS):
        person = _person(one.words(_NAME), one.words(_SMTP, _ADDRESS))
        people.setdefault(one.number(_KIND_OF_RECIPIENT), []).append(person)
    return {
        "From": sender,
        "To": ", ".join(people.get(1, ())) or letter.words(_TO),
        "Cc": ", ".join(people.get(2, ())) or letter.words(_COPY),
        "Date": _date(letter),
        "Subject": letter.words(_SUBJECT),
    }


def _person(name: str, address: str) -> str:
    if "@" not in address or address in name:  # within an organisation the address may be a path of its directory
        return name or address
    return f"{name} <{address}>" if name else address


def _date(letter: _Storage) -> str:
    """When it was sent: as its sender's clock said where that is kept, else in universal time."""
    told = HeaderParser().parsestr(letter.text(_TRANSPORT)).get("Date", "")
    if told:
        return message.date(str(told))
    ticks = letter.number(_SENT) or letter.number(_DELIVERED)
    try:
        return f"{_EPOCH + timedelta(microseconds=ticks // 10):%Y-%m-%d %H:%M} UTC" if ticks else ""
    except OverflowError:
        return ""


def _body(letter: _Storage) -> list[Block]:
    """The body's blocks: the plain text where there is one, else the HTML, else the Rich Text."""
    plain = letter.text(_BODY)
    if plain.strip():
        return list(text.parse(plain).blocks)
    page = letter.text(_HTML) or decode(letter.data(_HTML), _encoding(letter.number(_HTML_CODE_PAGE)))
    if page.strip():
        from samverk.knowledge.reading import html

        return list(html.parse_text(page).blocks)
    if packed := letter.data(_RTF):
        from samverk.knowledge.reading import rtf

        return list(rtf.parse(compressed_rtf.unpacked(packed)).blocks)
    return []


def _attached(letter: _Storage, depth: int) -> Iterator[Enclosed]:
    """What is attached: files, and whole messages. Pictures within the text are not."""
    for one in letter.inside(_ATTACHMENT, _MOST_ATTACHMENTS):
        name = one.words(_LONG_FILE_NAME, _FILE_NAME, _NAME)
        inner = one.stream(_CONTENT, _OBJECT)
        if inner is not None and not inner.is_stream:
            within = _Storage(letter.file, inner.id, letter.encoding)
            if PROPERTIES in within.streams and depth <= _DEEPEST:
                subject = within.words(_SUBJECT) or name or "message"
                yield Enclosed(f"{subject.replace('/', ' ')[:80]}.eml", _as_mail(within, depth + 1).as_bytes())
        elif not one.number(_HIDDEN) & 1 and not one.number(_FLAGS) & _SHOWN_IN_TEXT:
            yield Enclosed(name or "attachment", one.data(_CONTENT, most=_MOST_ATTACHED))


def _as_mail(letter: _Storage, depth: int) -> MIMEMultipart:
    """A message within the message, as a MIME message."""
    mail = MIMEMultipart()
    for name, value in _headers(letter).items():
        if value:
            mail[name] = value
    mail.attach(MIMEText("\n\n".join(block.text for block in _body(letter)), _charset="utf-8"))
    for one in _attached(letter, depth):
        part = MIMEApplication(one.content)
        part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", one.name))
        mail.attach(part)
    return mail


def _encoding(code_page: int) -> str:
    """The encoding of a code page's number; the Western one where it is unknown to us."""
    if 28591 <= code_page <= 28605:
        return f"iso8859-{code_page - 28590}"
    name = _ENCODINGS.get(code_page, f"cp{code_page}")
    try:
        b"".decode(name)
    except LookupError:
        return "cp1252"
    return name
