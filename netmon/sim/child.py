"""What runs in the child process: many SNMP agents and services on loopback addresses, told what to do on stdin.

Each line on stdin is a JSON object, each is answered by one line on stdout. The first one brings the
agents' specs, the later ones say who is silent or losing, which ports are down and who restarts. The
process ends when stdin does, and so never outlives its parent.
"""

import asyncio
import json
import random
import resource
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, cast

from netmon.clock import Clock, SystemClock
from netmon.errors import NotPermitted
from netmon.sim.listeners import Listeners
from netmon.sim.mib import AgentSpec, Mib, PortSpec
from netmon.sim.services import Offer
from netmon.sim.snmp import Responder

_LINE_LIMIT = 64 * 1024 * 1024  # bytes of one control line; the specs of 300 agents take some 100 kB


class Agent(asyncio.DatagramProtocol):
    """One agent on its socket. Cut off, it keeps the socket and stays silent: a closed one would make the
    kernel answer `port unreachable`, which is a sign of life."""

    def __init__(self, spec: AgentSpec, clock: Clock) -> None:
        self.mib = Mib(spec)
        self.silent = False
        self.loss = 0.0
        self._clock = clock
        self._responder = Responder(self.mib)
        self._random = random.Random(f"{spec.seed}/loss/{spec.device}")  # noqa: S311 (chance, not secrecy)
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is open."""
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """A question came: answer it, or not."""
        if self.silent or (self.loss and self._random.random() < self.loss):
            return
        answer = self._responder.answer(data, self._clock.now())
        if answer is not None and self._transport is not None:
            self._transport.sendto(answer, addr)

    def close(self) -> None:
        """Give the socket back."""
        if self._transport is not None:
            self._transport.close()


class Province:
    """All agents of this process, by address and by device."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._by_address: dict[str, Agent] = {}
        self._by_device: dict[str, Agent] = {}
        self._down: set[tuple[str, str]] = set()
        self._silent: frozenset[str] = frozenset()
        self._loss: dict[str, float] = {}
        self._listeners = Listeners((), clock)

    async def open(self, specs: Sequence[AgentSpec], port: int, offers: Sequence[Offer]) -> None:
        """Open one socket for each agent and service. NotPermitted names the one that cannot be had."""
        self._listeners = Listeners(offers, self._clock)
        await self._listeners.refresh((), {})
        loop = asyncio.get_running_loop()
        for spec in specs:
            try:
                _, agent = await loop.create_datagram_endpoint(
                    partial(Agent, spec, self._clock), local_addr=(spec.address, port)
                )
            except OSError as error:
                raise NotPermitted(f"no socket at {spec.address}:{port}: {error}") from error
            self._by_address[spec.address] = self._by_device[spec.device] = agent

    async def obey(self, order: Mapping[str, Any]) -> None:
        """Do what one control line says; each key it has replaces what was said before under that key."""
        if "silent" in order:
            self._silent = frozenset(order["silent"])
            for address, agent in self._by_address.items():
                agent.silent = address in self._silent
        if "loss" in order:
            self._loss = {address: float(share) for address, share in order["loss"].items()}
            for address, agent in self._by_address.items():
                agent.loss = self._loss.get(address, 0.0)
        for address in order.get("rebooted", ()):
            if address in self._by_address:
                self._by_address[address].mib.reboot(self._clock.now())
        if "down" in order:
            self._set_ports({(device, port) for device, port in order["down"]})
        if "services" in order:
            self._listeners.services.as_told(order["services"])
        await self._listeners.refresh(self._silent, self._loss)

    def close(self) -> None:
        """Close every socket."""
        for agent in self._by_address.values():
            agent.close()
        self._listeners.close()

    def _set_ports(self, down: set[tuple[str, str]]) -> None:
        now = self._clock.now()
        for device, port in sorted(self._down ^ down):
            if device in self._by_device:
                self._by_device[device].mib.set_port(port, (device, port) not in down, now)
        self._down = down


def spec_of(fields: Mapping[str, Any]) -> AgentSpec:
    """An agent's spec as it came through JSON."""
    spec = AgentSpec(**fields)
    return replace(spec, ports=tuple(PortSpec(*port) for port in spec.ports))


def offer_of(fields: Sequence[Any]) -> Offer:
    """What a service offers as it came through JSON."""
    offer = Offer(*fields)
    return offer._replace(records=tuple((name, kind, tuple(values)) for name, kind, values in offer.records))


def say(message: Mapping[str, Any]) -> None:
    """One line to the parent."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


async def serve() -> int:
    """Answer until stdin ends. Returns the process's exit code."""
    lines = asyncio.StreamReader(limit=_LINE_LIMIT)
    pipe, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    province = Province(SystemClock())
    try:
        first = json.loads(await lines.readline() or "{}")
        try:
            specs = [spec_of(fields) for fields in first.get("specs", ())]
            offers = [offer_of(fields) for fields in first.get("offers", ())]
            await province.open(specs, first.get("port", 0), offers)
        except NotPermitted as error:
            say({"error": str(error)})
            return 1
        say({"ready": len(first.get("specs", ()))})
        while line := await lines.readline():
            await province.obey(json.loads(line))
            say({"done": True})
        return 0
    finally:
        province.close()
        pipe.close()


def main() -> int:
    """Run the agents; the parent decides when it is over, so an interrupt at the keyboard is left to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 65536)), hard))
    return asyncio.run(serve())


if __name__ == "__main__":
    sys.exit(main())
