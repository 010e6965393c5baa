"""Does anybody answer at a SIP address?

OPTIONS (RFC 3261, 11) rings nowhere and needs no account: any final answer shows that the server works its way
through requests. Its address is learnt from where the question came (RFC 3581), so that NAT does no harm.
"""

import secrets
from dataclasses import dataclass, field
from typing import Literal

from netmon.errors import NotServing, Unreachable
from netmon.wire import heads
from netmon.wire.dialogue import LONGEST_HEAD, Dialogue, Limit, exchange, opened
from netmon.wire.heads import Head
from netmon.wire.names import server_name
from netmon.wire.net import Net

Transport = Literal["udp", "tcp", "tls"]

LARGEST = 64 * 1024
"""Octets of a body that are skipped to get at the next answer."""

_HERE = "netmon.invalid"  # RFC 2606: answers go to where the question came from, not to this name
_BRANCH = "z9hG4bK"  # RFC 3261, 8.1.1.7: what marks a branch as unique


@dataclass(frozen=True, slots=True)
class Question:
    """An OPTIONS request. `call` is what its answers are known by; `user` "" asks the server itself."""

    host: str
    port: int
    transport: Transport = "udp"
    user: str = ""
    call: str = field(default_factory=lambda: secrets.token_hex(12))

    def text(self) -> bytes:
        """The request as it is sent."""
        scheme = "sips" if self.transport == "tls" else "sip"
        host = f"[{self.host}]" if ":" in self.host else self.host
        uri = f"{scheme}:{self.user}{'@' if self.user else ''}{host}:{self.port}"
        lines = (
            f"OPTIONS {uri} SIP/2.0",
            f"Via: SIP/2.0/{self.transport.upper()} {_HERE};branch={_BRANCH}{self.call};rport",
            "Max-Forwards: 70",
            f"From: <{scheme}:netmon@{_HERE}>;tag={self.call[:8]}",
            f"To: <{uri}>",
            f"Call-ID: {self.call}",
            "CSeq: 1 OPTIONS",
            f"Contact: <{scheme}:netmon@{_HERE}>",
            "Accept: application/sdp",
            "User-Agent: netmon",
            "Content-Length: 0",
        )
        return "".join(f"{line}\r\n" for line in (*lines, "")).encode()

    def is_answered_by(self, head: Head) -> bool:
        """Whether an answer, a provisional one included, is to this very request."""
        number, _, method = head.first("cseq").partition(" ")
        return head.first("call-id", "i") == self.call and number == "1" and method.strip() == "OPTIONS"


async def options(net: Net, address: str, question: Question, limit: Limit) -> tuple[Head, float]:
    """The final answer, and the seconds until it came; provisional ones (1xx) are waited out.

    Raises Unreachable, Refused, or NotServing if what answers is no SIP or never comes to an end.
    """
    provisional: list[Head] = []
    try:
        if question.transport == "udp":
            return await _by_datagram(net, address, question, limit, provisional)
        return await _by_stream(net, address, question, limit, provisional)
    except (Unreachable, NotServing):
        if not provisional:
            raise
    raise NotServing(f"said '{provisional[-1]}' and gave no final answer within {limit.seconds:g} s")


async def _by_datagram(
    net: Net, address: str, question: Question, limit: Limit, provisional: list[Head]
) -> tuple[Head, float]:
    def final(answer: bytes) -> Head | None:
        head = read(answer)
        if head is None or not question.is_answered_by(head):
            return None
        if head.status < 200:
            provisional[:] = [head]
            return None
        return head

    return await exchange(net, address, question.port, question.text(), limit, final, "SIP")


async def _by_stream(
    net: Net, address: str, question: Question, limit: Limit, provisional: list[Head]
) -> tuple[Head, float]:
    name = None if question.transport == "tcp" else server_name(question.host)
    async with opened(net, address, question.port, limit, name) as dialogue:
        sent = limit.left()
        await dialogue.say(question.text(), "an answer to OPTIONS")
        while True:
            head = await _next(dialogue)
            if not question.is_answered_by(head):
                continue
            if head.status >= 200:
                return head, sent - limit.left()
            provisional[:] = [head]


async def _next(dialogue: Dialogue) -> Head:
    """The next answer's head; its body is skipped."""
    head = heads.read(await dialogue.head("an answer to OPTIONS"), "SIP")
    await dialogue.exactly(head.length(LARGEST, "content-length", "l"), "the rest of an answer")
    return head


def read(answer: bytes) -> Head | None:
    """The head of an answer that came in a datagram; None if it is none."""
    head = answer[:LONGEST_HEAD].lstrip(b"\r\n").replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    try:
        return heads.read(head, "SIP")
    except NotServing:
        return None
