"""New Swedish prose of a municipality: never the same text twice, about every third with somebody's personal data in it.

Everybody and every place is fictional. Personnummer are test numbers of the Swedish Tax Agency, telephone numbers from the series
that are set aside for fiction (PTS).
"""

import random
from collections.abc import Iterator

from samverk.masking.lists import entries

PERSONAL_SHARE = 0.35
"""The share of texts with personal data in them, as in the questions and drafts that people send."""

WORDS = {
    "nämnd": (
        "socialnämnden byggnadsnämnden barn- och utbildningsnämnden tekniska nämnden miljönämnden "
        "kommunstyrelsen kulturnämnden omsorgsnämnden valnämnden fritidsnämnden krisledningsnämnden "
        "överförmyndarnämnden"
    ),
    "enhet": (
        "trafikenheten bygglovsenheten stadsbyggnadskontoret kontaktcenter hemtjänsten elevhälsan "
        "biblioteket räddningstjänsten måltidsenheten avfallsenheten fastighetskontoret boendestödet "
        "miljökontoret ekonomienheten"
    ),
    "sak": (
        "ansökan remissen upphandlingen detaljplanen handlingsplanen underhållsplanen riktlinjen taxan "
        "utredningen budgeten kartläggningen avtalet tillståndet överklagandet medborgarförslaget "
        "årsredovisningen trygghetsmätningen samrådet"
    ),
    "åtgärd": (
        "byta belysningen|se över skolskjutsarna|bredda gångbanan|höja avgiften|samordna snöröjningen|"
        "renovera köket|förlänga öppettiderna|utöka fritidsverksamheten|plantera fler träd|mäta bullret|"
        "flytta återvinningsstationen|tillgänglighetsanpassa entrén|upphandla nya fordon|"
        "digitalisera arkivet|rusta upp lekplatsen|bygga om korsningen"
    ),
    "plats": (
        "simhallen|ishallen|förskolan Tallkotten|Bergaskolan|Sjöängens äldreboende|kulturhuset|"
        "torget i centrum|hamnområdet|industriområdet|Norra stationsområdet|idrottsplatsen|stadsparken|"
        "återvinningscentralen|resecentrum|Lillängens förskola"
    ),
    "när": (
        "under våren|före sommaren|senast den sista oktober|vid årsskiftet|inom fyra veckor|"
        "i nästa budgetprocess|vid nästa sammanträde|så snart underlaget är klart|"
        "under kommande mandatperiod|efter samrådstiden|när besiktningen är gjord|till terminsstarten"
    ),
    "skäl": (
        "flera synpunkter har kommit in|kostnaderna har ökat|lagen har ändrats|behovet har vuxit|"
        "avtalet löper ut|underlaget var ofullständigt|resurserna inte räcker till|"
        "invånarna har efterfrågat det|revisionen har påpekat brister|trafiken har ökat|lokalerna är slitna"
    ),
    "egenskap": (
        "rimlig tydlig långsiktig otillräcklig samordnad kostsam angelägen försenad genomarbetad omtvistad "
        "förenklad rättssäker"
    ),
    "fråga": (
        "Hur motiverar vi det?|Vad bör vi svara?|Kan du sammanfatta läget?|Vilka alternativ finns?|"
        "Vad kostar det per år?|Vem ansvarar för det?|Stämmer det med riktlinjen?|"
        "Skriv ett kort förslag till svar.|Gör texten enklare att läsa.|Vilka risker ser du?"
    ),
    "förnamn": (
        "Anna Karin Eva Maria Lena Sara Emma Johanna Fatima Amina Lars Anders Johan Erik Karl Mikael Olof "
        "Ali Mohammed Nils Gunnar Ingrid Astrid Elsa Märta Britt Siv Göran Åke Sven Bertil Zahra Yusuf Ewa "
        "Piotr Mirja Pekka"
    ),
    "efternamn": (
        "Lindqvist Ekström Bergman Sandberg Åkesson Nyström Hedlund Sjöberg Wallin Öberg Norén Holmgren "
        "Forslund Ahmed Hosseini Kowalski Virtanen Jonsson Björk Lundgren Fransson Söderberg Viklund "
        "Engström Martinsson Strand"
    ),
    "gata": (
        "Storgatan Kyrkvägen Skolgatan Ängsvägen Parkgatan Björkstigen Hantverkargatan Nygatan Lingonvägen Kvarngatan"
    ),
    "ort": ("Björksta Granby Lillmarka Västervallen Sjöfors Hedeby"),
}

PLAIN = (
    "{Nämnd} har beslutat att {åtgärd} vid {plats}, eftersom {skäl}.",
    "Enligt {enhet} bör {sak} vara klar {när}.",
    "Beslutet är {egenskap}, men {enhet} vill {åtgärd} {när}.",
    "Vi har fått många frågor om {sak} och om varför {enhet} inte kan {åtgärd}.",
    "Kostnaden beräknas till {tusental} kronor, varav {procent} procent tas ur årets ram.",
    "Ärendet togs upp av {nämnd} och skickades på remiss till {enhet} {när}.",
    "Förslaget innebär att {åtgärd} vid {plats} och att {sak} revideras {när}.",
    "Om {skäl} behöver {sak} göras om, vilket {nämnd} bedömer som {egenskap}.",
    "{procent} procent av de svarande tycker att {plats} är {egenskap} skött.",
    "Samtidigt pågår arbetet med {sak}, där {enhet} samarbetar med {enhet}.",
    "Avgiften är {kronor} kronor i månaden och gäller från och med {månad} {år}.",
    "I {sak} anges att {enhet} ska {åtgärd} {när}.",
    "{Nämnd} avslog förslaget att {åtgärd}, med motiveringen att {skäl}.",
    "Under {år} genomfördes {tal} besök vid {plats}, fler än året innan.",
)
PERSONAL = (
    "{förnamn} {efternamn} har ringt två gånger om {sak} och nås på {mobil}.",
    "Sökanden, {förnamn} {efternamn}, bor på {gata} {nummer} i {ort}.",
    "Svara {förnamn} {efternamn} på {epost} {när}.",
    "Ansökan gäller {förnamn} {efternamn}, {personnummer}, som vill {åtgärd}.",
    "Enligt {förnamn} {efternamn} är {sak} {egenskap}.",
    "Handlingarna skickas till {epost} eller till {gata} {nummer}.",
)
_LISTS = {name: words.split("|") if "|" in words else words.split() for name, words in WORDS.items() if name != "nämnd"}
_LISTS["nämnd"] = (
    WORDS["nämnd"].replace("barn- och", "barn-_och").replace("tekniska nämnden", "tekniska_nämnden").split()
)
_MONTHS = "januari februari mars april maj juni juli augusti september oktober november december".split()


class Prose:
    """A writer of texts; the same seed writes the same ones in the same order."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)
        self._personnummer = sorted(entries("surrogate_personnummer"))

    def texts(self, characters: int) -> Iterator[str]:
        """Texts of so many characters, without end."""
        while True:
            yield self.text(characters)

    def text(self, characters: int) -> str:
        """A text of so many characters. A long one is as dense with personal data as short ones are together."""
        chosen: list[str] = []
        size = 0
        while size < characters:
            chosen.append(self._sentence(PLAIN))
            size += len(chosen[-1]) + 1
        for at in range(0, len(chosen), 6):
            if self._random.random() < PERSONAL_SHARE:
                chosen[at] = self._sentence(PERSONAL)
        text = " ".join([self._random.choice(_LISTS["fråga"]), *chosen])
        while len(text) < characters:
            text += " " + self._sentence(PLAIN)
        return text[:characters]

    def _sentence(self, templates: tuple[str, ...]) -> str:
        pick, number = self._random.choice, self._random.randint
        values = {name: pick(words).replace("_", " ") for name, words in _LISTS.items()}
        first, last = values["förnamn"], values["efternamn"]
        return pick(templates).format(
            **values,
            Nämnd=values["nämnd"].capitalize(),
            tusental=f"{number(10, 999)} {number(0, 999):03}",
            procent=number(2, 97),
            kronor=number(50, 4000),
            tal=number(100, 90_000),
            nummer=number(1, 120),
            år=number(2019, 2027),
            månad=pick(_MONTHS),
            mobil=f"070-174 06 {number(5, 99):02}",
            epost=f"{_plain(first)}.{_plain(last)}@{_plain(values['ort'])}.example",
            personnummer=pick(self._personnummer),
        )


def _plain(name: str) -> str:
    return name.lower().translate(str.maketrans("åäöé", "aaoe"))
