"""Does whatever a collector returns stay that collector's own trouble, and does a reload take hold at once?"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import pytest
import structlog

from netmon.errors import CollectError, Unreachable
from netmon.model import Metric, PortSeen, Sample, Target
from netmon.run import evidence
from netmon.run.poller import Poller
from netmon.run.schedule import SLICE, Job, Schedule
from netmon.sim.net import SimNet
from netmon.sim.network import Network
from netmon.sim.virtual import VirtualClock, run_virtual
from netmon.wire.net import Net
from tests.province import SMALL, T0, made
from tests.run.test_poller import Intake, Scripted, jobs, poll

PORT = "netmon_if_oper_status"
WRONG = [
    None,
    7,
    {"x": 1},
    [None],
    [("x", 1.0, ())],
    [Sample(PORT, 1.0)],
    [Sample(PORT, 1.0, ("Gi1", "more"))],
    [Sample(PORT, "up", ("Gi1",))],  # type: ignore[arg-type]
    [Sample(PORT, 1.0, (1,))],  # type: ignore[arg-type]
    [Sample(PORT, 1.0, None)],  # type: ignore[arg-type]
    Unreachable("half-way", [Sample(PORT, 1.0)]),
]


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    yield
    structlog.reset_defaults()


@dataclass(slots=True, kw_only=True)
class Returns:
    """A collector that cannot be hashed and returns, for the first target, what the test says."""

    METRICS: ClassVar[Mapping[str, Metric]] = {PORT: Metric("gauge", "Ports.", ("ifName",))}
    REACHABILITY: ClassVar[bool] = True

    what: Any
    begun: list[str] = field(default_factory=list)

    async def collect(self, target: Target, net: Net) -> Any:
        self.begun.append(target.id)
        found = self.what if target.id == "t0" else [Sample(PORT, 1.0, ("Gi1",))]
        if isinstance(found, CollectError):
            raise found
        return found


@dataclass(slots=True, kw_only=True)
class ReturnsSlice:
    """The same for whole slices."""

    METRICS: ClassVar[Mapping[str, Metric]] = Returns.METRICS
    REACHABILITY: ClassVar[bool] = True

    answers: Callable[[Sequence[Target]], Any]

    async def collect_slice(self, targets: Sequence[Target], net: Net) -> Any:
        return self.answers(targets)


@pytest.mark.parametrize("what", WRONG, ids=repr)
def test_what_is_not_an_answer_is_a_bug_and_no_evidence(what: Any) -> None:
    intake, plugin = Intake(), Returns(what=what)
    poller = poll(jobs(plugin, 2), 20.0, intake)
    polls = plugin.begun.count("t0")
    assert polls >= 9, "its task goes on"
    assert poller.bugs == polls
    assert intake.seen("t0") == []
    assert not [piece for piece in intake.pieces if isinstance(piece, PortSeen) and piece.device == "t0"]
    assert {frame.success for frame in intake.frame("t0")} == {0.0}
    assert not [samples for name, _, _, samples in intake.numbers if name == "t0"]
    assert {seen.alive for seen in intake.seen("t1")} == {True}


@pytest.mark.parametrize("what", WRONG, ids=repr)
def test_one_wrong_answer_of_a_slice_hurts_no_other(what: Any) -> None:
    intake = Intake()
    plugin = ReturnsSlice(answers=lambda targets: [what if each.id == "t0" else [] for each in targets])
    poller = poll(jobs(plugin, 50), 20.0, intake)
    assert poller.bugs >= 9
    assert intake.seen("t0") == []
    assert all(len(intake.seen(f"t{n}")) >= 9 for n in range(1, 50))


@pytest.mark.parametrize("answers", [lambda _: None, lambda _: [], lambda targets: [[]] * (len(targets) + 1)])
def test_a_slice_of_the_wrong_length_is_a_bug(answers: Callable[[Sequence[Target]], Any]) -> None:
    intake = Intake()
    poller = poll(jobs(ReturnsSlice(answers=answers), 20), 10.0, intake)
    assert poller.bugs > 0
    assert intake.pieces == []
    assert {frame.success for frame in intake.frame("t0")} == {0.0}


def test_an_undeclared_port_without_labels_is_no_evidence() -> None:
    [job] = jobs(None, 1)
    assert list(evidence.of_samples(job.target, T0, [Sample(PORT, 1.0)])) == []


def elsewhere(job: Job) -> Job:
    return Job(replace(job.target, address="10.0.0.99"), job.task)


@pytest.mark.parametrize("after", [[], None])
@pytest.mark.parametrize("error", [False, True])
def test_what_was_asked_before_a_reload_is_dropped(after: list[Job] | None, error: bool) -> None:
    intake = Intake()
    wanted = jobs(Scripted(does=lambda *_: 1e6 if error else 10.0), 1, every=16.0, timeout=1.0)

    def reload(poller: Poller) -> None:
        poller.use([elsewhere(job) for job in wanted] if after is None else after)

    poll(wanted, 16.0, intake, reload)
    assert intake.pieces == []
    assert intake.numbers == []


def test_what_was_asked_before_a_reload_that_changes_nothing_counts() -> None:
    intake, wanted = Intake(), jobs(Scripted(does=lambda *_: 10.0), 1, every=16.0)
    poll(wanted, 16.0, intake, lambda poller: poller.use(wanted))
    assert len(intake.seen("t0")) == 1


def test_new_jobs_do_not_wait_for_the_next_old_one() -> None:
    intake, looked = Intake(), [0]
    slow = jobs(Scripted(does=lambda *_: 0.01), 1, every=10_000.0)
    quick = [Job(replace(job.target, id=f"q{n}"), job.task) for n, job in enumerate(jobs(slow[0].task.plugin, 3))]

    @dataclass(slots=True)
    class Counting:
        """A schedule that counts how often it is looked at."""

        inner: Schedule

        def __getattr__(self, name: str) -> Any:
            looked[0] += name == "take"
            return getattr(self.inner, name)

    async def main() -> None:
        clock = VirtualClock()
        schedule: Any = Counting(Schedule(slow, clock.now()))
        net = SimNet(Network(made(SMALL).inventory, clock=clock), clock)
        running = asyncio.create_task(Poller(schedule, slow, net, clock, intake).run())
        await asyncio.sleep(100)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        idle = looked[0]
        assert idle <= 4, "waits for its turn, not in a loop"
        poller = Poller(schedule, slow, net, clock, intake)
        running = asyncio.create_task(poller.run())
        await asyncio.sleep(100)
        poller.use([*slow, *quick])
        await asyncio.sleep(10)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert looked[0] - idle <= 10 / SLICE

    run_virtual(main(), T0)
    for n in range(3):
        assert min(seen.at for seen in intake.seen(f"q{n}")) <= T0 + 200.0 + 5.0 + SLICE
