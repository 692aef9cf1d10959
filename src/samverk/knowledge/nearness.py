"""Which passages are near a question by their vectors, and the search's hits ranked anew with that.

The question goes through the door as every call does. Where that fails the search goes on by words alone, and says so.
Exact enough for 100,000 passages of an organisation: all signs are looked through, and the cosine of the nearest is taken.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

import structlog

from samverk.core.database import Database
from samverk.core.errors import NotFound, SamverkError
from samverk.core.levels import Level
from samverk.core.scope import Scope
from samverk.gateway.calls import Answering, Call
from samverk.identity.principal import Principal
from samverk.knowledge import fusion, quantised, vector_store
from samverk.knowledge.ports import Hit, Wanted
from samverk.knowledge.vector_tables import VectorSet
from samverk.knowledge.views import LeftOut, Reason
from samverk.library.cards import ModelCard, Use
from samverk.library.ports import EmbeddingRequest, Embeddings, Unanswered

DEPTH = 100  # candidates of the words, and as many of the vectors
MOST_HELD = 400_000  # vectors whose signs are kept in memory, of all organisations
PATIENCE_SECONDS = 5.0  # with the model, for one question

_log = structlog.get_logger(__name__)


class Embedder(Protocol):
    """What is asked of the door to models."""

    async def embed(self, call: Call) -> Answering[Embeddings]:
        """See `Gateway`."""
        ...

    async def cards(self, org_id: UUID, slugs: Sequence[str]) -> list[ModelCard]:
        """See `Gateway`."""
        ...


@dataclass(slots=True)
class Held:
    """The signs of a collection's vectors up to a batch, beside what a search can be narrowed by."""

    batch: int = 0
    ids: list[UUID] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    dates: list[datetime | None] = field(default_factory=list)
    loading: asyncio.Lock = field(default_factory=asyncio.Lock)

    def nearest(self, code: int, wanted: Wanted) -> list[tuple[int, UUID]]:
        """(distance, passage) of the nearest that fit, nearest first."""
        if not wanted.is_narrowed:
            places: Sequence[int] = range(len(self.codes))
            codes = self.codes
        else:
            places = [place for place in range(len(self.codes)) if self._fits(place, wanted)]
            codes = [self.codes[place] for place in places]
        near = (places[at] for at in quantised.nearest(codes, code, DEPTH))
        return [((self.codes[place] ^ code).bit_count(), self.ids[place]) for place in near]

    def _fits(self, place: int, wanted: Wanted) -> bool:
        dated = self.dates[place]
        if wanted.types and self.types[place] not in wanted.types:
            return False
        if dated is None:
            return wanted.since is None and wanted.until is None
        return not (wanted.since and dated < wanted.since) and not (wanted.until and dated >= wanted.until)


class Nearness:
    """The vectors of all organisations, as searches use them."""

    def __init__(self, db: Database, gateway: Embedder | None = None) -> None:
        self._db = db
        self._door = gateway
        self._held: OrderedDict[tuple[UUID, UUID], Held] = OrderedDict()

    async def serving(self, org: UUID) -> VectorSet | None:
        """The set that serves the organisation's searches; None where words alone do."""
        async with self._db.read(Scope(org)) as session:
            return await vector_store.serving(session)

    async def ranked(
        self, principal: Principal, made: VectorSet, wanted: Wanted, hits: Sequence[Hit], level: Level
    ) -> tuple[list[Hit], list[LeftOut]]:
        """The hits of the words with those of the vectors, best first, and why the vectors could not help if they could not.

        `level` is the highest of the collections searched.
        """
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                near = await self.near(principal, made, wanted, hits, level)
        except (SamverkError, TimeoutError) as error:
            _log.warning("the search went by words alone", model=made.model, error=type(error).__name__)
            return list(hits), [LeftOut(made.model, _by_words(error))]
        words = {hit.id: hit.score for hit in hits}
        weight = float((made.figures or {}).get("weight", 0.0))
        order = fusion.fused(words, {hit.id: hit.score for hit in near}, weight)
        collections = {hit.id: hit.collection for hit in (*near, *hits)}
        scores = fusion.dealt(order, words)
        return [Hit(key, score, collections[key]) for key, score in zip(order, scores, strict=True)], []

    async def near(
        self, principal: Principal, made: VectorSet, wanted: Wanted, hits: Sequence[Hit], level: Level
    ) -> list[Hit]:
        """The nearest passages, and the hits that have vectors, scored by the cosine. Raises what the door does, Unanswered."""
        prompt = made.query_prefix + wanted.text
        [vector] = await self.embedded(principal, made.model, [prompt], level)
        if len(vector) != made.dimensions:
            numbers = made.dimensions
            raise Unanswered(
                made.model, (f"vektorn har inte {numbers} tal längre", f"the vector no longer has {numbers} numbers")
            )
        code, distances = quantised.signs(vector), list[tuple[int, UUID]]()
        for collection in dict.fromkeys(wanted.collections):
            held = await self.held(made, collection)
            distances += await asyncio.to_thread(held.nearest, code, wanted)
        nearest = [key for _, key in sorted(distances)[:DEPTH]]
        ids = list(dict.fromkeys([*nearest, *(UUID(hit.id) for hit in hits)]))
        async with self._db.read(Scope(wanted.org)) as session:
            rows = await vector_store.vectors(session, made, ids)
        return [Hit(key.hex, quantised.cosine(vector, row.vector), row.collection_id) for key, row in rows.items()]

    async def embedded(
        self, principal: Principal, model: str, texts: Sequence[str], level: Level, use: Use | None = None
    ) -> list[bytes]:
        """The packed vectors of texts out of sources of this level. Raises what the door does, Unanswered."""
        call = Call(
            principal,
            (model,),
            EmbeddingRequest(tuple(texts)),
            "vectors",
            source_level=level,
            marked_level=Level.OPEN,
            masking_allowed=True,
            use=use,
        )
        made = await (await self._gateway.embed(call)).result()
        try:
            return await asyncio.to_thread(lambda: [quantised.packed(vector) for vector in made.vectors])
        except ValueError as error:
            raise Unanswered(model, ("en vektor går inte att använda", "a vector cannot be used")) from error

    @property
    def _gateway(self) -> Embedder:
        if self._door is None:
            raise NotFound("model")
        return self._door

    async def card(self, org: UUID, model: str) -> ModelCard:
        """The card of the model. Raises NotFound."""
        return (await self._gateway.cards(org, [model]))[0]

    async def held(self, made: VectorSet, collection: UUID) -> Held:
        """The signs of a collection's vectors, with those that were added since the last time."""
        held = self._held.setdefault((made.id, collection), Held())
        self._held.move_to_end((made.id, collection))
        async with held.loading:
            while held.batch < made.batch:
                async with self._db.read(Scope(made.org_id)) as session:
                    rows, last = await vector_store.added_after(session, made, collection, held.batch)
                codes = await asyncio.to_thread(lambda some: [quantised.signs(row.vector) for row in some], rows)
                held.ids += [row.passage_id for row in rows]
                held.types += [row.type for row in rows]
                held.dates += [row.dated for row in rows]
                held.codes += codes  # last: a search may be looking through them
                held.batch = last
        while len(self._held) > 1 and sum(len(one.ids) for one in self._held.values()) > MOST_HELD:
            self._held.popitem(last=False)
        return held


def _by_words(error: Exception) -> Reason:
    """Why the vectors did not help."""
    slow = "Modellen svarade inte i tid.", "The model did not answer in time."
    sv, en = (error.sv, error.en) if isinstance(error, SamverkError) else slow
    return Reason("by_words_alone", f"Sökningen gick på orden enbart. {sv}", f"The search went by words alone. {en}")


def deepened(wanted: Wanted) -> Wanted:
    """The search with as many hits as are ranked anew."""
    return replace(wanted, limit=max(wanted.limit, DEPTH))
