"""When do people work?

Weekdays and hours, less the days off and plus the make-up days of the yearly notices (in Viet Nam the Prime
Minister's), which stand in files of their own. From December on the next year's is missed.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from netmon.model import Calendar
from netmon.settings.fields import Secrets, parse_days
from netmon.settings.language import NOTICE, CalendarEntry, NoticeFile
from netmon.settings.lookup import Lookup
from netmon.settings.sheet import FOLDER, read_map, validate
from netmon.settings.tree import key_spot, value_spot

ALWAYS = "always"
"""What a site writes instead of a calendar: it works day and night."""
DECEMBER = 12
_YEAR = re.compile(r"\d{4}(?=\.yaml$)", re.ASCII)


class _Source(NamedTuple):
    """One item of `off:`: its text, and the days off that came of it."""

    text: str
    off: frozenset[date]

    @property
    def year(self) -> int | None:
        """The year that a yearly notice has in its name."""
        found = _YEAR.search(self.text)
        return int(found[0]) if found else None


def calendars(look: Lookup, project: Path, today: date | None = None) -> dict[str, Calendar]:
    """Each calendar with its notices read; mistakes are reported. With `today`, so is a year without days off."""
    if ALWAYS in look.entry.calendars:
        look.report.error(key_spot(look.tree, ("calendars", ALWAYS)), f"a calendar cannot be called {ALWAYS!r}")
    return {name: _calendar(look, project, name, entry, today) for name, entry in look.entry.calendars.items()}


def _calendar(look: Lookup, project: Path, name: str, entry: CalendarEntry, today: date | None) -> Calendar:
    sources: list[_Source] = []
    makeup = {day for days in entry.makeup for day in days}
    for n, text in enumerate(entry.off):
        if not text.endswith(".yaml"):
            sources.append(_Source(text, frozenset(_days(look, name, n, text))))
            continue
        notice = _notice(look, project, name, n, text)
        sources.append(_Source(text, frozenset(day for days in notice.off for day in days)))
        makeup.update(day for days in notice.makeup for day in days)
    off = {day for source in sources for day in source.off}
    for day in sorted(off & makeup):
        at = value_spot(look.tree, ("calendars", name, "off"))
        look.report.error(at, f"calendar {name!r}: {day} is both a day off and a make-up day")
    if today is not None and sources and not look.report.failed:  # a notice that cannot be read is not missed again
        _miss_years(look, project, name, sources, today)
    return Calendar(
        id=name, days=entry.days, hours=tuple(sorted(entry.hours)), off=frozenset(off), makeup=frozenset(makeup)
    )


def _miss_years(look: Lookup, project: Path, name: str, sources: list[_Source], today: date) -> None:
    """Warn of a year without days off. A yearly notice speaks for the year in its name, if a day of it is there."""
    yearly = [source for source in sources if source.year is not None]
    known = {day.year for source in yearly or sources for day in source.off if source.year in (None, day.year)}
    for year in (today.year, today.year + 1) if today.month == DECEMBER else (today.year,):
        if year in known:
            continue
        at = value_spot(look.tree, ("calendars", name, "off"))
        hint = "they come by yearly notice"
        if yearly:
            file = _YEAR.sub(str(year), yearly[-1].text)
            there = (project / FOLDER / file).is_file() and file not in {source.text for source in sources}
            hint = f"{file} is there: name it here" if there else f"by the yearly notice, in {file}"
        look.report.warn(at, f"calendar {name!r} has no days off for {year}", hint)


def _days(look: Lookup, name: str, n: int, text: str) -> Iterator[date]:
    try:
        yield from parse_days(text)
    except ValueError as error:
        at = value_spot(look.tree, ("calendars", name, "off", n))
        look.report.error(at, str(error), "dates, first/last, or the name of a .yaml file")


def _notice(look: Lookup, project: Path, name: str, n: int, text: str) -> NoticeFile:
    at = value_spot(look.tree, ("calendars", name, "off", n))
    path = project / FOLDER / text
    if not path.resolve().is_relative_to((project / FOLDER).resolve()):
        look.report.error(at, f"{text!r} is outside {FOLDER}/")
        return NoticeFile()
    if not path.is_file():
        look.report.error(at, f"no file {FOLDER}/{text}")
        return NoticeFile()
    tree = read_map(path, f"{FOLDER}/{text}", look.report)
    if tree is None:
        return NoticeFile()
    found, _ = validate(NOTICE, NoticeFile, tree, Secrets(project), look.report)
    return found if isinstance(found, NoticeFile) else NoticeFile()
