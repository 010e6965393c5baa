"""What is broken right now, what speaks for it, and what is back?

This is where knowledge and judgement become problems for the incident book, with their evidence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from netmon.decide import clues
from netmon.decide.faults import Fault, Judgement
from netmon.decide.incidents import Key, Problem, Return
from netmon.decide.knowledge import Knowledge
from netmon.model import Cause, Clue, Incident, Standing, State

UNSEEN_AFTER = 90.0
"""Seconds after its first probe at which what has never answered is summed up in one notice."""
CARRYING = ("router", "switch", "firewall", "olt")
ALIVE = (State.UP, State.DEGRADED)


@dataclass(frozen=True, slots=True)
class Scene:
    """The network at one moment. `judged` is None while blind; `excused`: id -> silent till then is no news."""

    known: Knowledge
    judged: Judgement | None
    confirm: float
    excused: Mapping[str, float]

    def problems(self, now: float) -> dict[Key, Problem]:
        """Everything wrong right now, by (kind, seat)."""
        if self.judged is None:
            found: Iterable[Problem] = [self._blindness()]
        else:
            found = [
                *(self._outage(fault) for fault in self.judged.faults.values()),
                *self._redundancy(self.judged),
                *self._degraded(),
                *self._services(),
                *self._unseen(now),
            ]
        return {(problem.kind, problem.seat): problem for problem in found}

    def _blindness(self) -> Problem:
        inventory = self.known.inventory
        since = max(self.known.watches[anchor].first_miss or 0.0 for anchor in inventory.anchors)
        root = inventory.vantage
        return Problem(kind="blind", seat=root, root=root, severity="critical", since=since, confirm=self.confirm)

    def _outage(self, fault: Fault) -> Problem:
        inventory = self.known.inventory
        sites = {inventory.devices[device].site for device in fault.members}
        lost = [
            site
            for site in inventory.sites
            if site in sites and self.known.standings[site].state in (State.DOWN, State.UNREACHABLE)
        ]
        root = inventory.devices.get(fault.seat)
        leaf = root is not None and root.role not in CARRYING
        return Problem(
            kind="outage",
            seat=fault.seat,
            root=fault.root,
            severity="warning" if leaf else "critical",
            since=fault.since,
            confirm=self.confirm,
            affected=tuple(lost),
            links=fault.links,
        )

    def _redundancy(self, judged: Judgement) -> Iterable[Problem]:
        known = self.known
        heard = known.heard()
        reached = known.graph.walk(judged.behind, known.broken).reached if known.broken else {}
        for link, since in known.broken.items():
            far, near = known.graph.far[link], known.graph.near[link]
            site = known.inventory.devices[far].site
            others = [line for line in known.graph.lines[site] if line not in known.broken]
            spared = bool(others) or far in reached  # a ring or a transit site carries it the other way round
            if spared and far in heard and near not in judged.behind and known.standings[link].state is State.DOWN:
                yield Problem(
                    kind="redundancy_lost",
                    seat=link,
                    root=link,
                    severity="warning",
                    since=since,
                    confirm=self.confirm,
                    affected=(known.inventory.links[link].site,),
                    links=(link,),
                )

    def _degraded(self) -> Iterable[Problem]:
        for link, since in self.known.degraded.items():
            if self.known.standings[link].state is State.DEGRADED:
                site = self.known.inventory.links[link].site
                yield Problem(
                    kind="degraded",
                    seat=link,
                    root=link,
                    severity="warning",
                    since=since,
                    confirm=0.0,
                    affected=(site,),
                    links=(link,),
                )

    def _services(self) -> Iterable[Problem]:
        for service in self.known.inventory.services.values():
            watch = self.known.watches[service.id]
            if self.known.standings[service.id].state is State.DOWN:
                yield Problem(
                    kind="service",
                    seat=service.id,
                    root=service.id,
                    severity="warning",
                    since=watch.first_miss or watch.called_at,
                    confirm=self.confirm,
                    affected=(service.site,),
                )

    def unseen(self) -> list[str]:
        """Devices that have never answered."""
        return [
            device
            for device in self.known.inventory.devices
            if (watch := self.known.watches.get(device)) is not None and watch.silent is None and watch.voices
        ]

    def _unseen(self, now: float) -> Iterable[Problem]:
        since = self.known.asked_since
        devices = [device for device in self.unseen() if now >= since[device] + UNSEEN_AFTER]
        if devices:
            inventory = self.known.inventory
            yield Problem(
                kind="unseen",
                seat=inventory.vantage,
                root=inventory.vantage,
                severity="warning",
                since=min(since[device] for device in devices),
                confirm=0.0,
                affected=tuple(dict.fromkeys(inventory.devices[device].site for device in devices)),
            )

    def returned(self, incident: Incident) -> Return | None:
        """Whether the seat of this incident has positively come back, and who behind it has not."""
        if self.judged is None:
            return None
        if not self._exists(incident.seat):
            return Return(self._last_heard(incident), ())
        if incident.kind == "unseen":
            return None if self.unseen() else Return(self._last_heard(incident), ())
        if incident.kind in ("blind", "degraded", "threshold"):
            line = self._standing(incident.seat) if incident.kind == "degraded" else None
            over = line is None or line.state is State.UP
            return Return(self._last_heard(incident), ()) if over else None
        seat = self._standing(self._stand_in(incident))
        if seat is None or seat.state not in ALIVE or self._stirring(incident.seat):
            return None
        missing = tuple(site for site in incident.affected if not self.alive(site))
        site = self.known.inventory.sites.get(self._stand_in(incident))
        gateway = self.known.watches.get(site.gateway or "") if site is not None else None
        since = seat.since if gateway is None or gateway.silent else gateway.up_since
        if incident.kind != "outage":
            return Return(max(since, incident.opened_at), ())
        told = self.known.uptime.get(site.gateway or "" if site is not None else incident.seat)
        silent = told is not None and told[1] <= incident.opened_at
        return Return(max(since, incident.opened_at), missing, uptime_pending=silent)

    def _exists(self, seat: str) -> bool:
        """Is the seat still in the inventory? What the operators removed is over."""
        inventory = self.known.inventory
        groups = (inventory.sites, inventory.devices, inventory.links, inventory.services, inventory.nodes)
        return any(seat in group for group in groups)

    def _stand_in(self, incident: Incident) -> str:
        """A place without an address is back as soon as a site behind it is."""
        if incident.seat in self.known.inventory.nodes:
            return next((site for site in incident.affected if self.alive(site)), incident.seat)
        return incident.seat

    def _standing(self, name: str) -> Standing | None:
        return self.known.standings.get(name)

    def _stirring(self, seat: str) -> bool:
        """Is the seat suspect again?"""
        site = self.known.inventory.sites.get(seat)
        watch = self.known.watches.get(site.gateway or "" if site is not None else seat)
        return watch is not None and watch.first_miss is not None

    def alive(self, seat: str) -> bool:
        """Whether it works, as far as anybody can tell."""
        standing = self._standing(seat)
        return standing is None or standing.state in ALIVE

    def _last_heard(self, incident: Incident) -> float:
        watches = [self.known.watches.get(name) for name in self.known.inventory.anchors]
        if incident.kind == "blind":
            return max((watch.up_since for watch in watches if watch is not None), default=0.0)
        return max((watch.last_answer for watch in self.known.watches.values()), default=0.0)

    def clues(self, problem: Problem, now: float) -> tuple[Clue, ...]:
        """The evidence for a problem, the strongest first."""
        return clues.gather(self.known, problem, self.unseen(), now)

    def aftermath(self, incident: Incident) -> tuple[Cause, tuple[Clue, ...]]:
        """What the return says about the cause."""
        return clues.aftermath(self.known, incident)
