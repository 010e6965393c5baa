"""What was each line, device and bridge like in each five minutes of the last 90 days?

The latest five minutes are rows of all series side by side, four octets each at the place of the series' number, NaN
for those of which nothing was measured: one small write. A day that is over is folded, so many series at a time: a row
for each series of it, packed (netmon.run.journal.packed). A row's number is the day's times a million and the series':
rows of a day lie next to each other in the file, so that its pages are full, and a day that is too old goes in one
piece. With a key of two columns a row of 1 KB would need a page of its own.

A day is one of UTC: 288 times five minutes, whatever clocks on the wall do.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from math import nan
from pathlib import Path
from typing import NamedTuple

import apsw

from netmon.decide.history import STEP, Curve
from netmon.reading.voice import NOTHING_HEARD, mos
from netmon.run.journal.file import instant, open_readable, sqlite_errors
from netmon.run.journal.packed import DAY, MOST, OCTETS, Means, days, packed, row, unpacked

__all__ = ["DAY", "KEEP", "MOST", "Curve", "Fives", "Key", "curves", "fold", "keep", "read", "size"]

KEEP = 90 * DAY
"""Five minutes for which they are kept."""
PORTION = 2000
"""Series of a day that are folded in one transaction: a heartbeat must not wait for more."""

Key = tuple[str, str, str]
"""quantity, id, direction"""


class Fives(NamedTuple):
    """Means of some five minutes (counted since the epoch), each in the order of `keys`; a row may be shorter."""

    keys: Sequence[Key]
    rows: Sequence[tuple[int, Means]]


def keep(database: apsw.Connection, fives: Fives) -> None:
    """Write these five minutes; what was known of them stays where nothing else is said."""
    if not fives.rows:
        return
    latest = max(five for five, _ in fives.rows) // DAY
    known = _numbers(database)
    new = [key for key in fives.keys if key not in known]
    if new:
        statement = "INSERT INTO history_series (quantity, id, direction, last) VALUES (?, ?, ?, ?)"
        database.executemany(statement, [(*key, latest) for key in new])
        known = _numbers(database)
    places = [known[key] for key in fives.keys]
    for five, means in fives.rows:
        side = row(database.execute("SELECT means FROM history_fives WHERE five = ?", (five,)).get or b"")
        side.extend([nan] * (max(places, default=0) + 1 - len(side)))
        for place, mean in zip(places, means, strict=False):
            if mean == mean:
                side[place] = mean
        database.execute("INSERT OR REPLACE INTO history_fives (five, means) VALUES (?, ?)", (five, side.tobytes()))


def fold(database: apsw.Connection, before: int) -> bool:
    """Fold one portion of the first day that was over before this five minutes and is not folded; whether there is
    more to do. With the last of a day what is too old goes, too."""
    first = database.execute("SELECT min(five) FROM history_fives").get
    if first is None or (first // DAY + 1) * DAY > before:
        return False
    day = first // DAY
    begun = database.execute("SELECT next FROM history_folding WHERE day = ?", (day,)).get or 0
    last = database.execute("SELECT coalesce(max(n), 0) FROM history_series").get
    until = begun + PORTION
    _fold(database, day, begun, min(until, last + 1))
    if until <= last:
        database.execute("INSERT OR REPLACE INTO history_folding VALUES (1, ?, ?)", (day, until))
        return True
    database.execute("DELETE FROM history_folding")
    database.execute("DELETE FROM history_fives WHERE five < ?", ((day + 1) * DAY,))
    old = (before - KEEP) // DAY
    database.execute("DELETE FROM history_days WHERE place < ?", (old * MOST,))
    database.execute("DELETE FROM history_series WHERE last < ?", (old,))
    return True


def _fold(database: apsw.Connection, day: int, begun: int, until: int) -> None:
    """The series with these numbers: their means of the day become a row each, over what was folded before, if that
    can be read."""
    means = [array("f", [nan]) * DAY for _ in range(begun, until)]
    statement = "SELECT five, substr(means, ?, ?) FROM history_fives WHERE five >= ? AND five < ?"
    values = (begun * OCTETS + 1, PORTION * OCTETS, day * DAY, (day + 1) * DAY)
    for five, part in database.execute(statement, values):
        for own, mean in zip(means, row(part), strict=False):
            own[five % DAY] = mean
    rows = []
    for number, own in enumerate(means, begun):
        if any(mean == mean for mean in own):
            before = database.execute("SELECT means FROM history_days WHERE place = ?", (day * MOST + number,)).get
            below = None if before is None else unpacked(before)
            rows.append((number, packed(own if below is None else _over(own, below))))
    statement = "INSERT OR REPLACE INTO history_days (place, means) VALUES (?, ?)"
    database.executemany(statement, [(day * MOST + number, part) for number, part in rows])
    statement = "UPDATE history_series SET last = max(last, ?) WHERE n = ?"
    database.executemany(statement, [(day, number) for number, _ in rows])


def _over(means: Means, below: Means) -> Means:
    """The means, and what is below where they say nothing."""
    return array("f", [new if new == new else old for new, old in zip(means, below, strict=True)])


def curves(database: apsw.Connection, since: float, until: float, quantity: str = "", of: str = "") -> list[Curve]:
    """The curves from the five minutes of `since` until those before `until`, ordered by id, quantity and direction;
    those of which nothing is known in that time are left out. What is damaged is told as not measured, and the curve
    says so."""
    first, end = int(since // STEP), max(int(since // STEP), int(-(-until // STEP)))
    wanted = "" if quantity == "mos" else quantity  # it may have to be worked out
    found = {number: (key, array("f", [nan]) * (end - first)) for number, key in _matching(database, wanted, of)}
    damaged: dict[Key, set[int]] = {}
    for day in range(first // DAY, -(-end // DAY) if found else 0):
        for number, means in days(database, day, found, alone=bool(of)):
            key, into = found[number]
            if means is None:
                damaged.setdefault(key, set()).add(day * DAY * STEP)
            else:
                _put(into, day * DAY - first, means)
    _latest(database, first, end, {number: means for number, (_, means) in found.items()}, alone=bool(of))
    known = dict(found.values())
    for key, scores in list(_scores(known)):
        known[key] = scores
        damaged[key] = set[int]().union(*(damaged.get((part, key[1], ""), ()) for part in ("loss", "rtt", "jitter")))
    chosen = sorted((key for key in known if quantity in ("", key[0])), key=lambda key: (key[1], key[0], key[2]))
    told = (Curve(*key, first * STEP, known[key], tuple(sorted(damaged.get(key, ())))) for key in chosen)
    return [one for one in told if one.damaged or any(mean == mean for mean in one.means)]


def size(path: Path, since: float, until: float, quantity: str = "", of: str = "") -> int:
    """At most how many means `read` would return. NotRunning if there is no journal, JournalError."""
    database, told = open_readable(path), list[Key]()
    try:
        with sqlite_errors(path):
            told = [key for _, key in _matching(database, "" if quantity == "mos" else quantity, of)]
    finally:
        database.close()
    scored = {key[1] for key in told if key[0] in ("jitter", "mos")} if quantity in ("", "mos") else ()
    others = 0 if quantity == "mos" else sum(key[0] != "mos" for key in told)
    return (len(scored) + others) * int((until - since) // STEP + 2)


def read(path: Path, since: float, until: float, quantity: str = "", of: str = "") -> list[Curve]:
    """The curves of [since, until), beside a running service or after one: all, or those of a quantity, or an id.

    NotRunning if there is no journal, JournalError.
    """
    database = open_readable(path)
    found: list[Curve] = []
    try:
        with sqlite_errors(path), instant(database):
            found = curves(database, since, until, quantity, of)
    finally:
        database.close()
    return found


def _numbers(database: apsw.Connection) -> dict[Key, int]:
    return {key: number for number, key in _matching(database)}


def _matching(database: apsw.Connection, quantity: str = "", of: str = "") -> list[tuple[int, Key]]:
    """The series of a quantity, of an id, or all, with their numbers."""
    statement = "SELECT n, quantity, id, direction FROM history_series WHERE ?1 IN ('', quantity)"
    rows = database.execute(statement + (" AND id = ?2" if of else " AND ?2 = ''"), (quantity, of))
    return [(int(number), (str(what), str(key), str(way))) for number, what, key, way in rows]


def _latest(database: apsw.Connection, first: int, end: int, wanted: Mapping[int, Means], alone: bool) -> None:
    """Put in what is not folded yet: of each five minutes the whole row, or only the places of a few series."""
    if not alone:
        rows = database.execute("SELECT five, means FROM history_fives WHERE five >= ? AND five < ?", (first, end))
        for five, means in rows:
            side = row(means)
            for number, into in wanted.items():
                if number < len(side) and side[number] == side[number]:
                    into[five - first] = side[number]
        return
    statement = "SELECT five, substr(means, ?, ?) FROM history_fives WHERE five >= ? AND five < ?"
    for number, into in wanted.items():
        for five, mean in database.execute(statement, (number * OCTETS + 1, OCTETS, first, end)):
            for value in row(mean):
                into[five - first] = value if value == value else into[five - first]


def _put(into: Means, at: int, means: Means) -> None:
    """The means from this place on, as far as there is room; it may be before the beginning."""
    until = min(len(into), at + len(means))
    into[max(0, at) : until] = means[max(0, -at) : until - at]


def _scores(known: Mapping[Key, Means]) -> Iterable[tuple[Key, Means]]:
    """The opinion scores of what has a jitter and no score of its own: the lines."""
    for of, keys in groupby(sorted(known, key=lambda key: key[1]), key=lambda key: key[1]):
        own = {quantity: known[quantity, of, way] for quantity, _, way in keys}
        if "jitter" in own and "loss" in own and "rtt" in own and "mos" not in own:
            yield ("mos", of, ""), array("f", map(_score, own["loss"], own["rtt"], own["jitter"]))


def _score(loss: float, rtt: float, jitter: float) -> float:
    if loss != loss:
        return nan
    if rtt != rtt:
        return NOTHING_HEARD
    return mos(rtt / 2, jitter if jitter == jitter else 0.0, loss)
