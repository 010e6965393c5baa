"""Whose SNMP agent is dead while the device itself lives?

A hung agent is no outage: pings are answered, and nobody is called. But no port, no counter and no uptime is seen
any more, and people have to know that. An agent is silent when it has missed so many of its rounds in a row that
chance does not explain it at the loss measured on the way, while the device answered otherwise; its first answer ends
that. A closed port is no answer: the kernel refuses on behalf of an agent that has ended. A device that is called
silent itself bears no such mark: its state says more.
"""

from math import ceil, log

from netmon.decide import detect, marks, quality
from netmon.decide.knowledge import Knowledge
from netmon.decide.state import Core, Wishes
from netmon.model import MarkKind, Observation

AGENT = "snmp"
"""The collector whose answers are the agent's own."""
LEAST_ROUNDS = 3
MARK: MarkKind = "agent_silent"


def follow(core: Core, wishes: Wishes, seen: Observation, now: float) -> None:
    """Begin or end the mark of a device whose agent has just been asked; `seen` has been taken in already."""
    name = seen.target
    if detect.spoke(seen):
        if (name, MARK) in core.marked:
            marks.end(core, wishes, name, MARK, seen.at, now)
    elif seen.round and (name, MARK) not in core.marked and name in core.known.inventory.devices:
        since = _silent_since(core.known, seen, now)
        if since is not None:
            marks.begin(core, wishes, name, MARK, since, "", now)


def tidy(core: Core, wishes: Wishes, now: float) -> None:
    """End the marks of devices that are silent altogether, are asked no more, or have another address now."""
    for name in [name for name, kind in core.marked if kind == MARK]:
        watch = core.known.watches.get(name)
        if watch is None or watch.silent is not False or AGENT not in watch.voices:
            marks.end(core, wishes, name, MARK, now, now)


def _silent_since(known: Knowledge, seen: Observation, now: float) -> float | None:
    """The first of the rounds that the agent missed, if they are too many and the device lives."""
    watch = known.watches.get(seen.target)
    voice = None if watch is None else watch.voices.get(seen.collector)
    if watch is None or voice is None or watch.silent is not False or voice.missed < LEAST_ROUNDS:
        return None
    in_doubt = watch.first_miss is not None and watch.first_miss < seen.at
    if in_doubt or watch.last_answer <= voice.missed_since or voice.missed < _rounds(known, seen.target, now):
        return None
    return voice.missed_since


def _rounds(known: Knowledge, name: str, now: float) -> int:
    """How many losses in a row are no chance, at the loss that the device's other probes have."""
    if known.gauge[name] == AGENT:
        return 2 * LEAST_ROUNDS
    loss = min(0.95, quality.measure(known.windows[name], now).loss)
    return LEAST_ROUNDS if loss <= 0.0 else max(LEAST_ROUNDS, ceil(log(quality.CHANCE) / log(loss)))
