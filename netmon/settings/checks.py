"""Does the network, as described, hang together?"""

from collections.abc import Mapping
from datetime import date

from netmon.model import Inventory, Link, Site
from netmon.settings.collect import speaks_snmp
from netmon.settings.lookup import Lookup
from netmon.settings.paths import cycle, distances
from netmon.settings.report import Report
from netmon.settings.tree import Leaf, Map, Path, Spot, key_spot, reach, value_spot

PORTS = "interfaces"
"""The collector that sees ports."""
SLOWEST = 9600
"""Bit/s; whoever writes less has forgotten the unit."""


def check(look: Lookup, inventory: Inventory) -> None:
    """Report what is wrong between entries that are right by themselves.

    Paths and lines are looked at only if every reference holds: otherwise they would repeat the same mistake.
    """
    tree, report = look.tree, look.report
    _addresses(inventory, tree, report)
    _behind(inventory, tree, report)
    _parents(inventory, tree, report)
    _roles(inventory, look)
    _logins(inventory, tree, report)
    _bandwidths(inventory, tree, report)
    _vantage(inventory, tree, report)
    if not report.failed:
        found = distances(inventory)
        _orphans(inventory, tree, found, report)
        _lines(inventory, tree, found, report)


def device_path(inventory: Inventory, key: str) -> Path:
    """Where a device stands in the tree."""
    return ("sites", inventory.devices[key].site, "devices", key)


def link_path(inventory: Inventory, link: Link) -> Path:
    """Where a line stands in the tree."""
    return ("sites", link.site, "uplinks", inventory.sites[link.site].uplinks.index(link.id))


def _addresses(inventory: Inventory, tree: Map, report: Report) -> None:
    """One address, one device; a line may share that of the devices at its ends, and no other's."""
    devices: dict[str, str] = {}
    for key, device in inventory.devices.items():
        if device.address is not None and devices.setdefault(device.address, key) != key:
            at = value_spot(tree, (*device_path(inventory, key), "address"))
            _twice(at, device.address, devices[device.address], report)
    lines: dict[str, str] = {}
    for link in inventory.links.values():
        if link.address is None:
            continue
        at = value_spot(tree, (*link_path(inventory, link), "address"))
        if lines.setdefault(link.address, link.id) != link.id:
            _twice(at, link.address, lines[link.address], report)
        owner = inventory.devices.get(devices.get(link.address, ""))
        target = inventory.devices.get(link.target)
        if owner is not None and target is not None and owner.site not in (link.site, target.site):
            _twice(at, link.address, owner.id, report)


def _twice(at: Spot, address: str, first: str, report: Report) -> None:
    report.error(at, f"duplicate address {address}: already that of {first!r}")


def _behind(inventory: Inventory, tree: Map, report: Report) -> None:
    """`behind` inside a site must lead somewhere."""
    for site in inventory.sites.values():
        loop = cycle({key: list(inventory.devices[key].behind) for key in site.devices})
        if len(loop) > 2:
            path = ("sites", site.id, "devices", loop[0], "behind")
            report.error(value_spot(tree, path), f"`behind` goes round in a circle: {' -> '.join(loop)}")


def _parents(inventory: Inventory, tree: Map, report: Report) -> None:
    for site in inventory.sites.values():
        for n, one in enumerate(site.parents):
            for m, other in enumerate(site.parents[:n]):
                if _overlap(one.valid.since, one.valid.until, other.valid.since, other.valid.until):
                    at = value_spot(tree, ("sites", site.id, "parent", n))
                    text = f"contradictory dates: {site.parents[m].site!r} is the parent at the same time"
                    report.error(at, text)
    sites = inventory.sites.values()
    loop = cycle({site.id: [each.site for each in site.parents if each.valid.until is None] for site in sites})
    if len(loop) > 2:
        stated = next((key for key in loop if "parent" in _keys(tree, ("sites", key))), loop[0])
        at = value_spot(tree, ("sites", stated, "parent"))
        report.error(at, f"`parent` goes round in a circle: {' -> '.join(loop)}")


def _overlap(since: date | None, until: date | None, since2: date | None, until2: date | None) -> bool:
    first, last = date.min, date.max
    return (since or first) < (until2 or last) and (since2 or first) < (until or last)


def _keys(tree: Map, path: Path) -> tuple[str, ...]:
    way, found = reach(tree, path)
    return tuple(way[-1].items) if isinstance(way[-1], Map) and len(found) == len(path) else ()


def _roles(inventory: Inventory, look: Lookup) -> None:
    for site in inventory.sites.values():
        links = [inventory.links[key] for key in site.uplinks if key in inventory.links]
        if links and all(link.role == "backup" for link in links) and not look.damaged(("sites", site.id)):
            at = value_spot(look.tree, (*link_path(inventory, links[0]), "role"))
            look.report.error(at, f"site {site.id!r} has no `role: primary` uplink: backup for what?")


def _logins(inventory: Inventory, tree: Map, report: Report) -> None:
    """What a device is asked by must be in its credential."""
    for device in inventory.devices.values():
        path = device_path(inventory, device.id)
        credential = inventory.credentials.get(device.credential)
        shell = sorted(name for name, task in device.collect.items() if hasattr(task.plugin, "SSH"))
        if device.cli is None and shell:
            at = key_spot(tree, (*path, "collect", shell[0]))
            report.error(at, f"device {device.id!r} has no command line to log in to", "give its `cli: {platform: …}`")
        elif device.cli is not None and (credential is None or credential.ssh is None):
            text = f"device {device.id!r} has a command line, and its credential {device.credential!r} no `ssh`"
            report.error(key_spot(tree, (*path, "cli")), text)
        agent = sorted(name for name, task in device.collect.items() if speaks_snmp(task))
        if agent and credential is not None and not credential.version:
            at = key_spot(tree, (*path, "collect", agent[0]))
            text = f"device {device.id!r} is asked by SNMP ({', '.join(agent)}), and its credential "
            report.error(at, f"{text}{device.credential!r} has no `snmp`", f"`{agent[0]}: false` takes one away")


def _bandwidths(inventory: Inventory, tree: Map, report: Report) -> None:
    """`bandwidth: 50` is 50 bit/s, and the line would always be too full."""
    for link in inventory.links.values():
        if link.bandwidth is not None and link.bandwidth < SLOWEST:
            leaf = reach(tree, (*link_path(inventory, link), "bandwidth"))[0][-1]
            meant = f"did you mean {str(leaf.value).rstrip('kK ')}M?" if isinstance(leaf, Leaf) else ""
            report.warn(leaf.at, f"line {link.id!r} would be of {link.bandwidth} bit/s", meant)


def _vantage(inventory: Inventory, tree: Map, report: Report) -> None:
    """What is asked of the machine that netmon runs on (`VANTAGE`) is true of no other."""
    for device in inventory.devices.values():
        if device.id == inventory.vantage:
            continue
        for name in sorted(name for name, task in device.collect.items() if hasattr(task.plugin, "VANTAGE")):
            at = key_spot(tree, (*device_path(inventory, device.id), "collect", name))
            report.error(at, f"{name} can only be asked of the vantage, {inventory.vantage!r}, where netmon runs")


def _orphans(inventory: Inventory, tree: Map, found: Mapping[str, int], report: Report) -> None:
    hint = "a path never leads outward again from a more inner level, but through a site with `transit: true`"
    for site in inventory.sites.values():
        lost = [key for key in site.devices if key not in found]
        if lost and len(lost) == len(site.devices):
            at = key_spot(tree, ("sites", site.id))
            advice = hint if site.uplinks else "give it an uplink"
            report.error(at, f"site {site.id!r}: no path from the vantage", advice)
            continue
        for key in lost:
            at = key_spot(tree, device_path(inventory, key))
            report.error(at, f"device {key!r}: no path from the vantage", "name its neighbour: `behind:`")


def _lines(inventory: Inventory, tree: Map, found: Mapping[str, int], report: Report) -> None:
    for site in inventory.sites.values():
        for key in site.uplinks:
            link = inventory.links[key]
            path = link_path(inventory, link)
            if len(site.uplinks) > 1 and not seen(inventory, link):
                text = f"nothing can see line {key!r}, and its site has another: its loss would go unnoticed"
                report.warn(value_spot(tree, path), text, "give its `address`, or a port of a device with `interfaces`")
            near = _near(inventory, link, found)
            if link.address is not None and link.address in {inventory.devices[each].address for each in near.devices}:
                at = value_spot(tree, (*path, "address"))
                text = f"{link.address} is at site {near.id!r}, the near end of line {key!r}"
                report.warn(at, text, "give the far end")


def seen(inventory: Inventory, link: Link) -> bool:
    """Whether anything tells that this line is up: its address, or a port of a device asked for its ports."""
    return bool(link.collect) or any(port and PORTS in inventory.devices[end].collect for end, port in link.ends)


def _near(inventory: Inventory, link: Link, found: Mapping[str, int]) -> Site:
    end = min((link.target, link.source), key=lambda each: found.get(each, len(found)))
    return inventory.sites[inventory.devices[end].site]
