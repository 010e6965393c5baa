"""How does a simulated agent answer SNMP, in virtual time?"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol

from netmon.errors import AuthFailed, BadAnswer, Unreachable
from netmon.model import Credential
from netmon.sim.objects import Objects
from netmon.sim.view import Answer
from netmon.wire.net import SnmpValue, by_themselves

_ROWS_PER_REQUEST = 25


class Agents(Protocol):
    """The network that the agents stand in."""

    def agent(self, address: str) -> Answer:
        """What asking the agent at an address would bring."""
        ...

    def accepts(self, address: str, credential: Credential) -> bool:
        """Whether the device at an address knows this credential."""
        ...

    def chance(self, answer: Answer, timeout: float) -> float | None:
        """The round trip of one packet, seconds; None if it is lost."""
        ...

    def objects(self, address: str) -> Objects:
        """What the device at an address says of itself now. LookupError if there is none."""
        ...

    def now(self) -> float:
        """The simulation's time."""
        ...


class SimSession:
    """A conversation with one simulated agent: serial, as the real one."""

    def __init__(self, net: Agents, address: str, credential: Credential) -> None:
        self._net = net
        self._address = address
        self._credential = credential
        self._lock = asyncio.Lock()
        self.rtt = 0.0

    async def get(self, oids: Sequence[str], timeout: float) -> Mapping[str, SnmpValue]:
        """As wire.net.SnmpSession."""
        await self._ask(timeout)
        found = self._net.objects(self._address).scalars(oids, self._net.now())
        if not found:
            raise BadAnswer(f"{self._address}: an empty answer")
        return found

    async def table(
        self, columns: Sequence[str], timeout: float, *, bulk: bool = True, scalars: Sequence[str] = ()
    ) -> Mapping[str, Mapping[str, SnmpValue]]:
        """As wire.net.SnmpSession; one request for each 25 rows of a column, all values read after the last."""
        told = await by_themselves(self, scalars, timeout)
        if not columns:
            return told
        for _ in range(sum(1 + count // _ROWS_PER_REQUEST for count in self._rows(columns))):
            await self._ask(timeout)
        objects, now = self._net.objects(self._address), self._net.now()
        return {**told, **{oid: objects.column(oid).at(now) for oid in columns}}

    def _rows(self, columns: Sequence[str]) -> list[int]:
        """How many rows each column has; one where nothing answers."""
        try:
            objects = self._net.objects(self._address)
        except LookupError:
            return [1]
        return [len(objects.column(oid).rows) for oid in columns]

    async def _ask(self, timeout: float) -> None:
        """One round trip, when no other is under way.

        Raises Unreachable, or AuthFailed where a real agent would report it (v3).
        """
        async with self._lock:
            net = self._net
            accepted = net.accepts(self._address, self._credential)
            rtt = net.chance(net.agent(self._address), timeout)
            if rtt is None or (not accepted and self._credential.version == "2c"):
                await asyncio.sleep(timeout)
                raise Unreachable(f"{self._address}: no SNMP answer in {timeout:g} s")
            await asyncio.sleep(rtt)
            self.rtt = rtt
            if not accepted:
                raise AuthFailed(f"{self._address}: the agent does not accept credential {self._credential.id}")
