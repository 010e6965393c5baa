"""A minimal Excel 97-2003 workbook: BIFF8 records ([MS-XLS]) in one stream of a compound file ([MS-CFB])."""

import struct
from collections.abc import Sequence
from datetime import date

Cell = str | float | date | None
_SECTOR = 512
_EPOCH = date(1899, 12, 30)
_TEXT, _DAY = 0, 1


def xls(name: str, rows: Sequence[Sequence[Cell]], merges: Sequence[tuple[int, int, int, int]] = ()) -> bytes:
    """One sheet. `merges` are (first row, last row, first column, last column), from 0."""
    return _compound(_workbook(name, rows, merges))


def _record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _workbook(name: str, rows: Sequence[Sequence[Cell]], merges: Sequence[tuple[int, int, int, int]]) -> bytes:
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    begin += _record(0x0042, struct.pack("<H", 1200))
    # Two cell formats: general, and 14 = a date; both derive from the style before them (index 0).
    formats = [(0, 0xFFF5), (0, 0x0001), (14, 0x0001)]
    begin += b"".join(_record(0x00E0, struct.pack("<HHH", 0, form, kind) + bytes(14)) for form, kind in formats)
    title = name.encode("utf-16-le")
    sheet = struct.pack("<BBBB", 0, 0, len(name), 1) + title
    at = len(begin) + 4 + 4 + len(sheet) + 4
    begin += _record(0x0085, struct.pack("<I", at) + sheet) + _record(0x000A)
    body = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    width = max(map(len, rows))
    body += _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for n, row in enumerate(rows):
        body += b"".join(_cell(n, column, value) for column, value in enumerate(row) if value is not None)
    if merges:
        body += _record(0x00E5, struct.pack("<H", len(merges)) + b"".join(struct.pack("<4H", *each) for each in merges))
    return begin + body + _record(0x000A)


def _cell(row: int, column: int, value: Cell) -> bytes:
    if isinstance(value, str):
        text = value.encode("utf-16-le")
        return _record(0x0204, struct.pack("<HHHHB", row, column, 1 + _TEXT, len(text) // 2, 1) + text)
    if isinstance(value, date):
        return _record(0x0203, struct.pack("<HHHd", row, column, 1 + _DAY, float((value - _EPOCH).days)))
    return _record(0x0203, struct.pack("<HHHd", row, column, 1 + _TEXT, float(value or 0)))


def _compound(stream: bytes) -> bytes:
    """The stream `Workbook`, long enough to need no mini stream, behind a header, a FAT and a directory."""
    stream = stream.ljust(max(4096, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    count = len(stream) // _SECTOR
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + count), 0xFFFFFFFE]
    assert len(fat) <= _SECTOR // 4
    fat += [0xFFFFFFFF] * (_SECTOR // 4 - len(fat))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    directory = _entry("Root Entry", 5, child=1) + _entry("Workbook", 2, start=2, size=len(stream))
    directory = directory.ljust(_SECTOR, b"\0")
    return header + struct.pack(f"<{len(fat)}I", *fat) + directory + stream


def _entry(name: str, kind: int, child: int = 0xFFFFFFFF, start: int = 0xFFFFFFFE, size: int = 0) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    body = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
    return body + bytes(36) + struct.pack("<IQ", start, size)
