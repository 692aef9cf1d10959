"""What only the embedded index can show: shelves on disk, several processes, damage."""

import multiprocessing
import os
import resource
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import tantivy

from samverk.core.leases import Leases
from samverk.knowledge import terms
from samverk.knowledge.indexes.tantivy import TantivyIndex
from samverk.knowledge.ports import IndexEntry, Shelf, ShelfBusy, ShelfDamaged, ShelfNotWritten, Standing, Wanted

PROCESSES = multiprocessing.get_context("spawn")


def entries(*texts: str) -> list[IndexEntry]:
    return [IndexEntry(f"p{i}", f"g{i}", "", text) for i, text in enumerate(texts)]


def new_shelf() -> Shelf:
    return Shelf(uuid4(), uuid4())


def shelf_with(root: Path, *texts: str) -> tuple[TantivyIndex, Shelf]:
    index, shelf = TantivyIndex(root), new_shelf()
    index.apply(shelf, entries(*texts), [], 3)
    return index, shelf


def found(index: TantivyIndex, shelf: Shelf, query: str) -> list[str]:
    return [hit.id for hit in index.search(Wanted(shelf.org, [shelf.collection], query, 10))]


def empty(path: Path) -> None:
    path.write_bytes(b"")


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def scribble(path: Path) -> None:
    path.write_bytes(b"\xff" * path.stat().st_size)


@pytest.mark.parametrize("suffix", ["meta.json", ".term", ".idx", ".store", ".fast", ".fieldnorm"])
@pytest.mark.parametrize("damage", [empty, halve, scribble, Path.unlink])
def test_a_damaged_shelf_says_so_and_can_be_made_anew(
    tmp_path: Path, suffix: str, damage: Callable[[Path], None]
) -> None:
    _, shelf = shelf_with(tmp_path, "Ekonomiskt bistånd", "Bygglov")
    for path in (tmp_path / shelf.collection.hex).rglob(f"*{suffix}"):
        damage(path)
    index = TantivyIndex(tmp_path)
    assert index.standing(shelf) == Standing(0)
    with pytest.raises(ShelfDamaged):
        found(index, shelf, "bistånd")
    with pytest.raises(ShelfDamaged):
        index.apply(shelf, entries("Annat"), [], 4)
    index.drop(shelf)
    index.apply(shelf, entries("Ekonomiskt bistånd"), [], 5)
    assert (index.standing(shelf), found(index, shelf, "bistånd")) == (Standing(5), ["p0"])


def test_a_change_that_fails_half_way_changes_nothing(tmp_path: Path) -> None:
    index, shelf = shelf_with(tmp_path, "Ekonomiskt bistånd")

    def failing() -> Iterator[IndexEntry]:
        yield IndexEntry("new", "new", "", "Simhallens öppettider")
        raise ConnectionError("the database went away")

    with pytest.raises(ConnectionError):
        index.apply(shelf, failing(), ["g0"], 4)
    assert index.standing(shelf) == Standing(3)
    assert found(index, shelf, "bistånd simhallen") == ["p0"]
    index.apply(shelf, entries("Simhallens öppettider"), ["g0"], 4)
    assert found(index, shelf, "bistånd simhallen") == ["p0"]


def test_a_first_change_that_fails_leaves_nothing(tmp_path: Path) -> None:
    index, shelf = TantivyIndex(tmp_path), new_shelf()

    def failing() -> Iterator[IndexEntry]:
        raise ConnectionError
        yield

    with pytest.raises(ConnectionError):
        index.apply(shelf, failing(), [], 1)
    assert index.standing(shelf) == Standing(0)
    index.apply(shelf, entries("Bistånd"), [], 1)
    assert found(index, shelf, "bistånd") == ["p0"]


def test_a_shelf_of_another_form_serves_until_it_is_made_anew(tmp_path: Path) -> None:
    """One made when passages had fields in another order, and nothing of how near words stand."""
    index, shelf = TantivyIndex(tmp_path), new_shelf()
    folder = tmp_path / shelf.collection.hex / "1"
    folder.mkdir(parents=True)
    builder = tantivy.SchemaBuilder()
    for name in ("pair", "gram", "stem"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in ("version", "marker", "type", "group", "id"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("sequence", stored=True)
    builder.add_unsigned_field("length", fast=True)
    before = tantivy.Index(builder.build(), str(folder))
    writer = before.writer(15_000_000, 1)
    old = tantivy.Document(id="old", group="g0", stem="ekonomisk bistånd bistånd")
    old.add_unsigned("length", 2)
    writer.add_document(old)
    writer.add_document(tantivy.Document(marker="applied", version="2.4", sequence=3))
    writer.commit()
    writer.wait_merging_threads()
    assert index.standing(shelf) == Standing(3, is_outdated=True)
    assert found(index, shelf, "Vem får bistånd?") == ["old"]
    with pytest.raises(ShelfDamaged):
        index.apply(shelf, entries("Annat"), [], 4)
    made = new_shelf()
    index.apply(made, entries("Ekonomiskt bistånd"), [], 4)
    index.replace(shelf, made)
    assert (index.standing(shelf), found(index, shelf, "Vem får bistånd?")) == (Standing(4), ["p0"])


def test_readers_are_kept_within_their_bound(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path, open_shelves=3)
    shelves = [new_shelf() for _ in range(6)]
    for i, shelf in enumerate(shelves):
        index.apply(shelf, [IndexEntry(f"p{i}", "g", "", "Bygglov i kommunen")], [], i + 1)
    hits = index.search(Wanted(shelves[0].org, [shelf.collection for shelf in shelves], "bygglov", 10))
    assert {hit.id for hit in hits} == {f"p{i}" for i in range(6)}
    assert len(index._readers) == 3


def test_a_search_sees_what_another_index_object_wrote(tmp_path: Path) -> None:
    index, shelf = shelf_with(tmp_path, "Ekonomiskt bistånd")
    assert found(index, shelf, "bistånd simhallen") == ["p0"]
    other = TantivyIndex(tmp_path)
    other.apply(shelf, [IndexEntry("p1", "g1", "", "Simhallens öppettider")], ["g0"], 9)
    assert (index.standing(shelf), found(index, shelf, "bistånd simhallen")) == (Standing(9), ["p1"])
    other.drop(shelf)
    assert index.standing(shelf) == Standing(0)
    with pytest.raises(ShelfDamaged):
        found(index, shelf, "bistånd simhallen")


def _write_many(root: Path, shelf: Shelf, writer: int) -> None:
    index = TantivyIndex(root)
    for i in range(4):
        index.apply(shelf, [IndexEntry(f"{writer}-{i}", f"{writer}-{i}", "", "Bygglov")], [], writer * 10 + i)


def test_several_processes_write_to_one_shelf_in_turn(tmp_path: Path) -> None:
    shelf = new_shelf()
    processes = [PROCESSES.Process(target=_write_many, args=(tmp_path, shelf, writer)) for writer in (1, 2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    hits = TantivyIndex(tmp_path).search(Wanted(shelf.org, [shelf.collection], "bygglov", 20))
    assert {hit.id for hit in hits} == {f"{writer}-{i}" for writer in (1, 2) for i in range(4)}


def _write_without_end(root: Path, shelf: Shelf) -> None:
    def endless() -> Iterator[IndexEntry]:
        for i in range(10**9):
            if i == 2_000:
                (root / "under way").touch()
            yield IndexEntry(f"new{i}", "new", "", "Simhallens öppettider och priser")

    TantivyIndex(root).apply(shelf, endless(), ["g0"], 4)


def test_a_killed_writer_leaves_the_shelf_as_it_was_and_free(tmp_path: Path) -> None:
    index, shelf = shelf_with(tmp_path, "Ekonomiskt bistånd")
    process = PROCESSES.Process(target=_write_without_end, args=(tmp_path, shelf))
    process.start()
    while not (tmp_path / "under way").exists():
        assert process.is_alive()
        time.sleep(0.05)
    process.kill()
    process.join()
    assert (index.standing(shelf), found(index, shelf, "bistånd simhallen")) == (Standing(3), ["p0"])
    index.apply(shelf, [IndexEntry("p1", "g1", "", "Simhallens öppettider")], [], 4)
    assert set(found(index, shelf, "bistånd simhallen")) == {"p0", "p1"}


def test_a_writer_waits_for_its_turn_but_not_for_ever(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path, lease_seconds=0.2)
    shelf = new_shelf()
    lease = Leases(tmp_path / "leases").take(shelf.collection.hex)
    assert lease is not None
    with pytest.raises(ShelfBusy):
        index.apply(shelf, entries("Bygglov"), [], 1)
    patient = TantivyIndex(tmp_path)
    threading.Timer(0.2, lease.release).start()
    patient.apply(shelf, entries("Bygglov"), [], 1)
    assert patient.standing(shelf) == Standing(1)


def _answers_as_nobody(root: Path, shelf: Shelf) -> None:
    terms.of_query("bistånd")  # reads a file of ours, which nobody may
    os.setuid(65534)
    index = TantivyIndex(root)
    assert index.standing(shelf) == Standing(0)
    with pytest.raises(ShelfDamaged):
        found(index, shelf, "bistånd")
    with pytest.raises((ShelfNotWritten, ShelfDamaged)):
        index.apply(shelf, entries("Annat"), [], 4)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody without rights")
def test_a_shelf_that_may_not_be_read_never_looks_empty(tmp_path: Path) -> None:
    index, shelf = shelf_with(tmp_path, "Ekonomiskt bistånd")
    tmp_path.chmod(0o700)
    process = PROCESSES.Process(target=_answers_as_nobody, args=(tmp_path, shelf))
    process.start()
    process.join(60)
    assert process.exitcode == 0
    assert found(index, shelf, "bistånd") == ["p0"]


def test_a_file_in_the_place_of_a_shelf_is_damage(tmp_path: Path) -> None:
    index, shelf = TantivyIndex(tmp_path), new_shelf()
    (tmp_path / shelf.collection.hex).write_text("not a folder")
    assert index.standing(shelf) == Standing(0)
    with pytest.raises(ShelfDamaged):
        found(index, shelf, "bistånd")


def _fill_the_disk(root: Path, shelf: Shelf) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))  # of a file: the disk takes no more
    many = (IndexEntry(f"n{i}", f"n{i}", "", f"Simhallens öppettider rad {i} och pris {i * 7}") for i in range(4_000))
    with pytest.raises(ShelfNotWritten):
        TantivyIndex(root).apply(shelf, many, ["g0"], 4)


def test_a_full_disk_is_told_and_leaves_the_shelf_as_it_was(tmp_path: Path) -> None:
    index, shelf = shelf_with(tmp_path, "Ekonomiskt bistånd")
    process = PROCESSES.Process(target=_fill_the_disk, args=(tmp_path, shelf))
    process.start()
    process.join(60)
    assert process.exitcode == 0
    assert (index.standing(shelf), found(index, shelf, "bistånd simhallen")) == (Standing(3), ["p0"])
    index.apply(shelf, [IndexEntry("p1", "g1", "", "Simhallens öppettider")], [], 4)
    assert set(found(index, shelf, "bistånd simhallen")) == {"p0", "p1"}


def test_a_shelf_that_is_replaced_serves_its_readers_all_the_while(tmp_path: Path) -> None:
    index, shelf = shelf_with(tmp_path, "Ekonomiskt bistånd")
    other = TantivyIndex(tmp_path)
    stop, misses = threading.Event(), []

    def ask() -> None:
        while not stop.is_set():
            if found(other, shelf, "bistånd") != ["p0"]:
                misses.append(1)

    asking = threading.Thread(target=ask)
    asking.start()
    for sequence in range(4, 9):
        made = new_shelf()
        index.apply(made, entries("Ekonomiskt bistånd"), [], sequence)
        index.replace(shelf, made)
    stop.set()
    asking.join()
    assert not misses
    assert other.standing(shelf) == Standing(8)
    assert [path.name for path in (tmp_path / shelf.collection.hex).iterdir()] == ["6"], "old ones are gone"
