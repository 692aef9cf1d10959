"""Use cases of plans: which one an organisation has, and whether it has a seat left. Whoever runs the platform decides them."""

from uuid import UUID

from samverk.core.errors import NotAllowed
from samverk.core.ids import now
from samverk.core.journal import note
from samverk.core.scope import Scope
from samverk.gateway.plans import NoSeat, Plan
from samverk.gateway.tables import PlanRow
from samverk.gateway.terms import Terms
from samverk.identity.principal import Kind, Principal


class Planning:
    """The plans of the organisations."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms

    async def of(self, org_id: UUID) -> Plan:
        """The plan of an organisation, at most two seconds old; `plans.NONE` where it has none."""
        return (await self._terms.of(org_id)).plan

    async def set(self, by: Principal, plan: Plan) -> None:
        """Give the organisation that the platform works for a plan. Raises NotAllowed for anybody but the platform itself."""
        if by.kind is not Kind.SYSTEM:
            raise NotAllowed
        async with self._terms.db.write(Scope(by.org_id)) as session:
            row = await session.get(PlanRow, by.org_id)
            if row is None:
                row = PlanRow(org_id=by.org_id)
                session.add(row)
            row.body, row.updated_at = plan.body(), now()
            told = {"plan": plan.slug, "seats": plan.seats, "mark_up": str(plan.mark_up)}
            note(session, by.org_id, by, "plan.set", **told)
        self._terms.changed(by.org_id)

    async def require_seat(self, org_id: UUID, taken: int) -> None:
        """See that there is room for one more when so many seats are taken (members and open invitations). Raises NoSeat.

        Whoever invites or adds a member asks first (`http.seats`): identity knows no plans.
        """
        plan = await self.of(org_id)
        if plan.seats is not None and taken >= plan.seats:
            raise NoSeat(seats=plan.seats)
