"""Who answers an ICMP echo request, and how fast?

gufo-ping's compiled half does packets, matching and round-trip times. Its Python half is not used: it
reports a lost probe only after one to two time-outs, breaks when the waiting task is cancelled, and never
gives its socket back. Here a whole slice of addresses is one dictionary and one timer; no task, no future
per probe.
"""

import asyncio
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Literal, cast

import structlog
from gufo.ping._fast import PS_DGRAM_RAW, PS_IPV4, PS_IPV6, SocketWrapper
from gufo.ping.proto import SocketProto

from netmon.errors import NotPermitted
from netmon.wire.failures import CONGESTED, borrowed, number

log = structlog.get_logger()

SIZE = 64
"""Octets of a request, IP header included: what `ping` sends, less its padding."""

LONGEST = 60.0
"""Seconds after which a request is forgotten by the library; no time-out can be longer."""

BUFFER = 4 << 20
"""Octets of socket buffer asked for. A reply takes some 830 of them, so the usual 208 KiB hold 256 replies."""

BURST = 64
"""Requests after which replies are taken in, so that a large slice cannot overflow a small buffer. They are after the
last one, too: those who are near have answered by then, and need not wake the loop."""

PAUSE = 0.002
"""Seconds to wait when the kernel's send queue is full."""

NO_RIGHT = (
    "no right to send ICMP echo: grant CAP_NET_RAW, or let the group use unprivileged ping sockets with"
    ' sysctl net.ipv4.ping_group_range="0 2147483647"'
)

Version = Literal[4, 6]


class Round:
    """The addresses asked in one call: what came back, how much is missing, and the keys of the requests."""

    __slots__ = ("done", "keys", "missing", "times")

    def __init__(self, size: int, done: asyncio.Future[None]) -> None:
        self.times: list[float | None] = [None] * size
        self.missing = size
        self.keys: list[int] = []
        self.done = done

    def settle(self, addresses: int = 1) -> None:
        """So many addresses less to wait for."""
        self.missing -= addresses
        if not self.missing:
            self.finish()

    async def wait(self, loop: asyncio.AbstractEventLoop, deadline: float) -> None:
        """Until nothing is missing, or until `deadline`."""
        timer = loop.call_at(deadline, self.finish)
        try:
            await self.done
        finally:
            timer.cancel()

    def finish(self) -> None:
        """Wake the caller; a second time does nothing."""
        if not self.done.done():
            self.done.set_result(None)


class PingSocket:
    """One ICMP socket, shared by all addresses of one IP version."""

    __slots__ = ("_fd", "_loop", "_waiting", "_wrapper")

    def __init__(self, wrapper: SocketProto) -> None:
        self._wrapper: SocketProto | None = wrapper
        self._waiting: dict[int, tuple[Round, int]] = {}
        self._loop = asyncio.get_running_loop()
        self._fd = wrapper.get_fd()
        self._loop.add_reader(self._fd, self.receive)

    async def ask(self, probes: Sequence[tuple[int, str]], echo: Round, deadline: float) -> None:
        """Send a request to each (position, address) of a round. Addresses without a route stay unanswered."""
        begun = 0
        while begun < len(probes):
            part = probes[begun : begun + BURST]
            sent = self._send(part, echo)
            begun += sent
            if sent < len(part):
                if self._loop.time() >= deadline:
                    return
                await asyncio.sleep(PAUSE)
            else:
                self.receive()

    def _send(self, probes: Sequence[tuple[int, str]], echo: Round) -> int:
        """Send these requests; returns how many, fewer if the kernel has no room for more now.

        What is no address stays unanswered.
        """
        if self._wrapper is None:
            echo.settle(len(probes))
            return len(probes)
        send, waiting, keys = self._wrapper.send, self._waiting, echo.keys
        for done, (position, address) in enumerate(probes):
            try:
                key = send(address, SIZE)
            except OSError as error:
                if number(error) in CONGESTED:
                    return done
                echo.settle()
            except ValueError:  # a host name: the others of the slice have nothing to do with it
                echo.settle()
            else:
                waiting[key] = (echo, position)
                keys.append(key)
        return len(probes)

    def receive(self) -> None:
        """Take in every reply that has arrived."""
        if self._wrapper is None:
            return
        waiting = self._waiting
        for key, nanoseconds in (self._wrapper.recv() or {}).items():
            if nanoseconds and (found := waiting.pop(key, None)) is not None:
                echo, position = found
                echo.times[position] = nanoseconds / 1e9
                echo.missing -= 1
                if not echo.missing:
                    echo.finish()

    def forget(self, echo: Round) -> None:
        """Stop waiting for what a round has not got; later replies are dropped."""
        if echo.missing:
            for key in echo.keys:
                self._waiting.pop(key, None)

    def close(self) -> None:
        """Give the socket back."""
        if self._wrapper is not None:
            with suppress(RuntimeError):  # the loop may be closed already, and took its readers along
                self._loop.remove_reader(self._fd)
            self._wrapper = None


class Pinger:
    """ICMP echo over IPv4 and IPv6. Opens nothing until used, and one socket for each version then."""

    __slots__ = ("_open", "_sockets")

    def __init__(self, open_socket: Callable[[Version], SocketProto] | None = None) -> None:
        self._open = open_socket or open_wrapper
        self._sockets: dict[Version, PingSocket] = {}

    async def ping(self, addresses: Sequence[str], timeout: float) -> list[float | None]:
        """Round-trip times in seconds by position, None where nothing came within `timeout` seconds.

        The same address may stand there twice; a name instead of an address stays unanswered. Raises
        NotPermitted.
        """
        loop = asyncio.get_running_loop()
        echo = Round(len(addresses), loop.create_future())
        deadline = loop.time() + min(timeout, LONGEST)
        used: list[PingSocket] = []
        try:
            for version, probes in split(addresses):
                sock = self._socket(version)
                used.append(sock)
                await sock.ask(probes, echo, deadline)
            if echo.missing:
                await echo.wait(loop, deadline)
            for sock in used if echo.missing else ():
                sock.receive()  # what came while the loop was busy is an answer too
        finally:
            for sock in used:
                sock.forget(echo)
        return echo.times

    def _socket(self, version: Version) -> PingSocket:
        if version not in self._sockets:
            self._sockets[version] = PingSocket(self._open(version))
        return self._sockets[version]

    def close(self) -> None:
        """Give every socket back."""
        for sock in self._sockets.values():
            sock.close()
        self._sockets.clear()


def split(addresses: Sequence[str]) -> list[tuple[Version, list[tuple[int, str]]]]:
    """(position, address) by IP version; a version that does not occur is left out."""
    four = [(position, address) for position, address in enumerate(addresses) if ":" not in address]
    six = [(position, address) for position, address in enumerate(addresses) if ":" in address]
    versions: list[tuple[Version, list[tuple[int, str]]]] = [(4, four), (6, six)]
    return [(version, probes) for version, probes in versions if probes]


def open_wrapper(version: Version) -> SocketProto:
    """An ICMP socket: unprivileged if the system has them, else raw. Raises NotPermitted."""
    policy = PS_DGRAM_RAW + (PS_IPV4 if version == 4 else PS_IPV6)
    try:
        wrapper = cast("SocketProto", SocketWrapper(policy, int(LONGEST * 1e9), False))
    except PermissionError:
        raise NotPermitted(NO_RIGHT) from None
    wrapper.set_recv_buffer_size(BUFFER)
    wrapper.set_send_buffer_size(BUFFER)
    with borrowed(wrapper.get_fd(), socket.AF_INET if version == 4 else socket.AF_INET6) as sock:
        granted = sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
    if granted < BUFFER // 4:
        log.info("the socket buffer for ping replies is small", octets=granted, sysctl="net.core.rmem_max")
    return wrapper
