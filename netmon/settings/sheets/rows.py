"""Which sites does a table list, a row each or several, and what does each cell say of them?

Values are as the inventory would write them, but for the names of areas, levels, carriers and far ends, which only
the whole of the inventory can tell. Every cell that makes no sense is reported; nothing is guessed.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from netmon.errors import Problem
from netmon.settings.sheets import values
from netmon.settings.sheets.captions import LINE_FIELDS, Column, Table
from netmon.settings.sheets.cells import Value, filled, name_of
from netmon.settings.sheets.vocabulary import Vocabulary

_READERS: Mapping[str, Callable[[Value], str]] = {
    "address": values.address,
    "since": values.day,
    "latitude": values.degrees(90),
    "longitude": values.degrees(180),
    "phone": values.phone,
}
_NUMBERING = re.compile(r"\(?([0-9]{1,2}|[A-Za-z])\)?")
_CHAPTER = re.compile(r"[IVXLA-H]+[.)]?")


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong, by sheet and cell. `file` is the spreadsheet's name."""

    file: str
    _found: dict[tuple[str, str, str], None] = field(default_factory=dict)

    def add(self, page: str, cell: str, text: str) -> None:
        """One thing that is wrong in a cell ("" = in the sheet as a whole)."""
        self._found[page, cell, text] = None

    def sorted(self) -> list[Problem]:
        """Everything once, sheet by sheet as found, down the rows of each."""
        pages = list(dict.fromkeys(page for page, _, _ in self._found))
        cells = sorted(self._found, key=lambda fault: (pages.index(fault[0]), *_reading_order(fault[1])))
        return [Problem("!".join(filter(None, (self.file, page, cell))), 0, 0, text) for page, cell, text in cells]


def _reading_order(cell: str) -> tuple[int, int, str]:
    letters = cell.rstrip("0123456789")
    return int(cell[len(letters) :] or 0), len(letters), letters


@dataclass(frozen=True, slots=True)
class Entry:
    """A site as a table lists it. `lines` are its uplinks in order; `cells` says where each field stands (`address`,
    `carrier/0`). `heading` is the text of the last heading above it, such as the name of a district.
    """

    page: str
    row: int
    fields: Mapping[str, str]
    lines: tuple[Mapping[str, str], ...]
    cells: Mapping[str, str]
    heading: str = ""

    def cell(self, name: str) -> str:
        """Where a field stands, or else the first cell of the site."""
        return self.cells.get(name) or next(iter(self.cells.values()), name_of(self.row, 0))

    def where(self, name: str) -> str:
        """The same with the name of the sheet, if it has one: `Văn Yên!C17`."""
        return "!".join(filter(None, (self.page, self.cell(name))))


@dataclass(frozen=True, slots=True)
class Listed:
    """What a table holds: sites, and rows that are none (cell, text, why)."""

    entries: tuple[Entry, ...]
    passed: tuple[tuple[str, str, str], ...]


def list_rows(table: Table, words: Vocabulary, faults: Faults) -> Listed:
    """The sites of a table; what is wrong in its cells goes to `faults`."""
    entries: list[Entry] = []
    passed: list[tuple[str, str, str]] = []
    heading = ""
    for row in range(table.header + 1, len(table.page.rows)):
        kind = _kind(table, row, words, bool(entries))
        if kind == "site":
            entries.append(_entry(table, row, heading, faults))
        elif kind == "line":
            entries[-1] = joined(entries[-1], _entry(table, row, heading, faults))
        elif kind == "nameless":
            faults.add(table.page.name, name_of(row, _column(table, "name")), "no name, but an address beside it")
        elif kind:
            first = next(n for n, value in enumerate(table.page.rows[row]) if value is not None)
            text = max((table.page.text(row, n) for n in range(len(table.page.rows[row]))), key=len)
            heading = text if kind == "a heading" else heading
            passed.append((name_of(row, first), text.replace("\n", " ")[:60], kind))
    return Listed(tuple(entries), tuple(passed))


def _kind(table: Table, row: int, words: Vocabulary, any_before: bool) -> str:
    """`site`, `line` (of the site above), `nameless`; "" for nothing at all, or why it is no site."""
    page = table.page
    name = page.text(row, _column(table, "name"))
    said = filled(page.rows[row])
    data = [each for each in table.columns if each.field != "name" and page.rows[row][each.column] is not None]
    if not said:
        return ""
    if any(words.is_no_site(str(value)) for value in said if isinstance(value, str) and len(value) < 40):
        return "no site"
    if len(set(said)) == 1 and (row in page.wide or not name):
        return "a heading"
    serial = page.text(row, 0)
    if name and not data and len(set(said)) <= 2 and (_CHAPTER.fullmatch(serial) or row in page.wide):
        return "a heading"
    if name == page.text(table.header, _column(table, "name")) or _NUMBERING.fullmatch(name):
        return "captions again"
    about_line = any(each.field in LINE_FIELDS and (row, each.column) not in page.below for each in data)
    if not name or (row, _column(table, "name")) in page.below:
        has_address = any(each.field == "address" and (row, each.column) not in page.below for each in data)
        if not name and has_address:
            return "nameless"
        return "line" if about_line and any_before else "nothing of a site"
    return "site"


def _column(table: Table, wanted: str) -> int:
    return next((each.column for each in table.columns if each.field == wanted), table.columns[0].column)


def _entry(table: Table, row: int, heading: str, faults: Faults) -> Entry:
    fields: dict[str, str] = {}
    lines: dict[int, dict[str, str]] = {}
    cells: dict[str, str] = {}
    for column in table.columns:
        value = table.page.rows[row][column.column]
        cell = name_of(row, column.column)
        if value is None:
            continue
        try:
            if column.field not in LINE_FIELDS:
                cells[column.field] = cell
                fields[column.field] = _READERS.get(column.field, values.line_of_text)(value)
                continue
            for n, said in _about_lines(column, value):
                lines.setdefault(n, {})[column.field] = said
                cells[f"{column.field}/{n}"] = cell
        except ValueError as error:
            faults.add(table.page.name, cell, str(error))
    read = tuple(lines.get(n, {}) for n in range(max(lines, default=-1) + 1))
    _no_more_than_carriers(table, row, read, faults)
    return Entry(table.page.name, row, fields, read, cells, heading)


def _about_lines(column: Column, value: Value) -> Iterator[tuple[int, str]]:
    """(which line, what it says); a cell under a caption that names no line may be about several."""
    several = values.names(value) if column.field == "carrier" else values.parts(value)
    if column.line is not None:
        several = [values.line_of_text(value)]
    for n, part in enumerate(several, start=column.line or 0):
        if column.field == "bandwidth":
            yield n, values.bandwidth(value if len(several) == 1 else part, column.unit)
        else:
            yield n, values.address(part) if column.field == "wan" else part


def _no_more_than_carriers(table: Table, row: int, lines: tuple[Mapping[str, str], ...], faults: Faults) -> None:
    """Three bandwidths beside two carriers leave open what is meant."""
    column = next((each for each in table.columns if each.field == "carrier" and each.line is None), None)
    count = sum(1 for line in lines if "carrier" in line)
    over = [each for each in table.columns if each.field in LINE_FIELDS and each.line is None and each is not column]
    if column is None or not count or any(each.line is not None for each in table.columns):
        return
    for each in over:
        said = sum(1 for line in lines if each.field in line)
        if said > count:
            text = f"{said} values for {count} carrier{'s' if count > 1 else ''} in {name_of(row, column.column)}"
            faults.add(table.page.name, name_of(row, each.column), text)


def joined(entry: Entry, more: Entry) -> Entry:
    """Two rows about one site as one, the lines of the second behind those of the first."""
    start = len(entry.lines)
    cells = {}
    for name, cell in more.cells.items():
        key, _, n = name.partition("/")
        cells[f"{key}/{start + int(n)}" if n else key] = cell
    return replace(entry, lines=(*entry.lines, *more.lines), cells=cells | dict(entry.cells))
