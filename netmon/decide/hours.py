"""Is anybody at work at this instant, and when does work begin again?

Working weekdays and hours, less the days off and plus the make-up days of the yearly notices. A make-up day
has the hours of any working day. Instants are seconds since the epoch as the wall clock counts them.
"""

from datetime import datetime, timedelta, tzinfo

from netmon.model import Calendar

LOOK_AHEAD = 60
"""Days after which a calendar that still has no working day is taken to have none."""


def at_work(calendar: Calendar, at: float, zone: tzinfo) -> bool:
    """Whether `at` lies in working hours."""
    there = datetime.fromtimestamp(at, zone)
    minute = there.hour * 60 + there.minute
    return _works(calendar, there) and any(begin <= minute < end for begin, end in calendar.hours)


def next_start(calendar: Calendar, at: float, zone: tzinfo) -> float | None:
    """The next instant after `at` at which working hours begin; None if none do within `LOOK_AHEAD` days."""
    midnight = datetime.fromtimestamp(at, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    for days in range(LOOK_AHEAD):
        day = midnight + timedelta(days=days)
        if _works(calendar, day):
            for begin, _ in sorted(calendar.hours):
                start = day.replace(hour=begin // 60, minute=begin % 60).timestamp()
                if start > at:
                    return start
    return None


def _works(calendar: Calendar, day: datetime) -> bool:
    date = day.date()
    return date in calendar.makeup or (date.weekday() in calendar.days and date not in calendar.off)
