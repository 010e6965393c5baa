"""Has everybody been told, in order, and what happens while somebody cannot be reached?

One worker for each channel takes what waits in the journal. A notice is claimed, sent, and recorded
as delivered; a kill in between sends it once more under the same id. Of one incident a recipient gets
the notices in the order in which they were written; another incident never waits for a notice that
fails, beyond the pause that the channel itself needs. This is the only place that retries; whoever hears of
what became of each attempt may choose another channel meanwhile.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, runtime_checkable

import structlog

from netmon.clock import Clock
from netmon.decide.desk.state import Letter
from netmon.decide.notices import Composer, plan
from netmon.errors import NetmonError, Permanent, Retryable
from netmon.model import Event, Notice
from netmon.people import Receipt
from netmon.run.journal import Journal
from netmon.run.lanes import Lanes
from netmon.wire.net import Net

SEND_TIMEOUT = 30.0
"""Seconds after which a plug-in that does not return is taken as one that failed, unless it says what it `lasts`."""
PATIENCE = 86400.0
"""Seconds after which a notice that could not be delivered is given up: it is history by then."""
JOURNAL_PAUSE = 1.0
"""Seconds between two attempts to read a journal that fails."""

log = structlog.get_logger()


class Notifier(Protocol):
    """What netmon.notifiers plug-ins can do."""

    async def send(self, notice: Notice, net: Net) -> None:
        """Deliver the notice once. Raises Retryable or Permanent."""
        ...


@runtime_checkable
class Lasting(Protocol):
    """A plug-in that is not done at once: a telephone has to ring."""

    @property
    def lasts(self) -> float:
        """Seconds after which `send` is certainly over."""
        ...


def unheard(receipt: Receipt) -> None:
    """Nobody asks what became of it."""


class Outbox:
    """Sends notices. `sent`, `failed` (given up) and `retried` count by channel, for the metrics.

    `report` hears what became of each attempt, once that is in the journal; it must not take long.
    """

    def __init__(
        self, *, recipients: Mapping[str, Notifier], net: Net, journal: Journal, clock: Clock, compose: Composer
    ) -> None:
        self._recipients = dict(recipients)
        self._net = net
        self._journal = journal
        self._clock = clock
        self._compose = compose
        self._told: Counter[tuple[int, Event, str]] = Counter()
        self._lanes = {name: Lanes() for name in self._recipients}
        self.report: Callable[[Receipt], None] = unheard
        self._wake = asyncio.Event()
        self._moved = asyncio.Event()
        self._held: set[str] = set()
        self._errors: dict[str, str] = {}
        self.sent = dict.fromkeys(self._recipients, 0)
        self.failed = dict.fromkeys(self._recipients, 0)
        self.retried = dict.fromkeys(self._recipients, 0)

    def waiting(self) -> dict[str, int]:
        """Notices not yet delivered, by channel."""
        return {name: len(lanes) for name, lanes in self._lanes.items()}

    async def restore(self) -> None:
        """Read from the journal how often each event was told, so that ids go on counting. Before `notices`."""
        self._told = Counter(await self._journal.told())

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
            if lanes is not None:
                lanes.add(notice)
            else:
                log.warning("notice given up", notice=notice.id, why="this channel is no longer configured")
                await self._journal.failed(notice.id, self._clock.now(), "channel no longer configured", final=True)

    async def _serve(self, name: str) -> None:
        """One channel's worker: the next notice that is due, over and over."""
        lanes = self._lanes[name]
        while True:
            now = self._clock.now()
            notice = lanes.take(now)
            if notice is None:
                await lanes.something(now)
                continue
            if await self._deliver(name, notice):
                lanes.done(notice)
            else:
                lanes.later(notice, self._clock.now())
            self._moved.set()

    async def _deliver(self, name: str, notice: Notice) -> bool:
        """One attempt. True: finished with it, one way or the other. False: again later."""
        try:
            if notice.id not in self._held and not await self._journal.claim(notice.id, self._clock.now()):
                return True
            self._held.add(notice.id)
            return await self._attempt(name, notice)
        except NetmonError as error:  # the journal: netmon itself is in trouble, the notice is not lost
            self._complain(name, str(error))
            return False

    async def _attempt(self, name: str, notice: Notice) -> bool:
        why, final, plugin = "", False, self._recipients[name]
        patience = plugin.lasts if isinstance(plugin, Lasting) else SEND_TIMEOUT
        try:
            async with asyncio.timeout(patience):
                await plugin.send(notice, self._net)
        except Permanent as error:
            why, final = str(error), True
        except Retryable as error:
            why = str(error)
        except TimeoutError:
            why = f"no answer within {patience:g} s"
        except Exception as error:  # a plug-in's bug must not silence the other recipients
            why = f"{type(error).__name__}: {error}"
        now = self._clock.now()
        if not why:
            self.sent[name] += 1
            if self._errors.pop(name, ""):
                log.info("recipient reached again", recipient=name, notice=notice.id)
            self._held.discard(notice.id)
            await self._journal.delivered(notice.id, now)
            self.report(_receipt(notice, now, delivered=True))
            return True
        if not final and now - notice.at > PATIENCE:
            why, final = f"too old; last error: {why}", True
        if final:
            self.failed[name] += 1
            log.error("notice given up", notice=notice.id, why=why)
        else:
            self.retried[name] += 1
            self._complain(name, why)
        await self._journal.failed(notice.id, now, why, final)
        self._held.discard(notice.id)
        self.report(_receipt(notice, now, delivered=False, final=final, why=why))
        return final

    def _complain(self, name: str, why: str) -> None:
        """Log an error that repeats only when it changes."""
        if self._errors.get(name) != why:
            self._errors[name] = why
            log.warning("notice not delivered, will be retried", recipient=name, why=why)


def _receipt(notice: Notice, at: float, *, delivered: bool, final: bool = True, why: str = "") -> Receipt:
    return Receipt(notice.id, notice.incident.id, notice.to, notice.channel, at, delivered, final, why)
