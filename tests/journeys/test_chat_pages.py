"""The chat in a real browser: every state through axe, and what a person does with script, by mouse and by keyboard."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from samverk.identity.principal import Role
from tests.journeys.axe import assert_accessible
from tests.journeys.conftest import InEachLanguage, Open, ask, log_in
from tests.journeys.site import PEOPLE, Site

pytestmark = pytest.mark.browser

QUESTION = "inom hur många veckor ska beslut om parkeringstillstånd fattas när ansökan är komplett?"
CHAT = "/assistenter/tillstand"
NUMBER = "19121212-1212"  # of the Tax Agency's test numbers
FINISHED = ".turn:last-child .reply:not([aria-busy])"

Reach = Callable[[Page, Site], None]


def _at(path: str) -> Reach:
    return lambda page, site: page.goto(path) and None


def _asked(question: str) -> Reach:
    def reach(page: Page, site: Site) -> None:
        page.goto(CHAT)
        ask(page, question)

    return reach


def _streaming(page: Page, site: Site) -> None:
    page.goto(CHAT)
    site.model.piece, site.model.halt_at = 20, 600
    ask(page, f"lång: {QUESTION}", wait=False)
    page.wait_for_selector(".prose table")


def _citation(page: Page, site: Site) -> None:
    _asked(f"kort: {QUESTION}")(page, site)
    page.locator("button.cite").first.click()
    expect(page.locator(".popover:popover-open")).to_be_visible()


def _feedback(page: Page, site: Site) -> None:
    _asked(f"kort: {QUESTION}")(page, site)
    page.locator(".feedback summary").click()


def _saving(page: Page, site: Site) -> None:
    _asked(f"kort: {QUESTION}")(page, site)
    page.locator("[popovertarget^='spara-']").click()
    expect(page.locator(".menu-of-answer:popover-open")).to_be_visible()


def _trace(page: Page, site: Site) -> None:
    _asked(f"lång: {QUESTION}")(page, site)
    page.locator(".actions > a[href^='/svar/']").first.click()
    page.wait_for_selector("#h-checks")


def _too_long(page: Page, site: Site) -> None:
    page.goto(CHAT)
    page.fill("#question", "ö" * 3_000)
    page.press("#question", "Enter")
    page.wait_for_selector("#error")


def _personal(page: Page, site: Site) -> None:
    page.goto(CHAT)
    page.fill("#question", f"Gäller det {NUMBER}?")
    page.press("#question", "Enter")
    page.wait_for_selector(".caution")


def _versions(page: Page, site: Site) -> None:
    _asked(f"kort: {QUESTION}")(page, site)
    page.press("#question", "ArrowUp")
    page.keyboard.type(" Och sedan?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".versions")
    page.wait_for_selector(FINISHED)
    page.press("#question", "ArrowUp")


def _refused(page: Page, site: Site) -> None:
    page.goto(CHAT)
    page.select_option("#level", "secret")
    ask(page, f"kort: {QUESTION}")


def _long_and_strange(page: Page, site: Site) -> None:
    page.goto(CHAT)
    ask(page, f"kort: <b>fet</b> مرحبا بالعالم 👩🏽‍🚒 {'n' * 300}")


STATES: dict[str, Reach] = {
    "empty": _at(CHAT),
    "temporary": _at(f"{CHAT}?tillfalligt=1"),
    "streaming": _streaming,
    "done": _asked(f"lång: {QUESTION}"),
    "citation open": _citation,
    "feedback open": _feedback,
    "menu open": _saving,
    "versions and a question being changed": _versions,
    "sources are silent": _asked("vet: vem beslutar om parkeringstillstånd på månen?"),
    "refused by policy": _refused,
    "model failed": _asked(f"fel: {QUESTION}"),
    "question too long": _too_long,
    "personal data": _personal,
    "long and strange": _long_and_strange,
    "how the answer came about": _trace,
}


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(in_each_language: InEachLanguage, site: Site, state: str) -> None:
    for page in in_each_language(Role.MEMBER):
        STATES[state](page, site)
        assert_accessible(page)


# by keyboard


def test_arrow_up_changes_the_last_question_and_escape_leaves_it(visit: Open, site: Site) -> None:
    page = visit(member=True)
    _asked(f"kort: {QUESTION}")(page, site)
    page.press("#question", "ArrowUp")
    field = page.locator("[data-edit] textarea")
    expect(field).to_be_focused()
    expect(field).to_have_value(f"kort: {QUESTION}")
    page.keyboard.type(" Och sedan?")
    page.keyboard.press("Escape")
    expect(field).not_to_be_visible()
    expect(page.locator("[data-edit] summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(field).to_have_value(f"kort: {QUESTION}")
    expect(field).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("kort: hur länge gäller tillståndet?")
    page.keyboard.press("Enter")
    expect(page.locator(".versions")).to_contain_text("Version 2 av 2")
    page.wait_for_selector(FINISHED)
    page.get_by_role("link", name="Föregående").press("Enter")
    expect(page.locator(".question > p")).to_have_text(f"kort: {QUESTION}")
    page.go_back()
    expect(page.locator(".question > p")).to_have_text("kort: hur länge gäller tillståndet?")


def test_personal_data_is_masked_with_the_keyboard_alone(visit: Open, site: Site) -> None:
    page = visit(member=True)
    _personal(page, site)
    expect(page.locator("#error")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Maskera och skicka")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_selector(FINISHED)
    expect(page.locator(".question > p")).to_have_text("Gäller det [PERSONNUMMER]?")
    page.reload()
    assert NUMBER not in page.content()
    assert NUMBER not in page.evaluate("JSON.stringify(sessionStorage)")


# nothing typed is lost


def test_what_is_typed_outlives_a_reload_and_is_gone_when_it_has_been_sent(visit: Open, site: Site) -> None:
    page = visit(member=True)
    page.goto(CHAT)
    page.fill("#question", "Hur länge")
    page.reload()
    expect(page.locator("#question")).to_have_value("Hur länge")
    ask(page, f"kort: {QUESTION}")
    expect(page.locator("#question")).to_have_value("")
    page.goto(CHAT)
    expect(page.locator("#question")).to_have_value("")


def test_a_session_that_ends_while_typing_loses_nothing(visit: Open, site: Site) -> None:
    page = visit(member=True, java_script_enabled=False)
    page.goto(CHAT)
    secret = next(cookie for cookie in page.context.cookies() if cookie["name"] == "samverk-session")["value"]
    site.run(site.rooms.identity.log_out(secret))
    page.fill("#question", f"kort: {QUESTION}")
    page.get_by_role("button", name="Skicka", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga in")
    expect(page.get_by_text("Frågan du skrev finns kvar")).to_be_visible()
    page.fill("#email", PEOPLE[Role.MEMBER][0])
    page.fill("#password", "en lång nog fras")
    page.get_by_role("button", name="Logga in").click()
    expect(page.locator("#question")).to_have_value(f"kort: {QUESTION}")
    page.get_by_role("button", name="Skicka", exact=True).click()
    expect(page.locator(".question > p")).to_have_text(f"kort: {QUESTION}")


def test_the_next_person_at_the_desk_finds_no_draft(visit: Open, site: Site) -> None:
    page = visit(member=True)
    page.goto(CHAT)
    page.fill("#question", "Något förtroligt")
    page.locator(".account summary").click()
    page.get_by_role("button", name="Logga ut").click()
    log_in(page, PEOPLE[Role.BUILDER][0])
    page.goto(CHAT)
    expect(page.locator("#question")).to_have_value("")


# lines that break, tabs beside each other


def test_a_broken_line_is_said_and_mended_behind_the_last_event(visit: Open, site: Site) -> None:
    page = visit(member=True)
    addresses: list[str] = []
    page.on("request", lambda request: "/events" in request.url and addresses.append(request.url))
    page.goto(CHAT)
    site.model.piece, site.model.halt_at = 20, 160
    ask(page, f"lång: {QUESTION}", wait=False)
    page.wait_for_selector(".prose .block:nth-child(2)")
    broken = True

    def fail(route: Route) -> None:
        route.abort() if broken else route.continue_()

    page.route("**/events*", fail)
    page.reload()
    expect(page.locator("[data-status]")).to_have_text("Anslutningen bröts. Försöker igen …")
    expect(page.locator(".prose")).to_contain_text("Kort svar:")  # what had come stands on the page
    broken, site.model.halt_at = False, None
    page.wait_for_selector(FINISHED)
    expect(page.locator(".prose")).to_contain_text("Tillståndet gäller i elva år")
    assert re.search(r"\?efter=\d+$", addresses[-1])


def test_two_tabs_on_one_conversation_do_not_disturb_each_other(visit: Open, site: Site) -> None:
    one = visit(member=True)
    _asked(f"kort: {QUESTION}")(one, site)
    other = one.context.new_page()
    other.goto(one.url)
    ask(one, "kort: hur länge gäller det?")
    other.fill("#question", "kort: vem beslutar?")
    other.press("#question", "Enter")
    expect(other.locator(".turn")).to_have_count(2)
    expect(other.locator(".versions")).to_contain_text("Version 2 av 2")
    expect(other.locator(".question > p").last).to_have_text("kort: vem beslutar?")
    one.reload()
    expect(one.locator(".question > p").last).to_have_text("kort: vem beslutar?")
    one.get_by_role("link", name="Föregående").click()
    expect(one.locator(".question > p").last).to_have_text("kort: hur länge gäller det?")


def test_a_run_goes_on_on_another_device(visit: Open, site: Site) -> None:
    page = visit(member=True)
    page.goto(CHAT)
    site.model.piece, site.model.halt_at = 20, 200
    ask(page, f"lång: {QUESTION}", wait=False)
    page.wait_for_selector(".prose .block:nth-child(2)")
    phone = visit(member=True, width=320, height=700)
    phone.goto(page.url)
    expect(phone.locator(".prose")).to_contain_text("Kort svar:")
    site.model.halt_at = None
    phone.wait_for_selector(FINISHED)
    assert phone.locator(".prose").inner_text() == page.locator(".prose").inner_text()


# level, copying, printing, history


def test_the_level_is_in_sight_and_remembered(visit: Open, site: Site) -> None:
    page = visit(member=True)
    page.goto(CHAT)
    expect(page.locator("#level")).to_have_value("internal")
    assert "open" not in page.eval_on_selector_all("#level option", "all => all.map(o => o.value)")
    page.select_option("#level", "sensitive")
    ask(page, f"kort: {QUESTION}")
    expect(page.locator("#level")).to_have_value("sensitive")
    expect(page.locator(".made-by")).to_contain_text("Informationsklass: känslig")


def test_an_answer_is_copied_as_text(visit: Open, site: Site) -> None:
    page = visit(member=True, permissions=["clipboard-read", "clipboard-write"])
    _asked(f"kort: {QUESTION}")(page, site)
    page.get_by_role("button", name="Kopiera och spara").click()
    page.get_by_role("button", name="Kopiera som text").click()
    expect(page.get_by_role("button", name="Kopierat")).to_be_visible()
    assert "9 999 kronor" in page.evaluate("navigator.clipboard.readText()")


def test_the_printed_page_is_the_question_the_answer_and_its_sources(visit: Open, site: Site) -> None:
    page = visit(member=True)
    _asked(f"kort: {QUESTION}")(page, site)
    page.emulate_media(media="print")
    for shown in (".question > p", ".prose", ".sources li"):
        expect(page.locator(shown).first).to_be_visible()
    for hidden in (".side", ".composer", ".edit", ".feedback", ".top"):
        expect(page.locator(hidden).first).not_to_be_visible()
    printed = page.evaluate("getComputedStyle(document.querySelector('.sources a'), '::after').content")
    assert "/stycken/" in printed


def test_earlier_conversations_are_within_reach_on_a_phone(visit: Open, site: Site) -> None:
    page = visit(member=True, width=320, height=700)
    _asked(f"kort: {QUESTION}")(page, site)
    page.goto(CHAT)
    page.get_by_role("button", name="Visa tidigare samtal").click()
    page.locator("#side li a").first.click()
    expect(page.locator(".question > p")).to_have_text(f"kort: {QUESTION}")


def test_a_temporary_conversation_leaves_no_trace_in_the_list(visit: Open, site: Site) -> None:
    page = visit(member=True)
    page.goto(CHAT)
    page.get_by_label("Tillfälligt samtal: inget sparas").check()
    ask(page, "kort: en fråga som inte ska synas?")
    expect(page.locator(".temporary")).to_be_visible()
    page.goto("/samtal")
    expect(page.get_by_text("en fråga som inte ska synas")).to_have_count(0)


def test_an_answer_that_was_quicker_than_its_page_is_told_of(visit: Open, site: Site) -> None:
    page = visit(member=True, fresh=True)
    page.add_init_script(
        "window.heard = []; new MutationObserver((changes) => { for (const { target } of changes)"
        "if (['status', 'spoken'].includes(target.id) && target.textContent.trim())"
        "heard.push([target.id, target.textContent]); }).observe(document, { childList: true, subtree: true });"
    )
    page.goto("/assistenter/parkering")
    ask(page, "Hur länge gäller ett parkeringstillstånd?")
    page.wait_for_timeout(300)
    heard = page.evaluate("heard")
    assert [text for id, text in heard if id == "status"][-1] == "Svaret är klart."
    assert len([text for id, text in heard if id == "spoken"]) == 1
