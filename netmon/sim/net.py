"""How does the network answer when there is none?

`SimNet` is the seam of netmon.wire.net over the model of a province, in virtual time: no socket, no
thread, every chance drawn from one seed. The state of the network is read when a question is sent.
"""

import asyncio
import random
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from typing import Literal, NamedTuple

from netmon.clock import Clock
from netmon.errors import AuthFailed, BadAnswer, Refused, Unreachable
from netmon.model import Credential
from netmon.sim.ber import Oid
from netmon.sim.mib import Mib
from netmon.sim.network import Answer, Network
from netmon.sim.ports import Port, ports_of
from netmon.sim.specs import agent_spec
from netmon.wire.net import HttpReply, SnmpSession, SnmpValue

_JITTER = 0.1  # a round trip takes up to this share longer than the model says
_ROWS_PER_REQUEST = 25


class Sent(NamedTuple):
    """Something the program sent out: when, how, where to, and the body (a mail's whole text)."""

    at: float
    by: Literal["post", "mail"]
    to: str
    body: bytes


class SimNet:
    """The simulated network. `sent` holds every HTTP POST and mail, in order; all are accepted."""

    def __init__(self, network: Network, clock: Clock, seed: int = 0) -> None:
        self.sent: list[Sent] = []
        self._network = network
        self._clock = clock
        self._random = random.Random(f"{seed}/net")  # noqa: S311 (chance, not secrecy)
        self._sessions: dict[tuple[str, Credential], SimSession] = {}
        self._mibs: dict[str, _Known] = {}
        self._ports = ports_of(network.inventory)

    async def ping(self, addresses: Sequence[str], timeout: float) -> Sequence[float | None]:
        """As wire.net.Net: all at once, back with the last answer, or after `timeout` if one is missing."""
        results = [self.chance(self._network.answers(address), timeout) for address in addresses]
        if results:
            await asyncio.sleep(timeout if None in results else max(rtt for rtt in results if rtt is not None))
        return results

    async def connect(self, address: str, port: int, timeout: float) -> float:
        """As wire.net.Net: every device that can be reached has every port open, but for 0."""
        rtt = self.chance(self._network.answers(address), timeout)
        await asyncio.sleep(timeout if rtt is None else rtt)
        if rtt is None:
            raise Unreachable(f"{address}:{port}: no answer in {timeout:g} s")
        if port == 0:
            raise Refused(f"{address}:{port}: connection refused")
        return rtt

    def snmp(self, address: str, credential: Credential) -> SnmpSession:
        """As wire.net.Net: the same session for the same address and credential."""
        key = (address, credential)
        session = self._sessions.get(key)
        if session is None:
            session = self._sessions[key] = SimSession(self, address, credential)
        return session

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> HttpReply:
        """As wire.net.Net: recorded, and answered with 200."""
        self.sent.append(Sent(self._clock.now(), "post", url, body))
        return HttpReply(200, b"")

    async def mail(
        self, server: str, message: EmailMessage, timeout: float, user: str = "", password: str = ""
    ) -> None:
        """As wire.net.Net: recorded, and accepted."""
        self.sent.append(Sent(self._clock.now(), "mail", server, message.as_bytes()))

    async def close(self) -> None:
        """As wire.net.Net: there is nothing to give back."""

    def chance(self, answer: Answer, timeout: float) -> float | None:
        """The round trip of one packet, seconds: None if it is lost, or later than `timeout`."""
        if not answer.reachable or (answer.loss and self._random.random() < answer.loss):
            return None
        rtt = answer.rtt * (1 + self._random.random() * _JITTER)
        return rtt if rtt <= timeout else None

    def answers(self, address: str) -> Answer:
        """What the model says of an address."""
        return self._network.answers(address)

    def accepts(self, address: str, credential: Credential) -> bool:
        """Whether the device at an address knows this credential."""
        owner = self._network.owner(address)
        inventory = self._network.inventory
        return owner is not None and inventory.credentials.get(inventory.devices[owner].credential) == credential

    def mib(self, address: str) -> Mib:
        """What the device at an address says of itself now. LookupError if there is none."""
        owner = self._network.owner(address)
        if owner is None:
            raise LookupError(f"nothing is at {address}")
        known = self._mibs.get(owner)
        if known is None:
            device = self._network.inventory.devices[owner]
            spec = agent_spec(self._network, device, self._ports[owner])
            known = self._mibs[owner] = _Known(Mib(spec), self._network.boots(owner))
        known.follow(self._network, self._ports[owner], self._clock.now())
        return known.mib

    def now(self) -> float:
        """The simulation's time."""
        return self._clock.now()


class _Known:
    """A device's objects, and up to which change of the model they are right."""

    __slots__ = ("_boots", "_version", "mib")

    def __init__(self, mib: Mib, boots: int) -> None:
        self.mib = mib
        self._boots = boots
        self._version = -1

    def follow(self, network: Network, ports: Sequence[Port], now: float) -> None:
        """Catch up with the model."""
        if self._version == network.version:
            return
        self._version = network.version
        device = self.mib.spec.device
        if self._boots != network.boots(device):
            self._boots = network.boots(device)
            self.mib.reboot(network.booted_at(device))
        for port in ports:
            self.mib.set_port(port.name, network.port_up(device, port.name), now)


class SimSession:
    """A conversation with one simulated agent: serial, as the real one."""

    def __init__(self, net: SimNet, address: str, credential: Credential) -> None:
        self._net = net
        self._address = address
        self._credential = credential
        self._lock = asyncio.Lock()

    async def get(self, oids: Sequence[str], timeout: float) -> Mapping[str, SnmpValue]:
        """As wire.net.SnmpSession."""
        async with self._lock:
            await self._request(timeout)
            mib, now = self._net.mib(self._address), self._net.now()
            rows = {oid: mib.rows.get(_arcs(oid)) for oid in oids}
            found = {oid: row.at(now) for oid, row in rows.items() if row is not None}
            if not found:
                raise BadAnswer(f"{self._address}: an empty answer")
            return found

    async def table(self, columns: Sequence[str], timeout: float) -> Mapping[str, Mapping[str, SnmpValue]]:
        """As wire.net.SnmpSession; one request for each 25 rows of a column."""
        async with self._lock:
            result: dict[str, Mapping[str, SnmpValue]] = {}
            for column in columns:
                await self._request(timeout)
                rows = list(self._net.mib(self._address).column(_arcs(column)))
                for _ in range(len(rows) // _ROWS_PER_REQUEST):
                    await self._request(timeout)
                now = self._net.now()
                result[column] = {".".join(map(str, index)): row.at(now) for index, row in rows}
            return result

    async def _request(self, timeout: float) -> None:
        """One round trip. Raises Unreachable, or AuthFailed where a real agent would report it (v3)."""
        net = self._net
        rtt = net.chance(net.answers(self._address), timeout)
        accepted = net.accepts(self._address, self._credential)
        if rtt is None or (not accepted and self._credential.version == "2c"):
            await asyncio.sleep(timeout)
            raise Unreachable(f"{self._address}: no SNMP answer in {timeout:g} s")
        await asyncio.sleep(rtt)
        if not accepted:
            raise AuthFailed(f"{self._address}: the agent does not accept credential {self._credential.id}")


def _arcs(oid: str) -> Oid:
    return tuple(map(int, oid.strip(".").split(".")))
