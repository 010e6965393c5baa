"""How do SNMP's values look as bytes, and what do these bytes say?

The Basic Encoding Rules as far as SNMP uses them (RFC 3417 section 8, RFC 3416): definite lengths,
one-byte tags. Input is hostile: whatever is not well-formed raises BerError and nothing else.
"""

from collections.abc import Iterable

from netmon.errors import NetmonError

INTEGER = 0x02
OCTET_STRING = 0x04
NULL = 0x05
OBJECT_ID = 0x06
SEQUENCE = 0x30
IP_ADDRESS = 0x40
COUNTER32 = 0x41
GAUGE32 = 0x42
TIME_TICKS = 0x43
OPAQUE = 0x44
COUNTER64 = 0x46
NO_SUCH_OBJECT = 0x80
NO_SUCH_INSTANCE = 0x81
END_OF_MIB_VIEW = 0x82

Oid = tuple[int, ...]

MAX_SUB_IDENTIFIERS = 128  # RFC 2578 section 7.1.3
_MAX_SUB_IDENTIFIER = 0xFFFFFFFF
_MAX_INTEGER_BYTES = 9  # a Counter64 with its leading zero
_WIDTH = {COUNTER32: 32, GAUGE32: 32, TIME_TICKS: 32, COUNTER64: 64}


class BerError(NetmonError):
    """Bytes that are no BER, or none that SNMP allows."""


def wrap(tag: int, content: bytes) -> bytes:
    """Tag, shortest definite length, content."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def encode_int(value: int, tag: int = INTEGER) -> bytes:
    """An integer in the fewest bytes. Counters, gauges and ticks wrap at their width, as in a device."""
    width = _WIDTH.get(tag)
    if width is not None:
        value &= (1 << width) - 1
    # One bit more than the magnitude needs, for the sign.
    return wrap(tag, value.to_bytes((value if value >= 0 else ~value).bit_length() // 8 + 1, "big", signed=True))


def encode_oid(oid: Oid) -> bytes:
    """An object identifier of at least two arcs, with its tag."""
    return wrap(OBJECT_ID, encode_arcs((oid[0] * 40 + oid[1], *oid[2:])))


def encode_arcs(arcs: Iterable[int]) -> bytes:
    """Sub-identifiers as they stand inside an object identifier, whose first holds two arcs (X.690, 8.19)."""
    content = bytearray()
    for arc in arcs:
        chunk = [arc & 0x7F]
        while arc := arc >> 7:
            chunk.append(0x80 | (arc & 0x7F))
        content += bytes(reversed(chunk))
    return bytes(content)


def read(data: bytes, at: int, end: int, tag: int | None = None) -> tuple[int, int, int]:
    """The element at `at`, which must fit before `end`: (tag, where its content begins, where it ends).

    With `tag`, anything else is an error.
    """
    if at + 2 > end:
        raise BerError("truncated")
    found, length, start = data[at], data[at + 1], at + 2
    if tag is not None and found != tag:
        raise BerError(f"tag {found:#04x} where {tag:#04x} belongs")
    if length >= 0x80:
        extra = length & 0x7F
        if not 1 <= extra <= 4 or start + extra > end:
            raise BerError("indefinite or oversized length")
        length = int.from_bytes(data[start : start + extra], "big")
        start += extra
    if start + length > end:
        raise BerError("truncated")
    return found, start, start + length


def content(element: bytes) -> bytes:
    """What an element, which must be whole, has behind its tag and length."""
    first = element[1]
    return element[2:] if first < 0x80 else element[2 + (first & 0x7F) :]


def read_int(data: bytes, at: int, end: int) -> tuple[int, int]:
    """The INTEGER at `at` and where it ends."""
    _, start, stop = read(data, at, end, INTEGER)
    if not 1 <= stop - start <= _MAX_INTEGER_BYTES:
        raise BerError("integer of no or too many bytes")
    return int.from_bytes(data[start:stop], "big", signed=True), stop


def read_oid(data: bytes, at: int, end: int) -> tuple[Oid, int]:
    """The OBJECT IDENTIFIER at `at` and where it ends."""
    _, start, stop = read(data, at, end, OBJECT_ID)
    if start == stop:
        raise BerError("empty object identifier")
    arcs = read_arcs(data[start:stop])
    first = min(arcs[0] // 40, 2)
    return (first, arcs[0] - first * 40, *arcs[1:]), stop


def read_arcs(content: bytes) -> list[int]:
    """The sub-identifiers of (a part of) an object identifier's content; the first of a whole one holds two arcs."""
    arcs: list[int] = []
    arc = 0
    for byte in content:
        arc = arc << 7 | byte & 0x7F
        if arc > _MAX_SUB_IDENTIFIER:
            raise BerError("sub-identifier over 32 bits")
        if not byte & 0x80:
            arcs.append(arc)
            arc = 0
    if (content and content[-1] & 0x80) or len(arcs) >= MAX_SUB_IDENTIFIERS:
        raise BerError("unfinished or oversized object identifier")
    return arcs
