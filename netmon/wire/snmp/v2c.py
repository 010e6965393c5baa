"""Which values does an SNMPv2c agent give?"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from netmon.errors import BadAnswer, CollectError, Unreachable
from netmon.model import Credential
from netmon.wire.net import SnmpValue, by_themselves
from netmon.wire.snmp import pdu, usm
from netmon.wire.snmp.ber import BerError
from netmon.wire.snmp.line import Line
from netmon.wire.snmp.memory import FRAME, Memory
from netmon.wire.snmp.pdu import Message
from netmon.wire.snmp.udp import Udp
from netmon.wire.snmp.walk import Walk

VARBINDS = 32
"""Objects asked for in one GET, of an agent that has never found that too much."""


class Agent:
    """The session with one agent (netmon.wire.net.SnmpSession), over the socket that all share."""

    __slots__ = ("_address", "_credential", "_line", "_memory", "_udp", "rtt")

    def __init__(self, address: str, credential: Credential, udp: Udp) -> None:
        self._address, self._credential, self._udp = address, credential, udp
        self._line: Line | None = None
        self._memory = Memory()
        self.rtt = 0.0

    def _opened(self) -> Line:
        if self._line is None:
            self._line = self._udp.line(self._address, self._credential.port, usm.community(self._credential))
        return self._line

    async def get(self, oids: Sequence[str], timeout: float) -> Mapping[str, SnmpValue]:
        """The scalars that the agent has, by the OID asked for; see SnmpSession.get.

        What is refused (tooBig, genErr, noSuchName) is asked for again in halves, which also finds the good objects
        beside a broken one; nothing at all is a BadAnswer.
        """
        values: dict[str, SnmpValue] = {}
        at, trouble = 0, ""
        while at < len(oids):
            width = max(1, int(VARBINDS * self._memory.room / FRAME))
            found, said = await self._get(tuple(oids[at : at + width]), timeout)
            values |= found
            trouble = trouble or said
            at += width
        if oids and not values:
            raise BadAnswer(f"{self._address}: {trouble or 'none of the objects asked for'}")
        return values

    async def _get(self, oids: tuple[str, ...], timeout: float) -> tuple[dict[str, SnmpValue], str]:
        """The values of some objects, and what went wrong with the others."""
        names, wanted = named(oids)
        line = self._opened()
        try:
            message, self.rtt = await self._udp.ask(line, pdu.question(line.community, pdu.GET, 0, names), timeout)
        except Unreachable:
            self._memory.unanswered(len(oids))
            raise
        trouble = ""
        if not message.status:
            try:
                values = pdu.values(message, wanted)
            except BerError as error:
                trouble = f"an answer that cannot be read ({error})"
            else:
                self._memory.answered(len(oids))
                return values, ""
        if message.status in (pdu.TOO_BIG, 0) and len(oids) > 1:
            self._memory.shrink(FRAME * len(oids) / VARBINDS)
        if len(oids) < 2:
            return {}, trouble or f"an SNMP error: {status(message)}"
        self._udp.counters["retries"] += 1
        half = len(oids) // 2
        first, said = await self._get(oids[:half], timeout)
        second, other = await self._get(oids[half:], timeout)
        return first | second, said or other

    async def table(
        self, columns: Sequence[str], timeout: float, *, bulk: bool = True, scalars: Sequence[str] = ()
    ) -> Mapping[str, Mapping[str, SnmpValue]]:
        """Whole columns, walked together; see SnmpSession.table. A column the agent lacks is empty.

        Scalars are asked for in the first request of the walk, of an agent whose table is known: so it shows if the
        agent takes them for columns (RFC 3416, 4.2.3, non-repeaters).
        """
        key = kept(tuple(columns))
        if scalars and bulk and not self._memory.apart and self._memory.shape(key).rows > 1:
            found = await self._together(key, timeout, tuple(scalars))
            if found is not None:
                return found
        told = await by_themselves(self, scalars, timeout)
        try:
            return {**told, **await self._walk(key, timeout, bulk)}
        except CollectError as error:
            raise type(error)(str(error), columns={**told, **error.columns}) from None

    async def _together(
        self, columns: tuple[str, ...], timeout: float, scalars: tuple[str, ...]
    ) -> Mapping[str, Mapping[str, SnmpValue]] | None:
        """A known table and scalars beside it; None from an agent that is to be asked for them apart, now and later."""
        try:
            found = await self._walk(columns, timeout, True, scalars)
        except BadAnswer:
            self._memory.apart = True
            return None
        if self._memory.shape(columns).rows < 2:
            self._memory.apart = True
        return None if self._memory.apart else found

    async def _walk(
        self, columns: tuple[str, ...], timeout: float, bulk: bool, scalars: tuple[str, ...] = ()
    ) -> Mapping[str, Mapping[str, SnmpValue]]:
        line = self._opened()
        kind = pdu.GET_BULK if bulk else pdu.GET_NEXT

        async def ask(once: int, repetitions: int, names: tuple[bytes, ...]) -> tuple[Message, float]:
            return await self._udp.ask(line, pdu.question(line.community, kind, repetitions, names, once), timeout)

        return await Walk(self._address, columns, self._memory, ask, bulk, self._udp, named(scalars)[1]).run()

    def close(self) -> None:
        """Give the line back; the next request would open another."""
        if self._line is not None:
            self._udp.drop(self._line)
            self._line = None


@lru_cache(maxsize=1024)
def named(oids: tuple[str, ...]) -> tuple[tuple[bytes, ...], Mapping[bytes, str]]:
    """The encoded names of some objects, and which is whose. ValueError if one is no OID."""
    names = tuple(map(pdu.encoded, oids))
    return names, dict(zip(names, oids, strict=True))


@lru_cache(maxsize=1024)
def kept(columns: tuple[str, ...]) -> tuple[str, ...]:
    """The same columns, always in the same object: each agent remembers its tables by them."""
    return columns


def status(message: Message) -> str:
    """The name of an answer's error-status."""
    return pdu.STATUS[message.status] if 0 < message.status < len(pdu.STATUS) else f"error {message.status}"
