"""axe-core (WCAG 2.2 AA and best practice) on the pages of no area, in both languages, light and dark, wide and narrow; large
text and large targets. The pages of each area are in its own module."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from samverk.identity.principal import Role
from tests.journeys.axe import assert_accessible
from tests.journeys.conftest import InEachLanguage, Open, ask
from tests.journeys.site import Site

pytestmark = pytest.mark.browser

QUESTION = "inom hur många veckor ska beslut om parkeringstillstånd fattas när ansökan är komplett?"
CHAT = "/assistenter/tillstand"

Reach = Callable[[Page, Site], None]


def _asked(question: str) -> Reach:
    def reach(page: Page, site: Site) -> None:
        page.goto(CHAT)
        ask(page, question)

    return reach


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
}


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(in_each_language: InEachLanguage, site: Site, state: str) -> None:
    member, reach = STATES[state]
    for page in in_each_language(Role.MEMBER if member else None):
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
