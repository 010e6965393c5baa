"""Which faults hit the demonstration province, when, and what should netmon say about each?

The script is data: an operator who wonders what netmon does about a fault reads it here, and the demo
holds what was said against it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from netmon.model import Incident, IncidentEvent, Kind
from netmon.sim.network import Network


class Fault(NamedTuple):
    """At `at` seconds after everything was up: a verb of the model, what it hits, and a ratio for `loss` or an HTTP
    status for `status`."""

    at: float
    verb: str
    on: tuple[str, ...]
    amount: float = 0.0

    def told(self) -> str:
        """How much, in words."""
        if not self.amount:
            return ""
        return f" {self.amount:.0%}" if self.verb == "loss" else f" {self.amount:.0f}"


class Expected(NamedTuple):
    """An incident that a fault must lead to: how many sites it affects, and which events are told, in order."""

    kind: Kind
    root: str
    affected: int
    events: tuple[str, ...]


class Story(NamedTuple):
    """What is done, what must be said of it, and by when all of it has been said."""

    faults: tuple[Fault, ...]
    expected: Expected
    told_by: float


DISTRICT = ("van-yen/1", "van-yen/2")
FIBRE = ("lam-thuong/1",)
ADSL = ("che-cu-nha/1",)
PORTAL, ROOM = ("yb-portal",), ("tran-yen-room",)
BAD_GATEWAY = 502

STORIES: tuple[Story, ...] = (
    Story(
        (Fault(5.0, "cut", DISTRICT), Fault(40.0, "restore", DISTRICT)),
        Expected("outage", "van-yen", 12, ("opened", "resolved")),
        told_by=55.0,
    ),
    Story(
        (Fault(12.0, "cut", FIBRE), Fault(60.0, "restore", FIBRE)),
        Expected("redundancy_lost", "lam-thuong/1", 1, ("opened", "resolved")),
        told_by=80.0,
    ),
    Story(
        (Fault(8.0, "status", PORTAL, BAD_GATEWAY), Fault(50.0, "restore", PORTAL)),
        Expected("service", "yb-portal", 1, ("opened", "resolved")),
        told_by=75.0,
    ),
    Story(
        (Fault(20.0, "fail", ROOM),),
        Expected("service", "tran-yen-room", 1, ("opened",)),
        told_by=50.0,
    ),
    Story(
        (Fault(0.0, "loss", ADSL, 0.2),),
        Expected("degraded", "che-cu-nha/1", 1, ("opened",)),
        told_by=110.0,
    ),
)
SHORTEST, LENGTH = min(story.told_by for story in STORIES), max(story.told_by for story in STORIES)


def within(seconds: float) -> list[Story]:
    """The stories that come to their end in so many seconds."""
    return [story for story in STORIES if story.told_by <= seconds]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the comparison: what was expected, what was seen, and whether they agree."""

    expected: str
    seen: str
    agrees: bool


def strike(network: Network, fault: Fault) -> frozenset[str]:
    """Do to the model what the script says; returns the devices that start anew."""
    if fault.verb == "cut":
        network.cut(*fault.on)
    elif fault.verb == "loss":
        for link in fault.on:
            network.loss(link, fault.amount)
    elif fault.verb == "fail":
        network.services.fail(*fault.on)
    elif fault.verb == "status":
        for service in fault.on:
            network.services.answer(service, int(fault.amount))
    else:
        return network.restore(fault.on)
    return frozenset()


def compare(stories: Sequence[Story], events: Sequence[IncidentEvent]) -> list[Line]:
    """What was expected beside what was told, then everything told that nobody expected."""
    by_incident: dict[int, list[IncidentEvent]] = {}
    for event in events:
        by_incident.setdefault(event.incident.id, []).append(event)
    told = [(history[-1].incident, tuple(event.event for event in history)) for history in by_incident.values()]
    lines: list[Line] = []
    for expected in (story.expected for story in stories):
        found = next((pair for pair in told if (pair[0].kind, pair[0].root) == (expected.kind, expected.root)), None)
        if found is not None:
            told.remove(found)
        seen = None if found is None else _as_expected(*found)
        lines.append(Line(_describe(expected), "nothing" if seen is None else _describe(seen), seen == expected))
    return lines + [Line("nothing", _describe(_as_expected(*pair)), False) for pair in told]


def _as_expected(incident: Incident, events: tuple[str, ...]) -> Expected:
    return Expected(incident.kind, incident.root, len(incident.affected), events)


def _describe(what: Expected) -> str:
    return f"{what.kind} {what.root}, {what.affected} site(s): {', '.join(what.events)}"
