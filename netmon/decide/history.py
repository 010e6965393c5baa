"""What do weeks of 5-minute means say: how full was a line, is it getting fuller, and when will it be full?

The norm (Circular 06/2026/TT-BKHCN, article 5.6) calls a channel sufficient while the 95th percentile of each direction
over 7 consecutive days, of 5-minute samples, is at most 90 percent of its capacity.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta, tzinfo
from itertools import chain
from math import floor, sqrt
from statistics import NormalDist
from typing import Literal, NamedTuple

STEP = 300
"""Seconds of a mean."""
Quantity = Literal["loss", "rtt", "jitter", "mos", "use"]
QUANTITIES: tuple[Quantity, ...] = ("loss", "rtt", "jitter", "mos", "use")
"""Share of the probes lost; round-trip time (s); jitter of the round trips (s); mean opinion score, 1 to 5; share of
the bandwidth in use, received and transmitted."""
P95 = 0.95
WEEK = 7
"""Days that the norm looks at together."""
FULL = 0.9
"""Share of its capacity from which on the norm calls a channel full."""
COVERED = 0.5
"""Share of a day for which there must be means before it says anything of a trend."""
LEAST_DAYS = 14
"""Days without which there is no trend: two of each weekday."""
SURE = 0.95
"""How sure the bounds of a trend are."""


class Curve(NamedTuple):
    """One series of 5-minute means: `quantity` loss, rtt, jitter, mos or use; `of` the id of a link, device or service;
    `direction` receive or transmit for use, else "".

    `begins` is when the first five minutes began (s since the epoch). A mean is a ratio, seconds, or an opinion score
    of 1 to 5; NaN where nothing was measured. `damaged`: when the days of 288 means began that were written and cannot
    be read any more, as a whole; they stand as not measured.
    """

    quantity: str
    of: str
    direction: str
    begins: int
    means: Sequence[float]
    damaged: Sequence[int] = ()


class Day(NamedTuple):
    """The 95th percentile of a time that began so (s since the epoch), None if nothing was measured in it, and the
    share of it for which there are means."""

    begins: int
    p95: float | None
    coverage: float


class Full(NamedTuple):
    """When a trend reaches the limit (s since the epoch), and between when it does so surely (`SURE`)."""

    at: int
    earliest: int
    latest: int


class Trend(NamedTuple):
    """A line through the 95th percentiles of `days` days: its height at their middle `at` (s since the epoch), how much
    it rises a day, give or take `error` (`SURE`); and when it is full, None if it cannot be said to rise."""

    days: int
    at: int
    level: float
    rise: float
    error: float
    full: Full | None

    @property
    def significant(self) -> bool:
        """Whether it rises or falls more than chance would make it."""
        return abs(self.rise) > self.error


def quantile(means: Iterable[float], p: float) -> float | None:
    """The p-quantile of what was measured, as Prometheus takes it: linear between the two nearest ranks; None of
    nothing."""
    return _ranked(_known(means), p)


def _known(means: Iterable[float]) -> list[float]:
    """What was measured, in order."""
    return sorted([mean for mean in means if mean == mean])


def _ranked(known: Sequence[float], p: float) -> float | None:
    if not known:
        return None
    rank = p * (len(known) - 1)
    low = floor(rank)
    high = min(low + 1, len(known) - 1)
    return known[low] + (known[high] - known[low]) * (rank - low)


def coverage(means: Sequence[float]) -> float:
    """Share of the time for which there are means, 0 of no time."""
    return sum(mean == mean for mean in means) / len(means) if means else 0.0


def daily(curve: Curve, zone: tzinfo) -> list[Day]:
    """Each calendar day of the zone that is whole in the curve, in order."""
    return [_together([day]) for day in _sorted_days(curve, zone)]


def weeks(curve: Curve, zone: tzinfo) -> list[Day]:
    """Every 7 consecutive calendar days that are whole in the curve, in order of the first of them."""
    days = _sorted_days(curve, zone)
    return [_together(days[first : first + WEEK]) for first in range(len(days) - WEEK + 1)]


def fullest(found: Iterable[Day]) -> Day | None:
    """Of `weeks` the one with the highest 95th percentile, the first of such; None if there are none of which half was
    measured."""
    known = [week for week in found if week.coverage >= COVERED]
    return max(known, key=lambda week: (week.p95 or 0.0, -week.begins), default=None)


def trend(days: Iterable[Day], limit: float = FULL) -> Trend | None:
    """Least squares over the days of which half was measured; None if they are fewer than `LEAST_DAYS`.

    The bounds take the days as independent of one another; that Sundays are alike makes them wider, not narrower. Those
    of `full` are where the confidence band of the line meets the limit (Fieller 1954).
    """
    points = [(day.begins / 86400, day.p95) for day in days if day.p95 is not None and day.coverage >= COVERED]
    count = len(points)
    if count < LEAST_DAYS:
        return None
    middle, level = (sum(values) / count for values in zip(*points, strict=True))
    spread = sum((x - middle) ** 2 for x, _ in points)
    rise = sum((x - middle) * (y - level) for x, y in points) / spread
    left = sum((y - level - rise * (x - middle)) ** 2 for x, y in points) / (count - 2)
    t = _student(count - 2)
    bounds = _full(level - limit, rise, t * t * left / count, t * t * left / spread)
    full = None if bounds is None else Full(*(round((middle + days) * 86400) for days in bounds))
    return Trend(count, round(middle * 86400), level, rise, t * sqrt(left / spread), full)


def _full(above: float, rise: float, of_level: float, of_rise: float) -> tuple[float, float, float] | None:
    """In how many days from its middle a line meets the limit, that it is `above` there, and the earliest and latest
    that it may; None if it cannot be said to rise. `of_level` and `of_rise`: squares of their half bands."""
    a = rise * rise - of_rise
    if rise <= 0 or a <= 0:
        return None
    b, c = rise * above, above * above - of_level
    root = sqrt(max(0.0, b * b - a * c))
    return -above / rise, (-b - root) / a, (-b + root) / a


def _student(freedom: int) -> float:
    """The two-sided quantile of Student's distribution, by its expansion (Abramowitz and Stegun, 26.7.5): to four
    digits from 12 degrees of freedom on."""
    z = NormalDist().inv_cdf((1 + SURE) / 2)
    first, second = (z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3


def _days(curve: Curve, zone: tzinfo) -> Iterator[tuple[int, int]]:
    """Beginning and end of each calendar day that is whole in the curve."""
    over = curve.begins + len(curve.means) * STEP
    day = datetime.fromtimestamp(curve.begins, zone).date()
    while True:
        since, until = (int(datetime.combine(day + timedelta(more), time(), zone).timestamp()) for more in (0, 1))
        if until > over:
            return
        if since >= curve.begins:
            yield since, until
        day += timedelta(1)


class _Sorted(NamedTuple):
    """What was measured on a day, in order, and how many means it has."""

    begins: int
    known: list[float]
    many: int


def _sorted_days(curve: Curve, zone: tzinfo) -> list[_Sorted]:
    found = []
    for since, until in _days(curve, zone):
        means = curve.means[(since - curve.begins) // STEP : (until - curve.begins) // STEP]
        found.append(_Sorted(since, _known(means), len(means)))
    return found


def _together(days: Sequence[_Sorted]) -> Day:
    """Days in a row as one. Each is in order already, so that sorting them together is little more than merging."""
    known = sorted(chain.from_iterable(day.known for day in days))
    return Day(days[0].begins, _ranked(known, P95), len(known) / sum(day.many for day in days))
