"""What is a value over days, and how much has a counter grown within minutes?

Means of five minutes are kept as numbers of four octets, so that a week of one series is 8 KB, and quantiles are taken
of them as Prometheus does (quantile_over_time: linear between the two nearest ranks).
"""

from array import array
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import nan

from netmon.decide import history
from netmon.settings.rules_values import ROLLUP

HOUR = 12
"""Means of an hour, which are one row of the journal."""
COVERED = 0.5
"""Share of the time for which there must be means before anything is said of a quantile."""
GRAINS = 60
"""Points within the time over which a counter's growth is watched."""


@dataclass(slots=True)
class Means:
    """The 5-minute means of one series. `bucket` is the one that is being filled, in five minutes since the epoch;
    `points` are those before it, the latest last, NaN = there was no value."""

    bucket: int
    points: "array[float]" = field(default_factory=lambda: array("f"))
    total: float = 0.0
    count: int = 0
    looked: float = -1.0

    def add(self, value: float, now: float) -> None:
        """One value; a second one of the same moment is the same one."""
        if now > self.looked:
            self.looked = now
            self.total += value
            self.count += 1

    def close(self, now: float, most: int) -> int | None:
        """Begin another five minutes if it is time; the bucket that was closed then. At most `most` points are kept."""
        bucket, closed = int(now // ROLLUP), self.bucket
        if bucket <= closed:
            return None
        gap = min(bucket - closed - 1, most)
        self.points.append(self.total / self.count if self.count else nan)
        self.points.extend([nan] * gap)
        del self.points[:-most]
        self.bucket, self.total, self.count = bucket, 0.0, 0
        return closed

    def quantile(self, p: float, over: float) -> float | None:
        """The p-quantile of the means of the last `over` seconds; None if they cover too little of them."""
        wanted = int(over // ROLLUP)
        points = self.points[-wanted:]
        if sum(mean == mean for mean in points) < max(1, wanted * COVERED):
            return None
        return history.quantile(points, p)

    def empty(self) -> bool:
        """Whether nothing is known any more."""
        return not self.count and all(mean != mean for mean in self.points)

    def hour(self, number: int) -> tuple[float, ...]:
        """The means of this hour since the epoch, as far as they are known; NaN for the others."""
        first = self.bucket - len(self.points)
        wanted = range(number * HOUR, (number + 1) * HOUR)
        return tuple(self.points[each - first] if 0 <= each - first < len(self.points) else nan for each in wanted)


def recalled(hours: Sequence[tuple[int, Sequence[float]]], now: float) -> Means:
    """Of the hours that the journal kept, in order: (hour since the epoch, its means). What is not before `now` never
    was."""
    means = Means(int(now // ROLLUP))
    known = {hour * HOUR + place: value for hour, values in hours for place, value in enumerate(values)}
    first = min((each for each, value in known.items() if value == value), default=means.bucket)
    means.points.extend(known.get(each, nan) for each in range(min(first, means.bucket), means.bucket))
    return means


@dataclass(slots=True)
class Growth:
    """How far a counter went: `sum` since it was first seen, and (when, sum) of some moments before."""

    last: float
    at: float
    sum: float = 0.0
    points: "deque[tuple[float, float]]" = field(default_factory=deque)

    def step(self, value: float, now: float, over: float) -> float:
        """Take in a value; by how much it grew within the last `over` seconds. What starts anew starts from 0."""
        self.sum += value - self.last if value >= self.last else value
        self.last, self.at = value, now
        if not self.points or now - self.points[-1][0] >= over / GRAINS:
            self.points.append((now, self.sum))
        while len(self.points) > 1 and self.points[0][0] < now - over:
            self.points.popleft()
        return self.sum - self.points[0][1]
