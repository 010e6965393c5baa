"""How does a recorded device answer over the wire?

SNMPv2c on loopback: GET, GETNEXT and GETBULK as an agent with that much to say would, in datagrams of the size
that real ones keep to. The codec is that of the simulated agents; the values are whatever the device said.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from netmon.sim.snmp import GET, GET_BULK, GET_NEXT, MAX_MESSAGE, RESPONSE, TOO_BIG
from netmon.wire.snmp import ber
from netmon.wire.snmp.ber import BerError, Oid
from tests.recordings.recording import Recording

COMMUNITY = b"recorded"
GENERAL_ERROR = 5
_HEADERS = 40  # octets of message, PDU and list around the bindings


class Replay(asyncio.DatagramProtocol):
    """An agent that knows a recording by heart. Below `no_bulk` it answers GETBULK with genErr, as some tables do."""

    def __init__(self, recording: Recording, no_bulk: Oid = ()) -> None:
        self.recording = recording
        self.no_bulk = no_bulk
        self.asked = 0
        self.refused = 0
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        try:
            answer = self.answer(data)
        except BerError:
            return
        if answer is not None and self._transport is not None:
            self.asked += 1
            self._transport.sendto(answer, addr)

    def answer(self, data: bytes) -> bytes | None:
        """The answer to a datagram; None to another version, community or kind of request."""
        _, start, end = ber.read(data, 0, len(data), ber.SEQUENCE)
        version, at = ber.read_int(data, start, end)
        _, community, pdu_at = ber.read(data, at, end, ber.OCTET_STRING)
        pdu, body, stop = ber.read(data, pdu_at, end)
        if version != 1 or data[community:pdu_at] != COMMUNITY or pdu not in (GET, GET_NEXT, GET_BULK):
            return None
        _, rest = ber.read_int(data, body, stop)
        first, at = ber.read_int(data, rest, stop)
        second, at = ber.read_int(data, at, stop)
        status, culprit, bindings = self._bindings(pdu, first, second, names(data, at, stop))
        content = data[body:rest] + ber.encode_int(status) + ber.encode_int(culprit)
        content += ber.wrap(ber.SEQUENCE, b"".join(bindings))
        return ber.wrap(ber.SEQUENCE, data[start:pdu_at] + ber.wrap(RESPONSE, content))

    def _bindings(self, pdu: int, once: int, times: int, oids: list[Oid]) -> tuple[int, int, list[bytes]]:
        if pdu == GET_BULK:
            if self.no_bulk and any(oid[: len(self.no_bulk)] == self.no_bulk for oid in oids):
                self.refused += 1
                return GENERAL_ERROR, 1, []
            return 0, 0, self._bulk(oids, once, times)
        found = [self._get(oid) if pdu == GET else self._next(oid)[1] for oid in oids]
        if sum(map(len, found)) > MAX_MESSAGE - _HEADERS:
            return TOO_BIG, 0, []
        return 0, 0, found

    def _bulk(self, oids: list[Oid], once: int, times: int) -> list[bytes]:
        """As many bindings as fit, round by round (RFC 3416, 4.2.3)."""
        found: list[bytes] = []
        room = MAX_MESSAGE - _HEADERS
        ahead = list(oids[once:])
        for turn in range(times + 1):
            ended = turn > 0
            for place, oid in enumerate(oids[:once] if turn == 0 else ahead):
                reached, binding = self._next(oid)
                room -= len(binding)
                if room < 0:
                    return found
                found.append(binding)
                if turn:
                    ended = ended and reached == oid
                    ahead[place] = reached
            if ended:  # every column has come to the end of the MIB
                break
        return found

    def _get(self, oid: Oid) -> bytes:
        value = self.recording.rows.get(oid)
        return bind(oid, ber.wrap(ber.NO_SUCH_INSTANCE, b"") if value is None else value)

    def _next(self, oid: Oid) -> tuple[Oid, bytes]:
        following = self.recording.after(oid)
        if following is None:
            return oid, bind(oid, ber.wrap(ber.END_OF_MIB_VIEW, b""))
        return following, bind(following, self.recording.rows[following])


def names(data: bytes, at: int, end: int) -> list[Oid]:
    """The identifiers that a request asks for."""
    _, at, end = ber.read(data, at, end, ber.SEQUENCE)
    found: list[Oid] = []
    while at < end:
        _, inner, at = ber.read(data, at, end, ber.SEQUENCE)
        found.append(ber.read_oid(data, inner, at)[0])
    return found


def bind(oid: Oid, value: bytes) -> bytes:
    return ber.wrap(ber.SEQUENCE, ber.encode_oid(oid) + value)


@asynccontextmanager
async def serving(recording: Recording, no_bulk: Oid = ()) -> AsyncIterator[tuple[Replay, int]]:
    """The recorded device at a port of 127.0.0.1, until the block ends."""
    loop = asyncio.get_running_loop()
    transport, agent = await loop.create_datagram_endpoint(
        lambda: Replay(recording, no_bulk), local_addr=("127.0.0.1", 0)
    )
    try:
        yield agent, transport.get_extra_info("sockname")[1]
    finally:
        transport.close()
