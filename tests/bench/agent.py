"""How do thousands of SNMP agents answer at once, for so little that the poller's cost can be told beside theirs?

One process, one UDP socket on all loopback addresses; IP_PKTINFO tells which address was asked and answers from it.
What an agent of a kind says is made by netmon.sim.snmp once a second and then kept by the bytes of the request
without its request-id, so an answer costs a look-up and two system calls, and the counters move all the same.

Addresses are numbered 127.16.0.0 and on: every tenth has 25 interfaces, the others 5, each and a loopback.
"""

import argparse
import os
import socket
import sys
import threading
import time
from collections.abc import Sequence
from heapq import heappop, heappush
from ipaddress import IPv4Address

from netmon.sim.mib import AgentSpec, Mib, PortSpec
from netmon.sim.snmp import Responder
from netmon.wire.snmp import ber

FIRST = int(IPv4Address("127.16.0.0"))
COMMUNITY = "public"
MANY, FEW, MANY_EVERY = 25, 5, 10
KEPT = 1.0
"""Seconds for which an answer is kept: then the counters have moved."""
TICK = 0.01
_PKTINFO = 8  # IP_PKTINFO on Linux: int ifindex, in_addr spec_dst, in_addr addr
_SPREAD = 7919  # a prime, so that the dead and the slow are of all kinds


def address(number: int) -> str:
    """The address of the agent with this number, from 0."""
    return str(IPv4Address(FIRST + number))


def ports(number: int, many_every: int = MANY_EVERY) -> int:
    """How many interfaces that agent has beside its loopback."""
    return MANY if number % many_every == 0 else FEW


def is_dead(number: int, share: float) -> bool:
    """Whether that agent never answers, where so large a share does not."""
    return number * _SPREAD % 1000 < share * 1000


def is_slow(number: int, share: float) -> bool:
    """Whether that agent takes its time; none of the dead ones up to half of them does."""
    return 1000 - number * _SPREAD % 1000 <= share * 1000


def spec(count: int) -> AgentSpec:
    """An agent with so many interfaces."""
    names = tuple(PortSpec(f"Gi0/0/{n}", f"line {n}", 1_000_000_000, 0.2) for n in range(count))
    return AgentSpec(
        device=f"bench-{count}", address="", community=COMMUNITY, booted_at=time.time() - 86400.0, ports=names
    )


class Kind:
    """All agents with as many interfaces. Answers are kept as (before, behind) the request-id."""

    def __init__(self, count: int) -> None:
        self._responder = Responder(Mib(spec(count)))
        self._kept: dict[tuple[bytes, int], tuple[bytes, bytes]] = {}
        self._until = 0.0

    def answer(self, question: bytes, now: float) -> bytes | None:
        """The answer to a datagram; None for what is no SNMP."""
        try:
            _, at, end = ber.read(question, 0, len(question), ber.SEQUENCE)
            _, at = ber.read_int(question, at, end)
            _, _, at = ber.read(question, at, end)
            kind = question[at]
            _, start, _ = ber.read(question, at, end)
            _, rest = ber.read_int(question, start, end)
        except ber.BerError:
            return None
        if now >= self._until:
            self._kept.clear()
            self._until = now + KEPT
        key = (question[rest:], (rest - start) << 8 | kind)
        parts = self._kept.get(key)
        if parts is None:
            answer = self._responder.answer(question, now)
            if answer is None:
                return None
            before = _request_id(answer)
            parts = self._kept[key] = (answer[:before], answer[before + rest - start :])
        return parts[0] + question[start:rest] + parts[1]


def _request_id(answer: bytes) -> int:
    """Where the request-id of an answer begins."""
    _, at, end = ber.read(answer, 0, len(answer), ber.SEQUENCE)
    _, at = ber.read_int(answer, at, end)
    _, _, at = ber.read(answer, at, end)
    return ber.read(answer, at, end)[1]


def serve(port: int, dead: float, slow: float, lag: float, many_every: int) -> None:
    """Answer until killed or until stdin ends; a line on stdout says that the socket is open."""
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
    sock.setsockopt(socket.IPPROTO_IP, _PKTINFO, 1)
    sock.bind(("0.0.0.0", port))
    if slow:
        sock.settimeout(TICK)
    print(sock.getsockname()[1], flush=True)
    kinds = {count: Kind(count) for count in (MANY, FEW)}
    late: list[tuple[float, int, bytes, bytes, tuple[str, int]]] = []
    order = 0
    while True:
        now = time.time()
        while late and late[0][0] <= now:
            _, _, answer, info, asker = heappop(late)
            sock.sendmsg([answer], [(socket.IPPROTO_IP, _PKTINFO, info)], 0, asker)
        try:
            question, ancillary, _, asker = sock.recvmsg(2048, 64)
        except TimeoutError:
            continue
        asked = ancillary[0][2][8:12]
        number = int.from_bytes(asked, "big") - FIRST
        if number < 0 or (dead and is_dead(number, dead)):
            continue
        reply = kinds[ports(number, many_every)].answer(question, now)
        if reply is None:
            continue
        info = b"\0\0\0\0" + asked + b"\0\0\0\0"
        if slow and is_slow(number, slow):
            order += 1
            heappush(late, (now + lag, order, reply, info, asker))
        else:
            sock.sendmsg([reply], [(socket.IPPROTO_IP, _PKTINFO, info)], 0, asker)


def _end_with_stdin() -> None:
    """Never outlive whoever started this."""
    sys.stdin.read()
    os._exit(0)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve as told by the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one; it is printed")
    parser.add_argument("--dead", type=float, default=0.0, help="share of agents that never answer")
    parser.add_argument("--slow", type=float, default=0.0, help="share of agents that take --lag for each answer")
    parser.add_argument("--lag", type=float, default=1.0, help="seconds")
    parser.add_argument("--many-every", type=int, default=MANY_EVERY, help="each how-many-th has 25 interfaces")
    options = parser.parse_args(arguments)
    try:
        serve(options.port, options.dead, options.slow, options.lag, options.many_every)
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
