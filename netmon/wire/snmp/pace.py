"""How many requests leave this machine in a second?

A bucket of tokens, counted by the time at which it will be full again: nobody looks after it, and who has to
wait sleeps once, for as long as it takes. It limits what is sent, not how many answers are awaited: dead
devices cost their own time and nobody else's.
"""

import asyncio

RATE, BURST = 5000.0, 200
"""Requests a second, and how many may leave at once. A province asks some hundred a second."""


class Pacer:
    """Gives leave to send, first come, first served."""

    __slots__ = ("_ahead", "_full", "_step")

    def __init__(self, rate: float = RATE, burst: int = BURST) -> None:
        self._step = 1.0 / rate
        self._ahead = self._step * (burst - 1)
        self._full = 0.0

    def due(self, now: float) -> float:
        """Take a turn: the seconds from `now` (of a clock that never goes back) until it has come."""
        start = max(self._full, now)
        self._full = start + self._step
        return max(0.0, start - self._ahead - now)

    async def turn(self) -> bool:
        """Wait for a turn; whether there was anything to wait for."""
        wait = self.due(asyncio.get_running_loop().time())
        if wait > 0.0:
            await asyncio.sleep(wait)
        return wait > 0.0
