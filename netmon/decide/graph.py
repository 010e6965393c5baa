"""How can the vantage reach each device, on which lines and through which places?

Nodes are devices; edges are links (with the carrier's places they pass) and ties inside a site. A path
starts at the vantage; once it has stepped to a site of a more inner level it never steps to a more
outer one again, unless the site it leaves is a transit site. Steps between equal levels are free.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from netmon.decide import index, paths
from netmon.decide.index import Index
from netmon.decide.paths import Edge, Paths, Reach
from netmon.model import Inventory


@dataclass(frozen=True, slots=True)
class Graph:
    """The network as the inventory draws it.

    `parents` are a device's neighbours towards the vantage, `ancestors` theirs too, `children` those whose parent it
    is, `far` the end of a link farther from the vantage, `lines` the links by which a site is reached. `index` says
    what stands next to what.
    """

    vantage: str
    edges: Mapping[str, tuple[Edge, ...]]
    paths: Paths
    parents: Mapping[str, tuple[str, ...]]
    ancestors: Mapping[str, tuple[str, ...]]
    children: Mapping[str, tuple[str, ...]]
    far: Mapping[str, str]
    near: Mapping[str, str]
    lines: Mapping[str, tuple[str, ...]]
    index: Index

    def walk(self, silent: Collection[str], broken: Collection[str]) -> Reach:
        """Go from the vantage as far as possible: a silent device is reached, not crossed; a broken link not used."""
        return self.paths.walk(silent, broken)

    def below(self, device: str) -> set[str]:
        """Devices that a path over this one leads to: those among whose ancestors it is."""
        found: set[str] = set()
        todo = list(self.children.get(device, ()))
        while todo:
            child = todo.pop()
            if child not in found:
                found.add(child)
                todo += self.children[child]
        return found


def build(inventory: Inventory) -> Graph:
    """Draw the graph of an inventory that `settings` has checked."""
    edges = _edges(inventory)
    drawn = paths.draw(inventory.vantage, edges)
    distance = _distances(drawn, edges)
    parents = {
        device: tuple(dict.fromkeys(e.to for e in ways if _nearer(e, distance[device], distance)))
        for device, ways in edges.items()
    }
    children: dict[str, list[str]] = {device: [] for device in edges}
    for child, above in parents.items():
        for parent in above:
            children[parent].append(child)
    far, near, lines = {}, {}, {site: list[str]() for site in inventory.sites}
    for link in inventory.links.values():
        inward = distance[link.source] >= distance[link.target]
        far[link.id], near[link.id] = (link.source, link.target) if inward else (link.target, link.source)
        lines[inventory.devices[far[link.id]].site].append(link.id)
    fixed = {site: tuple(links) for site, links in lines.items()}
    return Graph(
        vantage=inventory.vantage,
        edges=edges,
        paths=drawn,
        parents=parents,
        ancestors=_ancestors(parents),
        children={device: tuple(below) for device, below in children.items()},
        far=far,
        near=near,
        lines=fixed,
        index=index.build(inventory, fixed),
    )


def _edges(inventory: Inventory) -> dict[str, tuple[Edge, ...]]:
    """Every tie and every link, from both of its ends."""
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
    return {device: tuple(ways) for device, ways in edges.items()}


def _nearer(edge: Edge, own: int, distance: Mapping[str, int]) -> bool:
    """A link to a neighbour just as far counts too: a backup line often ends one step nearer than the primary."""
    there = distance[edge.to]
    return there < own or (there == own and edge.link is not None and edge.inward < 0)


def _distances(drawn: Paths, devices: Iterable[str]) -> dict[str, int]:
    """Steps from the vantage by allowed paths; what no path reaches is infinitely far."""
    distance = dict.fromkeys(devices, 1 << 30)
    [(vantage, _), *_] = drawn.hanging
    distance[vantage] = 0
    for (device, _), below in drawn.hanging.items():
        for to, _ in below:
            distance[to] = min(distance[to], distance[device] + 1)
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
