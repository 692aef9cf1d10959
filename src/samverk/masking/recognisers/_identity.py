"""What personnummer and organisation numbers share: how ten digits are parted, and what the nearest word before calls them."""

import re
from typing import Literal

from samverk.masking.context import Words

BLANK = "[ \u00a0\u2002-\u200b\u202f\u2060]"
GAP = rf"{BLANK}{{0,2}}(?:[-+\u00ad\u2010-\u2015\u2212](?:{BLANK}|\r?\n){{0,2}})?"
"""Between the sixth digit and the last four: blanks, a hyphen, dash, minus or plus, and a line break after it."""

OTHERWISE = Words(
    """*faktura *fakturan *fakturanummer *fakturanr ocr ocr-nummer ocr-nr dnr dnr. diarienummer diarienr ärende ärendet ärendenr
    ärendenummer *artikelnummer *artikelnr artikel order ordernr ordernummer mål mål-nr *serienummer *serienr sn s/n *projekt
    *projektnummer *projektnr *referens *referensnummer *referensnr ref ref. *kundnummer *kundnr *kund *bokning
    *bokningsnummer *bokningsnr *kvitto *kvittonummer *avtal *avtalsnummer *avtalsnr *försäkringsnummer *mätare *mätarnummer
    *konto *kontonummer *kontonr *löpnummer *löpnr *journalnummer *följesedel *leverans *kollinummer *kolli-id
    *sändningsnummer *handling *handlingsnummer *inventarienummer *anläggningsnummer *anläggnings-id *beslutsnummer
    *protokollsnummer *batch *batchnummer *lot telefon telefonnummer tfn tel tel. mobil mobilnummer mobilnr fax ring
    bankgiro bg plusgiro pg postgiro swish clearing invoice invoices case order reference receipt serial ticket item
    version build phone mobile matter""".split()
)
"""Words before a number that say that it is none of a person or an organisation, however right its check digit happens to be."""

_NUMBER_IS = re.compile(r"(?:[\s:.#(-]|n[ro]\b|nummer\b|number\b|är\b|is\b|mig\b|oss\b|på\b){0,8}", re.IGNORECASE)
_BREAK = re.compile(r"[0-9]|[.!?;]\s|\n\s*\n")


def said_before(text: str, at: int, names: Words) -> Literal["so", "otherwise", ""]:
    """What the words before a number say that it is: one of the `names`, something else, or nothing."""
    named, other = names.before(text, at, 45), OTHERWISE.before(text, at, 30)
    if other is not None and (named is None or other < named) and _NUMBER_IS.fullmatch(text, at - other, at):
        return "otherwise"
    return "so" if named is not None and not _BREAK.search(text, at - named, at) else ""
