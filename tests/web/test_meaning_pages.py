"""The page of searching by meaning without a browser: prepared, tried on own questions, switched on and off, deleted."""

import time
from collections.abc import Iterator

import pytest
from tests.platform import Served, served
from tests.web.browser import Browser

from samverk.core.errors import Invalid
from samverk.core.levels import Level
from samverk.identity.principal import Role, system
from samverk.knowledge.fusion import Verdict
from samverk.knowledge.trial import MOST_QUESTIONS, questions_in
from samverk.library.cards import ModelCard
from samverk.library.ports import Endpoint

HOME = "/kunskap/betydelse"
WON = Verdict(questions=24, words=0.61, fused=0.72, sure=0.99, weight=0.4)
LOST = Verdict(questions=24, words=0.61, fused=0.605, sure=0.3, weight=0.1)
FEW = Verdict(questions=3, words=0.5, fused=0.9, sure=0.99, weight=0.4)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("platform")) as up:
        card = ModelCard(slug="vec", name="Vektorn <b>", kind="embeddings", approved_for=Level.SENSITIVE)
        up.run(up.rooms.library.adopt(up.a.id, card, Endpoint("fake", "vec"), "tests"))
        yield up


@pytest.fixture(scope="module")
def steward(platform: Served) -> Browser:
    return Browser(platform, "steward@bjorksta.example", Role.STEWARD)


@pytest.fixture
def prepared(platform: Served, steward: Browser) -> str:
    """The page when the model has read all passages."""
    steward.send(HOME, model="vec")
    for _ in range(200):
        if "data-live" not in (page := steward.get(HOME).text):
            return page
        time.sleep(0.05)
    raise AssertionError("still being made")


def test_a_model_is_prepared_and_tried_on_own_questions(steward: Browser, prepared: str) -> None:
    assert "5 av 5 stycken är förberedda." in prepared
    assert "Vektorn &lt;b&gt;" in prepared
    assert "inte provad på era egna frågor än" in prepared
    assert "Slå på" not in prepared
    tried = steward.send(f"{HOME}/vec/prova", questions="När hämtas avfall? | avfall.md\nHur länge?\tparkering.md")
    assert "Modellen är provad på 2 frågor." in tried.text
    assert "för få frågor för att avgöra något. 20 behövs." in tried.text


def test_what_is_wrong_with_the_questions_is_said_and_nothing_typed_is_lost(steward: Browser, prepared: str) -> None:
    missing = steward.send(f"{HOME}/vec/prova", questions="Vad gäller? | borta.pdf")
    assert missing.status_code == 404
    assert "borta.pdf" in missing.text
    assert "Vad gäller? | borta.pdf</textarea>" in missing.text
    assert "Rad 1 säger inte vilket dokument" in steward.send(f"{HOME}/vec/prova", questions="Vad gäller?").text


@pytest.mark.parametrize(
    ("trial", "text", "may"),
    [(WON, "ger säkert bättre träffar", True), (LOST, "Därför slås den inte på.", False), (FEW, "för få", False)],
)
def test_the_trial_decides(
    platform: Served, steward: Browser, prepared: str, trial: Verdict, text: str, may: bool
) -> None:
    vectors = platform.rooms.knowledge.vectors
    platform.run(vectors.tried(system(platform.a.id), "vec", trial))
    page = steward.get(HOME).text
    assert text in page
    assert f"{round(trial.words * 100)} av 100" in page
    assert ("Slå på" in page) is may
    assert steward.send(f"{HOME}/vec/pa").status_code == (200 if may else 409)
    if may:
        assert "Används i sökningen" in steward.get(HOME).text
        assert steward.send(f"{HOME}/vec/ta-bort").status_code == 409
        assert f'action="{HOME}/vec/pa"' in steward.send(f"{HOME}/av").text
        assert "orden enbart" in steward.get(HOME).text


def test_what_was_prepared_is_deleted_after_a_question(steward: Browser, prepared: str) -> None:
    assert "5 stycken måste förberedas på nytt" in steward.get(f"{HOME}/vec/ta-bort").text
    assert "är borttaget" in steward.send(f"{HOME}/vec/ta-bort").text
    assert "data-live" not in steward.get(HOME).text


def test_a_model_of_another_kind_is_refused_beside_the_form(steward: Browser) -> None:
    refused = steward.send(HOME, model="chatty")
    assert refused.status_code == 400
    assert "gör inga vektorer" in refused.text


def test_who_may_not_choose_models_sees_nothing_of_it(platform: Served) -> None:
    builder = Browser(platform, "byggare@bjorksta.example", Role.BUILDER)
    assert HOME not in builder.get("/kunskap").text
    assert builder.get(HOME).status_code == 403
    for path in (HOME, f"{HOME}/av", f"{HOME}/vec/pa", f"{HOME}/vec/prova", f"{HOME}/vec/ta-bort"):
        assert builder.send(path, model="vec").status_code == 403


def test_questions_are_read_a_line_each() -> None:
    first, second = questions_in("Hur? | a.pdf | b.pdf\n\n  Vad?\tc d.pdf  \n")
    assert (first.text, first.relevant) == ("Hur?", {"a.pdf", "b.pdf"})
    assert (second.text, second.relevant) == ("Vad?", {"c d.pdf"})


@pytest.mark.parametrize("text", ["", " \n ", "Hur?", "Hur? |", "Hur? | a\n" * (MOST_QUESTIONS + 1)])
def test_what_is_no_question_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        questions_in(text)
