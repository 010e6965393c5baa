"""When does the poller look at its schedule again?"""

import asyncio
from collections.abc import Callable

from netmon.run.schedule import SLICE


class Turns:
    """Waits for the next turn, in whole slices, or until there is something else to do."""

    __slots__ = ("_changed", "_now")

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._changed = asyncio.Event()

    def change(self) -> None:
        """The schedule is another: look at it now."""
        self._changed.set()

    async def wait(self, due: float | None) -> None:
        """Until `due`, or until a change; None waits for a change alone."""
        self._changed.clear()
        if due is None:
            await self._changed.wait()
            return
        pause = max(1, -int(-(due - self._now()) // SLICE)) * SLICE
        turn = asyncio.get_running_loop().call_later(pause, self._changed.set)
        try:
            await self._changed.wait()
        finally:
            turn.cancel()
