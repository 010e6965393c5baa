"""How are all targets asked, without one of them holding up another?

Due jobs are taken in slices. A collector that can ask many at once gets the whole slice in one call;
every other poll is a task of its own, with a deadline, and a second one for the same target and
collector is not begun while the first is under way. The frame around the plug-ins is here: time-outs,
timing, counting, errors. There is no pool and no queue: a slow target holds up its own next turn and nobody
else's, all its tables together have one interval, and those of a dead agent are asked for more seldom.
It is one of the four places where any exception is caught, so that a bug costs one answer and nothing else.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import structlog

from netmon.clock import Clock
from netmon.errors import BadAnswer, CollectError, NetmonError, Unreachable
from netmon.model import Observation, Sample
from netmon.run import evidence
from netmon.run.answers import bad_answer, checked, checked_slice
from netmon.run.backoff import Backoff
from netmon.run.bus import Intake
from netmon.run.delays import Delays
from netmon.run.identity import Identities
from netmon.run.schedule import Due, Job, Schedule
from netmon.run.slices import STALE_ROUNDS, Polled, sort_out
from netmon.run.tally import SLOWEST, Slow, Tallies, Tally, limit
from netmon.run.turns import Turns
from netmon.run.underway import UnderWay
from netmon.wire.net import Net

log = structlog.get_logger()


class Poller:
    """Takes jobs as they come due, or as the verdict asks, and hands the outcome to the intake."""

    def __init__(
        self,
        schedule: Schedule,
        wanted: Iterable[Job],
        net: Net,
        clock: Clock,
        intake: Intake,
        identities: Identities | None = None,
    ) -> None:
        self._schedule, self._net, self._clock, self._intake = schedule, net, clock, intake
        self.identities = identities or Identities({}, clock)
        self.tallies = Tallies()
        self._under_way = UnderWay()
        self._slices: set[asyncio.Task[None]] = set()
        self._turns = Turns(clock.now)
        self._backoff = Backoff(schedule)
        self.delays = Delays()
        self.overlapped = 0
        self.spared = 0
        self.bugs = 0
        self.use(wanted)

    @property
    def skipped(self) -> int:
        """Turns lost because the loop was busy."""
        return self._schedule.skipped

    @property
    def backed_off(self) -> int:
        """Tables that are asked for more seldom now, because their agent is silent."""
        return len(self._backoff)

    def slowest(self, most: int = SLOWEST) -> list[Slow]:
        """The targets whose last polls took longest, at most so many; only slow ones."""
        return self.tallies.slowest(most)

    def use(self, wanted: Iterable[Job]) -> None:
        """Poll these jobs from now on."""
        wanted = list(wanted)
        self.jobs = len(wanted)
        self.rhythm = min((job.task.every for job in wanted if job.task.plugin.REACHABILITY), default=float("inf"))
        self._schedule.replace(wanted, self._clock.now())
        self._backoff.keep(wanted)
        self.tallies.use(wanted)
        self._turns.change()

    async def run(self) -> None:
        """Poll until cancelled; whatever is under way then is cancelled too."""
        try:
            while True:
                self._begin(self._schedule.take(self._clock.now()), True)
                await self._turns.wait(self._schedule.next())
        finally:
            under_way = [*self._under_way.tasks(), *self._slices]
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    def ask(self, patience: Mapping[str, Mapping[str, float]]) -> None:
        """Probe these targets now, besides their turns: target -> collector -> seconds to wait."""
        for target, collectors in patience.items():
            for collector, timeout in collectors.items():
                if (tally := self.tallies.find(target, collector)) is not None:
                    to, task = tally.job  # each by itself: none waits for another's silence
                    self._begin([Due(Job(replace(to, timeout=timeout), task), 0.0)], False)

    def ask_ports(self, devices: Iterable[str]) -> None:
        """Poll the interfaces of these devices now."""
        self._ask_for(devices, evidence.PORT)

    def ask_power(self, devices: Iterable[str]) -> None:
        """Ask these devices now what feeds them."""
        self._ask_for(devices, evidence.ON_BATTERY)

    def _ask_for(self, devices: Iterable[str], metric: str) -> None:
        self._begin([Due(job, 0.0) for job in self.tallies.telling(devices, metric)], False)

    def _begin(self, turns: Sequence[Due], scheduled: bool) -> None:
        """Start these polls: whole slices where the collector can, single tasks elsewhere.

        A slice is back with its last answer, so each of those known to be silent is asked by itself: nobody waits for
        it, and its own return is heard at once, not when the time of the others is up.
        """
        slices: dict[tuple[int, str], list[Due]] = defaultdict(list)  # by identity: a plug-in may be unhashable
        silent = self._intake.silent
        for turn in turns:
            plugin = turn.job.task.plugin
            if hasattr(plugin, "collect_slice"):
                name = turn.job.target.id
                slices[id(plugin), name if name in silent else ""].append(turn)
            else:
                self._begin_one(turn, scheduled)
        for together in slices.values():
            task = asyncio.create_task(self._poll_slice(together, scheduled))
            self._slices.add(task)
            task.add_done_callback(self._slices.discard)

    def _begin_one(self, turn: Due, scheduled: bool) -> None:
        if self._under_way.busy(job := turn.job, scheduled):
            self.overlapped += scheduled
            return
        if not job.task.plugin.REACHABILITY and self._intake.needless(job.target.id):
            self.spared += scheduled
            return
        self._under_way.begin(job, asyncio.create_task(self._poll_one(turn, scheduled)))

    async def _poll_slice(self, turns: Sequence[Due], scheduled: bool) -> None:
        at = self._clock.now()
        if scheduled:
            self.delays.count_all([at - turn.at for turn in turns], at)
        jobs = [turn.job for turn in turns]
        collect: Callable[..., Awaitable[object]] = jobs[0].task.plugin.collect_slice
        results: Sequence[object]
        try:
            results = checked_slice(await collect([job.target for job in jobs], self._net), len(jobs))
        except NetmonError as error:
            results = [error if isinstance(error, CollectError) else BadAnswer(str(error))] * len(jobs)
        except Exception as error:
            results = [self._bug(jobs[0], error)] * len(jobs)
        when = Polled(at, self._clock.now() - at, scheduled)

        def alone(tally: Tally, job: Job, result: object) -> Observation | None:
            return self._outcome(tally, usable(job, result, self._bug), at, when.took, scheduled)

        together, told = sort_out(jobs, results, self.tallies, when, alone)
        if together.targets:
            self._intake.batch(together)
        self._intake.evidence(told)

    async def _poll_one(self, turn: Due, scheduled: bool) -> None:
        job, at = turn.job, self._clock.now()
        if scheduled:
            self.delays.count(at - turn.at, at)
        try:
            result = await poll(job, self._net, limit(job, self.tallies.of(job.target.id)), self.identities, self._bug)
        finally:
            again = self._under_way.end(job)  # before the verdict hears of it, which may want to ask at once
        if (tally := self.tallies.current(job)) is None:
            return
        if again is not None:
            self._begin_one(Due(again, 0.0), False)
        now = self._clock.now()
        tally.lasted(result, now - at)
        if self._backoff.polled(job, result, scheduled, now):
            self._turns.change()
        piece = self._outcome(tally, result, at, now - at, scheduled)
        try:
            told = evidence.of_result(job, at, result)
        except Exception as error:
            self._bug(job, error)
            told = []
        self._intake.evidence(told if piece is None else [piece, *told])

    def _outcome(
        self, tally: Tally, result: Sequence[Sample] | CollectError, at: float, took: float, scheduled: bool
    ) -> Observation | None:
        """Count a poll, keep its numbers, and say what it means for the target's life."""
        target, task = tally.job
        samples = result.samples if isinstance(result, CollectError) else result
        keep = task.every * STALE_ROUNDS
        self._intake.polled(target, task.collector, at, tally.count(result, took, scheduled), keep)
        if samples:
            self._intake.samples(target, task.collector, at, samples, keep)
        if not task.plugin.REACHABILITY:
            return None
        if isinstance(result, CollectError):
            return evidence.of_error(target, task.collector, at, result, scheduled)
        return evidence.of_answer(target, task.collector, at, samples, scheduled)

    def _bug(self, job: Job, error: Exception) -> CollectError:
        """A collector's own mistake never speaks against the device."""
        self.bugs += 1
        tally = self.tallies.current(job)
        if tally is None or tally.trouble != BadAnswer.__name__:
            log.error("collector bug", collector=job.task.collector, target=job.target.id, exc_info=error)
        return bad_answer(job, error)


def usable(
    job: Job, result: object, blame: Callable[[Job, Exception], CollectError]
) -> Sequence[Sample] | CollectError:
    """What the collector returned, if it is what it promised."""
    try:
        return checked(result, job.task.plugin.METRICS)
    except Exception as error:
        return blame(job, error)


async def poll(
    job: Job,
    net: Net,
    limit: float,
    identities: Identities,
    blame: Callable[[Job, Exception], CollectError] = bad_answer,
) -> Sequence[Sample] | CollectError:
    """One poll, at most `limit` s long: samples, or why there are none. `blame` hears of a collector's mistakes."""
    result: object
    plugin = job.task.plugin
    try:
        async with asyncio.timeout(limit):
            target = await identities.dressed(job.target, net) if hasattr(plugin, "PROFILE") else job.target
            result = await plugin.collect(target, net)
    except CollectError as error:
        result = error
    except TimeoutError:
        result = Unreachable(f"gave up after {limit:g} s")
    except NetmonError as error:  # a secret that has gone, a right that was taken: nothing the device can help
        result = BadAnswer(str(error))
    except Exception as error:
        return blame(job, error)
    return usable(job, result, blame)
