"""When is a line that loses in bursts just losing everything?"""

import random

_SHORTEST = 1e-3  # seconds; keeps a mean of next to nothing from taking for ever to add up


class Bursts:
    """Periods of total loss lasting `burst` seconds on average, so frequent that `rate` of the time is lost.

    Both periods and gaps are exponential (Gilbert's model). They depend on the seed alone, never on how
    often anyone asks.
    """

    __slots__ = ("_bad", "_means", "_random", "_until")

    def __init__(self, rate: float, burst: float, now: float, seed: str) -> None:
        self._random = random.Random(seed)  # noqa: S311 (chance, not secrecy)
        self._means = (max(burst * (1 - rate) / rate, _SHORTEST), max(burst, _SHORTEST))
        self._bad = False
        self._until = now + self._random.expovariate(1 / self._means[0])

    def lost(self, now: float) -> bool:
        """Whether `now` lies in a burst. Times must not step back."""
        while now >= self._until:
            self._bad = not self._bad
            self._until += self._random.expovariate(1 / self._means[self._bad])
        return self._bad
