"""The embedded model: what it quotes, in which order and form, and that nothing odd makes it stumble."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.timing import within

from samverk.library.extractive import compose
from samverk.library.ports import ChatRequest, Delta, Endpoint, Finish, Message, Role, SourcePart, TextPart
from samverk.library.providers.extractive import NO_ANSWER, NO_SOURCES, Extractive
from samverk.library.quoting import Quote, written
from samverk.library.sentences import units

BENEFIT = SourcePart(
    1,
    "Riktlinjer, kap. 2",
    """Ansökan
Ansökan om ekonomiskt bistånd görs skriftligt varje månad. Den ska ha kommit in senast den 15.
Beslut
Beslut fattas av socialsekreteraren inom tio arbetsdagar från det att ansökan är komplett.
Till ansökan bifogas:
- kontoutdrag för de senaste tre månaderna
- hyresavi
- läkarintyg om sådant finns.""",
)
LEAVE = SourcePart(
    4,
    "HR-handbok",
    "Semester\nSemester söks i mars. Chefen beslutar om semester senast i april. Lön utbetalas den 27 varje månad.",
)


def quotes(question: str, *sources: SourcePart) -> list[tuple[int, str]]:
    return [(quote.n, quote.text) for quote in compose(question, sources)]


async def heard(*messages: Message) -> tuple[str, Finish]:
    events = [event async for event in Extractive().chat(Endpoint("extractive", "extractive"), ChatRequest(messages))]
    *said, last = events
    assert isinstance(last, Finish)
    return "".join(event.text for event in said if isinstance(event, Delta)), last


def message(text: str, *sources: SourcePart, role: Role = "user") -> Message:
    return Message(role, (*sources, TextPart(text)))


DELEGATION = SourcePart(
    2,
    "Delegationsordning",
    """Beslut om skulder fattas så här.

Ärende | Delegat | Anmärkning
Hyresskuld, högst en månadshyra | SS |
Hyresskuld, mer än tre månadshyror | AU |
Elskuld, högst 3 000 kr | SS | däröver EC. Meddela chefen.

Version | 12.0
Ansvarig | nämndsekreteraren""",
)


def test_a_table_is_read_row_by_row_under_its_header() -> None:
    assert [(unit.kind, unit.text, unit.lead) for unit in units(DELEGATION.text)] == [
        ("prose", "Beslut om skulder fattas så här.", None),
        ("header", "Ärende | Delegat | Anmärkning", None),
        ("row", "Hyresskuld, högst en månadshyra | SS |", 1),
        ("row", "Hyresskuld, mer än tre månadshyror | AU |", 1),
        ("row", "Elskuld, högst 3 000 kr | SS | däröver EC. Meddela chefen.", 1),
        ("pair", "Version | 12.0", None),
        ("pair", "Ansvarig | nämndsekreteraren", None),
    ]


def test_a_year_may_stand_in_a_header() -> None:
    assert [unit.kind for unit in units("Ålder | Belopp 2026\n0–6 år | 1 100 kr\n7–12 år | 1 300 kr")] == [
        "header",
        "row",
        "row",
    ]


def test_names_and_values_are_quoted_as_items() -> None:
    assert "- Ansvarig: nämndsekreteraren [2]" in "".join(written(compose("Vem är ansvarig?", [DELEGATION])))


def test_a_line_with_a_bar_alone_is_no_table() -> None:
    assert {unit.kind for unit in units("Start | Om oss | Kontakt\nVi hjälper dig att söka bistånd.")} == {"prose"}


def test_rows_are_quoted_as_a_table_with_their_header() -> None:
    found = "".join(written(compose("Vem är delegat för en elskuld?", [DELEGATION])))
    head = "| Ärende | Delegat | Anmärkning |\n| --- | --- | --- |\n"
    assert head in found
    assert "| Elskuld, högst 3 000 kr | SS | däröver EC. Meddela chefen. [2] |" in found
    assert found.count(head) == 1
    assert "Ärende | Delegat | Anmärkning [2]" not in found


def test_kinds_of_quotes_stand_apart() -> None:
    quoted = [
        Quote(1, "Så här är det."),
        Quote(1, "A | B", "header", opens=True),
        Quote(1, "a | |", "row"),
        Quote(1, "C | 1", "row", opens=True),
        Quote(1, "noll | 0", "pair"),
        Quote(1, "ett", "item"),
        Quote(1, "två", "item"),
        Quote(2, "Slut."),
    ]
    assert "".join(written(quoted)) == (
        "Så här är det. [1]\n\n| A | B |\n| --- | --- |\n| a [1] |  |  |\n\n| C | 1 [1] |\n| --- | --- |\n\n"
        "- noll: 0 [1]\n- ett [1]\n- två [1]\n\nSlut. [2]"
    )


def test_the_best_sentence_comes_first_with_its_source() -> None:
    assert (
        quotes("Vem beslutar om semester?", BENEFIT, LEAVE)[0] == (4, "Semester söks i mars.")
        or (
            4,
            "Chefen beslutar om semester senast i april.",
        )
        in quotes("Vem beslutar om semester?", BENEFIT, LEAVE)[:2]
    )
    assert quotes("Inom hur många arbetsdagar fattas beslut?", LEAVE, BENEFIT)[0] == (
        1,
        "Beslut fattas av socialsekreteraren inom tio arbetsdagar från det att ansökan är komplett.",
    )


def test_a_sentence_that_points_back_brings_the_one_before() -> None:
    found = [text for _, text in quotes("När ska den ha kommit in senast?", BENEFIT)]
    at = found.index("Den ska ha kommit in senast den 15.")
    assert found[at - 1] == "Ansökan om ekonomiskt bistånd görs skriftligt varje månad."


def test_a_list_keeps_its_lead_in_and_its_items_in_order() -> None:
    found = [text for _, text in quotes("Vad ska bifogas till ansökan?", BENEFIT)]
    at = found.index("Till ansökan bifogas:")
    assert found[at + 1 : at + 4] == [
        "kontoutdrag för de senaste tre månaderna",
        "hyresavi",
        "läkarintyg om sådant finns.",
    ]


def test_an_item_brings_its_lead_in() -> None:
    found = [text for _, text in quotes("Behövs läkarintyg?", BENEFIT)]
    assert found.index("Till ansökan bifogas:") < found.index("läkarintyg om sådant finns.")


def test_a_heading_is_no_answer() -> None:
    texts = [text for _, text in quotes("Semester?", LEAVE)]
    assert texts
    assert "Semester" not in texts


def test_the_same_thing_is_said_once() -> None:
    twin = SourcePart(2, "Kopia", BENEFIT.text)
    texts = [text for _, text in quotes("Inom hur många arbetsdagar fattas beslut om ansökan?", BENEFIT, twin)]
    assert len(texts) == len(set(texts))


def test_every_quote_stands_in_its_source() -> None:
    for n, text in quotes("Vad gäller om beslut, semester och lön?", BENEFIT, LEAVE):
        source = {1: BENEFIT, 4: LEAVE}[n]
        assert text in " ".join(source.text.split())


def test_an_answer_is_no_copy_of_everything() -> None:
    long = SourcePart(1, "Lång", " ".join(f"Bidrag nummer {i} söks hos nämnd {i} varje år." for i in range(200)))
    assert sum(len(text) for _, text in quotes("Hur söks bidrag?", long)) <= 600


async def test_each_sentence_is_followed_by_its_citation() -> None:
    text, last = await heard(message("Vad ska bifogas till ansökan?", BENEFIT))
    assert "Till ansökan bifogas: [1]\n- kontoutdrag för de senaste tre månaderna [1]\n- hyresavi [1]\n" in text
    assert last.reason == "stop"
    assert last.tokens_in is not None
    assert last.tokens_in > len(BENEFIT.text.split()) * 0.8


async def test_the_last_question_is_answered_from_the_sources_of_the_conversation() -> None:
    text, _ = await heard(
        message("Svara kort.", role="system"),
        message("När söks semester?", LEAVE),
        message("I mars. [4]", role="assistant"),
        message("När utbetalas lön?"),
    )
    assert "Lön utbetalas den 27 varje månad. [4]" in text


@pytest.mark.parametrize(
    ("question", "answer"),
    [("Vad är huvudstaden i Frankrike?", NO_SOURCES["sv"]), ("What is the capital of France?", NO_SOURCES["en"])],
)
async def test_without_sources_it_says_so_in_the_language_asked(question: str, answer: str) -> None:
    assert (await heard(message(question)))[0] == answer


@pytest.mark.parametrize("question", ["", "   ", "?", "och att det", "\x00\x01\x07"])
async def test_a_question_without_a_word_has_no_answer(question: str) -> None:
    assert (await heard(message(question, BENEFIT)))[0] == NO_ANSWER["sv"]


@pytest.mark.parametrize(
    "question",
    [
        "Пособие и заявление?",
        "如何申请经济援助",
        "🙂 bistånd 🙂",
        "bistånd\x00\x1b[31m ansökan\u202e",
        "<script>alert(1)</script> bistånd [1] [2]",
        "bistånd " * 12_500,
        "x" * 100_000,
        " ".join(f"ord{i}" for i in range(15_000)),
        "(" * 100_000,
    ],
)
async def test_odd_questions_end_in_bounded_time(question: str) -> None:
    markup = SourcePart(
        2, "<b>", "<img src=x onerror=alert(1)> bistånd. [9] | a | b |\n|---|---|\n# Rubrik\n\x00\x0b\x0c text"
    )
    with within(10):
        text, _ = await heard(message(question, BENEFIT, markup))
    assert text


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "-", "1.", "#", "a" * 500_000, "a\n" * 100_000, "a. " * 50_000, ": \n- " * 20_000]
)
def test_odd_sources_end_in_bounded_time(text: str) -> None:
    with within(20):
        compose("Hur söks bidrag?", [SourcePart(n, "T", text) for n in range(1, 20)])


@given(st.text(max_size=200), st.lists(st.text(max_size=300), max_size=4))
def test_nothing_makes_it_stumble_and_it_never_invents(question: str, texts: list[str]) -> None:
    sources = [SourcePart(n, "T", text) for n, text in enumerate(texts, 1)]
    for quote in compose(question, sources):
        assert " ".join(quote.text.split()) in " ".join(texts[quote.n - 1].split())


def test_a_line_that_stops_in_mid_phrase_goes_on_in_the_next() -> None:
    found = units("Den som söker ska lämna uppgifter om\nsina inkomster och\ntillgångar. Annars dröjer beslutet.")
    assert [unit.text for unit in found] == [
        "Den som söker ska lämna uppgifter om sina inkomster och tillgångar.",
        "Annars dröjer beslutet.",
    ]


def test_headings_items_and_prose_are_told_apart() -> None:
    found = units("2.1 Ansökan\nSkicka med:\n• pass\n• intyg\nVi hör av oss. Du behöver inte ringa.")
    assert [(unit.kind, unit.text) for unit in found] == [
        ("heading", "2.1 Ansökan"),
        ("prose", "Skicka med:"),
        ("item", "pass"),
        ("item", "intyg"),
        ("prose", "Vi hör av oss."),
        ("prose", "Du behöver inte ringa."),
    ]
    assert found[2].lead == found[3].lead == 1
    assert found[4].heading == "2.1 Ansökan"
