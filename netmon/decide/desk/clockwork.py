"""When do bulletins go out, and how is an instant written for all languages?"""

from datetime import datetime, timedelta, tzinfo

from netmon.people import Roster

MORNING = ((7, 30),)
"""When people come to work: the bulletin's hour where none is named."""


def next_digest(roster: Roster, wall: float, zone: tzinfo) -> float:
    """The first instant after `wall` at which a bulletin goes out; both wall time."""
    midnight = datetime.fromtimestamp(wall, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    days = (midnight + timedelta(days=n) for n in range(3))
    times = (day.replace(hour=hour, minute=minute) for day in days for hour, minute in roster.digest_at or MORNING)
    return min(at for time in times if (at := time.timestamp()) > wall)


def clock(at: float, today: float, zone: tzinfo) -> str:
    """`02:31`, and the date behind it if that is not on the local day of `today`; both wall time."""
    then, day = datetime.fromtimestamp(at, zone), datetime.fromtimestamp(today, zone)
    return f"{then:%H:%M}" if then.date() == day.date() else f"{then:%H:%M %d/%m}"


def span(since: float, until: float, today: float, zone: tzinfo) -> str:
    """`02:31–04:10`."""
    return f"{clock(since, today, zone)}–{clock(until, today, zone)}"
