"""Do several faults have one thing in common that must be their cause?

A place without an address, which the last lines of two or more lost sites all pass and nothing works
through; or a carrier all of whose lines to the centre are lost.
"""

from collections.abc import Mapping
from dataclasses import replace

from netmon.decide.faults import Fault, Seen
from netmon.decide.graph import Graph
from netmon.model import Inventory


def common(graph: Graph, inventory: Inventory, seen: Seen, faults: Mapping[str, Fault]) -> dict[str, Fault]:
    """Two or more sites whose last lines all pass one carrier's place, and nothing works through it: the place."""
    through: dict[str, list[Fault]] = {}
    for fault in faults.values():
        passes = [set(inventory.links[link].via) for link in fault.links]
        if fault.root == fault.seat and passes:
            for place in set.intersection(*passes):
                through.setdefault(place, []).append(fault)
    left = dict(faults)
    for place, group in sorted(through.items(), key=lambda item: (-len(item[1]), item[0])):
        group = [fault for fault in group if fault.seat in left]
        since = min((fault.since for fault in group), default=0.0)
        users = [link for link in inventory.links.values() if place in link.via]
        works = any(
            seen.heard.get(graph.far[link.id], 0.0) > since and _only(graph, inventory, link.id) for link in users
        )
        if len(group) < 2 or works:
            continue
        for fault in group:
            del left[fault.seat]
        left[place] = replace(
            group[0],
            seat=place,
            root=place,
            since=since,
            members=frozenset().union(*(fault.members for fault in group)),
            links=tuple(link for fault in group for link in fault.links),
            inferred=True,
        )
    return left


def _only(graph: Graph, inventory: Inventory, link: str) -> bool:
    """Is this the only line of its site, so that an answer from the site came over it?"""
    return len(graph.lines[inventory.devices[graph.far[link]].site]) == 1
