"""What does a carrier say of its circuits, in the spreadsheet of its monthly figures?

A row for each circuit: its number, and availability or the time it was down or both. Whatever a cell says is read as
it is meant: `99,72%` and 0.9972, `108`, `1:48:00` and `1 giờ 48 phút`. A cell that says nothing of use is named, and
the rest is read.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from netmon.decide.telling.words import clean
from netmon.errors import InputError, Problem
from netmon.report.theirs_cells import Unusable, Why, ratio, seconds
from netmon.settings.letters import fold
from netmon.settings.sheets.captions import HEADER_ROWS
from netmon.settings.sheets.cells import Broken, Page, Value, name_of, page
from netmon.settings.sheets.reading import read_file
from netmon.settings.sheets.values import line_of_text
from netmon.settings.sheets.vocabulary import Vocabulary, load_vocabulary

DOWN = ("gian doan", "mat lien lac", "mat ket noi", "mat tin hieu", "downtime", "down time", "outage", "thoi gian mat")
AVAILABILITY = ("kha dung", "san sang", "availability", "uptime", "sla", "ty le hoat dong")
COUNTS = ("so lan", "so su co", "cam ket", "ty le gian doan", "ty le mat", "outages", "nguyen nhan")
"""What the caption of a column has that is about something else."""
UNITS = {"giay": 1, "second": 1, "seconds": 1, "sec": 1, "gio": 3600, "hour": 3600, "hours": 3600, "h": 3600}
"""Words of a caption that say in which unit its numbers are, in seconds; minutes without one."""
MINUTE = 60
CLOSE = 60.0
"""Seconds by which figures may always differ: people round to the minute."""

_NUMBERING = re.compile(r"\(?[0-9]{1,2}\)?")


class Figure(NamedTuple):
    """What they say of a circuit, and in which cell: seconds down, availability (None: not said), and by how many
    seconds they may be off because they are rounded, in a period of one second (`grain`)."""

    circuit: str
    where: str
    down: float | None
    availability: float | None
    grain: float


class Wrong(NamedTuple):
    """A cell that cannot be used, what stands in it, and why; `about`: which other cell, or what the file says."""

    where: str
    text: str
    why: Why
    about: str = ""


class _Columns(NamedTuple):
    header: int
    circuit: int
    down: int | None
    unit: int
    availability: int | None


def key_of(circuit: str) -> str:
    """By which a circuit's number is known again, however it is punctuated."""
    return fold(circuit).replace(" ", "")


def read(path: Path) -> tuple[list[Figure], list[Wrong]]:
    """The figures of all sheets, and what cannot be read. InputError if the file is none, or has no such table."""
    words = load_vocabulary()
    figures: list[Figure] = []
    wrong: list[Wrong] = []
    tables = 0
    for raw in read_file(path):
        sheet = page(raw)
        columns = _columns(sheet, words)
        if columns is None:
            continue
        tables += 1
        if raw.problem:
            wrong.append(Wrong(sheet.name, "", "sheet", raw.problem))
        for one in _rows(sheet, columns, words):
            if isinstance(one, Figure):
                figures.append(one)
            else:
                wrong.append(one)
    if not tables:
        hint = "the captions are looked for in the first rows: `Mã kênh` and `Số phút gián đoạn` or `Khả dụng`"
        raise InputError([Problem(path.name, 0, 0, "has no column of circuits beside one of figures", hint)])
    return _once(figures, wrong)


def _once(figures: Sequence[Figure], wrong: list[Wrong]) -> tuple[list[Figure], list[Wrong]]:
    """The first figure of each circuit; a second one is an error."""
    first: dict[str, Figure] = {}
    for one in figures:
        known = first.setdefault(key_of(one.circuit), one)
        if known is not one:
            wrong.append(Wrong(one.where, one.circuit, "again", known.where))
    return list(first.values()), wrong


def _columns(sheet: Page, words: Vocabulary) -> _Columns | None:
    """Where the captions are, and what each column holds; None if this sheet has no such table."""
    for row in range(min(HEADER_ROWS, len(sheet.rows))):
        captions = [sheet.text(row, n) for n in range(len(sheet.rows[row]))]
        circuit = next((n for n, text in enumerate(captions) if text and words.caption(text).field == "circuit"), None)
        down = next((n for n, text in enumerate(captions) if _is_about(text, DOWN)), None)
        availability = next((n for n, text in enumerate(captions) if _is_about(text, AVAILABILITY) and n != down), None)
        if circuit is not None and (down, availability) != (None, None):
            said = [] if down is None else fold(captions[down]).split()
            unit = next((UNITS[one] for one in said if one in UNITS), MINUTE)
            return _Columns(row, circuit, down, unit, availability)
    return None


def _is_about(caption: str, words: Sequence[str]) -> bool:
    folded = f" {fold(caption)} "
    return any(f" {one} " in folded for one in words) and not any(f" {one} " in folded for one in COUNTS)


def _rows(sheet: Page, columns: _Columns, words: Vocabulary) -> Iterator[Figure | Wrong]:
    below = range(columns.header + 1, len(sheet.rows))
    percent = columns.availability is not None and any(
        isinstance(value, int | float) and value > 1 for value in (sheet.rows[n][columns.availability] for n in below)
    )
    for row in below:
        values = sheet.rows[row]
        circuit = (
            clean(line_of_text(values[columns.circuit])) if not isinstance(values[columns.circuit], Broken) else ""
        )
        down = None if columns.down is None else values[columns.down]
        share = None if columns.availability is None else values[columns.availability]
        if _is_none(sheet, row, columns, circuit, words) or (down is None and share is None and not circuit):
            continue
        where = _where(sheet, row, columns.circuit)
        if not circuit:
            yield Wrong(where, "", "no_circuit")
        elif down is None and share is None:
            yield Wrong(where, circuit, "no_figures")
        else:
            yield from _figure(sheet, row, columns, circuit, percent=percent)


def _is_none(sheet: Page, row: int, columns: _Columns, circuit: str, words: Vocabulary) -> bool:
    """Whether the row sums up, or is the captions again, or numbers them."""
    texts = [str(value) for value in sheet.rows[row] if isinstance(value, str) and len(value) < 40]
    again = circuit == sheet.text(columns.header, columns.circuit)
    numbered = row == columns.header + 1 and _NUMBERING.fullmatch(circuit) is not None
    return again or numbered or any(words.is_no_site(text) for text in texts)


def _where(sheet: Page, row: int, column: int) -> str:
    return "!".join(part for part in (sheet.name, name_of(row, column)) if part)


def _figure(sheet: Page, row: int, columns: _Columns, circuit: str, *, percent: bool) -> Iterator[Figure | Wrong]:
    """What a row says; a cell that cannot be read comes before what the other one says."""
    down: float | None = None
    share: tuple[float, float] | None = None
    if columns.down is not None:
        try:
            down = seconds(_usable(sheet.rows[row][columns.down]), columns.unit)
        except Unusable as error:
            yield _wrong(sheet, row, columns.down, error)
    if columns.availability is not None:
        try:
            share = ratio(_usable(sheet.rows[row][columns.availability]), percent=percent)
        except Unusable as error:
            yield _wrong(sheet, row, columns.availability, error)
    if down is not None or share is not None:
        where = _where(sheet, row, columns.circuit)
        yield Figure(circuit, where, down, share[0] if share else None, share[1] if share and down is None else 0.0)


def _usable(value: Value) -> Value:
    if isinstance(value, Broken):
        raise Unusable("cell", value.text)
    return value


def _wrong(sheet: Page, row: int, column: int, error: Unusable) -> Wrong:
    return Wrong(_where(sheet, row, column), clean(sheet.text(row, column), 60), error.why, error.about)
