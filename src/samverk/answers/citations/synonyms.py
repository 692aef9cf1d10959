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
bevilja godkänna medge bifalla tillstyrka ge+tillstånd beviljande ! avslå
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
delta medverka närvara vara+med
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
ritning
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
protokoll
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
morgon
timme
avtal kontrakt överenskommelse
hyresavtal hyreskontrakt
leverantör anbudsgivare
anbud offert
upphandling inköp
faktura räkning
betalningspåminnelse påminnelse
skuld obetald
lån
avfall sopor skräp sopa
matavfall matrester
grovsopor grovavfall
kärl soptunna tunna behållare
återvinningscentral återvinning
vatten dricksvatten
avlopp avloppsanläggning
miljö
buller ljud ljudnivå
livsmedel mat
mat måltid lunch
verksamhet
restaurang serveringsställe
servering utskänkning
olycka olycksfall tillbud
skada
risk fara
plan planering
vårdplan genomförandeplan
behov
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
exempel
bil fordon personbil
buss kollektivtrafik
parkering parkeringsplats p-plats
tomt trädgård
träd
hund djur
väg gata
färdtjänst
kommun kommunal
stad tätort
glasögon
läkare doktor
tandvård tandläkarvård tandläkare
sjukhus
medicin läkemedel
recept
hot våld
närstående anhörig
make maka partner
dödsbo
begravning gravsättning
flykting nyanländ
tolk
språk
klagomål synpunkt
innehåll
längd
bredd
höjd höghet
storlek
yta area
temperatur grader
hastighet
antal
förfrågan fråga
svar besked
kopia avskrift
original
registerutdrag utdrag
kontoutdrag utdrag
hyra hyreskostnad boendekostnad
medgivande samtycke tillåtelse godkännande tillstånd
arbetsgivare
bisyssla extraarbete extrajobb
övertid övertidsarbete
friskvård friskvårdsbidrag
rehabilitering rehab
arbetsplats arbetsställe
arbetstid
lokal rum
föräldraledighet föräldraledig
uppsägning uppsagd
provanställning
vikarie
besparing sparande
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
okänd
säker trygg
ren
separat särskild
inomhus
utomhus ute
årlig år
månatlig månad
daglig dag
halv hälft
dubbel
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
anonym
neutral
samtidig
dubbla
närmaste närmast
aktuell
skolpliktig
inhägnad
""".strip()

# Verbs that no group holds but that a finite form must be known by.
OTHER_VERBS = """
finnas gälla innebära kräva krävas tillhöra bero ingå ligga utgöra omfatta nå rymma väga mäta hålla försöka vilja låta leda ge gå stå sitta
vara ha bli komma få se höra veta tro känna läsa lära träna spela äta dricka sova leka cykla springa odla plantera vattna elda släcka
fördela fungera förekomma föreligga förekommer genomföra underhålla utföra vidta verkställa uppgå överstiga understiga fylla sträcka tillämpa utgå
växla vistas återgå övergå innehålla beskriva framgå förutsätta förvänta belasta belägga bygga delta drabba duga efterfråga erkänna famna
främja fälla föda förbereda förbjuda förebygga förmedla försvinna handla hindra identifiera intervjua jämföra klippa koppla kombinera krympa kvarstå
lysa låna lägga mata mogna omvandla orka passera placera plocka producera polisanmäla prova påbörja påstå ramla ransonera repetera rikta ropa rymma räcka
röja rösta saknas samla skada sjunka skapa skilja skjuta slå slita smaka snöröja sova sprida stanna studera styra stämma ställa stöta svara sköta
tacka testa trivas tvätta täcka tända utse utgöra utlysa utreda utveckla uttrycka vaccinera vårda vägra välja värdera värma växa ändra ärva äska återstå återfå överstiga
dela ange hamna heta kunna ske lyda löpa möjliggöra nyttja ordinera permittera presentera rekommendera riskera sjukskriva skaka skattas upplysa utlämna
""".strip()
