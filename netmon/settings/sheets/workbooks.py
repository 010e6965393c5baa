"""What stands in the cells of an Excel workbook, new (.xlsx) or old (.xls)?

Both libraries are imported when a workbook is read: openpyxl takes 0.7 s. Of formulas the value that the spreadsheet
program left beside them is taken; merged areas are read here, because openpyxl makes an object for each of their cells.
"""

import io
import re
import struct
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

from netmon.settings.sheets.cells import MAX_BYTES, MAX_COLUMNS, MAX_PAGES, MAX_ROWS, Broken, Merge, Raw, Value

_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_BROKEN = (
    zipfile.BadZipFile, ET.ParseError, ArithmeticError, AssertionError, AttributeError, EOFError, LookupError,
    NotImplementedError, OSError, RuntimeError, TypeError, ValueError, struct.error, zipfile.LargeZipFile,
)  # fmt: skip
"""What the libraries raise for a file that is damaged or made up; not a bulkhead, so no `except Exception`."""
_MAX_PARTS = 2000
_LAST_ROW = MAX_ROWS + 1000
"""A sheet may be formatted down to its millionth row with nothing in it; so far below the limit is looked for more."""


class Unreadable(Exception):
    """A file that cannot be used as a whole; the text is for people."""


def read_xlsx(data: bytes) -> list[Raw]:
    """The sheets of an Office Open XML workbook (ECMA-376); Unreadable if it is damaged or too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _bounded(archive)
            return _sheets(data, archive)
    except _BROKEN as error:
        raise Unreadable(f"is damaged: {_short(error)}") from None


def _bounded(archive: zipfile.ZipFile) -> None:
    """Refuse what unpacks to far more than a table of sites: nothing is read before that is known."""
    parts = archive.infolist()
    size = sum(part.file_size for part in parts)
    if len(parts) > _MAX_PARTS or size > MAX_BYTES:
        raise Unreadable(f"unpacks to {size / 1e6:.0f} MB, more than the {MAX_BYTES // 1_000_000} MB that netmon reads")
    for part in parts:
        if part.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.read(part)[:2000]:
            raise Unreadable(f"is not safe to read: {part.filename[:60]} declares a document type")


def _sheets(data: bytes, archive: zipfile.ZipFile) -> list[Raw]:
    from openpyxl import load_workbook
    from openpyxl.chartsheet import Chartsheet

    parts = _parts(archive)
    if len(parts) > MAX_PAGES:
        raise Unreadable(f"has more than {MAX_PAGES} sheets")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of drop-down lists and pictures, which say nothing here
        values = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        formulas = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        found: list[Raw] = []
        for name, part in parts.items():
            sheet: Any = values[name]
            if isinstance(sheet, Chartsheet):
                continue
            xml = archive.read(part)
            rows, problem = _rows(sheet.iter_rows(max_row=_LAST_ROW, max_col=MAX_COLUMNS, values_only=True))
            if _FORMULA.search(xml):
                beside = formulas[name].iter_rows(max_row=_LAST_ROW, max_col=MAX_COLUMNS, values_only=True)
                rows = [_computed(*pair) for pair in zip(rows, beside, strict=False)]
            hidden = sheet.sheet_state != "visible"
            found.append(Raw(name, tuple(rows), tuple(_merges(xml)), hidden, problem))
        values.close()
        formulas.close()
    return found


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name -> name of the part that holds it."""
    workbook = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    links = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    sheets = [one for one in workbook.iter() if one.tag.endswith("}sheet")]
    named = {one.get("name", ""): targets.get(one.get(_OFFICE), "") for one in sheets}
    return {name: part.lstrip("/") if part.startswith("/") else f"xl/{part}" for name, part in named.items() if part}


def _rows(read: Iterable[tuple[Any, ...]]) -> tuple[list[tuple[Value, ...]], str]:
    rows: list[tuple[Value, ...]] = []
    last = 0
    for n, row in enumerate(read, start=1):
        rows.append(_trimmed(tuple(map(_value, row))))
        last = n if any(value is not None for value in rows[-1]) else last
    return rows[: min(last, MAX_ROWS)], f"has more than {MAX_ROWS} rows" if last > MAX_ROWS else ""


def _trimmed(row: tuple[Value, ...]) -> tuple[Value, ...]:
    """Without the empty cells at its end: openpyxl fills rows up to the last column asked for."""
    length = next((n for n in range(len(row), 0, -1) if row[n - 1] is not None), 0)
    return row[:length]


def _value(value: Any) -> Value:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, str) and value in _ERRORS:
        return Broken(f"the cell shows the error {value}")
    return value if value is None or isinstance(value, str | int | float | datetime) else str(value)


def _computed(values: tuple[Value, ...], formulas: tuple[Any, ...]) -> tuple[Value, ...]:
    """A formula without a value beside it was written by a program that computes nothing."""
    lost = Broken("a formula without a value: open the file in a spreadsheet program and save it")
    whole = [*values, *[None] * (len(formulas) - len(values))]
    without = (value is None and formula is not None for value, formula in zip(whole, formulas, strict=False))
    return _trimmed(tuple(lost if bad else value for value, bad in zip(whole, without, strict=False)))


def _merges(xml: bytes) -> Iterator[Merge]:
    for count, found in enumerate(_MERGE.finditer(xml)):
        if count == MAX_ROWS:
            return
        yield Merge(int(found[2]) - 1, _column(found[1]), int(found[4]) - 1, _column(found[3]))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def read_xls(data: bytes) -> list[Raw]:
    """The sheets of an Excel 97-2003 workbook (BIFF8); Unreadable if it is damaged or too large."""
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, ragged_rows=True, logfile=io.StringIO())
        if book.nsheets > MAX_PAGES:
            raise Unreadable(f"has more than {MAX_PAGES} sheets")
        return [_old_sheet(sheet, book.datemode) for sheet in book.sheets()]
    except (*_BROKEN, xlrd.XLRDError, xlrd.compdoc.CompDocError) as error:
        raise Unreadable(f"is damaged: {_short(error)}") from None


def _old_sheet(sheet: Any, datemode: int) -> Raw:
    rows, problem = _rows(
        tuple(_old_value(cell, datemode) for cell in sheet.row(n)[:MAX_COLUMNS])
        for n in range(min(sheet.nrows, _LAST_ROW))
    )
    # xlrd counts the last row and column as the first one outside.
    merges = [Merge(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells[:MAX_ROWS]]
    return Raw(sheet.name, tuple(rows), tuple(merges), bool(sheet.visibility), problem)


def _old_value(cell: Any, datemode: int) -> Value:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_ERROR:
        return Broken(f"the cell shows the error {xlrd.error_text_from_code.get(cell.value, '#N/A')}")
    if cell.ctype == xlrd.XL_CELL_DATE:
        moment: datetime = xlrd.xldate_as_datetime(cell.value, datemode)
        return moment
    return _value(cell.value) if cell.ctype in (xlrd.XL_CELL_TEXT, xlrd.XL_CELL_NUMBER) else None


def _short(error: BaseException) -> str:
    """The first line of what a library says, or what kind of error it was."""
    return (str(error).splitlines() or [""])[0][:120] or type(error).__name__
