"""A key that is revoked while it is in use dies in every process within two seconds: two others, with a memory of their own."""

import asyncio
import sys
import time

from samverk.core.database import Database
from samverk.core.fresh import SECONDS
from samverk.identity.service import Identity


async def test_a_key_that_is_revoked_while_in_use_dies_in_every_process(
    databases: tuple[Database, Database], database_urls: tuple[str, str]
) -> None:
    """The clock is the machine's, the same in all processes, and the child's is read before it asks: load changes nothing."""
    identity = Identity(databases[0])
    await identity.create_org("ekby", "Ekby")
    key, secret = await identity.create_key("ekby", "e-tjänst", ["chat"])
    command = (sys.executable, "-m", "tests.identity.holder", database_urls[0], secret)
    processes = [await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE) for _ in range(2)]
    for process in processes:
        assert process.stdout and await process.stdout.readline() == b"in\n"
    await identity.revoke_key(key.org_id, key.id)
    revoked = time.monotonic()
    last = [float((await process.communicate())[0]) for process in processes]
    assert max(last) <= revoked + SECONDS
