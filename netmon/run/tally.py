"""How often was a target asked by a collector, how often did it answer, and what is wrong with it?"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

import structlog

from netmon.errors import CollectError, NotServing, Unreachable
from netmon.model import Sample
from netmon.reading.families import FRAME_METRICS
from netmon.run.bus import Frame
from netmon.run.schedule import Job

__all__ = ["FRAME_METRICS", "SLOWEST", "Slow", "Tallies", "Tally", "limit"]

log = structlog.get_logger()


SLOW = 1.0
"""Seconds above which a poll is called slow; half its interval, if that is less."""
SLOWEST = 5
"""So many of the slowest devices are named."""
TABLE_ROUNDS = 0.9
"""Share of its interval that all tables of a device together may take; what takes longer is given up."""


class Slow(NamedTuple):
    """A target whose last poll by a collector took so many seconds."""

    id: str
    collector: str
    seconds: float


@dataclass(slots=True)
class Total:
    """How many turns were begun and answered, of all jobs of a collector, also of those that are no longer wanted."""

    sent: int = 0
    received: int = 0


@dataclass(slots=True)
class Tally:
    """A job, how many of its turns were begun and answered, and what was wrong with its last answer.

    `total`: what is counted of all jobs of its collector. `took`: seconds that its last poll took, None before the
    first and where many were asked at once; `idle`: whether that was nothing but waiting in vain.
    """

    job: Job
    total: Total
    sent: int = 0
    received: int = 0
    trouble: str = ""
    took: float | None = None
    idle: bool = False

    def count(self, result: Sequence[Sample] | CollectError, took: float, scheduled: bool) -> Frame:
        """Count a poll that took so many seconds; only scheduled ones are turns."""
        failed = isinstance(result, CollectError)
        if failed or self.trouble:
            self._say(result)
        if scheduled:
            self.sent += 1
            self.received += not failed
            self.total.sent += 1
            self.total.received += not failed
        return Frame(0.0 if failed else 1.0, took, self.sent, self.received)

    def lasted(self, result: Sequence[Sample] | CollectError, took: float) -> None:
        """Keep how long a poll of this target alone took, and whether anything was heard meanwhile."""
        vain = isinstance(result, Unreachable) and not result.samples
        self.took, self.idle = took, vain and took <= self.job.target.timeout * 2

    def _say(self, result: Sequence[Sample] | CollectError) -> None:
        """Log trouble that is neither silence nor a service out of order, which the verdict tells; once, and again only
        when it changes."""
        trouble = ""
        if isinstance(result, CollectError) and not isinstance(result, Unreachable | NotServing):
            trouble = type(result).__name__
        if self.trouble != trouble:
            self.trouble = trouble
            if trouble:
                target, task = self.job
                log.warning("poll failed", target=target.id, collector=task.collector, why=str(result))


def limit(job: Job, siblings: Iterable[Tally]) -> float:
    """Seconds that a poll may take at most; `siblings` are all tallies of the same target, its own included.

    The tables of a target share `TABLE_ROUNDS` of the interval by max-min fairness: each is left what it needed the
    last time, up to its equal share of what the smaller ones leave. So a slow table takes nothing from the others,
    and all together do not last longer than the interval.
    """
    whole = job.task.every * TABLE_ROUNDS
    if job.task.plugin.REACHABILITY:
        return max(job.target.timeout * 2, whole)
    needs = [
        inf if tally.took is None else tally.took * job.task.every / tally.job.task.every
        for tally in siblings
        if not tally.job.task.plugin.REACHABILITY and tally.job.task.collector != job.task.collector
    ]
    sharing = len(needs) + 1
    for need in sorted(needs):
        if need > whole / sharing:
            break
        whole -= need
        sharing -= 1
    return whole / sharing


class Tallies:
    """What is counted of all jobs, by target and collector; `totals`: by collector alone, and they never fall."""

    __slots__ = ("_by_job", "_by_target", "totals")

    def __init__(self) -> None:
        self.totals: dict[str, Total] = {}
        self._by_target: dict[str, dict[str, Tally]] = {}
        self._by_job: dict[int, Tally] = {}

    def __iter__(self) -> Iterator[Tally]:
        return (tally for collectors in self._by_target.values() for tally in collectors.values())

    def use(self, wanted: Iterable[Job]) -> None:
        """Count these jobs from now on; those that stay keep their counts."""
        old, self._by_target = self._by_target, {}
        for job in wanted:
            target, collector = job.key
            tally = old.get(target, {}).get(collector)
            if tally is None:
                tally = Tally(job, self.totals.setdefault(collector, Total()))
            tally.job = job
            self._by_target.setdefault(target, {})[collector] = tally
        self._by_job = {id(tally.job): tally for tally in self}  # the tallies keep these jobs, so no other has their id

    def find(self, target: str, collector: str) -> Tally | None:
        """What is counted of this target by this collector; None if it is not wanted."""
        collectors = self._by_target.get(target)
        return None if collectors is None else collectors.get(collector)

    def current(self, job: Job) -> Tally | None:
        """The same for a job that was begun a while ago: a reload may have come while the answer was under way."""
        if (tally := self._by_job.get(id(job))) is not None:
            return tally
        target = job.target
        collectors = self._by_target.get(target.id)
        tally = None if collectors is None else collectors.get(job.task.collector)
        same = tally is not None and tally.job.target.address == target.address
        return tally if same else None

    def of(self, target: str) -> Collection[Tally]:
        """Everything that is counted of a target."""
        collectors = self._by_target.get(target)
        return () if collectors is None else collectors.values()

    def telling(self, devices: Iterable[str], metric: str) -> list[Job]:
        """The jobs that read this metric of these devices."""
        found = (tally.job for device in devices for tally in self.of(device))
        return [job for job in found if metric in job.task.plugin.METRICS]

    def slowest(self, most: int) -> list[Slow]:
        """The polls that took longest the last time, one a target, at most so many; only slow ones, slowest first."""
        worst: dict[str, Slow] = {}
        for tally in self:
            took, (target, task) = tally.took, tally.job
            if took is None or tally.idle or took <= min(SLOW, task.every / 2):
                continue
            if target.id not in worst or worst[target.id].seconds < took:
                worst[target.id] = Slow(target.id, task.collector, took)
        return sorted(worst.values(), key=lambda slow: (-slow.seconds, slow.id))[:most]
