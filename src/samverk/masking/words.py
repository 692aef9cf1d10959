"""Words before a number that say that it is none of a person or an organisation, however right its check digit happens to be."""

from collections.abc import Sequence
from unicodedata import normalize

REFERENCES = tuple(
    """*faktura *fakturan *fakturanummer *fakturanr ocr ocr-nummer ocr-nr ocrnr dnr dnr. d.nr diarienummer diarienr ärende ärendet
    *ärendenr *ärendenummer ärende-id *artikelnummer *artikelnr art.nr artikel order ordernr *ordernummer mål mål-nr målnr
    målnummer *serienummer *serienr sn s/n *projekt *projektnummer *projektnr projekt-id *referens *referensnummer
    *referensnr ref ref. *kundnummer *kundnr kund *bokning
    *bokningsnummer *bokningsnr *kvitto *kvittonummer *avtal *avtalsnummer *avtalsnr avtals-id
    *försäkringsnummer *mätare *mätarnummer mätarnr *löpnummer *löpnr *journalnummer journal-id *följesedel *leverans
    *leveransnummer *kollinummer *kolli-id *sändningsnummer *handling *handlingsnummer *inventarienummer *anläggningsnummer
    *anläggnings-id *beslutsnummer *protokollsnummer *batch *batchnummer lot isbn issn ean gtin larmnummer streckkod
    modell modellnummer *licensnummer *nyckel *biljett *biljettnummer *checksumma *verifikation *verifikat ver.nr
    invoice invoices case order reference receipt serial ticket item version build matter tracking""".split()
)
"""Words of things that have numbers of their own: an invoice, a case, a meter."""

_CHANNELS = """*konto *kontonummer *kontonr telefon telefonnummer tfn tel tel. mobil mobilnummer mobilnr fax ring bankgiro bg
    plusgiro pg postgiro swish clearing phone mobile""".split()

_BETWEEN = " \t\r\n\u00a0\u202f:.#(-"
_FILLERS = frozenset("nr no nummer number num är is mig oss på".split())


class Naming:
    """Words that name the number after them, when nothing but "nr", "är" and the like stands between."""

    def __init__(self, words: Sequence[str]) -> None:
        self._whole = frozenset(word.rstrip(".") for word in words if not word.startswith("*"))
        self._endings = tuple(word[1:] for word in words if word.startswith("*"))

    def before(self, text: str, at: int) -> int | None:
        """How many characters lie between the naming word and the number; None when no word names it."""
        window = text[max(0, at - 30) : at]
        for _ in range(3):
            left = window.rstrip(_BETWEEN)
            word = _last_word(left)
            if word not in _FILLERS:
                return len(text[max(0, at - 30) : at]) - len(left) if self._names(word) else None
            window = left[: -len(word)]
        return None

    def _names(self, word: str) -> bool:
        return bool(word) and (word in self._whole or word.endswith(self._endings))


def _last_word(text: str) -> str:
    parts = text[-30:].rsplit(None, 1)
    return normalize("NFC", parts[-1]).casefold().lstrip("(|*_\"'\u201d") if parts else ""


NAMES_A_REFERENCE = Naming(REFERENCES)
NAMES_ANOTHER = Naming((*REFERENCES, *_CHANNELS))
