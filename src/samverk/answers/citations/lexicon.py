# ruff: noqa: E501 - a table reads best with its rows whole
"""The closed classes of Swedish that decide what a sentence claims, as tables: markers, units, numbers, function words.

A marker is a word or a phrase that carries force (must, may), polarity, scope, a bound or the kind of a clause. Each
line of a table is `value: phrase | phrase | …`, in the words' written forms. Knows nothing about how they are used.
"""

from collections.abc import Iterator

from samverk.answers.citations.roots import root


def _lines(table: str) -> Iterator[tuple[str, list[str]]]:
    for line in table.strip().splitlines():
        value, _, phrases = line.partition(":")
        yield value.strip(), [phrase.strip() for phrase in phrases.split("|")]


# What a clause demands or allows. `right` is a claim that the holder has, `may` a mere possibility; `får` is both.
MODALITY = """
must: förutsätter | förutsätts | ska | skall | skulle | måste | skyldig att | skyldiga att | skyldig | skyldiga | skyldighet att | krävs att | krävs | kräver | krav på | kräver att | krav att | tvungen att | tvungna att | åligger | obligatoriskt | obligatorisk | obligatoriska | ålagd att
need: slipper | slippa | befriar | befrias | befriad | befriade | befria | behöver | behövde | behövs
should: bör | borde | rekommenderas | rekommenderar | lämpligen | helst | rekommendation | rekommenderat | rekommenderad | lämpligt att
let: får | fick | få | fått | tillåts | tillåtet att | tillåtet | tillåten | tillåtna | tillåtelse
can: finns att | tillfälle att | tillfälle till | kan | kunna | kunde | har möjlighet att | möjlighet att | möjlighet till | möjligt att | möjligheten att | går att | går det att | finns möjlighet | kan komma att
right: har rätt att | rätt att | rätt till | rätten att | rätten till | berättigad till | berättigade till | berättigad att | berättigar till
forbid: otillåten | otillåtet | otillåtna | förbjudet | förbjuden | förbjudna | förbud | förbjuds | förbjuder
risk: riskerar att | riskerar
intend: avser att | planerar att | strävar efter | eftersträvas | strävan
"""

# `not` counts towards the clause's parity; `unless`, `first` and the bounds have eaten their own negation.
POLARITY = """
not: inte | inte längre | låter bli | låta bli | lät bli | utesluten | uteslutet | uteslutna | slutar gälla | slutar att gälla | upphör att gälla | upphöra att gälla | upphör | upphöra | upphört | befriar | befria | inte under några omständigheter | inte under några förhållanden | inte i något fall | under inga omständigheter | under inga förhållanden | i inget fall | inte någonsin | ej | icke | aldrig | ingen | inget | inga | ingenting | varken | utan | utan att | saknar | saknas | saknade | avstår | avstå | slipper | undantas | undantagna | undantagen | undantaget | befrias | befriad | befriade | undgå | knappast
"""

SCOPE = """
all: alla | samtliga | varje | var och en | vem som helst | allihop | envar | hela
some: vissa | några | en del | somliga | enstaka | ett fåtal | ett antal | viss | visst
most: de flesta | flertalet | merparten | huvudsakligen | i huvudsak | till största delen
only: endast | bara | enbart | uteslutande | blott | inget annat än | ingen annan än | exklusivt
always: alltid | i samtliga fall | i alla fall | utan undantag | ständigt
never: aldrig | inte under några omständigheter | inte under några förhållanden | inte i något fall | inte någonsin | under inga omständigheter | under inga förhållanden | i inget fall
usually: normalt | vanligtvis | vanligen | i regel | som regel | i normalfallet | oftast | som huvudregel | huvudregeln | huvudregel | generellt | i allmänhet | för det mesta | normalt sett | i de flesta fall | typiskt
sometimes: i enskilda fall | i ett enskilt fall | ibland | i vissa fall | i enstaka fall | stundtals | emellanåt | då och då
exceptionally: undantagsvis | i undantagsfall | endast undantagsvis | i särskilda fall | vid särskilda skäl | i undantag
often: ofta | många gånger
seldom: sällan
also: även | också | även om | inte ens | dessutom
both: både | såväl | båda | bägge | respektive
or: eller | antingen | alternativt
partly: delvis | till viss del | partiellt | helt eller delvis
wholly: helt | fullt ut | fullständigt | i sin helhet | helt och hållet
first: först | inte förrän | inte förrän efter | ej förrän | tidigast
latest: senast
except: utom | förutom | med undantag för | med undantag av | undantag för | undantag från | bortsett från | frånsett
at least: minst | åtminstone | lägst
at most: högst | maximalt | max
instead: istället | i stället
"""

# What a bound says about the quantity beside it. Those that also stand alone are in SCOPE.
BOUNDS = """
>=: minst | lägst | åtminstone | som lägst | som minst | från och med | fr.o.m | fr o m | tidigast | inte mindre än | ej under | fyllt | fyller | inte under | minimum | ett minimum av | från
<=: högst | max | maximalt | som mest | som högst | upp till | inte mer än | inte fler än | inte längre än | inte över | ej över | senast | inom | till och med | t.o.m | t o m | längst | som längst | inte högre än | inte överstiga | inte överstiger | fram till | maximum | ett maximum av | inte senare än | ej överstiga | inte överskrida | inte äldre än | inte vara äldre än | inte vara högre än | inte bli högre än | inte kosta mer än | inte vara mer än | får inte överstiga | får inte vara äldre än | får inte vara högre än | får inte vara mer än | får inte vara fler än | kan inte bli högre än | kan inte överstiga | kan inte bli mer än | får inte bli högre än
>: mer än | mera än | fler än | över | längre än | äldre än | högre än | större än | överstiger | överstiga | överskrider | överskrida | efter | fler | minst över
<: mindre än | färre än | under | kortare än | yngre än | lägre än | understiger | understiga | ej fyllt | inte fyllt | före | innan | underskrider
~: cirka | ca | ungefär | omkring | runt | runt om | uppskattningsvis | drygt | knappt | närmare
"""
BOUNDS_AFTER = """
>=: eller mer | eller fler | eller äldre | och uppåt | och äldre | eller längre | eller högre | och över | eller senare | som minst | minst | som lägst | eller däröver | och mer
<=: eller mindre | eller färre | eller yngre | eller kortare | och nedåt | som mest | som längst | som högst | i taget | eller lägre | eller tidigare
"""

# The kind of a subordinate clause, from the words that open it.
OPENERS = """
if: om | ifall | när | förutsatt att | under förutsättning att | givet att | så länge | så länge som | i de fall | i de fall då | i fall | såvitt | så fort | så snart | på villkor att | med villkor att | under villkor att | förutsatt | en förutsättning är att | därest | sedan | efter att | efter det att | i samband med att | då
unless: om inte | såvida inte | såvida | om inte annat | för såvitt inte | med mindre
although: trots att | även om | fastän | oavsett om | oavsett | oberoende av | trots | vare sig
before: innan
until: tills | till dess | till dess att | fram till att | ända tills
purpose: för att | i syfte att | så att
cause: eftersom | därför att | på grund av att | p.g.a. att | då det
whereas: medan
which: som | vars | vilken | vilket | vilka
"""

# Phrases that say nothing more than one word: `root: phrase`. The root is matched like any other word.
PHRASES = """
skyndsamt: utan dröjsmål | så snart som möjligt | så fort som möjligt | snarast möjligt | utan onödigt dröjsmål | genast | omgående | snarast
avgiftsfri: utan kostnad | utan avgift | kostar ingenting | kostar inget | inte kostar något
överklagande: klaga på | klagar på
exempelvis: till exempel | t.ex | bland annat | bl.a | t ex | bland andra
särskilt: i synnerhet | framför allt
muntligen: via telefon | per telefon | på telefon
mejl: via e-post | per e-post | med e-post | e-post | e-postmeddelande | via mejl
webbplats: på nätet | på internet | via nätet | på webben | på hemsidan | på kommunens webbplats | digitalt
ansvara: har ansvar för | har ansvaret för | bär ansvaret för | ansvarar för | ansvarig för | ansvariga för | har själv ansvar för | eget ansvar
bestämma: fattar beslut | fatta beslut | fattas beslut | beslut fattas | tar beslut | ta beslut
avböja: tackar nej | tacka nej | säger nej | säga nej | sade nej | tackat nej
själv: på egen hand | av egen kraft | på eget initiativ
samtidig: åt gången
"""

RATES = """
per hour: per timme | i timmen | varje timme | /timme | per tim
per day: per dag | om dagen | varje dag | dagligen | per dygn
per week: en gång i veckan | en gång per vecka | per vecka | i veckan | varje vecka | veckovis
per month: månatlig | månatliga | en gång i månaden | en gång per månad | per månad | i månaden | varje månad | månadsvis | månatligen | /månad | per kalendermånad
per quarter: per kvartal | varje kvartal | kvartalsvis
per year: årlig | årligt | årliga | en gång per år | en gång om året | en gång per kalenderår | per år | om året | varje år | årligen | årsvis | per kalenderår | en gång om året
per person: per person | per barn | per elev | för varje person | per hushåll
"""

# Contrary relations: where the passage has one of a pair, the sentence may not have only the other.
RELATIONS = """
before: före | innan | fram till
after: efter | sedan
from: från | ifrån
to: till
with: med
without: utan
above: över | ovanför | ovan
below: under | nedanför
inside: inom | inne | inomhus | inne i
outside: utanför | utom | utomhus | utöver
up: uppåt
down: nedåt
"""
CONTRARY = (("before", "after"), ("above", "below"), ("inside", "outside"))

PERSONS = """
first: jag | mig | min | mitt | mina | vi | oss | vår | vårt | våra
second: du | dig | din | ditt | dina | ni | er | ert | era | man | den som | de som | dig som | du som | ens | en själv | de som
third: han | hon | hen | honom | henne | de | hans | hennes
"""

FUNCTION_WORDS = frozenset(
    """att av bland bort då där dit därefter därför dels den denna denne dess dessa det detta du dig din dina ditt dock efter emot
    en ens er era ert ett exempel fast fram från för före genom han hans har hade ha haft hen henne hennes hit hon honom hos hur här i ifrån
    in inför inom innan istället ja jag ju kring man med mellan men mig min mina mitt mot ned ner ni nu när och oss om
    omkring på redan rätt sig sin sina sitt själv själva samt sedan så sådan sådana sådant t ex till trots u under upp ur ut utanför utifrån utöver vad var vara
    varit vars vart vem vems vi via vid vidare vilka vilken vilket vår vårt våra vänligen är åt än ännu även över också alltså dessutom
    bli blir blev blivit blivits kommer komma kom de dem deras som ovan nedan hej tack ej etc dvs samtidigt däremot således
    finns finnas fanns enligt beträffande angående gällande rörande avseende gentemot vilkas varandra någon något annan annat andra
    såvida såvitt förutsatt eftersom ifall trots oavsett medan fastän tills därest givet igång ihop undan
    själv egen eget egna utav ingå sådant därmed dit hela härmed följande just både hos igen ihop bort åter själva samma desamma lite vardera
    a b c e s k m fl bl st nr ca kl pga mm osv skulle ska kan må vore ha göra gör görs gjort gjorts gjordes per där vari varav varvid därav däri""".split()
)

# Words that carry no claim of their own: neither side has to find them in the other.
LIGHT = frozenset(
    root(word)
    for word in """gälla gäller innebära innebär ske sker ta tar tas ge ger ges få får fås göra utgöra handla handlar sätt typ form slag fall
    person personer människa bestå består består fatta fattas vidta vidtas genomföra genomföras utföra utförs använda används
    exempelvis också redan endera bör gång gånger hålla vilja vill låta låter låt tänka tänk bra ny nya nytt nuvarande aktuell aktuella
    anse anses betyda betyder kalla kallas kallad egentligen framgå framgår regel regler riktlinje särskild särskilt
    syfte syftar möjlighet möjligheter samband sak saker antal mängd del delar hel hela olika övrig övriga vanlig bestämd
    rätt krav krävs behov behöver säga vanligtvis tillåten aktuellt sådan motsvarande berörd berörda samtlig grund inblandad
    utgöras stå står råder råda ingå ingår avse avser avses ligga ligger finnas rör röra tillfälle giltig löpa löper själv gammal gammalt gamla slags vidare närmare totalt sammanlagt tillsammans fråga hjälp viktig viktigt noga
    """.split()
)

CITATION_LEADS = frozenset(
    root(word)
    for word in """riktlinje riktlinjerna dokumentet dokument texten källan källorna passagen stycket avsnittet policyn handboken rutinen rutinerna
    webbplatsen sidan kommunen kommunens reglerna informationen uppgifterna vägledningen beskrivningen anvisningarna anvisningen underlaget källa bestämmelserna""".split()
)

# unit: (base unit, factor); a working day is not a day.
UNITS: dict[str, tuple[str, float]] = {}
for _base, _factor, _forms in (
    ("minute", 1, "minut minuterna minuter minuters min"),
    ("minute", 60, "timme timmen timmarna timmar timmars timmes tim h"),
    ("minute", 1440, "dygn dygns dygnet"),
    ("day", 1, "dag dagen dagarna dagar dagars dags kalenderdagar kalenderdag kalenderdagars"),
    ("day", 7, "vecka veckan veckorna veckor veckors veckas kalenderveckor"),
    ("working day", 1, "arbetsdag arbetsdagar arbetsdagars vardag vardagar vardagars bankdagar"),
    ("working week", 1, "arbetsvecka arbetsveckor"),
    ("month", 1, "månad månaden månaderna månader månaders månads kalendermånad kalendermånader"),
    ("month", 3, "kvartal"),
    ("month", 12, "år åren året års kalenderår"),
    ("school year", 1, "läsår läsåret"),
    ("term", 1, "termin terminer terminers terminen"),
    ("krona", 1, "krona kronan kronorna kronor kronors kr sek :-"),
    ("krona", 1000, "tkr kkr"),
    ("krona", 1e6, "mkr mnkr"),
    ("öre", 1, "öre"),
    ("euro", 1, "euro eur €"),
    ("percent", 1, "procent %"),
    ("percentage point", 1, "procentenhet procentenheter"),
    ("metre", 1, "meter meters m"),
    ("metre", 0.01, "centimeter cm"),
    ("metre", 0.001, "millimeter mm"),
    ("metre", 1000, "kilometer km"),
    ("square metre", 1, "kvadratmeter kvm m2 m²"),
    ("square metre", 10000, "hektar ha"),
    ("cubic metre", 1, "kubikmeter m3 m³"),
    ("litre", 1, "liter l"),
    ("gram", 1, "gram g"),
    ("gram", 1000, "kilo kilogram kg"),
    ("gram", 1e6, "ton"),
    ("degree", 1, "grader °c °"),
    ("decibel", 1, "decibel db dba"),
    ("byte", 1, "mb megabyte"),
    ("byte", 1000, "gb gigabyte"),
    ("kilowatt hour", 1, "kwh kilowattimmar"),
    ("price base amount", 1, "prisbasbelopp basbelopp"),
    ("chapter", 1, "kap kapitel kapitlet"),
    ("section", 1, "§ §§ paragraf paragrafen"),
    ("person", 1, "person personer personers"),
    ("time", 1, "gång gånger"),
):
    for _form in _forms.split():
        UNITS[_form] = (_base, _factor)

MONTHS = {
    name: number
    for number, names in enumerate(
        "januari jan|februari feb|mars|april apr|maj|juni jun|juli jul|augusti aug|september sep sept|oktober okt|november nov|december dec".split(
            "|"
        ),
        start=1,
    )
    for name in names.split()
}

NUMBERS: dict[str, float] = {
    word: number
    for number, words in enumerate(
        """noll|_|två bägge|tre|fyra|fem|sex|sju|åtta|nio|tio|elva|tolv|tretton|fjorton|femton|sexton|sjutton|arton|nitton|tjugo""".split(
            "|"
        )
    )
    for word in words.split()
    if word not in {"_", "bägge"}
}
NUMBERS |= {"trettio": 30, "fyrtio": 40, "femtio": 50, "sextio": 60, "sjuttio": 70, "åttio": 80, "nittio": 90}
NUMBERS |= {"hundra": 100, "etthundra": 100, "tusen": 1000, "ettusen": 1000, "halvannan": 1.5}
NUMBERS |= {f"{tens}{ones}": NUMBERS[tens] + n for tens in ("tjugo", "trettio", "fyrtio", "femtio", "sextio", "sjuttio", "åttio", "nittio") for n, ones in enumerate("ett två tre fyra fem sex sju åtta nio".split(), start=1)}  # fmt: skip
NUMBERS |= {f"{ones}{word}": n * factor for word, factor in (("hundra", 100), ("tusen", 1000)) for n, ones in enumerate("två tre fyra fem sex sju åtta nio tio".split(), start=2)}  # fmt: skip
ARTICLES = frozenset({"en", "ett"})  # numbers only before a unit

ORDINALS = {
    word: float(number)
    for number, word in enumerate(
        """första andra tredje fjärde femte sjätte sjunde åttonde nionde tionde elfte tolfte trettonde fjortonde femtonde
        sextonde sjuttonde artonde nittonde tjugonde""".split(),
        start=1,
    )
    if word != "andra"  # also "other"
}
NUMBERED = frozenset("dag dagen sida sidan vecka år gång sidnummer".split())  # "dag åtta" is the eighth day

# Shares that stand without a unit of their own.
SHARES = {"hälften": 50.0, "halva": 50.0, "fjärdedel": 25.0, "fjärdedelar": 75.0}
SINGLES = {"halvår": (6.0, "month"), "halvårs": (6.0, "month"), "halvtimme": (30.0, "minute")}

# People and bodies that act: who does what to whom is checked for these.
ACTORS = frozenset(
    root(word)
    for word in """kommun kommunen region staten myndighet polis polisen rektor rektorn chef chefen elev eleven barn barnet förälder föräldrar
    vårdnadshavare läkare patient sjuksköterska lärare handläggare kund brukare hyresvärd hyresgäst ägare granne grannar sökande sökanden anställd
    anställda medarbetare arbetstagare arbetsgivare fack facket ombud skyddsombud leverantör entreprenör anbudsgivare beställare köpare säljare make maka sambo
    fullmäktige styrelse nämnd utskott förvaltning enhet avdelning bolag domstol kammarrätt förvaltningsrätt försäkringskassan skatteverket
    arbetsförmedlingen migrationsverket länsstyrelsen socialstyrelsen personal personalen användare systemägare supporten besökare ledamot ordförande
    sekreterare jurist tekniker assistent kurator skolsköterska mentor studerande student deltagare invånare medborgare byggherre
    kontrollansvarig verksamhetsutövare tillsynsmyndighet upphandlare direktör ungdom pensionär klient anhörig utförare kommunstyrelsen närstående
    god förmyndare överförmyndare socialsekreterare registrator huvudman företag förening restaurang ministeriet regeringen riksdagen""".split()
)
ACTOR_ENDINGS = tuple(
    root(word)
    for word in "nämnd chef förvaltning styrelse myndighet rektor direktör sekreterare handläggare kassa ombud läkare sköterska domstol ledare elev förälder lärare".split()
)
# Actors whose root is a verb's: only these endings make an actor of it ("besökare", not "besök").
DERIVED_ENDINGS = ("are", "aren", "arna", "ande", "anden", "andena", "ant", "anter")
DERIVED_ACTORS = frozenset(
    root(word)
    for word in """handläggare brukare ägare sökande anställare leverantör beställare köpare säljare användare besökare deltagare
    studerande byggherre utförare upphandlare förmyndare huvudman arbetstagare arbetsgivare läkare lärare klagande""".split()
)
# Whom "du" and "man" may stand for.
ADDRESSEES = frozenset(
    root(word)
    for word in """sökande sökanden sökanden enskild enskilde enskilda person invånare kommuninvånare medborgare anställd anställda anställde medarbetare arbetstagare
    arbetstagaren användare kund besökare hyresgäst boende förälder föräldrar vårdnadshavare vårdnadshavaren elev byggherre
    byggherren fastighetsägare fastighetsägaren beställare klagande kontoinnehavare hushåll hushållet privatperson verksamhetsutövare
    personal personalen lärare brukare låntagare student ägare företag företagare förening mottagare chef
    """.split()
)
# Nouns and verbs whose complement begins with "om": after them it opens no condition.
TAKES_OM = frozenset(
    root(word)
    for word in """ansökan ansöka söka sökt beslut besluta beslutar information informera informerar anmälan lag begäran begära fråga frågor avtal uppgift
    uppgifter ärende ärenden besked bestämmelser regler råd ansökningar överenskommelse underrättelse underrätta besluten förslag fråga ta hand vård prövning
    kunskap dokumentation bevis yttrande prata tala hjälp intyg utredning dispens ansökningen upplysning upplysningar påminna påminnelse bestämma bestämmer lagen göra bygga
    tvekan oenighet överens samtal meddela meddelar meddelande erinran berätta undervisning omprövning bistånd handlar ändring förordning ordna""".split()
)
BE = frozenset("är var vara har hade finns fanns blir blev gäller kommer får".split())


def _table(text: str, kind: str) -> Iterator[tuple[tuple[str, ...], tuple[str, str]]]:
    for value, phrases in _lines(text):
        for phrase in phrases:
            yield tuple(phrase.replace(".", " ").split()), (kind, value)


def _markers() -> dict[tuple[str, ...], frozenset[tuple[str, str]]]:
    """Every marker phrase, as a tuple of words, with all that it may mean: pairs (kind, value)."""
    tables = {"force": MODALITY, "polarity": POLARITY, "scope": SCOPE, "bound": BOUNDS, "bound after": BOUNDS_AFTER}
    tables |= {"opener": OPENERS, "phrase": PHRASES, "rate": RATES, "relation": RELATIONS, "person": PERSONS}
    found: dict[tuple[str, ...], set[tuple[str, str]]] = {}
    for kind, text in tables.items():
        for phrase, meaning in _table(text, kind):
            found.setdefault(phrase, set()).add(meaning)
    return {phrase: frozenset(meanings) for phrase, meanings in found.items()}


MARKERS = _markers()
LONGEST_MARKER = max(map(len, MARKERS))
