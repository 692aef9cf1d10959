"""Masking a text as people do it: with the mouse, with the keyboard and without script; its settings; axe in every state."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from samverk.identity.principal import Role
from tests.journeys.axe import assert_accessible
from tests.journeys.conftest import InEachLanguage, Open
from tests.journeys.site import Site

pytestmark = pytest.mark.browser

HOME, SETTINGS = "/maskera", "/organisation/maskering"
NUMBER, MAIL = "890201-2387", "anna.ek@bjorksta.example"
HOSTILE = "<script>window.hacked=1</script> <b>x</b> مرحبا \u202eomvänd\u202c 👩🏽‍🚒"
TEXT = f"Anna Ek, {NUMBER}, ringde om {HOSTILE}.\n\nSvara till {MAIL} före fredag. Kvarnen ligger vid ån."

Reach = Callable[[Page, Site], None]


def _at(path: str) -> Reach:
    return lambda page, site: page.goto(path) and None


def _find(page: Page, text: str = TEXT) -> None:
    page.goto(HOME)
    page.fill("#text", text)
    page.locator("[value=find]").click()
    page.wait_for_selector("#resultat")


def _found(page: Page, site: Site) -> None:
    _find(page)


def _nothing(page: Page, site: Site) -> None:
    _find(page, "Kvarnen ligger vid ån.")


def _picked(page: Page, site: Site) -> None:
    _find(page)
    page.locator(".finds li").first.locator("[value^=pick]").click()
    expect(page.locator("#words")).to_be_focused()


def _refused(page: Page, site: Site) -> None:
    _find(page)
    page.fill("#words", "Bo Alm")
    page.press("#words", "Enter")
    expect(page.locator("#error")).to_be_focused()


def _too_long(page: Page, site: Site) -> None:
    page.goto(HOME)
    page.fill("#text", "ord " * 25_001)
    page.locator("[value=find]").click()
    expect(page.locator("#error")).to_be_focused()


def _protected(page: Page, site: Site) -> None:
    _find(page, f"Anna Ek, {NUMBER}, har skyddad identitet.")
    page.wait_for_selector(".notice.bad")


def _key_page(page: Page, site: Site) -> None:
    _find(page)
    page.locator("[value=keep]").click()
    page.goto(page.locator(".key a").get_attribute("href") or "")
    page.fill("#answer", "[PERSONNUMMER_1] och [PERSONNUMMER_99]")
    page.locator("main .primary").click()
    expect(page.locator("#restored")).to_have_value(re.compile(NUMBER))


def _pattern_tried(page: Page, site: Site) -> None:
    page.goto(f"{SETTINGS}/ny")
    page.fill("#pattern", r"\bELEV-\d{4}\b")
    page.fill("#sample", f"ELEV-1234 {HOSTILE}")
    page.locator("[value=try]").click()
    page.wait_for_selector(".tried mark")


def _pattern_refused(page: Page, site: Site) -> None:
    page.goto(f"{SETTINGS}/ny")
    for name, text in {"name": "kort", "label": "KORT", "pattern": "(a", "example": "a"}.items():
        page.fill(f"#{name}", text)
    page.locator("[value=save]").click()
    page.wait_for_selector("#pattern-error")


STATES: dict[str, tuple[Role, Reach]] = {
    "empty": (Role.MEMBER, _at(HOME)),
    "found": (Role.MEMBER, _found),
    "nothing found": (Role.MEMBER, _nothing),
    "one is picked": (Role.MEMBER, _picked),
    "words that are not there": (Role.MEMBER, _refused),
    "too long": (Role.MEMBER, _too_long),
    "protected identity": (Role.MEMBER, _protected),
    "a key": (Role.MEMBER, _key_page),
    "settings": (Role.ADMIN, _at(SETTINGS)),
    "a pattern is tried": (Role.ADMIN, _pattern_tried),
    "a pattern is refused": (Role.ADMIN, _pattern_refused),
}


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(in_each_language: InEachLanguage, site: Site, state: str) -> None:
    role, reach = STATES[state]
    for page in in_each_language(role):
        reach(page, site)
        assert_accessible(page)


def _masked(page: Page) -> Locator:
    return page.locator("#masked")


def test_with_the_mouse(visit: Open, site: Site) -> None:
    page = visit(member=True)
    page.goto("/")
    page.get_by_role("link", name="Maskera").first.click()
    page.fill("#text", TEXT)
    page.get_by_role("button", name="Hitta personuppgifter").click()
    expect(page.locator("#resultat")).to_be_focused()
    expect(_masked(page)).not_to_have_value(re.compile(NUMBER))
    assert page.evaluate("window.hacked") is None
    # Something that is none, by a click on it.
    page.locator("#texten mark", has_text=MAIL).click()
    expect(page.locator("#words")).to_have_value(MAIL)
    page.locator("[data-drop]").click()
    expect(_masked(page)).to_have_value(re.compile(MAIL))
    # Something that was missed, by selecting it; the offsets hold behind emoji and text from right to left.
    page.locator("#texten").evaluate(
        """view => {
          const node = [...view.childNodes].find((node) => node.data?.includes("Kvarnen"));
          const at = node.data.indexOf("Kvarnen");
          getSelection().setBaseAndExtent(node, at, node, at + 7);
        }"""
    )
    expect(page.locator("#words")).to_have_value("Kvarnen")
    page.select_option("#label", "FASTIGHET")
    page.locator("[data-add]").click()
    expect(_masked(page)).to_have_value(re.compile(r"\[FASTIGHET_1\] ligger"))
    page.get_by_role("button", name="Ångra", exact=True).click()
    expect(_masked(page)).to_have_value(re.compile("Kvarnen ligger"))
    page.select_option("#how", "black")
    expect(_masked(page)).not_to_have_value(re.compile(r"\[PERSONNUMMER"))
    assert page.url.endswith(HOME)


def test_with_the_keyboard(visit: Open, site: Site) -> None:
    page = visit(member=True)
    _find(page, f"Hos huset bor {MAIL} i dag.")
    page.locator("#texten").focus()
    page.keyboard.press("Control+Home")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    for _ in range(5):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("x")  # nothing can be written there
    expect(page.locator("#words")).to_have_value("huset")
    page.keyboard.press("Enter")
    expect(page.locator("#label")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("[data-add]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(_masked(page)).to_have_value(re.compile(r"Hos \[PERSON_\d\] bor \[EMAIL_1\] i dag\."))
    expect(page.locator("#status")).to_contain_text("2 personuppgifter")
    page.locator("#words").focus()
    page.keyboard.press("Escape")
    expect(page.locator("#texten")).to_be_focused()


def test_copied_with_a_word_of_it_and_saved_as_a_file(visit: Open, site: Site) -> None:
    page = visit(member=True, permissions=["clipboard-read", "clipboard-write"])
    _find(page)
    page.get_by_role("button", name="Kopiera").click()
    expect(page.locator("#status")).to_have_text("Texten är kopierad.")
    assert NUMBER not in page.evaluate("navigator.clipboard.readText()")
    for _ in range(2):  # a file leaves the page as it is
        with page.expect_download() as download:
            page.get_by_role("button", name="Spara som fil").click()
        assert download.value.suggested_filename == "maskerad-text.txt"


def test_without_script(visit: Open, site: Site) -> None:
    page = visit(member=True, java_script_enabled=False, width=320)
    _find(page)
    page.locator(".finds li", has_text=MAIL).locator("[value^=drop]").click()
    expect(_masked(page)).to_have_value(re.compile(MAIL))
    page.fill("#words", "Kvarnen")
    page.select_option("#label", "FASTIGHET")
    page.press("#words", "Enter")
    expect(_masked(page)).to_have_value(re.compile(r"\[FASTIGHET_1\] ligger"))
    page.locator("[value=undo]").click()
    page.select_option("#how", "black")
    page.locator("[data-auto]").click()
    expect(_masked(page)).not_to_have_value(re.compile(r"\[PERSONNUMMER"))
    page.locator("[value=edit]").click()
    expect(page.locator("#text")).to_have_value(TEXT)
    assert page.url.split("#")[0].endswith(HOME)


def test_an_answer_is_put_back_with_a_key_that_is_then_removed(visit: Open, site: Site) -> None:
    page = visit(member=True)
    _find(page)
    page.get_by_role("button", name="Spara en nyckel").click()
    expect(page.locator(".key")).to_contain_text("Nyckeln är sparad.")
    with page.expect_popup() as opened:
        page.locator(".key a").click()
    key = opened.value
    key.fill("#answer", "Kontakta [EMAIL_1]s chef.")
    key.get_by_role("button", name="Byt tillbaka").click()
    expect(key.locator("#restored")).to_have_value(f"Kontakta {MAIL}s chef.")
    address = key.url
    key.get_by_role("link", name="Ta bort nyckeln").click()
    key.get_by_role("button", name="Ta bort nyckeln").click()
    expect(key.locator(".said")).to_contain_text("Nyckeln är borttagen.")
    assert key.goto(address).status == 404  # type: ignore[union-attr]


def test_the_text_stays_when_the_server_is_gone_or_the_log_in_has_ended(visit: Open, site: Site) -> None:
    page = visit(member=True)
    _find(page)
    page.route(f"**{HOME}", lambda route: route.abort())
    page.select_option("#how", "black")
    expect(page.locator("#status")).to_contain_text("Servern svarade inte.")
    page.unroute(f"**{HOME}")
    page.context.clear_cookies()
    page.select_option("#how", "replace")
    expect(page.locator("#status")).to_contain_text("Din inloggning har upphört.")
    expect(page.locator("#texten")).to_contain_text("Kvarnen")


def test_settings_of_the_organisation(visit: Open, site: Site) -> None:
    page = visit(role=Role.ADMIN)
    page.goto("/organisation")
    page.get_by_role("link", name="Maskering").click()
    page.get_by_label("E-postadress").uncheck()
    page.get_by_role("button", name="Spara", exact=True).click()
    expect(page.locator(".said")).to_contain_text("Maskeringen är ändrad.")
    _find(page)
    expect(_masked(page)).to_have_value(re.compile(MAIL))
    page.goto(SETTINGS)
    page.get_by_label("E-postadress").check()
    page.get_by_role("button", name="Spara", exact=True).click()
    page.get_by_role("link", name="Nytt mönster").click()
    for name, text in {"name": "kort", "label": "kort", "pattern": r"\bK-\d{3}\b", "example": "K-123"}.items():
        page.fill(f"#{name}", text)
    page.locator("[value=try]").click()
    expect(page.locator(".tried mark")).to_have_text("K-123")
    page.locator("[value=save]").click()
    expect(page.locator(".said")).to_contain_text("Mönstret kort är sparat.")
    page.get_by_role("button", name=re.compile("Ta bort.*kort")).click()
    page.locator(".said").get_by_role("button", name="Ångra").click()
    expect(page.get_by_role("link", name="kort", exact=True)).to_be_visible()
    page.get_by_role("button", name=re.compile("Ta bort.*kort")).click()
    expect(page.locator(".empty")).to_contain_text("Ni har inga egna mönster än.")
