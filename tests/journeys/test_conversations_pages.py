"""One's conversations as people use them: finding an old answer, keeping order, taking back; by mouse, keys, without script."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from samverk.identity.principal import Role
from tests.journeys.axe import assert_accessible
from tests.journeys.conftest import InEachLanguage, Open, ask, log_in
from tests.journeys.site import Site
from tests.journeys.talks import PARKING, forget, person, talk

pytestmark = pytest.mark.browser

DAY = timedelta(days=1)
HOSTILE = "<script>window.hacked=1</script><img src=x onerror=window.hacked=2> שלום 🏡"


@pytest.fixture(autouse=True)
def _anew(site: Site) -> Iterator[None]:
    """Each test begins without conversations."""
    forget(site, person(site))
    yield


# what axe sees


def _full(site: Site) -> None:
    by = person(site)
    for n in range(33):
        talk(site, by, PARKING, title=f"Samtal {n}", age=n * n * DAY / 9)
    pinned = talk(site, by, PARKING, title="Viktigt " * 30, age=2 * DAY)
    site.run(site.rooms.conversations.pin(by, pinned, True))
    folder = site.run(site.rooms.conversations.make_folder(by, "Ärenden"))
    site.run(site.rooms.conversations.move(by, [pinned], folder))
    site.run(site.rooms.conversations.make_folder(by, "En mapp med ett långt namn " * 3))


def _empty_list(page: Page, site: Site) -> None:
    page.goto("/samtal")
    expect(page.locator(".empty")).to_be_visible()


def _full_list(page: Page, site: Site) -> None:
    _full(site)
    page.goto("/samtal")
    expect(page.locator(".rows-of-talk > li")).to_have_count(26)
    page.check(".choose input >> nth=1")
    page.check(".choose input >> nth=2")
    page.click(".change summary >> nth=3")


def _hits(page: Page, site: Site) -> None:
    talk(site, person(site), PARKING, ("Och sedan?", "Sedan " * 100 + "beslutas det."))
    talk(site, person(site), ("beslut", ""))
    page.goto("/samtal?q=beslut")
    expect(page.locator("mark").first).to_be_visible()


def _nothing_found(page: Page, site: Site) -> None:
    talk(site, person(site), PARKING)
    page.goto("/samtal?q=xylofon")


def _folder(page: Page, site: Site) -> None:
    by = person(site)
    folder = site.run(site.rooms.conversations.make_folder(by, "Ärenden"))
    site.run(site.rooms.conversations.move(by, [talk(site, by, PARKING)], folder))
    page.goto(f"/samtal?mapp={folder}")
    expect(page.locator(".rows-of-talk > li")).to_have_count(1)


def _deleted(page: Page, site: Site) -> None:
    talk(site, person(site), PARKING, title=HOSTILE)
    page.goto("/samtal")
    page.click(".change summary")
    page.click(".change .delete")
    page.wait_for_selector(".said form")


def _confirm(page: Page, site: Site) -> None:
    folder = site.run(site.rooms.conversations.make_folder(person(site), "Tom"))
    page.goto(f"/samtal?mapp={folder}")
    page.click(".head .actions a >> nth=1")
    page.wait_for_selector(".danger")


def _folder_name_taken(page: Page, site: Site) -> None:
    site.run(site.rooms.conversations.make_folder(person(site), "Tom"))
    page.goto("/samtal/mappar/ny")
    page.fill("#name", "Tom")
    page.press("#name", "Enter")
    page.wait_for_selector("#name-error")


def _move(page: Page, site: Site) -> None:
    _full(site)
    page.goto(f"/samtal/{talk(site, person(site), PARKING, title=HOSTILE)}/mapp")


def _temporary(page: Page, site: Site) -> None:
    page.goto(f"/samtal/{talk(site, person(site), PARKING, temporary=True)}")
    page.click(".temporary summary")


STATES: dict[str, Callable[[Page, Site], None]] = {
    name.strip("_"): state
    for name, state in globals().items()
    if name.startswith("_") and callable(state) and name not in {"_anew", "_full"}
}


@pytest.mark.parametrize("state", STATES)
def test_everybody_can_use_it(in_each_language: InEachLanguage, site: Site, state: str) -> None:
    for page in in_each_language(Role.MEMBER):
        forget(site, person(site))
        STATES[state](page, site)
        assert_accessible(page)
        assert page.evaluate("window.hacked") is None


def test_citizens_can_use_it(visit: Open, site: Site) -> None:
    page = visit()
    page.goto("/fraga/bjorksta/parkering")
    ask(page, "Hur lång tid tar ett beslut om parkeringstillstånd?")
    page.goto("/fraga/bjorksta/samtal")
    expect(page.locator(".rows-of-talk > li")).to_have_count(1)
    page.check(".choose input")
    assert_accessible(page)
    page.click(".chosen .delete")
    expect(page.locator(".rows-of-talk")).to_have_count(0)
    page.click(".said button")
    expect(page.locator(".rows-of-talk > li")).to_have_count(1)


# what people do


def test_an_old_answer_is_found_named_kept_and_put_away(visit: Open, site: Site) -> None:
    by = person(site)
    talk(site, by, ("Vad kostar det?", "Avgiften är 450 kronor."), PARKING, title="Frågor i våras", age=200 * DAY)
    for n in range(40):
        talk(site, by, ("Hej", "Hej."), title=f"Annat {n}", age=n * DAY)
    page = visit(member=True)
    page.goto("/samtal")
    expect(page.get_by_role("heading", level=2)).to_contain_text(["Idag", "Igår"])
    page.fill("#q", "besluten om parkeringstill")
    page.press("#q", "Enter")
    expect(page.locator("mark")).to_have_text(["Beslut", "parkeringstillstånd"])
    page.get_by_role("link", name="Frågor i våras").click()
    expect(page.locator(".turn").last).to_be_in_viewport()
    expect(page.locator(".turn").last).to_contain_text("fyra veckor")
    page.go_back()

    page.click(".change summary")
    page.fill(".change [name=title]", "Handläggningstid")
    page.click("text=Spara namnet")
    expect(page.locator(".said")).to_contain_text("Namnet är sparat.")
    expect(page.locator("#q")).to_have_value("besluten om parkeringstill")
    page.click(".change summary")
    page.click("text=Fäst överst")
    page.goto("/samtal")
    expect(page.locator("section").first).to_contain_text("Handläggningstid")

    page.click(".change summary >> nth=0")
    page.locator(".change[open]").get_by_role("link", name="Flytta").click()
    page.fill("#name", "Tillstånd")
    page.press("#name", "Enter")
    expect(page.locator(".said")).to_contain_text("Samtalet är flyttat.")
    page.get_by_role("link", name="Tillstånd 1 samtal").click()
    expect(page.locator(".rows-of-talk > li")).to_have_count(1)
    page.get_by_role("link", name="Radera mappen").click()
    page.get_by_role("button", name="Radera mappen").click()
    expect(page.locator(".said")).to_contain_text("Samtalen finns kvar.")
    expect(page.locator("section").first).to_contain_text("Handläggningstid")


def test_several_are_chosen_deleted_and_taken_back(visit: Open, site: Site) -> None:
    for n in range(4):
        talk(site, person(site), PARKING, title=f"Samtal {n}", age=n * DAY)
    page = visit(member=True)
    page.goto("/samtal")
    expect(page.get_by_role("button", name="Radera valda")).to_be_hidden()
    page.get_by_label("Välj alla").check()
    expect(page.locator(".number")).to_have_text("4 samtal valda")
    page.get_by_role("checkbox", name="Välj Samtal 2").uncheck()
    page.get_by_role("button", name="Radera valda").click()
    expect(page.locator(".said")).to_contain_text("3 samtal är raderade.")
    expect(page.locator(".rows-of-talk a")).to_contain_text(["Samtal 2"])
    page.get_by_role("button", name="Ångra").click()
    expect(page.locator(".said")).to_contain_text("3 samtal är tillbaka.")
    expect(page.locator(".rows-of-talk > li")).to_have_count(4)


def test_everything_by_keys(visit: Open, site: Site) -> None:
    talk(site, person(site), PARKING, title="Ett")
    talk(site, person(site), PARKING, title="Två", age=DAY)
    page = visit(member=True)
    page.goto("/samtal")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("beslut")
    page.keyboard.press("Enter")
    page.wait_for_selector("mark")

    change = page.locator(".change summary").first
    _tab_to(page, change)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(".change[open] [name=title]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(change).to_be_focused()
    expect(page.locator(".change[open]")).to_have_count(0)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("Omdöpt")
    page.keyboard.press("Enter")
    expect(page.locator(".what a").first).to_have_text("Omdöpt")

    _tab_to(page, page.get_by_role("checkbox", name="Välj Omdöpt"))
    page.keyboard.press("Space")
    remove = page.get_by_role("button", name="Radera valda")
    _tab_to(page, remove, "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".said form")
    _tab_to(page, page.get_by_role("button", name="Ångra"))
    page.keyboard.press("Enter")
    expect(page.locator(".what a")).to_have_text(["Omdöpt", "Två"])


def _tab_to(page: Page, target: object, key: str = "Tab") -> None:
    """Press a key until the element has the focus, which is visible on the way."""
    for _ in range(40):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement !== document.body"), "the focus was lost"
        if target.evaluate("element => element === document.activeElement"):  # type: ignore[attr-defined]
            return
    raise AssertionError("it cannot be reached by keys")


def test_without_script(visit: Open, site: Site) -> None:
    talk(site, person(site), PARKING, title="Ett")
    page = visit(java_script_enabled=False)
    log_in(page)
    page.goto("/samtal")
    page.click(".change summary")
    page.fill(".change [name=title]", "Nytt")
    page.click("text=Spara namnet")
    page.check(".choose input")
    page.get_by_role("button", name="Radera valda").click()
    expect(page.locator(".rows-of-talk")).to_have_count(0)
    page.click(".said button")
    expect(page.locator(".what a")).to_have_text(["Nytt"])


def test_a_temporary_conversation_is_in_no_list_and_ends_for_good(visit: Open, site: Site) -> None:
    page = visit(member=True)
    id = talk(site, person(site), PARKING, temporary=True)
    page.goto("/samtal?q=parkeringstillstånd")
    expect(page.locator(".rows-of-talk")).to_have_count(0)
    page.goto(f"/samtal/{id}")
    expect(page.locator(".temporary")).to_contain_text("Tillfälligt samtal")
    page.get_by_role("button", name="Avsluta och radera").click()
    expect(page.locator(".said")).to_contain_text("avslutat och raderat")
    answer = page.goto(f"/samtal/{id}")
    assert answer is not None
    assert answer.status == 404


def test_titles_of_every_kind_are_text(visit: Open, site: Site) -> None:
    by = person(site, Role.MEMBER)
    for title in (HOSTILE, "a" * 300, "مرحبا " * 40, "👩‍👩‍👧‍👦" * 30, "{{ 7*7 }} %s ' \""):
        talk(site, by, (title, title), title=title[:300])
    folder = site.run(site.rooms.conversations.make_folder(by, HOSTILE[:100]))
    page = visit(member=True, width=320)
    for path in ("/samtal", f"/samtal?mapp={folder}", "/samtal?q=script"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert page.evaluate("window.hacked") is None
    expect(page.locator(".what a")).to_have_text([HOSTILE])
