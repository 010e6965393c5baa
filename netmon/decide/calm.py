"""Which of many answers say more than that all is as it was?

Nearly every answer comes from a target that answers every time, and all it changes is when it was heard last and how
fast. Of a whole slice of them that is taken in here in one go; what is in doubt, slow or on a line that is already
bad is left to those who look closely.
"""

from collections.abc import Iterator
from math import inf

from netmon.decide import detect
from netmon.decide.agents import AGENT
from netmon.decide.ears import Ear
from netmon.decide.knowledge import Knowledge
from netmon.model import Answers, Observation


def unusual(known: Knowledge, answers: Answers) -> Iterator[Observation]:
    """Take in those that change nothing else, in their order; those that may do are yielded instead, untouched."""
    at, collector, targets, rtts, scheduled = answers
    if collector == AGENT:  # its answers are looked at each by itself
        yield from answers.each()
        return
    ears, degraded = known.ears.setdefault(collector, {}), known.degraded
    for name, rtt in zip(targets, rtts, strict=True):
        ear = ears.get(name) or _ear(known, ears, name, collector)
        if ear is not None:
            watch, voice, window, line, slow = ear
            if watch.silent is False and watch.first_miss is None:
                if not scheduled:
                    voice.missed = 0
                    detect.heard(watch, voice, at, rtt)
                    continue
                if line is None or (line not in degraded and (rtt is None or rtt <= slow)):
                    if window is not None:
                        window.add(at, rtt)
                    voice.missed = 0
                    detect.heard(watch, voice, at, rtt)
                    continue
        yield Observation(name, at, collector, True, rtt, scheduled)


def _ear(known: Knowledge, ears: dict[str, Ear], name: str, collector: str) -> Ear | None:
    """Where answers of this target go; None if it is not asked by this collector, or not any more."""
    watch = known.watches.get(name)
    voice = None if watch is None else watch.voices.get(collector)
    if watch is None or voice is None:
        return None
    window = known.windows[name] if known.gauge[name] == collector else None
    held = known.held_to.get(name)
    line, limit = (None, None) if held is None else (held[0], held[1].rtt)
    ears[name] = ear = Ear(watch, voice, window, line, inf if limit is None else limit)
    return ear
