"""Who says that a trap is theirs, before anything else in it is read?

The outside of an SNMP message (RFC 1157, RFC 1901, RFC 3412, RFC 3414), so that nothing is decoded for a sender that
does not know the secret. Input is hostile: whatever is not well-formed raises Ignored and nothing else.
"""

from collections.abc import Mapping
from typing import NamedTuple

from netmon.errors import NetmonError
from netmon.wire.net import SnmpValue

INTEGER, OCTETS, SEQUENCE = 0x02, 0x04, 0x30
AUTHENTICATED, ENCRYPTED, REPORTABLE = 1, 2, 4
"""Bits of msgFlags (RFC 3412, 6)."""
LONGEST_INTEGER = 5
"""Octets of an INTEGER of 32 bits, with the one that keeps it positive."""


class Ignored(NetmonError):
    """A datagram that is not taken; `reason` is one word for the counters. The text never quotes the datagram."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Usm(NamedTuple):
    """The security parameters of a v3 message, and where in it the digest lies. `boots` and `time` are the engine's."""

    engine: bytes
    boots: int
    time: int
    user: bytes
    digest: bytes
    digest_at: int
    flags: int


class Head(NamedTuple):
    """The message alone, its version (0 = v1, 1 = v2c, 3), and what it is accepted by: community or user."""

    message: bytes
    version: int
    community: bytes = b""
    usm: Usm | None = None


class Notification(NamedTuple):
    """A trap: its OID, the agent that a v1 trap names, and all its variables by OID, the community left out."""

    trap: str
    agent: str
    values: Mapping[str, SnmpValue]


class _Reader:
    """Reads one element after the other, between two places."""

    __slots__ = ("_at", "_end", "data")

    def __init__(self, data: bytes, at: int, end: int) -> None:
        self.data, self._at, self._end = data, at, end

    def element(self, tag: int) -> tuple[int, int]:
        """Where the content of the next element begins and ends; it must have this tag (RFC 3417, 8)."""
        data, start = self.data, self._at + 2
        if start > self._end or data[start - 2] != tag:
            raise Ignored("unreadable")
        length = data[start - 1]
        if length >= 0x80:
            extra = length & 0x7F
            if not 1 <= extra <= 4 or start + extra > self._end:
                raise Ignored("unreadable")
            length = int.from_bytes(data[start : start + extra], "big")
            start += extra
        self._at = start + length
        if self._at > self._end:
            raise Ignored("unreadable")
        return start, self._at

    def inside(self, tag: int) -> "_Reader":
        """A reader for what is in the next element."""
        return _Reader(self.data, *self.element(tag))

    def octets(self) -> bytes:
        """The next OCTET STRING."""
        start, end = self.element(OCTETS)
        return self.data[start:end]

    def integer(self) -> int:
        """The next INTEGER."""
        start, end = self.element(INTEGER)
        if not 1 <= end - start <= LONGEST_INTEGER:
            raise Ignored("unreadable")
        return int.from_bytes(self.data[start:end], "big", signed=True)


def head(datagram: bytes) -> Head:
    """The outside of the message in a datagram; what follows it is dropped. Raises Ignored("unreadable")."""
    start, end = _Reader(datagram, 0, len(datagram)).element(SEQUENCE)
    message, body = datagram[:end], _Reader(datagram, start, end)
    version = body.integer()
    if version in (0, 1):
        return Head(message, version, body.octets())
    if version != 3:
        raise Ignored("unreadable")
    about = body.inside(SEQUENCE)
    about.integer()
    about.integer()
    flags = about.octets()
    if len(flags) != 1 or about.integer() != 3:  # the user-based security model
        raise Ignored("unreadable")
    return Head(message, version, usm=_usm(body, flags[0]))


def _usm(body: _Reader, flags: int) -> Usm:
    """UsmSecurityParameters (RFC 3414, 2.4)."""
    given = body.inside(OCTETS).inside(SEQUENCE)
    engine, boots, time, user = given.octets(), given.integer(), given.integer(), given.octets()
    start, end = given.element(OCTETS)
    digest = given.data[start:end]
    if len(engine) > 32 or len(user) > 32 or boots < 0 or time < 0:
        raise Ignored("unreadable")
    return Usm(engine, boots, time, user, digest, start, flags & 7)
