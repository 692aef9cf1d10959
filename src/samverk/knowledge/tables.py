"""Collections, documents, versions and passages; who they are shared with; and the sequence that the index follows."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, Uuid, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from samverk.core.database import Json, Moment
from samverk.core.ids import new_id, now
from samverk.core.scope import Base, OrgOwned


class Grant(Base):
    """That a collection may be read by another organisation; `to_org` None means by all.

    It belongs to two organisations at once and so to neither's rows: only the owner writes it, through the service.
    """

    __tablename__ = "grants"
    __table_args__ = (
        ForeignKeyConstraint(["owner_org", "collection_id"], ["collections.org_id", "collections.id"]),
        Index("grants_by_collection", "collection_id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    owner_org: Mapped[UUID]
    collection_id: Mapped[UUID]
    to_org: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class CollectionUse(OrgOwned, Base):
    """How many searches of an organisation in a day a collection had something for; a row of the collection's owner."""

    __tablename__ = "collection_uses"
    __table_args__ = (ForeignKeyConstraint(["org_id", "collection_id"], ["collections.org_id", "collections.id"]),)

    collection_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    by_org: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    searches: Mapped[int]


def granted_to(org: UUID | None) -> ColumnElement[UUID]:
    """The ids of the collections that others share with an organisation."""
    to_us = or_(Grant.to_org == org, Grant.to_org.is_(None))
    return select(Grant.collection_id).where(to_us, Grant.revoked_at.is_(None)).scalar_subquery()


class Shareable(OrgOwned):
    """Rows of a collection: read by their organisation and by those it is shared with; written by the owner alone."""

    collection_id: Mapped[UUID] = mapped_column(Uuid)

    @classmethod
    def readable(cls, org: UUID | None) -> ColumnElement[bool]:
        return or_(cls.org_id == org, cls.collection_id.in_(granted_to(org))) if org else cls.org_id == org


class Collection(OrgOwned, Base):
    """A named set of documents with one level of information. `groups` empty: every member may read.

    With an `owner` it is that principal's alone: the files attached to one conversation.
    """

    __tablename__ = "collections"
    __table_args__ = (Index("collections_by_slug", "org_id", "slug", unique=True),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    slug: Mapped[str]
    name: Mapped[str]
    level: Mapped[int]
    groups: Mapped[list[str]] = mapped_column(Json, default=list)
    description: Mapped[str] = mapped_column(default="")
    owner: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)

    @classmethod
    def readable(cls, org: UUID | None) -> ColumnElement[bool]:
        return or_(cls.org_id == org, cls.id.in_(granted_to(org))) if org else cls.org_id == org


class Document(Shareable, Base):
    """A document in a collection, known by its path; its current version is what search sees.

    `status` is `reading`, `read` or `not_read`; `reason` then says why: code, sv, en. A version that was read before stays
    current when a newer file cannot be read. `reading_id` is the key of the latest job that reads it, and `ms` how long that
    took; `content_hash` is the file that was added last, and `modified_at` when its source says that it was changed.
    """

    __tablename__ = "documents"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "collection_id"], ["collections.org_id", "collections.id"]),
        Index("documents_by_path", "org_id", "collection_id", "path", unique=True),
        Index("documents_by_status", "org_id", "status"),
        Index("documents_by_id", "id"),  # for the readers that it is shared with
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    path: Mapped[str]
    title: Mapped[str]
    status: Mapped[str]
    reason: Mapped[dict[str, str] | None] = mapped_column(Json)
    version_id: Mapped[UUID | None]
    content_hash: Mapped[str]
    modified_at: Mapped[datetime | None] = mapped_column(Moment)
    reading_id: Mapped[UUID]
    ms: Mapped[int | None]
    added_by: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class DocumentVersion(Shareable, Base):
    """One immutable version of a document: the original and the cleaned text are blobs, named by their SHA-256.

    `modified_at` is when its source says that the file was changed. `pages` and `passages` are counts; `walls` says what kept
    its reader apart from everything else.
    """

    __tablename__ = "document_versions"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "document_id"], ["documents.org_id", "documents.id"]),
        Index("document_versions_by_document", "org_id", "document_id", "ordinal", unique=True),
        Index("document_versions_by_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    document_id: Mapped[UUID]
    ordinal: Mapped[int]
    title: Mapped[str]
    content_hash: Mapped[str]
    text_hash: Mapped[str]
    size: Mapped[int]
    media_type: Mapped[str]
    extractor: Mapped[str]
    labels: Mapped[list[str]] = mapped_column(Json, default=list)
    pages: Mapped[int]
    passages: Mapped[int]
    notes: Mapped[list[str]] = mapped_column(Json, default=list)
    walls: Mapped[list[str]] = mapped_column(Json, default=list)
    modified_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class PassageRow(Shareable, Base):
    """A passage of a version, with its locator. `pages` are pairs (offset in the passage, page index)."""

    __tablename__ = "passages"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "version_id"], ["document_versions.org_id", "document_versions.id"]),
        Index("passages_by_version", "org_id", "version_id", "ordinal", unique=True),
        Index("passages_by_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    version_id: Mapped[UUID]
    ordinal: Mapped[int]
    text: Mapped[str]
    heading: Mapped[list[str]] = mapped_column(Json)
    page: Mapped[int | None]
    label: Mapped[str | None]
    start: Mapped[int]
    end: Mapped[int]
    pages: Mapped[list[tuple[int, int]]] = mapped_column(Json, default=list)


class IndexChange(Shareable, Base):
    """What the index has to follow: entry `seq` of an organisation adds one version or removes one."""

    __tablename__ = "index_changes"
    __table_args__ = (Index("index_changes_by_collection", "org_id", "collection_id", "seq"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version_id: Mapped[UUID]
    removed: Mapped[bool] = mapped_column(default=False)


class PageReading(OrgOwned, Base):
    """What text recognition read on a page of a stored file: kept page by page, so that a reading goes on where it was, and
    after it for showing where a passage stands.

    `seen` is the page as `recognition` packs it; `reader` the program with its version and languages. `fault` is the code of
    the reason why a page could not be recognised.
    """

    __tablename__ = "page_readings"

    content_hash: Mapped[str] = mapped_column(primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reader: Mapped[str]
    seen: Mapped[bytes] = mapped_column(LargeBinary)
    fault: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
