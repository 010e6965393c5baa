"""Which routers lie on the way?

Probes with a small TTL die on the way, and the router where they do says so (RFC 792). The kernel keeps these errors
for the socket (IP_RECVERR), so that no right is needed to hear them. All probes of a trace have the same addresses,
ports and checksum, for routers that spread flows over several ways would send each along another (Paris traceroute,
Augustin et al. 2006); the next trace to the same address has them again. ICMP echo where the system lets us, as
whatever answers a ping answers it; else UDP to a port where nobody listens.
"""

import asyncio
import ipaddress
import socket
import struct
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import NamedTuple
from zlib import crc32

from netmon.errors import BadAnswer, NotPermitted, Unreachable
from netmon.wire.failures import icmp_errors, judge, watch_icmp
from netmon.wire.net import Hop

ROUNDS = 3
"""How often a router is asked before it is called silent: many tell only so often who they are."""
PORT = 33434
"""The UDP port that traceroute has always sent to."""
SPREAD = 16384
"""So many source ports from there on (or ICMP identifiers): a target has its own, always the same one."""
BATCH = 64
"""Answers that are taken in at a time; whoever floods us with them is heard no further."""
MAGIC = b"netmon way"
_ECHO = struct.Struct("!BBHHH")

Answer = tuple[str, bool]
"""Who answered, and whether the way ends there."""


class Manner(NamedTuple):
    """A kind of probe: what is sent with a TTL, and the TTL of what came back (0 if that cannot be told).

    `quoted` reads what an ICMP error brings back of a probe, `heard` an answer by the target itself.
    """

    probe: Callable[[int], bytes]
    quoted: Callable[[bytes], int]
    heard: Callable[[bytes], int]


async def trace(address: str, timeout: float, most: int) -> Sequence[Hop]:
    """See Net.trace. Silent hops at the end are left out; nothing answered at all is an empty way.

    Three rounds at most, each as long as `timeout`, and one if nobody answers in the first.
    """
    try:
        ask = Trace(*opened(address), timeout)
    except ValueError:
        raise BadAnswer(f"{address} is no address") from None
    except OSError as error:
        failure = judge(error, address)
        if isinstance(failure, Unreachable):
            return ()
        if isinstance(error, PermissionError):
            raise NotPermitted(f"no right to send to {address}: {error.strerror}") from None
        raise failure from None
    try:
        return await ask.all(most)
    finally:
        ask.close()


def opened(address: str, echo: bool = True) -> tuple[socket.socket, Manner]:
    """A socket connected to the address, and what to send by it: ICMP echo if wanted and possible, else UDP."""
    version = ipaddress.ip_address(address).version
    family = socket.AF_INET if version == 4 else socket.AF_INET6
    protocol = socket.IPPROTO_ICMP if version == 4 else socket.IPPROTO_ICMPV6
    manner = ECHO_4 if version == 4 else ECHO_6
    try:
        sock = socket.socket(family, socket.SOCK_DGRAM, protocol if echo else socket.IPPROTO_UDP)
    except PermissionError:
        if not echo:
            raise
        return opened(address, echo=False)
    try:
        sock.setblocking(False)
        with suppress(OSError):  # another program's: then this trace may go another way than the last one
            sock.bind(("" if version == 4 else "::", PORT + crc32(address.encode()) % SPREAD))
        sock.connect((address, PORT))
        watch_icmp(sock.fileno(), family)
    except BaseException:
        sock.close()
        raise
    return sock, manner if echo else UDP


class Trace:
    """One trace under way: when each TTL was last sent, and what it met."""

    __slots__ = ("_asked", "_done", "_loop", "_manner", "_met", "_sent", "_sock", "_terse", "_timeout")

    def __init__(self, sock: socket.socket, manner: Manner, timeout: float) -> None:
        self._sock, self._manner, self._timeout = sock, manner, timeout
        self._loop = asyncio.get_running_loop()
        self._sent: dict[int, float] = {}
        self._met: dict[int, tuple[Answer, float]] = {}
        self._asked: tuple[int, ...] = ()
        self._done = asyncio.Event()
        self._terse = False
        self._loop.add_reader(sock.fileno(), self._hear)

    def close(self) -> None:
        """Give the socket back."""
        self._loop.remove_reader(self._sock.fileno())
        self._sock.close()

    async def all(self, most: int) -> Sequence[Hop]:
        """Every hop up to the end of the way."""
        await self._ask(range(1, most + 1))
        for _ in range(ROUNDS - 1):
            missing = [ttl for ttl in range(1, self._end(most) + 1) if ttl not in self._met]
            if not missing or not (self._met or self._terse):
                break
            # errors that do not say which probe they are of can only be told apart one by one
            for group in [[ttl] for ttl in missing] if self._terse else [missing]:
                if group[0] <= self._end(most):
                    await self._ask(group)
        last = max((ttl for ttl in self._met if ttl <= self._end(most)), default=0)
        return self._whole([self._hop(ttl) for ttl in range(1, last + 1)])

    def _whole(self, hops: list[Hop]) -> Sequence[Hop]:
        """The hops less the word of the last router, or of this machine, that there is nobody behind it."""
        own, target = self._sock.getsockname()[0], self._sock.getpeername()[0]
        if hops and hops[-1].address != target and hops[-1].address in (own, *(hop.address for hop in hops[-2:-1])):
            hops.pop()
        return tuple(hops)

    def _end(self, most: int) -> int:
        """The nearest TTL at which the way ended."""
        return min((ttl for ttl, ((_, final), _) in self._met.items() if final), default=most)

    def _hop(self, ttl: int) -> Hop:
        met = self._met.get(ttl)
        return Hop("", None) if met is None else Hop(met[0][0], met[1])

    async def _ask(self, ttls: Iterable[int]) -> None:
        """Send a probe with each of these TTLs, and wait until all before the end of the way are answered."""
        self._asked = tuple(ttls)
        self._done.clear()
        for ttl in self._asked:
            self._send(ttl)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._done.wait(), self._timeout)
        self._hear()  # what came while the loop was busy is an answer too

    def _send(self, ttl: int) -> None:
        if self._sock.family == socket.AF_INET:
            self._sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, ttl)
        else:
            self._sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, ttl)
        self._sent[ttl] = self._loop.time()
        for _ in range(2):  # the first attempt may only bring the error that an earlier probe met
            with suppress(OSError):
                self._sock.send(self._manner.probe(ttl))
                return

    def _hear(self) -> None:
        """Take in every error and answer that has arrived."""
        now = self._loop.time()
        for error in icmp_errors(self._sock.fileno(), self._sock.family):
            if error.offender:  # else it is this machine's own
                self._meet(self._manner.quoted(error.quoted), (error.offender, not error.expired), now)
        with suppress(OSError):
            for _ in range(BATCH):
                data, peer = self._sock.recvfrom(512)
                self._meet(self._manner.heard(data), (peer[0], True), now)
        if all(ttl in self._met for ttl in self._asked if ttl <= self._end(max(self._asked, default=0))):
            self._done.set()

    def _meet(self, ttl: int, answer: Answer, now: float) -> None:
        if not ttl:
            self._terse = True
            if len(self._asked) != 1:
                return
            ttl = self._asked[0]
        if ttl in self._sent:
            self._met.setdefault(ttl, (answer, now - self._sent[ttl]))


def _udp(ttl: int) -> bytes:
    return MAGIC + struct.pack("!HH", ttl, 0xFFFF - ttl)  # both together sum up to the same checksum


def _udp_ttl(quoted: bytes) -> int:
    if len(quoted) < len(MAGIC) + 2 or not quoted.startswith(MAGIC):
        return 0
    return int.from_bytes(quoted[len(MAGIC) : len(MAGIC) + 2], "big")


def _echo(kind: int, ttl: int) -> bytes:
    return _ECHO.pack(kind, 0, 0, 0, ttl) + MAGIC + struct.pack("!H", 0xFFFF - ttl)


def _echo_ttl(data: bytes) -> int:
    return int(_ECHO.unpack_from(data)[4]) if len(data) >= _ECHO.size else 0


UDP = Manner(_udp, _udp_ttl, lambda _: 0)
ECHO_4 = Manner(lambda ttl: _echo(8, ttl), _echo_ttl, _echo_ttl)
ECHO_6 = Manner(lambda ttl: _echo(128, ttl), _echo_ttl, _echo_ttl)
