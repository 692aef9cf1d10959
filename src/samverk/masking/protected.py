"""Protected identity: words that say that somebody's data is protected, near a name or a personal number. Pure.

Text that only informs ("Så ansöker du om skyddade personuppgifter") stops nothing: what decides is whose data stands near, and
whether the sentence speaks of somebody or of the matter in general. Where that is unclear it stops. The kinds of protection:
the Swedish Tax Agency (secrecy marking, protected population registration) and the Act on fictitious personal data (1991:483).
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter

from samverk.masking.ports import Span

REACH = 200
"""Characters to each side in which data of a person is near; at most two ends of a sentence or line may lie between."""

_NUMBERS = frozenset({"PERSONNUMMER", "DOB"})
_OF_SOMEBODY = frozenset({"PERSON", "ADDRESS", "POSTORT", "PHONE", "EMAIL"})

_AO = "(?:å|a\u030a|ä|a\u0308|a)"
_OO = "(?:ö|o\u0308|o)"
_GAP = r"[\s\xad-]{0,3}"
_WORDS = re.compile(
    r"[sSkKfFpPcC](?<!\w.)(?i:"
    rf"(?<=s)(?:k(?:yd+|dy)d?(?:a?d?|at|ade?|ate?){_GAP}"  # skyddad, skyddat, skyddade; skydad, skdydad
    rf"(?:iden?t[ite]{{2,5}}(?:en|er|erna)?|id|person{_GAP}up{{1,2}}gift?(?:er|erna|en)?|adress(?:en|er)?"
    rf"|folkbokf{_OO}r+ing(?:en)?)"
    rf"|ekrete?s{{0,2}}{_GAP}(?:mar?k+e?r(?:ing(?:en|ar)?|ade?|at|a)|m{_AO}r?k(?:ta?|ning(?:en)?)))"
    rf"|(?<=k)var(?:-\s?|\xad)?skriv(?:ning(?:en)?|en|na)"
    rf"|(?<=f)ing{_AO}?e?rad[ea]?{_GAP}(?:person{_GAP}up{{1,2}}gift(?:er|erna)?|identitet(?:en)?)"
    r"|(?<=p)rotected\s+(?:identit(?:y|ies)|personal\s+(?:data|information|details)|population\s+registration|address)"
    r"|(?<=c)onfidentiality\s+mark(?:ing|ed)|(?<=s)ecrecy\s+mark(?:ing|ed)"
    r"|(?<=f)ictitious\s+(?:personal\s+(?:data|details)|identit(?:y|ies)))(?!\w)"
)
# Of the matter in general: how one applies, who decides, what routines say, people in the plural.
_INFORMS = re.compile(
    r"\b(?:så\s(?:här\s)?(?:ansöker|gör|hanterar)|du\s(?:som|kan|har|behöver|får|måste|vill|ska|bör)|(?:om|ansöker)\sdu|man|den\ssom"
    r"|(?:personer|elever|barn|klienter|medborgare|medarbetare|anställda|brukare|patienter|familjer|individer|invånare|kunder|föräldrar|vuxna"
    r"|kvinnor|män)\s(?:med|som\s(?:har|lever))|om\snågon|den\senskilde"
    r"|ärenden|rutin\w*|riktlinje\w*|handbok\w*|lathund\w*|policy\w*|kurs\w*|utbildning\w*|webbinari\w*|föreläsning\w*|information\som|läs\smer"
    r"|frågor\som|lagen\som|lag\som|\d+\skap|folkbokföringslagen|sekretesslagen|skatteverket\s(?:kan|beslutar|får|prövar|ansvarar|fattar)"
    r"|vad\s(?:är|innebär|betyder)|hur|innebär|är\s(?:ett|en)|olika|generellt|allmänhet|handläggning\sav|hantering(?:en)?\sav"
    r"|how\sto|you|people|persons|anyone|apply\sfor|what\sis|guidance|routines?|guidelines?|training|the\stax\sagency\s(?:can|may|decides))\b",
    re.IGNORECASE,
)
# "har skyddad identitet", "lever med", "omfattas av": said of somebody.
_TIES = re.compile(
    r"\b(?:har|hade|haft|fått|fick|lever|levt|med|under|av|beviljat?s?|beviljad|ansökt\som|has|had|granted|under|with)\s(?:\w+\s){0,2}$",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:inte|ej|utan|saknar|ingen|inga|aldrig|not|no|without)\s(?:\w+\s){0,2}$|(?:☐|\[ ?\])\s?$", re.IGNORECASE
)
_DENIED = re.compile(r"\s?[:?|]?\s{0,3}(?:nej|no|ej|saknas|☐|\[ ?\])(?!\w)", re.IGNORECASE)
# Who answers questions or wrote the text.
_OFFICIAL = re.compile(
    r"\b(?:handläggare|\w*chef|samordnare|jurist|kontaktperson|utredare|föreläsare|kommunikatör|registrator|kontakta?|frågor|ring|mejla|rektor"
    r"|\w*sekreterare|ansvarig|författare|ordförande|föredragande|advokat|contact|officer|manager)\b[^.!?\n]{0,30}$",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.!?]\s+(?=[^\W\d_a-zåäö])|\s*\n\s*")


def protected(text: str, spans: Sequence[Span]) -> Span | None:
    """The first words that say that somebody's identity is protected, where data of that person stands near; None without.

    `spans` is what the engine found, in order. Officials beside general guidance, and "inte skyddad identitet", stop nothing.
    """
    if not spans:
        return None
    for match in _WORDS.finditer(text):
        if _concerns_somebody(text, match, _near(text, match, spans)):
            return Span(match.start(), match.end(), "PROTECTED")
    return None


def _near(text: str, match: re.Match[str], spans: Sequence[Span]) -> list[Span]:
    """What stands in the same sentence or line, or in the next ones."""
    first = bisect_left(spans, match.start() - REACH, key=attrgetter("end"))
    last = bisect_right(spans, match.end() + REACH, key=attrgetter("start"))
    return [span for span in spans[first:last] if len(_STOP.findall(text[slice(*_between(span, match))])) <= 2]


def _between(span: Span, match: re.Match[str]) -> tuple[int, int]:
    return (span.end, match.start()) if span.end <= match.start() else (match.end(), max(span.start, match.end()))


def _concerns_somebody(text: str, match: re.Match[str], near: Sequence[Span]) -> bool:
    before, after = _sentence(text, match)
    if not near or _DENIES.search(before) or _DENIED.match(after):
        return False
    if any(span.label in _NUMBERS for span in near):
        return True
    if _INFORMS.search(before) or _INFORMS.search(after):
        return False
    names = [span for span in near if span.label == "PERSON"]
    if any(not _OFFICIAL.search(text[max(0, span.start - 50) : span.start]) for span in names):
        return True
    return _TIES.search(before) is not None and any(span.label in _OF_SOMEBODY for span in near)


def _sentence(text: str, match: re.Match[str]) -> tuple[str, str]:
    """What stands before and after the words in their sentence or line."""
    before = _STOP.split(text[max(0, match.start() - REACH) : match.start()])[-1]
    after = _STOP.split(text[match.end() : match.end() + REACH], maxsplit=1)[0]
    return before, after
