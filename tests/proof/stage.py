"""Where "one true thing once" is proved: provinces, a court that hears everything late, and lives that end early.

`Court` runs the verdict alone and lets chance decide when each probe is sent, how long each answer takes and in which
portions and order the verdict hears of it. `lives` runs the whole program in virtual time and kills it at chosen calls
of its journal.
"""

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from heapq import heappop, heappush
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import apsw

from netmon import app
from netmon.app import App, World
from netmon.decide import core
from netmon.decide.desk.state import Letter
from netmon.decide.ledger.book import book
from netmon.decide.ledger.facts import COLUMNS, Asset, Column, Facts, assets_of
from netmon.decide.rules.state import Row
from netmon.model import (
    Entry,
    Evidence,
    Incident,
    IncidentEvent,
    Inventory,
    Mark,
    Notice,
    Observation,
    PortSeen,
    Restored,
    Standing,
    Transition,
    UptimeSeen,
)
from netmon.run.compose import Composer
from netmon.run.journal.seam import Journal, open_inline
from netmon.settings.project import Project, told_by
from netmon.sim.net import SimNet
from netmon.sim.network import Network
from netmon.sim.virtual import VirtualClock, run_virtual
from netmon.wire.net import Net
from tests.province import T0, Hand, Told, apply

T = TypeVar("T")

HEAD = """
vantage: noc
levels: [central, province, district, commune]
anchors: [c1, c2]
nodes: {pop: {name: POP, carrier: vnpt}}
carriers: {vnpt: {name: VNPT}, viettel: {name: Viettel}}
calendars: {office: {days: mon-fri, hours: ["07:30-11:30", "13:30-17:00"]}}
credentials: {default: {snmp: {version: 2c, community: "file:community"}}}
defaults: {collect: {icmp: {every: 2s, timeout: 1s}}}
sites:
  core:
    name: Core
    level: province
    devices:
      c1: {address: 10.0.0.1, role: router}
      c2: {address: 10.0.0.2, role: router, behind: c1}
      lte: {address: 10.0.0.3, role: router, behind: [c1, c2]}
      noc: {address: 10.0.0.10, role: server, behind: [c1, c2]}
"""

HILLS = (
    HEAD
    + """
  d:
    name: D
    level: district
    devices: {dr: {address: 10.0.1.1, role: router}, dcam: {address: 10.0.1.9, role: camera}}
    uplinks:
      - {to: c1, kind: fibre, carrier: vnpt, address: 10.9.1.1, local: Gi0, remote: Gi1}
      - {to: c2, kind: fibre, carrier: viettel, role: backup, address: 10.9.1.2, local: Gi1, remote: Gi1}
  e:
    name: E
    level: district
    devices: {er: {address: 10.0.2.1, role: router}}
    uplinks:
      - {to: c1, kind: fibre, carrier: vnpt, address: 10.9.2.1, local: Gi0, remote: Gi2}
      - {to: c2, kind: fibre, carrier: viettel, role: backup, address: 10.9.2.2, local: Gi1, remote: Gi2}
  a:
    name: A
    level: commune
    devices: {ar: {address: 10.0.4.1, role: router}}
    uplinks:
      - {to: dr, kind: ftth, carrier: vnpt, address: 10.9.4.1, local: Gi0, remote: Gi4}
      - {to: lte, kind: 4g, carrier: viettel, role: backup, address: 10.9.4.2}
  b1:
    name: B1
    level: commune
    devices: {b1r: {address: 10.0.5.1, role: router}, b1cam: {address: 10.0.5.9, role: camera}}
    uplinks: [{to: dr, kind: ftth, carrier: vnpt, via: [pop], local: Gi0, remote: Gi5}]
  b2:
    name: B2
    level: commune
    devices: {b2r: {address: 10.0.6.1, role: router}}
    uplinks: [{to: dr, kind: ftth, carrier: vnpt, via: [pop], local: Gi0, remote: Gi6}]
  b3:
    name: B3
    level: commune
    devices: {b3r: {address: 10.0.8.1, role: router}}
    uplinks: [{to: dr, kind: ftth, carrier: vnpt, via: [pop]}]
  g:
    name: G
    level: commune
    devices: {gr: {address: 10.0.7.1, role: router}}
    uplinks: [{to: c1, kind: ftth, carrier: vnpt, local: Gi0, remote: Gi7}]
"""
)
"""A core pair with an LTE gateway; districts d and e on two lines each; commune a on fibre and 4G, b1 to b3 over one
place of the carrier, g on one line. Ports are named, so that tables tell of them."""

HAMLET = (
    HEAD
    + """
  d:
    name: D
    level: district
    devices: {dr: {address: 10.0.1.1, role: router}}
    uplinks:
      - {to: c1, kind: fibre, carrier: vnpt, address: 10.9.1.1}
      - {to: c2, kind: fibre, carrier: viettel, role: backup, address: 10.9.1.2}
  g:
    name: G
    level: commune
    devices: {gr: {address: 10.0.7.1, role: router}}
    uplinks: [{to: dr, kind: ftth, carrier: vnpt}]
"""
)
"""The least that has a district on two lines and a commune behind it."""

ROADS = (
    HEAD
    + """
  e:
    name: E
    level: district
    devices: {er: {address: 10.0.2.1, role: router}}
    uplinks:
      - {to: c1, kind: fibre, carrier: vnpt, address: 10.9.2.1, local: Gi0, remote: Gi2}
      - {to: c2, kind: fibre, carrier: viettel, role: backup, address: 10.9.2.2, local: Gi1, remote: Gi2}
  f:
    name: F
    level: district
    devices: {fr: {address: 10.0.3.1, role: router}}
    uplinks:
      - {to: c1, kind: fibre, carrier: vnpt, address: 10.9.3.1}
      - {to: c2, kind: fibre, carrier: viettel, role: backup, address: 10.9.3.2}
  g:
    name: G
    level: commune
    devices: {gr: {address: 10.0.7.1, role: router}}
    uplinks: [{to: c1, kind: ftth, carrier: vnpt, local: Gi0, remote: Gi7}]
"""
)
"""Two districts on two lines each, and a commune on one: the least in which one line can be alone in its trouble."""


# --- what was told, apart from when -----------------------------------------------------------------

SECONDS = frozenset({"seconds", "uptime", "threshold", "window"})
"""Values of clues that are spans of time."""


def timeless(incident: Incident, number: int) -> Incident:
    """The incident as it would be if everything had happened at fixed times."""
    evidence = tuple(
        replace(clue, at=T0, values=tuple((key, "60" if key in SECONDS else text) for key, text in clue.values))
        for clue in incident.evidence
    )
    over = None if incident.resolved_at is None else T0 + 600
    return replace(incident, id=number, opened_at=T0, resolved_at=over, evidence=evidence)


def messages(project: Project, events: Iterable[IncidentEvent]) -> list[tuple[str, ...]]:
    """For each incident, in the order of their seats: (event, subject, text, body) of all it said, composed anew at
    fixed times. So everything is compared byte for byte but when it happened, and how the journal numbers it."""
    compose = Composer(project.messages, project.inventory, project.config.language)
    by_incident: dict[int, list[IncidentEvent]] = defaultdict(list)
    for event in events:
        by_incident[event.incident.id].append(event)
    lives = sorted(by_incident.values(), key=lambda some: (some[0].incident.kind, some[0].incident.seat, some[0].at))
    found: list[tuple[str, ...]] = []
    for number, some in enumerate(lives, 1):
        for n, event in enumerate(some, 1):
            fixed = IncidentEvent(event=event.event, at=T0 + 660, incident=timeless(event.incident, number))
            words = compose(Letter(fixed, "desk", "desk"), f"{number}/{event.event}/desk/{n}")
            found.append((event.event, words.subject, words.text, words.body))
    return found


def booked(inventory: Inventory, entries: Sequence[Entry], name: str, since: float, until: float) -> dict[Column, int]:
    """Seconds that the ledger has in each column for this id, between these seconds after the beginning."""
    bodies = [entry.body for entry in entries]
    facts = Facts(
        transitions=[body for body in bodies if isinstance(body, Transition)],
        marks=[body for body in bodies if isinstance(body, Mark)],
        assets=assets_of(inventory),
    )
    found = dict.fromkeys(COLUMNS, 0)
    for (_, subject), intervals in book(facts, int(T0 + since), int(T0 + until)).items():
        for interval in intervals if subject == name else ():
            found[interval.column] += interval.seconds
    return found


def backdated(entries: Iterable[Entry], most: float = 15.0) -> list[tuple[str, str, str, float, float]]:
    """Changes of state that claim to have been there for longer than a verdict takes: (id, old, new, since, written),
    seconds after the beginning. What the ledger has booked for longer than that must stay booked."""
    changes = [(entry.at, entry.body) for entry in entries if isinstance(entry.body, Transition)]
    return [
        (body.id, body.old.state.value, body.new.state.value, body.new.since - T0, at - T0)
        for at, body in changes
        if body.old.state is not body.new.state and at - body.new.since > most
    ]


# --- the verdict, told late and in any order ----------------------------------------------------------


class Court:
    """The verdict alone. All that can be left to chance is: the phase of each probe, the time each answer takes, the
    portions and the order in which evidence is handed over, how often and how late the tables of ports come, and
    how long the routing needs."""

    def __init__(self, project: Project, seed: int) -> None:
        self._chance = random.Random(seed)
        self.clock = Hand()
        settle = self._chance.choice((0.0, 0.0, 1.0, 3.0))
        self.network = Network(project.inventory, seed, clock=self.clock, settle=settle)
        self.core = core.start(project.inventory, Restored(), T0)
        self.told = Told()
        self._inventory = project.inventory
        self._portion = self._chance.choice((0.0, 0.05, 0.3))
        self._answer_late = self._chance.choice((0.0, 0.2, 0.6))
        self._table_late = self._chance.choice((0.0, 0.5, 2.5))
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._pending: list[Evidence] = []
        self._handing = False
        self._wake: float | None = None
        self._begin(self._chance.choice((10.0, 30.0, 60.0)))

    def _begin(self, tables_every: float) -> None:
        for target in self.core.known.watches:
            for name, task in core.tasks(self.core, target).items():
                self._round(self._chance.uniform(0.0, task.every), task.every, partial(self._probe, target, name))
        wired = {end for link in self._inventory.links.values() for end in (link.source, link.target)}
        for device in sorted(wired):
            self._round(self._chance.uniform(0.0, tables_every), tables_every, partial(self._table, device))

    def run(self, until: float) -> None:
        """Go on to so many seconds after the beginning."""
        while self._queue[0][0] <= T0 + until:
            at, _, deed = heappop(self._queue)
            self.clock.at = max(self.clock.at, at)
            deed()
        self.clock.at = T0 + until

    def do(self, at: float, *verbs: tuple[str, ...]) -> None:
        """Go on to `at`, then do this to the network."""
        self.run(at)
        apply(self.network, *verbs)

    def open(self) -> list[Incident]:
        return core.open_incidents(self.core)

    def _later(self, delay: float, deed: Callable[[], None]) -> None:
        heappush(self._queue, (self.clock.at + delay, next(self._order), deed))

    def _round(self, delay: float, every: float, deed: Callable[[], None]) -> None:
        def turn() -> None:
            self._later(every, turn)
            deed()

        self._later(delay, turn)

    def _hear(self, *pieces: Evidence) -> None:
        self._pending += pieces
        if not self._handing:
            self._handing = True
            self._later(self._chance.uniform(0.0, self._portion), self._step)

    def _step(self) -> None:
        evidence, self._pending, self._handing = self._pending, [], False
        self._chance.shuffle(evidence)
        wishes = core.step(self.core, evidence, self.clock.at)
        self.told.entries += wishes.entries
        self._wake = wishes.wake
        if wishes.wake is not None:
            self._later(max(0.0, wishes.wake - self.clock.at), self._woken)
        for target in sorted(wishes.ask):
            for name in core.tasks(self.core, target):
                self._probe(target, name, scheduled=False)
        for device in sorted(wishes.ports):
            self._table(device)

    def _woken(self) -> None:
        if self._wake is not None and self.clock.at >= self._wake and not self._handing:
            self._step()

    def _probe(self, target: str, name: str, scheduled: bool = True) -> None:
        limit = core.tasks(self.core, target)[name].timeout
        patience = limit if scheduled else core.patience(self.core, target, name, limit)
        found = self._inventory.devices.get(target) or self._inventory.links[target]
        answer = self.network.answers(found.address or "")
        rtt = answer.rtt * self._chance.uniform(1.0, 1.3)
        seen = Observation(target, self.clock.at, name, answer.reachable, rtt if answer.reachable else None, scheduled)
        late = self._chance.random() ** 4 * self._answer_late
        self._later((rtt if answer.reachable else patience) + late, lambda: self._hear(seen))

    def _table(self, device: str) -> None:
        path = self.network.reach(device)
        if path is None:
            return
        at = self.clock.at
        found: list[Evidence] = [UptimeSeen(device, at, at - self.network.booted_at(device))]
        for link in self._inventory.links.values():
            for end, port in ((link.source, link.local), (link.target, link.remote)):
                if end == device and port:
                    found.append(PortSeen(device, at, port, self.network.port_up(device, port)))
        self._later(path.rtt + self._chance.random() * self._table_late, lambda: self._hear(*found))


# --- the whole program, killed -------------------------------------------------------------------------


class Killed(Exception):
    """The process is gone."""


@dataclass(slots=True)
class Fate:
    """This life ends at the `call`-th writing call of its journal: before it is committed, or `after`, when the
    caller has not heard of it yet."""

    call: int
    after: bool = False


@dataclass(slots=True)
class Life:
    """One life of the process: what it has asked of the journal, what has arrived of what it sent, and whether it
    is dead. What was sent and not recorded when it died may be sent again."""

    calls: list[str] = field(default_factory=list)
    unrecorded: set[str] = field(default_factory=set)
    dead: bool = False


class Mortal:
    """A journal whose process dies at an appointed call; a dead one writes nothing more."""

    def __init__(self, journal: Journal, life: Life, fate: Fate | None, entries: list[Entry]) -> None:
        self._journal, self._life, self._fate, self._entries = journal, life, fate, entries
        self.restore, self.told, self.close = journal.restore, journal.told, journal.close
        self.rolled = journal.rolled
        self.reached, self.receipts = journal.reached, journal.receipts

    async def pending(self) -> list[Notice]:
        if self._life.dead:
            raise Killed
        return await self._journal.pending()

    async def within(self, work: Callable[[apsw.Connection], T]) -> T:
        if self._life.dead:
            raise Killed
        return await self._journal.within(work)

    async def write(self, entries: Sequence[Entry], notices: Sequence[Notice] = ()) -> None:
        async def work() -> None:
            await self._journal.write(entries, notices)
            self._entries.extend(entries)

        await self._do("write", work())

    async def learn(self, at: float, learned: Mapping[str, tuple[float, ...]]) -> None:
        await self._do("learn", self._journal.learn(at, learned))

    async def snapshot(self, at: float) -> None:
        await self._do("snapshot", self._journal.snapshot(at))

    async def roll(self, rows: Sequence[Row], before: float) -> None:
        await self._do("roll", self._journal.roll(rows, before))

    async def note_assets(self, at: float, rows: Sequence[Asset]) -> None:
        await self._do("note assets", self._journal.note_assets(at, rows))

    async def beat(self, at: float) -> None:
        await self._do("beat", self._journal.beat(at))

    async def claim(self, notice_id: str, at: float) -> bool:
        return await self._do("claim", self._journal.claim(notice_id, at))

    async def delivered(self, notice_id: str, at: float) -> None:
        async def work() -> None:
            await self._journal.delivered(notice_id, at)
            self._life.unrecorded.discard(notice_id)

        await self._do("delivered", work())

    async def failed(self, notice_id: str, at: float, why: str, final: bool) -> None:
        await self._do("failed", self._journal.failed(notice_id, at, why, final))

    async def _do(self, what: str, work: Coroutine[Any, Any, T]) -> T:
        """One transaction, if the process lives to see it; what is never begun is never committed."""
        life, fate = self._life, self._fate
        life.calls += [] if life.dead else [what]
        due = fate is not None and fate.call == len(life.calls)
        if life.dead or (due and fate is not None and not fate.after):
            work.close()
            life.dead = True
            raise Killed
        done = await work
        if due:
            life.dead = True
            raise Killed
        return done


@dataclass(frozen=True, slots=True)
class Phone:
    """A notifier that takes a moment each way: a process may die before its message arrives, and after."""

    life: Life
    got: list[Notice]
    travel: float = 0.1

    async def send(self, notice: Notice, net: Net) -> None:
        await asyncio.sleep(self.travel)
        if not self.life.dead:
            self.got.append(notice)
            self.life.unrecorded.add(notice.id)
        await asyncio.sleep(self.travel)


@dataclass(slots=True)
class House:
    """What the acts of a play can reach: time, the network, and the program as it runs now."""

    clock: VirtualClock
    network: Network
    app: App | None = None


@dataclass(slots=True)
class Lived:
    """What all lives together left behind."""

    told: Told = field(default_factory=Told)
    notices: list[Notice] = field(default_factory=list)
    lives: list[Life] = field(default_factory=list)
    standings: Mapping[str, Standing] = field(default_factory=dict)
    open: list[Incident] = field(default_factory=list)
    skipped: int = 0
    bugs: int = 0

    @property
    def last(self) -> Life:
        return self.lives[-1]

    def sent(self, project: Project) -> list[tuple[str, ...]]:
        """What was received, apart from times, numbers, repetitions of the same id and what looks have found: one
        that dies with its process is not made up for."""
        once = {notice.id: notice for notice in self.notices}
        return messages(
            project,
            [IncidentEvent(event=one.event, at=one.at, incident=_as_polled(one.incident)) for one in once.values()],
        )


LOOKED = ("path_now", "path_usual", "look_says")
"""Clues of looks (netmon.run.looks_path, looks_cli)."""


def _as_polled(incident: Incident) -> Incident:
    return replace(incident, evidence=tuple(clue for clue in incident.evidence if clue.text not in LOOKED))


Act = tuple[float, tuple[str, ...] | Callable[[House], None]]

AWAY = 3.0
"""Seconds after which a killed process is back."""


def lives(
    project: Project,
    script: Sequence[Act],
    until: float,
    *,
    journal: Path | None = None,
    fates: Sequence[Fate] = (),
    seed: int = 1,
    settle: float = 0.0,
    keep_roster: bool = False,
) -> Lived:
    """Run the whole program in virtual time under a script; one life for each of `fates`, then one to the end.

    Everything is told to `desk`; with `keep_roster` to those whom the project's routes name.
    """
    done = Lived()

    async def main() -> None:
        clock = VirtualClock()
        house = House(clock, Network(project.inventory, seed, clock=clock, settle=settle))
        acts = asyncio.create_task(_acts(house, script))
        for fate in (*fates, None):
            names = tuple(project.config.notifiers) if keep_roster else ()
            if clock.now() < T0 + until and not await _live(project, house, until, done, journal, fate, seed, names):
                await asyncio.sleep(AWAY)
        await acts

    run_virtual(main(), T0)
    return done


async def _live(
    project: Project,
    house: House,
    until: float,
    done: Lived,
    journal: Path | None,
    fate: Fate | None,
    seed: int,
    channels: tuple[str, ...] = (),
) -> bool:
    """One life; False if it was cut short."""
    life = Life()
    done.lives.append(life)
    phone = Phone(life, done.notices)
    told = told_by(project, {"desk": phone})
    if channels:
        told = replace(project, config=replace(project.config, notifiers=dict.fromkeys(channels, phone)))
    inner = open_inline(journal)
    book = Mortal(inner, life, fate, done.told.entries)
    world = World(clock=house.clock, net=SimNet(house.network, house.clock, seed), journal=book, serve=False)
    try:
        running = house.app = await app.build(told, world)
    except Killed:
        await inner.close()
        return False
    try:
        await app.run_for(running, T0 + until - house.clock.now(), asyncio.Event())
    except* Killed:
        pass
    done.standings = running.engine.core.known.standings
    done.open = core.open_incidents(running.engine.core)
    done.skipped += running.poller.skipped
    done.bugs += running.poller.bugs
    return not life.dead


async def _acts(house: House, script: Sequence[Act]) -> None:
    for at, act in script:
        await asyncio.sleep(max(0.0, T0 + at - house.clock.now()))
        if isinstance(act, tuple):
            apply(house.network, act)
        else:
            act(house)
