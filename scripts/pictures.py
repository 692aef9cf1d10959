"""Takes the pictures of the documentation from a running `samverk demo`, in a real Chromium.

Usage: .venv/bin/python scripts/pictures.py [--url http://127.0.0.1:8400] [--out docs/pictures]
"""

import argparse
import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

EMAIL, PASSWORD = "amina.lindqvist@bjorksta.example", "samverk-demo"  # the demo's people are fictional
ASSISTANT, QUESTION = "handlaggarstod", "Får man behålla något av lönen om man börjar arbeta?"
ENGLISH_QUESTION = "Vem får besluta om en hyresskuld på två månader?"


def main() -> None:
    """Chat, passage, trace; the same in English, dark and narrow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8400")
    parser.add_argument("--out", type=Path, default=Path("docs/pictures"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = log_in(browser, options.url, locale="sv-SE", viewport={"width": 1440, "height": 900})
        ask(page, QUESTION)
        page.screenshot(path=options.out / "chat.png")
        how = page.get_by_role("link", name="Så kom svaret till").get_attribute("href") or ""
        page.locator("button.cite").first.click()
        page.screenshot(path=options.out / "citation.png")
        page.locator(".popover:popover-open a").click()
        page.wait_for_selector("#t")
        page.screenshot(path=options.out / "passage.png")
        page.goto(how)
        page.wait_for_selector("#h-checks")
        page.screenshot(path=options.out / "how.png")
        narrow = {"width": 390, "height": 844}
        page = log_in(browser, options.url, locale="en-GB", viewport=narrow, color_scheme="dark", device_scale_factor=2)
        ask(page, ENGLISH_QUESTION)
        page.screenshot(path=options.out / "narrow-dark.png")
        browser.close()


def log_in(browser: Browser, url: str, **context: Any) -> Page:
    """A page of a new visitor who has logged in."""
    page = browser.new_context(base_url=url, **context).new_page()
    page.goto("/logga-in")
    page.fill("#email", EMAIL)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_selector(".cards")
    return page


def ask(page: Page, question: str) -> None:
    """Ask, and wait for the finished answer."""
    page.goto(f"/assistenter/{ASSISTANT}")
    page.fill("#question", question)
    page.press("#question", "Enter")
    page.wait_for_selector(".turn:last-child .reply:not([aria-busy])")
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(300)


if __name__ == "__main__":
    main()
