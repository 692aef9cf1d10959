"""A process that spends: as many calls as fit in a budget, through a gateway of its own. Says how many were answered."""

import asyncio
import sys
from uuid import UUID

import orjson

from samverk.core.database import Database
from samverk.core.levels import Level
from samverk.gateway.budgets import BudgetExhausted
from samverk.gateway.service import Call
from samverk.identity.principal import system
from samverk.library.fake import FakeProvider
from tests.gateway.door import Door, chat, read


async def spend(main: str, ledger: str, org_id: UUID, calls: int) -> int:
    """Try so many calls, eight at a time; how many the budget let through."""
    databases = Database(main), Database(ledger)
    door, eight = Door(*databases, FakeProvider()), asyncio.Semaphore(8)

    async def one() -> bool:
        call = Call(system(org_id), ("honest",), chat("Hej", max_tokens=20), "test", marked_level=Level.OPEN)
        async with eight:
            try:
                await read(await door.gateway.call(call))
            except BudgetExhausted:
                return False
            return True

    answered = sum(await asyncio.gather(*(one() for _ in range(calls))))
    door.ledger.close()
    for database in databases:
        await database.close()
    return answered


if __name__ == "__main__":
    main, ledger, org, calls = sys.argv[1:]
    sys.stdout.buffer.write(orjson.dumps(asyncio.run(spend(main, ledger, UUID(org), int(calls)))))
