"""What calls of models may cost and how fast they may come, the organisation's plan, and how its endpoints are."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field, StringConstraints

from samverk.api.rest.keyed import Caller, KeyedRoute, Reached, needs
from samverk.api.rest.paging import Page
from samverk.api.rest.shapes import Sent
from samverk.gateway.budgeting import BudgetStanding, NewBudget
from samverk.gateway.budgets import Period, Subject, Unit, amount_of, decimal_of
from samverk.gateway.limiting import NamedLimit
from samverk.gateway.limits import Limit, Limited
from samverk.gateway.routing import EndpointHealth

router = APIRouter(tags=["budgets"], route_class=KeyedRoute)

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9*][A-Za-z0-9._:-]{0,99}$")]
Whole = Annotated[int, Field(ge=1, le=2_000_000_000)]


class BudgetIn(Sent):
    """A budget. `name` is a group's or an assistant's slug or a key's id, empty for the organisation.

    `amount` is a decimal number in a text: money, or tokens without decimals.
    """

    subject: Subject
    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{0,100}$")] = ""
    period: Period = "month"
    unit: Unit = "money"
    amount: Annotated[str, StringConstraints(max_length=40, pattern=r"^[0-9]+([.,][0-9]+)?$")]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "SEK"


class BudgetOut(BaseModel):
    """A budget and how far it has come in the period that runs. Amounts are decimal numbers in texts."""

    id: UUID
    subject: Subject
    name: str
    period: Period
    unit: Unit
    currency: str
    amount: str
    used: str
    held: str
    state: Literal["ok", "nearly", "spent"]
    began: datetime
    begins_anew: datetime


class LimitIn(Sent):
    """What is let through: requests and tokens a minute, calls at the same time. null: as many as come."""

    requests: Whole | None = None
    tokens: Whole | None = None
    concurrent: Whole | None = None


class LimitOut(BaseModel):
    """A limit and whose it is: a key's id or a model's slug, or `*` for each that has none of its own."""

    subject: Limited
    name: str
    requests: int | None
    tokens: int | None
    concurrent: int | None


class PlanOut(BaseModel):
    """The organisation's plan. `mark_up` is in per cent, a decimal number in a text; null: everything."""

    slug: str
    seats: int | None
    mark_up: str
    kinds: list[str] | None
    abilities: list[str] | None


class EndpointOut(BaseModel):
    """How an endpoint is, as the process that answers has seen it, and why it is left alone."""

    id: str
    url: str
    state: Literal["closed", "open", "half_open"]
    since: datetime
    why_sv: str
    why_en: str
    busy: int


class HealthOut(BaseModel):
    """How a model's endpoints are."""

    model: str
    endpoints: list[EndpointOut]


@router.get("/budgets", openapi_extra=needs("admin"))
async def budgets(rooms: Reached, who: Caller) -> Page[BudgetOut]:
    """The organisation's budgets, with what each has come to."""
    return Page(data=[_budget(one) for one in await rooms.gateway.budgets.list(who.org_id)], next_cursor=None)


@router.put("/budgets", openapi_extra=needs("admin"))
async def set_budget(body: BudgetIn, rooms: Reached, who: Caller) -> BudgetOut:
    """Decide a budget; one for the same subject, period, unit and currency is replaced."""
    amount = amount_of(body.amount, body.unit)
    wanted = NewBudget(body.subject, body.name, body.period, body.unit, amount, body.currency)
    return _budget(await rooms.gateway.budgets.set(who, wanted))


@router.delete("/budgets/{budget}", status_code=204, openapi_extra=needs("admin"))
async def remove_budget(budget: UUID, rooms: Reached, who: Caller) -> None:
    """Remove a budget."""
    await rooms.gateway.budgets.remove(who, budget)


@router.get("/limits", openapi_extra=needs("admin"))
async def limits(rooms: Reached, who: Caller) -> Page[LimitOut]:
    """The organisation's limits."""
    found = await rooms.gateway.limits.list(who.org_id)
    return Page(data=[_limit(one) for one in found], next_cursor=None)


@router.put("/limits/{subject}/{name}", openapi_extra=needs("admin"))
async def set_limit(subject: Limited, name: Name, body: LimitIn, rooms: Reached, who: Caller) -> LimitOut:
    """Bound how fast a key may ask, or a model be asked. It holds in each process for itself."""
    wanted = NamedLimit(subject, name, Limit(body.requests, body.tokens, body.concurrent))
    await rooms.gateway.limits.set(who, wanted)
    return _limit(wanted)


@router.delete("/limits/{subject}/{name}", status_code=204, openapi_extra=needs("admin"))
async def remove_limit(subject: Limited, name: Name, rooms: Reached, who: Caller) -> None:
    """Remove a limit."""
    await rooms.gateway.limits.remove(who, subject, name)


@router.get("/plan", openapi_extra=needs("admin"))
async def plan(rooms: Reached, who: Caller) -> PlanOut:
    """The organisation's plan; whoever runs the platform decides it."""
    return PlanOut(**(await rooms.gateway.plans.of(who.org_id)).body())


@router.get("/health", openapi_extra=needs("models:write"))
async def health(rooms: Reached, who: Caller) -> Page[HealthOut]:
    """How the endpoints of the organisation's models are, by model."""
    found = await rooms.gateway.health(who.org_id)
    told = [HealthOut(model=slug, endpoints=[_endpoint(one) for one in ends]) for slug, ends in found.items()]
    return Page(data=told, next_cursor=None)


def _budget(standing: BudgetStanding) -> BudgetOut:
    budget = standing.budget
    return BudgetOut(
        id=budget.id,
        subject=budget.subject,
        name=budget.name,
        period=budget.period,
        unit=budget.unit,
        currency=budget.currency,
        amount=str(decimal_of(budget.amount, budget.unit)),
        used=str(decimal_of(standing.used, budget.unit)),
        held=str(decimal_of(standing.held, budget.unit)),
        state=standing.state,
        began=standing.began,
        begins_anew=standing.begins_anew,
    )


def _limit(one: NamedLimit) -> LimitOut:
    limit = one.limit
    return LimitOut(
        subject=one.subject,
        name=one.name,
        requests=limit.requests,
        tokens=limit.tokens,
        concurrent=limit.concurrent,
    )


def _endpoint(one: EndpointHealth) -> EndpointOut:
    health = one.health
    return EndpointOut(
        id=one.id,
        url=one.url,
        state=health.state,
        since=health.since,
        why_sv=health.why_sv,
        why_en=health.why_en,
        busy=one.busy,
    )
