"""What did people say, and where do incidents stand with them, beyond the log that the journal folds?"""

import dataclasses
from collections.abc import Iterable

import apsw

from netmon.model import Entry, Unread
from netmon.people import Act, Case
from netmon.run.journal.codec import Codec, matters
from netmon.run.journal.unread import readable


def keep(database: apsw.Connection, codec: Codec, tail: Iterable[Entry], now: float) -> None:
    """Fold the tail of the log into the tables, and drop what matters to nobody any more.

    A case goes with its incident: whoever restores has no use for one without the other.
    """
    for entry in tail:
        if isinstance(entry.body, Act):
            act = dataclasses.replace(entry.body, number=entry.seq)
            database.execute(
                "INSERT OR REPLACE INTO acts (number, body) VALUES (?, ?)", (entry.seq, codec.pack_act(act))
            )
        elif isinstance(entry.body, Case):
            row = (entry.body.incident, codec.pack_case(entry.body))
            database.execute("INSERT OR REPLACE INTO cases (incident, body) VALUES (?, ?)", row)
    gone = [(act.number,) for act in acts(database, codec, []) if not matters(act, now)]
    database.executemany("DELETE FROM acts WHERE number = ?", gone)
    database.execute("DELETE FROM cases WHERE incident NOT IN (SELECT id FROM incidents)")


def acts(database: apsw.Connection, codec: Codec, lost: list[Unread]) -> tuple[Act, ...]:
    """What people said, the oldest first; what cannot be read is added to `lost`."""
    rows = database.execute("SELECT number, NULL, CAST(body AS BLOB) FROM acts ORDER BY number")
    return tuple(act for _, act in readable("acts", rows, codec.unpack_act, lost))


def cases(database: apsw.Connection, codec: Codec, lost: list[Unread]) -> dict[int, Case]:
    """Where incidents stand with people, by incident; what cannot be read is added to `lost`."""
    rows = database.execute("SELECT incident, NULL, CAST(body AS BLOB) FROM cases")
    return {case.incident: case for _, case in readable("cases", rows, codec.unpack_case, lost)}
