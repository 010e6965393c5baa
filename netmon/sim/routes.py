"""Which way does a packet take from the vantage to each device?

The shortest one that the path rule of a government network allows: once a path has stepped to a site
of a more inner level it never steps to a more outer one again, unless the site it leaves lends itself
as `transit`. So a commune's 4G serves that commune and not its district.
"""

import heapq
import math
from collections.abc import Container, Mapping
from typing import NamedTuple

from netmon.model import Inventory, Link

LINE_COST = {"primary": 10, "backup": 1000}  # a backup carries traffic only where no primary line leads
TIE_COST = 1
TIE_DELAY = 0.0001
USUAL_DELAY = 0.005
DELAY: Mapping[str, float] = {  # one way, seconds
    "fibre": 0.001,
    "ftth": 0.002,
    "radio": 0.004,
    "adsl": 0.018,
    "4g": 0.035,
    "satellite": 0.28,
}


class Hop(NamedTuple):
    """One way out of a device. `turn` is 1 to a more inner level, -1 to a forbidden outer one, else 0."""

    to: str
    link: str | None
    cost: int
    delay: float
    turn: int


class Route(NamedTuple):
    """The way to a device: the devices and the lines on it, in order, and its delay one way in seconds."""

    devices: tuple[str, ...]
    links: tuple[str, ...]
    delay: float


Graph = Mapping[str, tuple[Hop, ...]]
_State = tuple[str, bool]


def line_delay(link: Link) -> float:
    """One-way delay of a healthy line, seconds: usual for its kind, and well within its contract."""
    usual = DELAY.get(link.kind, USUAL_DELAY)
    return usual if link.contract.rtt is None else min(usual, link.contract.rtt / 4)


def graph(inventory: Inventory) -> Graph:
    """Every device with its ways out, in file order."""
    hops: dict[str, list[Hop]] = {device: [] for device in inventory.devices}
    depth = {level: n for n, level in enumerate(inventory.levels)}

    def turn(source: str, target: str) -> int:
        left, entered = (inventory.sites[inventory.devices[end].site] for end in (source, target))
        step = depth[entered.level] - depth[left.level]
        return 1 if step > 0 else -1 if step < 0 and not left.transit else 0

    for device in inventory.devices.values():
        for other in device.behind:
            hops[device.id].append(Hop(other, None, TIE_COST, TIE_DELAY, turn(device.id, other)))
            hops[other].append(Hop(device.id, None, TIE_COST, TIE_DELAY, turn(other, device.id)))
    for link in inventory.links.values():
        cost, delay = LINE_COST[link.role], line_delay(link)
        hops[link.source].append(Hop(link.target, link.id, cost, delay, turn(link.source, link.target)))
        hops[link.target].append(Hop(link.source, link.id, cost, delay, turn(link.target, link.source)))
    return {device: tuple(ways) for device, ways in hops.items()}


class Routes:
    """The routes from one device, as things stood when they were computed."""

    __slots__ = ("_before", "_best", "cost")

    def __init__(self, ways: Graph, start: str, dead_devices: Container[str], dead_links: Container[str]) -> None:
        """Dijkstra over (device, has the path turned inwards yet); equal costs go to what was found first."""
        self._before: dict[_State, tuple[_State, Hop] | None] = {}
        self._best: dict[str, _State] = {}
        self.cost: dict[str, int] = {}
        queue: list[tuple[int, int, _State, tuple[_State, Hop] | None]] = [(0, 0, (start, False), None)]
        found = 0
        while queue:
            cost, _, state, before = heapq.heappop(queue)
            device, inwards = state
            if state in self._before or (device, False) in self._before:
                continue
            self._before[state] = before
            if device not in self._best:
                self._best[device] = state
                self.cost[device] = cost
            for hop in ways[device]:
                after = (hop.to, inwards or hop.turn > 0)
                if (inwards and hop.turn < 0) or after in self._before:
                    continue
                if hop.to in dead_devices or hop.link in dead_links:
                    continue
                found += 1
                heapq.heappush(queue, (cost + hop.cost, found, after, (state, hop)))

    def to(self, device: str) -> Route | None:
        """The way to a device, or None if there is none."""
        state = self._best.get(device)
        if state is None:
            return None
        devices, links, delay = [device], [], 0.0
        step = self._before[state]
        while step is not None:
            before, hop = step
            devices.append(before[0])
            if hop.link is not None:
                links.append(hop.link)
            delay += hop.delay
            step = self._before[before]
        return Route(tuple(reversed(devices)), tuple(reversed(links)), delay)


def near_and_far(inventory: Inventory, ways: Graph) -> Mapping[str, tuple[str, str]]:
    """For each link id, its end fewer steps from the vantage and its other end; of equals the target is near."""
    stepwise = {device: tuple(hop._replace(cost=1) for hop in hops) for device, hops in ways.items()}
    steps = Routes(stepwise, inventory.vantage, (), ()).cost
    return {
        link.id: (link.source, link.target)
        if steps.get(link.source, math.inf) < steps.get(link.target, math.inf)
        else (link.target, link.source)
        for link in inventory.links.values()
    }
