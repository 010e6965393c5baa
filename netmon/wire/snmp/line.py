"""Who waits for an answer, and whose is the one that came?"""

import asyncio
import secrets
import struct
from collections.abc import Iterator
from typing import Any

from netmon.errors import AuthFailed, CollectError
from netmon.wire.snmp.pdu import ID_BITS, REPORT, RESPONSE, Message

DRAWN = 256
"""Request-ids that are drawn at a time: each by itself would be a system call."""

Peer = tuple[Any, ...]
"""An address as recvfrom gives it."""


class Line:
    """One agent under one community, one request at a time. Made by `Udp.line`.

    `alarm` may ring before `deadline` (loop time, `patience` s after the question): it is set once for many requests,
    most of which are answered.
    """

    __slots__ = (
        "address", "alarm", "community", "deadline", "family", "garbled", "lock", "patience", "peer", "request", "sent",
        "waiter",
    )  # fmt: skip

    def __init__(self, address: str, community: bytes, family: int, peer: Peer) -> None:
        self.address, self.community, self.family, self.peer = address, community, family, peer
        self.lock = asyncio.Lock()
        self.waiter: asyncio.Future[Message] | None = None
        self.request = 0
        self.deadline = self.patience = 0.0
        self.alarm: asyncio.TimerHandle | None = None
        self.garbled = False

    def end(self, outcome: Message | CollectError) -> None:
        """Let the request that is under way have its answer, or its error."""
        if self.waiter is None or self.waiter.done():
            return
        if isinstance(outcome, Message):
            self.waiter.set_result(outcome)
        else:
            self.waiter.set_exception(outcome)

    def waits(self) -> bool:
        """Is a request under way that has neither its answer nor its error?"""
        return self.waiter is not None and not self.waiter.done()

    def quiet(self) -> None:
        """No alarm any more."""
        if self.alarm is not None:
            self.alarm.cancel()
            self.alarm = None


def hear(lines: list[Line], message: Message | None) -> str:
    """Give an answer to whom it belongs, of all that ask this agent; what it counts as. None: it was no SNMP."""
    if message is None or message.pdu not in (RESPONSE, REPORT):
        for line in lines:
            line.garbled = True
        return "unreadable"
    for line in lines:
        if line.request == message.request and line.waits():
            if message.community != line.community:
                return "strangers"
            refused = message.pdu == REPORT
            line.end(AuthFailed(f"{line.address}: the agent does not accept the credential") if refused else message)
            return "answered"
    return "late"


def request_ids() -> Iterator[int]:
    """Request-ids that nobody can guess, without end."""
    while True:
        for (drawn,) in struct.iter_unpack("=I", secrets.token_bytes(4 * DRAWN)):
            yield drawn >> (32 - ID_BITS) | 1 << ID_BITS
