"""How fast did a counter go, when counters wrap, reset and reboot?

A counter means nothing but its differences (RFC 2578 7.1.6). Where two readings do not say how far it
went in between, the answer is None, never zero: a hole in a graph is honest, a dip is not.
"""

from typing import Literal, NamedTuple

_SLACK = 1.1
"""How far above its nominal speed a line may seem to run: the reading is not taken at the instant of the request."""

_UPTIME_WRAP = 2**32 / 100
"""Seconds after which sysUpTime (RFC 3418: TimeTicks, hundredths of a second) begins again at 0: 497.1 days."""

_CLOCKS_APART = 10.0
"""Seconds by which the device's clock and netmon's may disagree on the time between two polls, besides a share of it:
an answer may have waited for its turn. Counts only where sysUpTime wraps."""
_DRIFT = 0.05


class Counted(NamedTuple):
    """A counter as one poll read it, and what tells whether the next reading continues it.

    `at` is when the poll began by netmon's clock, `uptime` sysUpTime in seconds and `boots` snmpEngineBoots as the same
    poll read them, `discontinuity` ifCounterDiscontinuityTime in seconds (0 = none), `if_index` and `alias` those of
    the interface ("" = the poll did not tell), `fastest` what the line can do in units per
    second; None = unknown.
    """

    value: float
    at: float
    uptime: float | None = None
    boots: float | None = None
    discontinuity: float = 0
    if_index: str = ""
    alias: str = ""
    bits: Literal[32, 64] = 64
    fastest: float | None = None


def rate_between(old: Counted, new: Counted) -> float | None:
    """Units per second from one reading to the next; None if they do not tell.

    They do not if the device started anew in between, the counter was broken off, the name passed to another
    interface, or no time went by.
    """
    seconds = passed(old, new)
    if seconds is None or old.discontinuity != new.discontinuity or old.bits != new.bits or _another(old, new):
        return None
    known = [speed for speed in (old.fastest, new.fastest) if speed is not None]
    if old.if_index != new.if_index and new.value < old.value:
        return None  # numbered anew: what ran backwards is more likely another counter than one that wrapped
    return rate(old.value, new.value, seconds, bits=new.bits, fastest=max(known, default=None))


def passed(old: Counted, new: Counted) -> float | None:
    """Seconds between two readings by the device's own clock, else by netmon's; None if the device started in between.

    A device that started has lost at least the uptime it had, one that did not has lost nothing but what the
    clocks disagree about: half of the uptime is the border. An uptime that fell has wrapped if it stands
    where it would stand then (some 10 s), and unless the engine's boots say otherwise.
    """
    elapsed = new.at - old.at
    if old.uptime is None or new.uptime is None:
        return elapsed
    if old.boots is not None and new.boots is not None and old.boots != new.boots:
        return None
    grown = new.uptime - old.uptime
    if grown < 0:
        grown += _UPTIME_WRAP
        return grown if abs(grown - elapsed) <= _CLOCKS_APART + _DRIFT * elapsed else None
    return grown if elapsed - grown <= max(old.uptime / 2, 0.1) else None


def _another(old: Counted, new: Counted) -> bool:
    """Whether the name may have passed to another interface: the alias, which stays with its interface through all
    renumbering (RFC 2863 3.1.12), is another. A new text by an operator looks the same, and costs one interval."""
    return bool(old.if_index and new.if_index) and old.alias != new.alias


def rate(
    old: float, new: float, seconds: float, *, bits: Literal[32, 64] = 64, fastest: float | None = None
) -> float | None:
    """Units per second between two readings of a counter, `seconds` apart; None if they do not tell.

    Readings are ints (differences stay exact beyond 2^53) or floats. `fastest` is the most units per second
    that the thing counted can do. A smaller second reading is a wrap only for a 32-bit counter whose `fastest`
    is known; anything else that runs backwards was reset. What is impossible at that speed is thrown away, and so
    is what a 32-bit counter could also show after one wrap more. A 64-bit octet counter takes 468 years to
    wrap at 10 Gbit/s (RFC 2863 3.1.6), so it never does.
    """
    if seconds <= 0:
        return None
    possible = None if fastest is None else fastest * _SLACK * seconds
    difference = new - old
    if difference < 0:
        if bits == 64 or possible is None:
            return None
        difference += 2**32
        if difference < 0:
            return None
    if possible is not None and (difference > possible or (bits == 32 and difference + 2**32 <= possible)):
        return None
    return difference / seconds
