"""Budgets: what may be spent, by whom, in which period. Pure: who a call burdens, what it sets aside, and how a refusal is told.

Inside, money is whole millionths of its currency; at the edges it is Decimal. Days and months are Sweden's.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Literal, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

from samverk.core.errors import Invalid, Language, SamverkError
from samverk.ledger.accounts import Hold

Subject = Literal["organisation", "group", "key", "assistant"]
Period = Literal["month", "day"]
Unit = Literal["money", "tokens"]
Burdened = tuple[Subject, str]  # who pays: a group's or an assistant's slug, a key's id; of the organisation nothing

SUBJECTS: tuple[Subject, ...] = get_args(Subject)
PERIODS: tuple[Period, ...] = get_args(Period)
UNITS: tuple[Unit, ...] = get_args(Unit)

ZONE = ZoneInfo("Europe/Stockholm")
MILLION = 1_000_000
WARNING_SHARE = Decimal("0.8")  # of a budget: from here on it is nearly spent
LARGEST = 10**15  # millionths, or tokens


@dataclass(frozen=True, slots=True)
class Budget:
    """What a subject may spend in each period: `amount` in millionths of the currency, or in tokens (and then no currency).

    `before` is what had been spent in the period `before_period` when the budget was made: it counts too.
    """

    id: UUID
    subject: Subject
    name: str
    period: Period
    unit: Unit
    amount: int
    currency: str = ""
    before: int = 0
    before_period: str = ""

    def account(self, at: datetime) -> str:
        """The account in the ledger that the budget is kept in at a moment: `key:<id>:money:SEK:2026-11`."""
        return f"{_stem(self.subject, self.name, self.unit, self.currency)}:{period_of(self.period, at)}"

    def limit(self, at: datetime) -> int:
        """What the account may come to."""
        return max(self.amount - self.earlier(at), 0)

    def earlier(self, at: datetime) -> int:
        """What of the period had been spent before the budget was made."""
        return self.before if self.before and self.before_period == period_of(self.period, at) else 0


@dataclass(frozen=True, slots=True)
class Nearly:
    """A budget that is spent to `WARNING_SHARE` or more."""

    budget: Budget
    used: int
    begins_anew: datetime

    def message(self, language: Language) -> str:
        """The warning as a person reads it."""
        return _NEARLY[language].format(**_told(self.budget, self.used, self.begins_anew, language))


class BudgetExhausted(SamverkError):
    """A call does not fit in a budget, so it is not made. The code is the one that OpenAI's clients know.

    `facts`: subject, name, unit, currency, amount, used, held (each in millionths or tokens), begins_anew (ISO 8601).
    """

    code = "insufficient_quota"
    status = 429
    sv = "Budgeten räcker inte till det här anropet."
    en = "The budget is not enough for this call."


_WHOSE: Mapping[Subject, tuple[str, str]] = {
    "organisation": ("organisationen", "the organisation"),
    "group": ("gruppen {name}", "the group {name}"),
    "key": ("nyckeln", "the key"),
    "assistant": ("assistenten {name}", "the assistant {name}"),
}
_PERIODS: Mapping[Period, tuple[str, str]] = {"month": ("månad", "month"), "day": ("dag", "day")}
_NEARLY = {
    "sv": "{used} av budgeten på {amount} per {period} för {whose} är använda. Den börjar om {anew}.",
    "en": "{used} of the budget of {amount} a {period} for {whose} are used. It begins anew on {anew}.",
}
_EXHAUSTED = {
    "sv": "Budgeten på {amount} per {period} för {whose} räcker inte till det här anropet: {used} är använda"
    " och {held} avsatta för pågående anrop. Den börjar om {anew}. Fråga den som ansvarar för budgeten.",
    "en": "The budget of {amount} a {period} for {whose} is not enough for this call: {used} are used"
    " and {held} set aside for calls on their way. It begins anew on {anew}. Ask who is responsible for the budget.",
}
_OTHER_CURRENCY = {
    "sv": "Modellen kostar i {priced} men budgeten för {whose} är i {currency}, så anropet går inte att räkna in."
    " Lägg till en budget i {priced}, eller välj en annan modell.",
    "en": "The model costs {priced} but the budget for {whose} is in {currency}, so the call cannot be counted."
    " Add a budget in {priced}, or choose another model.",
}


def burdened_by(key: str | None, groups: Iterable[str], assistant: str) -> Iterator[Burdened]:
    """Everybody whose budget a call burdens: the organisation, the key, each group of who asks, the assistant."""
    yield "organisation", ""
    if key is not None:
        yield "key", key
    for group in groups:
        yield "group", group
    if assistant:
        yield "assistant", assistant


def holds_of(budgets: Sequence[Budget], charged: int, currency: str, tokens: int, at: datetime) -> list[Hold]:
    """What a call sets aside in each budget that it burdens. Raises BudgetExhausted where its currency cannot be counted."""
    _check_currency(budgets, charged, currency)
    return [
        Hold(budget.account(at), charged if budget.unit == "money" else tokens, budget.limit(at))
        for budget in budgets
        if budget.unit == "tokens" or budget.currency == currency
    ]


def spent_of(budgets: Sequence[Budget], charged: int, currency: str, tokens: int, at: datetime) -> dict[str, int]:
    """What a call that began at a moment came to, by account."""
    return {
        budget.account(at): charged if budget.unit == "money" else tokens
        for budget in budgets
        if budget.unit == "tokens" or budget.currency == currency
    }


def counts_in(budgets: Sequence[Budget], currency: str) -> bool:
    """Whether what costs in a currency can be counted: everybody with a budget in money has one in that currency."""
    with_money = {(budget.subject, budget.name) for budget in budgets if budget.unit == "money"}
    counted = {(budget.subject, budget.name) for budget in budgets if budget.currency == currency}
    return with_money <= counted


def _check_currency(budgets: Sequence[Budget], charged: int, currency: str) -> None:
    if not charged or counts_in(budgets, currency):
        return
    budget = next(one for one in budgets if one.unit == "money" and one.currency != currency)
    messages = {
        language: text.format(priced=currency, currency=budget.currency, whose=whose(budget, language))
        for language, text in _texts(_OTHER_CURRENCY)
    }
    raise BudgetExhausted(**messages, **_facts(budget), used=None, held=None, begins_anew=None)


def exhausted(budget: Budget, used: int, held: int, at: datetime) -> BudgetExhausted:
    """The refusal: which budget, how much of it is used and set aside, and when it begins anew."""
    anew, used = begins_anew(budget.period, at), used + budget.earlier(at)
    messages = {}
    for language, text in _texts(_EXHAUSTED):
        set_aside = shown(held, budget, language)
        messages[language] = text.format(held=set_aside, **_told(budget, used, anew, language))
    return BudgetExhausted(**messages, **_facts(budget), used=used, held=held, begins_anew=anew.isoformat())


def _texts(texts: Mapping[str, str]) -> Iterator[tuple[Language, str]]:
    yield "sv", texts["sv"]
    yield "en", texts["en"]


def _facts(budget: Budget) -> dict[str, Any]:
    return {
        "subject": budget.subject,
        "name": budget.name,
        "unit": budget.unit,
        "currency": budget.currency,
        "amount": budget.amount,
    }


def _told(budget: Budget, used: int, anew: datetime, language: Language) -> dict[str, str]:
    return {
        "whose": whose(budget, language),
        "period": _PERIODS[budget.period][0 if language == "sv" else 1],
        "amount": shown(budget.amount, budget, language),
        "used": shown(used, budget, language),
        "anew": f"{anew:%Y-%m-%d}",
    }


def whose(budget: Budget, language: Language) -> str:
    """Whom a budget is for, in a sentence."""
    return _WHOSE[budget.subject][0 if language == "sv" else 1].format(name=budget.name)


def shown(amount: int, budget: Budget, language: Language) -> str:
    """An amount of a budget as a person reads it: `1 234,50 SEK`, `10 000 token`."""
    if budget.unit == "tokens":
        return f"{_grouped(f'{amount:,}', language)} token{'s' if language == 'en' else ''}"
    money = Decimal(amount) / MILLION
    decimals = 2 if not money or money >= Decimal("0.01") else 6
    return f"{_grouped(f'{money:,.{decimals}f}', language)} {budget.currency}"


def _grouped(number: str, language: Language) -> str:
    return number if language == "en" else number.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")


@lru_cache(maxsize=4096)
def _stem(*parts: str) -> str:
    """What the names of a budget's accounts begin with."""
    return ":".join(filter(None, parts))


@lru_cache(maxsize=256)  # a call asks the same for each of its budgets, before it is made and after
def period_of(period: Period, at: datetime) -> str:
    """The period that a moment belongs to: `2026-11`, or `2026-11-22`."""
    day = _day(at.replace(minute=0, second=0, microsecond=0))
    return day[:7] if period == "month" else day


@lru_cache(maxsize=16)
def _day(hour: datetime) -> str:
    """The day in Sweden of an hour: there is no need to work it out for every call, and no zone's offset here is part of one."""
    return hour.astimezone(ZONE).date().isoformat()


def begins(period: Period, at: datetime) -> datetime:
    """When the period of a moment began, in Swedish time."""
    day = at.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    return day.replace(day=1) if period == "month" else day


def begins_anew(period: Period, at: datetime) -> datetime:
    """When the next period begins, in Swedish time."""
    return begins(period, begins(period, at) + timedelta(days=32 if period == "month" else 1, hours=2))


def is_near(budget: Budget, used: int) -> bool:
    """Whether so much is used that it is time for a warning."""
    return used >= WARNING_SHARE * budget.amount


def amount_of(text: str, unit: Unit) -> int:
    """An amount as a person writes it, `1500` or `1500,50`, in millionths or tokens. Raises Invalid."""
    try:
        number = Decimal(text.strip().replace(" ", "").replace("\N{NO-BREAK SPACE}", "").replace(",", "."))
    except InvalidOperation:
        number = Decimal(-1)
    whole = number * (MILLION if unit == "money" else 1)
    if not number.is_finite() or not 0 < whole <= LARGEST or whole != int(whole):
        raise Invalid(
            sv="Beloppet ska vara ett tal större än noll: pengar med högst sex decimaler, token utan.",
            en="The amount must be a number above zero: money with six decimals at most, tokens without any.",
            param="amount",
        )
    return int(whole)


def decimal_of(amount: int, unit: Unit) -> Decimal:
    """An amount at the edges: money in the currency itself, tokens as they are."""
    return Decimal(amount) / MILLION if unit == "money" else Decimal(amount)
