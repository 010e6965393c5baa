"""How does the network answer when there is none?

`SimNet` is the seam of netmon.wire.net over the model of a province, in virtual time: no socket, no
thread, every chance drawn from one seed. The state of the network is read when a question is sent.
"""

import asyncio
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from email.message import EmailMessage
from typing import Literal, NamedTuple

from netmon.clock import Clock
from netmon.errors import AuthFailed, BadAnswer, Refused, Unreachable
from netmon.model import Credential, Evidence, Ssh
from netmon.sim.mib import Mib
from netmon.sim.network import Network
from netmon.sim.objects import Objects
from netmon.sim.ports import ports_of
from netmon.sim.specs import agent_spec
from netmon.sim.traps import Delivery
from netmon.sim.view import Answer
from netmon.wire.net import Hop, HttpReply, SnmpSession, SnmpValue, Stream, by_themselves

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
        self._seed = seed
        self._random = random.Random(f"{seed}/net")  # noqa: S311 (chance, not secrecy)
        self._sessions: dict[tuple[str, Credential], SimSession] = {}
        self._mibs: dict[str, Objects] = {}
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

    async def stream(self, address: str, port: int, timeout: float, tls: str | None = None) -> Stream:
        """As wire.net.Net."""
        raise BadAnswer("not yet")

    async def datagram(
        self, address: str, port: int, payload: bytes, timeout: float, accept: Callable[[bytes], bool]
    ) -> tuple[bytes, float]:
        """As wire.net.Net."""
        raise BadAnswer("not yet")

    async def resolve(self, name: str, timeout: float) -> Sequence[str]:
        """As wire.net.Net."""
        raise BadAnswer("not yet")

    async def trace(self, address: str, timeout: float, most: int = 20) -> Sequence[Hop]:
        """As wire.net.Net."""
        raise BadAnswer("not yet")

    async def sweep(self, interface: str, network: str, timeout: float) -> Sequence[tuple[str, str]]:
        """As wire.net.Net."""
        raise BadAnswer("not yet")

    async def show(
        self, address: str, login: Ssh, platform: str, commands: Sequence[str], timeout: float
    ) -> Mapping[str, str]:
        """As wire.net.Net."""
        raise BadAnswer("not yet")

    def listen(self, hear: Callable[[Iterable[Evidence]], None]) -> None:
        """Hand over the traps that arrive from now on, as they arrive."""
        self._network.watch(Delivery(hear, self._clock, self._seed))

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

    def agent(self, address: str) -> Answer:
        """The same of the SNMP agent there, which may hang while its device answers pings."""
        owner = self._network.owner(address)
        return Answer(False) if owner is not None and self._network.hung(owner) else self._network.answers(address)

    def accepts(self, address: str, credential: Credential) -> bool:
        """Whether the device at an address knows this credential."""
        owner = self._network.owner(address)
        inventory = self._network.inventory
        return owner is not None and inventory.credentials.get(inventory.devices[owner].credential) == credential

    def mib(self, address: str) -> Mib:
        """What the device at an address says of itself now. LookupError if there is none."""
        return self.objects(address).mib

    def objects(self, address: str) -> Objects:
        """The same, by OIDs in dotted text."""
        owner = self._network.owner(address)
        if owner is None:
            raise LookupError(f"nothing is at {address}")
        known = self._mibs.get(owner)
        if known is None:
            device = self._network.inventory.devices[owner]
            spec = agent_spec(self._network, device, self._ports[owner])
            known = self._mibs[owner] = Objects(Mib(spec, self._network.battery(owner)), self._network.boots(owner))
        known.follow(self._network, self._ports[owner], self._clock.now())
        return known

    def now(self) -> float:
        """The simulation's time."""
        return self._clock.now()


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
