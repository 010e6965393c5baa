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

    async def get(self, oids: Sequence[str], timeout: float) -> Mapping[str, SnmpValue]:
        """As wire.net.SnmpSession."""
        async with self._lock:
            await self._ask(1, timeout)
            found = self._net.objects(self._address).scalars(oids, self._net.now())
            if not found:
                raise BadAnswer(f"{self._address}: an empty answer")
            return found

    async def table(
        self, columns: Sequence[str], timeout: float, *, bulk: bool = True, scalars: Sequence[str] = ()
    ) -> Mapping[str, Mapping[str, SnmpValue]]:
        """As wire.net.SnmpSession; one request for each 25 rows of a column.

        The chances of all requests are drawn when the first is sent, and all values read when the last is answered.
        """
        told = await by_themselves(self, scalars, timeout)
        if not columns:
            return told
        async with self._lock:
            rows = self._rows(columns)
            await self._ask(sum(1 + count // _ROWS_PER_REQUEST for count in rows), timeout)
            objects, now = self._net.objects(self._address), self._net.now()
            return {**told, **{oid: objects.column(oid).at(now) for oid in columns}}

    def _rows(self, columns: Sequence[str]) -> list[int]:
        """How many rows each column has; one where nothing answers."""
        try:
            objects = self._net.objects(self._address)
        except LookupError:
            return [1]
        return [len(objects.column(oid).rows) for oid in columns]

    async def _ask(self, requests: int, timeout: float) -> None:
        """So many round trips, one after the other.

        Raises Unreachable, or AuthFailed where a real agent would report it (v3).
        """
        net = self._net
        answer = net.agent(self._address)
        accepted = net.accepts(self._address, self._credential)
        took = 0.0
        for _ in range(requests if accepted else 1):
            rtt = net.chance(answer, timeout)
            if rtt is None or (not accepted and self._credential.version == "2c"):
                await asyncio.sleep(took + timeout)
                raise Unreachable(f"{self._address}: no SNMP answer in {timeout:g} s")
            took += rtt
        await asyncio.sleep(took)
        if not accepted:
            raise AuthFailed(f"{self._address}: the agent does not accept credential {self._credential.id}")
