"""How does evidence become journal entries, and those become notices?

Evidence piles up in an inbox; one loop takes what is there to the verdict, asks for the probes it wants,
writes what it decided, with the notices that follow from it, in one transaction, and only then lets
them be sent.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import structlog

from netmon.clock import Clock
from netmon.decide import core
from netmon.decide.state import Core, Wishes
from netmon.errors import NetmonError
from netmon.model import Answers, Evidence, Incident, IncidentEvent, Notice, Sample, Target
from netmon.run.bus import Asking, Batch, Frame
from netmon.run.journal import Journal
from netmon.run.notify import Desk
from netmon.run.store import Store
from netmon.run.tally import FRAME_METRICS

BEAT = 1.0
LEARN = 300.0
SNAPSHOT = 3600.0
RESOLVED_KEPT = 30 * 86400.0
RETRY_WRITE = 1.0
INBOX = 200_000
"""Pieces of evidence that wait at most, each answer of a slice being one: hours of a full disk must not become a full
memory."""
IDLE = 5.0
"""Seconds after which the verdict is asked even if nothing happened: a sign of life."""

Tap = Callable[[Target, float, Sequence[Sample]], None]
"""Hears all numbers beside the store: of what, when, which."""

_FRAME = tuple(FRAME_METRICS)

log = structlog.get_logger()


class Engine:
    """The loop around the verdict, and the intake of what the poller brings."""

    def __init__(
        self, state: Core, store: Store, journal: Journal, desk: Desk, clock: Clock, tap: Tap | None = None
    ) -> None:
        self.core = state
        self._tap = tap
        self._store, self._journal, self._desk, self._clock = store, journal, desk, clock
        self._inbox: deque[Evidence] = deque()
        self._waiting = 0
        self._trouble: dict[str, str] = {}
        self._frames: dict[str, tuple[str, tuple[tuple[str, ...], ...]]] = {}
        self._wake = asyncio.Event()
        self._asking: Asking | None = None
        self._followers: list[Callable[[IncidentEvent], None]] = []
        self._shown: Mapping[int, Incident] = {}
        self.steps = 0
        self.stepped_at = clock.now()
        self.write_failures = 0
        self.dropped = 0

    def remember(self, incidents: Iterable[Incident]) -> None:
        """Show these incidents, resolved ones for 30 days; the mapping is replaced whole, so any thread may read it."""
        since = self._clock.now() - RESOLVED_KEPT
        now = {incident.id: incident for incident in (*incidents, *core.open_incidents(self.core))}
        kept = {**self._shown, **now}
        self._shown = {
            number: incident
            for number, incident in sorted(kept.items())
            if incident.resolved_at is None or incident.resolved_at >= since
        }

    def follow(self, hear: Callable[[IncidentEvent], None]) -> None:
        """Let somebody hear what happens to incidents from now on, once it is written down; it must not take long."""
        self._followers.append(hear)

    def evidence(self, pieces: Iterable[Evidence]) -> None:
        """What the answers and silences say about the network. The oldest is dropped where too much waits."""
        pieces = list(pieces)
        self._inbox.extend(pieces)
        self._waiting += sum(map(_weight, pieces))
        while self._waiting > INBOX:
            lost = _weight(self._inbox.popleft())
            self._waiting -= lost
            self.dropped += lost
        self._wake.set()

    def samples(self, target: Target, collector: str, at: float, samples: Sequence[Sample], keep: float) -> None:
        """The numbers of one poll; they are stale after `keep` seconds."""
        self._store.put(target, collector, at, samples, keep)
        if self._tap is not None:
            self._tap(target, at, samples)

    def polled(self, target: Target, collector: str, at: float, frame: Frame, keep: float) -> None:
        """How one poll went; it is stale after `keep` seconds."""
        slot, labels = self._frames.get(collector) or self._frame_of(collector)
        self._store.put_columns(target, slot, at, keep, _FRAME, frame, labels)
        if self._tap is not None:
            self._tap(target, at, list(map(Sample, _FRAME, frame, labels)))

    def batch(self, polls: Batch) -> None:
        """The numbers of many polls, and how they went."""
        collector, at, keep, names, labels, targets, frames, values = polls
        slot, frame_labels = self._frames.get(collector) or self._frame_of(collector)
        self._store.put_all(targets, slot, at, keep, _FRAME, frames, frame_labels)
        self._store.put_all(targets, collector, at, keep, names, values, labels)
        if self._tap is not None:
            for target, frame, (value,) in zip(targets, frames, values, strict=True):
                self._tap(target, at, list(map(Sample, _FRAME, frame, frame_labels)))
                self._tap(target, at, [Sample(names[0], value, labels[0])])

    @property
    def silent(self) -> Collection[str]:
        """Targets known to be silent."""
        return self.core.known.mute

    def _frame_of(self, collector: str) -> tuple[str, tuple[tuple[str, ...], ...]]:
        """Under which name frames of a collector are kept, and the labels of each: the same ones every time."""
        made = self._frames[collector] = (f"frame {collector}", ((collector,),) * len(_FRAME))
        return made

    def needless(self, target: str) -> bool:
        """Is the target known to be silent, so that reading its tables would only cost time?"""
        return target in self.core.known.mute

    def incidents(self) -> Mapping[int, Incident]:
        """Open incidents and those resolved in the last 30 days, by id."""
        return self._shown

    async def run(self, asking: Asking) -> None:
        """Judge until cancelled."""
        self._asking = asking
        while True:
            pieces = list(self._inbox)
            self._inbox.clear()
            self._waiting = 0
            self._wake.clear()
            wake = await self.step(pieces)
            if self._inbox:
                continue
            pause = IDLE if wake is None else min(IDLE, max(0.0, wake - self._clock.now()))
            alarm = asyncio.get_running_loop().call_later(pause, self._wake.set)
            try:
                await self._wake.wait()
            finally:
                alarm.cancel()

    async def step(self, pieces: Sequence[Evidence]) -> float | None:
        """One judgement; returns when the next one is wanted at the latest."""
        now = self._clock.now()
        wishes = core.step(self.core, pieces, now, self._clock.ahead())
        self.steps += 1
        self.stepped_at = now
        if self._asking is not None:
            if wishes.ask:
                self._asking.ask({target: self._patience(target) for target in sorted(wishes.ask)})
            if wishes.ports:
                self._asking.ask_ports(sorted(wishes.ports))
            if wishes.power:
                self._asking.ask_power(sorted(wishes.power))
        if wishes.entries:
            events = [entry.body for entry in wishes.entries if isinstance(entry.body, IncidentEvent)]
            self.remember(event.incident for event in events)
            await self._write(wishes, [notice for event in events for notice in self._desk.notices(event)])
            for event in events:
                for hear in self._followers:
                    hear(event)
        return wishes.wake

    async def _write(self, wishes: Wishes, notices: Sequence[Notice]) -> None:
        """Nothing is told before it is written; a full disk delays the verdict, it does not lose it."""
        while True:
            try:
                await self._journal.write(wishes.entries, notices)
                break
            except NetmonError as error:
                self._failed("verdict", error)
                await asyncio.sleep(RETRY_WRITE)
        self._works("verdict")
        if notices:
            self._desk.wake()

    def _failed(self, what: str, error: NetmonError) -> None:
        """Count a failed write; log it once, and again only when the reason changes."""
        self.write_failures += 1
        if self._trouble.get(what) != str(error):
            self._trouble[what] = str(error)
            log.error("journal not written, trying again", what=what, why=str(error))

    def _works(self, what: str) -> None:
        if self._trouble.pop(what, ""):
            log.info("journal written again", what=what)

    def _patience(self, target: str) -> dict[str, float]:
        tasks = core.tasks(self.core, target)
        return {name: core.patience(self.core, target, name, task.timeout) for name, task in tasks.items()}

    async def keep_house(self) -> None:
        """A heartbeat each second, what was learned each five minutes, a snapshot each hour."""
        learned_at = snapshot_at = self._clock.now()
        while True:
            await asyncio.sleep(BEAT)
            now = self._clock.now()
            try:
                await self._journal.beat(now)
                if now - learned_at >= LEARN:
                    learned_at = now
                    await self._journal.learn(now, core.learned(self.core))
                if now - snapshot_at >= SNAPSHOT:
                    snapshot_at = now
                    await self._journal.snapshot(now)
                    self.remember(())
            except NetmonError as error:
                self._failed("house-keeping", error)
            else:
                self._works("house-keeping")


def _weight(piece: Evidence) -> int:
    return len(piece.targets) if isinstance(piece, Answers) else 1
