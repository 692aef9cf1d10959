"""Model cards: what they cost, how they change, where they are reached; and models that are only offered."""

from datetime import date
from typing import Any
from uuid import UUID

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import select, text, update

from samverk.core.database import Database
from samverk.core.errors import NotFound
from samverk.core.levels import Level
from samverk.core.scope import Scope
from samverk.core.vault import Vault
from samverk.identity.service import Identity
from samverk.library.cards import EXTRACTIVE, ModelCard, certificate
from samverk.library.discovery import Offer, ollama
from samverk.library.ports import Endpoint
from samverk.library.service import Library
from samverk.library.tables import ModelCardVersion, ModelEndpoint

CARD = ModelCard(slug="mellan", name="Mellan", price_in=2_500_000, price_out=10_000_000)
PLACE = Endpoint("openai_compatible", "mellan-7b", "https://modeller.example/v1", "sk-mycket-hemlig")


@pytest.mark.parametrize(
    ("tokens_in", "tokens_out", "cost"),
    [(0, 0, 0), (None, None, 0), (1, 0, 3), (2, 0, 5), (0, 1, 10), (1000, 500, 7500), (1_000_000, 0, 2_500_000)],
)
def test_a_call_costs_its_tokens_rounded_up(tokens_in: int | None, tokens_out: int | None, cost: int) -> None:
    assert CARD.cost(tokens_in, tokens_out) == cost


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**10), st.integers(0, 10**10))
def test_cost_is_the_smallest_integer_that_covers_the_price(
    tokens_in: int, tokens_out: int, price_in: int, price_out: int
) -> None:
    cost = ModelCard(slug="m", name="m", price_in=price_in, price_out=price_out).cost(tokens_in, tokens_out)
    exact = tokens_in * price_in + tokens_out * price_out
    assert exact <= cost * 1_000_000 < exact + 1_000_000


@pytest.mark.parametrize(
    "wrong",
    [{"slug": ""}, {"slug": "Stor Modell"}, {"price_in": -1}, {"context_tokens": 0}, {"hosting": "moon"}, {"okänt": 1}],
    ids=str,
)
def test_a_card_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ModelCard.model_validate({"slug": "m", "name": "m", **wrong})


def test_unknown_means_least_trusted() -> None:
    card = ModelCard(slug="m", name="m")
    assert (card.hosting, card.approved_for) == ("third_country", Level.OPEN)


def test_a_card_survives_storing_and_its_body_is_the_same_each_time() -> None:
    card = CARD.model_copy(update={"abilities": frozenset({"b", "a", "c"})})
    assert card.body()["abilities"] == ["a", "b", "c"]
    assert ModelCard.model_validate(card.body()) == card


@pytest.fixture
async def org(db: Database) -> UUID:
    return (await Identity(db).create_org("bjorksta", "Björksta")).id


@pytest.fixture
def library(db: Database) -> Library:
    return Library(db, Vault("nyckel"))


async def test_only_a_changed_card_makes_a_new_version_and_the_newest_is_in_force(
    library: Library, db: Database, org: UUID
) -> None:
    first = await library.adopt(org, CARD, PLACE, "anna")
    assert await library.adopt(org, CARD, Endpoint("openai_compatible", "annan", "https://x.example"), "bo") == first
    dearer = CARD.model_copy(update={"price_in": 3_000_000})
    second = await library.adopt(org, dearer, PLACE, "bo")
    assert (first.version, second.version) == (1, 2)
    await library.adopt(org, EXTRACTIVE, Endpoint("extractive", "extractive"), "bo")
    assert [(m.card.slug, m.version) for m in await library.models(org)] == [("extractive", 1), ("mellan", 2)]
    model = await library.model(org, "mellan")
    assert (model.card, model.endpoint) == (dearer, PLACE)
    async with db.read(Scope(org)) as session:
        rows = await session.scalars(select(ModelCardVersion).where(ModelCardVersion.slug == "mellan"))
        assert [(row.version, row.card["price_in"]) for row in rows] == [(1, 2_500_000), (2, 3_000_000)]


async def test_another_organisation_s_models_are_not_there(library: Library, db: Database, org: UUID) -> None:
    await library.adopt(org, CARD, PLACE, "anna")
    other = (await Identity(db).create_org("granby", "Granby")).id
    assert await library.models(other) == []
    with pytest.raises(NotFound):
        await library.model(other, "mellan")


async def test_keys_are_encrypted_and_open_only_in_their_own_place(library: Library, db: Database, org: UUID) -> None:
    await library.adopt(org, CARD, PLACE, "anna")
    await library.adopt(org, CARD.model_copy(update={"slug": "andra"}), Endpoint("openai_compatible", "b"), "anna")
    async with db.read(Scope(org)) as session:
        rows = (await session.execute(text("select * from model_endpoints"))).all()
    assert b"sk-mycket-hemlig" not in b"".join(
        bytes(v) for row in rows for v in row if isinstance(v, bytes | memoryview)
    )
    assert not any("sk-mycket-hemlig" in str(value) for row in rows for value in row)
    async with db.write(Scope(org)) as session:
        sealed = await session.scalar(select(ModelEndpoint.key).where(ModelEndpoint.slug == "mellan"))
        await session.execute(update(ModelEndpoint).where(ModelEndpoint.slug == "andra").values(key=sealed))
    moved = (await library.model(org, "andra")).endpoint
    assert (moved.locked, moved.key) == (True, None)
    assert (await Library(db, Vault("ny nyckel", "nyckel")).model(org, "mellan")).endpoint.key == PLACE.key
    lost = (await Library(db, Vault("ny nyckel")).model(org, "mellan")).endpoint
    assert (lost.locked, lost.key) == (True, None)


TAGS = {"models": [{"name": "Gemma3:4b"}, {"name": "hf.co/å/Y GGUF"}, {"name": ""}, {}]}


@pytest.mark.parametrize(
    ("status", "reply", "slugs"),
    [
        (200, TAGS, ["ollama-gemma3-4b", "ollama-hf.co---y-gguf"]),
        (200, {}, []),
        (200, {"models": None}, []),
        (200, {"models": "nej"}, []),
        (200, ["nej"], []),
        (200, "inte json", []),
        (500, TAGS, []),
    ],
    ids=["models", "empty", "none", "text", "list", "no json", "failing"],
)
async def test_an_ollama_in_reach_is_offered_as_it_is(status: int, reply: Any, slugs: list[str]) -> None:
    async def tags(_: web.Request) -> web.Response:
        if reply == "inte json":
            return web.Response(text=reply, status=status, content_type="application/json")
        return web.json_response(reply, status=status)

    app = web.Application()
    app.router.add_get("/api/tags", tags)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        url = str(server.make_url("")).rstrip("/")
        offers = await ollama(session, url)
    assert [offer.card.slug for offer in offers] == slugs
    for offer in offers:
        assert offer.endpoint.url == f"{url}/v1"
        assert offer.card.approved_for is Level.OPEN


async def test_where_nothing_answers_nothing_is_offered() -> None:
    async with aiohttp.ClientSession() as session:
        assert await ollama(session, "") == []
        assert await ollama(session, f"http://127.0.0.1:{unused_port()}") == []


async def test_an_offer_is_used_only_once_it_is_adopted(library: Library, org: UUID) -> None:
    async def tags(_: web.Request) -> web.Response:
        return web.json_response(TAGS)

    app = web.Application()
    app.router.add_get("/api/tags", tags)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        offer, *_ = await ollama(session, str(server.make_url("")).rstrip("/"))
    with pytest.raises(NotFound):
        await library.model(org, offer.card.slug)
    await library.adopt(org, offer.card, offer.endpoint, "anna")
    assert (await library.model(org, offer.card.slug)).endpoint == offer.endpoint


async def test_the_history_of_a_card_tells_what_was_in_force_when_and_by_whom(library: Library, org: UUID) -> None:
    dearer = CARD.model_copy(update={"price_in": 3_000_000, "licence": "MIT"})
    first = await library.adopt(org, CARD, PLACE, "anna")
    second = await library.adopt(org, dearer, PLACE, "bo")
    newest, oldest = await library.history(org, "mellan")
    assert (newest, oldest) == (second, first)
    assert (newest.adopted_by, oldest.adopted_by) == ("bo", "anna")
    assert newest.adopted_at and oldest.adopted_at and newest.adopted_at >= oldest.adopted_at
    assert (newest.card, oldest.card) == (dearer, CARD)
    with pytest.raises(NotFound):
        await library.history(org, "finns-inte")


async def test_versions_of_another_organisation_hide_nothing_and_show_nothing(
    library: Library, db: Database, org: UUID
) -> None:
    granby = (await Identity(db).create_org("granby", "Granby")).id
    ours = await library.adopt(org, CARD, PLACE, "anna")
    for price in (1, 2, 3):
        await library.adopt(granby, CARD.model_copy(update={"price_in": price}), PLACE, "bo")
    assert await library.models(org) == await library.history(org, "mellan") == [ours]
    assert [version.version for version in await library.history(granby, "mellan")] == [3, 2, 1]


@pytest.mark.parametrize(
    ("by", "until", "state"),
    [
        ("", "", "none"),
        ("SKR", "", "valid"),
        ("SKR", "när som helst", "ended"),
        ("SKR", "2026-05-01", "valid"),
        ("SKR", "2026-04-30", "ends_soon"),
        ("", "2026-03-01", "ends_soon"),
        ("SKR", "2026-02-28", "ended"),
    ],
)
def test_a_certificate_warns_two_months_before_it_ends(by: str, until: str, state: str) -> None:
    card = CARD.model_copy(update={"certified_by": by, "certified_until": until})
    assert certificate(card, date(2026, 3, 1)).state == state


async def test_what_is_in_reach_is_unreviewed_until_the_organisation_adopts_it(db: Database, org: UUID) -> None:
    offers = [Offer(CARD.model_copy(update={"slug": slug}), PLACE) for slug in ("a", "b")]

    async def discover() -> list[Offer]:
        return offers

    library = Library(db, Vault("nyckel"), discover)
    assert await library.offers() == await library.unreviewed(org) == offers
    await library.adopt(org, offers[0].card, PLACE, "anna")
    assert await library.offers() == offers
    assert await library.unreviewed(org) == offers[1:]
    assert await Library(db, Vault("nyckel")).unreviewed(org) == []
