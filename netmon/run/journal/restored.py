"""What does the journal add up to, as far as it can be read?

The state tables have what the last snapshot folded, the log what came after it. An entry that is damaged is left out
and told (netmon.run.journal.unread): a service that does not start sees nothing at all.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import apsw

from netmon.decide.learning import Learned
from netmon.model import Entry, Mark, MarkKind, Restored, Unread
from netmon.run.journal import desk, facts, notices
from netmon.run.journal.codec import Codec, fold, is_old, unpack_numbers
from netmon.run.journal.file import open_readable, sqlite_errors
from netmon.run.journal.unread import readable, unknown

_STANDINGS = "SELECT id, NULL, CAST(body AS BLOB) FROM standings"
_INCIDENTS = "SELECT id, NULL, CAST(body AS BLOB) FROM incidents"
_LEARNED = "SELECT target, at, CAST(numbers AS BLOB) FROM learned"
_MARKS = "SELECT id, NULL, CAST(body AS BLOB) FROM marks"
_TAIL = "SELECT seq, at, kind, key, CAST(body AS BLOB) FROM log WHERE seq > ? ORDER BY seq"


def read(path: Path) -> Restored:
    """What a journal remembers, without the right to write it. NotRunning if there is none."""
    connection = open_readable(path)
    try:
        return restore(connection, Codec(), path)
    finally:
        connection.close()


def restore(database: apsw.Connection, codec: Codec, path: Path | None) -> Restored:
    """Snapshot and tail of the log, folded. JournalError."""
    state, now = Restored(), 0.0
    with sqlite_errors(path), database:
        state, now = _folded(database, codec)
    return dataclasses.replace(
        state, incidents={key: one for key, one in state.incidents.items() if not is_old(one, now)}
    )


def _folded(database: apsw.Connection, codec: Codec) -> tuple[Restored, float]:
    """All of it, and when it was last written."""
    tail, marks, lost = unfolded(database, codec)
    base = Restored(
        seq=_last_seq(database),
        standings=dict(readable("standings", _rows(database, _STANDINGS), codec.unpack_standing, lost)),
        incidents=dict(readable("incidents", _rows(database, _INCIDENTS), codec.unpack_incident, lost)),
        marks=marks,
        facts=facts.kept(database, codec, lost),
        acts=desk.acts(database, codec, lost),
        cases=desk.cases(database, codec, lost),
        learned=dict(readable("learned", _rows(database, _LEARNED), _learned, lost)),
        last_beat=last_beat(database),
    )
    notices.pending(database, codec, lost)  # only told: what waits and cannot be read is never sent
    now = max([base.last_beat or 0.0, *(entry.at for entry in tail[-1:])])
    return fold(dataclasses.replace(base, unread=tuple(lost)), tail), now


def unfolded(
    database: apsw.Connection, codec: Codec
) -> tuple[list[Entry], Mapping[tuple[str, MarkKind], Mark], list[Unread]]:
    """The log since the last snapshot; the marks that had begun and were not over then; and what cannot be read."""
    lost: list[Unread] = []
    tail: list[Entry] = []
    for seq, at, kind, key, body in _rows(database, _TAIL, (snapshot_seq(database),)):
        try:
            tail.append(Entry(seq, at, codec.unpack(kind, body)))
        except ValueError:
            lost.append(Unread(kind, key, at))
            if kind == "transition" and (turn := unknown(database, key, at)) is not None:
                tail.append(Entry(seq, at, turn))
    marks = (mark for _, mark in readable("marks", _rows(database, _MARKS), codec.unpack_mark, lost))
    return tail, {(mark.id, mark.mark): mark for mark in marks}, lost


def _learned(body: bytes) -> tuple[float, ...]:
    """The statistics of a target; ValueError if they are none, for nobody else looks before they are used."""
    try:
        numbers = unpack_numbers(body)
        Learned(*numbers)
    except TypeError as error:  # more of them than there are, or no numbers
        raise ValueError(str(error)) from error
    return numbers


def snapshot_seq(database: apsw.Connection) -> int:
    """The last entry of the log that a snapshot has folded, 0 before the first."""
    ((seq,),) = _rows(database, "SELECT coalesce(max(seq), 0) FROM snapshot")
    return int(seq)


def last_beat(database: apsw.Connection) -> float | None:
    """When netmon last said that it lives."""
    ((at,),) = _rows(database, "SELECT max(at) FROM beat")
    return None if at is None else float(at)


def _last_seq(database: apsw.Connection) -> int:
    """The last number that was given, also to what cannot be read: none is given twice."""
    ((seq,),) = _rows(database, "SELECT max(coalesce((SELECT max(seq) FROM log), 0), ?)", (snapshot_seq(database),))
    return int(seq)


def _rows(database: apsw.Connection, statement: str, values: tuple[float, ...] = ()) -> Iterable[tuple[Any, ...]]:
    """Rows as the schema types them: the tables are STRICT, so what a column declares is what it holds."""
    return database.execute(statement, values)
