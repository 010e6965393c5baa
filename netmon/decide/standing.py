"""What state is every device, link, service and site in, and behind what?"""

from collections.abc import Callable, Iterable
from itertools import chain

from netmon.decide import bearers
from netmon.decide.detect import Watch
from netmon.decide.faults import Fault, Judgement
from netmon.decide.knowledge import Knowledge
from netmon.model import Device, Link, Service, Site, Standing, State

ALIVE = (State.UP, State.DEGRADED)
LOST = (State.DOWN, State.UNREACHABLE)
SETTLED = 15.0
"""Seconds after which a verdict on something silent has settled."""


def standings(known: Knowledge, judged: Judgement | None, names: Iterable[str], now: float) -> dict[str, Standing]:
    """The standings of these ids; `judged` None means that netmon is blind and knows nothing."""
    names = known.graph.index.sorted(names)
    if judged is None:
        return {name: _blind(known, name) for name in names}
    found: dict[str, Standing] = {}

    def of(name: str) -> Standing:
        return found[name] if name in found else known.standings[name]

    for name in names:  # sites last: they look at the standings of their devices and lines
        old, new = known.standings.get(name), _standing(known, judged, name, of)
        found[name] = new if old is new else _keep(known, name, old, new, now)
    return found


def concerned(known: Knowledge, before: Judgement, judged: Judgement | None) -> set[str]:
    """The ids whose standing may be another than it was under the judgement `before`.

    They are those that changed themselves, those judged otherwise, and what stands next to them. A site of which
    something is silent or unreachable counts as one that changes: the next answer from it may be the proof of life.
    """
    inventory, index = known.inventory, known.graph.index
    if len(known.touched) == len(index.order):  # at the beginning, and around blindness
        return known.touched
    found = known.touched | (set() if judged is None else _judged_otherwise(before, judged))
    devices = [name for name in found if name in inventory.devices]
    for device in devices:
        found.update(index.links.get(device, ()), index.services.get(device, ()))
    found.update(inventory.devices[name].site for name in (*devices, *known.mute) if name in inventory.devices)
    found.update(name for name in known.mute if name in inventory.services)
    for link in [*known.astray, *(name for name in found if name in inventory.links)]:
        found.update(index.sites[link])
    return found


def _judged_otherwise(before: Judgement, judged: Judgement) -> set[str]:
    """Devices that are explained otherwise than they were."""
    seats = before.faults.keys() | judged.faults.keys()
    pairs = [(before.faults.get(seat), judged.faults.get(seat)) for seat in seats]
    changed = {device for old, new in pairs if old != new for one in (old, new) if one for device in one.members}
    return changed | (before.exonerated ^ judged.exonerated)


def _standing(known: Knowledge, judged: Judgement, name: str, of: Callable[[str], Standing]) -> Standing:
    inventory = known.inventory
    if name in inventory.devices:
        return _device(known, judged, inventory.devices[name])
    if name in inventory.links:
        return _link(known, judged, inventory.links[name])
    if name in inventory.services:
        return _service(known, judged, inventory.services[name])
    return _site(known, judged, inventory.sites[name], of)


def _blind(known: Knowledge, name: str) -> Standing:
    """Unknown counts from the last answer."""
    old = known.standings.get(name)
    if old is not None and old.state is State.UNKNOWN:
        return old
    last = max(
        (known.watches[part].last_answer for part in _speakers(known, name) if part in known.watches), default=0.0
    )
    return Standing(State.UNKNOWN, max(last, old.since if old is not None else 0.0))


def _speakers(known: Knowledge, name: str) -> tuple[str, ...]:
    """Whose answers are proof that this one works: a line without an address is known by what answers over it."""
    inventory = known.inventory
    if name in inventory.sites:
        return inventory.sites[name].devices
    if name in inventory.links and name not in known.watches:
        return (known.graph.far[name],)
    return (name,)


def _keep(known: Knowledge, name: str, old: Standing | None, new: Standing, now: float) -> Standing:
    """A state that did not change keeps its beginning; one that did, and does not know when, began now."""
    if old is not None and old.state is new.state:
        return old if old.behind == new.behind else Standing(new.state, old.since, new.behind)
    dated = new.since and (old is None or _dates_back(known, name, old, new, now))
    return new if dated else Standing(new.state, now, new.behind)


def _dates_back(known: Knowledge, name: str, old: Standing, new: Standing, now: float) -> bool:
    """May the new state begin in the past? Not before the old one; nor may it take from an outage what was one.

    Whether something is down itself or behind something may change while the verdict settles, and then it was so
    from the beginning; later it is so from then on.
    """
    if old.state not in LOST:
        return new.since >= old.since
    if new.state not in LOST:
        return new.since > old.since
    watch = known.watches.get(name)
    called = old.since if watch is None else max(old.since, watch.called_at)
    return new.since >= old.since and now - called <= SETTLED


def _device(known: Knowledge, judged: Judgement, device: Device) -> Standing:
    watch = known.watches.get(device.id)
    old = known.standings.get(device.id)
    if device.id in known.held and old is not None:
        return old
    if watch is not None and watch.silent is False and old is not None and old.state is State.UP and not known.degraded:
        return old
    if watch is None or watch.silent is None:
        return Standing(State.UNKNOWN, 0.0)
    if not watch.silent or device.id == known.inventory.vantage:
        bad = device.id in known.held_to and known.held_to[device.id][0] in known.degraded
        return Standing(State.DEGRADED, 0.0) if bad else Standing(State.UP, watch.up_since)
    if device.id in judged.exonerated:
        return Standing(State.DEGRADED, watch.first_miss or 0.0)
    fault = judged.faults.get(judged.behind.get(device.id, ""))
    if fault is None:
        return Standing(State.DOWN, watch.first_miss or 0.0)
    own = fault.root == device.id or (
        fault.seat == device.site and device.id == known.inventory.sites[device.site].gateway
    )
    state = State.DOWN if own else State.UNREACHABLE
    return Standing(state, watch.first_miss or 0.0, _behind(fault, device.id))


def _behind(fault: Fault, name: str) -> str | None:
    return None if fault.root == name else fault.root


def _link(known: Knowledge, judged: Judgement, link: Link) -> Standing:
    far, near = known.graph.far[link.id], known.graph.near[link.id]
    watch, owner = known.watches.get(link.id), known.watches.get(far)
    old = known.standings.get(link.id)
    if old is not None and not known.held.isdisjoint((link.id, far, near)):
        return old
    nearer = judged.behind.get(near)
    if link.id in known.broken and nearer is None:
        return Standing(State.DOWN, known.broken[link.id])
    seat = nearer or judged.behind.get(far)
    if seat is not None:
        since = judged.faults[seat].since
        return Standing(State.UNREACHABLE, since, _behind(judged.faults[seat], link.id))
    only = len(known.graph.lines[known.inventory.devices[far].site]) == 1
    if not (
        (watch is not None and watch.silent is False)
        or (only and owner is not None and owner.silent is False)
        or any(known.ports.get(port, (False, 0.0))[0] for port in link.ends)
    ):
        return Standing(State.UNKNOWN, 0.0)
    if link.id in known.degraded:
        return Standing(State.DEGRADED, known.degraded[link.id])
    return Standing(State.UP, watch.up_since if watch is not None else 0.0)


def _service(known: Knowledge, judged: Judgement, service: Service) -> Standing:
    watch, old = known.watches.get(service.id), known.standings.get(service.id)
    on = bearers.bearer(known.inventory, known.watches, service.id)
    if old is not None and not known.held.isdisjoint((service.id, on)):
        return old
    if watch is None or watch.silent is None:
        return Standing(State.UNKNOWN, 0.0)
    if not watch.silent:
        return Standing(State.UP, watch.up_since)
    seat = judged.behind.get(on)
    if seat is None:
        return Standing(State.DOWN, watch.first_miss or 0.0)
    return Standing(State.UNREACHABLE, watch.first_miss or 0.0, judged.faults[seat].root)


def _site(known: Knowledge, judged: Judgement, site: Site, of: Callable[[str], Standing]) -> Standing:
    parts = {name: of(name) for name in site.devices if name in known.watches}
    gateway, old = known.watches.get(site.gateway or ""), known.standings.get(site.id)
    if old is not None and old.state is State.UP and _all_is_well(known, site, parts.values(), of):
        return old
    measured = {name: part for name, part in parts.items() if part.state is not State.UNKNOWN}
    if not measured:
        return Standing(State.UNKNOWN, 0.0)
    if gateway is not None and gateway.suspect and old is not None:
        return old  # it may be gone; half a verdict helps nobody
    alive = [
        part.since for name, part in measured.items() if part.state in ALIVE and _answers(known, judged, name, gateway)
    ]
    if alive:
        well = all(part.state is State.UP for part in measured.values())
        if well and not any(_bad_line(of(line), gateway) for line in {*site.uplinks, *known.graph.lines[site.id]}):
            return Standing(State.UP, min(alive))
        return Standing(State.DEGRADED, 0.0)
    silent = [part.since for part in measured.values() if part.state not in ALIVE]
    since = min(silent, default=gateway.first_miss if gateway is not None and gateway.first_miss is not None else 0.0)
    seat = next((judged.behind[device] for device in site.devices if device in judged.behind), None)
    if seat is None:
        held = any(device in known.held for device in site.devices)
        return old if held and old is not None else Standing(State.DOWN, since)
    fault = judged.faults[seat]
    here = fault.seat == site.id or fault.seat in site.devices
    return Standing(State.DOWN if here else State.UNREACHABLE, since, _behind(fault, site.id))


def _all_is_well(known: Knowledge, site: Site, parts: Iterable[Standing], of: Callable[[str], Standing]) -> bool:
    """The shortest way for what most sites are most of the time: up, with all that they have."""
    lines = (of(line).state for line in chain(site.uplinks, known.graph.lines[site.id]))
    return all(part.state is State.UP for part in parts) and all(state is State.UP for state in lines)


def _answers(known: Knowledge, judged: Judgement, name: str, gateway: Watch | None) -> bool:
    """Behind a silent gateway only an answer newer than its silence counts; an exonerated one is proved alive."""
    if gateway is None or not gateway.silent or gateway.first_miss is None or name in judged.exonerated:
        return True
    return known.watches[name].last_answer > gateway.first_miss


def _bad_line(line: Standing, gateway: Watch | None) -> bool:
    """A line lost with its far end is the site's worry only if the site has answered since."""
    if line.state is State.UNREACHABLE:
        return gateway is not None and gateway.last_answer > line.since
    return line.state in (State.DOWN, State.DEGRADED)
