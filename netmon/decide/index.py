"""What stands next to what, so that nobody has to look through the whole inventory for it?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from netmon.model import Inventory


@dataclass(frozen=True, slots=True)
class Index:
    """The inventory, looked up from the other end.

    `order`: every id -> its place: devices, links, services, sites, each in the inventory's order. `links`: device ->
    the links that end there. `services`: device -> those on it. `sites`: link -> the sites whose state looks at it.
    `ports`: (device, interface) -> the links in it. `central`: carrier -> its lines that end at the vantage's
    site, where there are at least two. `users`: place without an address -> the links over it.
    """

    order: Mapping[str, int]
    links: Mapping[str, tuple[str, ...]]
    services: Mapping[str, tuple[str, ...]]
    sites: Mapping[str, tuple[str, ...]]
    ports: Mapping[tuple[str, str], tuple[str, ...]]
    central: Mapping[str, tuple[str, ...]]
    users: Mapping[str, tuple[str, ...]]

    def sorted(self, names: Iterable[str]) -> list[str]:
        """These ids in the order of the inventory: no outcome may depend on the order of a set."""
        return sorted(names, key=self.order.__getitem__)


def build(inventory: Inventory, lines: Mapping[str, tuple[str, ...]]) -> Index:
    """Look once through everything; `lines`: site -> the links by which it is reached."""
    names = (*inventory.devices, *inventory.links, *inventory.services, *inventory.sites)
    users: dict[str, list[str]] = {}
    links: dict[str, dict[str, None]] = {}
    ports: dict[tuple[str, str], dict[str, None]] = {}
    for link in inventory.links.values():
        for place in link.via:
            users.setdefault(place, []).append(link.id)
        for device, port in link.ends:
            links.setdefault(device, {})[link.id] = None
            if port:
                ports.setdefault((device, port), {})[link.id] = None
    services: dict[str, list[str]] = {}
    for service in inventory.services.values():
        services.setdefault(service.on, []).append(service.id)
    sites: dict[str, dict[str, None]] = {}
    for site in inventory.sites.values():
        for line in (*site.uplinks, *lines[site.id]):
            sites.setdefault(line, {})[site.id] = None
    return Index(
        order={name: place for place, name in enumerate(names)},
        links={device: tuple(found) for device, found in links.items()},
        services={device: tuple(found) for device, found in services.items()},
        sites={link: tuple(found) for link, found in sites.items()},
        ports={port: tuple(found) for port, found in ports.items()},
        central=_central(inventory),
        users={place: tuple(found) for place, found in users.items()},
    )


def _central(inventory: Inventory) -> dict[str, tuple[str, ...]]:
    centre = set(inventory.sites[inventory.devices[inventory.vantage].site].devices)
    found: dict[str, list[str]] = {}
    for link in inventory.links.values():
        if link.carrier is not None and not centre.isdisjoint((link.source, link.target)):
            found.setdefault(link.carrier, []).append(link.id)
    return {carrier: tuple(lines) for carrier, lines in found.items() if len(lines) > 1}
