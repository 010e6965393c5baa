"""What time is it, as a value that can be handed in?

One axis serves the whole program: seconds since the epoch that never step back. It is read from the
wall clock once, at the start, and then follows the monotonic clock, so that a corrected or a wrong
wall clock neither skips a poll round nor makes an outage a day long.
"""

import time
from datetime import UTC, datetime, tzinfo
from typing import Protocol


class Clock(Protocol):
    """Anything that can be asked for the time."""

    def now(self) -> float:
        """Seconds since the epoch, never stepping back."""
        ...


class SystemClock:
    """The machine's own time: wall clock at the start, monotonic from there on."""

    __slots__ = ("_offset",)

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> float:
        """Seconds since the epoch, never stepping back."""
        return self._offset + time.monotonic()


def rfc3339(at: float, zone: tzinfo = UTC) -> str:
    """`at` (seconds since the epoch) as RFC 3339 text with milliseconds, in `zone`."""
    return datetime.fromtimestamp(at, zone).isoformat(timespec="milliseconds")
