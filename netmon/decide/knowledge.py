"""What does netmon know at this moment, and what did the last answers add to it?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from netmon.decide import detect, quality
from netmon.decide.detect import Watch
from netmon.decide.faults import Seen
from netmon.decide.graph import Graph
from netmon.decide.quality import Window
from netmon.model import (
    Contract,
    Evidence,
    Inventory,
    Observation,
    PortSeen,
    PowerSeen,
    Standing,
    Task,
    TrapKind,
    UptimeSeen,
)

UPTIME_WRAP = 2**32 / 100.0
"""Seconds after which sysUpTime (RFC 3418, hundredths in 32 bits) begins at 0 again: 497.1 days."""
UPTIME_SLACK = 60.0
PORT_LIFE = 100.0


@dataclass(slots=True)
class Knowledge:
    """Everything observed, by id. `broken`: link -> since when; `held`: devices whose old standing stands.

    `ports`: (device, interface) -> (up, seen at), `fell`: when it was last seen down. `uptime`: device ->
    (seconds, seen at). `power`: UPS -> (on battery, since when it says so). `traps`: (device, what, interface) -> when
    it said so last. `gauge`: the collector whose scheduled probes measure a target's quality, the most
    frequent one. `held_to`: target -> the line that its probes measure, and the limits of that line.
    `asked_since`: when each target was first probed. `port_life`: seconds after which what a device said of its
    ports is too old.
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
    traps: dict[tuple[str, TrapKind, str], float] = field(default_factory=dict)
    broken: dict[str, float] = field(default_factory=dict)
    standings: dict[str, Standing] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    degraded: dict[str, float] = field(default_factory=dict)
    active: set[str] = field(default_factory=set)

    def silent(self) -> dict[str, float]:
        """Devices called silent, and their first missed probe. The vantage never is."""
        return {
            device: watch.first_miss or watch.called_at
            for device in self.inventory.devices
            if device != self.inventory.vantage and (watch := self.watches.get(device)) is not None and watch.silent
        }

    def heard(self) -> dict[str, float]:
        """Devices that answer and have missed nothing since, and when they last did."""
        return {
            device: watch.last_answer
            for device in self.inventory.devices
            if (watch := self.watches.get(device)) is not None and watch.silent is False and watch.first_miss is None
        }

    def seen(self, wait: float) -> Seen:
        """The knowledge as topology judges it."""
        return Seen(
            silent=self.silent(), broken=self.broken, heard=self.heard(), port_up=dict(self._near_ports_up()), wait=wait
        )

    def _near_ports_up(self) -> Iterator[tuple[str, tuple[float, float]]]:
        for link in self.inventory.links.values():
            near = self.graph.near[link.id]
            port = link.remote if near == link.target else link.local
            up, at = self.ports.get((near, port or ""), (False, 0.0))
            watch = self.watches.get(near)
            if up and not (watch is not None and watch.silent):
                back = watch.up_since if watch is not None else 0.0  # while it was gone itself nobody saw its ports
                yield link.id, (at, max(back, self.fell.get((near, port or ""), 0.0)))

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
    if isinstance(evidence, PortSeen):
        key = (evidence.device, evidence.port)
        before = known.ports.get(key)
        known.ports[key] = (evidence.up, evidence.at)
        if not evidence.up:
            known.fell[key] = evidence.at
        return before is None or before[0] != evidence.up
    if isinstance(evidence, UptimeSeen):
        _take_uptime(known, evidence)
    elif isinstance(evidence, PowerSeen):
        before_power = known.power.get(evidence.device)
        if before_power is None or before_power[0] != evidence.on_battery:
            known.power[evidence.device] = (evidence.on_battery, evidence.at)
    elif evidence.device in known.inventory.devices:
        known.traps[evidence.device, evidence.what, evidence.port] = evidence.at
    return False


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
    before = (watch.silent, watch.first_miss, watch.answered)
    calm = seen.alive and watch.silent is False and watch.first_miss is None
    detect.observe(watch, seen, now, explained=not calm and _explained(known, seen.target))
    measures = seen.collector == known.gauge[seen.target] and watch.voices[seen.collector].vain < detect.MUTE_AFTER
    if seen.round and watch.silent is False and measures:
        known.windows[seen.target].add(seen.at, seen.rtt)
    if calm:
        return False
    if watch.suspect or watch.silent:
        known.active.add(seen.target)
    return before != (watch.silent, watch.first_miss, watch.answered)


def _explained(known: Knowledge, target: str) -> bool:
    """Is something nearer, or a line of the same site, missing too? Then this silence is not chance."""
    graph, inventory = known.graph, known.inventory
    if target in inventory.links:
        others: tuple[str, ...] = (graph.near[target], graph.far[target])
    elif target in inventory.devices:
        others = (*graph.ancestors[target], *graph.lines[inventory.devices[target].site])
    else:
        others = (inventory.services[target].on,)
    watches = (known.watches.get(other) for other in others)
    return any(watch is not None and watch.first_miss is not None for watch in watches)


def forget_old_ports(known: Knowledge, now: float) -> float | None:
    """Drop what agents said of ports too long ago; returns when the next of it will be too old."""
    expires = {key: at + known.port_life.get(key[0], PORT_LIFE) for key, (_, at) in known.ports.items()}
    for key in [key for key, at in expires.items() if at <= now]:
        del known.ports[key], expires[key]
    return min(expires.values(), default=None)


def find_broken(known: Knowledge) -> dict[str, float]:
    """Links that are down: a port says so, or the far address is silent while its owner answers."""
    found: dict[str, float] = {}
    for link in known.inventory.links.values():
        watch, owner = known.watches.get(link.id), known.watches.get(known.graph.far[link.id])
        missed = watch.first_miss if watch is not None else None
        down = [
            at
            for device, port in ((link.source, link.local), (link.target, link.remote))
            if port and (seen := known.ports.get((device, port))) is not None and not seen[0]
            for at in (seen[1],)
        ]
        if link.id in known.broken and (down or (watch is not None and watch.silent)):
            found[link.id] = known.broken[link.id]
        elif down:
            found[link.id] = min(down) if missed is None else min(*down, missed)
        elif (
            watch is not None
            and watch.silent
            and missed is not None
            and owner is not None
            and owner.silent is False
            and owner.first_miss is None
            and owner.last_answer > missed
        ):
            found[link.id] = missed
    return found


def assess(known: Knowledge, target: str, now: float) -> bool:
    """Judge the quality of the line that `target` measures; True if it changed.

    While its nearer end is silent the probes come by another way and say nothing about the line.
    """
    line, limit = known.held_to[target]
    end = known.watches.get(known.graph.near[line])
    if end is not None and end.first_miss is not None:
        known.windows[target].reset()
        return known.degraded.pop(line, None) is not None
    window, nearer = known.windows[target], known.windows.get(known.graph.near[line])
    if nearer is not None:
        limit = quality.beyond(limit, quality.measure(nearer, now))
    bad = quality.judge(window, limit, now)
    if bad == (line in known.degraded):
        return False
    if bad:
        known.degraded[line] = window.since or now
    else:
        del known.degraded[line]
    return True


def measured_line(known: Knowledge, target: str) -> str | None:
    """The line whose quality probes of `target` show: its own, or the only one of a gateway, if it has no address."""
    if target in known.inventory.links:
        return target
    device = known.inventory.devices.get(target)
    if device is None or known.inventory.sites[device.site].gateway != target:
        return None
    lines = known.graph.lines[device.site]
    return lines[0] if len(lines) == 1 and lines[0] not in known.watches else None
