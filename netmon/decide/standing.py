"""What state is every device, link, service and site in, and behind what?"""

from collections.abc import Callable, Iterator

from netmon.decide.detect import Watch
from netmon.decide.faults import Fault, Judgement
from netmon.decide.knowledge import Knowledge
from netmon.model import Device, Link, Service, Site, Standing, State

ALIVE = (State.UP, State.DEGRADED)
ALIVE_OR_UNKNOWN = (*ALIVE, State.UNKNOWN)


def standings(known: Knowledge, judged: Judgement | None, now: float) -> dict[str, Standing]:
    """The standing of every id; `judged` None means that netmon is blind and knows nothing."""
    if judged is None:
        return {name: _blind(known, name) for name in _names(known)}
    found: dict[str, Standing] = {}
    inventory = known.inventory
    for device in inventory.devices.values():
        found[device.id] = _keep(known, device.id, _device(known, judged, device), now)
    for link in inventory.links.values():
        found[link.id] = _keep(known, link.id, _link(known, judged, link), now)
    for service in inventory.services.values():
        found[service.id] = _keep(known, service.id, _service(known, judged, service), now)
    for site in inventory.sites.values():
        found[site.id] = _keep(known, site.id, _site(known, judged, site, found.__getitem__), now)
    return found


def _names(known: Knowledge) -> Iterator[str]:
    inventory = known.inventory
    for group in (inventory.devices, inventory.links, inventory.services, inventory.sites):
        yield from group


def _blind(known: Knowledge, name: str) -> Standing:
    """Unknown counts from the last answer."""
    old = known.standings.get(name)
    if old is not None and old.state is State.UNKNOWN:
        return old
    site = known.inventory.sites.get(name)
    parts = site.devices if site is not None else (name,)
    last = max((known.watches[part].last_answer for part in parts if part in known.watches), default=0.0)
    return Standing(State.UNKNOWN, max(last, old.since if old is not None else 0.0))


def _keep(known: Knowledge, name: str, new: Standing, now: float) -> Standing:
    """A state that did not change keeps its beginning; one that did, and does not know when, began now."""
    old = known.standings.get(name)
    if old is not None and (old.state, old.behind) == (new.state, new.behind):
        return old
    if old is not None and old.state is new.state:
        return Standing(new.state, old.since, new.behind)
    known_since = new.since and (old is None or new.since >= old.since)
    return new if known_since else Standing(new.state, now, new.behind)


def _device(known: Knowledge, judged: Judgement, device: Device) -> Standing:
    watch = known.watches.get(device.id)
    old = known.standings.get(device.id)
    if device.id in known.held and old is not None:
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
    port_up = any(
        known.ports.get((device, port or ""), (False, 0.0))[0]
        for device, port in ((link.source, link.local), (link.target, link.remote))
    )
    only = len(known.graph.lines[known.inventory.devices[far].site]) == 1
    alive = (
        (watch is not None and watch.silent is False)
        or port_up
        or (only and owner is not None and owner.silent is False)
    )
    if not alive:
        return Standing(State.UNKNOWN, 0.0)
    if link.id in known.degraded:
        return Standing(State.DEGRADED, known.degraded[link.id])
    return Standing(State.UP, watch.up_since if watch is not None else 0.0)


def _service(known: Knowledge, judged: Judgement, service: Service) -> Standing:
    watch, old = known.watches.get(service.id), known.standings.get(service.id)
    if old is not None and not known.held.isdisjoint((service.id, service.on)):
        return old
    if watch is None or watch.silent is None:
        return Standing(State.UNKNOWN, 0.0)
    if not watch.silent:
        return Standing(State.UP, watch.up_since)
    seat = judged.behind.get(service.on)
    if seat is None:
        return Standing(State.DOWN, watch.first_miss or 0.0)
    return Standing(State.UNREACHABLE, watch.first_miss or 0.0, judged.faults[seat].root)


def _site(known: Knowledge, judged: Judgement, site: Site, of: Callable[[str], Standing]) -> Standing:
    measured = [name for name in site.devices if name in known.watches and of(name).state is not State.UNKNOWN]
    if not measured:
        return Standing(State.UNKNOWN, 0.0)
    gateway, old = known.watches.get(site.gateway or ""), known.standings.get(site.id)
    if gateway is not None and gateway.suspect and old is not None:
        return old  # it may be gone; half a verdict helps nobody
    alive = [name for name in measured if of(name).state in ALIVE and _answers(known, judged, name, gateway)]
    if alive:
        bad = any(of(name).state not in ALIVE_OR_UNKNOWN for name in measured) or any(
            _bad_line(of(line), gateway) for line in {*site.uplinks, *known.graph.lines[site.id]}
        )
        degraded = bad or any(of(name).state is State.DEGRADED for name in measured)
        return Standing(State.DEGRADED, 0.0) if degraded else Standing(State.UP, min(of(name).since for name in alive))
    silent = [of(name).since for name in measured if of(name).state not in ALIVE]
    since = min(silent, default=gateway.first_miss if gateway is not None and gateway.first_miss is not None else 0.0)
    seat = next((judged.behind[device] for device in site.devices if device in judged.behind), None)
    if seat is None:
        held = any(device in known.held for device in site.devices)
        return old if held and old is not None else Standing(State.DOWN, since)
    fault = judged.faults[seat]
    here = fault.seat == site.id or fault.seat in site.devices
    return Standing(State.DOWN if here else State.UNREACHABLE, since, _behind(fault, site.id))


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
