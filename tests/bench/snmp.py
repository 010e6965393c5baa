"""What does a table cost when it is polled by SNMPv2c: one socket and all columns at once, beside gufo-snmp?

Ten columns of 25 rows from each device, whose agents run in a child process, so that their time is not counted.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence

from gufo.snmp import SnmpVersion
from gufo.snmp.aio import SnmpSession

from netmon.model import Credential, Secret
from netmon.sim.agent import Agents
from netmon.sim.mib import AgentSpec, PortSpec
from netmon.wire.real import RealNet
from tests.bench.figure import Figure
from tests.ports import free_port

PORTS = 24  # and the loopback
ROWS = PORTS + 1
IF, IFX = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1"
COLUMNS = (f"{IF}.2", f"{IF}.7", f"{IF}.8", f"{IF}.9", f"{IF}.13", f"{IF}.14", f"{IF}.19", f"{IF}.20",
           f"{IFX}.6", f"{IFX}.10")  # fmt: skip
COMMUNITY = "bench"
AT_ONCE = 20
BUDGET = 0.5


def specs(count: int) -> list[AgentSpec]:
    ports = tuple(PortSpec(f"Gi0/0/{n}", f"line {n}", 1_000_000_000, 0.1) for n in range(PORTS))
    return [
        AgentSpec(
            device=f"r{n}", address=f"127.67.{n // 250}.{n % 250 + 1}", community=COMMUNITY,
            booted_at=time.time() - 86400, ports=ports,
        )
        for n in range(count)
    ]  # fmt: skip


async def sweep(addresses: Sequence[str], poll: Callable[[str], Awaitable[None]]) -> float:
    """Seconds of CPU time that one poll of each takes, so many at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(address: str) -> None:
        async with gate:
            await poll(address)

    before = time.process_time()
    await asyncio.gather(*(one(address) for address in addresses))
    return time.process_time() - before


async def compare(count: int, runs: int) -> tuple[float, float]:
    """CPU seconds for one device, ours and gufo-snmp's; medians of runs that take turns."""
    port, devices = free_port(), specs(count)
    addresses = [each.address for each in devices]
    credential = Credential(id="c", version="2c", port=port, community=Secret(COMMUNITY, "-"))
    net = RealNet()
    version = SnmpVersion.v2c
    theirs = {
        each: SnmpSession(each, port=port, community=COMMUNITY, version=version, timeout=30) for each in addresses
    }

    async def ours(address: str) -> None:
        found = await net.snmp(address, credential).table(COLUMNS, 30)
        assert all(len(column) == ROWS for column in found.values())

    async def gufo(address: str) -> None:
        for column in COLUMNS:
            rows = [row async for row in theirs[address].getbulk(column, ROWS + 1)]
            assert len(rows) == ROWS

    async with Agents.start(devices, port):
        await sweep(addresses, ours)
        await sweep(addresses, gufo)
        pairs = [(await sweep(addresses, ours), await sweep(addresses, gufo)) for _ in range(runs)]
    await net.close()
    return statistics.median(each for each, _ in pairs) / count, statistics.median(each for _, each in pairs) / count


def snmp_table(scale: float, runs: int) -> Figure:
    """One poll of ten columns of 25 rows; `scale` 1 is 200 devices."""
    cost, beside = asyncio.run(compare(max(2, int(200 * scale)), runs))
    return Figure(
        f"SNMPv2c: {len(COLUMNS)} columns x {ROWS} rows of one device", "ms", cost * 1e3,
        "gufo-snmp, a walk a column", beside * 1e3, BUDGET,
    )  # fmt: skip
