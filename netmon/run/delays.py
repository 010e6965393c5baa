"""How late are polls begun?

Delays are counted in classes that grow by a quarter, so a poll costs one search among a few bounds and one addition,
and a quantile is right to an eighth. Two halves take turns: what is told is of the last one to two `HALF`s.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

HALF = 60.0
"""Seconds after which the older half is forgotten."""
LEAST = 0.001
"""Seconds that are as good as none."""
_GROWTH = 1.25
_CLASSES = 64
_BOUNDS = tuple(LEAST * _GROWTH**place for place in range(_CLASSES - 1))
"""The upper ends of the classes, but for the last one, which has none."""


class Delays:
    """Start delays in seconds: when a poll was begun minus when it was due. One thread counts, any may read."""

    __slots__ = ("_at", "_now", "_old", "_worst", "_worst_old")

    def __init__(self) -> None:
        self._now, self._old = [0] * _CLASSES, [0] * _CLASSES
        self._worst = self._worst_old = 0.0
        self._at: float | None = None

    def count(self, delay: float, now: float, times: int = 1) -> None:
        """So many polls were begun `delay` seconds late; negative is none."""
        self._turn(now)
        self._now[_class(delay)] += times
        if delay > self._worst:
            self._worst = delay

    def count_all(self, delays: Sequence[float], now: float) -> None:
        """Each of these polls was begun so many seconds late."""
        self._turn(now)
        counts = self._now
        for delay in delays:
            counts[_class(delay)] += 1
        self._worst = max(self._worst, *delays) if delays else self._worst

    def _turn(self, now: float) -> None:
        if self._at is None:
            self._at = now
        elif now - self._at >= HALF:
            self._old, self._now = self._now, [0] * _CLASSES
            self._worst_old, self._worst, self._at = self._worst, 0.0, now

    def quantiles(self) -> Iterator[tuple[str, float]]:
        """(quantile, seconds) for the median, 99 % and the worst; nothing before the first poll."""
        counts = [new + old for new, old in zip(self._now, self._old, strict=True)]
        total = sum(counts)
        if not total:
            return
        worst = max(self._worst, self._worst_old)
        for name, share in (("0.5", 0.5), ("0.99", 0.99)):
            yield name, min(worst, _at_share(counts, share * total))
        yield "1", worst


def _class(delay: float) -> int:
    return bisect_left(_BOUNDS, delay)


def _at_share(counts: list[int], wanted: float) -> float:
    """The upper end of the class in which the `wanted`-th delay lies."""
    seen = 0
    for place, count in enumerate(counts):
        seen += count
        if seen >= wanted:
            return float(LEAST * _GROWTH**place)
    return float(LEAST * _GROWTH ** len(counts))
