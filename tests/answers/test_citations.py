"""The citation checker as its users see it: what is accepted, what is not, and why."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samverk.answers.citations import Finding, Verdict, check, check_line
from samverk.core import swedish
from samverk.core.errors import Invalid

PASSAGE = (
    "Du som söker ekonomiskt bistånd ska lämna in ansökan senast den 10:e varje månad. Om ansökan är komplett får du "
    "beslut inom fjorton dagar. Handläggaren kan begära in kontoutdrag för de senaste tre månaderna. Avgiften är 200 kr "
    "för barn och 400 kr för vuxna."
)
PAIRS = Path(__file__).parent / "data"


def codes(finding: Finding) -> set[str]:
    return {reason.code for reason in finding.reasons}


def test_every_sentence_of_the_passage_is_verified_where_it_stands() -> None:
    for start, end in swedish.sentences(PASSAGE):
        finding = check(PASSAGE[start:end], PASSAGE)
        assert finding.verdict is Verdict.VERIFIED
        assert (finding.start, finding.end) == (start, end)


@pytest.mark.parametrize(
    "sentence",
    [
        "om ansökan är komplett får du beslut inom fjorton dagar",
        "**Om ansökan är komplett** får du beslut inom fjorton dagar [1].",
        "Om ansökan är kom-\nplett får du  beslut\ninom fjorton dagar.",
        "Om ansökan är komplett, får du ”beslut” inom fjorton dagar [1, 2].",
    ],
)
def test_marks_case_and_line_breaks_do_not_matter(sentence: str) -> None:
    assert check(sentence, PASSAGE).verdict is Verdict.VERIFIED


@pytest.mark.parametrize(
    "sentence",
    [
        "Enligt riktlinjerna får du beslut inom fjorton dagar om ansökan är komplett.",
        "Är ansökan fullständig får du beslut inom två veckor.",
        "Kontoutdrag för de tre senaste månaderna får begäras in av handläggaren.",
        "Avgiften för vuxna är 400 kronor.",
    ],
)
def test_faithful_paraphrases_are_supported(sentence: str) -> None:
    finding = check(sentence, PASSAGE)
    assert finding.verdict is Verdict.SUPPORTED
    assert 0 <= finding.start < finding.end <= len(PASSAGE)


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("Om ansökan är komplett får du beslut inom fyra dagar.", "number"),
        ("Om ansökan är komplett får du beslut inom fjorton veckor.", "number"),
        ("Om ansökan är komplett får du inte beslut inom fjorton dagar.", "negation"),
        ("Handläggaren ska begära in kontoutdrag för de senaste tre månaderna.", "modality"),
        ("Chefen kan begära in kontoutdrag för de senaste tre månaderna.", "not_found"),
        ("Du får beslut inom fjorton dagar.", "condition"),
        ("Om ansökan är komplett får du alltid beslut inom fjorton dagar.", "scope"),
        ("Avgiften för vuxna är 200 kr.", "omitted"),
    ],
)
def test_one_changed_fact_is_unverified_with_its_reason(sentence: str, code: str) -> None:
    finding = check(sentence, PASSAGE)
    assert finding.verdict is Verdict.UNVERIFIED
    assert code in codes(finding)


def test_reasons_speak_both_languages() -> None:
    reason = check("Handläggaren ska begära in kontoutdrag för de senaste tre månaderna.", PASSAGE).reasons[0]
    assert reason.message("sv") != reason.message("en")
    assert "ska" in reason.message("sv")


@pytest.mark.parametrize(
    ("name", "least_faithful", "most_unfaithful"),
    [("citation_pairs_dev.jsonl", 0.70, 0.02), ("citation_pairs.jsonl", 0.30, 0.05)],
)
def test_hand_written_pairs(name: str, least_faithful: float, most_unfaithful: float) -> None:
    pairs = [json.loads(line) for line in (PAIRS / name).read_text("utf-8").splitlines()]
    accepted: dict[bool, list[bool]] = {True: [], False: []}
    for pair in pairs:
        accepted[pair["faithful"]].append(check(pair["sentence"], pair["passage"]).accepted)
    assert len(accepted[True]) >= 150 <= len(accepted[False])
    assert sum(accepted[False]) / len(accepted[False]) <= most_unfaithful
    assert sum(accepted[True]) / len(accepted[True]) >= least_faithful


@pytest.mark.parametrize(
    ("sentence", "passage"), [("", PASSAGE), ("Ett beslut.", ""), ("", ""), ("…", "…"), ("\x00", "\x00\n")]
)
def test_nothing_to_compare_is_unverified(sentence: str, passage: str) -> None:
    finding = check(sentence, passage)
    assert finding.verdict is Verdict.UNVERIFIED
    assert (finding.start, finding.end) == (0, 0)


@given(st.text(max_size=300), st.text(max_size=600))
def test_any_text_is_answered_with_a_range_inside_the_passage(sentence: str, passage: str) -> None:
    finding = check(sentence, passage)
    assert 0 <= finding.start <= finding.end <= len(passage)
    assert 0 <= finding.score <= 1


words = st.sampled_from(
    "nämnden kommunen ansökan beslut bygglov avgift ska kan om inte 14 dagar kr till för och , [2] ** § \n".split(" ")
)


@given(st.lists(st.lists(words, min_size=1, max_size=12).map(" ".join), min_size=1, max_size=6).map(". ".join))
def test_verbatim_sentences_are_always_verified(passage: str) -> None:
    for start, end in swedish.sentences(passage):
        if any(c.isalnum() for c in passage[start:end]):
            assert check(passage[start:end], passage).verdict is Verdict.VERIFIED


@given(st.data())
def test_inserting_inte_never_stays_accepted(data: st.DataObject) -> None:
    start, end = data.draw(st.sampled_from(list(swedish.sentences(PASSAGE))))
    said = PASSAGE[start:end].split(" ")
    at = data.draw(st.integers(1, len(said) - 1))
    assert not check(" ".join([*said[:at], "inte", *said[at:]]), PASSAGE).accepted


@pytest.mark.parametrize(
    "unit",
    ["a", "å ", "ansökan ", "beslut inom 14 dagar. ", "om ", "\x00", "[1]", "中文。", "1 000 ", "-\n", "((", "a-"],
)
def test_long_texts_are_answered(unit: str) -> None:
    long = unit * (100_000 // len(unit))
    for sentence, passage in ((long, PASSAGE), (PASSAGE, long), (long, long)):
        check(sentence, passage)


def test_check_line_answers_as_the_command_does() -> None:
    answer = check_line({"sentence": "Avgiften för vuxna är 400 kronor.", "passage": PASSAGE})
    assert answer["verdict"] == "supported"
    assert {"verdict", "start", "end", "reasons"} == set(answer)


@pytest.mark.parametrize("line", [None, [], "text", {}, {"sentence": "a"}, {"sentence": 1, "passage": "b"}])
def test_check_line_refuses_what_is_not_a_pair(line: object) -> None:
    with pytest.raises(Invalid):
        check_line(line)


def test_a_compound_alone_grounds_no_paraphrase() -> None:
    sentence = "I arbetet ingår olika uppgifter av utredningskaraktär."
    passage = "Arbetsuppgifter\n\nDu planerar veckans schema och svarar i telefon."
    assert check(sentence, passage).verdict is Verdict.UNVERIFIED


def test_a_reason_names_amounts_as_they_are_written() -> None:
    finding = check("Beslut ska fattas inom fem veckor.", "Ett beslut ska fattas inom fyra veckor från ansökan.")
    assert "Siffran eller enheten stämmer inte: fem veckor." in [reason.message("sv") for reason in finding.reasons]
