"""What follows from the evidence: changes to write down, incidents to tell, probes to send?

`step` is the whole verdict: evidence and a time in, journal entries and wishes out. Same evidence at
the same times, same outcome; nothing is read, sent or slept on here.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from netmon.decide import detect, graph, hold, incidents, knowledge, standing, topology
from netmon.decide.knowledge import Knowledge
from netmon.decide.scene import UNSEEN_AFTER, Scene
from netmon.decide.topology import Judgement
from netmon.model import Entry, Evidence, Incident, Inventory, Observation, Restored, Standing, State, Task, Transition

PORTS_EVERY = 5.0
"""Seconds between polls of the interfaces of a link that is down."""
EMPTY = Judgement(faults={}, behind={}, exonerated=frozenset())


@dataclass(slots=True)
class Wishes:
    """What the verdict wants: entries for the journal, targets to probe now, devices whose interfaces to poll.

    `wake` is when to be called again even if nothing arrives.
    """

    entries: list[Entry] = field(default_factory=list)
    ask: set[str] = field(default_factory=set)
    ports: set[str] = field(default_factory=set)
    wake: float | None = None


@dataclass(slots=True)
class Core:
    """The state between two steps."""

    known: Knowledge
    book: incidents.Book
    seq: int
    started: float
    confirm: float
    wait: float
    judged: Judgement = EMPTY
    blind: bool = False
    next_ask: dict[str, float] = field(default_factory=dict)
    due: dict[str, float] = field(default_factory=dict)
    ports_at: float = 0.0
    review_at: float | None = None


def start(inventory: Inventory, restored: Restored, now: float, *, confirm: float = 10.0, wait: float = 3.0) -> Core:
    """A core that knows what the journal remembers."""
    known = knowledge.build(inventory, graph.build(inventory), restored)
    book = incidents.restore([incident for incident in restored.incidents.values() if incident.state == "open"])
    blind = any(incident.kind == "blind" for incident in book.open())
    return Core(known, book, restored.seq, now, confirm, wait, blind=blind, review_at=now + UNSEEN_AFTER)


def step(core: Core, evidence: Iterable[Evidence], now: float) -> Wishes:
    """Take evidence in, judge if anything changed, and say what is wanted next."""
    wishes = Wishes()
    dirty = False
    for piece in evidence:
        dirty |= knowledge.take(core.known, piece, now)
        if isinstance(piece, Observation) and _worth_assessing(core.known, piece):
            dirty |= knowledge.assess(core.known, piece.target, now)
    for name in hold.settle(core.known, core.due, core.wait, now):
        detect.call(core.known.watches[name], now)
        core.known.windows[name].reset()
        wishes.ask |= _stale_behind(core, name)
        dirty = True
    if dirty or (core.review_at is not None and now >= core.review_at):
        _review(core, wishes, now)
    _chase(core, wishes, now)
    return wishes


def open_incidents(core: Core) -> list[Incident]:
    """The open incidents, oldest first."""
    return core.book.open()


def tasks(core: Core, target: str) -> Mapping[str, Task]:
    """The reachability tasks of a device, of a line's far end or of a service."""
    inventory = core.known.inventory
    found = inventory.devices.get(target) or inventory.links.get(target) or inventory.services.get(target)
    return {} if found is None else knowledge.reaching(found.collect)


def patience(core: Core, target: str, collector: str, timeout: float) -> float:
    """Seconds that a re-probe of a suspect may take."""
    watch = core.known.watches.get(target)
    return timeout if watch is None else watch.patience(collector, timeout)


def learned(core: Core) -> dict[str, tuple[float, ...]]:
    """What each target has taught so far, for the journal."""
    return {
        name: (known.spans, known.beyond, known.longest, known.exposure, known.at)
        for name, watch in core.known.watches.items()
        if (known := watch.learned).at
    }


def _worth_assessing(known: Knowledge, seen: Observation) -> bool:
    """Only loss, delay and lines that are already bad cost more than a glance."""
    held_to = known.held_to.get(seen.target)
    if held_to is None or not seen.round:
        return False
    line, limit = held_to
    slow = seen.rtt is not None and limit.rtt is not None and seen.rtt > limit.rtt
    return slow or not seen.alive or line in known.degraded


def _stale_behind(core: Core, name: str) -> set[str]:
    """Those that depend on a silent device and have not been heard since it fell silent."""
    watches = core.known.watches
    missed = watches[name].first_miss or 0.0
    return {other for other in hold.behind(core.known, name) if watches[other].last_answer < missed}


def _review(core: Core, wishes: Wishes, now: float) -> None:
    """Judge anew, write down what changed, and hold it against the book of incidents."""
    known = core.known
    retried = frozenset(name for name in known.held if known.watches[name].silent)
    known.held = {name for name in known.held if known.watches[name].suspect}
    known.broken = knowledge.find_broken(known)
    was_blind, core.blind = core.blind, known.blind()
    if was_blind and not core.blind:
        _recheck(core, [name for name, watch in known.watches.items() if watch.silent], now)
    judged = None if core.blind else _judge(core, retried, now)
    new = standing.standings(known, judged, now)
    _record(core, wishes, new, now)
    if judged is not None:
        core.judged = judged
    scene = Scene(known, judged, core.confirm, core.started)
    entries, core.review_at = incidents.review(core.book, scene.problems(now), scene, lambda: _number(core), now)
    wishes.entries += entries
    if now < core.started + UNSEEN_AFTER:
        core.review_at = min(core.review_at or core.started + UNSEEN_AFTER, core.started + UNSEEN_AFTER)


def _number(core: Core) -> int:
    core.seq += 1
    return core.seq


def _judge(core: Core, retried: Collection[str], now: float) -> Judgement:
    """Judge until nothing is blamed that was only hidden: what its parent hid gets a fresh chance first.

    `retried` have just had theirs and stayed silent.
    """
    known = core.known
    while True:
        judged = topology.judge(known.graph, known.inventory, known.seen(core.wait))
        freed = [device for device in judged.behind.keys() - retried if _was_hidden(core, judged, device)]
        lines = [link for link in known.broken.keys() - retried if _was_hidden_line(core, judged, link)]
        if not freed and not lines:
            return judged
        _recheck(core, freed, now)
        _recheck_lines(core, lines, now)


def _was_hidden(core: Core, judged: Judgement, device: str) -> bool:
    """Is this device blamed now, though until now it was explained by something else?"""
    known = core.known
    old = known.standings.get(device)
    seat = judged.behind[device]
    blamed = seat in (device, known.inventory.devices[device].site) or seat in known.inventory.nodes
    if old is None or old.state is not State.UNREACHABLE or not blamed:
        return False
    before = core.judged.behind.get(device)
    return before != seat if before is not None else old.behind not in {fault.root for fault in judged.faults.values()}


def _was_hidden_line(core: Core, judged: Judgement, link: str) -> bool:
    """Was a broken line lost together with one of its ends, and has that come back?"""
    known = core.known
    ends = (known.graph.near[link], known.graph.far[link])
    old = known.standings.get(link)
    lost = any(end in core.judged.behind for end in ends) or (old is not None and old.state is State.UNREACHABLE)
    return lost and not any(end in judged.behind or end in known.held for end in ends)


def _recheck_lines(core: Core, links: Iterable[str], now: float) -> None:
    """What a line's address and ports said while its end was gone says nothing now."""
    known = core.known
    for name in links:
        del known.broken[name]
        link = known.inventory.links[name]
        for key in ((link.source, link.local or ""), (link.target, link.remote or "")):
            known.ports.pop(key, None)
        if name in known.watches:
            _recheck(core, [name], now)
        core.ports_at = now


def _recheck(core: Core, names: Iterable[str], now: float) -> None:
    known = core.known
    for name in names:
        detect.recheck(known.watches[name], now)
        known.windows[name].reset()
        known.active.add(name)
        core.next_ask.pop(name, None)
        known.held.add(name)


def _record(core: Core, wishes: Wishes, new: Mapping[str, Standing], now: float) -> None:
    """Write down every standing that changed."""
    known, inventory = core.known, core.known.inventory
    for name, after in new.items():
        before = known.standings.get(name)
        if before == after or (before is None and after.state is State.UNKNOWN):
            continue
        body = Transition(
            id=name, of=_of(inventory, name), at=now, old=before or Standing(State.UNKNOWN, core.started), new=after
        )
        wishes.entries.append(Entry(_number(core), now, body))
        if name in known.watches and after.state in (State.UP, State.DEGRADED):
            wishes.ports |= hold.ports_around(known, name)
            wishes.ask |= {name} | {other for other in hold.behind(known, name) if known.watches[other].silent}
    known.standings = dict(new)


def _of(inventory: Inventory, name: str) -> Literal["site", "device", "link", "service"]:
    if name in inventory.sites:
        return "site"
    if name in inventory.devices:
        return "device"
    return "link" if name in inventory.links else "service"


def _chase(core: Core, wishes: Wishes, now: float) -> None:
    """Ask again what is in doubt: suspects every half second, a first answer half a second later, dead lines' ports."""
    known = core.known
    for name in list(known.active):
        watch = known.watches[name]
        if watch.suspect:
            if name not in core.next_ask:
                wishes.ask |= hold.witnesses(known, name)
                wishes.ports |= hold.ports_around(known, name)
            if core.next_ask.get(name, now) <= now:
                wishes.ask.add(name)
                core.next_ask[name] = now + detect.STEP
        elif watch.returning and watch.answered is not None:
            at = watch.answered + detect.RETURN
            if core.next_ask.get(name, 0.0) < at or core.next_ask[name] <= now:
                if at <= now:
                    wishes.ask.add(name)
                core.next_ask[name] = max(at, now + detect.STEP) if at <= now else at
        else:
            known.active.discard(name)
            core.next_ask.pop(name, None)
    lines = {*known.broken, *(known.held & known.inventory.links.keys())}
    if lines and now >= core.ports_at and not core.blind:
        core.ports_at = now + PORTS_EVERY
        for link in lines:
            wishes.ports |= hold.ports_around(known, link)
    times = [*core.next_ask.values(), *(at + core.wait for at in core.due.values())]
    if known.broken:
        times.append(core.ports_at)
    if core.review_at is not None:
        times.append(core.review_at)
    wishes.wake = min(times, default=None)
