"""Registration plates of vehicles: three letters, two digits, a digit or a letter.

Source: the Swedish Transport Agency's description of plates (I, Q, V, Å, Ä and Ö are not used; the last letter is never O).
"""

import re

from samverk.masking.context import Words
from samverk.masking.needs import Need
from samverk.masking.ports import Span

_BIG, _SMALL = "A-HJ-PR-UW-Z", "a-hj-pr-uw-z"
_GAP = "(?P<gap>[ \xa0\u2009\u202f]?[-–]?[ \xa0]?)"
_ENDS = r"(?![\w-]|[ \xa0]?[-–:]?\d|[.,]\d)"
# A digit first, and the letters looked for before it: letters are everywhere.
_DIGITS = re.compile(rf"[0-9](?<=[{_BIG}{_SMALL} \xa0\u2009\u202f–-].)[0-9][0-9{_BIG}{_SMALL}]{_ENDS}")
_LETTERS = re.compile(rf"(?<![\w-])(?:[{_BIG}]{{3}}|[{_BIG}{_SMALL}][{_SMALL}]{{2}}){_GAP}\Z")
_NAMED = Words(
    "regnr|reg nr|reg.nr|reg. nr|regnummer|reg-nr|reg:nr|registreringsnummer*|registreringsskylt*|nummerplåt*|skylt*"
    "|registration number|plate|licence plate|license plate".split("|")
)
_VEHICLE = Words(
    """
    bil bilen bilar personbil* lastbil* fordon* parkerad* felparkera* parkering* släp släpvagn* mc motorcykel*
    moped* husbil* husvagn* skåpbil* traktor* buss bussen bärga* taxi* car vehicle volvo saab toyota vw volkswagen
    bmw audi tesla kia skoda ford mercedes renault
    """.split()
)
# What stands before numbers and is no plate, though its letters could be: laws, currencies, rooms, series.
_ABBREVIATIONS = frozenset(
    """
    SFS SBF HSL LSS SOL OSL PBL LAS MBL AFS NJA HFD PUL SOU FPL KOL LOU LUF LUK SEK EUR USD DKK NOK GBP TEL FAX SAL
    RUM BOX LGH DNR KAP MAX ART REF KOD TAB FAS BBR USB PDF DSM OCR EAN HUS KRS SAS SKR SCB KTH FHM MSB FRA TNC DRG
    ATC ABS CPU RTX EOS HPA PCB DOK DEL ALT ANM RAD FEM TRE SKU EKG MRT SPF RFC DHL SMS MMS GPS LED LPG EPA FSC BNP
    KPA FOB PEK PMT RNA DNA PSA CRP SSK BUP BAC CAN PRO MED PER FOR THE AND OCH DEN DET SKA KAN HAR MEN SOM ETT ATT
    UPP HAN HON ELF MAJ JAN FEB MAR APR JUN AUG SEP OKT DEC SUM TOT KRA RYS ENG SWE FRE MAT SEM BAS KAM CFS CSN LMA
    UHR EES EEG GSM LTE ADR PDA MHZ KHZ NTP DAB ROT RUT BOA TSO TSA
    """.split()
)
_NEAR = re.compile(
    rf"(?<![\w-])[{_BIG}{_SMALL}]{{3}}[ \xa0\u2009\u202f]?[-–]?[ \xa0]?[0-9]{{2}}[0-9{_BIG}{_SMALL}](?![\w-])"
)


class Regnr:
    """Finds plates: capitals by their form, small letters where a word for a plate or a vehicle stands near."""

    label = "REGNR"
    need = Need(digits=2, near=_NEAR)

    def find(self, text: str) -> list[Span]:
        found = []
        for match in _DIGITS.finditer(text):
            letters = _LETTERS.search(text, max(0, match.start() - 6), match.start())
            if letters and (score := _score(text, letters, match)):
                found.append(Span(letters.start(), match.end(), "REGNR", score))
        return found


def _score(text: str, letters: re.Match[str], digits: re.Match[str]) -> float:
    """How sure it is that it is a plate; 0 when it is not."""
    word, last, start = letters[0][:3], digits[0][-1], letters.start()
    if word.isupper() and last.islower():
        return 0.0
    is_word = word.upper() in _ABBREVIATIONS
    if (between := _NAMED.before(text, start, 30)) is not None and (between < 6 or not is_word):
        return 1.0
    if is_word:
        return 0.0
    if _VEHICLE.near(text, start, digits.end(), 40):
        return 0.9
    if not word.isupper() or last == "O":
        return 0.0
    return 0.7 if letters["gap"] else 0.8


RECOGNISER = Regnr()
