"""What is still to happen by itself, and when?"""

from collections.abc import Callable, Iterator
from heapq import heappop, heappush

Happening = Callable[[float], None]
"""Called with the time at which it was to happen."""


class Agenda:
    """Things to come, the earliest first; of equal times what was added first."""

    __slots__ = ("_added", "_heap")

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Happening]] = []
        self._added = 0

    def add(self, at: float, what: Happening) -> None:
        """Let this happen at `at`."""
        self._added += 1
        heappush(self._heap, (at, self._added, what))

    def take(self, now: float) -> Iterator[tuple[float, Happening]]:
        """What was to happen by now, also what is added meanwhile; each is taken off before it is handed out."""
        while self._heap and self._heap[0][0] <= now:
            at, _, what = heappop(self._heap)
            yield at, what

    def due(self) -> Iterator[float]:
        """When the next thing happens, if there is any."""
        return (each[0] for each in self._heap[:1])
