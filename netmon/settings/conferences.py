"""When are conferences held, and who takes part?

`windows:` are the regular hours, `events:` single conferences with their bridges. A bridge is what the collector of
that name asks: a service, or the one that its device has by being asked.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from netmon.model import Calendar, Conference, Inventory, Service, Valid, Window
from netmon.settings.language import EventEntry
from netmon.settings.lookup import Lookup
from netmon.settings.maintenance import YEARS, local
from netmon.settings.names import RESERVED
from netmon.settings.report import did_you_mean
from netmon.settings.tree import Leaf, Map, Path, key_spot, reach, value_spot

BRIDGE = "bridge"
"""The collector that measures how a conference would sound."""
SHARE = 0.9
"""Share of the interval that a train and the wait for its last packet may take."""
[ALL] = RESERVED


def windows(look: Lookup) -> dict[str, Window]:
    """The regular hours by name; a bridge that goes by others is reported."""
    for path in _places(look.tree):
        way, found = reach(look.tree, path)
        if len(found) == len(path) and isinstance(leaf := way[-1], Leaf) and leaf.value:
            look.listed(path, "window", str(leaf.value), look.section("windows"))
    return {
        name: Window(
            times=Calendar(id=name, days=entry.days, hours=tuple(sorted(entry.hours))),
            valid=Valid(since=entry.since, until=entry.until),
        )
        for name, entry in look.entry.windows.items()
    }


def _places(tree: Map) -> Iterator[Path]:
    """Wherever a bridge's window can be named."""
    holders: list[tuple[str, ...]] = [("defaults",)]
    holders += [("classes", name) for name in _keys(tree, ("classes",))]
    for site in _keys(tree, ("sites",)):
        holders.append(("sites", site))
        for part in ("devices", "services"):
            holders += [("sites", site, part, name) for name in _keys(tree, ("sites", site, part))]
    for holder in holders:
        yield (*holder, "collect", BRIDGE, "window")


def _keys(tree: Map, path: tuple[str, ...]) -> tuple[str, ...]:
    way, found = reach(tree, path)
    return tuple(way[-1].items) if len(found) == len(path) and isinstance(way[-1], Map) else ()


def events(look: Lookup, services: Mapping[str, Service]) -> tuple[Conference, ...]:
    """The conferences in the order of the file; mistakes are reported."""
    zone = ZoneInfo(look.entry.timezone)
    known = {key: service for key, service in services.items() if BRIDGE in service.collect}
    _trains(look, known)
    made: list[Conference] = []
    for n, entry in enumerate(look.entry.events):
        begins = local(entry.at, zone)
        if begins.year not in YEARS:
            look.report.error(value_spot(look.tree, ("events", n, "at")), f"the year {begins.year}", "is it right?")
            continue
        bridges = _bridges(look, n, entry, known)
        one = Conference(name=entry.name, at=begins.timestamp(), lasts=entry.lasts, bridges=bridges)
        _alone(look, n, one, made)
        made.append(one)
    return tuple(made)


def _trains(look: Lookup, known: Mapping[str, Service]) -> None:
    """Report trains that are longer than the time between two of them: the poller would cut them off as silent."""
    long: list[Service] = []
    for service in known.values():
        task = service.collect[BRIDGE]
        if task.plugin.lasts() + task.timeout > task.every * SHARE:
            long.append(service)
    if long:
        first, task = long[0], long[0].collect[BRIDGE]
        site = look.entry.sites[first.site]
        part, name = ("services", first.id) if first.id in site.services else ("devices", first.on)
        more = f" and {len(long) - 1} more" if len(long) > 1 else ""
        text = f"bridge {first.id!r}{more}: trains of up to {task.plugin.lasts():g} s (four times the packets in case"
        text += f" of doubt) and a timeout of {task.timeout:g} s do not fit into every {task.every:g} s"
        look.report.error(key_spot(look.tree, ("sites", first.site, part, name)), text)


def _bridges(look: Lookup, n: int, entry: EventEntry, known: Mapping[str, Service]) -> tuple[str, ...]:
    """The services that take part, each once, in the order in which they were named."""
    found: dict[str, None] = {}
    path = ("events", n)
    for m, name in enumerate(entry.bridges):
        named = [key for key, service in known.items() if name in (ALL, key, service.on)]
        if not named:
            _no_bridge(look, (*path, "bridges", m), name, known)
        found |= dict.fromkeys(named)
    for m, name in enumerate(entry.sites):
        if not look.known((*path, "sites", m), "site", name):
            continue
        there = [key for key, service in known.items() if service.site == name]
        if not there and not look.damaged(("sites", name)):
            look.report.error(value_spot(look.tree, (*path, "sites", m)), f"site {name!r} has no bridge", _HOW)
        found |= dict.fromkeys(there)
    return tuple(found)


_HOW = f"ask one of its devices: `collect: {{{BRIDGE}: {{}}}}`"
_ANY = f"ask a device: `collect: {{{BRIDGE}: {{}}}}`"
_ITSELF = f"ask it: `collect: {{{BRIDGE}: {{}}}}`"


def _no_bridge(look: Lookup, path: Path, name: str, known: Mapping[str, Service]) -> None:
    at, found = value_spot(look.tree, path), look.names.ids.get(name)
    if look.damaged(("sites",)):
        return
    if name == ALL:
        look.report.error(at, "there is no bridge at all", _ANY)
    elif found is None:
        look.report.error(at, f"unknown bridge {name!r}", did_you_mean(name, {each.on for each in known.values()}))
    elif found.what == "site":
        look.report.error(at, f"{name!r} is a site", "name it under `sites:`")
    else:
        look.report.error(at, f"{found.what} {name!r} is no bridge", _ITSELF if found.what == "device" else "")


def _alone(look: Lookup, n: int, one: Conference, others: Sequence[Conference]) -> None:
    """Report a bridge that would have to be in two conferences at the same time."""
    for other in others:
        both = [key for key in one.bridges if key in other.bridges]
        if both and one.at < other.at + other.lasts and other.at < one.at + one.lasts:
            more = f" and {len(both) - 1} more" if len(both) > 1 else ""
            at = value_spot(look.tree, ("events", n, "at"))
            look.report.error(at, f"bridge {both[0]!r}{more} would be in {other.name!r} at the same time")


def check_events(look: Lookup, inventory: Inventory, today: date) -> None:
    """Warn of conferences that are over."""
    zone = ZoneInfo(inventory.timezone)
    for n, entry in enumerate(look.entry.events):
        ends = datetime.fromtimestamp(local(entry.at, zone).timestamp() + entry.lasts, zone)
        if ends.date() < today:
            at = key_spot(look.tree, ("events", n))
            look.report.warn(at, f"event {entry.name!r} was over on {ends.date()}", "take it out")
