"""How are all targets asked, without one of them holding up another?

Due jobs are taken in slices. A collector that can ask many at once gets the whole slice in one call;
every other poll is a task of its own, with a deadline, and a second one for the same target and
collector is not begun while the first is under way. The frame around the plug-ins is here: time-outs,
timing, counting, errors. It is one of the three places where any exception is caught, so that a bug in
one collector costs that collector's answer and nothing else.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import structlog

from netmon.clock import Clock
from netmon.errors import BadAnswer, CollectError, NetmonError, Unreachable
from netmon.model import Metric, Observation, Sample
from netmon.run import evidence
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
        due = self._schedule.next()
        if due is None:
            self._changed.clear()
            await self._changed.wait()
            return
        now = self._clock.now()
        slices = max(1, -int(-(due - now) // SLICE))
        await asyncio.sleep(slices * SLICE)

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
        slices: dict[Any, list[Job]] = defaultdict(list)
        for job in jobs:
            if hasattr(job.task.plugin, "collect_slice"):
                slices[job.task.plugin].append(job)
            else:
                self._begin_one(job, scheduled)
        for plugin, together in slices.items():
            task = asyncio.create_task(self._poll_slice(plugin, together, scheduled))
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

    async def _poll_slice(self, plugin: Any, jobs: Sequence[Job], scheduled: bool) -> None:
        at = self._clock.now()
        results: Sequence[Sequence[Sample] | CollectError]
        try:
            results = await plugin.collect_slice([job.target for job in jobs], self._net)
        except CollectError as error:
            results = [error] * len(jobs)
        except NetmonError as error:
            results = [BadAnswer(str(error))] * len(jobs)
        except Exception as error:
            results = [self._bug(jobs[0], error)] * len(jobs)
        took = self._clock.now() - at
        seen: list[Observation] = []
        for job, result in zip(jobs, results, strict=True):
            seen += self._outcome(job, result, at, took, scheduled)
        self._intake.evidence(seen)

    async def _poll_one(self, job: Job, scheduled: bool) -> None:
        at = self._clock.now()
        limit = max(job.target.timeout * 2, job.task.every * TABLE_ROUNDS)
        result: Sequence[Sample] | CollectError
        try:
            async with asyncio.timeout(limit):
                result = await job.task.plugin.collect(job.target, self._net)
        except CollectError as error:
            result = error
        except TimeoutError:
            result = Unreachable(f"gave up after {limit:g} s")
        except NetmonError as error:  # a secret that has gone, a right that was taken: nothing the device can help
            result = BadAnswer(str(error))
        except Exception as error:
            result = self._bug(job, error)
        samples = result.samples if isinstance(result, CollectError) else result
        pieces = [*self._outcome(job, result, at, self._clock.now() - at, scheduled)]
        self._intake.evidence([*pieces, *evidence.of_samples(job.target, at, samples)])

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
        what = f"{type(error).__name__}: {error}"
        if self._trouble.get(job.key) != BadAnswer.__name__:
            log.error("collector bug", collector=job.task.collector, target=job.target.id, exc_info=error)
        return BadAnswer(what)
