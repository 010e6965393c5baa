"""How much may be said before it is no longer listened to?

Anybody can send datagrams in anybody's name. A source is heard ten times a second and fifty times at once, and all
together as much as costs a fraction of one core; the rest is counted and thrown away unread.
"""

from collections import Counter

RATE, BURST = 10.0, 50.0
"""Datagrams of one source: a second, and at once."""
ALL_RATE, ALL_BURST = 100.0, 500.0
"""The same of all sources together."""
KEPT = 64
"""Different words that a counter keeps apart; the rest count as `other`."""


class Bucket:
    """A token bucket: `burst` at once, `rate` a second."""

    __slots__ = ("_at", "_burst", "_left", "_rate")

    def __init__(self, rate: float = RATE, burst: float = BURST) -> None:
        self._rate, self._burst, self._left, self._at = rate, burst, burst, float("-inf")

    def take(self, now: float) -> bool:
        """Whether one more is allowed at `now` (s)."""
        self._left = min(self._burst, self._left + max(0.0, now - self._at) * self._rate)
        self._at = now
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True


class Counts:
    """What was heard by one ear and what became of it, for /metrics. Counts only go up."""

    __slots__ = ("dropped", "received", "unknown")

    def __init__(self) -> None:
        self.received: Counter[str] = Counter()
        self.dropped: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()

    def stranger(self, name: str) -> bool:
        """Count something that nobody knows the meaning of, by name; True if the name is new here."""
        new = name not in self.unknown
        if new and len(self.unknown) >= KEPT:
            self.unknown["other"] += 1
            return False
        self.unknown[name] += 1
        return new
