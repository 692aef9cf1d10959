"""The gallery, the builder, versions: what a builder does, by mouse, by keyboard and without script; axe on every state."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from samverk.assistants.gallery import PAGE
from samverk.assistants.model import AssistantBody
from samverk.core.levels import Level
from samverk.identity.principal import Kind, Principal, Role, system
from tests.journeys.axe import assert_accessible
from tests.journeys.conftest import InEachLanguage, Open
from tests.journeys.site import Site

pytestmark = pytest.mark.browser
expect.set_options(timeout=15_000)

QUESTION = "inom hur många veckor ska beslut om parkeringstillstånd fattas när ansökan är komplett?"
ODD = "😀 مساعد <b>fet</b> " + "lång" * 24  # within the 120 characters of a name

Reach = Callable[[Page, Site], None]


def org_id(site: Site, slug: str = "bjorksta"):
    return site.run(site.rooms.identity.org(slug)).id


def make(site: Site, *versions: dict[str, object], org: str = "bjorksta") -> str:
    """An assistant of the organisation with these versions. Returns its slug."""
    slug, by = f"a-{uuid4().hex[:10]}", system(org_id(site, org))
    for values in versions or ({},):
        body = AssistantBody.model_validate(
            {"name": "Provhjälpen", "models": ("skriptmodell",), "collections": ("trafik",), **values}
        )
        site.run(site.rooms.assistants.save(by.org_id, slug, body, by))
    return slug


def share_from_granby(site: Site, name: str = "Granbyhjälpen") -> None:
    slug = make(site, {"name": name, "description": "Svarar om Granby.", "instructions": "Var kort."}, org="granby")
    steward = Principal(Kind.MEMBER, org_id(site, "granby"), "s", "Sten", Role.STEWARD)
    site.run(site.rooms.workshop.share(steward, slug))


def begin(page: Page, name: str) -> None:
    """A new assistant by mouse, up to the builder."""
    page.goto("/assistenter")
    page.locator("main a[href='/bygg/ny']").first.click()
    page.fill("#name", name)
    page.fill("#description", "Svarar om parkering.")
    page.locator("form[action='/bygg/ny'] button.primary").click()
    page.wait_for_selector("#bygg")


def press(page: Page, act: str) -> None:
    """The first button of the builder with this act."""
    page.locator(f'button[name=act][value="{act}"]').first.click()


def try_out(page: Page, question: str, *, wait: bool = True) -> None:
    page.fill("#question", question)
    page.press("#question", "Enter")
    if wait:
        page.wait_for_selector("#prov article:last-of-type .made-by")


# axe


def _at(path: str) -> Reach:
    return lambda page, site: page.goto(path) and None


def _full(page: Page, site: Site) -> None:
    for n in range(PAGE + 1):
        make(site, {"name": f"Hjälp {n:02}", "description": "Beskrivning " * 20, "level": Level.SENSITIVE})
    make(site, {"name": ODD, "description": ODD, "audience": "citizen"})
    page.goto("/assistenter")
    assert page.locator(".card").count() == PAGE


def _shared(page: Page, site: Site) -> None:
    share_from_granby(site)
    page.goto("/assistenter?flik=delade")
    page.wait_for_selector(".card")


def _shared_one(page: Page, site: Site) -> None:
    _shared(page, site)
    page.locator(".card h3 a").first.click()
    page.wait_for_selector(".body-of")


def _begun(page: Page, site: Site) -> None:
    begin(page, "Nybörjaren")


def _filled(page: Page, site: Site) -> None:
    many = tuple(f"Fråga {n}?" for n in range(12))
    contact = {"unit": "Växeln", "phone": "0123-45 67 89"}
    slug = make(site, {"name": ODD, "instructions": "Svara kort.\n" * 60, "sample_questions": many, "contact": contact})
    page.goto(f"/bygg/{slug}")


def _refused(page: Page, site: Site) -> None:
    page.goto(f"/bygg/{make(site)}")
    page.fill("#instructions", "å" * 30_000)
    page.locator("#contact summary").click()
    page.fill("#contact_phone", "0123")
    press(page, "save")
    page.wait_for_selector("#error")


def _overtaken(page: Page, site: Site) -> None:
    slug = make(site)
    page.goto(f"/bygg/{slug}")
    change_behind(site, slug, tone="Glad.")
    page.fill("#tone", "Lugn.")
    press(page, "save")
    page.wait_for_selector("#error")


def change_behind(site: Site, slug: str, **values: object) -> None:
    """Somebody else's change of the draft."""
    other = Principal(Kind.MEMBER, org_id(site), "elin", "Elin Ek", Role.BUILDER)
    draft = site.run(site.rooms.workshop.work(other, slug)).draft
    site.run(site.rooms.workshop.save_draft(other, slug, draft.body.model_copy(update=values), draft.base))


def _trying(page: Page, site: Site) -> None:
    page.goto(f"/bygg/{make(site)}")
    site.model.piece, site.model.halt_at = 20, 600
    try_out(page, f"lång: {QUESTION}", wait=False)
    page.wait_for_selector("#prov .prose table")


def _tried(page: Page, site: Site) -> None:
    page.goto(f"/bygg/{make(site)}")
    try_out(page, f"lång: {QUESTION}")


def _tried_in_vain(page: Page, site: Site) -> None:
    page.goto(f"/bygg/{make(site, {'contact': {'unit': 'Växeln', 'phone': '0123'}})}")
    try_out(page, "vet: vem beslutar om parkeringstillstånd på månen?")


def _publish(page: Page, site: Site) -> None:
    slug = make(site, {"instructions": "Svara kort.\nVar vänlig."})
    change_behind(
        site, slug, instructions="Svara alltid kort.\nVar vänlig.", level=Level.INTERNAL, models=("extractive",)
    )
    page.goto(f"/bygg/{slug}/publicera")


def _blocked(page: Page, site: Site) -> None:
    slug = make(site)
    change_behind(site, slug, models=())
    page.goto(f"/bygg/{slug}/publicera")
    page.wait_for_selector(".notice.bad")


def _versions(page: Page, site: Site) -> None:
    slug = make(site, {}, {"tone": "Lugn."}, {"tone": "Glad.", "level": Level.INTERNAL})
    page.goto(f"/bygg/{slug}/versioner")


def _comparison(page: Page, site: Site) -> None:
    _versions(page, site)
    page.locator("form[action$='/jamfor'] button").click()
    page.wait_for_selector("ins")


def _roll_back(page: Page, site: Site) -> None:
    _versions(page, site)
    page.locator("a[href$='/aterga/1']").click()
    page.wait_for_selector("#note")


def _retired(page: Page, site: Site) -> None:
    _versions(page, site)
    page.locator("form[action$='/avveckla'] button").click()
    page.wait_for_selector("form[action$='/aterstall']")


def _drop(page: Page, site: Site) -> None:
    slug = make(site)
    change_behind(site, slug, tone="Glad.")
    page.goto(f"/bygg/{slug}/kasta")


STATES: dict[str, tuple[Role, Reach]] = {
    "gallery, empty": (Role.BUILDER, _at("/assistenter?flik=avvecklade")),
    "gallery, nothing found": (Role.MEMBER, _at("/assistenter?q=finnsinte")),
    "gallery, full": (Role.BUILDER, _full),
    "gallery, shared": (Role.BUILDER, _shared),
    "shared, one": (Role.BUILDER, _shared_one),
    "gallery, private": (Role.ADMIN, _at("/assistenter?flik=privata")),
    "new": (Role.BUILDER, _at("/bygg/ny")),
    "builder, empty": (Role.BUILDER, _begun),
    "builder, full": (Role.BUILDER, _filled),
    "builder, refused": (Role.BUILDER, _refused),
    "builder, overtaken": (Role.BUILDER, _overtaken),
    "preview, streaming": (Role.BUILDER, _trying),
    "preview, done": (Role.BUILDER, _tried),
    "preview, sources are silent": (Role.BUILDER, _tried_in_vain),
    "publish": (Role.BUILDER, _publish),
    "publish, blocked": (Role.BUILDER, _blocked),
    "versions": (Role.STEWARD, _versions),
    "comparison": (Role.BUILDER, _comparison),
    "roll back": (Role.BUILDER, _roll_back),
    "retired": (Role.BUILDER, _retired),
    "discard": (Role.BUILDER, _drop),
}


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(in_each_language: InEachLanguage, site: Site, state: str) -> None:
    role, reach = STATES[state]
    for page in in_each_language(role):
        reach(page, site)
        assert_accessible(page)


@pytest.mark.parametrize("path", ["/assistenter", "/bygg/ny", "/bygg/tillstand", "/bygg/tillstand/versioner"])
def test_text_of_twice_the_size_fits(visit: Open, path: str) -> None:
    page = visit(role=Role.BUILDER, width=1280)
    page.goto(path)
    page.evaluate("document.documentElement.style.fontSize = '212.5%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


# journeys


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_an_assistant_is_built_tried_published_changed_compared_and_taken_back(visit: Open, script: bool) -> None:
    page = visit(role=Role.BUILDER, java_script_enabled=script)
    name = f"Parkeringshjälpen {'med' if script else 'utan'}"
    begin(page, name)
    slug = page.url.split("/bygg/")[1].split("?")[0]
    page.fill("#instructions", "Svara kort.\nVar vänlig.")
    page.locator("input[name=collection][value=trafik]").check()
    page.select_option(
        "#new_model", "skriptmodell" if page.locator("#new_model option[value=skriptmodell]").count() else "extractive"
    )
    press(page, "add")
    expect(page.locator(".models li")).to_have_count(2)
    if page.locator('button[value="up:skriptmodell"]').count():
        press(page, "up:skriptmodell")
    expect(page.locator(".models li").first).to_contain_text("Skriptmodell")
    page.fill("#question", f"kort: {QUESTION}")
    press(page, "try")
    if not script:
        page.wait_for_timeout(1500)
        page.goto(page.url.split("#")[0])
    expect(page.locator("#prov .made-by")).to_contain_text("Skriptmodell")
    expect(page.locator("#prov .cite").first).to_be_visible()
    assert page.input_value("#instructions") == "Svara kort.\nVar vänlig."

    press(page, "publish")
    page.wait_for_url("**/publicera")
    page.locator("input[name=reach][value=organisation]").check()
    page.fill("#note", "Första")
    page.locator(".publish button.primary").click()
    expect(page.locator(".said")).to_contain_text(name)
    page.goto(f"/bygg/{slug}")
    page.fill("#instructions", "Svara utförligt.\nVar vänlig.")
    press(page, "publish")
    page.wait_for_url("**/publicera")
    expect(page.locator(".body-of del")).to_contain_text("kort")
    expect(page.locator(".body-of ins")).to_contain_text("utförligt")
    page.locator(".publish button.primary").click()
    page.locator("form[action$='/jamfor'] button").click()
    expect(page.locator(".body-of ins")).to_contain_text("utförligt")
    page.go_back()
    page.locator("a[href$='/aterga/1']").click()
    page.locator("form[action$='/aterga/1'] button.primary").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    page.goto(f"/bygg/{slug}")
    assert page.input_value("#instructions") == "Svara kort.\nVar vänlig."

    page.goto(f"/bygg/{slug}/versioner")
    page.locator("a[href*='kopia=']").click()
    page.locator("form[action='/bygg/ny'] button.primary").click()
    assert page.input_value("#instructions") == "Svara kort.\nVar vänlig."
    assert page.url.split("/bygg/")[1] != slug
    page.goto(f"/bygg/{slug}/versioner")
    page.locator("form[action$='/avveckla'] button").click()
    page.goto(f"/assistenter/{slug}")
    expect(page.locator(".code")).to_contain_text("404")
    page.goto(f"/bygg/{slug}/versioner")
    page.locator("form[action$='/aterstall'] button").first.click()
    page.goto(f"/assistenter/{slug}")
    expect(page.locator("h1")).to_have_text(name)


def test_what_the_builder_says_can_be_taken_back_at_once(visit: Open, site: Site) -> None:
    slug = make(site, {"name": "Ångerhjälpen"}, {"name": "Ångerhjälpen", "tone": "Glad."})
    page = visit(role=Role.BUILDER)
    page.goto(f"/bygg/{slug}/versioner")
    page.locator("form[action$='/avveckla'] button").click()
    page.locator(".said form button").click()
    expect(page.locator(".said")).to_contain_text("i bruk igen")
    page.goto(f"/bygg/{slug}/aterga/1")
    page.locator("form[action$='/aterga/1'] button.primary").click()
    page.locator(".said form button").click()
    expect(page.locator("tbody tr")).to_have_count(4)
    page.goto(f"/bygg/{slug}")
    assert page.input_value("#tone") == "Glad."


def test_by_keyboard_alone_models_move_and_the_draft_is_tried(visit: Open, site: Site) -> None:
    page = visit(role=Role.BUILDER)
    page.goto(f"/bygg/{make(site, {'models': ('skriptmodell', 'extractive')})}")
    page.focus('button[value="down:skriptmodell"]')
    page.keyboard.press("Enter")
    expect(page.locator(".models li").first).to_contain_text("Utdrag")
    assert page.evaluate("document.activeElement.closest('#models') !== null")  # focus stays where it worked
    page.focus("#question")
    page.keyboard.type(f"kort: {QUESTION}")
    page.keyboard.press("Enter")
    page.wait_for_selector("#prov .made-by")
    expect(page.locator("#status")).to_have_text("Svaret är klart.")
    assert page.evaluate("document.activeElement.closest('#prov') !== null")
    before = page.url
    page.reload()
    assert page.url == before
    expect(page.locator("#prov .made-by")).to_contain_text("Utdrag")
    page.focus('button[value="over"]')
    page.keyboard.press("Enter")
    expect(page.locator("#prov article")).to_have_count(0)


def test_what_is_typed_saves_itself(visit: Open, site: Site) -> None:
    slug = make(site)
    page = visit(role=Role.BUILDER)
    page.goto(f"/bygg/{slug}")
    page.fill("#tone", "Lugn och saklig.")
    expect(page.locator("[data-state]")).to_have_text("Utkastet är sparat.", timeout=8_000)
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.fill("#tone", "Lugn.")
    expect(page.locator("[data-state]")).to_have_text("Utkastet är sparat.", timeout=8_000)
    page.reload()
    assert page.input_value("#tone") == "Lugn."
    press(page, "save")
    expect(page.locator(".said")).to_be_visible()
    assert page.input_value("#tone") == "Lugn."


def test_stopping_a_trial_keeps_what_came(visit: Open, site: Site) -> None:
    page = visit(role=Role.BUILDER)
    _trying(page, site)
    page.fill("#tone", "Lugn.")  # typing goes on while the answer comes
    page.locator("#prov .running button").click()
    expect(page.locator("#prov .notice")).to_contain_text("stoppades")
    assert page.input_value("#tone") == "Lugn."


def test_two_who_build_lose_nothing(visit: Open, site: Site) -> None:
    slug = make(site)
    page = visit(role=Role.BUILDER)
    page.goto(f"/bygg/{slug}")
    change_behind(site, slug, tone="Glad.")
    page.fill("#tone", "Lugn.")
    press(page, "save")
    error = page.locator("#error")
    expect(error).to_contain_text("Elin Ek")
    expect(error.locator("del")).to_contain_text("Glad")
    assert page.input_value("#tone") == "Lugn."
    press(page, "overwrite")
    page.wait_for_selector(".said")
    page.reload()
    assert page.input_value("#tone") == "Lugn."


def test_a_copy_of_what_another_organisation_shows(visit: Open, site: Site) -> None:
    share_from_granby(site, "Granbys bästa")
    page = visit(role=Role.BUILDER)
    page.goto("/assistenter?flik=delade&q=bästa")
    page.locator(".card h3 a").click()
    expect(page.locator(".body-of")).to_contain_text("Var kort.")
    page.locator("a[href*='delad=']").click()
    page.locator("form[action='/bygg/ny'] button.primary").click()
    assert page.input_value("#instructions") == "Var kort."
    assert page.input_value("#name").endswith("Granbys bästa")


def test_pinned_to_the_start_page_and_away_again(visit: Open, site: Site) -> None:
    slug = make(site, {"name": "Nålhjälpen"})
    page = visit(role=Role.MEMBER)
    page.goto("/assistenter?q=Nålhjälpen")
    page.locator(f"form[action='/assistenter/{slug}/fast'] button").click()
    expect(page.locator(".said")).to_contain_text("Nålhjälpen")
    expect(page.locator("button[name=pin]")).to_have_attribute("value", "no")
    page.goto("/")
    expect(page.get_by_role("link", name="Nålhjälpen").first).to_be_visible()
    page.goto("/assistenter?q=Nålhjälpen")
    page.locator("button[name=pin]").click()
    expect(page.locator("button[name=pin]")).to_have_attribute("value", "yes")


def test_only_the_owner_meets_a_private_one(visit: Open, site: Site) -> None:
    page = visit(role=Role.BUILDER)
    begin(page, "Hemlig hjälp")
    path = page.url
    steward = visit(role=Role.STEWARD)
    steward.goto(path)
    expect(steward.locator(".code")).to_contain_text("404")
    admin = visit(role=Role.ADMIN)
    admin.goto("/assistenter?flik=privata")
    admin.get_by_role("link", name="Hemlig hjälp").first.click()
    expect(admin.locator("#bygg")).to_have_count(0)
    expect(admin.locator(".notice").first).to_contain_text("någon annans")


# bad input


def test_odd_names_are_drawn_as_text(visit: Open) -> None:
    page = visit(role=Role.BUILDER, width=320)
    begin(page, ODD)
    expect(page.locator("h1")).to_have_text(ODD)
    assert page.locator("h1 b").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.fill("#name", "å" * 300)
    press(page, "save")
    expect(page.locator("#error")).to_contain_text("300")
    assert page.input_value("#name") == "å" * 300


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_too_long_instructions_are_kept_and_refused(visit: Open, site: Site, script: bool) -> None:
    page = visit(role=Role.BUILDER, java_script_enabled=script)
    page.goto(f"/bygg/{make(site)}")
    page.fill("#instructions", "å" * 100_000)
    press(page, "save")
    expect(page.locator("#error")).to_contain_text("20000")
    assert page.input_value("#instructions") == "å" * 100_000


def test_a_form_sent_twice_makes_one_assistant(visit: Open) -> None:
    page = visit(role=Role.BUILDER)
    page.goto("/bygg/ny")
    fields = {
        name: page.locator(f"form[action='/bygg/ny'] input[name={name}]").input_value() for name in ("csrf", "key")
    }
    sent = [page.request.post("/bygg/ny", form={**fields, "name": "Tvillingen"}).url for _ in range(2)]
    assert sent[0] == sent[1]
    assert "/bygg/tvillingen" in sent[0]
