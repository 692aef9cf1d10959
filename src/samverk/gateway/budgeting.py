"""Use cases of budgets: what an organisation has decided that it may cost, how far each budget has come, set and removed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import select

from samverk.core.errors import Invalid, NotFound
from samverk.core.ids import new_id, now
from samverk.core.scope import Scope
from samverk.gateway import budgets
from samverk.gateway.budgets import Budget, Period, Subject, Unit
from samverk.gateway.tables import BudgetRow
from samverk.gateway.terms import Terms, budget_of, noted
from samverk.identity.principal import ADMIN, Principal
from samverk.ledger.accounts import Account

State = Literal["ok", "nearly", "spent"]

MOST = 500  # budgets of one organisation
_NAMES: Mapping[Subject, re.Pattern[str]] = {
    "organisation": re.compile(r""),
    "group": re.compile(r"[a-z0-9][a-z0-9-]{0,63}"),
    "key": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "assistant": re.compile(r"[a-z0-9][a-z0-9-]{0,63}"),
}
_SAME = ("subject", "name", "period", "unit", "currency")
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class NewBudget:
    """What a budget is to be. `name` is a group's or an assistant's slug or a key's id, empty for the organisation.

    `amount` is in millionths of the currency (ISO 4217), or in tokens.
    """

    subject: Subject
    name: str
    period: Period
    unit: Unit
    amount: int
    currency: str = "SEK"


@dataclass(frozen=True, slots=True)
class BudgetStanding:
    """A budget and how far it has come in the period that runs: used, and set aside for calls on their way."""

    budget: Budget
    used: int
    held: int
    began: datetime
    begins_anew: datetime

    @property
    def state(self) -> State:
        """Whether it is spent, nearly (`budgets.WARNING_SHARE`), or neither."""
        if self.used >= self.budget.amount:
            return "spent"
        return "nearly" if budgets.is_near(self.budget, self.used) else "ok"


class Budgeting:
    """The budgets of the organisations."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._db = terms.db

    async def list(self, org_id: UUID) -> list[BudgetStanding]:
        """The budgets of an organisation with what each has come to, its own first, then by whom they are for."""
        async with self._db.read(Scope(org_id)) as session:
            found = [budget_of(row) for row in await session.scalars(select(BudgetRow))]
        at = now()
        accounts = await self._terms.accounts(org_id, found, at)
        return [_standing(budget, accounts[budget.id], at) for budget in sorted(found, key=_order)]

    async def set(self, by: Principal, wanted: NewBudget) -> BudgetStanding:
        """Decide a budget; one for the same subject, period, unit and currency is replaced. What the period has cost counts.

        It holds at once here and within two seconds in every other process. Raises NotAllowed, Invalid with the field as `param`.
        """
        by.require(ADMIN)
        currency = wanted.currency if wanted.unit == "money" else ""
        _check(wanted, currency)
        at = now()
        budget = Budget(new_id(), wanted.subject, wanted.name, wanted.period, wanted.unit, wanted.amount, currency)
        before = await self._terms.spent_before(by.org_id, budget, at)
        async with self._db.write(Scope(by.org_id)) as session:
            rows = list(await session.scalars(select(BudgetRow)))
            row = next((row for row in rows if _is_same(row, budget)), None)
            if row is None:
                if len(rows) >= MOST:
                    raise Invalid(sv=f"Ni kan ha högst {MOST} budgetar.", en=f"You can have at most {MOST} budgets.")
                row = _row(by.org_id, budget)
                session.add(row)
            row.before, row.before_period = before, budgets.period_of(budget.period, at)
            row.amount, row.updated_at, row.warned_period = wanted.amount, at, ""
            budget = budget_of(row)
            noted(session, by.org_id, "budget.set", budget, by)
        self._terms.changed(by.org_id)
        return _standing(budget, (await self._terms.accounts(by.org_id, [budget], at))[budget.id], at)

    async def remove(self, by: Principal, budget_id: UUID) -> None:
        """Let a budget bound nothing more. Raises NotAllowed, NotFound."""
        by.require(ADMIN)
        async with self._db.write(Scope(by.org_id)) as session:
            row = await session.get(BudgetRow, (by.org_id, budget_id))
            if row is None:
                raise NotFound("budget", str(budget_id))
            noted(session, by.org_id, "budget.removed", budget_of(row), by)
            await session.delete(row)
        self._terms.changed(by.org_id)


def _is_same(row: BudgetRow, budget: Budget) -> bool:
    """Whether a row is the budget for the same: then it is replaced."""
    return all(getattr(row, name) == getattr(budget, name) for name in _SAME)


def _row(org_id: UUID, budget: Budget) -> BudgetRow:
    return BudgetRow(org_id=org_id, id=budget.id, **{name: getattr(budget, name) for name in _SAME})


def _standing(budget: Budget, account: Account, at: datetime) -> BudgetStanding:
    began, anew = budgets.begins(budget.period, at), budgets.begins_anew(budget.period, at)
    return BudgetStanding(budget, account.used, account.held, began, anew)


def _order(budget: Budget) -> tuple[int, str, int, int, str]:
    return (
        budgets.SUBJECTS.index(budget.subject),
        budget.name,
        budgets.PERIODS.index(budget.period),
        budgets.UNITS.index(budget.unit),
        budget.currency,
    )


def _check(wanted: NewBudget, currency: str) -> None:
    if not _NAMES[wanted.subject].fullmatch(wanted.name):
        raise Invalid(
            sv="Ange gruppens eller assistentens kortnamn eller nyckelns id; för hela organisationen ingenting.",
            en="Give the group's or the assistant's slug or the key's id; for the whole organisation nothing.",
            param="name",
        )
    if currency and not _CURRENCY.fullmatch(currency):
        raise Invalid(
            sv="Skriv valutan med tre stora bokstäver, till exempel SEK.",
            en="Write the currency with three capital letters, such as SEK.",
            param="currency",
        )
    if not 0 < wanted.amount <= budgets.LARGEST:
        raise Invalid(sv="Beloppet ska vara större än noll.", en="The amount must be more than zero.", param="amount")
