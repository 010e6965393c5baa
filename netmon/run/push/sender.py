"""In which order does what waits go out, and what happens when the server does not want it?

One request at a time. The latest moment and the oldest that waits take turns: after days without a server people see at
once how things are, and the past is made up for in between. A server that takes nothing older than what it has gets all
in order. Before a batch is given up, it is halved until the line that the server does not want is alone.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import NamedTuple

import structlog

from netmon.clock import Clock
from netmon.errors import Permanent, Retryable
from netmon.model import Batch
from netmon.run.export import sheltered
from netmon.run.push.answers import Outcome, meaning
from netmon.run.push.plug import Pushing
from netmon.run.push.spool import Item, Reason, Spool
from netmon.run.push.stumbles import Stumbles
from netmon.run.push.waiting import AGAIN
from netmon.wire.net import HttpReply, Net

SAVED = 1.0
"""Seconds after which it is written down again how far things have come."""
MOST_REFUSALS = 100
"""Attempts with parts of one batch: a few bad lines are found, a batch that is bad all over is given up."""
HOPELESS = 30
"""The same, as long as nothing of it was taken: enough to come down to a single line of 5,000."""
LONGEST_LATER = 300.0
"""Seconds that a server is left alone for at most, whatever it says."""

log = structlog.get_logger()

Aside = Callable[[Callable[[], object]], Awaitable[object]]


class Pauses(NamedTuple):
    """Seconds after the first failure, doubled with each further one, and at most. `chance`: 0 to 1, so that several
    netmons do not come back at the same moment."""

    first: float = 1.0
    most: float = 60.0
    chance: Callable[[], float] = lambda: 1.0


class Sender:
    """Delivers what is in the spool. `sent` counts lines that were acknowledged, `failures` attempts that failed."""

    def __init__(
        self, name: str, exporter: Pushing, spool: Spool, aside: Aside, net: Net, clock: Clock, pauses: Pauses
    ) -> None:
        """`aside`: runs what touches the spool, in its thread."""
        self.sent = self.failures = 0
        self.fresh = asyncio.Event()
        self._name, self._exporter, self._spool, self._net, self._clock = name, exporter, spool, net, clock
        self._aside, self._pauses = aside, pauses
        self._newest = self._welcome = self._well = False
        self._stumbles = Stumbles()
        self._said, self._saved, self._heard = "", clock.now(), clock.now()

    async def run(self) -> None:
        """Deliver until cancelled."""
        failed = 0
        while True:
            self.fresh.clear()
            item = await self._pick()
            if item is None:
                await self._idle()
                continue
            outcome = await self._send(item)
            if outcome.kind in ("taken", "refused"):
                failed = 0
                continue
            failed += 0 if failed and self._rests(item.number) else 1
            self.failures += 1
            await asyncio.sleep(self._pause(outcome, failed))

    async def _pick(self) -> Item | None:
        self._newest = not self._newest and not self._exporter.in_order
        return (await self._from(self._spool.live) if self._newest else None) or await self._from(0)

    async def _from(self, number: int) -> Item | None:
        """The first from this number on that waits and does not rest."""

        def pick() -> Item | None:
            resting = self._stumbles.resting(self._clock.now(), self._spool.waits)
            return self._spool.pick(number, () if self._exporter.in_order else resting)

        found = await self._aside(pick)
        return found if isinstance(found, Item) else None

    async def _idle(self) -> None:
        """Until there is something to send."""
        due = self._stumbles.due()
        with suppress(TimeoutError):
            await asyncio.wait_for(self.fresh.wait(), None if due is None else max(0.0, due - self._clock.now()))

    async def _send(self, item: Item) -> Outcome:
        known = item.number in self._stumbles
        outcome = await self._attempt(item.payload, known)
        if outcome.kind == "taken":
            self._welcome = True
            self._stumbles.forget(item.number)
            await self._done(item)
        elif outcome.kind == "refused" and item.times and self._exporter.in_order:  # it has something newer
            await self._aside(partial(self._spool.drop, item.number, None))
        elif outcome.kind == "refused":
            outcome = await self._divide(item, outcome, "refused")
        if outcome.inside and (known or self._well or self._exporter.in_order):
            outcome = await self._stumbled(item, outcome)
        self._well = outcome.kind in ("taken", "refused")
        if not self._rests(item.number):
            self._complain(outcome)
        return outcome

    async def _stumbled(self, item: Item, outcome: Outcome) -> Outcome:
        """The server has failed at it, and did not at the one before."""
        if not (self._rests(item.number) or self._exporter.in_order):
            log.warning("the server fails at a batch", exporter=self._name, lines=item.lines, why=outcome.why)
        now = self._clock.now()
        self._stumbles.note(item.number, now)
        over = self._stumbles.over(item.number, now)
        return await self._divide(item, outcome, "server_error") if over else outcome

    def _rests(self, number: int) -> bool:
        """Whether the server fails at it and not at others, which go on."""
        return number in self._stumbles and not self._exporter.in_order

    async def _attempt(self, payload: bytes, known: bool = False) -> Outcome:
        """Send it once. `known`: that the server fails at this says nothing of what it took before."""
        failure = Outcome("away", "the exporter has failed")
        outcome = await sheltered(self._name, self._delivered(payload)) or failure
        before, self._heard = self._heard, self._clock.now()
        away = outcome.kind == "away"
        self._welcome = self._welcome and not away
        if outcome.anew or (away and not (known and outcome.inside)):
            await self._aside(partial(self._spool.again, idle=not away and self._heard - before > AGAIN))
        return outcome

    async def _delivered(self, payload: bytes) -> Outcome:
        try:
            reply: HttpReply = await self._exporter.deliver(payload, self._net)
        except Retryable as error:
            return Outcome("away", str(error))
        except Permanent as error:
            return Outcome("wrong", str(error))
        return meaning(reply)

    async def _done(self, item: Item, refused: int = 0, reason: Reason = "refused") -> None:
        self.sent += 0 if item.times else item.lines - refused
        now = self._clock.now()
        save = now - self._saved >= SAVED

        def done() -> None:
            self._spool.done(item.number, now, refused, reason)
            if save:
                self._spool.save()

        await self._aside(done)
        self._saved = now if save else self._saved

    async def _divide(self, item: Item, refusal: Outcome, reason: Reason) -> Outcome:
        """Halve a batch until what the server does not want, or fails at, is alone, and do without that.

        If the server fails otherwise meanwhile, all of the batch goes once more.
        """
        parts, refused, attempts, taken, anew = [Batch(item.payload, item.lines)], 0, 1, False, False
        while parts:
            part = parts.pop()
            hopeless = attempts >= (MOST_REFUSALS if taken else HOPELESS)
            halves = () if hopeless else await self._halves(part.payload)
            if not halves:
                refused += part.lines
            for half in halves:
                outcome = await self._attempt(half.payload, known=item.number in self._stumbles)
                attempts += 1
                if outcome.kind == "refused" or (outcome.inside and reason == "server_error"):
                    parts.append(half)
                elif outcome.kind != "taken":
                    return outcome
                taken, anew = taken or outcome.kind == "taken", anew or outcome.anew
        if not taken and not await self._wanted(item):
            self._stumbles.forget(item.number)
            return refusal if refusal.inside else Outcome("wrong", f"nothing is taken: {refusal.why}")
        log.warning("lines are given up", exporter=self._name, lines=refused, reason=reason, why=refusal.why)
        await self._give_up(item, refused if taken else item.lines, reason, anew)
        return Outcome("refused")

    async def _give_up(self, item: Item, lines: int, reason: Reason, anew: bool) -> None:
        if lines < item.lines:
            await self._done(item, lines, reason)
            if anew:  # in the middle: what was taken before may be forgotten
                await self._aside(self._spool.again)
        else:
            self._welcome = False  # the next one that is bad all over is suspicious
            await self._aside(partial(self._spool.drop, item.number, reason))

    async def _wanted(self, item: Item) -> bool:
        """Whether the server takes anything at all, so that a batch it wants nothing of is the batch's fault.

        Where all goes in order, what is next is tried, and not the newest, behind which nothing would be taken.
        """
        if self._welcome:
            return True
        number = item.number + 1 if self._exporter.in_order else max(self._spool.live, item.number + 1)
        for _ in range(MOST_REFUSALS if self._exporter.in_order else 1):
            other = await self._from(number)
            if other is None:
                return False
            outcome = await self._attempt(other.payload)
            if outcome.kind == "taken":
                await self._done(other)
                return True
            if outcome.kind != "refused":
                return False
            number = other.number + 1
        return False

    async def _halves(self, payload: bytes) -> tuple[Batch, ...]:
        async def divided() -> tuple[Batch, ...]:
            return await asyncio.to_thread(self._exporter.halves, payload)

        return await sheltered(self._name, divided()) or ()

    def _pause(self, outcome: Outcome, failed: int) -> float:
        first, most, chance = self._pauses
        if outcome.kind == "wrong":
            return most
        pause = min(most, first * 2.0 ** min(failed - 1, 16)) * (0.5 + chance() / 2)
        return max(pause, min(outcome.later, LONGEST_LATER))

    def _complain(self, outcome: Outcome) -> None:
        """Log trouble that repeats only when it changes, and its end."""
        why = outcome.why if outcome.kind not in ("taken", "refused") else ""
        if why and why != self._said:
            log.error("numbers cannot be written", exporter=self._name, why=why)
        elif self._said and not why:
            log.info("numbers are written again", exporter=self._name)
        self._said = why
