"""Who: organisations, persons, members, groups, keys and sessions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, LargeBinary, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from samverk.core.database import Json, Moment
from samverk.core.ids import new_id, now
from samverk.core.scope import Base, OrgOwned


class Organisation(Base):
    """A tenant: a municipality, a region, an agency, or a library that serves them."""

    __tablename__ = "organisations"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default="municipality")
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class OrganisationSettings(OrgOwned, Base):
    """How an organisation looks and what it keeps: at most one row, and without one everything is as it comes.

    `colour` is `#rrggbb` or empty; `logo_digest` names the logo in its address. `retention_days` None keeps conversations until
    their owner deletes them; `session_hours` None leaves the installation's own. `contact` is whom people can turn to.
    """

    __tablename__ = "organisation_settings"

    colour: Mapped[str] = mapped_column(default="")
    logo: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # not with the frame of every page
    logo_type: Mapped[str] = mapped_column(default="")
    logo_digest: Mapped[str] = mapped_column(default="")
    retention_days: Mapped[int | None]
    session_hours: Mapped[int | None]
    contact: Mapped[dict[str, str] | None] = mapped_column(Json)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now)


class Person(Base):
    """A human being, known by (issuer, subject). Not a membership: one person may belong to several organisations."""

    __tablename__ = "persons"
    __table_args__ = (Index("persons_by_subject", "issuer", "subject", unique=True),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    issuer: Mapped[str]
    subject: Mapped[str]
    name: Mapped[str]
    password_hash: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class Member(OrgOwned, Base):
    """A person's place in an organisation."""

    __tablename__ = "members"
    __table_args__ = (Index("members_by_person", "org_id", "person_id", unique=True),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    role: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    last_login_at: Mapped[datetime | None] = mapped_column(Moment)


class Group(OrgOwned, Base):
    """A named set of members, such as `socialsekreterare`."""

    __tablename__ = "groups"
    __table_args__ = (Index("groups_by_slug", "org_id", "slug", unique=True),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    slug: Mapped[str]
    name: Mapped[str]


class GroupMember(OrgOwned, Base):
    """That a member belongs to a group."""

    __tablename__ = "group_members"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "group_id"], ["groups.org_id", "groups.id"]),
        ForeignKeyConstraint(["org_id", "member_id"], ["members.org_id", "members.id"]),
    )

    group_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    member_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)


class Invitation(OrgOwned, Base):
    """That somebody may become a member: whoever has the link, of which only the SHA-256 is kept, until it expires."""

    __tablename__ = "invitations"
    __table_args__ = (Index("invitations_by_digest", "digest", unique=True),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    email: Mapped[str]
    name: Mapped[str]
    role: Mapped[str]
    groups: Mapped[list[str]] = mapped_column(Json)
    digest: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    accepted_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class Preference(OrgOwned, Base):
    """What a principal prefers, such as pinned assistants or that the introduction has been seen."""

    __tablename__ = "preferences"

    owner: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now)


class ApiKey(OrgOwned, Base):
    """A key to the interfaces. Only its SHA-256 is kept; `prefix` lets a person recognise it."""

    __tablename__ = "api_keys"
    __table_args__ = (Index("api_keys_by_digest", "digest", unique=True),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    name: Mapped[str]
    digest: Mapped[str]
    prefix: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(Json)
    groups: Mapped[list[str]] = mapped_column(Json)
    created_by: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    last_used_at: Mapped[datetime | None] = mapped_column(Moment)


class LoginSession(Base):
    """A log-in. The cookie holds the secret, the table its SHA-256."""

    __tablename__ = "sessions"

    digest: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    org_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    used_at: Mapped[datetime] = mapped_column(Moment, default=now)
    expires_at: Mapped[datetime] = mapped_column(Moment)


class LoginAttempt(Base):
    """A failed log-in, counted per subject and per address so that guessing is slow in every process."""

    __tablename__ = "login_attempts"
    __table_args__ = (Index("login_attempts_by_who", "who", "at"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    who: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment, default=now)
