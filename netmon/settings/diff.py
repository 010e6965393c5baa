"""What changed between two inventories?

A reload touches only what changed: everything else keeps its session, statistics and phase.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any, Literal, NamedTuple

from netmon.model import Contract, Device, Inventory, Link, Secret, Service, Site, Task

What = Literal["device", "link", "site", "service"]
Entry = Device | Link | Site | Service
CALLED: Mapping[What, str] = {"device": "device", "link": "line", "site": "site", "service": "service"}
"""What each kind is called where a person reads it."""


class Key(NamedTuple):
    """An id and what it names."""

    what: What
    id: str


class Difference(NamedTuple):
    """What an entry said of one of its fields, and what it says now; "" = nothing."""

    field: str
    before: str
    after: str


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
    before, after = dict(entries(old)), dict(entries(new))
    both = before.keys() & after.keys()
    moved = frozenset(key for key in both if _asked(before[key], old) != _asked(after[key], new))
    return Changes(
        added=frozenset(after.keys() - before.keys()),
        removed=frozenset(before.keys() - after.keys()),
        changed=moved | {key for key in both if before[key] != after[key]},
        address=moved,
        uplink=frozenset(key for key in old.sites.keys() & new.sites.keys() if _ways(key, old) != _ways(key, new)),
    )


def entries(inventory: Inventory) -> Iterator[tuple[Key, Entry]]:
    """Everything that has an id of its own."""
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


def differences(before: Entry, after: Entry) -> tuple[Difference, ...]:
    """Each field of an entry that differs, by the name and in the form in which operators write it.

    Secrets show as `***`, changed or not; a collector whose options alone differ says so.
    """
    old, new = dict(_fields(before)), dict(_fields(after))
    found = []
    for field in old | new:
        (one, was), (other, now) = old.get(field, _NOTHING), new.get(field, _NOTHING)
        if one != other:
            found.append(Difference(field, was, f"{now}, other options" if was == now else now))
    return tuple(found)


_Field = tuple[object, str]
_NOTHING: _Field = (None, "")


def _fields(entry: Entry) -> Iterator[tuple[str, _Field]]:
    """Each field as (value to compare, text to show)."""
    plain = _link(entry) if isinstance(entry, Link) else _site(entry) if isinstance(entry, Site) else _answers(entry)
    for name, value in plain.items():
        yield name, (value, shown(value))
    if isinstance(entry, Site):
        for name, more in (("contacts", entry.contacts), ("power", entry.power), ("parent", entry.parents)):
            yield name, (more, "other people" if name == "contacts" else shown(more))
        return
    for name, task in entry.collect.items():
        yield f"collect {name}", ((task.every, task.timeout, options(task.plugin)), _task(task))


def _answers(entry: Device | Service) -> dict[str, object]:
    if isinstance(entry, Service):
        return {"name": entry.name, "site": entry.site, "on": entry.on, "address": entry.address}
    return {
        "site": entry.site,
        "address": entry.address,
        "role": entry.role,
        "name": entry.name,
        "behind": entry.behind,
        "credential": entry.credential,
    }


def _link(link: Link) -> dict[str, object]:
    return {
        "from": link.source,
        "to": link.target,
        "via": link.via,
        "kind": link.kind,
        "carrier": link.carrier,
        "circuit": link.circuit,
        "bandwidth": link.bandwidth and bandwidth(link.bandwidth),
        "role": link.role,
        "address": link.address,
        "local": link.local,
        "remote": link.remote,
        "contract": _promised(link.contract),
    }


def _site(site: Site) -> dict[str, object]:
    return {
        "name": site.name,
        "level": site.level,
        "gateway": site.gateway,
        "at": site.at,
        "area": site.area,
        "valid": (site.valid.since, site.valid.until),
        "formerly": site.formerly,
        "successor": site.successor,
        "transit": site.transit,
        "priority": site.priority,
        "hours": site.hours,
        "devices": site.devices,
        "uplinks": site.uplinks,
        "services": site.services,
    }


def _promised(contract: Contract) -> tuple[str, ...]:
    times = [(name, value) for name, value in (("rtt", contract.rtt), ("jitter", contract.jitter)) if value is not None]
    shares = (("availability", contract.availability), ("loss", contract.loss))
    return (
        *(f"{name} {value * 1000:g} ms" for name, value in times),
        *(f"{name} {value * 100:.6g}%" for name, value in shares if value is not None),
    )


def _task(task: Task) -> str:
    return f"every {task.every:g} s, time-out {task.timeout:g} s"


def options(plugin: Any) -> object:
    """What a plug-in is told, to be compared: secrets by where they come from, for what an older revision of a project
    held there nobody can say."""
    return _open(asdict(plugin)) if is_dataclass(plugin) and not isinstance(plugin, type) else plugin


def _open(value: Any) -> Any:
    if isinstance(value, Secret):
        return value.source
    if isinstance(value, dict):
        return {key: _open(each) for key, each in value.items()}
    return [_open(each) for each in value] if isinstance(value, list | tuple) else value


def shown(value: object) -> str:
    """A value in one line; nothing for nothing."""
    if value is None or value is False:
        return ""
    if isinstance(value, tuple):
        return ", ".join(str(each) for each in value if each is not None)
    return str(value)


def bandwidth(bits: int) -> str:
    """Bit/s as operators write it: `200M`."""
    for size, unit in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if bits >= size:
            return f"{bits / size:g}{unit}"
    return str(bits)
