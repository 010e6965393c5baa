"""What do errors of the operating system say about the far end?"""

import errno
import socket
import struct

import pytest

from netmon.errors import BadAnswer, CollectError, Refused, Unreachable
from netmon.wire.failures import EXTENDED, IcmpError, decode, icmp_errors, judge, number, watch_icmp
from tests.ports import free_port


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (errno.ECONNREFUSED, Refused),
        (errno.ECONNRESET, Refused),
        (errno.EHOSTUNREACH, Unreachable),
        (errno.ENETUNREACH, Unreachable),
        (errno.ENETDOWN, Unreachable),
        (errno.EHOSTDOWN, Unreachable),
        (errno.ETIMEDOUT, Unreachable),
        (errno.EMFILE, BadAnswer),
        (errno.ENFILE, BadAnswer),
        (errno.ENOBUFS, BadAnswer),
        (errno.EPERM, BadAnswer),
        (errno.EADDRNOTAVAIL, BadAnswer),
    ],
)
def test_judging(code: int, expected: type[CollectError]) -> None:
    for error in (OSError(code, "text"), OSError(f"text (os error {code})")):
        found = judge(error, "10.0.0.1")
        assert type(found) is expected
        assert str(found).startswith("10.0.0.1: ")


def test_an_error_without_a_number() -> None:
    assert number(OSError("invalid address")) == 0
    assert "invalid address" in str(judge(OSError("invalid address"), "x"))


@pytest.mark.parametrize(("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_the_sender_of_an_icmp_error_is_known(family: int, host: str) -> None:
    closed = free_port()
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        try:
            sock.bind((host, 0))
        except OSError:
            pytest.skip(f"no {host} here")
        address = (host, closed) if family == socket.AF_INET else (host, closed, 0, 0)
        watch_icmp(sock.fileno(), family)
        sock.settimeout(5)
        sock.connect(address)
        sock.send(b"?")
        with pytest.raises(ConnectionRefusedError):
            sock.recv(1)
        assert icmp_errors(sock.fileno(), family) == [IcmpError(errno.ECONNREFUSED, host, address, b"?")]
        assert icmp_errors(sock.fileno(), family) == []
        assert sock.getpeername() == address  # it was only borrowed


def test_decoding_what_the_kernel_may_send() -> None:
    head = EXTENDED.pack(111, 2, 3, 3, 0, 0, 0)
    assert decode(head) is None
    assert decode(head + struct.pack("=HH4s", socket.AF_INET, 0, bytes((10, 0, 0, 1)))) == IcmpError(111, "10.0.0.1")
    assert decode(head + bytes(8)) == IcmpError(111, "")
    assert decode(head + struct.pack("=HH4s", socket.AF_INET6, 0, bytes(4))) == IcmpError(111, "")
