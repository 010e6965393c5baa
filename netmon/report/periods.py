"""Which period is a report about, which ones is it compared with, and how are they called?"""

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from types import MappingProxyType
from typing import NamedTuple

from netmon.report.asked import Asked
from netmon.settings.config import Language

_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "month": ("tháng {month:02d}/{year}", "{month:02d}/{year}"),
        "day": ("ngày {since:%d/%m/%Y}", "{since:%d/%m/%Y}"),
        "days": ("từ {since:%d/%m/%Y} đến hết {last:%d/%m/%Y}", "{since:%d/%m/%Y} to {last:%d/%m/%Y}"),
        "times": (
            "từ {since:%H:%M %d/%m/%Y} đến {until:%H:%M %d/%m/%Y}",
            "{since:%H:%M %d/%m/%Y} to {until:%H:%M %d/%m/%Y}",
        ),
    }
)


class Period(NamedTuple):
    """[since, until) in seconds since the epoch; `month` = "2026-10" if it is a calendar month."""

    since: int
    until: int
    month: str = ""

    @property
    def seconds(self) -> int:
        """Its length."""
        return self.until - self.since


def asked_for(asked: Asked) -> Period:
    """The period of a report."""
    return Period(asked.since, asked.until, asked.month)


def of_month(year: int, month: int, zone: tzinfo) -> Period:
    """A calendar month; 0 is December of the year before."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    after = (year + month // 12, month % 12 + 1)
    begins, ends = (int(datetime(*first, 1, tzinfo=zone).timestamp()) for first in ((year, month), after))
    return Period(begins, ends, f"{year}-{month:02d}")


def month_at(at: float, zone: tzinfo) -> Period:
    """The calendar month in which `at` lies, seconds since the epoch."""
    then = datetime.fromtimestamp(at, zone)
    return of_month(then.year, then.month, zone)


def week_over(at: float, zone: tzinfo) -> Period:
    """The last week, from Monday to Monday, that was over at `at`."""
    today = _midnight(at, zone)
    end = today - timedelta(days=today.weekday())
    return Period(int((end - timedelta(days=7)).timestamp()), int(end.timestamp()))


def day_over(at: float, zone: tzinfo) -> Period:
    """The day before that of `at`."""
    end = _midnight(at, zone)
    return Period(int((end - timedelta(days=1)).timestamp()), int(end.timestamp()))


def before(period: Period, zone: tzinfo) -> Period:
    """The month before a month, else as many seconds right before."""
    if period.month:
        year, month = _numbers(period)
        return of_month(year, month - 1, zone)
    return Period(period.since - period.seconds, period.since)


def year_before(period: Period, zone: tzinfo) -> Period:
    """The same month, or the same days, of the year before."""
    if period.month:
        year, month = _numbers(period)
        return of_month(year - 1, month, zone)
    return Period(_year_earlier(period.since, zone), _year_earlier(period.until, zone))


def told(period: Period, zone: tzinfo, language: Language) -> str:
    """`tháng 10/2026`, `từ 01/10/2026 đến hết 15/10/2026`."""
    since, until = (datetime.fromtimestamp(at, zone) for at in (period.since, period.until))
    last = until - timedelta(seconds=1)
    whole = (since.hour, since.minute, since.second, until.hour, until.minute, until.second) == (0,) * 6
    key = "month" if period.month else "times" if not whole else "day" if since.date() == last.date() else "days"
    year, month = _numbers(period) if period.month else (0, 0)
    return _WORDS[key][language != "vi"].format(since=since, until=until, last=last, year=year, month=month)


def _midnight(at: float, zone: tzinfo) -> datetime:
    """The beginning of the day of `at`."""
    return datetime.fromtimestamp(at, zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _numbers(period: Period) -> tuple[int, int]:
    year, month = period.month.split("-")
    return int(year), int(month)


def _year_earlier(at: int, zone: tzinfo) -> int:
    """The same time of the same day; of 29 February, the day before it."""
    then = datetime.fromtimestamp(at, zone)
    leap = (then.month, then.day) == (2, 29)
    return int(then.replace(year=then.year - 1, day=28 if leap else then.day).timestamp())
