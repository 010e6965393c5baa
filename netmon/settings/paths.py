"""Is there a path from the vantage to everything, by the rule of levels?

A path starts at the vantage; once it has stepped to a site of a more inner level it never steps to a more
outer one again, unless the site it leaves is a transit site.
"""

from collections import deque
from collections.abc import Mapping

from netmon.model import Inventory


def distances(inventory: Inventory) -> Mapping[str, int]:
    """Steps from the vantage to each device that a path leads to."""
    depth = {level: n for n, level in enumerate(inventory.levels)}
    level = {key: depth[inventory.sites[device.site].level] for key, device in inventory.devices.items()}
    transit = {key: inventory.sites[device.site].transit for key, device in inventory.devices.items()}
    near = neighbours(inventory)
    start = (inventory.vantage, False)
    found = {start: 0}
    todo = deque([start])
    while todo:
        key, inward = state = todo.popleft()
        for other in near[key]:
            if level[other] < level[key] and inward and not transit[key]:
                continue
            step = (other, inward or level[other] > level[key])
            if step not in found:
                found[step] = found[state] + 1
                todo.append(step)
    best: dict[str, int] = {}
    for (key, _), steps in found.items():
        best[key] = min(steps, best.get(key, steps))
    return best


def neighbours(inventory: Inventory) -> dict[str, list[str]]:
    """Each device's neighbours, over lines and over ties inside the site."""
    near: dict[str, list[str]] = {key: [] for key in inventory.devices}
    ties = [(device.id, other) for device in inventory.devices.values() for other in device.behind]
    for one, other in ties + [(link.source, link.target) for link in inventory.links.values()]:
        near[one].append(other)
        near[other].append(one)
    return near


def cycle(graph: Mapping[str, list[str]]) -> list[str]:
    """Some cycle of a directed graph, its first id given again at the end; empty if there is none."""
    state: dict[str, int] = {}
    for start in graph:
        way: list[str] = []
        todo = [(start, False)]
        while todo:
            key, leaving = todo.pop()
            if leaving:
                state[way.pop()] = 2
            elif state.get(key) == 1:
                return [*way[way.index(key) :], key]
            elif key not in state:
                state[key] = 1
                way.append(key)
                todo.append((key, True))
                todo += [(other, False) for other in graph.get(key, ())]
    return []
