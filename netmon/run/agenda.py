"""What is done by the calendar and clock of people: each night, each week, an hour before a meeting?

Polls have a rhythm of their own (netmon.run.schedule); this is for what people plan by the wall clock, which may be
set, and in a time zone. The times are APScheduler's triggers'; the waiting is by our clock, so that virtual time has
nights and Mondays, too.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import structlog

from netmon.clock import Clock
from netmon.errors import NetmonError

GLANCE = 30.0
"""Seconds after which the wall clock is looked at again: somebody may have set it."""

_TICK = timedelta(microseconds=1)

log = structlog.get_logger()


class Trigger(Protocol):
    """Tells times, as an APScheduler trigger does, such as CronTrigger."""

    def get_next_fire_time(self, previous_fire_time: None, now: datetime) -> datetime | None:
        """The first time at or after `now`, or None if there is none any more."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something to be done at the times that `when` tells; a second run is not begun while one is under way. `masters`:
    only the master does it, because somebody outside would notice it twice."""

    name: str
    when: Trigger
    work: Callable[[], Coroutine[Any, Any, None]]
    masters: bool = False


class Agenda:
    """Does each duty when its time has come. `outcomes` counts (name, `success`, `failure`, `bug`, `skipped`,
    or `mute`: left to the master).

    What fell due while netmon was not there is not made up for: a backup in the middle of the day or the readiness of
    a meeting that is over helps nobody.
    """

    def __init__(
        self, duties: Iterable[Duty], clock: Clock, zone: ZoneInfo, mute: Callable[[], bool] = lambda: False
    ) -> None:
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self._clock, self._zone, self._mute = clock, zone, mute
        self._duties: tuple[Duty, ...] = ()
        self._next: dict[str, datetime] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._changed = asyncio.Event()
        self.use(tuple(duties))

    def use(self, duties: Sequence[Duty]) -> None:
        """Do these from now on; one that is under way goes on."""
        now = self._wall()
        self._duties = tuple(duties)
        times = ((duty.name, duty.when.get_next_fire_time(None, now)) for duty in self._duties)
        self._next = {name: at for name, at in times if at is not None}
        self._changed.set()

    def due(self) -> dict[str, datetime]:
        """When each duty is done next."""
        return dict(self._next)

    async def run(self) -> None:
        """Do what is due until cancelled; what is under way then is cancelled too."""
        try:
            while True:
                self._changed.clear()
                self._begin(self._wall())
                await self._wait()
        finally:
            for task in self._running.values():
                task.cancel()
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    def _begin(self, now: datetime) -> None:
        for duty in self._duties:
            at = self._next.get(duty.name)
            if at is None or at > now:
                continue
            later = duty.when.get_next_fire_time(None, now + _TICK)  # what was missed meanwhile is not made up for
            if later is None:
                del self._next[duty.name]
            else:
                self._next[duty.name] = later
            left = "skipped" if duty.name in self._running else "mute" if duty.masters and self._mute() else ""
            if left:
                self.outcomes[duty.name, left] += 1
                continue
            task = self._running[duty.name] = asyncio.create_task(duty.work())
            task.add_done_callback(partial(self._over, duty.name))

    async def _wait(self) -> None:
        now = self._wall()
        pause = min([GLANCE, *((at - now).total_seconds() for at in self._next.values())])
        alarm = asyncio.get_running_loop().call_later(max(0.0, pause), self._changed.set)
        try:
            await self._changed.wait()
        finally:
            alarm.cancel()

    def _over(self, name: str, task: asyncio.Task[None]) -> None:
        """Count how a duty went. A bug in one costs that one, and not the service."""
        self._running.pop(name, None)
        if task.cancelled():
            return
        error = task.exception()
        outcome = "success" if error is None else "failure" if isinstance(error, NetmonError) else "bug"
        self.outcomes[name, outcome] += 1
        if isinstance(error, NetmonError):
            log.error("not done", duty=name, why=str(error))
        elif error is not None:
            log.error("bug in a duty", duty=name, exc_info=error)

    def _wall(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now() + self._clock.ahead(), UTC).astimezone(self._zone)
