"""Is everybody asked in time, whatever one target or one collector does?"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import ClassVar, Literal

import pytest
import structlog

from netmon.errors import AuthFailed, BadAnswer, CollectError, Refused, Unreachable
from netmon.model import Answers, Evidence, Metric, Observation, PortSeen, Sample, Target, Task, UptimeSeen
from netmon.run.bus import Batch, Frame
from netmon.run.poller import Poller
from netmon.run.schedule import Job, Schedule
from netmon.sim.net import SimNet
from netmon.sim.network import Network
from netmon.sim.virtual import VirtualClock, run_virtual
from netmon.wire.net import Net
from tests.province import SMALL, T0, made


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    yield
    structlog.reset_defaults()


@dataclass(slots=True)
class Intake:
    """Keeps what the poller brings. `silent` are targets whose tables are not worth a poll."""

    pieces: list[Evidence] = field(default_factory=list)
    numbers: list[tuple[str, str, float, tuple[Sample, ...]]] = field(default_factory=list)
    frames: list[tuple[str, Frame]] = field(default_factory=list)
    silent: frozenset[str] = frozenset()

    def evidence(self, pieces: Iterable[Evidence]) -> None:
        for piece in pieces:
            self.pieces.extend(piece.each() if isinstance(piece, Answers) else (piece,))

    def batch(self, polls: Batch) -> None:
        for target, frame, (value,) in zip(polls.targets, polls.frames, polls.values, strict=True):
            self.polled(target, polls.collector, polls.at, Frame(*frame), polls.keep)
            self.samples(
                target, polls.collector, polls.at, [Sample(polls.names[0], value, polls.labels[0])], polls.keep
            )

    def samples(self, target: Target, collector: str, at: float, samples: Sequence[Sample], keep: float) -> None:
        self.numbers.append((target.id, collector, at, tuple(samples)))

    def polled(self, target: Target, collector: str, at: float, frame: Frame, keep: float) -> None:
        self.frames.append((target.id, frame))

    def needless(self, target: str) -> bool:
        return target in self.silent

    def seen(self, target: str) -> list[Observation]:
        return [piece for piece in self.pieces if isinstance(piece, Observation) and piece.target == target]

    def frame(self, target: str) -> list[Frame]:
        return [frame for name, frame in self.frames if name == target]


Behaviour = Callable[[Target, int], float | Exception | list[Sample]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scripted:
    """A collector that does what the test says: seconds to last before it answers, an exception, or samples."""

    METRICS: ClassVar[Mapping[str, Metric]] = {"netmon_if_oper_status": Metric("gauge", "Ports.", ("ifName",))}
    REACHABILITY: ClassVar[bool] = True
    EVERY: ClassVar[float] = 2.0
    TIMEOUT: ClassVar[float] = 1.0

    does: Behaviour
    begun: list[tuple[str, float, float]] = field(default_factory=list)

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        what = self.does(target, len(self.begun))
        self.begun.append((target.id, asyncio.get_running_loop().time(), target.timeout))
        if isinstance(what, Exception):
            raise what
        if isinstance(what, list):
            return what
        await asyncio.sleep(what)
        return [Sample("x", 1.0)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tables:
    """A collector of numbers only."""

    METRICS: ClassVar[Mapping[str, Metric]] = {}
    REACHABILITY: ClassVar[bool] = False
    begun: list[str] = field(default_factory=list)

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        self.begun.append(target.id)
        raise Unreachable("nothing")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mains:
    """A collector that tells what feeds a device."""

    METRICS: ClassVar[Mapping[str, Metric]] = {"netmon_ups_on_battery": Metric("gauge", "1 on battery.")}
    REACHABILITY: ClassVar[bool] = False
    begun: list[str] = field(default_factory=list)

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        self.begun.append(target.id)
        return []


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Slices:
    """A collector that asks many at once, and has a bug with one of them."""

    METRICS: ClassVar[Mapping[str, Metric]] = {}
    REACHABILITY: ClassVar[bool] = True
    asked: list[list[str]] = field(default_factory=list)
    bug: bool = False

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        raise AssertionError("slices only")

    async def collect_slice(self, targets: Sequence[Target], net: Net) -> list[list[Sample] | CollectError]:
        self.asked.append([target.id for target in targets])
        if self.bug:
            raise ZeroDivisionError("slice")
        return [Unreachable("dead") if target.id == "t0" else [Sample("x", 1.0)] for target in targets]


def jobs(plugin: object, count: int, every: float = 2.0, timeout: float = 1.0) -> list[Job]:
    task = Task(collector="test", plugin=plugin, every=every, timeout=timeout)
    return [
        Job(
            Target(id=f"t{n}", of="device", site="s", level="l", address="10.0.0.1", timeout=timeout, ports=("Gi1",)),
            task,
        )
        for n in range(count)
    ]


def poll(wanted: list[Job], seconds: float, intake: Intake, asked: Callable[[Poller], None] | None = None) -> Poller:
    """Poll for so long in virtual time; `asked` happens half-way."""

    async def main() -> Poller:
        clock = VirtualClock()
        inventory = made(SMALL).inventory
        poller = Poller(
            Schedule(wanted, clock.now()), wanted, SimNet(Network(inventory, clock=clock), clock), clock, intake
        )
        running = asyncio.create_task(poller.run())
        await asyncio.sleep(seconds / 2)
        if asked is not None:
            asked(poller)
        await asyncio.sleep(seconds / 2)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return poller

    return run_virtual(main(), T0)


def test_a_target_that_hangs_delays_nobody() -> None:
    intake = Intake()
    plugin = Scripted(does=lambda target, _: 1e6 if target.id in ("t0", "t1", "t2") else 0.01)
    poller = poll(jobs(plugin, 10), 60.0, intake)
    for n in range(3, 10):
        at = [seen.at for seen in intake.seen(f"t{n}")]
        assert 29 <= len(at) <= 31
        assert max(later - earlier for earlier, later in pairwise(at[1:])) <= 2.06
    assert poller.skipped == 0


def test_a_poll_that_hangs_is_given_up_at_its_deadline_and_counts_as_silence() -> None:
    intake = Intake()
    poll(jobs(Scripted(does=lambda *_: 1e6), 1, every=4.0, timeout=1.0), 40.0, intake)
    seen = intake.seen("t0")
    assert seen
    assert not any(each.alive for each in seen)
    assert [frame.duration for frame in intake.frame("t0")] == pytest.approx([3.6] * len(seen))


def test_a_turn_whose_predecessor_is_still_under_way_is_skipped_and_counted() -> None:
    intake = Intake()
    plugin = Scripted(does=lambda *_: 2.9)
    poller = poll(jobs(plugin, 1, every=2.0, timeout=1.5), 60.0, intake)
    assert poller.overlapped >= 14
    begun = [at for _, at, _ in plugin.begun]
    assert all(later - earlier >= 2.9 for earlier, later in pairwise(begun))


@pytest.mark.parametrize("error", [ZeroDivisionError("bug"), KeyError("oid"), BadAnswer("nonsense"), ValueError()])
def test_a_bug_or_a_bad_answer_says_nothing_about_the_device(error: Exception) -> None:
    intake = Intake()
    poller = poll(jobs(Scripted(does=lambda *_: error), 1), 20.0, intake)
    assert intake.pieces == []
    assert poller.bugs == (0 if isinstance(error, CollectError) else pytest.approx(10, abs=1))
    assert {frame.success for frame in intake.frame("t0")} == {0.0}


@pytest.mark.parametrize("error", [Refused("closed"), AuthFailed("wrong key")])
def test_a_refusal_is_life(error: Exception) -> None:
    intake = Intake()
    poll(jobs(Scripted(does=lambda *_: error), 1), 20.0, intake)
    assert {(seen.alive, seen.note) for seen in intake.seen("t0")} == {(True, type(error).__name__)}


def test_a_bug_with_one_target_does_not_hurt_the_others() -> None:
    intake = Intake()
    plugin = Scripted(does=lambda target, _: ZeroDivisionError() if target.id == "t0" else 0.01)
    poll(jobs(plugin, 3), 20.0, intake)
    assert len(intake.seen("t1")) >= 9
    assert all(seen.alive for seen in intake.seen("t1"))


def test_partial_answers_are_kept() -> None:
    intake = Intake()
    error = Unreachable("half-way", [Sample("netmon_if_oper_status", 2.0, ("Gi1",)), Sample("x", 7.0)])
    poll(jobs(Scripted(does=lambda *_: error), 1), 4.0, intake)
    assert ("t0", "test") in {(target, collector) for target, collector, _, _ in intake.numbers}
    assert PortSeen in {type(piece) for piece in intake.pieces}


def test_ports_of_the_inventory_and_uptime_are_evidence() -> None:
    intake = Intake()
    samples = [
        Sample("netmon_if_oper_status", 1.0, ("Gi1",)),
        Sample("netmon_if_oper_status", 2.0, ("Gi2",)),
        Sample("netmon_device_uptime_seconds", 77.0),
        Sample("netmon_probe_rtt_seconds", 0.02, ("test",)),
    ]
    poll(jobs(Scripted(does=lambda *_: samples), 1), 4.0, intake)
    ports = {(piece.port, piece.up) for piece in intake.pieces if isinstance(piece, PortSeen)}
    assert ports == {("Gi1", True)}, "no link names Gi2"
    assert {piece.uptime for piece in intake.pieces if isinstance(piece, UptimeSeen)} == {77.0}
    assert {seen.rtt for seen in intake.seen("t0")} == {0.02}


def test_slices_are_taken_together_and_each_target_gets_its_own_answer() -> None:
    intake, plugin = Intake(), Slices()
    poll(jobs(plugin, 200), 20.0, intake)
    assert max(map(len, plugin.asked)) > 2
    assert {seen.alive for seen in intake.seen("t0")} == {False}
    assert {seen.alive for n in range(1, 200) for seen in intake.seen(f"t{n}")} == {True}


def test_nobody_shares_a_slice_with_those_known_to_be_silent() -> None:
    plugin = Slices()
    poll(jobs(plugin, 200), 20.0, Intake(silent=frozenset(f"t{n}" for n in range(100))))
    assert max(map(len, plugin.asked)) > 2
    assert {len({int(name[1:]) < 100 for name in together}) for together in plugin.asked} == {1}
    assert {len(together) for together in plugin.asked if int(together[0][1:]) < 100} == {1}, "nor with each other"


def test_a_bug_in_a_slice_says_nothing_about_anybody() -> None:
    intake = Intake()
    poller = poll(jobs(Slices(bug=True), 20), 10.0, intake)
    assert intake.pieces == []
    assert poller.bugs > 0


def test_asked_probes_are_extra_and_have_the_patience_they_are_given() -> None:
    intake = Intake()
    plugin = Scripted(does=lambda *_: 0.01)
    poll(
        jobs(plugin, 2, every=30.0),
        40.0,
        intake,
        lambda poller: poller.ask({"t0": {"test": 0.5, "none": 1.0}, "no": {}}),
    )
    extra = [seen for seen in intake.seen("t0") if not seen.round]
    assert len(extra) == 1
    assert [timeout for name, _, timeout in plugin.begun if name == "t0"].count(0.5) == 1
    assert max(frame.sent for frame in intake.frame("t0")) == len(intake.seen("t0")) - 1, "only turns are counted"


def asked_twice(of: Literal["device", "service"] = "device") -> list[float]:
    """When a target was polled that is asked for twice, the second time while the first answer is awaited (s)."""
    plugin = Scripted(does=lambda *_: 0.4)
    [job] = jobs(plugin, 1, every=1000.0)

    def ask(poller: Poller) -> None:
        plugin.begun.clear()
        poller.ask({"t0": {"test": 1.0}})
        asyncio.get_running_loop().call_later(0.3, poller.ask, {"t0": {"test": 1.0}})

    poll([job._replace(target=replace(job.target, of=of))], 2000.0, Intake(), ask)
    first = plugin.begun[0][1]
    return [at - first for _, at, _ in plugin.begun if at < first + 5.0]


def test_a_suspect_that_is_asked_for_while_it_is_asked_is_asked_as_soon_as_that_is_back() -> None:
    """The answer is awaited for as long as the verdict's step: every second question would be lost."""
    assert asked_twice() == pytest.approx([0.0, 0.4])


def test_a_service_is_not_asked_more_often_than_its_pace() -> None:
    assert asked_twice("service") == [0.0]


@dataclass(slots=True)
class Eager(Intake):
    """Asks again as soon as it hears of silence."""

    again: Callable[[], None] = lambda: None

    def evidence(self, pieces: Iterable[Evidence]) -> None:
        Intake.evidence(self, pieces)
        self.again()


def test_who_hears_of_silence_may_ask_again_at_once() -> None:
    plugin, intake = Scripted(does=lambda *_: Unreachable("silent")), Eager()

    def ask(poller: Poller) -> None:
        plugin.begun.clear()
        intake.again = lambda: poller.ask({"t0": {"test": 0.5}}) if len(plugin.begun) < 5 else None
        intake.again()

    poll(jobs(plugin, 1, every=1000.0), 900.0, intake, ask)
    assert len(plugin.begun) == 5


def test_ports_are_polled_when_asked_for() -> None:
    intake, plugin = Intake(), Scripted(does=lambda *_: 0.01)
    poll(jobs(plugin, 2, every=1000.0), 400.0, intake, lambda poller: poller.ask_ports(["t1", "nobody"]))
    assert [name for name, *_ in plugin.begun].count("t1") == 2


def test_power_is_asked_for_where_it_is_told() -> None:
    mains, tables = Mains(), Tables()
    for plugin in (mains, tables):
        poll(jobs(plugin, 1, every=1000.0), 400.0, Intake(), lambda poller: poller.ask_power(["t0", "nobody"]))
    assert (len(mains.begun), len(tables.begun)) == (2, 1)


def test_tables_of_a_silent_target_are_left_alone() -> None:
    plugin = Tables()
    poll(jobs(plugin, 2), 20.0, Intake(silent=frozenset({"t0"})))
    assert set(plugin.begun) == {"t1"}


def test_other_jobs_from_now_on() -> None:
    intake, plugin = Intake(), Scripted(does=lambda *_: 0.01)
    wanted = jobs(plugin, 3)
    poll(wanted[:2], 40.0, intake, lambda poller: poller.use(wanted[1:]))
    assert max(seen.at for seen in intake.seen("t0")) <= T0 + 20.0
    assert min(seen.at for seen in intake.seen("t2")) >= T0 + 20.0
    assert 19 <= len(intake.seen("t1")) <= 21


def test_what_a_collector_did_in_all_does_not_fall_when_a_target_goes() -> None:
    intake = Intake()
    wanted = jobs(Scripted(does=lambda target, _: Unreachable("dead") if target.id == "t0" else [Sample("x", 1.0)]), 3)
    poller = poll(wanted[:2], 40.0, intake, lambda poller: poller.use(wanted[1:]))
    total = poller.tallies.totals["test"]
    turns = [max(frame.sent for frame in intake.frame(target)) for target in ("t0", "t1", "t2")]
    assert min(turns) > 5
    assert total.sent == sum(turns)
    assert total.received == turns[1] + turns[2]


def test_nothing_to_do_and_then_something() -> None:
    intake, plugin = Intake(), Scripted(does=lambda *_: 0.01)

    def use(poller: Poller) -> None:
        poller.use(jobs(plugin, 1))

    async def main() -> None:
        clock = VirtualClock()
        poller = Poller(
            Schedule([], clock.now()), [], SimNet(Network(made(SMALL).inventory, clock=clock), clock), clock, intake
        )
        running = asyncio.create_task(poller.run())
        await asyncio.sleep(5)
        use(poller)
        await asyncio.sleep(20)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    run_virtual(main(), T0)
    assert len(intake.seen("t0")) >= 9
