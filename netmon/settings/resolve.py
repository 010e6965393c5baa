"""What do the declarations mean, all filled in?

`defaults < class < site < device`: what is not said is taken from the next layer, what is named is looked
up, and what stands for nothing is reported at its line.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path as File

from netmon.model import (
    Calendar,
    Carrier,
    Contact,
    Credential,
    Device,
    Inventory,
    Link,
    Node,
    Parent,
    Power,
    Service,
    Site,
    Ssh,
    Valid,
)
from netmon.settings.collect import Collects, layers
from netmon.settings.conferences import events, windows
from netmon.settings.equipment import SEVERAL, Equipment, equipment
from netmon.settings.language import CredentialEntry, SiteEntry, SshEntry
from netmon.settings.lookup import Lookup, gateway
from netmon.settings.report import did_you_mean
from netmon.settings.tree import Path, key_spot, value_spot

SHORTEST = 8
"""Octets of a password of SNMPv3 (RFC 3414, section 11.2)."""


def resolve(look: Lookup, collects: Collects, calendars: Mapping[str, Calendar]) -> Inventory:
    """The whole inventory, as far as it makes sense; what does not is in the report."""
    entry = look.entry
    sites: dict[str, Site] = {}
    devices: dict[str, Device] = {}
    links: dict[str, Link] = {}
    services: dict[str, Service] = {}
    for name, site in entry.sites.items():
        own = equipment(look, collects, name, site)
        sites[name] = _site(look, name, site, own)
        devices.update(own.devices)
        links.update(own.links)
        services.update(own.services)
    _check_top(look, collects)
    inventory = Inventory(
        province=entry.province,
        levels=tuple(entry.levels),
        vantage=entry.vantage,
        anchors=tuple(entry.anchors or ()),
        timezone=entry.timezone,
        sites=sites,
        devices=devices,
        links=links,
        nodes={
            key: Node(id=key, name=node.name, carrier=node.carrier, area=node.area or "")
            for key, node in entry.nodes.items()
        },
        services=services,
        carriers=_carriers(look, links),
        credentials=_credentials(look, collects.maker.secrets.project, devices),
        calendars=calendars,
        windows=windows(look),
        events=events(look, services),
        areas={key: each.name for key, each in entry.areas.items()},
    )
    _check_areas(look, inventory)
    return replace(inventory, anchors=_neighbours(inventory)) if entry.anchors is None else inventory


def _check_top(look: Lookup, collects: Collects) -> None:
    """References that stand outside sites, and classes that no site may use yet."""
    entry = look.entry
    look.known(("vantage",), "device", entry.vantage)
    for n, anchor in enumerate(entry.anchors or ()):
        look.known(("anchors", n), "device", anchor)
    for n, level in enumerate(entry.levels):
        if level in entry.levels[:n]:
            look.report.error(value_spot(look.tree, ("levels", n)), f"level {level!r} is given twice")
    look.common(("defaults",), entry.defaults)
    collects.tasks(layers(look.tree, None), partial=True)
    for name, each in entry.classes.items():
        look.common(("classes", name), each)
        collects.tasks(layers(look.tree, name), partial=True)
    for name, node in entry.nodes.items():
        look.carrier(("nodes", name, "carrier"), node.carrier)


def _check_areas(look: Lookup, inventory: Inventory) -> None:
    """A name for an area in which nothing is: mistyped, or left behind."""
    used = {site.area for site in inventory.sites.values()} | {node.area for node in inventory.nodes.values()}
    for key in inventory.areas:
        if key in used:
            continue
        hint = did_you_mean(key, sorted(used - inventory.areas.keys()))
        look.report.warn(key_spot(look.tree, ("areas", key)), f"no site is in the area {key!r}", hint)


def _carriers(look: Lookup, links: Mapping[str, Link]) -> dict[str, Carrier]:
    found = {
        key: Carrier(id=key, name=each.name, phone=each.phone, email=each.email)
        for key, each in look.entry.carriers.items()
    }
    named = [link.carrier for link in links.values()] + [node.carrier for node in look.entry.nodes.values()]
    return found | {key: Carrier(id=key, name=key) for key in named if key is not None and key not in found}


def _credentials(look: Lookup, project: File, devices: Mapping[str, Device]) -> dict[str, Credential]:
    """Each by its id; those that devices have together by all of them, each falling back on the next.

    Of several, only SNMP tries one after the other: every wrong password would be a failed login in a device's log.
    """
    found = {key: _credential(look, project, key, each) for key, each in look.entry.credentials.items()}
    for several in {device.credential: None for device in devices.values() if device.credential not in found}:
        parts = [found[key] for key in several.split(SEVERAL) if key in found]
        chosen: Credential | None = None
        for part in reversed([part for part in parts if part.version] or parts[:1]):
            chosen = replace(part, fallback=chosen)
        if chosen is not None:
            found[several] = replace(chosen, ssh=next((part.ssh for part in parts if part.ssh is not None), None))
    return found


def _credential(look: Lookup, project: File, key: str, entry: CredentialEntry) -> Credential:
    snmp, ssh = entry.snmp, _ssh(look, project, key, entry.ssh)
    if snmp is None:
        return Credential(id=key, version="", ssh=ssh)
    for use, chosen in (("auth", snmp.auth), ("priv", snmp.priv)):
        for protocol, secret in (chosen or {}).items():
            if secret.is_set and len(secret.reveal().encode()) < SHORTEST:
                at = value_spot(look.tree, ("credentials", key, "snmp", use, protocol))
                look.report.warn(at, f"{secret.source} is shorter than {SHORTEST} octets: SNMPv3 takes none such")
    return Credential(
        id=key,
        version=snmp.version,
        port=snmp.port,
        community=snmp.community,
        user=snmp.user,
        auth=next(iter(snmp.auth.items()), None) if snmp.auth else None,
        priv=next(iter(snmp.priv.items()), None) if snmp.priv else None,
        ssh=ssh,
    )


def _ssh(look: Lookup, project: File, key: str, entry: SshEntry | None) -> Ssh | None:
    if entry is None:
        return None
    known = (project / entry.known_hosts).absolute()
    if not known.exists():
        at = key_spot(look.tree, ("credentials", key, "ssh"))
        text = f"no such file: {entry.known_hosts}: no device's host key is known, so none will be logged in to"
        look.report.warn(at, text, f"ssh-keyscan ADDRESS >> {entry.known_hosts}, and compare with the devices")
    return Ssh(
        user=entry.user,
        port=entry.port,
        password=entry.password,
        key=entry.key,
        secret=entry.secret,
        known_hosts=str(known),
    )


def _neighbours(inventory: Inventory) -> tuple[str, ...]:
    """The devices next to the vantage that have an address."""
    vantage = inventory.devices.get(inventory.vantage)
    found = dict.fromkeys(vantage.behind if vantage else ())
    found |= dict.fromkeys(each.id for each in inventory.devices.values() if inventory.vantage in each.behind)
    for link in inventory.links.values():
        if inventory.vantage in (link.source, link.target):
            found[link.target if link.source == inventory.vantage else link.source] = None
    return tuple(key for key in found if key in inventory.devices and inventory.devices[key].address)


def _site(look: Lookup, name: str, site: SiteEntry, own: Equipment) -> Site:
    path = ("sites", name)
    look.common(path, site)
    look.listed((*path, "class"), "class", site.class_, look.section("classes"))
    level = look.level(site)
    if level is None and not look.damaged(path) and (site.class_ is None or site.class_ in look.entry.classes):
        look.report.error(key_spot(look.tree, path), f"site {name!r}: neither it nor its class gives a `level`")
    if site.successor is not None and look.known((*path, "successor"), "site", site.successor):
        _not_itself(look, (*path, "successor"), name, site.successor, "successor")
    chain = list(look.layers(site))
    power = next((each.power for each in chain if each.power is not None), None)
    contacts = next((each.contacts for each in chain if each.contacts is not None), [])
    return Site(
        id=name,
        name=site.name,
        level=level or look.entry.levels[-1],
        gateway=gateway(site),
        at=site.at,
        area=next((each.area for each in chain if each.area is not None), ""),
        contacts=tuple(Contact(name=c.name, role=c.role, phone=c.phone, email=c.email) for c in contacts),
        power=Power(supplier=power.supplier, customer=power.customer, phone=power.phone) if power else None,
        valid=Valid(since=site.valid.since, until=site.valid.until),
        formerly=site.formerly,
        successor=site.successor,
        parents=_parents(look, name, site),
        transit=site.transit,
        priority=site.priority,
        hours=next((each.hours for each in chain if each.hours is not None), "always"),
        devices=tuple(own.devices),
        uplinks=tuple(own.links),
        services=tuple(own.services),
    )


def _not_itself(look: Lookup, path: Path, name: str, other: str, what: str) -> None:
    if other == name:
        look.report.error(value_spot(look.tree, path), f"site {name!r} cannot be its own {what}")


def _parents(look: Lookup, name: str, site: SiteEntry) -> tuple[Parent, ...]:
    """The administrative parents; by default the site of the first uplink, if that is of a more outer level."""
    for n, each in enumerate(site.parent):
        path = ("sites", name, "parent", n, "site")
        if look.known(path, "site", each.site):
            _not_itself(look, path, name, each.site, "parent")
    if site.parent:
        return tuple(Parent(site=each.site, valid=Valid(since=each.since, until=each.until)) for each in site.parent)
    target = look.names.get(site.uplinks[0].to, "device") if site.uplinks else None
    above = look.entry.sites.get(target.site) if target is not None else None
    if target is None or above is None:
        return ()
    depth = {level: n for n, level in enumerate(look.entry.levels)}
    outer = depth.get(look.level(above) or "", 0) < depth.get(look.level(site) or "", 0)
    return (Parent(site=target.site),) if outer else ()
