"""What were the 5-minute means of the last days, which quantiles are taken of?

A row is one hour of one series: twelve numbers of four octets each, NaN where there was no value. A series is named
once, so that a week of it costs 10 KB.
"""

import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import apsw

from netmon.decide.rules.state import Row, Series

SECONDS = 3600.0


class Hour(NamedTuple):
    """The means of one hour, counted since the epoch."""

    hour: int
    means: Sequence[float]


def keep(database: apsw.Connection, rows: Iterable[Row], before: float) -> None:
    """Write these hours, replacing what they were so far; forget hours that were over before this time (s)."""
    rows = list(rows)
    names = [(row.track, row.series[0], json.dumps(row.series[1])) for row in rows]
    database.executemany("INSERT OR IGNORE INTO series (track, root, labels) VALUES (?, ?, ?)", names)
    database.executemany(
        "INSERT OR REPLACE INTO rollups (series, hour, means)"
        " SELECT n, ?, ? FROM series WHERE track = ? AND root = ? AND labels = ?",
        [(row.hour, array("f", row.means).tobytes(), *name) for row, name in zip(rows, names, strict=True)],
    )
    database.execute("DELETE FROM rollups WHERE hour < ?", (int(before // SECONDS),))
    if database.changes():
        database.execute("DELETE FROM series WHERE n NOT IN (SELECT series FROM rollups)")


def kept(database: apsw.Connection, since: float) -> Mapping[str, Mapping[Series, Sequence[Hour]]]:
    """All hours that were not over before this time (s), in order: by track, then by series."""
    found: dict[str, dict[Series, list[Hour]]] = {}
    statement = (
        "SELECT track, root, labels, hour, means FROM rollups JOIN series ON n = series WHERE hour >= ?"
        " ORDER BY series, hour"
    )
    for track, root, labels, hour, means in database.execute(statement, (int(since // SECONDS),)):
        series = (str(root), tuple(json.loads(str(labels))))
        numbers = array("f")
        numbers.frombytes(bytes(means))
        found.setdefault(str(track), {}).setdefault(series, []).append(Hour(int(hour), numbers))
    return found
