"""One site and one browser for all journeys of a worker."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from samverk.identity.principal import Role
from tests import required
from tests.journeys.site import EMAIL, PASSWORD, PEOPLE, Site, running_site

FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage", "--disable-gpu"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site."""
    with running_site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        required.missing("Chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


Open = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Open]:
    """Opens a page as a new visitor: `visit(language="en", width=320, role=Role.BUILDER, …)`. Script errors fail the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_page(
        *,
        language: str = "sv",
        width: int = 1440,
        height: int = 900,
        member: bool = False,
        role: Role | None = None,
        **more: Any,
    ) -> Page:
        locale = {"sv": "sv-SE", "en": "en-GB"}[language]
        context = browser.new_context(
            locale=locale, viewport={"width": width, "height": height}, base_url=site.url, **more
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: "Content Security Policy" in message.text and errors.append(message.text))
        if member or role:
            log_in(page, PEOPLE[role or Role.MEMBER][0])
        return page

    yield open_page
    for context in contexts:
        context.close()
    site.model.halt_at, site.model.delay, site.model.piece = None, 0.0, 40
    assert not errors, errors


def log_in(page: Page, email: str = EMAIL) -> None:
    """Log in with the form."""
    page.goto("/logga-in")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(lambda url: "logga-in" not in url)


def ask(page: Page, question: str, *, wait: bool = True) -> None:
    """Write a question and send it with Enter; wait until its answer is finished."""
    page.wait_for_load_state()  # Enter sends once the script is there
    page.fill("#question", question)
    page.press("#question", "Enter")
    page.wait_for_url("**/samtal/**")
    if wait:
        page.wait_for_selector(".turn:last-child .reply:not([aria-busy])")
