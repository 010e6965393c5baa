"""Which way do packets take to what has just broken, and is it the usual one?"""

from collections.abc import Callable, Mapping, Sequence

from netmon.clock import Clock
from netmon.decide.alike import alike
from netmon.decide.memory import Memory, rows
from netmon.model import Clue, Incident, Inventory
from netmon.reading.ways import ARROW, written
from netmon.run.looking import Look
from netmon.wire.names import is_address
from netmon.wire.net import Net

WAY = "netmon_path_info"
"""The family in which the collector `path` tells of ways."""
TIMEOUT = 1.0
"""Seconds for which a router may be silent, in each of three rounds."""
LONGEST = 110
"""Characters of a way that are shown, which is what a message keeps of any value; of a longer one both ends."""

Usual = Callable[[str], str]
"""The way to a device, link or service as it was last seen; "" where nobody looked."""


def usual(memory: Memory, target: str) -> str:
    """The way as it is remembered, also from before a restart."""
    return next((way for way, *_ in rows(memory, target, WAY).values()), "")


def ways(net: Net, usual: Usual, clock: Clock) -> Look:
    """A look that traces the way to the root of an incident. Nothing is found where nobody on the way answers."""

    async def look(incident: Incident, inventory: Inventory) -> Sequence[Clue]:
        place = whereabouts(inventory, incident.root)
        if place is None:
            return ()
        target, address = place
        hops = await net.trace(address, TIMEOUT)
        if not hops:
            return ()
        names = _names(inventory)
        now, last = written(hops), hops[-1].address
        values = {"target": target, "path": _named(now, names), "end": "" if last == address else names.get(last, last)}
        clues = [Clue(clock.now(), inventory.vantage, "path_now", _told(values))]
        before = usual(target)
        if before and not alike(before, now):
            values = {"target": target, "path": _named(before, names)}
            clues.append(Clue(clock.now(), inventory.vantage, "path_usual", _told(values)))
        return clues

    return look


def whereabouts(inventory: Inventory, root: str) -> tuple[str, str] | None:
    """Id and address of what stands for a root: itself, the gateway of a site, the device that a line without an
    address leaves from or a service is on. None for what has no place: a carrier, an area, this machine."""
    if root == inventory.vantage:
        return None
    if (site := inventory.sites.get(root)) is not None:
        root = site.gateway or ""
    if (link := inventory.links.get(root)) is not None and not link.address:
        root = link.source
    if (service := inventory.services.get(root)) is not None and not is_address(service.address or ""):
        root = service.on
    held = inventory.devices.get(root) or inventory.links.get(root) or inventory.services.get(root)
    return (root, held.address) if held is not None and held.address and is_address(held.address) else None


def _names(inventory: Inventory) -> Mapping[str, str]:
    """Whose address it is: that of a device, or of a line's end, which is the device that it leaves from."""
    lines = {link.address: link.source for link in inventory.links.values() if link.address}
    return lines | {device.address: device.id for device in inventory.devices.values() if device.address}


def _named(path: str, names: Mapping[str, str]) -> str:
    """The way by the names of its devices; of a long one the middle is left out."""
    hops = [names.get(hop, hop) for hop in path.split(ARROW)]
    if len(ARROW.join(hops)) <= LONGEST:
        return ARROW.join(hops)
    while len(hops) > 3 and len(ARROW.join(hops)) + len(ARROW) + 1 > LONGEST:
        hops.pop(len(hops) // 2)
    middle = (len(hops) + 1) // 2
    return ARROW.join([*hops[:middle], "…", *hops[middle:]])


def _told(values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, text) for name, text in values.items() if text)
