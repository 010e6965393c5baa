"""From when until when is something planned, in words that people write?

`23h00 12/10 – 05h00 13/10`, `từ 22 giờ 00 ngày 12 tháng 10 năm 2026 đến 04 giờ 00 ngày 13`, `ngày 13/10: 0h-4h`,
`2026-10-12 23:00 to 2026-10-13 05:00`. The text is without case and diacritics (netmon.settings.letters.bare), letter
by letter.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

YEARS = range(2000, 2100)
LONGEST = timedelta(days=31)
"""Work that takes longer was read wrongly."""

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: str(n) for n, name in enumerate(_NAMES, start=1)}
_TIME = re.compile(
    r"(?<![\d/])(\d{1,2})(?:\s*[hg]\s*(\d{2})(?!\d|\s?/|\s*thang)|\s*[hg](?![a-z])|:(\d{2})(?::\d{2})?(?![\d/])"
    r"|\s*gio\b(?:\s*(\d{1,2})(?!\s*(?:/|thang|\d))\s*(?:phut|p)?\b)?)(?:\s*(?:phut|p)\b)?(?:\s*(am|pm)\b)?"
)
_DAY = re.compile(
    r"(?<![\d/])(?:(\d{4})-(\d{1,2})-(\d{1,2})"
    r"|(\d{1,2})\s?/\s?(\d{1,2})(?:\s?/\s?(\d{4}|\d{2}))?(?![\d/])"
    r"|(\d{1,2})[.-](\d{1,2})[.-](\d{4})"
    r"|(\d{1,2})\s*thang\s*(\d{1,2})(?:\s*(?:nam\s*|/\s?)(\d{4}))?"
    r"|(\d{1,2})\s+(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?(?:\s+(\d{4}))?)(?!\d)"
)
_BARE_DAY = re.compile(r"(?:ngay|dem|sang|rang)\s+(\d{1,2})(?!\s*[/.\-:h\d]|\s*(?:thang|gio|g\b))")
_FILLER = re.compile(
    r"[\s,;:.()*|'’\[\]]+|\b(?:ngay|dem|rang|sang|trua|chieu|toi|hom|luc|vao|cung|du kien|thoi gian|gio|cac|cung ngay"
    r"|thu|hai|ba|tu|nam|sau|bay|chu nhat|cn|t[2-7]|(?:mon|tue|wed|thu|fri|sat|sun)(?:[a-z]*day)?"
    r"|local|time|on|at|utc|gmt|ict)\b|\+0?7(?::?00)?"
)
_BETWEEN = re.compile(
    r"[-‐-―−~>→÷=]+|\b(?:den|toi(?=\s+(?:luc\s+)?\d{1,2}\s*(?:[hg:]|gio))|to|until|till|ket thuc|end|het)\b"
)
_LIST = re.compile(r"(?<![\dhg:/])(?<!gio )\d{1,2}\s*(?:,|va|&|\+|-|den)\s*(?:ngay\s*)?$")

ONE_DAY = "only one day is named for a night: it is taken as the day on which the work begins"
SEVERAL = "several days seem to be meant, of which one is taken"


class Written(NamedTuple):
    """A day as it stands in a text, and where it ends there."""

    end: int
    day: date


class Span(NamedTuple):
    """From when until when, local with a zone. `doubt` says what could also have been meant, "" = nothing."""

    since: datetime
    until: datetime
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    """A time, a day or a connection in the text. `minute` of the day; `parts` (year, month, day), None = not said."""

    kind: str
    start: int
    end: int
    minute: int = 0
    parts: tuple[int | None, int | None, int] = (None, None, 0)


def read_day(plain: str, at: int, now: datetime) -> Written | None:
    """The day that stands at this place of the text, after words such as `ngay`; None if none does."""
    while (filler := _FILLER.match(plain, at)) is not None:
        at = filler.end()
    found = _DAY.match(plain, at)
    part = None if found is None else _day(found)
    day = None if part is None else _date(part.parts, now.date())
    return None if part is None or day is None else Written(part.end, day)


def spans(plain: str, now: datetime, letter: date | None = None) -> tuple[Span, ...]:
    """All spans in the text, in its order, each once. `letter`: the day of the letter, which announces what comes."""
    parts = _parts(plain)
    times = [n for n, part in enumerate(parts) if part.kind == "time"]
    earliest = letter or now.date() - timedelta(days=7)
    found: dict[Span, None] = {}
    used: set[int] = set()
    for first, second in pairwise(times):
        kinds = [part.kind for part in parts[first + 1 : second]]
        if first in used or kinds.count("to") != 1 or "other" in kinds:
            continue
        begin, end = _days(parts, first, second, used)
        if begin is None:
            continue
        used |= {second, begin} | ({end} if end is not None else set())
        span = _dated(parts, (first, second), (begin, end), now, earliest)
        if span is not None:
            found[span._replace(doubt=_doubt(plain, parts, (first, second), (begin, end), span))] = None
    return tuple(found)


def _days(parts: list[_Part], first: int, second: int, used: set[int]) -> tuple[int | None, int | None]:
    """Where the days of a span stand: on which it begins, and ends (None: the same, or the next morning)."""

    def is_day(at: int) -> bool:
        return 0 <= at < len(parts) and parts[at].kind == "day" and at not in used

    to = next(n for n in range(first + 1, second) if parts[n].kind == "to")
    begin = next((n for n in range(first + 1, to) if is_day(n)), None)
    end = next((n for n in range(to + 1, second) if is_day(n)), None)
    night = parts[first].minute >= parts[second].minute
    if night and begin is None and end is None and is_day(second + 1) and is_day(second + 2):
        return second + 1, second + 2  # 23h - 05h dem 12 rang 13/10
    if end is None and is_day(second + 1) and not (is_day(first - 1) and _opens(parts, second + 1)):
        end = second + 1
    if begin is None and is_day(first - 1):
        begin = first - 1
        if night and end is None and is_day(first - 2):
            begin, end = first - 2, first - 1  # dem 12 rang 13/10: 23h - 05h
    if begin is None:
        begin, end = end, None
    if begin is None:
        begin = next((n for n in range(first - 1, -1, -1) if parts[n].kind == "day"), None)
    return begin, end


def _opens(parts: list[_Part], at: int) -> bool:
    """Whether this day begins the next span (`13/10 0h-4h`) rather than ending the one before."""
    return [part.kind for part in parts[at + 1 : at + 3]] == ["time", "to"]


def _doubt(plain: str, parts: list[_Part], times: tuple[int, int], days: tuple[int, int | None], span: Span) -> str:
    """What could also have been meant."""
    begin, end = parts[days[0]], None if days[1] is None else parts[days[1]]
    through = [part.kind for part in parts[max(0, days[0] - 2) : days[0]]] == ["day", "to"]
    if (
        through
        or _LIST.search(plain[max(0, begin.start - 20) : begin.start])
        or (end is not None and span.until - span.since > timedelta(days=2))
    ):
        return SEVERAL
    overnight = end is None and span.until.date() > span.since.date() and parts[times[1]].minute < 1440
    behind = days[0] == times[1] + 1
    at_night = "dem" in plain[max(0, begin.start - 9) : begin.end]
    return ONE_DAY if overnight and behind and not at_night else ""


def _parts(plain: str) -> list[_Part]:
    """The text as times, days, connections, and whatever else stands between."""
    found: list[_Part] = []
    at = 0
    while at < len(plain):
        part = _time_at(plain, at) or _day_at(plain, at) or _other_at(plain, at)
        again = bool(found) and part.kind in ("other", "to") and found[-1].kind == part.kind
        if part.kind != "filler" and not again:
            found.append(part)
        at = part.end
    return found


def _time_at(plain: str, at: int) -> _Part | None:
    found = _TIME.match(plain, at)
    if found is None:
        return None
    hour = int(found[1])
    minute = int(next((one for one in (found[2], found[3], found[4]) if one), "0"))
    if found[5] and hour <= 12:
        hour = hour % 12 + (12 if found[5] == "pm" else 0)
    if minute > 59 or hour * 60 + minute > 24 * 60:
        return None
    return _Part("time", at, found.end(), minute=hour * 60 + minute)


def _day_at(plain: str, at: int) -> _Part | None:
    found = _DAY.match(plain, at)
    if found is not None and (part := _day(found)) is not None:
        return part
    short = _BARE_DAY.match(plain, at)
    return None if short is None else _Part("day", at, short.end(), parts=(None, None, int(short[1])))


def _day(found: re.Match[str]) -> _Part | None:
    """A day of a match of _DAY; None if there is no such day."""
    groups = found.groups()
    day, month, year = next(groups[n : n + 3] for n in (0, 3, 6, 9, 12) if groups[n])
    if groups[0]:
        day, year = year, day
    month = _MONTHS.get(month, month)
    if not 1 <= int(month) <= 12 or not 1 <= int(day) <= 31:
        return None
    full = None if not year else int(year) + (2000 if len(year) == 2 else 0)
    return _Part("day", found.start(), found.end(), parts=(full, int(month), int(day)))


def _other_at(plain: str, at: int) -> _Part:
    if (to := _BETWEEN.match(plain, at)) is not None:
        return _Part("to", at, to.end())
    if (filler := _FILLER.match(plain, at)) is not None:
        return _Part("filler", at, filler.end())
    word = re.compile(r"\w+|.", re.DOTALL).match(plain, at)
    return _Part("other", at, at + 1 if word is None else word.end())


def _dated(
    parts: list[_Part], times: tuple[int, int], days: tuple[int, int | None], now: datetime, earliest: date
) -> Span | None:
    """The span, with months and years where they are not written; None if there is none such."""
    first, last = parts[days[0]].parts, parts[days[0] if days[1] is None else days[1]].parts
    if first[1] is None:  # `ngay 12` takes the month from the other day
        first = (last[0], last[1], first[2])
    if last[1] is None:
        last = (first[0], first[1], last[2])
    day, closing = _date(first, earliest), _date(last, earliest)
    if first[0] is None and last[0] is not None and closing is not None:
        day = _date((last[0], first[1], first[2]), earliest)
        if day is not None and day > closing:  # over the turn of the year
            day = _date((last[0] - 1, first[1], first[2]), earliest)
    if day is None:
        return None
    since, until = _at(day, parts[times[0]].minute, now), _at(day, parts[times[1]].minute, now)
    if days[1] is None:
        until += timedelta(days=1) if until <= since else timedelta()
    else:
        closing = _date(last, day)
        if closing is None:
            return None
        until = _at(closing, parts[times[1]].minute, now)
    return Span(since, until) if timedelta() < until - since <= LONGEST else None


def _date(parts: tuple[int | None, int | None, int], earliest: date) -> date | None:
    """The day; without a year the first such one from `earliest` on; None if there is none."""
    year, month, day = parts
    if month is None:
        return None
    for tried in (year,) if year is not None else (earliest.year, earliest.year + 1):
        try:
            found = date(tried, month, day)
        except ValueError:
            continue
        if tried in YEARS and (year is not None or found >= earliest):
            return found
    return None


def _at(day: date, minute: int, now: datetime) -> datetime:
    midnight = datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)
    return midnight + timedelta(minutes=minute)
