"""A source beside its answer, answers taken along, and files beside a question: by mouse, by keyboard, without script."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from samverk.identity.principal import Role, system
from tests.journeys.axe import assert_accessible
from tests.journeys.conftest import InEachLanguage, Open, ask
from tests.journeys.site import Site
from tests.knowledge.samples import pdf

pytestmark = pytest.mark.browser

CHAT = "/assistenter/tillstand"
QUESTION = "inom hur många veckor ska beslut om parkeringstillstånd fattas när ansökan är komplett?"
LETTER = (
    "# Brev\n\nAnsökan kom in den 3 mars.\n\nSort | Belopp | Datum\nSäng | 4 500 kr | 3 mars\nBord | 900 kr | 4 mars\n"
)
HOSTILE_NAME = "\u202e<img src=x onerror=window.hacked=1>" + "å" * 150 + ".md"

Reach = Callable[[Page, Site, Path], None]


def letter(folder: Path, name: str = "brev.md", text: str = LETTER) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def cited(page: Page, site: Site, folder: Path) -> None:
    """The source of the first citation of a long answer."""
    page.goto(CHAT)
    ask(page, f"lång: {QUESTION}")
    page.locator("button.cite").first.click()
    page.locator(".popover:popover-open a").click()
    page.wait_for_selector("mark#t")


def attached(page: Page, site: Site, folder: Path) -> None:
    """A letter that is attached and read, a picture that is refused."""
    page.goto(CHAT)
    page.wait_for_load_state()
    page.set_input_files("#files", [letter(folder), letter(folder, "bild.gif", "bild")])
    expect(page.locator(".files .read")).to_have_count(1, timeout=30_000)
    expect(page.locator(".attach .notice")).to_contain_text("bild.gif")


def unread(page: Page, site: Site, folder: Path) -> None:
    page.goto(CHAT)
    page.wait_for_load_state()
    page.set_input_files("#files", letter(folder, "tom.md", " \n"))
    expect(page.locator(".files .not_read")).to_have_count(1, timeout=30_000)


def removed(page: Page, site: Site, folder: Path) -> None:
    attached(page, site, folder)
    page.locator(".files button").click()
    expect(page.locator(".removed button")).to_be_focused()


def table(page: Page, site: Site, folder: Path) -> None:
    """An attached letter, with its table, as the source."""
    attached(page, site, folder)
    page.set_input_files("#files", [])
    ask(page, f"kort: {QUESTION}")
    page.goto(page.locator(".sources a").first.get_attribute("href") or "")
    page.wait_for_selector(".paper")


def gone(page: Page, site: Site, folder: Path) -> None:
    """The source of a citation whose document has been deleted since."""
    cited(page, site, folder)
    address = page.url
    document = re.search(r"/original/([0-9a-f-]+)/", page.locator("a[href*='/original/']").get_attribute("href") or "")
    assert document
    org = site.run(site.rooms.identity.org("bjorksta")).id
    site.run(site.rooms.knowledge.delete(org, UUID(document[1])))
    try:
        page.goto(address.partition("#")[0])
        page.wait_for_selector("#h-quote")
    finally:
        site.run(site.rooms.knowledge.restore(org, UUID(document[1])))


def pictured(page: Page, site: Site, folder: Path) -> None:
    """A passage on the page of its PDF, marked."""
    page.goto(f"/stycken/{site.run(_pdf_passage(site, folder))}#t")
    page.wait_for_selector(".pictured rect")


async def _pdf_passage(site: Site, folder: Path) -> UUID:
    knowledge, org = site.rooms.knowledge, (await site.rooms.identity.org("bjorksta")).id
    document = await knowledge.add(org, "trafik", "bom.pdf", pdf(folder, "Skogsvägar", "Bommen öppnas den 1 maj."))
    while await knowledge.unfinished(org, [document]):  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    found = await knowledge.search(system(org), ["trafik"], "när öppnas bommen på skogsvägar", 1)
    return found.hits[0].id


STATES: dict[str, Reach] = {
    "source beside its answer": cited,
    "files attached, one refused": attached,
    "file that cannot be read": unread,
    "file removed": removed,
    "table in a source": table,
    "source that is gone": gone,
    "page of a source": pictured,
}


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(in_each_language: InEachLanguage, site: Site, tmp_path: Path, state: str) -> None:
    for page in in_each_language(Role.MEMBER):
        STATES[state](page, site, tmp_path)
        assert_accessible(page)


def test_from_citation_to_citation_and_back_to_the_answer(visit: Open, site: Site, tmp_path: Path) -> None:
    page = visit(member=True)
    cited(page, site, tmp_path)
    run = re.search(r"svar=([0-9a-f-]+)", page.url)
    assert run
    expect(page.locator("mark#t")).to_be_in_viewport()
    expect(page.locator(".steps .count")).to_contain_text("1 av")
    expect(page.locator(".claim").first).to_be_visible()
    first = page.locator("mark#t").inner_text()
    page.get_by_role("link", name="Nästa hänvisning").click()
    expect(page.locator(".steps .count")).to_contain_text("2 av")
    assert page.locator("mark#t").inner_text() != first
    expect(page.locator(".citations [aria-current]").first).to_be_visible()
    page.go_back()
    expect(page.locator(".steps .count")).to_contain_text("1 av")
    page.get_by_role("link", name="Tillbaka till svaret").first.click()
    expect(page.locator(f"#svar-{run[1]}")).to_be_visible()
    assert page.url.endswith(f"#svar-{run[1]}")


def test_on_a_phone_the_document_comes_first_and_the_bar_stays(visit: Open, site: Site, tmp_path: Path) -> None:
    page = visit(member=True, width=320, height=640)
    cited(page, site, tmp_path)
    expect(page.locator("mark#t")).to_be_in_viewport()
    expect(page.locator(".steps")).to_be_in_viewport()
    assert (page.locator(".steps").bounding_box() or {})["height"] < 60
    page.get_by_role("link", name="Till svaret", exact=True).click()
    expect(page.locator("#h-svaret")).to_be_in_viewport()


def test_an_answer_of_somebody_else_is_not_shown_beside(visit: Open, site: Site, tmp_path: Path) -> None:
    page = visit(member=True)
    cited(page, site, tmp_path)
    other = visit()
    other.goto("/logga-in")
    other.fill("#email", "bo.ek@bjorksta.example")
    other.fill("#password", "en lång nog fras")
    other.press("#password", "Enter")
    other.wait_for_url(lambda url: "logga-in" not in url)
    if "byt-organisation" in other.url:
        other.get_by_role("button", name="Björksta").click()
    other.goto(page.url)
    expect(other.locator("mark#t")).to_be_visible()
    expect(other.locator("#svaret")).to_have_count(0)


def test_a_source_that_is_gone_still_shows_what_was_quoted(visit: Open, site: Site, tmp_path: Path) -> None:
    page = visit(member=True)
    gone(page, site, tmp_path)
    expect(page.get_by_role("heading", level=1)).to_have_text("Källan går inte att visa")
    expect(page.locator(".paper blockquote").first).to_contain_text("fyra veckor")
    page.get_by_role("link", name="Tillbaka till svaret").first.click()
    expect(page.locator(".turn")).to_be_visible()


def test_the_page_of_a_source_is_seen_as_it_was_printed_and_as_text(visit: Open, site: Site, tmp_path: Path) -> None:
    page = visit(member=True)
    pictured(page, site, tmp_path)
    image = page.locator(".pictured image").get_attribute("href") or ""
    drawn = page.request.get(image)
    assert (drawn.headers["content-type"], drawn.headers["cache-control"]) == ("image/webp", "private, no-store")
    assert page.request.get(image + "?stor=1").ok
    assert page.request.get(re.sub(r"\d+$", "9", image)).status == 404
    assert visit(member=False).request.get(image, max_redirects=0).status == 303
    page.get_by_role("link", name="Texten").click()
    expect(page.locator("mark#t").first).to_contain_text("Bommen öppnas")
    page.get_by_role("link", name="Sidan").click()
    expect(page.locator(".pictured rect").first).to_be_visible()


def test_a_document_of_a_million_characters_opens_in_parts(visit: Open, site: Site, tmp_path: Path) -> None:
    org = site.run(site.rooms.identity.org("bjorksta")).id
    whole = "\n\n".join(f"Stycke nummer {n} i den långa rutinen. " + "Mer text. " * 40 for n in range(2_300))
    assert len(whole) > 1_000_000

    async def add() -> str:
        knowledge = site.rooms.knowledge
        document = await knowledge.add(org, "trafik", "lang.md", letter(tmp_path, "lang.md", f"# Lång\n\n{whole}"))
        while await knowledge.unfinished(org, [document]):  # noqa: ASYNC110
            await asyncio.sleep(0.2)
        await knowledge.follow(org, (await knowledge.collection(system(org), "trafik")).id)
        found = await knowledge.search(system(org), ["trafik"], "stycke nummer 1200 långa rutinen", 1)
        return str(found.hits[0].id)

    page = visit(member=True)
    page.goto(f"/stycken/{site.run(add())}#t")
    assert len(page.content()) < 120_000
    page.get_by_role("link", name="Läs vidare").click()
    expect(page.locator(".paper p").first).to_be_visible()
    assert "del=" in page.url
    page.get_by_role("link", name="Läs det som står före").click()
    page.get_by_role("link", name="Till det markerade").click()
    expect(page.locator("mark#t")).to_be_visible()


def test_answers_are_taken_along(visit: Open, site: Site) -> None:
    page = visit(member=True)
    page.goto(CHAT)
    ask(page, f"kort: {QUESTION}")
    run = (page.locator(".turn").get_attribute("id") or "").removeprefix("svar-")
    talk = page.url.split("#")[0].split("?")[0]
    for address in (f"/svar/{run}", talk):
        for suffix, begins in {"md": b"# ", "txt": b"", "docx": b"PK"}.items():
            response = page.request.get(f"{address}.{suffix}")
            assert response.ok
            assert response.body().startswith(begins)
            assert "attachment" in response.headers["content-disposition"]
    assert "verifierad" in page.request.get(f"/svar/{run}.md").text()
    assert page.request.get(f"/svar/{run}.exe").status == 404
    assert visit(member=False).request.get(f"/svar/{run}.md", max_redirects=0).status == 303


# files beside a question


def test_a_file_is_attached_by_dropping_it_and_asked_about(visit: Open, site: Site, tmp_path: Path) -> None:
    page = visit(member=True)
    page.goto(CHAT)
    page.wait_for_load_state()
    page.evaluate(
        """() => {
          const held = new DataTransfer();
          held.items.add(new File(["Ansökan kom in den 3 mars."], "släppt.txt"));
          const drop = new DragEvent("drop", { dataTransfer: held, bubbles: true, cancelable: true });
          document.querySelector("[data-attach]").closest("form").dispatchEvent(drop);
        }"""
    )
    expect(page.locator(".files")).to_contain_text("släppt.txt")
    ask(page, f"kort: {QUESTION}")  # waits for the reading by itself
    expect(page.locator(".files")).to_contain_text("släppt.txt")


def test_a_picture_that_is_pasted_is_refused_kindly(visit: Open, site: Site) -> None:
    page = visit(member=True)
    page.goto(CHAT)
    page.wait_for_load_state()
    page.evaluate(
        """() => {
          const held = new DataTransfer();
          held.items.add(new File(["bild"], "image.gif", { type: "image/gif" }));
          const paste = new ClipboardEvent("paste", { clipboardData: held, bubbles: true, cancelable: true });
          document.querySelector("#question").dispatchEvent(paste);
        }"""
    )
    expect(page.locator(".attach .notice")).to_contain_text("image.gif är en bild")


def test_files_by_keyboard(visit: Open, site: Site, tmp_path: Path) -> None:
    page = visit(member=True)
    attached(page, site, tmp_path)
    page.locator("#question").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Ta bort brev.md")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".removed button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".files .read")).to_have_count(1)
    expect(page.get_by_role("button", name="Bifoga fil")).to_be_focused()
    with page.expect_file_chooser():
        page.keyboard.press("Enter")


def test_without_script_a_file_is_attached_and_what_was_typed_stays(visit: Open, site: Site, tmp_path: Path) -> None:
    page = visit(member=True, java_script_enabled=False)
    page.goto(CHAT)
    page.fill("#question", "kort: vad säger brevet?")
    page.locator("summary", has_text="Bifoga fil").click()
    page.set_input_files("#files", letter(tmp_path))
    page.get_by_role("button", name="Skicka", exact=True).click()  # forgotten: nothing is sent, nothing is lost
    expect(page.locator("#error")).to_contain_text("inte bifogade än")
    expect(page.locator("#question")).to_have_value("kort: vad säger brevet?")
    page.locator("summary", has_text="Bifoga fil").click()
    page.set_input_files("#files", letter(tmp_path))
    page.get_by_role("button", name="Bifoga", exact=True).click()
    expect(page.locator(".files")).to_contain_text("brev.md")
    expect(page.locator("#question")).to_have_value("kort: vad säger brevet?")
    page.fill("#question", "")
    page.get_by_role("button", name="Ta bort brev.md").click()
    expect(page.locator(".said")).to_contain_text("brev.md är inte längre bifogad")
    assert "bilagor=" in page.url
    page.get_by_role("button", name="Ångra").click()
    expect(page.locator(".files")).to_contain_text("brev.md")
    page.fill("#question", f"kort: {QUESTION}")
    page.get_by_role("button", name="Skicka", exact=True).click()
    expect(page.locator(".files")).to_contain_text("brev.md")
    assert "/samtal/" in page.url


def test_hostile_names_stay_text(visit: Open, site: Site, tmp_path: Path) -> None:
    page = visit(member=True)
    page.goto(CHAT)
    page.wait_for_load_state()
    page.set_input_files("#files", {"name": HOSTILE_NAME, "mimeType": "text/markdown", "buffer": LETTER.encode()})
    expect(page.locator(".files li")).to_have_count(1)
    assert page.evaluate("window.hacked") is None
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_files_of_one_person_are_nobody_elses(visit: Open, site: Site, tmp_path: Path) -> None:
    page = visit(member=True)
    attached(page, site, tmp_path)
    place = page.locator("[data-place]").get_attribute("data-place")
    other = visit(role=Role.ADMIN)
    assert other.request.get(f"/bilagor/{place}").status == 404
    other.goto(f"{CHAT}?bilagor={place}")
    expect(other.locator(".files")).to_have_count(0)
    expect(other.locator("input[name=attached]")).to_have_count(0)


def test_citizens_have_no_files(visit: Open, site: Site) -> None:
    page = visit()
    page.goto("/fraga/bjorksta/parkering")
    expect(page.locator("#question")).to_be_visible()
    expect(page.locator("[data-attach]")).to_have_count(0)
