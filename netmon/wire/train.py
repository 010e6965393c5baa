"""How long does each packet of a dense train to one address take, there and back?

A busy program reads its answers late, which makes a quiet line look shaky. So the kernel says when each answer came,
and one packet more or less costs no task.
"""

import asyncio
import os
import socket
import struct
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Literal

from netmon.errors import NotPermitted
from netmon.wire.failures import CONGESTED
from netmon.wire.icmp import NO_RIGHT, PAUSE

Version = Literal[4, 6]

SO_TIMESTAMPNS = 35
"""Linux, asm-generic/socket.h: each message comes with the time at which the kernel had it, as a timespec."""
STAMP = struct.Struct("@ll")
ICMP_FILTER, SOL_RAW, ALL_BUT_ECHO_REPLY = 1, 255, 0xFFFFFFFE
"""linux/icmp.h: a raw socket is spared the messages whose type has its bit set."""
HEAD = struct.Struct("!BBHHH")
REQUEST: Mapping[Version, int] = MappingProxyType({4: 8, 6: 128})
REPLY: Mapping[Version, int] = MappingProxyType({4: 0, 6: 129})
TOKEN = 8
"""Octets by which an answer is known to be one to us (and a stranger's guess is not)."""
SETTLE = 0.02
"""Seconds after the first socket with time stamps until the kernel stamps packets as they arrive, and not as they are
read: it turns that on for the whole machine, in the background."""
PADDING = bytes(24)
"""As many as make a packet of 64 octets over IPv4."""


class Train:
    """The packets to one address: when each was sent (wall clock in ns, loop time in s), and after how many seconds it
    was back."""

    __slots__ = ("address", "back", "changed", "sent", "token")

    def __init__(self, address: str) -> None:
        self.address = address
        self.token = os.urandom(TOKEN)
        self.sent: list[tuple[int, float]] = []
        self.back: list[float | None] = []
        self.changed = asyncio.Event()

    def arrived(self, number: int, stamp: int, now: float) -> None:
        """Packet `number` is back: the kernel's time stamp (ns), the loop's time now. A second answer does nothing."""
        if number < len(self.sent) and self.back[number] is None:
            wall, loop = self.sent[number]
            rtt, longest = (stamp - wall) / 1e9, now - loop
            self.back[number] = rtt if 0 <= rtt <= longest else longest  # somebody has set the clock meanwhile
            self.changed.set()

    def times(self, timeout: float) -> list[float | None]:
        """The round-trip times in the order of sending, None for what came later than `timeout` or not at all."""
        return [rtt if rtt is not None and rtt <= timeout else None for rtt in self.back]


class Trains:
    """ICMP echo trains (RFC 792, RFC 4443). A socket for each IP version is open while there are trains."""

    __slots__ = ("_running", "_settled", "_sockets")

    def __init__(self) -> None:
        self._sockets: dict[Version, socket.socket] = {}
        self._running: dict[bytes, Train] = {}
        self._settled: dict[Version, float] = {}

    async def run(self, address: str, packets: int, spacing: float, timeout: float) -> Sequence[float | None]:
        """See Net.train."""
        version: Version = 6 if ":" in address else 4
        sock = self._opened(version)
        train = Train(address)
        self._running[train.token] = train
        try:
            await asyncio.sleep(self._settled[version] - asyncio.get_running_loop().time())
            return await self._run(train, sock, version, packets, spacing, timeout)
        finally:
            del self._running[train.token]
            if not any((":" in other.address) == (version == 6) for other in self._running.values()):
                self._shut(version)

    async def _run(
        self, train: Train, sock: socket.socket, version: Version, packets: int, spacing: float, timeout: float
    ) -> Sequence[float | None]:
        loop = asyncio.get_running_loop()
        start = loop.time()
        for number in range(packets):
            await asyncio.sleep(start + number * spacing - loop.time())
            if number and loop.time() - start >= timeout and train.back.count(None) == number:
                return [None] * number
            await _send(sock, train, version, number, start + number * spacing + timeout)
        deadline = loop.time() + timeout
        while None in train.back and loop.time() < deadline:
            train.changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(deadline):
                    await train.changed.wait()
        self._receive(version)  # what came while the loop was busy is an answer too
        return train.times(timeout)

    def _opened(self, version: Version) -> socket.socket:
        if version not in self._sockets:
            sock = self._sockets[version] = opened(version)
            loop = asyncio.get_running_loop()
            loop.add_reader(sock.fileno(), self._receive, version)
            self._settled[version] = loop.time() + SETTLE
        return self._sockets[version]

    def _shut(self, version: Version) -> None:
        if (sock := self._sockets.pop(version, None)) is not None:
            with suppress(RuntimeError):  # the loop may be closed already, and took its readers along
                asyncio.get_running_loop().remove_reader(sock.fileno())
            sock.close()

    def _receive(self, version: Version) -> None:
        """Take in every reply that has arrived."""
        sock = self._sockets[version]
        now = asyncio.get_running_loop().time()
        while True:
            try:
                message, notes, _, (sender, *_) = sock.recvmsg(2048, 64)
            except OSError:
                return  # nothing is left, or an error that came for one of the packets: that one stays unanswered
            token, number = replied(message, version)
            train = self._running.get(token)
            if train is not None and train.address == sender:
                train.arrived(number, stamped(notes), now)

    def close(self) -> None:
        """Give every socket back."""
        for version in tuple(self._sockets):
            self._shut(version)


async def _send(sock: socket.socket, train: Train, version: Version, number: int, deadline: float) -> None:
    """Send one packet; without a route, or room in the kernel's queue until `deadline`, it stays unanswered."""
    packet = request(version, train.token, number)
    loop = asyncio.get_running_loop()
    train.back.append(None)
    while True:
        train.sent[number:] = [(time.time_ns(), loop.time())]
        try:
            sock.sendto(packet, (train.address, 0))
        except OSError as error:
            if error.errno in CONGESTED and loop.time() < deadline:
                await asyncio.sleep(PAUSE)
                continue
        return


def stamped(notes: Sequence[tuple[int, int, bytes]]) -> int:
    """When the kernel had the message that came with these notes, in ns since the epoch; 0 if they do not say."""
    for level, kind, note in notes:
        if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS) and len(note) >= STAMP.size:
            seconds, nanoseconds = STAMP.unpack(note[: STAMP.size])
            return int(seconds * 10**9 + nanoseconds)
    return 0


def request(version: Version, token: bytes, number: int) -> bytes:
    """An echo request; where the kernel writes the checksum itself, ours does no harm."""
    body = token + struct.pack("!I", number) + PADDING
    head = HEAD.pack(REQUEST[version], 0, 0, 0, number & 0xFFFF)
    return HEAD.pack(REQUEST[version], 0, checksum(head + body), 0, number & 0xFFFF) + body


def replied(message: bytes, version: Version) -> tuple[bytes, int]:
    """Token and number of an echo reply; an empty token for anything else. Raw IPv4 sockets give the IP header too."""
    if version == 4 and message[:1] and message[0] >> 4 == 4:
        message = message[(message[0] & 0xF) * 4 :]
    body = message[HEAD.size : HEAD.size + TOKEN + 4]
    if len(body) < TOKEN + 4 or message[0] != REPLY[version]:
        return b"", 0
    return body[:TOKEN], int.from_bytes(body[TOKEN:], "big")


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071) of an even number of octets."""
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def opened(version: Version) -> socket.socket:
    """An ICMP socket with time stamps: unprivileged if the system has them, else raw. Raises NotPermitted."""
    family, protocol = (
        (socket.AF_INET, socket.IPPROTO_ICMP) if version == 4 else (socket.AF_INET6, socket.IPPROTO_ICMPV6)
    )
    try:
        sock = socket.socket(family, socket.SOCK_DGRAM, protocol)
    except PermissionError:
        try:
            sock = socket.socket(family, socket.SOCK_RAW, protocol)
        except PermissionError:
            raise NotPermitted(NO_RIGHT) from None
        if version == 4:
            sock.setsockopt(SOL_RAW, ICMP_FILTER, struct.pack("=I", ALL_BUT_ECHO_REPLY))
    sock.setblocking(False)
    sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    return sock
