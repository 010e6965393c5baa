"""In which row are the captions of a sheet, and what does each column hold?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from netmon.settings.letters import fold
from netmon.settings.sheets.cells import Broken, Page, letters
from netmon.settings.sheets.values import line_of_text
from netmon.settings.sheets.vocabulary import Caption, Vocabulary

HEADER_ROWS = 10
"""How far down the captions may stand: above them are the names of the office and of the table."""
LINE_FIELDS = ("carrier", "circuit", "bandwidth", "kind", "role", "to", "wan")
IGNORED = ("serial", "other")
OF_NO_USE = "of no use here"
UNKNOWN = 'an unknown caption (say what it holds with --column "CAPTION=FIELD")'


class Column(NamedTuple):
    """A column that is read. `line`: which of the site's lines it is about, from 0; None: the cell may name several."""

    column: int
    caption: str
    field: str
    line: int | None = None
    unit: str = ""


class Passed(NamedTuple):
    """A column that is not read, and why."""

    column: int
    caption: str
    why: str


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet whose columns are known. `header` is the row of the captions, from 0; the sites begin below it."""

    page: Page
    header: int
    columns: tuple[Column, ...]
    passed: tuple[Passed, ...]

    def has(self, field: str) -> bool:
        """Whether some column holds this."""
        return any(column.field == field for column in self.columns)


def find_table(page: Page, words: Vocabulary, chosen: Mapping[str, str]) -> Table | None:
    """The table of a sheet, None if it has none. `chosen`: folded caption -> field, where the operator knows better.

    The captions are the row in which most are known, the first of them; of two alike below each other the lower one,
    which is what captions merged over two rows give.
    """
    best: Table | None = None
    for row in range(min(HEADER_ROWS, len(page.rows))):
        table = _table(page, row, words, chosen)
        known = {column.field for column in table.columns}
        if not known & {"name", "id"} or len(known) < 2:
            continue
        more = len(table.columns) - len(best.columns) if best else 1
        if more > 0 or (more == 0 and best is not None and row == best.header + 1):
            best = table
    return best


def _table(page: Page, row: int, words: Vocabulary, chosen: Mapping[str, str]) -> Table:
    columns: list[Column] = []
    passed: list[Passed] = []
    for column in range(len(page.rows[row])):
        text = page.text(row, column).replace("\n", " ")
        if not text:
            continue
        read = _read(page, row, column, words, chosen)
        taken = {(each.field, each.line) for each in columns}
        line = read.line if read.field in LINE_FIELDS else None
        if read.field in LINE_FIELDS and (read.field, line) in taken:
            line = next(n for n in range(1, len(taken) + 2) if (read.field, n) not in taken)
        if read.field in IGNORED or not read.field:
            passed.append(Passed(column, text, OF_NO_USE if read.field else UNKNOWN))
        elif (read.field, line) in taken:
            passed.append(Passed(column, text, f"a second column for {read.field}"))
        else:
            columns.append(Column(column, text, read.field, line, read.unit))
    return Table(page, row, tuple(_addressed(columns)), tuple(passed))


def _read(page: Page, row: int, column: int, words: Vocabulary, chosen: Mapping[str, str]) -> Caption:
    text = page.text(row, column)
    above = page.text(row - 1, column) if row and (row, column) not in page.below else ""
    read = words.caption(text, above)
    if fold(text) in chosen:
        return Caption(chosen[fold(text)], read.line, read.unit)
    # An address under the caption of a line is that of the line.
    return Caption("wan", read.line, read.unit) if read.field == "address" and read.line is not None else read


def _addressed(columns: list[Column]) -> list[Column]:
    """Where no column has the device's address, that of its first line is what can be asked."""
    if any(column.field == "address" for column in columns):
        return columns
    first = next((n for n, column in enumerate(columns) if column.field == "wan" and not column.line), None)
    if first is None:
        return columns
    return [each._replace(field="address", line=None) if n == first else each for n, each in enumerate(columns)]


def shown(table: Table) -> list[tuple[str, str, str, str]]:
    """The mapping for people: letter of the column, caption, what it is taken for, an example from below it."""
    rows = []
    for column in table.columns:
        field = column.field + (f" of line {column.line + 1}" if column.line is not None else "")
        rows.append((letters(column.column), column.caption, field, _example(table, column.column)))
    return rows


def _example(table: Table, column: int) -> str:
    """The first value below the caption."""
    below = (row[column] for row in table.page.rows[table.header + 1 :])
    value = next((each for each in below if each is not None and not isinstance(each, Broken)), None)
    return line_of_text(value)[:60]
