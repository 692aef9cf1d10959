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


_NUMBER = (
    r"(?:\d[\d\s.,–-]*|en|ett|två|tre|fyra|fem|sex|sju|åtta|nio|tio|elva|tolv|tjugo|trettio|halv\w*"
    r"|one|two|three|four|five|ten)"
)
_PERIOD = (
    r"(?:\w*dag\w*|\w*veck\w*|\w*månad\w*|år\w*|\w*timm\w*|minut\w*|dygn\w*|termin\w*"
    r"|days?|weeks?|months?|years?|hours?|minutes?)"
)

# The first row whose question matches decides, so the narrower kinds come first.
KINDS: tuple[AnswerKind, ...] = (
    _kind(
        "hour",
        r"\b(?:vilka (?:tider|dagar|öppettider)|hur dags|vilken tid på"
        r"|när (?:har|är|öppnar|stänger)\b.*\b(?:öpp\w+|stäng\w+|beman\w+)"
        r"|öppettid\w*|opening hours|what time)\b",
        r"\bkl(?:ockan|\.)?\s*\d|\b\d{1,2}[.:]\d{2}\b|\b(?:mån|tis|ons|tors|fre|lör|sön)dag\w*|\bvardag\w*|\bhelgfri\w*"
        r"|\bdygnet runt\b|\b\d{1,2}\s?(?:am|pm)\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b",
    ),
    _kind(
        "price",
        r"\bvad (?:kostar|betalar|får .{1,20}\b(?:betala|för))\b|\bhur (?:mycket|stor[at]?|hög[at]?)\b.*\b"
        r"(?:kosta\w*|betala\w*|pengar|kronor"
        r"|\w*avgift\w*|\w*bidrag\w*|\w*hyra\w*|lön\w*|\w*lön|arvode\w*|\w*ersättning\w*|tillägg\w*|belopp\w*)"
        r"|\bvilke[tn] (?:\w*avgift|belopp|\w*lön|pris|taxa)\b|\bhow much (?:does|do|is|money)\b",
        r"\d[\d\s]*(?:kronor|kr\b|procent|%|sek\b)|\bprocent\b|\bbasbelopp\w*|\b(?:gratis|avgiftsfri\w*|kostnadsfri\w*|free)\b",
    ),
    _kind(
        "duration",
        r"\bhur (?:många (?:arbets|bank|semester)?(?:dag|veck|månad|år|timm|minut)\w*|länge|långt? (?:tid|innan|\w*tid|semester)"
        r"|lång är|snabbt|snart)\b|\binom (?:hur|vilken)\b|\bsista dag\w*\b"
        r"|\bhow (?:long|soon|many (?:days|weeks|months|years|hours))\b",
        rf"\b{_NUMBER}\s*{_PERIOD}|\b(?:skyndsamt|omedelbart|genast|samma dag|klockan|tills vidare|immediately)\b",
    ),
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
        r"\bvem\b|\bvems\b|\bbeslutsfattare\b|\bdelegat\b"
        r"|\bvilk(?:en|a) (?:myndighet|person|instans|nämnd|roll|befattning|avdelning|enhet)|\bwho\b",
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
