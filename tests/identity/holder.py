"""A process that uses a key again and again until it opens nothing any more. Prints when it was last let in (s, monotonic)."""

import asyncio
import sys
import time

from samverk.core.database import Database
from samverk.identity.errors import InvalidKey
from samverk.identity.service import Identity

PAUSE = 0.05


async def hold(url: str, secret: str) -> float:
    """Use the key; the moment before it opened something for the last time. Says so once it has done it a first time."""
    database = Database(url)
    identity, last = Identity(database), 0.0
    try:
        while True:
            began = time.monotonic()
            await identity.key(secret)
            if not last:
                print("in", flush=True)
            last = began
            await asyncio.sleep(PAUSE)
    except InvalidKey:
        return last
    finally:
        await database.close()


if __name__ == "__main__":
    print(asyncio.run(hold(*sys.argv[1:])))
