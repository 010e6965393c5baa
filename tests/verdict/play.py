"""How are ten thousand failures played in minutes?

`Stage` drives the verdict alone. In calm time nothing happens at all; around a change every target's scheduled probes
are played in slices, as the poller hands them over; afterwards only those go on that are silent, were silent or were
asked for. Whatever the verdict wishes for is answered after a round trip.
"""

import random
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from itertools import chain

from netmon.decide import core
from netmon.decide.detect import Learned
from netmon.model import Evidence, IncidentEvent, Inventory, Observation, PortSeen, Restored, UptimeSeen
from netmon.sim.network import Network
from netmon.sim.view import Answer
from tests.province import T0, Hand, Outcome, outcome
from tests.verdict.oracle import Fault, Oracle, Verdict, fits

SLICE = 0.1
BEFORE, AFTER = 2.0, 4.0
"""Seconds before and after a change in which every target is probed as scheduled."""
SETTLED = 25.0
"""Confirm and 15 seconds more."""
CALM = 600.0
"""Long enough for every memory of flapping."""
PORTS_EVERY = 5.0

Page = tuple[str, str, str]
"""(event, kind, root)."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A scheduled question: to what, by which collector, how often, on which phase, for how long (seconds)."""

    target: str
    collector: str
    every: float
    phase: float
    timeout: float


@dataclass(slots=True)
class Case:
    """What was told of one failure and of its end."""

    faults: frozenset[Fault]
    open: Outcome = frozenset()
    pages: list[Page] = field(default_factory=list)
    recovery: list[Page] = field(default_factory=list)
    left: Outcome = frozenset()


class Stage:
    """One core and one network, on which one failure after the other is played.

    `sparing` False plays every scheduled probe all the time.
    """

    def __init__(self, inventory: Inventory, seed: int = 0, *, sparing: bool = True) -> None:
        self.inventory = inventory
        self.clock = Hand()
        self.network = Network(inventory, seed, clock=self.clock)
        self.core = core.start(inventory, Restored(), T0)
        self._sparing = sparing
        self._chance = random.Random(seed)
        self._hung: set[str] = set()
        self._slice = 0
        self._due: dict[int, list[Evidence]] = {}
        self._wake: float | None = None
        self._pages: list[Page] = []
        self._minding: set[str] = set()
        self._answers: dict[str, Answer] = {}
        self._uptimes: dict[str, float] = {}
        self._of = {name: list(self._scheduled(name)) for name in chain(inventory.devices, inventory.links)}
        every = {probe.every for probes in self._of.values() for probe in probes}
        self._buckets = {each: self._bucketed(each, self._of) for each in sorted(every)}
        self._wired: dict[str, list[tuple[str, str, str]]] = {}
        for link in inventory.links.values():
            for here, there, port in ((link.source, link.target, link.local), (link.target, link.source, link.remote)):
                if port:
                    self._wired.setdefault(here, []).append((link.id, there, port))
        self._looked()
        self.play(BEFORE, everything=True)
        assert not self._pages

    def _scheduled(self, name: str) -> Iterable[Probe]:
        for collector, task in core.tasks(self.core, name).items():
            phase = self._chance.uniform(0.0, task.every)
            yield Probe(name, collector, task.every, phase, task.timeout)

    def _bucketed(self, every: float, names: Iterable[str]) -> list[list[Probe]]:
        """The probes of these targets with this interval, slice by slice of it."""
        buckets: list[list[Probe]] = [[] for _ in range(round(every / SLICE))]
        for probe in chain.from_iterable(self._of[name] for name in sorted(names)):
            if probe.every == every:
                buckets[min(int(probe.phase / SLICE), len(buckets) - 1)].append(probe)
        return buckets

    # --- one failure -----------------------------------------------------------------------------

    def case(self, faults: Iterable[Fault]) -> Case:
        """Break these things, wait, mend them and wait again; ten calm minutes pass before the next case."""
        case = self.begin(faults)
        self.end(case)
        return case

    def begin(self, faults: Iterable[Fault]) -> Case:
        """Break these things and wait."""
        case = Case(frozenset(faults))
        self.play(BEFORE, everything=True)
        self.strike(case.faults)
        case.open, case.pages = self.settle()
        return case

    def end(self, case: Case) -> None:
        """Mend everything, wait, and let ten minutes pass."""
        self.restore()
        case.left, case.recovery = self.settle()
        self.calm()

    def strike(self, faults: Iterable[Fault]) -> None:
        """Break these things now."""
        for verb, name in faults:
            if verb == "cut":
                self.network.cut(name)
            else:
                self.network.fail(name)
                if verb == "hang":
                    self._hung.add(name)
        self._looked()

    def restore(self, faults: Iterable[Fault] | None = None) -> None:
        """Mend these things, or everything."""
        for _, name in faults or ():
            self._hung.discard(name)
        if faults is None:
            self._hung.clear()
        self.network.restore(None if faults is None else [fault.id for fault in faults])
        self._looked()

    def settle(self) -> tuple[Outcome, list[Page]]:
        """Play until nothing new can come; what is open then, and what was told meanwhile."""
        self.play(AFTER, everything=True)
        self.play(SETTLED - AFTER, everything=False)
        pages, self._pages = self._pages, []
        return outcome(core.open_incidents(self.core)), pages

    def calm(self) -> None:
        """Ten minutes in which all is well, and nothing is remembered of what was silent before."""
        self._slice += round(CALM / SLICE)
        self._due.clear()
        self._minding.clear()
        self._uptimes.clear()
        self._wake = None
        for watch in self.core.known.watches.values():
            if watch.learned.at:
                watch.learned = Learned()

    # --- time ------------------------------------------------------------------------------------

    def play(self, seconds: float, *, everything: bool) -> None:
        """Play on, with the scheduled probes of all targets or of those worth minding."""
        everything = everything or not self._sparing
        end = self._slice + round(seconds / SLICE)
        buckets = list(self._buckets.values())
        if not everything:
            buckets = [self._bucketed(every, self._minding) for every in self._buckets]
        read = self._readings(self._wired if everything else self._around())
        while self._slice < end:
            self.clock.at = T0 + self._slice * SLICE
            evidence = self._due.pop(self._slice, [])
            for bucket in buckets:
                for probe in bucket[self._slice % len(bucket)]:
                    self._send(probe.target, probe.collector, probe.timeout, True)
            for device in read[self._slice % len(read)]:
                self._read(device)
            if evidence or (self._wake is not None and self._wake <= self.clock.at):
                self._step(evidence)
            self._slice += 1

    def _around(self) -> set[str]:
        """Devices at either end of a line that is minded, or one of whose ends is."""
        found: set[str] = set()
        for link in self.inventory.links.values():
            if not self._minding.isdisjoint((link.id, link.source, link.target)):
                found |= {link.source, link.target}
        return found

    def _readings(self, devices: Container[str]) -> list[list[str]]:
        """Of whom to read the ports, slice by slice of their interval."""
        buckets: list[list[str]] = [[] for _ in range(round(PORTS_EVERY / SLICE))]
        for number, device in enumerate(self._wired):
            if device in devices:
                buckets[number % len(buckets)].append(device)
        return buckets

    def _step(self, evidence: list[Evidence]) -> None:
        wishes = core.step(self.core, evidence, self.clock.at)
        self._wake = wishes.wake
        for entry in wishes.entries:
            if isinstance(entry.body, IncidentEvent):
                self._pages.append((entry.body.event, entry.body.incident.kind, entry.body.incident.root))
        for target in sorted(wishes.ask):
            self._minding.add(target)
            for name, task in core.tasks(self.core, target).items():
                self._send(target, name, core.patience(self.core, target, name, task.timeout), False)
        for device in sorted(wishes.ports):
            self._read(device)

    # --- answers ---------------------------------------------------------------------------------

    def _looked(self) -> None:
        """The network has changed: who answers now?"""
        for name in self._of:
            found = self.inventory.devices.get(name) or self.inventory.links[name]
            self._answers[name] = self.network.answers(found.address) if found.address else Answer(False)
            if not self._answers[name].reachable:
                self._minding.add(name)

    def _send(self, target: str, collector: str, timeout: float, scheduled: bool) -> None:
        answer, at = self._answers[target], self.clock.at
        if answer.reachable:
            self._later(answer.rtt, Observation(target, at, collector, True, answer.rtt, scheduled))
        else:
            self._later(timeout, Observation(target, at, collector, False, None, scheduled))

    def _later(self, delay: float, *evidence: Evidence) -> None:
        self._due.setdefault(self._slice + max(1, round(delay / SLICE + 0.499)), []).extend(evidence)

    def _read(self, device: str) -> None:
        """What a device says of its ports and its uptime, if it can be reached."""
        path = self.network.reach(device)
        if path is None:
            return
        at = self.clock.at
        if device not in self._uptimes:
            self._uptimes[device] = self.network.booted_at(device)
        found: list[Evidence] = [UptimeSeen(device, at, at - self._uptimes[device])]
        for link, there, port in self._wired.get(device, ()):
            up = self.network.line_up(link) and (self.network.alive(there) or there in self._hung)
            found.append(PortSeen(device, at, port, up))
        self._later(path.rtt, *found)


# --- what was wrong ------------------------------------------------------------------------------


def wrong(case: Case, right: tuple[Verdict, ...]) -> list[str]:
    """What netmon said that it should not have, or did not say; empty if all is right."""
    errors = []
    if not any(fits(case.open, verdict) for verdict in right):
        errors.append(f"open {show(case.open)}, expected {' or '.join(map(expected, right))}")
    roots = {(said.kind, said.root) for verdict in right for said in verdict}
    opened = [(kind, root) for event, kind, root in case.pages if event == "opened"]
    if child := [page for page in opened if page not in roots] or (len(opened) != len(set(opened)) and opened):
        errors.append(f"pages beside the roots {child}")
    if more := [page for page in case.pages if page[0] != "opened"]:
        errors.append(f"told while broken {more}")
    if back := [page for page in case.recovery if page[0] != "resolved"]:
        errors.append(f"told on the way back {back}")
    if case.left:
        errors.append(f"left open {show(case.left)}")
    return errors


def show(told: Outcome) -> str:
    """Incidents for a person."""
    return "{" + ", ".join(f"{kind} {root} {sorted(affected)}" for kind, root, affected in sorted(told, key=str)) + "}"


def expected(verdict: Verdict) -> str:
    """A verdict for a person."""
    parts = []
    for said in sorted(verdict):
        shared = f" and some of {sorted(said.maybe)}" if said.maybe else ""
        parts.append(f"{said.kind} {said.root} {sorted(said.surely)}{shared}")
    return "{" + ", ".join(parts) + "}"


def faults_of(inventory: Inventory) -> list[Fault]:
    """Everything that can break, each alone: lines, devices without power, nodes. The vantage is not among it."""
    devices = [name for name in inventory.devices if name != inventory.vantage]
    found = [Fault("cut", link) for link in inventory.links] + [Fault("fail", device) for device in devices]
    return found + [Fault("fail", node) for node in inventory.nodes]


def judge(stage: Stage, oracle: Oracle, faults: Iterable[Fault]) -> list[str]:
    """Play one failure and compare; the errors name it."""
    struck = frozenset(faults)
    case = stage.case(struck)
    said = " + ".join(f"{verb} {name}" for verb, name in sorted(struck))
    return [f"{said}: {error}" for error in wrong(case, oracle.expects(struck))]
