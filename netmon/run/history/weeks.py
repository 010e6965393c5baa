"""How full were the lines over the last 7 days?

Of each direction the 5-minute means of a week, 8 KB, and their 95th percentile, which is worked out anew each five
minutes: so a series is there for whoever wants to draw or watch it, and nobody has to ask for a week of samples.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping

from netmon.decide.history import P95, STEP, WEEK, Curve
from netmon.decide.rules.means import Means
from netmon.model import Family, Inventory
from netmon.reading.families import HISTORY_METRICS, LINK_USE_P95
from netmon.run.journal.history import DAY
from netmon.run.store import label_text

MOST = WEEK * DAY
"""Means of a week."""
_PORTION = 20
"""Lines at a time, 0.5 ms each."""

Way = tuple[str, str]
"""A line and a direction."""


class Weeks:
    """The last week of every line's use."""

    def __init__(self) -> None:
        self._weeks: dict[Way, Means] = {}
        self._p95: Mapping[Way, float] = {}

    def restore(self, curves: Iterable[Curve], now: float) -> None:
        """Go on from these curves of a week."""
        for curve in curves:
            week = self._weeks[curve.of, curve.direction] = Means(int(now // STEP))
            week.points.extend(curve.means[: int(now // STEP) - curve.begins // STEP])

    def add(self, way: Way, number: int, mean: float) -> None:
        """The mean of this five minutes (counted since the epoch); a second one takes the place of the first."""
        week = self._weeks.setdefault(way, Means(number))
        if number < week.bucket:
            if week.bucket - number <= len(week.points):
                week.points[number - week.bucket] = mean
            return
        week.close(number * STEP, MOST)
        week.add(mean, number * STEP)
        week.close((number + 1) * STEP, MOST)

    async def refresh(self, now: float) -> None:
        """Work out the percentiles anew, a few lines at a time."""
        found: dict[Way, float] = {}
        for count, (way, week) in enumerate(list(self._weeks.items()), 1):
            week.close(now, MOST)
            value = week.quantile(P95, MOST * STEP)
            if value is not None:
                found[way] = value
            elif week.empty():
                del self._weeks[way]
            if count % _PORTION == 0:
                await asyncio.sleep(0)
        self._p95 = found

    def families(self, inventory: Inventory) -> Iterator[Family]:
        """The percentile of each line that the inventory has; none of which half the week is not known."""
        labels, series = ("site", "level", "link", "direction"), list[tuple[str, float]]()
        for (key, direction), value in self._p95.items():
            if (link := inventory.links.get(key)) is not None:
                level = inventory.sites[link.site].level
                series.append((label_text(labels, (link.site, level, key, direction)), value))
        yield Family(LINK_USE_P95, HISTORY_METRICS[LINK_USE_P95], series)
