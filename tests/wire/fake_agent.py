"""An SNMP agent of a few lines: v2c, and v3 without passwords. It answers what a test wants, right or wrong."""

import asyncio
from bisect import bisect_right
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple, cast

from netmon.wire.snmp import ber

COMMUNITY = b"fake"
GET, GET_BULK, RESPONSE, REPORT = 0xA0, 0xA5, 0xA2, 0xA8
TOO_BIG, GEN_ERR = 1, 5
NOTHING = bytes((ber.NULL, 0))


class Request(NamedTuple):
    """What was asked: PDU type, request id, OIDs, and max-repetitions and non-repeaters if it is a GETBULK."""

    pdu: int
    id: int
    oids: tuple[str, ...]
    repetitions: int
    once: int = 0


Answer = Callable[[Request], Sequence[bytes]]
"""The datagrams to send for a request; none is silence."""


def parse(data: bytes) -> Request:
    _, at, end = ber.read(data, 0, len(data), ber.SEQUENCE)
    _, at = ber.read_int(data, at, end)
    _, _, at = ber.read(data, at, end, ber.OCTET_STRING)
    pdu, at, end = ber.read(data, at, end)
    request, at = ber.read_int(data, at, end)
    once, at = ber.read_int(data, at, end)
    repetitions, at = ber.read_int(data, at, end)
    _, at, end = ber.read(data, at, end, ber.SEQUENCE)
    oids = []
    while at < end:
        _, start, at = ber.read(data, at, end, ber.SEQUENCE)
        oids.append(".".join(map(str, ber.read_oid(data, start, at)[0])))
    return Request(pdu, request, tuple(oids), repetitions, once)


def version(data: bytes) -> int:
    _, at, end = ber.read(data, 0, len(data), ber.SEQUENCE)
    return ber.read_int(data, at, end)[0]


def oid(text: str) -> bytes:
    return ber.encode_oid(tuple(map(int, text.split("."))))


def binding(name: str, value: bytes) -> bytes:
    return ber.wrap(ber.SEQUENCE, oid(name) + value)


def number(value: int, tag: int = ber.INTEGER) -> bytes:
    return ber.encode_int(value, tag)


def text(value: bytes) -> bytes:
    return ber.wrap(ber.OCTET_STRING, value)


def message(
    request: int, bindings: Sequence[bytes], *, status: int = 0, community: bytes = COMMUNITY, pdu: int = RESPONSE
) -> bytes:
    body = ber.encode_int(request) + ber.encode_int(status) + ber.encode_int(1 if status else 0)
    body += ber.wrap(ber.SEQUENCE, b"".join(bindings))
    return ber.wrap(ber.SEQUENCE, ber.encode_int(1) + text(community) + ber.wrap(pdu, body))


def table(rows: Sequence[tuple[str, bytes]]) -> Answer:
    """An honest agent: GET, GETNEXT and GETBULK over (OID, encoded value), which must be in order."""
    keys = [tuple(map(int, name.split("."))) for name, _ in rows]

    def following(name: str) -> tuple[str, bytes]:
        at = bisect_right(keys, tuple(map(int, name.split("."))))
        return rows[at] if at < len(rows) else (name, bytes((ber.END_OF_MIB_VIEW, 0)))

    def answer(request: Request) -> Sequence[bytes]:
        if request.pdu == GET:
            known = dict(rows)
            missing = bytes((ber.NO_SUCH_OBJECT, 0))
            return [message(request.id, [binding(name, known.get(name, missing)) for name in request.oids])]
        found = [binding(*following(name)) for name in request.oids[: request.once]]
        names: Sequence[str] = request.oids[request.once :]
        for _ in range(request.repetitions if request.pdu == GET_BULK else 1):
            row = [following(name) for name in names]
            found += [binding(*each) for each in row]
            names = [name for name, _ in row]
        return [message(request.id, found)]

    return answer


ENGINE = bytes.fromhex("8000000004") + b"fake"
NOT_IN_TIME, UNKNOWN_ENGINE, UNKNOWN_USER = (f"1.3.6.1.6.3.15.1.1.{n}.0" for n in (2, 4, 3))


def secured(pdu: bytes, message_id: int, user: bytes = b"", report: bool = False) -> bytes:
    """An SNMPv3 message without authentication (RFC 3412, 6; RFC 3414, 2.4) around a PDU."""
    head = ber.encode_int(message_id) + ber.encode_int(65507) + text(b"\x00") + ber.encode_int(3)
    usm = text(ENGINE) + ber.encode_int(1) + ber.encode_int(1) + text(user) + text(b"") + text(b"")
    scoped = ber.wrap(ber.SEQUENCE, text(ENGINE) + text(b"") + pdu)
    body = ber.encode_int(3) + ber.wrap(ber.SEQUENCE, head) + text(ber.wrap(ber.SEQUENCE, usm)) + scoped
    return ber.wrap(ber.SEQUENCE, body)


def speak_v3(data: bytes, answer: Answer, seen: list[Request], refuse: bool = False) -> Sequence[bytes]:
    """The answers to an SNMPv3 request, given as if it were v2c; a question for the engine gets its report.

    `refuse`: no user is known here.
    """
    _, at, end = ber.read(data, 0, len(data), ber.SEQUENCE)
    _, at = ber.read_int(data, at, end)
    _, start, at = ber.read(data, at, end, ber.SEQUENCE)
    message_id, _ = ber.read_int(data, start, at)
    _, start, scoped = ber.read(data, at, end, ber.OCTET_STRING)
    _, start, _ = ber.read(data, start, scoped, ber.SEQUENCE)
    _, engine, engine_end = ber.read(data, start, scoped, ber.OCTET_STRING)
    _, at, end = ber.read(data, scoped, end, ber.SEQUENCE)
    _, _, at = ber.read(data, at, end, ber.OCTET_STRING)
    _, _, at = ber.read(data, at, end, ber.OCTET_STRING)
    version2 = ber.wrap(ber.SEQUENCE, ber.encode_int(1) + text(COMMUNITY) + data[at:end])
    request = parse(version2)
    if data[engine:engine_end] != ENGINE or refuse:
        why = UNKNOWN_ENGINE if data[engine:engine_end] != ENGINE else UNKNOWN_USER
        report = message(request.id, [binding(why, number(1, ber.COUNTER32))], pdu=REPORT)
        return [secured(pdu_of(report), message_id)]
    seen.append(request)
    return [secured(pdu_of(each), message_id, b"fake") if readable(each) else each for each in answer(request)]


def pdu_of(datagram: bytes) -> bytes:
    """The PDU inside a v2c message."""
    _, at, end = ber.read(datagram, 0, len(datagram), ber.SEQUENCE)
    _, at = ber.read_int(datagram, at, end)
    _, _, at = ber.read(datagram, at, end, ber.OCTET_STRING)
    return datagram[at:end]


def readable(datagram: bytes) -> bool:
    try:
        pdu_of(datagram)
    except ber.BerError:
        return False
    return True


class FakeAgent(asyncio.DatagramProtocol):
    """Answers as it is told; `requests` are those that came, `answer` may be changed at any time.

    `community` None: it speaks no v2c; `user` False: it knows no v3 user.
    """

    def __init__(self, answer: Answer, community: bytes | None = COMMUNITY, user: bool = True) -> None:
        self.answer = answer
        self.community, self.user = community, user
        self.datagrams = 0
        self.requests: list[Request] = []
        self.arrived = asyncio.Event()
        self.port = 0
        self.peer: tuple[str, int] = ("", 0)
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.peer = addr
        self.datagrams += 1
        self.arrived.set()
        if version(data) == 3:
            answers = speak_v3(data, self.answer, self.requests, not self.user)
        elif self.community is not None and ber.wrap(ber.OCTET_STRING, self.community) in data:
            self.requests.append(parse(data))
            answers = self.answer(self.requests[-1])
        else:
            return
        for datagram in answers:
            self.send(datagram)

    def send(self, datagram: bytes) -> None:
        """To whom asked last."""
        assert self.transport is not None
        self.transport.sendto(datagram, self.peer)


@asynccontextmanager
async def serving(
    answer: Answer, *, host: str = "127.0.0.1", port: int = 0, community: bytes | None = COMMUNITY, user: bool = True
) -> AsyncIterator[FakeAgent]:
    agent = FakeAgent(answer, community, user)
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: agent, local_addr=(host, port))
    try:
        yield agent
    finally:
        transport.close()
