"""What has a storm taken from an area so far, and what may go next?

As things stand now, whatever was told of them: incidents only say why.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from netmon.model import Cause, Clue, Incident, Inventory, Site, Standing, State

GONE = (State.DOWN, State.UNREACHABLE)
ALIVE = (State.UP, State.DEGRADED)
SHOWN = 10
"""Sites that have a line of their own in a bulletin: priority sites, and those on battery."""


class Lost(NamedTuple):
    """A site that is out of reach, since when, and why."""

    site: str
    since: float
    cause: Cause


class Spared(NamedTuple):
    """A site that is alive by a line which it otherwise only has in reserve."""

    site: str
    line: str
    kind: str


class Draining(NamedTuple):
    """A site that runs on its battery, and the seconds left, None if its UPS does not say."""

    site: str
    left: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Toll:
    """How an area stands: all its sites in the order of the inventory, and what became of some. Priority sites come
    first, then who was lost first, and of batteries the emptiest; `unknown` are measured by nobody now.
    """

    sites: tuple[str, ...]
    lost: tuple[Lost, ...]
    spared: tuple[Spared, ...]
    draining: tuple[Draining, ...]
    unknown: tuple[str, ...]


def toll(
    inventory: Inventory,
    ids: frozenset[str],
    standings: Mapping[str, Standing],
    incidents: Iterable[Incident],
    batteries: Mapping[str, float | None],
) -> Toll:
    """How the sites among these ids stand. `incidents` are the open ones; `batteries` as `Desk` has them."""
    sites = [site for site in inventory.sites.values() if site.id in ids]
    state = {site.id: standings[site.id].state if site.id in standings else State.UNKNOWN for site in sites}
    causes: dict[str, Cause] = {}
    for incident in incidents:
        if incident.kind == "outage" and incident.cause != "unknown":
            causes.update(dict.fromkeys(incident.affected, incident.cause))
    lost = [
        Lost(site.id, standings[site.id].since, causes.get(site.id, "unknown"))
        for site in sites
        if state[site.id] in GONE
    ]
    alive = [site for site in sites if state[site.id] in ALIVE]
    priority = {site.id: not site.priority for site in sites}
    draining = [one for site in alive if (one := _draining(site, batteries)) is not None]
    spared = [way for site in alive if (way := _spared(inventory, site, standings)) is not None]
    return Toll(
        sites=tuple(site.id for site in sites),
        lost=tuple(sorted(lost, key=lambda one: (priority[one.site], one.since))),
        spared=tuple(sorted(spared, key=lambda one: priority[one.site])),
        draining=tuple(sorted(draining, key=lambda one: (priority[one.site], one.left is None, one.left or 0.0))),
        unknown=tuple(site.id for site in sites if state[site.id] is State.UNKNOWN),
    )


def clues(inventory: Inventory, found: Toll, name: str, now: float, ahead: float) -> Iterator[Clue]:
    """The lines of a bulletin about `name`; the first is for the headline. `now + ahead` is wall time."""

    def clue(text: str, **values: str) -> Clue:
        return Clue(now, name, text, tuple(values.items()))

    counts = {"lost": str(len(found.lost)), "total": str(len(found.sites))}
    yield clue("storm_head", **counts, backup=str(len(found.spared)) if found.spared else "")
    for one in [one for one in found.lost if inventory.sites[one.site].priority][:SHOWN]:
        yield clue("storm_priority", site=one.site, since=f"{one.since + ahead:.0f}", cause=one.cause)
    by_cause = sorted(found.lost, key=lambda one: one.cause)
    for cause, group in groupby(by_cause, key=lambda one: one.cause):
        yield clue("storm_lost", **_counted(one.site for one in group), cause=cause)
    for kind, others in groupby(sorted(found.spared, key=lambda one: one.kind), key=lambda one: one.kind):
        yield clue("storm_spared", **_counted(one.site for one in others), kind=kind)
    for draining in found.draining[:SHOWN]:
        left = "" if draining.left is None else f"{draining.left:.0f}"
        yield clue("storm_battery", site=draining.site, left=left)
    if rest := found.draining[SHOWN:]:
        yield clue("storm_batteries", **_counted(one.site for one in rest))
    if found.unknown:
        yield clue("storm_unknown", **_counted(found.unknown))


def _counted(sites: Iterable[str]) -> dict[str, str]:
    names = tuple(sites)
    return {"count": str(len(names)), "sites": ", ".join(names)}


def _spared(inventory: Inventory, site: Site, standings: Mapping[str, Standing]) -> Spared | None:
    """The reserve that carries a site all of whose other lines are gone."""
    lines = [inventory.links[key] for key in site.uplinks]
    gone = {line.id for line in lines if line.id in standings and standings[line.id].state in GONE}
    main = [line for line in lines if line.role == "primary"]
    reserve = [line for line in lines if line.role == "backup" and line.id not in gone]
    if not main or not reserve or any(line.id not in gone for line in main):
        return None
    return Spared(site.id, reserve[0].id, reserve[0].kind)


def _draining(site: Site, batteries: Mapping[str, float | None]) -> Draining | None:
    """The emptiest battery of a site that runs on one."""
    found = [batteries[device] for device in site.devices if device in batteries]
    if not found:
        return None
    return Draining(site.id, min((left for left in found if left is not None), default=None))
