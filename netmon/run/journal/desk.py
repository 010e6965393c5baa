"""What did people say, and where do incidents stand with them, beyond the log that the journal folds?"""

import dataclasses
from collections.abc import Iterable

import apsw

from netmon.model import Entry
from netmon.people import Act, Case
from netmon.run.journal.codec import Codec, matters


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
    gone = [(act.number,) for act in acts(database, codec) if not matters(act, now)]
    database.executemany("DELETE FROM acts WHERE number = ?", gone)
    database.execute("DELETE FROM cases WHERE incident NOT IN (SELECT id FROM incidents)")


def acts(database: apsw.Connection, codec: Codec) -> tuple[Act, ...]:
    """What people said, the oldest first."""
    return tuple(codec.unpack_act(str(body)) for (body,) in database.execute("SELECT body FROM acts ORDER BY number"))


def cases(database: apsw.Connection, codec: Codec) -> dict[int, Case]:
    """Where incidents stand with people, by incident."""
    found = (codec.unpack_case(str(body)) for (body,) in database.execute("SELECT body FROM cases"))
    return {case.incident: case for case in found}
