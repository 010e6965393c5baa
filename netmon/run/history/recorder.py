"""What was each line, device and bridge like, five minutes by five minutes?

Stands between those who poll and those who judge, and overhears. Whatever a ping costs here is one number at the end of
a list; all else is done when the five minutes are over, a portion of the targets at a time.
"""

import asyncio
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from math import inf, nan

import apsw
import structlog

from netmon.clock import Clock
from netmon.decide.history import STEP
from netmon.errors import NetmonError
from netmon.model import Answers, Evidence, Family, Inventory, Metric, Observation, Sample, Target
from netmon.run.bus import Frame
from netmon.run.engine import Engine
from netmon.run.families import link_use
from netmon.run.history.fives import Five, train
from netmon.run.history.weeks import MOST, Weeks
from netmon.run.house import attempt
from netmon.run.journal import history as journal_history
from netmon.run.journal.history import Fives, Key
from netmon.run.journal.seam import Journal
from netmon.run.store import Store

LOOK = 30.0
"""Seconds between two looks at the use of the lines: their ports are not asked more often, unless somebody wants it."""
SETTLED = 2.0
"""Seconds after the full five minutes, and each `LOOK` later, when it is looked: by then the last pings have come back
or not, and a process that is killed loses no more than the five minutes that have just begun."""
LATE = 60.0
"""Seconds after their end for which the last words of five minutes are waited for: answers under way, and blindness,
which is found out some seconds after it began."""
PORTION = 500
WAITING = 288
"""Five minutes that wait at most to be written while the disk is full: a day."""
FOLDS = 20
"""Portions of days that are folded after each five minutes at most, a second apart: looks must not wait for more."""
PING, BRIDGE = "icmp", "bridge"
_DROPPED = "Values of the history that could not be written for too long."

log = structlog.get_logger()


class History:
    """The intake of the poller (netmon.run.bus.Intake), which keeps a history of what passes to the engine."""

    def __init__(self, inventory: Inventory, store: Store, engine: Engine, journal: Journal, clock: Clock) -> None:
        self._store, self._engine, self._journal, self._clock = store, engine, journal, clock
        self.polled: Callable[[Target, str, float, Frame, float], None] = engine.polled
        self.batch, self.needless = engine.batch, engine.needless
        self._open: dict[int, Five] = {}
        self._oldest = int(clock.now() // STEP)
        self._blind: list[tuple[float, float]] = []
        self._places: dict[Key, int] = {}
        self._waiting: dict[int, array[float]] = {}
        self._weeks, self._refreshed = Weeks(), -1
        self._inventory = inventory
        self.dropped = 0

    def use(self, inventory: Inventory) -> None:
        """Go by this inventory from now on."""
        self._inventory = inventory

    @property
    def silent(self) -> Collection[str]:
        """As the engine has it."""
        return self._engine.silent

    def evidence(self, pieces: Iterable[Evidence]) -> None:
        """Overhear the scheduled pings."""
        pieces = list(pieces)
        self._engine.evidence(pieces)
        if self._engine.core.blind != self._is_blind:
            self._turn()
        for piece in pieces:
            if isinstance(piece, Answers):
                if piece.round and piece.collector == PING and (five := self._five(piece.at)) is not None:
                    five.answers(piece.targets, piece.rtts)
            elif isinstance(piece, Observation) and piece.round and piece.collector == PING:
                self._one(piece)

    def samples(self, target: Target, collector: str, at: float, samples: Sequence[Sample], keep: float) -> None:
        """Overhear the trains of the bridges."""
        self._engine.samples(target, collector, at, samples, keep)
        if collector == BRIDGE and (found := train(at, samples)) and (five := self._five(at)) is not None:
            five.trains[target.id].append(found)
            five.fresh = True

    async def restore(self) -> None:
        """The use of the lines in the last week, from the journal, as far as it can be read."""
        now = self._clock.now()
        work = partial(journal_history.curves, since=now - MOST * STEP, until=now, quantity="use")
        try:
            curves = await self._journal.within(work)
        except NetmonError as error:  # what was is worth less than what is
            log.error("history not read, the last week begins anew", why=str(error))
            curves = []
        if days := {day for curve in curves for day in curve.damaged}:
            log.error("a part of the history is damaged", days=len(days), help="netmon doctor")
        self._weeks.restore(curves, now)
        await self._refresh(now)

    async def run(self) -> None:
        """Look until cancelled; then what is there is written, the open five minutes, too."""
        try:
            while True:
                now = self._clock.now()
                await asyncio.sleep(((now - SETTLED) // LOOK + 1) * LOOK + SETTLED - now)
                await self.look(self._clock.now())
        finally:
            await self._close(inf)
            await attempt("history not written", self._write())

    async def look(self, now: float) -> None:
        """See how much of the lines is in use, and finish the five minutes that are over."""
        if self._engine.core.blind != self._is_blind:
            self._turn()
        if not self._is_blind:
            await self._look_at_lines(now)
        over = [five for five in self._open if (five + 1) * STEP <= now]
        if over or self._waiting:
            await self._close(now)
            await self._keep(now)
        await self._refresh(now)

    async def _refresh(self, now: float) -> None:
        """Once in five minutes, also while nothing is heard: what is known of a week grows old."""
        if (number := int(now // STEP)) != self._refreshed:
            self._refreshed = number
            await self._weeks.refresh(now)

    def families(self) -> Iterator[Family]:
        """How full the lines were over a week, and what of the history was lost."""
        yield from self._weeks.families(self._inventory)
        yield Family("netmon_history_dropped_total", Metric("counter", _DROPPED), [("", self.dropped)])

    @property
    def _is_blind(self) -> bool:
        return bool(self._blind) and self._blind[-1][1] == inf

    def _turn(self) -> None:
        """netmon has become blind, or sees again: what was lost since the anchors were last heard says nothing."""
        now = self._clock.now()
        if self._is_blind:
            self._blind[-1] = (self._blind[-1][0], now)
        else:
            known = self._engine.core.known
            began = [known.standings[name].since for name in self._inventory.anchors if name in known.standings]
            self._blind = [(since, until) for since, until in self._blind if until > now - 2 * STEP]
            self._blind.append((max(min(began, default=now), now - 2 * STEP), inf))
        for five in self._open.values():
            five.fresh = True

    def _five(self, at: float) -> Five | None:
        """The five minutes of this time; None if they are written and forgotten."""
        number = int(at // STEP)
        if number in self._open:
            return self._open[number]
        return None if number < self._oldest else self._open.setdefault(number, Five())

    def _one(self, seen: Observation) -> None:
        if (five := self._five(seen.at)) is None:
            return
        if seen.rtt is not None:
            five.answered[seen.target].append(seen.rtt)
        elif not seen.alive:
            five.lost[seen.target].append(seen.at)
        five.fresh = True

    async def _look_at_lines(self, now: float) -> None:
        five = self._five(now)
        for count, link in enumerate(list(self._inventory.links.values()), 1):
            for direction, ratio in link_use(link, self._store):
                if five is not None:
                    five.use(link.id, direction, ratio)
            if count % PORTION == 0:
                await asyncio.sleep(0)

    async def _close(self, now: float) -> None:
        """Work out the means of the five minutes that are over; those that are over for long are forgotten."""
        for number, five in sorted(self._open.items()):
            if (number + 1) * STEP > now:
                continue
            if five.fresh:
                five.fresh = False
                await self._work_out(number, five)
            if (number + 1) * STEP + LATE <= now:
                del self._open[number]
                self._oldest = max(self._oldest, number + 1)

    async def _work_out(self, number: int, five: Five) -> None:
        inventory, spans = self._inventory, tuple(self._blind)
        means: array[float] = array("f")
        for count, target in enumerate(five.targets, 1):
            for key, mean in five.means(target, spans, inventory.links):
                self._put(means, key, mean)
            if count % PORTION == 0:
                await asyncio.sleep(0)
        for count, (key, mean) in enumerate(list(five.uses()), 1):
            self._put(means, key, mean)
            self._weeks.add(key[1:], number, mean)
            if count % PORTION == 0:
                await asyncio.sleep(0)
        self._waiting[number] = means

    def _put(self, means: "array[float]", key: Key, mean: float) -> None:
        place = self._places.setdefault(key, len(self._places))
        means.extend([nan] * (place + 1 - len(means)))
        means[place] = mean

    async def _keep(self, now: float) -> None:
        """Write what waits, and fold a day that is over; what cannot be written waits for the next look."""
        try:
            await self._write()
            for _ in range(FOLDS):
                if not await self._journal.within(partial(journal_history.fold, before=int((now - LATE) // STEP))):
                    break
                await asyncio.sleep(1.0)  # heartbeats are written by the same thread
        except NetmonError as error:
            self._engine.trouble.failed("history", error)
        else:
            self._engine.trouble.works("history")

    async def _write(self) -> None:
        while len(self._waiting) > WAITING:
            self.dropped += sum(mean == mean for mean in self._waiting.pop(min(self._waiting)))
        if self._waiting:
            rows = dict(self._waiting)
            await self._journal.within(_keeping(Fives(list(self._places), sorted(rows.items()))))
            for number, means in rows.items():
                if self._waiting.get(number) is means:
                    del self._waiting[number]


def _keeping(fives: Fives) -> Callable[[apsw.Connection], None]:
    return lambda database: journal_history.keep(database, fives)
