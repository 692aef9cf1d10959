"""`samverk budget|limit|plan`: what an organisation's calls may cost, how fast they may come, and the plan that it has."""

from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

import typer

from samverk.cli.choices import JSON, ORG
from samverk.cli.run import command, inside, language, print_json, say
from samverk.core.errors import Invalid

if TYPE_CHECKING:
    from samverk.gateway.budgeting import BudgetStanding
    from samverk.gateway.plans import Plan


class SubjectChoice(StrEnum):
    """Whom a budget is for."""

    ORGANISATION = "organisation"
    GROUP = "group"
    KEY = "key"
    ASSISTANT = "assistant"


class LimitedChoice(StrEnum):
    """What a limit bounds."""

    KEY = "key"
    MODEL = "model"


class PeriodChoice(StrEnum):
    """How long a budget lasts before it begins anew."""

    MONTH = "month"
    DAY = "day"


class UnitChoice(StrEnum):
    """What a budget counts."""

    MONEY = "money"
    TOKENS = "tokens"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    budget, limit, plan = (typer.Typer(no_args_is_help=True, rich_markup_mode=None) for _ in range(3))
    budget.command("set")(set_budget)
    budget.command("list")(list_budgets)
    budget.command("remove")(remove_budget)
    limit.command("set")(set_limit)
    limit.command("list")(list_limits)
    limit.command("remove")(remove_limit)
    plan.command("set")(set_plan)
    plan.command("show")(show_plan)
    app.add_typer(budget, name="budget", help="What calls of models may cost.")
    app.add_typer(limit, name="limit", help="How fast calls of models may come.")
    app.add_typer(plan, name="plan", help="The plan of an organisation.")


@command
async def set_budget(
    amount: str,
    org: str = ORG,
    subject: SubjectChoice = typer.Option(SubjectChoice.ORGANISATION, "--for", help="Whom it is for."),
    name: str = typer.Option("", help="The group's or the assistant's slug, or the key's id."),
    period: PeriodChoice = typer.Option(PeriodChoice.MONTH, help="How long it lasts."),
    unit: UnitChoice = typer.Option(UnitChoice.MONEY, help="What it counts."),
    currency: str = typer.Option("SEK", help="The currency of the money."),
    as_json: bool = JSON,
) -> None:
    """Decide how much may be spent; calls that do not fit are refused."""
    from samverk.gateway.budgeting import NewBudget
    from samverk.gateway.budgets import amount_of

    whole = amount_of(amount, unit.value)
    async with inside(org) as (rooms, who):
        wanted = NewBudget(subject.value, name, period.value, unit.value, whole, currency)
        standing = await rooms.gateway.budgets.set(who, wanted)
    if as_json:
        print_json(_body(standing))
    else:
        say("Budgeten gäller nu.", "The budget holds now.")


@command
async def list_budgets(org: str = ORG, as_json: bool = JSON) -> None:
    """List the budgets with what each has come to."""
    async with inside(org) as (rooms, who):
        found = await rooms.gateway.budgets.list(who.org_id)
    if as_json:
        print_json([_body(standing) for standing in found])
        return
    for standing in found:
        print(_line(standing))


@command
async def remove_budget(budget: UUID, org: str = ORG) -> None:
    """Remove a budget, by its id."""
    async with inside(org) as (rooms, who):
        await rooms.gateway.budgets.remove(who, budget)
    say("Budgeten är borttagen.", "The budget is removed.")


@command
async def set_limit(
    subject: LimitedChoice,
    name: str,
    org: str = ORG,
    requests: int | None = typer.Option(None, help="Requests a minute."),
    tokens: int | None = typer.Option(None, help="Tokens a minute."),
    concurrent: int | None = typer.Option(None, help="Calls at the same time."),
) -> None:
    """Bound how fast a key may ask, or a model be asked; NAME is * for all that have no limit of their own."""
    from samverk.gateway.limiting import NamedLimit
    from samverk.gateway.limits import Limit

    async with inside(org) as (rooms, who):
        await rooms.gateway.limits.set(who, NamedLimit(subject.value, name, Limit(requests, tokens, concurrent)))
    say("Gränsen gäller nu.", "The limit holds now.")


@command
async def list_limits(org: str = ORG, as_json: bool = JSON) -> None:
    """List the limits."""
    async with inside(org) as (rooms, who):
        found = await rooms.gateway.limits.list(who.org_id)
    rows = [
        {
            "subject": one.subject,
            "name": one.name,
            "requests": one.limit.requests,
            "tokens": one.limit.tokens,
            "concurrent": one.limit.concurrent,
        }
        for one in found
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        print("  ".join("-" if value is None else str(value) for value in row.values()))


@command
async def remove_limit(subject: LimitedChoice, name: str, org: str = ORG) -> None:
    """Remove a limit."""
    async with inside(org) as (rooms, who):
        await rooms.gateway.limits.remove(who, subject.value, name)
    say("Gränsen är borttagen.", "The limit is removed.")


@command
async def set_plan(
    plan: str,
    org: str = ORG,
    seats: int | None = typer.Option(None, help="How many may be members; the plan's own number unless given."),
    mark_up: str = typer.Option("", help="Per cent on every cost; the plan's own unless given."),
) -> None:
    """Give an organisation a plan."""
    from samverk.gateway.plans import chosen

    given = chosen(plan, seats, _per_cent(mark_up))
    async with inside(org) as (rooms, who):
        await rooms.gateway.plans.set(who, given)
    say(f"Organisationen har nu planen {given.slug}.", f"The organisation now has the plan {given.slug}.")


@command
async def show_plan(org: str = ORG, as_json: bool = JSON) -> None:
    """Show the plan of an organisation."""
    async with inside(org) as (rooms, who):
        plan = await rooms.gateway.plans.of(who.org_id)
    if as_json:
        print_json(plan.body())
    else:
        print("\n".join(_plan_lines(plan)))


def _body(standing: "BudgetStanding") -> dict[str, Any]:
    """A budget as a program reads it; money is a decimal number in a text."""
    from samverk.gateway.budgets import decimal_of

    budget = standing.budget
    amounts = {"amount": budget.amount, "used": standing.used, "held": standing.held}
    return {
        "id": str(budget.id),
        "subject": budget.subject,
        "name": budget.name,
        "period": budget.period,
        "unit": budget.unit,
        "currency": budget.currency,
        **{name: str(decimal_of(amount, budget.unit)) for name, amount in amounts.items()},
        "state": standing.state,
        "began": standing.began.isoformat(),
        "begins_anew": standing.begins_anew.isoformat(),
    }


def _line(standing: "BudgetStanding") -> str:
    from samverk.gateway.budgets import shown, whose

    budget, told = standing.budget, language()
    used, amount = shown(standing.used, budget, told), shown(budget.amount, budget, told)
    return f"{budget.id}  {whose(budget, told)}  {budget.period}  {used} / {amount}  {standing.state}"


def _plan_lines(plan: "Plan") -> list[str]:
    everything = "allt" if language() == "sv" else "all"
    names = ("Plan", "Platser", "Påslag", "Slag", "Förmågor") if language() == "sv" else _ENGLISH
    values = (
        plan.slug,
        everything if plan.seats is None else str(plan.seats),
        f"{plan.mark_up} %",
        everything if plan.kinds is None else ", ".join(sorted(plan.kinds)),
        everything if plan.abilities is None else ", ".join(sorted(plan.abilities)),
    )
    return [f"{name}: {value}" for name, value in zip(names, values, strict=True)]


_ENGLISH = ("Plan", "Seats", "Mark-up", "Kinds", "Abilities")


def _per_cent(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation as error:
        raise Invalid(
            sv="Påslaget ska vara ett tal i procent.", en="The mark-up must be a number, in per cent."
        ) from error
