"""How does a report look as sheets of rows and columns?"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from netmon.report.document import (
    Bars,
    Block,
    Break,
    Cell,
    Day,
    Document,
    Facts,
    Heading,
    Lasted,
    Line,
    Measured,
    Moment,
    Signatures,
    Table,
    Text,
    Tone,
)
from netmon.report.formats._pen import plain
from netmon.report.formats._words import words
from netmon.settings.config import Language

Role = Literal["title", "part", "text", "small", "head", "row", "total"]
"""What a row is, from which its looks follow."""

LONGEST_NAME = 31
"""Characters that the name of a sheet may have."""
LONG = 40
"""Rows from which on a table has a sheet to itself: a workbook keeps the heads of one table in sight, and on paper."""
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


@dataclass(frozen=True, slots=True)
class Row:
    """Cells from the left; `right`: the places of those that stand to the right."""

    cells: Sequence[Cell]
    role: Role = "row"
    tone: Tone = ""
    right: frozenset[int] = frozenset()


@dataclass(slots=True)
class Sheet:
    """A sheet with its name, which no other has; `pages`: after so many rows the next one begins on paper."""

    name: str
    rows: list[Row] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)

    def heads(self) -> list[int]:
        """The numbers of the rows, from 1, that head a table."""
        return [number for number, row in enumerate(self.rows, 1) if row.role == "head"]


def sheets(document: Document) -> list[Sheet]:
    """The report as sheets, the first one called as an overview is: titles are too long for that. A break without a
    name is one on paper only. A long table begins a sheet, and so does the table after it."""
    first = [Row((document.title,), "title"), Row((document.subtitle,), "text"), Row((document.issuer,), "text")]
    part, zone = words(document.language)["first"], ZoneInfo(document.zone)
    found, is_full = [Sheet(part, first)], False
    for block in document.blocks:
        if isinstance(block, Break) and block.sheet:
            part, is_full = block.sheet, False
            found.append(Sheet(_name(part, [sheet.name for sheet in found])))
            continue
        if isinstance(block, Break):
            found[-1].pages.append(len(found[-1].rows))
        rows = list(_rows(block, document.language, zone))
        if isinstance(block, Table | Bars | Line):
            if found[-1].heads() and (is_full or len(rows) > LONG):
                name = block.title if 0 < len(block.title) <= LONGEST_NAME else part
                found.append(Sheet(_name(name, [sheet.name for sheet in found])))
            is_full = len(rows) > LONG
        if rows and found[-1].rows:
            found[-1].rows.append(Row(()))
        found[-1].rows += rows
    return found


def _name(wanted: str, taken: Sequence[str]) -> str:
    """A name that a workbook allows; with a number where there is another one like it."""
    base = plain(wanted).translate(_FORBIDDEN).strip().strip("'")[:LONGEST_NAME].strip() or "1"
    used, number, name = {one.casefold() for one in taken}, 2, base
    while name.casefold() in used or name.casefold() == "history":  # a name that is reserved
        tail = f" ({number})"
        name, number = base[: LONGEST_NAME - len(tail)] + tail, number + 1
    return name


def _rows(block: Block, language: Language, zone: ZoneInfo) -> Iterator[Row]:
    match block:
        case Table():
            yield from _table(block)
        case Facts():
            yield from _title(block.title)
            yield from (Row((label, value)) for _, label, value in block.rows)
        case Text():
            yield Row((block.text,), "small" if block.small else "text")
        case Heading():
            yield Row((block.text,), "part")
        case Bars():
            yield from _head(block, "what", language)
            yield from (Row((label, _value(value, block)), tone=tone) for label, value, tone in block.rows)
            yield from _limit(block, language)
        case Line():
            yield from _head(block, "time", language)
            when = Day if _is_daily(block, zone) else Moment
            for at, value in block.points:
                yield Row((when(at), None if value is None else _value(value, block)))
            yield from _limit(block, language)
        case Signatures():
            yield Row(block.whose, "part")


def _table(table: Table) -> Iterator[Row]:
    right = frozenset(number for number, column in enumerate(table.columns) if column.right)
    tones = dict(table.tones)
    yield from _title(table.title)
    yield Row([column.head for column in table.columns], "head", right=right)
    for number, row in enumerate(table.rows):
        yield Row(row, tone=tones.get(number, ""), right=right)
    if not table.rows and table.empty:
        yield Row((table.empty,), "text")
    if table.total is not None:
        yield Row(table.total, "total", right=right)


def _head(block: Bars | Line, first: str, language: Language) -> Iterator[Row]:
    word = words(language)
    yield from _title(block.title)
    yield Row((word[first], word["value"]), "head", right=frozenset({1}))


def _limit(block: Bars | Line, language: Language) -> Iterator[Row]:
    if block.limit is not None:
        yield Row((words(language)["limit"], _value(block.limit, block)), "total", right=frozenset({1}))


def _is_daily(line: Line, zone: ZoneInfo) -> bool:
    """Whether there is a point for each day, and not for a time of it."""
    return all(datetime.fromtimestamp(at, zone).time() == time() for at, _ in line.points)


def _value(value: float, block: Bars | Line) -> Cell:
    """Bars of times are of long ones, in hours and minutes as they are in every table."""
    if isinstance(block, Bars) and block.unit == "seconds" and math.isfinite(value):
        return Lasted(round(value))
    return Measured(value, block.unit)


def _title(text: str) -> Iterator[Row]:
    if text:
        yield Row((text,), "part")
