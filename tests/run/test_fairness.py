"""Do dead and slow devices hold up anybody but themselves, and is a dead agent left in peace?

In virtual time: what waits for a lock, a pool or another's answer shows there as on any machine. What the processor
has to do with it is measured on real sockets by tests/bench/scale.py.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import ClassVar

import pytest
import structlog

from netmon.errors import CollectError, Refused, Unreachable
from netmon.model import Metric, Sample, Target, Task
from netmon.run.backoff import LONGEST, MOST_ROUNDS
from netmon.run.poller import Poller
from netmon.run.schedule import Due, Job, Schedule
from netmon.run.tally import TABLE_ROUNDS
from netmon.sim.net import SimNet
from netmon.sim.network import Network
from netmon.sim.virtual import VirtualClock, run_virtual
from netmon.wire.net import Net
from tests.province import SMALL, T0, made
from tests.run.test_poller import Intake

EVERY, PATIENCE = 30.0, 2.0


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    yield
    structlog.reset_defaults()


@dataclass(slots=True)
class World:
    """Who is dead, who is slow (seconds for each poll), who refuses; and of each (target, collector), when a poll was
    begun and how long it lasted."""

    dead: set[str] = field(default_factory=set)
    slow: dict[str, float] = field(default_factory=dict)
    refusing: set[str] = field(default_factory=set)
    begun: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    lasted: dict[tuple[str, str], list[float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asks:
    """A collector of that world; `life` tells life from death, `name` is what it is called in `begun`."""

    METRICS: ClassVar[Mapping[str, Metric]] = {}
    world: World
    name: str

    async def ask(self, target: Target) -> list[Sample]:
        clock = VirtualClock().now
        key, begun = (target.id, self.name), clock()
        self.world.begun.setdefault(key, []).append(begun)
        try:
            if target.id in self.world.dead:
                await asyncio.sleep(target.timeout)
                raise Unreachable("nothing")
            if target.id in self.world.refusing:
                raise Refused("closed")
            slow = self.world.slow.get(target.id) or self.world.slow.get("/".join(key))
            await asyncio.sleep(0.01 if slow is None else slow)
        finally:
            self.world.lasted.setdefault(key, []).append(clock() - begun)
        return [Sample("x", 1.0)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Agent:
    """Asks the agent whether it lives."""

    METRICS: ClassVar[Mapping[str, Metric]] = {}
    REACHABILITY: ClassVar[bool] = True
    asks: Asks

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        return await self.asks.ask(target)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """Asks for a table."""

    METRICS: ClassVar[Mapping[str, Metric]] = {}
    REACHABILITY: ClassVar[bool] = False
    asks: Asks

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        return await self.asks.ask(target)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Echo:
    """Pings many at once; everybody answers."""

    METRICS: ClassVar[Mapping[str, Metric]] = {}
    REACHABILITY: ClassVar[bool] = True

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        raise AssertionError("slices only")

    async def collect_slice(self, targets: list[Target], net: Net) -> list[list[Sample] | CollectError]:
        await asyncio.sleep(0.01)
        return [[Sample("x", 1.0)] for _ in targets]


def target(name: str) -> Target:
    return Target(id=name, of="device", site="s", level="l", address="10.0.0.1", timeout=PATIENCE)


def wanted(world: World, count: int, *tables: str, agent: bool = True) -> list[Job]:
    """So many devices: pings, if so their agent, and these tables."""
    echo = Echo()
    found: list[Job] = []
    for n in range(count):
        to = target(f"t{n}")
        found.append(Job(to, Task(collector="icmp", plugin=echo, every=10.0, timeout=1.0)))
        if agent:
            plugin = Agent(asks=Asks(world=world, name="snmp"))
            found.append(Job(to, Task(collector="snmp", plugin=plugin, every=EVERY, timeout=PATIENCE)))
        for name in tables:
            table = Table(asks=Asks(world=world, name=name))
            found.append(Job(to, Task(collector=name, plugin=table, every=EVERY, timeout=PATIENCE)))
    return found


def play(jobs: list[Job], *acts: tuple[float, object], until: float) -> Poller:
    """Poll until then; each act is called at its time, in seconds from the start."""

    async def main() -> Poller:
        clock = VirtualClock()
        net = SimNet(Network(made(SMALL).inventory, clock=clock), clock)
        poller = Poller(Schedule(jobs, clock.now()), jobs, net, clock, Intake())
        running = asyncio.create_task(poller.run())
        for at, act in (*acts, (until, None)):
            await asyncio.sleep(T0 + at - clock.now())
            if callable(act):
                act()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return poller

    return run_virtual(main(), T0)


def gaps(times: list[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(times)]


@pytest.mark.parametrize("count", [200, pytest.param(2000, marks=pytest.mark.nightly)])
@pytest.mark.parametrize("dead", [0.10, 0.30])
def test_dead_and_slow_devices_delay_nobody(count: int, dead: float) -> None:
    """One in twenty takes longer for a table than its interval allows; so many are dead from the first minute on."""
    world = World()
    slow = {f"t{n}" for n in range(round(count * 0.05))}
    world.slow = {f"{name}/{table}": 60.0 for name in slow for table in ("interfaces", "sensors")}
    gone = {f"t{n}" for n in range(len(slow), len(slow) + round(count * dead))}
    jobs = wanted(world, count, "interfaces", "sensors")
    poller = play(jobs, (60.0, lambda: world.dead.update(gone)), until=360.0)
    healthy = [key for key in world.begun if key[0] not in slow and key[0] not in gone]
    assert len(healthy) == 3 * (count - len(slow) - len(gone))
    for key in healthy:
        later = [at for at in world.begun[key] if at > T0 + EVERY]
        assert len(later) >= 10
        assert gaps(later) == pytest.approx([EVERY] * (len(later) - 1), abs=EVERY * 0.05), key
    assert poller.skipped == 0
    assert dict(poller.delays.quantiles())["1"] < 0.05 * 10.0
    assert poller.backed_off == 2 * len(gone)


def test_the_tables_of_a_dead_agent_are_asked_for_more_seldom_and_its_life_is_not() -> None:
    world = World()
    poller = play(wanted(world, 1, "interfaces"), (100.0, lambda: world.dead.add("t0")), until=3000.0)
    tables = [at - T0 for at in world.begun["t0", "interfaces"] if at > T0 + 100.0]
    apart = gaps(tables)
    assert apart == sorted(apart)
    assert apart[-1] == pytest.approx(min(MOST_ROUNDS * EVERY, LONGEST), abs=0.1)
    assert {round(gap / EVERY, 2) % 1 for gap in apart} == {0.0}, "on its own phase"
    agent = [at for at in world.begun["t0", "snmp"] if at > T0 + EVERY]
    assert gaps(agent) == pytest.approx([EVERY] * (len(agent) - 1), abs=0.1)
    assert poller.backed_off == 1
    assert poller.overlapped == 0


def test_with_the_first_answer_of_the_agent_its_tables_are_asked_at_once() -> None:
    world = World()

    def back() -> None:
        world.dead.clear()

    jobs = wanted(world, 1, "interfaces", "sensors")
    poller = play(jobs, (100.0, lambda: world.dead.add("t0")), (1000.0, back), until=1200.0)
    answered = next(at for at in world.begun["t0", "snmp"] if at > T0 + 1000.0)
    for name in ("interfaces", "sensors"):
        after = [at for at in world.begun["t0", name] if at > T0 + 1000.0]
        assert after[0] - answered < 0.2
        assert gaps(after[1:]) == pytest.approx([EVERY] * (len(after) - 2), abs=0.1)
    assert poller.backed_off == 0


def test_a_table_that_brings_nothing_while_its_agent_answers_keeps_its_interval() -> None:
    world = World(slow={"t0/interfaces": 1e6})
    poller = play(wanted(world, 1, "interfaces"), until=600.0)
    assert len(world.begun["t0", "interfaces"]) >= 19
    assert poller.backed_off == 0
    [slow] = poller.slowest(5)
    assert (slow.id, slow.collector) == ("t0", "interfaces")
    assert slow.seconds == pytest.approx(EVERY * TABLE_ROUNDS)


def test_without_anybody_who_asks_the_agent_two_rounds_of_nothing_count() -> None:
    world = World()
    jobs = wanted(world, 1, "interfaces", agent=False)
    acts = ((100.0, lambda: world.dead.add("t0")), (125.0, world.dead.clear), (300.0, lambda: world.dead.add("t0")))
    play(jobs, *acts, until=900.0)
    apart = [round(gap) for gap in gaps(world.begun["t0", "interfaces"][1:])]
    assert apart[:7] == [30] * 7, "one lost round is chance"
    assert 300 in apart or 240 in apart


def test_a_refusal_costs_nothing_and_is_asked_again_at_the_interval() -> None:
    world = World(refusing={"t0"})
    poller = play(wanted(world, 1, "interfaces"), until=600.0)
    assert len(world.begun["t0", "interfaces"]) >= 19
    assert poller.backed_off == 0


def test_all_tables_of_a_device_together_do_not_last_longer_than_its_interval() -> None:
    world = World(slow={"t0/interfaces": 1e6, "t0/sensors": 1e6, "t0/bgp": 3.0})
    poller = play(wanted(world, 1, "interfaces", "sensors", "bgp"), until=600.0)
    tables = {key: lasted for key, lasted in world.lasted.items() if key[1] != "snmp"}
    for own in zip(*(lasted[2:18] for lasted in tables.values()), strict=True):
        assert sum(own) <= EVERY * TABLE_ROUNDS + 0.01
    assert set(map(round, tables["t0", "bgp"])) == {3}, "the small one has its time"
    assert min(tables["t0", "interfaces"][2:]) > EVERY * TABLE_ROUNDS / 3, "what it leaves is used"
    assert poller.overlapped == 0


def test_the_slowest_are_named_one_by_one_and_the_dead_are_not() -> None:
    world = World(slow={"t1": 1.6, "t2": 4.0, "t3": 0.9, "t4/sensors": 2.0}, dead={"t5"})
    poller = play(wanted(world, 7, "interfaces", "sensors"), until=120.0)
    assert [(slow.id, round(slow.seconds, 1)) for slow in poller.slowest(5)] == [("t2", 4.0), ("t4", 2.0), ("t1", 1.6)]
    assert [slow.id for slow in poller.slowest(1)] == ["t2"]


def test_a_reload_forgets_who_was_left_in_peace_and_is_gone() -> None:
    world = World(dead={"t0", "t1"})
    jobs = wanted(world, 2, "interfaces")

    async def main() -> tuple[int, int]:
        clock = VirtualClock()
        net = SimNet(Network(made(SMALL).inventory, clock=clock), clock)
        poller = Poller(Schedule(jobs, clock.now()), jobs, net, clock, Intake())
        running = asyncio.create_task(poller.run())
        await asyncio.sleep(200)
        before = poller.backed_off
        poller.use([job for job in jobs if job.target.id == "t1"])
        after = poller.backed_off
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return before, after

    assert run_virtual(main(), T0) == (2, 1)


def test_a_large_first_round_is_spread_over_more_than_a_small_one() -> None:
    task = Task(collector="snmp", plugin=None, every=60.0, timeout=1.0)
    schedule = Schedule([Job(target(f"t{n}"), task) for n in range(20_000)], 0.0)
    seconds = Counter(int(due.at) for due in schedule.take(60.0))
    assert max(seconds) == 9
    assert max(seconds.values()) < 2300


def test_a_turn_moved_back_and_forth_comes_once() -> None:
    job = Job(target("t0"), Task(collector="icmp", plugin=None, every=10.0, timeout=1.0))
    schedule = Schedule([job], 0.0)
    [first] = schedule.take(10.0)
    assert isinstance(first, Due)
    schedule.leave_out(job.key, 3)
    schedule.at_once(job.key, 11.0)
    schedule.leave_out(job.key, 1)
    schedule.at_once(job.key, 12.0)
    turns = [due.at for now in range(12, 100) for due in schedule.take(float(now))]
    assert turns[0] == 12.0
    assert 8 <= len(turns) <= 9
    assert all(5.0 <= gap <= 15.0 for gap in gaps(turns))
    assert schedule.skipped == 0
