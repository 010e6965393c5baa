"""Which of the notices that wait for one recipient goes next, and when?

A lane holds the notices of one incident in their order: only its head may go, so a resolve never
overtakes its opening. Lanes do not wait for one another, except that after a failure the recipient as
a whole is left alone for a while: a dead server gets one attempt each pause, not one for each lane.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field

from netmon.model import Notice

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
"""Seconds between attempts: the first, then doubled each time up to the longest."""


def pause(failures: int) -> float:
    """Seconds to wait after so many failures in a row (at least one)."""
    return min(FIRST_PAUSE * 2.0 ** min(failures - 1, 30), LONGEST_PAUSE)


@dataclass(slots=True)
class _Lane:
    waiting: deque[Notice] = field(default_factory=deque)
    failures: int = 0
    due: float = 0.0


class Lanes:
    """What waits for one recipient. Times are seconds on the clock of the caller."""

    __slots__ = ("_due", "_failures", "_flying", "_ids", "_lanes", "_more")

    def __init__(self) -> None:
        self._lanes: dict[int, _Lane] = {}
        self._ids: set[str] = set()
        self._flying: str | None = None
        self._failures = 0
        self._due = 0.0
        self._more = asyncio.Event()

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, notice: Notice) -> None:
        """Queue a notice behind those of its incident; one that is already here is ignored."""
        if notice.id not in self._ids:
            self._ids.add(notice.id)
            self._lanes.setdefault(notice.incident.id, _Lane()).waiting.append(notice)
            self._more.set()

    def take(self, now: float) -> Notice | None:
        """The notice to send now: what failed least, then critical incidents, then the oldest; None if none is due."""
        if now < self._due:
            return None
        due = [lane for lane in self._lanes.values() if lane.due <= now]
        if not due:
            return None
        head = min(due, key=_urgency).waiting[0]
        self._flying = head.id
        return head

    async def something(self, now: float) -> None:
        """Wait until a notice is added or one that waits for its next attempt may be due."""
        self._more.clear()
        waits = [max(lane.due, self._due) - now for lane in self._lanes.values()]
        try:
            async with asyncio.timeout(max(min(waits), 0.0) if waits else None):
                await self._more.wait()
        except TimeoutError:
            pass

    def done(self, notice: Notice) -> None:
        """It needs no more attempts, and the recipient is well."""
        self._flying = None
        self._failures, self._due = 0, 0.0
        self._ids.discard(notice.id)
        lane = self._lanes[notice.incident.id]
        lane.waiting.popleft()
        lane.failures, lane.due = 0, 0.0
        if not lane.waiting:
            del self._lanes[notice.incident.id]

    def later(self, notice: Notice, now: float) -> None:
        """It failed: both its lane and the recipient rest."""
        self._flying = None
        lane = self._lanes[notice.incident.id]
        lane.failures += 1
        lane.due = now + pause(lane.failures)
        self._failures += 1
        self._due = now + pause(self._failures)

    def fresh(self) -> bool:
        """Whether something is in flight or was never tried."""
        return self._flying is not None or any(lane.failures == 0 for lane in self._lanes.values())


def _urgency(lane: _Lane) -> tuple[int, bool, float]:
    head = lane.waiting[0]
    return lane.failures, head.incident.severity != "critical", head.at
