"""Everyday Swedish beside the words of administration: what people ask in, and what documents are written in.

One group a line: words that may lead from a question to a text, so near in meaning that a person who asks with one can be
served by a text with another. Looser than synonyms: good for finding, never for judging whether two sentences say the
same. Written from general knowledge of municipal services; inflections and derivations are left to the stemmer.
"""

from functools import lru_cache

from samverk.core import swedish

GROUPS = """
mamma mor förälder föräldrar vårdnadshavare moder
pappa far förälder föräldrar vårdnadshavare fader
mormor farmor morfar farfar släkting anhörig närstående
dotter son barn unge underårig minderårig tonåring
barn underårig minderårig unga ungdom
bebis spädbarn nyfödd småbarn barn
syskon bror syster anhörig
man make partner maka sambo fru hustru
make maka makar gift gifta partner
sambo sammanboende partner
skilja skilsmässa separera separation äktenskapsskillnad frånskild
gifta bröllop giftermål äktenskap vigsel
gravid graviditet väntar havande
kompis vän kamrat stödperson bekant
granne grannar närboende
släkt släkting anhörig närstående familj
gammal äldre ålder pensionär senior
dö död avliden avlida dödsfall dödsbo bortgång avlidne
begrava begravning gravsättning kremering dödsbo gravsten
arv ärva dödsbo bouppteckning testamente
pengar belopp summa kronor medel likvida kontanter tillgångar
pengar bidrag bistånd ersättning ekonomiskt stöd
krona kronor kr belopp
fattig medellös behövande
räcka försörja täcka
hjälp stöd bistånd insats assistans
socialbidrag försörjningsstöd bistånd soc socialtjänst
soc socialtjänst socialkontor socialförvaltning socialnämnd
lön inkomst arbetsinkomst förvärvsinkomst ersättning
tjäna inkomst lön förtjänst
extraknäck extrajobb feriearbete sommarjobb bisyssla
vinst vinna spelvinst lotteri spel tips trav
spara sparande besparing sparkonto sparad tillgång
aktie fond värdepapper tillgång
bank konto kontonummer kontouppgift bankkonto clearingnummer
swish överföring insättning
kontanter uttag sedlar
räkning faktura skuld utgift
faktura räkning betalning
skuld obetald förfallen kredit lån kravbrev inkasso skuldsatt kronofogde
lån låna kredit bolån studielån
delbetala avbetalning avbetalningsplan amortera delbetalning månadsvis
återbetala återkrav återkräva återbetalning
dela delas uppdelad avbetalning
dyr kostsam kostnad hög
billig kostnad lägre skälig
kosta kostnad avgift pris taxa belopp utgift
gratis avgiftsfri kostnadsfri utan
betala betalning bekosta finansiera ersätta ersättning kostnad avgift utbetalning
skatt skatteverket beskattning förmån skattepliktig
avdrag dra dras avräkna räknas minska
mindre minska sänka sänkning nedsättning
mer öka höja höjning förhöjd
gåva present julklapp gåvor tack förmån
hyra hyran hyreskostnad boendekostnad månadshyra
hyra bostadskostnad bostad boende
hus villa fastighet hem bostad småhus
lägenhet bostad boende hyresrätt bostadsrätt hyra
hem bostad hemma hushåll
hemma bostad hem hembesök
hemlös bostadslös tak härbärge akutboende
vräka avhysa avhysning vräkning uppsägning utslängd
utslängd vräkt avhyst avhysning
flytta flyttning flytt bohag magasinera
inneboende andrahand hyresgäst uthyrning
möbel möbler hemutrustning husgeråd inredning
kylskåp spis tvättmaskin hemutrustning vitvaror hushållsmaskin
mat livsmedel måltid kost matkostnad
hunger hungrig mat akut nödsituation
kläder klädkostnad skor ytterplagg
el elektricitet ström hushållsel elräkning elkostnad elnät
värme uppvärmning fjärrvärme
vatten avlopp va
internet bredband uppkoppling fiber nät wifi
mobil telefon mobiltelefon smartphone
telefon ringa telefonnummer telefontid samtal
ringa telefon samtal kontakta kontakt jour
dator laptop datorn bärbar pc arbetsdator
skärm bildskärm monitor display
skrivare utskrift skriva printer kopiator
tangentbord mus tillbehör
lösenord inloggning kod pinkod konto behörighet
logga inloggning legitimation behörighet
bankid legitimation e-legitimation identifiera id-handling
legitimation id-kort pass id-handling identitet körkort
mejl mail e-post epost e-brev meddelande
länk nätfiske phishing bifogad skräppost bluff
virus skadlig kod angrepp intrång
bluff bedrägeri lurad nätfiske
app applikation program programvara tjänst
program programvara system applikation
installera installation programvara
fil dokument mapp yta lagring
radera ta bort slänga kasta gallra förstöra
slänga gallra kasta förstöra gallring destruera
spara bevara lagra arkivera
backup säkerhetskopia återställa säkerhetskopiering
återställa tillbaka återskapa
trasig fel felanmälan sönder defekt skadad slocknad svart
funka fungera
strul problem fel störning
mörk svart släckt
supporten servicedesk it-stöd helpdesk kundtjänst
chattbot ai ai-tjänst språkmodell artificiell intelligens
chatt chatbot meddelande
nätet webben webbplats internet digitalt e-tjänst online
hemsida webbplats webbsida sajt
blankett formulär ansökningsblankett papper
papper blankett pappersform brev original
digital elektronisk e-tjänst
underskrift namnteckning signera skriva underteckna
skriva underskrift skriftlig undertecknar
ombud fullmakt företrädare
tolk språk översättning
skanna inskannad digitalisera
original handling dokument
journal akt dokumentation anteckning personakt
akt handling journal handlingar personakt
anteckna dokumentera notera journalföra infört anteckning
läsa del insyn utlämnande ta
hemlig sekretess tystnadsplikt konfidentiell sekretessbelagd
prata samtal tala möte diskutera
träffa möte besök träff samtal
möte besök sammanträde
besök hembesök
spela inspelning in
filma inspelning kamera bild foto
ansöka ansökan söka begära begäran
handläggare socialsekreterare handläggning
klient enskild sökande brukare biståndstagare
brukare enskild klient boende
kollega medarbetare arbetskamrat anställd
boss chef arbetsledare överordnad enhetschef
chef enhetschef arbetsledare närmaste
högsta chef förvaltningschef direktör
anställd medarbetare personal
personal medarbetare anställd
jobb arbete anställning tjänst arbetsplats
jobba arbeta arbete tjänstgöra
kontor arbetsplats kommunhus
distans hemarbete hemifrån distansarbete
utomlands utlandet utland sverige
resa tjänsteresa resor färd
flyg flyga flygresa inrikes
tåg tågresa kollektivtrafik
buss kollektivtrafik resekort månadskort
bil fordon bilen körjournal milersättning tjänstebil
mil milersättning kilometer
cykel tjänstecykel
parkera parkering p-plats
taxi transport sjukresa
hotell logi övernattning
traktamente måltid dagpenning
konferens kurs utbildning möte
kvitto utlägg verifikation
utlägg kvitto ersättning
nyanställd introduktion ny anställning
provanställning anställningsform visstid
sluta avsluta uppsägning avgång
uppsägning uppsägningstid säga avsluta
kvar stanna uppsägningstid
semester ledighet semesterdag
ledig ledighet tjänstledig lov
ledighet semester frånvaro tjänstledighet
födelsedag fyller jubileum uppvaktning
år kalenderår årligen ålder
lunch rast paus måltidsuppehåll
övertid mertid extratid
schema arbetstid flextid
flex flextid arbetstid
facket facklig förtroendevald fackförbund
löneförhöjning lönesamtal löneöversyn
kränka mobba trakasseri kränkande diskriminering
mobbning kränkande särbehandling trakasseri
hot våld hotfull hotad
våldsam våld hot misshandel våldsutsatt
slå misshandel våld aga
rädd oro orolig rädsla skyddsbehov
orolig oro orosanmälan misstanke
skydd skyddsbedömning säkerhet
akut omedelbar genast brådskande nödsituation
snabb skyndsam omedelbar
snart omgående tid inom skyndsamt
sen försenad senare efter
vänta väntetid kötid handläggningstid dröja
kö kötid väntelista väntetid
länge tid period giltighetstid tidsgräns
deadline senast tidsfrist sista
frist tidsfrist senast tid
ångra återkalla återta ångerrätt
kväll natt helg jour jourtid
natt jour kväll socialjour nattetid
helg lördag söndag jour
lördag helg jour
jour beredskap socialjour
vardag arbetsdag helgfri
öppet öppettider tider bemannad
sommar juni juli augusti sommarlov
vinter jul december
jul högtid helgdag
sjuk sjukdom sjukfrånvaro sjukanmälan insjuknad
magsjuk sjuk sjukdom
förkyld sjuk sjukdom
sjukpenning sjukersättning försäkringskassan
läkare läkarintyg läkarutlåtande sjukvård doktor
läkarintyg läkarutlåtande intyg
doktor läkare läkarvård
medicin läkemedel recept apotek
tand tandvård tandläkare
glasögon synhjälpmedel syn
psykisk psykiskt mår mående hälsa
må hälsa mående
stress utbränd utmattning arbetsbelastning
terapi samtalsstöd samtal behandling
alkohol missbruk beroende droger
droger narkotika missbruk beroende
rehab rehabilitering återgång
adhd autism diagnos funktionsnedsättning neuropsykiatrisk
autism diagnos funktionsnedsättning
diagnos utlåtande läkarutlåtande
funktionshinder funktionsnedsättning funktionshindrad
rullstol hjälpmedel rörelsehindrad
hemtjänst omsorg
äldreboende omsorgsboende särskilt
gymnasium gymnasiet studerande gymnasiestudier elev
universitet högskola studerande student studier
student studerande studier csn studiemedel
studielån studiemedel csn
plugga studera studier läsa utbildning
lärare skola pedagog rektor
skola elev förskola utbildning
dagis förskola barnomsorg
fritids fritidshem
elev elever skola barn
fotboll handboll idrott sport fritidsaktivitet
handboll fotboll idrott fritidsaktivitet
träna idrott fritid friskvård
gym friskvård träning
hobby fritidsaktivitet fritid
dans musik kultur fritidsaktivitet
läger fritid kollo
simskola idrott fritidsaktivitet
resa semesterresa utlandsresa
jaga söka arbetssökande
arbetslös arbetssökande arbetsförmedlingen
arbetslöshet a-kassa arbetslös
praktik arbetsträning arbetsmarknadsinsats
plan planering genomförandeplan överenskommelse handlingsplan
komma överens överenskommelse överenskommen
strunta följer uppfyller
vägra neka avböja
krav villkor skyldighet
regel riktlinje bestämmelse föreskrift
lov tillstånd tillåtet
tillåten får tillåtet
förbjuden inte förbud
säga besked meddela
veta besked information
meddela anmäla informera
anmälan rapport anmäla
ändra byta ändrad ändring
byta ändra ändrad
ny ändrad nytt
klaga överklaga klagomål synpunkt
överklaga överklagande besvär
nej avslag neka avslå
ja bifall bevilja godkänna
avslag avslå neka nej
godkänna bevilja bifall godkänd godkännande
beslut besluta bestämma beslutsfattare delegat
bestämma besluta avgöra
beslutsfattare delegat beslutar behörig
bord delegat ansvar
ansvar ansvarig ansvara
behörig behörighet delegation
ensam själv egen
egen egenhändigt själv
ihop tillsammans gemensamt
gemensam delad gemensamt
firma företag näringsverksamhet rörelse egenföretagare
företagare näringsverksamhet företag
driva verksamhet bedriva
lägga avveckla upphöra ned
domstol förvaltningsrätt tingsrätt rätten
jurist advokat ombud
polis polisanmälan brott
stulen stöld förlust
tappa förlora förlust borttappad
glömma glömt kvarglömd
nyckel tagg passerkort
kort passerkort tjänstekort
passerkort tjänstekort kort inpasserring
in tillträde inpassering
försäkring hemförsäkring försäkrad
olycka skada tillbud arbetsskada
skadad skada
brand utrymning larm
sopor avfall återvinning
återvinning avfall källsortering
bygga bygglov byggnation
altan bygglov uteplats
hund djur husdjur
katt djur husdjur
träd park grönområde
väg gata trafik
snö snöröjning halka
böter sanktionsavgift vite felparkeringsavgift
rösta val röstning
möte sammanträde nämnd
politiker nämnd förtroendevald ledamot
ordförande ledamot nämnd
omhänderta omhändertagande lvu placering
familjehem fosterhem placering jourhem
vårdnad vårdnadshavare umgänge
umgänge växelvis umgängesresor
underhåll underhållsstöd underhållsbidrag
faderskap föräldraskap faderskapsbekräftelse
invandrare nyanländ asylsökande
flykting asylsökande nyanländ
uppehållstillstånd migrationsverket
medborgare invånare kommuninvånare
folkbokförd boende vistas
adress folkbokföring adressändring
person enskild individ
familj hushåll familjemedlem
hushåll familj sammanboende
uppgift information upplysning
personuppgift gdpr dataskydd känslig
känslig skyddsvärd konfidentiell
hälsa hälsouppgift känslig
klistra kopiera mata lägga
dela sprida lämna
skicka sända lämna översända
lämna inlämna inkomma
inkomma inkommen komma
hämta upphämtning
köpa inköp anskaffa upphandla
beställa beställning beställ
begagnad second hand återbruk
låna utlåning lån
kolla kontrollera granska
kontroll granskning uppföljning
oanmäld förväg oannonserad
förväg innan förhand
först förväg innan
överraska oanmäld
samtycke medgivande godkännande
tvinga tvång
lov semester skollov
plats ställe lokal
mat måltid livsmedel
snäll vänlig
tydlig klarspråk begriplig
svår krånglig obegriplig
förkortning förkorta
rubrik rubriker titel
"""


@lru_cache(maxsize=1)
def _groups() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate(GROUPS.strip().splitlines()):
        for word in line.split():
            found.setdefault(swedish.stem(word), set()).add(number)
    return {stem: frozenset(groups) for stem, groups in found.items()}


@lru_cache(maxsize=1)
def _members() -> dict[int, frozenset[str]]:
    return {
        number: frozenset(swedish.stem(word) for word in line.split())
        for number, line in enumerate(GROUPS.strip().splitlines())
    }


def related(one: str, other: str) -> bool:
    """Whether two stems stand in the same group."""
    groups = _groups()
    return not groups.get(one, frozenset()).isdisjoint(groups.get(other, frozenset()))


def leads_to(stem: str) -> frozenset[str]:
    """The other stems that stand in a group with this one."""
    members = _members()
    return frozenset(other for group in _groups().get(stem, ()) for other in members[group] if other != stem)
