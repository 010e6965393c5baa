"""How does evidence become journal entries, and those become notices?

Evidence piles up in an inbox; one loop takes what is there to the verdict, asks for the probes it wants,
writes what it decided, with the notices that follow from it, in one transaction, and only then lets
them be sent.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from netmon.clock import Clock
from netmon.decide import core
from netmon.decide.desk import step as desk_of
from netmon.decide.desk.state import Desk, Heard
from netmon.decide.state import Core
from netmon.errors import NetmonError
from netmon.model import Answers, Entry, Evidence, Incident, IncidentEvent, Notice, Sample, Target
from netmon.people import Act, Receipt
from netmon.run import surroundings
from netmon.run.bus import Asking, Batch, Frame
from netmon.run.hearers import Standing
from netmon.run.house import Trouble, keep_house
from netmon.run.journal.seam import Journal
from netmon.run.notify import Outbox
from netmon.run.store import Store
from netmon.run.tally import FRAME_METRICS

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


class Engine:
    """The loop around the verdict, and the intake of what the poller brings."""

    def __init__(
        self,
        state: Core,
        desk: Desk,
        store: Store,
        journal: Journal,
        outbox: Outbox,
        clock: Clock,
        tap: Tap | None = None,
    ) -> None:
        self.core, self.desk = state, desk
        self._tap = tap
        self._store, self._journal, self._outbox, self._clock = store, journal, outbox, clock
        self._acts: list[tuple[Act, asyncio.Future[Act]]] = []
        self._receipts: list[Receipt] = []
        outbox.report, outbox.hearers.standing = self._delivered, self.standing
        self._inbox: deque[Evidence] = deque()
        self._waiting = 0
        self.trouble = Trouble(clock.now())
        self._frames: dict[str, tuple[str, tuple[tuple[str, ...], ...]]] = {}
        self._wake = asyncio.Event()
        self._asking: Asking | None = None
        self._followers: list[Callable[[IncidentEvent], None]] = []
        self._shown: Mapping[int, Incident] = {}
        self.steps = 0
        self.polled_at = self.stepped_at = self.desk_at = clock.now()
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

    def say(self, act: Act) -> "asyncio.Future[Act]":
        """What somebody says about an incident, or asks the desk to do.

        The future has it, with its number, once it is written down; with the number 0 if the desk made nothing of it.
        """
        written = asyncio.get_running_loop().create_future()
        self._acts.append((act, written))
        self._wake.set()
        return written

    def standing(self, incident: int) -> Standing:
        """How an incident stands, for those who still have to tell of it."""
        known, case = self._shown.get(incident), self.desk.cases.get(incident)
        return Standing(known is not None and known.state == "resolved", case.acked_by if case is not None else "")

    def _delivered(self, receipt: Receipt) -> None:
        self._receipts.append(receipt)
        self._wake.set()

    def samples(self, target: Target, collector: str, at: float, samples: Sequence[Sample], keep: float) -> None:
        """The numbers of one poll; they are stale after `keep` seconds."""
        self._store.put(target, collector, at, samples, keep)
        if self._tap is not None:
            self._tap(target, at, samples)

    def polled(self, target: Target, collector: str, at: float, frame: Frame, keep: float) -> None:
        """How one poll went; it is stale after `keep` seconds."""
        self.polled_at = at
        slot, labels = self._frames.get(collector) or self._frame_of(collector)
        self._store.put_columns(target, slot, at, keep, _FRAME, frame, labels)
        if self._tap is not None:
            self._tap(target, at, list(map(Sample, _FRAME, frame, labels)))

    def batch(self, polls: Batch) -> None:
        """The numbers of many polls, and how they went."""
        collector, at, keep, names, labels, targets, frames, values = polls
        self.polled_at = at
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
            if self._inbox or self._acts or self._receipts:
                continue
            pause = IDLE if wake is None else min(IDLE, max(0.0, wake - self._clock.now()))
            alarm = asyncio.get_running_loop().call_later(pause, self._wake.set)
            try:
                await self._wake.wait()
            finally:
                alarm.cancel()

    async def step(self, pieces: Sequence[Evidence]) -> float | None:
        """One judgement; returns when the next one is wanted at the latest."""
        now, judged = self._clock.now(), self.core.judged
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
        events = [entry.body for entry in wishes.entries if isinstance(entry.body, IncidentEvent)]
        said, receipts = self._acts, self._receipts
        self._acts, self._receipts = [], []
        acts = [act for act, _ in said]
        surroundings.show(self.desk, self.core, self._store, acts, now)
        anew = self.core.judged is not judged  # only a judgement lets incidents grow
        grown = surroundings.grown(self.desk, self.core, events, now) if anew else ()
        heard = Heard([*events, *grown], acts, receipts)
        orders = desk_of.step(self.desk, heard, now, self._clock.ahead(), self.core.number)
        self.desk_at = now
        if wishes.entries:  # an incident takes in more sites without an event of its own
            self.remember(event.incident for event in events)
        entries = [*wishes.entries, *orders.entries]
        if entries or orders.letters:
            await self._write(entries, self._outbox.notices(orders.letters))
        for act, written in said:
            if not written.done():  # whoever waited for it may have gone
                written.set_result(_numbered(act, orders.entries))
        for event in events:
            for hear in self._followers:
                hear(event)
        return min((at for at in (wishes.wake, orders.wake) if at is not None), default=None)

    async def _write(self, entries: Sequence[Entry], notices: Sequence[Notice]) -> None:
        """Nothing is told before it is written; a full disk delays the verdict, it does not lose it."""
        while True:
            try:
                await self._journal.write(entries, notices)
                break
            except NetmonError as error:
                self.trouble.failed("verdict", error)
                await asyncio.sleep(RETRY_WRITE)
        self.trouble.works("verdict")
        if notices:
            self._outbox.wake()

    def _patience(self, target: str) -> dict[str, float]:
        tasks = core.tasks(self.core, target)
        return {name: core.patience(self.core, target, name, task.timeout) for name, task in tasks.items()}

    async def keep_house(self) -> None:
        """See netmon.run.house."""
        await keep_house(self.core, self._journal, self._clock, self.trouble, lambda: self.remember(()))


def _numbered(act: Act, entries: Iterable[Entry]) -> Act:
    """The act as it stands among the entries; as it was if it does not."""
    found = (replace(one.body, number=one.seq) for one in entries if isinstance(one.body, Act))
    return next((one for one in found if replace(one, number=act.number) == act), act)


def _weight(piece: Evidence) -> int:
    return len(piece.targets) if isinstance(piece, Answers) else 1
