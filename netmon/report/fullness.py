"""How full was each line by the norm, how full will it be, and of which lines is that not known?

A line is called by its fuller direction. The norm looks at 7 consecutive days (netmon.decide.history).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Literal, NamedTuple

from netmon.decide.history import FULL, STEP, WEEK, Curve, Day, Trend, coverage, daily, fullest, trend, weeks
from netmon.model import Inventory, Link
from netmon.report.periods import Period

DAY = 86400
LOOK_BACK = 90 * DAY
"""Seconds before the end of the period of which a trend is taken: as far as the history goes."""
GROWN = 0.2
"""Growth of demand from which on it has to be justified (Circular 06/2026/TT-BKHCN, article 11)."""

Why = Literal["no_bandwidth", "no_port", "no_data", "too_little"]


class Way(NamedTuple):
    """One direction of a line: the 7 days of the period with the highest 95th percentile, the last 7 days, up to 90
    days one by one and their trend, the share of the period that was measured, and by how much its fullest week is
    above that of as long a time before (0.25: by a quarter; None: not known)."""

    direction: str
    worst: Day
    last: Day
    days: Sequence[Day]
    trend: Trend | None
    coverage: float
    growth: float | None

    @property
    def p95(self) -> float:
        """Of its fullest week."""
        return self.worst.p95 or 0.0


@dataclass(frozen=True, slots=True)
class Use:
    """A line, its fuller direction, and the other one if that was measured."""

    link: Link
    way: Way
    other: Way | None

    @property
    def full(self) -> bool:
        """Whether the norm calls it too small."""
        return self.way.p95 > FULL


class Unknown(NamedTuple):
    """A line of which nothing can be said, why, and the share of the period that was measured."""

    link: Link
    why: Why
    coverage: float


def fullness(
    inventory: Inventory, curves: Sequence[Curve], period: Period, zone: tzinfo
) -> tuple[list[Use], list[Unknown]]:
    """All lines of the inventory, the fullest first, and those of which it is not known. `curves`: the use of lines
    over the time of the trend and the period before."""
    of: dict[str, list[Curve]] = {}
    for curve in curves:
        of.setdefault(curve.of, []).append(curve)
    known: list[Use] = []
    unknown: list[Unknown] = []
    for link in inventory.links.values():
        mine = sorted(of.get(link.id, ()), key=lambda one: one.direction)
        ways = sorted((way for one in mine if (way := _way(one, period, zone))), key=lambda way: -way.p95)
        if ways:
            known.append(Use(link, ways[0], ways[1] if len(ways) > 1 else None))
        else:
            share = max((_share(one, period) for one in mine), default=0.0)
            unknown.append(Unknown(link, _why(link, share), share))
    known.sort(key=lambda one: (-one.way.p95, one.link.id))
    return known, unknown


def too_full(inventory: Inventory, curves: Sequence[Curve], period: Period, zone: tzinfo) -> list[Use] | None:
    """The lines that the norm calls too small, the fullest first; None if none was measured. `curves`: the use of lines
    over what is `judged`. What never was above the limit need not be looked at."""
    within = [cut(curve, *judged(period)) for curve in curves]
    if not any(mean == mean for curve in within for mean in curve.means):
        return None
    high = [curve for curve in within if any(mean > FULL for mean in curve.means)]
    return [use for use in fullness(inventory, high, period, zone)[0] if use.full]


def judged(period: Period) -> tuple[int, int]:
    """What the norm looks at, [since, until): the period, or the 7 days that end with it if it is shorter."""
    return min(period.since, period.until - WEEK * DAY), period.until


def since(period: Period) -> int:
    """From when on the history is looked at, for trends and growth as well."""
    return min(period.until - LOOK_BACK, period.since - period.seconds)


def _why(link: Link, share: float) -> Why:
    if share:
        return "too_little"
    if link.bandwidth is None:
        return "no_bandwidth"
    return "no_data" if link.local or link.remote else "no_port"


def _way(curve: Curve, period: Period, zone: tzinfo) -> Way | None:
    """None if there are no 7 days of which half was measured."""
    found = weeks(cut(curve, *judged(period)), zone)
    worst = fullest(found)
    if worst is None:
        return None
    days = daily(cut(curve, period.until - LOOK_BACK, period.until), zone)
    was = fullest(weeks(cut(curve, *judged(Period(period.since - period.seconds, period.since))), zone))
    return Way(
        direction=curve.direction,
        worst=worst,
        last=found[-1],
        days=days,
        trend=trend(days),
        coverage=_share(curve, period),
        growth=worst.p95 / was.p95 - 1 if worst.p95 is not None and was is not None and was.p95 else None,
    )


def _share(curve: Curve, period: Period) -> float:
    """How much of the period was measured, also where the curve does not reach."""
    within = cut(curve, period.since, period.until).means
    return coverage(within) * len(within) / max(1, period.seconds // STEP)


def cut(curve: Curve, begins: int, until: int) -> Curve:
    """What of a curve lies in [begins, until)."""
    first = max(0, -(-(begins - curve.begins) // STEP))
    last = max(first, (until - curve.begins) // STEP)
    return curve._replace(begins=curve.begins + first * STEP, means=curve.means[first:last])


def grown(uses: Sequence[Use]) -> list[tuple[Use, Way]]:
    """Lines with the direction whose demand grew so much that it has to be justified, the most grown first."""
    ways = [(use, way) for use in uses for way in (use.way, use.other) if way is not None and _growth(way) > GROWN]
    ways.sort(key=lambda one: (-_growth(one[1]), one[0].link.id))
    first: dict[str, tuple[Use, Way]] = {}
    for use, way in ways:
        first.setdefault(use.link.id, (use, way))
    return list(first.values())


def _growth(way: Way) -> float:
    return way.growth or 0.0


def headroom(use: Use) -> float | None:
    """Bit/s that its fullest week leaves below the limit, negative if it is above; None without a bandwidth."""
    return None if use.link.bandwidth is None else (FULL - use.way.p95) * use.link.bandwidth
