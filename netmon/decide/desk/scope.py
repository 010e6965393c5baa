"""What does a name in a silence or a storm stand for?

A site stands for itself and what is in it, a device for itself and what it carries; with a `+` behind the name all that
hangs on it alone is meant, too. Lines, places, carriers and areas always stand for that.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from netmon.decide import coverage
from netmon.decide.graph import Graph, build
from netmon.model import Inventory
from netmon.people import WHOLE


@dataclass(slots=True)
class Scopes:
    """What names stand for in one inventory; each is worked out once.

    Whoever has the inventory's `graph` already hands it over: that of a country takes seconds. Else it is drawn when it
    is needed.
    """

    inventory: Inventory
    graph: Graph | None = None
    _found: dict[tuple[str, ...], frozenset[str]] = field(default_factory=dict)

    def of(self, what: tuple[str, ...]) -> frozenset[str]:
        """Ids of all that these names stand for; what the inventory does not have stands for nothing."""
        if what not in self._found:
            self._found[what] = frozenset(key for name in what for key in self._one(name))
        return self._found[what]

    def _one(self, name: str) -> Iterable[str]:
        inventory, key = self.inventory, name.removesuffix(WHOLE)
        if key not in known(inventory):
            return ()
        if key == name and (key in inventory.sites or key in inventory.devices):
            return _alone(inventory, key)
        if key in inventory.services:
            return (key,)
        if self.graph is None:
            self.graph = build(inventory)
        return coverage.covered(self.graph, inventory, (key,))


def known(inventory: Inventory) -> Mapping[str, str]:
    """What each id names: site, device, link, service, node, carrier or area."""
    found = dict.fromkeys((site.area for site in inventory.sites.values() if site.area), "area")
    tables: tuple[tuple[str, Iterable[str]], ...] = (
        ("carrier", inventory.carriers), ("node", inventory.nodes), ("service", inventory.services),
        ("link", inventory.links), ("device", inventory.devices), ("site", inventory.sites),
    )  # fmt: skip
    for of, keys in tables:
        found.update(dict.fromkeys(keys, of))
    return found


def unknown(inventory: Inventory, what: Iterable[str]) -> list[str]:
    """Those of the names that stand for nothing in this inventory."""
    there = known(inventory)
    return [name for name in what if name.removesuffix(WHOLE) not in there]


def _alone(inventory: Inventory, key: str) -> Iterator[str]:
    """A site with its devices, lines and services; a device with its services, and with its site if that leaves from
    it."""
    yield key
    if (site := inventory.sites.get(key)) is not None:
        yield from (*site.devices, *site.uplinks, *site.services)
        return
    yield from (service.id for service in inventory.services.values() if service.on == key)
    home = inventory.sites[inventory.devices[key].site]
    if home.gateway == key:
        yield from (home.id, *home.uplinks)
