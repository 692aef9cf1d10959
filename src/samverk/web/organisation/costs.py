"""The pages of what calls cost: the budgets with how far each has come, and what was used lately, by what and by day."""

from collections.abc import Mapping
from datetime import timedelta
from typing import cast

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import Invalid, NotFound, SamverkError
from samverk.core.ids import now
from samverk.gateway.budgeting import BudgetStanding, NewBudget
from samverk.gateway.budgets import PERIODS, SUBJECTS, UNITS, ZONE, Period, Subject, Unit, amount_of, shown
from samverk.http.rooms import Rooms, rooms_of
from samverk.identity.principal import Principal
from samverk.ledger.usage import Kind, Used
from samverk.web.organisation.frame import HOME, admin, ask, draw, id_of, sent_by_admin, wrong
from samverk.web.pages import language_of, see_other, texts_of
from samverk.web.said import Said, say

PLACE = f"{HOME}/kostnader"
DAYS = 30  # that are told
MOST = 10  # of a kind that are told
KINDS: tuple[Kind, ...] = ("model", "assistant", "key")
FIELDS = ("subject", "name", "period", "unit", "amount", "currency")

Names = Mapping[str, Mapping[str, str]]
"""What a person calls whom a budget is for, by subject and name."""


async def show(request: Request) -> Response:
    """The budgets, and the latest month."""
    return await _page(request, await admin(request))


async def _page(
    request: Request, who: Principal, fields: Mapping[str, str] | None = None, error: SamverkError | None = None
) -> Response:
    rooms, words = rooms_of(request), texts_of(request)
    names = await _names(rooms, who)
    today = now().astimezone(ZONE).date()
    since = today - timedelta(days=DAYS - 1)
    used = {kind: await rooms.ledger.usage(who.org_id, kind, since, today) for kind in KINDS}
    said = dict.fromkeys(FIELDS, "") | {"period": "month", "unit": "money", "currency": "SEK"} | dict(fields or {})
    context = {
        "budgets": [(one, _whose(one, names)) for one in await rooms.gateway.budgets.list(who.org_id)],
        "plan": await rooms.gateway.plans.of(who.org_id),
        "total": await rooms.ledger.usage(who.org_id, "all", since, today),
        "used": {
            kind: [(row, names[kind].get(row.of, row.of)) for row in _dearest(rows)] for kind, rows in used.items()
        },
        "days": DAYS,
        "fields": said,
        "whom": f"{said['subject']}:{said['name']}",
        "choices": _choices(names, words("costs.whole")),
        "periods": [(period, words("costs.period." + period)) for period in PERIODS],
        "units": [(unit, words("costs.unit." + unit)) for unit in UNITS],
        "errors": wrong(request, error) if error else {},
    }
    return await draw(request, who, "costs", "costs", context, status=error.status if error else 200)


async def _names(rooms: Rooms, who: Principal) -> Names:
    """What everything that can have a budget or be used is called."""
    keys = await rooms.identity.api_keys.all(who.org_id)
    return {
        "organisation": {},
        "group": {group.slug: group.name for group in await rooms.identity.groups.all(who.org_id)},
        "key": {str(key.id): key.name for key in keys if key.revoked_at is None},
        "assistant": {one.slug: one.name for one in await rooms.assistants.list(who)},
        "model": {one.card.slug: one.card.name for one in await rooms.library.models(who.org_id, stopped=True)},
    }


def _whose(standing: BudgetStanding, names: Names) -> str:
    budget = standing.budget
    return names[budget.subject].get(budget.name, budget.name)


def _dearest(rows: list[Used]) -> list[Used]:
    return sorted(rows, key=lambda row: (-row.cost, -row.calls, row.of))[:MOST]


def _choices(names: Names, whole: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Whom a budget can be for, by subject: pairs (`subject:name`, what they are called)."""
    subjects = [subject for subject in SUBJECTS if subject == "organisation" or names[subject]]
    return [
        (
            subject,
            [("organisation:", whole)]
            if subject == "organisation"
            else [(f"{subject}:{name}", called) for name, called in names[subject].items()],
        )
        for subject in subjects
    ]


async def change(request: Request) -> Response:
    """Decide a budget."""
    who, sent = await sent_by_admin(request)
    subject, _, name = sent.get("whom", "").partition(":")
    fields = {field: sent.get(field, "").strip() for field in FIELDS} | {"subject": subject, "name": name}
    try:
        standing = await rooms_of(request).gateway.budgets.set(who, _wanted(fields))
    except Invalid as error:
        return await _page(request, who, fields, error)
    amount = shown(standing.budget.amount, standing.budget, language_of(request))
    return say(request, see_other(PLACE), Said("budget.set", {"amount": amount}))


def _wanted(fields: Mapping[str, str]) -> NewBudget:
    """The budget as the form describes it. Raises Invalid."""
    for field, known in (("subject", SUBJECTS), ("period", PERIODS), ("unit", UNITS)):
        if fields[field] not in known:
            raise Invalid(why=field)
    unit = cast("Unit", fields["unit"])
    return NewBudget(
        subject=cast("Subject", fields["subject"]),
        name=fields["name"],
        period=cast("Period", fields["period"]),
        unit=unit,
        amount=amount_of(fields["amount"], unit),
        currency=fields["currency"].upper() or "SEK",
    )


async def ask_remove(request: Request) -> Response:
    """What it means to have the budget no more."""
    who, words = await admin(request), texts_of(request)
    await _one(request, who)
    return await ask(
        request,
        title=words("costs.remove.title"),
        text=words("costs.remove.text"),
        act=words("costs.remove.act"),
        back=PLACE,
    )


async def _one(request: Request, who: Principal) -> BudgetStanding:
    """The budget of the address. Raises NotFound."""
    wanted = id_of(request, "budget")
    found = [one for one in await rooms_of(request).gateway.budgets.list(who.org_id) if one.budget.id == wanted]
    if not found:
        raise NotFound("budget")
    return found[0]


async def remove(request: Request) -> Response:
    """Have the budget no more."""
    who, _ = await sent_by_admin(request)
    await rooms_of(request).gateway.budgets.remove(who, id_of(request, "budget"))
    return say(request, see_other(PLACE), Said("budget.removed"))
