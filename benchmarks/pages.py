"""What every page costs and whether everybody can use it, in an organisation as large as `benchmarks.crowd` makes it.

The pages are found by following links from the start page, as each of four people (member, builder, steward, administrator):
one page for each kind of address. Served by `samverk serve` as in use. For each: processor time of the server (median of several
visits), bytes of a first visit in a real Chromium, layout shift, and axe-core with what it leaves open, in both languages, light
and dark, 1440 and 320 pixels. Then the time from Enter to the first words of an answer, and how much an answer shifts the page
or shows raw Markdown.

    python -m benchmarks.pages            # everything; some minutes
    python -m benchmarks.pages --no-axe   # without axe-core
"""

import argparse
import asyncio
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from axe_playwright_python.base import AXE_SCRIPT
from benchmarks import crowd
from playwright.sync_api import Browser, Page, sync_playwright
from tests.journeys.axe import findings
from tests.journeys.watch import WATCH

from samverk.app import demo, platform
from samverk.core.settings import Settings

VISITS = 7
NOT_PAGES = re.compile(r"/(static|original|utseende|runs)/|\.(md|txt|docx|csv|json)$|^/logga-ut")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
QUESTION = "Får jag behålla något av lönen om jag börjar jobba när jag har försörjningsstöd?"
ASKED = 10


@dataclass
class Measured:
    """One kind of page: its address, who saw it, and what it costs."""

    kind: str
    path: str
    role: str
    cpu_ms: float = 0.0
    all_kb: float = 0.0
    script_kb: float = 0.0
    shift: float = 0.0
    found: list[str] = field(default_factory=list)


def kind_of(path: str) -> str:
    """The kind of an address: ids and names of things become `*`, a query its names."""
    parts = urlsplit(path)
    places = _ID.sub("*", parts.path)
    for root in ("/assistenter", "/bygg", "/kunskap", "/modeller", "/fraga"):
        places = re.sub(rf"^({root})/(?!ny\b|jamfor\b)[^/]+", r"\1/*", places)
    names = sorted(re.findall(r"(?:^|&)([a-z_]+)=", parts.query))
    return places + ("?" + "&".join(names) if names else "")


async def set_up(home: Path) -> dict[str, str]:
    """The demo with its crowd in a home folder. Returns the e-mail address of somebody in each role."""
    async with platform.running(Settings(home=home)) as running:
        await demo.set_up(running, demo.load())
        people = await crowd.people(running)
        for role in people:
            if role == "member":
                await crowd.furnish(running, people[role][1])
        return {role: email for role, (email, _) in people.items()}


@contextmanager
def served(home: Path) -> Iterator[tuple[str, psutil.Process]]:
    """The platform as in use: its address and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "samverk", "serve", "--port", str(port)]
    environment = {**os.environ, "SAMVERK_HOME": str(home)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        url = f"http://127.0.0.1:{port}"
        for _ in range(600):
            try:
                urllib.request.urlopen(url + "/logga-in").close()
                break
            except OSError:
                time.sleep(0.1)
        try:
            yield url, psutil.Process(process.pid)
        finally:
            process.terminate()


def log_in(browser: Browser, url: str, email: str, language: str = "sv") -> Page:
    """A page of somebody who has logged in."""
    locale = {"sv": "sv-SE", "en": "en-GB"}[language]
    page = browser.new_context(base_url=url, locale=locale, viewport={"width": 1440, "height": 900}).new_page()
    page.goto("/logga-in")
    page.fill("#email", email)
    page.fill("#password", demo.PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(lambda to: "logga-in" not in to)
    return page


def found_from(page: Page, role: str, known: dict[str, Measured]) -> list[str]:
    """Follow links from the start page; keep the first address of each kind that is not known. Returns those that lead to an
    error."""
    waiting, seen, broken = ["/"], set(), []
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path)
        if kind in seen:
            continue
        seen.add(kind)
        answer = page.goto(path)
        if answer is None or not answer.ok:
            broken.append(f"{path} ({role})")
            continue
        known.setdefault(kind, Measured(kind, path, role))
        hrefs = page.evaluate("[...document.querySelectorAll('a[href]')].map((a) => a.href)")
        for href in hrefs:
            to = urlsplit(href)
            address = to.path + (f"?{to.query}" if to.query else "")
            if href.startswith(page.url.split("/", 3)[0] + "//" + urlsplit(page.url).netloc) and not NOT_PAGES.search(
                to.path
            ):
                waiting.append(address)
    return broken


def cpu_of(process: psutil.Process, page: Page, path: str) -> float:
    """Processor time of the server for one visit, in ms: the median of several."""
    spent = []
    for _ in range(VISITS):
        before = sum(process.cpu_times()[:2])
        for _ in range(3):
            page.request.get(path)
        spent.append((sum(process.cpu_times()[:2]) - before) / 3 * 1000)
    return statistics.median(spent)


def bytes_of(browser: Browser, page: Page, url: str, measured: Measured) -> None:
    """Bytes of a first visit, as they are before compression, with an empty cache; and how much it moves."""
    context = browser.new_context(base_url=url, storage_state=page.context.storage_state(), locale="sv-SE")
    fresh = context.new_page()
    fresh.add_init_script(f"({WATCH})()")
    sizes: dict[str, int] = {}
    fresh.on("response", lambda response: sizes.update({response.url: len(response.body())}) if response.ok else None)
    fresh.goto(measured.path, wait_until="load")
    fresh.wait_for_timeout(300)
    measured.all_kb = sum(sizes.values()) / 1000
    measured.script_kb = sum(size for name, size in sizes.items() if name.endswith(".js")) / 1000
    measured.shift = fresh.evaluate("window.seen.shift")
    context.close()


def axe_on(page: Page, measured: Measured) -> None:
    """What axe-core finds, light and dark, wide and narrow."""
    page.goto(measured.path)
    page.evaluate(AXE_SCRIPT)
    for width, height in ((1440, 900), (320, 700)):
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            measured.found += [f"{width} {scheme} {finding}" for finding in findings(page)]
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            measured.found.append(f"{width}: {wide} pixels wide")


def first_words(page: Page) -> tuple[float, float, int]:
    """From Enter to the first words on the page in ms (median), the largest layout shift, frames with raw Markdown."""
    page.add_init_script(f"({WATCH})()")
    page.add_init_script(
        """addEventListener("DOMContentLoaded", () => {
          const look = () => {
            const said = document.querySelector(".turn:last-child [data-blocks]")?.textContent.trim();
            if (said && !sessionStorage.firstWords) sessionStorage.firstWords = Date.now();
          };
          new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
          look();
        });"""
    )
    times, shifts, raw = [], [], 0
    for _ in range(ASKED):
        page.goto("/assistenter/ekonomiskt-bistand")
        page.evaluate("delete sessionStorage.firstWords")
        page.fill("#question", QUESTION)
        began = page.evaluate("Date.now()")
        page.press("#question", "Enter")
        page.wait_for_url("**/samtal/**")
        page.wait_for_selector(".turn:last-child .reply:not([aria-busy])")
        times.append(float(page.evaluate("Number(sessionStorage.firstWords)")) - began)
        seen = page.evaluate("window.seen")
        shifts.append(seen["shift"])
        raw += len(seen["raw"])
    return statistics.median(times), max(shifts), raw


def main() -> None:
    """Print the rows: the worst of each figure, and every page with `--verbose`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-axe", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder:
        people = asyncio.run(set_up(Path(folder)))
        with served(Path(folder)) as (url, process), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            measured, broken = measure(browser, url, process, people, with_axe=not options.no_axe)
            waiting, shift, raw = first_words(log_in(browser, url, people["member"]))
            browser.close()
    report(measured, options.verbose, with_axe=not options.no_axe)
    print(f"links that lead to an error                {len(broken)}   (asked 0) {', '.join(broken)}".rstrip())
    print(f"Enter to first words, embedded model       {waiting:.0f} ms   (asked ≤ 300 ms)")
    print(f"layout shift of an answer                  {shift:.3f}   (asked ≤ .02)")
    print(f"frames with raw Markdown                   {raw}   (asked 0)")


def measure(
    browser: Browser, url: str, process: psutil.Process, people: dict[str, str], with_axe: bool
) -> tuple[list[Measured], list[str]]:
    """Find the pages as everybody, and measure each; and the links that lead to an error."""
    known: dict[str, Measured] = {}
    broken: list[str] = []
    pages = {role: log_in(browser, url, email) for role, email in people.items()}
    for role in ("member", "builder", "steward", "admin"):
        broken += found_from(pages[role], role, known)
    english = {role: log_in(browser, url, email, "en") for role, email in people.items()} if with_axe else {}
    for one in known.values():
        one.cpu_ms = cpu_of(process, pages[one.role], one.path)
        bytes_of(browser, pages[one.role], url, one)
        if with_axe:
            axe_on(pages[one.role], one)
            axe_on(english[one.role], one)
    return list(known.values()), broken


def report(measured: list[Measured], verbose: bool, with_axe: bool) -> None:
    """The worst of each figure and where it is."""
    for one in measured if verbose else []:
        print(
            f"{one.kind:50} {one.role:8} {one.cpu_ms:6.1f} ms {one.all_kb:6.1f} kB {one.script_kb:5.1f} kB {one.shift:.3f}"
        )
    for one in measured:
        for finding in one.found:
            print(f"axe: {one.path}: {finding}")
    slow = max(measured, key=lambda one: one.cpu_ms)
    large = max(measured, key=lambda one: one.all_kb)
    script = max(measured, key=lambda one: one.script_kb)
    print(f"kinds of pages found by links              {len(measured)}")
    if with_axe:
        print(f"axe-core, found or left open               {sum(len(one.found) for one in measured)}   (asked 0)")
    print(f"server time of the slowest page            {slow.cpu_ms:.0f} ms   (asked ≤ 100 ms; {slow.kind})")
    print(f"largest first visit, all bytes             {large.all_kb:.1f} kB   (asked ≤ 120 kB; {large.kind})")
    print(f"largest first visit, script                {script.script_kb:.1f} kB   (asked ≤ 40 kB; {script.kind})")
    print(f"largest layout shift of a page             {max(one.shift for one in measured):.3f}   (asked ≤ .02)")


if __name__ == "__main__":
    main()
