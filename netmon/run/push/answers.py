"""What does a server's answer mean for a batch?"""

from typing import Literal, NamedTuple

from netmon.wire.http import LATER
from netmon.wire.net import HttpReply
from netmon.wire.text import clean

_SETTINGS = frozenset({401, 402, 403, 404, 405, 407})
"""Refusals that are not about what was sent: who sends it, or where to."""

_GATEWAY = frozenset({502, 503, 504})
"""Failures that say that nobody is there behind what answers, or no time."""

Kind = Literal["taken", "refused", "away", "busy", "wrong"]
"""It has it; it does not want it; it may have been restarted; it has no time; the settings do not fit."""


class Outcome(NamedTuple):
    """What became of an attempt, why, and seconds that the server wants to be left alone for; `anew`: it may have been
    restarted since the attempt before; `inside`: the error is its own, and may come of what it was sent."""

    kind: Kind
    why: str = ""
    later: float = 0.0
    anew: bool = False
    inside: bool = False


def meaning(reply: HttpReply) -> Outcome:
    """Of an HTTP status (RFC 9110): 5xx and time-outs pass, 4xx is about the lines, unless it is about the settings."""
    said = clean(reply.body)
    why = f"HTTP {reply.status}{f': {said}' if said else ''}"
    if 200 <= reply.status < 300:
        return Outcome("taken", anew=reply.anew)
    if reply.status in LATER:
        return Outcome("busy", why, reply.later, reply.anew)
    if reply.status >= 500:
        return Outcome("away", why, reply.later, reply.anew, reply.status not in _GATEWAY)
    if reply.status < 400 or reply.status in _SETTINGS:
        return Outcome("wrong", why, anew=reply.anew)
    return Outcome("refused", why, anew=reply.anew)
