"""Roots of Swedish words: a verb, its participles and its noun share one ("ansöka", "ansökt", "ansökan", "ansökning").

Built on the stems of `core.swedish`; knows nothing about meaning.
"""

from functools import lru_cache

from samverk.core import swedish

# Forms that no ending explains, with the word whose root they take.
_IRREGULAR = {
    form: word
    for line in """
    ge: ger ges gav gavs gett getts givit givits given givet givna
    ta: tar tas tog togs tagit tagits tagen taget tagna
    gå: går gick gått
    komma: kommer kom kommit
    inkomma: inkommer inkom inkommit inkommen inkommet inkomna
    se: ser ses såg sågs sett setts
    göra: gör görs gjorde gjordes gjort gjorts gjord gjorda
    säga: säger sägs sade sagt sagts upsägning
    välja: väljer väljs valde valdes valt valts vald valda val valet
    sätta: sätter sätts satte sattes satt
    fastställa: fastställer fastställs fastställt fastställts fastställd fastställda
    lägga: lägger läggs lade lades lagt lagts lagd
    sälja: säljer säljs sålde såldes sålt såld sålda
    skriva: skrev skrevs skrivit skrivits skriven skrivet skrivna
    underskriva: underskriven underskrivet underskrivna undertecknad
    hålla: håller hålls höll hölls hållit
    dra: drar dras drog drogs dragit
    avslå: avslår avslås avslog avslogs avslagit avslagits avslag avslaget
    stå: står stod stått
    ske: sker skedde skett
    bo: bor bodde bott
    få: får fick fått
    regel: regler reglerna reglernas
    nyckel: nycklar nycklarna
    medel: medlen
    bok: böcker böckerna
    stad: städer städerna
    land: länder länderna
    förälder: föräldrar föräldrarna föräldrars föräldern förälderns
    ledamot: ledamöter ledamöterna ledamoten
    bilaga: bilagor bilagorna bilagan
    åldrar: åldrarna
    betala: betald betalt betalda
    hjälpa: hjälp hjälpen hjälper
    begära: begär begärt begärs begäran
    hyra: hyr hyrs hyrt hyran hyror hyrorna
    barn: barnet barnets barnen barnens barns
    äga: äger ägs ägt ägare ägaren ägarna ägarens
    fastighet: fastigheten fastigheter fastigheterna fastighetens fastighets
    skäl: skälen skälet
    sjuk: sjuka sjukt sjukdom sjukdomen
    """.strip().splitlines()
    for word, _, forms in [line.strip().partition(":")]
    for form in forms.split()
}
_DERIVATIONS = ("ning", "ing", "ande", "ende", "else", "els", "an")
_PASSIVE_PARTICIPLES = ("ats", "tts", "its")
_VOWELS = "aeiouyåäö"


@lru_cache(maxsize=100_000)
def root(word: str) -> str:
    """The root of a lower-case word: its stem without the endings that make nouns and participles of verbs."""
    word = _IRREGULAR.get(word, word)
    stem = swedish.stem(word[:-1] if word.endswith(_PASSIVE_PARTICIPLES) else word)
    for ending in ("et", "ets"):
        if stem.endswith(ending) and len(stem) - len(ending) >= 3:
            stem = stem.removesuffix(ending)
    for ending in _DERIVATIONS:
        if stem.endswith(ending) and len(stem) - len(ending) >= 3:
            stem = stem.removesuffix(ending)
            break
    if len(stem) >= 6 and stem.endswith(("ad", "bar")):
        stem = stem[:-2]
    if len(stem) >= 5 and stem[-1] in "td" and stem[-2] not in _VOWELS:
        stem = stem[:-1]
    if len(stem) >= 4 and (stem[-1] == stem[-2] or (stem[-1] == "n" and stem[-2] not in _VOWELS)):
        stem = stem[:-1]  # räkna, räkning
    return stem
