"""What has changed since the last judgement, and who has to know?

Knowledge is judged, the judgement becomes standings, what changed in them becomes journal entries, and
what is wrong is held against the book of incidents. What was hidden behind something that came back
gets a fresh chance before it is blamed itself.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Literal

from netmon.decide import detect, hold, incidents, knowledge, marks, standing, topology
from netmon.decide.faults import Judgement
from netmon.decide.knowledge import Knowledge
from netmon.decide.scene import UNSEEN_AFTER, Scene
from netmon.decide.state import Core, Wishes
from netmon.model import Entry, Inventory, Standing, State, Transition


def review(core: Core, wishes: Wishes, now: float) -> None:
    """Judge anew, write down what changed, and hold it against the book of incidents."""
    known = core.known
    retried = frozenset(name for name in known.held if known.watches[name].silent)
    known.held = {name for name in known.held if known.watches[name].suspect}
    expires = knowledge.forget_old_ports(known, now)
    known.broken = knowledge.find_broken(known)
    was_blind, core.blind = core.blind, known.blind()
    if was_blind and not core.blind:
        recheck(core, [name for name, watch in known.watches.items() if watch.silent], now)
    judged = None if core.blind else _judge(core, retried, now)
    new = standing.standings(known, judged, now)
    _record(core, wishes, new, now)
    if judged is not None:
        core.judged = judged
    over = marks.review(core, wishes, now)
    scene = Scene(known, judged, core.confirm, core.excused)
    entries, wake = incidents.review(core.book, scene.problems(now), scene, core.number, now)
    wishes.entries += entries
    marks.flapping(core, wishes, now)
    pending = (known.asked_since[name] + UNSEEN_AFTER for name in scene.unseen())
    times = [at for at in (wake, over, expires, *pending) if at is not None and at > now]
    core.review_at = min(times, default=None)


def _judge(core: Core, retried: Collection[str], now: float) -> Judgement:
    """Judge until nothing is blamed that was only hidden: what its parent hid gets a fresh chance first.

    `retried` have just had theirs and stayed silent.
    """
    known = core.known
    while True:
        judged = topology.judge(known.graph, known.inventory, known.seen(core.wait))
        freed = [device for device in judged.behind.keys() - retried if _was_hidden(core, judged, device)]
        services = [
            name for name in known.inventory.services.keys() - retried if _was_hidden_service(core, judged, name)
        ]
        if freed or services:
            recheck(core, [*sorted(freed), *sorted(services)], now)
            continue
        lines = _returned_lines(core, judged)
        if not lines:
            return judged
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


def _was_hidden_service(core: Core, judged: Judgement, name: str) -> bool:
    """Is this service silent still, though the device that hid it is back?"""
    known = core.known
    old, on = known.standings.get(name), known.inventory.services[name].on
    hidden = old is not None and old.state is State.UNREACHABLE and known.watches[name].silent is True
    return hidden and on not in judged.behind and on not in known.held


def _returned_lines(core: Core, judged: Judgement) -> list[str]:
    """Broken lines that were lost together with one of their ends, all of whose ends are back."""
    known = core.known
    gone = judged.behind.keys() | known.held
    lost = {link for link, ends in _ends(known, known.graph.far if gone else ()) if ends & gone}
    back = (core.lost & known.broken.keys()) - lost
    unsure = {link for link, ends in _ends(known, core.lost - back) if ends & judged.exonerated}
    core.lost = lost | unsure
    return sorted(back)


def _ends(known: Knowledge, links: Iterable[str]) -> Iterator[tuple[str, set[str]]]:
    return ((link, {known.graph.near[link], known.graph.far[link]}) for link in links)


def _recheck_lines(core: Core, links: Iterable[str], now: float) -> None:
    """What a line's address and ports said while its end was gone says nothing now."""
    known = core.known
    for name in links:
        del known.broken[name]
        link = known.inventory.links[name]
        for key in ((link.source, link.local or ""), (link.target, link.remote or "")):
            known.ports.pop(key, None)
        if name in known.watches:
            recheck(core, [name], now)
        core.ports_at = now


def recheck(core: Core, names: Iterable[str], now: float) -> None:
    """Give these a fresh chance: their old standing stands until they answer, or have been silent anew."""
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
            id=name,
            of=_of(inventory, name),
            at=now,
            old=before or Standing(State.UNKNOWN, known.asked_since.get(name, now)),
            new=after,
        )
        wishes.entries.append(Entry(core.number(), now, body))
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
