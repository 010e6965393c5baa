"""Which silent targets may be called now, and which must wait for news of their parents?

A target that has been silent long enough is blamed only once every parent has given evidence newer
than the suspicion: an answer, or its own silence. Until then, at most `wait` seconds, the old state
stands; so it does not matter whether a child or its parent is seen to be silent first.
"""

from collections.abc import Iterable

from netmon.decide import bearers, detect
from netmon.decide.graph import Graph
from netmon.decide.knowledge import PORT_KINDS, Knowledge
from netmon.model import Inventory, TrapSeen

MOST_ASKED = 8
"""So many neighbours of a silent device are asked for their ports."""
GASP = 5.0
"""Seconds before its last answer at which a dying gasp still belongs to the silence after it."""


def settle(known: Knowledge, due: dict[str, float], wait: float, now: float) -> list[str]:
    """The suspects that may be called; `due` (target -> since when) keeps those that wait."""
    ready = {
        name
        for name in known.active
        if (watch := known.watches[name]).suspect
        and (detect.due(watch, now) or _cut_off(known, name))
        and not was_hidden(known, name)
    }
    for name in due.keys() - ready:
        del due[name]
    for name in ready:
        due.setdefault(name, now)
    waits = {
        name: [*_parents(known, name)] for name in ready if now - due[name] < wait or _carrier_in_doubt(known, name)
    }
    blocked = {name for name, parents in waits.items() if any(_open(known, ready, name, p) for p in parents)}
    followers: dict[str, list[str]] = {}
    for name, parents in waits.items():
        for parent in parents:
            followers.setdefault(parent, []).append(name)
    todo = list(blocked)
    while todo:  # who waits for one that waits waits, too
        more = [name for name in followers.get(todo.pop(), ()) if name not in blocked]
        blocked.update(more)
        todo += more
    return sorted(ready - blocked)


def _cut_off(known: Knowledge, name: str) -> bool:
    """Did it say that its power goes, or do the ports of all its lines say that they are down? A second kind of
    evidence ends the waiting."""
    if known.traps and gasped(known, name):
        return True
    device = known.inventory.devices.get(name)
    if device is None or known.inventory.sites[device.site].gateway != name:
        return False
    lines = known.graph.lines[device.site]
    return bool(lines) and all(line in known.broken for line in lines)


def was_hidden(known: Knowledge, name: str) -> bool:
    """Is it a service that was first missed while the device that carries it was out of reach? That says nothing of it:
    it gets a fresh chance."""
    if name not in known.inventory.services:
        return False
    watch = known.watches.get(bearers.bearer(known.inventory, known.watches, name))
    missed = known.watches[name].first_miss
    return watch is not None and missed is not None and missed < watch.back


def _carrier_in_doubt(known: Knowledge, name: str) -> bool:
    """Is it a service, and is it not decided yet whether the device that carries it lives? However long a bursty line
    takes for that, what it may explain is not blamed."""
    if name not in known.inventory.services:
        return False
    watch = known.watches.get(bearers.bearer(known.inventory, known.watches, name))
    return watch is not None and watch.suspect


def _open(known: Knowledge, ready: set[str], name: str, parent: str) -> bool:
    """Is it still open whether the parent lives? It is suspect, or was last heard before the suspicion."""
    watch, own = known.watches.get(parent), known.watches[name]
    if watch is None or watch.silent is not False or parent in ready:
        return False
    return watch.first_miss is not None or watch.last_answer < (own.first_miss or 0.0)


def _parents(known: Knowledge, name: str) -> Iterable[str]:
    graph, inventory = known.graph, known.inventory
    if name in inventory.links:
        return (graph.far[name], graph.near[name])
    if name in inventory.devices:
        # Anchors wait for one another: all of them silent means something else than one of them.
        others = inventory.anchors if name in inventory.anchors else ()
        return (other for other in (*graph.parents[name], *others) if other not in (name, inventory.vantage))
    return (bearers.bearer(inventory, known.watches, name),)


def witnesses(known: Knowledge, name: str) -> set[str]:
    """Whose evidence is wanted as soon as a target is suspect: its ancestors, its lines and their far ends."""
    graph, inventory = known.graph, known.inventory
    if name in inventory.links:
        found = {graph.far[name], graph.near[name], *_of_the_same_carrier(graph, inventory, (name,))}
    elif name in inventory.devices:
        lines = graph.lines[inventory.devices[name].site]
        found = {
            *graph.ancestors[name],
            *lines,
            *_of_the_same_carrier(graph, inventory, lines),
            *inventory.sites[inventory.devices[name].site].devices,
            *_over_the_same_places(graph, inventory, name),
        }
    else:
        found = {inventory.services[name].on, bearers.bearer(inventory, known.watches, name)}
    return {other for other in found if other in known.watches}


def _of_the_same_carrier(graph: Graph, inventory: Inventory, lines: Iterable[str]) -> Iterable[str]:
    """The lines of a carrier that end at the vantage's site, if one of these does: all lost, it is the carrier."""
    for carrier in {inventory.links[line].carrier for line in lines}:
        central = graph.index.central.get(carrier or "", ())
        if not set(central).isdisjoint(lines):
            yield from central


def _over_the_same_places(graph: Graph, inventory: Inventory, name: str) -> Iterable[str]:
    """Lines that pass a place which a line of this device's site passes, and what they lead to."""
    for line in graph.lines[inventory.devices[name].site]:
        for place in inventory.links[line].via:
            for other in graph.index.users[place]:
                yield from (other, graph.far[other])


def redundant(known: Knowledge, name: str) -> bool:
    """Is this a line that has another beside it, or a device of a site with several?"""
    inventory = known.inventory
    device = known.graph.far[name] if name in inventory.links else name
    return device in inventory.devices and len(known.graph.lines[inventory.devices[device].site]) > 1


def ports_around(known: Knowledge, name: str) -> set[str]:
    """Devices whose interfaces say something about a target's lines.

    No suspects: an agent is asked one thing at a time, and a table would take the place of whether it lives.
    """
    inventory = known.inventory
    if name in inventory.links:
        lines: Iterable[str] = (name,)
    elif name in inventory.devices:
        lines = known.graph.lines[inventory.devices[name].site]
    else:
        return set()
    links = [inventory.links[line] for line in lines]
    return {device for link in links for device, port in link.ends if port and not _suspect(known, device)}


def ports_beyond(known: Knowledge, name: str) -> set[str]:
    """Living devices whose ports tell of the lines that lead to this one, or of others over the same places."""
    lines, inventory = dict.fromkeys(sorted(known.graph.paths.into(name))), known.inventory
    for over in [place for line in lines for place in inventory.links[line].via]:
        lines |= dict.fromkeys(known.graph.index.users[over])
    ends = (inventory.links[line] for line in lines)
    wired = (end for link in ends for end in reversed(link.ends))
    living = (device for device, port in wired if port and device not in known.mute and not _suspect(known, device))
    return set([*dict.fromkeys(living)][:MOST_ASKED])


def _suspect(known: Knowledge, device: str) -> bool:
    watch = known.watches.get(device)
    return watch is not None and watch.suspect


def behind(known: Knowledge, name: str) -> set[str]:
    """Watched devices that a path over the device `name` leads to."""
    return known.graph.below(name) & known.watches.keys()


def follow(known: Knowledge, trap: TrapSeen) -> set[tuple[str, str]]:
    """What to look at because a device said this: ("ask", target), ("ports", device) or ("power", device).

    At the device, at what it spoke of, and at the line in that port and its far end. A port that no line is in is no
    reason for anything; one that is not named may be any of the device's.
    """
    lines = known.graph.index.ports.get((trap.device, trap.port), ())
    if trap.device not in known.inventory.devices or (trap.what in PORT_KINDS and trap.port and not lines):
        return set()
    ask = {trap.device, *lines}
    power = ask if trap.what in ("on_battery", "on_mains") else set()
    ports = ask - power - {*lines}
    for name in lines:
        link = known.inventory.links[name]
        ports |= {link.source, link.target}
    wishes = {("ask", name) for name in (ask | ports) & known.watches.keys()}
    return wishes | {("ports", name) for name in ports} | {("power", name) for name in power}


def gasped(known: Knowledge, name: str) -> bool:
    """Did it say that it was losing its power, in the same breath as it fell silent?"""
    watch, at = known.watches[name], known.traps.get((name, "dying_gasp", ""))
    return at is not None and watch.first_miss is not None and at >= watch.last_answer - GASP
