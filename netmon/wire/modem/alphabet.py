"""Which characters does an SMS know, and how are seven bits of each packed into octets?

The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038, 6.1.2.1 and 6.2.1). Vietnamese letters are not
in it, so that a text is sent either without its accents or in UCS-2, of which a third as much goes into one SMS.
"""

import unicodedata
from types import MappingProxyType

from netmon.wire.text import unaccented

ESCAPE = 0x1B
"""Says that the next septet is one of the extension table."""

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = MappingProxyType(
    {0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€"}
)
_CODES = MappingProxyType(
    {one: bytes([code]) for code, one in enumerate(_BASIC) if code != ESCAPE}
    | {one: bytes([ESCAPE, code]) for code, one in _EXTENSION.items()}
)
_INSTEAD = str.maketrans(
    {"–": "-", "—": "-", "−": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "×": "x", "•": "-", "·": "-"}
    | {"→": "->", "≤": "<=", "≥": ">=", "±": "+/-", "°": " do ", "µ": "u", "\t": " "}
)
"""What stands in messages and has no septet; the ellipsis and the like are taken apart by Unicode itself."""


def codes(text: str) -> list[bytes] | None:
    """One or two septets for each character, one an octet; None if one of them is not in the alphabet."""
    found = [_CODES.get(one) for one in text]
    return None if None in found else [code for code in found if code is not None]


def read(septets: bytes) -> str:
    """The text of septets, one an octet. An escape before what is in no table counts for nothing (6.2.1.1)."""
    text, escaped = [], False
    for septet in septets:
        if escaped:
            text.append(" " if septet == ESCAPE else _EXTENSION.get(septet, _BASIC[septet]))
            escaped = False
        elif septet == ESCAPE:
            escaped = True
        else:
            text.append(_BASIC[septet])
    return "".join(text)


def pack(septets: bytes, skip: int = 0) -> bytes:
    """Septets as octets, the first in the lowest bits, behind `skip` bits of 0 (6.1.2.1.1)."""
    bits = 0
    for place, septet in enumerate(septets):
        bits |= septet << (7 * place)
    return (bits << skip).to_bytes((7 * len(septets) + skip + 7) // 8, "little")


def unpack(octets: bytes, count: int, skip: int = 0) -> bytes:
    """So many septets, one an octet. Where octets are missing there are zeros."""
    bits = int.from_bytes(octets, "little") >> skip
    return bytes(bits >> (7 * place) & 0x7F for place in range(count))


def plain(text: str) -> str:
    """The text in letters of the alphabet alone: without accents, and `?` for what has no likeness there.

    >>> plain("[MẤT] Xã Đông Cuông… 5 → 3")
    '[MAT] Xa Dong Cuong... 5 -> 3'
    """
    apart = unicodedata.normalize("NFKD", unaccented(text).translate(_INSTEAD))
    return "".join(one if one in _CODES else "?" for one in apart if not unicodedata.combining(one))
