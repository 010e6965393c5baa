"""How does one SNMPv3 request reach an agent, and what comes of it?

gufo-snmp's compiled sockets do BER and USM. They are driven from here instead of through the library's own
session, because that one restarts its time-out with every stray datagram, hides whether a walk came to its
end or broke off, and cannot say who refused. Each request is sent once, but for an agent that has restarted
(RFC 3414, 3.2.7: the first request only learns its new boots and time).
"""

import asyncio
import socket
from collections.abc import Callable, Sequence
from typing import TypeVar

from gufo.snmp import SnmpAuthError, SnmpDecodeError, SnmpEncodeError, SnmpError, User
from gufo.snmp._fast import SnmpV3ClientSocket
from gufo.snmp.utils import format_sock_addr

from netmon.errors import AuthFailed, BadAnswer, CollectError, Refused, Unreachable
from netmon.model import Credential
from netmon.wire.failures import IcmpError, icmp_errors, judge, same, watch_icmp
from netmon.wire.snmp.pace import Pacer

Socket = SnmpV3ClientSocket
Answer = TypeVar("Answer")

PATIENCE = 2
"""Unanswered requests after which the socket is made anew: an agent with a new engine ID ignores the old one for
ever, and a connected socket keeps the source address that this machine once had."""


class Unreadable(BadAnswer):
    """A reply that the library cannot decode, be it garbage or merely too long."""


class Channel:
    """A connected UDP socket to one agent, one request at a time. Opened with the first."""

    __slots__ = (
        "_address", "_counters", "_credential", "_family", "_lock", "_pacer", "_silent", "_socket", "_user", "_waiter",
        "rtt",
    )  # fmt: skip

    def __init__(
        self, address: str, credential: Credential, user: User, pacer: Pacer, counters: dict[str, int]
    ) -> None:
        """`user` is the credential's (see usm.py); `counters` has the names of COUNTED in udp.py."""
        self._address = address
        self._pacer, self._counters = pacer, counters
        self._credential = credential
        self._user = user
        self._family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._lock = asyncio.Lock()
        self._socket: Socket | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._silent = 0
        self.rtt = 0.0

    async def ask(self, send: Callable[[Socket], None], receive: Callable[[Socket], Answer], timeout: float) -> Answer:
        """One request and its answer, once no other request is under way; `timeout` (s) counts from then.

        Raises Unreachable, Refused, AuthFailed, BadAnswer or SecretMissing, whatever the library raises.
        """
        async with self._lock:
            sock = await self._opened(timeout)
            try:
                answer = await self._exchange(sock, lambda: send(sock), lambda: receive(sock), timeout)
            except AuthFailed:
                self._counters["retries"] += 1
                answer = await self._exchange(sock, lambda: send(sock), lambda: receive(sock), timeout)
            self._silent = 0
            return answer

    async def _opened(self, timeout: float) -> Socket:
        """The socket; made, and the agent's engine discovered (RFC 3414, 4), if there is none."""
        if self._silent >= PATIENCE:
            self.close()
        if self._socket is None:
            self._socket = await self._connect(timeout)
        elif self._silent:
            icmp_errors(self._socket.get_fd(), self._family)  # one that came late would fail the next request
        return self._socket

    async def _connect(self, timeout: float) -> SnmpV3ClientSocket:
        user = self._user
        where = format_sock_addr(self._address, self._credential.port)
        sock = self._guard(lambda: SnmpV3ClientSocket(where, b"", "", 0, b"", 0, b"", 0, 0, 0, 0))
        watch_icmp(sock.get_fd(), self._family)
        await self._exchange(sock, sock.send_refresh, sock.recv_refresh, timeout)
        keys = (user.get_auth_alg(), user.get_auth_key(), user.get_priv_alg(), user.get_priv_key())
        self._guard(lambda: sock.set_keys(user.name, *keys))
        if user.require_auth():
            try:
                await self._exchange(sock, sock.send_refresh, sock.recv_refresh, timeout)
            except Unreachable:
                # it has just told its engine ID, so it is there; a wrong privacy key makes agents silent
                raise AuthFailed(f"{self._address}: answers in clear, but not to this user: wrong password?") from None
        return sock

    async def _exchange(
        self, sock: Socket, send: Callable[[], None], receive: Callable[[], Answer], timeout: float
    ) -> Answer:
        """Send, then wait for the answer; datagrams that are none (late, somebody else's) do not prolong it."""
        await self._pacer.turn()
        loop = asyncio.get_running_loop()
        fd = sock.get_fd()
        deadline = loop.time() + timeout
        self._guard(send, fd)
        self._counters["sent"] += 1
        loop.add_reader(fd, self._readable)
        try:
            while True:
                await self._wait(deadline)
                try:
                    answer = self._guard(receive, fd)
                except BlockingIOError:
                    if loop.time() >= deadline:
                        break
                else:
                    self._counters["answered"] += 1
                    self.rtt = loop.time() - (deadline - timeout)
                    return answer
        finally:
            loop.remove_reader(fd)
        self._silent += 1
        self._counters["timeouts"] += 1
        raise Unreachable(f"{self._address}: no SNMP answer within {timeout:g} s")

    async def _wait(self, deadline: float) -> None:
        """Until something has arrived, or the loop's time is `deadline`."""
        loop = asyncio.get_running_loop()
        self._waiter = waiter = loop.create_future()
        timer = loop.call_at(deadline, wake, waiter)
        try:
            await waiter
        finally:
            timer.cancel()

    def _readable(self) -> None:
        if self._waiter is not None:
            wake(self._waiter)

    def _guard(self, action: Callable[[], Answer], fd: int | None = None) -> Answer:
        """Do something with the library; whatever it raises comes out as one of netmon's errors.

        `fd` is where to look for ICMP errors. BlockingIOError passes: no answer yet.
        """
        try:
            return action()
        except BlockingIOError:
            raise
        except (SnmpError, OSError, ValueError, RuntimeError) as error:
            failure = translate(error, [] if fd is None else icmp_errors(fd, self._family), self._address)
        except BaseException as error:
            # a malformed answer makes the library panic, and PyO3's PanicException, which cannot be imported, is
            # no Exception: it would end the service
            if type(error).__name__ == "PanicException":
                self._counters["unreadable"] += 1
                raise Unreadable(f"{self._address}: an answer that is not SNMP ({error})") from None
            raise
        if isinstance(failure, Unreachable | Refused):
            self._silent += 1
        if isinstance(failure, Unreadable):
            self._counters["unreadable"] += 1
        raise failure

    def close(self) -> None:
        """Give the socket back; the next request opens another."""
        self._socket = None
        self._silent = 0


def translate(error: Exception, icmp: Sequence[IcmpError], address: str) -> CollectError:
    """netmon's error for whatever the library raises; `icmp` are the errors that the socket has received.

    A refusal counts only if the agent's own address sent it: gateways refuse on behalf of dead hosts too.
    """
    if isinstance(error, SnmpAuthError):
        return AuthFailed(f"{address}: the agent does not accept the credential")
    if isinstance(error, SnmpDecodeError):
        return Unreadable(f"{address}: an answer that is not SNMP, or too long ({error})")
    if isinstance(error, SnmpEncodeError):
        return BadAnswer(f"{address}: the request is too long ({error})")
    if not isinstance(error, OSError):
        return BadAnswer(f"{address}: {error}")
    closed = isinstance(error, TimeoutError)  # the library's word for ECONNREFUSED
    failure = Refused(f"{address}: port closed") if closed else judge(error, address)
    strangers = {found.offender for found in icmp if not same(found.offender, address)}
    if isinstance(failure, Refused) and strangers:
        return Unreachable(f"{address}: refused by {', '.join(sorted(strangers))}, not by the device")
    return failure


def wake(waiter: asyncio.Future[None]) -> None:
    """Let a waiter go on; a second time does nothing."""
    if not waiter.done():
        waiter.set_result(None)
