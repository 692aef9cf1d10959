"""The pages of sources without a browser: added, synced, asked about, paused, changed, removed and brought back."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest
from tests.platform import Served, served
from tests.web.browser import Browser

from samverk.identity.principal import Role

BAD = "<script>hacked()</script> مرحبا 👩🏽‍🚒 " + "n" * 200


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("delat")


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("platform"), source_folders=str(folder)) as up:
        yield up


@pytest.fixture(scope="module")
def builder(platform: Served) -> Browser:
    return Browser(platform, "byggare@bjorksta.example", Role.BUILDER)


@pytest.fixture(scope="module")
def source(builder: Browser, folder: Path) -> str:
    """The address of a source that was synced once."""
    for n in range(6):
        (folder / f"rutin {n}.md").write_text(f"Rutin {n}.", encoding="utf-8")
    (folder / ".dold").write_text("x", encoding="utf-8")
    (folder / "trasig.md").write_text("damaged", encoding="utf-8")
    fields = {"kind": "folder", "field_folder": str(folder), "name": BAD, "every": "day", "at": "02:30", "day": "0"}
    response = builder.send("/kunskap/regler/kallor/ny", **fields)
    assert response.status_code == 200, response.text
    assert response.url.path.startswith("/kallor/")
    settled(builder, response.url.path)
    return str(response.url.path)


def settled(builder: Browser, source: str) -> str:
    """The report of the latest sync, when it has ended and its documents are read."""
    for _ in range(400):
        page = builder.get(source).text
        found = re.search(r'href="(/synkningar/[0-9a-f-]{36})"', page)
        report = builder.get(found[1]).text if found else "Pågår"
        if not any(word in report for word in ("Pågår", "Väntar</span>", "läses")):
            assert found
            assert "data-live" not in report  # it has come to rest, and is not fetched any more
            return found[1]
        time.sleep(0.05)
    raise AssertionError("still under way")


def test_a_source_shows_where_it_is_and_what_its_sync_did(builder: Browser, source: str, folder: Path) -> None:
    page = builder.get(source).text
    assert "<script>hacked()" not in page
    assert str(folder) in page
    assert "Nästa gång" in page
    report = builder.get(settled(builder, source)).text
    assert "7 nya" in report
    assert "Dolda filer och mappar hämtas inte." in report
    unread = builder.get(f"{settled(builder, source)}?visa=not_read").text
    assert "trasig.md" in unread
    assert "rutin 1.md" not in unread
    listing = builder.get("/kunskap/regler/kallor").text
    assert "Mapp på servern" in listing
    collection = builder.get("/kunskap/regler").text
    assert "/kunskap/regler/kallor" in collection
    assert f'href="{source}"' in collection
    assert "7 nya, 1 hämtades inte, 1 gick inte att läsa" in collection
    assert "Äldsta dokumentet" not in collection  # all are of the same day
    assert "Nyaste dokumentet" in collection


def test_documents_that_have_not_been_changed_for_a_year_are_told_of_and_listed(
    builder: Browser, source: str, folder: Path
) -> None:
    year_ago = time.time() - 400 * 86_400
    (folder / "gammal.md").write_text("Gammal rutin.", encoding="utf-8")
    os.utime(folder / "gammal.md", (year_ago, year_ago))
    builder.send(f"{source}/synka")
    settled(builder, source)
    collection = builder.get("/kunskap/regler").text
    assert "Äldsta dokumentet" in collection
    assert "?visa=old#dokument" in collection
    old = builder.get("/kunskap/regler?visa=old").text
    assert "gammal.md" in old
    assert "rutin 1.md" not in old
    (folder / "gammal.md").unlink()
    builder.send(f"{source}/synka")
    settled(builder, source)


def test_what_cannot_be_used_is_said_beside_its_field_and_nothing_typed_is_lost(builder: Browser) -> None:
    fields = {"kind": "folder", "field_folder": "/etc", "name": "Mitt namn", "every": "week", "at": "7:15", "day": "3"}
    response = builder.send("/kunskap/regler/kallor/ny", **fields)
    assert response.status_code == 400
    assert 'id="field_folder-error"' in response.text
    assert "Mitt namn" in response.text
    late = builder.send("/kunskap/regler/kallor/ny", **{**fields, "at": "25:00"})
    assert 'id="at-error"' in late.text


def test_so_much_gone_is_asked_about_and_an_answer_can_be_undone(builder: Browser, source: str, folder: Path) -> None:
    hidden = folder.with_name("undan")
    hidden.mkdir()
    for file in [file for file in folder.iterdir() if file.suffix == ".md"]:
        file.rename(hidden / file.name)
    builder.send(f"{source}/synka")
    report = settled(builder, source)
    assert "7 dokument finns inte längre i källan." in builder.get(report).text
    assert "har tagits bort än" in builder.get(report).text
    answered = builder.send(f"{report}/svar", remove="1").text
    assert "Dokumenten tas bort." in answered
    assert "7 borttagna" in builder.get(settled(builder, source)).text
    assert "är tillbaka" in builder.send(f"{report}/aterstall").text
    for file in hidden.iterdir():
        file.rename(folder / file.name)
    builder.send(f"{source}/synka")
    assert "7 nya" in builder.get(settled(builder, source)).text


def test_a_source_is_paused_woken_changed_removed_and_brought_back(builder: Browser, source: str, folder: Path) -> None:
    assert "Pausad" in builder.send(f"{source}/pausa").text
    assert "Nästa gång" in builder.send(f"{source}/pausa", wake="1").text
    fields = {"field_folder": str(folder), "name": "Rutinerna", "every": "", "at": "", "day": "0"}
    assert "Rutinerna är ändrad." in builder.send(f"{source}/andra", **fields).text
    assert "När någon ber om det" in builder.get(source).text
    gone = builder.send(f"{source}/ta-bort", documents="1")
    assert gone.url.path == "/kunskap/regler/kallor"
    assert "Rutinerna är borttagen som källa." in gone.text
    assert builder.get(source).status_code == 404
    assert "Rutinerna är tillbaka." in builder.send(f"{source}/aterstall").text


def test_documents_that_are_sent_show_how_and_the_report_moves_while_they_come(
    platform: Served, builder: Browser
) -> None:
    made = builder.send("/kunskap/regler/kallor/ny", kind="push", field_system="Diariet", name="")
    assert "curl -X PUT" in made.text
    assert "Synka nu" not in made.text
    key = {"Authorization": f"Bearer {platform.a.keys['write']}"}
    begun = httpx.post(f"{platform.url}/api{made.url.path.replace('kallor', 'sources')}/begin", headers=key)
    assert begun.status_code == 200, begun.text
    found = re.search(r'href="(/synkningar/[0-9a-f-]{36})"', builder.get(made.url.path).text)
    assert found
    report = builder.get(found[1]).text
    assert "live.js" in report
    assert "data-live" in report
    assert '<span role="status">' in report
    assert f'href="{found[1]}">Visa hur långt det har kommit</a></p></noscript>' in report


def test_members_read_and_change_nothing(platform: Served, source: str) -> None:
    member = Browser(platform, "medlem@bjorksta.example", Role.MEMBER)
    assert "Synka nu" not in member.get(source).text
    for action in ("synka", "pausa", "ta-bort", "andra"):
        assert member.send(f"{source}/{action}").status_code == 403
