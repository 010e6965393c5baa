"""In which nights was a place switched off, and from when until when is that usual?

Switched off is what the ledger books as off, and an outage through the power or the unit itself that comes back night
after night at the same hour. A night is over at `WAKES`; it was dark if the place was off for most of its hours.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from statistics import median_low
from typing import Literal, NamedTuple

from netmon.decide.ledger.book import Interval

SLEEPS, WAKES = 22, 5
"""The hours of the night: from the first, before the second of the next day."""
GAP = 900
"""Seconds without a measurement that do not end an absence."""
ALIKE = 60
"""Minutes by which the beginnings of outages may differ and still be one habit."""
HABIT = 3
"""Nights from which on outages are one."""
DAY = 86400

Proof = Literal["hours", "outages", "both"]
"""What shows it: the site's hours in the inventory, outages that come back each night, or both."""


class Spell(NamedTuple):
    """An absence, [since, until): by the hours of the inventory, or as an outage."""

    since: int
    until: int
    booked: bool


@dataclass(frozen=True, slots=True)
class Dark:
    """Of how many measured nights how many were dark, seconds off in all, the usual minutes of the day from and to
    (None: it was never off for a whole night), and what shows it."""

    nights: int
    measured: int
    seconds: int
    begins: int | None
    ends: int | None
    proof: Proof


def dark(intervals: Sequence[Interval], zone: tzinfo) -> Dark | None:
    """What these intervals of a site say; None if it was never switched off."""
    if not intervals:
        return None
    nights = list(_nights(intervals[0].since, intervals[-1].until, zone))
    spells = list(_spells(intervals))
    habit = _habit([one for one in spells if not one.booked], nights, zone)
    kept = sorted([*(one for one in spells if one.booked), *habit])
    if not kept:
        return None
    whole = [one for one in kept if any(_most(one, night) for night in nights)]
    proof: Proof = "outages" if len(habit) == len(kept) else "both" if habit else "hours"
    return Dark(
        nights=sum(any(_most(one, night) for one in kept) for night in nights),
        measured=sum(2 * _seen(intervals, night) > night[1] - night[0] for night in nights),
        seconds=_seconds(intervals, habit),
        begins=_usual([one.since for one in whole], zone),
        ends=_usual([one.until for one in whole], zone),
        proof=proof,
    )


def _nights(since: int, until: int, zone: tzinfo) -> Iterator[tuple[int, int]]:
    """The nights that lie in the period as a whole."""
    day = datetime.fromtimestamp(since, zone).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    while True:
        begins = int(day.replace(hour=SLEEPS).timestamp())
        day += timedelta(days=1)
        ends = int(day.replace(hour=WAKES).timestamp())
        if ends > until:
            return
        if begins >= since:
            yield begins, ends


def _spells(intervals: Sequence[Interval]) -> Iterator[Spell]:
    """Absences, each of which may go on over a short time that was not measured."""
    waiting: Spell | None = None
    for one in intervals:
        off = one.column == "off"
        if not off and not (one.column == "down" and one.attribution in ("power", "unit")):
            if waiting is not None and not (one.column == "unmeasured" and one.seconds <= GAP):
                yield waiting
                waiting = None
        elif waiting is None:
            waiting = Spell(one.since, one.until, off)
        else:
            waiting = Spell(waiting.since, one.until, waiting.booked or off)
    if waiting is not None:
        yield waiting


def _habit(spells: Sequence[Spell], nights: Sequence[tuple[int, int]], zone: tzinfo) -> list[Spell]:
    """Those that take a night and begin at the usual time; none, if they are too few for a habit."""
    found = [one for one in spells if any(_most(one, night) for night in nights)]
    usual = _usual([one.since for one in found], zone)
    if usual is None:
        return []
    alike = [one for one in found if _apart(_minute(one.since, zone), usual) <= ALIKE]
    return alike if len(alike) >= HABIT else []


def _most(spell: Spell, night: tuple[int, int]) -> bool:
    return 2 * (min(spell.until, night[1]) - max(spell.since, night[0])) > night[1] - night[0]


def _seen(intervals: Sequence[Interval], night: tuple[int, int]) -> int:
    """Seconds of a night that were measured."""
    seen = (one for one in intervals if one.column != "unmeasured" and one.since < night[1] and night[0] < one.until)
    return sum(min(one.until, night[1]) - max(one.since, night[0]) for one in seen)


def _seconds(intervals: Sequence[Interval], habit: Sequence[Spell]) -> int:
    """Seconds booked as off, and those of the outages that are a habit."""
    booked = sum(one.seconds for one in intervals if one.column == "off")
    return booked + sum(
        one.seconds
        for one in intervals
        if one.column == "down" and any(spell.since <= one.since and one.until <= spell.until for spell in habit)
    )


def _usual(moments: Sequence[int], zone: tzinfo) -> int | None:
    """The median minute of the day, counted from noon to noon: what begins in the evening ends in the morning."""
    minutes = [(_minute(at, zone) - DAY // 120) % (DAY // 60) for at in moments]
    return (median_low(minutes) + DAY // 120) % (DAY // 60) if minutes else None


def _minute(at: int, zone: tzinfo) -> int:
    local = datetime.fromtimestamp(at, zone)
    return 60 * local.hour + local.minute


def _apart(one: int, other: int) -> int:
    """Minutes between two times of the day, the short way round."""
    apart = abs(one - other)
    return min(apart, DAY // 60 - apart)
