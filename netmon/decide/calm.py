"""Which of many answers say more than that all is as it was?

Nearly every answer comes from a target that answers every time, and all it changes is when it was heard last and how
fast. Of a whole slice of them that is taken in here in one go; what is in doubt, slow or on a line that is already
bad is left to those who look closely.
"""

from collections.abc import Iterator

from netmon.decide import detect
from netmon.decide.agents import AGENT
from netmon.decide.knowledge import Knowledge
from netmon.model import Answers, Observation


def unusual(known: Knowledge, answers: Answers) -> Iterator[Observation]:
    """Take in those that change nothing else, in their order; those that may do are yielded instead, untouched."""
    at, collector, targets, rtts, scheduled = answers
    if collector == AGENT:  # its answers are looked at each by itself
        yield from answers.each()
        return
    watches, windows, gauge, held_to, degraded = (
        known.watches, known.windows, known.gauge, known.held_to, known.degraded
    )  # fmt: skip
    for name, rtt in zip(targets, rtts, strict=True):
        watch = watches.get(name)
        voice = None if watch is None else watch.voices.get(collector)
        if watch is None or voice is None or watch.silent is not False or watch.first_miss is not None:
            yield Observation(name, at, collector, True, rtt, scheduled)
            continue
        if scheduled:
            if (held := held_to.get(name)) is not None:
                line, limit = held
                if line in degraded or (rtt is not None and limit.rtt is not None and rtt > limit.rtt):
                    yield Observation(name, at, collector, True, rtt, True)
                    continue
            if gauge[name] == collector:
                windows[name].add(at, rtt)
        voice.missed = 0
        detect.heard(watch, voice, at, rtt)
