"""Is a slice of polls worth what its polls are worth one by one?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from netmon.errors import Refused, Unreachable
from netmon.model import Answers, Evidence, Metric, Observation, Sample, Target, Task
from netmon.run.evidence import RTT
from netmon.run.schedule import Job
from netmon.run.slices import Polled, sort_out
from netmon.run.tally import Tallies, Tally, Total

LABELS = ("icmp",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    METRICS: ClassVar[Mapping[str, Metric]] = {RTT: Metric("gauge", "Round trip.", ("collector",))}
    REACHABILITY: ClassVar[bool] = True


def jobs(count: int, every: float = 2.0) -> list[Job]:
    task = Task(collector="icmp", plugin=Echo(), every=every, timeout=1.0)
    return [
        Job(Target(id=f"t{n}", of="device", site="s", level="l", address=f"10.0.0.{n}", timeout=1.0), task)
        for n in range(count)
    ]


@dataclass(slots=True)
class Others:
    """What is not like the rest: which targets, with what."""

    seen: list[tuple[str, object]] = field(default_factory=list)

    def __call__(self, tally: Tally, job: Job, result: object) -> Observation | None:
        self.seen.append((job.target.id, result))
        return None if isinstance(result, Refused) else Observation(job.target.id, 5.0, "icmp", False)


def sorted_out(
    wanted: Sequence[Job], results: Sequence[object], others: Others, asked: Sequence[Job] | None = None
) -> tuple[list[str], list[Evidence], Tallies]:
    tallies = Tallies()
    tallies.use(wanted)
    batch, told = sort_out(asked or wanted, results, tallies, Polled(5.0, 0.5, True), others)
    assert (batch.collector, batch.at, batch.keep, batch.names, batch.labels) == ("icmp", 5.0, 6.0, (RTT,), (LABELS,))
    assert len(batch.targets) == len(batch.frames) == len(batch.values)
    return [target.id for target in batch.targets], told, tallies


def answer(rtt: object) -> list[Sample]:
    return [Sample(RTT, rtt, LABELS)]  # type: ignore[arg-type]


def test_plain_answers_go_together_and_evidence_keeps_its_order() -> None:
    silent, refused, others = Unreachable("no"), Refused("go away"), Others()
    results = [answer(0.1), answer(0.2), silent, answer(0.3), refused, answer(0.4)]
    together, told, tallies = sorted_out(jobs(6), results, others)
    assert together == ["t0", "t1", "t3", "t5"]
    assert others.seen == [("t2", silent), ("t4", refused)]
    assert told == [
        Answers(5.0, "icmp", ["t0", "t1"], [0.1, 0.2], True),
        Observation("t2", 5.0, "icmp", False),
        Answers(5.0, "icmp", ["t3", "t5"], [0.3, 0.4], True),
    ]
    assert [(tally.sent, tally.received) for tally in tallies] == [(1, 1), (1, 1), (0, 0), (1, 1), (0, 0), (1, 1)]
    assert tallies.totals == {"icmp": Total(4, 4)}, "the others are counted by who sees to them"


def test_what_is_odd_in_any_way_goes_its_own() -> None:
    odd: list[object] = [
        [],
        answer(0.1) * 2,
        answer("0.1"),
        answer(1),
        [Sample("other", 0.1, LABELS)],
        [Sample(RTT, 0.1, ("icmp", "more"))],
        [(RTT, 0.1, LABELS)],
        [7],
        None,
    ]
    others = Others()
    together, _, _ = sorted_out(jobs(len(odd) + 1), [answer(0.5), *odd], others)
    assert together == ["t0"]
    assert [result for _, result in others.seen] == odd


def test_another_interval_a_reload_and_trouble_go_their_own_way_too() -> None:
    wanted = jobs(5)
    slower = Job(wanted[1].target, replace(wanted[1].task, every=60.0))
    moved = Job(replace(wanted[2].target, address="10.9.9.9"), wanted[2].task)
    again = Job(replace(wanted[3].target, timeout=9.0), wanted[3].task)
    others = Others()
    asked = [wanted[0], slower, moved, again, wanted[4]]
    together, _, _ = sorted_out([wanted[0], slower, *wanted[2:]], [answer(0.1)] * 5, others, asked)
    assert together == ["t0", "t4"]
    assert [name for name, _ in others.seen] == ["t1", "t3"], "who moved meanwhile was not asked"
    tallies = Tallies()
    tallies.use(wanted)
    troubled = tallies.find("t0", "icmp")
    assert troubled is not None
    troubled.trouble = "BadAnswer"
    sort_out(wanted[:1], [answer(0.1)], tallies, Polled(5.0, 0.5, True), others)
    assert others.seen[-1][0] == "t0", "that it is over has to be said"
