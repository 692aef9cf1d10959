# ruff: noqa: E501 - a table reads best with its rows whole
"""Words of Swedish administration that may stand for each other in a paraphrase, one group a line.

Groups are narrow on purpose: a word that is nearly the same to a layman but another thing in law (bygglov and marklov,
ansökan and anmälan, nämnd and förvaltning) is in no group with it. A verb stands for its nouns and participles too,
and `+` joins a verb with its particle ("lämna+in"). `!` parts a group from its contrary on the same line: the contrary
counts as the group denied.
"""

VERBS = """
ansöka söka ansöka+om
anmäla rapportera
besluta bestämma fastställa avgöra fatta+beslut ta+beslut beslutsfattande
bevilja godkänna medge bifalla tillstyrka ge+tillstånd beviljande ! avslå neka avböja avvisa
bevilja ge tilldela få erhålla
avslå neka avvisa
pröva bedöma granska överväga bedömning
utreda undersöka kartlägga granska
undersöka kontrollera granska inspektera besiktiga
kontrollera granska se+över syna verifiera kontroll stämma+av
ansvara sköta svara+för stå+för ansvarig ansvar
sköta hantera handlägga handha administrera ombesörja
handlägga behandla bereda hantera
betala finansiera stå+för bekosta
betala erlägga
betala+ut utbetala
betala+ut utbetala få ge
betala+tillbaka återbetala återbetalning återkräva
återkräva kräva+tillbaka återkrav begära+tillbaka
debitera fakturera ta+ut avgiftsbelägga kräva+betalt
basera bero grunda
kosta pris avgift kostnad betala
kontakta höra+av vända+sig ringa ta+kontakt kontakt
kontakta nå
ringa telefonera telefon
meddela informera underrätta upplysa berätta ge+besked tala+om säga+till lämna+besked
meddela anmäla höra+av rapportera
informera information upplysning
samråda rådgöra diskutera samråd
samverka samarbeta samarbete
lämna ge överlämna
lämna+in inlämna skicka+in inkomma komma+in insända ge+in skicka inge
lämna+in lämna
lämna+tillbaka återlämna returnera återlämning
skicka sända översända
skicka+ut utskick distribuera
redovisa visa uppge ange lämna styrka redogöra
visa styrka bevisa intyga dokumentera
uppvisa visa+upp visa
ange skriva uppge framgå notera
skriva formulera
skriftlig skriva pappersform brev
underteckna skriva+under signera underskrift skriva+på
upprätta skriva ta+fram utarbeta skapa göra upprättande
ta+fram utarbeta arbeta+fram
starta börja inleda påbörja sätta+igång påbörjas
börja+gälla träda+ikraft ikraftträdande
avsluta upphöra sluta ! fortsätta
avsluta stänga
fortsätta pågå
uppdatera aktualisera revidera
revidera ändra uppdatera se+över omarbeta
ändra förändra justera byta
följa+upp uppföljning utvärdera
följa efterleva iaktta hålla
överklaga klaga besvära överklagan
bo bosätta bosatt leva folkbokförd
folkbokförd skriven folkbokföring
arbeta jobba tjänstgöra arbete jobb
anställa rekrytera anlita anställning
sluta avgå
sjukanmäla anmäla+sjuk sjukfrånvaro sjukanmälan
sjuk sjukskriven sjukdom sjukfrånvaro
vara+borta frånvarande frånvaro borta
hyra hyreskostnad
köpa anskaffa inhandla införskaffa
köpa+in upphandla inköp köpa anskaffa
upphandla upphandling
hämta avhämta
tömma tömning hämta
slänga kasta
sortera skilja separera
lagra spara bevara förvara arkivera
gallra radera ta+bort förstöra utplåna
radera ta+bort avlägsna
förstöra destruera
låsa spärra blockera
bygga uppföra byggnation
bygga+till tillbyggnad utöka
riva demontera
installera montera
placera ställa sätta
parkera ställa
anordna ordna arrangera
ordna tillhandahålla erbjuda anordna fixa
erbjuda ge tillhandahålla få
hjälpa stödja bistå stöd assistera bistånd
behöva erfordra nödvändig
använda utnyttja nyttja begagna bruka
kalla+till kallelse inbjuda bjuda+in
beräkna räkna+ut räkna beräkning kalkylera
räkna+av avräkna dra+av avdrag
minska sänka reducera skära+ned sätta+ned sätta+ner dra+ned ! öka höja
öka höja stiga växa
förlänga förlängning
förkorta korta
vänta dröja avvakta
vara dröja ta
skydda säkra
säkerställa se+till garantera tillse försäkra
planera planlägga planering
utse välja förordna tillsätta
utse bestämma utse
delegera överlåta
överlåta lämna+över
publicera offentliggöra lägga+ut anslå
dokumentera anteckna notera journalföra registrera föra+in skriva+ned skriva+ner
registrera anteckna diarieföra
registrera lägga+in föra+in
spara behålla
förvara ha
möta träffa möte besök
besöka hembesök besök
flytta omplacera
omfatta gälla inkludera innefatta innehålla ingå täcka
täcka räcka+till
behålla ha+kvar
beakta ta+hänsyn väga+in hänsyn
motivera skäl ange+skäl
föreslå förslag
uppfylla leva+upp klara motsvara
klara tillgodose
tillgodose täcka
ersätta kompensera ersättning betalt
ersätta byta+ut
påverka inverka
förbruka göra+slut
orsaka förorsaka vålla leda+till medföra
medföra innebära leda+till resultera få+till+följd
upptäcka märka finna
misstänka befara misstanke
hända inträffa uppstå uppkomma
förlora tappa mista
logga+in inloggning
ladda+upp bifoga
bifoga skicka+med lämna+med
ladda+ner hämta
öppna öppet öppettid
stänga stängd
prioritera företräde förtur gå+före
erhålla få
sakna brist
avboka ställa+in boka+av
boka reservera
reparera laga åtgärda
åtgärda rätta+till avhjälpa komplettera
komplettera lägga+till
rätta korrigera
rensa städa
städa rengöra
utbilda utbildning kurs
lära undervisa
bedriva driva
driva sköta
föra sköta
transportera frakta skjuts köra
skjutsa köra
resa åka färd
väcka lämna+in
inrätta införa
införa infört införande
lyda sortera
tillåta tillåten
ta+emot mottaga motta mottagning få
ta+med medföra
ta+hand sköta
genomgå gå
stämma överensstämma
bryta överträda åsidosätta
varna varning
uppmana anmoda
tala prata samtala
uttala yttra
yttra yttrande synpunkt
återkomma höra+av
återkalla dra+tillbaka dra+in
dra+in upphöra
avstå låta+bli
överväga fundera
inhämta hämta+in begära+in
tilldela anvisa
anvisa hänvisa
utforma utformning formge
förändra förändring
utöva bedriva
leda styra
företräda representera ombud
avse gälla
behandla hantera
lösa lösning
krypterad kryptera
förfalla utgå
be begära kräva begära+in be+om efterfråga efterlysa infordra
fråga tillfråga fråga+om höra rådfråga
rådfråga samråda rådgöra höra konsultera
svara besvara yttra höra+av
höra+av anmäla meddela ringa kontakta
avböja neka tacka+nej avstå avvisa avslå
avvisa köra+bort neka
duga räcka godta
räcka nog tillräcklig duga
godta acceptera godkänna
sänka nedsätta sätta+ned sätta+ner minska dra+ned
höja höjning uppräkna räkna+upp
utöka förstärka öka bygga+ut fler utökning förstärkning
inleda starta börja påbörja sätta+igång dra+igång igångsätta
sluta upphöra avsluta avslutning lämna ta+slut avsluta avslutande
upphöra sluta ta+slut löpa+ut gå+ut
pågå vara löpa fortgå
övergå bli förvandla omvandla övergång
byta ändra växla gå+över flytta byte
försvinna radera ta+bort rensa
skydda värna
sköta utföra göra ta+hand svara
utföra göra genomföra ombesörja verkställa
genomföra göra hålla klara avklara
klara avklara klara+av bli+godkänd avlägga gå
ordna fixa se+till skaffa
skaffa anskaffa köpa införskaffa
rapportera anmäla meddela tala+om larma rapportering
underrätta meddela anmäla informera tala+om kontakta
aviseras avisera meddela förvarna varsla underrätta
varsla förvarna varsel
redovisa rapportera lämna presentera visa
dokumentera skriva skriva+ner skriva+ned anteckna nedteckna dokumentation protokollföra
godkänna bifalla säga+ja acceptera samtycka medge tillåta ge+klartecken godkännande
samtycka medge godkänna samtycke tillåta
tillåta ge+tillstånd medge godkänna
bistå hjälpa stötta stödja backa+upp bistånd
stötta stödja hjälpa stöd
hjälpa assistera bistå ledsaga
delta vara+med närvara medverka gå
utebli vara+borta missa inte+komma frånvaro
komma anlända dyka+upp inställa
återvända komma+tillbaka gå+tillbaka återgå
besöka komma gå besök
träffa möta sammanträffa möte
mötas sammanträda träffas
sammanträda hålla+möte möte sammanträde
bo vistas leva bosatt
vistas befinna vara
ligga placera befinna finnas
placera sätta ställa lägga
ställa placera ställa+ut utställd stå
lägga slänga kasta placera
kvarlämna lämna+kvar
hämta ta+emot plocka+upp
tömma hämta tömning hämtning
flytta omlokalisera
köra åka färdas framföra
åka resa färdas köra ta
resa färd tripp
gå ta
ringa telefon samtala
ersätta kompensera gottgöra betala
betala stå+för bekosta erlägga finansiera lägga+ut
betala+ut utbetala överföra sätta+in
sätta+in insätta betala+ut
debitera ta+betalt fakturera betala ta+ut
fakturera skicka+räkning debitera
spara lägga+undan behålla lagra
spara föra+över överföra
förlora bli+av mista tappa gå+miste
mista förlora bli+av
behålla ha+kvar få+ha
låna lån
beräkna uppskatta vänta bedöma förvänta
vänta förvänta beräkna
anse bedöma tycka mena
bedöma avgöra pröva värdera ta+ställning bedömning
avgöra bestämma besluta pröva bedöma
bestämma avgöra råda besluta förfoga
råda bestämma förfoga
förfoga råda disponera
besluta ta+ställning säga
granska kolla kontrollera titta gå+igenom syna genomgång
kontrollera kolla se+efter pröva säkerställa
se+över gå+igenom ompröva revidera
ompröva pröva+på+nytt omprövning bedöma+på+nytt
prova testa pröva
utvärdera följa+upp bedöma utvärdering
mäta mätning
välja utse plocka välja+ut
utse förordna välja tillsätta utnämna
anmäla skriva+in registrera inskriven
inskriven anmäld registrerad
registrera bokföra skriva+in
företräda representera föra+talan ombud
föra+talan företräda
leda ansvara chefa
ansvara ansvarig sköta svara
ålägga förelägga kräva beordra föreläggande
förelägga kräva ålägga beordra
uppmana be begära
informera upplysa ge+information tala+om berätta
lämna+besked meddela besked svar
uppge tala+om ange berätta
skriva+under underteckna signera skriva+på
signera underteckna skriva+under kvittera
kvittera signera bekräfta
bekräfta styrka intyga bekräftelse
styrka bevisa visa intyga
intyga bekräfta intyg
avbryta sluta avsluta avbrytande
avboka avbeställa ställa+in
flytta+fram skjuta+upp senarelägga
skjuta+upp vänta dröja
försena sen sent dröja
dröja ta+tid försena
skynda snabb
öppna låsa+upp slå+upp
låsa+upp öppna upplåsning
låsa spärra stänga
stänga stängning slå+igen
installera lägga+in
radera rensa ta+bort förstöra slänga gallra
återställa byta nollställa
drabba utsätta
skada skadlig
kränka kränkning
hota hot
bryta överträda inte+följa
följa rätta hålla efterleva
missköta misskötsel
bryta+mot överträda
rätta+till åtgärda avhjälpa fixa
avhjälpa åtgärda rätta+till
förebygga förhindra
hindra förhindra
motsvara lika
gälla vara+giltig löpa
förlänga förnya
yttra säga+sin+mening uttala lämna+synpunkter synpunkt
klaga överklaga missnöjd
överklaga klaga överklagande
sotning sota
elda eldning bränna
bränna elda
vattna bevattna
rasta promenera
koppla koppel kopplad
kompostera hemkompostera
sortera sopsortera
återvinna återvinning
borra borrning
bygga uppföra arbete
fälla hugga+ned
sotad sota
vårda sköta
vård omsorg
signering signera
delegera delegering överlåta
anställa ge+jobb
söka ansöka jobba+sökande
arbeta jobba
utbilda kurs utbildning gå
studera plugga
utreda ta+reda undersöka
kartlägga ta+reda
rekrytera anställa
introducera introduktion
friställa säga+upp
säga+upp uppsägning avsluta
ta+ut använda
utnyttja använda ta
använda utnyttja bruka begagna få+använda
förbruka använda
bifoga skicka+med lämna+med medfölja
komplettera fylla+på lägga+till komplettering
fylla+i ange
inge lämna+in
skicka lämna posta
remittera skicka
vidarebefordra skicka+vidare lämna+vidare
tilldela ge få
utdela ge
inrymma rymma
omfatta höra ingå gälla täcka
omfattas höra gälla ha+rätt
leg legitimerad
tillhandahålla ge ordna erbjuda stå+för
upptäcka se hitta märka få+kännedom
få+kännedom få+veta
få+veta få+reda
väcka ta+upp
förvara ha lagra
göra+om upprepa skriva+om
upprepa göra+om
hyra+ut uthyrning
låna+ut utlåning
understödja stödja
finna hitta
inträda gå+in träda+in
inträda ta+över
vikariera gå+in
ersätta gå+in träda+in
åta ta
behöva måste ha+behov behov
antas anta tro misstänka tänka
tro anta misstänka
förutsätta kräva
kräva förutsätta fordra nödvändig
räkna+med inräkna medräkna ta+upp
medräkna räkna+med
råka hamna
fastställa bestämma slå+fast
yrka begära
justera ändra
kungöra tillkännage
tillkännage meddela
anslå publicera
offentliggöra publicera
behöva kräva erfordra
duga gälla accepteras
omfatta sträcka gälla
rymma få+plats
pröva ta+ställning titta
överlåta lämna+över skänka sälja överlåtelse
ta+över överta övertagande överlåta
säga+upp uppsägning avsluta lämna
flytta+in inflyttning flytta
flytta+ut utflyttning lämna flytta
utbyta byta
växla byta
meddela skriva säga
hävda påstå
överväga tänka
bereda ge
unna ge
fråntas förlora bli+av mista
dra+in förlora ta+tillbaka återkalla indragning
strypa stänga+av
stänga+av spärra avstängning avstänga
avstänga låsa
mata+in skriva+in
kvitta dra+av
dra+av avdrag minska räkna+bort
räkna+bort bortse undanta
bortse räkna+bort
medräkna ingå räkna+in
ingå täcka inkludera höra+till
höra+till tillhöra ingå
tillhöra höra+till
fördela dela+ut dela+upp fördelning
dela+upp fördela uppdelning
dela+ut utdelning
skicka+vidare vidarebefordra lämna+vidare remittera
ta+del läsa se få
läsa ta+del
läsa+igenom granska
titta se granska
syna granska
ge+besked svara meddela
lova garantera
utlösa leda+till
resultera leda+till
bero hänga
skydda försäkra
larma ringa
tillkalla ringa kalla
kalla bjuda+in
bjuda+in kalla inbjuda
inställa ställa+in avlysa
skjuta+fram flytta+fram
ordna+om omplacera
rycka+in ersätta
finnas+kvar stanna
kvarstå finnas+kvar stå+kvar
stå+kvar kvarstå
vara+kvar stanna bo+kvar
bo+kvar kvarboende
överskrida gå+över passera
överträffa överstiga
åka+fast ertappa
ertappa upptäcka
smita undvika
undvika låta+bli
strunta låta+bli
missa glömma utebli
glömma missa
skolka ogiltig+frånvaro frånvaro
störa besvär olägenhet
bråka störa
väsnas störa
röja ta+bort
snöröja skotta ploga snöröjning
skotta snöröja
sanda halkbekämpa
gräva schakta grävning
laga reparera fixa
fixa ordna laga åtgärda
serva underhålla
underhålla sköta underhåll skötsel
sköta+om vårda underhålla
vakta bevaka övervaka
övervaka kontrollera bevaka tillsyn
mäta kontrollera
väga vikt
köa stå+i+kö kö
ställa+sig anmäla
lotta slumpa
rangordna prioritera
placera erbjuda
antas komma+in
antagning anta intagning
skriva+ut utskrivning
utskrivning skriva+ut lämna
lägga+in inläggning
ordinera skriva+ut förskriva
dela doppa
träna öva
öva träna övning
lära+ut undervisa
betygsätta betyg
pendla resa
släppa+ut utsläpp
läcka rinna
rena rening
bada simma
jaga jakt
campa tälta
skylta skylt
sälja försäljning torghandel
servera servering
dricka alkohol
röka rökning
anlita ta+in hyra+in använda
upplåta hyra+ut låna+ut ställa+förfogande
skänka ge
begrava gravsättning
gifta vigsel
viga vigsel gifta
skilja skilsmässa
adoptera adoption
""".strip()

NOUNS = """
ansökan ansökning ansökningshandling ansökningsblankett
blankett formulär
bevis intyg
intyg läkarintyg
kvitto inköpsbevis
underlag handling dokument
handling dokument papper
avgift taxa
avgift kostnad pris
kostnad utgift
pengar medel belopp
belopp summa
ersättning betalning
inkomst lön
lön månadslön
inkomster intäkter
tillgång besparing förmögenhet
bidrag stöd
stöd hjälp insats
bistånd stöd insats hjälp
försörjningsstöd socialbidrag
ekonomiskt+bistånd försörjningsstöd
bostad hem lägenhet
bostad boende
boende hem
lägenhet bostad
hus byggnad
byggnad byggnadsverk
fastighet tomt
bygge byggnation byggnadsarbete
bygglov byggtillstånd
startbesked byggstart
granne grannfastighet
tillstånd lov
lov ledighet skollov
semester ledighet
ledighet frånvaro ledig
tjänstledighet tjänstledig
chef arbetsledare
chef närmaste+chef
medarbetare anställd personal arbetstagare
arbetstagare anställd
anställd personal
barn elev
barn unge
förälder vårdnadshavare
elev skolelev
lärare pedagog
förskola förskolan
skola skolenhet
skolskjuts skolresa
skjuts transport
sökande sökanden ansökare
enskild person sökande privatperson individ
invånare kommuninvånare medborgare kommunmedborgare
hushåll familj
sambo samboende
äldre senior pensionär
brukare omsorgstagare
omsorg vård
funktionsnedsättning funktionshinder
nämnd nämnden
kommunfullmäktige fullmäktige
kommunstyrelse kommunstyrelsen
handläggare tjänsteman
tjänsteperson tjänsteman
socialsekreterare handläggare
IT-stöd servicedesk helpdesk support it-support
support servicedesk helpdesk
lösenord kod
dator datorutrustning laptop
mobil mobiltelefon telefon
telefon telefonnummer samtal
brev post
mejl e-post epost e-postmeddelande mail mejla e-posta
e-tjänst webbtjänst webbformulär digitalt e-tjänsten
webbplats hemsida webb webbsida sajt
nät internet
konto användarkonto
behörighet åtkomst
system it-system
incident händelse
fel brist felaktig
personuppgift uppgift
sekretess tystnadsplikt
möte sammanträde
kallelse inbjudan
delegation delegationsordning
beslut besked
beslut beslutsfattande
överklagande överklagan besvär
tid tidpunkt
tid tidsfrist
frist tidsfrist tidsgräns
dag datum
sista+dag tidsgräns
vardag vardagar arbetsdag
helg lördag+söndag
sommar sommarhalvår
period tidsperiod tid
år årsvis
avtal kontrakt överenskommelse
hyresavtal hyreskontrakt
leverantör anbudsgivare
anbud offert
upphandling inköp
faktura räkning
betalningspåminnelse påminnelse
skuld obetald
avfall sopor skräp sopa
matavfall matrester
grovsopor grovavfall
kärl soptunna tunna behållare
återvinningscentral återvinning
vatten dricksvatten
avlopp avloppsanläggning
buller ljud ljudnivå
livsmedel mat
mat måltid lunch
restaurang serveringsställe
servering utskänkning
olycka olycksfall tillbud
risk fara
plan planering
vårdplan genomförandeplan
skäl anledning orsak
krav villkor förutsättning
villkor förutsättning
situation läge förhållande omständighet
ekonomi ekonomisk
område plats
plats lokal
kö väntelista
kontaktperson kontakt
utbildning kurs
prov test
resultat utfall
mål målsättning
uppdrag uppgift arbetsuppgift
roll funktion
bil fordon personbil
buss kollektivtrafik
parkering parkeringsplats p-plats
tomt trädgård
hund djur
väg gata
kommun kommunal
stad tätort
läkare doktor
tandvård tandläkarvård tandläkare
medicin läkemedel
hot våld
närstående anhörig
make maka partner
begravning gravsättning
flykting nyanländ
klagomål synpunkt
höjd höghet
yta area
temperatur grader
förfrågan fråga
svar besked
kopia avskrift
registerutdrag utdrag
kontoutdrag utdrag
hyra hyreskostnad boendekostnad
medgivande samtycke tillåtelse godkännande tillstånd
bisyssla extraarbete extrajobb
övertid övertidsarbete
friskvård friskvårdsbidrag
rehabilitering rehab
arbetsplats arbetsställe
lokal rum
föräldraledighet föräldraledig
uppsägning uppsagd
besparing sparande
material underlag uppgift handling
uppgift information
handling papper underlag dokument
underlag handling uppgift
papper handling
förslag kostnadsförslag
godkännande samtycke ja klartecken
klartecken godkännande
tillit förtroende
förtroende tillit tilltro
allmänhet medborgare invånare
facket facklig fackförbund fack arbetstagarorganisation
organisation förening
extrajobb bisyssla extraknäck sidouppdrag
sparande besparing sparkapital sparpengar sparad
pengar medel belopp ersättning kontant
tillgång pengar sparande
belopp summa pengar
inkomst lön intäkt
rabatt nedsättning
avgift kostnad pris betala kosta taxa
kostnad utgift pris
gratis kostnadsfri avgiftsfri fri kostnadsfritt
resa skjuts färd transport
bil fordon
rörelse företag verksamhet
verksamhet företag
företag bolag firma näringsidkare
bolag företag
restaurang serveringsställe krog
uteservering servering
flyg flyga
tåg tågresa
buss bussresa
program programvara mjukvara
programvara program mjukvara applikation
behörighet åtkomst tillgång
tillgång åtkomst
system verksamhetssystem
beställning beställa
prioritet prioriterad
ärende fall
ärende sak
krav villkor
kriterium krav villkor
skäl orsak anledning grund
orsak skäl
hinder förhinder
förhinder frånvaro sjuk
hot risk
kännedom veta känna+till
dom avgörande
instans domstol
domstol rätt
protokoll anteckning
bedömning utlåtande
utlåtande yttrande
yttrande svar utlåtande
rapport redovisning
sammanställning lista
lista förteckning
förteckning lista register
register förteckning
skrivelse brev
brev skrivelse post
blankett formulär pappersblankett
legitimation id-handling id-kort
id-handling legitimation
nyckel tagg
hus byggnad fastighet bostad
bostad hus hem lägenhet
boende bostad hem
hem bostad
fastighet hus tomt
tomtgräns gräns
gäststuga komplementbyggnad
altan uteplats
staket plank
infart entré
trottoar gångbana
bredd bred
höjd hög
längd lång
vikt väga
storlek stor
natt nattskift
dag dagskift dagtid
kväll kvällstid
helg veckoslut lördag söndag
vardag arbetsdag
sommar juni juli augusti
sjuk sjukfall sjukfrånvaro
sjukhus sjukhusvistelse
måltid mat
mat kost måltid
kost mat
larm trygghetslarm
behovsprövning prövning
ledsagare ledsagning
ledsagning ledsagarservice
fritid fritidsaktivitet
insats stöd åtgärd hjälp
åtgärd insats
verksamhet aktivitet insats
barn minderårig
ungdom ung tonåring
förmyndare god+man
förvaltare ställföreträdare
nyanställd ny
fadder mentor
semesterdag dag
lön betalning ersättning
skift pass
bemanning personal
personal anställd medarbetare bemanning
chef enhetschef
kund besökare
besökare kund gäst
sopor avfall
tunna kärl
brunn vattentäkt
värmepump bergvärme bergvärmepump
brist fel
besiktning tillsyn kontroll
tillsyn kontroll inspektion
kontroll tillsyn
böter vite
sanktionsavgift straffavgift
påföljd straff
utlägg kostnad
försörjning uppehälle
fortsättning fortsätta
försök pilotprojekt pilot
projekt försök
förändring ändring
effekt resultat följd
följd effekt konsekvens
hund husdjur
badplats strand
park grönområde
medborgarservice kontaktcenter
kontaktcenter medborgarservice växel
växel telefonväxel
reception expedition
expedition reception kansli
kansli sekretariat
ledning chef
nämndsekreterare sekreterare
tjänst anställning befattning
befattning tjänst
anställning jobb tjänst arbete
jobb arbete anställning
arbetsuppgift syssla uppgift
arbetsdag arbetspass
arbetspass pass skift
schema arbetstid
rast paus
paus rast uppehåll
frånvaro ledighet
vab vård+av+barn
löneavdrag avdrag
löneförhöjning lönehöjning
löneutbetalning lön
timlön timpenning
milersättning reseersättning
arbetsskada olycksfall
skyddsombud arbetsmiljöombud
medarbetarsamtal utvecklingssamtal
utvecklingssamtal samtal
samtal möte
intervju samtal
mejladress e-postadress
kontonummer bankkonto
bankkonto konto
e-faktura faktura
ränta dröjsmålsränta
anstånd uppskov
avbetalning delbetalning avbetalningsplan
delbetalning avbetalning
pant deposition
straff påföljd sanktion
sanktion påföljd
upplysning information
instruktion anvisning
rutin arbetssätt
lag författning
föreskrift bestämmelse
bestämmelse föreskrift regel
stadga bestämmelse
taxa avgift prislista
mål syfte
plan handlingsplan
detaljplan plan planbestämmelse
tillbyggnad utbyggnad bygga+till
utbyggnad tillbyggnad
ombyggnad renovering
fasad yttervägg
carport garage
uthus komplementbyggnad förråd
förråd uthus
soptunna kärl tunna
el ström elektricitet
ström el
värme uppvärmning
bredband internet fiber
fiber bredband
surfplatta läsplatta ipad
läsplatta surfplatta
skärm bildskärm
säkerhetskopia backup
virus skadlig+kod
nätfiske phishing
tvåfaktor tvåstegsverifiering
bankid e-legitimation
gåva present
jäv intressekonflikt
skolgång undervisning
undervisning lektion
läxa hemuppgift
läsår skolår
fritids fritidshem
skolmat skollunch
stödundervisning extra+anpassning
barnomsorg förskola
dagis förskola
dagbarnvårdare pedagogisk+omsorg
inskolning introduktion
hemtjänst hemhjälp
äldreboende särskilt+boende vårdboende
vårdboende äldreboende
korttidsboende korttidsplats
avlastning avlösning
personlig+assistans assistans
dusch bad
städning städa
inköp handla
matlåda matleverans
missbruk beroende
våld misshandel
fosterhem familjehem
underhållsbidrag underhåll
budgetrådgivning skuldrådgivning
hyresskuld obetald+hyra
vräkning avhysning
norm riksnorm
förmögenhet tillgång
""".strip()

OTHERS = """
skyndsam snabb omedelbar direkt genast omgående snarast
omedelbar direkt genast
snabb tidig
löpande fortlöpande kontinuerlig
regelbunden löpande återkommande
tillräcklig nog
nödvändig behövlig
skälig rimlig
rimlig lämplig
lämplig passande
muntlig tala
skriftlig skriven
elektronisk digital
personlig egen
separat särskild enskild
gemensam tillsammans
tillsammans ihop
ensam själv
ogift ensamstående
tidigare förut innan
senare därefter efteråt
därefter sedan
kostnadsfri gratis avgiftsfri kostnadsfritt avgiftsfritt ! avgiftsbelagd
hemlig sekretessbelagd konfidentiell
offentlig allmän
felaktig fel oriktig
felaktig misslyckad misslyckade
hög stor
stor väsentlig betydande
bestående varaktig stadigvarande
riktig rätt korrekt sann
giltig gälla ! ogiltig
fullständig komplett hel ! ofullständig
tidsbegränsad tillfällig ! tillsvidare
tillfällig temporär
permanent varaktig stadigvarande tillsvidare
minderårig omyndig
vuxen myndig
långvarig varaktig lång
kortvarig kort
akut brådskande
viktig väsentlig
allvarlig grov svår
liten mindre
stor större omfattande
känd bekant
säker trygg
separat särskild
utomhus ute
årlig år
månatlig månad
daglig dag
halv hälft
extra ytterligare
maximal högst
obligatorisk tvingande
frivillig valfri
kvar återstå återstående resterande
oavsett oberoende
bosatt boende
hemma hem bostad
avliden död avlida
arbetslös arbetssökande
heltid heltidsanställd
deltid deltidsanställd
närmaste närmast
skriftlig papper
brådskande akut skyndsam
genast omedelbar skyndsam direkt strax
strax direkt omedelbar
daglig vardaglig
farlig risk
giltig godtagbar
godtagbar giltig godkänd acceptabel
sammanhängande följd sträck
följd sträck rad
fri öppen
lös okopplad
självständig egen
utsatt drabbad
anvisad tilldelad
förhindrad förhinder
borta frånvarande
samma lika desamma
lika samma
slutlig definitiv
försenad sen
sen senare
svår svårighet
lätt enkel
begriplig tydlig
tydlig klar
klar färdig
bred bredd
gammal äldre ålder
ung yngre
öppen tillgänglig
tillgänglig nåbar
trasig sönder defekt
sönder trasig
defekt trasig fel
borttappad förlorad
stulen stöld
hög dyr
dyr kostsam hög
billig låg
sträng hård
hel fullständig
kommande nästa
nästa följande kommande
följande nästa
senast sista
föregående förra
inledande första
enskild egen
anställd jobba
""".strip()

# Verbs that no group holds but that a finite form must be known by.
OTHER_VERBS = """
äga finnas gälla innebära kräva krävas tillhöra bero ingå ligga utgöra omfatta nå rymma väga mäta hålla försöka vilja låta leda ge gå stå sitta
vara ha bli komma få se höra veta tro känna läsa lära träna spela äta dricka sova leka cykla springa odla plantera vattna elda släcka
fördela fungera förekomma föreligga förekommer genomföra underhålla utföra vidta verkställa uppgå överstiga understiga fylla sträcka tillämpa utgå
växla vistas återgå övergå innehålla beskriva framgå förutsätta förvänta belasta belägga bygga delta drabba duga efterfråga erkänna famna
främja fälla föda förbereda förbjuda förebygga förmedla försvinna handla hindra identifiera intervjua jämföra klippa koppla kombinera krympa kvarstå
lysa låna lägga mata mogna omvandla orka passera placera plocka producera polisanmäla prova påbörja påstå ramla ransonera repetera rikta ropa rymma räcka
röja rösta saknas samla skada sjunka skapa skilja skjuta slå slita smaka snöröja sova sprida stanna studera styra stämma ställa stöta svara sköta
tacka testa trivas tvätta täcka tända utse utgöra utlysa utreda utveckla uttrycka vaccinera vårda vägra välja värdera värma växa ändra ärva äska återstå återfå överstiga
dela ange hamna heta kunna ske lyda löpa möjliggöra nyttja ordinera permittera presentera rekommendera riskera sjukskriva skaka skattas upplysa utlämna
""".strip()
