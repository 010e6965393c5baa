"""What does planned work on these things cover: what can be reached only over them?"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from netmon.decide.graph import Graph
from netmon.model import Inventory


def covered(graph: Graph, inventory: Inventory, what: Iterable[str]) -> frozenset[str]:
    """Ids of the things themselves, and of all sites, devices, links and services that no path reaches without them.

    `what` are ids of sites, devices, links, nodes, areas or carriers; others are ignored. A site with another
    way out is not covered by work on one of its lines.
    """
    named = set(what)
    sites = {site.id for site in inventory.sites.values() if site.id in named or (site.area and site.area in named)}
    devices = {device for device, one in inventory.devices.items() if device in named or one.site in sites}
    links = {
        link.id
        for link in inventory.links.values()
        if link.id in named or link.site in sites or link.carrier in named or named.intersection(link.via)
    }
    devices.discard(inventory.vantage)
    devices |= inventory.devices.keys() - graph.walk(devices, links).reached
    sites |= {site.id for site in inventory.sites.values() if site.devices and devices.issuperset(site.devices)}
    links |= {link.id for link in inventory.links.values() if graph.far[link.id] in devices or link.site in sites}
    services = {service.id for service in inventory.services.values() if service.on in devices}
    return frozenset(named | sites | devices | links | services | _shared(inventory, sites, links))


def _shared(inventory: Inventory, sites: AbstractSet[str], links: AbstractSet[str]) -> set[str]:
    """Places, carriers and areas of which nothing is left outside."""
    users: dict[str, set[str]] = {}
    for link in inventory.links.values():
        for shared in (*link.via, link.carrier):
            if shared is not None:
                users.setdefault(shared, set()).add(link.id)
    members: dict[str, set[str]] = {}
    for site in inventory.sites.values():
        members.setdefault(site.area, set()).add(site.id)
    whole = {shared for shared, lines in users.items() if lines <= links}
    return whole | {area for area, inside in members.items() if area and inside <= sites}
