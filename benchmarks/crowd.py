"""An organisation as large as they come: the demo, and on top of it thousands of conversations, documents and assistants.

The rows are written as the services would write them, in bulk; names are made of Swedish words.
"""

import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from samverk.answers.tables import CitationRow, Conversation, Run, RunEvent
from samverk.app import demo
from samverk.app.platform import Platform
from samverk.assistants.model import AssistantBody
from samverk.assistants.tables import AssistantRow, AssistantVersionRow
from samverk.core.blobs.folder import FolderBlobs
from samverk.core.canonical import digest
from samverk.core.ids import new_id, now
from samverk.core.scope import Scope
from samverk.core.swedish import stems
from samverk.identity.principal import Principal
from samverk.knowledge.tables import Collection, Document, DocumentVersion, PassageRow

CONVERSATIONS, DOCUMENTS, ASSISTANTS = 10_000, 1_000, 300
TOPICS = (
    "bygglov försörjningsstöd hemtjänst skolskjuts parkeringstillstånd förskoleplats bostadsanpassning serveringstillstånd "
    "färdtjänst upphandling semester friskvård återvinning vattenavgift markanvisning detaljplan god man folkbibliotek"
).split()
ASKS = (
    "Hur lång tid tar ett beslut om {}?",
    "Vem beslutar om {} i vår kommun?",
    "Vilka handlingar krävs för {}?",
    "Kan man överklaga ett avslag om {}?",
)
ANSWER = (
    "Beslut om {} fattas av nämnden inom fyra veckor från det att ansökan är komplett [1]. "
    "Den som inte är nöjd kan överklaga till förvaltningsrätten inom tre veckor [2]."
)


async def furnish(platform: Platform, who: Principal) -> None:
    """Fill the organisation of `who`, whose conversations they become. The demo must have been set up."""
    chance = random.Random(8400)
    db = platform.rooms.db
    assistants = [assistant async for assistant in _assistants(who.org_id, chance)]
    async with db.write(Scope(who.org_id)) as session:
        for table, rows in (
            (AssistantRow, [a for a, _ in assistants]),
            (AssistantVersionRow, [v for _, v in assistants]),
        ):
            await session.execute(insert(table), rows)
    async with db.read(Scope(who.org_id)) as session:
        collection = await session.scalar(select(Collection.id).where(Collection.slug == "handlaggning").limit(1))
        collection = collection or await session.scalar(select(Collection.id).limit(1))
    blobs = FolderBlobs(platform.rooms.settings.home / "blobs")
    texts = {topic: await blobs.put(who.org_id, ANSWER.format(topic).encode()) for topic in TOPICS}
    async with db.write(Scope(who.org_id)) as session:
        documents = [_document(who.org_id, collection, i, texts, chance) for i in range(DOCUMENTS)]
        for place, table in enumerate((Document, DocumentVersion, PassageRow)):
            await session.execute(insert(table), [rows[place] for rows in documents])
    asked = [a["id"] for a, _ in assistants[:40]]
    for start in range(0, CONVERSATIONS, 500):
        talks = [_conversation(who, asked, i, chance) for i in range(start, start + 500)]
        async with db.write(Scope(who.org_id)) as session:
            for place, table in enumerate((Conversation, Run, RunEvent, CitationRow)):
                await session.execute(insert(table), [row for rows in talks for row in rows[place]])
    first = demo.load().first_question
    run = await platform.rooms.answers.start(who, first["assistant"], first["question"])
    async for _ in platform.rooms.answers.events(
        who, run
    ):  # the newest of them came about, which has a page of its own
        pass


async def _assistants(org: UUID, chance: random.Random) -> Any:
    for i in range(ASSISTANTS):
        topic = chance.choice(TOPICS)
        body = AssistantBody(
            name=f"{topic.capitalize()} {i}",
            description=f"Svarar på frågor om {topic} ur riktlinjerna.",
            instructions="Svara kort. " * 40,
            collections=("handlaggning",),
            sample_questions=tuple(ask.format(topic) for ask in ASKS),
        ).body()
        assistant, version = new_id(), new_id()
        yield (
            {"org_id": org, "id": assistant, "slug": f"sak-{i}", "version_id": version, "owner": None},
            {
                "org_id": org,
                "id": version,
                "assistant_id": assistant,
                "ordinal": 1,
                "body": body,
                "digest": digest(body),
                "created_by": "bench",
            },
        )


def _document(
    org: UUID, collection: UUID | None, i: int, texts: Mapping[str, str], chance: random.Random
) -> tuple[dict[str, Any], ...]:
    """A document with its version and its passage; `texts` are the digests of the texts, by topic."""
    topic = chance.choice(TOPICS)
    document, version = new_id(), new_id()
    own = {"org_id": org, "collection_id": collection}
    title = f"Riktlinje {i} om {topic}"
    text = ANSWER.format(topic)
    failed = i % 50 == 0
    reason = {"code": "no_text", "sv": "Filen saknar text.", "en": "The file holds no text."} if failed else None
    return (
        {
            **own,
            "id": document,
            "path": f"riktlinjer/{topic}/{i}.pdf",
            "title": title,
            "status": "not_read" if failed else "read",
            "reason": reason,
            "version_id": version,
            "content_hash": digest(title),
            "reading_id": new_id(),
            "ms": 40,
        },
        {
            **own,
            "id": version,
            "document_id": document,
            "ordinal": 1,
            "title": title,
            "content_hash": digest(title),
            "text_hash": texts[topic],
            "size": 48_000,
            "media_type": "application/pdf",
            "extractor": "bench",
            "labels": [str(page) for page in range(1, 13)],
            "pages": 12,
            "passages": 1,
            "notes": [],
            "walls": [],
        },
        {
            **own,
            "id": new_id(),
            "version_id": version,
            "ordinal": 0,
            "text": text,
            "heading": [title],
            "page": 0,
            "label": "1",
            "start": 0,
            "end": len(text),
            "pages": [(0, 0)],
        },
    )


def _conversation(
    who: Principal, assistants: list[UUID], i: int, chance: random.Random
) -> tuple[list[dict[str, Any]], ...]:
    topic = chance.choice(TOPICS)
    conversation, first, second = new_id(), new_id(), new_id()
    at = now() - timedelta(minutes=40 * i)
    own = {"org_id": who.org_id}
    asks = [chance.choice(ASKS).format(topic) for _ in range(2)]
    said = ANSWER.format(topic)
    runs, events, citations = [], [], []
    for run, after, question in ((first, None, asks[0]), (second, first, asks[1])):
        runs.append(
            {
                **own,
                "id": run,
                "conversation_id": conversation,
                "owner": who.owner,
                "question": question,
                "answer": said,
                "answered": True,
                "status": "done",
                "worker": "bench",
                "after_id": after,
                "created_at": at,
                "finished_at": at,
            }
        )
        model = {"slug": "extractive", "name": "Utdrag ur källorna", "hosting": "own"}
        assistant = {"slug": "sak-1", "name": "Sak"}
        started = {"run": str(run), "assistant": assistant, "model": model, "level": "internal", "question": question}
        done = {"run": str(run), "text": said, "answered": True, "model": model, "level": "internal", "nearest": []}
        for seq, (kind, body) in enumerate((("started", started), ("done", done)), start=1):
            events.append({**own, "run_id": run, "seq": seq, "kind": kind, "body": body, "at": at})
        citations.append({**own, "run_id": run, "ordinal": 1, "n": 1, "passage_id": None, "body": _citation(topic)})
    terms = " ".join(["", *sorted(stems(" ".join((*asks, said)))), ""])
    talk = {
        **own,
        "id": conversation,
        "owner": who.owner,
        "assistant_id": chance.choice(assistants),
        "title": asks[0],
        "head_id": second,
        "terms": terms,
        "created_at": at,
        "updated_at": at,
    }
    return [talk], runs, events, citations


def _citation(topic: str) -> dict[str, Any]:
    return {
        "n": 1,
        "passage": None,
        "document": f"Riktlinje om {topic}",
        "document_id": None,
        "heading": ["2 Handläggning"],
        "page": "3",
        "quote": "inom fyra veckor",
        "quote_hash": "",
        "start": 0,
        "end": 16,
        "verdict": "verified",
        "reasons": [],
        "sentence": [0, 80],
    }


async def people(platform: Platform) -> dict[str, tuple[str, Principal]]:
    """The demo's people of the first organisation by role: their e-mail address, and who they are."""
    found = {}
    for user in demo.load().people("bjorksta"):
        _, who = await platform.rooms.identity.log_in(user["email"], demo.PASSWORD, "127.0.0.1", "bjorksta")
        found.setdefault(user["role"], (user["email"], who))
    return found
