"""How does a program get hundreds of real SNMP agents on loopback, and break them one by one?

They live in a child process (netmon.sim.child), so that what they cost is not booked on the program
that polls them. Nothing here opens a socket.
"""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import structlog

from netmon.errors import NotPermitted, NotRunning
from netmon.sim.mib import AgentSpec
from netmon.sim.network import Network
from netmon.sim.ports import ports_of
from netmon.sim.services import Offer

log = structlog.get_logger()

_END = 5.0  # seconds that the child may take to end before it is killed
_ROOT = Path(__file__).parents[2]  # what has to be on the child's path


class Agents:
    """The agents of one child process; made by `start`."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._lock = asyncio.Lock()

    @staticmethod
    @asynccontextmanager
    async def start(specs: Sequence[AgentSpec], port: int, offers: Sequence[Offer] = ()) -> AsyncIterator["Agents"]:
        """Agents that answer at each spec's address (127.x.y.z) and `port`, and services, until the block ends.

        Raises NotPermitted if an address cannot be had: taken, or not one of this machine.
        """
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "netmon.sim.child",
            stdin=PIPE, stdout=PIPE, env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip
        agents = Agents(process)
        try:
            await agents._tell({"port": port, "specs": [asdict(spec) for spec in specs], "offers": list(offers)})
            yield agents
        finally:
            await agents._end()

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    async def set(
        self,
        *,
        silent: Collection[str] | None = None,
        loss: Mapping[str, float] | None = None,
        ports: Mapping[tuple[str, str], bool] | None = None,
        rebooted: Collection[str] = (),
        services: Mapping[str, Any] | None = None,
    ) -> None:
        """Change how the agents behave; in force when this returns. NotRunning if the child is gone.

        `silent`: addresses that do not answer. `loss`: address -> share of requests that get no answer.
        `ports`: (device, port) -> up. Each, if given, replaces what was set before: addresses not named
        answer, ports not named are up. `rebooted`: addresses whose uptime and counters begin anew now.
        `services`: how the services do, as Services.tell says.
        """
        order: dict[str, Any] = {"rebooted": sorted(rebooted)}
        if silent is not None:
            order["silent"] = sorted(silent)
        if loss is not None:
            order["loss"] = dict(loss)
        if ports is not None:
            order["down"] = sorted(list(port) for port, up in ports.items() if not up)
        if services is not None:
            order["services"] = services
        await self._tell(order)

    async def show(self, network: Network, started: Collection[str] = ()) -> None:
        """Make the agents behave as the model says now. `started`: devices that Network.restore said start anew."""
        inventory = network.inventory
        devices = [device for device in inventory.devices.values() if device.address is not None]
        addresses = [*(device.address for device in devices), *(each.address for each in inventory.services.values())]
        answers = {address: network.answers(address) for address in addresses if address is not None}
        hung = {device.address for device in devices if device.address is not None and network.hung(device.id)}
        await self.set(
            silent=hung | {address for address, answer in answers.items() if not answer.reachable},
            loss={address: answer.loss for address, answer in answers.items() if answer.reachable and answer.loss},
            ports={
                (device, port.name): network.port_up(device, port.name)
                for device, ports in ports_of(inventory).items()
                for port in ports
            },
            rebooted={device.address for device in devices if device.address is not None and device.id in started},
            services=network.services.tell(),
        )

    async def _tell(self, message: Mapping[str, Any]) -> None:
        """Send one line and wait for the child's word that it is done."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise NotRunning("the simulated agents have no pipes")
        async with self._lock:
            try:
                stdin.write(json.dumps(message).encode() + b"\n")
                await stdin.drain()
                line = await stdout.readline()
            except (BrokenPipeError, ConnectionResetError):
                line = b""
        if not line:
            raise NotRunning("the process of the simulated agents has ended")
        if error := json.loads(line).get("error"):
            raise NotPermitted(f"the simulated agents have {error}")

    async def _end(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), _END)
        except TimeoutError:
            log.warning("simulated agents do not end, killing them", pid=self._process.pid)
            self._process.kill()
            await self._process.wait()
