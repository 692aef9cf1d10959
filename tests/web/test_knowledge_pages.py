"""The pages of collections and documents without a browser: made, filled, seen, changed, refused; names as bad as they come."""

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2 as httpx
import pytest
from tests.platform import Served, served

from samverk.core.blobs import StorageFailed
from samverk.identity.principal import Role

PASSWORD = "en lång nog fras"
BAD = "<script>hacked()</script> مرحبا 👩🏽‍🚒 " + "n" * 250
BAD_FILE = BAD.replace("/", "").replace("\\", "")[:280]


class Person:
    """Somebody with a browser that keeps cookies and follows what it is told."""

    def __init__(self, platform: Served, email: str, *, script: bool = False) -> None:
        accept = "application/json" if script else "text/html"
        self.http = httpx.Client(base_url=platform.url, follow_redirects=True, timeout=30, headers={"Accept": accept})
        page = self.http.get("/logga-in", headers={"Accept": "text/html"})
        fields = {"csrf": token(page.text), "email": email, "password": PASSWORD}
        self.token = token(self.http.post("/logga-in", data=fields, headers={"Accept": "text/html"}).text)

    def get(self, path: str) -> httpx.Response:
        """A page."""
        return self.http.get(path)

    def post(self, path: str, **fields: str) -> httpx.Response:
        """A form."""
        return self.http.post(path, data={"csrf": self.token, **fields})

    def upload(self, path: str, *files: tuple[str, bytes]) -> httpx.Response:
        """Files in a form."""
        return self.http.post(path, data={"csrf": self.token}, files=[("files", file) for file in files])

    def until_read(self, path: str) -> str:
        """The page, once nothing on it is being read."""
        for _ in range(200):
            text = self.get(path).text
            if "data-reading" not in text:
                return text
            time.sleep(0.05)
        raise AssertionError("still being read")


def token(page: str) -> str:
    found = re.search(r'name="csrf" value="(\w+)"', page)
    assert found, page[:500]
    return found[1]


def link(page: str, kind: str = "dokument") -> str:
    found = re.search(rf'href="(/{kind}/[0-9a-f-]{{36}}[^"]*)"', page)
    assert found, page[:3000]
    return found[1]


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("platform"), upload_megabytes=1) as up:
        for role in (Role.STEWARD, Role.BUILDER, Role.MEMBER):
            for org in ("bjorksta", "granby"):
                person = (f"{role}@{org}.example", f"{role} i {org}", role, ["trafik"], PASSWORD)
                up.run(up.rooms.identity.create_user(org, *person))
        yield up


@pytest.fixture(scope="module")
def builder(platform: Served) -> Person:
    return Person(platform, "builder@bjorksta.example")


@pytest.fixture(scope="module")
def steward(platform: Served) -> Person:
    return Person(platform, "steward@bjorksta.example")


@pytest.fixture(scope="module")
def member(platform: Served) -> Person:
    return Person(platform, "member@bjorksta.example")


@pytest.fixture(scope="module")
def neighbour(platform: Served) -> Person:
    return Person(platform, "builder@granby.example")


def made(builder: Person, name: str, **fields: str) -> str:
    """The address of a new collection."""
    response = builder.post("/kunskap/ny", **{"name": name, "level": "internal", "who": "all", **fields})
    assert response.status_code == 200, response.text
    return response.url.path


def test_a_collection_is_made_filled_and_read(builder: Person, member: Person) -> None:
    where = made(builder, "Översiktsplan 2030", description="Hur marken används.")
    assert where == "/kunskap/oversiktsplan-2030"
    assert "Samlingen är tom" in builder.get(where).text
    assert "Lägg till dokument" not in member.get(where).text
    response = builder.upload(
        f"{where}/filer",
        ("plan/a.md", b"Marken vid sj\xc3\xb6n."),
        ("plan/under/a.md", b"Skog."),
        ("fel.md", b"damaged"),
    )
    assert "3 filer är mottagna" in response.text
    assert response.url.params["sedan"]
    page = builder.until_read(str(response.url))
    assert "plan/a.md" in page
    assert "plan/under/a.md" in page
    assert "Filen är skadad" in page
    whole = builder.get(where).text
    assert "3 dokument" in whole
    assert "1 kunde inte läsas" in whole
    assert "Filen är skadad" in builder.get(f"{where}?visa=failed").text
    assert "plan/a.md" not in builder.get(f"{where}?visa=failed").text
    assert "plan/under/a.md" in builder.get(f"{where}?q=UNDER").text
    assert "Inga dokument här" in builder.get(f"{where}?q=finns+inte").text
    assert "Översiktsplan 2030" in member.get("/kunskap").text
    again = builder.upload(f"{where}/filer", ("plan/a.md", b"Marken vid sj\xc3\xb6n."))
    assert "1 fil var redan läst" in again.text


def test_the_script_is_told_of_each_file(platform: Served, builder: Person) -> None:
    where = made(builder, "Skriptet")
    script = Person(platform, "builder@bjorksta.example", script=True)
    script.token = token(script.http.get(where, headers={"Accept": "text/html"}).text)
    [first, second, third] = script.upload(
        f"{where}/filer", ("a.md", b"Ett."), ("b.md", b"damaged"), ("x" * 600, b"y")
    ).json()["files"]
    assert (first["status"], third["status"], third["id"]) == ("reading", "refused", "")
    assert "500 tecken" in third["why"]
    for _ in range(200):
        params = [("id", first["id"]), ("id", second["id"]), ("id", "nonsense"), ("id", str(uuid4()))]
        told = script.http.get(f"{where}/filer/lage", params=params).json()["files"]
        if all(file["status"] != "reading" for file in told):
            break
        time.sleep(0.05)
    assert [(file["path"], file["status"], file["label"]) for file in told] == [
        ("a.md", "read", "Läst"),
        ("b.md", "not_read", "Inte läst"),
    ]
    assert told[1]["why"].startswith("Filen är skadad")
    assert script.upload(f"{where}/filer", ("a.md", b"Ett.")).json()["files"][0]["status"] == "unchanged"
    refused = script.upload(f"{where}/filer", ("stor.md", b"x" * 1_100_000)).json()["files"][0]
    assert (refused["status"], refused["todo"]) == ("refused", "Dela upp den i flera filer och lägg till dem.")


def test_a_document_gets_versions_goes_and_comes_back(builder: Person, member: Person) -> None:
    where = made(builder, "Versioner")
    builder.upload(f"{where}/filer", ("taxa.md", b"Avgiften \xc3\xa4r 100 kronor."))
    document = link(builder.until_read(where))
    assert "Avgiften är 100 kronor." in builder.get(document).text
    assert "builder i bjorksta" in builder.get(document).text
    response = builder.upload(f"{document}/fil", ("ny taxa.md", b"Avgiften \xc3\xa4r 200 kronor."))
    assert "läses nu" in response.text
    page = builder.until_read(document)
    assert "Version 2" in page
    assert "Avgiften är 200 kronor." in page
    assert "samma fil" in builder.upload(f"{document}/fil", ("taxa.md", b"Avgiften \xc3\xa4r 200 kronor.")).text
    assert "Filen slutar på .pdf" in builder.upload(f"{document}/fil", ("taxa.pdf", b"x")).text
    original = builder.get(link(page, "original/[0-9a-f-]{36}"))
    assert original.headers["content-disposition"].startswith("attachment")
    assert "läses nu igen" in builder.post(f"{document}/las-igen").text
    assert "Version 3" not in builder.until_read(document)  # the same file makes no new version
    builder.upload(f"{document}/fil", ("taxa.md", b"damaged"))
    page = builder.until_read(document)
    assert "Filen är skadad" in page
    assert "Version 2 gäller fortfarande" in page
    gone = builder.post(f"{document}/ta-bort")
    assert "är borttaget" in gone.text
    assert f'action="{document}/aterstall"' in gone.text
    assert "togs bort" in builder.get(document).text
    assert member.get(document).status_code == 404
    assert document in builder.get(f"{where}?visa=deleted").text
    assert "är återställt" in builder.post(f"{document}/aterstall").text
    assert "Avgiften är 200 kronor." in member.get(document).text


def test_the_text_of_documents_is_searched_narrowed_and_by_document(builder: Person, neighbour: Person) -> None:
    where = made(builder, "Badplatser")
    text = (
        "# Badplatser\n\nVattnet vid Granviken provtas varje vecka.\n\n# Hundar\n\nHundar får inte bada vid Granviken."
    )
    builder.upload(f"{where}/filer", ("bad.md", text.encode()), ("bad.html", text.encode()))
    builder.until_read(where)
    assert "Skriv ord eller en hel fråga" in builder.get("/kunskap/sok").text
    for _ in range(100):  # a search that comes before the index has followed finds less
        found = builder.get("/kunskap/sok?q=f%C3%A5r+hunden+bada").text
        if "2 dokument" in found:
            break
        time.sleep(0.1)
    assert found.count("<h2><a href=") == 2
    assert "<mark>Hundar</mark>" in found
    assert "<mark>bada</mark>" in found
    only = builder.get("/kunskap/sok?q=hundar&typ=web&samling=badplatser&fran=2020-01-01&till=trams").text
    assert only.count("<h2><a href=") == 1
    assert 'value="2020-01-01"' in only
    assert 'value="trams"' not in only
    for nothing in ("hundar&typ=pdf", "hundar&till=2020-01-01", "kvantfysik&typ=%22%3E", "hundar&klass=secret"):
        assert "Inget dokument säger något" in builder.get(f"/kunskap/sok?q={nothing}").text, nothing
    assert (
        "Inget dokument säger något"
        in neighbour.get("/kunskap/sok?q=hundar+Granviken&samling=bjorksta/badplatser").text
    )
    assert builder.get("/kunskap/sok?q=" + "ord+" * 200 + "%00").status_code == 200
    assert 'href="/kunskap/sok?q=hundar"' in builder.get("/sok?q=hundar").text


def test_a_collection_is_changed_at_once(builder: Person, member: Person) -> None:
    where = made(builder, "Trafik")
    form = builder.get(f"{where}/installningar").text
    assert 'value="Trafik"' in form
    fields = {"name": "Trafik & gator", "level": "sensitive", "who": "groups", "description": "Nytt"}
    wrong = builder.post(f"{where}/installningar", **fields)
    assert wrong.status_code == 400
    assert "Välj minst en grupp" in wrong.text
    assert "Trafik &amp; gator" in wrong.text
    page = builder.post(f"{where}/installningar", **fields, **{"group:trafik": "1"})
    assert "Bara trafik" in page.text
    assert "känslig" in page.text
    assert member.get(where).status_code == 200
    assert builder.post(f"{where}/installningar", **{**fields, "level": "hemlig"}).status_code == 400
    assert builder.post("/kunskap/ny", name=" ", level="open", slug="Å").status_code == 400
    taken = builder.post("/kunskap/ny", name="Annat", level="open", slug="trafik")
    assert taken.status_code == 409
    assert "upptaget" in taken.text


def test_a_collection_goes_after_a_question_and_comes_back(builder: Person, member: Person) -> None:
    where = made(builder, "Tillfällig")
    assert "Ta bort Tillfällig?" in builder.get(f"{where}/ta-bort").text
    assert builder.get(where).status_code == 200
    page = builder.post(f"{where}/ta-bort").text
    assert "Tillfällig är borttagen." in page
    assert builder.get(where).status_code == 404
    undo = re.search(r'action="(/kunskap/borttagna/[^"]+)"', page)
    assert undo
    assert "Borttagna samlingar" not in member.get("/kunskap").text
    assert member.post(undo[1]).status_code == 403
    assert "är återställd" in builder.post(undo[1]).text
    assert builder.get(where).status_code == 200


def test_what_is_shared_is_read_and_not_changed(
    platform: Served, builder: Person, steward: Person, neighbour: Person
) -> None:
    where = made(builder, "Delad")
    builder.upload(f"{where}/filer", ("a.md", b"Delad text."))
    document = link(builder.until_read(where))
    assert neighbour.get("/kunskap/bjorksta/delad").status_code == 404
    assert f"{where}/delning" not in builder.get(where).text
    for refused in (builder.get(f"{where}/delning"), builder.post(f"{where}/delning", organisation="alla")):
        assert refused.status_code == 403
    page = steward.post(f"{where}/delning", organisation=str(platform.b.id))
    assert "delas nu med Granby kommun" in page.text
    theirs = neighbour.get("/kunskap/bjorksta/delad").text
    assert "Björksta" in theirs or "Bjorksta" in theirs
    assert "Lägg till dokument" not in theirs
    assert "Delas med oss" in neighbour.get("/kunskap").text
    assert "Delad text." in neighbour.get(document).text
    assert "builder i bjorksta" not in neighbour.get(document).text
    for path in (f"{document}/ta-bort", f"{document}/aterstall"):
        assert neighbour.post(path).status_code == 404
    assert neighbour.upload(f"{document}/fil", ("a.md", b"Annat.")).status_code == 404
    page = steward.post(f"{where}/delning", organisation=str(platform.b.id), back="1")
    assert "delas inte längre" in page.text
    assert neighbour.get("/kunskap/bjorksta/delad").status_code == 404
    assert neighbour.get(document).status_code == 404
    assert "alla organisationer" in steward.post(f"{where}/delning", organisation="alla").text
    assert steward.post(f"{where}/delning", organisation=str(uuid4())).status_code == 404


def test_who_may_only_read_is_told_kindly(builder: Person, member: Person, neighbour: Person) -> None:
    where = made(builder, "Skyddad")
    builder.upload(f"{where}/filer", ("a.md", b"Text."))
    document = link(builder.until_read(where))
    for path in ("/kunskap/ny", f"{where}/installningar", f"{where}/ta-bort"):
        for response in (member.get(path), member.post(path, name="x")):
            assert response.status_code == 403
            assert "Be en byggare" in response.text
    assert member.upload(f"{where}/filer", ("b.md", b"x")).status_code == 403
    assert member.post(f"{document}/ta-bort").status_code == 403
    for path in (where, f"{where}/installningar", document, f"/dokument/{uuid4()}"):
        assert neighbour.get(path).status_code == 404
    assert neighbour.upload(f"{where}/filer", ("b.md", b"x")).status_code == 404
    assert neighbour.get(f"{where}/filer/lage").status_code == 404


def test_a_forged_form_does_nothing(platform: Served, builder: Person) -> None:
    where = made(builder, "Förfalskad")
    response = builder.http.post(f"{where}/filer", data={"csrf": "x"}, files={"files": ("a.md", b"x")})
    assert response.status_code == 403
    assert builder.http.post(f"{where}/ta-bort", data={"csrf": "x"}).status_code == 403
    assert "Inga dokument än" in builder.get(where).text
    assert list((platform.rooms.settings.home / "uploads").iterdir()) == []
    stranger = httpx.Client(base_url=platform.url)
    assert stranger.get(where).headers["location"].startswith("/logga-in?next=")


def test_a_form_without_a_file_says_so(builder: Person) -> None:
    where = made(builder, "Utan fil")
    body = (
        f'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{builder.token}\r\n'
        '--x\r\nContent-Disposition: form-data; name="files"; filename=""\r\n\r\n\r\n--x--\r\n'
    )
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    response = builder.http.post(f"{where}/filer", content=body.encode(), headers=kind)
    assert response.status_code == 400
    assert "Välj minst en fil" in response.text


def test_bad_names_are_drawn_as_text(builder: Person, steward: Person) -> None:
    where = made(builder, BAD[:300], description=BAD)
    response = builder.upload(f"{where}/filer", (f"mapp <i>/{BAD_FILE}.md", b"<script>hacked()</script>"))
    page = builder.until_read(str(response.url))
    document = link(page)
    for path in ("/kunskap", where, document, f"{where}/installningar", f"{where}/ta-bort", f"{where}/delning"):
        text = steward.get(path).text
        assert "<script>hacked" not in text
        assert "&lt;script&gt;hacked" in text
    assert "&lt;script&gt;" in builder.post(f"{document}/ta-bort").text


def test_files_that_are_refused_are_named_and_the_others_stay(builder: Person) -> None:
    where = made(builder, "Blandat")
    response = builder.upload(f"{where}/filer", ("bra.md", b"Bra."), ("b" * 501, b"x"), ("stor.md", b"x" * 1_100_000))
    assert response.status_code == 200
    assert "2 filer togs inte emot" in response.text
    assert "Dela upp den i flera filer" in response.text
    assert "bra.md" in builder.until_read(where)
    assert builder.upload(f"{where}/filer", ("b" * 501, b"x")).status_code == 400


def test_a_full_disk_is_told_and_what_was_stored_stays(
    platform: Served, builder: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = made(builder, "Full disk")
    blobs: Any = platform.rooms.knowledge._blobs
    put = blobs.put

    async def full(org: Any, content: Any) -> str:
        if isinstance(content, Path) and content.stat().st_size > 10:
            raise StorageFailed(why="No space left on device")
        return str(await put(org, content))

    monkeypatch.setattr(blobs, "put", full)
    response = builder.upload(f"{where}/filer", ("a.md", b"Liten."), ("b.md", b"Mycket mer text."))
    assert "No space left on device" in response.text
    assert "1 fil togs emot" in response.text
    monkeypatch.undo()
    page = builder.until_read(where)
    assert "a.md" in page
    assert "b.md" not in page


def test_the_same_file_twice_at_once_is_one_document(platform: Served, builder: Person) -> None:
    where = made(builder, "Samtidigt")
    came: list[int] = []
    people = [Person(platform, "builder@bjorksta.example") for _ in range(3)]
    send = [
        lambda person=person: came.append(person.upload(f"{where}/filer", ("a.md", b"Ett.")).status_code)
        for person in people
    ]
    threads = [threading.Thread(target=one) for one in send]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert came == [200] * 3
    page = builder.until_read(where)
    assert len(set(re.findall(r'href="/dokument/([0-9a-f-]+)"', page))) == 1


def test_a_broken_upload_leaves_nothing(platform: Served, builder: Person) -> None:
    where = made(builder, "Avbruten")

    def broken() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.md"\r\n\r\nhal'
        raise ConnectionError

    with pytest.raises(ConnectionError):
        builder.http.post(
            f"{where}/filer", content=broken(), headers={"Content-Type": "multipart/form-data; boundary=x"}
        )
    uploads = platform.rooms.settings.home / "uploads"
    for _ in range(100):
        if not list(uploads.iterdir()):
            break
        time.sleep(0.05)
    assert list(uploads.iterdir()) == []
    assert "Inga dokument än" in builder.get(where).text


@pytest.mark.parametrize(
    "query", ["sida=0", "sida=x", "sida=99999", "sedan=x", "sedan=" + "9" * 30, "visa=x", "q=" + "x" * 5_000, "q=%00"]
)
def test_an_address_that_was_tampered_with_still_shows_a_page(builder: Person, query: str) -> None:
    for path in ("/kunskap", "/kunskap/regler"):
        assert builder.get(f"{path}?{query}").status_code == 200
