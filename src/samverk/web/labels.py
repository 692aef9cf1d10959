"""Sorts of personal data as people call them, and the family that each belongs to: a page marks a family with one look. Pure.

The labels are those of `samverk.masking`. A label that is not known here is an organisation's own, and bears the name that the
organisation gave it.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from samverk.masking.settings import MaskingSettings
from samverk.web.texts import Texts, in_language

FAMILIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "person": ("PERSON",),
        "number": ("PERSONNUMMER", "DOB", "ORGNR"),
        "contact": ("PHONE", "EMAIL"),
        "place": ("ADDRESS", "POSTORT", "FASTIGHET", "COORD"),
        "money": ("BANKKONTO", "BANKGIRO", "PLUSGIRO", "IBAN", "CARD"),
        "thing": ("REGNR", "IP", "MAC"),
    }
)
"""The families, in the order in which people meet them, each with its labels."""

OWN = "own"
"""The family of what an organisation has defined itself."""

LABELS: tuple[str, ...] = tuple(label for labels in FAMILIES.values() for label in labels)
KEYS: tuple[str, ...] = tuple(label.lower() for label in LABELS)

_FAMILY_OF = {label: family for family, labels in FAMILIES.items() for label in labels}


def own_names(settings: MaskingSettings) -> dict[str, str]:
    """The names of an organisation's own sorts, by label."""
    return {pattern.label: pattern.name for pattern in settings.patterns}


def family(label: str) -> str:
    """The family of a label."""
    return _FAMILY_OF.get(label, OWN)


def word(words: Texts, label: str, own: Mapping[str, str] = MappingProxyType({})) -> str:
    """What a person calls it, as within a sentence: "personnummer". `own` are the organisation's own names, by label."""
    key = "label." + label.lower()
    return words(key) if words.has(key) else own.get(label) or label.replace("_", " ").lower()


def title(words: Texts, label: str, own: Mapping[str, str] = MappingProxyType({})) -> str:
    """The same, as it begins a line: "Personnummer"."""
    text = word(words, label, own)
    return text[:1].upper() + text[1:]


_LABEL = re.compile(r"\b[A-ZÅÄÖ][A-ZÅÄÖ_]{1,39}\b")


def told(reason: Mapping[str, Any], words: Texts) -> str:
    """A reason of the policy in the reader's language, with the labels that it names as people call them."""
    text = in_language(reason, words.language)
    if reason.get("code") != "personal_data":
        return text
    return _LABEL.sub(lambda match: word(words, match[0]), text)
