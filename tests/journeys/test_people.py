"""Four people do their work from the start page, in the long run each in both languages, as somebody does who has never seen it.

They find their way by what stands on the page: each step looks for the words of its language, and says what the person would
notice. A picture of each main page is kept in `artifacts/pictures/<language>/`, or where SAMVERK_PICTURES says.
"""

import os
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Locator, Page, expect

from samverk.assistants.model import AssistantBody
from samverk.core.errors import Language
from samverk.core.levels import Level
from samverk.identity.organisations import Appearance
from samverk.identity.principal import Role, system
from samverk.library.cards import ModelCard
from samverk.library.ports import Endpoint
from samverk.web.texts import texts
from tests.journeys.conftest import Open, log_in
from tests.journeys.site import ASSISTANT, PASSWORD, Site

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("language", ["sv", "en"])]

QUESTION = "inom hur många veckor ska beslut om parkeringstillstånd fattas när ansökan är komplett?"
FINISHED = ".turn:last-child .reply:not([aria-busy])"
BENEFIT = """# Friskvård

## 1 Bidragets storlek

Friskvårdsbidraget är 3 000 kronor per kalenderår för den som är anställd hela året. Den som börjar under året får bidrag
i förhållande till anställningstiden.

## 2 Kvitto

Kvittot ska lämnas till HR senast den 15 december. Kvittot ska visa namn, datum och aktivitet.
"""
NEW_PASSWORD = "blå tallrik under taket"
CLOUD = ModelCard(
    slug="stort-moln",
    name="Stort moln 2",
    hosting="third_country",
    certified_by="SKR",
    certified_until="2020-01-31",
)

Picture = Callable[[Page, str], None]


@pytest.fixture
def picture(request: pytest.FixtureRequest, language: Language) -> Picture:
    """Keeps a picture of a page: `<language>/<person>-<n>-<what>.png`, numbered as the person goes."""
    root = Path(os.environ.get("SAMVERK_PICTURES") or request.config.rootpath / "artifacts" / "pictures")
    person = request.function.__name__.removeprefix("test_the_").split("_")[0]
    taken: list[str] = []

    def take(page: Page, what: str) -> None:
        taken.append(what)
        path = root / language / f"{person}-{len(taken)}-{what}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path, full_page=True)
        assert path.stat().st_size > 10_000, "an empty picture"

    return take


def press(target: Locator, key: str = "Enter") -> None:
    """Press a key where the focus can stand, and does."""
    target.focus()
    expect(target).to_be_focused()
    target.page.keyboard.press(key)


def menu(page: Page, name: str) -> None:
    """Go where the menu leads."""
    page.get_by_role("banner").get_by_role("link", name=name, exact=True).click()
    page.wait_for_load_state()


def write(field: Locator, text: str) -> None:
    """Write into a field by keys and send it."""
    field.focus()
    field.page.keyboard.press("ControlOrMeta+A")
    field.page.keyboard.type(text)
    field.page.keyboard.press("Enter")


def test_the_caseworker_asks_checks_and_finds_it_again(
    visit: Open, site: Site, picture: Picture, tmp_path: Path, language: Language
) -> None:
    t = texts(language)
    email = f"ada.{language}@bjorksta.example"
    site.run(site.rooms.identity.create_user("bjorksta", email, "Ada Ny", Role.MEMBER, ["trafik"], PASSWORD))
    page = visit(language=language)
    log_in(page, email)
    expect(page.get_by_role("heading", level=1)).to_have_text(t("start.hello", name="Ada"))
    picture(page, "start")

    press(page.get_by_role("link", name=t("start.intro_begin")))
    for step in range(1, 6):
        expect(page.get_by_text(t("intro.step", n=step, of=5))).to_be_visible()
        press(page.get_by_role("link", name=t("intro.next") if step < 5 else t("intro.done")))
    expect(page.get_by_role("heading", name=t("start.intro"))).to_have_count(0)

    page.get_by_label(t("start.whom"), exact=True).select_option(ASSISTANT)
    write(page.get_by_label(t("start.ask")), f"kort: {QUESTION}")
    page.wait_for_selector(FINISHED)
    expect(page.locator(".reply .cite").first).to_contain_text(t("verdict.verified"))
    picture(page, "answer")
    _check_the_source(page, language, picture)
    _ask_otherwise(page, language)
    _bring_a_file_and_take_the_answer_along(page, language, tmp_path)
    _find_it_again(page, language, picture)


def _check_the_source(page: Page, language: Language, picture: Picture) -> None:
    """A citation is opened, left with Escape, opened again, and read in its document; the way back leads to the answer."""
    t = texts(language)
    cite, popover = page.locator("button.cite").first, page.locator(".popover:popover-open")
    press(cite)
    expect(popover.get_by_role("link", name=t("sources.open"))).to_be_visible()
    page.keyboard.press("Escape")
    expect(popover).to_have_count(0)
    expect(cite).to_be_focused()
    page.keyboard.press("Enter")
    press(popover.get_by_role("link", name=t("sources.open")))
    expect(page.locator("mark#t")).to_be_in_viewport()
    expect(page.locator(".claim").first).to_be_visible()
    picture(page, "source")
    back = page.locator(".steps").get_by_role("link", name=t("passage.back"))
    expect(back).to_be_in_viewport()  # however far down the document the passage stands
    press(back)
    expect(page.locator(FINISHED)).to_be_visible()


def _ask_otherwise(page: Page, language: Language) -> None:
    """Arrow up brings the last question; what it was and what it is now are two versions."""
    t = texts(language)
    page.wait_for_load_state()
    press(page.locator("#question"), "ArrowUp")
    field = page.locator("[data-edit] textarea")
    expect(field).to_have_value(f"kort: {QUESTION}")
    write(field, "kort: hur länge gäller tillståndet?")
    expect(page.locator(".versions")).to_contain_text(t("turn.version", number=2, count=2))
    page.wait_for_selector(FINISHED)


def _bring_a_file_and_take_the_answer_along(page: Page, language: Language, tmp_path: Path) -> None:
    t = texts(language)
    letter = tmp_path / "brev.txt"
    letter.write_text("Brevet om cykelställ kom in den 3 mars. Det besvaras av Ekrummet.", encoding="utf-8")
    page.set_input_files("#files", letter)
    expect(page.locator(".files")).to_contain_text(t("attach.read"))
    write(page.locator("#question"), "kort: när kom brevet om cykelställ in?")
    expect(page.locator(".turn")).to_have_count(2)
    page.wait_for_selector(FINISHED)
    expect(page.locator(".turn:last-child .reply")).to_contain_text("den 3 mars")
    press(page.locator(".turn:last-child [popovertarget^='spara-']"))
    with page.expect_download() as download:
        page.get_by_role("link", name=t("save.word")).last.click()
    assert download.value.suggested_filename.endswith(".docx")
    with ZipFile(download.value.path()) as document:
        assert "den 3 mars" in document.read("word/document.xml").decode()


def _find_it_again(page: Page, language: Language, picture: Picture) -> None:
    """By Ctrl+K from the start page, and in the list of conversations."""
    t = texts(language)
    talk = page.url.split("#")[0].split("?")[0]
    page.goto("/")
    page.wait_for_load_state()
    page.keyboard.press("ControlOrMeta+K")
    page.locator("dialog").get_by_role("combobox").fill("cykelställ")
    option = page.locator("dialog").get_by_role("option").first
    expect(option).to_contain_text(QUESTION[:30])
    picture(page, "palette")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{talk}**")
    menu(page, t("frame.nav.conversations"))
    write(page.get_by_label(t("conversations.find")), "cykelställ")
    expect(page.get_by_text(t("conversations.found", q="cykelställ"))).to_be_visible()
    expect(page.locator("mark").first).to_have_text("cykelställ")
    picture(page, "conversations")


def test_the_builder_builds_an_assistant_on_a_folder(
    visit: Open, site: Site, picture: Picture, tmp_path: Path, language: Language
) -> None:
    t = texts(language)
    org = site.run(site.rooms.identity.org("bjorksta")).id
    site.run(site.rooms.knowledge.create_collection(org, f"arkiv-{language}", f"Arkiv {language}", level=Level.OPEN))
    collection, name = {"sv": ("Friskvård", "Friskvårdshjälpen"), "en": ("Well-being", "The helper")}[language]
    page = visit(role=Role.BUILDER, language=language)
    page.goto("/")
    menu(page, t("frame.nav.knowledge"))
    picture(page, "knowledge")
    press(page.get_by_role("link", name=t("knowledge.new")).first)
    write(page.get_by_label(t("knowledge.name"), exact=True), collection)
    expect(page.locator(".said")).to_contain_text(collection)

    page.wait_for_load_state()
    page.get_by_label(t("upload.folder")).set_input_files(_folder(tmp_path))
    expect(page.locator(".summary")).to_contain_text(t("upload.done", read=2, failed=1), timeout=60_000)
    expect(page.locator(".files li", has_text="trasig.pdf")).to_contain_text(t("knowledge.status.not_read"))
    picture(page, "collection")

    press(page.get_by_role("link", name=t("knowledge.build_on_it")))
    write(page.get_by_label(t("begin.name"), exact=True), name)
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_role("checkbox", name=collection)).to_be_checked()
    page.get_by_label(t("builder.field.instructions")).fill("Svara kort.")
    page.locator("#collections").get_by_role("checkbox", name="Trafik").check()
    page.wait_for_load_state()
    write(page.get_by_label(t("preview.label")), "Hur stort är friskvårdsbidraget?")
    expect(page.locator("#prov .made-by")).to_be_visible()
    expect(page.locator("#prov")).to_contain_text("3 000 kronor")
    expect(page.locator("#collections :checked")).to_have_count(2)  # the rows have moved, each with its own tick
    expect(page.locator("#collections").get_by_role("checkbox", name="Trafik")).to_be_checked()
    picture(page, "builder")
    _publish(page, language, picture)
    _change_compare_and_roll_back(page, name, language, picture)


def _folder(tmp_path: Path) -> Path:
    """A folder as people have them: a folder within it, and a file that nobody can read."""
    folder = tmp_path / "hr"
    (folder / "mer").mkdir(parents=True)
    (folder / "bidrag.md").write_text(BENEFIT, encoding="utf-8")
    (folder / "mer" / "cyklar.txt").write_text("En cykel får lånas i högst tre dagar.", encoding="utf-8")
    (folder / "trasig.pdf").write_bytes(b"%PDF-1.7 inte en pdf")
    return folder


def _publish(page: Page, language: Language, picture: Picture) -> None:
    t = texts(language)
    page.get_by_role("button", name=t("builder.to_publish")).first.click()
    page.wait_for_url("**/publicera")
    if page.get_by_label(t("publish.reach.organisation"), exact=True).count():
        page.get_by_label(t("publish.reach.organisation"), exact=True).check()
    picture(page, "publish")
    page.get_by_role("button", name=t("publish.act"), exact=True).click()
    page.wait_for_url("**/versioner")


def _change_compare_and_roll_back(page: Page, name: str, language: Language, picture: Picture) -> None:
    t = texts(language)
    expect(page.locator(".said")).to_contain_text(t("said.assistant.published", name=name, version=1))
    page.get_by_role("link", name=t("builder.build"), exact=True).click()
    page.get_by_label(t("builder.field.instructions")).fill("Svara utförligt.")
    _publish(page, language, lambda page, what: None)
    expect(page.locator(".said")).to_contain_text(t("said.assistant.published", name=name, version=2))
    picture(page, "versions")
    press(page.get_by_role("button", name=t("versions.compare_act")))
    expect(page.locator(".body-of ins")).to_contain_text("utförligt")
    expect(page.locator(".body-of del")).to_contain_text("kort")
    picture(page, "comparison")
    page.go_back()
    press(page.get_by_role("link", name=t("versions.roll_back")).first)
    press(page.get_by_role("button", name=t("roll_back.act", n=1)))
    expect(page.locator(".said")).to_contain_text(t("said.assistant.rolled_back", old=1, version=3))
    press(page.get_by_role("link", name=t("builder.chat")))
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_the_steward_sees_why_not_and_shares(visit: Open, site: Site, picture: Picture, language: Language) -> None:
    t = texts(language)
    org = site.run(site.rooms.identity.org("bjorksta")).id
    name = {"sv": "Cykelhjälpen", "en": "The cycle helper"}[language]
    body = AssistantBody(name=name, models=("skriptmodell",), level=Level.INTERNAL, collections=("trafik",))
    site.run(site.rooms.library.adopt(org, CLOUD, Endpoint("openai_compatible", "m", "http://127.0.0.1:9/v1"), "test"))
    site.run(site.rooms.assistants.save(org, f"cykel-{language}", body, system(org)))
    page = visit(role=Role.STEWARD, language=language)
    page.goto("/")
    menu(page, t("frame.nav.models"))
    expect(page.locator(".models .card")).to_have_count(3)
    picture(page, "models")
    press(page.get_by_role("link", name=CLOUD.name))
    expect(page.locator(".notice.bad")).to_contain_text("2020")
    levels = page.locator(".levels li")
    expect(levels.nth(1)).to_contain_text(CLOUD.name)
    assert levels.nth(1).inner_text() != levels.nth(0).inner_text()
    picture(page, "model")

    menu(page, t("frame.nav.assistants"))
    card = page.locator("main li, main article").filter(has=page.get_by_role("heading", name=name))
    press(card.get_by_role("link", name=t("gallery.build")).last)
    press(page.get_by_role("link", name=t("versions.title"), exact=True))
    press(page.get_by_role("button", name=t("versions.share"), exact=True))
    expect(page.locator(".said")).to_contain_text(t("said.assistant.shared", version=1))
    expect(page.locator("tbody .badge", has_text=t("versions.is_shared"))).to_be_visible()
    picture(page, "shared")


def test_the_administrator_lets_a_colleague_in_and_keeps_the_house(
    visit: Open, site: Site, picture: Picture, language: Language
) -> None:
    t = texts(language)
    page = visit(role=Role.ADMIN, language=language)
    page.goto("/")
    menu(page, t("frame.nav.organisation"))
    picture(page, "organisation")
    press(page.get_by_role("link", name=t("invitations.new")))
    name, email = f"Nils {language.upper()}", f"nils.{language}@bjorksta.example"
    page.get_by_label(t("invitations.name")).fill(name)
    page.get_by_label(t("members.email")).fill(email)
    press(page.get_by_role("button", name=t("invitations.make")))
    link = page.get_by_label(t("invitations.made.link")).input_value()
    picture(page, "invitation")
    colleague = visit(language=language)
    colleague.goto(link)
    picture(colleague, "welcome")
    colleague.fill("#password", NEW_PASSWORD)
    colleague.fill("#again", NEW_PASSWORD)
    colleague.press("#again", "Enter")
    expect(colleague.locator(".said")).to_contain_text(name)
    expect(colleague.get_by_role("heading", level=1)).to_have_text(t("start.hello", name="Nils"))

    _give_another_role(page, name, language, picture)
    _make_a_key(page, language, picture)
    try:
        _choose_a_colour(page, language, picture)
        _decide_how_long(page, language, picture)
    finally:
        by = site.run(site.rooms.identity.log_in("karin.oberg@bjorksta.example", PASSWORD, "test", "bjorksta"))[1]
        site.run(site.rooms.identity.organisation.change_appearance(by, Appearance("Björksta kommun", "", {}, b"")))
    tab(page, t("organisation.tab.log"))
    role = t("role.member")
    expect(page.get_by_text(t("log.member.joined", name=name, role=role))).to_be_visible()
    picture(page, "log")


def tab(page: Page, name: str) -> None:
    """Go to one of the organisation's pages."""
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()
    page.wait_for_load_state()


def _give_another_role(page: Page, name: str, language: Language, picture: Picture) -> None:
    t = texts(language)
    tab(page, t("organisation.tab.members"))
    picture(page, "members")
    press(page.get_by_role("link", name=name))
    page.get_by_label(t("role.builder")).check()
    press(page.get_by_role("button", name=t("members.save_role")))
    expect(page.locator(".said")).to_contain_text(name)
    expect(page.get_by_label(t("role.builder"))).to_be_checked()


def _make_a_key(page: Page, language: Language, picture: Picture) -> None:
    """It is shown once: on the way back it is gone."""
    t = texts(language)
    tab(page, t("organisation.tab.keys"))
    press(page.get_by_role("link", name=t("keys.new")).first)
    write(page.get_by_label(t("keys.name"), exact=True), f"Ärendesystem {language}")
    secret = page.get_by_label(t("keys.secret"), exact=True).input_value()
    assert len(secret) > 20
    press(page.get_by_role("link", name=t("keys.saved")))
    expect(page.get_by_role("row", name=f"Ärendesystem {language}")).to_be_visible()
    assert secret not in page.content()
    picture(page, "keys")


def _choose_a_colour(page: Page, language: Language, picture: Picture) -> None:
    """One that is too pale is refused with the reason; the nearest that can be read is taken."""
    t = texts(language)
    tab(page, t("organisation.tab.looks"))
    write(page.get_by_label(t("looks.colour"), exact=True), "#ff8800")
    expect(page.locator("#colour-error")).to_contain_text({"sv": "2,39", "en": "2.39"}[language])
    expect(page.get_by_text(t("looks.nearest", colour="#b66000"))).to_be_visible()
    picture(page, "colour")
    press(page.get_by_role("button", name=t("looks.take")))
    expect(page.get_by_text(t("looks.preview_more"))).to_be_visible()
    press(page.get_by_role("button", name=t("looks.save"), exact=True))
    expect(page.locator(".said")).to_have_text(t("said.look.changed"))


def _decide_how_long(page: Page, language: Language, picture: Picture) -> None:
    """What erases is asked for once more, and what does not is not."""
    t = texts(language)
    tab(page, t("organisation.tab.retention"))
    page.get_by_label(t.count("retention.days", 365)).check()
    press(page.get_by_role("button", name=t("retention.save"), exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text(t.count("retention.sure.title", 365))
    press(page.get_by_role("button", name=t("retention.sure.act")))
    expect(page.get_by_text(t.count("retention.now", 365))).to_be_visible()
    picture(page, "retention")
    page.get_by_label(t("retention.for_ever")).check()
    press(page.get_by_role("button", name=t("retention.save"), exact=True))
    expect(page.get_by_text(t("retention.now_for_ever"))).to_be_visible()
