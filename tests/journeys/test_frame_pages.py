"""What stands around every page: the bar, the menu, one's own sheet, the palette, what was said, errors."""

from collections.abc import Callable
from urllib.parse import quote

import orjson
import pytest
from playwright.sync_api import Page, expect

from samverk.identity.principal import Role
from tests.journeys.axe import assert_accessible
from tests.journeys.conftest import InEachLanguage, Open, log_in
from tests.journeys.site import PASSWORD, PEOPLE, Site

pytestmark = pytest.mark.browser

CHAT = "/assistenter/tillstand"
LONG = "Aa" * 90 + " 😀 שלום <b>fet</b>"


def _palette(page: Page, query: str = "") -> None:
    page.goto("/hjalp/tillganglighet")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    if query:
        with page.expect_response(lambda response: "del=val" in response.url):
            page.keyboard.type(query)
        page.wait_for_timeout(150)


def _menu(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto("/sok")
    page.locator(".menu-button").click()
    expect(page.locator("#menu")).to_be_visible()


def _sheet(page: Page) -> None:
    page.goto("/sok")
    page.locator(".account summary").click()


def _say(page: Page, site: Site, key: str, facts: dict[str, object], undo: str = "") -> None:
    value = quote(orjson.dumps([key, facts, undo, {}]).decode(), safe="")
    page.context.add_cookies([{"name": "samverk-said", "value": value, "url": site.url}])


def _said(page: Page, site: Site) -> None:
    _say(page, site, "accessibility.reported", {}, "/hjalp/tillganglighet")
    page.goto("/hjalp/tillganglighet")
    expect(page.locator(".said")).to_be_visible()


STATES: dict[str, tuple[Role | None, Callable[[Page, Site], object]]] = {
    "menu": (Role.ADMIN, lambda page, site: _menu(page)),
    "sheet": (Role.MEMBER, lambda page, site: _sheet(page)),
    "palette": (Role.MEMBER, lambda page, site: _palette(page)),
    "palette with hits": (Role.MEMBER, lambda page, site: _palette(page, "parkering")),
    "palette without hits": (Role.MEMBER, lambda page, site: _palette(page, "gurkmeja")),
    "said": (Role.MEMBER, _said),
    "not found": (Role.MEMBER, lambda page, site: page.goto("/finns/inte")),
    "not allowed": (Role.MEMBER, lambda page, site: page.goto("/organisation")),
    "not found, citizen": (None, lambda page, site: page.goto("/fraga/bjorksta/finns-inte")),
    "no such organisation": (None, lambda page, site: page.goto("/fraga/finns-inte/")),
}


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(in_each_language: InEachLanguage, site: Site, state: str) -> None:
    role, reach = STATES[state]
    for page in in_each_language(role):
        reach(page, site)
        assert_accessible(page)


def test_the_palette_is_walked_by_keyboard_alone(visit: Open, site: Site) -> None:
    page = visit(role=Role.MEMBER)
    _palette(page, "tillståndshj")
    field, options = page.get_by_role("combobox"), page.get_by_role("option")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", options.first.get_attribute("id") or "")
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{CHAT}")


def test_escape_closes_the_palette_and_the_focus_returns(visit: Open, site: Site) -> None:
    page = visit(role=Role.MEMBER)
    page.goto("/hjalp")
    link = page.get_by_role("link", name="Snabbtangenter")
    link.focus()
    page.keyboard.press("/")
    expect(page.locator("[data-find]")).to_be_focused()  # the page has a field of its own
    link.focus()
    page.keyboard.press("Control+K")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.palette")).to_be_hidden()
    expect(link).to_be_focused()


def test_the_slash_opens_the_palette_where_there_is_no_field_and_can_be_switched_off(visit: Open, site: Site) -> None:
    page = visit(role=Role.MEMBER)
    page.goto("/hjalp/introduktion")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("/")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.goto("/hjalp")
    page.get_by_label("Använd tangenten /").uncheck()
    page.goto("/hjalp/introduktion")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("/")
    page.wait_for_timeout(300)
    expect(page.get_by_role("combobox")).to_have_count(0)


def test_the_palette_does_things(visit: Open, site: Site) -> None:
    page = visit(role=Role.MEMBER)
    _palette(page, "mörkt")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    _palette(page, "logga ut")
    page.keyboard.press("Enter")
    page.wait_for_url("**/logga-in")


def test_without_script_the_search_is_a_page(visit: Open, site: Site) -> None:
    page = visit(java_script_enabled=False)
    log_in(page)
    page.get_by_role("link", name="Sök").click()
    page.get_by_label("Sök bland allt").fill("parkering")
    page.get_by_role("button", name="Sök").click()
    expect(page.get_by_role("heading", name="Dokument")).to_be_visible()
    page.get_by_role("link", name="Fråga om parkering").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fråga om parkering")


def test_the_menu_and_the_sheet_by_keyboard(visit: Open, site: Site) -> None:
    page = visit(role=Role.ADMIN, width=320, height=700)
    page.goto("/sok")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    button = page.locator(".menu-button")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#menu")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Start")).to_be_focused()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    summary = page.locator(".account summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".sheet")).to_be_visible()
    page.keyboard.press("Escape")
    expect(summary).to_be_focused()
    expect(page.locator(".sheet")).to_be_hidden()


def test_the_theme_can_follow_the_system_again(visit: Open, site: Site) -> None:
    page = visit(role=Role.MEMBER)
    page.goto("/sok")
    page.locator(".account summary").click()
    page.get_by_role("button", name="Mörkt läge").click()
    with page.expect_response("**/installningar"):
        page.get_by_role("button", name="Som systemet").click()
    page.reload()
    assert page.get_attribute("html", "data-theme") == "auto"


def test_what_is_typed_survives_a_log_in_that_ended_and_nobody_else_sees_it(visit: Open, site: Site) -> None:
    page = visit(role=Role.MEMBER)
    page.goto("/hjalp/tillganglighet")
    page.get_by_label("Vad fungerar inte?").fill("Knappen syns inte i mörkt läge.")
    page.context.clear_cookies(name="samverk-session")
    page.get_by_role("button", name="Skicka rapporten").click()
    page.wait_for_url("**/logga-in?next=/hjalp/tillganglighet")
    page.fill("#email", PEOPLE[Role.MEMBER][0])
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/hjalp/tillganglighet")
    expect(page.get_by_label("Vad fungerar inte?")).to_have_value("Knappen syns inte i mörkt läge.")
    page.context.clear_cookies(name="samverk-session")
    page.goto("/logga-in?next=/hjalp/tillganglighet")
    page.fill("#email", PEOPLE[Role.BUILDER][0])
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/hjalp/tillganglighet")
    expect(page.get_by_label("Vad fungerar inte?")).to_have_value("")


def test_what_was_sent_is_not_kept(visit: Open, site: Site) -> None:
    page = visit(role=Role.MEMBER)
    page.goto("/hjalp/tillganglighet")
    page.get_by_label("Vad fungerar inte?").fill("Kontrasten är låg.")
    page.get_by_role("button", name="Skicka rapporten").dblclick()
    expect(page.locator(".said")).to_contain_text("rapporten är mottagen")
    expect(page.get_by_label("Vad fungerar inte?")).to_have_value("")
    page.reload()
    expect(page.locator(".said")).to_have_count(0)
    org = site.run(site.rooms.identity.org("bjorksta")).id
    told = site.run(site.rooms.journal.read(org, actions=["accessibility.reported"]))
    assert [change.facts["what"] for change in told].count("Kontrasten är låg.") == 1


def test_what_was_said_is_text_and_wraps(visit: Open, site: Site) -> None:
    page = visit(role=Role.MEMBER, width=320, height=700)
    _say(page, site, "accessibility.reported", {"x": LONG})
    page.goto("/sok")
    expect(page.locator(".said")).to_contain_text("rapporten är mottagen")
    _say(page, site, "no.such.sentence", {"x": LONG}, "https://evil.example")
    page.goto("/sok")
    expect(page.locator(".said")).to_have_count(0)


def test_errors_say_what_to_do_in_the_readers_frame(visit: Open, site: Site) -> None:
    page = visit(role=Role.MEMBER)
    page.goto("/hjalp")
    response = page.goto("/organisation", referer=f"{site.url}/hjalp")
    assert response is not None
    assert response.status == 403
    expect(page.locator("main")).to_contain_text("kräver rollen administratör. Du har rollen medlem")
    expect(page.get_by_role("link", name="Gå tillbaka")).to_have_attribute("href", "/hjalp")
    expect(page.get_by_role("link", name="Samtal")).to_be_visible()
    citizen = visit(language="en")
    citizen.goto("/fraga/bjorksta/finns-inte")
    expect(citizen.get_by_role("heading", level=1)).to_have_text("The page does not exist")
    expect(citizen.locator(".brand")).to_have_text("Björksta kommun")
    citizen.get_by_role("link", name="To the start page").click()
    citizen.wait_for_url("**/fraga/bjorksta/")


@pytest.mark.parametrize("path", ["/", "/hjalp", "/hjalp/tillganglighet", "/sok?q=parkering", "/finns-inte"])
def test_text_of_twice_the_size_fits(visit: Open, site: Site, path: str) -> None:
    page = visit(role=Role.ADMIN, width=1280)
    page.goto(path)
    page.evaluate("document.documentElement.style.fontSize = '212.5%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_the_focus_is_seen_in_forced_colours(visit: Open, site: Site) -> None:
    page = visit(role=Role.ADMIN, forced_colors="active", reduced_motion="reduce")
    page.goto("/sok")
    unseen = page.evaluate(
        "[...document.querySelectorAll('a, button, input, summary')].filter(e => e.checkVisibility())"
        ".filter(e => { e.focus({ focusVisible: true }); const s = getComputedStyle(e);"
        " return document.activeElement === e && (s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 2); })"
        ".map(e => e.outerHTML.slice(0, 80))"
    )
    assert unseen == []


def test_targets_are_large_enough(visit: Open, site: Site) -> None:
    for path in ("/", "/sok?q=parkering", "/hjalp/introduktion?steg=2"):
        page = visit(role=Role.ADMIN, width=320, height=700)
        page.goto(path)
        page.locator(".menu-button").click()
        small = page.evaluate(
            "[...document.querySelectorAll('button, .button, summary, .top nav a, select, .foot a')]"
            ".filter(e => e.checkVisibility()).filter(e => e.getBoundingClientRect().height < 39.5)"
            ".map(e => e.outerHTML.slice(0, 120))"
        )
        assert small == []
