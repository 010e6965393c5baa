"""Which interfaces does a simulated device have, and which line is plugged into each?

A link names its ports with `local` and `remote`; where the inventory leaves one out, the simulation
invents the first free `Gi0/0/N`, in the order of the file, so that the same inventory always gives the
same names.
"""

from collections.abc import Mapping
from itertools import count
from typing import NamedTuple

from netmon.model import Inventory, Link

USUAL_BANDWIDTH = 100_000_000  # bit/s, of a line whose bandwidth the inventory does not tell


class Port(NamedTuple):
    """An interface of a device: its name, the lines in it, their bandwidth (bit/s), `backup` if all are."""

    name: str
    links: tuple[str, ...]
    bandwidth: int
    backup: bool


def port_names(inventory: Inventory) -> Mapping[str, tuple[str, str]]:
    """For each link id, the interface names at its source and its target."""
    taken: dict[str, set[str]] = {device: set() for device in inventory.devices}
    for link in inventory.links.values():
        for device, port in link.ends:
            if port:
                taken.setdefault(device, set()).add(port)

    def name(device: str, given: str | None) -> str:
        if given is not None:
            return given
        used = taken.setdefault(device, set())
        free = next(port for n in count() if (port := f"Gi0/0/{n}") not in used)
        used.add(free)
        return free

    return {
        link.id: (name(link.source, link.local), name(link.target, link.remote)) for link in inventory.links.values()
    }


def ports_of(inventory: Inventory) -> Mapping[str, tuple[Port, ...]]:
    """The interfaces of every device that carry a line; a device without lines has none here."""
    plugged: dict[str, dict[str, list[Link]]] = {device: {} for device in inventory.devices}
    names = port_names(inventory)
    for link in inventory.links.values():
        local, remote = names[link.id]
        plugged.setdefault(link.source, {}).setdefault(local, []).append(link)
        plugged.setdefault(link.target, {}).setdefault(remote, []).append(link)
    return {
        device: tuple(
            Port(
                name,
                tuple(link.id for link in links),
                sum(link.bandwidth or USUAL_BANDWIDTH for link in links),
                all(link.role == "backup" for link in links),
            )
            for name, links in ports.items()
        )
        for device, ports in plugged.items()
    }
