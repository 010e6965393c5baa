"""What does a pass of the verdict cost: the first, one change, a district that falls?

The network is well when it begins. A pass is dear for what it looks at: the first for everything, every other
for what changed and what stands next to that. So one change must cost the same in a large network as in a small one.
"""

import gc
import statistics
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from netmon.decide import core, graph
from netmon.decide.state import Core
from netmon.model import Inventory, Observation, Restored, Standing, State
from tests.bench.figure import Figure, median_cpu
from tests.bench.province import province

SLICES = 40
DISTRICT, LEAF, OTHER = "d0", "d0-c1-h1", "d0-c2-h1"


class Cost(NamedTuple):
    """CPU seconds of the dearest pass of each kind."""

    first: float
    change: float
    district: float


def verdicts(small: int, large: int, runs: int) -> list[Figure]:
    """All figures for a network of `small` sites, and for one of `large`, that of one change beside the small one's."""
    found: list[Figure] = []
    least: Cost | None = None
    for sites, budget in ((small, 50.0), (large, 250.0)):
        inventory = province(sites)
        costs = [_cost(inventory) for _ in range(runs)]
        cost = Cost(*(statistics.median(each) for each in zip(*costs, strict=True)))
        least = least or cost
        walk = _walk(inventory, runs)
        what = f"verdict, {sites:,} sites, {len(inventory.devices):,} devices"
        beside, name = least.change * 1e3, f"the same, {small:,} sites"
        whole = "one walk over the graph"
        found += [
            Figure(f"{what}, the first pass", "ms", cost.first * 1e3, whole, walk * 1e3, budget),
            Figure(f"{what}, one device falls", "ms", cost.change * 1e3, name, beside, budget),
            Figure(f"{what}, a district falls", "ms", cost.district * 1e3, whole, walk * 1e3, budget),
        ]
    return found


def _cost(inventory: Inventory) -> Cost:
    """One device falls and is told, with nothing else heard than what is asked about it; then a district does."""
    names = (*inventory.sites, *inventory.devices, *inventory.links)
    judge = core.start(inventory, Restored(standings={name: Standing(State.UP, 0.0) for name in names}), 0.0)
    every = list(inventory.devices)
    rounds(judge, every, frozenset(), 0, 2)
    gc.collect()
    first = rounds(judge, [OTHER], frozenset({OTHER}), 2, 3)
    rounds(judge, [OTHER], frozenset(), 3, 5)
    gc.collect()
    asked = [LEAF, *judge.known.graph.ancestors[LEAF]]
    change = rounds(judge, asked, frozenset({LEAF}), 5, 14)
    _told(judge, LEAF)
    rounds(judge, every, frozenset(), 14, 22)
    gc.collect()
    fallen = frozenset(device.id for device in inventory.devices.values() if device.site.split("-")[0] == DISTRICT)
    district = rounds(judge, every, fallen, 22, 31)
    _told(judge, DISTRICT)
    return Cost(first, change, district)


def _told(judge: Core, root: str) -> None:
    if [incident.root for incident in core.open_incidents(judge)] != [root]:
        raise RuntimeError(f"{root} fell and was not told, or not alone: this measures something else")


def _walk(inventory: Inventory, runs: int) -> float:
    """CPU seconds of one look at everything."""
    paths = replace(graph.build(inventory).paths, large=0.0)
    return median_cpu(lambda: paths.walk((), ()), runs)


def rounds(judge: Core, asked: Sequence[str], silent: frozenset[str], first: int, last: int) -> float:
    """CPU seconds of the dearest step of the rounds from `first` to before `last`.

    Answers come as the poller brings them, a slice of 50 ms at a time, every device once in 2 s.
    """
    dearest = 0.0
    for number in range(first, last):
        for part in range(SLICES):
            at = 2.0 * (number + part / SLICES)
            seen = [
                Observation(name, at, "icmp", name not in silent, None if name in silent else 0.004)
                for name in asked[part::SLICES]
            ]
            before = time.process_time()
            core.step(judge, seen, at)
            dearest = max(dearest, time.process_time() - before)
    return dearest
