"""How is an SNMPv2c question written, and what does the answer say?

RFC 1901 and RFC 3416, whose encoding is RFC 3417's, section 8. Answers are hostile: whatever is no answer
raises BerError and nothing else. What is asked again and again is encoded once, but for its request-id.
"""

import re
import struct
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from netmon.wire.net import SnmpValue
from netmon.wire.snmp import ber
from netmon.wire.snmp.ber import BerError

GET, GET_NEXT, RESPONSE, GET_BULK, REPORT = 0xA0, 0xA1, 0xA2, 0xA5, 0xA8
TOO_BIG, NO_SUCH_NAME = 1, 2
STATUS = ("noError", "tooBig", "noSuchName", "badValue", "readOnly", "genErr", "noAccess", "wrongType", "wrongLength",
          "wrongEncoding", "wrongValue", "noCreation", "inconsistentValue", "resourceUnavailable", "commitFailed",
          "undoFailed", "authorizationError", "notWritable", "inconsistentName")  # fmt: skip
"""The names of error-status (RFC 3416, 3)."""

ID_BITS = 30
"""Random bits of a request-id. The one above is set, so that every id takes four octets."""

_VERSION_2C = 1
_VERSION = ber.encode_int(_VERSION_2C)
_ID = bytes((ber.INTEGER, 4))
_SOME_ID = bytes(4)
_NOTHING = bytes((ber.NULL, 0))
_ANY_LENGTH = 1 << 16  # lengths may point behind what has arrived, if it was cut off; no datagram is longer
_LONG = 0x80
_WIDEST = 10  # octets; an integer has fewer
_UNSIGNED = frozenset({ber.COUNTER32, ber.GAUGE32, ber.TIME_TICKS, ber.COUNTER64, 0x47})
_BYTES = frozenset({ber.OCTET_STRING, ber.OPAQUE, 0x03, 0x45})
# Opaque around a float or a double, as net-snmp sends them (draft-perkins-opaque-01)
_FLOATS = ((bytes((0x9F, 0x78, 4)), struct.Struct(">f")), (bytes((0x9F, 0x79, 8)), struct.Struct(">d")))


# An answer as most agents encode it, taken apart the fast way: up to the community, and from there to the bindings
_LENGTH = rb"[\x00-\x7f]|\x81.|\x82.."
_FRONT = re.compile(rb"\x30(?:" + _LENGTH + rb")\x02\x01\x01\x04([\x00-\x7f])", re.DOTALL)
_HEAD = re.compile(
    rb"([\xa2\xa8])(?:" + _LENGTH + rb")\x02\x04([\x00-\x7f]...)\x02\x01([\x00-\x7f])\x02\x01.\x30(" + _LENGTH + rb")",
    re.DOTALL,
)


class Question(NamedTuple):
    """An encoded request: what stands before its request-id of four octets, and what behind."""

    head: bytes
    tail: bytes


class Message(NamedTuple):
    """An answer taken apart as far as its bindings, which stand in data[at:end]. `cut`: there were to be more."""

    pdu: int
    request: int
    status: int
    community: bytes
    data: bytes
    at: int
    end: int
    cut: bool


Places = dict[bytes, tuple[bytes, str, bytes]]
"""Encoded names that were seen: of which column (encoded), the row index as text, and as octets that are in the order
of the rows. Devices have much in common, so this spares taking most names apart."""


@lru_cache(maxsize=2048)
def question(community: bytes, pdu: int, repetitions: int, names: tuple[bytes, ...], once: int = 0) -> Question:
    """A request for some names (as `encoded` gives them).

    `repetitions` is for GETBULK, else 0; `once` are the names, the first ones, that it does not hold for.
    """
    bindings = b"".join([ber.wrap(ber.SEQUENCE, name + _NOTHING) for name in names])
    tail = ber.encode_int(once) + ber.encode_int(repetitions) + ber.wrap(ber.SEQUENCE, bindings)
    body = ber.wrap(pdu, _ID + _SOME_ID + tail)
    whole = ber.wrap(ber.SEQUENCE, _VERSION + ber.wrap(ber.OCTET_STRING, community) + body)
    return Question(whole[: -len(tail) - len(_SOME_ID)], tail)


@lru_cache(maxsize=4096)
def encoded(oid: str) -> bytes:
    """An object identifier of at least two arcs, given as dotted text. ValueError if it is none."""
    return ber.encode_oid(tuple(map(int, oid.strip(".").split("."))))


def opened(data: bytes) -> Message:
    """The answer in a datagram, not yet its bindings. Raises BerError."""
    front = _FRONT.match(data)
    if front is not None:
        at = front.end()
        name = at + front[1][0]
        head = _HEAD.match(data, name)
        if head is not None:
            pdu, request, status, size = head.groups()
            length = size[0] if len(size) == 1 else int.from_bytes(size[1:], "big")
            if head.end() + length == len(data):
                request_id = int.from_bytes(request, "big")
                return Message(pdu[0], request_id, status[0], data[at:name], data, head.end(), len(data), False)
    return _opened(data)


def _opened(data: bytes) -> Message:
    """The same for what is encoded in another way than most agents do, or was cut off, or is no SNMP."""
    try:
        _, at, stop = ber.read(data, 0, _ANY_LENGTH, ber.SEQUENCE)
        version, at = ber.read_int(data, at, stop)
        _, name, at = ber.read(data, at, stop, ber.OCTET_STRING)
        community = data[name:at]
        pdu, at, stop = ber.read(data, at, stop)
        request, at = ber.read_int(data, at, stop)
        status, at = ber.read_int(data, at, stop)
        _, at = ber.read_int(data, at, stop)
        _, at, stop = ber.read(data, at, stop, ber.SEQUENCE)
    except IndexError:
        raise BerError("truncated") from None
    if version != _VERSION_2C:
        raise BerError("not version 2c")
    return Message(pdu, request, status, community, data, at, min(stop, len(data)), stop > len(data))


def split(data: bytes, at: int, end: int) -> tuple[int, int, int, int, int]:
    """The binding at `at`: where its name begins and ends, its value's tag, where that begins and ends.

    The name is `data[begin:end]` as `encoded` would give it, but for a length in a longer form than is needed.
    Raises BerError, and IndexError where the data ends in its midst.
    """
    size, tail = data[at + 1], at + 4 + data[at + 3]
    plain = size < _LONG and tail + 2 <= end and at + 2 + size <= end and tail + 2 + data[tail + 1] == at + 2 + size
    if plain and data[at] == ber.SEQUENCE and data[at + 2] == ber.OBJECT_ID:
        return at + 2, tail, data[tail], tail + 2, at + 2 + size
    _, at, stop = ber.read(data, at, end, ber.SEQUENCE)
    _, _, tail = ber.read(data, at, stop, ber.OBJECT_ID)
    tag, start, last = ber.read(data, tail, stop)
    if last != stop:
        raise BerError("octets behind a binding's value")
    return at, tail, tag, start, stop


def value(tag: int, data: bytes, start: int, stop: int) -> SnmpValue | None:
    """The value in data[start:stop]; None stands for noSuchObject, noSuchInstance and types that are not SNMP's."""
    if tag == ber.INTEGER or tag in _UNSIGNED:
        if not 0 < stop - start < _WIDEST:
            raise BerError("integer of no or too many octets")
        return int.from_bytes(data[start:stop], "big", signed=tag == ber.INTEGER)
    raw = data[start:stop]
    if tag in _BYTES:
        if tag == ber.OPAQUE:
            for head, form in _FLOATS:
                if raw.startswith(head) and len(raw) == len(head) + form.size:
                    return float(form.unpack_from(raw, len(head))[0])
        return raw
    if tag == ber.OBJECT_ID:
        return _dotted(raw)
    if tag == ber.IP_ADDRESS:
        return ".".join(map(str, raw))
    return None


def _dotted(content: bytes) -> str:
    """An object identifier as text; "" if it has no arcs, which some devices send for `none`."""
    if not content:
        return ""
    first, *rest = ber.read_arcs(content)
    top = min(first // 40, 2)
    return ".".join(map(str, (top, first - top * 40, *rest)))


def values(message: Message, wanted: Mapping[bytes, str]) -> dict[str, SnmpValue]:
    """The values of a GET's answer, by the text of their names; what was not asked for does not count.

    Raises BerError.
    """
    data, at, end = message.data, message.at, message.end
    found: dict[str, SnmpValue] = {}
    try:
        while at < end:
            name, tail, tag, start, at = split(data, at, end)
            label = data[name:tail]
            oid = wanted.get(label if label[1] < _LONG else ber.wrap(ber.OBJECT_ID, ber.content(label)))
            if oid is not None and (got := value(tag, data, start, at)) is not None:
                found[oid] = got
    except IndexError:
        raise BerError("truncated") from None
    return found
