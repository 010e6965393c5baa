"""Which of the notices that wait for one channel goes next, and when?

A lane holds the notices of one incident to one recipient in their order: only its head may go, so a resolve never
overtakes its opening. Lanes do not wait for one another, except that after a failure the channel as
a whole is left alone for a while: a dead server gets one attempt each pause, not one for each lane.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field

from netmon.model import Notice

FAILING = 2
"""Failures in a row after which a channel is known not to work."""
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
    """What waits for one channel. Times are seconds on the clock of the caller."""

    __slots__ = ("_due", "_failures", "_flying", "_ids", "_lanes", "_more")

    def __init__(self) -> None:
        self._lanes: dict[tuple[int, str], _Lane] = {}
        self._ids: set[str] = set()
        self._flying: str | None = None
        self._failures = 0
        self._due = 0.0
        self._more = asyncio.Event()

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, notice: Notice) -> bool:
        """Queue a notice behind those of its incident; False for one that is already here, which is ignored."""
        if notice.id in self._ids:
            return False
        self._ids.add(notice.id)
        self._lanes.setdefault(_key(notice), _Lane()).waiting.append(notice)
        self._more.set()
        return True

    def due(self, now: float) -> bool:
        """Whether there is one to send now."""
        return now >= self._due and any(lane.due <= now for lane in self._lanes.values())

    def take(self, now: float) -> Notice | None:
        """The notice to send now: what failed least, then critical incidents, then news of what is still open, then the
        oldest; None if none is due."""
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
        """It needs no more attempts, and the channel is well."""
        self._flying = None
        self._failures, self._due = 0, 0.0
        self._remove(notice)

    def drop(self, notice: Notice) -> None:
        """It need not be sent, which says nothing about the channel."""
        self._flying = None
        self._remove(notice)

    def later(self, notice: Notice, now: float, *, alone: bool = False) -> None:
        """It failed: its lane rests and, unless it is `alone` to blame, the channel does."""
        self._flying = None
        lane = self._lanes[_key(notice)]
        lane.failures += 1
        lane.due = now + pause(lane.failures)
        if not alone:
            self._failures += 1
            self._due = now + pause(self._failures)

    def hold(self, notice: Notice, until: float) -> None:
        """It was not tried, and is not to be before then."""
        self._flying = None
        self._lanes[_key(notice)].due = until

    def tried(self, notice: Notice) -> bool:
        """Whether it has failed before."""
        return self._lanes[_key(notice)].failures > 0

    @property
    def failing(self) -> bool:
        """Whether the last attempts all failed, so that nobody should count on this channel."""
        return self._failures >= FAILING

    def _remove(self, notice: Notice) -> None:
        self._ids.discard(notice.id)
        lane = self._lanes[_key(notice)]
        lane.waiting.popleft()
        lane.failures, lane.due = 0, 0.0
        if not lane.waiting:
            del self._lanes[_key(notice)]

    def fresh(self) -> bool:
        """Whether something is in flight or was never tried."""
        return self._flying is not None or any(lane.failures == 0 for lane in self._lanes.values())


def _key(notice: Notice) -> tuple[int, str]:
    return notice.incident.id, notice.to


def _urgency(lane: _Lane) -> tuple[int, bool, bool, float]:
    head = lane.waiting[0]
    return lane.failures, head.incident.severity != "critical", head.event == "resolved", head.at
