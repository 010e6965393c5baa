"""Which accidents has a season of a province, hour by hour?

Values alone: what the verdict would have written of them, without numbers, for the journal of tests.ninety. A thing
that is down is not broken again before it is back, so that each state follows from the one before.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from netmon.model import (
    Cause,
    Clue,
    Fact,
    Incident,
    IncidentEvent,
    Inventory,
    Kind,
    Mark,
    MarkKind,
    Standing,
    State,
    Transition,
)  # fmt: skip
from netmon.people import Act, Case, Verb

DAY, HOUR, MINUTE = 86400.0, 3600.0, 60.0
CAUSES: tuple[Cause, ...] = ("power", "power", "power", "fibre", "fibre", "carrier", "carrier", "device", "unknown")
SLEEPERS = 8
"""Communes that pull the plug when they go home."""
Subject = Literal["site", "device", "link", "service"]
Body = Transition | IncidentEvent | Mark | Fact | Act | Case


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the log to be: when, and what; `of` counts incidents, None = it is about none."""

    at: float
    body: Body
    of: int | None = None


@dataclass(slots=True)
class Accidents:
    """A province in which things break; `events` in no order. Times are seconds since the epoch."""

    inventory: Inventory
    chance: random.Random
    events: list[Event] = field(default_factory=list)
    incidents: int = 0
    _states: dict[str, Standing] = field(default_factory=dict)
    _free: dict[str, float] = field(default_factory=dict)
    _behind: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for site in self.inventory.sites.values():
            far = {self.inventory.devices[self.inventory.links[line].target].site for line in site.uplinks}
            for each in far if len(far) == 1 else ():
                self._behind.setdefault(each, []).append(site.id)

    # --- what can happen ---------------------------------------------------------------------------

    def begin(self, at: float) -> None:
        """Everything is seen for the first time."""
        for of, name in self._all():
            self._turn(of, name, State.UP, at, at + 2.0)

    def outage(self, at: float) -> None:
        """A site is lost, sometimes a district with those behind it."""
        sites = [key for key, site in self.inventory.sites.items() if site.uplinks and key != self._centre()]
        self._lose(self.chance.choice(sites), at, self._lasts())

    def asleep(self, site: str, evening: float) -> None:
        """The plug is pulled at half past five, more or less, and put back at seven."""
        since = evening + 17.5 * HOUR + self.chance.uniform(-1800, 1800)
        self._lose(site, since, 13.5 * HOUR + self.chance.uniform(-1200, 1200), "power")

    def rest(self, site: str, evening: float) -> None:
        """A site with office hours is switched off, and nobody is told."""
        since = evening + 17.5 * HOUR + self.chance.uniform(0, 1800)
        until = evening + 31.2 * HOUR
        if self._may((site,), since, until):
            self._mark("site", site, "off", since, until)
            self._site(site, since, until, None)

    def line(self, at: float) -> None:
        """A site's second line is lost, or one is bad for a while."""
        lines = [each for site in self.inventory.sites.values() if len(site.uplinks) > 1 for each in site.uplinks]
        link, bad = self.chance.choice(lines), self.chance.random() < 0.5
        site, until = self.inventory.links[link].site, at + self._lasts()
        if self._may((link, site), at, until):
            self._turn("link", link, State.DEGRADED if bad else State.DOWN, at, at + 6.0)
            self._turn("link", link, State.UP, until, until + 2.0)
            clue = Clue(at, link, "lossy" if bad else "line_silent", (("link", link),))
            self._tell("degraded" if bad else "redundancy_lost", link, at, until, (site,), (link,), (clue,))

    def flaps(self, at: float) -> None:
        """A line comes and goes for twenty minutes; that is one incident."""
        link = self.chance.choice(list(self.inventory.links))
        if not self._may((link, self.inventory.links[link].site), at, at + 1500.0):
            return
        for n in range(10):
            self._turn("link", link, State.DOWN, at + 120 * n, at + 120 * n + 3.0)
            self._turn("link", link, State.UP, at + 120 * n + 45, at + 120 * n + 46.0)
        self._mark("link", link, "flapping", at + 400.0, at + 1400.0)
        site = self.inventory.links[link].site
        self._tell("outage", link, at, at + 1125.0, (site,), (link,), (Clue(at, link, "line_silent"),), flapping=True)

    def device(self, at: float) -> None:
        """A camera or the like is lost."""
        leaves = [key for key, one in self.inventory.devices.items() if one.role not in ("router", "switch", "server")]
        name, until = self.chance.choice(leaves), at + 4 * self._lasts()
        if self._may((name, self.inventory.devices[name].site), at, until):
            self._turn("device", name, State.DOWN, at, at + 9.0)
            self._turn("device", name, State.UP, until, until + 2.0)
            self._tell("outage", name, at, until, (), (), (Clue(at, name, "silent", (("target", name),)),))

    def planned(self, at: float) -> None:
        """Three hours of work on a line, of which it is down for one."""
        link = self.chance.choice(list(self.inventory.links))
        if self._may((link, self.inventory.links[link].site), at, at + 3 * HOUR):
            self._mark("link", link, "maintenance", at, at + 3 * HOUR)
            self._turn("link", link, State.DOWN, at + HOUR, at + HOUR + 4.0)
            self._turn("link", link, State.UP, at + 2 * HOUR, at + 2 * HOUR + 1.0)

    def blind(self, at: float) -> None:
        """netmon itself is cut off for six minutes, and knows of nothing."""
        everything = list(self._all())
        if not self._may([name for _, name in everything], at, at + 400.0):
            return
        for of, name in everything:
            self._turn(of, name, State.UNKNOWN, at, at + 3.0)
            self._turn(of, name, State.UP, at + 360.0, at + 361.0)
        vantage = self.inventory.vantage
        self._tell("blind", vantage, at, at + 360.0, (), (), (Clue(at, vantage, "anchors_silent"),))

    # --- how it is written down ------------------------------------------------------------------

    def _centre(self) -> str:
        return self.inventory.devices[self.inventory.vantage].site

    def _lasts(self) -> float:
        """Half an hour mostly, and sometimes a day."""
        return min(self.chance.lognormvariate(7.4, 1.2) + 40.0, DAY)

    def _all(self) -> Iterator[tuple[Subject, str]]:
        inventory = self.inventory
        tables: tuple[tuple[Subject, Iterable[str]], ...] = (
            ("site", inventory.sites), ("device", inventory.devices),
            ("link", inventory.links), ("service", inventory.services),
        )  # fmt: skip
        return ((of, name) for of, table in tables for name in table)

    def _may(self, names: Sequence[str], since: float, until: float) -> bool:
        """Nothing has happened to these lately; then nothing else will until a minute after `until`."""
        if any(self._free.get(name, 0.0) > since for name in names):
            return False
        self._free |= dict.fromkeys(names, until + MINUTE)
        return True

    def _lose(self, site: str, at: float, lasts: float, cause: Cause | None = None) -> None:
        until, behind = at + lasts, self._behind.get(site, [])
        here = (site, *behind)
        links = [line for each in here for line in self.inventory.sites[each].uplinks]
        if not self._may((*here, *links), at, until):
            return
        for each in here:
            self._site(each, at, until, None if each == site else site)
        gateway, lines = self.inventory.sites[site].gateway or site, self.inventory.sites[site].uplinks
        clues = [Clue(at + 1.0, gateway, "silent", (("target", gateway), ("seconds", "10"), ("asked", "icmp, snmp")))]
        clues += [Clue(at, line, "line_silent", (("link", line), ("address", "10.28.250.2"))) for line in lines]
        self._tell("outage", site, at, until, here, lines, clues, cause=cause)

    def _site(self, site: str, at: float, until: float, behind: str | None) -> None:
        """The site and all that is there are gone and back."""
        one, state = self.inventory.sites[site], State.DOWN if behind is None else State.UNREACHABLE
        found = at + self.chance.uniform(3.0, 11.0)
        there: list[tuple[Subject, str]] = [("device", name) for name in one.devices]
        there += [("service", name) for name in one.services]
        there += [("link", name) for name in one.uplinks]
        self._turn("site", site, state, at, found, behind)
        for of, name in there:
            seat = name == one.gateway or of == "link"
            self._turn(of, name, state if seat else State.UNREACHABLE, at, found, behind if seat else site)
        back = until + 0.5
        self._turn("site", site, State.UP, until, back)
        for of, name in there:
            self._turn(of, name, State.UP, until, back + self.chance.uniform(0.0, 5.0))

    def _turn(self, of: Subject, name: str, state: State, since: float, at: float, behind: str | None = None) -> None:
        old, new = self._states.get(name, Standing(State.UNKNOWN, 0.0)), Standing(state, since, behind)
        self._states[name] = new
        self.events.append(Event(at, Transition(id=name, of=of, at=at, old=old, new=new)))

    def _mark(self, of: Subject, name: str, kind: MarkKind, since: float, until: float) -> None:
        mark = Mark(id=name, of=of, mark=kind, since=since, why="kế hoạch 17/KH-VT")
        self.events += [Event(since, mark), Event(until, replace(mark, until=until))]

    def _tell(
        self,
        kind: Kind,
        root: str,
        at: float,
        until: float,
        affected: Sequence[str],
        links: Sequence[str],
        clues: Sequence[Clue],
        *,
        cause: Cause | None = None,
        flapping: bool = False,
    ) -> None:
        """The incident from its beginning to its end, and what people made of it."""
        self.incidents += 1
        number = self.incidents
        why: Cause = self.chance.choice(CAUSES) if cause is None else cause
        opened = Incident(
            id=number, kind=kind, severity="warning" if kind == "degraded" or not affected else "critical", root=root,
            seat=root, state="open", cause="unknown", opened_at=at, affected=tuple(affected), links=tuple(links),
            flapping=flapping, told_at=at + 10.0, evidence=tuple(clues),
        )  # fmt: skip
        over = replace(opened, state="resolved", resolved_at=until, cause=why)
        self.events.append(Event(at + 10.0, IncidentEvent(event="opened", at=at + 10.0, incident=opened), number))
        self._handled(number, at + 10.0, until)
        self.events.append(Event(until + 8.0, IncidentEvent(event="resolved", at=until + 8.0, incident=over), number))

    def _handled(self, number: int, at: float, until: float) -> None:
        """Somebody is told, most often takes it, and sometimes calls the carrier."""
        case = Case(incident=number, route="critical", urgency="ring", step=0, told=(("binh", "call"), ("binh", "sms")))
        self.events.append(Event(at, case, number))
        taken = at + self.chance.uniform(30.0, 900.0)
        if taken < until and self.chance.random() < 0.7:
            self._act("ack", number, taken, "")
            self.events.append(Event(taken, replace(case, acked_by="binh", acked_at=taken, due=None), number))
        if taken + 600.0 < until and self.chance.random() < 0.3:
            self._act("called", number, taken + 60.0, "vnpt")
            self._act("ticket", number, taken + 90.0, f"SC-{number:05d}")
            self._act("note", number, taken + 600.0, "đang hàn cáp tại cột 12")
        self.events.append(Event(until + 8.0, replace(case, over=True), number))

    def _act(self, verb: Verb, number: int, at: float, text: str) -> None:
        self.events.append(Event(at, Act(verb=verb, who="binh", at=at, by="sms", incident=number, text=text), number))
