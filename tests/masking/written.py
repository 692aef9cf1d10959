"""Texts of every sort for tests of masking: spans anywhere, and characters that programs stumble over."""

from itertools import pairwise

from hypothesis import strategies as st

from samverk.masking.ports import Span

ODD = [
    "[",
    "]",
    "[[",
    "\\",
    "\\[",
    "_",
    "-",
    "‑",
    "s",
    "s ",
    "'s",
    "1",
    "_1",
    "\u200b",
    "\u0301",
    "\u202e",
    "\u00a0",
    "🙂",
    "👩‍👧",
    "أحمد",
    "ſ",
    "İ",
    "K",
    "\n",
]
LIKE_TOKENS = [
    "[PERSON_1]",
    "[PERSON_2]",
    "[PERSON_1_2]",
    "[person_1]",
    "PERSON_1",
    "person-1",
    "[PERSON 1]",
    "[ PHONE_1 ]",
    "\\[PERSON\\_1\\]",
    "\\[PERSON_1]",
    "PERSON_1]",
    "[PERSON_1",
    "[PERSON_1s]",
    "[PERSON_12]",
    "[TEXT_1]",
    "[KUNDNR_1]",
    "PERSON",
    "[PERS",
    "PHONE_",
]
NAMES = ["Anna Ek", "Anna", "Ek", "Eks", "Ek, Anna", "A. Ek", "Lars", "Lars Ek", "Larss", "anna", "EK", "Maja", "Max"]
NUMBERS = ["070-174 06 05", "0701740605", "+46701740605", "191212121212", "121212-1212", "anna.ek@example.se"]
LABELS = ["PERSON", "PHONE", "PERSONNUMMER", "EMAIL", "ADDRESS", "IP", "KUND_NR", "é"]

bits = st.one_of(st.sampled_from(ODD + LIKE_TOKENS + NAMES + NUMBERS), st.text(max_size=6))
texts = st.tuples(st.lists(bits, max_size=12), st.sampled_from(["", " "])).map(lambda found: found[1].join(found[0]))


@st.composite
def spanned(draw: st.DrawFn) -> tuple[str, list[Span]]:
    """A text and spans in it, apart or not, also in the middle of words."""
    text = draw(texts)
    edge = st.integers(-1, len(text) + 1)
    spans = draw(st.lists(st.builds(Span, edge, edge, st.sampled_from(LABELS)), max_size=5))
    for value in draw(st.lists(st.sampled_from(NAMES + NUMBERS), max_size=3)):
        at = text.find(value)
        if at >= 0:
            label = "PERSON" if value in NAMES else "PHONE"
            spans.append(Span(at, at + len(value), label))
    return text, spans


def cut_at(text: str, cuts: list[int]) -> list[str]:
    """The text in pieces."""
    places = sorted({min(cut, len(text)) for cut in cuts} | {0, len(text)})
    return [text[start:end] for start, end in pairwise(places)]
