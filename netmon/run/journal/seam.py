"""What has netmon already decided and told, however often it was killed since?

The journal is written before anything is sent. One class serves both worlds: in service every call
runs in one writer thread and its future resolves after the commit, so the event loop never waits for
a disk; in virtual time the same statements run on the spot and no thread exists.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol, TypeVar

import apsw

from netmon.decide.ledger.facts import Asset, Correction, Facts, Ruling
from netmon.decide.rules.state import Row, Series
from netmon.model import Entry, Event, Notice, Restored
from netmon.people import Receipt
from netmon.run.journal import ledger, opinions, restored, sql
from netmon.run.journal.rollups import Hour

__all__ = ["Journal", "correct", "facts", "open_inline", "open_threaded", "read_only", "rule"]

T = TypeVar("T")


class Journal(Protocol):
    """The memory of the service. Every call is one transaction and raises JournalError."""

    async def restore(self) -> Restored:
        """What the last snapshot and the log after it add up to."""
        ...

    async def write(self, entries: Sequence[Entry], notices: Sequence[Notice] = ()) -> None:
        """Append all of it in one transaction; durable on return."""
        ...

    async def learn(self, at: float, learned: Mapping[str, tuple[float, ...]]) -> None:
        """Keep these targets' silence statistics, one row each."""
        ...

    async def snapshot(self, at: float) -> None:
        """Fold the log so far, and drop what is older than 400 days."""
        ...

    async def beat(self, at: float) -> None:
        """Say that netmon lives; a gap of more than 5 s since the last time is booked as dead."""
        ...

    async def note_assets(self, at: float, rows: Sequence[Asset]) -> None:
        """Append what the inventory says now of all it names, where that differs from what it said last.

        What it names no longer is noted as gone.
        """
        ...

    async def roll(self, rows: Sequence[Row], before: float) -> None:
        """Keep these hours of 5-minute means, and drop those that ended before a time."""
        ...

    async def rolled(self, since: float) -> Mapping[str, Mapping[Series, Sequence[Hour]]]:
        """All hours of means since a time: by what they are of, then by series, in order."""
        ...

    async def within(self, work: Callable[[apsw.Connection], T]) -> T:
        """The result of this work on tables that a module of its own keeps (netmon.run.journal.history): one
        transaction."""
        ...

    async def pending(self) -> list[Notice]:
        """Notices written, not yet delivered nor given up, oldest first."""
        ...

    async def told(self) -> Mapping[tuple[int, Event, str], int]:
        """Notices written so far by (incident, event, recipient), so that their ids go on counting."""
        ...

    async def reached(self, since: float) -> set[tuple[int, str]]:
        """(incident, recipient) of the notices written since then that were delivered, or may have been: what was being
        sent when the last process died."""
        ...

    async def receipts(self, since: float) -> list[Receipt]:
        """What became of the notices that were finished with since then, the oldest first."""
        ...

    async def claim(self, notice_id: str, at: float) -> bool:
        """Take a waiting notice for sending; False if it is not waiting (any more)."""
        ...

    async def delivered(self, notice_id: str, at: float) -> None:
        """The recipient has it."""
        ...

    async def failed(self, notice_id: str, at: float, why: str, final: bool) -> None:
        """Sending failed: the notice waits again or, if `final`, is given up."""
        ...

    async def close(self) -> None:
        """Finish what was asked, then let another process write. A second call does nothing."""
        ...


class _Place(Protocol):
    """Where the statements run."""

    async def do(self, work: Callable[[], T]) -> T:
        """The result of `work()`, or its exception."""
        ...

    def close(self) -> None:
        """No work comes any more."""
        ...


class _Here:
    """On the spot."""

    __slots__ = ()

    async def do(self, work: Callable[[], T]) -> T:
        return work()

    def close(self) -> None:
        pass


class _Thread:
    """In one writer thread, in the order of the calls.

    Work once handed over is finished even if the caller is cancelled: the journal never knows less
    than the world has seen.
    """

    __slots__ = ("_pool",)

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="journal")

    async def do(self, work: Callable[[], T]) -> T:
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._pool, work))

    def close(self) -> None:
        self._pool.shutdown(wait=False)


class _Journal:
    """A book and the place where it is written."""

    __slots__ = ("_book", "_open", "_place")

    def __init__(self, book: sql.Book, place: _Place) -> None:
        self._book = book
        self._place = place
        self._open = True

    async def restore(self) -> Restored:
        return await self._place.do(self._book.restore)

    async def write(self, entries: Sequence[Entry], notices: Sequence[Notice] = ()) -> None:
        await self._place.do(lambda: self._book.write(entries, notices))

    async def learn(self, at: float, learned: Mapping[str, tuple[float, ...]]) -> None:
        await self._place.do(lambda: self._book.learn(at, learned))

    async def snapshot(self, at: float) -> None:
        await self._place.do(lambda: self._book.snapshot(at))

    async def beat(self, at: float) -> None:
        await self._place.do(lambda: self._book.beat(at))

    async def note_assets(self, at: float, rows: Sequence[Asset]) -> None:
        await self._place.do(lambda: self._book.note_assets(at, rows))

    async def roll(self, rows: Sequence[Row], before: float) -> None:
        await self._place.do(lambda: self._book.roll(rows, before))

    async def rolled(self, since: float) -> Mapping[str, Mapping[Series, Sequence[Hour]]]:
        return await self._place.do(lambda: self._book.rolled(since))

    async def within(self, work: Callable[[apsw.Connection], T]) -> T:
        return await self._place.do(lambda: self._book.within(work))

    async def pending(self) -> list[Notice]:
        return await self._place.do(self._book.pending)

    async def told(self) -> Mapping[tuple[int, Event, str], int]:
        return await self._place.do(self._book.told)

    async def reached(self, since: float) -> set[tuple[int, str]]:
        return await self._place.do(lambda: self._book.reached(since))

    async def receipts(self, since: float) -> list[Receipt]:
        return await self._place.do(lambda: self._book.receipts(since))

    async def claim(self, notice_id: str, at: float) -> bool:
        return await self._place.do(lambda: self._book.claim(notice_id, at))

    async def delivered(self, notice_id: str, at: float) -> None:
        await self._place.do(lambda: self._book.delivered(notice_id, at))

    async def failed(self, notice_id: str, at: float, why: str, final: bool) -> None:
        await self._place.do(lambda: self._book.failed(notice_id, at, why, final))

    async def close(self) -> None:
        if self._open:
            self._open = False
            await self._place.do(self._book.close)
            self._place.close()


def open_threaded(path: Path) -> Journal:
    """The journal of a service. JournalError if another process writes it or it cannot be used."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return _Journal(sql.Book(path), _Thread())


def open_inline(path: Path | None) -> Journal:
    """The journal in virtual time: same statements, no thread. None = in memory."""
    return _Journal(sql.Book(path), _Here())


def read_only(path: Path) -> Restored:
    """What the journal of a service that may or may not be running remembers. NotRunning if there is none."""
    return restored.read(path)


def facts(path: Path, since: float, until: float) -> Facts:
    """What the ledger of [since, until) follows from, whether the service runs or not. NotRunning if there is none."""
    return ledger.read(path, since, until)


def rule(path: Path, ruling: Ruling) -> int:
    """Append a person's word on an outage, beside a running service too; its number. NotRunning, JournalError."""
    return opinions.append_ruling(path, ruling)


def correct(path: Path, correction: Correction) -> int:
    """Append a person's word on a line, beside a running service too; its number. NotRunning, JournalError."""
    return opinions.append_correction(path, correction)
