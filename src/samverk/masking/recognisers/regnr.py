"""Registration plates of vehicles: three letters, two digits, a digit or a letter.

Source: the Swedish Transport Agency's description of plates (I, Q, V, Å, Ä and Ö are not used; the last letter is never O).
"""

import re

from samverk.masking.context import Words
from samverk.masking.ports import Span

_BIG, _SMALL = "A-HJ-PR-UW-Z", "a-hj-pr-uw-z"
_GAP = "(?P<gap>[ \xa0\u2009\u202f]?[-–]?[ \xa0]?)"
_ENDS = r"(?![\w-]|[ \xa0]?[-–:]?\d|[.,]\d)"
_CAPITALS = re.compile(rf"[{_BIG}](?<![\w-].)[{_BIG}]{{2}}{_GAP}[0-9]{{2}}[0-9{_BIG}]{_ENDS}")
_OTHERS = re.compile(rf"[{_BIG}{_SMALL}](?<![\w-].)[{_SMALL}]{{2}}{_GAP}[0-9]{{2}}[0-9{_BIG}{_SMALL}]{_ENDS}")
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


class Regnr:
    """Finds plates: capitals by their form, small letters where a word for a plate or a vehicle stands near."""

    label = "REGNR"

    def find(self, text: str) -> list[Span]:
        found = [*_CAPITALS.finditer(text), *_OTHERS.finditer(text)]
        scored = [Span(match.start(), match.end(), "REGNR", _score(text, match)) for match in found]
        return sorted((span for span in scored if span.score), key=lambda span: span.start)


def _score(text: str, match: re.Match[str]) -> float:
    """How sure it is that it is a plate; 0 when it is not."""
    plate = match.group()
    word = plate[:3].upper() in _ABBREVIATIONS
    if (between := _NAMED.before(text, match.start(), 30)) is not None and (between < 6 or not word):
        return 1.0
    if word:
        return 0.0
    if _VEHICLE.near(text, match.start(), match.end(), 40) and (
        plate[:3].isupper() or not match["gap"].strip("-–") or True
    ):
        return 0.9
    if not plate[:3].isupper() or plate[-1] == "O":
        return 0.0
    return 0.7 if match["gap"] else 0.8


RECOGNISER = Regnr()
