"""Do the agents of the child process behave like real ones, also when they are broken and when their parent dies?"""

import asyncio
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Collection
from pathlib import Path

import pytest
from gufo.snmp import SnmpVersion
from gufo.snmp.aio import SnmpSession
from structlog.testing import capture_logs

from netmon.errors import NotPermitted, NotRunning
from netmon.sim.agent import Agents
from netmon.sim.mib import AgentSpec, PortSpec
from netmon.sim.network import Network
from netmon.sim.province import loopback
from netmon.sim.specs import agent_specs
from tests.conftest import ROOT
from tests.ports import free_port
from tests.sim.world import COMMUNITY, province

UPTIME = "1.3.6.1.2.1.1.3.0"
NAME = "1.3.6.1.2.1.1.5.0"
BOOTS = "1.3.6.1.6.3.10.2.1.2.0"
OPER = "1.3.6.1.2.1.2.2.1.8"
ANSWERS, SILENCE = 30.0, 0.3
"""How long an answer may take, and how long there has to be none."""
Require = Callable[[str, str], str]


def specs(count: int) -> list[AgentSpec]:
    ports = tuple(PortSpec(f"Gi0/0/{n}", f"line {n}", 100_000_000, 0.1) for n in range(4))
    return [
        AgentSpec(
            device=f"r{n}",
            address=f"127.66.{n // 250}.{n % 250 + 1}",
            community=COMMUNITY,
            booted_at=time.time() - 30 * 86400,
            ports=ports,
        )
        for n in range(count)
    ]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
async def agents(port: int) -> AsyncIterator[Agents]:
    async with Agents.start(specs(3), port) as started:
        yield started


def session(address: str, port: int, community: str = COMMUNITY, timeout: float = ANSWERS) -> SnmpSession:
    return SnmpSession(address, port=port, community=community, version=SnmpVersion.v2c, timeout=timeout)


async def answers(address: str, port: int, community: str = COMMUNITY, within: float = ANSWERS) -> bool:
    try:
        return await session(address, port, community, within).get(NAME) is not None
    except TimeoutError:
        return False


async def silent(address: str, port: int, community: str = COMMUNITY) -> bool:
    return not await answers(address, port, community, SILENCE)


async def number(gufo: SnmpSession, oid: str) -> int:
    value = await gufo.get(oid)
    assert isinstance(value, int)
    return value


async def run(program: str, *args: str) -> list[str]:
    process = await asyncio.create_subprocess_exec(
        program, *args, stdout=asyncio.subprocess.PIPE, env={**os.environ, "MIBS": ""}
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return out.decode().splitlines()


def oids_and_values(lines: list[str]) -> dict[str, str]:
    """What net-snmp printed with -On: OID -> value text, in the order of the walk."""
    pairs = (line.partition(" = ") for line in lines)
    return {oid.removeprefix("."): value for oid, _, value in pairs if value}


async def test_net_snmp_and_gufo_see_the_same(agents: Agents, port: int, require_program: Require) -> None:
    where = ("-v2c", "-c", COMMUNITY, "-On", "-r0", f"-t{ANSWERS:.0f}", f"127.66.0.1:{port}")
    walked = oids_and_values(await run(require_program("snmpwalk", "snmp"), *where, ".1"))
    bulked = oids_and_values(await run(require_program("snmpbulkwalk", "snmp"), "-Cr7", *where, ".1"))
    got = oids_and_values(await run(require_program("snmpget", "snmp"), *where, *list(walked)[:10]))
    fixed = {oid: value for oid, value in walked.items() if "Counter" not in value and "Timeticks" not in value}
    fixed.pop("1.3.6.1.6.3.10.2.1.3.0")  # snmpEngineTime
    assert list(walked)[:-1] == list(bulked)[:-1]  # the last line of each is "No more variables left"
    assert len(walked) > 150
    assert {oid: value for oid, value in bulked.items() if oid in fixed} == fixed
    assert [oid for oid in got if oid in fixed and got[oid] != fixed[oid]] == []
    async with session("127.66.0.1", port) as gufo:
        fetched = {oid: value async for oid, value in gufo.fetch("1.3.6.1")}
        nexts = [oid async for oid, _ in gufo.getnext("1.3.6.1")]
        named = await gufo.get_many([NAME, UPTIME, "1.3.6.1.9.9"])
    assert [oid for oid in walked if oid not in fetched and oid.startswith("1.3.6.1")][:-1] == []
    assert list(fetched) == nexts
    assert fetched[NAME] == named[NAME] == b"r0"
    assert fixed[NAME] == 'STRING: "r0"'
    assert sorted(named) == [UPTIME, NAME]
    for oid, text in fixed.items():
        kind, _, value = text.partition(": ")
        if kind in ("INTEGER", "Gauge32"):
            assert fetched[oid] == int(value)
        elif kind == "STRING":
            assert fetched[oid] == value.strip('"').encode()
        elif kind == "OID":
            assert fetched[oid] == value.removeprefix(".")


async def test_silence_loss_ports_and_reboots(agents: Agents, port: int) -> None:
    await agents.set(silent={"127.66.0.2"}, loss={"127.66.0.3": 1.0}, ports={("r0", "Gi0/0/1"): False})
    assert await answers("127.66.0.1", port)
    assert [await silent(f"127.66.0.{n}", port) for n in (2, 3)] == [True, True]
    async with session("127.66.0.1", port) as gufo:
        assert [value async for _, value in gufo.fetch(OPER)] == [1, 1, 2, 1, 1]
        before = await number(gufo, UPTIME)
        await agents.set(rebooted={"127.66.0.1"})
        assert before > 100_000 > await number(gufo, UPTIME)
        assert await number(gufo, BOOTS) == 2
        assert [value async for _, value in gufo.fetch(OPER)] == [1, 1, 2, 1, 1]
        await agents.set(ports={})
        assert [value async for _, value in gufo.fetch(OPER)] == [1, 1, 1, 1, 1]
    await agents.set(silent=(), loss={})
    assert [await answers(f"127.66.0.{n}", port) for n in (1, 2, 3)] == [True, True, True]


async def test_some_loss_loses_some(agents: Agents, port: int) -> None:
    await agents.set(loss={"127.66.0.1": 0.5})
    gufo = session("127.66.0.1", port, timeout=0.05)
    heard = 0
    for _ in range(40):
        try:
            heard += await gufo.get(NAME) is not None
        except TimeoutError:
            continue
    assert 5 < heard < 35


async def test_a_cut_agent_is_silent_and_does_not_refuse(agents: Agents, port: int) -> None:
    await agents.set(silent={"127.66.0.1"})
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(("127.66.0.1", port))
        sock.settimeout(0.2)
        sock.send(b"anything")
        with pytest.raises(TimeoutError):  # a closed socket would give ConnectionRefusedError at once
            sock.recv(100)


async def test_a_wrong_community_hears_nothing(agents: Agents, port: int) -> None:
    assert await silent("127.66.0.1", port, community="public")
    assert await answers("127.66.0.1", port)


async def test_rubbish_does_not_stop_it(agents: Agents, port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for size in (0, 1, 100, 1500, 60_000):
            sock.sendto(b"\x30" * size, ("127.66.0.1", port))
            sock.sendto(os.urandom(size), ("127.66.0.1", port))
    assert await answers("127.66.0.1", port)


async def test_two_hundred_agents_in_one_child(port: int) -> None:
    async with Agents.start(specs(200), port) as agents:
        sessions = [session(spec.address, port) for spec in specs(200)]
        names = await asyncio.gather(*(each.get(NAME) for each in sessions))
        assert names == [f"r{n}".encode() for n in range(200)]
        await agents.set(silent={spec.address for spec in specs(200)[::2]})
        assert all(await asyncio.gather(*(silent(spec.address, port) for spec in specs(200)[::2])))
        assert all(await asyncio.gather(*(answers(spec.address, port) for spec in specs(200)[1::2])))


async def test_the_agents_show_a_broken_province(port: int) -> None:
    played = loopback(province(), port, COMMUNITY, {"snmp": dict, "interfaces": dict})
    network = Network(played)

    async def heard(dead: Collection[str] = ()) -> list[str]:
        """Who answers; of the `dead` no answer is waited for long."""
        addresses = {each.id: each.address or "" for each in played.devices.values()}
        asked = (answers(at, port, within=SILENCE if name in dead else ANSWERS) for name, at in addresses.items())
        found = await asyncio.gather(*asked)
        return [name for name, alive in zip(addresses, found, strict=True) if alive]

    async with Agents.start(agent_specs(network), port) as agents:
        await agents.show(network)
        assert await heard() == [*played.devices]
        network.cut("d/1", "d/2")
        network.fail("a-cam")
        network.loss("e/1", 1.0)
        network.hang("f-r1")
        await agents.show(network)
        dead = {"d-r1", "e-r1", "f-r1", "a-cam", "b-r1"}
        assert await heard(dead) == [name for name in played.devices if name not in dead]
        core = session(played.devices["core-1"].address or "", port)
        ports = [value async for _, value in core.fetch("1.3.6.1.2.1.31.1.1.1.1")]
        states = [value async for _, value in core.fetch(OPER)]
        assert dict(zip(ports, states, strict=True)) == {b"lo": 1, b"Gi0/0/0": 1, b"Gi0/0/1": 1, b"Gi0/0/4": 2}
        await agents.show(network, network.restore())
        assert await heard() == [*played.devices]
        camera = session(played.devices["a-cam"].address or "", port)
        assert await number(camera, UPTIME) < 100_000
        assert await number(core, UPTIME) > 100_000


async def test_an_address_in_use_is_told(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.66.0.2", port))
        with pytest.raises(NotPermitted, match=r"127\.66\.0\.2"):
            async with Agents.start(specs(3), port):
                pass


async def test_they_end_by_themselves(port: int) -> None:
    with capture_logs() as logged:
        async with Agents.start(specs(3), port) as agents:
            watch = os.pidfd_open(agents.pid)
    try:
        assert select.select([watch], [], [], 0)[0] == [watch]
    finally:
        os.close(watch)
    assert logged == []


async def test_a_dead_child_is_told(agents: Agents) -> None:
    os.kill(agents.pid, signal.SIGKILL)
    with pytest.raises(NotRunning):
        await agents.set(silent=())


PARENT = """
import asyncio, sys
from netmon.sim.agent import Agents
from netmon.sim.mib import AgentSpec

async def main():
    spec = AgentSpec(device="r", address="127.66.0.1", community="c", booted_at=0.0)
    async with Agents.start([spec], int(sys.argv[1])) as agents:
        print(agents.pid, flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_the_child_does_not_outlive_its_parent(port: int, how: signal.Signals, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(port)],
        stdout=subprocess.PIPE,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as parent:
        assert parent.stdout is not None
        child = json.loads(parent.stdout.readline())
        watch = os.pidfd_open(child)
        try:
            assert select.select([watch], [], [], 0)[0] == []
            parent.send_signal(how)
            parent.wait()
            assert select.select([watch], [], [], 20)[0] == [watch]
        finally:
            os.close(watch)
