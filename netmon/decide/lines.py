"""Which lines are broken, and which are worse than they were promised to be?"""

from collections.abc import Iterable, Iterator

from netmon.decide import quality
from netmon.decide.knowledge import Knowledge
from netmon.model import Link, Observation


def doubtful(known: Knowledge) -> set[str]:
    """The only links that can be broken: a port of theirs is down, or their address is silent."""
    found = {link for port in known.shut for link in known.graph.index.ports[port]}
    found |= known.held & known.broken.keys()
    found.update(name for name in known.mute if name in known.inventory.links)
    return found


def broken(known: Knowledge, names: Iterable[str]) -> dict[str, float]:
    """Which of these links are down, and since when: a port says so, or the far address is silent while its owner
    answers."""
    links = known.inventory.links
    found = ((name, _broken_since(known, links[name])) for name in known.graph.index.sorted(names))
    return {name: since for name, since in found if since is not None}


def _broken_since(known: Knowledge, link: Link) -> float | None:
    watch, owner = known.watches.get(link.id), known.watches.get(known.graph.far[link.id])
    missed = watch.first_miss if watch is not None else None
    silent = watch is not None and watch.silent is True
    down = list(_down(known, link))
    if link.id in known.broken and (down or silent or link.id in known.held):
        return known.broken[link.id]
    if down:
        return min(down) if missed is None else min(*down, missed)
    near = known.watches.get(known.graph.near[link.id])
    alone = near is None or near.first_miss is None  # with a dead end a line is silent, too
    answers = owner is not None and owner.silent is False and owner.first_miss is None
    if silent and missed is not None and alone and answers and owner is not None and owner.last_answer > missed:
        return missed
    return None


def unsettled(known: Knowledge) -> set[str]:
    """Ends of silent lines that have to be heard once more before anybody can say whether the line is down.

    Such an end lives, as far as anybody knows, but has not answered since the line fell silent.
    """
    found: set[str] = set()
    for name in known.mute & known.inventory.links.keys() - known.broken.keys():
        watch, near, far = known.watches[name], known.graph.near[name], known.graph.far[name]
        ends = {end: known.watches[end] for end in (near, far) if end in known.watches}
        if far in ends and watch.first_miss is not None and not any(end.silent for end in ends.values()):
            late = ends[far].last_answer <= watch.first_miss
            found |= {end for end, seen in ends.items() if seen.first_miss is not None or (end == far and late)}
    return found


def _down(known: Knowledge, link: Link) -> Iterator[float]:
    """When a port of this link was last seen down."""
    for port in link.ends:
        if port in known.shut:
            yield known.ports[port][1]


def assess(known: Knowledge, target: str, now: float) -> bool:
    """Judge the quality of the line that `target` measures; True if it changed.

    While its nearer end is silent the probes come by another way and say nothing about the line.
    """
    line, limit = known.held_to[target]
    end = known.watches.get(known.graph.near[line])
    window, nearer = known.windows[target], known.windows.get(known.graph.near[line])
    if end is not None and end.first_miss is not None:
        window.reset()
        window.since = None
        bad = False
    else:
        if nearer is not None:
            limit = quality.beyond(limit, quality.measure(nearer, now))
        bad = quality.judge(window, limit, now)
    if bad == (line in known.degraded):
        return False
    known.touched |= {target, line}
    if bad:
        known.degraded[line] = window.since or now
    else:
        del known.degraded[line]
    return True


def measured_line(known: Knowledge, target: str) -> str | None:
    """The line whose quality probes of `target` show: its own, or the only one of a gateway, if it has no address."""
    if target in known.inventory.links:
        return target
    device = known.inventory.devices.get(target)
    if device is None or known.inventory.sites[device.site].gateway != target:
        return None
    lines = known.graph.lines[device.site]
    return lines[0] if len(lines) == 1 and lines[0] not in known.watches else None


def measured_by(known: Knowledge, line: str) -> str:
    """The target whose probes show the quality of this line: its own address, or the gateway that it leads to."""
    return line if line in known.watches else known.graph.far[line]


def worth_assessing(known: Knowledge, seen: Observation) -> bool:
    """Only loss, delay and lines that are already bad cost more than a glance."""
    held_to = known.held_to.get(seen.target)
    if held_to is None or not seen.round:
        return False
    line, limit = held_to
    slow = seen.rtt is not None and limit.rtt is not None and seen.rtt > limit.rtt
    return slow or not seen.alive or line in known.degraded
