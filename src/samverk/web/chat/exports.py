"""Answers to take along: as Markdown, plain text and Word. Pure: answers in, a file out.

A file stands by itself: the question, the answer, its numbered sources with place, quote, verdict and address, the model, its
hosting and the level, the date, and that a computer wrote it. Whatever titles and answers hold stays text.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from samverk.answers.model import Answer
from samverk.web.chat.citations import VERDICTS, Check
from samverk.web.pieces import Piece, pieces
from samverk.web.texts import Texts

NAME_CHARACTERS = 60

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&])")
_AT_LINE_START = re.compile(r"(?m)^(\s*)([-+=]|\d{1,9}[.)])")
_CODE = re.compile(r"(```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]+`)", re.DOTALL)
_TAG = re.compile(r"<(?=[a-zA-Z/!?])")
_PICTURE = re.compile(r"!(?=\[)")
_UNSAFE_LINK = re.compile(r"\]\(\s*<?\s*(?!https?:|mailto:|tel:)[a-zA-Z][\w+.-]*:", re.IGNORECASE)
_NOT_IN_NAMES = re.compile(r"[^\w\s-]")


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a file holds: its title, the answers in order, and what they are written with.

    `site` is where addresses begin: scheme, host, and the reader's part of the site. `kind` is "answer" or "conversation".
    """

    kind: str
    title: str
    answers: Sequence[Answer]
    texts: Texts
    site: str
    at: datetime

    def name(self, suffix: str) -> str:
        """The name of the file: what it is, of what, and when. Holds nothing that a file system or a person could misread."""
        plain = " ".join(_NOT_IN_NAMES.sub(" ", self.title).split())
        short = plain if len(plain) <= NAME_CHARACTERS else plain[:NAME_CHARACTERS].rsplit(" ", 1)[0]
        words = (self.texts("export." + self.kind), short, f"{self.at:%Y-%m-%d}")
        return " ".join(word for word in words if word) + f".{suffix}"


@dataclass(frozen=True, slots=True)
class Source:
    """A cited source: the number that the text cites it by, where it stands, its address, and each quote with its verdict."""

    n: int
    title: str
    place: str
    address: str
    quotes: tuple[tuple[str, str], ...]

    @property
    def named(self) -> str:
        """Title and place."""
        return f"{self.title}, {self.place}" if self.place else self.title


def sources(answer: Answer, texts: Texts, site: str) -> list[Source]:
    """The sources of an answer, by number; of several findings on the same quote the best."""
    by_number: dict[int, list[Check]] = {}
    for citation in answer.citations:
        check = Check.from_body(citation.body(), texts.language, str(answer.run))
        by_number.setdefault(check.n, []).append(check)
    found = []
    for n, checks in sorted(by_number.items()):
        known = next((check for check in checks if check.passage), checks[0])
        verdicts: dict[str, str] = {}
        for check in sorted(checks, key=lambda check: VERDICTS.index(check.verdict)):
            verdicts.setdefault(check.quote, check.verdict)
        told = tuple((" ".join(quote.split()), texts(f"verdict.{verdict}")) for quote, verdict in verdicts.items())
        address = f"{site}{known.address}" if known.passage else ""
        found.append(Source(n, _line(known.title) or texts("sources.unknown"), known.place, address, told))
    return found


def made_by(answer: Answer, texts: Texts) -> str:
    """The model, its hosting, the level, and when."""
    facts = [
        f"{texts('chips.model')}: {_line(answer.model['name'])}" if answer.model else "",
        texts(f"hosting.{answer.model['hosting']}") if answer.model and answer.model.get("hosting") else "",
        f"{texts('chips.level')}: {texts(f'level.{answer.level}')}",
        texts.moment(answer.created_at) if answer.created_at else "",
    ]
    return " · ".join(fact for fact in facts if fact)


def _unfinished(answer: Answer, texts: Texts) -> str:
    """What the reader of the file has to know about an answer that is not whole, or is none."""
    if answer.status in ("running", "stopped", "failed"):
        return texts("export." + answer.status)
    return "" if answer.answered else texts("export.no_answer")


def _line(text: str) -> str:
    return " ".join(text.split())


# Markdown


def markdown(bundle: Bundle) -> bytes:
    """The bundle as Markdown. HTML in it is text, and pictures from elsewhere are links."""
    texts = bundle.texts
    lines = [f"# {escaped(_line(bundle.title))}", f"*{escaped(texts('export.written_by'))}*"]
    for answer in bundle.answers:
        lines += [f"## {texts('turn.question')}", _quoted(answer.question), f"## {_who(answer, texts, escaped)}"]
        lines += [_tamed(answer.text.strip()), *_emphasised(_unfinished(answer, texts))]
        if found := sources(answer, texts, bundle.site):
            lines += [f"### {_sources_title(answer, texts)}", *(_source(source) for source in found)]
        lines.append(escaped(made_by(answer, texts)))
    return ("\n\n".join(line for line in lines if line) + "\n").encode()


def escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _AT_LINE_START.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", text))


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in escaped(text).split("\n"))


def _source(source: Source) -> str:
    where = f"  \n  <{source.address}>" if source.address else ""
    quotes = "".join(
        f"  \n  ”{escaped(quote)}” – {verdict}" if quote else f"  \n  {verdict}" for quote, verdict in source.quotes
    )
    return f"- **[{source.n}]** {escaped(source.named)}{quotes}{where}"


def _tamed(text: str) -> str:
    """An answer's Markdown, with what another program might run or fetch made plain. Code is left as it is."""
    parts = _CODE.split(text)
    parts[::2] = [_UNSAFE_LINK.sub("](", _PICTURE.sub(r"\!", _TAG.sub(r"\\<", part))) for part in parts[::2]]
    return "".join(parts)


def _emphasised(text: str) -> list[str]:
    return [f"*{escaped(text)}*"] if text else []


def _who(answer: Answer, texts: Texts, shown: Callable[[str], str] = str) -> str:
    name = _line(answer.assistant.get("name", "")) if answer.assistant else ""
    return f"{texts('export.answer')}: {shown(name)}" if name else texts("export.answer")


def _sources_title(answer: Answer, texts: Texts) -> str:
    return texts("sources.title") if answer.answered else texts("sources.nearest")


# plain text


def text(bundle: Bundle) -> bytes:
    """The bundle as plain text."""
    texts = bundle.texts
    lines = [_line(bundle.title), texts("export.written_by")]
    for answer in bundle.answers:
        lines += [_underlined(texts("turn.question")), answer.question, _underlined(_who(answer, texts))]
        lines += [_plainly(pieces(answer.text)), _unfinished(answer, texts)]
        if found := sources(answer, texts, bundle.site):
            lines += [f"{_sources_title(answer, texts)}:", *("\n".join(_told(source)) for source in found)]
        lines.append(made_by(answer, texts))
    return ("\n\n".join(line for line in lines if line) + "\n").encode()


def _underlined(title: str) -> str:
    return f"{title}\n{'-' * len(title)}"


def _told(source: Source) -> Iterable[str]:
    yield f"[{source.n}] {source.named}"
    for quote, verdict in source.quotes:
        yield f"    ”{quote}” – {verdict}" if quote else f"    {verdict}"
    if source.address:
        yield f"    {source.address}"


def _plainly(found: Sequence[Piece]) -> str:
    """An answer without its Markdown: items keep their marks, rows their bars."""
    lines: list[str] = []
    for before, piece in zip([None, *found], found, strict=False):
        together = before is not None and before.kind == piece.kind and piece.kind in ("item", "row")
        lines.append(("\n" if together else "\n\n") if before else "")
        lines.append("  " * max(0, piece.level - 1) + piece.mark + piece.plain if piece.kind == "item" else piece.plain)
    return "".join(lines)


# Word


def docx(bundle: Bundle) -> bytes:
    """The bundle as a Word document."""
    from samverk.web.chat import word  # loaded when the first is made

    texts = bundle.texts
    paper = word.Paper(_line(bundle.title), texts.language, bundle.at)
    paper.note(texts("export.written_by"))
    for answer in bundle.answers:
        paper.heading(texts("turn.question"), 1)
        paper.quote(answer.question)
        paper.heading(_who(answer, texts), 1)
        paper.pieces(pieces(answer.text))
        paper.note(_unfinished(answer, texts))
        if found := sources(answer, texts, bundle.site):
            paper.heading(_sources_title(answer, texts), 2)
            for source in found:
                paper.source(f"[{source.n}] {source.named}", source.quotes, source.address)
        paper.note(made_by(answer, texts))
    return paper.bytes()


FORMATS: Mapping[str, tuple[str, Callable[[Bundle], bytes]]] = {
    "md": ("text/markdown; charset=utf-8", markdown),
    "txt": ("text/plain; charset=utf-8", text),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx),
}
"""What there is to take along, by suffix: the media type, and what makes it."""
