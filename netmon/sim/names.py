"""What does an id in a script of faults stand for?"""

from netmon.model import Inventory

VANTAGE = "vantage"  # what scripts call the device where netmon runs, whatever its id


def lines_named(inventory: Inventory, each: str) -> tuple[str, ...]:
    """The links that an id means where lines are cut: itself, or all that a site or a carrier owns.

    Raises LookupError if it names none of them.
    """
    if each in inventory.links:
        return (each,)
    if each in inventory.sites:
        return inventory.sites[each].uplinks
    if each in inventory.carriers:
        return tuple(link.id for link in inventory.links.values() if link.carrier == each)
    raise LookupError(f"no link, site or carrier {each}")


def machines_named(inventory: Inventory, each: str) -> tuple[str, ...]:
    """The devices and nodes that an id means where power fails: itself, or all devices of a site.

    Raises LookupError if it names none of them.
    """
    if each in inventory.nodes:
        return (each,)
    if each == VANTAGE:
        return ()
    if each in inventory.devices or each in inventory.sites:
        return devices_named(inventory, each)
    raise LookupError(f"no device, node or site {each}")


def devices_named(inventory: Inventory, each: str) -> tuple[str, ...]:
    """The devices that an id means: itself, or all of a site. Raises LookupError if it names neither."""
    if each in inventory.devices:
        return (each,)
    if each in inventory.sites:
        return inventory.sites[each].devices
    raise LookupError(f"no device or site {each}")
