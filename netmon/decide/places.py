"""Do several faults have one thing in common that must be their cause?

A carrier, all of whose lines that end at the centre are lost at once; or a place without an address, which
the last lines of two or more lost sites all pass and through which nothing works any more.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from netmon.decide.faults import AGENT_CACHE, NEVER, Fault, Seen
from netmon.decide.graph import Graph
from netmon.model import Inventory

TOGETHER = 30.0
"""Seconds within which all lines of a carrier are lost, however seldom they are asked."""


def common(graph: Graph, inventory: Inventory, seen: Seen, faults: Mapping[str, Fault]) -> dict[str, Fault]:
    """The faults, those with a common cause merged into one."""
    return _places(graph, inventory, seen, _carriers(graph, inventory, seen, faults))


def _carriers(graph: Graph, inventory: Inventory, seen: Seen, faults: Mapping[str, Fault]) -> dict[str, Fault]:
    """Half-blind: nothing of one carrier arrives at the centre any more, though the centre itself is alive."""
    left = dict(faults)
    if not seen.broken and not seen.silent:
        return left
    lost_with = {line: fault for fault in faults.values() for line in fault.links}
    for carrier, lines in graph.index.central.items():
        lost = [line for line in lines if line in seen.broken or line in lost_with]
        by_itself = [line for line in lost if line not in lost_with or _all_of(inventory, lost_with[line], carrier)]
        hurt = {inventory.devices[graph.far[line]].site for line in by_itself}
        if len(lost) < len(lines) or len(hurt) < 2:
            continue  # something still arrives, or what is lost has a reason of its own
        since = [lost_with[line].since if line in lost_with else seen.broken[line] for line in by_itself]
        if any(seen.heard.get(graph.near[line], 0.0) <= max(since) for line in by_itself):
            continue  # the centre itself may be to blame
        if max(since) - min(since) > TOGETHER:  # lost one after another: each has a story of its own
            continue
        only = [fault for fault in left.values() if fault.links and set(fault.links) <= set(lines)]
        for fault in only:
            del left[fault.seat]
        members = frozenset().union(*(fault.members for fault in only))
        left[carrier] = Fault(seat=carrier, root=carrier, since=min(since), members=members, links=tuple(by_itself))
    return left


def _all_of(inventory: Inventory, fault: Fault, carrier: str) -> bool:
    """Are all lines lost with it this carrier's?"""
    return all(inventory.links[line].carrier == carrier for line in fault.links)


def _places(graph: Graph, inventory: Inventory, seen: Seen, faults: Mapping[str, Fault]) -> dict[str, Fault]:
    left = dict(faults)
    passed = {place for fault in faults.values() for line in fault.links for place in inventory.links[line].via}
    found = [(place, _lost_with(graph, inventory, seen, place, faults)) for place in sorted(passed)]

    def explains(item: tuple[str, list[Fault]]) -> tuple[int, int]:
        return len(item[1]), sum(line in seen.broken for line in graph.index.users[item[0]])

    for place, group in sorted(found, key=explains, reverse=True):
        group = [fault for fault in group if fault.seat in left]
        since = min((fault.since for fault in group), default=0.0)
        if len(group) < 2 or _works(graph, seen, place, since):
            continue
        gone = {line for fault in group for line in fault.links}
        for fault in group:
            del left[fault.seat]
        left[place] = replace(
            group[0],
            seat=place,
            root=place,
            since=since,
            members=frozenset().union(*(fault.members for fault in group)),
            links=tuple(line for line in graph.index.users[place] if line in gone or line in seen.broken),
            inferred=True,
        )
    return left


def _lost_with(graph: Graph, inventory: Inventory, seen: Seen, place: str, faults: Mapping[str, Fault]) -> list[Fault]:
    """The lost sites that have no line but over this place, to one another, or to something silent."""
    group = {
        fault.seat: fault
        for fault in faults.values()
        if fault.root == fault.seat and any(place in inventory.links[line].via for line in fault.links)
    }
    while True:
        others = [
            seat
            for seat, fault in group.items()
            if any(
                place not in inventory.links[line].via
                and graph.near[line] not in seen.silent
                and inventory.devices[graph.near[line]].site not in group
                for line in fault.links
            )
        ]
        if not others:
            return list(group.values())
        for seat in others:
            del group[seat]


def _works(graph: Graph, seen: Seen, place: str, since: float) -> bool:
    """Has a line over this place answered after `since`, is a port of it up, or has something answered that no path
    reaches without it?"""
    users = [line for line in graph.index.users[place] if line not in seen.broken]
    if any(seen.heard.get(line, 0.0) > since for line in users):
        return True
    if any(seen.port_up.get(line, NEVER)[0] > since + AGENT_CACHE for line in users):
        return True
    without = graph.walk((), users)
    ends = (graph.far[line] for line in users)
    return any(seen.heard.get(end, 0.0) > since and not without.reaches(end) for end in ends)


def shared(faults: Collection[Fault]) -> frozenset[str]:
    """The lines whose loss is told as the loss of something that they share."""
    return frozenset(line for fault in faults if fault.seat not in fault.members for line in fault.links)
