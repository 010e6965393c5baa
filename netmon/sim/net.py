"""How does the network answer when there is none?

`SimNet` is the seam of netmon.wire.net over the model of a province, in virtual time: no socket, no
thread, every chance drawn from one seed. The state of the network is read when a question is sent.
"""

import asyncio
import ipaddress
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from email.message import EmailMessage
from functools import partial
from typing import Literal, NamedTuple

from netmon.clock import Clock
from netmon.errors import BadAnswer, Refused, Unreachable
from netmon.model import Credential, Evidence, Ssh
from netmon.sim.mib import Mib
from netmon.sim.modem import SimModem
from netmon.sim.network import Network
from netmon.sim.objects import Objects
from netmon.sim.ports import ports_of
from netmon.sim.session import SimSession
from netmon.sim.specs import agent_spec
from netmon.sim.streams import SimStream, seen
from netmon.sim.traps import Delivery
from netmon.sim.view import Answer
from netmon.wire.net import Bucket, Hop, HttpReply, Mood, SnmpSession, Stream

_JITTER = 0.1  # a round trip takes up to this share longer than the model says
_RETRANSMIT = 1.0  # seconds after which TCP sends again what was lost (RFC 6298)


class Sent(NamedTuple):
    """Something the program sent out: when, how, where to, and the body (a mail's whole text; nothing for a call)."""

    at: float
    by: Literal["post", "chat", "mail", "text", "ring", "influx"]
    to: str
    body: bytes


class SimNet:
    """The simulated network. `sent` holds every HTTP POST, chat message, mail, SMS and call in order; all are taken."""

    def __init__(self, network: Network, clock: Clock, seed: int = 0) -> None:
        self.sent: list[Sent] = []
        self._modem = SimModem(lambda by, to, body: self.sent.append(Sent(clock.now(), by, to, body)))
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

    async def train(self, address: str, packets: int, spacing: float, timeout: float) -> Sequence[float | None]:
        """As wire.net.Net; the state of the network is read when each packet is sent."""
        times: list[float | None] = []
        for number in range(packets):
            if number * spacing >= timeout and not any(times):
                return times
            times.append(self.chance(self._network.answers(address), timeout))
            await asyncio.sleep(spacing)
        await asyncio.sleep(timeout if times[-1] is None else times[-1])
        return times

    async def connect(self, address: str, port: int, timeout: float) -> float:
        """As wire.net.Net: every device that can be reached has every port open but 0, and those of services that
        have ended."""
        rtt = self.chance(self._network.answers(address), timeout)
        await asyncio.sleep(timeout if rtt is None else rtt)
        if rtt is None:
            raise Unreachable(f"{address}:{port}: no answer in {timeout:g} s")
        if port == 0 or self._network.services.closed(address, port):
            raise Refused(f"{address}:{port}: connection refused")
        return rtt

    async def stream(self, address: str, port: int, timeout: float, tls: str | None = None) -> Stream:
        """As wire.net.Net: what the services of the model say; any other port is closed."""
        connected = await self._round_trip(address, timeout)
        now, services = self._clock.now(), self._network.services
        offers = services.at(address, port)
        if not offers:
            raise Refused(f"{address}: TCP port {port} is closed")
        greeting, answer = services.dialogue(offers, now)
        until = services.until(offers, tls or "")
        handshake = None if tls is None else seen(tls, until, await self._round_trip(address, timeout), now)
        return SimStream(connected, handshake, partial(self._round_trip, address), greeting, answer, until, now)

    async def datagram(
        self, address: str, port: int, payload: bytes, timeout: float, accept: Callable[[bytes], bool]
    ) -> tuple[bytes, float]:
        """As wire.net.Net: what the services of the model say; any other port is closed."""
        took = await self._round_trip(address, timeout)
        services = self._network.services
        offers = services.at(address, port)
        if not offers:
            raise Refused(f"{address}: UDP port {port} is closed")
        # who asks for the time compares it with this machine's wall clock, which knows nothing of virtual time
        answer = services.dialogue(offers, time.time())[1](payload)
        if not answer or not accept(answer):
            await asyncio.sleep(max(0.0, timeout - took))
            raise Unreachable(f"{address}: no answer on UDP port {port} within {timeout:g} s")
        return answer, took

    async def resolve(self, name: str, timeout: float) -> Sequence[str]:
        """As wire.net.Net: the model has no names."""
        raise BadAnswer(f"{name}: unknown name")

    async def trace(self, address: str, timeout: float, most: int = 20) -> Sequence[Hop]:
        """As wire.net.Net: the devices on the way that have an address."""
        owner = self._network.owner(address)
        way = self._network.reach(owner) if owner is not None else None
        if way is None:
            await asyncio.sleep(timeout)
            return []
        devices = self._network.inventory.devices
        hops = [devices[name].address or "" for name in way.devices[1:]][:most]
        return [Hop(hop, way.rtt * (n + 1) / len(hops) if hop else None) for n, hop in enumerate(hops)]

    async def sweep(self, interface: str, network: str, timeout: float) -> Sequence[tuple[str, str]]:
        """As wire.net.Net: the devices of the vantage's site that have power, with MACs made of their addresses."""
        await asyncio.sleep(timeout)
        inventory, segment = self._network.inventory, ipaddress.ip_network(network)
        site = inventory.sites[inventory.devices[inventory.vantage].site]
        addresses = (inventory.devices[name].address for name in site.devices if self._network.alive(name))
        found = sorted(ipaddress.ip_address(address) for address in addresses if address)
        return [(str(each), f"02:00:{each.packed.hex(':')}") for each in found if each in segment]

    async def show(
        self, address: str, login: Ssh, platform: str, commands: Sequence[str], timeout: float
    ) -> Mapping[str, str]:
        """As wire.net.Net: the model's devices have no command line."""
        raise Refused(f"{address}: no command line in a simulation")

    async def _round_trip(self, address: str, timeout: float) -> float:
        """Seconds of a round trip that is repeated until it comes through. Raises Unreachable after `timeout`."""
        answer, lost = self._network.answers(address), 0.0
        while lost < timeout:
            rtt = self.chance(answer, timeout - lost)
            if rtt is not None:
                await asyncio.sleep(lost + rtt)
                return lost + rtt
            lost += _RETRANSMIT if answer.reachable else timeout
        await asyncio.sleep(timeout)
        raise Unreachable(f"{address}: no answer within {timeout:g} s")

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

    async def influx(self, place: Bucket, lines: bytes, timeout: float) -> HttpReply:
        """As wire.net.Net: recorded, and accepted."""
        self.sent.append(Sent(self._clock.now(), "influx", place.url, lines))
        return HttpReply(204, b"")

    async def chat(self, url: str, title: str, text: str, mood: Mood, timeout: float) -> None:
        """As wire.net.Net: recorded, and accepted."""
        self.sent.append(Sent(self._clock.now(), "chat", url, f"{title}\n{text}".encode()))

    async def mail(
        self, server: str, message: EmailMessage, timeout: float, user: str = "", password: str = ""
    ) -> None:
        """As wire.net.Net: recorded, and accepted."""
        self.sent.append(Sent(self._clock.now(), "mail", server, message.as_bytes()))

    def modem(self, port: str) -> SimModem:
        """As wire.net.Net: there is one, whatever the port."""
        return self._modem

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
