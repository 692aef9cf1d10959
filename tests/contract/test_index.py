"""The suite of the search index's port: run on the fake and on every adapter that is discovered."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests import chroma, postgres

from samverk.knowledge import indexes, terms
from samverk.knowledge.indexes.memory import MemoryIndex
from samverk.knowledge.ports import Hit, IndexEntry, SearchIndex, Shelf, ShelfDamaged, Standing, Wanted, Where

ADAPTERS = indexes.discover()
ORG = uuid4()


OTHERS = [name for name in ADAPTERS if name not in {"postgresql", "chroma"}]


@pytest.fixture(scope="session")
def database(postgres_template: str) -> str:
    """A database for all these tests: each has collections of its own."""
    with ThreadPoolExecutor(1) as thread:
        owner = thread.submit(asyncio.run, postgres.fresh(postgres_template, copy=True)).result()
    return postgres.as_role(owner, "app")


@pytest.fixture(scope="session")
def chroma_url() -> Iterator[str]:
    """A Chroma server for all these tests."""
    with chroma.server() as url:
        yield url


POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgres)


@pytest.fixture(params=["memory", *OTHERS, POSTGRESQL, "chroma", "chroma on a server"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> SearchIndex:
    where = Where(tmp_path / "index")
    if request.param == "memory":
        return MemoryIndex()
    if request.param == "postgresql":
        where = replace(where, database_url=request.getfixturevalue("database"))
    if request.param == "chroma":
        chroma.needed()
    if request.param == "chroma on a server":
        where = replace(where, chroma_url=request.getfixturevalue("chroma_url"))
    return indexes.opened(request.param.partition(" ")[0], where)


def entry(key: str, text: str, group: str = "g", title: str = "", **facts: Any) -> IndexEntry:
    return IndexEntry(key, group, title, text, **facts)


def new_shelf() -> Shelf:
    return Shelf(ORG, uuid4())


def search(index: SearchIndex, query: str, *shelves: Shelf, limit: int = 10, **filters: Any) -> list[Hit]:
    return index.search(Wanted(ORG, [shelf.collection for shelf in shelves], query, limit, **filters))


def found(index: SearchIndex, query: str, *shelves: Shelf, limit: int = 10, **filters: Any) -> list[str]:
    return [hit.id for hit in search(index, query, *shelves, limit=limit, **filters)]


BENEFIT = entry("bistånd", "Ekonomiskt bistånd söks hos socialtjänsten varje månad.", "riktlinje", "Riktlinje 1 kap.")
PARKING = entry("parkering", "Parkeringstillstånd för rörelsehindrade gäller i tre år.", "parkering")
LEAVE = entry("ledighet", "Semester och tjänstledighet söks hos närmaste chef.", "handbok", "Personalhandbok")


def test_the_tantivy_adapter_is_discovered() -> None:
    assert "tantivy" in ADAPTERS
    assert indexes.factory("memory") is None
    assert indexes.factory("no such file") is None


def test_finds_the_passage_that_answers_first(index: SearchIndex) -> None:
    shelf = new_shelf()
    index.apply(shelf, [BENEFIT, PARKING, LEAVE], [], 1)
    hits = search(index, "Var söker jag bistånd?", shelf)
    assert hits[0].id == "bistånd"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert {hit.collection for hit in hits} == {shelf.collection}
    assert found(index, "personalhandboken", shelf)[0] == "ledighet", "titles are searched"
    assert found(index, "tillståndet för parkering", shelf)[0] == "parkering", "compounds are found by their parts"
    assert found(index, "xylofon", shelf) == []
    assert len(found(index, "söks hos", shelf, limit=1)) == 1


def test_an_entry_takes_the_place_of_the_one_with_its_id(index: SearchIndex) -> None:
    shelf = new_shelf()
    for _ in range(2):
        index.apply(shelf, [BENEFIT, PARKING], [], 7)
    assert found(index, "ekonomiskt socialtjänsten", shelf) == ["bistånd"]
    index.apply(shelf, [entry("bistånd", "Något helt annat: simhallens öppettider.")], [], 8)
    assert found(index, "simhallen", shelf) == ["bistånd"]
    assert found(index, "socialtjänsten", shelf) == []


def test_a_removed_group_is_gone_and_a_replaced_one_is_new(index: SearchIndex) -> None:
    shelf = new_shelf()
    index.apply(shelf, [BENEFIT, PARKING], [], 1)
    index.apply(shelf, [], ["riktlinje", "unknown"], 2)
    assert found(index, "ekonomiskt socialtjänsten", shelf) == []
    assert found(index, "parkeringstillstånd", shelf) == ["parkering"]
    index.apply(shelf, [entry("p2", "Parkeringsplatser vid torget.", "parkering")], ["parkering"], 3)
    assert found(index, "parkeringstillstånd", shelf) == ["p2"], "removed first, then added"


def test_remembers_the_applied_sequence(index: SearchIndex) -> None:
    shelf = new_shelf()
    assert index.standing(shelf) == Standing(0)
    index.apply(shelf, [BENEFIT], [], 41)
    index.apply(shelf, [], [], 42)
    assert index.standing(shelf) == Standing(42)
    assert index.standing(new_shelf()) == Standing(0)


def test_a_dropped_collection_is_forgotten(index: SearchIndex) -> None:
    shelf = new_shelf()
    index.apply(shelf, [BENEFIT], [], 5)
    index.drop(shelf)
    index.drop(new_shelf())
    assert index.standing(shelf) == Standing(0)
    with pytest.raises(ShelfDamaged):
        search(index, "bistånd", shelf)
    index.apply(shelf, [PARKING], [], 6)
    assert found(index, "parkering", shelf) == ["parkering"]


def test_what_is_not_there_never_looks_empty(index: SearchIndex) -> None:
    shelf, missing = new_shelf(), new_shelf()
    index.apply(shelf, [], [], 1)
    assert (index.standing(shelf), found(index, "bistånd", shelf)) == (Standing(1), [])
    filled = new_shelf()
    index.apply(filled, [BENEFIT], [], 1)
    assert found(index, "bistånd", shelf, filled) == ["bistånd"]
    with pytest.raises(ShelfDamaged) as raised:
        search(index, "bistånd", shelf, missing)
    assert raised.value.collection == missing.collection


def test_filters_are_part_of_the_query(index: SearchIndex) -> None:
    """The best passages that fit are found, however many better ones do not; statistics stay those of all."""
    shelf = new_shelf()
    spring, summer = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
    many = [entry(f"w{i}", "Avgift, avgift och avgift.", type="web", dated=spring) for i in range(30)]
    few = [
        entry("sheet", "Avgift för bygglov.", type="sheet", dated=summer),
        entry("pdf", "Avgift för bygglov och rivning i kommunen.", type="pdf", dated=spring),
        entry("undated", "Avgift för bygglov.", type="pdf"),
    ]
    index.apply(shelf, many + few, [], 1)
    narrowed = partial(found, index, "avgift", shelf, limit=3)
    assert narrowed(types=frozenset({"sheet"})) == ["sheet"]
    assert set(narrowed(types=frozenset({"sheet", "pdf"}))) == {"sheet", "pdf", "undated"}
    assert narrowed(types=frozenset({"pdf"}), since=spring) == ["pdf"]
    assert narrowed(since=summer) == ["sheet"], "from that moment on"
    assert narrowed(types=frozenset({"pdf", "sheet"}), until=summer) == ["pdf"], "up to that moment, and not with it"
    assert narrowed(since=summer + timedelta(seconds=1)) == []
    assert narrowed(types=frozenset({"mail"})) == []
    scores = {hit.id: hit.score for hit in search(index, "avgift", shelf, limit=40)}
    [alone] = search(index, "avgift", shelf, types=frozenset({"sheet"}))
    assert alone.score == pytest.approx(scores["sheet"])


def test_a_shelf_takes_the_place_of_another(index: SearchIndex) -> None:
    shelf, made = new_shelf(), new_shelf()
    index.apply(shelf, [BENEFIT], [], 3)
    index.apply(made, [PARKING], [], 8)
    index.replace(shelf, made)
    assert (index.standing(shelf), found(index, "bistånd parkering", shelf)) == (Standing(8), ["parkering"])
    assert index.standing(made) == Standing(0)
    index.apply(shelf, [LEAVE], [], 9)
    assert set(found(index, "parkering semester", shelf)) == {"parkering", "ledighet"}
    fresh = new_shelf()
    index.replace(fresh, shelf)
    assert set(found(index, "parkering semester", fresh)) == {"parkering", "ledighet"}
    with pytest.raises(ShelfDamaged):
        index.replace(fresh, new_shelf())
    assert index.standing(fresh) == Standing(9)


def test_a_shelf_made_by_other_rules_serves_until_it_is_replaced(
    index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf, made = new_shelf(), new_shelf()
    index.apply(shelf, [BENEFIT], [], 3)
    monkeypatch.setattr(terms, "VERSION", "another")
    assert index.standing(shelf) == Standing(3, is_outdated=True)
    assert found(index, "bistånd", shelf) == ["bistånd"]
    with pytest.raises(ShelfDamaged):
        index.apply(shelf, [PARKING], [], 4)
    index.apply(made, [BENEFIT, PARKING], [], 4)
    index.replace(shelf, made)
    assert (index.standing(shelf), found(index, "parkering", shelf)) == (Standing(4), ["parkering"])


def test_the_passage_that_says_the_thing_comes_before_one_that_mentions_it(index: SearchIndex) -> None:
    shelf = new_shelf()
    filler = [entry(f"f{i}", f"Öppettider i simhall {i} under veckan.") for i in range(20)]
    says = entry("says", "Avgiften för parkering betalas när bygglovet beviljas av nämnden.")
    mentions = entry("mentions", "Bygglovet beviljas av nämnden. Parkering betalas när avgiften för.")
    index.apply(shelf, [*filler, mentions, says], [], 1)
    assert found(index, "avgift för parkering", shelf, limit=2) == ["says", "mentions"]
    assert found(index, "parkering betalas", shelf, limit=2)[0] in {"says", "mentions"}


def test_searches_exactly_the_collections_named(index: SearchIndex) -> None:
    own, granted, foreign = new_shelf(), new_shelf(), new_shelf()
    index.apply(own, [BENEFIT], [], 1)
    index.apply(granted, [entry("lag", "Lag om ekonomiskt bistånd.")], [], 1)
    index.apply(foreign, [entry("hemlig", "Ekonomiskt bistånd i en annan kommun.")], [], 1)
    hits = search(index, "ekonomiskt bistånd", own, granted, own)
    assert {(hit.id, hit.collection) for hit in hits} == {("bistånd", own.collection), ("lag", granted.collection)}
    assert search(index, "ekonomiskt bistånd") == []


def test_parting_passages_into_collections_does_not_change_their_order(index: SearchIndex) -> None:
    """A word that is rare in a small collection and common in a large one weighs as in both together."""
    small, large, common = new_shelf(), new_shelf(), new_shelf()
    own = [entry(f"own{i}", text, "o") for i, text in enumerate(["Avgift för bygglov.", "Avgift för dagis och skola."])]
    neighbour = [entry(f"law{i}", f"Avgift enligt paragraf{i} i taxan.", "l") for i in range(60)]
    neighbour.append(entry("law60", "Bygglov prövas av nämnden.", "l"))
    index.apply(small, own, [], 1)
    index.apply(large, neighbour, [], 1)
    index.apply(common, own + neighbour, [], 1)
    for query in ("avgift bygglov", "taxan för skola", "nämnden"):
        assert found(index, query, small, large, limit=5) == found(index, query, common, limit=5)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        "?!…",
        "\x00\x07\x1b[31m",
        "och att det",
        "дополнительная помощь",
        "福祉 給付金",
        "مساعدة",
        "'; DROP TABLE x; --",
        'bistånd AND (NOT "x" OR stem:*',
        "<script>alert(1)</script>",
        "\ud800 ensam surrogat",
        "a" * 100_000,
    ],
)
def test_any_text_is_a_question(index: SearchIndex, query: str) -> None:
    shelf = new_shelf()
    index.apply(shelf, [BENEFIT, PARKING, LEAVE], [], 1)
    assert len(search(index, query, shelf)) <= 3


def test_a_very_long_question_still_finds_its_subject(index: SearchIndex) -> None:
    shelf = new_shelf()
    index.apply(shelf, [BENEFIT, PARKING, LEAVE], [], 1)
    noise = " ".join(f"ord{i}x" for i in range(14_000))
    assert found(index, "parkeringstillstånd " + noise, shelf)[0] == "parkering"


def test_any_text_can_be_indexed(index: SearchIndex) -> None:
    shelf = new_shelf()
    texts = ["", " \n\t", "\x00 noll \x07", "x" * 200_000, "福祉 給付金", "\ud800 surrogat", "ﬁnansiering af\u00adgift"]
    index.apply(shelf, [entry(f"p{i}", text, title=text[:50]) for i, text in enumerate(texts)], [], 1)
    assert found(index, "finansiering", shelf) == ["p6"], "compatibility forms are searched as plain letters"
    assert found(index, "avgift", shelf) == [] or found(index, "afgift", shelf) == ["p6"]
    assert found(index, "福祉", shelf) == ["p4"]
    assert index.standing(shelf) == Standing(1)


def test_several_threads_search_while_one_writes(index: SearchIndex) -> None:
    shelf = new_shelf()
    index.apply(shelf, [BENEFIT], [], 1)

    def search() -> None:
        for _ in range(30):
            assert "bistånd" in found(index, "ekonomiskt bistånd", shelf)

    def write() -> None:
        for i in range(5):
            index.apply(shelf, [entry(f"p{i}", "Parkering vid torget", f"g{i}")], [], i + 2)

    with ThreadPoolExecutor(4) as threads:
        for job in [threads.submit(action) for action in (search, write, search, search)]:
            job.result()
    assert index.standing(shelf) == Standing(6)
