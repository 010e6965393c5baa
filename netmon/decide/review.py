"""What has changed since the last judgement, and who has to know?

Knowledge is judged, the judgement becomes standings, what changed in them becomes journal entries, and
what is wrong is held against the book of incidents. What was hidden behind something that came back
gets a fresh chance before it is blamed itself.
"""

from collections.abc import Collection, Iterable, Mapping, Set
from typing import Literal

from netmon.decide import (
    agents,
    bearers,
    detect,
    elsewhere,
    groups,
    hold,
    incidents,
    lines,
    marks,
    places,
    services,
    standing,
    topology,
)
from netmon.decide.faults import Judgement
from netmon.decide.knowledge import Knowledge
from netmon.decide.scene import Scene
from netmon.decide.state import Core, Wishes
from netmon.model import Entry, Inventory, Standing, State, Transition

HEARD = 1.0
"""Seconds after which the end of a line that is asked has answered, if it does."""


def review(core: Core, wishes: Wishes, now: float) -> None:
    """Judge anew, write down what changed, and hold it against the book of incidents."""
    known = core.known
    retried = frozenset(name for name in known.held if known.watches[name].silent)
    known.held = {name for name in known.held if known.watches[name].suspect}
    was_blind, core.blind = core.blind, known.blind()
    if was_blind != core.blind:
        known.touched.update(known.graph.index.order)
    if was_blind and not core.blind:
        doubted = {name for name in known.active if known.watches[name].whole and known.watches[name].suspect}
        recheck(core, [*known.mute, *sorted(doubted - known.mute)], now)
        known.broken.clear()
    _find_broken(known)
    judged = None if core.blind else _judge(core, retried, now)
    _record(core, wishes, standing.standings(known, judged, standing.concerned(known, core.judged, judged), now), now)
    known.touched.clear()
    if judged is not None:
        core.judged = judged
    over = marks.review(core, wishes, now)
    works = {} if core.plans is None else core.plans.covers
    scene = Scene(known, judged, core.confirm, core.excused, works, core.ahead)
    told = {key for key, case in core.book.cases.items() if case.incident is not None}
    problems = groups.gather(known.inventory, scene.problems(now), told, now)
    services.ask_anew(core, wishes, problems.values(), now)
    entries, wake = incidents.review(core.book, problems, scene, core.number, now)
    wishes.entries += entries
    others = elsewhere.review(core, wishes, now)
    marks.flapping(core, wishes, now)
    agents.tidy(core, wishes, now)
    again = _ask_ends(core, wishes, now)
    pending = (scene.unseen_at(name) for name in scene.unseen())
    times = [at for at in (wake, over, others, again, *pending) if at is not None and at > now]
    core.review_at = min(times, default=None)


def _ask_ends(core: Core, wishes: Wishes, now: float) -> float | None:
    """Hear the ends of lines that are silent and may be down, and look again then; None if there are none."""
    ends = lines.unsettled(core.known)
    wishes.ask |= ends
    return now + HEARD if ends else None


def _find_broken(known: Knowledge) -> None:
    broken = lines.broken(known, lines.doubtful(known))
    known.touched |= known.broken.keys() ^ broken.keys()
    known.broken = broken


def _judge(core: Core, retried: Set[str], now: float) -> Judgement:
    """Judge until nothing is blamed that was only hidden: what its parent hid gets a fresh chance first.

    `retried` have just had theirs and stayed silent.
    """
    known = core.known
    while True:
        judged = topology.judge(known.graph, known.inventory, known.seen(core.wait))
        roots = {fault.root for fault in judged.faults.values()}
        freed = [device for device in judged.behind.keys() - retried if _was_hidden(core, judged, roots, device)]
        services = [name for name in known.mute - retried if _was_hidden_service(core, judged, name)]
        services += [name for name in known.active if known.watches[name].suspect and hold.was_hidden(known, name)]
        if freed or services:
            recheck(core, [*sorted(freed), *sorted(services)], now)
            continue
        back = [*_returned_lines(core, judged), *_shared_no_more(core, judged)]
        if not back:
            return judged
        _recheck_lines(core, back, now)


def _was_hidden(core: Core, judged: Judgement, roots: Collection[str], device: str) -> bool:
    """Is this device blamed now, though until now it was explained by something else?"""
    known = core.known
    old = known.standings.get(device)
    seat, before = judged.behind[device], core.judged.behind.get(device)
    site = known.inventory.devices[device].site
    if old is None or before == seat or not (seat in (device, site) or _is_common(known, seat)):
        return False
    if before is None or not (before in (device, site) or _is_common(known, before)):
        return old.state is State.UNREACHABLE and (before is not None or old.behind not in roots)
    # Blamed before, with its site or with a place that many share: a fresh chance only if some of them are back, or if
    # people were told of the place. One cleared before that would put off what is told instead for ever.
    case = core.book.cases.get(("outage", before))
    told = case is not None and case.incident is not None
    others = {*core.judged.faults[before].members, known.inventory.sites[site].gateway or ""}
    if _is_common(known, before):
        return told or _any_back(known, judged, others)
    if told:
        others.update(known.inventory.sites[site].devices)
    return seat == device and _any_back(known, judged, others)


def _is_common(known: Knowledge, seat: str) -> bool:
    return seat in known.inventory.nodes or seat in known.inventory.carriers


def _any_back(known: Knowledge, judged: Judgement, devices: Iterable[str]) -> bool:
    """Does any of them answer, is it asked anew, or is it known to live?"""
    heard = known.heard()
    return any(each in heard or each in known.held or each in judged.exonerated for each in devices)


def _was_hidden_service(core: Core, judged: Judgement, name: str) -> bool:
    """Is this service silent still, though the device that hid it is back?"""
    known = core.known
    service, old = known.inventory.services.get(name), known.standings.get(name)
    if service is None or old is None or old.state is not State.UNREACHABLE:
        return False
    on = bearers.bearer(known.inventory, known.watches, name)
    return on not in judged.behind and on not in known.held


def _returned_lines(core: Core, judged: Judgement) -> list[str]:
    """Broken lines that were lost together with one of their ends, all of whose ends are back."""
    known = core.known
    gone = judged.behind.keys() | known.held
    lost = {link for device in gone for link in known.graph.index.links.get(device, ())}
    back = (core.lost & known.broken.keys()) - lost
    ends = known.graph.near, known.graph.far
    unsure = {link for link in core.lost - back if any(end[link] in judged.exonerated for end in ends)}
    core.lost = lost | unsure
    return sorted(back)


def _shared_no_more(core: Core, judged: Judgement) -> list[str]:
    """Broken lines that were lost with a place or a carrier which is to blame no more."""
    lost = ((line, seat) for seat, fault in core.judged.faults.items() for line in places.shared((fault,)))
    broken, faults = core.known.broken, judged.faults
    return sorted(
        line for line, seat in lost if line in broken and (seat not in faults or line not in faults[seat].links)
    )


def _recheck_lines(core: Core, links: Iterable[str], now: float) -> None:
    """What a line's address and ports said while its end was gone says nothing now."""
    known = core.known
    for name in links:
        known.broken.pop(name, None)
        known.touched.add(name)
        for port in known.inventory.links[name].ends:
            known.unsaid(port)
        if name in known.watches:
            recheck(core, [name], now)
        core.ports_at = now


def recheck(core: Core, names: Iterable[str], now: float) -> None:
    """Give these a fresh chance: their old standing stands until they answer, or have been silent anew."""
    known = core.known
    for name in names:
        detect.recheck(known.watches[name], now)
        known.note(name)
        known.windows[name].reset()
        known.active.add(name)
        core.next_ask.pop(name, None)
        known.held.add(name)


def _record(core: Core, wishes: Wishes, new: Mapping[str, Standing], now: float) -> None:
    """Write down every standing that changed."""
    known, inventory = core.known, core.known.inventory
    for name, after in new.items():
        before = known.standings.get(name)
        if name in inventory.links:
            (known.astray.add if after.state is State.UNREACHABLE else known.astray.discard)(name)
        if before is after:
            continue
        known.standings[name] = after
        if before == after or (before is None and after.state is State.UNKNOWN):
            continue
        body = Transition(
            id=name,
            of=_of(inventory, name),
            at=now,
            old=before or Standing(State.UNKNOWN, known.asked_since.get(name, now)),
            new=after,
        )
        wishes.entries.append(Entry(core.number(), now, body))
        if name in known.watches and after.state in (State.UP, State.DEGRADED):
            wishes.ports |= hold.ports_around(known, name)
            wishes.ask.add(name)
            if known.mute:
                wishes.ask |= known.mute & hold.behind(known, name)


def _of(inventory: Inventory, name: str) -> Literal["site", "device", "link", "service"]:
    if name in inventory.sites:
        return "site"
    if name in inventory.devices:
        return "device"
    return "link" if name in inventory.links else "service"
