"""What does an SMS look like on its way through a modem?

SMS-SUBMIT and SMS-DELIVER of 3GPP TS 23.040, 9.2.2, as TS 27.005 wraps them in PDU mode: the service centre's address
and the message itself, in hexadecimal. A longer text goes in parts that the telephone joins (9.2.3.24.1).
"""

import unicodedata
import zlib
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from netmon.wire.modem import alphabet
from netmon.wire.modem.numbers import dialled

SEPTETS, UCS2 = 0x00, 0x08
"""TP-DCS of the two codings that are sent (TS 23.038, 4)."""

LONGEST = 1000
"""Characters of PDU that are looked at; the longest there is has some 360."""

_ROOM = {SEPTETS: (160, 153), UCS2: (140, 134)}
"""Septets or octets of a message alone, and of one part of several."""

_SUBMIT, _WITH_HEADER, _RELATIVE = 0x01, 0x40, 0x10
_ONE_DAY = 0xA7
"""TP-VP: how long the network keeps the message for a telephone that is switched off. Later it is history."""
_INTERNATIONAL, _UNKNOWN, _NAME = 0x91, 0x81, 0x50
_HEADER_SEPTETS = 7
"""The six octets of the header of a part, and the bit that brings the text to the next septet."""


class Part(NamedTuple):
    """Which part of how many this is, of the message with this number."""

    reference: int
    total: int
    place: int


class Delivered(NamedTuple):
    """An SMS that came in: from whom, when the service centre took it (seconds since the epoch, 0 if it does not
    tell), the text, and which part it is of a longer one."""

    number: str
    at: float
    text: str
    part: Part | None


def split(text: str) -> tuple[int, list[bytes]]:
    """The coding of a text, and its septets or octets part by part, as few as can be.

    No character is torn in two, be it one that takes an escape or a pair of surrogates.
    """
    text = unicodedata.normalize("NFC", text)
    septets = alphabet.codes(text)
    if septets is None:
        coding, codes = UCS2, [one.encode("utf-16-be", "replace") for one in text]
    else:
        coding, codes = SEPTETS, septets
    alone, one_of_several = _ROOM[coding]
    if sum(map(len, codes)) <= alone:
        return coding, [b"".join(codes)]
    parts = [b""]
    for code in codes:
        if len(parts[-1]) + len(code) > one_of_several:
            parts.append(b"")
        parts[-1] += code
    return coding, parts


def submit(number: str, text: str) -> list[str]:
    """The SMS-SUBMIT of each part of a text. ValueError if the number is none, or the parts are more than 255.

    A text that is sent again to the same number has the same reference, so that telephones join what came of both.
    """
    coding, parts = split(text)
    if len(parts) > 255:
        raise ValueError(f"a text of {len(text)} characters does not go into 255 SMS")
    reference = zlib.crc32(f"{number}\n{text}".encode()) & 0xFF
    many = len(parts) > 1
    made = []
    for place, part in enumerate(parts, 1):
        header = bytes((5, 0, 3, reference, len(parts), place)) if many else b""
        body = alphabet.pack(part, skip=1 if many else 0) if coding == SEPTETS else part
        length = len(part) + (0 if not many else _HEADER_SEPTETS if coding == SEPTETS else len(header))
        kind = _SUBMIT | _RELATIVE | (_WITH_HEADER if many else 0)
        message = bytes((kind, 0)) + _address(number) + bytes((0, coding, _ONE_DAY, length)) + header + body
        made.append((b"\x00" + message).hex().upper())
    return made


def _address(number: str) -> bytes:
    """TP-DA (TS 23.040, 9.1.2.5)."""
    bare = dialled(number)
    digits = bare.removeprefix("+")
    kind = _INTERNATIONAL if bare.startswith("+") else _UNKNOWN
    padded = digits + "F" * (len(digits) % 2)
    return bytes((len(digits), kind)) + bytes.fromhex(
        "".join(padded[n + 1] + padded[n] for n in range(0, len(padded), 2))
    )


def deliver(pdu: str) -> Delivered:
    """An SMS-DELIVER from a modem. ValueError for anything else, be it a report, data, or no PDU at all."""
    if len(pdu) > LONGEST:
        raise ValueError(f"a PDU of {len(pdu)} characters")
    octets = bytes.fromhex(pdu)
    try:
        return _delivered(octets[1 + octets[0] :])
    except IndexError:
        raise ValueError("a PDU that is cut off") from None


def _delivered(message: bytes) -> Delivered:
    if message[0] & 0x03:
        raise ValueError("no SMS-DELIVER")
    digits = message[1]
    end = 3 + (digits + 1) // 2
    number = _sender(message[2], digits, message[3:end])
    coding = _coding(message[end + 1])
    sent, length, data = _time(message[end + 2 : end + 9]), message[end + 9], message[end + 10 :][:140]
    skipped, part = 0, None
    if message[0] & _WITH_HEADER:
        skipped = 1 + data[0]
        part = _part(data[1:skipped])
    if coding == UCS2:
        text = data[skipped:length].decode("utf-16-be", "replace")
    else:
        before = (8 * skipped + 6) // 7
        septets = min(length, len(data) * 8 // 7) - before
        text = alphabet.read(alphabet.unpack(data[skipped:], septets, 7 * before - 8 * skipped))
    return Delivered(number, sent, text, part)


def _sender(kind: int, digits: int, octets: bytes) -> str:
    """TP-OA: a number, or a name in septets."""
    if len(octets) < (digits + 1) // 2:
        raise IndexError
    if kind & 0x70 == _NAME:
        return alphabet.read(alphabet.unpack(octets, digits * 4 // 7))
    return ("+" if kind & 0x70 == _INTERNATIONAL & 0x70 else "") + _swapped(octets)[:digits]


def _swapped(octets: bytes) -> str:
    """Semi-octets, the lower one first, as TS 23.040, 9.1.2.3 names them."""
    return "".join("0123456789*#abc"[half] for octet in octets for half in (octet & 15, octet >> 4) if half < 15)


def _coding(scheme: int) -> int:
    """SEPTETS or UCS2 (TS 23.038, 4). ValueError for what is compressed, or no text."""
    group = scheme >> 4
    if group < 8 and not scheme & 0x20 and scheme & 0x0C in (SEPTETS, UCS2):
        return scheme & 0x0C
    if group in (0xC, 0xD) or (group == 0xF and not scheme & 0x04):
        return SEPTETS
    if group == 0xE:
        return UCS2
    raise ValueError(f"no text: data coding scheme {scheme:02X}")


def _time(octets: bytes) -> float:
    """TP-SCTS (TS 23.040, 9.2.3.11) in seconds since the epoch; 0 if it is no time."""
    zone = (octets[6] & 0x07) * 10 + (octets[6] >> 4)
    ahead = timedelta(minutes=15 * (-zone if octets[6] & 0x08 else zone))
    year, month, day, hour, minute, second = ((octet & 15) * 10 + (octet >> 4) for octet in octets[:6])
    try:
        return datetime(2000 + year, month, day, hour, minute, second, tzinfo=timezone(ahead)).timestamp()
    except ValueError:
        return 0.0


def _part(header: bytes) -> Part | None:
    """The part that a user data header (TS 23.040, 9.2.3.24) tells of, None if of none or of nonsense."""
    while len(header) >= 2:
        kind, length = header[0], header[1]
        value, header = header[2 : 2 + length], header[2 + length :]
        if (kind, length, len(value)) in ((0x00, 3, 3), (0x08, 4, 4)) and 0 < value[-1] <= value[-2]:
            return Part(int.from_bytes(value[:-2], "big"), value[-2], value[-1])
    return None
