"""Sets up the demo: the fictional organisations, their people, documents and assistants. Doing it again changes nothing."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from samverk.app.platform import Platform
from samverk.assistants.model import AssistantBody
from samverk.core.errors import Conflict
from samverk.core.levels import Level
from samverk.identity.principal import Role, system
from samverk.knowledge.ingest import Progress, Summary, ingest_paths
from samverk.library.cards import EXTRACTIVE
from samverk.library.ports import Endpoint

FOLDER = Path(__file__).parent.parent / "demo"
PASSWORD = "samverk-demo"  # noqa: S105 - the demo's people are fictional, and so is their secret


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo as its manifest describes it."""

    manifest: dict[str, Any]

    @property
    def first_question(self) -> dict[str, str]:
        """What the demo asks first: {org, assistant, question}."""
        return cast("dict[str, str]", self.manifest["first_question"])

    def people(self, org: str) -> list[dict[str, Any]]:
        """The fictional people of an organisation."""
        return [user for user in self.manifest["users"] if user["org"] == org]


def load() -> Demo:
    """The demo that travels with the package."""
    return Demo(json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8")))


async def set_up(platform: Platform, demo: Demo, on_progress: Progress | None = None) -> list[Summary]:
    """Make everything that is missing. Returns what became of the documents, one summary a collection."""
    orgs = await _organisations(platform, demo)
    await _people(platform, demo)
    for org_id in orgs.values():
        await platform.rooms.library.adopt(org_id, EXTRACTIVE, Endpoint("extractive", "extractive"), "demo")
    summaries = [
        await _collection(platform, orgs, collection, on_progress) for collection in demo.manifest["collections"]
    ]
    for assistant in demo.manifest["assistants"]:
        await _assistant(platform, orgs[assistant["org"]], assistant)
    return summaries


async def _organisations(platform: Platform, demo: Demo) -> dict[str, UUID]:
    identity = platform.rooms.identity
    known = {org.slug: org.id for org in await identity.orgs()}
    for org in demo.manifest["organisations"]:
        if org["slug"] not in known:
            known[org["slug"]] = (await identity.create_org(org["slug"], org["name"], org["kind"])).id
    return known


async def _people(platform: Platform, demo: Demo) -> None:
    identity = platform.rooms.identity
    for user in demo.manifest["users"]:
        known = {org.slug for org in await identity.memberships(user["email"])}
        if user["org"] not in known:
            role, groups = Role(user["role"]), user["groups"]
            await identity.create_user(user["org"], user["email"], user["name"], role, groups, PASSWORD)


async def _collection(
    platform: Platform, orgs: dict[str, UUID], wanted: dict[str, Any], on_progress: Progress | None
) -> Summary:
    knowledge, org_id = platform.rooms.knowledge, orgs[wanted["org"]]
    try:
        level = Level.parse(wanted["level"])
        await knowledge.create_collection(org_id, wanted["slug"], wanted["name"], level, wanted.get("groups", ()))
        shared = wanted["shared_with"]
        for org in [None] if shared == "all" else [orgs[slug] for slug in shared]:
            await knowledge.share(org_id, wanted["slug"], org)
    except Conflict:
        pass  # set up before
    files = [FOLDER / "documents" / name for name in wanted["files"]]
    return await ingest_paths(knowledge, org_id, wanted["slug"], files, on_progress)


async def _assistant(platform: Platform, org_id: UUID, wanted: dict[str, Any]) -> None:
    assistants = platform.rooms.assistants
    if wanted["slug"] in {assistant.slug for assistant in await assistants.list(system(org_id))}:
        return  # set up before, and perhaps changed since
    fields = {name: wanted[name] for name in AssistantBody.model_fields if name in wanted}
    fields["audience"] = "citizen" if wanted["audience"] == "citizen" else "staff"
    fields["level"] = Level.parse(wanted["level"])
    await assistants.save(org_id, wanted["slug"], AssistantBody.model_validate(fields), system(org_id))
