"""The start page, the introduction, the help and searching, as those who use them every day and those who are new meet them."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from samverk.assistants.model import AssistantBody
from samverk.identity.principal import Principal, Role, system
from tests.journeys.axe import assert_accessible
from tests.journeys.conftest import InEachLanguage, Open, ask, log_in
from tests.journeys.site import ASSISTANT, EMAIL, PASSWORD, Site

pytestmark = pytest.mark.browser

QUESTION = "kort: inom hur många veckor ska beslut om parkeringstillstånd fattas?"


def _at(path: str) -> Callable[[Page, Site], object]:
    return lambda page, site: page.goto(path)


def _full(page: Page, site: Site) -> None:
    page.goto("/assistenter/tillstand")
    ask(page, QUESTION)
    page.goto("/")


def _refused_report(page: Page, site: Site) -> None:
    page.goto("/hjalp/tillganglighet")
    page.get_by_role("textbox").first.fill("   ")
    page.locator("form[data-keep] button").click()
    page.wait_for_selector("#error")


STATES: dict[str, tuple[Role | None, Callable[[Page, Site], object]]] = {
    "start, new": (Role.STEWARD, _at("/")),
    "start, full": (Role.ADMIN, _full),
    "citizens' start": (None, _at("/fraga/bjorksta/")),
    "introduction 1": (Role.MEMBER, _at("/hjalp/introduktion?steg=1")),
    "introduction 2": (Role.MEMBER, _at("/hjalp/introduktion?steg=2")),
    "introduction 3": (Role.MEMBER, _at("/hjalp/introduktion?steg=3")),
    "introduction 4": (Role.MEMBER, _at("/hjalp/introduktion?steg=4")),
    "introduction 5": (Role.MEMBER, _at("/hjalp/introduktion?steg=5")),
    "help": (Role.MEMBER, _at("/hjalp")),
    "help of citizens": (None, _at("/fraga/bjorksta/hjalp")),
    "help, searched": (Role.MEMBER, _at("/hjalp?q=modell")),
    "help, nothing found": (Role.MEMBER, _at("/hjalp?q=gurkmeja")),
    "accessibility": (None, _at("/fraga/bjorksta/hjalp/tillganglighet")),
    "accessibility, refused": (Role.MEMBER, _refused_report),
    "accessibility, nobody": (None, _at("/hjalp/tillganglighet")),
    "search, empty": (Role.MEMBER, _at("/sok")),
    "search": (Role.BUILDER, _at("/sok?q=parkering")),
    "search, nothing": (Role.MEMBER, _at("/sok?q=gurkmeja")),
}


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(in_each_language: InEachLanguage, site: Site, state: str) -> None:
    role, reach = STATES[state]
    for page in in_each_language(role):
        reach(page, site)
        assert page.locator("h1").count() == 1
        assert_accessible(page)


def test_a_new_person_is_shown_around_once(visit: Open, site: Site) -> None:
    email = "ny@bjorksta.example"
    site.run(site.rooms.identity.create_user("bjorksta", email, "Ny Ek", Role.MEMBER, [], PASSWORD))
    page = visit()
    log_in(page, email)
    expect(page.get_by_role("heading", level=1)).to_have_text("Hej Ny")
    page.get_by_role("link", name="Visa mig").focus()
    page.keyboard.press("Enter")
    for step in range(2, 6):
        page.get_by_role("link", name="Nästa").click()
        page.wait_for_url(f"**?steg={step}")
    page.get_by_role("link", name="Börja använda").click()
    expect(page.get_by_role("heading", name="Är du ny här?")).to_have_count(0)
    page.go_back()
    expect(page.get_by_text("Steg 5 av 5")).to_be_visible()


def test_the_introduction_can_be_skipped_and_found_again(visit: Open, site: Site) -> None:
    page = visit(role=Role.BUILDER)
    page.goto("/")
    page.get_by_role("button", name="Hoppa över").click()
    expect(page.get_by_role("heading", name="Är du ny här?")).to_have_count(0)
    page.goto("/hjalp")
    page.get_by_role("link", name="Introduktion i fem steg").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fråga som du pratar")


def test_a_question_from_the_start_page_goes_to_the_chosen_assistant(visit: Open, site: Site) -> None:
    page = visit(role=Role.MEMBER)
    page.goto("/")
    page.get_by_label("Fråga", exact=True).select_option(ASSISTANT)
    page.get_by_label("Vad vill du veta?").fill(QUESTION)
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Enter")
    page.wait_for_url("**/samtal/**")
    expect(page.get_by_role("heading", level=1)).to_contain_text(ASSISTANT)
    page.wait_for_selector(".turn:last-child .reply:not([aria-busy])")
    page.goto("/")
    expect(page.get_by_role("heading", name="Dina assistenter")).to_be_visible()
    expect(page.locator("#assistant option").first).to_have_text(ASSISTANT)
    page.locator("[aria-labelledby=h-recent] a").first.scroll_into_view_if_needed()
    expect(page.locator("[aria-labelledby=h-recent] .list a").first).to_contain_text("inom hur många veckor")
    expect(page.get_by_label("Vad vill du veta?")).to_have_value("")


def test_what_i_pinned_stands_first(visit: Open, site: Site) -> None:
    who = site.run(_principal(site, EMAIL))
    site.run(site.rooms.preferences.put(who, pinned=["parkering", "finns-inte-mer"]))
    page = visit(role=Role.MEMBER)
    page.goto("/")
    expect(page.locator(".columns .card h3").first).to_have_text("Fråga om parkering")
    site.run(site.rooms.preferences.put(who, pinned=None))


def test_without_script_a_question_is_asked_from_the_start_page(visit: Open, site: Site) -> None:
    page = visit(java_script_enabled=False, role=Role.MEMBER)
    page.goto("/")
    page.get_by_label("Fråga", exact=True).select_option(ASSISTANT)
    page.get_by_label("Vad vill du veta?").fill(QUESTION)
    page.get_by_role("button", name="Skicka", exact=True).click()
    page.wait_for_url("**/samtal/**")
    expect(page.get_by_text("inom hur många veckor").first).to_be_visible()


def test_a_name_as_bad_as_they_come_is_drawn_as_text(visit: Open, site: Site) -> None:
    org = site.run(site.rooms.identity.org("bjorksta")).id
    name = "<script>window.hacked=1</script> 😀 שלום " + "Ö" * 78
    body = AssistantBody(name=name, description="<img src=x onerror=window.hacked=2>" + "ä" * 300)
    site.run(site.rooms.assistants.save(org, "elak", body, system(org)))
    page = visit(role=Role.MEMBER, width=320, height=700)
    for path in ("/", "/sok?q=script", "/fraga/bjorksta/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert page.evaluate("window.hacked") is None
    page.goto("/sok?q=script")
    expect(page.get_by_role("link", name=re.compile("window.hacked=1"))).to_be_visible()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("hacked")
    expect(page.get_by_role("option").first).to_contain_text("window.hacked=1")
    assert page.evaluate("window.hacked") is None


def test_a_search_shows_nothing_of_others(visit: Open, site: Site) -> None:
    org = site.run(site.rooms.identity.org("bjorksta")).id
    hidden = AssistantBody(name="Hemliga parkeringen", groups=("ingen-grupp",))
    site.run(site.rooms.assistants.save(org, "hemlig", hidden, system(org)))
    page = visit(role=Role.MEMBER)
    page.goto("/sok?q=parkering")
    expect(page.get_by_role("link", name="Fråga om parkering")).to_be_visible()
    expect(page.get_by_text("Hemliga parkeringen")).to_have_count(0)
    page.goto("/sok?q=organisation")
    expect(page.locator(".results a[href='/organisation']")).to_have_count(0)
    page.goto("/")
    expect(page.get_by_text("Hemliga parkeringen")).to_have_count(0)


def test_the_guide_is_searched_and_its_contents_lead_on(visit: Open, site: Site) -> None:
    page = visit(role=Role.MEMBER)
    page.goto("/hjalp")
    page.get_by_role("link", name="Läs källhänvisningarna").click()
    expect(page.locator("#kallor")).to_be_in_viewport()
    expect(page.locator("#kallor + .block .verdict.verified").first).to_have_text("verifierad")
    page.get_by_label("Sök i hjälpen").fill("personnummer")
    page.keyboard.press("Enter")
    page.wait_for_url("**/hjalp?q=personnummer")
    expect(page.locator("main section")).to_have_count(1)
    page.get_by_role("link", name="Visa hela hjälpen").click()
    expect(page.get_by_role("heading", name="Bygg en bra assistent")).to_be_visible()
    citizen = visit()
    citizen.goto("/fraga/bjorksta/hjalp")
    expect(citizen.get_by_role("heading", name="Bygg en bra assistent")).to_have_count(0)


def test_a_citizen_reports_a_barrier(visit: Open, site: Site) -> None:
    page = visit()
    page.goto("/fraga/bjorksta/")
    page.get_by_role("link", name="Tillgänglighet").click()
    page.get_by_label("Vad fungerar inte?").fill("Skärmläsaren läser inte upp svaret.")
    page.get_by_label("Hur vill du få svar?").fill("ring 0123")
    page.get_by_role("button", name="Skicka rapporten").click()
    expect(page.get_by_role("status").first).to_contain_text("rapporten är mottagen")
    org = site.run(site.rooms.identity.org("bjorksta")).id
    told = site.run(site.rooms.journal.read(org, actions=["accessibility.reported"]))
    assert told[0].facts == {"what": "Skärmläsaren läser inte upp svaret.", "where": "–", "reply": "ring 0123"}


async def _principal(site: Site, email: str) -> Principal:
    secret, who = await site.rooms.identity.log_in(email, PASSWORD, "127.0.0.1")
    await site.rooms.identity.log_out(secret)
    return who
