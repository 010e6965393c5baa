"""How would a conference sound over this way, going by a train of probes that came back?

Probes tell only of the round trip. One way is taken as half of its time. Its loss and its jitter are taken whole: no
direction has more, so that they are never said to be better than they are.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

NOTHING_HEARD = 1.0
"""The worst mean opinion score there is (ITU-T P.800)."""
_GAIN = 1 / 16
"""Weight of a new difference in the jitter (RFC 3550, 6.4.1)."""


class Quality(NamedTuple):
    """Share of probes lost, mean delay one way and jitter (s, None if too little came back), and the opinion score."""

    loss: float
    delay: float | None
    jitter: float | None
    mos: float


def heard(rtts: Sequence[float | None]) -> Quality:
    """The quality that a train shows: round-trip times in seconds in the order of sending, None where nothing came.

    What was lost counts for no delay and no jitter (RFC 2681, RFC 3393). ValueError for a train of nothing.
    """
    if not rtts:
        raise ValueError("a train of no probes")
    back = [rtt for rtt in rtts if rtt is not None]
    loss = 1 - len(back) / len(rtts)
    if not back:
        return Quality(loss, None, None, NOTHING_HEARD)
    delay, shaken = sum(back) / len(back) / 2, jitter(back)
    return Quality(loss, delay, shaken, mos(delay, shaken or 0.0, loss))


def jitter(transits: Sequence[float]) -> float | None:
    """Interarrival jitter (RFC 3550, 6.4.1) of times in transit, in the order of sending; None for fewer than two.

    J goes a sixteenth of the way to each |D|, the difference between neighbours. It begins at 0, and after the five
    probes of a short train would still be at a quarter of the truth; so it is divided by the weight that the
    differences have in it by then. After the 50 of a long one that is no more than 4 percent.
    """
    smooth = weight = 0.0
    for before, after in pairwise(transits):
        smooth += (abs(after - before) - smooth) * _GAIN
        weight += (1 - weight) * _GAIN
    return smooth / weight if weight else None


def mos(delay: float, jitter: float, loss: float) -> float:
    """Mean opinion score, 1 to 4.41, of a delay one way and a jitter in seconds and of a share lost.

    The simplified E-model that network tools share (after ITU-T G.107; Cole and Rosenbluth 2001): delay with twice the
    jitter and 10 ms for the codec, bent at 160 ms, and 2.5 points of R for each percent lost. Below an R of 6.5 the
    cubic falls under 1, the worst score there is.
    """
    effective = delay * 1000 + 2 * jitter * 1000 + 10
    rating = 93.2 - (effective / 40 if effective < 160 else (effective - 120) / 10)
    rating = min(100.0, max(0.0, rating - 2.5 * loss * 100))
    return max(NOTHING_HEARD, 1 + 0.035 * rating + 7e-6 * rating * (rating - 60) * (100 - rating))
