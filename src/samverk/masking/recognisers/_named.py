"""What the words before a number say that it is: "tfn", "bg-nr", "OCR". One vocabulary for every recogniser of numbers.

The nearest naming word counts, so that "faktura 4711, tfn …" is a telephone number and "tfn saknas, OCR …" is none.
Cheap, since texts are full of numbers: a few words are read, each looked up once a letter.
"""

import re
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

_VOCABULARY = {
    "PHONE": (
        "telefon* tele tfn* tel hemnr* jobbnr* telnr* telenr* tlf mobil* mob cell* phone* telephone* fax* direktnummer jour* "
        "ankn* ring ringa ringer ringde ringt ringas kundtjänst* nås når nå nåddes nåbar kontakt* sms* smsa swish* call called "
        "calls dial reached reach whatsapp*"
    ),
    "SWITCHBOARD": "växel* växeln switchboard*",
    "BANKGIRO": "bankgiro* bg bgnr*",
    "PLUSGIRO": "plusgiro* pg pgnr* postgiro*",
    "BANKKONTO": (
        "konto kontot kontonr* kontonummer* bankkonto* lönekonto* sparkonto* privatkonto* personkonto* clearing* "
        "account* swedbank* handelsbanken* nordea* seb sparbank* länsförsäkringar* utbetalning* överföring*"
    ),
    "IBAN": "iban* bic* swift*",
    "CARD": (
        "kort kortet kortnr* kortnummer* bankkort* betalkort* kreditkort* kontokort* matkort* visa* mastercard* "
        "maestro* amex* diners* american card cards debit* credit*"
    ),
    "IP": (
        "ip ipv4 ipv6 ipadress* host* server* ping* klient* inlogg* brandvägg* login* subnät* gateway* "
        "dns* router* vpn*"
    ),
    "VERSION": "version* ver v release* build* firmware* utgåva* programversion* patch* drivrutin* uppgradera* oid",
    "SECTION": (
        "avsnitt* kapitel* kap punkt* bilaga* tabell* figur* rubrik* stycke* section* chapter* paragraf* steg* "
        "krav* delmål*"
    ),
    "MAC": "mac macadress* bssid* ethernet* nätverkskort* wifi*",
    "COORD": (
        "koordinat* coord* position* gps* wgs* wgs84* sweref* rt90* rt lat latitud* long longitud* lng lon plats* "
        "fyndplats* mätpunkt* läge* nord* geo karta* plus"
    ),
    "NUMBER": (
        "ocr* isbn* issn* ean* imei* iccid* dnr diarie* serienr* serienummer* serial* streckkod* pnr personnr* "
        "personnummer* org orgnr* organisationsnummer* löpnr* löpnummer* målnr* mål kollinummer* sfs prop"
    ),
    "OTHER": (
        "faktura* invoice* artikel* art projekt* project* ärende* case order ordernr* kundnr* kundnummer* customer "
        "referens* reference* ref id avtal* beställning* mätar* anläggning* försäkring* kvitto* batch* sändning* paket* "
        "inventarie* licens* licence* license* nyckel* transaktion* transaction* verifikat* verifikation* bokningsnummer* "
        "biljett* medlemsnr* medlemsnummer* elevnr* patent* proposition*"
    ),
}
"""`faktura*` stands for every word that begins so. NUMBER is the name of another number, OTHER what bears numbers of its own."""

_WORD = re.compile(r"[^\W_]+")
_CACHED = 8_192
_FIRST = 2
"""Letters of the shortest word of the vocabulary that others begin with."""


class Name(NamedTuple):
    """What a word says that a number is, and how many words stand between the two."""

    kind: str
    words_between: int


def _table(starred: bool) -> dict[str, str]:
    return {
        word.rstrip("*"): kind
        for kind, words in _VOCABULARY.items()
        for word in words.split()
        if word.endswith("*") == starred
    }


_WHOLE, _BEGINNING = _table(False), _table(True)
_ENDING = {
    "telefon": "PHONE",
    "mobil": "PHONE",
    "konto": "BANKKONTO",
    "kontot": "BANKKONTO",
    "kort": "CARD",
    "koordinat": "COORD",
}


_ELSE = ("NUMBER", "OTHER", "IBAN", "BANKKONTO", "BANKGIRO", "PLUSGIRO")


def named(text: str, at: int, within: int = 40) -> Name | None:
    """What the nearest naming word within so many characters before the place says; None when there is none."""
    start = max(0, at - within)
    words = _WORD.findall(normalize("NFC", text[start:at]).lower())
    if start and words and text[start - 1].isalnum():
        del words[0]
    for between, word in enumerate(reversed(words)):
        kind = _kind(word)
        if kind:
            return Name(kind, between)
    return None


def is_named(text: str, at: int, *kinds: str, within: int = 40) -> bool:
    """Whether the nearest naming word says one of the kinds."""
    name = named(text, at, within)
    return name is not None and name.kind in kinds


def is_something_else(text: str, at: int) -> bool:
    """Whether the word right before the number, or the one before that, is of another number or of what bears one."""
    name = named(text, at, 30)
    return name is not None and name.kind in _ELSE and name.words_between <= 1


@lru_cache(_CACHED)
def _kind(word: str) -> str | None:
    kind = _WHOLE.get(word)
    if kind:
        return kind
    for size in range(len(word), _FIRST, -1):
        kind = _BEGINNING.get(word[:size]) or _ENDING.get(word[-size:])
        if kind:
            return kind
    return None
