"""What only the index in Chroma can show: changes that break off, one process at a time, damage, and a server that is away."""

import multiprocessing
import socket
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from samverk.core.errors import Invalid, SamverkError
from samverk.core.leases import Leases
from samverk.knowledge import indexes
from samverk.knowledge.indexes import _chroma_stores as stores
from samverk.knowledge.indexes import _chroma_terms as chroma_terms
from samverk.knowledge.indexes.chroma import CANDIDATES, ChromaIndex
from samverk.knowledge.ports import IndexEntry, Shelf, ShelfDamaged, ShelfNotWritten, Standing, Wanted, Where
from tests import chroma as chroma_server

PROCESSES = multiprocessing.get_context("spawn")
AVERAGE: chroma_terms.Average = {"stem": 10.0, "gram": 60.0}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder for an embedded index."""
    chroma_server.needed()
    return tmp_path


def entries(*texts: str, prefix: str = "p") -> list[IndexEntry]:
    return [IndexEntry(f"{prefix}{i}", f"{prefix}g{i}", "", text) for i, text in enumerate(texts)]


def opened(root: Path) -> ChromaIndex:
    return ChromaIndex(stores.Store(stores.Embedded(root / "chroma")), Leases(root / "leases"))


def found(index: ChromaIndex, shelf: Shelf, query: str) -> list[str]:
    return [hit.id for hit in index.search(Wanted(shelf.org, [shelf.collection], query, 10))]


def shelf_with(index: ChromaIndex, *texts: str) -> Shelf:
    shelf = Shelf(uuid4(), uuid4())
    index.apply(shelf, entries(*texts), [], 3)
    return shelf


WRITES = {
    "records": ("upsert", 1),
    "statistics": ("upsert", 2),
    "the shelf": ("upsert", 3),
    "what is old": ("delete", 2),
}


@pytest.mark.parametrize("reached", WRITES)
def test_a_change_that_breaks_off_changes_nothing_and_leaves_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch, reached: str
) -> None:
    index = opened(root)
    shelf = shelf_with(index, "Ekonomiskt bistånd", "Simhallens öppettider")
    verb, at = WRITES[reached]
    calls = Counter[str]()
    ask = stores.Embedded.ask

    def breaking(self: stores.Embedded, name: str, asked: str, arguments: Any) -> Any:
        calls[asked] += 1
        if asked == verb and calls[asked] == at:
            raise ShelfNotWritten
        return ask(self, name, asked, arguments)

    with monkeypatch.context() as patch:
        patch.setattr(stores.Embedded, "ask", breaking)
        with pytest.raises(ShelfNotWritten):
            index.apply(shelf, entries("Bygglov för altan", prefix="n"), ["pg0"], 4)
    index = opened(root)
    is_made = reached == "what is old"
    assert index.standing(shelf) == Standing(4 if is_made else 3)
    assert found(index, shelf, "bistånd") == ([] if is_made else ["p0"])
    assert found(index, shelf, "altan") == (["n0"] if is_made else [])
    index.apply(shelf, entries("Bygglov för altan", prefix="n"), ["pg0"], 4)
    assert (found(index, shelf, "bistånd"), found(index, shelf, "altan")) == ([], ["n0"])
    place = index._held([shelf.collection])[shelf.collection].place
    assert len(index._store.fitting(place, {})) == 2, "nothing is counted twice"


def test_the_best_of_many_are_found_beyond_those_that_are_all_looked_at(root: Path) -> None:
    index = opened(root)
    many = [f"Avgift nummer{i} för plats{i % 7} i taxan." for i in range(2 * CANDIDATES)]
    shelf = shelf_with(index, *many, "Bidrag till föreningar söks i mars.")
    assert found(index, shelf, "När söker föreningen bidrag?")[0] == f"p{len(many)}"
    assert found(index, shelf, "nummer17")[0] == "p17"


def _look(root: Path, answers: Any) -> None:
    try:
        opened(root).standing(Shelf(uuid4(), uuid4()))
    except SamverkError as error:
        answers.put(type(error).__name__)
    else:
        answers.put("opened")


def test_one_process_at_a_time_has_the_embedded_index_open(root: Path) -> None:
    shelf_with(opened(root), "Ekonomiskt bistånd")
    answers = PROCESSES.Queue()
    other = PROCESSES.Process(target=_look, args=(root, answers))
    other.start()
    assert answers.get(timeout=120) == "IndexElsewhere"
    other.join()


def test_one_that_cannot_be_opened_is_made_anew(root: Path) -> None:
    (root / "chroma").mkdir()
    (root / "chroma" / "chroma.sqlite3").write_bytes(b"\xff" * 8192)
    index = opened(root)
    shelf = Shelf(uuid4(), uuid4())
    assert index.standing(shelf) == Standing(0)
    with pytest.raises(ShelfDamaged):
        found(index, shelf, "bistånd")
    index.apply(shelf, entries("Ekonomiskt bistånd"), [], 1)
    assert found(index, shelf, "bistånd") == ["p0"]


def test_passages_that_are_gone_never_look_like_none(root: Path) -> None:
    index = opened(root)
    shelf = shelf_with(index, "Ekonomiskt bistånd")
    index._store.forget(index._held([shelf.collection])[shelf.collection].place)
    for action in (lambda: found(index, shelf, "bistånd"), lambda: index.apply(shelf, entries("Annat"), [], 4)):
        with pytest.raises(ShelfDamaged):
            action()


def _silent(listener: socket.socket) -> None:
    while True:
        try:
            listener.accept()[0].close()
        except OSError:
            return


def _refusing(listener: socket.socket) -> None:
    while True:
        try:
            connection = listener.accept()[0]
        except OSError:
            return
        with connection:
            connection.recv(65_536)
            connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")


@pytest.mark.parametrize("server", [_silent, _refusing])
def test_a_server_that_is_away_or_refuses_is_no_empty_index(
    tmp_path: Path, server: Callable[[socket.socket], None]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=server, args=(listener,), daemon=True).start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        index, shelf = indexes.opened("chroma", Where(tmp_path, chroma_url=url)), Shelf(uuid4(), uuid4())
        for action in (
            lambda: index.standing(shelf),
            lambda: index.search(Wanted(shelf.org, [shelf.collection], "bistånd", 10)),
            lambda: index.apply(shelf, entries("Bygglov"), [], 1),
        ):
            with pytest.raises(stores.IndexUnreachable):
                action()


def test_an_address_that_is_none_is_refused_by_its_setting(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="SAMVERK_CHROMA_URL"):
        indexes.opened("chroma", Where(tmp_path, chroma_url="chroma.example:8000"))


def test_counts_come_back_as_they_were_packed_and_take_changes() -> None:
    counts = chroma_terms.Counts().changed({7: 2, 4_294_967_295: 1, 0: 5}).changed({7: -2, 9: 3})
    again = chroma_terms.Counts.unpacked(counts.packed())
    assert {number: again[number] for number in (0, 7, 9, 4_294_967_295)} == {0: 5, 7: 0, 9: 3, 4_294_967_295: 1}
    assert list(chroma_terms.Counts.unpacked(chroma_terms.Counts().packed()).numbers()) == []


def test_the_vector_of_a_passage_is_nearest_to_a_question_about_it() -> None:
    from samverk.knowledge import terms

    texts = [
        "Ekonomiskt bistånd söks varje månad.",
        "Parkeringstillstånd gäller i tre år.",
        "Semester söks hos chefen.",
    ]
    vectors = [chroma_terms.taken("", text, AVERAGE)[1] for text in texts]
    asked = chroma_terms.of_query(terms.of_query("Hur länge gäller tillstånd för parkering?"))
    products = [sum(a * b for a, b in zip(asked, vector, strict=True)) for vector in vectors]
    assert max(range(3), key=products.__getitem__) == 1
