"""Which conferences are held, or near, and where?"""

from collections.abc import Collection, Iterable

from netmon.model import Conference, Inventory

BEFORE = 3600.0
"""Seconds before a conference in which its lines are wanted, too: everybody tries them then."""


def held_during(inventory: Inventory, since: float, until: float, sites: Collection[str]) -> list[Conference]:
    """Conferences with a bridge at one of these sites that are held, or near, within [since, until) wall time."""
    near = (one for one in inventory.events if one.at - BEFORE < until and since < one.at + one.lasts)
    return [one for one in near if not bridge_sites(inventory, one).isdisjoint(sites)]


def bridge_sites(inventory: Inventory, conference: Conference) -> frozenset[str]:
    """The sites at which the bridges of a conference stand."""
    return frozenset(inventory.services[one].site for one in conference.bridges if one in inventory.services)


def named_sites(inventory: Inventory, what: Iterable[str]) -> frozenset[str]:
    """The sites at which these things are: of a line the one that it serves, of a carrier or a place all that have a
    line of it."""
    named = set(what)
    found = {site.id for site in inventory.sites.values() if site.id in named or site.area in named}
    found |= {inventory.devices[name].site for name in named if name in inventory.devices}
    links = inventory.links.values()
    return frozenset(found) | {
        link.site for link in links if link.id in named or link.carrier in named or named.intersection(link.via)
    }
