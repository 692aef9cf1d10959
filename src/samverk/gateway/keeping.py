"""Use cases of what is kept of calls' content: whether and for how long, what there is, and who has read it.

It is for those who administer the organisation, and each reading is written into its log, with the reason.
"""

from collections.abc import Sequence
from uuid import UUID

from samverk.core.database import Database
from samverk.core.errors import Invalid, NotFound
from samverk.core.journal import note
from samverk.core.scope import Scope
from samverk.identity.principal import ADMIN, Principal
from samverk.ledger.content import Content, Contents, Kept

LONGEST_REASON = 200  # characters


class Keeping:
    """What the organisations keep. The journal stands in `db`, the content with the ledger."""

    def __init__(self, db: Database, contents: Contents) -> None:
        self._db = db
        self._contents = contents

    async def days(self, org_id: UUID) -> int:
        """How many days the organisation keeps what is asked and answered; 0: it keeps nothing."""
        return await self._contents.days(org_id)

    async def choose(self, by: Principal, days: int) -> None:
        """Keep it for this many days from now on, 0: keep nothing; what is older is erased. Raises NotAllowed, Invalid."""
        by.require(ADMIN)
        await self._contents.choose(by, by.org_id, days)

    async def list(self, by: Principal, number: int, skip: int = 0) -> Sequence[Kept]:
        """The calls whose content is kept, the latest first: at most so many, after so many. Raises NotAllowed."""
        by.require(ADMIN)
        return await self._contents.list(by.org_id, number, skip)

    async def get(self, by: Principal, call_id: UUID) -> Kept:
        """That the content of a call is kept. Raises NotAllowed, NotFound."""
        by.require(ADMIN)
        found = await self._contents.kept(by.org_id, call_id)
        if found is None:
            raise NotFound("content")
        return found

    async def read(self, by: Principal, call_id: UUID, why: str) -> Content:
        """What was asked and answered in a call, for a reason: the log says who has read it and why, before it is read.

        Raises NotAllowed, Invalid without a reason, NotFound, Unlockable.
        """
        kept, reason = await self.get(by, call_id), _reason(why)
        async with self._db.write(Scope(by.org_id)) as session:
            note(session, by.org_id, by, "content.read", call=str(kept.call_id), why=reason)
        found = await self._contents.read(by.org_id, call_id)
        if found is None:  # it was erased meanwhile
            raise NotFound("content")
        return found


def _reason(why: str) -> str:
    reason = " ".join(why.replace("\x00", "").split())
    if not 0 < len(reason) <= LONGEST_REASON:
        raise Invalid(
            sv=f"Skriv varför du behöver läsa det, med högst {LONGEST_REASON} tecken. Skälet syns i loggen.",
            en=f"Write why you need to read it, in at most {LONGEST_REASON} characters. The reason shows in the log.",
            param="why",
        )
    return reason
