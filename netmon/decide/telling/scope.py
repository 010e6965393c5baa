"""Which sites hang on a thing, as the inventory draws it?

For counting only ("24 of 27 communes"): the verdict itself is reached on the graph of
netmon.decide.topology, and what it says is affected is never doubted here.
"""

from collections.abc import Iterable

from netmon.model import Inventory, Link


def hanging_on(inventory: Inventory, root: str) -> frozenset[str]:
    """Ids of the sites with at least one line on or over `root` (a site, device, link, node, carrier or
    area), and of all that hang on those in turn. Empty for anything else."""
    if root in inventory.sites:
        first = {root}
    elif link := inventory.links.get(root):
        first = {link.site}
    elif device := inventory.devices.get(root):
        gateway = inventory.sites[device.site].gateway
        first = {one.site for one in inventory.links.values() if one.target == root}
        first |= {device.site} if gateway == root else set()
    else:
        first = {one.site for one in inventory.links.values() if root in one.via or one.carrier == root}
        first |= {site.id for site in inventory.sites.values() if site.area == root}
    return _closure(inventory, first)


def ways_around(inventory: Inventory, site: str, scope: frozenset[str], root: str) -> list[Link]:
    """The lines of a site that lead out of `scope` and not over `root`."""
    lines = (inventory.links[key] for key in inventory.sites[site].uplinks)
    return [line for line in lines if _far_site(inventory, line) not in scope and root not in _over(line)]


def _closure(inventory: Inventory, first: Iterable[str]) -> frozenset[str]:
    children: dict[str, list[str]] = {}
    for link in inventory.links.values():
        children.setdefault(_far_site(inventory, link), []).append(link.site)
    found: set[str] = set()
    todo = list(first)
    while todo:
        site = todo.pop()
        if site not in found:
            found.add(site)
            todo += children.get(site, [])
    return frozenset(found)


def _far_site(inventory: Inventory, link: Link) -> str:
    device = inventory.devices.get(link.target)
    return "" if device is None else device.site


def _over(link: Link) -> tuple[str, ...]:
    return (link.id, link.target, link.carrier or "", *link.via)
