"""What stands in which cell of a spreadsheet?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from netmon.settings.sheets.text import clean, from_abc, speaks_abc

MAX_BYTES = 20_000_000
MAX_ROWS = 20_000
MAX_COLUMNS = 100
MAX_PAGES = 100


class Broken(NamedTuple):
    """A cell without a usable value, and why."""

    text: str


class Merge(NamedTuple):
    """A merged area; rows and columns count from 0, all four are included."""

    top: int
    left: int
    bottom: int
    right: int


Value = str | int | float | date | datetime | Broken | None


@dataclass(frozen=True, slots=True)
class Raw:
    """One sheet as the file has it. `problem` says why it could not be read to its end; empty if it could."""

    name: str
    rows: tuple[tuple[Value, ...], ...]
    merges: tuple[Merge, ...] = ()
    hidden: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet, cleaned: text in Unicode (NFC), merged cells filled in, all rows of one length.

    `below` are the cells (row, column) filled in from a row above, `wide` the rows with a merge over many columns.
    `abc` = its text was in TCVN3.
    """

    name: str
    rows: tuple[tuple[Value, ...], ...]
    below: frozenset[tuple[int, int]]
    wide: frozenset[int]
    abc: bool

    def text(self, row: int, column: int) -> str:
        """The cell as text; empty for what is not there."""
        value = self.rows[row][column] if column < len(self.rows[row]) else None
        return "" if value is None or isinstance(value, Broken) else str(value)


def name_of(row: int, column: int) -> str:
    """The name of a cell as a spreadsheet program shows it: (16, 2) is C17."""
    return f"{letters(column)}{row + 1}"


def letters(column: int) -> str:
    """The name of a column: 2 is C, 26 is AA."""
    name, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        name = chr(ord("A") + digit) + name
    return name


def page(raw: Raw) -> Page:
    """The sheet with its text made readable and its merged cells filled in."""
    abc = speaks_abc(value for row in raw.rows for value in row if isinstance(value, str))
    width = max((len(row) for row in raw.rows), default=0)
    rows = [[*(_clean(value, abc) for value in row), *[None] * (width - len(row))] for row in raw.rows]
    below: set[tuple[int, int]] = set()
    wide: set[int] = set()
    for merge in raw.merges:
        if merge.right - merge.left >= 2:
            wide.update(range(merge.top, min(merge.bottom + 1, len(rows))))
        for row, column in _inside(merge, len(rows), width):
            rows[row][column] = rows[merge.top][merge.left]
            if row > merge.top:
                below.add((row, column))
    return Page(clean(from_abc(raw.name, abc)), tuple(map(tuple, rows)), frozenset(below), frozenset(wide), abc)


def filled(row: Iterable[Value]) -> list[Value]:
    """What a row says, without empty cells."""
    return [value for value in row if value is not None]


def _inside(merge: Merge, rows: int, width: int) -> Iterator[tuple[int, int]]:
    """The cells of the merged area that the sheet has: an area may be stated far larger than the sheet is."""
    if merge.top >= rows or merge.left >= width:
        return
    for row in range(merge.top, min(merge.bottom + 1, rows)):
        for column in range(merge.left, min(merge.right + 1, width)):
            yield row, column


def _clean(value: Value, abc: bool) -> Value:
    if not isinstance(value, str):
        return value
    return clean(from_abc(value, abc)) or None
