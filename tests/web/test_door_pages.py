"""The pages of the door, without script: what is kept of content, and models that nobody offers."""

from collections.abc import Iterator
from contextlib import aclosing
from uuid import UUID

import httpx2 as httpx
import pytest
from tests.platform import Served, served
from tests.web.browser import PASSWORD, Browser

from samverk.assistants.model import AssistantBody
from samverk.core import logs
from samverk.core.levels import Level
from samverk.identity.principal import Principal, Role, system
from samverk.library.cards import ModelCard
from samverk.library.ports import Endpoint

PLACE = "/organisation/innehall"


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("platform")) as up:
        for slug, keeps in (("minns", True), ("glommer", False)):
            body = AssistantBody(name=slug, models=("chatty",), keep_content=keeps)
            up.run(up.rooms.assistants.save(up.a.id, slug, body, system(up.a.id)))
        yield up


@pytest.fixture(scope="module")
def admin(platform: Served) -> Browser:
    return Browser(platform, "karin@bjorksta.example", Role.ADMIN)


@pytest.fixture(scope="module")
def steward(platform: Served) -> Browser:
    return Browser(platform, "samir@bjorksta.example", Role.STEWARD)


@pytest.fixture
def keeping(admin: Browser) -> Iterator[None]:
    """Content is kept during the test, and what there is goes after it."""
    assert admin.send(PLACE, keep="30").status_code == 200
    yield
    admin.send(PLACE, keep="", sure="yes")


def asked(platform: Served, who: Principal, assistant: str, question: str, *, temporary: bool = False) -> UUID:
    """A question that is answered; its conversation."""

    async def ask() -> UUID:
        answers = platform.rooms.answers
        run = await answers.start(who, assistant, question, temporary=temporary)
        async with aclosing(answers.events(who, run)) as events:
            assert [event.kind async for event in events][-1] == "done"
        conversation = await answers.conversation_of(who, run)
        assert conversation
        return conversation

    return platform.run(ask())


def kept(platform: Served) -> list[str]:
    """The purposes of the calls whose content is kept, the latest first."""
    found = platform.run(platform.rooms.keeping.list(system(platform.a.id), 50))
    return [str(one.opened["purpose"]) for one in found]


def test_content_is_kept_of_assistants_that_are_marked_and_never_of_temporary_conversations(
    platform: Served, keeping: None
) -> None:
    who = system(platform.a.id)
    asked(platform, who, "glommer", "Får du sparas?")
    asked(platform, who, "minns", "Får du sparas?", temporary=True)
    assert kept(platform) == []
    asked(platform, who, "minns", "Får du sparas?")
    assert kept(platform) == ["assistant:minns"]


def test_erasing_a_conversation_erases_what_was_kept_of_it(platform: Served, keeping: None) -> None:
    who = system(platform.a.id)
    gone = asked(platform, who, "minns", "Den ena frågan")
    asked(platform, who, "minns", "Den andra frågan")
    platform.run(platform.rooms.conversations.erase(who.org_id, [gone]))
    assert kept(platform) == ["assistant:minns"]
    [left] = platform.run(platform.rooms.keeping.list(who, 5))
    read = platform.run(platform.rooms.keeping.read(who, left.call_id, "Prov"))
    assert "Den andra frågan" in read.question


def test_it_is_read_on_its_page_for_a_reason_that_the_log_shows(
    platform: Served, admin: Browser, keeping: None
) -> None:
    asked(platform, system(platform.a.id), "minns", "Vad säger <b>du</b>?")
    page = admin.get(PLACE).text
    assert "Nu sparas det som frågas och svaras i 30 dagar." in page
    place = page.split(f'href="{PLACE}/', 1)[1].split('"', 1)[0]
    assert "Vad säger" not in admin.get(f"{PLACE}/{place}").text
    refused = admin.send(f"{PLACE}/{place}", why=" ")
    assert refused.status_code == 400 and "Skriv varför du behöver läsa det" in refused.text
    assert "Vad säger" not in refused.text
    shown = admin.send(f"{PLACE}/{place}", why="Klagomål från Bo")
    assert "Vad säger &lt;b&gt;du&lt;/b&gt;?" in shown.text and "Hej på dig." in shown.text
    assert shown.headers["cache-control"] == "no-store"
    assert (
        f"Läste vad som frågats och svarats i anropet {place}. Skäl: Klagomål från Bo"
        in admin.get("/organisation/logg").text
    )


@pytest.mark.parametrize("fields", [{"keep": "own", "days": ""}, {"keep": "own", "days": "3651"}, {"keep": "x"}])
def test_wrong_days_are_said(admin: Browser, fields: dict[str, str]) -> None:
    answer = admin.send(PLACE, **fields)
    assert answer.status_code == 400
    assert "Skriv ett antal dagar mellan 1 och 3650." in answer.text


def test_keeping_it_for_a_shorter_time_is_asked_for_once_more(platform: Served, admin: Browser, keeping: None) -> None:
    page = admin.send(PLACE, keep="own", days="3").text
    assert "Spara frågor och svar bara 3 dagar?" in page
    assert platform.run(platform.rooms.keeping.days(platform.a.id)) == 30
    admin.send(PLACE, keep="own", days="3", sure="yes")
    assert platform.run(platform.rooms.keeping.days(platform.a.id)) == 3


def test_no_steward_comes_here(steward: Browser) -> None:
    for path in (PLACE, f"{PLACE}/{UUID(int=1)}"):
        assert steward.get(path).status_code == 403


NEW = {
    "server": "openai_compatible:",
    "url": "http://127.0.0.1:9/v1",
    "model": "Gemma 3 (4b)",
    "level": "internal",
    "hosting": "own",
    "kind": "chat",
    "context_tokens": "8192",
    "currency": "sek",
    "price_in": "12,50",
    "ability.tools": "yes",
}


def test_a_model_that_does_not_answer_is_not_saved_and_its_key_is_never_shown_again(
    platform: Served, steward: Browser
) -> None:
    assert 'type="password"' in steward.get("/modeller/ny").text
    answer = steward.send("/modeller/ny", **NEW, key="sk-mycket-hemlig", act="try")
    assert answer.status_code >= 400
    assert "så den är inte sparad" in answer.text and "Gemma 3 (4b)" in answer.text
    assert "sk-mycket-hemlig" not in answer.text
    assert platform.run(platform.rooms.ledger.entries(platform.a.id))[-1].body["outcome"] == "failed"
    assert steward.get("/modeller/gemma-3-4b").status_code == 404


def test_a_model_is_saved_with_its_prices_untried_where_the_steward_wants_so(
    platform: Served, steward: Browser
) -> None:
    saved = steward.send("/modeller/ny", **NEW, key="sk-mycket-hemlig", act="untried")
    assert saved.url.path == "/modeller/gemma-3-4b"
    model = platform.run(platform.rooms.library.model(platform.a.id, "gemma-3-4b"))
    assert (model.card.price_in, model.card.currency, model.card.approved_for) == (12_500_000, "SEK", Level.INTERNAL)
    assert (model.endpoint.key, model.card.abilities) == ("sk-mycket-hemlig", {"tools"})
    again = steward.send("/modeller/ny", **NEW, act="untried")
    assert again.status_code == 409 and "Det finns redan en modell" in again.text


def test_a_model_that_answers_is_tried_and_saved(platform: Served, steward: Browser) -> None:
    platform.stand_ins["openai_compatible"] = platform.model
    try:
        saved = steward.send("/modeller/ny", **NEW | {"model": "chatty", "slug": "pratsam"}, act="try")
    finally:
        del platform.stand_ins["openai_compatible"]
    assert saved.url.path == "/modeller/pratsam"
    events = platform.run(platform.rooms.ledger.entries(platform.a.id))[-2:]
    assert [event.body.get("purpose") for event in events] == ["model-test", None]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("embeddings", "tal av texten."),
        ("rerank", '<li><span dir="auto">'),
        ("speech", '<audio controls src="data:audio/'),
        ("image", "som kan visas här"),  # what the stand-in draws is no picture
    ],
)
def test_a_model_of_any_kind_shows_what_it_can_before_it_is_saved_and_after(
    platform: Served, steward: Browser, kind: str, told: str
) -> None:
    fields = NEW | {"kind": kind, "model": kind, "slug": f"av-slag-{kind}"}
    platform.stand_ins["openai_compatible"] = platform.model
    try:
        looked = steward.send("/modeller/ny", **fields, act="look")
        assert looked.status_code == 200
        assert told in looked.text and "Den är inte sparad än." in looked.text
        assert ("media-src data:" in looked.headers["content-security-policy"]) is (kind == "speech")
        assert steward.send("/modeller/ny", **fields, act="try").url.path == f"/modeller/av-slag-{kind}"
        place = f"/modeller/av-slag-{kind}"
        act = "speak" if kind == "speech" else kind
        shown = steward.send(f"{place}/prova", act=act, question="Hur överklagar jag?", documents="a\nb")
        assert told in shown.text
        if kind == "speech":
            tone = steward.http.post(f"{place}/prova/inspelning", files={"csrf": (None, steward.token)})
            assert tone.status_code == 200 and 'id="prov"' in tone.text and "notice bad" not in tone.text
        if kind == "rerank":
            assert "Skriv 2–10 texter" in steward.send(f"{place}/prova", act=act, question="x", documents="a").text
        assert "Skriv något att prova modellen med." in steward.send(f"{place}/prova", act=act, question=" ").text
    finally:
        del platform.stand_ins["openai_compatible"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"level": ""}, "Välj vilken informationsklass"),
        ({"hosting": "månen"}, "Välj var modellen körs."),
        ({"model": " "}, "Ange vad modellen heter på servern."),
        ({"url": "ftp://x"}, "Adressen ska börja med https://"),
        ({"url": ""}, "Ange serverns adress."),
        ({"server": "openai_compatible:nonsens"}, "Sorten nonsens finns inte."),
        ({"server": "nonsens"}, "Leverantören nonsens finns inte."),
        ({"price_in": "dyrt"}, "Skriv priset som ett tal"),
        ({"context_tokens": "många"}, "Skriv ett helt antal token"),
        ({"currency": "kronor"}, "Skriv valutan med tre bokstäver"),
        ({"slug": "Å"}, "Kortnamnet får bara ha"),
    ],
)
def test_what_is_wrong_with_a_new_model_is_said_in_words(steward: Browser, fields: dict[str, str], told: str) -> None:
    answer = steward.send("/modeller/ny", **NEW | fields, act="try")
    assert answer.status_code == 400
    assert told in answer.text


def test_only_stewards_add_models(platform: Served) -> None:
    builder = Browser(platform, "erik@bjorksta.example", Role.BUILDER)
    assert builder.get("/modeller/ny").status_code == 403
    assert builder.send("/modeller/ny", **NEW, act="untried").status_code == 403


def test_no_secret_stands_in_any_log(
    platform: Served, steward: Browser, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    key, secret, words = platform.a.keys["chat"], "sk-upstream-hemlig", "Skvader i Umeå"
    model = platform.rooms.library
    card = ModelCard(slug="onabar", name="onabar")
    platform.run(
        model.adopt(platform.a.id, card, Endpoint("openai_compatible", "m", "http://127.0.0.1:9/v1", secret), "x")
    )
    logs.configure("debug")
    try:
        asked = {"model": "onabar", "messages": [{"role": "user", "content": words}], "samverk": {"level": "open"}}
        for sent, status in ((asked, 502), ({**asked, "n": words}, 400), ({**asked, "model": words}, 404)):
            headers = {"Authorization": f"Bearer {key}"}
            answer = httpx.post(f"{platform.url}/v1/chat/completions", json=sent, headers=headers, timeout=30)
            assert answer.status_code == status, answer.text
        wrong = {"Authorization": f"Bearer {secret}"}
        assert httpx.get(f"{platform.url}/v1/models", headers=wrong).status_code == 401
        steward.http.post(
            "/logga-in", data={"csrf": steward.token, "email": "samir@bjorksta.example", "password": words}
        )
        steward.send("/modeller/ny", **NEW, key=secret, act="try")
        monkeypatch.setattr(platform.rooms.library, "models", _broken)
        assert steward.get("/modeller").status_code == 500
    finally:
        logs.configure("info")
    log = capsys.readouterr().err
    assert "request failed" in log, "something was logged at all"
    cookies = [value for value in steward.http.cookies.values() if len(value) > 20]
    for hidden in (key, secret, words, PASSWORD, *cookies):
        assert hidden not in log


async def _broken(*_: object, **__: object) -> None:
    raise RuntimeError("broken")
