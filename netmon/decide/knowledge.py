"""What does netmon know at this moment, and what did the last answers add to it?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush

from netmon.decide import bearers, detect
from netmon.decide.detect import Watch
from netmon.decide.ears import Ear
from netmon.decide.faults import Seen
from netmon.decide.graph import Graph
from netmon.decide.lookups import Answering, LivePorts
from netmon.decide.quality import Window
from netmon.model import (
    Answers,
    Contract,
    Evidence,
    Inventory,
    Observation,
    PortSeen,
    PowerSeen,
    Standing,
    Task,
    TrapKind,
    TrapSeen,
    UptimeSeen,
)

UPTIME_WRAP = 2**32 / 100.0
"""Seconds after which sysUpTime (RFC 3418, hundredths in 32 bits) begins at 0 again: 497.1 days."""
UPTIME_SLACK = 60.0
PORT_LIFE = 100.0
PORT_KINDS = ("link_down", "link_up")
"""What is said of a port; all else is said of the device that says it."""


@dataclass(slots=True)
class Knowledge:
    """Everything observed, by id. `broken`: link -> since when; `held`: devices whose old standing stands.

    `ports`: (device, interface) -> (up, seen at), `fell`: when it was last seen down. `uptime`: device ->
    (seconds, seen at). `power`: UPS -> (on battery, since when it says so), `metered`: those that were polled for it.
    `traps`: (device, what, interface) -> when it said so last. `gauge`: the collector whose scheduled probes measure a
    target's quality, the most frequent one. `held_to`: target -> the line that its probes measure, and its limits.
    `asked_since`: when each target was first probed. `port_life`: seconds after which what a device said of its
    ports is too old; `expiring`: when to look whether it is, the soonest first, and `timed`: which ports are in there.
    `ears`: collector -> target -> what its answers change, as far as many have come at once (netmon.decide.calm).

    So that nobody has to look at everything, what changes is kept as sets: `touched`: ids whose standing may be
    another since the last review; `mute`: targets called silent; `never`: those that have never answered; `shut`:
    ports of lines that are down; `astray`: links that are unreachable; `active`: targets to ask again soon.

    `standings` has every id of the inventory from the first review on and is changed in place after it. Other
    threads may read it: they look ids up, or copy it whole, which no other thread can interrupt.
    """

    inventory: Inventory
    graph: Graph
    watches: dict[str, Watch] = field(default_factory=dict)
    windows: dict[str, Window] = field(default_factory=dict)
    asked_since: dict[str, float] = field(default_factory=dict)
    port_life: dict[str, float] = field(default_factory=dict)
    gauge: dict[str, str] = field(default_factory=dict)
    held_to: dict[str, tuple[str, Contract]] = field(default_factory=dict)
    ports: dict[tuple[str, str], tuple[bool, float]] = field(default_factory=dict)
    fell: dict[tuple[str, str], float] = field(default_factory=dict)
    uptime: dict[str, tuple[float, float]] = field(default_factory=dict)
    restarts: dict[str, int] = field(default_factory=dict)
    power: dict[str, tuple[bool, float]] = field(default_factory=dict)
    metered: set[str] = field(default_factory=set)
    traps: dict[tuple[str, TrapKind, str], float] = field(default_factory=dict)
    broken: dict[str, float] = field(default_factory=dict)
    standings: dict[str, Standing] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    degraded: dict[str, float] = field(default_factory=dict)
    active: set[str] = field(default_factory=set)

    touched: set[str] = field(default_factory=set)
    mute: set[str] = field(default_factory=set)
    never: set[str] = field(default_factory=set)
    shut: set[tuple[str, str]] = field(default_factory=set)
    astray: set[str] = field(default_factory=set)
    ears: dict[str, dict[str, Ear]] = field(default_factory=dict)
    expiring: list[tuple[float, tuple[str, str]]] = field(default_factory=list)
    timed: set[tuple[str, str]] = field(default_factory=set)

    def silent(self) -> dict[str, float]:
        """Devices called silent, and their first missed probe. The vantage never is."""
        devices, vantage = self.inventory.devices, self.inventory.vantage
        mute = self.graph.index.sorted(name for name in self.mute if name in devices and name != vantage)
        return {name: self.watches[name].first_miss or self.watches[name].called_at for name in mute}

    def heard(self) -> Answering:
        """Devices that answer and have missed nothing since, and when they last did."""
        return Answering(self.watches)

    def seen(self, wait: float) -> Seen:
        """The knowledge as topology judges it."""
        ports = LivePorts(self.graph, self.inventory.links, self.watches, self.ports, self.fell)
        return Seen(silent=self.silent(), broken=self.broken, heard=self.heard(), port_up=ports, wait=wait)

    def note(self, name: str) -> None:
        """Keep the sets up: this watch has changed."""
        watch = self.watches[name]
        self.touched.add(name)
        self.never.discard(name)
        self.mute.discard(name)
        if watch.silent:
            self.mute.add(name)
        elif watch.silent is None and watch.voices:
            self.never.add(name)

    def note_all(self) -> None:
        """Keep the sets up: everything may have changed."""
        for name in self.watches:
            self.note(name)
        self.touched.update(self.graph.index.order)

    def said(self, port: tuple[str, str], up: bool, at: float) -> bool:
        """A device said this of a port of its own; True if it is news."""
        before = self.ports.get(port)
        self.ports[port] = (up, at)
        if port not in self.timed:
            self.timed.add(port)
            heappush(self.expiring, (at + self.port_life.get(port[0], PORT_LIFE), port))
        if before is not None and before[0] == up:
            return False
        links = self.graph.index.ports.get(port, ())
        self.touched.update(links)
        if up:
            self.shut.discard(port)
        elif links:
            self.shut.add(port)
        return True

    def unsaid(self, port: tuple[str, str]) -> None:
        """What was said of a port counts no more."""
        if self.ports.pop(port, None) is not None:
            self.touched.update(self.graph.index.ports.get(port, ()))
            self.shut.discard(port)

    def blind(self) -> bool:
        """Are all anchors silent?"""
        watches = [self.watches.get(anchor) for anchor in self.inventory.anchors]
        return bool(watches) and all(watch is not None and watch.silent is True for watch in watches)


def reaching(tasks: Mapping[str, Task]) -> dict[str, Task]:
    """Those tasks whose answers and silences are evidence of life."""
    return {name: task for name, task in tasks.items() if task.plugin.REACHABILITY}


def take(known: Knowledge, evidence: Evidence, now: float) -> bool:
    """Take one piece of evidence in; True if the verdict may change."""
    if isinstance(evidence, Observation):
        return _take_observation(known, evidence, now)
    if isinstance(evidence, Answers):
        changed = [_take_observation(known, seen, now) for seen in evidence.each()]
        return any(changed)
    if isinstance(evidence, PortSeen):
        port = (evidence.device, evidence.port)
        if not evidence.up:
            known.fell[port] = evidence.at
        return known.said(port, evidence.up, evidence.at)
    if isinstance(evidence, UptimeSeen):
        _take_uptime(known, evidence)
    elif isinstance(evidence, PowerSeen):
        known.metered.add(evidence.device)
        if known.power.get(evidence.device, (None, 0.0))[0] is not evidence.on_battery:
            known.power[evidence.device] = (evidence.on_battery, evidence.at)
    elif isinstance(evidence, TrapSeen) and evidence.device in known.inventory.devices:
        _take_trap(known, evidence)
    return False


def _take_trap(known: Knowledge, trap: TrapSeen) -> None:
    """Remember when it was said last: of a port only if a line is in it, for anybody can send anything."""
    about_port = trap.what in PORT_KINDS
    if not about_port or (trap.device, trap.port) in known.graph.index.ports:
        known.traps[trap.device, trap.what, trap.port if about_port else ""] = trap.at
    if trap.what in ("on_battery", "on_mains"):
        known.power[trap.device] = (trap.what == "on_battery", trap.at)


def _take_uptime(known: Knowledge, seen: UptimeSeen) -> None:
    """A clock that runs backwards was started anew, unless it is sysUpTime's 32 bits of ticks that are full."""
    before = known.uptime.get(seen.device)
    known.uptime[seen.device] = (seen.uptime, seen.at)
    if before is not None and seen.uptime < before[0]:
        expected = before[0] + seen.at - before[1]
        if expected < UPTIME_WRAP or abs(expected - UPTIME_WRAP - seen.uptime) > UPTIME_SLACK:
            known.restarts[seen.device] = known.restarts.get(seen.device, 0) + 1


def _take_observation(known: Knowledge, seen: Observation, now: float) -> bool:
    watch = known.watches.get(seen.target)
    if watch is None or seen.collector not in watch.voices:  # a probe from before the last reload
        return False
    calm = seen.alive and watch.silent is False and watch.first_miss is None
    before = None if calm else (watch.silent, watch.first_miss, watch.answered)
    detect.observe(watch, seen, now, explained=not calm and _explained(known, seen.target))
    counts = seen.round and watch.silent is False and seen.collector == known.gauge[seen.target]
    if counts and watch.voices[seen.collector].vain < detect.MUTE_AFTER:
        known.windows[seen.target].add(seen.at, seen.rtt)
    if calm:
        return False
    if watch.suspect or watch.silent:
        known.active.add(seen.target)
    if before == (watch.silent, watch.first_miss, watch.answered):
        return False
    known.note(seen.target)
    return True


def _explained(known: Knowledge, target: str) -> bool:
    """Is something nearer, or a line of the same site, called silent, or was a port of the line seen down meanwhile?
    Then this silence is not chance."""
    graph, inventory = known.graph, known.inventory
    lines: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    if target in inventory.links:
        lines, others = (target,), (graph.near[target],)
    elif target in inventory.devices:
        lines = graph.lines[inventory.devices[target].site]
        others = (*graph.ancestors[target], *lines)
    else:
        others = (bearers.bearer(inventory, known.watches, target),)
    watches = (known.watches.get(other) for other in others)
    if any(watch is not None and watch.silent and watch.answered is None for watch in watches):
        return True
    missed = known.watches[target].first_miss
    return missed is not None and any(
        known.fell.get(port, 0.0) >= missed for line in lines for port in inventory.links[line].ends
    )


def forget_old_ports(known: Knowledge, now: float) -> float | None:
    """Drop what agents said of ports too long ago; returns when to look again.

    A port that has been spoken of since it was last looked at is looked at again when that will be too old.
    """
    while known.expiring and known.expiring[0][0] <= now:
        _, port = heappop(known.expiring)
        expires = known.ports[port][1] + known.port_life.get(port[0], PORT_LIFE) if port in known.ports else now
        if expires > now:
            heappush(known.expiring, (expires, port))
        else:
            known.timed.discard(port)
            known.unsaid(port)
    return known.expiring[0][0] if known.expiring else None
