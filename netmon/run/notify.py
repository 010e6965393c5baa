"""Has everybody been told, in order, and what happens while somebody cannot be reached?

One worker for each channel takes what waits in the journal, no faster than the channel's rate, the most urgent first.
A notice is claimed, sent, and recorded as delivered; a kill in between sends it once more under the same id. Of one
incident a recipient gets the notices in the order in which they were written; another incident or recipient never waits
for a notice that fails, beyond the pause that the channel itself needs. What nobody need read any more is not sent.
This is the only place that retries; whoever hears of what became of each attempt may choose another channel meanwhile.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

import structlog

from netmon.clock import Clock
from netmon.decide.desk.state import Letter
from netmon.decide.notices import Composer, plan
from netmon.errors import NetmonError
from netmon.model import Event, Notice, Rate
from netmon.people import Receipt
from netmon.run.hearers import REMEMBERED, Hearers
from netmon.run.journal.seam import Journal
from netmon.run.lanes import Lanes
from netmon.run.pace import Pace
from netmon.run.plug import Failure, Notifier, handed_over, patience, receipt_of, unheard
from netmon.run.twin import Twin
from netmon.wire.net import Net

PATIENCE = 86400.0
"""Seconds after which a notice that could not be delivered is given up: it is history by then."""
BESIDE = 1.0
"""Seconds after which the end of an incident is looked at again, if its beginning is being told right now."""
LOOK = 10.0
"""Seconds after which the journal is looked into even if nothing was written: a sign of life."""
JOURNAL_PAUSE = 1.0
"""Seconds between two attempts to read a journal that fails."""
MUTE = "mute: not the master"

log = structlog.get_logger()


class Outbox:
    """Sends notices. For the metrics, by channel: `sent`, `failed` (given up), `retried`, `spared` (nobody need read it
    any more) and `delayed` (had to wait for the channel's rate).

    `report` hears what became of each attempt, once that is in the journal; it must not take long. `hearers.standing`
    may be set to who knows how incidents stand. `rates` bounds channels by their names. While the `twin` is mute
    nothing is sent: what waits in the journal is given up, and whoever hears of that tells it anew once it may be told.
    """

    def __init__(
        self,
        *,
        recipients: Mapping[str, Notifier],
        net: Net,
        journal: Journal,
        clock: Clock,
        compose: Composer,
        rates: Mapping[str, Rate | None] | None = None,
        twin: Twin | None = None,
    ) -> None:
        self._recipients = dict(recipients)
        self._net, self._journal, self._clock, self._compose = net, journal, clock, compose
        self.twin = twin or Twin(None, clock)
        self._told: Counter[tuple[int, Event, str]] = Counter()
        self._lanes = {name: Lanes() for name in self._recipients}
        self._paces = {name: Pace((rates or {}).get(name)) for name in self._recipients}
        self.hearers = Hearers()
        self.report: Callable[[Receipt], None] = unheard
        self._wake, self._moved = asyncio.Event(), asyncio.Event()
        self._held: dict[str, bool] = {}  # claimed here -> whether it has arrived, which only has to be recorded
        self._errors: dict[str, str] = {}
        self.sent = dict.fromkeys(self._recipients, 0)
        self.failed = dict.fromkeys(self._recipients, 0)
        self.retried = dict.fromkeys(self._recipients, 0)
        self.spared = dict.fromkeys(self._recipients, 0)
        self.delayed = dict.fromkeys(self._recipients, 0)
        self._looked_at = clock.now()
        self._over_at: dict[str, float] = {}

    def waiting(self) -> dict[str, int]:
        """Notices not yet delivered, by channel."""
        return {name: len(lanes) for name, lanes in self._lanes.items()}

    def moved_at(self, now: float) -> float:
        """When notices could be handed over last: the journal was read, and no attempt lasts longer than it may. Any
        thread may ask."""
        return min(self._looked_at, *list(self._over_at.values()), now)

    async def restore(self) -> None:
        """Read from the journal how often each event was told, so that ids go on counting, and who has heard of what.
        Before `notices`."""
        self._told = Counter(await self._journal.told())
        self.hearers.remember(await self._journal.reached(self._clock.now() - REMEMBERED))

    def notices(self, letters: Sequence[Letter]) -> list[Notice]:
        """The notices that these letters are; to be written to the journal, then `wake`."""
        made = plan(letters, self._told, self._compose)
        self._told.update((notice.incident.id, notice.event, notice.to) for notice in made)
        return made

    def wake(self) -> None:
        """Something was written: look into the journal."""
        self._wake.set()

    async def run(self) -> None:
        """Send what waits, until cancelled. A notice in flight at that moment is sent again after a restart."""
        async with asyncio.TaskGroup() as group:
            for name in self._recipients:
                group.create_task(self._serve(name), name=f"notify {name}")
            while True:
                self._wake.clear()
                try:
                    await self._load()
                except NetmonError as error:
                    self._complain("journal", str(error))
                    await asyncio.sleep(JOURNAL_PAUSE)
                    continue
                self._looked_at = self._clock.now()
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK):
                        await self._wake.wait()

    async def drain(self, timeout: float) -> bool:
        """Wait at most `timeout` s until nothing is left to try now; False if something is.

        What waits for a retry is left to the next start: the journal keeps it.
        """
        try:
            async with asyncio.timeout(timeout):
                await self._load()
                while any(lanes.fresh() for lanes in self._lanes.values()):
                    self._moved.clear()
                    await self._moved.wait()
        except TimeoutError:
            return False
        return True

    async def _load(self) -> None:
        for notice in await self._journal.pending():
            lanes = self._lanes.get(notice.channel)
            if self.twin.mute:
                log.info("notice not sent", notice=notice.id, why=MUTE)
                await self._give_up(notice, MUTE)
            elif lanes is None:
                log.warning("notice given up", notice=notice.id, why="this channel is no longer configured")
                await self._give_up(notice, "channel no longer configured")
            elif lanes.add(notice) and lanes.failing:
                why = f"not to be counted on: {self._errors.get(notice.channel, '')}"
                self.report(receipt_of(notice, self._clock.now(), delivered=False, why=why))

    async def _give_up(self, notice: Notice, why: str) -> None:
        now = self._clock.now()
        await self._journal.failed(notice.id, now, why, final=True)
        self.report(receipt_of(notice, now, delivered=False, why=why))

    async def _serve(self, name: str) -> None:
        """One channel's worker: the next notice that is due, over and over."""
        lanes, pace = self._lanes[name], self._paces[name]
        while True:
            now = self._clock.now()
            if pause := pace.pause(now):
                self.delayed[name] += lanes.due(now)
                await asyncio.sleep(pause)
                continue
            notice = lanes.take(now)
            if notice is None:
                await lanes.something(now)
            elif self.hearers.should_wait(notice):
                lanes.hold(notice, now + BESIDE)
            elif why := self.hearers.moot(notice, lanes.tried(notice)):
                await self._spare(name, notice, why)
            else:
                pace.spend()
                await self._deliver(name, notice)
            self._moved.set()

    async def _spare(self, name: str, notice: Notice, why: str) -> None:
        """Send it to nobody."""
        try:
            await self._give_up(notice, why)
        except NetmonError as error:
            self._complain(name, str(error))
            self._lanes[name].later(notice, self._clock.now())
            return
        log.info("notice not sent", notice=notice.id, why=why)
        self.spared[name] += 1
        self._held.pop(notice.id, None)
        self._lanes[name].drop(notice)

    async def _deliver(self, name: str, notice: Notice) -> None:
        """One attempt."""
        try:
            finished, alone = await self._attempt(name, notice)
        except NetmonError as error:  # the journal: netmon itself is in trouble, the notice is not lost
            self._complain(name, str(error))
            finished, alone = False, False
        if finished:
            self._lanes[name].done(notice)
        else:
            self._lanes[name].later(notice, self._clock.now(), alone=alone)

    async def _attempt(self, name: str, notice: Notice) -> tuple[bool, bool]:
        """Whether it is finished with, one way or the other; if not, whether this notice alone is to blame."""
        if notice.id not in self._held and not await self._journal.claim(notice.id, self._clock.now()):
            return True, False
        failure = None if self._held.setdefault(notice.id, False) else await self._send(name, notice)
        now = self._clock.now()
        if failure is None:
            self._held[notice.id] = True
            await self._journal.delivered(notice.id, now)
            del self._held[notice.id]
            self.report(receipt_of(notice, now, delivered=True))
            return True, False
        why, final, alone = failure
        if not final and now - notice.at > PATIENCE:
            why, final = f"too old; last error: {why}", True
        if final:
            self.failed[name] += 1
            log.error("notice given up", notice=notice.id, why=why)
        else:
            self.retried[name] += 1
            self._complain(name, why)
        await self._journal.failed(notice.id, now, why, final)
        del self._held[notice.id]
        self.report(receipt_of(notice, now, delivered=False, final=final, why=why))
        return final, alone

    async def _send(self, name: str, notice: Notice) -> Failure | None:
        """Hand it to the channel; None if it has arrived."""
        plugin = self._recipients[name]
        self._over_at[name] = self._clock.now() + patience(plugin)
        with self.hearers.telling(notice):
            failure = await handed_over(plugin, notice, self._net)
        del self._over_at[name]
        if failure is None:
            self.hearers.told(notice)
            self.sent[name] += 1
            if self._errors.pop(name, ""):
                log.info("recipient reached again", recipient=name, notice=notice.id)
        return failure

    def _complain(self, name: str, why: str) -> None:
        """Log an error that repeats only when it changes."""
        if self._errors.get(name) != why:
            self._errors[name] = why
            log.warning("notice not delivered, will be retried", recipient=name, why=why)
