"""How does a day of a series lie in the journal, and what if it cannot be read any more?

Its 288 means by their first octets, their second ones and so on, for those are alike; deflated, whose own checksum
tells what is damaged. A page of the file that is damaged hides all rows on it, and a reading from one row to the next
ends there: then each is looked up by itself, and of the others nothing is lost.
"""

import zlib
from array import array
from collections.abc import Iterator, Mapping
from typing import TypeAlias

import apsw

DAY = 288
"""Means of a day."""
MOST = 1_000_000
"""Series that a day has room for: a row's number is the day's times this, and the series'."""
OCTETS = 4
_LEVEL = 6
"""Of the compression: a higher one costs more and saves nothing."""
_PAGE = (apsw.CorruptError, apsw.IOError)
"""What SQLite raises where a page is damaged, or the disk does not give it."""

Means: TypeAlias = "array[float]"


def packed(means: Means) -> bytes:
    """The means of a day as a row has them."""
    octets = means.tobytes()
    return zlib.compress(b"".join(octets[place::OCTETS] for place in range(OCTETS)), _LEVEL)


def unpacked(part: bytes) -> "Means | None":
    """What was packed; None if it is damaged."""
    mixed = bytearray(DAY * OCTETS)
    try:
        octets = zlib.decompress(part)
    except zlib.error:
        return None
    if len(octets) != len(mixed):
        return None
    for place in range(OCTETS):
        mixed[place::OCTETS] = octets[place * DAY : (place + 1) * DAY]
    return array("f", bytes(mixed))


def row(octets: bytes) -> Means:
    """The means of all series in five minutes, as far as the row is one."""
    return array("f", octets[: len(octets) // OCTETS * OCTETS])


def days(
    database: apsw.Connection, day: int, wanted: Mapping[int, object], alone: bool
) -> "Iterator[tuple[int, Means | None]]":
    """(number of the series, means of this day) of those that are wanted, None for what is damaged; `alone`: they are
    few, and each is looked up. Where a page is damaged, a series may be told of twice, and one that had nothing that
    day as damaged."""
    if not alone:
        statement = "SELECT place, means FROM history_days WHERE place >= ? AND place < ?"
        try:
            for place, part in database.execute(statement, (day * MOST, (day + 1) * MOST)):
                if place % MOST in wanted:
                    yield place % MOST, unpacked(part)
        except _PAGE:
            pass
        else:
            return
    for number in wanted:
        try:
            part = database.execute("SELECT means FROM history_days WHERE place = ?", (day * MOST + number,)).get
        except _PAGE:
            yield number, None
        else:
            if part is not None:
                yield number, unpacked(part)
