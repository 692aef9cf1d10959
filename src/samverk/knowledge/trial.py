"""Trying an organisation's vectors on questions of its own, as it searches: the words and the vectors of its collections.

A question names what answers it: ids of passages, or paths of documents.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from samverk.core.database import Database
from samverk.core.errors import Conflict, Invalid, NotFound
from samverk.core.scope import Scope
from samverk.identity.principal import Principal
from samverk.knowledge import access, fusion, vector_store
from samverk.knowledge.bench import Query, ndcg
from samverk.knowledge.search import Searcher
from samverk.knowledge.vector_tables import VectorSet
from samverk.knowledge.vectors import SetInfo, Vectors

MOST_QUESTIONS = 300  # that are written by hand


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question with its candidates: scores of words, cosines of vectors, and what each candidate counts as."""

    question: Query
    words: dict[str, float]
    vectors: dict[str, float]
    names: dict[str, str]

    def figure(self, weight: float) -> float:
        """nDCG@10 with this weight. A document counts where its first passage stands."""
        order = fusion.fused(self.words, self.vectors, weight) if weight else list(self.words)
        return ndcg(list(dict.fromkeys(self.names[key] for key in order)), self.question.relevant)


def questions_in(text: str) -> list[Query]:
    """Questions as people write them, one a line: `question | document.pdf`, further documents after further bars or tabs.

    Raises Invalid, with the line where it names no document. Pure.
    """
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        question, *answers = (part.strip() for part in line.replace("\t", "|").split("|"))
        answers = [answer for answer in answers if answer]
        if question and not answers:
            raise Invalid(
                sv=f"Rad {number} säger inte vilket dokument som svarar. Skriv det efter ett lodstreck.",
                en=f"Line {number} does not say which document answers. Write it after a vertical bar.",
                param="questions",
            )
        if question:
            found.append(Query(str(number), question, frozenset(answers)))
    if not 0 < len(found) <= MOST_QUESTIONS:
        raise Invalid(
            sv=f"Skriv 1–{MOST_QUESTIONS} frågor, en på varje rad.",
            en=f"Write 1–{MOST_QUESTIONS} questions, one on each line.",
            param="questions",
        )
    return found


class Trial:
    """Tries vectors."""

    def __init__(self, db: Database, searcher: Searcher, vectors: Vectors) -> None:
        self._db = db
        self._searcher = searcher
        self._vectors = vectors

    async def run(
        self, who: Principal, model: str, questions: Sequence[Query], collections: Sequence[str] = ()
    ) -> SetInfo:
        """Try a model's vectors on questions to these collections (none: all that the principal reads), and keep the figures.

        Every question goes through the door. Raises NotAllowed, NotFound also for what a question names and is not there,
        Conflict where vectors are lacking, what the door does.
        """
        info = await self._vectors.get(who, model)
        if not info.serving and info.state != "made":
            raise Conflict(sv="Alla vektorer är inte gjorda än.", en="Not all vectors are made yet.")
        searched = await access.readable(self._db, who)
        if collections:
            searched, missing = await access.resolve(self._db, who, collections)
            if missing:
                raise NotFound("collection", missing[0].title)
        async with self._db.read(Scope(who.org_id)) as session:
            made = await session.get(VectorSet, (who.org_id, info.id))
        if made is None:
            raise NotFound("vectors", model)
        names = {name for question in questions for name in question.relevant}
        async with self._db.read(Scope(who.org_id)) as session:
            there = await vector_store.answering(session, [each.id for each in searched], names)
        if missing_names := sorted(names - there):
            raise NotFound("document", missing_names[0])
        asked = []
        for question in questions:
            if question.relevant:
                words, near = await self._searcher.candidates(who, searched, question.text, made)
                by_words, by_vectors = ({hit.id: hit.score for hit in hits} for hits in (words, near))
                called = await self._names(who.org_id, question, [*by_words, *by_vectors])
                asked.append(_Asked(question, by_words, by_vectors, called))
        keys = [each.question.id for each in asked]
        verdict = fusion.tried(keys, lambda weight: [each.figure(weight) for each in asked])
        return await self._vectors.tried(who, model, verdict)

    async def _names(self, org: UUID, question: Query, found: Sequence[str]) -> dict[str, str]:
        """What each found passage counts as: what the question calls it, where it is among its answers."""
        ids = {key: UUID(key) for key in dict.fromkeys(found)}
        async with self._db.read(Scope(org)) as session:
            paths = await vector_store.paths(session, list(ids.values()))
        return {
            key: next((n for n in (str(one), paths.get(one, "")) if n in question.relevant), key)
            for key, one in ids.items()
        }
