"""The models as people look at them: cards, filters, a comparison, why a model is not for me, and what a steward may adopt."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from samverk.core.ids import now
from samverk.core.levels import Level
from samverk.identity.principal import Role
from samverk.library.cards import ModelCard
from samverk.library.catalogues import Catalogue, Keys, sign
from samverk.library.discovery import Offer
from samverk.library.ports import Endpoint
from tests.journeys.axe import assert_accessible
from tests.journeys.conftest import InEachLanguage, Open
from tests.journeys.site import ASSISTANT, PASSWORD, PEOPLE, Site

pytestmark = pytest.mark.browser

PLACE = Endpoint("openai_compatible", "m", "http://127.0.0.1:9/v1")
HOSTILE = "<script>window.hacked=1</script><img src=x onerror=window.hacked=2> مرحبا 👩🏽‍🚒 " + "m" * 240
CLOUD = ModelCard(
    slug="stort-moln",
    name="Stort moln 2",
    vendor="Exempel Moln AB",
    hosting="third_country",
    price_in=30_000_000,
    price_out=120_000_000,
    currency="USD",
    licence="Sluten",
    certified_by="SKR",
    certified_until="2020-01-31",
)
ENDING = ModelCard(
    slug="vega-70b",
    name="Vega 70B",
    hosting="eu",
    approved_for=Level.INTERNAL,
    certified_by="Björksta",
    certified_until=now().date().isoformat(),
)
NAUGHTY = ModelCard(
    slug="elak",
    name=HOSTILE,
    vendor=HOSTILE,
    licence=HOSTILE,
    certified_by=HOSTILE,
    abilities=frozenset({HOSTILE}),
    kind="speech",
)


@pytest.fixture(autouse=True, scope="module")
def _models(site: Site) -> None:
    """More models than the site has of itself, one of them with two versions."""
    org = site.run(site.rooms.identity.org("bjorksta")).id
    first = CLOUD.model_copy(update={"price_in": 40_000_000, "approved_for": Level.INTERNAL})
    for card in (first, CLOUD, ENDING, NAUGHTY):
        site.run(site.rooms.library.adopt(org, card, PLACE, "model add"))


def _at(path: str) -> Callable[[Page, Site], None]:
    return lambda page, site: page.goto(path) and None


COMPARED = "/modeller/jamfor?m=stort-moln&m=vega-70b&m=skriptmodell&m=extractive"
STATES: dict[str, Callable[[Page, Site], None]] = {
    "cards": _at("/modeller"),
    "nothing fits": _at("/modeller?drift=own&typ=image"),
    "a card": _at("/modeller/stort-moln"),
    "a hostile card": _at("/modeller/elak"),
    "comparison": _at(COMPARED),
    "differences": _at(f"{COMPARED}&skillnader=1"),
    "too many to compare": _at(f"{COMPARED}&m=elak&m=finns-inte"),
    "too few to compare": _at("/modeller/jamfor?m=finns-inte"),
}


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(in_each_language: InEachLanguage, site: Site, state: str) -> None:
    for page in in_each_language(Role.MEMBER):
        STATES[state](page, site)
        assert_accessible(page)


def test_an_organisation_without_models_says_so(visit: Open, site: Site) -> None:
    site.run(
        site.rooms.identity.create_user(
            "granby", "ny@granby.example", "Ny Granby", Role.STEWARD, [], "en lång nog fras"
        )
    )
    page = visit()
    page.goto("/logga-in?next=/modeller")
    page.fill("#email", "ny@granby.example")
    page.fill("#password", "en lång nog fras")
    page.press("#password", "Enter")
    expect(page.locator(".empty")).to_contain_text("Organisationen har inga modeller än")
    assert_accessible(page)
    assert page.goto("/modeller/skriptmodell").status == 404  # type: ignore[union-attr]
    page.goto("/modeller/jamfor?m=skriptmodell&m=extractive")
    expect(page.locator("main")).to_contain_text("De här modellerna finns inte: skriptmodell, extractive.")


def test_from_the_menu_to_why_a_model_is_not_for_me(visit: Open, site: Site) -> None:
    page = visit(member=True)
    page.goto("/")
    page.get_by_role("link", name="Modeller").first.click()
    expect(page.locator(".models .card")).to_have_count(5)
    page.get_by_role("link", name="Stort moln 2").click()
    expect(page.locator(".notice.bad")).to_contain_text("Granskningen gick ut 31 januari 2020.")
    levels = page.locator(".levels li")
    expect(levels.nth(0)).to_contain_text("Öppen information: ja")
    expect(levels.nth(1)).to_contain_text("Intern information: nej")
    expect(levels.nth(1)).to_contain_text("Stort moln 2 är inte godkänd för intern.")
    expect(page.locator("main")).to_contain_text("Ingen av assistenterna som du kan fråga har modellen i sin lista.")
    expect(page.locator(".versions li").first).to_contain_text("intern")
    expect(page.locator(".versions del").first).to_have_text("intern")
    page.goto("/modeller/skriptmodell")
    use = page.locator(".uses li").filter(has_text=ASSISTANT)
    expect(use).to_contain_text("Modellen svarar. Assistenten är märkt intern. Skriptmodell 7B är godkänd för intern.")
    use.get_by_role("link").click()
    page.wait_for_url("**/assistenter/tillstand")


def test_cards_are_narrowed_and_the_address_says_how(visit: Open, site: Site) -> None:
    page = visit(member=True)
    page.goto("/modeller")
    page.get_by_label("Drift").select_option("third_country")
    page.get_by_role("button", name="Visa").click()
    expect(page.locator(".models h2")).to_have_text([HOSTILE.strip(), "Stort moln 2"])
    page.get_by_label("Uppgift").select_option("chat")
    page.get_by_role("button", name="Visa").click()
    expect(page.locator(".models h2")).to_have_text(["Stort moln 2"])
    assert "drift=third_country" in page.url
    page.goto("/modeller?klass=sensitive")
    expect(page.locator(".models h2")).to_have_text(["Skriptmodell 7B", "Utdrag ur källorna"])
    page.goto("/modeller?klass=hemlig&drift=månen&typ=")
    expect(page.locator(".models .card")).to_have_count(5)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_models_are_compared(visit: Open, site: Site, script: bool) -> None:
    page = visit(member=True, java_script_enabled=script)
    page.goto("/modeller/vega-70b")
    page.get_by_role("link", name="Jämför med andra").click()
    expect(page.get_by_label("Jämför Vega 70B")).to_be_checked()
    page.get_by_label("Jämför Stort moln 2").check()
    page.get_by_role("button", name="Jämför valda").click()
    expect(page.get_by_role("columnheader")).to_have_text(["Stort moln 2", "Vega 70B"])
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Drift"))
    expect(row.get_by_role("cell")).to_contain_text(["Drift utanför EU", "Drift inom EU"])
    expect(page.get_by_role("rowheader", name="Uppgift")).to_be_visible()
    page.get_by_role("link", name="Visa bara skillnader").click()
    expect(page.get_by_role("rowheader", name="Uppgift")).to_have_count(0)
    page.set_viewport_size({"width": 320, "height": 700})
    expect(row.locator(".of").first).to_be_visible()
    page.go_back()
    expect(page.get_by_role("rowheader", name="Uppgift")).to_be_visible()


def test_a_comparison_by_keyboard(visit: Open, site: Site) -> None:
    page = visit(member=True)
    page.goto("/modeller")
    for name in ("Jämför Vega 70B", "Jämför Skriptmodell 7B"):
        page.get_by_label(name).focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Jämför valda").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/modeller/jamfor?**")
    expect(page.get_by_role("columnheader")).to_have_text(["Skriptmodell 7B", "Vega 70B"])


def test_hostile_words_are_words(visit: Open, site: Site) -> None:
    page = visit(member=True, width=320, height=700)
    for path in (
        "/modeller",
        "/modeller/elak",
        "/modeller/jamfor?m=elak&m=vega-70b",
        "/modeller/jamfor?m=<script>&m=%00",
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        assert page.evaluate("window.hacked") is None
    got = page.goto("/modeller/<script>alert(1)</script>")
    assert got and got.status == 404


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_steward_sees_what_nobody_has_reviewed(
    visit: Open, site: Site, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def discover() -> list[Offer]:
        cards = [ModelCard(slug="ollama-gemma3", name="gemma3", hosting="own")]
        return [Offer(card, PLACE) for card in [*cards, ENDING]]

    page = visit(role=Role.STEWARD, language=language)
    page.goto("/modeller/ej-granskade")
    expect(page.locator(".empty")).to_be_visible()
    assert_accessible(page)
    monkeypatch.setattr(site.rooms.library, "_discover", discover)
    page.goto("/modeller")
    page.locator("a[href='/modeller/ej-granskade']").click()
    expect(page.locator(".list li")).to_have_count(1)  # what is adopted is not offered again
    expect(page.locator(".list")).to_contain_text("gemma3")
    expect(page.locator(".list")).to_contain_text({"sv": "inte granskad", "en": "not reviewed"}[language])
    assert_accessible(page)


def test_only_stewards_look_for_models(visit: Open, site: Site) -> None:
    page = visit(role=Role.BUILDER)
    page.goto("/modeller")
    assert page.locator("a[href='/modeller/ej-granskade']").count() == 0
    assert page.goto("/modeller/ej-granskade").status == 403  # type: ignore[union-attr]


def test_a_steward_adopts_what_was_offered(visit: Open, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def discover() -> list[Offer]:
        return [Offer(ModelCard(slug="ollama-liten", name="Liten", hosting="own"), PLACE)]

    monkeypatch.setattr(site.rooms.library, "_discover", discover)
    monkeypatch.setattr(site.rooms.library.curation, "_offers", discover)
    page = visit(role=Role.STEWARD)
    page.goto("/modeller/ej-granskade")
    page.get_by_label("Godkänd för").select_option("internal")
    page.get_by_role("button", name="Anta Liten").click()
    page.wait_for_url("**/modeller/ollama-liten")
    expect(page.get_by_text("Liten är antagen.")).to_be_visible()
    expect(page.get_by_text("Intern information: ja")).to_be_visible()


@pytest.mark.parametrize("language", ["sv", "en"])
def test_everything_that_a_steward_does_with_a_model(visit: Open, site: Site, language: str) -> None:
    page = visit(role=Role.STEWARD, language=language)
    page.goto("/modeller/vega-70b/hantera")
    assert_accessible(page)
    page.locator("form[action$='/skarp'] select").select_option("open")
    page.locator("form[action$='/skarp'] textarea").fill("Läs svaret innan det skickas.")
    page.locator("form[action$='/skarp'] button").click()
    page.wait_for_url("**/modeller/vega-70b")
    expect(page.get_by_text("Läs svaret innan det skickas.")).to_be_visible()
    assert_accessible(page)
    page.goto("/modeller/vega-70b/hantera")
    page.locator("form[action*='/prova'] button").click()
    expect(page.locator(".tried")).to_be_visible()  # nobody listens at the address: the page says so
    expect(page.locator(".tried .notice")).to_be_visible()
    page.locator("summary", has_text={"sv": "Lägg till en plats", "en": "Add a place"}[language]).click()
    page.locator("#url").fill("http://127.0.0.1:10/v1")
    page.locator("#model").fill("vega")
    page.locator("#key").fill("hemlig-nyckel")
    page.locator("form[action*='/platser#'] button").click()
    expect(page.locator(".places li")).to_have_count(2)
    assert "hemlig-nyckel" not in page.content()
    page.locator(".places details summary").last.click()
    page.locator(".places details a").last.click()
    assert_accessible(page)
    page.locator("main form button").last.click()
    expect(page.locator(".places li")).to_have_count(1)
    page.locator("form[action$='/skarp'] select").select_option("")
    page.locator("form[action$='/skarp'] textarea").fill("")
    page.locator("form[action$='/skarp'] button").click()
    page.goto("/modeller/vega-70b/ur-bruk")
    assert_accessible(page)
    page.locator("main form button").last.click()
    page.wait_for_url("**/modeller")
    page.get_by_role("button", name={"sv": "Ångra", "en": "Undo"}[language]).click()
    page.wait_for_url("**/modeller/vega-70b")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_catalogue_is_followed_and_adopted_from(visit: Open, site: Site, language: str) -> None:
    keys, name = Keys.new(), f"lansnatet-{language}"
    card = ModelCard(slug=f"granskad-{language}", name="Granskad", hosting="sweden", approved_for=Level.INTERNAL)
    page = visit(role=Role.STEWARD, language=language)
    page.goto("/modeller/kataloger")
    page.locator("#name").fill(name)
    page.locator("#key").fill("ingen nyckel")
    page.locator("main form button").last.click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert_accessible(page)
    page.locator("#key").fill(keys.public)
    page.locator("main form button").last.click()
    page.wait_for_url(f"**/kataloger/{name}")
    assert_accessible(page)
    _, who = site.run(site.rooms.identity.log_in(PEOPLE[Role.STEWARD][0], PASSWORD, "test"))
    edition = Catalogue(publisher="Länsnätet", sequence=1, issued="2026-11-01", cards=(card,))
    site.run(site.rooms.library.catalogues.update(who, name, sign(edition, keys)))
    page.reload()
    page.locator(f"#url-granskad-{language}").fill("http://127.0.0.1:9/v1")
    assert_accessible(page)
    page.locator(".offers button").click()
    page.wait_for_url(f"**/modeller/granskad-{language}")
    expect(page.locator("dl.facts")).to_contain_text(name)
    assert_accessible(page)
