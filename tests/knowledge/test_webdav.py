"""Walking through a WebDAV server: a small one of our own that answers as Nextcloud does, and one that means harm."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest

from samverk.core.destinations import FetchRefused
from samverk.core.egress import Egress
from samverk.core.errors import Invalid
from samverk.core.fetching import Answer
from samverk.core.settings import Settings
from samverk.knowledge.sources import Item, Mention, Refused, Seen, SourceFailed, Tools
from samverk.knowledge.sources.webdav import WebDav, entries
from tests.knowledge.dav import ROOT, Cloud, serving


@dataclass
class Walker:
    """Walks as a sync does, and remembers as it does."""

    cloud: Cloud
    tools: Tools
    seen: dict[str, Seen] = field(default_factory=dict)
    taken: dict[str, bytes] = field(default_factory=dict)

    @property
    def settings(self) -> dict[str, str]:
        return {"address": self.cloud.url, "user": "kim"}

    async def walk(self, secret: str = "app-hemligt", *, take: bool = True) -> dict[str, Mention]:
        found: dict[str, Mention] = {}
        async for mention in WebDav().walk(self.settings, secret, self.seen, self.tools):
            assert mention.address not in found, "mentioned twice"
            found[mention.address] = mention
            if take and isinstance(mention, Item):
                target = self.tools.scratch / uuid4().hex
                await mention.fetch(target)
                self.taken[mention.path] = target.read_bytes()
                self.seen[mention.address] = Seen(mention.address, mention.etag, mention.modified, "", 1)
        return found


@pytest.fixture
async def cloud() -> AsyncIterator[Cloud]:
    async with serving() as made:
        yield made


@pytest.fixture
async def walker(cloud: Cloud, tmp_path: Path) -> AsyncIterator[Walker]:
    egress = Egress(Settings(home=tmp_path, internal_hosts=f"127.0.0.1:{cloud.port}"))
    yield Walker(cloud, Tools(egress, tmp_path, largest_bytes=1 << 20))
    await egress.close()


def kinds(found: dict[str, Mention]) -> dict[str, str]:
    return {
        path: each.reason.code if isinstance(each, Refused) else type(each).__name__ for path, each in found.items()
    }


@pytest.mark.parametrize("absolute", [False, True])
async def test_every_file_below_is_taken_once(cloud: Cloud, walker: Walker, absolute: bool) -> None:
    cloud.absolute = absolute
    cloud.files = {"Råd & tips/Bygglov 100 %.txt": "Ansök".encode(), "a.md": b"# A", "djupt/ner/här/b#1?.txt": b"b"}
    found = await walker.walk()
    assert kinds(found) == dict.fromkeys(cloud.files, "Item")
    assert walker.taken == {f"Riktlinjer/{path}": data for path, data in cloud.files.items()}
    item = found["a.md"]
    assert isinstance(item, Item)
    assert (item.title, item.modified) == ("a", "2026-02-02T10:00:00+00:00")
    cloud.asked.clear()
    assert kinds(await walker.walk()) == dict.fromkeys(cloud.files, "Unchanged")
    assert not [each for each in cloud.asked if each.startswith("GET")]


@pytest.mark.parametrize("etags", [True, False])
async def test_what_is_changed_new_and_gone_is_seen(cloud: Cloud, walker: Walker, etags: bool) -> None:
    cloud.etags = etags
    cloud.files = {"a.txt": b"a", "b/b.txt": b"b", "c/c.txt": b"c"}
    await walker.walk()
    cloud.files = {"a.txt": b"a", "b/b.txt": b"changed", "d.txt": b"d"}
    assert kinds(await walker.walk()) == {"a.txt": "Unchanged", "b/b.txt": "Item", "d.txt": "Item"}


async def test_what_is_left_out_is_told(cloud: Cloud, walker: Walker) -> None:
    cloud.files = {".dold": b"x", "~$a.docx": b"x", "stor.bin": b"x" * (2 << 20), ".git/x": b"x", "a.txt": b"a"}
    assert kinds(await walker.walk()) == {
        ".dold": "hidden",
        "~$a.docx": "temporary",
        "stor.bin": "too_large",
        ".git": "hidden",
        "a.txt": "Item",
    }


async def test_a_folder_that_is_closed_keeps_what_was_taken_from_it(cloud: Cloud, walker: Walker) -> None:
    cloud.files = {"a/a.txt": b"a", "b.txt": b"b"}
    await walker.walk()
    cloud.closed = {"a"}
    assert kinds(await walker.walk()) == {"b.txt": "Unchanged", "a": "folder_closed", "a/a.txt": "folder_closed"}


async def test_a_wrong_password_and_a_missing_folder_end_the_walk(cloud: Cloud, walker: Walker) -> None:
    with pytest.raises(SourceFailed, match="password is wrong"):
        await walker.walk("fel")
    cloud.closed = {""}
    with pytest.raises(SourceFailed, match="may not open"):
        await walker.walk()


async def test_a_file_that_vanishes_meanwhile_is_told(cloud: Cloud, walker: Walker) -> None:
    cloud.files = {"a.txt": b"a"}
    walked = [mention async for mention in WebDav().walk(walker.settings, "app-hemligt", {}, walker.tools)]
    cloud.files = {}
    [item] = walked
    assert isinstance(item, Item)
    with pytest.raises(SourceFailed):
        await item.fetch(walker.tools.scratch / "a")


async def test_a_server_that_stops_answering_ends_the_walk(
    cloud: Cloud, walker: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(*_: object) -> None:
        raise FetchRefused("not_reached")

    monkeypatch.setattr(Answer, "save", lost)
    cloud.files = {f"{n:03}.txt": b"a" for n in range(100)}
    met = 0
    with pytest.raises(SourceFailed, match="stopped answering"):
        async for mention in WebDav().walk(walker.settings, "app-hemligt", {}, walker.tools):
            met += 1
            assert isinstance(mention, Item)
            with pytest.raises(FetchRefused):
                await mention.fetch(walker.tools.scratch / "a")
    assert met == 10


def listing(*hrefs: str, folder: bool = False) -> bytes:
    kind = "<collection/>" if folder else ""
    each = (
        f"<response><href>{href}</href><propstat><prop><resourcetype>{kind}</resourcetype></prop></propstat></response>"
        for href in hrefs
    )
    return f'<multistatus xmlns="DAV:">{"".join(each)}</multistatus>'.encode()


async def test_a_server_that_leads_astray_is_not_followed(cloud: Cloud, walker: Walker) -> None:
    cloud.raw[""] = listing(
        "http://169.254.169.254/latest",
        "//annan.example/x",
        f"{ROOT}/../../annan",
        f"{ROOT}/%2e%2e/annan",
        f"{ROOT}/a/b/c",
        "/remote.php/dav/files/annan/x",
        f"{ROOT}/",
        "http://[",
        "",
        f"{ROOT}/a%00b",
        f"{ROOT}/rätt.txt",
    )
    assert list(await walker.walk(take=False)) == ["rätt.txt"]


async def test_folders_within_themselves_have_an_end(cloud: Cloud, walker: Walker) -> None:
    path = ""
    for _ in range(60):
        cloud.raw[path] = listing(f"{ROOT}/{path}/d".replace("//", "/"), f"{ROOT}/{path}", folder=True)
        path = f"{path}/d".strip("/")
    assert kinds(await walker.walk(take=False)) == {"/".join("d" * 41): "trap_deep"}


async def test_what_is_no_listing_ends_the_walk(cloud: Cloud, walker: Walker) -> None:
    for answer in (b"<html>", b"", b"\x00\xff", b'<!DOCTYPE x [<!ENTITY a "b">]><multistatus xmlns="DAV:">&a;&b;'):
        cloud.raw[""] = answer
        with pytest.raises(SourceFailed, match="WebDAV"):
            await walker.walk()


def test_entities_are_not_resolved() -> None:
    text = f'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>{listing("/a/&f;").decode()}'
    assert all(entry.path == "/a" for entry in entries(text.encode(), "http://a.example/a/"))


async def test_a_password_asks_for_an_encrypted_address(walker: Walker) -> None:
    with pytest.raises(Invalid, match="https") as told:
        await WebDav().check({"address": "http://moln.example/dav"}, "hemligt", walker.tools)
    assert told.value.facts["param"] == "address"
    await WebDav().check({"address": "https://moln.example/dav"}, "hemligt", walker.tools)
    await WebDav().check(walker.settings, "hemligt", walker.tools)
