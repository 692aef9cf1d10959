"""Which kind of answer a question asks for (an amount, a time, somebody …), and whether a sentence has one of that kind.

A table of patterns, Swedish and English; pure. A new kind is a new row.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnswerKind:
    """A kind of answer: how questions ask for it and how sentences give it."""

    name: str
    asked: re.Pattern[str]
    given: re.Pattern[str]


def _kind(name: str, asked: str, given: str, flags: int = re.IGNORECASE) -> AnswerKind:
    return AnswerKind(name, re.compile(asked, re.IGNORECASE), re.compile(given, flags))


KINDS: tuple[AnswerKind, ...] = (
    _kind(
        "amount",
        r"\bhur (?:mycket|många|stora?|stort|höga?|högt|långt?|långa(?! tid)|dyrt?|dyra|tungt?|tunga|gammal|gamla|ofta)\b"
        r"|\bvad kostar\b|\bvilket (?:belopp|nummer|antal|pris)\b|\bhow (?:much|many|old|large|often)\b",
        r"\d|\b(?:en|ett|två|tre|fyra|fem|sex|sju|åtta|nio|tio|elva|tolv|hälften|dubbelt|ingen|procent|kronor"
        r"|gratis|kostnadsfri\w*|avgiftsfri\w*|one|two|three|four|five|ten|half|free|percent)\b",
    ),
    _kind(
        "time",
        r"\bnär\b|\bhur (?:länge|lång tid|snabbt|snart|tidigt|sent)\b|\bvilke[tn] (?:tid|datum|år|månad|dag|veckodag)"
        r"|\binom vilken tid\b|\bsenast\b|\bwhen\b|\bhow (?:long|soon)\b",
        r"\d|\b(?:dag(?:en|ar|arna)?|veck\w+|månad\w*|år\w*|timm\w+|minut\w*|tills|innan|efter|före|under|när|senast|då|om"
        r"|januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december"
        r"|(?:mån|tis|ons|tors|fre|lör|sön)dag\w*|natt\w*|kväll\w*|helg\w*|sommar\w*|vinter\w*|days?|weeks?|months?|years?)\b",
    ),
    _kind(
        "who",
        r"\bvem\b|\bvems\b|\bvilk(?:en|a) (?:myndighet|person|instans|nämnd|roll|befattning|avdelning|enhet)|\bwho\b",
        r"\b[\w-]*(?:[cC]hef\w*|[nN]ämnd\w*|[sS]tyrelse\w*|[mM]yndighet\w*|verk(?:et)?|kass\w+|are|arna|ör(?:en|er)?|[rR]ektor\w*"
        r"|[kK]ommun\w*|[rR]egion\w*|[rR]egering\w*|[fF]örening\w*|[eE]nhet\w*|[aA]vdelning\w*|[lL]äkare\w*|sköters\w+)\b"
        r"|(?<=[a-zåäö,] )[A-ZÅÄÖ][a-zåäö]+",
        0,
    ),
    _kind(
        "where",
        r"^\s*var\b|\bvart\b|\bvarifrån\b|\bvilke[tn] (?:adress|webbplats|plats|ort|land|stad|kommun|län)|\bwhere\b",
        r"\b(?:i|på|hos|vid|till|via|från|inom|in|at|on)\s|www|@|https?:",
    ),
    _kind(
        "why",
        r"\bvarför\b|\bav vilken anledning\b|\b(?:orsak|anledning|syfte)\w*\b|\bwhy\b",
        r"\b(?:eftersom|därför|för att|då|på grund av|beror|orsak\w*|anledning\w*|syft\w*|så att|genom att"
        r"|because|since|in order)\b",
    ),
    _kind(
        "whether",
        r"^\s*(?:kan|får|måste|ska|skall|har|är|finns|behöver|bör|går|gäller|kommer|räknas|ingår|brukar|vill|betalar|tar|ger"
        r"|do|does|is|are|can|must|may|should|will)\b",
        r"\b(?:kan|får|måste|ska|skall|har|är|finns|behöver|bör|inte|krävs|gäller|rätt|möjligt|tillåtet"
        r"|can|must|may|shall|should|not|required)\b",
    ),
)

_BY_NAME = {kind.name: kind for kind in KINDS}


def asked_for(question: str) -> str | None:
    """The name of the kind of answer that a question asks for; None when it could be anything."""
    return next((kind.name for kind in KINDS if kind.asked.search(question)), None)


def agreement(name: str | None, sentence: str) -> float:
    """1 when the sentence holds an answer of the kind, 0 when it does not, 0.5 when no kind was asked for."""
    if name is None:
        return 0.5
    return 1.0 if _BY_NAME[name].given.search(sentence) else 0.0
