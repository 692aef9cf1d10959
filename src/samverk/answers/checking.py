"""Checks the sentences of an answer while it streams, and decides what may be shown when. No I/O."""

import re
from collections.abc import Callable, Mapping

from samverk.answers.citations import Finding, Verdict, check
from samverk.answers.cited import Cited, cited_sentences
from samverk.answers.model import Citation
from samverk.core import swedish
from samverk.core.canonical import digest
from samverk.knowledge.views import FoundPassage

UNKNOWN_SOURCE = {
    "code": "unknown_source",
    "sv": "Modellen hänvisar till en källa som den inte har fått.",
    "en": "The model cites a source that it was not given.",
}
_LAST_MARKS = re.compile(r"(?:\[\d{1,2}\][ \t]*)*(?:\[\d{0,2})?\Z")  # more may come, for the sentence before


class StreamChecker:
    """Gathers an answer's text and checks each citing sentence as soon as nothing can be added to it.

    With `hold`, text is released sentence by sentence, each after its check; without, as it comes.
    """

    def __init__(
        self,
        numbered: Mapping[int, FoundPassage],
        on_text: Callable[[str], None],
        on_check: Callable[[int, Citation], None],
        *,
        hold: bool,
    ) -> None:
        self.text = ""
        self.citations: list[Citation] = []
        self._numbered = numbered
        self._on_text = on_text
        self._on_check = on_check
        self._hold = hold
        self._shown = 0  # characters released
        self._checked = 0  # characters before which every sentence is checked
        self._line = 0  # where the first line that is not wholly checked begins

    def feed(self, text: str) -> None:
        """Add the next piece of the answer."""
        self.text += text
        if not self._hold:
            self._release(len(self.text))
        self._check_new(complete=False)

    def end(self) -> None:
        """Say that the answer is complete: the rest is checked and released."""
        self._check_new(complete=True)
        self._release(len(self.text))

    def _check_new(self, *, complete: bool) -> None:
        for cited in cited_sentences(self.text[self._line :], complete=complete):
            start, end = self._line + cited.start, self._line + cited.end
            if start < self._checked:
                continue
            self._checked = end
            citations = check_cited(cited, self._numbered, (start, end))
            if self._hold:
                self._release(end)
            for citation in citations:
                self.citations.append(citation)
                self._on_check(len(self.citations), citation)
        if self._hold and not complete:
            self._release(self._line + settled(self.text[self._line :]))
        self._line = max(self._line, self.text.rfind("\n") + 1)

    def _release(self, until: int) -> None:
        if until > self._shown:
            self._on_text(self.text[self._shown : until])
            self._shown = until


def settled(text: str) -> int:
    """How much of a growing text is whole sentences, with the marks that follow them: all but the last."""
    ranges = list(swedish.sentences(_LAST_MARKS.sub("", text)))
    return ranges[-1][0] if ranges else 0


def check_cited(cited: Cited, numbered: Mapping[int, FoundPassage], sentence: tuple[int, int]) -> list[Citation]:
    """One citation for each source that the sentence cites."""
    return [_citation(n, numbered.get(n), cited.words, sentence) for n in cited.numbers]


def _citation(n: int, passage: FoundPassage | None, words: str, sentence: tuple[int, int]) -> Citation:
    if passage is None:
        nowhere = (UNKNOWN_SOURCE,)
        return Citation(n, None, "", None, (), None, "", digest(""), 0, 0, Verdict.UNVERIFIED.value, nowhere, sentence)
    finding = check(words, passage.text)
    quote = passage.text[finding.start : finding.end]
    return Citation(
        n=n,
        passage=passage.id,
        document=passage.title,
        document_id=passage.document_id,
        heading=passage.heading,
        page=passage.place(finding.start, finding.end)[1],
        quote=quote,
        quote_hash=digest(quote),
        start=finding.start,
        end=finding.end,
        verdict=finding.verdict.value,
        reasons=_reasons(finding),
        sentence=sentence,
    )


def _reasons(finding: Finding) -> tuple[dict[str, str], ...]:
    return tuple({"code": r.code, "sv": r.message("sv"), "en": r.message("en")} for r in finding.reasons)
