"""The contract of the sources, over the fake and every kind that is discovered and walked."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from uuid import uuid4

import pytest
from tests.knowledge.dav import serving as dav_server
from tests.knowledge.site import Answer
from tests.knowledge.site import serving as web_server

from samverk.core.egress import Egress
from samverk.core.errors import Invalid
from samverk.core.settings import Settings
from samverk.knowledge import sources
from samverk.knowledge.sources import Gone, Item, Mention, Seen, Source, Tools, Unchanged
from samverk.knowledge.sources.memory import MemorySource
from samverk.knowledge.sources.webdav import WebDav
from samverk.knowledge.sources.website import Website

LANGUAGES = ("sv", "en")


@dataclass
class Place:
    """Something to walk through, and how a test changes it."""

    source: Source
    settings: dict[str, str]
    put: Callable[[str, bytes], None]
    remove: Callable[[str], None]
    tools: Tools
    seen: dict[str, Seen] = field(default_factory=dict)

    async def walk(self) -> list[Mention]:
        """Every mention of one walk."""
        walked = self.source.walk(self.settings, "", MappingProxyType(self.seen), self.tools)
        return [mention async for mention in walked]

    async def take(self) -> dict[str, bytes]:
        """What is new or changed, by path, remembered for the next walk."""
        taken: dict[str, bytes] = {}
        for mention in await self.walk():
            if isinstance(mention, Item):
                target = self.tools.scratch / uuid4().hex
                await mention.fetch(target)
                taken[mention.path] = target.read_bytes()
                self.seen[mention.address] = Seen(
                    mention.address, mention.etag, mention.modified, "", len(taken[mention.path])
                )
        return taken


@asynccontextmanager
async def tools(folder: Path, inside: str = "") -> AsyncIterator[Tools]:
    """What a source works with; it may reach the host inside."""
    scratch, root = folder / "scratch", folder / "root"
    scratch.mkdir()
    root.mkdir()
    egress = Egress(Settings(home=folder, internal_hosts=inside))
    yield Tools(egress, scratch, roots=(root,))
    await egress.close()


@asynccontextmanager
async def memory_place(folder: Path) -> AsyncIterator[Place]:
    source = MemorySource()
    async with tools(folder) as made:
        yield Place(source, {"place": "https://example.org"}, source.items.__setitem__, source.items.__delitem__, made)


class WebsiteWithoutStart(Website):
    """A web site whose start page only leads to what a test has put there."""

    async def walk(
        self, settings: Mapping[str, str], secret: str, seen: Mapping[str, Seen], tools: Tools
    ) -> AsyncIterator[Mention]:
        async for mention in super().walk(settings, secret, seen, tools):
            if mention.address != settings["address"]:
                yield mention


@asynccontextmanager
async def website_place(folder: Path) -> AsyncIterator[Place]:
    async with web_server() as site, tools(folder, site.host) as made:

        def put(name: str, data: bytes) -> None:
            site.pages[f"/{name}"] = Answer(data, kind="text/plain")
            site.page("/", "Start", *site.pages)

        def remove(name: str) -> None:
            site.pages[f"/{name}"] = Answer(status=410)

        settings = {"address": site.url(), "pages": "100", "depth": "5", "seconds": "0"}
        yield Place(WebsiteWithoutStart(), settings, put, remove, made)


@asynccontextmanager
async def webdav_place(folder: Path) -> AsyncIterator[Place]:
    async with dav_server() as cloud, tools(folder, f"127.0.0.1:{cloud.port}") as made:
        cloud.token = ""
        settings = {"address": cloud.url}
        yield Place(WebDav(), settings, cloud.files.__setitem__, cloud.files.__delitem__, made)


# One row for each kind whose items a test can put there.
PLACES: dict[str, Callable[[Path], AbstractAsyncContextManager[Place]]] = {
    "memory": memory_place,
    "website": website_place,
    "webdav": webdav_place,
}


@pytest.fixture(params=PLACES)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    async with PLACES[request.param](tmp_path) as made:
        yield made


async def test_the_first_walk_brings_everything_and_the_second_nothing(place: Place) -> None:
    place.put("a.txt", "Ansökan".encode())
    place.put("b.txt", b"Beslut")
    taken = await place.take()
    assert sorted(taken.values()) == ["Ansökan".encode(), b"Beslut"]
    again = await place.walk()
    assert {mention.address for mention in again} == set(place.seen)
    assert all(isinstance(mention, Unchanged) for mention in again)


async def test_what_is_new_and_changed_is_brought_and_what_is_gone_is_not_mentioned(place: Place) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        place.put(name, name.encode())
    await place.take()
    place.put("b.txt", b"changed, and longer than it was")
    place.put("d.txt", b"new")
    place.remove("c.txt")
    mentions = [mention for mention in await place.walk() if not isinstance(mention, Gone)]
    assert sorted(type(mention).__name__ for mention in mentions) == ["Item", "Item", "Unchanged"]
    assert sorted((await place.take()).values()) == [b"changed, and longer than it was", b"new"]


async def test_an_item_is_mentioned_once_and_its_place_is_told(place: Place) -> None:
    place.put("a.txt", b"a")
    addresses = [mention.address for mention in await place.walk()]
    assert len(addresses) == len(set(addresses)) == 1
    assert place.source.where(place.settings)


@pytest.mark.parametrize("source", [MemorySource(), *sources.discover().values()], ids=lambda source: source.kind)
class TestForms:
    def test_everything_is_said_in_both_languages(self, source: Source) -> None:
        texts = [source.title, source.hint]
        for each in source.form:
            texts += [each.label, *(label for _, label in each.choices)]
        assert all(text.sv and text.en for text in texts)

    def test_names_are_told_apart_and_choices_have_a_default(self, source: Source) -> None:
        names = [each.name for each in source.form]
        assert len(names) == len(set(names))
        assert all(name.isascii() and name.isidentifier() for name in names)
        for each in source.form:
            assert (each.kind == "choice") == bool(each.choices)
            if each.kind == "choice":
                assert each.default in dict(each.choices)
        assert sum(each.kind == "secret" for each in source.form) <= 1

    def test_what_must_be_filled_in_is_asked_for_by_its_name(self, source: Source) -> None:
        needed = [each for each in source.form if each.required and each.kind != "secret" and not each.default]
        if not needed:
            return
        with pytest.raises(Invalid) as error:
            sources.filled_in(source.form, {})
        assert error.value.facts["param"] == needed[0].name

    def test_secrets_stay_out_of_the_settings(self, source: Source) -> None:
        filled = {each.name: "https://example.org" for each in source.form if each.kind not in {"number", "choice"}}
        secret = {each.name for each in source.form if each.kind == "secret"}
        assert not secret & sources.filled_in(source.form, filled).keys()


def test_a_kind_that_nobody_knows_is_refused_by_name() -> None:
    with pytest.raises(Invalid, match="carrier-pigeon"):
        sources.of_kind("carrier-pigeon")
    assert "memory" not in sources.discover()


@pytest.mark.parametrize(
    ("kind", "value", "fine"),
    [
        ("address", "https://example.org", True),
        ("address", "ftp://example.org", False),
        ("number", "12", True),
        ("number", "twelve", False),
        ("number", "²", False),
        ("choice", "a", True),
        ("choice", "c", False),
        ("text", "x" * 2_001, False),
    ],
)
def test_a_form_says_what_is_wrong(kind: sources.FieldKind, value: str, fine: bool) -> None:
    words = sources.Words("Fältet", "The field")
    choices = (("a", words), ("b", words)) if kind == "choice" else ()
    form = (sources.Field("it", words, kind, choices=choices),)
    if fine:
        assert sources.filled_in(form, {"it": f" {value} "}) == {"it": value}
        return
    with pytest.raises(Invalid, match="The field") as error:
        sources.filled_in(form, {"it": value})
    assert error.value.facts["param"] == "it"
