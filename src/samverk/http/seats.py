"""The one rule that joins two rooms: nobody is added to an organisation whose plan has no seat left."""

from uuid import UUID

from samverk.http.rooms import Rooms


async def require_seat(rooms: Rooms, org_id: UUID) -> None:
    """See that there is room for one more member; open invitations hold a seat too. Raises NoSeat."""
    members = await rooms.identity.members.count(org_id)
    waiting = await rooms.identity.invitations.waiting(org_id)
    await rooms.gateway.plans.require_seat(org_id, sum(members.values()) + len(waiting))
