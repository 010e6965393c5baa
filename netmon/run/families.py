"""What do the inventory and the verdict look like as metrics?

Series carry site, level and their own key; what only describes stands on the `_info` families and is joined
on: `netmon_site_state * on(site) group_left(name) netmon_site_info`. A state is five series of which one is 1
(an OpenMetrics state set), so that a graph can count them without knowing a numbering. What stands beside the
state (planned work, nobody at work, flapping, a silent agent) is a 0/1 series of its own.
"""

from collections.abc import Iterable, Iterator, Mapping

from netmon.decide.shapes import Marks
from netmon.model import Device, Family, Incident, Inventory, Link, MarkKind, Metric, Site, Standing, State
from netmon.run.store import Store, escape, label_text

_STATES = tuple(state.value for state in State)
_Beside = frozenset[tuple[str, MarkKind]]


def inventory_families(inventory: Inventory) -> Iterator[Family]:
    """What the operators wrote: `_info` of sites, links, devices and services, and the bandwidth of each link.

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
    yield Family(
        "netmon_link_bandwidth_bytes_per_second",
        Metric("gauge", "What the contract lets a line carry each way, in bytes per second."),
        [
            (_link_text(inventory, link), link.bandwidth / 8)
            for link in inventory.links.values()
            if link.bandwidth is not None
        ],
    )


def verdict_families(
    inventory: Inventory,
    standings: Mapping[str, Standing],
    incidents: Mapping[int, Incident],
    marks: Marks | None = None,
) -> Iterator[Family]:
    """The state of everything in the inventory, what stands beside it, and the open incidents.

    An id without a standing is unknown; a mark with `until` is over. `incidents` may hold resolved ones too; they
    are left out. Two open incidents of the same kind, root and severity make one series.
    """
    sites = {site.id: label_text(("site", "level"), (site.id, site.level)) for site in inventory.sites.values()}
    beside = frozenset(key for key, mark in (marks or {}).items() if mark.until is None)
    yield _states("site", sites.items(), standings)
    yield from _beside("site", sites.items(), beside)
    help_text = "Whether a site rests, or is switched off outside its working hours (1) or not (0)."
    yield _marked("netmon_site_off", help_text, sites.items(), "off", beside)
    for of, things in (("device", inventory.devices), ("link", inventory.links), ("service", inventory.services)):
        texts = [(key, f'{sites[thing.site]},{of}="{escape(key)}"') for key, thing in things.items()]
        yield _states(of, texts, standings)
        yield from _beside(of, texts, beside)
        if of == "device":
            help_text = "Whether a device's SNMP agent is silent while the device answers otherwise (1) or not (0)."
            yield _marked("netmon_device_agent_silent", help_text, texts, "agent_silent", beside)
    yield from _incidents(inventory, incidents, beside)


def link_use_families(inventory: Inventory, store: Store) -> Iterator[Family]:
    """How much of its contract's bandwidth each line uses, as its own site sees it: what it receives, and transmits.

    Read at the site's own port; where that tells nothing, at the far port, where the directions are swapped.
    A line whose ports say nothing, or whose bandwidth nobody wrote down, has no series.
    """
    series: list[tuple[str, float]] = []
    for link in inventory.links.values():
        if not link.bandwidth:
            continue
        text = _link_text(inventory, link)
        for direction, other in (("receive", "transmit"), ("transmit", "receive")):
            octets = _octets(store, link.source, link.local, direction)
            if octets is None:
                octets = _octets(store, link.target, link.remote, other)
            if octets is not None:
                series.append((f'{text},direction="{direction}"', octets / (link.bandwidth / 8)))
    yield Family(
        "netmon_link_use_ratio",
        Metric("gauge", "Share of a line's bandwidth in use between the last two polls.", ("direction",)),
        series,
    )


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
    yield Family("netmon_device_restarts_total", Metric("counter", "Restarts seen, by sysUpTime.", ("device",)), series)


def _octets(store: Store, device: str, port: str | None, direction: str) -> float | None:
    """Bytes per second through a port in one direction, if the device tells."""
    return None if port is None else store.rate(device, f"netmon_if_{direction}_bytes_total", (port,))


def _info(name: str, text: str, labels: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Family:
    return Family(name, Metric("info", text, labels), [(label_text(labels, row), 1) for row in rows])


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


def _states(of: str, texts: Iterable[tuple[str, str]], standings: Mapping[str, Standing]) -> Family:
    series: list[tuple[str, float]] = []
    for key, text in texts:
        standing = standings.get(key)
        now = State.UNKNOWN if standing is None else standing.state
        series += [(f'{text},state="{state}"', 1 if state == now else 0) for state in _STATES]
    help_text = f"Whether a {of} is in this state (1) or not (0)."
    return Family(f"netmon_{of}_state", Metric("gauge", help_text, ("state",)), series)


def _beside(of: str, texts: Iterable[tuple[str, str]], beside: _Beside) -> Iterator[Family]:
    texts = list(texts)
    planned = f"Whether a {of} is under planned work (1) or not (0)."
    yield _marked(f"netmon_{of}_maintenance", planned, texts, "maintenance", beside)
    yield _marked(f"netmon_{of}_flapping", f"Whether a {of} comes and goes (1) or not (0).", texts, "flapping", beside)


def _marked(name: str, text: str, texts: Iterable[tuple[str, str]], kind: MarkKind, beside: _Beside) -> Family:
    return Family(name, Metric("gauge", text), [(labels, int((key, kind) in beside)) for key, labels in texts])


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
    owner = inventory.devices.get(root) or inventory.links.get(root) or inventory.services.get(root)
    own = (root,) if owner is None else (root, owner.site)
    hurt = incident.affected
    return any((key, "maintenance") in beside for key in own) or (
        bool(hurt) and all((site, "maintenance") in beside for site in hurt)
    )
