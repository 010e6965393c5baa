"""What does the outcome of a poll say about the network?"""

from collections.abc import Iterator, Sequence

from netmon.decide.telling.words import clean
from netmon.errors import AuthFailed, CollectError, NotServing, Poor, Refused, Unreachable
from netmon.model import (
    Evidence,
    ExpirySeen,
    Observation,
    PortSeen,
    PowerSeen,
    Remembered,
    RowsSeen,
    Sample,
    Target,
    UptimeSeen,
)
from netmon.reading.certificates import EXPIRY
from netmon.reading.known import others, rows
from netmon.run.schedule import Job

RTT = "netmon_probe_rtt_seconds"
UPTIME = "netmon_device_uptime_seconds"
ON_BATTERY = "netmon_ups_on_battery"
PORT = "netmon_if_oper_status"
PORT_UP = 1
PORT_TOLD = (1, 2, 6, 7)
"""IF-MIB (RFC 2863): up, down, notPresent, lowerLayerDown; testing, unknown and dormant say nothing of the line."""
LABEL = 1000
"""Characters of a label that is remembered: a way of many hops is long, and half of it is another way."""
NOTE = 120
"""Characters of what a service said instead of serving."""


def of_answer(target: Target, collector: str, at: float, samples: Sequence[Sample], scheduled: bool) -> Observation:
    """Any answer is life."""
    rtt = None
    for metric, value, _ in samples:
        if metric == RTT:
            rtt = value
            break
    return Observation(target.id, at, collector, True, rtt, scheduled)


def of_error(target: Target, collector: str, at: float, error: CollectError, scheduled: bool) -> Observation | None:
    """Silence is silence; a refusal or a rejected credential is life; a bad answer says nothing.

    Of a service a refusal or a wrong answer is none: it lives only if it does what it is there for. What it said
    instead is the note.
    """
    if target.of == "service" and isinstance(error, Unreachable | Refused | NotServing):
        return Observation(
            target.id, at, collector, False, None, scheduled, clean(str(error), NOTE), isinstance(error, Poor)
        )
    if isinstance(error, Unreachable):
        return Observation(target.id, at, collector, False, None, scheduled)
    if isinstance(error, Refused | AuthFailed | NotServing):
        return Observation(target.id, at, collector, True, None, scheduled, type(error).__name__)
    return None


def of_result(job: Job, at: float, result: Sequence[Sample] | CollectError) -> list[Evidence]:
    """What the numbers of a poll say besides whether the target lives; those that came before it failed count, too."""
    target, plugin = job.target, job.task.plugin
    samples = result.samples if isinstance(result, CollectError) else result
    told = [*of_samples(target, at, samples)]
    if hasattr(plugin, "steps"):
        ends = [value for metric, value, _ in samples if metric == EXPIRY]
        told += [ExpirySeen(target.id, at, min(ends), tuple(plugin.steps))] if ends else []
    if hasattr(plugin, "remembered") and not isinstance(result, CollectError):  # else rows may be missing
        told += [_rows(job, at, samples, what) for what in plugin.remembered()]
    return told


def _rows(job: Job, at: float, samples: Sequence[Sample], what: Remembered) -> RowsSeen:
    names = job.task.plugin.METRICS[what.metric].labels
    mine = (each for each in samples if each.metric == what.metric)
    shown = (each._replace(labels=tuple(clean(label, LABEL) for label in each.labels)) for each in mine)
    return RowsSeen(job.target.id, at, what, rows(what, names, shown), others(what, names))


def of_samples(target: Target, at: float, samples: Sequence[Sample]) -> Iterator[Evidence]:
    """Uptime, where the power comes from, and the state of the ports that links of the inventory name."""
    for metric, value, labels in samples:
        if metric == PORT:
            if labels and labels[0] in target.ports and value in PORT_TOLD:
                yield PortSeen(target.id, at, labels[0], value == PORT_UP)
        elif metric == UPTIME:
            yield UptimeSeen(target.id, at, value)
        elif metric == ON_BATTERY:
            yield PowerSeen(target.id, at, value == 1)
