"""Use case of reporting a barrier: that something cannot be used, told by whoever met it, kept in the organisation's journal."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from samverk.core.database import Database
from samverk.core.errors import Invalid, TooMany
from samverk.core.ids import now
from samverk.core.journal import ChangeRow, note
from samverk.core.scope import Scope
from samverk.identity.principal import Principal

ACTION = "accessibility.reported"
LONGEST = {"what": 1_000, "where": 300, "reply": 200}  # characters
MOST_AN_HOUR = 30  # in an organisation, so that nobody floods its journal


@dataclass(frozen=True, slots=True)
class Barrier:
    """What somebody could not use: in their words, where it was, and how they want an answer (both may be empty)."""

    what: str
    where: str = ""
    reply: str = ""


def problem(barrier: Barrier) -> str:
    """What keeps a report from being accepted: `missing`, `long`, or nothing. Pure."""
    if not barrier.what.strip():
        return "missing"
    return "long" if any(len(getattr(barrier, name)) > limit for name, limit in LONGEST.items()) else ""


async def report(db: Database, by: Principal, barrier: Barrier) -> None:
    """Keep the report. Raises Invalid for one with a `problem`, TooMany when the organisation has had too many just now."""
    if why := problem(barrier):
        raise Invalid(why=why)
    recent = select(func.count()).where(ChangeRow.action == ACTION, ChangeRow.at > now() - timedelta(hours=1))
    async with db.write(Scope(by.org_id)) as session:
        if (await session.scalar(recent.select_from(ChangeRow)) or 0) >= MOST_AN_HOUR:
            raise TooMany(seconds=3600)
        told = {
            "what": barrier.what.strip(),
            "where": barrier.where.strip() or "–",
            "reply": barrier.reply.strip() or "–",
        }
        note(session, by.org_id, by, "accessibility.reported", **told)
