"""Which devices, lines and services does a site have, and where do they hang?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from netmon.model import Cli, Contract, Device, Link, Service
from netmon.settings.collect import Collects, is_service, layers
from netmon.settings.language import DeviceEntry, SiteEntry, UplinkEntry
from netmon.settings.lookup import Lookup, gateway
from netmon.settings.sheet import section
from netmon.settings.tree import Path, key_spot, value_spot
from netmon.wire.platforms import platforms

SEVERAL = ", "
"""Between the ids of a device's credentials, if it has several."""


@dataclass(frozen=True, slots=True)
class Equipment:
    """One site's part of the inventory."""

    devices: Mapping[str, Device]
    links: Mapping[str, Link]
    services: Mapping[str, Service]


def equipment(look: Lookup, collects: Collects, name: str, site: SiteEntry) -> Equipment:
    """What the site has; mistakes are reported."""
    devices = {key: _device(look, collects, name, site, key) for key in site.devices}
    services = {key: _service(look, collects, name, site, key) for key in site.services}
    return Equipment(
        {key: _without_services(collects, device) for key, device in devices.items()},
        dict(_link(look, collects, name, site, n) for n in range(len(site.uplinks))),
        services | {service.id: service for device in devices.values() for service in _services_of(device)},
    )


def _services_of(device: Device) -> Iterator[Service]:
    """What is asked of a device about its use is a service on it, with the id DEVICE/COLLECTOR: a camera that answers
    pings and shows no picture is alive, and its picture is not. People call it `camera Một cửa`, `dns yb-dns`."""
    for name, task in device.collect.items():
        if is_service(task):
            what, whose = ("camera" if name == "rtsp" else name), device.name or device.id
            label = whose if whose.casefold().startswith(f"{what} ") else f"{what} {whose}"
            yield Service(id=f"{device.id}/{name}", site=device.site, name=label, on=device.id, collect={name: task})


def _without_services(collects: Collects, device: Device) -> Device:
    """The device with what else is asked of it; with nothing else, it is pinged."""
    kept = {name: task for name, task in device.collect.items() if not is_service(task)}
    return device if len(kept) == len(device.collect) else replace(device, collect=kept or collects.tasks([]))


def _device(look: Lookup, collects: Collects, name: str, site: SiteEntry, key: str) -> Device:
    entry = site.devices[key]
    path = ("sites", name, "devices", key)
    look.credentials(path, entry)
    tasks = collects.tasks(layers(look.tree, site.class_, name, key))
    if entry.address is None and entry.collect:
        look.report.error(key_spot(look.tree, (*path, "collect")), f"device {key!r} has no address to ask")
    credentials = (entry.credential, *(layer.credential for layer in look.layers(site)))
    return Device(
        id=key,
        site=name,
        role=entry.role,
        address=entry.address,
        name=entry.name,
        behind=_behind(look, name, site, key, entry),
        credential=SEVERAL.join(next((each for each in credentials if each is not None), ("default",))),
        collect=tasks if entry.address is not None else {},
        cli=_cli(look, path, entry),
    )


def _cli(look: Lookup, path: Path, entry: DeviceEntry) -> Cli | None:
    """The device's command line, if it has one that is ours to read."""
    if entry.cli is None:
        return None
    name = entry.cli.platform
    if name not in platforms():
        look.report.unknown(value_spot(look.tree, (*path, "cli", "platform")), "platform", name, sorted(platforms()))
        return None
    if entry.address is None:
        look.report.error(key_spot(look.tree, (*path, "cli")), f"device {path[-1]!r} has no address to log in to")
    return Cli(platform=name, backup=entry.cli.backup)


def _behind(look: Lookup, name: str, site: SiteEntry, key: str, entry: DeviceEntry) -> tuple[str, ...]:
    if entry.behind is None:
        first = gateway(site)
        return (first,) if first is not None and first in site.devices and key not in _before(site, first) else ()
    for n, other in enumerate(entry.behind):
        path = ("sites", name, "devices", key, "behind", n)
        at = value_spot(look.tree, path)
        if not look.known(path, "device", other):
            continue
        if other == key:
            look.report.error(at, f"device {key!r} cannot be behind itself")
        elif other not in site.devices and look.names.ids[other].site != name:
            text = f"device {other!r} belongs to site {look.names.ids[other].site!r}"
            look.report.error(at, text, "`behind` ties devices of one site; another site is reached by an uplink")
    return entry.behind


def _before(site: SiteEntry, key: str) -> set[str]:
    """The device itself and all that it says it is behind: they cannot hang behind it by default."""
    seen, todo = {key}, [key]
    while todo:
        entry = site.devices.get(todo.pop())
        for other in (entry.behind or ()) if entry else ():
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return seen


def _link(look: Lookup, collects: Collects, name: str, site: SiteEntry, n: int) -> tuple[str, Link]:
    entry = site.uplinks[n]
    key = entry.id or f"{name}/{n + 1}"
    _check_ends(look, name, site, n)
    tasks = collects.tasks(layers(look.tree, site.class_, name)) if entry.address else {}
    promised = entry.contract
    contract = Contract()
    if promised is not None:
        contract = Contract(
            availability=promised.availability, rtt=promised.rtt, loss=promised.loss, jitter=promised.jitter
        )
    return key, Link(
        id=key,
        site=name,
        source=entry.source or gateway(site) or "",
        target=entry.to,
        via=entry.via,
        kind=entry.kind,
        carrier=entry.carrier,
        circuit=entry.circuit,
        bandwidth=entry.bandwidth,
        role=entry.role,
        address=entry.address,
        local=entry.local,
        remote=entry.remote,
        contract=contract,
        collect=collects.link(tasks),
    )


def _check_ends(look: Lookup, name: str, site: SiteEntry, n: int) -> None:
    entry: UplinkEntry = site.uplinks[n]
    path = ("sites", name, "uplinks", n)
    own = section(look.tree, "sites", name, "devices").items
    if entry.source is not None and look.known((*path, "from"), "device", entry.source) and entry.source not in own:
        at = value_spot(look.tree, (*path, "from"))
        look.report.error(at, f"device {entry.source!r} belongs to site {look.names.ids[entry.source].site!r}")
    if entry.source is None and gateway(site) is None and not look.damaged(("sites", name)):
        at = value_spot(look.tree, path)
        look.report.error(at, f"site {name!r} has no router that this line could leave from", "name a device: `from:`")
    if look.known((*path, "to"), "device", entry.to) and look.names.ids[entry.to].site == name:
        at = value_spot(look.tree, (*path, "to"))
        look.report.error(at, f"device {entry.to!r} belongs to the same site", "ties inside a site are `behind:`")
    look.carrier((*path, "carrier"), entry.carrier)
    for step, node in enumerate(entry.via):
        look.known((*path, "via", step), "node", node)


def _service(look: Lookup, collects: Collects, name: str, site: SiteEntry, key: str) -> Service:
    entry = site.services[key]
    path = ("sites", name, "services", key)
    if entry.on is not None:
        look.known((*path, "on"), "device", entry.on)
    told = look.damaged(("sites", name)) or any(uplink.source is None for uplink in site.uplinks)
    if entry.on is None and gateway(site) is None and not told:
        at = key_spot(look.tree, path)
        look.report.error(at, f"site {name!r} has no router that this service could hang on", "name a device: `on:`")
    if not entry.collect:
        look.report.error(key_spot(look.tree, (*path, "collect")), f"service {key!r} is asked nothing")
    return Service(
        id=key,
        site=name,
        name=entry.name,
        on=entry.on or gateway(site) or "",
        address=entry.address,
        collect=collects.tasks([section(look.tree, *path).items.get("collect")]) if entry.collect else {},
    )
