"""Which routes do the routers use, while they are still finding out what has changed?

Every change is known to them only after a time of its own; until then packets go where they went before,
into the hole if it is one. What is learned later includes what was learned before, so a line that flaps
faster than the routers converge does not hold up the rest.
"""

import random
from collections.abc import Iterator
from typing import NamedTuple

from netmon.sim.routes import Graph, Route, Routes


class _Learned(NamedTuple):
    """From `at` on the routers know that these devices and lines are dead, and all others alive."""

    at: float
    devices: frozenset[str]
    links: frozenset[str]


class Convergence:
    """The routers' view. `settle` are the least and the most seconds that they need after a change."""

    __slots__ = ("_chance", "_graph", "_pending", "_routes", "_settle", "_start")

    def __init__(self, ways: Graph, start: str, settle: tuple[float, float], seed: str) -> None:
        self._graph, self._start, self._settle = ways, start, settle
        self._chance = random.Random(seed)  # noqa: S311 (chance, not secrecy)
        self._pending: list[_Learned] = []
        self._routes = Routes(ways, start, (), ())

    def changed(self, now: float, devices: frozenset[str], links: frozenset[str]) -> float:
        """Something changed at `now`, and this is what is dead since; returns when the routers will know."""
        least, most = self._settle
        at = now + (self._chance.uniform(least, most) if most > least else least)
        self._pending = [*(each for each in self._pending if each.at < at), _Learned(at, devices, links)]
        return at

    def catch_up(self, now: float) -> bool:
        """Take in what has been learned by now; True if the routes are others."""
        due = [each for each in self._pending if each.at <= now]
        if not due:
            return False
        del self._pending[: len(due)]
        self._routes = Routes(self._graph, self._start, due[-1].devices, due[-1].links)
        return True

    @property
    def stale(self) -> bool:
        """Whether something has changed that the routers do not know yet."""
        return bool(self._pending)

    def due(self) -> Iterator[float]:
        """When the routers learn next, if they have anything to learn."""
        return (each.at for each in self._pending[:1])

    def to(self, device: str) -> Route | None:
        """The way they send packets for a device, dead or alive; None if they know of none."""
        return self._routes.to(device)
