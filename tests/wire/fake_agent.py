"""An SNMPv2c agent of a few lines that answers whatever a test wants, right or wrong."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple, cast

from netmon.sim import ber

COMMUNITY = b"fake"
GET, GET_BULK, RESPONSE, REPORT = 0xA0, 0xA5, 0xA2, 0xA8
TOO_BIG, GEN_ERR = 1, 5
NOTHING = bytes((ber.NULL, 0))


class Request(NamedTuple):
    """What was asked: PDU type, request id, OIDs, and max-repetitions if it is a GETBULK."""

    pdu: int
    id: int
    oids: tuple[str, ...]
    repetitions: int


Answer = Callable[[Request], Sequence[bytes]]
"""The datagrams to send for a request; none is silence."""


def parse(data: bytes) -> Request:
    _, at, end = ber.read(data, 0, len(data), ber.SEQUENCE)
    _, at = ber.read_int(data, at, end)
    _, _, at = ber.read(data, at, end, ber.OCTET_STRING)
    pdu, at, end = ber.read(data, at, end)
    request, at = ber.read_int(data, at, end)
    _, at = ber.read_int(data, at, end)
    repetitions, at = ber.read_int(data, at, end)
    _, at, end = ber.read(data, at, end, ber.SEQUENCE)
    oids = []
    while at < end:
        _, start, at = ber.read(data, at, end, ber.SEQUENCE)
        oids.append(".".join(map(str, ber.read_oid(data, start, at)[0])))
    return Request(pdu, request, tuple(oids), repetitions)


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
    """An honest agent: GET and GETBULK over (OID, encoded value), which must be in order."""
    keys = [tuple(map(int, name.split("."))) for name, _ in rows]

    def answer(request: Request) -> Sequence[bytes]:
        if request.pdu == GET:
            known = dict(rows)
            missing = bytes((ber.NO_SUCH_OBJECT, 0))
            return [message(request.id, [binding(name, known.get(name, missing)) for name in request.oids])]
        asked = tuple(map(int, request.oids[0].split(".")))
        after = [binding(*row) for key, row in zip(keys, rows, strict=True) if key > asked][: request.repetitions]
        return [message(request.id, after or [binding(request.oids[0], bytes((ber.END_OF_MIB_VIEW, 0)))])]

    return answer


class FakeAgent(asyncio.DatagramProtocol):
    """Answers as it is told; `requests` are those that came, `answer` may be changed at any time."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.requests: list[Request] = []
        self.arrived = asyncio.Event()
        self.port = 0
        self.peer: tuple[str, int] = ("", 0)
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        request = parse(data)
        self.requests.append(request)
        self.peer = addr
        self.arrived.set()
        for datagram in self.answer(request):
            self.send(datagram)

    def send(self, datagram: bytes) -> None:
        """To whom asked last."""
        assert self.transport is not None
        self.transport.sendto(datagram, self.peer)


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[FakeAgent]:
    agent = FakeAgent(answer)
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: agent, local_addr=("127.0.0.1", 0))
    try:
        yield agent
    finally:
        transport.close()
