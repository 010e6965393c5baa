"""What is broken right now, what speaks for it, and what is back?

This is where knowledge and judgement become problems for the incident book, with their evidence.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from netmon.decide import bearers, causes, clues, lines, overrun, places, returning, services
from netmon.decide.book import Key, Problem, Return
from netmon.decide.faults import Fault, Judgement
from netmon.decide.knowledge import Knowledge
from netmon.model import Cause, Clue, Incident, State

UNSEEN_AFTER = 90.0
"""Seconds after its first probe at which what has never answered is summed up in one notice."""
CARRYING = ("router", "switch", "firewall", "olt")


@dataclass(frozen=True, slots=True)
class Scene:
    """The network at one moment. `judged` is None while blind; `excused`: id -> silent till then is no news; `works`:
    what is planned, by a wall clock that is `ahead` seconds ahead."""

    known: Knowledge
    judged: Judgement | None
    confirm: float
    excused: Mapping[str, float]
    works: overrun.Works
    ahead: float

    def problems(self, now: float) -> dict[Key, Problem]:
        """Everything wrong right now, by (kind, seat)."""
        if self.judged is None:
            found: Iterable[Problem] = [self._blindness()]
        else:
            found = [
                *(self._outage(self.judged, fault) for fault in self.judged.faults.values()),
                *self._redundancy(self.judged),
                *self._degraded(),
                *services.problems(self.known, self.confirm),
                *self._unseen(now),
            ]
        return {(problem.kind, problem.seat): self._excuse(problem) for problem in found}

    def _excuse(self, problem: Problem) -> Problem:
        until = self.excused.get(problem.seat)
        return problem if until is None else replace(problem, quiet_until=until)

    def _blindness(self) -> Problem:
        inventory = self.known.inventory
        since = max(self.known.watches[anchor].first_miss or 0.0 for anchor in inventory.anchors)
        root = inventory.vantage
        return Problem(kind="blind", seat=root, root=root, severity="critical", since=since, confirm=self.confirm)

    def _outage(self, judged: Judgement, fault: Fault) -> Problem:
        inventory, standings = self.known.inventory, self.known.standings
        sites = self.known.graph.index.sorted({inventory.devices[device].site for device in fault.members})
        lost = [
            name
            for name in sites
            if standings[name].state in (State.DOWN, State.UNREACHABLE)
            and self._hit_by(judged, name) in (None, fault.seat)
        ]
        root = inventory.devices.get(fault.seat)
        site = inventory.sites.get(fault.seat)
        seat = self.known.watches.get(fault.seat if site is None else site.gateway or "")
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
            wavers=seat is not None and seat.returning,
        )

    def _hit_by(self, judged: Judgement, site: str) -> str | None:
        """The fault that is the site itself, else the one that took its gateway: where several took a part of a site,
        it is counted there."""
        gateway = self.known.inventory.sites[site].gateway
        return site if site in judged.faults else judged.behind.get(gateway or "")

    def _redundancy(self, judged: Judgement) -> Iterable[Problem]:
        known, heard = self.known, self.known.heard()
        if not known.broken:
            return
        reach = known.graph.walk(judged.behind, known.broken)
        shared = places.shared(judged.faults.values())
        for link, since in known.broken.items():
            if link in shared:
                continue
            far, near = known.graph.far[link], known.graph.near[link]
            site = known.inventory.devices[far].site
            others = [line for line in known.graph.lines[site] if line not in known.broken]
            spared = bool(others) or reach.reaches(far)  # a ring or a transit site carries it the other way round
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
                window = self.known.windows[lines.measured_by(self.known, link)]
                yield Problem(
                    kind="degraded",
                    seat=link,
                    root=link,
                    severity="warning",
                    since=since,
                    confirm=0.0,
                    affected=(site,),
                    links=(link,),
                    wavers=window.good_since is not None,
                )

    def unseen(self) -> list[str]:
        """Devices that have never answered, and services that never worked though what carries them has answered."""
        inventory, never = self.known.inventory, self.known.never
        borne = {name for name in never & inventory.services.keys() if self._bearer_up(name) is not None}
        return self.known.graph.index.sorted(never & inventory.devices.keys() | borne)

    def unseen_at(self, name: str) -> float:
        """When it is time to say that this was never seen: a service has its time from the return of its device."""
        since = self.known.asked_since[name]
        return max(since, self._bearer_up(name) or 0.0) + UNSEEN_AFTER

    def _bearer_up(self, name: str) -> float | None:
        """Since when the device that carries a service answers; None if it never did, or for what is no service."""
        if name not in self.known.inventory.services:
            return None
        watch = self.known.watches.get(bearers.bearer(self.known.inventory, self.known.watches, name))
        return None if watch is None or watch.silent is None else watch.up_since

    def _has_failed(self, name: str) -> bool:
        """Whether it was ever asked in vain; of a device that is taken for granted."""
        return name not in self.known.inventory.services or bool(self.known.watches[name].said[0])

    def _overdue(self, now: float) -> list[str]:
        """What should have been seen by now."""
        return [name for name in self.unseen() if now >= self.unseen_at(name) and self._has_failed(name)]

    def _unseen(self, now: float) -> Iterable[Problem]:
        since = self.known.asked_since
        if names := self._overdue(now):
            inventory = self.known.inventory
            things = [inventory.devices.get(name) or inventory.services[name] for name in names]
            yield Problem(
                kind="unseen",
                seat=inventory.vantage,
                root=inventory.vantage,
                severity="warning",
                since=min(since[name] for name in names),
                confirm=0.0,
                affected=tuple(dict.fromkeys(thing.site for thing in things)),
            )

    def returned(self, incident: Incident) -> Return | None:
        """Whether the seat of this incident has positively come back, and who behind it has not."""
        return None if self.judged is None else returning.returned(self.known, incident, self.unseen())

    def alive(self, seat: str) -> bool:
        """Whether it works, as far as anybody can tell."""
        return returning.alive(self.known, seat)

    def clues(self, problem: Problem, now: float) -> tuple[Clue, ...]:
        """The evidence for a problem, the strongest first."""
        announced = overrun.clues(self.works, self.known.inventory, problem, now, self.ahead)
        return (*announced, *clues.gather(self.known, problem, self._overdue(now), now))

    def suspected(self, problem: Problem, evidence: Sequence[Clue]) -> Cause:
        """The likely cause, as far as the evidence goes."""
        return causes.suspected(self.known, problem, evidence)

    def aftermath(self, incident: Incident) -> tuple[Cause, tuple[Clue, ...]]:
        """What the return says about the cause."""
        return causes.aftermath(self.known, incident)
