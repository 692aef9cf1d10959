"""What stewards do with models, who may, what it changes at once, and what the log says of it."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, text
from tests.library.samples import card

from samverk.core import fresh
from samverk.core.database import Database
from samverk.core.errors import Invalid, NotAllowed, NotFound
from samverk.core.ids import now
from samverk.core.journal import Journal
from samverk.core.levels import Level
from samverk.core.scope import Scope
from samverk.core.vault import Vault
from samverk.identity.principal import Kind, Principal, Role
from samverk.identity.service import Identity
from samverk.library import shelf
from samverk.library.cards import Certification, Tightening
from samverk.library.discovery import Offer
from samverk.library.endpoints import check
from samverk.library.errors import NotInUse
from samverk.library.ports import Endpoint
from samverk.library.service import Library

PLACE = Endpoint("openai_compatible", "mellan-7b", "https://modeller.example/v1", "sk-mycket-hemlig")
SECOND = Endpoint("openai_compatible", "mellan-7b", "https://reserv.example/v1/", "sk-annan", order=1, weight=3)
IN_REACH = Offer(card("i-nat"), Endpoint("openai_compatible", "i-nat", "http://127.0.0.1:11434/v1"))


async def offers() -> list[Offer]:
    return [IN_REACH]


@pytest.fixture
async def org(db: Database) -> UUID:
    return (await Identity(db).create_org("bjorksta", "Björksta")).id


@pytest.fixture
def library(db: Database) -> Library:
    return Library(db, Vault("nyckel"), offers)


def anna(org: UUID, role: Role = Role.STEWARD) -> Principal:
    return Principal(Kind.MEMBER, org, "1", "Anna", role)


async def log(db: Database, org: UUID) -> list[tuple[str, dict[str, Any]]]:
    """The changes of the models, the oldest first."""
    changes = await Journal(db).read(org, thing="model")
    return [(change.action.removeprefix("model."), change.facts) for change in reversed(changes)]


async def test_a_steward_adopts_changes_retires_and_restores(library: Library, db: Database, org: UUID) -> None:
    by = anna(org)
    first = await library.curation.put(by, card(), PLACE)
    assert (first.version, first.adopted_by, first.origin) == (1, "Anna", None)
    second = await library.curation.put(by, card(price_in=5))
    assert (second.version, second.card.price_in) == (2, 5)
    assert (await library.model(org, "mellan")).endpoint == PLACE, "the endpoint stays where none is given"
    await library.curation.retire(by, "mellan")
    with pytest.raises(NotInUse, match="retired"):
        await library.model(org, "mellan")
    assert await library.models(org) == []
    [stopped] = await library.models(org, stopped=True)
    assert stopped.stopped == "retired"
    await library.curation.restore(by, "mellan")
    await library.curation.restore(by, "mellan")
    assert (await library.model(org, "mellan")).adopted == second
    assert [action for action, _ in await log(db, org)] == ["adopted", "reached", "changed", "retired", "restored"]
    assert (await log(db, org))[2][1] == {"model": "mellan", "version": 2, "fields": "price_in", "level": "sensitive"}


async def test_only_stewards_change_anything(library: Library, org: UUID) -> None:
    await library.curation.put(anna(org), card(), PLACE)
    by = anna(org, Role.BUILDER)
    place = (await library.endpoints.list(org, "mellan"))[0].id
    for work in (
        library.curation.put(by, card(), PLACE),
        library.curation.adopt_offer(by, "i-nat", Level.OPEN, "own"),
        library.curation.certify(by, "mellan", Certification(by="X"), Level.OPEN),
        library.curation.tighten(by, "mellan", Tightening()),
        library.curation.retire(by, "mellan"),
        library.curation.restore(by, "mellan"),
        library.endpoints.add(by, "mellan", SECOND),
        library.endpoints.replace_key(by, "mellan", place, "x"),
        library.endpoints.remove(by, "mellan", place),
        library.catalogues.subscribe(by, "region", "", "00"),
        library.catalogues.update(by, "region"),
        library.catalogues.adopt(by, "region", "mellan"),
        library.catalogues.leave(by, "region"),
    ):
        with pytest.raises(NotAllowed):
            await work


async def test_what_is_in_reach_is_adopted_at_the_level_that_the_steward_gives(library: Library, org: UUID) -> None:
    with pytest.raises(NotFound):
        await library.model(org, "i-nat")
    adopted = await library.curation.adopt_offer(anna(org), "i-nat", Level.INTERNAL, "own")
    assert (adopted.card.approved_for, adopted.card.hosting) == (Level.INTERNAL, "own")
    assert (await library.model(org, "i-nat")).endpoint == IN_REACH.endpoint
    with pytest.raises(NotFound):
        await library.curation.adopt_offer(anna(org), "utom-rackhall", Level.OPEN, "own")


async def test_a_tightening_stays_through_new_versions_and_can_be_taken_back(
    library: Library, db: Database, org: UUID
) -> None:
    by = anna(org)
    await library.curation.put(by, card(abilities=["tools", "images"]), PLACE)
    asked = Tightening(
        approved_for=Level.INTERNAL,
        without_uses=frozenset({"citizens"}),
        without_abilities=frozenset({"tools"}),
        demands=frozenset({"Läs igenom"}),
    )
    await library.curation.tighten(by, "mellan", asked)
    await library.curation.tighten(by, "mellan", asked)
    await library.curation.put(by, card(abilities=["tools", "images"], approved_for=Level.SECRET))
    model = await library.model(org, "mellan")
    assert model.card.approved_for is Level.INTERNAL
    assert (model.card.abilities, model.card.demands) == ({"images"}, {"Läs igenom"})
    assert "citizens" not in model.card.allowed_uses
    assert (model.adopted.published.approved_for, model.adopted.tightening) == (Level.SECRET, asked)
    await library.curation.tighten(by, "mellan", Tightening())
    assert (await library.model(org, "mellan")).card.approved_for is Level.SECRET
    tightened = [facts for action, facts in await log(db, org) if action == "tightened"]
    assert tightened[0] == {
        "model": "mellan",
        "level": "internal",
        "without": "citizens, tools",
        "demands": "Läs igenom",
    }
    assert len(tightened) == 2
    with pytest.raises(NotFound):
        await library.curation.tighten(by, "finns-inte", asked)


async def test_a_certificate_that_runs_out_stops_giving_its_level_without_anybody_s_help(
    library: Library, org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import date

    await library.curation.put(anna(org), card(certified_until="2026-06-30"), PLACE)
    for day, level in [(date(2026, 6, 30), Level.SENSITIVE), (date(2026, 7, 1), Level.OPEN)]:
        monkeypatch.setattr(shelf, "today", lambda day=day: day)
        monkeypatch.setattr(fresh, "SECONDS", 0.0)
        assert (await library.model(org, "mellan")).card.approved_for is level
    given = Certification(by="Exempelregionen", on="2026-07-01", until="2027-06-30", report="https://r.example")
    renewed = await library.curation.certify(anna(org), "mellan", given, Level.INTERNAL)
    assert (renewed.card.approved_for, renewed.card.certification) == (Level.INTERNAL, given)
    assert [one.until for one in renewed.card.earlier_certificates] == ["2026-06-30"]


async def test_endpoints_are_equal_or_in_order_and_their_keys_are_never_told(
    library: Library, db: Database, org: UUID
) -> None:
    by = anna(org)
    await library.curation.put(by, card(), PLACE)
    added = await library.endpoints.add(by, "mellan", SECOND)
    model = await library.model(org, "mellan")
    assert [(one.url, one.order, one.weight, one.key) for one in model.endpoints] == [
        ("https://modeller.example/v1", 0, 1, "sk-mycket-hemlig"),
        ("https://reserv.example/v1", 1, 3, "sk-annan"),
    ]
    assert model.endpoints[1].id == added.id
    await library.endpoints.replace_key(by, "mellan", added.id, "sk-ny")
    assert (await library.model(org, "mellan")).endpoints[1].key == "sk-ny"
    told = await library.endpoints.list(org, "mellan")
    assert [place.has_key for place in told] == [True, True]
    for secret in ("sk-mycket-hemlig", "sk-annan", "sk-ny"):
        assert secret not in repr((told, model, added, await log(db, org)))
    for place in told:
        await library.endpoints.remove(by, "mellan", place.id)
    with pytest.raises(NotInUse, match="where it is reached"):
        await library.model(org, "mellan")
    with pytest.raises(NotFound):
        await library.endpoints.remove(by, "mellan", added.id)
    with pytest.raises(NotFound):
        await library.endpoints.list(org, "finns-inte")
    actions = [action for action, _ in await log(db, org)]
    assert actions[2:] == ["endpoint_added", "endpoint_key_replaced", "endpoint_removed", "endpoint_removed"]


@pytest.mark.parametrize(
    ("provider", "url"),
    [
        ("okand", ""),
        ("openai_compatible", "ftp://x"),
        ("openai_compatible", "https://namn:hemlig@x.example"),
        ("openai_compatible", "x"),
    ],
)
async def test_an_endpoint_that_cannot_be_one_is_refused(library: Library, org: UUID, provider: str, url: str) -> None:
    with pytest.raises(Invalid):
        await library.curation.put(anna(org), card(), Endpoint(provider, "m", url))
    assert await library.models(org, stopped=True) == []


async def test_in_the_steady_state_no_database_is_asked(library: Library, db: Database, org: UUID) -> None:
    await library.curation.put(anna(org), card(), PLACE)
    model, asked = await library.model(org, "mellan"), 0

    def count(*_: Any) -> None:
        nonlocal asked
        asked += 1

    event.listen(db.engine.sync_engine, "before_cursor_execute", count)
    for _ in range(100):
        assert await library.model(org, "mellan") is model
        with pytest.raises(NotFound):
            await library.model(org, "finns-inte")
    assert asked == 0


async def test_what_another_process_changes_counts_within_two_seconds(
    library: Library, db: Database, org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Library(db, Vault("nyckel"))
    await library.curation.put(anna(org), card(), PLACE)
    await other.model(org, "mellan")
    clock = fresh.time.monotonic()
    monkeypatch.setattr(fresh.time, "monotonic", lambda: clock)
    await other.model(org, "mellan")
    await library.curation.retire(anna(org), "mellan")
    clock += 2.01
    with pytest.raises(NotInUse):
        await other.model(org, "mellan")


async def test_a_reading_that_a_change_overtakes_is_not_kept(library: Library, db: Database, org: UUID) -> None:
    await library.curation.put(anna(org), card(), PLACE)
    library._shelf.changed(org)
    stood = shelf._stood

    async def overtaken(*args: Any) -> shelf.Stood:
        found = await stood(*args)
        library._shelf.changed(org)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shelf, "_stood", overtaken)
        await library._shelf.of(org)
    assert library._shelf._known.last(org) is None


async def test_what_was_stored_before_there_were_catalogues_still_loads(
    library: Library, db: Database, org: UUID
) -> None:
    """A row as the first version of the platform wrote it."""
    await library.adopt(org, card(), PLACE, "anna")
    plain = '{"slug":"mellan","name":"Mellan","approved_for":1}'
    async with db.write(Scope(org)) as session:
        await session.execute(text("update model_cards set card = :card, origin = null"), {"card": plain})
    library = Library(db, Vault("nyckel"))
    assert (await library.model(org, "mellan")).card.approved_for is Level.INTERNAL
    assert now() >= (await library.history(org, "mellan"))[0].adopted_at


def test_a_flavour_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(Invalid, match="nonsens") as refused:
        check(Endpoint("openai_compatible", "m", "http://127.0.0.1/v1", flavour="nonsens"))
    assert "vllm" in refused.value.sv
    check(Endpoint("openai_compatible", "m", "http://127.0.0.1/v1", flavour="vllm"))
