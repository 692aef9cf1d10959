"""Tries to reach another organisation through every operation of the REST interface, and to use each without the right key.

The operations come from the interface's own description, so that a new one is covered by itself: a parameter or field that names
something new makes the suite fail until it is told what such a thing is called here.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from sqlalchemy import Select, bindparam, create_engine, inspect, select

from samverk.assistants.model import AssistantBody
from samverk.core.scope import owned_tables
from samverk.identity.principal import PERMISSIONS, system
from samverk.knowledge.ingest import ingest_paths
from samverk.library.catalogues import sign
from tests import postgres
from tests.library.samples import KEYS, card, catalogue
from tests.platform import Served, Tenant, described, served

DOCUMENT = described()
OPERATIONS = [(method, path) for path, methods in DOCUMENT["paths"].items() for method in methods]
MAKES_ITS_OWN = {  # a name that is taken elsewhere is free here
    *(("put", f"/{name}s/{{{name}}}") for name in ("assistant", "model", "catalogue")),
    *((method, "/limits/{subject}/{name}") for method in ("put", "delete")),
}
REFERENCES = {"assistant", "conversation", "replaces", "collections", "scope"}  # fields of bodies that name things
# Fields that only one sort of value fits; whom something is shared with may be anybody.
FIXED = {"public_key": KEYS.public, "amount": "1000000", "days": 30, "organisation": "granby"}
ONE_OF_SEVERAL = {"text", "requests"}  # fields that no schema asks for, where one of several must be there
HIDDEN = "Växthusodlarna i Granby får bidrag med 4711 kronor"
UPLOAD = {"files": ("intrång.md", b"Det h\xc3\xa4r ska ingen annan ha.")}
SOURCE = {"kind": "push", "settings": {"system": "Diariet"}}
# What depends on how a source stands, and takes it away: tried in its order in test_sources.
SEEN_ELSEWHERE = {
    ("delete", "/sources/{source}"),
    ("post", "/sources/{source}/restore"),
    ("post", "/sources/{source}/pause"),
    ("post", "/sources/{source}/syncs"),
    ("post", "/sources/{source}/complete"),
    ("post", "/syncs/{sync}/answer"),
}


@dataclass
class Own:
    """What an organisation has that the other has not: names by parameter, and texts that must never be told."""

    names: dict[str, str]
    marks: tuple[str, ...]
    edition: str

    def value(self, field: str) -> Any:
        """What a body's field is filled with to name this organisation's thing."""
        known = {**self.names, "replaces": self.names["run"], "assistant": self.names["other_assistant"]}
        return [f"{self.names['organisation']}/{self.names['collection']}"] if field == "collections" else known[field]


def headers(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def platform(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A platform on each engine in turn: on PostgreSQL row-level security stands behind the scope."""
    urls = {}
    if request.param == "postgres":
        owner = asyncio.run(postgres.fresh(request.getfixturevalue("postgres_template"), copy=True))
        urls = {"database_url": postgres.as_role(owner, "app"), "database_owner_url": owner}
    with served(tmp_path_factory.mktemp(request.param), **urls) as platform:
        assert platform.rooms.db.is_sqlite == (request.param == "sqlite")
        yield platform


@pytest.fixture(scope="module")
def a(platform: Served) -> Own:
    return belongings(platform, platform.a, "Odlarna i Björksta får inget bidrag")


@pytest.fixture(scope="module")
def b(platform: Served) -> Own:
    return belongings(platform, platform.b, HIDDEN)


def belongings(platform: Served, tenant: Tenant, text: str) -> Own:
    """Give an organisation one of everything under a name of its own."""
    name, rooms = f"bara-{tenant.slug}", platform.rooms
    file: Path = rooms.settings.home / f"{name}.md"
    file.write_text(text, encoding="utf-8")
    platform.run(rooms.knowledge.create_collection(tenant.id, name, f"Samling {name}"))
    platform.run(ingest_paths(rooms.knowledge, tenant.id, name, [file]))
    body = AssistantBody(name=f"Assistent {name}", collections=(name,))
    for slug in (name, f"{name}-2"):
        platform.run(rooms.assistants.save(tenant.id, slug, body, system(tenant.id)))
    with httpx.Client(base_url=f"{platform.url}/api", headers=headers(tenant.keys["all"]), timeout=120) as http:
        run = http.post("/runs", json={"assistant": name, "question": "Vilket bidrag får odlarna?"}).json()
        http.get(f"/runs/{run['id']}/events")
        assert http.put(f"/runs/{run['id']}/feedback", json={"good": True}).status_code == 204
        assert http.post("/mask", json={"text": f"bo@{tenant.slug}.example", "scope": name}).status_code == 200
        hit = http.post("/search", json={"query": "bidrag odlarna", "collections": [name]}).json()["hits"][0]
        document = http.get(f"/documents/{hit['document_id']}").json()
        model = {"card": {"name": f"Modell {name}"}, "endpoint": {"model": name}}
        assert http.put(f"/models/{name}", json=model).status_code == 200
        [place] = http.get(f"/models/{name}/endpoints").json()["data"]
        edition = sign(catalogue(1, card(f"{name}-kort")), KEYS).decode()
        budget = http.put("/budgets", json={"subject": "assistant", "name": name, "amount": "1000000"}).json()
        assert http.put(f"/limits/model/{name}", json={"requests": 1000}).status_code == 200
        assert http.put("/content/keeping", json={"days": 30}).status_code == 200
        source = http.post(f"/collections/{name}/sources", json=SOURCE).json()
        sync = http.post(f"/sources/{source['id']}/begin").json()
        asked = {"model": "chatty", "messages": [{"role": "user", "content": text}], "samverk": {"level": "open"}}
        said = httpx.post(f"{platform.url}/v1/chat/completions", json=asked, headers=http.headers, timeout=120).json()
        assert http.put(f"/catalogues/{name}", json={"public_key": KEYS.public}).status_code == 200
        assert http.post(f"/catalogues/{name}/update", json={"file": edition}).status_code == 200
    names = {
        "organisation": tenant.slug,
        "assistant": name,
        "other_assistant": f"{name}-2",
        "collection": name,
        "document": document["id"],
        "passage": hit["passage"],
        "run": run["id"],
        "conversation": run["conversation"],
        "scope": name,
        "model": name,
        "endpoint": place["id"],
        "catalogue": name,
        "card": f"{name}-kort",
        "budget": budget["id"],
        "subject": "model",
        "name": name,
        "call": said["samverk"]["record"],
        "source": source["id"],
        "sync": sync["id"],
    }
    ids = (str(tenant.id), document["id"], document["version_id"], hit["passage"], run["id"], run["conversation"])
    ids = (*ids, names["call"], source["id"], sync["id"])
    titles = (f"Samling {name}", f"Assistent {name}", f"Modell {name}", f"{name}-kort")
    return Own(names, (*ids, place["id"], text, *titles, f"bo@{tenant.slug}.example"), edition)


def everything_of(platform: Served, tenant: Tenant) -> dict[str, Any]:
    """Every row of an organisation, as it is stored: read past the door whose lock is tried here.

    Without when a key was last used, which is told by the minute.
    """
    db = platform.rooms.db
    url = db.engine.url.set(drivername="sqlite") if db.is_sqlite else db.engine.url.set(username="samverk")
    with _engine(url).connect() as connection:
        return {name: connection.execute(query, {"org": tenant.id}).all() for name, query in _queries().items()}


_engine = cache(create_engine)


@cache
def _queries() -> dict[str, Select[Any]]:
    """What each table holds of an organisation; a query takes longer to make than to answer."""
    return {
        table.name: select(*(column for column in table.c if column.name != "last_used_at"))
        .where(table.c.org_id == bindparam("org"))
        .order_by(*table.primary_key)
        for table in (inspect(owned).local_table for owned in owned_tables())
    }


def filled(path: str, own: Own) -> str:
    """The path with this organisation's names. An unknown parameter fails the test: say in `belongings` what it is."""
    return path.format(**own.names)


def sample(schema: dict[str, Any], own: Own, field: str = "") -> Any:
    """A value that the schema accepts; fields that name things name those of this organisation."""
    if "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    if field in REFERENCES:
        return own.value(field)
    if field in FIXED:
        return FIXED[field]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return sample(schema["anyOf"][0], own, field)
    if "default" in schema:
        return schema["default"]
    match schema.get("type"):
        case "object":
            properties = schema.get("properties", {})
            wanted = set(schema.get("required", ())) | ((REFERENCES | ONE_OF_SEVERAL) & properties.keys())
            return {name: sample(properties[name], own, name) for name in sorted(wanted)}
        case "array":
            return []
        case "boolean":
            return True
        case "integer" | "number":
            return schema.get("minimum", 1)
        case _:
            return "bidrag-odlarna"


def bodies(method: str, path: str, own: Own, foreign: Own) -> list[dict[str, Any]]:
    """How to send the operation: once with our own names in the body, and once for each field that can name what is foreign."""
    if path.startswith("/sources/{source}/documents"):
        return [
            {
                "params": {"address": "dnr-1", "path": "beslut.md"},
                **({"content": b"Beslut."} if method == "put" else {}),
            }
        ]
    content = DOCUMENT["paths"][path][method].get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        return [{"files": UPLOAD}]
    if "application/json" not in content:
        return [{}]
    ours = sample(content["application/json"]["schema"], own)
    if "replaces" in ours:  # two ways to go on with what was said; one at a time
        del ours["replaces"]
    if path == "/catalogues/{catalogue}/update":
        ours["file"] = own.edition
    if "settings" in _fields(content) and "kind" in ours:
        ours |= SOURCE
    if path == "/mask":  # a scope that is named elsewhere is free here
        return [{"json": ours}]
    reaching = [{**ours, field: foreign.value(field)} for field in sorted(REFERENCES & {*ours, *_fields(content)})]
    return [{"json": body} for body in (ours, *reaching)]


def _fields(content: dict[str, Any]) -> set[str]:
    name = content["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
    return set(DOCUMENT["components"]["schemas"][name]["properties"])


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_what_belongs_to_another_organisation_is_out_of_reach(
    platform: Served, a: Own, b: Own, method: str, path: str
) -> None:
    before = everything_of(platform, platform.b)
    with httpx.Client(base_url=f"{platform.url}/api", headers=headers(platform.a.keys["all"]), timeout=120) as http:
        own_body, *foreign_bodies = bodies(method, path, a, b)
        if "{" in path:
            response = http.request(method, filled(path, b), **own_body)
            expected = {200, 204} if (method, path) in MAKES_ITS_OWN else {403, 404}
            assert response.status_code in expected, response.text
            assert not told(response, b, own_body)
        for body in foreign_bodies:
            response = http.request(method, filled(path, a), **body)
            assert response.status_code in {403, 404} or response.json().get("hits") == [], (body, response.text)
            assert not told(response, b, body)
        if "{" not in path and method == "get":
            assert not told(http.get(path, params={"limit": 200}), b)
            cursor = (
                httpx.get(f"{platform.url}/api{path}", params={"limit": 1}, headers=headers(platform.b.keys["all"]))
                .json()
                .get("next_cursor")
            )
            assert cursor is None or not told(http.get(path, params={"limit": 200, "cursor": cursor}), b)
    assert everything_of(platform, platform.b) == before


def told(response: httpx.Response, other: Own, sent: object = "") -> list[str]:
    """Which of the other's marks a response holds that were not in the request itself."""
    asked = f"{response.request.url} {sent}"
    return [mark for mark in other.marks if mark in response.text and mark not in asked]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_with_our_own_names_the_same_requests_succeed(platform: Served, a: Own, b: Own, method: str, path: str) -> None:
    """Otherwise the refusals above would prove nothing."""
    if (method, path) in SEEN_ELSEWHERE:
        return
    if path == "/documents/{document}" and method == "delete":
        return  # its success is seen by the next operation, which brings the document back
    with httpx.Client(base_url=f"{platform.url}/api", headers=headers(platform.a.keys["all"]), timeout=120) as http:
        document = a.names["document"]
        if path == "/documents/{document}/restore":
            assert http.delete(f"/documents/{document}").status_code == 204
        if path.startswith("/shared/"):
            assert http.get(f"/shared/bjorksta/{a.names['collection']}/documents").status_code == 200
            return
        response = http.request(method, filled(path, a), **bodies(method, path, a, b)[0])
        assert response.is_success, response.text


@pytest.fixture(scope="module")
def lacking(platform: Served) -> dict[str, str]:
    """For every scope a key that has all the others."""
    return {
        scope: platform.run(
            platform.rooms.identity.create_key("bjorksta", f"utan {scope}", sorted(PERMISSIONS.keys() - {scope}))
        )[1]
        for scope in PERMISSIONS
    }


@pytest.fixture(scope="module")
def dead(platform: Served) -> list[str]:
    """Keys that no longer open anything: an expired one and a revoked one that was in use."""
    identity = platform.rooms.identity
    expired = platform.run(identity.create_key("bjorksta", "gammal", list(PERMISSIONS), days=0))[1]
    key, revoked = platform.run(identity.create_key("bjorksta", "återkallad", list(PERMISSIONS)))
    assert httpx.get(f"{platform.url}/api/assistants", headers=headers(revoked)).status_code == 200
    platform.run(identity.revoke_key(platform.a.id, key.id))
    return [expired, revoked, "sv-unknown"]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_without_a_living_key_with_the_scope_nothing_opens(
    platform: Served, a: Own, b: Own, lacking: dict[str, str], dead: list[str], method: str, path: str
) -> None:
    [scope] = DOCUMENT["paths"][path][method]["security"][0]["key"]
    before = everything_of(platform, platform.a)
    with httpx.Client(base_url=f"{platform.url}/api", timeout=120) as http:
        send = bodies(method, path, a, b)[0]
        answers = [http.request(method, filled(path, a), headers=headers(secret), **send) for secret in dead]
        answers.append(http.request(method, filled(path, a), **send))
        assert {answer.status_code for answer in answers} == {401}
        assert http.request(method, filled(path, a), headers=headers(lacking[scope]), **send).status_code == 403
    assert everything_of(platform, platform.a) == before
