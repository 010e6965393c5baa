"""Who wants to hear nothing of an incident for now, and why?

A silence keeps quiet what it names, a storm an area of which people hear by bulletins. All that an incident hurts has
to be named: one that reaches beyond is told. Each has an end, and netmon's own blindness is never quiet.
"""

from collections.abc import Iterable

from netmon.decide.desk.routing import sites_of
from netmon.decide.desk.scope import Scopes, unknown
from netmon.decide.desk.state import Desk
from netmon.model import Incident, Inventory
from netmon.people import Act, Verb

LONGEST = 30 * 86400.0
"""Seconds that a silence or a storm may last; who needs longer says so again."""
ALWAYS_TOLD = ("blind", "unseen", "drill", "digest", "storm")
"""Kinds that are about netmon itself or about the desk, not about a thing that can be named."""
KEEP_QUIET: tuple[Verb, ...] = ("silence", "storm")


def keeping_quiet(desk: Desk, incident: Incident, now: float) -> Act | None:
    """The silence or storm that keeps this incident quiet at `now`, the one that lasts longest; None if none does. Of a
    mute desk everything is, netmon's own blindness too."""
    if desk.mute is not None:
        return desk.mute
    acts = standing(desk, now)
    found = [act for act in acts if keeps(scopes(desk), act, incident)] if acts else []
    return max(found, key=lambda act: (until(act), act.number), default=None)


def hidden(desk: Desk, act: Act, incidents: Iterable[Incident]) -> tuple[Incident, ...]:
    """Which of these incidents a silence or storm keeps quiet, whether it has been said yet or not."""
    drawn = scopes(desk)
    return tuple(incident for incident in incidents if keeps(drawn, act, incident))


def keeps(drawn: Scopes, act: Act, incident: Incident) -> bool:
    """Whether this silence or storm is about this incident, and about everything that it hurts."""
    if incident.kind in ALWAYS_TOLD or (act.verb == "storm" and rings_through(drawn.inventory, incident)):
        return False
    covered = drawn.of(act.what)
    if incident.kind == "outage" and incident.affected:
        return covered.issuperset(incident.affected)
    return incident.root in covered or incident.seat in covered


def rings_through(inventory: Inventory, incident: Incident) -> bool:
    """Whether people want to be told of this by itself even in a storm: the core and priority sites."""
    sites = inventory.sites
    return any(sites[key].priority or is_core(inventory, key) for key in sites_of(inventory, incident))


def is_core(inventory: Inventory, site: str) -> bool:
    """Whether a site is the core: the one where netmon stands, and all of a higher level. Others of that level are not,
    though they are just as near: an agency of the province that is lost is one place."""
    levels, sites = inventory.levels, inventory.sites
    home = inventory.devices[inventory.vantage].site if inventory.vantage in inventory.devices else ""
    return site == home or (home in sites and levels.index(sites[site].level) < levels.index(sites[home].level))


def standing(desk: Desk, now: float) -> list[Act]:
    """The silences and storms that are on at `now`, by their numbers."""
    wall = now + desk.ahead
    return [act for _, act in sorted(desk.acts.items()) if act.verb in KEEP_QUIET and until(act) > wall]


def next_end(desk: Desk, now: float) -> float | None:
    """When the next silence or storm is over by itself, on the axis of `now`; None if none is on."""
    return min((until(act) - desk.ahead for act in standing(desk, now)), default=None)


def until(act: Act) -> float:
    """When a silence or storm is over by itself, wall time: as was said, at the latest after 30 days."""
    latest = act.at + LONGEST
    return latest if act.until is None else min(act.until, latest)


def gone(desk: Desk, now: float) -> list[tuple[Act, list[str]]]:
    """Silences and storms that are on and name what the inventory has no more; what else they name stays quiet."""
    found = [(act, unknown(desk.inventory, act.what)) for act in standing(desk, now)]
    return [(act, names) for act, names in found if names]


def scopes(desk: Desk) -> Scopes:
    """What names stand for in the desk's inventory."""
    if desk.scopes is None or desk.scopes.inventory is not desk.inventory:
        desk.scopes = Scopes(desk.inventory)
    return desk.scopes
