"""Provinces for the tests of the verdict, and two ways to play them without waiting.

`Play` runs the verdict alone against the model of a network, `perform` the whole program in virtual time.
"""

import asyncio
import random
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from pathlib import Path

import yaml

from netmon import app
from netmon.app import App, World
from netmon.decide import core
from netmon.model import (
    Entry,
    Event,
    Evidence,
    Incident,
    IncidentEvent,
    Inventory,
    Maintenance,
    Notice,
    Observation,
    PortSeen,
    Restored,
    Standing,
    State,
    Transition,
    UptimeSeen,
)
from netmon.run.journal.seam import Journal, open_inline
from netmon.settings.project import Project, load, told_by
from netmon.sim.net import SimNet
from netmon.sim.network import Network
from netmon.sim.virtual import VirtualClock, run_virtual
from netmon.wire.net import Net

T0 = 1_791_936_000.0
"""When the plays begin: a Wednesday in October 2026."""

SMALL = """
vantage: noc
levels: [central, province, district, commune]
anchors: [c1, c2]
nodes: {pop: {name: POP, carrier: vnpt}}
carriers: {vnpt: {name: VNPT}, viettel: {name: Viettel}}
credentials: {default: {snmp: {version: 2c, community: "file:community"}}}
defaults: {collect: {icmp: {every: 2s, timeout: 1s}}}
sites:
  top: {name: Top, level: central, devices: {pe: {address: 10.1.0.1, role: router}}}
  core:
    name: Core
    level: province
    devices:
      c1: {address: 10.0.0.1, role: router}
      c2: {address: 10.0.0.2, role: router, behind: c1}
      lte: {address: 10.0.0.3, role: router, behind: [c1, c2]}
      noc: {address: 10.0.0.10, role: server, behind: [c1, c2]}
    uplinks: [{from: c1, to: pe, kind: fibre, carrier: vnpt, address: 10.1.9.1}]
  d:
    name: D
    level: district
    devices: {dr: {address: 10.0.1.1, role: router}, dcam: {address: 10.0.1.9, role: camera}}
    uplinks:
      - {to: c1, kind: fibre, carrier: vnpt, address: 10.9.1.1}
      - {to: c2, kind: fibre, carrier: viettel, role: backup, address: 10.9.1.2}
    services: {dweb: {name: Web, collect: {tcp: {port: 443, every: 2s}}}}
  e:
    name: E
    level: district
    devices: {er: {address: 10.0.2.1, role: router}}
    uplinks:
      - {to: c1, kind: fibre, carrier: vnpt, address: 10.9.2.1}
      - {to: fr, kind: fibre, carrier: vnpt, role: backup, address: 10.9.2.2}
  f:
    name: F
    level: district
    devices: {fr: {address: 10.0.3.1, role: router}}
    uplinks: [{to: c2, kind: fibre, carrier: vnpt, address: 10.9.3.1}]
  a:
    name: A
    level: commune
    devices: {ar: {address: 10.0.4.1, role: router}, acam: {address: 10.0.4.9, role: camera}}
    uplinks:
      - {to: dr, kind: ftth, carrier: vnpt, address: 10.9.4.1}
      - {to: lte, kind: 4g, carrier: viettel, role: backup, address: 10.9.4.2}
  b1:
    name: B1
    level: commune
    devices: {b1r: {address: 10.0.5.1, role: router}, b1cam: {address: 10.0.5.9, role: camera}}
    uplinks: [{to: dr, kind: ftth, carrier: vnpt, via: [pop]}]
  b2:
    name: B2
    level: commune
    devices: {b2r: {address: 10.0.6.1, role: router}}
    uplinks: [{to: dr, kind: ftth, carrier: vnpt, via: [pop]}]
  g:
    name: G
    level: commune
    devices: {gr: {address: 10.0.7.1, role: router}}
    uplinks: [{to: c1, kind: ftth, carrier: vnpt}]
"""
"""A core pair with an LTE gateway and the trunk; district d on two lines, e and f a ring; commune a on fibre and
4G, b1 and b2 over one carrier's POP, g on one line."""


def made(text: str) -> Project:
    """The project that this inventory text makes, through the real loader."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        (path / "inventory").mkdir()
        (path / "inventory" / "all.yaml").write_text(text, encoding="utf-8")
        (path / "community").write_text("public", encoding="utf-8")
        return load(path)


def generated(districts: int, communes: int, seed: int = 1) -> str:
    """The text of a province of `districts` on one or two lines, each with `communes` on one or two lines."""
    chance = random.Random(seed)
    sites = yaml.safe_load(SMALL)["sites"]
    sites = {name: sites[name] for name in ("top", "core")}
    nodes: dict[str, object] = {}
    for n in range(1, districts + 1):
        lines = [{"to": "c1", "kind": "fibre", "address": f"10.20.{n}.1"}]
        if chance.random() < 0.7:
            lines.append({"to": "c2", "kind": "fibre", "role": "backup", "address": f"10.21.{n}.1"})
        devices: dict[str, dict[str, str]] = {f"d{n}-r": {"address": f"10.2.{n}.1", "role": "router"}}
        if chance.random() < 0.5:
            devices[f"d{n}-cam"] = {"address": f"10.2.{n}.9", "role": "camera"}
        sites[f"d{n}"] = {"name": f"D{n}", "level": "district", "devices": devices, "uplinks": lines}
        nodes[f"pop{n}"] = {"name": f"POP {n}"}
        for m in range(1, communes + 1):
            name = f"x{n}-{m}"
            uplink: dict[str, object] = {"to": f"d{n}-r", "kind": "ftth", "address": f"10.22.{n}.{m}"}
            if m <= 2:
                uplink["via"] = [f"pop{n}"]
            uplinks: list[Mapping[str, object]] = [uplink]
            if m > 2 and chance.random() < 0.4:
                backup = {"to": "lte", "kind": "4g", "role": "backup", "address": f"10.23.{n}.{m}"}
                uplinks.append(backup)
            boxes = {f"{name}-r": {"address": f"10.3.{n}.{m}", "role": "router"}}
            if chance.random() < 0.3:
                boxes[f"{name}-cam"] = {"address": f"10.4.{n}.{m}", "role": "camera"}
            sites[name] = {"name": name.upper(), "level": "commune", "devices": boxes, "uplinks": uplinks}
    head = {key: value for key, value in yaml.safe_load(SMALL).items() if key not in ("sites", "nodes")}
    text: str = yaml.safe_dump({**head, "nodes": nodes, "sites": sites}, sort_keys=False)
    return text


@dataclass(slots=True)
class Hand:
    """A clock that is set by hand."""

    at: float = T0

    def now(self) -> float:
        return self.at

    def ahead(self) -> float:
        return 0.0


@dataclass(slots=True)
class Told:
    """What was written and told, whoever played it. Times count from the beginning of the play."""

    entries: list[Entry] = field(default_factory=list)

    @property
    def events(self) -> list[IncidentEvent]:
        return [entry.body for entry in self.entries if isinstance(entry.body, IncidentEvent)]

    def said(self) -> list[tuple[Event, str, str]]:
        """(event, kind, root) in the order in which they were told."""
        return [(event.event, event.incident.kind, event.incident.root) for event in self.events]

    def at(self, event: Event, root: str) -> list[float]:
        """When this was told of this root."""
        return [e.at - T0 for e in self.events if (e.event, e.incident.root) == (event, root)]

    def last(self) -> dict[int, Incident]:
        """Each incident as it was told last."""
        return {event.incident.id: event.incident for event in self.events}

    def changes(self, name: str) -> list[tuple[State, str | None]]:
        """The states that an id went through, and behind what."""
        bodies = (entry.body for entry in self.entries)
        return [
            (body.new.state, body.new.behind) for body in bodies if isinstance(body, Transition) and body.id == name
        ]


Outcome = frozenset[tuple[str, str, frozenset[str]]]


def outcome(incidents: Iterable[Incident]) -> Outcome:
    """(kind, root, affected) of each."""
    return frozenset((one.kind, one.root, frozenset(one.affected)) for one in incidents)


class Play:
    """The verdict alone against the model of a network: probes on random phases, answers after their round trip.

    `dumb` are (target, collector) that never answer, `odd` those that answer nonsense, `says` what is said by those
    that answer wrongly, and `badly` which of those do serve, only badly. `asked`: how often each was probed. `told` is
    what came of it.
    Evidence is handed over at most every `portion` seconds, in any order, as a busy loop would.
    """

    def __init__(
        self,
        inventory: Inventory,
        seed: int = 0,
        *,
        settle: float = 0.0,
        restored: Restored | None = None,
        ports_every: float = 30.0,
        portion: float = 0.0,
        maintenance: tuple[Maintenance, ...] = (),
    ) -> None:
        self.clock, self.ahead = Hand(), 0.0
        self.network = Network(inventory, seed, clock=self.clock, settle=settle)
        self.core = core.start(inventory, restored or Restored(), T0, maintenance=maintenance)
        self.told = Told()
        self.dumb: set[tuple[str, str]] = set()
        self.odd: set[tuple[str, str]] = set()
        self.says: dict[tuple[str, str], str] = {}
        self.badly: set[tuple[str, str]] = set()
        self.asked: Counter[tuple[str, str]] = Counter()
        self._seed, self._chance = seed, random.Random(seed)
        self._queue: list[tuple[float, int, Callable[[], list[Evidence]]]] = []
        self._order = count()
        self._ports_every = ports_every
        self._wake: float | None = None
        self._portion, self._pending, self._next = portion, list[Evidence](), T0
        self.schedule(inventory)

    def move(self, inventory: Inventory) -> None:
        """The network becomes this one; what was broken and still exists stays so."""
        network = Network(inventory, self._seed, clock=self.clock)
        for name in (*inventory.links, *inventory.devices):
            was = self.network
            if name in was.inventory.links and not was.line_up(name):
                network.cut(name)
            if name in was.inventory.devices and not was.alive(name):
                network.fail(name)
        self.network = network

    @property
    def now(self) -> float:
        """Seconds since the beginning."""
        return self.clock.at - T0

    def schedule(self, inventory: Inventory) -> None:
        """Probe everything in this inventory, each on a phase of its own; replaces what was scheduled."""
        self._queue.clear()
        for target in self.core.known.watches:
            for name, task in core.tasks(self.core, target).items():
                self._later(self._chance.uniform(0.0, task.every), self._turn(target, name, task.every, task.timeout))
        wired = {end for link in inventory.links.values() for end in (link.source, link.target)}
        for device in sorted(wired):
            self._later(self._chance.uniform(0.0, self._ports_every), self._ports_turn(device))

    def run(self, until: float) -> None:
        """Play on to so many seconds after the beginning."""
        end = T0 + until
        while True:
            wake = self._next if self._pending else end + 1 if self._wake is None else max(self._wake, self._next)
            at = min(self._queue[0][0], wake)
            if at > end:
                self.clock.at = end
                return
            self.clock.at = max(self.clock.at, at)
            if self._queue[0][0] <= self.clock.at:
                self._pending += heappop(self._queue)[2]()
            if wake <= self.clock.at or (self._pending and self._next <= self.clock.at):
                self._step()

    def skip(self, until: float) -> None:
        """Let nobody ask anything until so many seconds after the beginning, and go on from there as if no time
        had passed."""
        leap = T0 + until - self.clock.at
        self._queue = [(at + leap, order, what) for at, order, what in self._queue]
        self._next, self._wake = self._next + leap, None
        self.clock.at += leap

    def do(self, at: float, *verbs: tuple[str, ...]) -> None:
        """Play up to `at`, then do this to the network: `("cut", "d/1")`, `("restore",)`."""
        self.run(at)
        apply(self.network, *verbs)

    def tell(self, *pieces: Evidence) -> None:
        """Hand this evidence to the verdict now."""
        self._pending += pieces
        self._step()

    def standing(self, name: str) -> tuple[State, str | None]:
        standing = self.core.known.standings.get(name, Standing(State.UNKNOWN, 0.0))
        return standing.state, standing.behind

    def open(self) -> Outcome:
        """(kind, root, affected) of what is open now."""
        return outcome(core.open_incidents(self.core))

    def all(self) -> Outcome:
        """(kind, root, affected) of everything ever told, as it was told last."""
        return outcome(self.told.last().values())

    def _step(self) -> None:
        evidence, self._pending = self._pending, []
        if self._portion:
            self._chance.shuffle(evidence)
        self._next = self.clock.at + self._portion
        wishes = core.step(self.core, evidence, self.clock.at, self.ahead)
        self.told.entries += wishes.entries
        self._wake = wishes.wake
        for target in sorted(wishes.ask):
            for name, task in core.tasks(self.core, target).items():
                self._probe(target, name, core.patience(self.core, target, name, task.timeout), False)
        for device in sorted(wishes.ports):
            self._poll_ports(device)

    def _later(self, delay: float, what: Callable[[], list[Evidence]]) -> None:
        heappush(self._queue, (self.clock.at + delay, next(self._order), what))

    def _turn(self, target: str, name: str, every: float, timeout: float) -> Callable[[], list[Evidence]]:
        def turn() -> list[Evidence]:
            if name in core.tasks(self.core, target):
                self._later(every, turn)
                self._probe(target, name, timeout, True)
            return []

        return turn

    def _probe(self, target: str, name: str, timeout: float, scheduled: bool) -> None:
        self.asked[target, name] += 1
        answer = self.network.answers(self._address(target))
        lost = not answer.reachable or self._chance.random() < answer.loss or (target, name) in self.dumb
        said = "" if lost else self.says.get((target, name), "")
        rtt = None if lost or said else answer.rtt
        if (target, name) not in self.odd:
            note = said or ("no answer" if lost and target in self.core.known.inventory.services else "")
            seen = Observation(
                target, self.clock.at, name, rtt is not None, rtt, scheduled, note, (target, name) in self.badly
            )
            self._later(timeout if lost else answer.rtt, lambda: [seen])

    def _address(self, target: str) -> str:
        inventory = self.core.known.inventory
        if target in inventory.services:
            service = inventory.services[target]
            return service.address or inventory.devices[service.on].address or ""
        found = inventory.devices.get(target) or inventory.links.get(target)
        return (found.address if found is not None else None) or ""

    def _ports_turn(self, device: str) -> Callable[[], list[Evidence]]:
        def turn() -> list[Evidence]:
            self._later(self._ports_every, turn)
            self._poll_ports(device)
            return []

        return turn

    def _poll_ports(self, device: str) -> None:
        path = self.network.reach(device)
        if path is None or self._chance.random() < path.loss:
            return
        at = self.clock.at
        found: list[Evidence] = [UptimeSeen(device, at, at - self.network.booted_at(device))]
        for link in self.core.known.inventory.links.values():
            for end, port in ((link.source, link.local), (link.target, link.remote)):
                if end == device and port:
                    found.append(PortSeen(device, at, port, self.network.port_up(device, port)))
        self._later(path.rtt, lambda: found)


def apply(network: Network, *verbs: tuple[str, ...]) -> None:
    """Do this to the network: `("cut", "d/1")`, `("fail", "dr")`, `("loss", "d/1", "0.2")`, `("slow", "dr", "0.8")`,
    `("isolate",)`, `("restore",)`."""
    for verb, *ids in verbs:
        if verb == "cut":
            network.cut(*ids)
        elif verb == "fail":
            network.fail(*ids)
        elif verb == "loss":
            network.loss(ids[0], float(ids[1]))
        elif verb == "slow":
            network.slow(ids[0], float(ids[1]))
        elif verb == "isolate":
            network.isolate()
        elif verb == "restore":
            network.restore(ids or None)
        else:
            raise ValueError(verb)


# --- the whole program ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorder:
    """A notifier that keeps what it was told."""

    got: list[Notice] = field(default_factory=list)

    async def send(self, notice: Notice, net: Net) -> None:
        self.got.append(notice)


class Recording:
    """A journal that also remembers what was written to it, and `did`: its house-keeping, call by call.

    Each of `trouble` is raised once instead of writing or noting a heartbeat.
    """

    def __init__(self, journal: Journal, entries: list[Entry], trouble: Iterable[Exception] = ()) -> None:
        self.did: list[str] = []
        self._entries, self._journal, self._trouble = entries, journal, list(trouble)
        self.restore, self.pending, self.told, self.claim = (
            journal.restore,
            journal.pending,
            journal.told,
            journal.claim,
        )
        self.delivered, self.failed, self.close = journal.delivered, journal.failed, journal.close
        self.note_assets, self.roll, self.rolled = journal.note_assets, journal.roll, journal.rolled
        self.reached, self.receipts, self.within = journal.reached, journal.receipts, journal.within

    async def write(self, entries: Sequence[Entry], notices: Sequence[Notice] = ()) -> None:
        self._stumble()
        await self._journal.write(entries, notices)
        self._entries.extend(entries)

    async def beat(self, at: float) -> None:
        self.did.append("beat")
        self._stumble()
        await self._journal.beat(at)

    async def learn(self, at: float, learned: Mapping[str, tuple[float, ...]]) -> None:
        self.did.append("learn")
        await self._journal.learn(at, learned)

    async def snapshot(self, at: float) -> None:
        self.did.append("snapshot")
        await self._journal.snapshot(at)

    def _stumble(self) -> None:
        if self._trouble:
            raise self._trouble.pop()


@dataclass(slots=True)
class Performance:
    """What a run of the whole program left behind."""

    told: Told = field(default_factory=Told)
    notices: list[Notice] = field(default_factory=list)
    standings: Mapping[str, Standing] = field(default_factory=dict)
    open: list[Incident] = field(default_factory=list)
    bugs: int = 0


Act = tuple[float, tuple[str, ...] | Callable[[App], Awaitable[None]]]


def perform(
    project: Project,
    script: Sequence[Act],
    until: float,
    *,
    seed: int = 1,
    settle: float = 0.0,
    journal: Path | None = None,
    stops: Sequence[float] = (),
    away: float = 3.0,
) -> Performance:
    """Run the whole program in virtual time under a script of (seconds, verb).

    At each of `stops` it is ended and, `away` seconds later, built anew on the same journal.
    """
    done = Performance()

    async def main() -> None:
        clock = VirtualClock()
        network = Network(project.inventory, seed, clock=clock, settle=settle)
        recorder = Recorder(got=done.notices)
        told = told_by(project, {"desk": recorder})
        acts = asyncio.create_task(_acts(network, script, clock, lambda: running))
        starts = [0.0, *(stop + away for stop in stops)]
        for start, end in zip(starts, [*stops, until], strict=True):
            await asyncio.sleep(max(0.0, T0 + start - clock.now()))
            net = SimNet(network, clock, seed)
            book = Recording(open_inline(journal), done.told.entries)
            running = await app.build(told, World(clock=clock, net=net, journal=book, serve=False))
            await app.run_for(running, T0 + end - clock.now(), asyncio.Event())
        await acts
        done.standings = running.engine.core.known.standings
        done.open = core.open_incidents(running.engine.core)
        done.bugs = running.poller.bugs

    run_virtual(main(), T0)
    return done


async def _acts(network: Network, script: Sequence[Act], clock: VirtualClock, running: Callable[[], App]) -> None:
    for at, act in script:
        await asyncio.sleep(max(0.0, T0 + at - clock.now()))
        if isinstance(act, tuple):
            apply(network, act)
        else:
            await act(running())
