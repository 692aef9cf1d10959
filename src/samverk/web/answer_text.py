"""An answer's text as blocks of HTML that grows with the stream: each finished block is drawn once, and again when a
citation in it has been checked. Knows nothing of events, pages or how the blocks travel."""

from dataclasses import dataclass, field

from samverk.web.citations import CHECKING, Check, check_at
from samverk.web.markdown import Block, render, split
from samverk.web.tail import showable
from samverk.web.texts import Texts


@dataclass(slots=True)
class AnswerText:
    """The text of one run. `name` makes the ids of its citations unique on the page."""

    name: str
    texts: Texts
    text: str = ""
    finished: bool = False
    checks: list[Check] = field(default_factory=list)
    _settled: list[Block] = field(default_factory=list)
    _tail: Block | None = None
    _drawn: dict[int, str] = field(default_factory=dict)
    _dirty: set[int] = field(default_factory=set)

    def append(self, text: str) -> None:
        """More text has come."""
        self.text += text
        before = len(self._settled)
        start, levels = (self._tail.start, self._tail.levels) if self._tail else (self._end(), self._levels())
        blocks = split(self.text, start, levels)
        self._settled += blocks[:-1]
        self._tail = blocks[-1] if blocks else self._tail
        self._dirty.update(range(before, len(self._settled) + 1))

    def check(self, check: Check) -> None:
        """A citation has been checked."""
        self.checks.append(check)
        blocks = self._blocks()
        self._dirty.update(
            i for i, block in enumerate(blocks) if block.start < check.end + 8 and check.start < block.end
        )

    def finish(self) -> None:
        """Nothing more comes: what was held back is shown, and a mark without a check is not verified."""
        self.finished = True
        self._dirty.update(range(len(self._blocks())))

    def changed(self) -> list[tuple[int, str]]:
        """The blocks whose HTML differs from when this was last asked: (ordinal, HTML)."""
        blocks = self._blocks()
        changes = []
        for i in sorted(self._dirty):
            if i >= len(blocks):
                continue
            html = self._draw(blocks[i], settled=self.finished or i < len(self._settled))
            if html != self._drawn.get(i) and (html or i in self._drawn):
                self._drawn[i] = html
                changes.append((i, html))
        self._dirty.clear()
        return changes

    def blocks(self) -> list[str]:
        """Every block's HTML, in order."""
        self.changed()
        return [html for _, html in sorted(self._drawn.items())]

    def popovers(self) -> list[tuple[str, Check]]:
        """The checked marks of the text in order, each with the id of its popover."""
        return [(f"{self.name}-{check.ordinal}", check) for check in self.checks]

    def _draw(self, block: Block, settled: bool) -> str:
        source = self.text[block.start : block.end]
        shown = source if settled else showable(source)
        return render(shown, block.start, block.levels, self._cite, self.texts("answer.table")) if shown.strip() else ""

    def _cite(self, offset: int, n: int) -> str:
        check = check_at(self.checks, self.text, offset, n)
        verdict = check.verdict if check else "unverified" if self.finished else CHECKING
        label = (
            f'<span class="sr">{self.texts("answer.source")} </span><span class="n">{n}</span> '
            f'<span class="word">{self.texts("verdict." + verdict)}</span>'
        )
        if check is None and self.finished:
            return f'<span class="cite {verdict}">{label}</span>'
        target = f"{self.name}-{check.ordinal}" if check else ""
        return f'<button type="button" class="cite {verdict}" popovertarget="{target}" aria-haspopup="dialog">{label}</button>'

    def _blocks(self) -> list[Block]:
        return [*self._settled, self._tail] if self._tail else self._settled

    def _end(self) -> int:
        return self._settled[-1].end if self._settled else 0

    def _levels(self) -> tuple[int, ...]:
        return self._settled[-1].levels if self._settled else ()


def finished_text(name: str, texts: Texts, text: str, checks: list[Check]) -> AnswerText:
    """A stored answer, drawn as the stream would have drawn it."""
    answer = AnswerText(name, texts, checks=list(checks))
    answer.append(text)
    answer.finish()
    return answer
