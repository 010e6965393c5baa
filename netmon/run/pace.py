"""May another message go now, or is it too early?"""

from netmon.model import Rate


class Pace:
    """A bucket of tokens: so many may go at once after a quiet time, and on average no more than the rate says."""

    __slots__ = ("_at", "_rate", "_tokens")

    def __init__(self, rate: Rate | None) -> None:
        self._rate = rate
        self._tokens = 0.0 if rate is None else float(rate.many)
        self._at = 0.0

    def pause(self, now: float) -> float:
        """Seconds until one may go, 0 if it may now; `now` never steps back."""
        if self._rate is None:
            return 0.0
        gained = (now - self._at) * self._rate.many / self._rate.seconds
        self._tokens, self._at = min(self._tokens + gained, float(self._rate.many)), now
        # What is lacking by rounding alone is there: a pause too short for the clock to show it would never end.
        missing = 1.0 - self._tokens
        return 0.0 if missing <= 1e-6 else missing * self._rate.seconds / self._rate.many

    def spend(self) -> None:
        """One goes."""
        self._tokens -= 1.0
