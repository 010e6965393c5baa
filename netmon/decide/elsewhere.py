"""Which incidents open and end by rules of their own, whatever answers probes and whatever does not?

Those of certificates, of limits, of alerts that somebody else raised, of other netmons and of drills;
netmon.decide.incidents leaves their kinds alone.
"""

from collections.abc import Iterable

from netmon.decide import alerts, crossings, drills, expiry, peers
from netmon.decide.state import Alarm, Core, Wishes
from netmon.model import Alerted, Beat, Crossed, DrillBegins, DrillTaken, ExpirySeen, Incident

Piece = ExpirySeen | Crossed | Alerted | Beat | DrillBegins | DrillTaken
"""The evidence that they go by."""


def restore(incidents: Iterable[Incident], now: float) -> dict[str, Alarm]:
    """The alerts that were open when netmon stopped."""
    return alerts.restore(incidents, now)


def take(core: Core, wishes: Wishes, piece: Piece, now: float) -> bool:
    """Take a piece of evidence in; True if something may follow from it."""
    if isinstance(piece, ExpirySeen):
        return expiry.take(core, piece, now)
    if isinstance(piece, Crossed):
        return crossings.take(core, piece, now)
    if isinstance(piece, Alerted):
        return alerts.take(core, piece, now)
    if isinstance(piece, Beat):
        return peers.take(core, piece)
    drills.take(core, wishes, piece, now)
    return True


def attend(core: Core, leapt: bool, now: float) -> None:
    """Note that netmon is there to hear, and whether the wall clock was set meanwhile."""
    peers.attend(core, now)
    if leapt:
        expiry.anew(core)


def review(core: Core, wishes: Wishes, now: float) -> float | None:
    """Open, repeat and end incidents; returns when to look again."""
    times = [each.review(core, wishes, now) for each in (expiry, crossings, alerts, peers, drills)]
    return min((at for at in times if at is not None), default=None)
