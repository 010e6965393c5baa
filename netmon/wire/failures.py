"""What does an error of the operating system say about the far end?

Three answers: nobody is there (Unreachable), somebody said no (Refused), or nothing at all, because the
trouble is this machine's own (BadAnswer): running out of sockets must never look like an outage.
"""

import errno
import os
import re
import socket
import struct
from contextlib import suppress
from typing import NamedTuple

from netmon.errors import BadAnswer, CollectError, Refused, Unreachable

SILENT = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.ETIMEDOUT})
REFUSED = frozenset({errno.ECONNREFUSED, errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE})
CONGESTED = frozenset({errno.EAGAIN, errno.ENOBUFS})

# <linux/in.h>, <linux/in6.h>; the socket module has no names for them before Python 3.14
IP_RECVERR = 11
IPV6_RECVERR = 25
# struct sock_extended_err of <linux/errqueue.h>: errno, origin, type, code, pad, info, data
EXTENDED = struct.Struct("=IBBBBII")


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
    """An ICMP error that came for a socket: the errno it stands for, and the address that sent it."""

    errno: int
    offender: str


def watch_icmp(fd: int, family: int) -> None:
    """Have the kernel keep the ICMP errors of a connected UDP socket, with their senders, for `icmp_errors`."""
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
            _, ancillary, _, _ = sock.recvmsg(0, 512, socket.MSG_ERRQUEUE | socket.MSG_DONTWAIT)
            found += [decoded for _, _, data in ancillary if (decoded := decode(data)) is not None]
    return found


def decode(data: bytes) -> IcmpError | None:
    """The control message of one queued error: sock_extended_err, then the offender's sockaddr."""
    if len(data) < EXTENDED.size + 8:
        return None
    code = EXTENDED.unpack_from(data)[0]
    family, _, inet = struct.unpack_from("=HH4s", data, EXTENDED.size)
    if family == socket.AF_INET:
        return IcmpError(code, socket.inet_ntop(socket.AF_INET, inet))
    inet6 = data[EXTENDED.size + 8 : EXTENDED.size + 24]
    if family == socket.AF_INET6 and len(inet6) == 16:
        return IcmpError(code, socket.inet_ntop(socket.AF_INET6, inet6))
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
