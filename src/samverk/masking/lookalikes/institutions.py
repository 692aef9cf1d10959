"""Institutions that are named after persons: Astrid Lindgrens barnsjukhus, Gustav Adolfs församling, Karl Johansskolan.

At most two names before the word belong to the institution, so that a real name beside it stays what it is.
"""

import re
from collections.abc import Iterator

from samverk.masking.ports import Span

_NOUNS = (
    "församling|församlings|barnsjukhus|sjukhus|stiftelse|minnesstiftelse|minnesfond|donationsfond|stipendium|stipendiefond|pris|"
    "kyrka|kyrkan|domkyrka|kapell|gymnasium|gymnasieskola|folkhögskola|universitet|akademi|museum|museet|torg|"
    "esplanad|gränd|vårdcentral|äldreboende|servicehus|hospice|församlingshem|bibliotek|konsthall|teater|institut"
)
_NOUN = re.compile(rf"[ \u00a0](?:{_NOUNS})(?!\w)")
_NAME = r"[A-ZÅÄÖ][\wéü-]{1,30}"
_NAMES = re.compile(
    rf"(?<!\w)(?:(?:Sankta?|S:ta?|St\.?)[ \u00a0])?(?:[A-ZÅÄÖ][\wéü:-]{{0,30}}[ \u00a0](?:[IVX]{{1,4}}[ \u00a0])?)?{_NAME}$"
)
_SAINTS = re.compile(
    rf"(?:Sankta?|S:ta?)[ \u00a0]{_NAME}[ \u00a0](?:plan|gata|väg|skola|torg|gård|område|park|bro)(?!\w)"
)
_COMPOUND = re.compile(
    r"(?:skolan|kyrkan|gymnasiet|förskolan|priset|stiftelsen|sjukhuset|hemmet|gården|sällskapet|stipendiet|fonden|museet|torget|platsen|"
    r"vårdcentralen|biblioteket|institutet|hallen|parken|stadion|huset)(?:s)?(?!\w)"
)
_COMPOUND_NAMES = re.compile(r"(?<!\w)(?:[A-ZÅÄÖ][\wéü]{0,30}[ \u00a0])?[A-ZÅÄÖ][\wéü]{2,40}-?$")


class Institutions:
    """Finds names with the word for what they name; sure where two names or a saint's stand before it."""

    label = "INSTITUTION"

    def find(self, text: str) -> list[Span]:
        saints = (Span(match.start(), match.end(), self.label) for match in _SAINTS.finditer(text))
        return [*saints, *self._named(text, _NOUN, _NAMES), *self._named(text, _COMPOUND, _COMPOUND_NAMES)]

    def _named(self, text: str, nouns: re.Pattern[str], names: re.Pattern[str]) -> Iterator[Span]:
        """What the nouns are named after, if anything, with the noun. A single name may be somebody's who has one."""
        for noun in nouns.finditer(text):
            if name := names.search(text, max(0, noun.start() - 80), noun.start()):
                is_sure = nouns is _COMPOUND or " " in name.group() or "\u00a0" in name.group()
                yield Span(name.start(), noun.end(), self.label, 1.0 if is_sure else 0.8)


LOOKALIKE = Institutions()
