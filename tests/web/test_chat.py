"""The page of a conversation without a browser and without script: forms in, pages out."""

import html
import re
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx2 as httpx
import pytest
from tests.platform import QUESTION, Served, served

from samverk.answers.tables import Run
from samverk.assistants.model import AssistantBody
from samverk.core.errors import NotFound
from samverk.core.scope import Scope
from samverk.identity.principal import Kind, Principal, Role, system
from samverk.library.fake import Script

PASSWORD = "en lång nog fras"
NUMBER = "19121212-1212"  # of the Tax Agency's test numbers
HELPER = "/assistenter/regelhjalpen"
PERSONAL = f"Gäller beslutet {NUMBER} eller anna@bjorksta.example?"
BAD = "<script>hacked()</script> مرحبا 👩🏽‍🚒 " + "n" * 300


class Person:
    """Somebody with a browser that keeps cookies and follows what it is told, without script."""

    def __init__(self, platform: Served, email: str) -> None:
        self.http = httpx.Client(
            base_url=platform.url, follow_redirects=True, timeout=30, headers={"Accept": "text/html"}
        )
        self.log_in(email)

    def log_in(self, email: str, **fields: str) -> httpx.Response:
        """Log in with the form."""
        page = self.http.get("/logga-in").text
        sent = {"csrf": value(page, "csrf"), "email": email, "password": PASSWORD, **fields}
        return self.http.post("/logga-in", data=sent)

    def get(self, path: str) -> httpx.Response:
        """A page."""
        return self.http.get(path)

    def ask(self, question: str, path: str = HELPER, **fields: str) -> httpx.Response:
        """Send a question with the field of the page, and wait for its answer."""
        sent = {"csrf": value(self.get(path).text, "csrf"), "question": question, **fields}
        return self.settled(self.http.post(path, data=sent))

    def settled(self, response: httpx.Response) -> httpx.Response:
        """The page, once its answer is finished."""
        for _ in range(200):
            if "aria-busy" not in response.text:
                return response
            time.sleep(0.05)
            response = self.get(str(response.url))
        raise AssertionError("still being written")


def value(page: str, name: str) -> str:
    """The value of a form's hidden field; of several forms, the last's."""
    found = re.findall(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no {name} in {page[:2000]}"
    return html.unescape(found[-1])


def runs(page: str) -> list[str]:
    """The runs of the turns on a page, in order."""
    return re.findall(r'<article class="turn" id="svar-([0-9a-f-]{36})"', page)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("platform")) as up:
        up.model.scripts["open-only"] = Script(("Beslut fattas inom fyra veckor [1].",))
        for slug, body in _assistants().items():
            up.run(up.rooms.assistants.save(up.a.id, slug, body, system(up.a.id)))
        up.run(up.rooms.identity.create_user("bjorksta", "anna@bjorksta.example", "Anna Ek", Role.MEMBER, [], PASSWORD))
        yield up


def _assistants() -> dict[str, AssistantBody]:
    sources = {"collections": ("regler",)}
    return {
        "maskerad": AssistantBody(name="Maskerad", models=("open-only",), masking=True, **sources),
        "omledd": AssistantBody(name="Omledd", models=("open-only", "chatty"), **sources),
        "oppen": AssistantBody(name="Öppen", models=("open-only",), **sources),
    }


@pytest.fixture
def anna(platform: Served) -> Person:
    return Person(platform, "anna@bjorksta.example")


def stored(platform: Served, question: str) -> bool:
    """Whether any conversation of Anna's is called after this question."""
    page = Person(platform, "anna@bjorksta.example").get("/samtal").text
    return html.escape(question, quote=False)[:40] in page


# branches


def test_a_changed_question_is_a_version_and_the_old_one_is_a_link_away(anna: Person) -> None:
    first = anna.ask("Hur lång tid tar det?")
    (old,) = runs(first.text)
    changed = anna.ask(QUESTION, replaces=old)
    (new,) = runs(changed.text)
    assert new != old
    assert "Version 2 av 2" in changed.text
    back = re.search(r'<a rel="prev" href="([^"]+)"', changed.text)
    assert back
    before = anna.get(html.unescape(back[1])).text
    assert runs(before) == [old]
    assert "Version 1 av 2" in before
    assert f"gren={new}#svar-{new}" in before


def test_two_tabs_on_one_conversation_make_two_branches(anna: Person) -> None:
    page = anna.ask(QUESTION).text
    conversation, after = value(page, "conversation"), value(page, "after")
    seen = {"conversation": conversation, "after": after}
    one = anna.ask("Hur länge gäller det?", **seen).text
    other = anna.ask("Vart vänder jag mig?", **seen).text
    assert runs(one)[0] == runs(other)[0] == after
    assert runs(one)[1] != runs(other)[1]
    assert "Version 2 av 2" in other
    assert runs(anna.get(f"/samtal/{conversation}?gren={runs(one)[1]}").text) == runs(one)


def test_a_form_that_is_sent_twice_asks_once(anna: Person) -> None:
    page = anna.get(HELPER).text
    form = {"csrf": value(page, "csrf"), "run": value(page, "run"), "question": QUESTION}
    one, two = (anna.http.post(HELPER, data=form) for _ in range(2))
    assert runs(one.text) == runs(two.text) == [form["run"]]
    assert one.url == two.url


def test_each_page_has_a_new_id_for_what_is_asked_next(anna: Person) -> None:
    assert value(anna.get(HELPER).text, "run") != value(anna.get(HELPER).text, "run")


@pytest.mark.parametrize("name", ["run", "conversation", "after", "replaces", "attached"])
def test_ids_that_are_none_and_ids_of_others_are_not_found(anna: Person, name: str) -> None:
    assert anna.ask(QUESTION, **{name: "' or 1=1"}).status_code == 404


@pytest.mark.parametrize("name", ["conversation", "after", "replaces"])
def test_what_does_not_exist_is_not_found(anna: Person, name: str) -> None:
    assert anna.ask(QUESTION, **{name: str(uuid4())}).status_code == 404


def test_addresses_of_branches_that_are_none_do_no_harm(anna: Person) -> None:
    talk = str(anna.ask(QUESTION).url).partition("#")[0]
    assert anna.get(f"{talk}?gren=nonsens&andra=1").status_code == 200
    assert anna.get(f"{talk}?gren={uuid4()}").status_code == 404


# levels


def test_the_level_can_be_raised_and_is_remembered_in_the_conversation(anna: Person) -> None:
    page = anna.ask(QUESTION, level="sensitive").text
    assert "Informationsklass: känslig" in page
    assert re.search(r'<option value="sensitive" selected>', page)
    assert re.search(r'<option value="open" selected>', anna.get(HELPER).text)


def test_a_level_below_the_assistants_is_not_offered(anna: Person) -> None:
    options = re.findall(r'<option value="(\w+)"', anna.get("/assistenter/hemlig").text)
    assert options[:1] == ["secret"]
    assert "ingen modell är godkänd" in anna.get("/assistenter/hemlig").text


def test_a_refusal_is_help_and_says_why_and_what_one_can_do(anna: Person) -> None:
    page = anna.ask(QUESTION, "/assistenter/oppen", level="secret").text
    assert "Frågan skickades inte till någon modell" in page
    assert "Du har märkt informationen sekretess." in html.unescape(page)
    assert "Välj en lägre informationsklass" in page
    assert "notice bad" not in page


# personal data


def test_personal_data_is_named_before_anything_is_stored(anna: Person, platform: Served) -> None:
    response = anna.ask(PERSONAL)
    assert response.status_code == 422
    assert f"<mark>{NUMBER}</mark>" in response.text
    assert "<mark>anna@bjorksta.example</mark>" in response.text
    assert html.escape(PERSONAL, quote=False) in response.text  # still in its field
    assert 'value="mask"' in response.text
    assert 'value="send"' in response.text
    assert not stored(platform, PERSONAL)


def test_masking_replaces_what_was_found_before_it_is_stored(anna: Person, platform: Served) -> None:
    page = anna.ask(PERSONAL, personal="mask").text
    assert "Gäller beslutet [PERSONNUMMER] eller [EMAIL]?" in page
    assert NUMBER not in page
    row = platform.run(_stored_run(platform, runs(page)[0]))
    assert NUMBER not in row.question


async def _stored_run(platform: Served, run: str) -> Any:
    async with platform.rooms.db.read(Scope(platform.a.id)) as session:
        return await session.get(Run, (platform.a.id, UUID(run)))


def test_who_chooses_to_may_send_it_as_it_is_where_a_model_may_have_it(anna: Person) -> None:
    page = anna.ask(PERSONAL, personal="send").text
    assert NUMBER in page
    assert "Informationsklass: känslig" in page or "Informationsklass: öppen" in page
    assert runs(page)


def test_where_no_model_may_have_it_sending_is_not_offered_and_does_not_help(anna: Person) -> None:
    response = anna.ask(PERSONAL, "/assistenter/oppen", personal="send")
    assert response.status_code == 422
    assert 'value="send"' not in response.text
    assert "Ingen modell i listan är godkänd för känslig." in html.unescape(response.text)


def test_what_the_policy_did_is_said_below_the_answer(anna: Person, platform: Served) -> None:
    masked = anna.ask(f"{QUESTION} {NUMBER}", "/assistenter/maskerad", personal="send").text
    assert "Personuppgifterna maskerades innan modellen fick frågan" in masked
    assert not any(NUMBER in message.text for message in platform.model.calls[-1][1].messages)
    other = anna.ask(f"{QUESTION} {NUMBER}", "/assistenter/omledd", personal="send").text
    assert "En annan modell än den vanliga svarade" in other
    assert "Modell: chatty" in other


def test_a_changed_question_with_personal_data_comes_back_in_its_own_field(anna: Person) -> None:
    page = anna.ask(QUESTION).text
    (old,) = runs(page)
    response = anna.ask(PERSONAL, replaces=old, conversation=value(page, "conversation"))
    assert response.status_code == 422
    assert re.search(r"<details class=\"edit\" data-edit open>", response.text)
    assert runs(response.text) == [old]


# nothing is lost


def test_an_empty_question_and_one_that_is_too_long_come_back(anna: Person) -> None:
    assert anna.ask("  ").status_code == 400
    response = anna.ask("ö" * 30_000)
    assert response.status_code == 413
    assert "ö" * 30_000 in response.text


def test_a_question_that_meets_an_ended_session_is_there_after_the_log_in(platform: Served) -> None:
    anna = Person(platform, "anna@bjorksta.example")
    page = anna.get(HELPER).text
    platform.run(platform.rooms.identity.log_out(anna.http.cookies["samverk-session"]))
    sent = {"csrf": value(page, "csrf"), "run": value(page, "run"), "level": "internal", "question": BAD}
    refused = anna.http.post(HELPER, data=sent)
    assert refused.status_code == 401
    assert BAD not in str(refused.url)
    again = {"csrf": value(refused.text, "csrf"), "email": "anna@bjorksta.example", "kept": value(refused.text, "kept")}
    wrong = anna.http.post("/logga-in", data={**again, "password": "fel"})
    assert value(wrong.text, "kept") == again["kept"]
    resumed = anna.http.post("/logga-in", data={**again, "password": PASSWORD})
    assert html.escape(BAD, quote=False) in resumed.text.replace("&#34;", '"')
    fields = {name: value(resumed.text, name) for name in ("csrf", "run", "level")}
    assert (fields["run"], fields["level"]) == (sent["run"], "internal")
    answered = anna.settled(anna.http.post(HELPER, data={**fields, "question": BAD}))
    assert runs(answered.text) == [sent["run"]]
    assert "<script>hacked" not in answered.text


def test_a_form_from_elsewhere_brings_nothing_through_the_log_in(platform: Served) -> None:
    stranger = httpx.Client(base_url=platform.url, headers={"Accept": "text/html"})
    refused = stranger.post(HELPER, data={"question": "Betala till kontot 123", "csrf": "fel"})
    assert refused.status_code == 303
    page = stranger.get("/logga-in").text
    hostile = {"csrf": value(page, "csrf"), "email": "anna@bjorksta.example", "password": PASSWORD}
    sent = stranger.post("/logga-in", data={**hostile, "kept": '["https://elak.example/", {"question": "x"}]'})
    assert "elak.example" not in sent.text


# temporary conversations, and pages for others


def test_a_temporary_conversation_is_marked_and_in_no_list(anna: Person, platform: Served) -> None:
    page = anna.ask("Hur länge gäller tillståndet tillfälligt sett?", temporary="yes").text
    assert "Tillfälligt samtal." in page
    assert not stored(platform, "Hur länge gäller tillståndet tillfälligt sett?")
    assert re.search(r'name="temporary" value="yes" checked', anna.get(f"{HELPER}?tillfalligt=1").text)


def test_a_question_in_the_address_stands_in_the_field(anna: Person) -> None:
    page = anna.http.get(HELPER, params={"fraga": BAD}).text
    assert html.escape(BAD, quote=False) in page.replace("&#34;", '"')
    assert "<script>hacked" not in page


def test_where_the_sources_are_silent_the_page_helps_on(anna: Person) -> None:
    page = anna.ask("Vem målade taket i domkyrkan i Uppsala?").text
    assert "Kontaktcenter" in page
    assert "Så kan du fråga i stället" in page
    assert "notice bad" not in page


def test_somebody_elses_conversation_is_not_there(anna: Person, platform: Served) -> None:
    talk = str(anna.ask(QUESTION).url)
    email = "bo@bjorksta.example"
    platform.run(platform.rooms.identity.create_user("bjorksta", email, "Bo Alm", Role.MEMBER, [], PASSWORD))
    assert Person(platform, email).get(talk).status_code == 404


def test_a_stream_resumes_where_the_reader_was(anna: Person) -> None:
    (run,) = runs(anna.ask(QUESTION).text)
    whole = anna.http.get(f"/runs/{run}/events").text
    numbers = [int(number) for number in re.findall(r"^id: (\d+)$", whole, re.MULTILINE)]
    rest = anna.http.get(f"/runs/{run}/events?efter={numbers[-1]}").text
    assert "event: block" in whole
    assert "event: block" not in rest
    assert "event: done" in rest
    same = anna.http.get(f"/runs/{run}/events", headers={"Last-Event-ID": str(numbers[-1])}).text
    assert re.findall("^event: .*", same, re.MULTILINE) == re.findall("^event: .*", rest, re.MULTILINE)


def test_the_policy_is_asked_for_assistants_that_one_may_use_alone(platform: Served, anna: Person) -> None:
    assert anna.ask(PERSONAL, "/assistenter/sluten", personal="mask").status_code == 404
    stranger = Principal(Kind.MEMBER, platform.a.id, str(uuid4()), "Bo Alm", Role.MEMBER)
    with pytest.raises(NotFound):
        platform.run(platform.rooms.answers.foresee(stranger, "sluten", PERSONAL))


def test_a_sample_question_is_asked_with_what_is_chosen_beside_it(anna: Person, platform: Served) -> None:
    page = anna.ask("", sample="Vad gäller för farligt avfall egentligen?", temporary="yes", level="internal").text
    assert "Vad gäller för farligt avfall egentligen?" in page
    assert "Tillfälligt samtal." in page
    assert "Informationsklass: intern" in page
    assert not stored(platform, "Vad gäller för farligt avfall egentligen?")
