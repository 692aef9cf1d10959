"""Messages as Outlook saves them: who, when and what, in every form of body and encoding; and files that lie."""

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samverk.knowledge import sandbox
from samverk.knowledge.detection import detect
from samverk.knowledge.passages import Parsed
from samverk.knowledge.reading import compressed_rtf, outlook
from samverk.knowledge.reading.compound import Compound
from samverk.knowledge.unreadable import Unreadable
from tests.knowledge.outlook import Tree, compound, properties, words

SENT = 134_000_000_000_000_000  # 2025-08-18 14:13:20 in universal time, as a FILETIME
HEAD: dict[str, bytes | Tree] = {
    "__properties_version1.0": properties(32, x0039=SENT),
    **words(x0037="Bygglov för altan", x0C1A="Eva Ek", x5D01="eva.ek@bjorksta.example"),
}


def recipient(kind: int, name: str, address: str) -> Tree:
    return {"__properties_version1.0": properties(8, x0C15=kind), **words(x3001=name, x39FE=address)}


def attachment(name: str, content: bytes | Tree, **numbers: int) -> Tree:
    kind = "0102" if isinstance(content, bytes) else "000D"
    return {
        "__properties_version1.0": properties(8, **numbers),
        f"__substg1.0_3701{kind}": content,
        **words(x3707=name),
    }


def read(**streams: "bytes | Tree") -> Parsed:
    return outlook.parse(compound({**HEAD, **streams}))


def test_it_says_who_wrote_what_to_whom_and_when() -> None:
    parsed = read(
        **{
            "__recip_version1.0_#00000000": recipient(1, "Bo Berg", "bo@granby.example"),
            "__recip_version1.0_#00000001": recipient(1, "Registrator", "/O=EX/CN=REG"),
            "__recip_version1.0_#00000002": recipient(2, "", "kopia@granby.example"),
        },
        **words(x1000="Hej Bo,\r\n\r\nAltanen kräver bygglov.\r\n"),
    )
    assert parsed.title == "Bygglov för altan"
    assert [block.text for block in parsed.blocks] == [
        (
            "Från: Eva Ek <eva.ek@bjorksta.example>\nTill: Bo Berg <bo@granby.example>, Registrator\n"
            "Kopia: kopia@granby.example\nDatum: 2025-08-18 14:13 UTC\nÄmne: Bygglov för altan"
        ),
        "Hej Bo,",
        "Altanen kräver bygglov.",
    ]


def test_the_senders_own_clock_is_believed_where_it_is_kept() -> None:
    parsed = read(**words(x007D="From: eva\r\nDate: Mon, 18 Aug 2025 16:13:20 +0200\r\n\r\n"))
    assert "Datum: 2025-08-18 16:13" in parsed.blocks[0].text


@pytest.mark.parametrize(
    ("streams", "said"),
    [
        (words(x1013="<p>Avgiften är <b>300</b> kr.</p>"), "Avgiften är 300 kr."),
        ({"__substg1.0_10130102": "<p>Räksmörgås</p>".encode("cp1252")}, "Räksmörgås"),
        ({"__substg1.0_1000001E": "Räksmörgås".encode("cp1252")}, "Räksmörgås"),
        (
            {"__substg1.0_10090102": b"\0" * 8 + b"MELA" + b"\0" * 4 + b"{\\rtf1 Enligt \\b avtal\\b0 .\\par}"},
            "Enligt avtal.",
        ),
    ],
    ids=["html", "html in bytes", "a code page", "rich text"],
)
def test_the_body_is_read_in_whatever_form_it_is_kept(streams: dict[str, bytes], said: str) -> None:
    packed = streams.get("__substg1.0_10090102")
    if packed:
        streams = {"__substg1.0_10090102": struct.pack("<II", len(packed) - 4, len(packed) - 16) + packed[8:]}
    assert [block.text for block in read(**streams).blocks[1:]] == [said]


@pytest.mark.parametrize(
    ("page", "encoding"), [(1251, "cp1251"), (65001, "utf-8"), (28592, "iso8859-2"), (99999, "cp1252")]
)
def test_texts_in_bytes_are_read_by_the_messages_code_page(page: int, encoding: str) -> None:
    text = "Привет" if page == 1251 else "Åtgärd"
    text = "Źródło" if page == 28592 else text
    streams = {
        "__properties_version1.0": properties(32, x3FFD=page),
        "__substg1.0_0037001E": text.encode(encoding) + b"\0",
    }
    assert outlook.parse(compound(streams)).title == text


def test_packed_rich_text_is_unpacked_as_the_specification_shows() -> None:
    packed = bytes.fromhex(  # [MS-OXRTFCP] 3.1.1 and 3.2.1: what is in the dictionary, and what comes again
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert compressed_rtf.unpacked(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    again = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
    assert compressed_rtf.unpacked(again) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


def test_attachments_are_handed_on_and_pictures_of_the_text_are_not() -> None:
    inner: Tree = {
        "__properties_version1.0": properties(24),
        **words(x0037="Yttrande från grannen", x1000="Jag har inget emot altanen."),
        "__attach_version1.0_#00000000": attachment("ritning.txt", b"Skala 1:100"),
    }
    parsed = read(
        **{
            "__attach_version1.0_#00000000": attachment("taxa.txt", b"Avgift 300 kr " * 600),
            "__attach_version1.0_#00000001": attachment("logotyp.png", b"png", x3714=4),
            "__attach_version1.0_#00000002": attachment("yttrande", inner),
        }
    )
    assert [one.name for one in parsed.enclosed] == ["taxa.txt", "Yttrande från grannen.eml"]
    assert [block.text for block in parsed.blocks[1:]] == ["Bilaga: taxa.txt", "Bilaga: Yttrande från grannen.eml"]
    assert len(parsed.enclosed[0].content) == 8_400


def test_what_is_attached_is_read_and_a_message_within_the_message_too(tmp_path: Path) -> None:
    inner: Tree = {
        "__properties_version1.0": properties(24),
        **words(x0037="Yttrande från grannen", x1000="Jag har inget emot altanen."),
        "__attach_version1.0_#00000000": attachment("ritning.txt", b"Skala ett till hundra."),
    }
    path = tmp_path / "brev.msg"
    path.write_bytes(compound({**HEAD, "__attach_version1.0_#00000000": attachment("yttrande", inner)}))
    read_whole = sandbox.survey(path)
    assert read_whole.extractor == "msg/1"
    assert "Jag har inget emot altanen." in read_whole.text
    assert "Skala ett till hundra." in read_whole.text
    assert read_whole.labels[-1] == "attachment: Yttrande från grannen.eml › attachment: ritning.txt › message: 1"


def test_a_message_is_told_from_other_compound_files_by_what_stands_in_it(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(
        compound({**HEAD, "__attach_version1.0_#00000000": attachment("a.doc", compound({"WordDocument": b"x"}))})
    )
    assert detect(path, ".bin", frozenset()) == ".msg"
    path.write_bytes(compound({"Workbook": b"x", "embedded": compound(HEAD)}))
    with pytest.raises(Unreadable) as told:
        detect(path, ".xls", frozenset({".msg"}))
    assert told.value.code == "unknown_format"


WHOLE = compound({**HEAD, **words(x1000="Brev. " * 900), "__attach_version1.0_#00000000": attachment("a.txt", b"a")})


def test_chains_that_loop_end() -> None:
    looping = bytearray(WHOLE)
    table = struct.unpack_from("<I", WHOLE, 76)[0]
    struct.pack_into("<128I", looping, (table + 1) * 512, *([0] * 128))  # every sector follows itself
    struct.pack_into("<II", looping, 68, 0, 1000)  # so do the sectors of the table
    try:
        outlook.parse(bytes(looping))
    except Unreadable as reason:
        assert reason.code == "damaged"


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=40), st.integers(0, len(WHOLE)))
def test_a_damaged_file_is_read_in_part_or_refused(at: int, noise: bytes, cut: int) -> None:
    damaged = (WHOLE[:at] + noise + WHOLE[at + len(noise) :])[: max(cut, 600)]
    try:
        parsed = outlook.parse(damaged)
    except Unreadable:
        return
    assert sum(len(block.text) for block in parsed.blocks) < 10 * len(WHOLE)


@given(st.binary(max_size=200), st.integers(0, 1 << 20))
def test_packed_rich_text_of_a_stranger_ends(noise: bytes, length: int) -> None:
    unpacked = compressed_rtf.unpacked(struct.pack("<II4sI", 0, length, b"LZFu", 0) + noise)
    assert len(unpacked) <= length + 18


def test_a_file_without_a_table_is_refused() -> None:
    with pytest.raises(Unreadable):
        Compound(WHOLE[:512])
