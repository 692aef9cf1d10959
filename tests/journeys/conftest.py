"""One browser for the journeys, and a site for those of each module.

A browser that lived longer than the journeys would hold the loop of other tests."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from playwright.sync_api import Browser, Dialog, Page, sync_playwright

from samverk.http.sessions import SESSION
from samverk.identity.principal import Role
from samverk.web.pages import LANGUAGE_COOKIE
from tests import required
from tests.journeys.site import EMAIL, PASSWORD, PEOPLE, Site, running_site

# The first that is there. Debian's chromium-headless-shell is the engine without the windows: half the work for the same pages.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage", "--disable-gpu"]
FLAGS += ["--renderer-process-limit=1", "--in-process-gpu"]  # a process for each page costs more than the page


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site."""
    with running_site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A real Chromium."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        required.missing("Chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


Open = Callable[..., Page]
InEachLanguage = Callable[[Role | None], Iterator[Page]]
LOCALES = {"sv": "sv-SE", "en": "en-GB"}
STILL: Any = {"reduced_motion": "reduce"}  # to draw what moves costs as long as it waits


def _languages(test: str) -> list[str]:
    """The languages in which a test looks at the pages: Swedish or English by turns, in the long run both."""
    return list(LOCALES) if required.thorough() else [list(LOCALES)[crc32(test.encode()) % 2]]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What has a `language` is walked in those of this run; `-m languages` chooses what the long run does in both."""
    left = []
    for item in items:
        if item.path.parent == Path(__file__).parent and isinstance(item, pytest.Function):
            language = item.callspec.params.get("language") if hasattr(item, "callspec") else None
            if language or "in_each_language" in item.fixturenames:
                item.add_marker("languages")
            if language and language not in _languages(item.originalname):
                left.append(item)
    items[:] = [item for item in items if item not in left]
    config.hook.pytest_deselected(items=left)


class Windows:
    """Windows of a module, used again as by a new visitor: a new one costs five times what a page does."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self._browser, self._site = browser, site
        self._free: dict[str, list[Page]] = {language: [] for language in LOCALES}
        self._lent: list[tuple[str, Page]] = []
        self.errors: list[str] = []

    def lend(self, language: str, *, fresh: bool, **more: Any) -> Page:
        """A window in the language; a `fresh` one, or one with settings of its own, nobody has had or will have."""
        if not fresh and not more and self._free[language]:
            page = self._free[language].pop()
            _forget(page)
        else:
            context = self._browser.new_context(locale=LOCALES[language], base_url=self._site.url, **{**STILL, **more})
            page = context.new_page()
            _listen(page, self.errors)
        self._lent.append(("" if fresh or more else language, page))
        return page

    def take_back(self) -> None:
        """Keep the windows that can be lent again."""
        for language, page in self._lent:
            if language and not page.is_closed():
                for other in page.context.pages:
                    if other is not page:
                        other.close()
                _leave(page)
                self._free[language].append(page)
            else:
                page.context.close()
        self._lent.clear()


@pytest.fixture(scope="module")
def windows(browser: Browser, site: Site) -> Windows:
    """The windows of a module."""
    return Windows(browser, site)


@pytest.fixture
def visit(windows: Windows, site: Site) -> Iterator[Open]:
    """Opens a page as a new visitor: `visit(language="en", width=320, role=Role.BUILDER, …)`. Script errors fail the test.

    A test that leaves scripts or listeners of its own in the window, or counts what is fetched, asks for a `fresh` one.
    """
    windows.errors.clear()

    def open_page(
        *,
        language: str = "sv",
        width: int = 1440,
        height: int = 900,
        member: bool = False,
        role: Role | None = None,
        fresh: bool = False,
        **more: Any,
    ) -> Page:
        page = windows.lend(language, fresh=fresh, **more)
        page.set_viewport_size({"width": width, "height": height})
        if member or role:
            sign_in(page, site, PEOPLE[role or Role.MEMBER][0])
        return page

    yield open_page
    windows.take_back()
    _release(site)
    assert not windows.errors, windows.errors


def _leave(page: Page) -> None:
    """End what the page does: nothing of it is seen, said or asked for any more."""
    page.on("dialog", _accept)  # leaving what has not been saved
    page.unroute_all(behavior="ignoreErrors")
    page.goto("/static/app.css")  # of the site, and without script
    page.remove_listener("dialog", _accept)


def _forget(page: Page) -> None:
    """As to a new visitor. The page is one of the site, and without script."""
    page.evaluate("sessionStorage.clear(); localStorage.clear()")
    page.context.clear_cookies()
    page.emulate_media(media="null", color_scheme="light", forced_colors="null", **STILL)


def _accept(dialog: Dialog) -> None:
    dialog.accept()


@pytest.fixture(scope="module")
def window(browser: Browser, site: Site) -> Iterator[tuple[Page, list[str]]]:
    """A window for all states of a module, and the script errors in it."""
    context = browser.new_context(locale=LOCALES["sv"], base_url=site.url, **STILL)
    page = context.new_page()
    errors: list[str] = []
    _listen(page, errors)
    yield page, errors
    context.close()


@pytest.fixture
def in_each_language(
    window: tuple[Page, list[str]], site: Site, request: pytest.FixtureRequest
) -> Iterator[InEachLanguage]:
    """Gives the window as to a new visitor (or member, with a role), in each language in turn."""
    page, errors = window
    errors.clear()

    def each(role: Role | None) -> Iterator[Page]:
        for language in _languages(request.node.name):
            _release(site)
            _leave(page)
            _forget(page)
            page.set_viewport_size({"width": 1440, "height": 900})
            page.context.add_cookies([{"name": LANGUAGE_COOKIE, "value": language, "url": site.url}])
            if role:
                sign_in(page, site, PEOPLE[role][0])
            yield page

    yield each
    _release(site)
    assert not errors, errors


def _listen(page: Page, errors: list[str]) -> None:
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console", lambda message: errors.extend({message.text} if "Content Security Policy" in message.text else ())
    )


def _release(site: Site) -> None:
    """The scripted model answers at its usual pace."""
    site.model.halt_at, site.model.delay, site.model.piece = None, 0.0, 40


def sign_in(page: Page, site: Site, email: str) -> None:
    """A session of their own, as the form would give it; it takes no page."""
    secret, _ = site.run(site.rooms.identity.log_in(email, PASSWORD, "127.0.0.1"))
    page.context.add_cookies([{"name": SESSION, "value": secret, "url": site.url}])


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
