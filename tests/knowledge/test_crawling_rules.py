"""What a walk through a web site decides without asking anybody: robots, sitemaps, addresses, traps and pace."""

import gzip
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samverk.knowledge.crawling import frontier as frontier_module
from samverk.knowledge.crawling import robots, sitemaps
from samverk.knowledge.crawling.addresses import Site, absolute, canonical, key, place, respelled
from samverk.knowledge.crawling.frontier import Frontier
from samverk.knowledge.crawling.pace import PATIENCE, Pace
from samverk.knowledge.crawling.traps import Traps

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def allowed(text: str, path: str) -> bool:
    return robots.parse(text, "samverk").allow(f"https://ort.example{path}")


class TestRobots:
    """The rules and examples of RFC 9309."""

    def test_the_group_of_the_name_counts_and_no_other(self) -> None:
        text = "User-agent: *\nDisallow: /\n\nUser-Agent: SAMVERK/2.0\nDisallow: /internt\n"
        assert allowed(text, "/sida")
        assert not allowed(text, "/internt/x")
        assert not robots.parse(text, "annan").allow("https://ort.example/sida")

    def test_a_name_that_only_begins_alike_is_another(self) -> None:
        assert allowed("User-agent: sam\nDisallow: /\n", "/")
        assert allowed("User-agent: samverkare\nDisallow: /\n", "/")

    def test_groups_of_the_same_name_are_one_and_names_share_rules(self) -> None:
        text = "user-agent: samverk\ndisallow: /a\n\nuser-agent: x\nuser-agent: samverk\ndisallow: /b\n"
        assert not allowed(text, "/a")
        assert not allowed(text, "/b")

    def test_an_empty_group_of_the_name_allows_everything(self) -> None:
        assert allowed("user-agent: *\ndisallow: /\n\nuser-agent: samverk\ndisallow:\n", "/x")

    def test_the_longest_rule_decides_and_of_two_as_long_the_kinder(self) -> None:
        text = "user-agent: *\ndisallow: /a/\nallow: /a/b\nallow: /c\ndisallow: /c\n"
        assert not allowed(text, "/a/c")
        assert allowed(text, "/a/b/c")
        assert allowed(text, "/c")

    @pytest.mark.parametrize(
        ("rule", "path", "matches"),
        [
            ("/", "/", True),
            ("/fish", "/fish.html", True),
            ("/fish", "/Fish", False),
            ("/fish*", "/fish", True),
            ("/*.php", "/a/b.php?x=1", True),
            ("/*.php$", "/a/b.php", True),
            ("/*.php$", "/a/b.php?x=1", False),
            ("/*.php$", "/windows.PHP", False),
            ("/fish*.php", "/fishheads/a.php", True),
            ("/a$", "/a", True),
            ("/a$", "/ab", False),
            ("/*?sid=", "/p?sid=1", True),
            ("*/kalender/", "/x/kalender/1", True),
            ("/*a*$", "/ba", True),
            ("/å", "/%C3%A5ka", True),
            ("/%C3%A5", "/åka", True),
            ("/%7ekim", "/~kim/x", True),
            ("/a%2fb", "/a/b", False),
            ("/a*b*a$", "/aba", True),
            ("/a*b*a$", "/ab", False),
        ],
    )
    def test_patterns(self, rule: str, path: str, matches: bool) -> None:
        assert allowed(f"user-agent: *\ndisallow: {rule}", path) is not matches

    def test_what_is_not_a_rule_is_passed_over(self) -> None:
        text = "\ufeffNonsense\nUser-agent: * # all\n: x\nDisallow /a\nDisallow: /b # why\n"
        text += "Sitemap: https://a.example/s.xml\nDisallow: /c"
        found = robots.parse(text, "samverk")
        assert found.allow("https://a.example/a")
        assert not found.allow("https://a.example/b")
        assert not found.allow("https://a.example/c")
        assert found.sitemaps == ("https://a.example/s.xml",)
        assert found.allow("https://a.example/robots.txt")

    @pytest.mark.parametrize(
        ("told", "delay"), [("2", 2), ("0.5", 0.5), ("9999", 60), ("-1", 0), ("nan", 0), ("1e9", 0)]
    )
    def test_the_delay_is_kept_within_reason(self, told: str, delay: float) -> None:
        assert robots.parse(f"user-agent: *\ncrawl-delay: {told}", "samverk").delay == delay

    def test_a_hostile_file_costs_what_its_length_costs(self) -> None:
        names = "".join(f"user-agent: a{number}\n" for number in range(12_000))
        text = names + "user-agent: *\n" + "".join(f"allow: /x{number}\n" for number in range(12_000))
        started = time.process_time()
        found = robots.parse(text, "samverk")
        assert not robots.matches("/" + "*a" * 5_000 + "b", "/" + "a" * 20_000)
        assert len(found.rules) == 12_000
        assert time.process_time() - started < 3  # minutes, where every name meets every rule

    @given(st.text())
    def test_any_text_is_read(self, text: str) -> None:
        robots.parse(text, "samverk").allow("https://a.example/x")

    def test_words_in_a_page(self) -> None:
        assert robots.directives(["NoIndex, follow"], "samverk") == {"noindex", "follow"}
        assert {"noindex", "nofollow"} <= robots.directives(["none"], "samverk")
        assert robots.directives(["googlebot: noindex, nofollow", "samverk: nofollow"], "samverk") == {"nofollow"}
        assert "noindex" in robots.directives(["unavailable_after: 25 Jun 2030 15:00:00 PST, noindex"], "samverk")


class TestSitemaps:
    def test_pages_and_indexes(self) -> None:
        content = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
        <url><loc> https://a.example/1 </loc><lastmod>2026-01-02</lastmod></url><url><loc>https://a.example/2</loc></url>
        <url><lastmod>2026-01-02</lastmod></url></urlset>"""
        pages = sitemaps.parse(content).pages
        assert [(page.address, page.modified) for page in pages] == [
            ("https://a.example/1", "2026-01-02"),
            ("https://a.example/2", ""),
        ]
        assert sitemaps.parse(gzip.compress(content)).pages == pages
        index = b"<sitemapindex><sitemap><loc>https://a.example/s.xml</loc></sitemap></sitemapindex>"
        assert [entry.address for entry in sitemaps.parse(index).indexes] == ["https://a.example/s.xml"]
        assert [page.address for page in sitemaps.parse(b"https://a.example/1\nnot one\n").pages] == [
            "https://a.example/1"
        ]

    def test_a_broken_one_gives_what_came_before(self) -> None:
        assert len(sitemaps.parse(b"<urlset><url><loc>https://a.example/1</loc></url><url><loc>http").pages) == 1
        assert sitemaps.parse(b"\x1f\x8bnot packed") == sitemaps.Sitemap()
        assert sitemaps.parse(b"") == sitemaps.Sitemap()

    def test_entities_and_bombs_lead_nowhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sitemaps, "MOST_BYTES", 100_000)
        laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
        document = f'<!DOCTYPE x [<!ENTITY l0 "lol">{laughs}<!ENTITY f SYSTEM "file:///etc/hostname">]>'
        for entity in ("l9", "f"):
            content = f"{document}<urlset><url><loc>https://a.example/&{entity};</loc></url></urlset>"
            assert all(len(page.address) < 30 for page in sitemaps.parse(content.encode()).pages)
        assert sitemaps.parse(gzip.compress(b"<urlset>" + b" " * 1_000_000)) == sitemaps.Sitemap()

    def test_a_file_of_too_many_pages_is_cut(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sitemaps, "MOST_ENTRIES", 100)
        content = b"<urlset>" + b"<url><loc>https://a.example/1</loc></url>" * 109
        assert len(sitemaps.parse(content).pages) == 100

    @pytest.mark.parametrize(
        ("text", "moment"),
        [
            ("2026-03-01", datetime(2026, 3, 2, tzinfo=UTC)),
            ("2026-03", datetime(2026, 3, 2, tzinfo=UTC)),
            ("2026", datetime(2026, 1, 2, tzinfo=UTC)),
            ("2026-03-01T10:00:00+02:00", datetime(2026, 3, 1, 8, tzinfo=UTC)),
            ("2026-03-01T10:00Z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
            ("2026-13-01", None),
            ("yesterday", None),
            ("", None),
        ],
    )
    def test_moments(self, text: str, moment: datetime | None) -> None:
        assert sitemaps.moment(text) == moment

    def test_a_page_that_was_changed_today_may_change_again(self) -> None:
        assert sitemaps.settled("2026-03-01", NOW)
        assert not sitemaps.settled("2026-03-02", NOW)
        assert sitemaps.settled("2026-03-02T11:00:00Z", NOW)
        assert not sitemaps.settled("2027-01-01", NOW)


class TestAddresses:
    @pytest.mark.parametrize(
        ("address", "one"),
        [
            ("HTTPS://Ort.Example:443/A/../b/./c#del", "https://ort.example/b/c"),
            ("http://ort.example:80", "http://ort.example/"),
            ("https://ort.example./a", "https://ort.example/a"),
            ("https://björksta.example/å ä", "https://xn--bjrksta-b1a.example/%C3%A5%20%C3%A4"),
            ("https://ort.example/%7ekim/%c3%a5", "https://ort.example/~kim/%C3%A5"),
            ("https://ort.example/a%2fb%3Fc/%25", "https://ort.example/a%2Fb%3Fc/%25"),
            ("https://ort.example/a?utm_source=x&b=2&a=1&fbclid=y&PHPSESSID=z", "https://ort.example/a?a=1&b=2"),
            ("https://ort.example/a;jsessionid=0A1B?x=1", "https://ort.example/a?x=1"),
            ("https://ort.example/(S(abc123))/a", "https://ort.example/a"),
            ("https://ort.example//a///b/", "https://ort.example/a/b/"),
            ("https://ort.example:8443/a", "https://ort.example:8443/a"),
            ("mailto:kim@ort.example", ""),
            ("javascript:void(0)", ""),
            ("https://kim:x@ort.example/", ""),
            ("https://ort.example:x/", ""),
            ("https:///a", ""),
        ],
    )
    def test_one_spelling(self, address: str, one: str) -> None:
        assert canonical(address) == one
        assert canonical(one) == one

    @given(st.text(), st.text())
    def test_any_link_is_read_and_spelled_once(self, link: str, path: str) -> None:
        found = absolute(f"https://ort.example/{path}", link)
        assert found == "" or canonical(found) == found

    def test_links_are_relative_to_their_page(self) -> None:
        base = "https://ort.example/bygga/lov/index.html"
        assert absolute(base, "../avgift") == "https://ort.example/bygga/avgift"
        assert absolute(base, "//annan.example/x") == "https://annan.example/x"
        assert absolute(base, "http://[") == ""

    def test_addresses_of_the_same_page_share_a_key(self) -> None:
        same = ("https://www.ort.example/a/", "http://ort.example/a", "https://ort.example/a/index.html")
        assert len({key(address) for address in same}) == 1
        assert key("https://ort.example/a?id=1") != key("https://ort.example/a?id=2")
        assert respelled("https://ort.example/Bygga?x=1", "https://ort.example/bygga/")
        assert not respelled("https://ort.example/bygga", "https://ort.example/")

    def test_a_site_is_the_start_and_what_is_below(self) -> None:
        site = Site.of("https://www.ort.example/bygga")
        assert site.holds("https://ort.example/bygga/lov")
        assert site.holds("http://ort.example/bygga/")
        assert not site.holds("https://ort.example/byggavgift")
        assert not site.holds("https://ort.example/")
        assert not site.holds("https://ort.example.annan.example/bygga/")
        assert Site.of("https://ort.example/").holds("https://ort.example/vad/som/helst")

    def test_every_address_has_its_own_place(self) -> None:
        addresses = [
            "https://ort.example/",
            "https://ort.example/a",
            "https://ort.example/a.html",
            "https://ort.example/a/b",
            "https://ort.example/a?id=1",
            "https://ort.example/a?id=2",
            "https://ort.example/%C3%A5/..%2F..%2Fetc",
            "https://ort.example/" + "x" * 300,
            "https://ort.example/" + "x" * 301,
        ]
        places = [place(address, ".html") for address in addresses]
        assert places[:4] == ["index.html", "a/index.html", "a.html", "a/b/index.html"]
        assert len(set(places)) == len(places)
        assert not any(part in ("", ".", "..") or len(part) > 90 for found in places for part in found.split("/"))
        assert place("https://ort.example/doc/Taxa 2026.pdf", ".pdf") == "doc/Taxa-2026.pdf"
        assert place("https://ort.example/download/18.4ab", ".pdf") == "download/18.4ab/fil.pdf"


class TestTraps:
    def test_loops_and_depths(self) -> None:
        assert Traps().found("https://a.example/x/y/x/y/x/y") == "trap_loop"
        assert Traps().found("https://a.example/" + "/".join(map(str, range(20)))) == "trap_deep"
        assert Traps().found("https://a.example/" + "x" * 600) == "trap_deep"
        assert Traps().found("https://a.example/bygga/lov/bygga") is None

    def test_a_calendar_has_no_end(self) -> None:
        for make in ("https://a.example/kalender/{:%Y/%m/%d}", "https://a.example/k?datum={:%Y-%m-%d}"):
            traps = Traps()
            found = [traps.found(make.format(NOW + timedelta(days=day))) for day in range(200)]
            assert found[:50] == [None] * 50
            assert found[-1] == "trap_calendar"

    def test_news_with_their_dates_are_no_calendar(self) -> None:
        traps = Traps()
        assert not any(traps.found(f"https://a.example/nyheter/2026-01-{day:02}-rubrik-{day}") for day in range(1, 32))
        assert not any(traps.found(f"https://a.example/dokument?id={number}") for number in range(900))

    def test_a_form_has_an_end(self) -> None:
        traps = Traps()
        assert [traps.found(f"https://a.example/s?q={number}&p=1") for number in range(1500)][-1] == "trap_form"


class TestPace:
    def test_a_busy_site_is_given_time_and_in_the_end_peace(self) -> None:
        pace = Pace(1.0)
        assert pace.after(200, "", NOW) == 1.0
        assert [pace.after(503, "", NOW) for _ in range(3)] == [4.0, 8.0, 16.0]
        assert pace.after(429, "30", NOW) == 30.0
        assert pace.patient
        assert pace.after(429, "99999", NOW) == 300.0
        assert pace.busy == PATIENCE
        assert not pace.patient
        pace.after(200, "", NOW)
        assert pace.patient

    def test_retry_after_may_be_a_date(self) -> None:
        assert Pace(0).after(503, "Mon, 02 Mar 2026 12:00:40 GMT", NOW) == 40.0
        assert Pace(0).after(503, "Mon, 02 Mar 2026 11:00:00 GMT", NOW) == 0.0
        assert Pace(0).after(503, "soon", NOW) == 4.0


def test_what_a_site_makes_up_without_end_takes_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frontier_module, "_MOST_WAITING", 10)
    frontier = Frontier(Site.of("https://ort.example/"), robots.Robots(), 5)
    for number in range(100):
        frontier.follow(f"https://ort.example/sida-{number}", 1)
    assert len(frontier) == 10
    assert frontier.take() is not None
    frontier.follow("https://ort.example/sida-11", 1)
    assert len(frontier) == 10, "what was left out may come back"
