"""Which parts of a journal that is whole as a file cannot be read?

Of a bit that has fallen over SQLite knows nothing: it is found where something is unpacked. This looks at everything
that is kept, for whoever wants to know before it is needed (`netmon doctor`).
"""

from functools import partial
from pathlib import Path
from typing import NamedTuple

import apsw

from netmon.decide.history import STEP
from netmon.model import Unread
from netmon.run.journal.codec import Codec
from netmon.run.journal.file import instant, open_readable, sqlite_errors
from netmon.run.journal.packed import DAY, MOST, unpacked
from netmon.run.journal.restored import restore
from netmon.run.journal.unread import readable

_DAYS = "SELECT place, means, quantity, id FROM history_days LEFT JOIN history_series ON n = place % ? ORDER BY place"


class Damage(NamedTuple):
    """Entries that cannot be read, and days of the history: when the day began (s since the epoch), and of what."""

    entries: tuple[Unread, ...]
    days: tuple[tuple[int, str], ...]


def find(path: Path) -> Damage:
    """Look through all of it. NotRunning if there is no journal, JournalError if not even that can be done."""
    database, codec, found = open_readable(path), Codec(), Damage((), ())
    try:
        entries = list(restore(database, codec, path).unread)
        with sqlite_errors(path), instant(database):
            entries += _log(database, codec)
            found = Damage(tuple(dict.fromkeys(entries)), tuple(_days(database)))
    finally:
        database.close()
    return found


def _log(database: apsw.Connection, codec: Codec) -> list[Unread]:
    lost: list[Unread] = []
    for kind in ("transition", "incident", "mark", "fact", "act", "case"):
        rows = database.execute("SELECT key, at, CAST(body AS BLOB) FROM log WHERE kind = ? ORDER BY seq", (kind,))
        for _ in readable(kind, rows, partial(codec.unpack, kind), lost):
            pass
    rows = database.execute("SELECT id, at, CAST(body AS BLOB) FROM notices ORDER BY n")
    for _ in readable("notices", rows, codec.unpack_notice, lost):
        pass
    return lost


def _days(database: apsw.Connection) -> list[tuple[int, str]]:
    return [
        (int(place) // MOST * DAY * STEP, f"{what or 'history'} {name or place}")
        for place, part, what, name in database.execute(_DAYS, (MOST,))
        if unpacked(part) is None
    ]
