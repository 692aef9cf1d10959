"""Vectors of passages, kept by organisation and set: what a model has made, beside what serves meanwhile."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from samverk.core.database import Json, Moment
from samverk.core.ids import new_id, now
from samverk.core.scope import Base, OrgOwned


class VectorSet(OrgOwned, Base):
    """The vectors that a model makes of all that an organisation searches. At most one set serves its searches.

    `model` is the model's slug; `query_prefix` and `passage_prefix` stand before each text, as some models are trained with.
    `state` is `making`, `made` or `failed`, with the `reason` (code, sv, en); `refused` are collections that were
    left out, each with its reason. `batch` is the number of the last that was written; `figures` what the trial on the
    organisation's own questions gave, with the weight among them.
    """

    __tablename__ = "vector_sets"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    model: Mapped[str]
    query_prefix: Mapped[str]
    passage_prefix: Mapped[str]
    state: Mapped[str]
    reason: Mapped[dict[str, str] | None] = mapped_column(Json)
    refused: Mapped[dict[str, dict[str, str]]] = mapped_column(Json, default=dict)
    dimensions: Mapped[int]
    batch: Mapped[int]
    figures: Mapped[dict[str, Any] | None] = mapped_column(Json)
    serving: Mapped[bool]
    job: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class PassageVector(OrgOwned, Base):
    """A passage's vector, a signed byte a dimension, with what a search can be narrowed by.

    The row is the organisation's that searches, also where the passage is another's that shares it. `digest` is of the text
    that the vector was made of: the same text is never sent twice for one set.
    """

    __tablename__ = "passage_vectors"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "set_id"], ["vector_sets.org_id", "vector_sets.id"]),
        Index("passage_vectors_by_batch", "org_id", "set_id", "collection_id", "batch"),
        Index("passage_vectors_by_digest", "org_id", "set_id", "digest"),
    )

    set_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    passage_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    collection_id: Mapped[UUID]
    batch: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    type: Mapped[str]
    dated: Mapped[datetime | None] = mapped_column(Moment)
    vector: Mapped[bytes] = mapped_column(LargeBinary)
