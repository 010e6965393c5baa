"""Of what was anybody told since then, what became of each message, and what did people say?"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal, NamedTuple

import apsw

from netmon.model import Incident, Notice
from netmon.people import Act
from netmon.run.hearers import BEFORE
from netmon.run.journal.codec import Codec
from netmon.run.journal.file import open_readable, sqlite_errors
from netmon.run.journal.notices import State, deliveries
from netmon.run.journal.unread import readable


class Sent(NamedTuple):
    """A message: `waits` for its turn or for its channel, was `delivered`, was `given_up`, or `spared`: nobody had to
    read it any more. `tries`: how often it was sent; `at`: when that was known; `why` it failed last."""

    notice: Notice
    state: Literal["waits", "delivered", "given_up", "spared"]
    at: float
    tries: int = 0
    why: str = ""


class Told(NamedTuple):
    """What happened since a time: incidents by number, as they stood last; what people said, and messages, the oldest
    first; and when netmon was not there, [since, until)."""

    incidents: Mapping[int, Incident]
    acts: tuple[Act, ...]
    sent: tuple[Sent, ...]
    dead: tuple[tuple[float, float], ...]


def read(path: Path, since: float) -> Told:
    """All of it that can be read, and whatever still waits to be sent. NotRunning if there is no journal."""
    database, codec, found = open_readable(path), Codec(), Told({}, (), (), ())
    try:
        with sqlite_errors(path), database:
            sent = _sent(database, codec, since)
            told = {one.notice.incident.id: one.notice.incident for one in sent}
            dead = tuple((float(str(begin)), float(str(end))) for begin, end in database.execute(_DEAD, (since,)))
            found = Told(told | _incidents(database, codec, since), _acts(database, codec, since), sent, dead)
    finally:
        database.close()
    return found


def said(path: Path, since: float) -> tuple[Act, ...]:
    """What people said from then on, the oldest first, as far back as the log goes: also what matters to nobody any
    more. NotRunning if there is no journal."""
    database, found = open_readable(path), tuple[Act, ...]()
    try:
        with sqlite_errors(path), database:
            found = _acts(database, Codec(), since)
    finally:
        database.close()
    return found


_DEAD = "SELECT since, until FROM dead WHERE until > ? ORDER BY since"
_LAST = (
    "SELECT key, at, CAST(body AS BLOB) FROM log"
    " WHERE seq IN (SELECT max(seq) FROM log WHERE kind = 'incident' AND at >= ? GROUP BY key)"
)


def _incidents(database: apsw.Connection, codec: Codec, since: float) -> dict[int, Incident]:
    """The last word on each."""
    rows = database.execute(_LAST, (since,))
    return {event.incident.id: event.incident for _, event in readable("incident", rows, codec.unpack_event, [])}


def _acts(database: apsw.Connection, codec: Codec, since: float) -> tuple[Act, ...]:
    statement = "SELECT seq, at, CAST(body AS BLOB) FROM log WHERE kind = 'act' AND at >= ? ORDER BY seq"
    rows = database.execute(statement, (since,))
    return tuple(replace(act, number=seq) for seq, act in readable("act", rows, codec.unpack_act, []))


def _sent(database: apsw.Connection, codec: Codec, since: float) -> tuple[Sent, ...]:
    return tuple(
        Sent(notice, _state(state, why), notice.at if at is None else at, tries, why)
        for notice, state, tries, at, why in deliveries(database, codec, since)
    )


def _state(state: State, why: str) -> Literal["waits", "delivered", "given_up", "spared"]:
    if state == "delivered":
        return "delivered"
    if state == "given_up":
        return "spared" if why.endswith(BEFORE) else "given_up"
    return "waits"
