"""The packed Rich Text that Outlook keeps beside a message's text. Facts are from [MS-OXRTFCP]. Pure."""

import struct

from samverk.knowledge.unreadable import Unreadable

_PACKED, _PLAIN = b"LZFu", b"MELA"
_HEADER = struct.Struct("<II4sI")  # bytes that follow, bytes unpacked, how it is packed, checksum
_BEGINS_WITH = (  # what the dictionary holds before the first byte
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans Serif"
    b"SymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_DICTIONARY = 4096
_MOST_BYTES = 8 << 20


def unpacked(content: bytes) -> bytes:
    """The Rich Text; as much of it as there is. Raises `Unreadable`: damaged, too_large."""
    if len(content) < _HEADER.size:
        raise Unreadable("damaged")
    _, length, how, _ = _HEADER.unpack_from(content)
    if how not in (_PACKED, _PLAIN):
        raise Unreadable("damaged")
    if length > _MOST_BYTES:
        most = f"{_MOST_BYTES >> 20} MB"
        raise Unreadable(
            "too_large", detail=f"brevtexten får vara högst {most}", detail_en=f"the body may be at most {most}"
        )
    packed = content[_HEADER.size :]
    return packed[:length] if how == _PLAIN else _decompressed(packed, length)


def _decompressed(packed: bytes, length: int) -> bytes:
    """Every byte of control says of the next eight things whether each is a byte, or a place in what came before."""
    window = bytearray(_BEGINS_WITH) + bytearray(_DICTIONARY - len(_BEGINS_WITH))
    here, at, found = len(_BEGINS_WITH), 0, bytearray()
    while at < len(packed) and len(found) < length:
        control, at = packed[at], at + 1
        for bit in range(8):
            if at >= len(packed) or len(found) >= length:
                break
            if not control >> bit & 1:
                piece, at = packed[at : at + 1], at + 1
            else:
                place = int.from_bytes(packed[at : at + 2], "big")
                start, number, at = place >> 4, (place & 15) + 2, at + 2
                if start == here:  # the end
                    return bytes(found)
                piece = bytes(_repeated(window, start, number, here))
            for byte in piece:
                window[here] = byte
                here = (here + 1) % _DICTIONARY
            found += piece
    return bytes(found[:length])


def _repeated(window: bytearray, start: int, number: int, here: int) -> bytearray:
    """So many bytes from a place in the dictionary; where it reaches what is being written, that comes again."""
    before = (here - start) % _DICTIONARY or _DICTIONARY
    piece = bytearray(window[(start + n) % _DICTIONARY] for n in range(min(number, before)))
    return (piece * (number // len(piece) + 1))[:number]
