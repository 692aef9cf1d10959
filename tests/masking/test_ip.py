"""IP addresses of both versions; versions of programs, chapters and times are left alone.

Most addresses are those that RFC 5737 and RFC 3849 keep for documents.
"""

from ipaddress import IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.masking.sentences import HOSTILE, check, check_linear, found, sentences

from samverk.masking.recognisers.ip import RECOGNISER

TRUE = sentences(r"""
Inloggning skedde från «192.0.2.14» kl 08.15.
IP: «198.51.100.7»
ip-nr «203.0.113.250», okänd enhet
«192.0.2.14» försökte nio gånger
Anropet kom från «192.0.2.14»:8080.
Nätet «192.0.2.0»/24 spärrades
http://«192.0.2.14»/login?x=1
| «192.0.2.14» | Ek | 2024-05-31 |
«192.0.2.14»\t«198.51.100.7»\tok
Adresserna «192.0.2.14»-«192.0.2.20» används
Adresserna «192.0.2.14», «192.0.2.15» och «192.0.2.16».
hej min dator har «192.168.1.20» men inget nät
ping «10.0.0.1» funkar
server «10.2.4.1» svarar inte
Gateway «10.2.4.1», dns «8.8.8.8»
("«192.0.2.14»")
[«192.0.2.14»]
Datorn på «172.16.254.1» är elevens.
from «192.0.2.14» to «198.51.100.7»
src=«192.0.2.14» dst=«198.51.100.7»
sa att adressen var «192.0.2.14» tror jag
Logg: 2024-05-31T08:15:30 «192.0.2.14» GET /
«192.0.2.14».
Klient «fe80::1ff:fe23:4567:890a»
Klient «fe80::1ff:fe23:4567:890a%eth0» i huset
«2001:db8::1» och «2001:db8:0:1::42»
«2001:0db8:85a3:0000:0000:8a2e:0370:7334»
IPv6 «2001:DB8::FF00:42:8329».
http://[«2001:db8::1»]:8080/
Nätet «2001:db8::»/32 är vårt
ip «::1» är datorn själv
adress: «::ffff:192.0.2.128»
Inloggad från «2001:db8:1::ab9:c0a8:102», Ek
(«2001:db8::8a2e:370:7334»)
2024-05-31 08:15:30 «2001:db8::7» nekad
från «2001:db8::7», «2001:db8::8»
**«192.0.2.14»**
Användaren Ek (ip «198.51.100.99») stängdes av
Kl. 13.30-15.00 syntes «203.0.113.9» i loggen
Version 2.1 kördes från «192.0.2.14»
Elevens surfplatta fick «192.0.2.77» av skolans nät
""")

UNTRUE = sentences(r"""
Systemet kör version 10.2.4.1 sedan mars.
Uppdatera till v10.2.4.1 eller v. 10.2.4.1
Firmware 1.14.2.3 installerad
Release 4.2.0.1 och build 10.0.19.4
Enligt avsnitt 4.1.2.3 gäller
Se kapitel 3.2.1.4 och punkt 1.2.3.4
2.1.3.4 Ansvar och roller\n
3.1.2.1 Budget\n4.1.2.2 Uppföljning
OID 1.2.752.29.4.13
256.1.1.1 och 192.0.2.300
1.2.3 och 1.2.3.4.5
Datum 2024.05.31.01
Kl 08.00-16.30, 09.15.30
Tid 08:15:30 och 23:59:59
std::vector och Klass::metod
a::b
::
Bilaga 1.2.3.4
10:20:30:40
Lag 2009:400, 2010:1967 och 2017/18:226
Bibeln 1:2:3
192.0.2
AB:CD:EF:01:23:45
Betyg a:b:c
""")


@pytest.mark.parametrize("marked", TRUE)
def test_finds(marked: str) -> None:
    check(RECOGNISER, marked)


@pytest.mark.parametrize("text", UNTRUE)
def test_leaves_alone(text: str) -> None:
    check(RECOGNISER, text)


@given(st.ip_addresses(v=6).filter(lambda address: len(str(address)) > 8))
def test_finds_every_address_of_version_6(address: IPv6Address) -> None:
    for written in (str(address), address.exploded, str(address).upper()):
        assert found(RECOGNISER, f"från {written}, tack") == [written]


@given(st.ip_addresses(v=4))
def test_finds_every_address_of_version_4(address: object) -> None:
    assert found(RECOGNISER, f"ip {address}.") == [str(address)]


@pytest.mark.parametrize("name", HOSTILE)
def test_stays_linear(name: str) -> None:
    check_linear(RECOGNISER, HOSTILE[name])
