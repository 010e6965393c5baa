"""Where in the inventory does it say so?

What is found later (by asking the devices, by comparing two inventories) is shown to the operator at the line that it
is about.
"""

from dataclasses import dataclass
from pathlib import Path

from netmon.model import Inventory
from netmon.settings.checks import device_path, link_path
from netmon.settings.report import Report
from netmon.settings.sheet import FOLDER, gather
from netmon.settings.tree import Map, Spot, key_spot, reach, value_spot
from netmon.settings.tree import Path as Place


@dataclass(frozen=True, slots=True)
class Spots:
    """The places of an inventory's entries."""

    inventory: Inventory
    tree: Map

    def path(self, key: str) -> Place:
        """Where a site, device, line or service stands in the tree; () for any other id."""
        inventory = self.inventory
        if key in inventory.devices:
            return device_path(inventory, key)
        if key in inventory.links:
            return link_path(inventory, inventory.links[key])
        if key in inventory.services:
            return ("sites", inventory.services[key].site, "services", key)
        return ("sites", key) if key in inventory.sites else ()

    def of(self, key: str, field: str = "") -> Spot:
        """Where an id is given, or what it says of `field` if it does; the folder as a whole for any other id."""
        path = self.path(key)
        if not path:
            return Spot(FOLDER)
        _, found = reach(self.tree, (*path, field))
        return value_spot(self.tree, found) if field and len(found) > len(path) else key_spot(self.tree, path)


def spots(project: Path, inventory: Inventory) -> Spots:
    """The places of the entries of an inventory that was loaded from this folder, as the files stand now."""
    return Spots(inventory, gather(project, Report()).tree)
