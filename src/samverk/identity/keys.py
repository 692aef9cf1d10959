"""Use cases of keys to the interfaces: made, listed, revoked, and who stands behind one. A secret is known once, to its maker."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import select

from samverk.core.canonical import digest
from samverk.core.database import Database
from samverk.core.errors import Conflict, Invalid, NotFound
from samverk.core.fresh import Fresh
from samverk.core.ids import new_id, new_secret, now
from samverk.core.journal import note
from samverk.core.scope import Scope
from samverk.identity import store
from samverk.identity.errors import InvalidKey
from samverk.identity.principal import ADMIN, PERMISSIONS, Kind, Principal
from samverk.identity.slugs import name_of
from samverk.identity.tables import ApiKey

PREFIX = "sv-"
LONGEST_DAYS = 3650
SOON = timedelta(days=14)  # before it expires, a key is worth a word

KeyState = Literal["living", "expiring", "expired", "revoked"]


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a key is to be. `days` None lives until it is revoked; `id` lets a form that is sent twice make one key."""

    name: str
    scopes: Collection[str]
    groups: Collection[str] = ()
    days: int | None = None
    id: UUID = field(default_factory=new_id)


def state_of(key: ApiKey, at: datetime) -> KeyState:
    """Whether a key opens anything at a moment."""
    if key.revoked_at:
        return "revoked"
    if key.expires_at is None:
        return "living"
    if key.expires_at <= at:
        return "expired"
    return "expiring" if key.expires_at - at <= SOON else "living"


class Keys:
    """The keys of the organisations, and the cache of those in use."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._principals = Fresh(self._principal)  # a revoked key may live on in another process as long as that

    async def create(self, by: Principal, new: NewKey) -> tuple[ApiKey, str]:
        """A key. Returns it with its secret, which is shown this once.

        Raises Invalid for an unknown scope or none, a name that is none, a time that is too long; Conflict for one made already.
        """
        by.require(ADMIN)
        _check(new)
        secret = new_secret(PREFIX)
        at = now()
        key = ApiKey(
            org_id=by.org_id,
            id=new.id,
            name=name_of(new.name),
            digest=digest(secret),
            prefix=secret[: len(PREFIX) + 4],
            scopes=sorted(new.scopes),
            groups=sorted(new.groups),
            created_by=by.owner,
            created_at=at,
            expires_at=at + timedelta(days=new.days) if new.days is not None else None,
        )
        async with self._db.write(Scope(by.org_id)) as session:
            if await session.get(ApiKey, (by.org_id, new.id)):
                raise Conflict(
                    sv="Nyckeln är redan gjord och visas bara en gång. Har du inte sparat den: återkalla den och gör en ny.",
                    en="The key is made already and shown only once. If you did not save it: revoke it and make another.",
                )
            session.add(key)
            note(session, by.org_id, by, "key.created", name=key.name, prefix=key.prefix, scopes=", ".join(key.scopes))
        return key, secret

    async def all(self, org_id: UUID) -> list[ApiKey]:
        """The keys of an organisation, the oldest first, revoked ones too. Their secrets are known to nobody."""
        async with self._db.read(Scope(org_id)) as session:
            return list(await session.scalars(select(ApiKey).order_by(ApiKey.created_at, ApiKey.id)))

    async def get(self, org_id: UUID, key_id: UUID) -> ApiKey:
        """One key. Raises NotFound."""
        async with self._db.read(Scope(org_id)) as session:
            key = await session.get(ApiKey, (org_id, key_id))
        if key is None:
            raise NotFound("key")
        return key

    async def revoke(self, by: Principal, key_id: UUID) -> ApiKey:
        """End a key, at once here and within two seconds in every other process. Raises NotFound."""
        by.require(ADMIN)
        async with self._db.write(Scope(by.org_id)) as session:
            key = await session.get(ApiKey, (by.org_id, key_id), with_for_update=True)
            if key is None:
                raise NotFound("key")
            if key.revoked_at is None:
                key.revoked_at = now()
                note(session, by.org_id, by, "key.revoked", name=key.name, prefix=key.prefix)
        self._principals.changed(key.digest)
        return key

    async def principal(self, secret: str) -> Principal:
        """Who a key stands for. Raises InvalidKey. Cached for two seconds."""
        return await self._principals.of(digest(secret))

    async def _principal(self, key_digest: str) -> Principal:
        row = await store.living_key(self._db, key_digest, now())
        if row is None:
            raise InvalidKey
        await store.touch_key(self._db, row, now())
        return Principal(
            Kind.KEY, row.org_id, str(row.id), row.name, None, frozenset(row.groups), frozenset(row.scopes)
        )


def _check(new: NewKey) -> None:
    unknown = sorted(set(new.scopes) - PERMISSIONS.keys())
    if unknown:
        known = ", ".join(PERMISSIONS)
        raise Invalid(
            sv=f"Okänd behörighet: {', '.join(unknown)}. De som finns är {known}.",
            en=f"Unknown scope: {', '.join(unknown)}. Those that exist are {known}.",
            param="scopes",
        )
    if not new.scopes:
        raise Invalid(
            sv="Välj minst en behörighet. En nyckel utan behörighet öppnar ingenting.",
            en="Choose at least one scope. A key without any opens nothing.",
            param="scopes",
        )
    if new.days is not None and not 0 <= new.days <= LONGEST_DAYS:
        raise Invalid(
            sv=f"En nyckel kan gälla i högst {LONGEST_DAYS} dagar.",
            en=f"A key can live for at most {LONGEST_DAYS} days.",
            param="days",
        )
