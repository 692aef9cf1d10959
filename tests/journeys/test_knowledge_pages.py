"""Collections and documents as people handle them: axe in every state, then journeys by mouse, by keyboard, without script."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from samverk.core.levels import Level
from samverk.identity.principal import Role, system
from samverk.knowledge.source_views import SourceFields
from tests.journeys.axe import assert_accessible
from tests.journeys.conftest import InEachLanguage, Open
from tests.journeys.site import Site

pytestmark = pytest.mark.browser

HOSTILE = "<script>window.hacked=1</script><img src=x onerror=window.hacked=2> مرحبا 👩🏽‍🚒 " + "n" * 220
FINISHED = ".finished:not([hidden])"

Reach = Callable[[Page, Site], object]


@pytest.fixture(scope="module", autouse=True)
def _furnished(site: Site, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A collection with everything that can be in one, and one that a neighbour shares."""
    folder, knowledge = tmp_path_factory.mktemp("files"), site.rooms.knowledge
    bjorksta = site.run(site.rooms.identity.org("bjorksta")).id
    granby = site.run(site.rooms.identity.org("granby")).id

    def add(org: object, slug: str, name: str, text: str) -> object:
        file = folder / "file"
        file.write_text(text, encoding="utf-8")
        return site.run(knowledge.add(org, slug, name, file, by=system(org)))  # type: ignore[arg-type]

    site.run(knowledge.create_collection(bjorksta, "full", HOSTILE, Level.SENSITIVE, ["trafik"], description=HOSTILE))
    for n in range(8):
        add(bjorksta, "full", f"mapp/rutin {n}.md", f"# Rutin {n}\n\nBidrag söks hos nämnden.")
    add(bjorksta, "full", f"mapp/{HOSTILE.replace('/', '')[:240]}.md", HOSTILE)
    add(bjorksta, "full", "tom.txt", "")
    gone = add(bjorksta, "full", "bort.md", "# Bort\n\nTas bort.")
    site.run(knowledge.create_collection(bjorksta, "tom", "Tom samling"))
    site.run(knowledge.create_collection(bjorksta, "borttagen", "Borttagen samling"))
    site.run(knowledge.delete_collection(bjorksta, "borttagen"))
    site.run(knowledge.create_collection(granby, "granbys", "Granbys riktlinjer", Level.OPEN))
    add(granby, "granbys", "a.md", "# Riktlinje\n\nGranby har en riktlinje.")
    site.run(knowledge.share(granby, "granbys", bjorksta))
    _synced(site, bjorksta, tmp_path_factory.mktemp("delat"))
    _until_read(site, bjorksta)
    _until_read(site, granby)
    site.run(knowledge.delete(bjorksta, gone))  # type: ignore[arg-type]


def _synced(site: Site, org: object, folder: Path) -> None:
    """A source of a collection, and its sync, which took two files that can be read and one that cannot."""
    for name, content in {"skylt.md": b"Skyltar.", f"{HOSTILE[:100].replace('/', '')}.md": b"Text."}.items():
        (folder / name).write_bytes(content)
    (folder / "skadad.pdf").write_bytes(b"%PDF-1.7 inte en pdf")

    async def sync() -> None:
        who, rooms = system(org), site.rooms  # type: ignore[arg-type]
        await rooms.knowledge.create_collection(who.org_id, "hamtad", "Hämtad samling")
        fields = SourceFields("folder", {"folder": str(folder)}, HOSTILE)
        source = await rooms.sources.add(who, "hamtad", fields)
        done = await rooms.sources.sync(who, source.id)
        while done.state in {"waiting", "running"}:
            await asyncio.sleep(0.05)
            done, _ = await rooms.sources.report(who, done.id)
        assert (done.state, done.added) == ("done", 3)

    site.run(sync())


def _until_read(site: Site, org: object) -> None:
    async def read() -> None:
        async with asyncio.timeout(60):
            while True:
                page = await site.rooms.knowledge.catalogue.collections(system(org))  # type: ignore[arg-type]
                if not any(view.state.reading for view in page.items):
                    return
                await asyncio.sleep(0.1)

    site.run(read())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as people have them: folders in it, a file that cannot be read, one that is hidden."""
    place = tmp_path / "riktlinjer"
    (place / "under").mkdir(parents=True)
    (place / "a.md").write_text("# Trafik\n\nTrafikenheten beslutar om skyltar.", encoding="utf-8")
    (place / "under" / "a.md").write_text("# Parker\n\nParkenheten sköter träden.", encoding="utf-8")
    (place / "skadad.pdf").write_bytes(b"%PDF-1.7 inte en pdf")
    (place / ".gömd").write_text("x", encoding="utf-8")
    return place


# accessibility


def _at(path: str) -> Reach:
    return lambda page, site: page.goto(path)


def _document(page: Page, site: Site) -> None:
    page.goto("/kunskap/full?q=rutin+3")
    page.locator(".documents th a").click()
    page.wait_for_selector(".as-read")


def _failed_document(page: Page, site: Site) -> None:
    page.goto("/kunskap/full?visa=failed")
    page.locator(".documents th a").first.click()
    page.wait_for_selector(".notice.bad")


def _deleted_document(page: Page, site: Site) -> None:
    page.goto("/kunskap/full?visa=deleted")
    page.locator(".documents th a").first.click()
    page.wait_for_selector(".notice.bad")


def _wrong_form(page: Page, site: Site) -> None:
    page.goto("/kunskap/ny")
    page.evaluate("document.querySelector('[name=name]').required = false")
    page.check("[name=who][value=groups]")
    page.click("main .primary")
    page.wait_for_selector(".notice.bad")


def _uploading(page: Page, site: Site) -> None:
    page.goto("/kunskap/tom")
    page.route("**/filer", lambda route: None)  # the line is so slow that nothing comes back
    page.wait_for_load_state()
    _choose(page, 5)
    page.wait_for_selector(".files progress")


def _upload_failed(page: Page, site: Site) -> None:
    page.goto("/kunskap/tom")
    page.route("**/filer", lambda route: route.abort())
    page.wait_for_load_state()
    _choose(page, 2)
    page.wait_for_selector(".retry:not([hidden])")


def _choose(page: Page, number: int) -> None:
    files = [{"name": f"fil {n}.md", "mimeType": "text/markdown", "buffer": b"Text."} for n in range(number)]
    page.set_input_files("#files", files)


def _report(page: Page, site: Site) -> None:
    page.goto("/kunskap/hamtad/kallor")
    page.locator(".card h2 a").click()
    page.locator("main a[href^='/synkningar/']").first.click()
    page.wait_for_selector(".list .badge")


STATES: dict[str, tuple[Role, Reach]] = {
    "collections": (Role.BUILDER, _at("/kunskap")),
    "collections for a reader": (Role.MEMBER, _at("/kunskap")),
    "no collection found": (Role.BUILDER, _at("/kunskap?q=finns+inte")),
    "new": (Role.BUILDER, _at("/kunskap/ny")),
    "new refused": (Role.BUILDER, _wrong_form),
    "empty collection": (Role.BUILDER, _at("/kunskap/tom")),
    "full collection": (Role.BUILDER, _at("/kunskap/full")),
    "collection for a reader": (Role.MEMBER, _at("/kunskap/full")),
    "failed documents": (Role.BUILDER, _at("/kunskap/full?visa=failed")),
    "deleted documents": (Role.BUILDER, _at("/kunskap/full?visa=deleted")),
    "no document found": (Role.BUILDER, _at("/kunskap/full?q=finns+inte")),
    "shared collection": (Role.BUILDER, _at("/kunskap/granby/granbys")),
    "settings": (Role.BUILDER, _at("/kunskap/full/installningar")),
    "collection with sources": (Role.BUILDER, _at("/kunskap/hamtad")),
    "search by meaning": (Role.STEWARD, _at("/kunskap/betydelse")),
    "sources": (Role.BUILDER, _at("/kunskap/hamtad/kallor")),
    "report of a sync": (Role.BUILDER, _report),
    "sharing": (Role.STEWARD, _at("/kunskap/full/delning")),
    "confirm": (Role.BUILDER, _at("/kunskap/full/ta-bort")),
    "not allowed": (Role.MEMBER, _at("/kunskap/ny")),
    "not there": (Role.MEMBER, _at("/kunskap/finns-inte")),
    "uploading": (Role.BUILDER, _uploading),
    "upload failed": (Role.BUILDER, _upload_failed),
    "document": (Role.BUILDER, _document),
    "failed document": (Role.BUILDER, _failed_document),
    "deleted document": (Role.BUILDER, _deleted_document),
}


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_accessible(in_each_language: InEachLanguage, site: Site, state: str) -> None:
    role, reach = STATES[state]
    for page in in_each_language(role):
        reach(page, site)
        assert_accessible(page)
        assert page.evaluate("window.hacked") is None


# journeys


def _make(page: Page, name: str) -> None:
    page.goto("/kunskap")
    page.get_by_role("link", name="Ny samling").first.click()
    page.fill("#name", name)
    page.get_by_role("button", name="Skapa samlingen").click()
    page.wait_for_selector("#upload")
    page.wait_for_load_state()


def test_a_folder_becomes_a_collection_and_a_failure_is_understood(visit: Open, folder: Path) -> None:
    page = visit(role=Role.BUILDER)
    _make(page, "Gator och parker")
    page.set_input_files("#folder", folder)
    page.wait_for_selector(FINISHED, timeout=60_000)
    expect(page.locator(".summary")).to_contain_text("2 lästa, 1 med fel")
    expect(page.locator(".summary")).to_contain_text("utelämnade: 1")
    expect(page.locator("#upload [role=status]")).to_have_text("Klart. 2 lästa, 1 med fel.")
    row = page.locator(".files li", has_text="skadad.pdf")
    expect(row.locator(".why")).to_contain_text("spara den på nytt")
    expect(page.locator(".documents")).to_contain_text("riktlinjer/under/a.md")  # the list below is fresh
    page.locator(".documents .tabs a", has_text="Kunde inte läsas").click()
    expect(page.locator(".documents tbody tr")).to_have_count(1)
    page.go_back()
    expect(page.locator(".documents tbody tr")).to_have_count(3)


def test_dropped_files_and_folders_keep_their_paths(visit: Open) -> None:
    page = visit(role=Role.BUILDER)
    _make(page, "Dragna filer")
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["# Ett\\n\\nText."], "ett.md"));
          data.items.add(new File(["# Två\\n\\nText."], "två.md"));
          const form = document.getElementById("upload");
          form.dispatchEvent(new DragEvent("dragover", { dataTransfer: data, bubbles: true, cancelable: true }));
          if (!form.classList.contains("over")) throw new Error("nothing shows where to drop");
          // a made-up drop has no entries of its own, so it gets those of a folder
          const file = (path, content) => ({ isFile: true, name: path, file: (done) => done(new File([content], path)) });
          const batches = [[file("tre.md", "# Tre"), file(".gömd", "x")], [file("fyra.md", "# Fyra")], []];
          const folder = { name: "mapp", createReader: () => ({ readEntries: (done) => done(batches.shift()) }) };
          const entries = [file("ett.md", "# Ett"), folder];
          const items = entries.map((entry) => ({ webkitGetAsEntry: () => entry }));
          const drop = new DragEvent("drop", { bubbles: true, cancelable: true });
          Object.defineProperty(drop, "dataTransfer", { value: { items, types: ["Files"] } });
          form.dispatchEvent(drop);
        }"""
    )
    page.wait_for_selector(FINISHED, timeout=60_000)
    expect(page.locator(".summary")).to_contain_text("3 lästa, 0 med fel")
    expect(page.locator(".documents")).to_contain_text("mapp/fyra.md")


def test_ten_thousand_files_do_not_freeze_the_page(visit: Open) -> None:
    page = visit(role=Role.BUILDER)
    _make(page, "Väldigt många")
    page.route("**/filer", lambda route: route.abort())
    longest = page.evaluate(
        """async () => {
          const data = new DataTransfer();
          for (let n = 0; n < 10_000; n++) data.items.add(new File(["x"], `fil ${n}.md`));
          const input = document.getElementById("files");
          input.files = data.files;
          await new Promise((resolve) => setTimeout(resolve, 50)); // what follows is the page's own work
          let longest = 0;
          const watch = new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) longest = Math.max(longest, entry.duration);
          });
          watch.observe({ type: "longtask" });
          input.dispatchEvent(new Event("change"));
          await new Promise((resolve) => setTimeout(resolve, 1_500));
          return longest;
        }"""
    )
    assert longest < 1_000  # milliseconds, on a machine that does much else
    assert page.locator(".files li").count() <= 60
    page.get_by_role("button", name="Avbryt", exact=True).click()
    expect(page.locator(".retry")).to_be_visible()
    assert page.locator(".files li").count() <= 60
    expect(page.locator(".rest")).to_contain_text("filer till")


def test_what_did_not_arrive_is_sent_again(visit: Open) -> None:
    page = visit(role=Role.BUILDER)
    _make(page, "Dåligt nät")
    page.route("**/filer", lambda route: route.abort())
    _choose(page, 4)
    expect(page.locator(".files li .why")).to_have_count(4)
    expect(page.locator(".files li .why").first).to_contain_text("Kom inte fram")
    page.unroute("**/filer")
    page.get_by_role("button", name=re.compile("^Försök igen fil 0")).click()
    expect(page.locator(".files .badge.good")).to_have_count(1, timeout=30_000)
    page.locator(".retry").click()
    expect(page.locator(".summary")).to_contain_text("4 lästa, 0 med fel", timeout=30_000)


def test_a_session_that_ended_stops_the_queue_and_says_so(visit: Open) -> None:
    page = visit(role=Role.BUILDER)
    _make(page, "Utloggad")
    page.context.clear_cookies()
    _choose(page, 12)
    expect(page.locator(".files li .why").first).to_contain_text("logga in")
    expect(page.locator(".files .badge", has_text="Avbruten").first).to_be_visible()
    expect(page.locator(".retry")).to_be_visible()


def test_reading_goes_on_when_one_leaves(visit: Open) -> None:
    page = visit(role=Role.BUILDER)
    _make(page, "Lämnad")
    with page.expect_response("**/filer"):
        _choose(page, 1)
    page.goto("/kunskap/lamnad")
    expect(page.locator(".documents .badge")).to_have_text("Läst", timeout=30_000)


def test_a_document_is_replaced_deleted_and_restored_by_keyboard(visit: Open, tmp_path: Path) -> None:
    page = visit(role=Role.BUILDER)
    _make(page, "Taxor")
    file = tmp_path / "taxa.md"
    file.write_text("# Taxa\n\nAvgiften är 100 kronor.", encoding="utf-8")
    page.set_input_files("#files", file)
    page.wait_for_selector(FINISHED, timeout=30_000)
    _press(page, page.locator(".documents th a"))
    page.wait_for_selector(".as-read")
    file.write_text("# Taxa\n\nAvgiften är 200 kronor.", encoding="utf-8")
    page.set_input_files("#files", file)
    _press(page, page.get_by_role("button", name="Ersätt"))
    expect(page.locator(".as-read")).to_contain_text("200 kronor", timeout=30_000)  # it comes anew when it is read
    expect(page.locator("tbody tr")).to_have_count(2)
    with page.expect_download() as download:
        _press(page, page.locator("tbody a").last)
    assert "100 kronor" in download.value.path().read_text(encoding="utf-8")
    _press(page, page.get_by_role("button", name="Ta bort dokumentet"))
    expect(page.locator(".said")).to_contain_text("Taxa är borttaget")
    expect(page.locator(".documents tbody tr")).to_have_count(0)
    _press(page, page.locator(".said button"))
    expect(page.locator(".said")).to_contain_text("återställt")
    expect(page.locator(".as-read")).to_contain_text("200 kronor")


def test_a_collection_is_deleted_and_restored_by_keyboard(visit: Open) -> None:
    page = visit(role=Role.BUILDER)
    _make(page, "Förgänglig")
    _press(page, page.get_by_role("link", name="Ta bort"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Ta bort Förgänglig?")
    _press(page, page.get_by_role("button", name="Ta bort samlingen"))
    expect(page.locator(".said")).to_contain_text("Förgänglig är borttagen")
    expect(page.get_by_role("link", name="Förgänglig")).to_have_count(0)
    _press(page, page.locator(".deleted summary"))
    _press(page, page.get_by_role("button", name="Återställ Förgänglig"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Förgänglig")


def _press(page: Page, target: object) -> None:
    """Tab to something from wherever one is, and press Enter."""
    page.wait_for_load_state()
    for _ in range(80):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):  # type: ignore[attr-defined]
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"not reached by keyboard: {target}")


def test_everything_works_without_script(visit: Open, folder: Path, tmp_path: Path) -> None:
    page = visit(role=Role.BUILDER, java_script_enabled=False)
    _make(page, "Utan skript")
    page.set_input_files("#folder", folder)
    page.get_by_role("button", name="Lägg till").click()
    expect(page.locator(".said")).to_contain_text("filer är mottagna")
    expect(page.get_by_role("heading", name="Filerna du nyss lade till")).to_be_visible()
    for _ in range(60):
        if not page.locator("[data-reading]").count():
            break
        page.wait_for_timeout(250)
        page.get_by_role("link", name="Visa hur det går nu").click()
    expect(page.locator(".documents")).to_contain_text("riktlinjer/under/a.md")
    expect(page.locator(".documents .why", has_text="skadad")).to_contain_text("spara den på nytt")
    page.locator(".documents th a", has_text="Trafik").click()
    new = tmp_path / "ny.md"
    new.write_text("# Trafik\n\nNy text.", encoding="utf-8")
    page.set_input_files("#files", new)
    page.get_by_role("button", name="Ersätt").click()
    for _ in range(60):
        if "Ny text." in page.content():
            break
        page.wait_for_timeout(250)
        page.reload()
    expect(page.locator(".as-read")).to_contain_text("Ny text.")
    page.get_by_role("button", name="Ta bort dokumentet").click()
    page.locator(".said button").click()
    expect(page.locator(".said")).to_contain_text("återställt")


def test_what_is_typed_in_a_form_survives_what_was_wrong(visit: Open) -> None:
    page = visit(role=Role.BUILDER)
    page.goto("/kunskap/ny")
    page.fill("#name", HOSTILE[:280])
    page.fill("#description", "Beskrivning 🙂")
    page.check("[name=who][value=groups]")
    page.get_by_role("button", name="Skapa samlingen").click()
    expect(page.locator("#groups-error")).to_have_text("Välj minst en grupp, eller låt alla medarbetare läsa.")
    expect(page.locator("#name")).to_have_value(HOSTILE[:280])
    expect(page.locator("#description")).to_have_value("Beskrivning 🙂")
    page.check("[name='group:trafik']")
    page.get_by_role("button", name="Skapa samlingen").click()
    expect(page.locator("aside")).to_contain_text("Bara trafik")
    assert page.evaluate("window.hacked") is None
