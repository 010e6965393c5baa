"""When do people work?

Weekdays and hours, less the days off and plus the make-up days of the yearly notices (in Viet Nam the Prime
Minister's), which stand in files of their own.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from netmon.model import Calendar
from netmon.settings.fields import Secrets, parse_days
from netmon.settings.language import NOTICE, CalendarEntry, NoticeFile
from netmon.settings.lookup import Lookup
from netmon.settings.sheet import FOLDER, read_map, validate
from netmon.settings.tree import value_spot


def calendars(look: Lookup, project: Path) -> dict[str, Calendar]:
    """Each calendar with its notices read; mistakes are reported."""
    return {name: _calendar(look, project, name, entry) for name, entry in look.entry.calendars.items()}


def _calendar(look: Lookup, project: Path, name: str, entry: CalendarEntry) -> Calendar:
    off: set[date] = set()
    makeup = {day for days in entry.makeup for day in days}
    for n, text in enumerate(entry.off):
        if not text.endswith(".yaml"):
            off.update(_days(look, name, n, text))
            continue
        notice = _notice(look, project, name, n, text)
        off.update(day for days in notice.off for day in days)
        makeup.update(day for days in notice.makeup for day in days)
    for day in sorted(off & makeup):
        at = value_spot(look.tree, ("calendars", name, "off"))
        look.report.error(at, f"calendar {name!r}: {day} is both a day off and a make-up day")
    return Calendar(
        id=name, days=entry.days, hours=tuple(sorted(entry.hours)), off=frozenset(off), makeup=frozenset(makeup)
    )


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
