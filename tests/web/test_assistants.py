"""The pages of building without a browser: nobody reaches what is not theirs by any address, and what is sent is answered as it
should be, however it is sent."""

import re
import time
from collections.abc import Iterator
from uuid import uuid4

import httpx2 as httpx
import pytest
from tests.platform import Served, served

from samverk.assistants.gallery import PAGE, Gallery
from samverk.assistants.model import AssistantBody
from samverk.core.levels import Level
from samverk.identity.principal import Kind, Principal, Role, system

PASSWORD = "en lång nog fras"
BODY = AssistantBody(name="Stödet", collections=("regler",))


class Person:
    """Somebody with a browser that keeps cookies."""

    def __init__(self, platform: Served, email: str) -> None:
        accept = {"Accept": "text/html"}
        self.http = httpx.Client(base_url=platform.url, follow_redirects=True, timeout=60, headers=accept)
        fields = {"csrf": self.field(self.http.get("/logga-in").text, "csrf"), "email": email, "password": PASSWORD}
        self.token = self.field(self.http.post("/logga-in", data=fields).text, "csrf")

    @staticmethod
    def field(page: str, name: str) -> str:
        """The value of a hidden field."""
        found = re.search(rf'name="{name}" value="([^"]*)"', page)
        assert found, page[:500]
        return found[1]

    def post(self, path: str, *, follow: bool = True, script: bool = False, **fields: object) -> httpx.Response:
        """A form; of a field with several values each is sent."""
        headers = {"Accept": "application/json"} if script else {}
        data = {"csrf": self.token, **fields}
        return self.http.post(path, data=data, headers=headers, follow_redirects=follow)

    def builds(self, path: str, **fields: object) -> dict[str, object]:
        """The fields of the builder as they stand, with those that are given."""
        page = self.http.get(path).text
        stands: dict[str, object] = {"base": self.field(page, "base"), "name": "Stödet", "level": "open"}
        return {**stands, "model": ["extractive"], "collection": ["regler"], **fields}


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("platform")) as up:
        people = [(role, org) for role in Role for org in ("bjorksta", "granby")]
        for role, org in people:
            person = (f"{role}@{org}.example", f"{role} i {org}", role, [], PASSWORD)
            up.run(up.rooms.identity.create_user(org, *person))
        yield up


@pytest.fixture(scope="module")
def builder(platform: Served) -> Person:
    return Person(platform, "builder@bjorksta.example")


@pytest.fixture
def made(platform: Served) -> str:
    """An assistant of Björksta in two versions, shared, with a draft."""
    slug, org = f"s-{uuid4().hex[:8]}", platform.a.id
    for tone in ("Lugn.", "Glad."):
        body = BODY.model_copy(update={"tone": tone})
        platform.run(platform.rooms.assistants.save(org, slug, body, system(org)))
    steward = Principal(Kind.MEMBER, org, "s", "S", Role.STEWARD)
    workshop = platform.rooms.workshop
    platform.run(workshop.share(steward, slug))
    draft = platform.run(workshop.work(steward, slug)).draft
    platform.run(workshop.save_draft(steward, slug, body.model_copy(update={"tone": "Trött."}), draft.base))
    return slug


GETS = ("", "/kasta", "/publicera", "/versioner", "/jamfor?fran=1&till=2", "/aterga/1")
POSTS = ("", "/kasta", "/publicera", "/aterga/1", "/avveckla", "/aterstall", "/dela", "/sluta-dela")


@pytest.mark.parametrize(
    ("email", "status"),
    [("builder@granby.example", 404), ("admin@granby.example", 404), ("member@bjorksta.example", 403)],
)
def test_no_address_of_building_is_reached_by_others(platform: Served, made: str, email: str, status: int) -> None:
    person, path = Person(platform, email), f"/bygg/{made}"
    fields = {"base": "x", "name": "Tagen", "level": "open", "reach": "organisation"}
    steward = Principal(Kind.MEMBER, platform.a.id, "s", "S", Role.STEWARD)
    before = platform.run(platform.rooms.workshop.work(steward, made))
    got = {tail: person.http.get(path + tail).status_code for tail in GETS}
    sent = {tail: person.post(path + tail, **fields).status_code for tail in POSTS}
    # who may not share is told so before it is looked for
    told = {status, 403} if email.startswith("builder@granby") else {status}
    assert set(got.values()) == {status}, got
    assert set(sent.values()) <= told, sent
    assert platform.run(platform.rooms.workshop.work(steward, made)) == before
    if status == 403:
        assert person.http.get("/bygg/ny").status_code == 403
        assert person.http.get("/assistenter?flik=mina").status_code == 403


def test_who_is_not_logged_in_is_sent_to_the_door(platform: Served, made: str) -> None:
    with httpx.Client(base_url=platform.url) as nobody:
        for path in ("/assistenter", "/bygg/ny", *(f"/bygg/{made}{tail}" for tail in GETS)):
            assert nobody.get(path).headers["location"].startswith("/logga-in"), path


def test_a_form_without_its_token_does_nothing(platform: Served, builder: Person, made: str) -> None:
    for tail in POSTS:
        assert builder.http.post(f"/bygg/{made}{tail}", data={"csrf": "fel"}).status_code == 403
    assert builder.http.post(f"/assistenter/{made}/fast", data={"csrf": "fel"}).status_code == 403


def test_a_share_is_seen_by_others_and_not_by_its_own(platform: Served, builder: Person, made: str) -> None:
    neighbour = Person(platform, "builder@granby.example")
    page = neighbour.http.get("/assistenter?flik=delade&q=Stödet").text
    share = re.findall(r"/assistenter/delade/([0-9a-f-]{36})", page)[0]
    assert neighbour.http.get(f"/assistenter/delade/{share}").status_code == 200
    assert builder.http.get(f"/assistenter/delade/{share}").status_code == 404
    assert Person(platform, "member@granby.example").http.get(f"/assistenter/delade/{share}").status_code == 403
    assert builder.http.get(f"/bygg/ny?delad={share}").status_code == 404
    assert neighbour.http.get(f"/bygg/ny?kopia={made}").status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("model", ["extractive", "annans-modell"], "annans-modell"),
        ("collection", ["granby/regler"], "granby/regler"),
        ("group", ["finns-inte"], "finns-inte"),
        ("name", "   ", "namn"),
        ("instructions", "å" * 100_000, "20000"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    builder: Person, made: str, field: str, value: object, said: str
) -> None:
    path = f"/bygg/{made}"
    fields = builder.builds(path, **{field: value})
    answer = builder.post(path, script=True, **fields)
    assert answer.status_code == 400
    assert said in answer.json()["text"]
    page = builder.post(path, **fields)
    assert page.status_code == 400
    assert said in page.text
    if field == "instructions":
        assert str(value) in page.text  # nothing typed is lost


@pytest.mark.parametrize(("field", "value"), [("level", "hemligt"), ("language", "de"), ("audience", "alla")])
def test_what_no_form_of_ours_sends_is_refused(builder: Person, made: str, field: str, value: str) -> None:
    assert builder.post(f"/bygg/{made}", **builder.builds(f"/bygg/{made}", **{field: value})).status_code == 400


def test_saving_by_script_says_which_draft_there_is_now(builder: Person, made: str) -> None:
    path = f"/bygg/{made}"
    fields = builder.builds(path, tone="Snäll.")
    first = builder.post(path, script=True, **fields).json()
    assert first["text"] == "Utkastet är sparat."
    again = builder.post(path, script=True, **{**fields, "tone": "Rak.", "base": first["base"]})
    assert again.status_code == 200
    late = builder.post(path, script=True, **{**fields, "tone": "Sen."})
    assert late.status_code == 409
    assert "builder i bjorksta" in late.json()["text"]
    assert "Rak." in builder.http.get(path).text


def test_what_is_tried_is_the_draft_and_leaves_no_conversation(platform: Served, builder: Person) -> None:
    begun = builder.post("/bygg/ny", name="Provet", key=str(uuid4()), source="kopia:regelhjalpen")
    path = f"/bygg/{begun.url.path.split('/')[2]}"
    fields = builder.builds(path, name="Provet", act="try", question="När hämtas avfall?", run=str(uuid4()))
    tried = builder.post(path, **fields)
    conversation = re.search(r"prov=([0-9a-f-]{36})", str(tried.url))
    assert conversation
    for _ in range(100):
        if "made-by" in (page := builder.http.get(str(tried.url)).text):
            break
        time.sleep(0.1)
    assert "varannan vecka" in page
    assert conversation[1] not in builder.http.get("/samtal").text
    again = builder.post(path, follow=False, **{**fields, "base": builder.field(page, "base")})
    assert conversation[1] in again.headers["location"]  # sent twice, asked once
    other = Person(platform, "steward@bjorksta.example")
    assert other.post(path, **fields).status_code == 404
    gone = builder.http.get(f"{path}?prov={uuid4()}")
    assert gone.status_code == 200


def test_a_taken_short_name_and_a_copy_of_nothing(builder: Person) -> None:
    slugs = {builder.post("/bygg/ny", name="Tvilling", key=str(uuid4())).url.path for _ in range(2)}
    assert len(slugs) == 2
    assert builder.post("/bygg/ny", name="Kopian", key=str(uuid4()), source="kopia:finns-inte").status_code == 404
    assert builder.post("/bygg/ny", name="Kopian", key="nej").status_code == 400


async def _crowd(platform: Served, n: int) -> None:
    for i in range(n):
        body = BODY.model_copy(
            update={"name": f"Hop {i:03}", "instructions": "Svara kort. " * 300, "level": Level.OPEN}
        )
        await platform.rooms.assistants.save(platform.b.id, f"hop-{i}", body, system(platform.b.id))


def test_of_three_hundred_a_page_is_shown(platform: Served) -> None:
    platform.run(_crowd(platform, 300))
    person = Person(platform, "member@granby.example")
    page = person.http.get("/assistenter?q=hop&sida=2").text
    assert len(re.findall(r'<li class="card">', page)) == PAGE
    assert "Hop 024" in page
    assert "Hop 023" not in page
    found = platform.run(Gallery(platform.rooms.db).page(system(platform.b.id), "organisation", "hop 299"))
    assert [entry.name for entry in found.entries] == ["Hop 299"]
