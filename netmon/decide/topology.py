"""Which few things must have failed for the network to look as it does?

What lies on a path that works is exonerated. Of the rest, the silent devices that can be reached, and
the broken lines that stand before silent ones, are the walls; everything behind them is explained by
them, and what had failed before costs nothing. Walls of one site are one fault, named after the
site, its last remaining line, or its gateway, as the evidence says.
"""

from collections.abc import Mapping

from netmon.decide import places
from netmon.decide.faults import Fault, Judgement, Seen
from netmon.decide.graph import Graph, Reach
from netmon.model import Inventory

AGENT_CACHE = 6.0
"""Seconds for which an agent may go on telling what its ports were before (net-snmp: 3 s, others more)."""


def judge(graph: Graph, inventory: Inventory, seen: Seen) -> Judgement:
    """Explain every silent device by as few failures as possible."""
    silent, broken, reach, exonerated = _exonerate(graph, seen)
    walls = {wall: silent[wall] for wall in reach.walls if wall in silent}
    cuts = {
        link: broken[link]
        for link in reach.broken
        if graph.far[link] in silent and graph.far[link] not in reach.reached
    }
    blockers = walls | cuts
    cause = _attribute(graph, silent, walls, cuts, seen.wait)
    seats = {blocker: _seat(graph, inventory, seen, silent, blocker) for blocker in blockers}
    members: dict[str, set[str]] = {}
    for device, blocker in cause.items():
        members.setdefault(seats[blocker], set()).add(device)
    faults = {
        seat: _fault(graph, inventory, seen, seat, frozenset(found), silent, broken) for seat, found in members.items()
    }
    faults = places.common(graph, inventory, seen, faults)
    behind = {device: fault.seat for fault in faults.values() for device in fault.members}
    return Judgement(faults=faults, behind=behind, exonerated=exonerated)


def _exonerate(graph: Graph, seen: Seen) -> tuple[dict[str, float], dict[str, float], Reach, frozenset[str]]:
    """Take from the accused whatever stands on the only way to something that answered later."""
    silent, broken = dict(seen.silent), dict(seen.broken)
    cleared: set[str] = set()
    while True:
        reach = graph.walk(silent, broken)
        accused = [(wall, silent[wall]) for wall in reach.walls] + [(link, broken[link]) for link in reach.broken]
        first = min((since for _, since in accused), default=0.0)
        witnesses = {name: at for name, at in seen.heard.items() if at > first and name not in reach.reached}
        guiltless = next(
            (name for name, since in accused if _stands_before(graph, silent, broken, name, since, witnesses)), None
        )
        found = {guiltless} if guiltless is not None else _on_the_only_way(graph, silent, witnesses)
        if not found:
            return silent, broken, reach, frozenset(cleared & seen.silent.keys())
        cleared |= found
        silent = {name: since for name, since in silent.items() if name not in found}
        broken = {name: since for name, since in broken.items() if name not in found}


def _stands_before(
    graph: Graph,
    silent: Mapping[str, float],
    broken: Mapping[str, float],
    accused: str,
    since: float,
    witnesses: Mapping[str, float],
) -> bool:
    """Would one who answered after `since` be within reach if only this one were not accused?"""
    if not any(at > since for at in witnesses.values()):
        return False
    reached = graph.walk(silent.keys() - {accused}, broken.keys() - {accused}).reached
    return any(at > since and name in reached for name, at in witnesses.items())


def _on_the_only_way(graph: Graph, silent: Mapping[str, float], witnesses: Mapping[str, float]) -> set[str]:
    """Silent devices without which a witness could not have answered, whatever else is accused."""
    return {
        other
        for name, at in witnesses.items()
        for other in graph.ancestors[name]
        if silent.get(other, at) < at and name not in graph.walk({other}, ()).reached
    }


def _attribute(
    graph: Graph, silent: Mapping[str, float], walls: Mapping[str, float], cuts: Mapping[str, float], wait: float
) -> dict[str, str]:
    """Which wall or cut explains each silent device: one whose repair alone would reach it, the nearest to it."""
    opened = {
        blocker: graph.walk(walls.keys() - {blocker}, cuts.keys() - {blocker}).reached for blocker in (*walls, *cuts)
    }
    latest = max((*walls.values(), *cuts.values()), default=0.0)

    def rank(blocker: str) -> tuple[bool, bool, int, float, str]:
        since, far = walls.get(blocker, cuts.get(blocker, 0.0)), graph.far.get(blocker, blocker)
        nearness = -way.index(far) if far in way else -len(way)
        return (latest - since <= wait, blocker in walls, nearness, since, blocker)

    cause: dict[str, str] = {}
    for device in silent:
        if device in walls:
            cause[device] = device
            continue
        way = (device, *graph.ancestors[device])
        able = [blocker for blocker, reached in opened.items() if device in reached]
        if not able:
            able = [b for b in opened if b in way or (b in cuts and graph.far[b] in way)]
        if able:
            cause[device] = max(able, key=rank)
    return cause


def _seat(graph: Graph, inventory: Inventory, seen: Seen, silent: Mapping[str, float], blocker: str) -> str:
    """The site, when nothing in it has answered since; else the device itself."""
    device = blocker if blocker in inventory.devices else graph.far[blocker]
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
    earlier = [link for link in lines if broken.get(link, since) < since - seen.wait]
    left = [link for link in lines if link not in earlier]
    never_fell = (seen.port_up[link] for link in left if link in seen.port_up)
    if any(up > since + AGENT_CACHE and since > down for up, down in never_fell):
        root = inventory.sites[seat].gateway or seat
    elif earlier and len(left) == 1:
        root = left[0]
    else:
        root = seat
    return Fault(seat=seat, root=root, since=since, members=members, links=tuple(left))
