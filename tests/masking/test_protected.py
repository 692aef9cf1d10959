"""Protected identity near somebody's data is noticed; text that informs, and officials beside it, are left in peace."""

import pytest
from tests.timing import grows_with_length

from samverk.masking.ports import Span
from samverk.masking.protected import protected


def noticed(marked: str) -> str | None:
    """What is noticed in a text where `<…>` is a name, `{…}` a personal number and `«…»` an address."""
    text, spans, start, label = "", [], 0, ""
    for sign in marked:
        if sign in "<{«":
            start, label = len(text), {"<": "PERSON", "{": "PERSONNUMMER", "«": "ADDRESS"}[sign]
        elif sign in ">}»":
            spans.append(Span(start, len(text), label))
        else:
            text += sign
    found = protected(text, spans)
    return text[found.start : found.end] if found else None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<Anna Ek> har skyddad identitet.", "skyddad identitet"),
        ("Eleven <Alva Lind> lever med skyddade personuppgifter sedan i våras.", "skyddade personuppgifter"),
        ("OBS! Sekretessmarkerad\nNamn: <Eva Ek>\nÄrende: bistånd", "Sekretessmarkerad"),
        ("Namn: <Eva Ek>\nPersonnummer: {121212-1212}\nSkyddad identitet: Ja", "Skyddad identitet"),
        ("SEKRETESSMARKERING. <Eva Ek>", "SEKRETESSMARKERING"),
        ("Uppgifterna om {121212-1212} är sekretessmarkerade.", "sekretessmarkerade"),
        ("<Sara Berg> beviljades kvarskrivning i två år.", "kvarskrivning"),
        ("<Sara Berg> är kvarskriven i sin gamla kommun.", "kvarskriven"),
        ("Modern, <Lina Alm>, har skyddad folkbokföring.", "skyddad folkbokföring"),
        ("Familjen <Alm> har fått fingerade personuppgifter.", "fingerade personuppgifter"),
        ("<Lina Alm> ansöker om skyddade personuppgifter.", "skyddade personuppgifter"),
        ("hej <anna> har skydad identitet så skriv inte var hon bor", "skydad identitet"),
        ("<anna> har skyddad identietet", "skyddad identietet"),
        ("<Anna Ek> har sekretessmärkta uppgifter i folkbokföringen.", "sekretessmärkta"),
        ("<Anna Ek> har skyddade person-\nuppgifter.", "skyddade person-\nuppgifter"),
        ("Handläggare <Per Ström> noterar att klienten har skyddad identitet.", "skyddad identitet"),
        ("Barnet har skyddad identitet och bor på «Storgatan 5».", "skyddad identitet"),
        ("Så ansöker du om skyddad identitet. Sökande: <Eva Ek>, {121212-1212}", "skyddad identitet"),
        ("<Ann Lee> has a protected identity.", "protected identity"),
        ("The file of <Ann Lee> is confidentiality marked.", "confidentiality marked"),
        ("<Ann Lee> lives under fictitious personal data.", "fictitious personal data"),
        ("Sekretessmarkering finns för mamman. <Lina Alm> nås via ombud.", "Sekretessmarkering"),
        ("<Lina Alm> nås via ombud. Hon har skyddad identitet.", "skyddad identitet"),
        ("<Anna Ek> har skyddad folkbokföring.".replace("ö", "o\u0308"), "skyddad folkbokfo\u0308ring"),
        ("| <Eva Ek> | {121212-1212} | skyddad identitet |", "skyddad identitet"),
        ("nämen alltså <Alva> hon har ju skyddad identitet vet du", "skyddad identitet"),
        ("<Eva Ek> har skyddad adress.", "skyddad adress"),
    ],
)
def test_it_is_noticed_near_somebodys_data(text: str, words: str) -> None:
    assert noticed(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "Så ansöker du om skyddade personuppgifter hos Skatteverket.",
        "Så ansöker du om skyddade personuppgifter hos Skatteverket. Kontakta handläggare <Eva Ek> om du undrar något.",
        "Rutin för skyddade personuppgifter. Ansvarig: <Eva Ek>",
        "Nämnden antog riktlinjer för elever med skyddad identitet. Föredragande: <Per Ström>",
        "<Per Ström> höll en utbildning om skyddade personuppgifter för medarbetarna.",
        "Frågor om sekretessmarkering besvaras av <Eva Ek>.",
        "Sekretessmarkering innebär att uppgifterna skyddas. Kontakt: <Eva Ek>, jurist",
        "Skyddad folkbokföring är en starkare form av skydd. Läs mer hos Skatteverket. Jurist: <Eva Ek>",
        "Enligt 22 kap. 1 § gäller sekretess för personer med skyddad identitet. Ordförande <Per Ström>",
        "Vad är kvarskrivning? Kontakta <Eva Ek>.",
        "Du som har skyddade personuppgifter ska inte använda e-tjänsten. Mejla registrator <Eva Ek>.",
        "Kontakta <Eva Ek> om du har skyddad identitet.",
        "<Eva Ek> har inte skyddad identitet.",
        "Namn: <Eva Ek>\nSkyddad identitet: Nej",
        "Namn: <Eva Ek>, {121212-1212}\n☐ Skyddad identitet",
        "How to apply for a protected identity. Contact <Ann Lee>.",
        "People with protected identities may call us. Officer: <Ann Lee>",
        "Skyddad identitet." + " Nämnden sammanträder i maj." * 12 + " <Eva Ek> närvarade.",
        "<Eva Ek> skyddar personuppgifter i sitt arbete.",
        "Skyddet av personuppgifter är viktigt, säger <Eva Ek>.",
        "Föreskriften gäller identitet och sekretess. <Eva Ek>",
        "Det gäller kvar skrivna avtal med <Eva Ek>.",
    ],
)
def test_what_informs_stops_nothing(text: str) -> None:
    assert noticed(text) is None


def test_without_data_of_a_person_nothing_is_noticed() -> None:
    assert protected("Hon har skyddad identitet.", []) is None


@pytest.mark.parametrize("piece", ["skyddad identitet ", "skyddad ", "s" * 20, "\n", "Anna Ek. ", "k\u0308"])
def test_a_long_text_takes_its_length(piece: str) -> None:
    def read(size: int) -> None:
        text = (piece * (size // len(piece) + 1))[:size]
        protected(text, [Span(at, at + 4, "EMAIL") for at in range(0, size - 4, 5)])

    grows_with_length(read, 20_000, 80_000, times=12)
