"""How can the vantage reach each device, on which lines and through which places?

Nodes are devices; edges are links (with the carrier's places they pass) and ties inside a site. A path
starts at the vantage; once it has stepped to a site of a more inner level it never steps to a more
outer one again, unless the site it leaves is a transit site. Steps between equal levels are free.
"""

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from netmon.model import Inventory


class Edge(NamedTuple):
    """One way from a device to a neighbour. `link` is None for a tie; `via` are the places on the way.

    `inward` is +1 towards a more inner level, 0 for an equal one, -1 for a more outer one; `transit`
    says that the site it leaves may be crossed outward.
    """

    to: str
    link: str | None
    via: tuple[str, ...]
    inward: int
    transit: bool


class Reach(NamedTuple):
    """What a walk found: the devices reached, those of them that stopped it, and the links that did."""

    reached: Mapping[str, None]
    walls: tuple[str, ...]
    broken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """The network as the inventory draws it.

    `parents` are a device's neighbours towards the vantage, `ancestors` theirs too, `far` the end of a
    link farther from the vantage, `lines` the links by which a site is reached.
    """

    vantage: str
    edges: Mapping[str, tuple[Edge, ...]]
    parents: Mapping[str, tuple[str, ...]]
    ancestors: Mapping[str, tuple[str, ...]]
    far: Mapping[str, str]
    near: Mapping[str, str]
    lines: Mapping[str, tuple[str, ...]]

    def walk(self, silent: Collection[str], broken: Collection[str]) -> Reach:
        """Go from the vantage as far as possible: a silent device is reached, not crossed; a broken link not used."""
        start = (self.vantage, False)
        todo, visited = deque([start]), {start}
        reached: dict[str, None] = {self.vantage: None}
        walls: dict[str, None] = {}
        lines: dict[str, None] = {}
        while todo:
            device, descended = todo.popleft()
            for edge in self.edges[device]:
                if edge.inward < 0 and descended and not edge.transit:
                    continue
                if edge.link is not None and edge.link in broken:
                    lines[edge.link] = None
                    continue
                state = (edge.to, descended or edge.inward > 0)
                if state in visited:
                    continue
                visited.add(state)
                reached[edge.to] = None
                if edge.to in silent:
                    walls[edge.to] = None
                else:
                    todo.append(state)
        return Reach(reached, tuple(walls), tuple(lines))


def build(inventory: Inventory) -> Graph:
    """Draw the graph of an inventory that `settings` has checked."""
    level = {name: index for index, name in enumerate(inventory.levels)}
    edges: dict[str, list[Edge]] = {device: [] for device in inventory.devices}

    def join(a: str, b: str, link: str | None, via: tuple[str, ...]) -> None:
        site_a = inventory.sites[inventory.devices[a].site]
        site_b = inventory.sites[inventory.devices[b].site]
        step = level[site_b.level] - level[site_a.level]
        inward = (step > 0) - (step < 0)
        edges[a].append(Edge(b, link, via, inward, site_a.transit))
        edges[b].append(Edge(a, link, via[::-1], -inward, site_b.transit))

    for device in inventory.devices.values():
        for other in device.behind:
            join(device.id, other, None, ())
    for link in inventory.links.values():
        join(link.source, link.target, link.id, link.via)
    frozen = {device: tuple(ways) for device, ways in edges.items()}
    distance = _distances(inventory.vantage, frozen)
    parents = {
        device: tuple(dict.fromkeys(e.to for e in ways if _nearer(e, distance[device], distance)))
        for device, ways in frozen.items()
    }
    far, near, lines = {}, {}, {site: list[str]() for site in inventory.sites}
    for link in inventory.links.values():
        inward = distance[link.source] >= distance[link.target]
        far[link.id], near[link.id] = (link.source, link.target) if inward else (link.target, link.source)
        lines[inventory.devices[far[link.id]].site].append(link.id)
    return Graph(
        inventory.vantage,
        frozen,
        parents,
        _ancestors(parents),
        far,
        near,
        {site: tuple(links) for site, links in lines.items()},
    )


def _nearer(edge: Edge, own: int, distance: Mapping[str, int]) -> bool:
    """A link to a neighbour just as far counts too: a backup line often ends one step nearer than the primary."""
    there = distance[edge.to]
    return there < own or (there == own and edge.link is not None and edge.inward < 0)


def _distances(vantage: str, edges: Mapping[str, tuple[Edge, ...]]) -> dict[str, int]:
    """Steps from the vantage by allowed paths; what no path reaches is infinitely far."""
    start = (vantage, False)
    todo, visited = deque([start]), {start}
    distance = dict.fromkeys(edges, 1 << 30)
    distance[vantage] = 0
    while todo:
        device, descended = todo.popleft()
        for edge in edges[device]:
            state = (edge.to, descended or edge.inward > 0)
            if (edge.inward < 0 and descended and not edge.transit) or state in visited:
                continue
            visited.add(state)
            distance[edge.to] = min(distance[edge.to], distance[device] + 1)
            todo.append(state)
    return distance


def _ancestors(parents: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Parents, their parents and so on: nearest first."""
    found: dict[str, tuple[str, ...]] = {}
    for device in parents:
        seen: dict[str, None] = {}
        todo = deque(parents[device])
        while todo:
            parent = todo.popleft()
            if parent not in seen:
                seen[parent] = None
                todo.extend(parents[parent])
        found[device] = tuple(seen)
    return found
