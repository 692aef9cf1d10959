"""Every address of the pages, walked from the list of routes itself: a new one without a case here fails.

One person owns something of every kind, named as badly as names come. A colleague and a neighbour reach none of it by any
address; nobody sends a form without its token, or anything without a log-in.
"""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2 as httpx
import pytest
from starlette.routing import BaseRoute, Mount, Route
from tests.platform import QUESTION, Served, served

from samverk import web
from samverk.assistants.model import AssistantBody
from samverk.assistants.prompts import PromptBody
from samverk.core.ids import new_id
from samverk.core.levels import Level
from samverk.gateway.budgeting import NewBudget
from samverk.identity.invitations import NewInvitation
from samverk.identity.keys import NewKey
from samverk.identity.principal import Principal, Role
from samverk.knowledge.ingest import ingest_paths
from samverk.knowledge.source_views import SourceFields
from samverk.library.cards import ModelCard
from samverk.library.catalogues import Keys
from samverk.library.ports import Endpoint
from samverk.masking.settings import MaskingSettings, OwnPattern
from samverk.web.masking.keys import scope_of

PASSWORD = "en lång nog fras"
HOSTILE = "<script>hacked()</script> \"'> \u202egpj.exe مرحبا " + "å" * 60
SEEN = HOSTILE.replace("hacked", "seen")  # the name of what colleagues may see
GROUP = "trafik"

# A document whose page can be drawn, and which is plain text too: so the platform of tests reads it.
PICTURED = """%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj
3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 200 100]>> endobj
trailer <</Root 1 0 R>>

% Ett beslut om parkeringstillstånd ska fattas inom fyra veckor.
"""

# Addresses whose names are no secret, each with the reason.
FOR_EVERYBODY = {
    "/static/{digest}/{name}": "the pages' own files",
    "/utseende/{slug}/{colour}.css": "a colour",
    "/utseende/{slug}/{digest}/logo": "a logo",
    "/inbjudan/{secret}": "whoever has the link is invited",
    "/modeller/{model}": "a card, which everybody in the organisation may read",
    "/fraga/{org}/": "citizens",
    "/fraga/{org}/hjalp": "citizens",
    "/fraga/{org}/hjalp/tillganglighet": "citizens",
    "/fraga/{org}/samtal": "citizens, their own",
    "/fraga/{org}/samtal/valda": "citizens, their own",
    "/fraga/{org}/samtal/aterstall": "citizens, their own",
    "/fraga/{org}/bilagor": "refuses citizens",
}
WITHOUT_LOG_IN = {"/logga-in", "/logga-ut", "/installningar"}
READ_BY_ALL = {"/hjalp", "/hjalp/tillganglighet"}
MULTIPART = ("/filer", "/fil", "/bilagor", "/utseende", "/inspelning")

# What the forms ask for, so that a refusal is for want of a right and of nothing else.
FIELDS = {
    "role": "member",
    "good": "yes",
    "title": "x",
    "name": "x",
    "text": "x",
    "question": "x",
    "assistant": "regelhjalpen",
    "level": "open",
    "who": "all",
    "organisation": "alla",
    "reach": "me",
    "pin": "yes",
    "pinned": "yes",
    "act": "save",
}


def walked(routes: list[BaseRoute], before: str = "") -> Iterator[tuple[str, str]]:
    """(method, path) of every route."""
    for route in routes:
        if isinstance(route, Mount):
            yield from walked(list(route.routes), before + route.path)
        else:
            assert isinstance(route, Route)
            for method in sorted((route.methods or set()) - {"HEAD"}):
                yield method, before + route.path


ALL = list(walked(web.routes()))
FORMS = [path for method, path in ALL if method == "POST"]
PRIVATE = [(method, path) for method, path in ALL if "{" in path and path not in FOR_EVERYBODY]


class Browser:
    """Somebody's browser; it follows nothing."""

    def __init__(self, platform: Served, email: str = "") -> None:
        self.http = httpx.Client(base_url=platform.url, timeout=30, headers={"Accept": "text/html"})
        self.token = _token(self.http.get("/logga-in").text)
        if email:
            self.http.post("/logga-in", data={"csrf": self.token, "email": email, "password": PASSWORD})
            self.token = _token(self.http.get("/hjalp").text)

    def send(self, method: str, path: str, *, token: str | None = None, **headers: str) -> httpx.Response:
        """A page, or a form with all fields that any form asks for."""
        if method == "GET":
            return self.http.get(path, headers=headers)
        fields = FIELDS | ({"csrf": self.token if token is None else token})
        if path.endswith(MULTIPART):
            return self.http.post(path, data=fields, files={"files": ("a.md", b"x")}, headers=headers)
        return self.http.post(path, data=fields, headers=headers)


def _token(page: str) -> str:
    found = re.search(r'name="csrf" value="(\w+)"', page)
    assert found, page[:500]
    return found[1]


@dataclass
class Owned:
    """The names, in addresses, of all that the owner has. `gone` is an answer in a conversation that was deleted."""

    names: dict[str, str]
    gone: UUID
    attached_document: UUID

    def address(self, path: str) -> str:
        """The address of a route with the owner's names in it. A name that is not known fails."""

        def name(match: re.Match[str]) -> str:
            if match[1] == "id":
                return self.names[path.split("/")[2]]
            return self.names.get(match[1]) or self.names[match[1].partition(":")[0]]

        return re.sub(r"\{([^}]+)\}", name, path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder on the server with a file in it, which is a source of the owner's."""
    place = tmp_path_factory.mktemp("delat")
    (place / f"{HOSTILE.replace('/', '')}.md").write_text("Skyltar sätts upp av trafikenheten.", encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("platform"), source_folders=str(shared)) as up:
        people = {
            "owner@bjorksta.example": ("bjorksta", HOSTILE, Role.ADMIN, [GROUP]),
            "colleague@bjorksta.example": ("bjorksta", "Bo", Role.BUILDER, []),
            "neighbour@granby.example": ("granby", "Eva", Role.ADMIN, [GROUP]),
        }
        for email, (org, name, role, groups) in people.items():
            up.run(up.rooms.identity.create_user(org, email, name, role, groups, PASSWORD))
        yield up


@pytest.fixture(scope="module")
def owned(platform: Served, tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Owned:
    file = tmp_path_factory.mktemp("files") / f"{HOSTILE.replace('/', '')}.pdf"
    file.write_text(PICTURED, encoding="utf-8")
    return platform.run(_furnish(platform, file, shared))


async def _furnish(up: Served, file: Path, shared: Path) -> Owned:
    rooms = up.rooms
    _, who = await rooms.identity.log_in("owner@bjorksta.example", PASSWORD, "test")
    group = next(group for group in await rooms.identity.groups.all(who.org_id) if group.slug == GROUP)
    key, _ = await rooms.identity.api_keys.create(who, NewKey(HOSTILE, ["chat"]))
    invitation, secret = await rooms.identity.invitations.invite(who, NewInvitation("ny@bjorksta.example", HOSTILE))
    prompt = await rooms.prompts.create(who, new_id(), PromptBody(HOSTILE, HOSTILE, HOSTILE))
    folder = await rooms.conversations.make_folder(who, HOSTILE[:100])
    names = {
        "medlemmar": who.id,
        "grupper": str(group.id),
        "nycklar": str(key.id),
        "inbjudningar": str(invitation.id),
        "secret": secret,
        "prompt": str(prompt.id),
        "folder": str(folder),
        "org": "bjorksta",
        "owner": "bjorksta",
        "suffix": "md",
        "version": "1",
        "page": "1",
    }
    budget = await rooms.gateway.budgets.set(who, NewBudget("group", GROUP, "month", "tokens", 10**9))
    names["kostnader"] = str(budget.budget.id)
    names |= await _models(up, who)
    names |= await _masking(up, who)
    names |= await _knowledge(up, who, file)
    names |= await _source(up, who, shared)
    names |= await _assistant(up, who)
    await rooms.keeping.choose(who, 30)
    conversation, run = await _answered(up, who, names["assistant"])
    await rooms.conversations.rename(who, conversation, HOSTILE)
    deleted, gone = await _answered(up, who, names["assistant"])
    await rooms.conversations.delete(who, [deleted])
    attached = await rooms.attachments.place(who, Level.INTERNAL)
    document = await rooms.attachments.add(who, attached, file.name, file)
    [kept] = await rooms.keeping.list(who, 1)
    names |= {"conversation": str(conversation), "run": str(run), "attached": str(attached)}
    names["innehall"] = str(kept.call_id)
    return Owned(names, gone, document)


async def _models(up: Served, who: Principal) -> dict[str, str]:
    """A model that the owner's organisation alone has, with vectors that it is to make, and a catalogue that it follows."""
    library, slug = up.rooms.library, "hemlig-modell"
    card = ModelCard(slug=slug, name=SEEN, vendor=SEEN, kind="embeddings", demands=frozenset({SEEN}))
    await library.curation.put(who, card)
    place = await library.endpoints.add(who, slug, Endpoint("openai_compatible", SEEN, "http://127.0.0.1:9/v1"))
    await up.rooms.knowledge.vectors.begin(who, slug)
    await library.catalogues.subscribe(who, "hemlig-katalog", "", Keys.new().public)
    return {"model": slug, "place": str(place.id), "catalogue": "hemlig-katalog"}


async def _masking(up: Served, who: Principal) -> dict[str, str]:
    """A key that puts masked values back, and a pattern of the organisation's own."""
    masking, key = up.rooms.masking, new_id()
    pattern = OwnPattern("HOSTIL", HOSTILE[:60].strip(), "hacked", HOSTILE)
    await masking.change(who, MaskingSettings(patterns=(pattern,)))
    await (await masking.bound(who.org_id)).mask([f"Hacked: {HOSTILE}"], scope_of(who, key))
    return {"key": str(key), "number": "0"}


async def _knowledge(up: Served, who: Principal, file: Path) -> dict[str, str]:
    """A collection that is open to the owner's group alone, and one that was deleted."""
    knowledge = up.rooms.knowledge
    info = await knowledge.create_collection(who.org_id, "hemlig", HOSTILE, groups=[GROUP], by=who)
    await ingest_paths(knowledge, who.org_id, "hemlig", [file])
    await knowledge.follow(who.org_id, info.id)
    hit = (await knowledge.search(who, ["hemlig"], QUESTION, 1)).hits[0]
    await knowledge.create_collection(who.org_id, "borta", HOSTILE, groups=[GROUP], by=who)
    gone = await knowledge.delete_collection(who.org_id, "borta", by=who)
    return {
        "slug": "hemlig",
        "document": str(hit.document_id),
        "passage": str(hit.id),
        "version:uuid": str(hit.version_id),
        "collection": str(gone),
    }


async def _source(up: Served, who: Principal, shared: Path) -> dict[str, str]:
    """A source of the collection, and its sync, which has ended."""
    sources = up.rooms.sources
    source = await sources.add(who, "hemlig", SourceFields("folder", {"folder": str(shared)}, HOSTILE))
    sync = await sources.sync(who, source.id)
    while sync.state in {"waiting", "running"}:
        await asyncio.sleep(0.05)
        sync, _ = await sources.report(who, sync.id)
    assert (sync.state, sync.added) == ("done", 1)
    return {"source": str(source.id), "sync": str(sync.id)}


async def _assistant(up: Served, who: Principal) -> dict[str, str]:
    """A private assistant in force, and what was shared of another one and is no longer."""
    workshop = up.rooms.workshop
    sources = {"models": ("extractive",), "collections": ("hemlig",), "level": Level.INTERNAL}
    body = AssistantBody(name=HOSTILE, description=HOSTILE, keep_content=True, **sources)
    slug = await workshop.create(who, new_id(), body)
    await workshop.publish(who, slug, (await workshop.work(who, slug)).draft.base, "me")
    await workshop.share(who, "regelhjalpen")
    _, neighbour = await up.rooms.identity.log_in("neighbour@granby.example", PASSWORD, "test")
    [shared] = (await up.rooms.gallery.page(neighbour, "shared")).entries
    await workshop.unshare(who, "regelhjalpen")
    return {"assistant": slug, "share": str(shared.id)}


async def _answered(up: Served, who: Principal, slug: str) -> tuple[UUID, UUID]:
    """A conversation, and its answer."""
    run = await up.rooms.answers.start(who, slug, f"{QUESTION} {HOSTILE}")
    async for _ in up.rooms.answers.events(who, run):
        pass
    answer = await up.rooms.answers.run(who, run)
    assert answer.status == "done" and answer.conversation
    return answer.conversation, run


@pytest.fixture(scope="module")
def owner(platform: Served, owned: Owned) -> Browser:
    return Browser(platform, "owner@bjorksta.example")


@pytest.fixture(scope="module", params=["colleague@bjorksta.example", "neighbour@granby.example"])
def other(platform: Served, owned: Owned, request: pytest.FixtureRequest) -> Browser:
    return Browser(platform, request.param)


def test_what_is_for_everybody_exists() -> None:
    assert FOR_EVERYBODY.keys() | WITHOUT_LOG_IN <= {path for _, path in ALL}


@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_its_token_is_refused(owner: Browser, owned: Owned, path: str) -> None:
    for token in ("", "0" * 64):
        answer = owner.send("POST", owned.address(path), token=token, Accept="application/json")
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "stale_form")


@pytest.mark.parametrize(("method", "path"), ALL)
def test_without_a_log_in_one_comes_to_it(platform: Served, owned: Owned, method: str, path: str) -> None:
    if path.startswith("/fraga/") or path in FOR_EVERYBODY or path in WITHOUT_LOG_IN:
        return
    if method == "GET" and path in READ_BY_ALL:
        return
    answer = _NOBODY.setdefault(platform.url, Browser(platform)).send(method, owned.address(path))
    # A question that was written is kept through the log-in: its page comes at once.
    kept = answer.status_code == 401 and 'name="kept"' in answer.text
    assert kept or answer.headers.get("location", "").startswith("/logga-in")


_NOBODY: dict[str, Browser] = {}


@pytest.mark.parametrize(("method", "path"), PRIVATE)
def test_nobody_else_reaches_it(other: Browser, owned: Owned, method: str, path: str) -> None:
    assert other.send(method, owned.address(path)).status_code in (403, 404)


@pytest.mark.parametrize("path", [path for method, path in PRIVATE if method == "GET" and "/fraga/" not in path])
def test_its_owner_does_and_no_name_runs_as_script(owner: Browser, owned: Owned, path: str) -> None:
    answer = owner.send("GET", owned.address(path) + ("?till=1" if path.endswith("/jamfor") else ""))
    assert answer.status_code == (404 if "{share:" in path else 200)
    if "text/html" in answer.headers["content-type"]:
        assert "<script>hacked" not in answer.text and "<script>seen" not in answer.text
    assert "\u202e" not in answer.headers.get("content-disposition", "")
    assert "%E2%80%AE" not in answer.headers.get("content-disposition", "")


@pytest.mark.parametrize("path", ["/svar/{}", "/svar/{}.md", "/runs/{}/events"])
def test_an_answer_goes_with_its_conversation(owner: Browser, owned: Owned, path: str) -> None:
    assert owner.send("GET", path.format(owned.gone)).status_code == 404
    assert owner.send("POST", f"/svar/{owned.gone}/omdome").status_code == 404


def test_lists_and_searches_show_nothing_of_it(other: Browser) -> None:
    pages = ["/", "/assistenter", "/samtal", "/kunskap", "/mallar", "/mallar/delade", "/samtal/alla.json"]
    pages += ["/sok?q=hacked", "/sok?q=hacked&del=dialog", "/sok?q=hacked&del=val", "/bygg/ny", "/modeller/extractive"]
    pages += ["/kunskap/sok?q=hacked"]
    for path in pages:
        text = other.send("GET", path).text.replace('value="hacked"', "").replace("”hacked”", "")
        assert "hacked()" not in text, path


def test_keys_reach_nothing_that_is_somebodys_own(platform: Served, owned: Owned) -> None:
    for tenant in (platform.a, platform.b):
        headers = {"Authorization": f"Bearer {tenant.keys['all']}"}
        http = httpx.Client(base_url=platform.url, headers=headers, timeout=30)
        for path in ("/api/assistants", "/api/collections", "/v1/models"):
            assert "hacked" not in http.get(path).text
        names = owned.names
        for path in (
            f"/api/assistants/{names['assistant']}",
            "/api/collections/hemlig",
            "/api/collections/hemlig/documents",
            "/api/shared/bjorksta/hemlig/documents",
            f"/api/documents/{names['document']}",
            f"/api/documents/{owned.attached_document}",
            f"/api/passages/{names['passage']}",
            f"/api/runs/{names['run']}",
            "/api/collections/hemlig/sources",
            f"/api/sources/{names['source']}",
            f"/api/syncs/{names['sync']}",
        ):
            assert http.get(path).status_code == 404, path
        assert http.delete(f"/api/documents/{owned.attached_document}").status_code == 404
        wanted: dict[str, Any] = {
            "query": QUESTION,
            "collections": ["hemlig", f"samtal-{UUID(names['attached']).hex}", "bjorksta/hemlig"],
        }
        assert http.post("/api/search", json=wanted).json()["hits"] == []


def test_the_secret_of_an_invitation_goes_nowhere_else(platform: Served, owned: Owned) -> None:
    answer = Browser(platform).send("GET", owned.address("/inbjudan/{secret}"))
    assert answer.status_code == 200
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "<script>hacked" not in answer.text
