"""What does the journal of a netmon that was killed know?"""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

import apsw

from netmon.decide.ledger.facts import Asset
from netmon.decide.rules.state import Row, Series
from netmon.errors import JournalError
from netmon.model import Entry, Event, Notice, Restored
from netmon.people import Receipt
from netmon.run.journal.rollups import Hour
from netmon.run.journal.seam import Journal

T = TypeVar("T")


class Mortal:
    """A journal whose process may be killed: nothing that it is asked after that is done."""

    __slots__ = ("_dead", "_journal")

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._dead = False

    def die(self) -> None:
        """As SIGKILL does: what was begun and not committed never was."""
        self._dead = True

    async def restore(self) -> Restored:
        return await self._live(self._journal.restore())

    async def write(self, entries: Sequence[Entry], notices: Sequence[Notice] = ()) -> None:
        await self._live(self._journal.write(entries, notices))

    async def learn(self, at: float, learned: Mapping[str, tuple[float, ...]]) -> None:
        if not self._dead:
            await self._journal.learn(at, learned)

    async def snapshot(self, at: float) -> None:
        await self._live(self._journal.snapshot(at))

    async def beat(self, at: float) -> None:
        if not self._dead:
            await self._journal.beat(at)

    async def note_assets(self, at: float, rows: Sequence[Asset]) -> None:
        await self._live(self._journal.note_assets(at, rows))

    async def roll(self, rows: Sequence[Row], before: float) -> None:
        await self._live(self._journal.roll(rows, before))

    async def rolled(self, since: float) -> Mapping[str, Mapping[Series, Sequence[Hour]]]:
        return await self._live(self._journal.rolled(since))

    async def within(self, work: Callable[[apsw.Connection], T]) -> T:
        return await self._live(self._journal.within(work))

    async def pending(self) -> list[Notice]:
        return await self._live(self._journal.pending())

    async def reached(self, since: float) -> set[tuple[int, str]]:
        return await self._live(self._journal.reached(since))

    async def told(self) -> Mapping[tuple[int, Event, str], int]:
        return await self._live(self._journal.told())

    async def receipts(self, since: float) -> list[Receipt]:
        return await self._live(self._journal.receipts(since))

    async def claim(self, notice_id: str, at: float) -> bool:
        return await self._live(self._journal.claim(notice_id, at))

    async def delivered(self, notice_id: str, at: float) -> None:
        await self._live(self._journal.delivered(notice_id, at))

    async def failed(self, notice_id: str, at: float, why: str, final: bool) -> None:
        await self._live(self._journal.failed(notice_id, at, why, final))

    async def close(self) -> None:
        await self._journal.close()

    async def _live(self, work: Coroutine[Any, Any, T]) -> T:
        if self._dead:
            work.close()
            raise JournalError("killed")
        return await work
