"""What came of a whole slice of polls at once?

Nearly all answers of a slice are one number of one family, from targets that are asked equally often. Those go on
together, in columns; whatever is otherwise (an error, many samples, a sample of another make) goes its own way.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from netmon.model import Answers, Evidence, Observation, Sample, Task
from netmon.run.answers import plain
from netmon.run.bus import Batch
from netmon.run.evidence import RTT
from netmon.run.schedule import Job
from netmon.run.tally import Tallies, Tally

STALE_ROUNDS = 3.0
"""Numbers vanish after so many intervals without a successful poll."""

Alone = Callable[[Tally, Job, object], Observation | None]
"""Counts an answer that is not like the others, keeps its numbers, and says what it means for the target's life."""


class Polled(NamedTuple):
    """When a slice was asked (s), how many seconds it took, and whether it was its turn."""

    at: float
    took: float
    scheduled: bool


def sort_out(
    jobs: Sequence[Job], results: Sequence[object], tallies: Tallies, when: Polled, alone: Alone
) -> tuple[Batch, list[Evidence]]:
    """What can be kept together, and what all answers mean for the life of their targets, in the order of the jobs."""
    at, took, scheduled = when
    task, (name, _, labels) = _model(jobs, results)
    collector, every = task.collector, task.every
    batch = Batch(collector, at, every * STALE_ROUNDS, (name,), (labels,), [], [], [])
    targets, frames, values = batch.targets, batch.frames, batch.values
    told: list[Evidence] = []
    begun = 0
    for job, result in zip(jobs, results, strict=True):
        tally = tallies.current(job)
        if tally is None:
            continue
        target, own = job
        fits = tally.job is job and not tally.trouble
        fits = fits and (own is task or (own.every == every and own.collector == collector))
        if fits and type(result) is list and len(result) == 1 and type(result[0]) is Sample:
            metric, value, others = result[0]
            if metric is name and others is labels and type(value) is float:
                tally.sent += scheduled
                tally.received += scheduled
                targets.append(target)
                frames.append((1.0, took, tally.sent, tally.received))
                values.append((value,))
                continue
        if (piece := alone(tally, job, result)) is not None:
            told += _heard(batch, begun, scheduled)
            begun = len(targets)
            told.append(piece)
    if task.plugin.REACHABILITY:
        told += _heard(batch, begun, scheduled)
    if targets and scheduled:
        tallies.totals[collector].sent += len(targets)
        tallies.totals[collector].received += len(targets)
    return batch, told


def _model(jobs: Sequence[Job], results: Sequence[object]) -> tuple[Task, Sample]:
    """The first answer that is a single plain sample; something that no answer is like if there is none."""
    for job, result in zip(jobs, results, strict=True):
        if type(result) is list and len(result) == 1 and plain(result[0], job.task.plugin.METRICS):
            return job.task, result[0]
    return jobs[0].task, Sample("", 0.0)


def _heard(batch: Batch, begun: int, scheduled: bool) -> list[Evidence]:
    """The life of the targets that were kept together from `begun` on."""
    ids = [target.id for target in batch.targets[begun:]]
    if not ids:
        return []
    rtts = [value for (value,) in batch.values[begun:]] if batch.names == (RTT,) else [None] * len(ids)
    return [Answers(batch.at, batch.collector, ids, rtts, scheduled)]
