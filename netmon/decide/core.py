"""What follows from the evidence: changes to write down, incidents to tell, probes to send?

`step` is the whole verdict: evidence and a time in, journal entries and wishes out. Same evidence at
the same times, same outcome; nothing is read, sent or slept on here.
"""

from collections.abc import Iterable, Mapping

from netmon.decide import agents, calm, changes, chase, detect, elsewhere, graph, hold, knowledge, lines
from netmon.decide.book import restore
from netmon.decide.faults import AGENT_CACHE
from netmon.decide.memory import restore as recall
from netmon.decide.restart import build, date_anew, resume
from netmon.decide.review import recheck, review
from netmon.decide.scene import UNSEEN_AFTER
from netmon.decide.state import Core, Wishes
from netmon.model import (
    Answers,
    Evidence,
    Finding,
    Incident,
    Inventory,
    Looked,
    Maintenance,
    Observation,
    PowerSeen,
    Restored,
    RowsSeen,
    Task,
    TrapSeen,
)
from netmon.settings.watched import Peer

PAST = 0.2
"""Seconds past an agent's cache at which ports that are up are read to tell a dead device from a dead line."""
LEAP = 1.0
"""Somebody has set the wall clock by so many seconds: what is due by it is looked at anew."""


def start(
    inventory: Inventory,
    restored: Restored,
    now: float,
    *,
    confirm: float = 10.0,
    wait: float = 3.0,
    maintenance: tuple[Maintenance, ...] = (),
    watches: Mapping[str, Peer] | None = None,
) -> Core:
    """A core that knows what the journal remembers; `watches`: the other netmons that speak up here."""
    known = build(inventory, graph.build(inventory), restored, now)
    groups = {site.area for site in inventory.sites.values()} | inventory.carriers.keys()
    book = restore([incident for incident in restored.incidents.values() if incident.state == "open"], now, groups)
    for incident in book.open():
        resume(known, incident, now)
    blind = known.blind() and any(incident.kind == "blind" for incident in book.open())
    core = Core(known, book, restored.seq, confirm, wait, blind=blind, review_at=now + UNSEEN_AFTER)
    core.maintenance, core.marked, core.peers = maintenance, dict(restored.marks), watches or {}
    core.memory = recall(restored.facts)
    core.alarms = elsewhere.restore(book.open(), now)
    changes.remember(core, restored.incidents.values(), now)
    if not core.blind:  # what was silent then is asked again before it is believed
        date_anew(known, now)
        recheck(core, list(known.mute), now)
    return core


def step(core: Core, evidence: Iterable[Evidence], now: float, ahead: float = 0.0) -> Wishes:
    """Take evidence in, judge if anything changed, and say what is wanted next.

    `ahead`: seconds that the wall clock, by which people work, is ahead of `now`.
    """
    wishes = Wishes()
    known, leapt = core.known, abs(ahead - core.ahead) >= LEAP
    core.ahead = ahead
    elsewhere.attend(core, leapt, now)
    dirty = _take_in(core, wishes, evidence, now) or leapt
    said = len(known.ports)
    expires = knowledge.forget_old_ports(known, now)
    dirty |= len(known.ports) < said
    for name in hold.settle(known, core.due, core.wait, now):
        detect.call(known.watches[name], now)
        known.note(name)
        known.windows[name].reset()
        core.ports_due[name] = (known.watches[name].first_miss or now) + AGENT_CACHE + PAST
        wishes.ask |= _stale_behind(core, name)
        dirty = True
    if dirty or (core.review_at is not None and now >= core.review_at):
        review(core, wishes, now)
    chase.heed(core, wishes, now)
    chase.chase(core, wishes, now)
    changes.keep(core, wishes, now)
    if expires is not None:
        wishes.wake = expires if wishes.wake is None else min(expires, wishes.wake)
    return wishes


def _take_in(core: Core, wishes: Wishes, evidence: Iterable[Evidence], now: float) -> bool:
    """Take all evidence in; True if the verdict may change."""
    known, dirty, spoken = core.known, False, False
    for piece in evidence:
        if isinstance(piece, Answers):
            for seen in calm.unusual(known, piece):
                dirty |= _observe(core, wishes, seen, now)
        elif isinstance(piece, Observation):
            dirty |= _observe(core, wishes, piece, now)
        elif isinstance(piece, elsewhere.Piece):
            dirty |= elsewhere.take(core, wishes, piece, now)
        elif isinstance(piece, RowsSeen | Finding | Looked):
            changes.take(core, wishes, piece, now)
        else:
            dirty |= knowledge.take(known, piece, now)
            spoken |= isinstance(piece, TrapSeen | PowerSeen)
            if isinstance(piece, TrapSeen):
                core.follow_due |= hold.follow(known, piece)
    if spoken:
        changes.late(core, wishes, now)
    return dirty


def _observe(core: Core, wishes: Wishes, seen: Observation, now: float) -> bool:
    """Take one probe's outcome in; True if the verdict may change."""
    known = core.known
    dirty = knowledge.take(known, seen, now)
    if seen.collector == agents.AGENT:
        agents.follow(core, wishes, seen, now)
    if lines.worth_assessing(known, seen):
        dirty |= lines.assess(known, seen.target, now)
    return dirty


def open_incidents(core: Core) -> list[Incident]:
    """The open incidents, oldest first."""
    return core.book.open()


def tasks(core: Core, target: str) -> Mapping[str, Task]:
    """The reachability tasks of a device, of a line's far end or of a service."""
    inventory = core.known.inventory
    found = inventory.devices.get(target) or inventory.links.get(target) or inventory.services.get(target)
    return {} if found is None else knowledge.reaching(found.collect)


def patience(core: Core, target: str, collector: str, timeout: float) -> float:
    """Seconds that a re-probe of a suspect may take; a service may be busy, and has as long as ever."""
    watch = core.known.watches.get(target)
    return timeout if watch is None or watch.whole else watch.patience(collector, timeout)


def learned(core: Core) -> dict[str, tuple[float, ...]]:
    """What each target has taught so far, for the journal."""
    return {name: known.numbers() for name, watch in core.known.watches.items() if (known := watch.learned).at}


def _stale_behind(core: Core, name: str) -> set[str]:
    """Those that depend on a silent device and have not been heard since it fell silent."""
    watches = core.known.watches
    missed = watches[name].first_miss or 0.0
    return {other for other in hold.behind(core.known, name) if watches[other].last_answer < missed}
