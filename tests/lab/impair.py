"""What does a bad line do to packets, and what exactly did it do?

A relay between two interfaces of a network namespace that hands frames on. Echo requests from left to right are lost,
delayed and shaken by where they go; everything else passes at once. Afterwards it tells what became of each, so that a
measurement can be held against the truth, and not against what chance was told to do.

    python -m tests.lab.impair LEFT RIGHT RECORD '{"10.41.2.": [0.2, 0.01, 0.0]}'

By the beginning of an address: the share lost, the delay and how far it strays to either side (s). Each address has a
chance of its own, so that the same packets are lost whatever else is under way.
"""

import heapq
import json
import random
import select
import signal
import socket
import struct
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ETH_P_ALL = 0x0003
IPV4, ICMP = b"\x08\x00", 1
REQUEST, REPLY = 8, 0
LONGEST_PAUSE = 0.05
SO_TIMESTAMPNS = 35
"""Linux, asm-generic/socket.h; the note it brings is a timespec."""
STAMP = struct.Struct("@ll")


class Line(NamedTuple):
    """The share of packets lost, the delay and how far it strays to either side (s)."""

    loss: float
    delay: float
    stray: float


class Echo(NamedTuple):
    """An ICMP echo message in a frame: its type, whom it asks or who answers, and identifier and number together."""

    kind: int
    whom: str
    key: bytes


def echo(frame: bytes) -> Echo | None:
    """What kind of echo message a frame holds, if it does (RFC 791, RFC 792)."""
    if frame[12:14] != IPV4 or len(frame) < 42 or frame[23] != ICMP:
        return None
    message = 14 + (frame[14] & 0xF) * 4
    kind = frame[message]
    if kind not in (REQUEST, REPLY):
        return None
    whom = frame[30:34] if kind == REQUEST else frame[26:30]
    return Echo(kind, socket.inet_ntoa(whom), bytes(frame[message + 4 : message + 8]))


class Relay:
    """Hands frames on. `record`: by address and packet the seconds that it spent in here both ways, None if lost."""

    def __init__(self, left: str, right: str, lines: Mapping[str, Line]) -> None:
        self._left, self._right = _opened(left), _opened(right)
        self._lines = lines
        self._chances: dict[str, random.Random] = {}
        self._waiting: list[tuple[float, int, bytes, float, Echo]] = []
        self._count = 0
        self.record: dict[str, dict[bytes, float | None]] = {}
        self.over = False

    def run(self) -> None:
        """Hand on until `over`."""
        while not self.over:
            pause = self._waiting[0][0] - time.time() if self._waiting else LONGEST_PAUSE
            ready, _, _ = select.select([self._left, self._right], [], [], min(max(pause, 0.0), LONGEST_PAUSE))
            if self._right in ready:
                self._back()
            if self._left in ready:
                self._there()
            self._release()

    def _there(self) -> None:
        while (found := _received(self._left)) is not None:
            frame, since = found
            asked = echo(frame)
            if asked is None or asked.kind != REQUEST:
                self._right.send(frame)
                continue
            line = next((line for start, line in self._lines.items() if asked.whom.startswith(start)), Line(0, 0, 0))
            chance = self._chances.setdefault(asked.whom, random.Random(asked.whom))
            lost, strays = chance.random() < line.loss, chance.uniform(-line.stray, line.stray)
            self.record.setdefault(asked.whom, {})[asked.key] = None
            if not lost:
                self._count += 1
                heapq.heappush(self._waiting, (since + line.delay + strays, self._count, frame, since, asked))

    def _release(self) -> None:
        while self._waiting and self._waiting[0][0] <= time.time():
            _, _, frame, since, asked = heapq.heappop(self._waiting)
            self.record[asked.whom][asked.key] = time.time() - since
            self._right.send(frame)

    def _back(self) -> None:
        while (found := _received(self._right)) is not None:
            frame, since = found
            answered = echo(frame)
            if answered is not None and answered.kind == REPLY:
                spent = self.record[answered.whom][answered.key]
                self.record[answered.whom][answered.key] = (spent or 0.0) + time.time() - since
            self._left.send(frame)


def _opened(interface: str) -> socket.socket:
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    sock.bind((interface, ETH_P_ALL))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    sock.setblocking(False)
    return sock


def _received(sock: socket.socket) -> tuple[bytes, float] | None:
    """The next frame that came in, and when the kernel had it; None if there is none now."""
    while True:
        try:
            frame, notes, _, where = sock.recvmsg(65535, 64)
        except BlockingIOError:
            return None
        if where[2] != socket.PACKET_OUTGOING:
            seconds, nanoseconds = STAMP.unpack(notes[0][2][: STAMP.size])
            return frame, seconds + nanoseconds / 1e9


def main(arguments: Sequence[str]) -> None:
    """Relay until SIGTERM, then write the record."""
    left, right, record, spec = arguments
    relay = Relay(left, right, {start: Line(*values) for start, values in json.loads(spec).items()})

    def end(*_: object) -> None:
        relay.over = True

    signal.signal(signal.SIGTERM, end)
    print("relaying", flush=True)
    relay.run()
    told = {whom: list(packets.values()) for whom, packets in relay.record.items()}
    Path(record).write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
