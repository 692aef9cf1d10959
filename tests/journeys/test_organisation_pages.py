"""The organisation's pages as an administrator meets them: axe in every state; by mouse, by keyboard and without script."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from samverk.identity.invitations import NewInvitation
from samverk.identity.keys import NewKey
from samverk.identity.members import Sought
from samverk.identity.organisations import Appearance
from samverk.identity.principal import Kind, Principal, Role
from tests.journeys.axe import assert_accessible
from tests.journeys.conftest import InEachLanguage, Open
from tests.journeys.site import PASSWORD, PEOPLE, Site

pytestmark = pytest.mark.browser

HOME = "/organisation"
HOSTILE = "<script>window.hacked=1</script> \u202eomvänd\u202c 🐘 " + "långtnamn" * 15
NEW_PASSWORD = "blå tallrik under taket"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\0" * 30 + b"\x00\x00\x00\x00IEND\xaeB`\x82"

Reach = Callable[[Page, Site], None]


@pytest.fixture(scope="module", autouse=True)
def furnished(site: Site) -> Iterator[None]:
    """Names that are hostile and long, invitations and keys in every state."""
    site.run(_furnish(site))
    yield


async def _furnish(site: Site) -> None:
    identity = site.rooms.identity
    by = await _admin(site)
    await identity.groups.create(by, HOSTILE[:190])
    await identity.create_user("bjorksta", "elak@bjorksta.example", HOSTILE, Role.MEMBER, [], PASSWORD)
    gone, _ = await identity.create_user("bjorksta", "borta@bjorksta.example", "Gun Borta", Role.MEMBER, [], PASSWORD)
    await identity.members.end(by, gone.id)
    row, _ = await identity.invitations.invite(by, NewInvitation("elak.inbjuden@x.example", HOSTILE[:190]))
    await identity.invitations.revoke(by, row.id)
    await identity.invitations.invite(by, NewInvitation("väntar@bjorksta.example", "Vera Väntar"))
    key, _ = await identity.api_keys.create(by, NewKey(HOSTILE[:190], ["chat"], ["trafik"], days=10))
    old, _ = await identity.api_keys.create(by, NewKey("Gammal", ["chat", "admin"], days=0))
    assert key.id != old.id


async def _admin(site: Site) -> Principal:
    org = await site.rooms.identity.org("bjorksta")
    email, name = PEOPLE[Role.ADMIN]
    found = await site.rooms.identity.members.find(org.id, Sought(text=email))
    return Principal(Kind.MEMBER, org.id, str(found.members[0].id), name, Role.ADMIN)


def _at(path: str) -> Reach:
    return lambda page, site: page.goto(path) and None


def _member(page: Page, site: Site) -> None:
    page.goto(f"{HOME}/medlemmar?q=maja")
    page.get_by_role("link", name="Maja Lind").click()


def _end(page: Page, site: Site) -> None:
    _member(page, site)
    page.locator(".actions a").first.click()


def _group(page: Page, site: Site) -> None:
    page.goto(f"{HOME}/grupper")
    page.get_by_role("link", name="trafik", exact=True).click()
    page.fill("#q", "maja")
    page.press("#q", "Enter")


def _group_in_use(page: Page, site: Site) -> None:
    _group(page, site)
    page.locator(".head .actions a").click()


def _refused_invitation(page: Page, site: Site) -> None:
    page.goto(f"{HOME}/inbjudningar/ny")
    page.fill("#name", "Maja")
    page.fill("#email", PEOPLE[Role.MEMBER][0])
    page.press("#email", "Enter")
    expect(page.locator("#email")).to_have_attribute("aria-invalid", "true")


def _key_made(page: Page, site: Site) -> None:
    page.goto(f"{HOME}/nycklar/ny")
    page.fill("#name", "e-tjänst")
    page.press("#name", "Enter")
    expect(page.locator("#secret")).to_have_value(re.compile("^sv-"))


def _refused_key(page: Page, site: Site) -> None:
    page.goto(f"{HOME}/nycklar/ny")
    page.fill("#name", "e-tjänst")
    page.locator("[name='scope.chat']").uncheck()
    page.press("#name", "Enter")
    page.wait_for_selector(".wrong")


def _refused_colour(page: Page, site: Site) -> None:
    page.goto(f"{HOME}/utseende")
    page.fill("#colour", "#ff8800")
    page.press("#colour", "Enter")
    page.wait_for_selector("[name=take]")


def _preview(page: Page, site: Site) -> None:
    page.goto(f"{HOME}/utseende")
    page.fill("#colour", "#767676")
    page.press("#colour", "Enter")
    page.wait_for_selector("[role=status] strong")


def _refused_days(page: Page, site: Site) -> None:
    page.goto(f"{HOME}/gallring")
    page.locator("[value=own]").check()
    page.fill("#days", "9999")
    page.press("#days", "Enter")
    page.wait_for_selector("#days-error")


def _welcome(page: Page, site: Site) -> None:
    page.context.clear_cookies()
    page.goto(_link(site, "axe@bjorksta.example"))


def _welcome_refused(page: Page, site: Site) -> None:
    _welcome(page, site)
    page.fill("#password", "sommar")
    page.fill("#again", "vinter")
    page.press("#again", "Enter")
    page.wait_for_selector(".wrong")


def _welcome_closed(page: Page, site: Site) -> None:
    path = _link(site, "stängd@bjorksta.example")
    site.run(_revoke_all(site, "stängd@bjorksta.example"))
    page.context.clear_cookies()
    page.goto(path)


def _link(site: Site, email: str) -> str:
    """The path of a fresh invitation's link."""

    async def invite() -> str:
        await _revoke_all(site, email)
        _, secret = await site.rooms.identity.invitations.invite(await _admin(site), NewInvitation(email, "Axel Axe"))
        return f"/inbjudan/{secret}"

    return site.run(invite())


async def _revoke_all(site: Site, email: str) -> None:
    by, invitations = await _admin(site), site.rooms.identity.invitations
    for row in await invitations.waiting(by.org_id):
        if row.email == email:
            await invitations.revoke(by, row.id)


def _costs(page: Page, site: Site) -> None:
    page.goto(f"{HOME}/kostnader")
    page.fill("#amount", "1500,50")
    page.press("#amount", "Enter")
    page.wait_for_selector("meter")


def _refused_amount(page: Page, site: Site) -> None:
    page.goto(f"{HOME}/kostnader")
    page.fill("#amount", "mycket")
    page.press("#amount", "Enter")
    page.wait_for_selector("#amount-error")


STATES: dict[str, Reach] = {
    "costs, with a budget": _costs,
    "costs refused": _refused_amount,
    "overview": _at(HOME),
    "roles": _at(f"{HOME}/roller"),
    "members": _at(f"{HOME}/medlemmar"),
    "members, none found": _at(f"{HOME}/medlemmar?q=finns-inte"),
    "member": _member,
    "ending a membership": _end,
    "group, somebody found": _group,
    "group in use": _group_in_use,
    "invitations": _at(f"{HOME}/inbjudningar"),
    "invitation refused": _refused_invitation,
    "keys": _at(f"{HOME}/nycklar"),
    "key made": _key_made,
    "key refused": _refused_key,
    "retention refused": _refused_days,
    "appearance refused": _refused_colour,
    "appearance, preview": _preview,
    "sign-in": _at(f"{HOME}/inloggning"),
    "log": _at(f"{HOME}/logg"),
    "invited": _welcome,
    "invited, refused": _welcome_refused,
    "invited, closed": _welcome_closed,
}


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(in_each_language: InEachLanguage, site: Site, state: str) -> None:
    for page in in_each_language(Role.ADMIN):
        STATES[state](page, site)
        assert_accessible(page)
        assert page.evaluate("window.hacked") is None


def test_a_colleague_is_invited_and_joins(visit: Open, site: Site) -> None:
    admin = visit(role=Role.ADMIN)
    admin.goto(HOME)
    admin.get_by_role("link", name="Bjud in").click()
    admin.fill("#name", "Nils Ny")
    admin.fill("#email", "nils.ny@bjorksta.example")
    admin.get_by_label("Byggare").check()
    admin.get_by_label("trafik", exact=True).check()
    admin.get_by_role("button", name="Skapa inbjudan").click()
    link = admin.locator("#link").input_value()
    assert link.startswith(f"{site.url}/inbjudan/")
    mail = admin.get_by_role("link", name="Skriv e-post").get_attribute("href") or ""
    assert mail.startswith("mailto:nils.ny@bjorksta.example?subject=")
    assert link.split("/")[-1] not in admin.url

    colleague = visit()
    colleague.goto(link)
    expect(colleague.get_by_role("heading", level=1)).to_have_text("Välkommen till Björksta kommun")
    colleague.fill("#password", "kort")
    colleague.fill("#again", "kort")
    colleague.get_by_role("button", name="Bli medlem").click()
    expect(colleague.locator("#password-error")).to_contain_text("minst 12 tecken")
    expect(colleague.locator("#name")).to_have_value("Nils Ny")
    colleague.fill("#password", NEW_PASSWORD)
    expect(colleague.get_by_text("Starkt.")).to_be_visible()
    colleague.fill("#again", NEW_PASSWORD)
    colleague.press("#again", "Enter")
    expect(colleague.locator(".said")).to_contain_text("Välkommen till Björksta kommun, Nils Ny.")
    colleague.goto(link)
    expect(colleague.get_by_text("är redan använd")).to_be_visible()

    admin.goto(f"{HOME}/logg")
    expect(admin.get_by_text("Nils Ny tog emot sin inbjudan och blev medlem med rollen byggare.")).to_be_visible()
    admin.goto(f"{HOME}/medlemmar?q=nils")
    admin.get_by_role("link", name="Nils Ny").click()
    admin.get_by_role("link", name="Avsluta medlemskapet").click()
    admin.get_by_role("button", name="Avsluta medlemskapet").click()
    colleague.goto("/samtal")
    assert "/logga-in" in colleague.url
    admin.get_by_role("button", name="Ångra").click()
    expect(admin.locator(".said")).to_contain_text("Nils Ny är medlem igen.")


def test_a_key_is_made_and_revoked_by_keyboard(visit: Open, site: Site) -> None:
    page = visit(role=Role.ADMIN, language="en")
    page.goto(f"{HOME}/nycklar")
    _tab_to(page, "New key")
    page.keyboard.press("Enter")
    page.locator("#name").focus()
    page.keyboard.type("Case system")
    page.keyboard.press("Enter")
    secret = page.locator("#secret").input_value()
    assert site.run(site.rooms.identity.key(secret)).name == "Case system"
    assert secret not in page.url
    assert secret not in str(page.context.cookies())
    page.get_by_role("link", name="I have saved the key").click()
    assert secret not in page.content()
    row = page.get_by_role("row").filter(has_text="Case system")
    expect(row).to_contain_text("Karin Öberg")
    row.get_by_role("link", name="Revoke").press("Enter")
    page.get_by_role("button", name="Revoke").press("Enter")
    expect(page.locator(".said")).to_contain_text("The key Case system is revoked.")


def _tab_to(page: Page, text: str) -> None:
    """Press Tab until the element with this text has the focus; fails when it cannot be reached."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == text:
            return
    raise AssertionError(f"{text!r} cannot be reached by Tab")


def test_a_colour_is_refused_and_the_nearest_taken_without_script(site: Site, browser: Browser) -> None:
    context = browser.new_context(base_url=site.url, locale="sv-SE", java_script_enabled=False)
    page = context.new_page()
    try:
        page.goto("/logga-in")
        page.fill("#email", PEOPLE[Role.ADMIN][0])
        page.fill("#password", PASSWORD)
        page.get_by_role("button", name="Logga in").click()
        page.goto(f"{HOME}/utseende")
        page.fill("#colour", "#FF8800")
        page.set_input_files("#files", {"name": "logga.png", "mimeType": "image/png", "buffer": PNG})
        page.get_by_role("button", name="Förhandsgranska").click()
        expect(page.locator("#colour-error")).to_contain_text("2,39 till 1")
        page.get_by_role("button", name="Ta den färgen").click()
        expect(page.get_by_text("Ingenting är sparat än")).to_be_visible()
        assert page.locator("link[href*='/utseende/bjorksta/b66000.css']").count() == 1
        page.get_by_role("button", name="Spara", exact=True).click()
        expect(page.locator(".said")).to_contain_text("Utseendet är sparat.")
        expect(page.locator("#colour")).to_have_value("#b66000")
        assert page.locator("img.logo").count() == 1
        logo = context.request.get(page.locator("img.logo").get_attribute("src") or "")
        assert logo.body() == PNG
        assert "sandbox" in logo.headers["content-security-policy"]
        sheet = context.request.get("/utseende/bjorksta/b66000.css")
        assert "immutable" in sheet.headers["cache-control"]
        assert context.request.get("/utseende/bjorksta/ff8800.css").status == 404
    finally:
        context.close()
        site.run(_undress(site))


async def _undress(site: Site) -> None:
    by = await _admin(site)
    await site.rooms.identity.organisation.change_appearance(by, Appearance("Björksta kommun", "", {}, b""))


def test_the_last_administrator_is_kept_and_oneself_asked(visit: Open, site: Site) -> None:
    page = visit(role=Role.ADMIN)
    me = site.run(_admin(site)).id
    page.goto(f"{HOME}/medlemmar/{UUID(me)}")
    page.get_by_label("Förvaltare").check()
    page.get_by_role("button", name="Spara rollen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lämna ifrån dig rollen administratör?")
    page.get_by_role("button", name="Byt min roll").click()
    expect(page.get_by_role("alert")).to_contain_text("enda administratör")


def test_retention_that_erases_is_asked_for_once_more(visit: Open, site: Site) -> None:
    page = visit(role=Role.ADMIN)
    page.goto(f"{HOME}/gallring")
    page.get_by_label("90 dagar").check()
    page.get_by_role("button", name="Spara").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Spara samtal bara 90 dagar?")
    page.get_by_role("button", name="Spara och gallra").click()
    expect(page.get_by_text("Nu sparas samtal 90 dagar")).to_be_visible()
    page.get_by_label("Tills ägaren").check()
    page.get_by_role("button", name="Spara").click()
    expect(page.get_by_text("Nu sparas samtal tills")).to_be_visible()


def test_the_log_is_filtered_and_taken_along(visit: Open, site: Site) -> None:
    page = visit(role=Role.ADMIN)
    page.goto(f"{HOME}/logg")
    page.select_option("#sak", "key")
    page.select_option("#person", label="Karin Öberg")
    page.get_by_role("button", name="Visa").click()
    expect(page.locator(".changes li").first).to_contain_text("nyckeln")
    assert page.locator(".changes li", has_text="Lade till").count() == 0
    with page.expect_download() as download:
        page.get_by_role("link", name="Ladda ner som CSV").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[0] == ["Tid", "Vem", "Kod", "Vad som hände"]
    assert {row[2].split(".")[0] for row in rows[1:]} == {"key"}


@pytest.mark.parametrize(
    "path", [HOME, f"{HOME}/medlemmar", f"{HOME}/nycklar/ny", f"{HOME}/logg.csv", f"{HOME}/utseende"]
)
def test_who_does_not_administer_is_kindly_turned_away(visit: Open, site: Site, path: str) -> None:
    page = visit(role=Role.STEWARD)
    response = page.request.get(path)
    assert response.status == 403
    assert "admin" in response.text().lower()
