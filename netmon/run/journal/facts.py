"""What has changed lately, and which rows are known?

The log has every change of a remembered row; a table beside it has what they add up to, so that a restart need not
read the whole log.
"""

import json
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import apsw

from netmon.model import Entry, Fact, IncidentEvent, Unread
from netmon.run.journal.codec import Codec, Facts, learn
from netmon.run.journal.file import open_readable, sqlite_errors
from netmon.run.journal.unread import readable

NEWS = ("new", "changed", "gone")
BEGUN = ""
"""The key of the row that says when a family began to be known."""


class Changed(NamedTuple):
    """A change: when it was written down, and what it was."""

    at: float
    what: Fact | IncidentEvent


def keep(database: apsw.Connection, codec: Codec, tail: Iterable[Entry]) -> None:
    """Fold the facts of this part of the log into the table. Only what has changed is written."""
    for entry in tail:
        fact = entry.body
        if not isinstance(fact, Fact):
            continue
        name = (fact.target, fact.metric)
        if fact.news == "begun":
            database.execute("DELETE FROM facts WHERE target = ? AND metric = ?", name)
        if fact.news == "gone":
            database.execute("DELETE FROM facts WHERE target = ? AND metric = ? AND key = ?", (*name, _key(fact)))
        else:
            row = (*name, _key(fact), codec.pack_fact(fact))
            database.execute("INSERT OR REPLACE INTO facts (target, metric, key, body) VALUES (?, ?, ?, ?)", row)


def kept(database: apsw.Connection, codec: Codec, lost: list[Unread]) -> Facts:
    """The facts of the table; what cannot be read is added to `lost`."""
    found: Facts = {}
    rows = database.execute("SELECT target, NULL, CAST(body AS BLOB) FROM facts ORDER BY target, metric, key")
    for _, fact in readable("facts", rows, codec.unpack_fact, lost):
        learn(found, fact)  # the beginning of a family sorts before its rows
    return found


def read(path: Path, since: float) -> list[Changed]:
    """All changes from then on that can be read, the oldest first: of rows, and whatever else was told as a change.

    NotRunning if there is no journal.
    """
    database, codec, found = open_readable(path), Codec(), list[Changed]()
    statement = (
        "SELECT kind, at, CAST(body AS BLOB) FROM log WHERE kind IN ('fact', 'incident') AND at >= ? ORDER BY seq"
    )
    try:
        with sqlite_errors(path), database:
            for kind, at, body in database.execute(statement, (since,)):
                for _, what in readable(str(kind), [(at, at, body)], partial(codec.unpack, str(kind)), []):
                    told = isinstance(what, IncidentEvent) and what.incident.kind == "change"
                    if (isinstance(what, IncidentEvent) and told) or (isinstance(what, Fact) and what.news in NEWS):
                        found.append(Changed(float(str(at)), what))
    finally:
        database.close()
    return found


def _key(fact: Fact) -> str:
    return BEGUN if fact.news == "begun" else json.dumps(fact.key, ensure_ascii=False)
