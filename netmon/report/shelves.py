"""Which reports can be written, as what can they be printed, and what of which time is asked for?

The folders are the lists: a file in papers/ is a report, one in formats/ a format, and the first line of its docstring
says what it is for.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from importlib import import_module
from pkgutil import iter_modules
from typing import NamedTuple
from zoneinfo import ZoneInfo

from netmon.report import formats, papers
from netmon.report.asked import Asked, Option
from netmon.report.document import Document
from netmon.report.sources import Sources


class Format(NamedTuple):
    """A way to print a report: how its files end, what mail and browsers call it, and the printing itself."""

    suffix: str
    content_type: str
    render: Callable[[Document], bytes]

    @property
    def is_text(self) -> bool:
        """Whether a terminal can show it."""
        return self.content_type.startswith("text/") or self.content_type == "application/json"


def reports() -> Mapping[str, str]:
    """Each report by name, and what it answers."""
    return {name: _about(f"{papers.__name__}.{name}") for name in _names(papers.__path__)}


def writer(name: str) -> Callable[[Asked, Sources], Document]:
    """Who writes the report of this name, which is one of `reports()`."""
    found: Callable[[Asked, Sources], Document] = import_module(f"{papers.__name__}.{name}").write
    return found


def takes(name: str) -> Collection[Option]:
    """What may be asked of the report of this name, besides a time and a language."""
    found: Collection[Option] = import_module(f"{papers.__name__}.{name}").TAKES
    return found


def ways() -> Mapping[str, str]:
    """Each format by name, and what it is for."""
    return {name: _about(f"{formats.__name__}.{name}") for name in _names(formats.__path__)}


def way(name: str) -> Format:
    """The format of this name, which is one of `ways()`."""
    module = import_module(f"{formats.__name__}.{name}")
    return Format(module.SUFFIX, module.CONTENT_TYPE, module.render)


def suffixes() -> Mapping[str, str]:
    """The name of the format by how its files end."""
    return {way(name).suffix: name for name in _names(formats.__path__)}


def _names(path: list[str]) -> list[str]:
    return sorted(module.name for module in iter_modules(path) if not module.name.startswith("_"))


def _about(module: str) -> str:
    return (import_module(module).__doc__ or "").partition("\n")[0]


class Period(NamedTuple):
    """[since, until) in seconds since the epoch; `month` as `2026-10` if it is one, `name` as a file has it."""

    since: int
    until: int
    month: str
    name: str


def month_of(at: float, zone: ZoneInfo, back: int = 0) -> Period:
    """The calendar month in which `at` lies, or so many before it."""
    first = datetime.fromtimestamp(at, zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for _ in range(back):
        first = (first - timedelta(days=1)).replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    name = f"{first.year:04d}-{first.month:02d}"
    return Period(int(first.timestamp()), int(after.timestamp()), name, name)


def week_before(at: float, zone: ZoneInfo) -> Period:
    """The last week, from Monday to Monday, that was over at `at`."""
    today = datetime.fromtimestamp(at, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    end = today - timedelta(days=today.weekday())
    begin = end - timedelta(days=7)
    year, week, _ = begin.isocalendar()
    return Period(int(begin.timestamp()), int(end.timestamp()), "", f"{year}-w{week:02d}")


def day_before(at: float, zone: ZoneInfo) -> Period:
    """Yesterday."""
    end = datetime.fromtimestamp(at, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    begin = end - timedelta(days=1)
    return Period(int(begin.timestamp()), int(end.timestamp()), "", f"{begin:%Y-%m-%d}")
