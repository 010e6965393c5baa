"""How much has gone through an interface by now?"""

import math
import random

_PACKET = 700  # octets, of an average packet
_WAVES = ((86400.0, 0.5), (660.0, 0.3))  # (period in seconds, share of the mean): a day's tide, ripples on it


class Meter:
    """Octets that grow with time along a curve known in closed form, so that nothing has to run.

    `mean` is in octets per second. The counter starts at zero at `since`, stands still while stopped,
    and never falls: the waves add up to less than the mean.
    """

    __slots__ = ("_base", "_epoch", "_mean", "_phases", "_stopped")

    def __init__(self, mean: float, since: float, seed: str) -> None:
        chance = random.Random(seed)  # noqa: S311 (chance, not secrecy)
        self._mean = mean * chance.uniform(0.5, 1.5)
        self._phases = tuple(chance.uniform(0, 2 * math.pi) for _ in _WAVES)
        self._epoch = since
        self._base = self._curve(since)
        self._stopped: float | None = None

    def octets(self, now: float) -> int:
        """The counter at `now`, seconds since the epoch."""
        return int((self._curve(now) if self._stopped is None else self._stopped) - self._base)

    def packets(self, now: float) -> int:
        """How many packets these octets were."""
        return self.octets(now) // _PACKET

    def run(self, running: bool, now: float) -> None:
        """Start or stop counting."""
        if running and self._stopped is not None:
            self._base += self._curve(now) - self._stopped
            self._stopped = None
        elif not running and self._stopped is None:
            self._stopped = self._curve(now)

    def reset(self, now: float) -> None:
        """Count from zero again, stopped or not."""
        self._base = self._curve(now)
        if self._stopped is not None:
            self._stopped = self._base

    def _curve(self, now: float) -> float:
        """The integral of the rate since the meter was made; what matters are its differences."""
        passed = now - self._epoch
        octets = passed
        for (period, share), phase in zip(_WAVES, self._phases, strict=True):
            omega = 2 * math.pi / period
            octets -= share / omega * math.cos(omega * passed + phase)
        return self._mean * octets
