"""MAC addresses in each notation; UUIDs, fingerprints, times and rows of lots are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.masking.sentences import HOSTILE, check, check_linear, found, sentences

from samverk.masking.recognisers.mac import RECOGNISER

TRUE = sentences(
    r"""
Elevens dator har «00:1A:2B:3C:4D:5E».
MAC: «00-1A-2B-3C-4D-5E»
mac-adress «001a.2b3c.4d5e» spärrad
MAC-adress 001A2B3C4D5E saknar tecken
Macadress: «00:1a:2b:3c:4d:5e»,
| «00:1a:2b:3c:4d:5e» | Ek |
«00:1a:2b:3c:4d:5e»\tEk\tpadda
hej min mac e «A4-5E-60-C2-11-0F» kan ni släppa in den
(«a4:5e:60:c2:11:0f»)
[«a4:5e:60:c2:11:0f»]
Kortet «A45E.60C2.110F» i switch 3
mac «12-34-56-78-90-12»
MAC address «12:34:56:78:90:12» joined
from «a4:5e:60:c2:11:0f» to «ff:ff:ff:ff:ff:ff»
2024-05-31 08:15:30 «a4:5e:60:c2:11:0f» ok
BSSID «a4:5e:60:c2:11:0f».
Nätverkskort «a4:5e:60:c2:11:0f»; ip 192.0.2.14
**«a4:5e:60:c2:11:0f»**
"«a4:5e:60:c2:11:0f»"
«a4:5e:60:c2:11:0f», «a4:5e:60:c2:11:10»
Skrivaren A4 på plan 2: «a4:5e:60:c2:11:0f»
enhet=«a4:5e:60:c2:11:0f»
Ethernet «a4-5e-60-c2-11-0f»
sa att mac var «a4:5e:60:c2:11:0f»
wifi «a4:5e:60:c2:11:0f»\n
§ 4 Padda «a4:5e:60:c2:11:0f» återlämnas
Tablet «A4:5E:60:C2:11:0F» was lost.
Surfplatta (MAC «a4:5e:60:c2:11:0f»)
Dhcp: «a4:5e:60:c2:11:0f» -> 192.0.2.14
Ap «0a:1b:2c:3d:4e:5f» i sal B 297
Lånad dator, «0a-1b-2c-3d-4e-5f», Ek
Padda 7 «0a1b.2c3d.4e5f»
Vår router «0a:1b:2c:3d:4e:5f».
enheterna «0a:1b:2c:3d:4e:5f» och «0a:1b:2c:3d:4e:60»
Skola\n«0a:1b:2c:3d:4e:5f»
larmet «0a:1b:2c:3d:4e:5f»!
klocka «0a:1b:2c:3d:4e:5f»?
Se «0a:1b:2c:3d:4e:5f» (ny)
id «0a:1b:2c:3d:4e:5f»
MAC = «0a:1b:2c:3d:4e:5f»
macadress «0a–1b–2c–3d–4e–5f»
""".replace("MAC-adress 001A2B3C4D5E", "MAC-adress «001A2B3C4D5E»")
)

UNTRUE = sentences(r"""
Lottorad 01-12-23-24-30-35
123e4567-e89b-12d3-a456-426614174000
aa:bb:cc:dd:ee:ff:00:11
Fingeravtryck a4:5e:60:c2:11:0f:a4:5e:60:c2:11:0f:a4:5e:60:c2
SHA1 da39a3ee5e6b4b0d3255bfef95601890afd80709
Tid 08:15:30:12:14:16
Nyckel 001A2B3C4D5E
Datum 24-05-31-08-15-30
1234.5678.9012
0.1.2.3
2001:db8:0:1:2:3:4:5
Tabell ab-cd-ef
Mått 10-20-30-40-50-60
001a.2b3c.4d5e.6f70
Rum a4:5e:60
Telefon 07-01-74-06-05-11
""")


@pytest.mark.parametrize("marked", TRUE)
def test_finds(marked: str) -> None:
    check(RECOGNISER, marked)


@pytest.mark.parametrize("text", UNTRUE)
def test_leaves_alone(text: str) -> None:
    check(RECOGNISER, text)


@given(st.binary(min_size=6, max_size=6), st.sampled_from(":-"))
def test_finds_every_address(address: bytes, sign: str) -> None:
    assert found(RECOGNISER, f"mac {address.hex(sign)}.") == [address.hex(sign)]


@pytest.mark.parametrize("name", HOSTILE)
def test_stays_linear(name: str) -> None:
    check_linear(RECOGNISER, HOSTILE[name])
