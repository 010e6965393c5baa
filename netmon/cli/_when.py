"""Which time does somebody mean who types one?"""

from datetime import MAXYEAR, datetime
from zoneinfo import ZoneInfo

import typer

from netmon.decide.desk import replies
from netmon.settings.maintenance import YEARS

DAY = 86400.0
_FORMS = ("%d/%m/%Y", "%H:%M %d/%m/%Y", "%H:%M:%S %d/%m/%Y")
"""As the tables and messages write a time; ISO 8601 is read besides."""


def coming(text: str, option: str, now: float, zone: ZoneInfo) -> float:
    """The next time after `now` (wall time) that is so: `23:30`, `23h30`, `8:00 tomorrow`, `8h mai`, `8:00 13/10`; or a
    day or a time in full as tables and files write it. A wrong one is a usage error.
    """
    at, rest = replies.moment(text, now, zone)
    if at is not None and not rest:
        return at
    full = _in_full(text, zone)
    if full is None:
        said = f"{text!r} is no time such as 23:30, '8:00 tomorrow', '8:00 13/10' or '21:14 22/11/2026'"
        raise typer.BadParameter(said, param_hint=option)
    return full


def last(text: str, option: str, now: float, zone: ZoneInfo) -> float:
    """As `coming`, but a time without a day is the last one that was so."""
    return coming(text, option, now - DAY, zone)


def in_full(text: str, option: str, zone: ZoneInfo) -> int:
    """Seconds since the epoch of a day or a time with its day and year; a wrong one is a usage error."""
    at = _in_full(text, zone)
    if at is None:
        said = f"{text!r} is not a day or a time such as 2026-11-22, 2026-11-22T21:14:05 or '21:14 22/11/2026'"
        raise typer.BadParameter(said, param_hint=option)
    return at


def _in_full(text: str, zone: ZoneInfo) -> int | None:
    for form in ("", *_FORMS):
        try:
            at = datetime.fromisoformat(text) if not form else datetime.strptime(text, form)  # noqa: DTZ007
        except ValueError:
            continue
        if YEARS.start <= at.year < MAXYEAR:
            return int((at if at.tzinfo is not None else at.replace(tzinfo=zone)).timestamp())
    return None
