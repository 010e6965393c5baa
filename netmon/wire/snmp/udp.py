"""How do the questions to all SNMPv2c agents share one socket?

One unconnected UDP socket for each address family, whatever the number of devices. An answer counts only if it
comes from the address and port that were asked, with the request-id and the community of the question; what else
arrives is counted and forgotten. ICMP errors are told to whom they concern by the destination that the kernel
keeps with them (ip(7), IP_RECVERR).
"""

import asyncio
import ipaddress
import socket
import struct
from collections.abc import Mapping
from contextlib import suppress

from netmon.errors import BadAnswer, Unreachable
from netmon.wire.failures import CONGESTED, icmp_errors, judge, number, verdict, watch_icmp
from netmon.wire.snmp import ber
from netmon.wire.snmp.line import Line, Peer, hear, request_ids
from netmon.wire.snmp.pace import Pacer
from netmon.wire.snmp.pdu import Message, Places, Question, opened

COUNTED = ("sent", "answered", "timeouts", "retries", "late", "strangers", "unreadable", "congested", "overrun")
"""What is counted: requests sent, answered, given up and sent once more; answers that came too late, from somebody
who was not asked, and that were none; requests that this machine's queue had no room for; answers lost because the
socket's buffer was full."""

ROOM = 4 << 20
"""Octets of the receive buffer that are asked for; the kernel gives at most net.core.rmem_max."""

BATCH = 256
"""Datagrams that are read before anything else has its turn."""

BATCHES = 64
"""As many of these at most are read before a request is given up."""

TRIES, PAUSE = 4, 0.01
"""How often a request is given to the kernel, and after how many seconds once more if its queue is full."""

_IP_MTU_DISCOVER, _IP_PMTUDISC_DONT = 10, 0  # <linux/in.h>: without it a narrow line costs the first request
_SO_MEMINFO, _DROPS = 55, 8  # <asm-generic/socket.h>, <linux/sock_diag.h>


class Udp:
    """The sockets, and who waits for what. Opens nothing until asked."""

    __slots__ = ("_buffer", "_ids", "_lines", "_pacer", "_sockets", "_waiting", "counters", "places")

    def __init__(self, pacer: Pacer, counters: dict[str, int]) -> None:
        """`counters` has every name of COUNTED, and is counted up."""
        self._pacer = pacer
        self.counters = counters
        self.places: Places = {}
        self._sockets: dict[int, socket.socket] = {}
        self._lines: dict[Peer, list[Line]] = {}
        self._waiting: set[Line] = set()
        self._ids = request_ids()
        self._buffer = memoryview(bytearray(1 << 16))

    def line(self, address: str, port: int, community: str) -> Line:
        """A new line to an agent; `close` it when it is no longer needed. Raises BadAnswer."""
        try:
            found = ipaddress.ip_address(address)
            scope = socket.if_nametoindex(found.scope_id) if found.version == 6 and found.scope_id else 0
        except (ValueError, OSError) as error:
            raise BadAnswer(f"{address}: invalid address ({error})") from None
        host = str(found).partition("%")[0]
        if found.version == 6:
            host = socket.inet_ntop(socket.AF_INET6, socket.inet_pton(socket.AF_INET6, host))
        peer: Peer = (host, port) if found.version == 4 else (host, port, 0, scope)
        family = socket.AF_INET if found.version == 4 else socket.AF_INET6
        line = Line(address, community.encode(), family, peer)
        self._lines.setdefault(peer, []).append(line)
        return line

    def drop(self, line: Line) -> None:
        """Forget a line; what still comes for it is a stranger's."""
        line.quiet()
        line.end(BadAnswer(f"{line.address}: the session was closed"))
        rest = [each for each in self._lines.get(line.peer, ()) if each is not line]
        if rest:
            self._lines[line.peer] = rest
        else:
            self._lines.pop(line.peer, None)

    async def ask(self, line: Line, question: Question, timeout: float) -> tuple[Message, float]:
        """The answer and how long it took (s), once no other request of the line is under way.

        Neither that nor the wait for leave to send counts for `timeout`. Raises Unreachable, Refused, AuthFailed or
        BadAnswer; an agent that has only sent what is no SNMP within `timeout` is a BadAnswer.
        """
        async with line.lock:
            loop = asyncio.get_running_loop()
            if (pause := self._pacer.due(loop.time())) > 0.0:
                await asyncio.sleep(pause)
            sock = self._sockets.get(line.family) or self._open(line.family)
            line.request = next(self._ids)
            line.garbled = False
            line.waiter = loop.create_future()
            datagram = question.head + line.request.to_bytes(4, "big") + question.tail
            self._waiting.add(line)
            try:
                await self._send(sock, datagram, line)
                started = loop.time()
                line.deadline, line.patience = started + timeout, timeout
                if line.alarm is None or line.alarm.when() > line.deadline:
                    line.quiet()
                    line.alarm = loop.call_at(line.deadline, self._expire, sock, line)
                message = await line.waiter
                return message, loop.time() - started
            finally:
                self._waiting.discard(line)
                line.waiter = None

    def _open(self, family: int) -> socket.socket:
        try:
            sock = socket.socket(family, socket.SOCK_DGRAM)
        except OSError as error:
            raise judge(error, "UDP socket") from None
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, ROOM)
        watch_icmp(sock.fileno(), family)
        if family == socket.AF_INET:
            with suppress(OSError):
                sock.setsockopt(socket.IPPROTO_IP, _IP_MTU_DISCOVER, _IP_PMTUDISC_DONT)
        else:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        asyncio.get_running_loop().add_reader(sock.fileno(), self._readable, sock)
        self._sockets[family] = sock
        return sock

    async def _send(self, sock: socket.socket, datagram: bytes, line: Line) -> None:
        """Give it to the kernel; an error that belongs to another device's earlier request is passed on."""
        failure: OSError | None = None
        for _ in range(TRIES):
            try:
                sock.sendto(datagram, line.peer)
            except OSError as error:
                failure = error
            else:
                self.counters["sent"] += 1
                return
            if number(failure) in CONGESTED:
                self.counters["congested"] += 1
                await asyncio.sleep(PAUSE)
            else:
                self._hear_errors(sock)
        raise judge(failure or OSError(), line.address)

    def _readable(self, sock: socket.socket) -> bool:
        """Take in what has arrived; whether there may be more.

        A socket that is readable and has nothing to read has errors to tell.
        """
        counters = self.counters
        for turn in range(BATCH):
            try:
                size, peer = sock.recvfrom_into(self._buffer)
            except BlockingIOError:
                if not turn:
                    self._hear_errors(sock)
                return False
            except OSError:
                self._hear_errors(sock)
                continue
            lines = self._lines.get(peer)
            if lines is None:
                counters["strangers"] += 1
                continue
            try:
                message = opened(bytes(self._buffer[:size]))
            except ber.BerError:
                message = None
            counters[hear(lines, message)] += 1
            if not turn and not any(line.waits() for line in self._waiting):
                return False  # nobody waits for more, and to hear that there is none costs as much as an answer
        return True

    def _hear_errors(self, sock: socket.socket) -> None:
        for error in icmp_errors(sock.fileno(), sock.family):
            for line in self._lines.get(error.to, ()):
                whole = len(error.quoted) >= len(line.community) + 24  # else the request-id may not be in it
                earlier = whole and line.request.to_bytes(4, "big") not in error.quoted
                if not earlier and (failure := verdict(error, line.address)) is not None:
                    line.end(failure)

    def _expire(self, sock: socket.socket, line: Line) -> None:
        """Time is up, if it is; what has arrived and was not yet read still counts, for the loop may have been late."""
        line.alarm = None
        if not line.waits():
            return
        loop = asyncio.get_running_loop()
        if line.deadline > loop.time():
            line.alarm = loop.call_at(line.deadline, self._expire, sock, line)
            return
        batches = iter(range(BATCHES))
        while self._readable(sock) and next(batches, None) is not None:
            pass
        if not line.waits():
            return
        self.counters["timeouts"] += 1
        if line.garbled:
            line.end(BadAnswer(f"{line.address}: answers with what is not SNMP"))
        else:
            line.end(Unreachable(f"{line.address}: no SNMP answer within {line.patience:g} s"))

    def tally(self) -> Mapping[str, int]:
        """What was counted so far, by the names of COUNTED."""
        lost = 0
        for sock in self._sockets.values():
            with suppress(OSError, struct.error):
                found = sock.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, 4 * (_DROPS + 1))
                lost += struct.unpack_from("=I", found, 4 * _DROPS)[0]
        return {**self.counters, "overrun": self.counters["overrun"] + lost}

    def close(self) -> None:
        """Give the sockets back; requests under way end with a BadAnswer."""
        for line in [line for lines in self._lines.values() for line in lines]:
            self.drop(line)
        for sock in self._sockets.values():
            asyncio.get_running_loop().remove_reader(sock.fileno())
            sock.close()
        self._sockets.clear()
