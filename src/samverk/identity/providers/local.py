"""Accounts that are kept here: an e-mail address and a password, of which the argon2id hash is stored."""

import asyncio

from samverk.core.database import Database
from samverk.core.scope import Scope
from samverk.identity import passwords, store
from samverk.identity.ports import Known

ISSUER = "local"


class LocalAccounts:
    """An `IdentityProvider` over the table of persons."""

    issuer = ISSUER

    def __init__(self, db: Database) -> None:
        self._db = db

    async def vouch(self, subject: str, secret: str) -> Known | None:
        """See `IdentityProvider`."""
        async with self._db.read(Scope.platform()) as session:
            # PostgreSQL takes no NUL in a text, and no account has one
            person = await store.person(session, ISSUER, subject.replace("\x00", "\ufffd"))
        hashed = person.password_hash if person else None
        return Known(ISSUER, subject) if await asyncio.to_thread(passwords.matches, secret, hashed) else None


PROVIDER = LocalAccounts
