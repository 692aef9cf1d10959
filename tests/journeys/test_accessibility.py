"""axe-core (WCAG 2.2 AA and best practice) on every page and state, in both languages, light and dark, wide and narrow."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import assert_accessible
from tests.journeys.conftest import Open, ask
from tests.journeys.site import Site

pytestmark = pytest.mark.browser

QUESTION = "inom hur många veckor ska beslut om parkeringstillstånd fattas när ansökan är komplett?"
CHAT = "/assistenter/tillstand"

Reach = Callable[[Page, Site], None]


def _streaming(page: Page, site: Site) -> None:
    page.goto(CHAT)
    site.model.piece, site.model.halt_at = 20, 600
    ask(page, f"lång: {QUESTION}", wait=False)
    page.wait_for_selector(".prose table")


def _asked(question: str) -> Reach:
    def reach(page: Page, site: Site) -> None:
        page.goto(CHAT)
        ask(page, question)

    return reach


def _citation(page: Page, site: Site) -> None:
    _asked(f"kort: {QUESTION}")(page, site)
    page.locator("button.cite").first.click()
    expect(page.locator(".popover:popover-open")).to_be_visible()


def _passage(page: Page, site: Site) -> None:
    _citation(page, site)
    page.locator(".popover:popover-open a").click()
    page.wait_for_selector("mark#t")


def _trace(page: Page, site: Site) -> None:
    _asked(f"lång: {QUESTION}")(page, site)
    page.locator("a[href^='/svar/']").click()
    page.wait_for_selector("#h-checks")


def _refused_question(page: Page, site: Site) -> None:
    page.goto(CHAT)
    page.fill("#question", "ö" * 3_000)
    page.press("#question", "Enter")
    page.wait_for_selector("#error")


def _feedback(page: Page, site: Site) -> None:
    _asked(f"kort: {QUESTION}")(page, site)
    page.locator(".feedback summary").click()
    page.locator(".account summary").click()


def _refused_log_in(page: Page, site: Site) -> None:
    page.goto("/logga-in")
    page.fill("#email", "ingen@bjorksta.example")
    page.fill("#password", "fel")
    page.press("#password", "Enter")
    page.wait_for_selector("#error")


def _at(path: str) -> Reach:
    return lambda page, site: page.goto(path) and None


STATES: dict[str, tuple[bool, Reach]] = {
    "log in": (False, _at("/logga-in")),
    "log in refused": (False, _refused_log_in),
    "page that does not exist": (False, _at("/finns-inte")),
    "assistants of citizens": (False, _at("/fraga/bjorksta/")),
    "assistants": (True, _at("/")),
    "organisations": (True, _at("/byt-organisation")),
    "chat, empty": (True, _at(CHAT)),
    "chat, streaming": (True, _streaming),
    "chat, done": (True, _asked(f"lång: {QUESTION}")),
    "chat, citation open": (True, _citation),
    "chat, feedback and account open": (True, _feedback),
    "chat, sources are silent": (True, _asked("vet: vem beslutar om parkeringstillstånd på månen?")),
    "chat, model failed": (True, _asked(f"fel: {QUESTION}")),
    "chat, question refused": (True, _refused_question),
    "conversations": (True, _at("/samtal")),
    "passage": (True, _passage),
    "how the answer came about": (True, _trace),
}


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(visit: Open, site: Site, state: str, language: str) -> None:
    member, reach = STATES[state]
    page = visit(language=language, member=member)
    reach(page, site)
    assert_accessible(page)


@pytest.mark.parametrize("path", [CHAT, "/", "/samtal", "/byt-organisation"])
def test_text_of_twice_the_size_fits(visit: Open, site: Site, path: str) -> None:
    page = visit(member=True, width=1280)
    page.goto(path)
    page.evaluate("document.documentElement.style.fontSize = '212.5%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_targets_are_large_enough(visit: Open, site: Site) -> None:
    page = visit(member=True, width=320, height=700)
    _asked(f"kort: {QUESTION}")(page, site)
    page.locator(".feedback summary").click()
    small = page.evaluate(
        "[...document.querySelectorAll('button:not(.cite), .button, summary, .top nav a, select, label.pick')]"
        ".filter(e => e.checkVisibility() && !e.closest('[popover]')).filter(e => e.getBoundingClientRect().height < 39.5)"
        ".map(e => e.outerHTML.slice(0, 120))"
    )
    assert small == []
