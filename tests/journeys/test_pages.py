"""What a person does, in a real browser against the real platform with a scripted model."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Open, ask, log_in
from tests.journeys.site import ASSISTANT, Site
from tests.journeys.watch import WATCH

pytestmark = pytest.mark.browser

QUESTION = "inom hur många veckor ska beslut om parkeringstillstånd fattas när ansökan är komplett?"
WORDS = {
    "sv": {
        "verified": "verifierad",
        "unverified": "ej verifierad",
        "open": "Visa i dokumentet",
        "how": "Så kom svaret till",
        "back": "Tillbaka till samtalet",
        "help": "Hjälpte svaret?",
        "bad": "Dåligt",
        "consent": "Frågan och svaret får användas",
        "send": "Skicka omdöme",
        "thanks": "Tack! Ditt omdöme är sparat.",
        "model": "Drift i Sverige",
    },
    "en": {
        "verified": "verified",
        "unverified": "not verified",
        "open": "Show in the document",
        "how": "How this answer came about",
        "back": "Back to the conversation",
        "help": "Did the answer help?",
        "bad": "Bad",
        "consent": "The question and the answer may be used",
        "send": "Send feedback",
        "thanks": "Thank you! Your feedback is saved.",
        "model": "Run in Sweden",
    },
}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_whole_way_from_log_in_to_feedback(visit: Open, site: Site, language: str) -> None:
    word = WORDS[language]
    page = visit(language=language)
    log_in(page)
    assert page.get_attribute("html", "lang") == language
    page.get_by_role("link", name=ASSISTANT).first.click()
    expect(page.locator(".composer .chips")).to_contain_text(word["model"])
    ask(page, f"kort: {QUESTION}")

    marks = page.locator(".prose .cite")
    expect(marks.first).to_have_text(re.compile(rf"\w+ 1 {word['verified']}$"))
    expect(marks.last).to_contain_text(f"2 {word['unverified']}")
    marks.first.click()
    popover = page.locator(".popover:popover-open")
    expect(popover.locator("blockquote")).to_contain_text("Beslut om parkeringstillstånd ska fattas inom fyra veckor")
    popover.get_by_role("link", name=word["open"]).click()

    passage = page.locator("mark#t")
    expect(passage).to_contain_text("Beslut om parkeringstillstånd ska fattas inom fyra veckor")
    expect(passage).to_be_in_viewport()
    page.go_back()
    page.get_by_role("link", name=word["how"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(word["how"])
    for text in ("Skriptmodell 7B", word["model"], "Svara kort och vänligt.", "Riktlinjer för parkeringstillstånd"):
        expect(page.locator("main")).to_contain_text(text)
    page.get_by_role("link", name=word["back"]).click()
    page.get_by_text(word["help"]).click()
    page.get_by_label(word["bad"]).check()
    page.locator("select[name=reason]").select_option("wrong")
    page.locator("textarea[name=comment]").fill("Avgiften är fel.")
    page.get_by_label(word["consent"]).check()
    page.get_by_role("button", name=word["send"]).click()
    expect(page.get_by_text(word["thanks"])).to_be_focused()


def test_the_keyboard_is_enough(visit: Open, site: Site) -> None:
    page = visit()
    page.goto("/logga-in")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Hoppa till innehållet")).to_be_focused()
    page.keyboard.press("Enter")
    _tab_to(page, "#email")
    page.keyboard.type("maja.lind@bjorksta.example")
    page.keyboard.press("Tab")
    page.keyboard.type("en lång nog fras")
    page.keyboard.press("Enter")
    page.wait_for_selector(".cards")
    _tab_to(page, "a[href='/assistenter/tillstand']")
    page.keyboard.press("Enter")
    page.wait_for_selector("#question")
    _tab_to(page, "#question")
    page.keyboard.type("kort: inom hur många veckor ska")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("beslut om parkeringstillstånd fattas?")
    assert page.input_value("#question") == "kort: inom hur många veckor ska\nbeslut om parkeringstillstånd fattas?"
    page.keyboard.press("Enter")
    page.wait_for_selector(".reply:not([aria-busy])")
    _tab_to(page, ".prose button.cite")
    mark = page.evaluate_handle("document.activeElement")
    page.keyboard.press("Enter")
    expect(page.locator(".popover:popover-open")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(".popover:popover-open a")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".popover:popover-open")).to_have_count(0)
    assert page.evaluate("mark => document.activeElement === mark", mark)


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(40):
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{selector} cannot be reached with the keyboard")


@pytest.mark.parametrize("width", [1440, 320])
def test_a_stream_shows_no_raw_markdown_and_moves_nothing(visit: Open, site: Site, width: int) -> None:
    page = visit(member=True, fresh=True, width=width, height=900 if width > 400 else 700)
    page.add_init_script(f"({WATCH})()")
    page.goto("/assistenter/tillstand")
    site.model.piece, site.model.delay = 3, 0.006
    ask(page, f"lång: {QUESTION}")
    page.wait_for_timeout(200)
    seen = page.evaluate("window.seen")
    assert seen["frames"] > 15
    assert seen["raw"] == []
    assert seen["shift"] <= 0.02


def test_focus_and_selection_survive_while_text_grows(visit: Open, site: Site) -> None:
    page = visit(member=True)
    page.goto("/assistenter/tillstand")
    site.model.piece, site.model.halt_at = 20, 160
    ask(page, f"lång: {QUESTION}", wait=False)
    page.wait_for_selector(".prose .block:nth-child(2)")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('.prose strong'))")
    page.focus("#question")
    page.keyboard.type("Nästa fråga")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('.prose strong'))")
    site.model.halt_at = 400
    page.wait_for_selector(".prose ol li:nth-child(2)")
    assert page.evaluate("getSelection().toString()") == "Kort svar:"
    page.focus(".prose a, .prose button.cite")
    held = page.evaluate_handle("document.activeElement")
    site.model.halt_at = None
    page.wait_for_selector(".reply:not([aria-busy])")
    assert page.evaluate("held => document.activeElement === held", held)
    assert page.input_value("#question") == "Nästa fråga"


def test_a_reload_in_mid_stream_loses_nothing(visit: Open, site: Site) -> None:
    page = visit(member=True)
    page.goto("/assistenter/tillstand")
    site.model.piece, site.model.halt_at = 20, 200
    ask(page, f"lång: {QUESTION}", wait=False)
    page.wait_for_selector(".prose .block:nth-child(2)")
    page.reload()
    page.wait_for_selector(".prose .block:nth-child(2)")
    expect(page.locator(".reply")).to_have_attribute("aria-busy", "true")
    site.model.halt_at = None
    page.wait_for_selector(".reply:not([aria-busy])")
    streamed = page.locator(".turn").inner_html()
    page.reload()
    assert _tidy(page.locator(".turn").inner_html()) == _tidy(streamed)


def _tidy(html: str) -> str:
    html = re.sub(r'(name="run" value=)"[^"]*"', r"\1", html)  # each drawing has a new one
    return re.sub(r"\s+", " ", re.sub(r">\s+<", "><", html)).strip()


def test_stopping_keeps_what_came_and_asking_again_replaces_it(visit: Open, site: Site) -> None:
    page = visit(member=True)
    page.goto("/assistenter/tillstand")
    site.model.piece, site.model.halt_at = 20, 200
    ask(page, f"lång: {QUESTION}", wait=False)
    page.wait_for_selector(".prose .block:nth-child(2)")
    page.get_by_role("button", name="Stoppa").click()
    expect(page.get_by_text("Svaret stoppades innan det var klart.")).to_be_visible()
    expect(page.locator(".prose")).to_contain_text("Kort svar:")
    site.model.halt_at = None
    page.get_by_role("button", name="Fråga igen").click()
    page.wait_for_selector(".reply:not([aria-busy])")
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator(".prose")).to_contain_text("Tillståndet gäller i elva år")


def test_screen_readers_hear_the_beginning_and_the_finished_answer_once(visit: Open, site: Site) -> None:
    page = visit(member=True, fresh=True)
    page.goto("/assistenter/tillstand")
    page.add_init_script(
        "window.heard = []; new MutationObserver((changes) => { for (const { target } of changes)"
        "if (['status', 'spoken'].includes(target.id) && target.textContent.trim())"
        "heard.push([target.id, target.textContent]); }).observe(document, { childList: true, subtree: true });"
    )
    site.model.piece, site.model.delay = 8, 0.04  # an answer that is there at once needs no announcement that it begins
    ask(page, f"kort: {QUESTION}")
    page.wait_for_timeout(100)
    heard = page.evaluate("heard")
    assert [text for id, text in heard if id == "status"] == ["Assistenten skriver ett svar.", "Svaret är klart."]
    spoken = [text for id, text in heard if id == "spoken"]
    assert len(spoken) == 1
    assert "Avgiften är 9 999 kronor" in spoken[0]
    assert not page.locator(".reply [aria-live], .reply [role=log], .reply [role=status]").count()


def test_nothing_from_a_model_or_a_document_runs(visit: Open, site: Site) -> None:
    page = visit(member=True)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto("/assistenter/tillstand")
    ask(page, "xss: vad är avgiften för en taxa? <script>window.hacked=10</script><img src=x onerror=window.hacked=11>")
    _no_foreign_markup(page)
    page.locator(".prose button.cite").last.click()
    page.locator(".popover:popover-open a").click()
    expect(page.locator("mark#t")).to_contain_text("Avgiften för en taxa")
    _no_foreign_markup(page)
    page.go_back()
    page.get_by_role("link", name="Så kom svaret till").click()
    _no_foreign_markup(page)
    page.goto("/samtal")
    _no_foreign_markup(page)
    assert all(url.startswith(site.url) for url in requests)


def _no_foreign_markup(page: Page) -> None:
    assert page.evaluate("window.hacked") is None
    assert page.locator("main script, main img, main iframe, main style, main svg").count() == 0
    bad = "[...document.querySelectorAll('main *')].flatMap(e => [...e.attributes]).filter(a => /^on/.test(a.name) ||"
    assert page.evaluate(f"{bad} /^\\s*(javascript|data):/i.test(a.value)).length") == 0


def test_without_script_one_can_ask_read_and_judge(visit: Open, site: Site) -> None:
    page = visit(member=True, java_script_enabled=False)
    page.goto("/assistenter/tillstand")
    page.fill("#question", f"kort: {QUESTION}")
    page.get_by_role("button", name="Skicka", exact=True).click()
    for _ in range(40):
        refresh = page.get_by_role("link", name="Visa hur långt svaret har kommit")
        if not refresh.count():
            break
        page.wait_for_timeout(250)
        refresh.click()
    expect(page.locator(".prose")).to_contain_text("9 999 kronor")
    page.locator(".prose button.cite").first.click()
    expect(page.locator(".popover:popover-open")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_text("Hjälpte svaret?").click()
    page.get_by_label("Bra", exact=True).check()
    page.get_by_role("button", name="Skicka omdöme").click()
    expect(page.get_by_text("Tack! Ditt omdöme är sparat.")).to_be_visible()
    page.locator(".account summary").click()
    page.get_by_role("button", name="Mörkt läge").click()
    assert page.get_attribute("html", "data-theme") == "dark"
    page.locator(".account summary").click()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("link", name="How this answer came about")).to_be_visible()


def test_citizens_ask_without_logging_in_and_see_only_their_own(visit: Open, site: Site) -> None:
    page = visit()
    page.goto("/fraga/bjorksta/")
    expect(page.get_by_role("link", name=ASSISTANT)).to_have_count(0)
    page.get_by_role("link", name="Fråga om parkering").click()
    ask(page, "Hur länge gäller ett parkeringstillstånd?")
    expect(page.locator(".prose")).to_contain_text("Ett parkeringstillstånd gäller i högst fem år")
    page.locator(".sources a").first.click()
    expect(page.locator("mark#t")).to_be_in_viewport()
    page.goto("/fraga/bjorksta/samtal")
    own = page.locator("main a[href*='/samtal/']").first.get_attribute("href")
    assert own is not None
    stranger = visit()
    response = stranger.goto(own)
    assert response is not None
    assert response.status == 404
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Sidan finns inte")


def test_when_the_sources_are_silent_the_page_helps_on(visit: Open, site: Site) -> None:
    page = visit(member=True)
    page.goto("/assistenter/tillstand")
    ask(page, "vet: vem beslutar om parkeringstillstånd på månen?")
    expect(page.locator(".says-so .block").first).to_contain_text("Källorna ger inget säkert svar")
    expect(page.locator(".help")).to_contain_text("Trafikenheten")
    expect(page.get_by_role("link", name="0123-45 67 89")).to_have_attribute("href", "tel:0123456789")
    expect(page.locator(".help h3").first).to_have_text("Närmast kom")
    page.locator(".near a").first.click()
    expect(page.locator("mark#t")).to_be_in_viewport()


def test_who_belongs_to_several_organisations_chooses(visit: Open, site: Site) -> None:
    page = visit()
    log_in(page, "bo.ek@bjorksta.example")
    page.get_by_role("button", name="Granby kommun").click()
    expect(page.locator(".brand")).to_have_text("Granby kommun")
    page.locator(".account summary").click()
    page.get_by_role("button", name="Logga ut").click()
    page.goto("/samtal")
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga in")
    assert page.url.endswith("next=/samtal")


def test_the_theme_is_remembered(visit: Open, site: Site) -> None:
    page = visit(member=True)
    page.goto("/")
    page.locator(".account summary").click()
    page.get_by_role("button", name="Mörkt läge").click()
    assert page.get_attribute("html", "data-theme") == "dark"
    expect(page.get_by_role("button", name="Ljust läge")).to_be_focused()
    page.reload()
    assert page.get_attribute("html", "data-theme") == "dark"


def test_a_question_that_is_refused_is_not_lost(visit: Open, site: Site) -> None:
    page = visit(member=True)
    page.goto("/assistenter/tillstand")
    page.fill("#question", "ö" * 3_000)
    page.press("#question", "Enter")
    expect(page.locator("#error")).to_be_focused()
    expect(page.locator("#error")).to_contain_text(re.compile(r"2\s?000"))
    assert page.input_value("#question") == "ö" * 3_000


def test_the_first_page_is_small(visit: Open, site: Site) -> None:
    page = visit(fresh=True)
    sizes: dict[str, int] = {}
    page.on("response", lambda response: sizes.update({response.url: len(response.body())}))
    page.goto("/logga-in", wait_until="networkidle")
    scripts = sum(size for url, size in sizes.items() if url.endswith(".js"))
    assert sum(sizes.values()) <= 100_000
    assert scripts <= 40_000
