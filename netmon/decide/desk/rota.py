"""Who has the duty at this instant, and when does it change hands?

The turns go round by the calendar; a day of duty lasts from one handover to the next, so that the night after a holiday
is still the holiday's. Instants are seconds since the epoch as the wall clock counts them.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple

from netmon.model import Calendar
from netmon.people import Override, Roster, Rota


class Shift(NamedTuple):
    """[since, until): `who` has the duty, None = nobody. `planned` is whose turn it is, who may have left."""

    since: float
    until: float
    who: str | None
    planned: str | None


def on_duty(
    rota: Rota,
    roster: Roster,
    calendars: Mapping[str, Calendar],
    wall: float,
    zone: tzinfo,
    gone: Collection[str] = (),
) -> str | None:
    """The person who has the duty at `wall`; of the rota's people somebody, as long as one of them is there.

    If whose turn it is has left (`Person.until`, or among `gone`), the next in the turns has it. None: nobody is there.
    """
    day = datetime.fromtimestamp(wall, zone).date()
    wanted = [*_in_order(rota, calendars, wall, zone)]
    return next((one for one in wanted if there(roster, one, day, gone)), None)


def there(roster: Roster, person: str, day: date, gone: Collection[str] = ()) -> bool:
    """Whether somebody can be told anything on this day: known, and not gone."""
    known = roster.people.get(person)
    return known is not None and person not in gone and (known.until is None or day < known.until)


def shifts(
    rota: Rota,
    roster: Roster,
    calendars: Mapping[str, Calendar],
    since: float,
    until: float,
    zone: tzinfo,
    gone: Collection[str] = (),
) -> list[Shift]:
    """Who has the duty from `since` to `until` (wall time), one shift after another without a hole between them."""
    found: list[Shift] = []
    times = [*sorted({at for at in _changes(rota, since, until, zone) if since < at < until}), until]
    at = since
    for end in times:
        who = on_duty(rota, roster, calendars, at, zone, gone)
        planned = next(_in_order(rota, calendars, at, zone), None)
        if found and found[-1][2:] == (who, planned):
            found[-1] = found[-1]._replace(until=end)
        else:
            found.append(Shift(at, end, who, planned))
        at = end
    return found


def gaps(
    rota: Rota,
    roster: Roster,
    calendars: Mapping[str, Calendar],
    since: float,
    until: float,
    zone: tzinfo,
    gone: Collection[str] = (),
) -> list[Shift]:
    """The shifts in which whoever is planned is not there: somebody else has the duty by chance, or nobody."""
    return [one for one in shifts(rota, roster, calendars, since, until, zone, gone) if one.who != one.planned]


def _in_order(rota: Rota, calendars: Mapping[str, Calendar], wall: float, zone: tzinfo) -> Iterator[str]:
    """Who should have it, and then who is asked if that one is not there; people may come twice."""
    day = _duty_day(rota, wall, zone)
    turns, n = rota.turns, (day - rota.begins).days // max(1, rota.days)
    calendar = calendars.get(rota.holidays)
    usual = [turns[(n + more) % len(turns)] for more in range(len(turns))]
    if calendar is not None and rota.holiday_turns and _is_off(calendar, day):
        nth = _days_off(calendar, rota.begins, day)
        few = rota.holiday_turns
        usual = [*(few[(nth + more) % len(few)] for more in range(len(few))), *usual]
    taken = [one.who for one in rota.overrides if usual and _counts(one, wall, usual[0])]
    yield from (*taken, *usual)


def _counts(override: Override, wall: float, whose: str) -> bool:
    return override.since <= wall < override.until and override.instead_of in ("", whose)


def _duty_day(rota: Rota, wall: float, zone: tzinfo) -> date:
    """The day whose handover was last before this instant."""
    there = datetime.fromtimestamp(wall, zone)
    late = (there.hour, there.minute) >= rota.handover
    return there.date() if late else there.date() - timedelta(days=1)


def _is_off(calendar: Calendar, day: date) -> bool:
    return day in calendar.off and day not in calendar.makeup


def _days_off(calendar: Calendar, begins: date, day: date) -> int:
    """How many days off there were from `begins` to before `day`."""
    return sum(begins <= one < day for one in calendar.off - calendar.makeup)


def _changes(rota: Rota, since: float, until: float, zone: tzinfo) -> Iterator[float]:
    """When the duty may change hands: at each handover and midnight (people leave by days), and by overrides."""
    for one in rota.overrides:
        yield from (one.since, one.until)
    hour, minute = rota.handover
    day = datetime.fromtimestamp(since, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    while day.timestamp() < until:
        yield from (day.timestamp(), day.replace(hour=hour, minute=minute).timestamp())
        day += timedelta(days=1)
