"""How do datagrams come in, and answers go out?

A datagram at a time: the loop has its turn between two of them, and what comes faster than it can be read the kernel
drops.
"""

import asyncio
import socket
from contextlib import suppress

from netmon.errors import NotPermitted
from netmon.run.heard.ears import LONGEST, Ear

QUEUE = 1 << 20
"""Octets that the kernel keeps while the loop is busy; it may allow less (net.core.rmem_max)."""


def bind(what: str, listen: str) -> socket.socket:
    """A UDP socket on `listen`; port 0 takes a free one. Raises NotPermitted, which says what would help."""
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, QUEUE)
        sock.bind((host, int(port)))
    except PermissionError:
        sock.close()
        raise NotPermitted(
            f"cannot listen for {what} on {listen}: ports below 1024 need CAP_NET_BIND_SERVICE "
            "(systemd: AmbientCapabilities=), or take a higher one and redirect to it"
        ) from None
    except (OSError, OverflowError) as error:
        sock.close()
        raise NotPermitted(f"cannot listen for {what} on {listen}: {error}") from None
    return sock


async def serve(ear: Ear, sock: socket.socket) -> None:
    """Give what comes in on `sock` (from `bind`) to the ear until cancelled; then close it."""
    loop = asyncio.get_running_loop()

    def answer(message: bytes, to: tuple[str, int]) -> None:
        try:
            sock.sendto(message, to)
        except OSError:  # no route back, or a full queue: the sender asks again
            ear.counts.dropped["answer"] += 1

    def readable() -> None:
        with suppress(BlockingIOError, ConnectionError):  # an ICMP error for an earlier answer
            datagram, source = sock.recvfrom(LONGEST + 1)
            ear.hear(datagram, source[:2], answer)

    loop.add_reader(sock, readable)
    try:
        await asyncio.Event().wait()
    finally:
        loop.remove_reader(sock)
        sock.close()
