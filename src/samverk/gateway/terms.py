"""The terms that an organisation's calls stand under: plan, budgets and limits, in memory and at most two seconds old.

A call reads no database for them. What is changed in this process counts at once (`changed`). Who is about to spend a budget
is found when the terms are read, and told once a period.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.database import Database
from samverk.core.fresh import Fresh
from samverk.core.ids import now
from samverk.core.journal import note
from samverk.core.scope import Scope
from samverk.gateway import budgets, plans
from samverk.gateway.budgets import Budget, Burdened, Nearly
from samverk.gateway.limits import EVERY, Limit, Limited, Place
from samverk.gateway.plans import Plan
from samverk.gateway.tables import BudgetRow, LimitRow, PlanRow
from samverk.identity.principal import system
from samverk.ledger.accounts import Account
from samverk.ledger.service import Ledger
from samverk.ledger.usage import Kind as Counted

_COUNTED: Mapping[budgets.Subject, Counted] = {
    "organisation": "all",
    "group": "group",
    "key": "key",
    "assistant": "assistant",
}
"""How the sums of usage call whom a budget is for."""


@dataclass(frozen=True, slots=True)
class OrgTerms:
    """The terms of an organisation, as they stood when they were read: budgets by whom they burden, limits by whose they are."""

    org_id: UUID
    plan: Plan = plans.NONE
    budgets: Mapping[Burdened, tuple[Budget, ...]] = field(default_factory=dict)
    limits: Mapping[tuple[Limited, str], Limit] = field(default_factory=dict)
    nearly: Mapping[UUID, Nearly] = field(default_factory=dict)

    def burdened(self, key: str | None, groups: Sequence[str], assistant: str) -> list[Budget]:
        """The budgets that a call of a key or of nobody's, by somebody in these groups, for an assistant or none, burdens."""
        if not self.budgets:
            return []
        whose = budgets.burdened_by(key, groups, assistant)
        return [budget for one in whose for budget in self.budgets.get(one, ())]

    def limits_of(self, key: str | None, model: str) -> dict[Place, Limit]:
        """The limits that such a call must keep."""
        return dict(self._limits_of(key, model)) if self.limits else {}

    def _limits_of(self, key: str | None, model: str) -> Iterator[tuple[Place, Limit]]:
        named: tuple[tuple[Limited, str | None], ...] = (("key", key), ("model", model))
        for subject, name in named:
            if name is None:
                continue
            limit = self.limits.get((subject, name)) or self.limits.get((subject, EVERY))
            if limit is not None:
                yield (self.org_id, subject, name), limit


class Terms:
    """The terms of all organisations, in the database `db`."""

    def __init__(self, db: Database, ledger: Ledger) -> None:
        self.db = db
        self._ledger = ledger
        self._known = Fresh(self._read)

    async def of(self, org_id: UUID) -> OrgTerms:
        """The organisation's terms, at most two seconds old."""
        return await self._known.of(org_id)

    def changed(self, org_id: UUID) -> None:
        """Read anew at the next question."""
        self._known.changed(org_id)

    async def _read(self, org_id: UUID) -> OrgTerms:
        async with self.db.read(Scope(org_id)) as session:
            plan = await session.get(PlanRow, org_id)
            rows = list(await session.scalars(select(BudgetRow)))
            slow = {(row.subject, row.name): limit_of(row) for row in await session.scalars(select(LimitRow))}
        whose: dict[Burdened, tuple[Budget, ...]] = {}
        for budget in map(budget_of, rows):
            whose[budget.subject, budget.name] = (*whose.get((budget.subject, budget.name), ()), budget)
        nearly = await self._nearly(org_id, rows)
        return OrgTerms(org_id, Plan.of(plan.body) if plan else plans.NONE, whose, cast("Any", slow), nearly)

    async def _nearly(self, org_id: UUID, rows: Sequence[BudgetRow]) -> dict[UUID, Nearly]:
        """The budgets that are nearly spent. Whoever sees it first in a period writes it into the organisation's log."""
        if not rows:
            return {}
        at, found = now(), {}
        accounts = await self.accounts(org_id, [budget_of(row) for row in rows], at)
        for row in rows:
            budget, used = budget_of(row), accounts[row.id].used
            if budgets.is_near(budget, used):
                found[row.id] = Nearly(budget, used, budgets.begins_anew(budget.period, at))
                if row.warned_period != budgets.period_of(budget.period, at):
                    await self._warn(org_id, budget, used, at)
        return found

    async def accounts(self, org_id: UUID, asked: Sequence[Budget], at: datetime) -> dict[UUID, Account]:
        """What each budget has come to in the period of a moment."""
        found = await self._ledger.accounts(org_id, [budget.account(at) for budget in asked])
        accounts = {budget.id: found[budget.account(at)] for budget in asked}
        return {one.id: Account(accounts[one.id].used + one.earlier(at), accounts[one.id].held) for one in asked}

    async def spent_before(self, org_id: UUID, budget: Budget, at: datetime) -> int:
        """What the period of a moment has cost beside what stands in the budget's account: before there was such a budget."""
        since, until = budgets.begins(budget.period, at).date(), at.astimezone(budgets.ZONE).date()
        rows = await self._ledger.usage(org_id, _COUNTED[budget.subject], since, until, name=budget.name)
        if budget.unit == "money":
            spent = sum(row.cost for row in rows if row.currency == budget.currency)
        else:
            spent = sum(row.tokens_in + row.tokens_out for row in rows)
        account = budget.account(at)
        return max(spent - (await self._ledger.accounts(org_id, [account]))[account].used, 0)

    async def _warn(self, org_id: UUID, budget: Budget, used: int, at: datetime) -> None:
        period = budgets.period_of(budget.period, at)
        first = update(BudgetRow).where(BudgetRow.id == budget.id, BudgetRow.warned_period != period)
        async with self.db.write(Scope(org_id)) as session:
            done = cast("CursorResult[Any]", await session.execute(first.values(warned_period=period)))
            if done.rowcount:
                noted(session, org_id, "budget.nearly_spent", budget, used=budgets.shown(used, budget, "sv"))


def noted(session: AsyncSession, org_id: UUID, action: str, budget: Budget, by: Any = None, **facts: Any) -> None:
    """Write down what became of a budget, by somebody or by the platform itself."""
    told = {"subject": budget.subject, "name": budget.name, "period": budget.period}
    amount = budgets.shown(budget.amount, budget, "sv")
    note(session, org_id, by or system(org_id), action, **told, amount=amount, **facts)


def budget_of(row: BudgetRow) -> Budget:
    """The budget of a row."""
    subject, period, unit = cast("Any", row.subject), cast("Any", row.period), cast("Any", row.unit)
    return Budget(row.id, subject, row.name, period, unit, row.amount, row.currency, row.before, row.before_period)


def limit_of(row: LimitRow) -> Limit:
    """The limit of a row."""
    return Limit(row.requests, row.tokens, row.concurrent)
