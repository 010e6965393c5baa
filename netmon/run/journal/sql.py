"""What does the journal do, statement by statement?

Everything here is synchronous and runs in one thread at a time; netmon.run.journal.seam decides in which.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import apsw

from netmon.decide.ledger.facts import Asset
from netmon.decide.rules.state import Row, Series
from netmon.errors import JournalError
from netmon.model import Entry, Event, Notice, Restored
from netmon.people import Receipt
from netmon.run.journal import desk, facts, ledger, notices, restored, rollups
from netmon.run.journal.codec import KEEP_RESOLVED, Codec, fold, pack_numbers
from netmon.run.journal.file import Lock, open_writable, sqlite_errors, transaction
from netmon.run.journal.ledger import DEAD_AFTER, KEEP_LOG

T = TypeVar("T")


class Book:
    """An open journal database. Every method is one transaction and raises JournalError."""

    __slots__ = ("_codec", "_database", "_lock", "_path")

    def __init__(self, path: Path | None) -> None:
        """Open for writing; a notice that was being sent when the last process died waits again."""
        self._path = path
        self._codec = Codec()
        self._lock = None if path is None else Lock(path)
        try:
            self._database = open_writable(path)
            with sqlite_errors(path), transaction(self._database):
                self._database.execute("UPDATE notices SET state = 'pending', why = '' WHERE state = 'claimed'")
        except JournalError:
            if self._lock is not None:
                self._lock.release()
            raise

    def close(self) -> None:
        """Close the database and let others write; a second call does nothing."""
        with sqlite_errors(self._path):
            self._database.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def restore(self) -> Restored:
        """Snapshot and tail of the log, folded."""
        return restored.restore(self._database, self._codec, self._path)

    def write(self, entries: Sequence[Entry], notices: Sequence[Notice]) -> None:
        """Append entries and the notices about them: all or nothing, on the disk when it returns."""
        lines = [(entry.seq, entry.at, *self._codec.pack(entry.body)) for entry in entries]
        letters = [
            (notice.id, notice.incident.id, notice.event, notice.to, notice.at, self._codec.pack_notice(notice))
            for notice in notices
        ]
        with sqlite_errors(self._path), transaction(self._database):
            self._database.executemany("INSERT INTO log (seq, at, kind, key, body) VALUES (?, ?, ?, ?, ?)", lines)
            self._database.executemany(
                "INSERT INTO notices (id, incident, event, recipient, at, body) VALUES (?, ?, ?, ?, ?, ?)", letters
            )

    def learn(self, at: float, learned: Mapping[str, tuple[float, ...]]) -> None:
        """Replace the rows of these targets; the others keep theirs."""
        rows = [(target, at, pack_numbers(numbers)) for target, numbers in learned.items()]
        with sqlite_errors(self._path), transaction(self._database):
            self._database.executemany("INSERT OR REPLACE INTO learned (target, at, numbers) VALUES (?, ?, ?)", rows)

    def snapshot(self, at: float) -> None:
        """Fold the log so far into the state tables and drop what is older than 400 days."""
        with sqlite_errors(self._path), transaction(self._database):
            tail, marks, _ = restored.unfolded(self._database, self._codec)
            state = fold(Restored(marks=marks), tail)
            self._database.executemany(
                "INSERT OR REPLACE INTO standings (id, body) VALUES (?, ?)",
                [(key, self._codec.pack_standing(standing)) for key, standing in state.standings.items()],
            )
            self._database.executemany(
                "INSERT OR REPLACE INTO incidents (id, resolved_at, body) VALUES (?, ?, ?)",
                [(key, one.resolved_at, self._codec.pack_incident(one)) for key, one in state.incidents.items()],
            )
            self._database.execute("DELETE FROM incidents WHERE resolved_at < ?", (at - KEEP_RESOLVED,))
            self._database.execute("DELETE FROM marks")
            self._database.executemany(
                "INSERT INTO marks (id, mark, body) VALUES (?, ?, ?)",
                [(*key, self._codec.pack_mark(mark)) for key, mark in state.marks.items()],
            )
            facts.keep(self._database, self._codec, tail)
            desk.keep(self._database, self._codec, tail, at)
            if tail:
                self._database.execute("INSERT OR REPLACE INTO snapshot VALUES (1, ?, ?)", (state.seq, at))
            else:
                self._database.execute("UPDATE snapshot SET at = ?", (at,))
            ledger.prune(self._database, at - KEEP_LOG, restored.snapshot_seq(self._database))

    def beat(self, at: float) -> None:
        """netmon lives. A gap since the last beat, across a restart or not, is booked as dead time."""
        with sqlite_errors(self._path), transaction(self._database):
            last = restored.last_beat(self._database)
            if last is not None and at - last > DEAD_AFTER:
                self._database.execute("INSERT OR REPLACE INTO dead (since, until) VALUES (?, ?)", (last, at))
            self._database.execute("INSERT OR REPLACE INTO beat (one, at) VALUES (1, ?)", (at,))

    def note_assets(self, at: float, rows: Sequence[Asset]) -> None:
        """Append what the inventory says now, where it differs from what it said last."""
        with sqlite_errors(self._path), transaction(self._database):
            ledger.append_assets(self._database, at, rows)

    def roll(self, rows: Sequence[Row], before: float) -> None:
        """Keep these hours of 5-minute means, and drop those that ended before a time."""
        with sqlite_errors(self._path), transaction(self._database):
            rollups.keep(self._database, rows, before)

    def rolled(self, since: float) -> Mapping[str, Mapping[Series, Sequence[rollups.Hour]]]:
        """All hours of means since a time, by what they are of and by series."""
        found: dict[str, Mapping[Series, Sequence[rollups.Hour]]] = {}
        with sqlite_errors(self._path):
            found |= rollups.kept(self._database, since)
        return found

    def within(self, work: Callable[[apsw.Connection], T]) -> T:
        """The result of this work, which is one transaction."""
        with sqlite_errors(self._path), transaction(self._database):
            return work(self._database)

    def pending(self) -> list[Notice]:
        """See netmon.run.journal.notices."""
        with sqlite_errors(self._path):
            return notices.pending(self._database, self._codec, [])

    def told(self) -> dict[tuple[int, Event, str], int]:
        """See netmon.run.journal.notices."""
        with sqlite_errors(self._path):
            return notices.told(self._database)

    def reached(self, since: float) -> set[tuple[int, str]]:
        """See netmon.run.journal.notices."""
        with sqlite_errors(self._path):
            return notices.reached(self._database, self._codec, since)

    def receipts(self, since: float) -> list[Receipt]:
        """See netmon.run.journal.notices."""
        with sqlite_errors(self._path):
            return notices.receipts(self._database, self._codec, since)

    def claim(self, notice_id: str, at: float) -> bool:
        """Compare and set: True for exactly one caller, and only while the notice waits."""
        return self._set(
            "UPDATE notices SET state = 'claimed', tries = tries + 1, changed_at = ?"
            " WHERE id = ? AND state = 'pending'",
            (at, notice_id),
        )

    def delivered(self, notice_id: str, at: float) -> None:
        """The recipient has it."""
        self._set(
            "UPDATE notices SET state = 'delivered', changed_at = ?, why = '' WHERE id = ? AND state = 'claimed'",
            (at, notice_id),
        )

    def failed(self, notice_id: str, at: float, why: str, final: bool) -> None:
        """Not delivered: it waits again, or with `final` is given up."""
        self._set(
            "UPDATE notices SET state = ?, changed_at = ?, why = ? WHERE id = ? AND state IN ('pending', 'claimed')",
            ("given_up" if final else "pending", at, why, notice_id),
        )

    def _set(self, statement: str, values: tuple[str | float, ...]) -> bool:
        with sqlite_errors(self._path), transaction(self._database):
            self._database.execute(statement, values)
            changed = self._database.changes()
        return changed == 1
