"""The prompt library as people use it: writing, filling in, sharing and taking back; by mouse, by keys, without script."""

from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from samverk.assistants.prompts import Prompt, PromptBody
from samverk.core.ids import new_id
from samverk.identity.principal import Kind, Principal, Role, system
from tests.journeys.axe import assert_accessible
from tests.journeys.conftest import InEachLanguage, Open, log_in
from tests.journeys.site import ASSISTANT, PEOPLE, Site
from tests.journeys.talks import person

pytestmark = pytest.mark.browser

TEXT = "Skriv ett svar till {namn} om {ärende:lång}. Tonen är {ton:vänlig|formell}."
FILLED = "Skriv ett svar till Kim om p-tillstånd\nnr 7. Tonen är formell."
HOSTILE = "<script>window.hacked=1</script><img src=x onerror=window.hacked=2>"


def given(
    site: Site, title: str, text: str = TEXT, *, role: Role = Role.MEMBER, shared: bool = False, about: str = ""
) -> Prompt:
    """A prompt that somebody has."""
    prompts, by = site.rooms.prompts, person(site, role)
    prompt = site.run(prompts.create(by, new_id(), PromptBody(title, about, text)))
    return site.run(prompts.share(by, prompt.id)) if shared else prompt


@pytest.fixture(autouse=True)
def _empty(site: Site) -> None:
    """Each test begins with an empty library."""
    _empty_library(site)


def _empty_library(site: Site) -> None:
    for role in PEOPLE:
        by = person(site, role)
        for prompt in site.run(site.rooms.prompts.list(by, "own", limit=1_000)).prompts:
            site.run(site.rooms.prompts.delete(by, prompt.id))


# what axe sees


def _none(page: Page, site: Site) -> None:
    page.goto("/mallar")


def _none_shared(page: Page, site: Site) -> None:
    page.goto("/mallar/delade")


def _full(page: Page, site: Site) -> None:
    for n in range(32):
        given(site, f"Mall {n}", shared=n % 2 == 0, about="Beskriver vad mallen är till för.")
    page.goto("/mallar?sida=2")
    expect(page.locator(".prompts .card")).to_have_count(2)
    page.goto("/mallar")


def _nothing_found(page: Page, site: Site) -> None:
    given(site, "Mall")
    page.goto("/mallar?q=finns-inte")


def _one(page: Page, site: Site) -> None:
    page.goto(f"/mallar/{given(site, 'Svara på en synpunkt', about='För kontaktcenter.').id}")


def _unfilled(page: Page, site: Site) -> None:
    _one(page, site)
    page.locator("form.fill").evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
    page.wait_for_selector("#error")


def _new(page: Page, site: Site) -> None:
    page.goto("/mallar/ny")


def _refused(page: Page, site: Site) -> None:
    _new(page, site)
    page.locator(".writing form").evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
    page.wait_for_selector("#error")


def _review(page: Page, site: Site) -> None:
    page.goto(f"/mallar/{given(site, 'Lång', '{text:lång}').id}")
    page.fill("#f0", "åäö " * 480)
    page.select_option("#assistant", label=ASSISTANT)
    page.locator("form.fill button").click()
    page.wait_for_selector("#question")


def _said(page: Page, site: Site) -> None:
    _one(page, site)
    page.locator("form[action$='/ta-bort'] button").click()
    page.wait_for_selector(".said")


STATES: dict[str, Callable[[Page, Site], None]] = {
    "none": _none,
    "none shared": _none_shared,
    "full": _full,
    "nothing found": _nothing_found,
    "one": _one,
    "fields left empty": _unfilled,
    "new": _new,
    "refused": _refused,
    "long question reviewed": _review,
    "deleted": _said,
}


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(in_each_language: InEachLanguage, site: Site, state: str) -> None:
    for page in in_each_language(Role.MEMBER):
        _empty_library(site)
        STATES[state](page, site)
        assert_accessible(page)


def test_axe_finds_nothing_where_an_admin_is_asked(visit: Open, site: Site) -> None:
    prompt = given(site, "Delad", shared=True)
    page = visit(role=Role.ADMIN)
    page.goto(f"/mallar/{prompt.id}/sluta-dela")
    assert_accessible(page)


# what people do


def test_from_an_empty_library_to_a_question_in_the_chat(visit: Open, site: Site) -> None:
    page = visit(member=True)
    page.goto("/")
    page.get_by_role("link", name="Mallar").first.click()
    page.get_by_role("link", name="Skriv din första mall").click()
    page.get_by_label("Namn").fill("Svara på en synpunkt")
    page.get_by_label("Frågan").fill(TEXT)
    page.get_by_role("button", name="Spara mallen").click()
    expect(page.get_by_role("status").first).to_contain_text("Svara på en synpunkt” är sparad")
    page.get_by_label("Namn").fill("Kim")
    page.get_by_label("Ärende").fill("p-tillstånd\nnr 7")
    page.get_by_label("Ton", exact=True).select_option("formell")
    page.get_by_label("Assistent", exact=True).select_option(label=ASSISTANT)
    page.get_by_role("button", name="Visa frågan i samtalet").click()
    page.wait_for_url("**/assistenter/tillstand?*")
    expect(page.locator("#question")).to_have_value(FILLED)
    assert page.locator(".turn").count() == 0  # seen, and not sent
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Svara på en synpunkt")


def test_the_keyboard_is_enough(visit: Open, site: Site) -> None:
    page = visit(member=True)
    page.goto("/mallar/ny")
    page.locator("#title").focus()
    page.keyboard.type("Kort")
    for text in ("Om tider", "Hur lång tid tar {vad}?"):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "ny" not in url)
    page.locator("#f0").focus()
    page.keyboard.type("ett beslut")
    page.keyboard.press("Tab")
    page.keyboard.type(ASSISTANT[:3])
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Visa frågan i samtalet")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/assistenter/**")
    expect(page.locator("#question")).to_have_value("Hur lång tid tar ett beslut?")


def test_everything_works_without_script(visit: Open, site: Site) -> None:
    page = visit(member=True, java_script_enabled=False)
    page.goto("/mallar/ny")
    page.get_by_label("Namn").fill("Utan skript")
    page.get_by_label("Frågan").fill("\n" + TEXT)
    page.get_by_role("button", name="Spara mallen").click()
    page.get_by_role("link", name="Ändra").click()
    expect(page.get_by_label("Frågan")).to_have_value("\n" + TEXT)
    page.get_by_role("button", name="Spara mallen").click()
    page.get_by_role("button", name="Dela med organisationen").click()
    page.locator(".said button").click()  # taken back
    expect(page.locator("main")).to_contain_text("Bara du ser den.")
    page.get_by_role("button", name="Ta bort").click()
    expect(page.locator("main")).to_contain_text("Du har inga mallar än")
    page.locator(".said button").click()
    page.get_by_label("Namn").fill("Kim")
    page.get_by_label("Ärende").fill("p-tillstånd\nnr 7")
    page.get_by_label("Ton", exact=True).select_option("formell")
    page.get_by_label("Assistent", exact=True).select_option(label=ASSISTANT)
    page.get_by_role("button", name="Visa frågan i samtalet").click()
    expect(page.locator("#question")).to_have_value(FILLED)


def test_what_is_missing_is_told_and_what_was_typed_is_kept(visit: Open, site: Site) -> None:
    page = visit(member=True)
    _one(page, site)
    page.fill("#f1", "p-tillstånd")
    page.locator("form.fill").evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
    expect(page.locator("#error")).to_be_focused()
    expect(page.locator("#f0-error")).to_have_text("Fyll i det här.")
    expect(page.locator("#assistant-error")).to_be_visible()
    assert page.locator("#f1-error").count() == 0
    expect(page.locator("#f1")).to_have_value("p-tillstånd")


def test_a_long_question_is_read_through_before_it_is_sent(visit: Open, site: Site) -> None:
    page = visit(member=True)
    _review(page, site)
    expect(page.locator("#question")).to_have_value("åäö " * 480)
    page.get_by_role("button", name="Skicka frågan").click()
    page.wait_for_url("**/samtal/**")


def test_a_question_that_would_be_too_long_is_told_of_before_it_is_sent(visit: Open, site: Site) -> None:
    page = visit(member=True)
    page.goto(f"/mallar/{given(site, 'Lång', '{text:lång}').id}")
    page.fill("#f0", "å" * 2_001)
    page.select_option("#assistant", label=ASSISTANT)
    page.locator("form.fill button").click()
    expect(page.locator("#error")).to_contain_text("Högst 2 000")
    expect(page.locator("#f0")).to_have_value("å" * 2_001)


def test_a_shared_prompt_is_found_copied_and_not_changed_by_others(visit: Open, site: Site) -> None:
    prompt = given(site, "Delad mall", shared=True)
    page = visit(role=Role.BUILDER)
    page.goto("/mallar/delade?q=synpunkt")
    expect(page.locator("main")).to_contain_text("Ingen mall innehåller ”synpunkt”.")
    page.get_by_role("link", name="Visa alla").click()
    page.get_by_role("link", name="Delad mall").click()
    expect(page.locator("main")).to_contain_text("Delad av Maja Lind.")
    for name in ("Ändra", "Ta bort", "Sluta dela"):
        assert page.get_by_text(name, exact=True).count() == 0
    assert page.goto(f"/mallar/{prompt.id}/andra").status == 403  # type: ignore[union-attr]
    page.go_back()
    page.get_by_role("button", name="Gör en egen kopia").click()
    expect(page.get_by_label("Namn")).to_have_value("Kopia av Delad mall")
    page.goto("/mallar")
    expect(page.locator(".prompts h2")).to_have_text(["Kopia av Delad mall"])


def test_an_admin_may_stop_the_sharing_which_is_named_and_written_down(visit: Open, site: Site) -> None:
    prompt = given(site, "Olämplig", shared=True)
    page = visit(role=Role.ADMIN)
    page.goto(f"/mallar/{prompt.id}")
    page.get_by_role("link", name="Sluta dela").click()
    expect(page.locator("main")).to_contain_text("ser bara Maja Lind mallen ”Olämplig”")
    page.get_by_role("button", name="Sluta dela").click()
    expect(page.locator(".said")).to_contain_text("”Olämplig” är inte delad längre.")
    assert page.goto(f"/mallar/{prompt.id}").status == 404  # type: ignore[union-attr]
    change, *_ = site.run(site.rooms.journal.read(person(site).org_id))
    assert (change.action, change.actor_name, change.facts) == ("prompt.unshared", "Karin Öberg", {"title": "Olämplig"})


def test_two_who_edit_at_once_lose_nothing(visit: Open, site: Site) -> None:
    prompt = given(site, "Gemensam", shared=True)
    mine, theirs = visit(member=True), visit(role=Role.ADMIN)
    for page in (mine, theirs):
        page.goto(f"/mallar/{prompt.id}/andra")
    theirs.get_by_label("Frågan").fill("Karins ord")
    theirs.get_by_role("button", name="Spara mallen").click()
    mine.get_by_label("Frågan").fill("Majas ord")
    mine.get_by_role("button", name="Spara mallen").click()
    expect(mine.locator("#error")).to_contain_text("har ändrats sedan du öppnade den")
    expect(mine.get_by_label("Frågan")).to_have_value("Majas ord")
    mine.get_by_role("button", name="Spara mallen").click()
    expect(mine.locator(".template")).to_have_text("Majas ord")


def test_a_form_sent_twice_makes_one_prompt(visit: Open, site: Site) -> None:
    page = visit(member=True, java_script_enabled=False)
    page.goto("/mallar/ny")
    page.get_by_label("Namn").fill("En gång")
    page.get_by_label("Frågan").fill("x")
    page.get_by_role("button", name="Spara mallen").click()
    page.go_back()
    page.get_by_role("button", name="Spara mallen").click()
    page.goto("/mallar")
    expect(page.locator(".prompts h2")).to_have_text(["En gång"])


# what must not happen


def test_prompts_of_others_look_like_prompts_that_do_not_exist(visit: Open, site: Site) -> None:
    private = given(site, "Bara min", role=Role.STEWARD)
    granby = site.run(site.rooms.identity.org("granby")).id
    theirs = site.run(site.rooms.prompts.create(system(granby), new_id(), PromptBody("Granbys", "", "x")))
    site.run(site.rooms.prompts.share(system(granby), theirs.id))
    page = visit(member=True)
    own = given(site, "Egen")
    for prompt in (private.id, theirs.id, UUID(int=7)):
        for path in ("", "/andra", "/sluta-dela"):
            assert page.goto(f"/mallar/{prompt}{path}").status == 404  # type: ignore[union-attr]
        for act in ("ta-bort", "dela", "kopiera", "aterstall", "sluta-dela", "andra"):
            page.goto(f"/mallar/{own.id}")
            with page.expect_navigation() as caught:
                page.locator("form[action$='/kopiera']").evaluate(
                    "(form, to) => { form.action = to; form.submit(); }", f"/mallar/{prompt}/{act}"
                )
            assert caught.value and caught.value.status == 404, act
    page.goto("/mallar/delade")
    expect(page.locator("main")).not_to_contain_text("Granbys")
    assert site.run(site.rooms.prompts.get(person(site, Role.STEWARD), private.id)).shared is False


def test_a_form_without_its_token_changes_nothing(visit: Open, site: Site) -> None:
    prompt = given(site, "Kvar")
    page = visit(member=True)
    got = page.request.post(f"{site.url}/mallar/{prompt.id}/ta-bort", form={"csrf": "fel"})
    assert got.status == 403
    assert site.run(site.rooms.prompts.get(person(site), prompt.id)).title == "Kvar"


def test_a_citizen_has_no_prompts(visit: Open, site: Site) -> None:
    page = visit()
    page.goto("/mallar")
    assert "/logga-in" in page.url
    log_in(page)
    assert site.run(site.rooms.identity.org("bjorksta")).id  # the member is back where the page is
    page.goto("/mallar")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mallar")


def test_hostile_words_are_words(visit: Open, site: Site) -> None:
    title = (HOSTILE + " مرحبا 👩🏽‍🚒 " + "ö" * 300)[:300]
    prompt = given(
        site, title, HOSTILE + ' {a b:<b>1</b>|"2"} {' + "ö" * 60 + "} " + "å" * 5_000, about=HOSTILE * 3, shared=True
    )
    page = visit(member=True, width=320, height=700)
    for path in ("/mallar", "/mallar/delade", f"/mallar/{prompt.id}", f"/mallar/{prompt.id}/andra"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        assert page.evaluate("window.hacked") is None
    page.goto(f"/mallar/{prompt.id}")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator("#f0 option")).to_have_text(["<b>1</b>", '"2"'])


def test_odd_addresses_are_answered_kindly(visit: Open, site: Site) -> None:
    page = visit(member=True)
    given(site, "Mall")
    for path in (
        "/mallar?sida=99",
        "/mallar?sida=-1",
        "/mallar?sida=²",
        "/mallar?sida=x",
        "/mallar?q=" + "%25" * 300,
        "/mallar/ny?fraga=" + "x" * 900,
    ):
        assert page.goto(path).status == 200, path  # type: ignore[union-attr]
    assert page.goto("/mallar/inte-ett-id").status == 404  # type: ignore[union-attr]


def test_keys_and_kinds_of_people_stay_apart(site: Site) -> None:
    who = person(site)
    key = Principal(Kind.KEY, who.org_id, who.id, "Nyckel", scopes=frozenset({"chat"}))
    given(site, "Majas")
    assert site.run(site.rooms.prompts.list(key, "own")).prompts == ()
