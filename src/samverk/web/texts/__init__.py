"""The words of the pages: one folder a language (`sv`, `en`), one file an area; and how dates, numbers and money are written."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, get_args

from babel import Locale
from babel.dates import format_date, format_datetime, get_timezone
from babel.numbers import format_currency, format_decimal, format_percent

from samverk.core.errors import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)
TIME_ZONE = "Europe/Stockholm"
MILLIONTHS = Decimal(1_000_000)


class Texts:
    """The texts of one language. `texts("chat.send")`; with facts, `{name}` in the text is filled."""

    def __init__(self, language: Language, catalogue: Mapping[str, str]) -> None:
        self.language: Language = language
        self._catalogue = catalogue
        self._locale = Locale.parse({"sv": "sv_SE", "en": "en_GB"}[language])

    def __call__(self, key: str, **facts: object) -> str:
        """The text of a key. Raises KeyError for one that the catalogue does not have."""
        text = self._catalogue[key]
        return text.format(**facts) if facts else text

    def count(self, key: str, n: int, **facts: object) -> str:
        """The text for a number of things, from `key.one` or `key.other`; `{n}` is the number as it is written."""
        return self(f"{key}.{self._locale.plural_form(n)}", n=self.number(n), **facts)

    def has(self, key: str) -> bool:
        """Whether the catalogue has the key."""
        return key in self._catalogue

    def keys(self) -> frozenset[str]:
        """All keys."""
        return frozenset(self._catalogue)

    def number(self, value: float | int | Decimal) -> str:
        """A number as it is written here."""
        return format_decimal(value, locale=self._locale)

    def percent(self, value: float) -> str:
        """A share of one, as whole per cent."""
        return format_percent(value, locale=self._locale)

    def seconds(self, ms: float) -> str:
        """Milliseconds as seconds with a decimal or two, with their unit."""
        return f"{format_decimal(round(ms / 1000, 1 if ms >= 1000 else 2), locale=self._locale)} s"

    def money(self, millionths: int, currency: str) -> str:
        """An amount in millionths of the currency; small amounts keep the digits that tell them from nothing."""
        amount = Decimal(millionths) / MILLIONTHS
        is_small = amount != 0 and abs(amount) < Decimal("0.01")
        return format_currency(amount, currency, locale=self._locale, decimal_quantization=not is_small)

    def moment(self, value: datetime) -> str:
        """A date with its time of day, in Swedish time."""
        return format_datetime(value, "d MMMM y HH:mm", tzinfo=get_timezone(TIME_ZONE), locale=self._locale)

    def date(self, value: date) -> str:
        """A date; of a moment, the one in Swedish time."""
        if not isinstance(value, datetime):
            return format_date(value, "d MMMM y", locale=self._locale)
        return format_datetime(value, "d MMMM y", tzinfo=get_timezone(TIME_ZONE), locale=self._locale)

    def day(self, value: datetime) -> str:
        """A day of this or a recent month, in Swedish time: its name and date, without the year."""
        return format_datetime(value, "EEEE d MMMM", tzinfo=get_timezone(TIME_ZONE), locale=self._locale)

    def month(self, value: datetime) -> str:
        """A month with its year, in Swedish time."""
        return format_datetime(value, "MMMM y", tzinfo=get_timezone(TIME_ZONE), locale=self._locale)

    def time(self, value: datetime) -> str:
        """A time of day, in Swedish time."""
        return format_datetime(value, "HH:mm", tzinfo=get_timezone(TIME_ZONE), locale=self._locale)


@cache
def texts(language: Language) -> Texts:
    """The texts of a language."""
    catalogue: dict[str, str] = {}
    for area in sorted(files(__name__).joinpath(language).iterdir(), key=lambda entry: entry.name):
        said = dict(_flat(tomllib.loads(area.read_text(encoding="utf-8"))))
        if twice := catalogue.keys() & said.keys():
            raise ValueError(f"{language}/{area.name} says again what another file says: {', '.join(sorted(twice))}")
        catalogue |= said
    return Texts(language, catalogue)


def in_language(text: Any, language: Language) -> str:
    """The text of a value that is plain or has one text a language: `{sv, en}`."""
    if isinstance(text, Mapping):
        return str(text.get(language) or text.get("sv") or "")
    return str(text or "")


def preferred(accept_language: str) -> Language:
    """The first of our languages that a browser asks for; Swedish when it asks for neither."""
    weighted = []
    for i, part in enumerate(accept_language.split(",")):
        tag, _, parameter = part.strip().partition(";")
        quality = parameter.strip().removeprefix("q=") or "1"
        weight = float(quality) if quality.replace(".", "", 1).isdigit() else 0.0
        weighted.append((-weight, i, tag.split("-")[0].lower()))
    return next((language for _, _, tag in sorted(weighted) for language in LANGUAGES if tag == language), "sv")


def _flat(tree: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in tree.items():
        pairs += _flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else [(prefix + key, str(value))]
    return pairs
