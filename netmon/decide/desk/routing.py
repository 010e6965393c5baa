"""Which routes does an incident take, and how urgent is it?"""

from collections.abc import Collection
from dataclasses import replace
from typing import NamedTuple
from zoneinfo import ZoneInfo

from netmon.decide.hours import at_work
from netmon.decide.telling.facts import root_of
from netmon.model import Conference, Incident, Inventory, Kind
from netmon.people import Match, Roster, Route, Urgency
from netmon.settings.held import BEFORE, bridge_sites

RANK: dict[Urgency, int] = {"none": 0, "digest": 1, "text": 2, "ring": 3}
LAST = Route(name="", urgency="text", policy="")
"""Where no route matches: everybody of the first policy is told, for silence would be worse than noise."""
NO_ROUTE = "no route matches"
RAISED: frozenset[Kind] = frozenset(("outage", "redundancy_lost", "degraded", "service"))
"""Kinds that become urgent while a conference is held."""


class Chosen(NamedTuple):
    """The routes that count, the strongest `urgency` among them, the `policy` of the first ("" = everybody is told),
    and `why`, in words."""

    routes: tuple[Route, ...]
    urgency: Urgency
    policy: str
    why: str


def choose(roster: Roster, inventory: Inventory, incident: Incident, wall: float) -> Chosen:
    """The first route that matches at this wall time, the next ones too where they say `further`; never none."""
    routes: list[Route] = []
    for route in roster.routes:
        if matches(route.match, inventory, incident, wall):
            routes.append(route)
            if not route.further:
                break
    why = f"route {', '.join(route.name for route in routes)}" if routes else NO_ROUTE
    routes = routes or [LAST]
    conference = held(inventory, incident, wall)
    if conference is not None and not any(route.urgency == "ring" for route in routes):
        first = routes[0]
        policy = first.policy if first is LAST else first.policy or next(iter(roster.policies), "")
        routes[0] = replace(first, urgency="ring", policy=policy)
        why += f", rings for the conference {conference.name}"
    urgency = max((route.urgency for route in routes), key=RANK.__getitem__)
    return Chosen(tuple(routes), urgency, routes[0].policy, why)


def held(inventory: Inventory, incident: Incident, wall: float) -> Conference | None:
    """The conference that this incident disturbs: from an hour before it begins until it ends."""
    if incident.kind not in RAISED or not incident.affected:
        return None
    now = (one for one in inventory.events if one.at - BEFORE <= wall < one.at + one.lasts)
    return next((one for one in now if not bridge_sites(inventory, one).isdisjoint(incident.affected)), None)


def matches(match: Match, inventory: Inventory, incident: Incident, wall: float) -> bool:
    """Whether everything holds that is asked for; what a match does not ask costs nothing."""
    return (
        (not match.kinds or incident.kind in match.kinds)
        and match.severity in ("", incident.severity)
        and len(incident.affected) >= match.affected
        and (not match.alerts or not _alerts(incident).isdisjoint(match.alerts))
        and (not match.root_is or root_of(incident, inventory) in match.root_is)
        and (not match.roots or not {incident.root, inventory.site_of(incident.root)}.isdisjoint(match.roots))
        and (not match.hours or _in_hours(match.hours, inventory, wall))
        and _places_match(match, inventory, incident)
    )


def _places_match(match: Match, inventory: Inventory, incident: Incident) -> bool:
    sites = [inventory.sites[key] for key in sites_of(inventory, incident)]
    areas = {site.area for site in sites} | {incident.root}
    return (
        (not match.levels or any(site.level in match.levels for site in sites))
        and (not match.areas or not areas.isdisjoint(match.areas))
        and (not match.carriers or not _carriers(inventory, incident).isdisjoint(match.carriers))
        and (match.priority is None or any(site.priority for site in sites) is match.priority)
        and (not match.sites or any(hangs_alone(inventory, site.id, match.sites) for site in sites))
    )


def sites_of(inventory: Inventory, incident: Incident) -> dict[str, None]:
    """The root's own site, and those that it hits, as far as the inventory still knows them."""
    sites = (inventory.site_of(incident.root), *incident.affected)
    return dict.fromkeys(site for site in sites if site is not None and site in inventory.sites)


def hangs_alone(inventory: Inventory, site: str, on: Collection[str]) -> bool:
    """Whether a site is one of these, or no way up its lines leads past them: to where netmon stands, or to the top."""
    home, todo, seen, found = inventory.site_of(inventory.vantage), [site], {site}, False
    while todo:
        here = todo.pop()
        if here in on:
            found = True
            continue
        known = inventory.sites.get(here)
        if known is None or not known.uplinks or here == home:
            return False
        targets = (inventory.links[line].target for line in known.uplinks if line in inventory.links)
        above = {inventory.site_of(target) or "" for target in targets} - seen
        seen |= above
        todo += above
    return found


def _carriers(inventory: Inventory, incident: Incident) -> set[str]:
    lines = [inventory.links[key] for key in (incident.root, *incident.links) if key in inventory.links]
    found = {line.carrier for line in lines if line.carrier}
    if incident.root in inventory.carriers:
        found.add(incident.root)
    node = inventory.nodes.get(incident.root)
    return found | ({node.carrier} if node is not None and node.carrier else set())


def _alerts(incident: Incident) -> set[str]:
    """The rules by which it was raised, as its evidence bears them."""
    return {value for clue in incident.evidence for key, value in clue.values if key in ("rule", "alertname")}


def _in_hours(hours: str, inventory: Inventory, wall: float) -> bool:
    outside, name = hours.startswith("-"), hours.removeprefix("-")
    calendar = inventory.calendars.get(name)
    return calendar is not None and at_work(calendar, wall, ZoneInfo(inventory.timezone)) is not outside
