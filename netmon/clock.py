"""What time is it, as a value that can be handed in?

One axis serves the whole program: seconds since the epoch that never step back. It is read from the
wall clock once, at the start, and then follows the monotonic clock, so that a corrected or a wrong
wall clock neither skips a poll round nor makes an outage a day long. Where people read a time, or a
calendar is asked, `ahead` is added: it is 0 until somebody sets the clock.
"""

import time
from datetime import UTC, datetime, tzinfo
from typing import Protocol


class Clock(Protocol):
    """Anything that can be asked for the time."""

    def now(self) -> float:
        """Seconds since the epoch, never stepping back."""
        ...

    def ahead(self) -> float:
        """Seconds by which the wall clock is ahead of `now()`; 0 unless it was set after the start."""
        ...


SET_BY_HAND = 1.0
"""A difference of at least so many seconds is a clock that was set; less is rounding and drift."""


class SystemClock:
    """The machine's own time: wall clock at the start, monotonic from there on."""

    __slots__ = ("_offset",)

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> float:
        """Seconds since the epoch, never stepping back."""
        return self._offset + time.monotonic()

    def ahead(self) -> float:
        """Seconds by which the wall clock is ahead of `now()`."""
        difference = time.time() - self.now()
        return difference if abs(difference) >= SET_BY_HAND else 0.0


def rfc3339(at: float, zone: tzinfo = UTC) -> str:
    """`at` (seconds since the epoch) as RFC 3339 text with milliseconds, in `zone`."""
    return datetime.fromtimestamp(at, zone).isoformat(timespec="milliseconds")
