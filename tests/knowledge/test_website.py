"""Walking through a web site: what is taken, what is left and why, and what the next time costs. The servers are real."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from samverk.core.egress import Egress
from samverk.core.errors import Invalid
from samverk.core.settings import Settings
from samverk.knowledge.reading import html
from samverk.knowledge.sources import Gone, Item, Mention, Refused, Seen, SourceFailed, Tools, Unchanged
from samverk.knowledge.sources.website import Website
from tests.knowledge.site import Answer, TestSite, serving

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Walker:
    """Walks as a sync does, and remembers as it does."""

    def __init__(self, site: TestSite, egress: Egress, scratch: Path) -> None:
        self.site = site
        self.tools = Tools(egress, scratch, clock=lambda: self.now)
        self.now = NOW
        self.settings = {"address": site.url(), "pages": "500", "depth": "12", "seconds": "0"}
        self.seen: dict[str, Seen] = {}
        self.taken: dict[str, bytes] = {}

    async def walk(self, **settings: str) -> dict[str, Mention]:
        """Every mention by its path at the site; items are taken, and what is gone or not mentioned forgotten."""
        self.site.asked.clear()
        found: dict[str, Mention] = {}
        async for mention in Website().walk(self.settings | settings, "", self.seen, self.tools):
            path = mention.address.removeprefix(self.site.url("")) or "/"
            doubted = isinstance(found.get(path), Unchanged) and isinstance(mention, Refused)
            assert path not in found or doubted, "mentioned twice"
            found[path] = mention
            if isinstance(mention, Item):
                target = self.tools.scratch / uuid4().hex
                await mention.fetch(target)
                self.taken[path] = target.read_bytes()
                digest = sha256(self.taken[path]).hexdigest()
                self.seen[mention.address] = Seen(mention.address, mention.etag, mention.modified, digest, 1)
        alive = {each.address for each in found.values() if not isinstance(each, Gone)}
        self.seen = {address: each for address, each in self.seen.items() if address in alive}
        return found


@pytest.fixture
async def site() -> AsyncIterator[TestSite]:
    async with serving() as made:
        yield made


@pytest.fixture
async def walker(site: TestSite, tmp_path: Path) -> AsyncIterator[Walker]:
    egress = Egress(Settings(home=tmp_path, internal_hosts=f"{site.host}, localhost:{site.port}"))
    yield Walker(site, egress, tmp_path)
    await egress.close()


def kinds(found: dict[str, Mention]) -> dict[str, str]:
    """What was said of each path: the kind of mention or, of what was refused, the reason's code."""
    return {
        path: each.reason.code if isinstance(each, Refused) else type(each).__name__ for path, each in found.items()
    }


def sitemap(site: TestSite, **pages: str) -> None:
    urls = "".join(
        f"<url><loc>{site.url('/' + name)}</loc><lastmod>{changed}</lastmod></url>" for name, changed in pages.items()
    )
    site.pages["/sitemap.xml"] = Answer(f"<urlset>{urls}</urlset>".encode(), kind="application/xml", etag=False)


async def test_pages_are_found_by_links_and_their_main_content_is_taken(site: TestSite, walker: Walker) -> None:
    site.page("/", "Start", "/bygga", "https://annan.example/x", "mailto:kim@ort.example", "/bild.jpg")
    site.page("/bygga", "Bygglov", "/#top", "/bygga/avgift?utm_source=brev")
    site.page("/bygga/avgift", "Avgift")
    found = await walker.walk()
    assert kinds(found) == dict.fromkeys(["/", "/bygga", "/bygga/avgift"], "Item")
    item = found["/bygga"]
    assert isinstance(item, Item)
    assert (item.title, item.path, item.link) == (
        "Bygglov",
        f"127.0.0.1-{site.port}/bygga/index.html",
        site.url("/bygga"),
    )
    assert "Växel" not in walker.taken["/bygga"].decode()
    assert [block.text for block in html.parse(walker.taken["/bygga/avgift"]).blocks] == [
        "Avgift",
        "Här står vad som gäller för Avgift.",
    ]
    assert not any("Cookie" in request.headers for request in site.requests)


async def test_the_second_walk_asks_and_fetches_nothing(site: TestSite, walker: Walker) -> None:
    site.page("/", "Start", "/a", "/b")
    site.page("/a", "Ett", etag=False, changed="Mon, 02 Feb 2026 10:00:00 GMT")
    site.page("/b", "Två", etag=False)
    first = await walker.walk()
    assert isinstance(first["/a"], Item)
    assert first["/a"].modified == "2026-02-02T10:00:00+00:00"
    assert kinds(await walker.walk()) == dict.fromkeys(["/", "/a", "/b"], "Unchanged")
    assert sorted(site.paths(304)) == ["/", "/a"]


async def test_a_menu_that_changes_makes_no_page_new(site: TestSite, walker: Walker) -> None:
    site.page("/", "Start", "/a")
    site.page("/a", "Ett", etag=False)
    await walker.walk()
    site.pages["/a"].body = site.pages["/a"].body.replace(b"<nav>", b"<nav><a href=/ny>Nytt i menyn</a>")
    site.page("/ny", "Nytt")
    assert kinds(await walker.walk()) == {"/": "Unchanged", "/a": "Unchanged", "/ny": "Item"}


async def test_a_changed_page_is_taken_and_its_new_links_followed(site: TestSite, walker: Walker) -> None:
    site.page("/", "Start", "/a")
    site.page("/a", "Ett")
    await walker.walk()
    site.page("/a", "Ett, ändrat", "/ny")
    site.page("/ny", "Nytt")
    assert kinds(await walker.walk()) == {"/": "Unchanged", "/a": "Item", "/ny": "Item"}


async def test_a_page_that_is_missing_is_given_until_the_next_walk_and_one_that_is_gone_is_not(
    site: TestSite, walker: Walker
) -> None:
    for path in ("/a", "/b", "/c"):
        site.page(path, path)
    site.page("/", "Start", "/a", "/b", "/c", "/d")
    assert kinds(await walker.walk())["/d"] == "page_missing"
    del site.pages["/a"]
    site.pages["/b"] = Answer(status=410)
    kept = site.pages.pop("/c")
    assert kinds(await walker.walk()) == {
        "/": "Unchanged",
        "/a": "page_missing_once",
        "/b": "Gone",
        "/c": "page_missing_once",
        "/d": "page_missing",
    }
    site.pages["/c"] = kept
    assert kinds(await walker.walk()) == {"/": "Unchanged", "/a": "Gone", "/c": "Unchanged", "/d": "page_missing"}
    assert len(walker.seen) == 2


async def test_a_page_that_says_that_it_is_missing_is(site: TestSite, walker: Walker) -> None:
    site.page("/", "Start", "/a", "/b")
    site.page("/a", "Ett")
    site.page("/b", "Två")
    await walker.walk()
    site.page("/a", "Sidan kunde inte hittas")
    site.pages["/b"] = Answer(status=302, headers={"Location": "/"})
    found = kinds(await walker.walk())
    assert (found["/a"], found["/b"]) == ("page_missing_once", "page_missing_once")


async def test_a_site_out_of_order_loses_nothing(site: TestSite, walker: Walker) -> None:
    """Every address gives the same words: the first time that may pass."""
    site.page("/", "Start", "/a", "/b", "/c")
    for path in ("/a", "/b", "/c"):
        site.page(path, path)
    await walker.walk()
    for path in ("/", "/a", "/b", "/c"):
        site.page(path, "Vi arbetar med webbplatsen")
    assert list(kinds(await walker.walk()).values()).count("page_missing_once") == 3
    assert len(walker.seen) == 4


async def test_duplicates_are_one_document(site: TestSite, walker: Walker) -> None:
    site.page("/", "Start", "/a", "/b", "/a/", "/A?sida=1", "/c")
    site.page("/a", "Samma")
    site.page("/b", "Samma")
    site.page("/A?sida=1", "Samma, sorterat", head='<link rel="canonical" href="/a">')
    site.page("/c", "Tre", head=f'<link rel="canonical" href="{site.url("/c/")}">')
    assert kinds(await walker.walk()) == {
        "/": "Item",
        "/a": "Item",
        "/b": "same_content",
        "/A?sida=1": "same_content",
        "/c/": "Item",
    }
    site.pages["/c/"] = site.pages["/c"]
    again = kinds(await walker.walk())
    assert (again["/a"], again["/b"], again["/c/"]) == ("Unchanged", "same_content", "Unchanged")
    assert site.paths(200) == []
    del site.pages["/a"]
    assert kinds(await walker.walk())["/b"] == "Item"


async def test_robots_are_obeyed(site: TestSite, walker: Walker) -> None:
    site.pages["/robots.txt"] = Answer(b"User-agent: samverk\nDisallow: /hemligt\n", kind="text/plain")
    site.page("/", "Start", "/hemligt/1", "/hemligt/2", "/a", "/b", "/c")
    site.page("/hemligt/1", "Hemligt")
    site.page("/a", "Ett", "/a/under", head='<meta name="robots" content="noindex">')
    site.page("/a/under", "Under")
    site.page("/b", "Två", "/b/under", head='<meta name="robots" content="nofollow">')
    site.page("/c", "Tre", headers={"X-Robots-Tag": "noindex"})
    site.page("/b/under", "Aldrig")
    found = kinds(await walker.walk())
    assert found == {
        "/": "Item",
        "/hemligt/1": "robots",
        "/a": "noindex",
        "/a/under": "Item",
        "/b": "Item",
        "/c": "noindex",
    }
    assert not any("hemligt" in path or path == "/b/under" for path, _ in site.asked)
    site.page("/b", "Två", head='<meta name="robots" content="noindex">')
    assert kinds(await walker.walk())["/b"] == "Gone"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(status=503), "busy"),
        (Answer(status=500), "silent"),
        (Answer(status=429), "silent"),
        (Answer(b"user-agent: *\ndisallow: /", kind="text/plain"), "forbidden"),
    ],
)
async def test_a_site_that_says_no_is_left(site: TestSite, walker: Walker, answer: Answer, why: str) -> None:
    site.page("/", "Start")
    site.pages["/robots.txt"] = answer
    with pytest.raises(SourceFailed, match=r"robots\.txt"):
        await walker.walk()
    assert site.paths() == []


async def test_sitemaps_name_pages_and_spare_requests(site: TestSite, walker: Walker) -> None:
    site.page("/", "Start")
    for name in ("a", "b", "idag"):
        site.page(f"/{name}", name)
    sitemap(site, a="2026-02-01", b="2026-02-01", idag="2026-03-02")
    site.pages["/karta.xml"] = Answer(
        f"<sitemapindex><sitemap><loc>{site.url('/sitemap.xml')}</loc></sitemap></sitemapindex>".encode(), etag=False
    )
    site.pages["/robots.txt"] = Answer(f"Sitemap: {site.url('/karta.xml')}".encode(), kind="text/plain")
    assert kinds(await walker.walk()) == dict.fromkeys(["/", "/a", "/b", "/idag"], "Item")
    walker.now += timedelta(days=2)
    assert kinds(await walker.walk()) == dict.fromkeys(["/", "/a", "/b", "/idag"], "Unchanged")
    assert {"/", "/idag"} <= set(site.paths(304)) <= {"/", "/idag", "/a", "/b"}
    site.page("/a", "a, ändrad")
    sitemap(site, a="2026-03-03", b="2026-02-01", idag="2026-03-02")
    assert kinds(await walker.walk())["/a"] == "Item"


async def test_a_sitemap_that_is_wrong_is_believed_no_more(
    site: TestSite, walker: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.page("/", "Start")
    names = [f"s{number}" for number in range(6)]
    for name in names:
        site.page(f"/{name}", name)
    sitemap(site, **dict.fromkeys(names, "2026-01-01"))
    await walker.walk()
    for name in names:
        site.page(f"/{name}", f"{name}, ändrad")
    assert len([each for each in (await walker.walk()).values() if isinstance(each, Item)]) < 6
    monkeypatch.setattr("samverk.knowledge.crawling.crawl._SPOT_CHECK", 1)  # every page is looked at this once
    await walker.walk()
    monkeypatch.undo()
    site.page("/s1", "s1, ändrad igen")
    assert kinds(await walker.walk())["/s1"] == "Item"


async def test_documents_are_taken_from_all_over_the_site_and_other_files_told(site: TestSite, walker: Walker) -> None:
    site.page("/bygga/", "Bygga", "/filer/taxa.pdf", "/bygga/ritning", "/bygga/film", "/annat/sida")
    site.pages["/filer/taxa.pdf"] = Answer(b"%PDF-1.4 taxa", kind="application/pdf")
    site.pages["/bygga/ritning"] = Answer(b"PK docx", kind=next(iter(_WORD)))
    site.pages["/bygga/film"] = Answer(b"x" * 100_000, kind="video/mp4")
    site.page("/annat/sida", "Utanför")
    walker.settings["address"] = site.url("/bygga/")
    found = await walker.walk()
    assert kinds(found) == {
        "/bygga/": "Item",
        "/filer/taxa.pdf": "Item",
        "/bygga/ritning": "Item",
        "/bygga/film": "page_type",
    }
    assert walker.taken["/filer/taxa.pdf"] == b"%PDF-1.4 taxa"
    item = found["/bygga/ritning"]
    assert isinstance(item, Item)
    assert item.path.endswith("/bygga/ritning/fil.docx")
    again = kinds(await walker.walk())
    assert again["/filer/taxa.pdf"] == "Unchanged"
    assert site.paths(200) == []
    site.pages["/filer/taxa.pdf"].etag = False
    site.pages["/bygga/ritning"].headers["X-Robots-Tag"] = "noindex"
    site.pages["/bygga/ritning"].etag = False
    again = kinds(await walker.walk())
    assert (again["/filer/taxa.pdf"], again["/bygga/ritning"]) == ("Item", "Gone")
    assert not list(walker.tools.scratch.glob("*.pdf")) + list(walker.tools.scratch.glob("*.docx"))


_WORD = {"application/vnd.openxmlformats-officedocument.wordprocessingml.document"}


class Endless(dict[str, Answer]):
    """Every address is a page, and leads to a calendar's days, to a folder in itself, and ever deeper."""

    def get(self, path: str, _: Any = None) -> Answer:
        if path.endswith((".txt", ".xml")):
            return Answer(status=404)
        days = range(int(path.partition("=2026-")[2] or 1), 10_000)
        made = TestSite()
        made.page(
            "/",
            f"Sida {path}",
            *(f"/?dag=2026-{day + 1}" for day in days[:40]),
            f"{path.partition('?')[0].rstrip('/')}/x/y",
        )
        return made.pages["/"]


async def test_traps_are_told_and_left(site: TestSite, walker: Walker) -> None:
    site.pages = Endless()
    found = kinds(await walker.walk())
    assert {"Item", "trap_loop", "trap_calendar"} == set(found.values())
    assert len(site.asked) < 100
    assert sum(code.startswith("trap") for code in found.values()) < 5


async def test_the_bounds_of_pages_and_depth_hold_and_are_told(site: TestSite, walker: Walker) -> None:
    for number in range(30):
        site.page(f"/{number}" if number else "/", f"Sida {number}", *(f"/{number + step}" for step in (1, 2, 3)))
    assert len(await walker.walk(depth="2")) == 7
    found = await walker.walk(pages="10")
    assert list(kinds(found).values()).count("page_limit") == 1
    assert len(found) == 11
    assert len(await walker.walk()) == 33


async def test_what_failed_is_tried_again_although_its_link_is_old(site: TestSite, walker: Walker) -> None:
    site.page("/", "Start", "/a", "/b")
    site.pages["/a"] = Answer(status=500)
    assert kinds(await walker.walk()) == {"/": "Item", "/a": "page_failed", "/b": "page_missing"}
    site.page("/a", "Ett")
    site.page("/b", "Två")
    assert kinds(await walker.walk()) == {"/": "Unchanged", "/a": "Item", "/b": "Item"}


async def test_rules_that_change_are_applied_to_old_pages(site: TestSite, walker: Walker) -> None:
    site.page("/", "Start", "/a")
    site.page("/a", "Ett")
    site.pages["/robots.txt"] = Answer(b"user-agent: *\ndisallow: /a", kind="text/plain", etag=False)
    assert kinds(await walker.walk()) == {"/": "Item", "/a": "robots"}
    del site.pages["/robots.txt"]
    assert kinds(await walker.walk()) == {"/": "Unchanged", "/a": "Item"}


async def test_redirects_lead_to_one_document(site: TestSite, walker: Walker) -> None:
    site.page("/", "Start", "/gammal", "/ny", "/bort", "/inat")
    site.page("/ny", "Nytt")
    site.pages["/gammal"] = Answer(status=301, headers={"Location": "/ny"})
    site.pages["/bort"] = Answer(status=301, headers={"Location": f"http://localhost:{site.port}/"})
    site.pages["/inat"] = Answer(status=301, headers={"Location": "http://169.254.169.254/latest/meta-data/"})
    assert kinds(await walker.walk()) == {
        "/": "Item",
        "/ny": "Item",
        "/bort": "page_elsewhere",
        "/inat": "address_inside",
    }


async def test_a_site_that_sends_every_address_to_one_page_loses_nothing(site: TestSite, walker: Walker) -> None:
    site.page("/", "Start", "/a", "/b", "/c")
    for path in ("/a", "/b", "/c"):
        site.page(path, path)
    await walker.walk()
    site.page("/stangt", "Stängt för underhåll")
    for path in ("/a", "/b", "/c"):
        site.pages[path] = Answer(status=302, headers={"Location": "/stangt"})
    assert list(kinds(await walker.walk()).values()).count("page_missing_once") == 2


async def test_failures_are_told_and_what_was_there_stays(site: TestSite, walker: Walker) -> None:
    site.page("/", "Start", "/a", "/b")
    site.page("/a", "Ett")
    site.page("/b", "Två")
    await walker.walk()
    site.pages["/a"] = Answer(status=500)
    site.pages["/b"] = Answer(status=403)
    assert kinds(await walker.walk()) == {"/": "Unchanged", "/a": "page_failed", "/b": "page_closed"}
    assert len(walker.seen) == 3


@pytest.mark.parametrize("status", [404, 410, 500])
async def test_a_site_whose_start_is_gone_removes_nothing(site: TestSite, walker: Walker, status: int) -> None:
    site.page("/", "Start", "/a")
    site.page("/a", "Ett")
    await walker.walk()
    remembered = dict(walker.tools.memory)
    site.pages["/"] = Answer(status=status)
    with pytest.raises(SourceFailed, match=f"HTTP {status}"):
        await walker.walk()
    assert walker.tools.memory == remembered


async def test_a_busy_site_is_waited_for_and_then_left(
    site: TestSite, walker: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("samverk.knowledge.crawling.visits.asyncio.sleep", sleep)
    site.page("/", "Start", "/a")
    site.pages["/a"] = Answer(status=429, headers={"Retry-After": "7"})
    with pytest.raises(SourceFailed, match="busy"):
        await walker.walk()
    assert sum(waited) == 7 * 4
    assert site.paths(429) == ["/a"] * 5


async def test_the_pace_is_the_slower_of_ours_and_the_sites(
    site: TestSite, walker: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("samverk.knowledge.crawling.visits.asyncio.sleep", sleep)
    site.page("/", "Start", "/a")
    site.page("/a", "Ett")
    site.pages["/robots.txt"] = Answer(b"user-agent: *\ncrawl-delay: 3", kind="text/plain")
    await walker.walk(seconds="2")
    assert sum(waited) >= 3 * 2


async def test_a_walk_can_be_called_off(site: TestSite, walker: Walker) -> None:
    site.page("/", "Start", *[f"/{number}" for number in range(50)])
    calls = iter([False] * 4)
    tools = Tools(walker.tools.egress, walker.tools.scratch, cancelled=lambda: next(calls, True))
    with pytest.raises(SourceFailed, match="cancelled"):
        [mention async for mention in Website().walk(walker.settings, "", {}, tools)]
    assert len(site.asked) <= 4


async def test_a_page_that_brings_the_reader_down_does_so_alone(
    site: TestSite, walker: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    from samverk.knowledge import sandbox
    from samverk.knowledge.unreadable import Unreadable

    ask = sandbox.ask

    def fragile(path: Path, *rest: Any, **more: Any) -> dict[str, Any]:
        if b"Bomb" in path.read_bytes():
            raise Unreadable("took_too_long", detail="20 s")
        return ask(path, *rest, **more)

    monkeypatch.setattr(sandbox, "ask", fragile)
    site.page("/", "Start", "/a", "/b")
    site.page("/a", "Bomb")
    site.page("/b", "Två")
    assert kinds(await walker.walk()) == {"/": "Item", "/a": "took_too_long", "/b": "Item"}


async def test_a_page_in_the_western_code_page_is_read(site: TestSite, walker: Walker) -> None:
    text = "<title>Åre</title><main><h1>Åre</h1><p>Snö och väder på fjället i går.</p></main>"
    site.pages["/"] = Answer(text.encode("latin-1"), kind="text/html; charset=iso-8859-1")
    await walker.walk()
    assert "Snö och väder på fjället" in walker.taken["/"].decode()


async def test_settings_are_checked(walker: Walker) -> None:
    for wrong in (
        {"address": "http://169.254.169.254/"},
        {"address": "http://kim:x@ort.example/"},
        {"pages": "99999999"},
    ):
        with pytest.raises(Invalid) as told:
            await Website().check(walker.settings | wrong, "", walker.tools)
        assert told.value.facts["param"] in wrong
    await Website().check(walker.settings, "", walker.tools)


async def test_of_a_robots_txt_without_end_the_beginning_counts(site: TestSite, walker: Walker) -> None:
    rules = b"user-agent: *\ndisallow: /a\n"
    site.pages["/robots.txt"] = Answer(rules + b"# so it goes on\n" * 50_000, kind="text/plain")
    site.page("/", "Start", "/a", "/b")
    site.page("/b", "Bygglov")
    assert codes(await walker.walk()) == {"/a": "robots"}
    assert "/b" in walker.taken


# pages that nobody links to any more


def codes(found: dict[str, Mention]) -> dict[str, str]:
    return {path: mention.reason.code for path, mention in found.items() if isinstance(mention, Refused)}


async def test_a_page_that_nobody_links_to_any_more_stays_and_is_told_until_somebody_does(
    site: TestSite, walker: Walker
) -> None:
    site.page("/", "Start", "/a", "/b")
    site.page("/a", "Avfall", "/b", "/taxa.pdf")
    site.page("/b", "Bygglov")
    site.pages["/taxa.pdf"] = Answer(b"%PDF-1.4 taxa", kind="application/pdf")
    await walker.walk()
    assert codes(await walker.walk()) == {}
    site.page("/", "Start, ny", "/a")
    assert codes(await walker.walk()) == {}, "Avfall has not changed, and links there still"
    site.page("/a", "Avfall, nytt")
    for _ in range(2):
        assert codes(await walker.walk()) == {"/b": "page_unlinked", "/taxa.pdf": "page_unlinked"}
        assert site.url("/b") in walker.seen
    site.page("/", "Start", "/a", "/b")
    assert codes(await walker.walk()) == {"/taxa.pdf": "page_unlinked"}


async def test_a_page_that_the_sitemap_names_or_another_address_leads_to_is_linked_to(
    site: TestSite, walker: Walker
) -> None:
    site.page("/", "Start", "/a", "/b", "/gammal")
    site.page("/a", "Avfall")
    site.page("/b", "Bygglov")
    site.pages["/gammal"] = Answer(status=301, headers={"Location": "/ny"})
    site.page("/ny", "Ny")
    await walker.walk()
    site.page("/", "Start, ny", "/gammal")
    site.pages["/sitemap.xml"] = Answer(f"<urlset><url><loc>{site.url('/b')}</loc></url></urlset>".encode())
    assert codes(await walker.walk()) == {"/a": "page_unlinked"}


async def test_nothing_is_told_of_links_where_not_all_pages_were_seen(site: TestSite, walker: Walker) -> None:
    site.page("/", "Start", "/a", "/b")
    site.page("/a", "Avfall")
    site.page("/b", "Bygglov")
    await walker.walk()
    site.page("/", "Start, ny", "/c", "/d")
    assert "page_unlinked" not in codes(await walker.walk(pages="3")).values()
