"""Vectors of an organisation's passages: made in the background, tried on its own questions, and switched on if they win.

A set belongs to one model. The one that serves goes on while another is made, and is forgotten when that takes its place.
Everything is asked for through the door to models, so that policy, masking, budgets and records hold for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.database import Database
from samverk.core.errors import Conflict, Denied, Invalid, NotFound, SamverkError
from samverk.core.ids import new_id
from samverk.core.jobs import Jobs, JobState, Payload
from samverk.core.journal import note
from samverk.core.levels import Level
from samverk.core.scope import Scope
from samverk.identity.principal import Principal, system
from samverk.knowledge import narrowing, store, vector_store
from samverk.knowledge.fusion import Verdict
from samverk.knowledge.nearness import Nearness
from samverk.knowledge.tables import Collection
from samverk.knowledge.vector_tables import PassageVector, VectorSet
from samverk.knowledge.views import Reason

JOB = "knowledge.vectors"
PERMISSION = "models:write"

MOST_PASSAGES = (
    100_000  # of an organisation: looked through and compared in 75 ms of CPU a question: benchmarks/vectors.py
)
BATCH = 32  # texts in one call
ROUNDS = 20  # calls of a job, before others get their turn
LONGEST_TEXT = 8_000  # characters of a passage that are sent
_CHARACTERS_A_TOKEN = 3  # of Swedish, carefully counted

TOO_MANY = Reason(
    "too_many_passages",
    f"Vektorer görs av högst {MOST_PASSAGES} stycken; resten söks på orden enbart.",
    f"Vectors are made of {MOST_PASSAGES} passages at most; the rest is searched by words alone.",
)

_log = structlog.get_logger(__name__)


class NoBetter(SamverkError):
    """Vectors have not been shown to make the search better on the organisation's own questions."""

    code = "vectors_no_better"
    status = 409
    sv = "Vektorerna från {model} har inte gett bättre träffar på era egna frågor, så de slås inte på."
    en = "The vectors of {model} have not given better hits on your own questions, so they are not switched on."


@dataclass(frozen=True, slots=True)
class SetInfo:
    """A set as people see it: `vectors` of `passages` are made; `figures` is what the latest trial gave."""

    id: UUID
    model: str
    state: str
    serving: bool
    vectors: int
    passages: int
    reason: Reason | None
    refused: dict[str, Reason]
    figures: dict[str, Any] | None

    def as_json(self) -> dict[str, Any]:
        """As interfaces have it."""
        return {
            "model": self.model,
            "state": self.state,
            "serving": self.serving,
            "vectors": self.vectors,
            "passages": self.passages,
            "reason": self.reason.as_json() if self.reason else None,
            "refused": {name: reason.as_json() for name, reason in self.refused.items()},
            "figures": self.figures,
        }


class Vectors:
    """The sets of all organisations."""

    def __init__(self, db: Database, jobs: Jobs, nearness: Nearness) -> None:
        self._db = db
        self._jobs = jobs
        self.nearness = nearness
        jobs.register(JOB, self._make)

    async def begin(self, who: Principal, model: str, query_prefix: str = "", passage_prefix: str = "") -> SetInfo:
        """Ask for vectors by a model of the organisation's, beside those that serve; a set of the same kind goes on.

        Other sets that do not serve are forgotten. Raises NotAllowed, NotFound, Invalid for a model of another kind, JobsFailed.
        """
        who.require(PERMISSION)
        card = await self.nearness.card(who.org_id, model)
        if card.kind != "embeddings":
            raise Invalid(sv=f"{card.name} gör inga vektorer.", en=f"{card.name} makes no vectors.")
        kind = (model, query_prefix, passage_prefix)
        async with self._db.write(Scope(who.org_id)) as session:
            sets = await vector_store.sets_of(session)
            made = next((one for one in sets if not one.serving and _kind(one) == kind), None)
            for other in sets:
                if not other.serving and other is not made:
                    await vector_store.forget(session, other)
            if made is None:
                names = dict(zip(("model", "query_prefix", "passage_prefix"), kind, strict=True))
                made = VectorSet(
                    org_id=who.org_id, id=new_id(), dimensions=0, batch=0, serving=False, refused={}, **names
                )
                session.add(made)
                note(session, who.org_id, who, "vectors.begun", name=model)
            made.state, made.reason, made.refused, made.job = "making", None, {}, new_id().hex
        await self._ask(made)
        return await self.get(who, model)

    async def of(self, who: Principal) -> list[SetInfo]:
        """The organisation's sets, the one that serves first. Raises NotAllowed."""
        who.require(PERMISSION)
        async with self._db.read(Scope(who.org_id)) as session:
            every = await vector_store.passages(session, await _searched(session))
            sets = await vector_store.sets_of(session)
            infos = [_described(made, await vector_store.count(session, made), every) for made in sets]
        return sorted(infos, key=lambda info: not info.serving)

    async def get(self, who: Principal, model: str) -> SetInfo:
        """The latest set of a model. Raises NotAllowed, NotFound."""
        found = [info for info in await self.of(who) if info.model == model]
        if not found:
            raise NotFound("vectors", model)
        return found[-1]

    async def tried(self, who: Principal, model: str, verdict: Verdict) -> SetInfo:
        """Keep what a trial gave. Raises NotAllowed, NotFound."""
        info = await self.get(who, model)
        async with self._db.write(Scope(who.org_id)) as session:
            made = await self._locked(session, who.org_id, info.id)
            made.figures = verdict.as_json()
            note(session, who.org_id, who, "vectors.tried", name=model, words=verdict.words, fused=verdict.fused)
        return await self.get(who, model)

    async def turn_on(self, who: Principal, model: str) -> SetInfo:
        """Let a model's vectors serve, in the place of those that did. Raises NotAllowed, NotFound, Conflict, NoBetter."""
        info = await self.get(who, model)
        async with self._db.write(Scope(who.org_id)) as session:
            made = await self._locked(session, who.org_id, info.id)
            if not made.serving and made.state != "made":
                raise Conflict(sv="Alla vektorer är inte gjorda än.", en="Not all vectors are made yet.")
            if not made.figures or not made.figures["wins"]:
                raise NoBetter(model=model)
            for other in await vector_store.sets_of(session):
                if other.serving and other.id != made.id:
                    await vector_store.forget(session, other)
            made.serving = True
            note(session, who.org_id, who, "vectors.on", name=model)
        return await self.get(who, model)

    async def turn_off(self, who: Principal) -> None:
        """Let words alone serve again; the vectors are kept. Raises NotAllowed."""
        who.require(PERMISSION)
        async with self._db.write(Scope(who.org_id)) as session:
            for made in await vector_store.sets_of(session):
                if made.serving:
                    made.serving = False
                    note(session, who.org_id, who, "vectors.off", name=made.model)

    async def forget(self, who: Principal, model: str) -> None:
        """Stop making a model's vectors and delete them. Raises NotAllowed, NotFound, Conflict where they serve."""
        info = await self.get(who, model)
        async with self._db.write(Scope(who.org_id)) as session:
            made = await self._locked(session, who.org_id, info.id)
            if made.serving:
                raise Conflict(
                    sv="Vektorerna används i sökningen. Slå av dem först.",
                    en="The vectors are used in the search. Switch them off first.",
                )
            await vector_store.forget(session, made)
            note(session, who.org_id, who, "vectors.forgotten", name=model)
        await self._jobs.cancel([made.job])

    async def look(self) -> None:
        """Ask for what lacks vectors (new, failed before, worked on by nobody any more), and forget what is gone."""
        async with self._db.read(Scope.platform()) as session:
            orgs = await store.all_orgs(session)
        for org in orgs:
            async with self._db.read(Scope(org)) as session:
                sets = await vector_store.sets_of(session)
            for made in sets:
                await self._forget_outdated(made)
                if made.serving or made.state in {"making", "failed"}:
                    await self._take_up(made)

    async def _forget_outdated(self, made: VectorSet) -> None:
        """Delete the vectors of passages that the organisation no longer has to search."""
        async with self._db.read(Scope(made.org_id)) as session:
            outdated = await vector_store.outdated(session, made, await _searched(session))
        if outdated:  # found by what the organisation may read, which is more than it may write
            async with self._db.write(Scope(made.org_id)) as session:
                await vector_store.forget_vectors(session, made, outdated)

    # the job

    async def _take_up(self, made: VectorSet) -> None:
        """Ask for the making of a set anew, unless somebody is at it or there is nothing to do."""
        states = await self._jobs.status([made.job])
        if states.get(made.job) in {JobState.WAITING, JobState.RUNNING} or not await self._lacking(made, 1):
            return
        async with self._db.write(Scope(made.org_id)) as session:
            row = await self._locked(session, made.org_id, made.id)
            row.state, row.reason, row.job = "making" if not row.serving else row.state, None, new_id().hex
        await self._ask(row)

    async def _ask(self, made: VectorSet) -> None:
        payload = {"org": str(made.org_id), "set": str(made.id), "job": made.job}
        await self._jobs.enqueue(JOB, payload, key=made.job, org=made.org_id)

    async def _make(self, payload: Payload) -> None:
        """The job's handler: makes some vectors, and queues itself anew behind others where more are lacking."""
        org, set_id = UUID(payload["org"]), UUID(payload["set"])
        async with self._db.read(Scope(org)) as session:
            made = await session.get(VectorSet, (org, set_id))
        if made is None or made.job != payload["job"]:
            return
        await self._forget_outdated(made)
        try:
            for _ in range(ROUNDS):
                if not await self._round(made):
                    return
            async with self._db.write(Scope(org)) as session:
                held = await self._locked(session, org, set_id)
                if held.job != made.job:
                    return
                held.job = new_id().hex
            await self._ask(held)
        except NotFound:  # forgotten meanwhile, or the model is
            await self._end(made, "failed", Reason.of(NotFound("model", made.model)))
        except SamverkError as error:
            _log.warning("vectors could not be made", model=made.model, error=error.code)
            await self._end(made, "failed", Reason.of(error))

    async def _round(self, made: VectorSet) -> bool:
        """Make the next vectors; whether there were any to make."""
        rows = await self._lacking(made, BATCH)
        if not rows:
            async with self._db.read(Scope(made.org_id)) as session:
                is_full = await vector_store.count(session, made) >= MOST_PASSAGES
            await self._end(made, "made", TOO_MANY if is_full else None)
            return False
        some = [row for row in rows if row.collection_id == rows[0].collection_id]
        card = await self.nearness.card(made.org_id, made.model)
        longest = min(LONGEST_TEXT, card.context_tokens * _CHARACTERS_A_TOKEN)
        texts = {row.id: _text(row, made, longest) for row in some}
        digests = {key: sha256(text.encode()).digest() for key, text in texts.items()}
        async with self._db.read(Scope(made.org_id)) as session:
            known = await vector_store.known(session, made, set(digests.values()))
            collection = await store.collection(session, some[0].collection_id)
        new = {digests[key]: text for key, text in texts.items() if digests[key] not in known}
        if new and collection is not None:
            level = Level(collection.level)
            try:
                vectors = await self.nearness.embedded(
                    system(made.org_id), made.model, list(new.values()), level, "documents"
                )
            except Denied as error:
                await self._refuse(made, collection, Reason.of(error))
                return True
            known |= dict(zip(new, vectors, strict=True))
        await self._write(
            made, some, {row.id: known[digests[row.id]] for row in some if digests[row.id] in known}, digests
        )
        return True

    async def _lacking(self, made: VectorSet, limit: int) -> list[Row[Any]]:
        """Passages without a vector, in collections that were not refused."""
        async with self._db.read(Scope(made.org_id)) as session:
            row = await session.get(VectorSet, (made.org_id, made.id))
            if row is None:
                raise NotFound("vectors", made.model)
            room = MOST_PASSAGES - await vector_store.count(session, made)
            collections = [one for one in await _searched(session) if one.hex not in row.refused]
            return await vector_store.lacking(session, made, collections, min(limit, room)) if room > 0 else []

    async def _write(
        self, made: VectorSet, rows: Sequence[Row[Any]], vectors: dict[UUID, bytes], digests: dict[UUID, bytes]
    ) -> None:
        """Keep a batch, unless the set is forgotten or somebody else makes it by now."""
        async with self._db.write(Scope(made.org_id)) as session:
            held = await self._locked(session, made.org_id, made.id)
            if held.job != made.job:
                raise NotFound("vectors", made.model)
            sizes = {len(vector) for vector in vectors.values()}
            held.dimensions = held.dimensions or next(iter(sizes), 0)
            if sizes - {held.dimensions}:
                raise Conflict(
                    sv=f"{made.model} ger vektorer av en annan storlek än förut. Gör nya.",
                    en=f"{made.model} gives vectors of another size than before. Make new ones.",
                )
            held.batch += 1
            session.add_all(
                PassageVector(
                    org_id=made.org_id,
                    set_id=made.id,
                    passage_id=row.id,
                    collection_id=row.collection_id,
                    batch=held.batch,
                    digest=digests[row.id],
                    type=narrowing.type_of(row.path, row.media_type),
                    dated=row.modified_at or row.created_at,
                    vector=vectors[row.id],
                )
                for row in rows
                if row.id in vectors
            )

    async def _refuse(self, made: VectorSet, collection: Collection, reason: Reason) -> None:
        """Leave a collection out: the policy does not let the model see it."""
        async with self._db.write(Scope(made.org_id)) as session:
            held = await self._locked(session, made.org_id, made.id)
            held.refused = {**held.refused, collection.id.hex: {**reason.as_json(), "name": collection.name}}

    async def _end(self, made: VectorSet, state: str, reason: Reason | None) -> None:
        async with self._db.write(Scope(made.org_id)) as session:
            held = await vector_store.locked(session, made.org_id, made.id)
            if held is not None and held.job == made.job:
                held.state, held.reason = state, reason.as_json() if reason else None

    async def _locked(self, session: AsyncSession, org: UUID, set_id: UUID) -> VectorSet:
        made = await vector_store.locked(session, org, set_id)
        if made is None:
            raise NotFound("vectors")
        return made


async def _searched(session: AsyncSession) -> list[UUID]:
    """What the organisation searches: its own collections and those shared with it, none that is somebody's alone."""
    return [collection.id for collection in await store.readable_collections(session)]


def _kind(made: VectorSet) -> tuple[str, str, str]:
    return made.model, made.query_prefix, made.passage_prefix


def _text(row: Row[Any], made: VectorSet, longest: int) -> str:
    """What a vector is made of: the title, the headings and the passage, as the index has them."""
    headings = dict.fromkeys([row.title, *row.heading])
    return (made.passage_prefix + "\n".join([*headings, row.text]))[:longest]


def _described(made: VectorSet, vectors: int, passages: int) -> SetInfo:
    refused = {each["name"]: Reason(each["code"], each["sv"], each["en"]) for each in made.refused.values()}
    reason = Reason(**made.reason) if made.reason else None
    return SetInfo(made.id, made.model, made.state, made.serving, vectors, passages, reason, refused, made.figures)
