"""What changed between two inventories?

A reload touches only what changed: everything else keeps its session, statistics and phase.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from netmon.model import Device, Inventory, Link, Service, Site

What = Literal["device", "link", "site", "service"]
Entry = Device | Link | Site | Service


class Key(NamedTuple):
    """An id and what it names."""

    what: What
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Ids that came, went or stayed and differ.

    `address`: those of `changed` that are asked elsewhere now, so that what was known of them does not hold;
    `uplink`: sites whose lines lead elsewhere now, or that got or lost one.
    """

    added: frozenset[Key]
    removed: frozenset[Key]
    changed: frozenset[Key]
    address: frozenset[Key]
    uplink: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def changes(old: Inventory, new: Inventory) -> Changes:
    """From `old` to `new`. An id that names something else now was removed and added."""
    before, after = dict(_entries(old)), dict(_entries(new))
    both = before.keys() & after.keys()
    moved = frozenset(key for key in both if _asked(before[key], old) != _asked(after[key], new))
    return Changes(
        added=frozenset(after.keys() - before.keys()),
        removed=frozenset(before.keys() - after.keys()),
        changed=moved | {key for key in both if before[key] != after[key]},
        address=moved,
        uplink=frozenset(key for key in old.sites.keys() & new.sites.keys() if _ways(key, old) != _ways(key, new)),
    )


def _entries(inventory: Inventory) -> Iterator[tuple[Key, Entry]]:
    sections: Mapping[What, Mapping[str, Entry]] = {
        "device": inventory.devices,
        "link": inventory.links,
        "site": inventory.sites,
        "service": inventory.services,
    }
    for what, section in sections.items():
        for key, entry in section.items():
            yield Key(what, key), entry


def _asked(entry: Entry, inventory: Inventory) -> tuple[object, ...]:
    """Where questions to it go."""
    if isinstance(entry, Site):
        return ()
    if isinstance(entry, Service):
        on = inventory.devices.get(entry.on)
        return (entry.on, entry.address or (on.address if on else None))
    return (entry.address,)


def _ways(site: str, inventory: Inventory) -> frozenset[tuple[object, ...]]:
    links = [inventory.links[key] for key in inventory.sites[site].uplinks]
    return frozenset((link.id, link.source, link.target, link.via) for link in links)
