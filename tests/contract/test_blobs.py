"""The contract of the stores of blobs, over the fake and every adapter."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from samverk.core.blobs import Blobs, SourceUnreadable, StorageFailed
from samverk.core.blobs.folder import FolderBlobs
from samverk.core.blobs.memory import MemoryBlobs

ORG, OTHER = UUID(int=1), UUID(int=2)
STORES: dict[str, Callable[[Path], Blobs]] = {
    "memory": lambda _: MemoryBlobs(),
    "folder": lambda path: FolderBlobs(path / "blobs"),
}


@pytest.fixture(params=sorted(STORES))
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    return STORES[request.param](tmp_path)


@pytest.mark.parametrize("content", [b"", b"hej", "räksmörgås".encode(), b"\x00" * 3_000_000])
async def test_what_is_put_is_got(blobs: Blobs, content: bytes) -> None:
    digest = await blobs.put(ORG, content)
    assert digest == hashlib.sha256(content).hexdigest()
    assert await blobs.get(ORG, digest) == content
    assert (await blobs.path(ORG, digest)).read_bytes() == content


async def test_a_file_is_copied_and_its_later_change_does_not_matter(blobs: Blobs, tmp_path: Path) -> None:
    file = tmp_path / "riktlinje.pdf"
    file.write_bytes(b"one")
    digest = await blobs.put(ORG, file)
    file.write_bytes(b"two")
    assert await blobs.get(ORG, digest) == b"one"


async def test_the_same_content_twice_has_one_name_and_is_removed_once(blobs: Blobs) -> None:
    first, second = await blobs.put(ORG, b"same"), await blobs.put(ORG, b"same")
    assert first == second
    await blobs.remove(ORG, first)
    await blobs.remove(ORG, first)
    with pytest.raises(StorageFailed):
        await blobs.get(ORG, first)


async def test_another_organisation_cannot_reach_a_content_by_its_digest(blobs: Blobs) -> None:
    digest = await blobs.put(ORG, b"ours")
    with pytest.raises(StorageFailed):
        await blobs.get(OTHER, digest)
    with pytest.raises(StorageFailed):
        await blobs.path(OTHER, digest)
    await blobs.remove(OTHER, digest)
    assert await blobs.get(ORG, digest) == b"ours"


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "0" * 63, "/" * 64, "0" * 64])
async def test_what_was_never_stored_is_missing(blobs: Blobs, digest: str) -> None:
    with pytest.raises(StorageFailed):
        await blobs.get(ORG, digest)


async def test_a_source_that_cannot_be_opened_says_so(blobs: Blobs, tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable):
        await blobs.put(ORG, tmp_path / "missing.pdf")
    with pytest.raises(SourceUnreadable):
        await blobs.put(ORG, tmp_path)


async def test_a_file_that_was_tampered_with_is_noticed(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    digest = await blobs.put(ORG, b"a decision")
    (await blobs.path(ORG, digest)).write_bytes(b"another one")
    with pytest.raises(StorageFailed):
        await blobs.get(ORG, digest)


async def test_nothing_unfinished_stays_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blobs = FolderBlobs(tmp_path)
    kept = await blobs.put(ORG, b"kept")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageFailed) as caught:
        await blobs.put(ORG, b"x" * 100)
    assert "No space left" in caught.value.en
    assert list((tmp_path / "incoming").iterdir()) == []
    assert await blobs.get(ORG, kept) == b"kept"
