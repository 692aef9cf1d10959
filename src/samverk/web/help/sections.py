"""The guide as sections: read from its Markdown, one file a language. Knows no request.

A section begins with `## Title {#id}`; `{#id staff}` is left out for citizens. `{retention}` stands for a sentence of the
organisation, and `[1]`, `[2]`, `[3]` for the three verdicts as they look in an answer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from samverk.core.errors import Language
from samverk.web import markdown
from samverk.web.chat.citations import VERDICTS
from samverk.web.texts import Texts, texts

_HEADING = re.compile(r"^## (?P<title>.+?) \{#(?P<id>[a-z-]+)(?P<staff> staff)?\}$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the guide, as its Markdown; `said` is what it says when it is drawn, casefolded."""

    id: str
    title: str
    source: str
    staff: bool
    said: str

    def holds(self, words: Sequence[str]) -> bool:
        """Whether the section says all of the words, which are casefolded."""
        return all(word in self.said for word in words)

    def html(self, words: Texts, retention: str) -> str:
        """The section's safe HTML, its own heading left out; `retention` says how long conversations are kept."""

        def verdict(_: int, n: int) -> str:
            name = VERDICTS[n - 1]
            return f'<span class="verdict {name}">{words("verdict." + name)}</span>'

        html = markdown.render(self.source.replace("{retention}", retention), 0, (), verdict, self.title)
        return _TABLE.sub(_labelled, html)


_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_HEAD = re.compile(r'<th scope="col">(.*?)</th>')
_ROW = re.compile(r"<tr>\s*(?:<td>.*?</td>\s*)+</tr>", re.DOTALL)


def _labelled(table: re.Match[str]) -> str:
    """A table whose cells name their columns, so that its rows can become blocks on a phone. The guide's heads are plain text."""
    heads = _HEAD.findall(table[0])

    def named(row: re.Match[str]) -> str:
        cells = iter(heads)
        return re.sub("<td>", lambda _: f'<td data-label="{next(cells)}">', row[0])

    return _ROW.sub(named, table[0]).replace("<table>", '<table class="rows">', 1)


@cache
def sections(language: Language) -> tuple[Section, ...]:
    """The sections in a language, in their order."""
    text = files("samverk.web.help").joinpath(f"guide.{language}.md").read_text(encoding="utf-8")
    heads = list(_HEADING.finditer(text))
    ends = [*(head.start() for head in heads[1:]), len(text)]
    return tuple(
        _section(head, text[head.end() : end].strip(), language) for head, end in zip(heads, ends, strict=True)
    )


def _section(head: re.Match[str], source: str, language: Language) -> Section:
    said = f"{head['title']}\n{source}"
    for n, name in enumerate(VERDICTS, 1):
        said = said.replace(f"[{n}]", texts(language)("verdict." + name))
    return Section(head["id"], head["title"], source, bool(head["staff"]), said.casefold())


def found(language: Language, query: str, *, staff: bool) -> list[Section]:
    """The sections for a reader that hold all words of a query; all of them for an empty one."""
    words = query.casefold().split()
    return [section for section in sections(language) if (staff or not section.staff) and section.holds(words)]
