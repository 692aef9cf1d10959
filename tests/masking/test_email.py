"""E-mail addresses as they are written, mistyped and spelled out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.masking.sentences import HOSTILE, check, check_linear, found, sentences

from samverk.masking.recognisers.email import RECOGNISER

TRUE = sentences(r"""
Skicka underlaget till «anna.ek@exempel.se».
Skicka underlaget till «anna.ek@exempel.se», tack
Svara till «anna.ek+skola@exempel.se» senast fredag!
Handläggare: Bo Alm («bo.alm@sektor3.exempel.se»)
Bo Alm <«bo_alm@exempel.se»>
[mejla mig](mailto:«bo-alm@exempel.se»)
E-post:«bo@exempel.se»;kopia:«lisa@exempel.nu»
«åsa.öhrn@exempel.se» och «björn@räksmörgås.se»
«info@xn--rksmrgs-5wao1o.se»
| Ek | «ek@exempel.se» | 070 |
Ek\t«ek@exempel.se»\tMalmö
Mejl från «EK@EXEMPEL.SE» inkom 2024-03-02 08:14.
«1976anna@exempel.org» är hennes privata
hej maila mig på «anna76@exempel.com»!! eller ring
hej maila mig på «anna76 @ exempel.com» går oxå
hej maila mig på «anna76@exempel,com»
hej maila «anna76@exempel .com» eller
hej maila «anna@ exempel.com» så svarar ja
skriv till «anna@exempel.se».Ring inte
**«anna@exempel.se»** eller _«anna@exempel.se»_
"«anna@exempel.se»" och '«anna@exempel.se»'
Kontakt: «anna.ek (at) exempel (punkt) se»
Kontakt: «anna.ek(at)exempel.se»
Kontakt: «anna.ek[at]exempel.se»
Kontakt: «anna.ek [at] exempel [dot] se»
Kontakt: «anna (punkt) ek (at) exempel (punkt) se»
Kontakt: «anna.ek(a)exempel.se»
Kontakt: «anna.ek(snabel-a)exempel.se»
Kontakt: «anna.ek{at}exempel.se» (ersätt med @)
min mejl är «anna punkt ek snabel-a exempel punkt se» sa hon
min mejl är «anna snabela exempel punkt se» sa hon
it is «anna at example dot com» she said
o'brien skriver från «o'brien@exempel.ie»
Kopia till «a@b.se», «c.d@e.f.g.se» samt «h-i@j-k.eu»
Se https://exempel.se/kontakt?till=«anna@exempel.se»&amne=hej
Avsändare «no-reply@exempel.travel» (automatiskt)
Adressen «anna.ek@förvaltning.exempelstad.se» gäller från 1/1.
Inloggning: «anna.ek@exempel.se» / lösenord skickas separat
«anna.ek@exempel.se»\n«bo.alm@exempel.se»\nNärvarande: 12
«a.e@exempel.se»-adressen är stängd
""")

UNTRUE = sentences(r"""
Följ oss på @exempelkommun
Vi ses @ biblioteket kl 14.
Pris 12 st @ 45 kr
Enligt 4 kap. (a) och (b) gäller annat.
Punkterna (a), (b) och (c).
Se exempel.se och www.exempel.se/kontakt
Kostnad: 3@12,50
Alla (at) ska vara med
foo@bar och @@@
användare@
@exempel.se är vår domän
Punkt 4 punkt 5 punkt 6 behandlades
Hon satt at bordet punkt slut
def f(a): return a.se
Matrisen A@B.T beräknas
Klockan 12 (ca) var alla där.
Bilaga [a] tabell.se
""")


@pytest.mark.parametrize("marked", TRUE)
def test_finds(marked: str) -> None:
    check(RECOGNISER, marked)


def test_finds_decomposed_letters() -> None:
    check(RECOGNISER, "Till «a\u030asa@ra\u0308ksmo\u0308rga\u030as.se».")


@pytest.mark.parametrize("text", UNTRUE)
def test_leaves_alone(text: str) -> None:
    check(RECOGNISER, text)


word = st.from_regex(r"[a-zåäö0-9]{1,10}", fullmatch=True)


@given(
    st.lists(word, min_size=1, max_size=3),
    st.lists(word, min_size=1, max_size=3),
    st.sampled_from(["se", "nu", "museum", "name"]),
)
def test_finds_what_is_built_of_words(local: list[str], domain: list[str], top: str) -> None:
    address = f"{'.'.join(local)}@{'.'.join([*domain, top])}"
    assert found(RECOGNISER, f"Mejla {address}, tack.") == [address]


@pytest.mark.parametrize("name", HOSTILE)
def test_stays_linear(name: str) -> None:
    check_linear(RECOGNISER, HOSTILE[name])
