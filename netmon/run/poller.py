"""How are all targets asked, without one of them holding up another?

Due jobs are taken in slices. A collector that can ask many at once gets the whole slice in one call;
every other poll is a task of its own, with a deadline, and a second one for the same target and
collector is not begun while the first is under way. The frame around the plug-ins is here: time-outs,
timing, counting, errors. It is one of the three places where any exception is caught, so that a bug in
one collector costs that collector's answer and nothing else.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import structlog

from netmon.clock import Clock
from netmon.errors import BadAnswer, CollectError, NetmonError, Unreachable
from netmon.model import Metric, Observation, Sample
from netmon.run import evidence
from netmon.run.answers import checked, checked_slice
from netmon.run.bus import Intake
from netmon.run.schedule import SLICE, Job, Schedule
from netmon.wire.net import Net

FRAME_METRICS: dict[str, Metric] = {
    "netmon_probe_success": Metric("gauge", "Whether the last poll by this collector succeeded.", ("collector",)),
    "netmon_probe_duration_seconds": Metric("gauge", "How long the last poll by this collector took.", ("collector",)),
    "netmon_probe_sent_total": Metric("counter", "Scheduled polls begun.", ("collector",)),
    "netmon_probe_received_total": Metric("counter", "Scheduled polls that brought an answer.", ("collector",)),
}
STALE_ROUNDS = 3.0
"""Numbers vanish after so many intervals without a successful poll."""
TABLE_ROUNDS = 0.9
"""Share of its interval that a poll may take before it is given up."""

log = structlog.get_logger()


class Poller:
    """Takes jobs as they come due, or as the verdict asks, and hands the outcome to the intake."""

    def __init__(self, schedule: Schedule, wanted: Iterable[Job], net: Net, clock: Clock, intake: Intake) -> None:
        self._schedule, self._net, self._clock, self._intake = schedule, net, clock, intake
        self._jobs: dict[str, dict[str, Job]] = {}
        self._running: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._slices: set[asyncio.Task[None]] = set()
        self._sent: Counter[tuple[str, str]] = Counter()
        self._received: Counter[tuple[str, str]] = Counter()
        self._trouble: dict[tuple[str, str], str] = {}
        self._changed = asyncio.Event()
        self.overlapped = 0
        self.bugs = 0
        self.use(wanted)

    @property
    def skipped(self) -> int:
        """Turns lost because the loop was busy."""
        return self._schedule.skipped

    def use(self, wanted: Iterable[Job]) -> None:
        """Poll these jobs from now on."""
        wanted = list(wanted)
        self._schedule.replace(wanted, self._clock.now())
        self._jobs = defaultdict(dict)
        for job in wanted:
            self._jobs[job.target.id][job.task.collector] = job
        self._changed.set()

    async def run(self) -> None:
        """Poll until cancelled; whatever is under way then is cancelled too."""
        try:
            while True:
                self._begin(self._schedule.take(self._clock.now()))
                await self._until_next()
        finally:
            under_way = [*self._running.values(), *self._slices]
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    async def _until_next(self) -> None:
        """Wait for the next turn, in whole slices, or until there are other jobs."""
        self._changed.clear()
        due = self._schedule.next()
        pause = None if due is None else max(1, -int(-(due - self._clock.now()) // SLICE)) * SLICE
        try:
            async with asyncio.timeout(pause):
                await self._changed.wait()
        except TimeoutError:
            return

    def ask(self, patience: Mapping[str, Mapping[str, float]]) -> None:
        """Probe these targets now, besides their turns: target -> collector -> seconds to wait."""
        for target, collectors in patience.items():
            for collector, timeout in collectors.items():
                job = self._jobs.get(target, {}).get(collector)
                if job is not None:
                    self._begin([Job(replace(job.target, timeout=timeout), job.task)], scheduled=False)

    def ask_ports(self, devices: Iterable[str]) -> None:
        """Poll the interfaces of these devices now."""
        found = [
            job
            for device in devices
            for job in self._jobs.get(device, {}).values()
            if evidence.PORT in job.task.plugin.METRICS
        ]
        self._begin(found, scheduled=False)

    def _begin(self, jobs: Sequence[Job], scheduled: bool = True) -> None:
        """Start these polls: whole slices where the collector can, single tasks elsewhere."""
        slices: dict[int, list[Job]] = defaultdict(list)  # by identity: a plug-in may be unhashable
        for job in jobs:
            if hasattr(job.task.plugin, "collect_slice"):
                slices[id(job.task.plugin)].append(job)
            else:
                self._begin_one(job, scheduled)
        for together in slices.values():
            task = asyncio.create_task(self._poll_slice(together, scheduled))
            self._slices.add(task)
            task.add_done_callback(self._slices.discard)

    def _begin_one(self, job: Job, scheduled: bool) -> None:
        if job.key in self._running:
            self.overlapped += scheduled
            return
        if not job.task.plugin.REACHABILITY and self._intake.needless(job.target.id):
            return
        task = asyncio.create_task(self._poll_one(job, scheduled))
        self._running[job.key] = task
        task.add_done_callback(lambda _: self._running.pop(job.key, None))

    async def _poll_slice(self, jobs: Sequence[Job], scheduled: bool) -> None:
        at = self._clock.now()
        plugin = jobs[0].task.plugin
        results: Sequence[object]
        try:
            results = checked_slice(await plugin.collect_slice([job.target for job in jobs], self._net), len(jobs))
        except CollectError as error:
            results = [error] * len(jobs)
        except NetmonError as error:
            results = [BadAnswer(str(error))] * len(jobs)
        except Exception as error:
            results = [self._bug(jobs[0], error)] * len(jobs)
        took = self._clock.now() - at
        seen: list[Observation] = []
        for job, result in zip(jobs, results, strict=True):
            if self._wanted(job):
                seen += self._outcome(job, usable(job, result, self._bug), at, took, scheduled)
        self._intake.evidence(seen)

    async def _poll_one(self, job: Job, scheduled: bool) -> None:
        at = self._clock.now()
        limit = max(job.target.timeout * 2, job.task.every * TABLE_ROUNDS)
        result = await poll(job, self._net, limit, self._bug)
        if not self._wanted(job):
            return
        samples = result.samples if isinstance(result, CollectError) else result
        pieces = [*self._outcome(job, result, at, self._clock.now() - at, scheduled)]
        self._intake.evidence([*pieces, *evidence.of_samples(job.target, at, samples)])

    def _wanted(self, job: Job) -> bool:
        """Is this still polled there? A reload may have taken it away while the answer was under way."""
        now = self._jobs.get(job.target.id, {}).get(job.task.collector)
        return now is not None and now.target.address == job.target.address

    def _outcome(
        self, job: Job, result: Sequence[Sample] | CollectError, at: float, took: float, scheduled: bool
    ) -> list[Observation]:
        """Count a poll, keep its numbers, and say what it means for the target's life."""
        target, task = job.target, job.task
        failed = isinstance(result, CollectError)
        samples = result.samples if isinstance(result, CollectError) else result
        self._say(job, result)
        self._sent[job.key] += scheduled
        self._received[job.key] += scheduled and not failed
        keep = task.every * STALE_ROUNDS
        label = (task.collector,)
        frame = [
            Sample("netmon_probe_success", 0.0 if failed else 1.0, label),
            Sample("netmon_probe_duration_seconds", took, label),
            Sample("netmon_probe_sent_total", self._sent[job.key], label),
            Sample("netmon_probe_received_total", self._received[job.key], label),
        ]
        self._intake.samples(target, f"frame {task.collector}", at, frame, keep)
        if samples:
            self._intake.samples(target, task.collector, at, samples, keep)
        if not task.plugin.REACHABILITY:
            return []
        if isinstance(result, CollectError):
            seen = evidence.of_error(target, task.collector, at, result, scheduled)
            return [] if seen is None else [seen]
        return [evidence.of_answer(target, task.collector, at, samples, scheduled)]

    def _say(self, job: Job, result: Sequence[Sample] | CollectError) -> None:
        """Log trouble that is not plain silence, once, and again only when it changes."""
        trouble = ""
        if isinstance(result, CollectError) and not isinstance(result, Unreachable):
            trouble = type(result).__name__
        if self._trouble.get(job.key, "") != trouble:
            self._trouble[job.key] = trouble
            if trouble:
                log.warning("poll failed", target=job.target.id, collector=job.task.collector, why=str(result))

    def _bug(self, job: Job, error: Exception) -> CollectError:
        """A collector's own mistake never speaks against the device."""
        self.bugs += 1
        if self._trouble.get(job.key) != BadAnswer.__name__:
            log.error("collector bug", collector=job.task.collector, target=job.target.id, exc_info=error)
        return bad_answer(job, error)


def bad_answer(job: Job, error: Exception) -> CollectError:
    """What a collector's own mistake comes to: an answer that says nothing."""
    return BadAnswer(f"{type(error).__name__}: {error}")


def usable(
    job: Job, result: object, blame: Callable[[Job, Exception], CollectError]
) -> Sequence[Sample] | CollectError:
    """What the collector returned, if it is what it promised."""
    try:
        return checked(result, job.task.plugin.METRICS)
    except Exception as error:
        return blame(job, error)


async def poll(
    job: Job, net: Net, limit: float, blame: Callable[[Job, Exception], CollectError] = bad_answer
) -> Sequence[Sample] | CollectError:
    """One poll, at most `limit` s long: samples, or why there are none. `blame` hears of a collector's mistakes."""
    result: object
    try:
        async with asyncio.timeout(limit):
            result = await job.task.plugin.collect(job.target, net)
    except CollectError as error:
        result = error
    except TimeoutError:
        result = Unreachable(f"gave up after {limit:g} s")
    except NetmonError as error:  # a secret that has gone, a right that was taken: nothing the device can help
        result = BadAnswer(str(error))
    except Exception as error:
        return blame(job, error)
    return usable(job, result, blame)
