"""Which few things must have failed for the network to look as it does?

What lies on a path that works is exonerated. Of the rest, the silent devices that can be reached, and
the broken lines that stand before silent ones, are the walls; everything behind them is explained by
them, and what had failed before costs nothing. Walls of one site are one fault, named after the
site, its last remaining line, or its gateway, as the evidence says.
"""

from collections.abc import Collection, Mapping

from netmon.decide import places
from netmon.decide.faults import AGENT_CACHE, NEVER, Fault, Judgement, Seen
from netmon.decide.graph import Graph
from netmon.decide.paths import Reach
from netmon.model import Inventory


def judge(graph: Graph, inventory: Inventory, seen: Seen) -> Judgement:
    """Explain every silent device by as few failures as possible."""
    silent, broken = dict(seen.silent), dict(seen.broken)
    reach, cleared = _exonerate(graph, seen, silent, broken)
    walls = {wall: silent[wall] for wall in reach.walls()}
    ends = {link: end for link in reach.stops() for end in reach.leads_to(link) if end in silent}
    blockers = {**walls, **{link: broken[link] for link in ends}}
    cause = _attribute(graph, silent, blockers, ends, reach, seen.wait)
    seats = {blocker: _seat(inventory, seen, silent, ends.get(blocker, blocker)) for blocker in blockers}
    members: dict[str, set[str]] = {}
    for device, blocker in cause.items():
        members.setdefault(seats[blocker], set()).add(device)
    faults = {
        seat: _fault(graph, inventory, seen, seat, frozenset(found), silent, broken) for seat, found in members.items()
    }
    faults = places.common(graph, inventory, seen, faults, reach)
    behind = {device: fault.seat for fault in faults.values() for device in fault.members}
    return Judgement(faults=faults, behind=behind, exonerated=frozenset(cleared & seen.silent.keys()))


def _exonerate(graph: Graph, seen: Seen, silent: dict[str, float], broken: dict[str, float]) -> tuple[Reach, set[str]]:
    """Take from the accused whatever stands on the only way to something that answered later."""
    cleared: set[str] = set()
    while True:
        reach = graph.walk(silent, broken)
        found = _that_stand_before(reach, seen, silent, broken) or _on_the_only_way(graph, reach, seen, silent, broken)
        if not found:
            return reach, cleared
        cleared |= found
        for name in found:
            silent.pop(name, None)
            broken.pop(name, None)


def _that_stand_before(reach: Reach, seen: Seen, silent: Mapping[str, float], broken: Mapping[str, float]) -> set[str]:
    """The accused, each of which alone keeps one out of reach who answered after it had failed.

    A witness who may have come by either of two of them speaks for neither: one of them may just have come back.
    """
    latest = max((seen.heard.get(device, 0.0) for device, _ in reach.missed), default=0.0)
    spoken_for: dict[str, list[str]] = {}
    for name in (*reach.walls(), *reach.stops()):
        since = silent.get(name, broken.get(name, 0.0))
        if since < latest:
            for device in {device for device, _ in reach.beyond(name)}:
                if seen.heard.get(device, 0.0) > since and not reach.reaches(device):
                    spoken_for.setdefault(device, []).append(name)
    return {names[0] for names in spoken_for.values() if len(names) == 1}


def _on_the_only_way(
    graph: Graph, reach: Reach, seen: Seen, silent: Mapping[str, float], broken: Mapping[str, float]
) -> set[str]:
    """Silent devices without which a witness could not have answered, whatever else is accused."""
    first = min((silent.get(name, broken.get(name, 0.0)) for name in (*reach.walls(), *reach.stops())), default=0.0)
    devices = {device for device, _ in reach.missed}
    witnesses = {device: at for device in devices if (at := seen.heard.get(device, 0.0)) > first}
    above: dict[str, Reach] = {}
    found: set[str] = set()
    for name, at in witnesses.items():
        for other in () if reach.reaches(name) else graph.ancestors[name]:
            if silent.get(other, at) < at:
                alone = above[other] = above.get(other) or graph.walk({other}, ())
                if not alone.reaches(name):
                    found.add(other)
    return found


def _attribute(
    graph: Graph,
    silent: Mapping[str, float],
    blockers: Mapping[str, float],
    ends: Mapping[str, str],
    reached: Reach,
    wait: float,
) -> dict[str, str]:
    """Which wall or cut explains each silent device: one whose repair alone would reach it, the nearest to it.

    `ends` says to which silent device each cut leads; the other blockers are walls.
    """
    reach = graph.walk(blockers.keys() - ends.keys(), set(reached.stops()))
    opens: dict[str, set[str]] = {}
    stands: dict[str, set[str]] = {}
    for blocker in blockers:
        for device, _ in reach.beyond(blocker):
            opens.setdefault(device, set()).add(blocker)
        stands.setdefault(ends.get(blocker, blocker), set()).add(blocker)

    def rank(blocker: str) -> tuple[bool, int, bool, float, str]:
        since, far = blockers[blocker], ends.get(blocker, blocker)
        nearness = -way.index(far) if far in way else -len(way)
        return (latest - since <= wait, nearness, blocker not in ends, since, blocker)

    cause: dict[str, str] = {}
    latest = 0.0
    for device in silent:
        way = (device, *graph.ancestors[device])
        able: Collection[str] = opens.get(device, ())
        if device in blockers:
            able = (device,)
        elif not able:
            able = {blocker for above in way for blocker in stands.get(above, ())}
        if able:
            latest = max(blockers[blocker] for blocker in able)
            cause[device] = max(able, key=rank)
    return cause


def _seat(inventory: Inventory, seen: Seen, silent: Mapping[str, float], device: str) -> str:
    """The site, when nothing in it has answered since; else the device itself."""
    site = inventory.sites[inventory.devices[device].site]
    since = silent[device]
    if device != site.gateway and site.gateway not in silent:
        return device
    alive = any(seen.heard.get(other, 0.0) > since for other in site.devices)
    return device if alive or inventory.vantage in site.devices else site.id


def _fault(
    graph: Graph,
    inventory: Inventory,
    seen: Seen,
    seat: str,
    members: frozenset[str],
    silent: Mapping[str, float],
    broken: Mapping[str, float],
) -> Fault:
    """Name the root of a fault: the device; or, where a site is lost, its last line, its gateway or the site."""
    if seat in inventory.devices:
        return Fault(seat=seat, root=seat, since=silent[seat], members=members)
    own = [silent[device] for device in inventory.sites[seat].devices if device in silent]
    since = min(own)
    lines = graph.lines[seat]
    together = seen.wait + _interval(inventory, inventory.sites[seat].gateway)
    earlier = [link for link in lines if broken.get(link, since) < since - together]
    left = [link for link in lines if link not in earlier]
    gateway = inventory.sites[seat].gateway or seat
    never_fell = (seen.port_up.get(link, NEVER) for link in graph.paths.into(gateway).difference(earlier))
    if any(up > since + AGENT_CACHE and since > down for up, down in never_fell):
        root = gateway
    elif earlier and len(left) == 1:
        root = left[0]
    else:
        root = seat
    return Fault(seat=seat, root=root, since=since, members=members, links=tuple(left))


def _interval(inventory: Inventory, gateway: str | None) -> float:
    """Seconds by which a port may be seen down before a probe is missed."""
    tasks = inventory.devices[gateway].collect.values() if gateway is not None else ()
    return min((task.every for task in tasks if task.plugin.REACHABILITY), default=0.0)
