"""When is a conference on, so that its bridges are measured in full?

A bridge that goes by a window is looked at briefly outside it, but not while one of the planned conferences that it
takes part in is on, nor in the hour before.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from netmon.clock import Clock
from netmon.decide.hours import at_work
from netmon.model import Inventory, Window
from netmon.run.agenda import Duty
from netmon.run.schedule import Job, jobs
from netmon.settings.conferences import BRIDGE

AHEAD = 3600.0
"""Seconds before a conference at which its bridges are looked at: time enough to drive to one of them."""


def quiet(inventory: Inventory, at: float) -> frozenset[str]:
    """The bridges that need not be measured in full at `at` (s since the epoch, wall time)."""
    zone = ZoneInfo(inventory.timezone)
    shut = {name for name, window in inventory.windows.items() if not _is_open(window, at, zone)}
    on = [event for event in inventory.events if event.at - AHEAD <= at < event.at + event.lasts]
    needed = {bridge for event in on for bridge in event.bridges}
    return frozenset(
        key
        for key, service in inventory.services.items()
        if BRIDGE in service.collect and service.collect[BRIDGE].plugin.window in shut and key not in needed
    )


def _is_open(window: Window, at: float, zone: tzinfo) -> bool:
    day, valid = datetime.fromtimestamp(at, zone).date(), window.valid
    holds = (valid.since is None or valid.since <= day) and (valid.until is None or day < valid.until)
    return holds and at_work(window.times, at, zone)


class Windows:
    """Which jobs there are now. `follow` is to be done each minute: windows begin and end on one."""

    def __init__(self, inventory: Inventory, clock: Clock) -> None:
        self._inventory, self._clock = inventory, clock
        self._quiet = self._now()

    def jobs(self) -> list[Job]:
        """Everything there is to poll, with brief looks where they are enough."""
        return jobs(self._inventory, self._quiet)

    def use(self, inventory: Inventory) -> list[Job]:
        """The jobs of another inventory, which is followed from now on."""
        self._inventory = inventory
        self._quiet = self._now()
        return self.jobs()

    def follow(self, poll: Callable[[Sequence[Job]], None]) -> None:
        """If a window or a conference has begun or ended, let other jobs be polled."""
        if (now := self._now()) != self._quiet:
            self._quiet = now
            poll(self.jobs())

    def duty(self, poll: Callable[[Sequence[Job]], None]) -> Duty:
        """To follow the windows each minute."""

        async def work() -> None:
            self.follow(poll)

        each_minute = CronTrigger(second=0, timezone=self._inventory.timezone)
        return Duty(name="windows", when=each_minute, work=work)

    def _now(self) -> frozenset[str]:
        return quiet(self._inventory, self._clock.now() + self._clock.ahead())
