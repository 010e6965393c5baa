"""How fast did a counter go, when counters wrap, reset and reboot?

A counter means nothing but its differences (RFC 2578 7.1.6). Where two readings do not say how far it
went in between, the answer is None, never zero: a hole in a graph is honest, a dip is not.
"""

from typing import Literal

_SLACK = 1.1
"""How far above its nominal speed a line may seem to run: the reading is not taken at the instant of the request."""


def rate(
    old: float, new: float, seconds: float, *, bits: Literal[32, 64] = 64, fastest: float | None = None
) -> float | None:
    """Units per second between two readings of a counter, `seconds` apart; None if they do not tell.

    Readings are ints (differences stay exact beyond 2^53) or floats. `fastest` is the most units per second
    that the thing counted can do. A smaller second reading is a wrap only for a 32-bit counter whose `fastest`
    is known, and only if the wrapped difference is possible at that speed and so slow that it could not have
    wrapped twice; anything else that runs backwards was reset. A 64-bit octet counter takes 468 years to wrap
    at 10 Gbit/s (RFC 2863 3.1.6), so it never does.
    """
    if seconds <= 0:
        return None
    possible = None if fastest is None else fastest * _SLACK * seconds
    difference = new - old
    if difference < 0:
        if bits == 64 or possible is None or possible >= 2**32:
            return None
        difference += 2**32
        if difference < 0:
            return None
    if possible is not None and difference > possible:
        return None
    return difference / seconds
