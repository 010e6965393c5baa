"""Which families can a rule be about, and what in the inventory has series of them?"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from netmon.model import Inventory, Link, Metric, Task
from netmon.reading.families import (
    AGENT_SILENT,
    BACKUP_METRICS,
    DERIVED_METRICS,
    FRAME_METRICS,
    HEALTH,
    LINK_USE,
    RESTARTS,
    health_metrics,
)
from netmon.settings.rules_values import Choice

_OCTETS = "netmon_if_receive_bytes_total"
_UPTIME = "netmon_device_uptime_seconds"
_TOLD = re.compile(r"netmon_(site|link|device|service)_(state|maintenance|flapping|off)|netmon_incident_\w+")
"""The families of the verdict."""


@dataclass(frozen=True, slots=True)
class Watched:
    """The families by name, and the ids that have series of each."""

    inventory: Inventory
    metrics: Mapping[str, Metric]
    having: Mapping[str, frozenset[str]]

    def told_already(self, name: str) -> bool:
        """Whether it is a family of what is told as states and incidents anyway."""
        return _TOLD.fullmatch(name) is not None

    def chosen(self, ids: Collection[str], choice: Choice) -> frozenset[str]:
        """Those of the ids that a choice leaves."""
        inventory, kept = self.inventory, set[str]()
        for key in ids:
            link = inventory.links.get(key)
            thing = link or inventory.devices.get(key) or inventory.services.get(key)
            site = None if thing is None else inventory.sites[thing.site]
            fits = (not choice.kinds or (link is not None and link.kind in choice.kinds)) and (
                site is None
                or (
                    (not choice.levels or site.level in choice.levels)
                    and (not choice.sites or site.id in choice.sites)
                    and (not choice.areas or site.area in choice.areas)
                )
            )
            if fits:
                kept.add(key)
        return frozenset(kept)


def watched(inventory: Inventory, collectors: Mapping[str, Metric]) -> Watched:
    """`collectors`: all families that collectors declare."""
    metrics = {**collectors, **FRAME_METRICS, **BACKUP_METRICS, **DERIVED_METRICS, **health_metrics()}
    asked = _asked(inventory)
    having: dict[str, set[str]] = {}
    for plugin, ids in asked:
        for name in plugin.METRICS:
            having.setdefault(name, set()).update(ids)
    polled = {key for _, ids in asked for key in ids}
    kept = {key for key, device in inventory.devices.items() if device.cli is not None and device.cli.backup}
    for families, ids in ((FRAME_METRICS, polled), (BACKUP_METRICS, kept), (HEALTH, {inventory.vantage})):
        having |= dict.fromkeys(families, ids)
    having[RESTARTS] = having[AGENT_SILENT] = having.get(_UPTIME, set())
    having[LINK_USE] = {link.id for link in inventory.links.values() if _metered(link, having.get(_OCTETS, set()))}
    return Watched(inventory, metrics, {name: frozenset(ids) for name, ids in having.items()})


def _asked(inventory: Inventory) -> list[tuple[Any, set[str]]]:
    """Which plug-ins ask, and whom."""
    found: dict[str, tuple[Any, set[str]]] = {}
    things: Iterable[tuple[str, Mapping[str, Task]]] = (
        (thing.id, thing.collect)
        for table in (inventory.devices, inventory.links, inventory.services)
        for thing in table.values()
        if thing.address is not None or thing.id in inventory.services
    )
    for key, collect in things:
        for name, task in collect.items():
            found.setdefault(name, (task.plugin, set()))[1].add(key)
    return [*found.values()]


def _metered(link: Link, devices: Collection[str]) -> bool:
    return bool(link.bandwidth) and any(port and device in devices for device, port in link.ends)
