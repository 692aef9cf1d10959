"""An answer's text as blocks of HTML that grows with the stream: each finished block is drawn once, and again when a
citation in it has been checked. Knows nothing of events, pages or how the blocks travel."""

from dataclasses import dataclass, field

from samverk.web.chat.citations import CHECKING, Check, check_at
from samverk.web.chat.tail import showable
from samverk.web.markdown import Block, render, split
from samverk.web.texts import Texts

MARK_AFTER = 8  # characters after its sentence within which a mark may stand


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
    _grown: bool = False
    _fresh: list[Check] = field(default_factory=list)

    def append(self, text: str) -> None:
        """More text has come. Cheap: nothing is parsed until somebody asks for what has changed."""
        self.text += text
        self._grown = True

    def check(self, check: Check) -> None:
        """A citation has been checked."""
        self.checks.append(check)
        self._fresh.append(check)

    def finish(self) -> None:
        """Nothing more comes: what was held back is shown, and a mark without a check is not verified."""
        self.finished = True

    def changed(self) -> list[tuple[int, str]]:
        """The blocks whose HTML differs from when this was last asked: (ordinal, HTML)."""
        settled = len(self._settled)
        if self._grown:
            self._split()
        blocks = [*self._settled, self._tail] if self._tail else self._settled
        changes = []
        for i, block in enumerate(blocks):
            touched = i >= settled or self.finished or any(_concerns(check, block) for check in self._fresh)
            html = self._draw(block, whole=self.finished or i < len(self._settled)) if touched else None
            if html is not None and html != self._drawn.get(i) and (html or i in self._drawn):
                self._drawn[i] = html
                changes.append((i, html))
        self._fresh.clear()
        return changes

    def _split(self) -> None:
        """Parse from the beginning of the block that grows; all but the last of what is found are finished."""
        start, levels = (self._tail.start, self._tail.levels) if self._tail else (0, ())
        blocks = split(self.text, start, levels)
        self._settled += blocks[:-1]
        self._tail = blocks[-1] if blocks else None
        self._grown = False

    def blocks(self) -> list[str]:
        """Every block's HTML, in order."""
        self.changed()
        return [html for _, html in sorted(self._drawn.items())]

    def popovers(self) -> list[tuple[str, Check]]:
        """The checked marks of the text in order, each with the id of its popover."""
        return [(f"{self.name}-{check.ordinal}", check) for check in self.checks]

    def _draw(self, block: Block, whole: bool) -> str:
        source = self.text[block.start : block.end]
        shown = source if whole else showable(source)
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


def _concerns(check: Check, block: Block) -> bool:
    """Whether a mark of the check may stand in the block: marks follow their sentence closely."""
    return check.start < block.end and block.start < check.end + MARK_AFTER


def finished_text(name: str, texts: Texts, text: str, checks: list[Check]) -> AnswerText:
    """A stored answer, drawn as the stream would have drawn it."""
    answer = AnswerText(name, texts, checks=list(checks))
    answer.append(text)
    answer.finish()
    return answer
