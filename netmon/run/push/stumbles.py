"""At which batches does the server fail, though it takes others?

An error inside the server may be about the server or about what it was sent. A batch at which it fails while it takes
others rests, longer each time, so that it holds up nothing. If that goes on for `PATIENCE`, it is taken apart like one
that is refused.
"""

from collections.abc import Callable
from typing import NamedTuple

PATIENCE = 3600.0
"""Seconds that a server has for getting over it: what is wrong inside it, such as a shard that is locked, may pass."""
REST = 60.0
"""Seconds that such a batch rests at first; later, as long again as it has been one."""


class _Stumble(NamedTuple):
    since: float
    due: float


class Stumbles:
    """Such batches by number, and until when they rest (s)."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[int, _Stumble] = {}

    def __contains__(self, number: int) -> bool:
        return number in self._known

    def note(self, number: int, now: float) -> None:
        """The server has failed at it."""
        since = self._known[number].since if number in self._known else now
        age = now - since
        self._known[number] = _Stumble(since, now + max(REST, min(age, PATIENCE - age)))

    def forget(self, number: int) -> None:
        """It is one no more."""
        self._known.pop(number, None)

    def over(self, number: int, now: float) -> bool:
        """Whether there is no more patience with it."""
        return now - self._known[number].since >= PATIENCE

    def resting(self, now: float, waits: Callable[[int], bool]) -> set[int]:
        """Those that are left alone; what does not wait any more is forgotten."""
        self._known = {number: each for number, each in self._known.items() if waits(number)}
        return {number for number, each in self._known.items() if each.due > now}

    def due(self) -> float | None:
        """When the first of them has rested (s); None if there are none."""
        return min((each.due for each in self._known.values()), default=None)
