"""How is what stands in a report written for people?

Exactly: a length of time to the second and in all its units, a share cut off and never rounded up, for two people
with two prints of the same report must not be able to quarrel about a rounding.
"""

import math
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from netmon.decide.telling.units import measured
from netmon.decide.telling.words import clean
from netmon.report.document import Cell, Day, Document, Lasted, Measured, Moment, Share
from netmon.settings.config import Language

LONGEST = 4000
"""Characters of a paragraph or a cell; nothing that people wrote into netmon comes near it."""
NOTHING = "–"
"""What stands where there is no such number."""

_NEVER_XML = str.maketrans("", "", "\ufffe\uffff")
_WEEKDAYS: Mapping[Language, tuple[str, ...]] = MappingProxyType(
    {
        "vi": ("T2", "T3", "T4", "T5", "T6", "T7", "CN"),
        "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    }
)
_UNITS: Mapping[Language, tuple[str, ...]] = MappingProxyType(
    {"vi": ("ngày", "giờ", "phút", "giây"), "en": ("d", "h", "min", "s")}
)
_SIZES = (86400, 3600, 60, 1)
_SHARE_DIGITS = 3
_HAIR = 1e-6
"""Of the last digit of a share: 0.9972 is 99.719999… % in binary, and nobody's fault."""


def plain(text: str) -> str:
    """On one line, without anything that no file can hold or that turns the direction of reading round."""
    return clean(text.translate(_NEVER_XML), LONGEST)


def cut(share: Share) -> float:
    """The ratio to the digits that are shown, cut off towards zero; what every format for people shows."""
    steps = 10 ** (_SHARE_DIGITS + 2)
    return math.copysign(math.floor(abs(share.ratio) * steps + _HAIR) / steps, share.ratio)


def number_of(cell: Cell) -> float | None:
    """The value of a cell that counts or measures, as it is shown; None of text, of nothing and of what is no number.

    A share is a ratio, a length in seconds, a time in seconds since the epoch, the rest in base units.
    """
    if cell is None or isinstance(cell, str):
        return None
    value = _value(cell)
    return value if math.isfinite(value) else None


def _value(cell: int | float | Share | Lasted | Moment | Day | Measured) -> float:
    match cell:
        case Share():
            return cut(cell) if math.isfinite(cell.ratio) else math.nan
        case Lasted():
            return cell.seconds
        case Moment() | Day():
            return cell.at
        case Measured():
            return cell.value
        case _:
            return cell


class Pen(NamedTuple):
    """Writes in one language, with times of one zone. `glue` stands where a line may not break: between a number and
    its unit."""

    language: Language
    zone: ZoneInfo
    glue: str = " "

    def cell(self, cell: Cell) -> str:
        """What stands in one place of a table."""
        if isinstance(cell, str):
            return plain(cell)
        value = number_of(cell)
        if cell is None or value is None:
            return NOTHING
        match cell:
            case Share():
                return self.grouped(value * 100, _SHARE_DIGITS, fixed=True) + "%"
            case Lasted():
                return self.lasted(cell.seconds)
            case Moment():
                return self.moment(cell.at)
            case Day():
                return self.day(cell.at)
            case Measured():
                return measured(cell.value, cell.unit, self)
        return self.grouped(value, 0 if isinstance(cell, int) else 3)

    def lasted(self, seconds: int) -> str:
        """`1 giờ 48 phút`, `30 ngày 23:54:43`: to the second; a number and its unit are not torn apart."""
        left, parts = abs(seconds), []
        for unit, size in zip(_UNITS[self.language], _SIZES, strict=True):
            count, left = divmod(left, size)
            if count:
                parts.append(f"{self.grouped(count, 0)}{self.glue}{unit}")
        hours, rest = divmod(abs(seconds) % _SIZES[0], _SIZES[1])
        if abs(seconds) >= _SIZES[0] and rest:
            parts[1:] = [f"{hours}:{rest // 60:02d}:{rest % 60:02d}"]
        sign = "-" if seconds < 0 else ""
        return sign + " ".join(parts or [f"0{self.glue}{_UNITS[self.language][-1]}"])

    def moment(self, at: float) -> str:
        """`21:14 CN 22/11/2026`; with seconds where there are any."""
        then = datetime.fromtimestamp(at, self.zone)
        clock = f"{then:%H:%M:%S}" if then.second else f"{then:%H:%M}"
        return f"{clock} {_WEEKDAYS[self.language][then.weekday()]}{self.glue}{self.day(at)}"

    def day(self, at: float) -> str:
        """`22/11/2026`."""
        then = datetime.fromtimestamp(at, self.zone)
        return f"{then:%d/%m/}{then.year:04d}"

    def grouped(self, value: float, digits: int, fixed: bool = False) -> str:
        """`1.234`, `99,720`: at most so many digits after the sign, or exactly so many if `fixed`."""
        text = f"{value:,.{digits}f}"
        if "." in text and not fixed:
            text = text.rstrip("0").rstrip(".")
        return text.translate(str.maketrans(",.", ".,")) if self.language == "vi" else text

    def number(self, value: float, digits: int) -> str:
        """At most so many digits after the decimal sign."""
        return self.grouped(value, digits)

    def percent(self, share: float) -> str:
        """A measured share from 0 to 1 as `3,2%`; near 0 and 100 % with two digits."""
        value = share * 100
        return self.grouped(value, 2 if value < 1 or value > 99 else 1) + "%"

    def milliseconds(self, seconds: float) -> str:
        """`48 ms`, below 10 ms with one digit."""
        value = seconds * 1000
        return self.grouped(value, 1 if value < 10 else 0) + " ms"

    def duration(self, seconds: float) -> str:
        """A long measured time, to the second."""
        return self.lasted(round(seconds))


def pen_of(document: Document, glue: str = " ") -> Pen:
    """Who writes this document."""
    return Pen(document.language, ZoneInfo(document.zone), glue)
