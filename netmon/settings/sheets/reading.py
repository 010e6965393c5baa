"""Which sheets does this file have, whatever kind of file it is?

A file is known by its first bytes, and its name must agree. What it may cost is bounded before it is read.
"""

import csv
import io
from collections.abc import Callable, Mapping
from pathlib import Path

from netmon.errors import InputError, Problem
from netmon.settings.sheets.cells import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, Raw, Value
from netmon.settings.sheets.workbooks import Unreadable, read_xls, read_xlsx

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = (b"<html", b"<!doctype html", b"<table", b"<?xml")
# What TCVN3 has most of, and cp1258 only signs; and the tones, which cp1258 has as letters of their own.
_ABC_LETTERS = bytes(range(0xA7, 0xBF))
_CP1258_MARKS = b"\xcc\xd2\xde\xec\xf2"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read_file(path: Path) -> list[Raw]:
    """The sheets of a .xlsx, .xls or .csv file; InputError with one line if it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise Unreadable(f"is larger than {MAX_BYTES // 1_000_000} MB")
        return _READERS[_kind(data, path.suffix.lower())](data)
    except OSError as error:
        raise InputError([Problem(path.name, 0, 0, f"cannot be read: {error.strerror}")]) from None
    except Unreadable as error:
        raise InputError([Problem(path.name, 0, 0, str(error))]) from None


def _kind(data: bytes, suffix: str) -> str:
    """What the file is. Unreadable if that is nothing of use, or its name says otherwise."""
    if suffix not in _READERS:
        raise Unreadable("is not a spreadsheet: netmon reads .xlsx, .xls and .csv")
    if data.startswith(_OLE) and _ENCRYPTED in data:
        raise Unreadable("is locked with a password: save it without one")
    if data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        raise Unreadable(f"is a web page called {suffix}: open it in a spreadsheet program and save it as .xlsx")
    is_utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    really = ".xlsx" if data.startswith(_ZIP) else ".xls" if data.startswith(_OLE) else ".csv"
    if really == ".csv" and b"\0" in data[:100_000] and not is_utf16:
        raise Unreadable("is not a spreadsheet: netmon reads .xlsx, .xls and .csv")
    if really != suffix:
        raise Unreadable(f"is really a {really} file: give it that name")
    return really


def read_csv(data: bytes) -> list[Raw]:
    """The one sheet of a CSV file, which has no name, in any separator and encoding; Unreadable if no table."""
    text = _decoded(data)
    head = text[:4000]
    separator = max((";", ",", "\t"), key=head.count)
    rows: list[tuple[Value, ...]] = []
    problem = ""
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if len(rows) == MAX_ROWS:
                problem = f"has more than {MAX_ROWS} rows"
                break
            rows.append(tuple(cell or None for cell in row[:MAX_COLUMNS]))
    except csv.Error as error:
        raise Unreadable(f"is no table: {error}") from None
    return [Raw("", tuple(rows), problem=problem)]


def _decoded(data: bytes) -> str:
    """UTF-8 or UTF-16; else TCVN3, which every byte stands for; else Windows' Vietnamese code page (cp1258)."""
    try:
        return data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        pass
    letters = sum(data.count(code) for code in _ABC_LETTERS)
    marks = sum(data.count(code) for code in _CP1258_MARKS)
    return data.decode("latin-1") if letters > marks else data.decode("cp1258", errors="replace")


_READERS: Mapping[str, Callable[[bytes], list[Raw]]] = {
    ".xlsx": read_xlsx,
    ".xls": read_xls,
    ".csv": read_csv,
}
