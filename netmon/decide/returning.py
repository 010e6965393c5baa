"""Has what an incident is about positively come back, since when, and who has not come with it?"""

from collections.abc import Collection, Sequence

from netmon.decide.book import Return
from netmon.decide.knowledge import Knowledge
from netmon.model import Incident, State

ALIVE = (State.UP, State.DEGRADED)


def alive(known: Knowledge, name: str) -> bool:
    """Whether it works, as far as anybody can tell; a place or a carrier does as long as a line of it does."""
    index, standing = known.graph.index, known.standings.get(name)
    if standing is None and (name in index.users or name in index.central):
        return any(alive(known, line) for line in index.users.get(name) or index.central[name])
    return standing is None or standing.state in ALIVE


def returned(known: Knowledge, incident: Incident, unseen: Sequence[str]) -> Return | None:
    """None while it has not. `unseen` are the devices that have never answered."""
    inventory, seat = known.inventory, incident.seat
    if incident.kind == "blind":
        return Return(_anchors_back(known), ())
    if incident.kind == "unseen":
        return None if unseen else Return(_last_heard(known), ())
    if incident.kind == "degraded":
        line = known.standings.get(seat)
        return Return(_last_heard(known), ()) if line is None or line.state is State.UP else None
    if seat in inventory.carriers:
        return _carrier(known, incident)
    things = (inventory.sites, inventory.devices, inventory.links, inventory.services, inventory.nodes)
    if not any(seat in each for each in things):
        return _area(known, incident)
    return _thing(known, incident)


def _thing(known: Knowledge, incident: Incident) -> Return | None:
    """A site, device, line, service or place; a place without an address is back as soon as a site behind it is."""
    inventory, seat = known.inventory, incident.seat
    if seat in inventory.nodes:
        seat = next((site for site in incident.affected if alive(known, site)), seat)
    standing, site = known.standings.get(seat), inventory.sites.get(seat)
    gateway = known.watches.get(site.gateway or "") if site is not None else None
    if standing is None or standing.state not in ALIVE or _stirs(known, incident.seat):
        return None
    since = standing.since if gateway is None or gateway.silent else gateway.up_since
    if incident.kind != "outage":
        return Return(max(since, incident.opened_at), ())
    if incident.seat in inventory.nodes:
        pending = any(line in known.broken for line in incident.links)
    else:
        told = known.uptime.get(site.gateway or "" if site is not None else incident.seat)
        pending = told is not None and told[1] <= incident.opened_at
    return Return(max(since, incident.opened_at), _missing(known, incident), pending=pending)


def _stirs(known: Knowledge, seat: str) -> bool:
    """Is the seat suspect again?"""
    site = known.inventory.sites.get(seat)
    watch = known.watches.get(site.gateway or "" if site is not None else seat)
    return watch is not None and watch.first_miss is not None


def _carrier(known: Knowledge, incident: Incident) -> Return | None:
    """A carrier is back as soon as half of the lines lost with it are; of what nobody can see the sites must be."""
    back, lost = _since(known, incident.links), _lost(known, incident.links)
    if len(back) < lost or (not back and _lost(known, incident.affected)):
        return None
    at = max(min(back, default=_last_heard(known)), incident.opened_at)
    return Return(at, _missing(known, incident), pending=lost > 0)


def _area(known: Knowledge, incident: Incident) -> Return | None:
    """An area is back when all of it is, or when the operators have removed what was lost."""
    back = _since(known, incident.affected)
    there = [site for site in incident.affected if site in known.inventory.sites]
    if len(back) < len(there):
        return None
    return Return(max(back, default=max(_last_heard(known), incident.opened_at)), ())


def _since(known: Knowledge, names: Collection[str]) -> list[float]:
    """Of those that work: since when they do."""
    standings = (known.standings.get(name) for name in names)
    return [standing.since for standing in standings if standing is not None and standing.state in ALIVE]


def _lost(known: Knowledge, names: Collection[str]) -> int:
    """How many of them are known not to work."""
    standings = (known.standings.get(name) for name in names)
    return sum(standing is not None and standing.state in (State.DOWN, State.UNREACHABLE) for standing in standings)


def _missing(known: Knowledge, incident: Incident) -> tuple[str, ...]:
    return tuple(site for site in incident.affected if not alive(known, site))


def _anchors_back(known: Knowledge) -> float:
    watches = (known.watches.get(name) for name in known.inventory.anchors)
    return max((watch.up_since for watch in watches if watch is not None), default=0.0)


def _last_heard(known: Knowledge) -> float:
    return max((watch.last_answer for watch in known.watches.values()), default=0.0)
