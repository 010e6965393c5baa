"""What stays, and what starts anew, when the inventory changes under a running verdict?

A difference by id: what did not change keeps its statistics and its state. A changed address starts
unknown; a changed uplink is judged anew, with a full confirm before anybody is told.
"""

from netmon.decide import detect, expiry, graph, restart
from netmon.decide.knowledge import Knowledge
from netmon.decide.state import EMPTY, Core
from netmon.model import Inventory, Maintenance, Restored


def reload(
    core: Core, inventory: Inventory, now: float, *, maintenance: tuple[Maintenance, ...] | None = None
) -> set[str]:
    """Judge this inventory, and this maintenance if it is given, from now on; returns the ids whose measurements no
    longer count."""
    old = core.known
    new = restart.build(inventory, graph.build(inventory), Restored(), now)
    kept = {target for target in new.watches if same(old, new, target)}
    for target in kept:
        new.watches[target], new.windows[target] = old.watches[target], old.windows[target]
        new.asked_since[target] = old.asked_since[target]
    for name, after in old.standings.items():
        if name in kept or (name not in old.watches and name in new.graph.index.order):
            new.standings[name] = after
    lines = {name for name, link in inventory.links.items() if old.inventory.links.get(name) == link}
    new.broken = {link: since for link, since in old.broken.items() if link in lines}
    new.degraded = {link: since for link, since in old.degraded.items() if link in lines}
    for port, (up, at) in old.ports.items():
        if port[0] in kept:
            new.said(port, up, at)
    new.uptime = {device: seen for device, seen in old.uptime.items() if device in kept}
    new.power = {device: seen for device, seen in old.power.items() if device in kept}
    new.metered = old.metered & kept
    new.traps = {key: at for key, at in old.traps.items() if key[0] in kept}
    new.restarts = {device: count for device, count in old.restarts.items() if device in kept}
    new.held, new.active = old.held & kept, old.active & kept
    _reroute(old, new, now)
    new.note_all()
    core.known, core.judged = new, EMPTY
    core.lost &= inventory.links.keys()
    for waiting in (core.next_ask, core.due, core.ports_due):
        for target in waiting.keys() - kept:
            del waiting[target]
    if maintenance is not None:
        core.maintenance = maintenance
    expiry.anew(core)
    core.plans, core.review_at = None, now
    return (old.watches.keys() | new.watches.keys()) - kept


def same(old: Knowledge, new: Knowledge, target: str) -> bool:
    """Is it the same thing at the same address, asked in the same ways?"""
    if target not in old.watches or old.watches[target].voices.keys() != new.watches[target].voices.keys():
        return False
    return _address(old.inventory, target) == _address(new.inventory, target)


def _address(inventory: Inventory, target: str) -> str | None:
    if target in inventory.devices:
        return inventory.devices[target].address
    if target in inventory.links:
        return inventory.links[target].address
    service = inventory.services[target]
    return service.address or inventory.devices[service.on].address


def _reroute(old: Knowledge, new: Knowledge, now: float) -> None:
    """Devices that hang elsewhere now and are silent get a fresh chance before anything is blamed for it."""
    for device, parents in new.graph.parents.items():
        watch = new.watches.get(device)
        if watch is not None and watch.silent and parents != old.graph.parents.get(device):
            detect.recheck(watch, now)
            new.active.add(device)
            new.held.add(device)
