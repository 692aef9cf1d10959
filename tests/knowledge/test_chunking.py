"""Passages: they stand where they say, keep what belongs together, and know their page."""

from hypothesis import given
from hypothesis import strategies as st

from samverk.knowledge.chunking import ENOUGH, FULL, MOST, build
from samverk.knowledge.passages import Block, Extract, Parsed, page_of

SENTENCE = "Den som söker bistånd ska lämna uppgifter om sin ekonomi till handläggaren. "


def extract(*blocks: Block, labels: tuple[str, ...] = ()) -> Extract:
    return build(Parsed("Titel", blocks, labels), extractor="test/1", fallback_title="fil")


TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("abcåäö ABC.!?:;-–\n\t\f\r\x00\x02\u00ad\u200b\ufb01\u2028\ud800123|•"), st.characters()
    ),
    max_size=3000,
)
BLOCKS = st.builds(
    lambda kind, text, level, page: Block(kind, text * 3, level if kind == "heading" else 0, page),
    st.sampled_from(["heading", "paragraph", "item", "table", "footnote"]),
    TEXTS,
    st.integers(1, 6),
    st.one_of(st.none(), st.integers(0, 3)),
)


@given(st.lists(BLOCKS, max_size=12))
def test_every_passage_stands_where_it_says(blocks: list[Block]) -> None:
    found = extract(*blocks, labels=("i", "ii", "", "2"))
    end = 0
    for number, passage in enumerate(found.passages):
        at = passage.locator
        assert found.text[at.start : at.end] == passage.text
        assert passage.ordinal == number
        assert passage.text.strip()
        assert len(passage.text) <= MOST
        assert at.start >= end
        end = at.end
        if passage.pages:
            assert passage.pages[0] == (0, at.page)
            assert all(0 <= offset < len(passage.text) for offset, _ in passage.pages)
    found.text.encode("utf-8")


def test_no_words_are_lost_between_the_passages() -> None:
    paragraphs = [SENTENCE * count for count in (1, 30, 4, 12, 2)]
    found = extract(*(Block("paragraph", text) for text in paragraphs))
    assert " ".join(passage.text for passage in found.passages).split() == "".join(paragraphs).split()


def test_passages_of_running_text_are_of_a_readable_size() -> None:
    found = extract(*(Block("paragraph", SENTENCE * 6) for _ in range(40)))
    assert all(ENOUGH <= len(passage.text) <= FULL for passage in found.passages[:-1])
    assert all(passage.text.endswith(".") for passage in found.passages)


def test_a_passage_never_crosses_a_heading() -> None:
    found = extract(
        Block("heading", "1 Inledning", 1),
        Block("paragraph", "Kort."),
        Block("heading", "1.1 Syfte", 2),
        Block("paragraph", "Också kort."),
        Block("heading", "2 Belopp", 1),
        Block("paragraph", "Sist."),
    )
    assert [(passage.text, passage.locator.heading) for passage in found.passages] == [
        ("Kort.", ("1 Inledning",)),
        ("Också kort.", ("1 Inledning", "1.1 Syfte")),
        ("Sist.", ("2 Belopp",)),
    ]


def test_a_heading_with_nothing_under_it_can_still_be_found() -> None:
    found = extract(Block("heading", "Bild ett", 1), Block("heading", "Bild två", 1), Block("paragraph", "Text."))
    assert [passage.text for passage in found.passages] == ["Bild ett", "Text."]


def test_a_list_stays_with_the_sentence_that_leads_into_it() -> None:
    items = [Block("item", f"• handling nummer {number} som ska bifogas ansökan") for number in range(8)]
    found = extract(Block("paragraph", SENTENCE * 7 + "Till ansökan bifogas:"), *items)
    with_lead = next(passage for passage in found.passages if "bifogas:" in passage.text)
    assert "handling nummer 0" in with_lead.text


def test_a_long_table_goes_on_under_its_header() -> None:
    rows = "\n".join(f"Förvaltning {number} | {number * 1000} kronor | beslutat av nämnden" for number in range(60))
    found = extract(Block("paragraph", "Se tabellen."), Block("table", "Namn | Belopp | Beslut\n" + rows))
    tables = [passage.text for passage in found.passages if " | " in passage.text]
    assert len(tables) > 2
    assert all("Namn | Belopp | Beslut\n" in text for text in tables)
    assert all(any(f"Förvaltning {number} |" in text for text in tables) for number in range(60))


def test_a_quote_is_told_its_own_page() -> None:
    found = extract(
        Block("paragraph", "Första sidans ord \fandra sidans ord \ftredje sidans ord.", page=4),
        labels=("i", "ii", "iii", "iv", "1", "2", "3"),
    )
    passage = found.passages[0]
    assert (passage.locator.page, passage.locator.label) == (4, "1")
    for words, page in (("Första", 4), ("andra", 5), ("tredje", 6)):
        assert page_of(passage, passage.text.index(words)) == page
    assert "\f" not in found.text


def test_a_word_broken_by_the_page_stays_whole() -> None:
    found = extract(Block("paragraph", "per\fsonuppgifter behandlas.", page=0), labels=("1", "2"))
    passage = found.passages[0]
    assert passage.text == "personuppgifter behandlas."
    assert page_of(passage, 0) == 0
    assert page_of(passage, 5) == 1


def test_formats_without_pages_have_none() -> None:
    passage = extract(Block("paragraph", "Text.")).passages[0]
    assert passage.locator.page is passage.locator.label is page_of(passage, 2) is None


def test_tidy_characters() -> None:
    found = extract(Block("paragraph", "Of\ufb01ciell\u00a0 text\u00ad en\u200b \t med  a\u030a och\x00 tecken"))
    assert found.text == "Officiell text en med å och tecken"


def test_an_enormous_sentence_is_cut_at_a_space() -> None:
    found = extract(Block("paragraph", "ordet " * 2000))
    assert all(len(passage.text) <= MOST for passage in found.passages)
    assert all(passage.text.strip().startswith("ordet") for passage in found.passages)


def test_the_file_names_a_document_that_does_not_name_itself() -> None:
    assert (
        build(Parsed("", (Block("paragraph", "x"),)), extractor="t/1", fallback_title="beslut-12").title == "beslut-12"
    )
