"""What became of the notices, and when?"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, get_args

import apsw

from netmon.decide.notices import told_of
from netmon.model import Event, Notice, Unread
from netmon.people import Receipt
from netmon.run.journal.codec import Codec
from netmon.run.journal.file import open_readable, sqlite_errors
from netmon.run.journal.unread import readable

State = Literal["pending", "claimed", "delivered", "given_up"]
STATES: Mapping[str, State] = MappingProxyType({state: state for state in get_args(State)})


class Delivery(NamedTuple):
    """A notice and where it stands since `changed_at` (None: nobody has tried yet), after so many tries; `why` the last
    one failed, "" = it did not."""

    notice: Notice
    state: State
    tries: int
    changed_at: float | None
    why: str


def read(path: Path, since: float) -> list[Delivery]:
    """The notices written from then on, and all that still wait, the oldest first, as far as they can be read; whether
    the service runs or not.

    NotRunning if there is no journal.
    """
    database, codec, found = open_readable(path), Codec(), list[Delivery]()
    try:
        with sqlite_errors(path), database:
            found += deliveries(database, codec, since)
    finally:
        database.close()
    return found


def deliveries(database: apsw.Connection, codec: Codec, since: float) -> Iterator[Delivery]:
    """As `read`, from a journal that is open."""
    statement = (
        "SELECT state, tries, changed_at, why, at, CAST(body AS BLOB) FROM notices"
        " WHERE at >= ? OR state IN ('pending', 'claimed') ORDER BY n"
    )
    rows = ((tuple(rest), at, body) for *rest, at, body in _rows(database, statement, since))
    for (state, tries, changed_at, why), notice in readable("notices", rows, codec.unpack_notice, []):
        yield Delivery(notice, STATES[state], tries, changed_at, why)


def pending(database: apsw.Connection, codec: Codec, lost: list[Unread]) -> list[Notice]:
    """Notices neither delivered nor given up, in the order in which they were written; what cannot be read is added to
    `lost`."""
    statement = "SELECT id, at, CAST(body AS BLOB) FROM notices WHERE state IN ('pending', 'claimed') ORDER BY n"
    return [notice for _, notice in readable("notices", _rows(database, statement), codec.unpack_notice, lost)]


def told(database: apsw.Connection) -> dict[tuple[int, Event, str], int]:
    """How many notices were written for each (incident, event, recipient)."""
    statement = "SELECT incident, event, recipient, count(*) FROM notices GROUP BY 1, 2, 3"
    return {(incident, event, to): count for incident, event, to, count in _rows(database, statement)}


def reached(database: apsw.Connection, codec: Codec, since: float) -> set[tuple[int, str]]:
    """(incident, recipient) of what was delivered, or claimed and left without a word, so perhaps delivered."""
    read = " FROM notices WHERE at >= ? AND (state = 'delivered' OR (state = 'pending' AND tries > 0 AND why = ''))"
    found = {(inc, to) for inc, to in _rows(database, "SELECT DISTINCT incident, recipient" + read, since)}
    rows = _rows(database, "SELECT id, at, CAST(body AS BLOB)" + read + " AND instr(body, 'crowd_head')", since)
    for _, notice in readable("notices", rows, codec.unpack_notice, []):
        found |= {(incident, notice.to) for incident in told_of(notice)}
    return found


def receipts(database: apsw.Connection, codec: Codec, since: float) -> list[Receipt]:
    """What became of the notices that were finished with since then, the oldest first."""
    statement = (
        "SELECT state, why, changed_at, CAST(body AS BLOB) FROM notices WHERE changed_at >= ?"
        " AND state IN ('delivered', 'given_up') ORDER BY changed_at, n"
    )
    rows = (((state == "delivered", why, at), at, body) for state, why, at, body in _rows(database, statement, since))
    return [
        Receipt(notice.id, notice.incident.id, notice.to, notice.channel, at, there, True, why)
        for (there, why, at), notice in readable("notices", rows, codec.unpack_notice, [])
    ]


def _rows(database: apsw.Connection, statement: str, *values: float) -> Iterable[tuple[Any, ...]]:
    """Rows as the schema types them: the tables are STRICT, so what a column declares is what it holds."""
    return database.execute(statement, values)
