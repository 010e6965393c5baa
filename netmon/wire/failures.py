"""What does an error of the operating system say about the far end?

Three answers: nobody is there (Unreachable), somebody said no (Refused), or nothing at all, because the
trouble is this machine's own (BadAnswer): running out of sockets must never look like an outage.
"""

import errno
import ipaddress
import os
import re
import socket
import struct
from contextlib import suppress
from typing import Any, NamedTuple

from netmon.errors import BadAnswer, CollectError, Refused, Unreachable

SILENT = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.ETIMEDOUT})
REFUSED = frozenset({errno.ECONNREFUSED, errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE})
CONGESTED = frozenset({errno.EAGAIN, errno.ENOBUFS})

# <linux/in.h>, <linux/in6.h>; the socket module has no names for them before Python 3.14
IP_RECVERR = 11
IPV6_RECVERR = 25
# struct sock_extended_err of <linux/errqueue.h>: errno, origin, type, code, pad, info, data
EXTENDED = struct.Struct("=IBBBBII")
TIME_EXCEEDED = frozenset({(2, 11), (3, 3)})
"""Origin and type of it in ICMP (RFC 792) and ICMPv6 (RFC 4443)."""


def number(error: OSError) -> int:
    """The errno of an error; the gufo libraries give it as text alone: `… (os error 113)`."""
    if error.errno is not None:
        return error.errno
    found = re.search(r"\(os error (\d+)\)", str(error))
    return int(found[1]) if found else 0


def judge(error: OSError, where: str) -> CollectError:
    """The error that a poll of `where` ends with."""
    code = number(error)
    text = f"{where}: {os.strerror(code) if code else error}"
    if code in REFUSED:
        return Refused(text)
    if code in SILENT:
        return Unreachable(text)
    return BadAnswer(f"{text} (on this machine)")


class IcmpError(NamedTuple):
    """An ICMP error that came for a socket: the errno it stands for, and the address that sent it.

    `to` is where the datagram had been sent (as recvfrom gives addresses), `quoted` as much of it as came back.
    `expired`: it is "time exceeded", from a router on the way.
    """

    errno: int
    offender: str
    to: Any = None
    quoted: bytes = b""
    expired: bool = False


def watch_icmp(fd: int, family: int) -> None:
    """Have the kernel keep the ICMP errors of a UDP socket, with their senders, for `icmp_errors`."""
    with borrowed(fd, family) as sock, suppress(OSError):
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVERR, 1)
        else:
            sock.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)


def icmp_errors(fd: int, family: int) -> list[IcmpError]:
    """The ICMP errors that came since the last call, oldest first; forgets them.

    Who sent one matters: gateways and firewalls answer "port unreachable" for hosts that are long dead.
    """
    found: list[IcmpError] = []
    with borrowed(fd, family) as sock, suppress(OSError):
        while True:
            quoted, ancillary, _, to = sock.recvmsg(512, 512, socket.MSG_ERRQUEUE | socket.MSG_DONTWAIT)
            for _, _, data in ancillary:
                if (decoded := decode(data)) is not None:
                    found.append(decoded._replace(to=to, quoted=quoted))
    return found


def verdict(error: IcmpError, address: str) -> CollectError | None:
    """The error that a request to `address` ends with; None if it may still be answered.

    A refusal counts only if the agent's own address sent it: gateways refuse on behalf of dead hosts too.
    """
    if error.errno in REFUSED:
        if same(error.offender, address):
            return Refused(f"{address}: port closed")
        return Unreachable(f"{address}: refused by {error.offender}, not by the device")
    return judge(OSError(error.errno, ""), address) if error.errno in SILENT else None


def same(offender: str, address: str) -> bool:
    """Whether two addresses are one, however they are written."""
    return offender == address or (":" in offender and ipaddress.ip_address(address) == ipaddress.ip_address(offender))


def decode(data: bytes) -> IcmpError | None:
    """The control message of one queued error: sock_extended_err, then the offender's sockaddr."""
    if len(data) < EXTENDED.size + 8:
        return None
    code, origin, kind, *_ = EXTENDED.unpack_from(data)
    expired = (origin, kind) in TIME_EXCEEDED
    family, _, inet = struct.unpack_from("=HH4s", data, EXTENDED.size)
    if family == socket.AF_INET:
        return IcmpError(code, socket.inet_ntop(socket.AF_INET, inet), expired=expired)
    inet6 = data[EXTENDED.size + 8 : EXTENDED.size + 24]
    if family == socket.AF_INET6 and len(inet6) == 16:
        return IcmpError(code, socket.inet_ntop(socket.AF_INET6, inet6), expired=expired)
    return IcmpError(code, "")


class borrowed:  # noqa: N801 - reads as the phrase it is
    """A descriptor that belongs to somebody else, as a socket for the length of a `with`."""

    __slots__ = ("_sock",)

    def __init__(self, fd: int, family: int, kind: int = socket.SOCK_DGRAM, protocol: int = 0) -> None:
        self._sock = socket.socket(family, kind, protocol, fileno=fd)

    def __enter__(self) -> socket.socket:
        return self._sock

    def __exit__(self, *_: object) -> None:
        self._sock.detach()
