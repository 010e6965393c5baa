"""What do the inventory and the verdict look like as metrics?

Series carry site, level and their own key; what only describes stands on the `_info` families and is joined
on: `netmon_site_state * on(site) group_left(name) netmon_site_info`. A state is five series of which one is 1
(an OpenMetrics state set), so that a graph can count them without knowing a numbering. What stands beside the
state (planned work, nobody at work, flapping, a silent agent) is a 0/1 series of its own.
"""

from collections.abc import Iterable, Iterator, Mapping

from netmon.decide.shapes import Marks
from netmon.model import Device, Family, Incident, Inventory, Link, MarkKind, Metric, Site, Standing
from netmon.reading.families import AGENT_SILENT, DERIVED_METRICS, LINK_USE, RESTARTS
from netmon.run.store import Store, label_text
from netmon.run.texts import Things, things

_Beside = frozenset[tuple[str, MarkKind]]
_BESIDE: tuple[tuple[MarkKind, str], ...] = (
    ("maintenance", "Whether a {} is under planned work (1) or not (0)."),
    ("flapping", "Whether a {} comes and goes (1) or not (0)."),
)
"""Marks that anything may bear, and those of one kind of thing."""
_BESIDE_ONE: Mapping[str, tuple[tuple[MarkKind, str], ...]] = {
    "site": (("off", "Whether a site rests, or is switched off outside its working hours (1) or not (0)."),),
    "device": (("agent_silent", DERIVED_METRICS[AGENT_SILENT].help),),
}


def inventory_families(inventory: Inventory) -> Iterator[Family]:
    """What the operators wrote: `_info` of sites, links, devices and services, bandwidth and contract of each link.

    Depends on the inventory alone, and the series are lists: the families may be kept and rendered again.
    """
    yield _info(
        "netmon_site_info",
        "A connected place, as the inventory describes it.",
        ("site", "level", "name", "area", "parent", "latitude", "longitude", "hours"),
        [_site(inventory, site) for site in inventory.sites.values()],
    )
    yield _info(
        "netmon_link_info",
        "A line between two sites, as the inventory describes it.",
        ("link", "site", "level", "circuit", "carrier", "kind", "role", "source", "target", "parent", "address"),
        [_link(inventory, link) for link in inventory.links.values()],
    )
    yield _info(
        "netmon_device_info",
        "A device, as the inventory describes it.",
        ("device", "site", "level", "role", "address", "name"),
        [_device(inventory, device) for device in inventory.devices.values()],
    )
    yield _info(
        "netmon_service_info",
        "A service that citizens or staff use, as the inventory describes it.",
        ("service", "site", "level", "name", "device"),
        [(s.id, s.site, _level(inventory, s.site), s.name, s.on) for s in inventory.services.values()],
    )
    yield from _contract_families(inventory)


def verdict_families(
    inventory: Inventory,
    standings: Mapping[str, Standing],
    incidents: Mapping[int, Incident],
    marks: Marks | None = None,
    known: Mapping[str, Things] | None = None,
) -> Iterator[Family]:
    """The state of everything in the inventory, what stands beside it, and the open incidents.

    An id without a standing is unknown; a mark with `until` is over. `incidents` may hold resolved ones too; they
    are left out. Two open incidents of the same kind, root and severity make one series. `known`: the things of
    this inventory, if they have been made already.
    """
    beside = frozenset(key for key, mark in (marks or {}).items() if mark.until is None)
    for of, all_of in (known or things(inventory)).items():
        help_text = f"Whether a {of} is in this state (1) or not (0)."
        yield Family(f"netmon_{of}_state", Metric("gauge", help_text, ("state",)), all_of.states(standings))
        for kind, text in _BESIDE:
            yield _marked(of, kind, text.format(of), all_of, beside)
        for kind, text in _BESIDE_ONE.get(of, ()):
            yield _marked(of, kind, text, all_of, beside)
    yield from _incidents(inventory, incidents, beside)


def _marked(of: str, kind: MarkKind, text: str, all_of: Things, beside: _Beside) -> Family:
    marked = all_of.marked(key for key, mark in beside if mark == kind)
    return Family(f"netmon_{of}_{kind}", Metric("gauge", text), marked)


def link_use_families(inventory: Inventory, store: Store) -> Iterator[Family]:
    """How much of its contract's bandwidth each line uses, as its own site sees it: what it receives, and transmits.

    Read at the site's own port; where that tells nothing, at the far port, where the directions are swapped.
    A line whose ports say nothing, or whose bandwidth nobody wrote down, has no series.
    """
    series = [
        (f'{_link_text(inventory, link)},direction="{direction}"', ratio)
        for link in inventory.links.values()
        for direction, ratio in link_use(link, store)
    ]
    yield Family(LINK_USE, DERIVED_METRICS[LINK_USE], series)


def link_use(link: Link, store: Store) -> Iterator[tuple[str, float]]:
    """(direction, share of the bandwidth) of one line, as `link_use_families` has it."""
    if not link.bandwidth:
        return
    for direction, other in (("receive", "transmit"), ("transmit", "receive")):
        octets = _octets(store, link.source, link.local, direction)
        if octets is None:
            octets = _octets(store, link.target, link.remote, other)
        if octets is not None:
            yield direction, octets / (link.bandwidth / 8)


def restart_families(inventory: Inventory, restarts: Mapping[str, int]) -> Iterator[Family]:
    """How often each device has started anew while netmon watched."""
    series = [
        (
            label_text(("site", "level", "device"), (device.site, _level(inventory, device.site), device.id)),
            restarts[name],
        )
        for name, device in inventory.devices.items()
        if name in restarts
    ]
    yield Family(RESTARTS, DERIVED_METRICS[RESTARTS], series)


def _octets(store: Store, device: str, port: str | None, direction: str) -> float | None:
    """Bytes per second through a port in one direction, if the device tells."""
    return None if port is None else store.rate(device, f"netmon_if_{direction}_bytes_total", (port,))


def _info(name: str, text: str, labels: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Family:
    return Family(name, Metric("info", text, labels), [(label_text(labels, row), 1) for row in rows])


def _contract_families(inventory: Inventory) -> Iterator[Family]:
    """What was ordered for each line, where that is known."""
    yield Family(
        "netmon_link_bandwidth_bytes_per_second",
        Metric("gauge", "What the contract lets a line carry each way, in bytes per second."),
        [
            (_link_text(inventory, link), link.bandwidth / 8)
            for link in inventory.links.values()
            if link.bandwidth is not None
        ],
    )
    yield Family(
        "netmon_link_promised_availability_ratio",
        Metric("gauge", "The share of time for which the contract says that a line is up."),
        [
            (_link_text(inventory, link), link.contract.availability)
            for link in inventory.links.values()
            if link.contract.availability is not None
        ],
    )


def _level(inventory: Inventory, site: str) -> str:
    return inventory.sites[site].level


def _device(inventory: Inventory, device: Device) -> tuple[str, ...]:
    return device.id, device.site, _level(inventory, device.site), device.role, device.address or "", device.name


def _link_text(inventory: Inventory, link: Link) -> str:
    return label_text(("site", "level", "link"), (link.site, _level(inventory, link.site), link.id))


def _site(inventory: Inventory, site: Site) -> tuple[str, ...]:
    latitude, longitude = ("", "") if site.at is None else (str(site.at[0]), str(site.at[1]))
    hours = "" if site.hours == "always" else site.hours
    return (site.id, site.level, site.name, site.area, _parent(inventory, site), latitude, longitude, hours)


def _parent(inventory: Inventory, site: Site) -> str:
    """The administrative parent in force: the one without an end, else that of the first uplink."""
    for parent in reversed(site.parents):
        if parent.valid.until is None:
            return parent.site
    if site.uplinks:
        return _far_site(inventory, inventory.links[site.uplinks[0]])
    return ""


def _far_site(inventory: Inventory, link: Link) -> str:
    far = inventory.devices.get(link.target)
    return "" if far is None else far.site


def _link(inventory: Inventory, link: Link) -> tuple[str, ...]:
    level, parent = _level(inventory, link.site), _far_site(inventory, link)
    what = (link.circuit, link.carrier or "", link.kind, link.role)
    return (link.id, link.site, level, *what, link.source, link.target, parent, link.address or "")


def _incidents(inventory: Inventory, incidents: Mapping[int, Incident], beside: _Beside) -> Iterator[Family]:
    labels = ("kind", "root", "severity")
    affected: dict[str, set[str]] = {}
    flapping: dict[str, bool] = {}
    planned: dict[str, bool] = {}
    for incident in sorted(incidents.values(), key=lambda incident: incident.id):
        if incident.state == "open":
            text = label_text(labels, (incident.kind, incident.root, incident.severity))
            affected.setdefault(text, set()).update(incident.affected)
            flapping[text] = flapping.get(text, False) or incident.flapping
            planned[text] = planned.get(text, True) and _planned(inventory, incident, beside)
    yield Family(
        "netmon_incident_open", Metric("gauge", "An incident that is open now.", labels), [(t, 1) for t in affected]
    )
    yield Family(
        "netmon_incident_affected_sites",
        Metric("gauge", "Sites that an open incident has cut off or degraded.", labels),
        [(text, len(sites)) for text, sites in affected.items()],
    )
    yield Family(
        "netmon_incident_flapping",
        Metric("gauge", "Whether an open incident comes and goes (1) or not (0).", labels),
        [(text, int(flag)) for text, flag in flapping.items()],
    )
    yield Family(
        "netmon_incident_maintenance",
        Metric("gauge", "Whether an open incident is nothing but planned work (1) or not (0).", labels),
        [(text, int(flag)) for text, flag in planned.items()],
    )


def _planned(inventory: Inventory, incident: Incident, beside: _Beside) -> bool:
    """Is work planned on the root, on the site it is at, or on every site that it hurts?"""
    root = incident.root
    hurt = incident.affected
    return any((key, "maintenance") in beside for key in (root, inventory.site_of(root) or root)) or (
        bool(hurt) and all((site, "maintenance") in beside for site in hurt)
    )
