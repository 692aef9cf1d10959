"""The suite of the search index's port: run on the fake and on every adapter that is discovered."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from samverk.knowledge import indexes
from samverk.knowledge.indexes.memory import MemoryIndex
from samverk.knowledge.ports import IndexEntry, SearchIndex

ADAPTERS = indexes.discover()


@pytest.fixture(params=["memory", *ADAPTERS])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchIndex]:
    yield MemoryIndex() if request.param == "memory" else ADAPTERS[request.param](tmp_path / "index")


def entry(key: str, text: str, group: str = "g", title: str = "") -> IndexEntry:
    return IndexEntry(key, group, title, text)


def found(index: SearchIndex, query: str, *collections: UUID, limit: int = 10) -> list[str]:
    return [hit.id for hit in index.search(collections, query, limit)]


BENEFIT = entry("bistånd", "Ekonomiskt bistånd söks hos socialtjänsten varje månad.", "riktlinje", "Riktlinje 1 kap.")
PARKING = entry("parkering", "Parkeringstillstånd för rörelsehindrade gäller i tre år.", "parkering")
LEAVE = entry("ledighet", "Semester och tjänstledighet söks hos närmaste chef.", "handbok", "Personalhandbok")


def test_the_tantivy_adapter_is_discovered() -> None:
    assert "tantivy" in ADAPTERS
    assert indexes.factory("memory") is None
    assert indexes.factory("no such file") is None


def test_finds_the_passage_that_answers_first(index: SearchIndex) -> None:
    shelf = uuid4()
    index.apply(shelf, [BENEFIT, PARKING, LEAVE], [], 1)
    hits = index.search([shelf], "Var söker jag bistånd?", 10)
    assert hits[0].id == "bistånd"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert {hit.collection for hit in hits} == {shelf}
    assert found(index, "personalhandboken", shelf)[0] == "ledighet", "titles are searched"
    assert found(index, "tillståndet för parkering", shelf)[0] == "parkering", "compounds are found by their parts"
    assert found(index, "xylofon", shelf) == []
    assert len(found(index, "söks hos", shelf, limit=1)) == 1


def test_an_entry_takes_the_place_of_the_one_with_its_id(index: SearchIndex) -> None:
    shelf = uuid4()
    for _ in range(2):
        index.apply(shelf, [BENEFIT, PARKING], [], 7)
    assert found(index, "ekonomiskt socialtjänsten", shelf) == ["bistånd"]
    index.apply(shelf, [entry("bistånd", "Något helt annat: simhallens öppettider.")], [], 8)
    assert found(index, "simhallen", shelf) == ["bistånd"]
    assert found(index, "socialtjänsten", shelf) == []


def test_a_removed_group_is_gone_and_a_replaced_one_is_new(index: SearchIndex) -> None:
    shelf = uuid4()
    index.apply(shelf, [BENEFIT, PARKING], [], 1)
    index.apply(shelf, [], ["riktlinje", "unknown"], 2)
    assert found(index, "ekonomiskt socialtjänsten", shelf) == []
    assert found(index, "parkeringstillstånd", shelf) == ["parkering"]
    index.apply(shelf, [entry("p2", "Parkeringsplatser vid torget.", "parkering")], ["parkering"], 3)
    assert found(index, "parkeringstillstånd", shelf) == ["p2"], "removed first, then added"


def test_remembers_the_applied_sequence(index: SearchIndex) -> None:
    shelf = uuid4()
    assert index.applied(shelf) == 0
    index.apply(shelf, [BENEFIT], [], 41)
    index.apply(shelf, [], [], 42)
    assert index.applied(shelf) == 42
    assert index.applied(uuid4()) == 0


def test_a_dropped_collection_is_forgotten(index: SearchIndex) -> None:
    shelf = uuid4()
    index.apply(shelf, [BENEFIT], [], 5)
    index.drop(shelf)
    index.drop(uuid4())
    assert (index.applied(shelf), found(index, "bistånd", shelf)) == (0, [])
    index.apply(shelf, [PARKING], [], 6)
    assert found(index, "parkering", shelf) == ["parkering"]


def test_searches_exactly_the_collections_named(index: SearchIndex) -> None:
    own, granted, foreign = uuid4(), uuid4(), uuid4()
    index.apply(own, [BENEFIT], [], 1)
    index.apply(granted, [entry("lag", "Lag om ekonomiskt bistånd.")], [], 1)
    index.apply(foreign, [entry("hemlig", "Ekonomiskt bistånd i en annan kommun.")], [], 1)
    hits = index.search([own, granted, own], "ekonomiskt bistånd", 10)
    assert {(hit.id, hit.collection) for hit in hits} == {("bistånd", own), ("lag", granted)}
    assert index.search([], "ekonomiskt bistånd", 10) == []
    assert index.search([uuid4()], "ekonomiskt bistånd", 10) == []


def test_parting_passages_into_collections_does_not_change_their_order(index: SearchIndex) -> None:
    """A word that is rare in a small collection and common in a large one weighs as in both together."""
    small, large, common = uuid4(), uuid4(), uuid4()
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
    shelf = uuid4()
    index.apply(shelf, [BENEFIT, PARKING, LEAVE], [], 1)
    assert len(index.search([shelf], query, 10)) <= 3


def test_a_very_long_question_still_finds_its_subject(index: SearchIndex) -> None:
    shelf = uuid4()
    index.apply(shelf, [BENEFIT, PARKING, LEAVE], [], 1)
    noise = " ".join(f"ord{i}x" for i in range(14_000))
    assert found(index, "parkeringstillstånd " + noise, shelf)[0] == "parkering"


def test_any_text_can_be_indexed(index: SearchIndex) -> None:
    shelf = uuid4()
    texts = ["", " \n\t", "\x00 noll \x07", "x" * 200_000, "福祉 給付金", "\ud800 surrogat", "ﬁnansiering af\u00adgift"]
    index.apply(shelf, [entry(f"p{i}", text, title=text[:50]) for i, text in enumerate(texts)], [], 1)
    assert found(index, "finansiering", shelf) == ["p6"], "compatibility forms are searched as plain letters"
    assert found(index, "avgift", shelf) == [] or found(index, "afgift", shelf) == ["p6"]
    assert found(index, "福祉", shelf) == ["p4"]
    assert index.applied(shelf) == 1


def test_several_threads_search_while_one_writes(index: SearchIndex) -> None:
    shelf = uuid4()
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
    assert index.applied(shelf) == 6
