"""Do several faults have one thing in common that must be their cause?

A carrier, none of whose lines that end at the centre works any more; or a place without an address, which all ways
into two or more lost sites pass and through which nothing works. Of all ways to explain the lost sites and the broken
lines by such things and by themselves, that with the fewest causes is taken.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from netmon.decide.faults import AGENT_CACHE, NEVER, Fault, Seen
from netmon.decide.graph import Graph
from netmon.decide.paths import Reach
from netmon.model import Inventory

TOGETHER = 30.0
"""Seconds within which all lines of a carrier are lost, however seldom they are asked."""
FELL = 60.0
"""Seconds from that within which others of its lines fall with them."""
MANY = 10
"""Of so many suspects every combination is tried; of more, one after the other, that which explains most."""


@dataclass(frozen=True, slots=True)
class _Common:
    """A carrier or a place under suspicion, and the lines that fail with it."""

    id: str
    lines: frozenset[str]
    inferred: bool


@dataclass(frozen=True, slots=True)
class _Case:
    """What is to be explained: lost sites, each with the links over which it was within reach (None = by a tie), and
    broken lines between two ends that answer; since when each."""

    faults: Mapping[str, Fault]
    walls: Mapping[str, frozenset[str | None]]
    loose: Mapping[str, float]

    def lost(self) -> dict[str, float]:
        """The lines by which something is lost, and since when."""
        over = {link: self.faults[site].since for site, links in self.walls.items() for link in links}
        return {**self.loose, **{link: since for link, since in over.items() if link is not None}}

    def only_by(self, lines: Collection[str]) -> list[str]:
        """The lost sites into which every way leads over one of these lines."""
        return [site for site, links in self.walls.items() if links and links.issubset(lines)]


def common(
    graph: Graph, inventory: Inventory, seen: Seen, faults: Mapping[str, Fault], reach: Reach
) -> dict[str, Fault]:
    """The faults, those with a common cause merged into one. `reach` is what is left within reach."""
    left = dict(faults)
    if not seen.silent and not seen.broken:
        return left
    sites = {seat for seat, fault in faults.items() if seat in inventory.sites and fault.root == seat}
    loose = {
        line: since
        for line, since in seen.broken.items()
        if seen.heard.get(graph.far[line], 0.0) and seen.heard.get(graph.near[line], 0.0)
    }
    case = _Case(faults, {seat: _walls(inventory, reach, seat) for seat in sorted(sites)}, loose)
    suspects = [*_carriers(graph, inventory, seen, case), *_places(graph, inventory, seen, case)]
    chosen = [one for group in _apart(suspects, case) for one in _fewest(group, case)]
    chosen.sort(key=lambda one: -len(case.only_by(one.lines)))
    together = case.only_by(frozenset().union(*(one.lines for one in chosen)))
    owner = {seat: one for one in reversed(chosen) for seat in together if case.walls[seat] & one.lines}
    owner |= {seat: one for one in chosen for seat in case.only_by(one.lines)}
    for one in chosen:
        mine = [left.pop(seat) for seat in case.walls if owner.get(seat) is one]
        if mine or one.lines & case.loose.keys():
            left[one.id] = _merged(graph, one, mine, case)
    named = {one.id: graph.walk((), one.lines) for one in chosen if one.id in left}
    for name, without in named.items():
        _take_over(graph, inventory, left, name, without, named)
    return left


def _take_over(
    graph: Graph,
    inventory: Inventory,
    faults: dict[str, Fault],
    name: str,
    without: Reach,
    named: Mapping[str, Reach],
) -> None:
    """What this alone would silence is its own, unless what it was put down to would do so alone, too."""
    for seat, fault in [*faults.items()]:
        own = inventory.sites[seat].devices if seat in inventory.sites else (seat,)
        moved = {device for device in fault.members if device not in own and not without.reaches(device)}
        if seat == name or not moved:
            continue
        alone = named.get(seat) or graph.walk(fault.members.intersection(own), ())
        moved = {device for device in moved if alone.reaches(device)}
        faults[seat] = replace(fault, members=fault.members - moved)
        faults[name] = replace(faults[name], members=faults[name].members | moved)


def _merged(graph: Graph, one: _Common, parts: Sequence[Fault], case: _Case) -> Fault:
    gone = {line for fault in parts for line in fault.links} | case.loose.keys()
    lines = graph.index.sorted(one.lines & gone)
    return Fault(
        seat=one.id,
        root=one.id,
        since=min([fault.since for fault in parts] + [case.loose[line] for line in lines if line in case.loose]),
        members=frozenset().union(*(fault.members for fault in parts)),
        links=tuple(lines),
        inferred=one.inferred,
    )


def _walls(inventory: Inventory, reach: Reach, site: str) -> frozenset[str | None]:
    """The links over which a path from what is within reach would come into the site."""
    ways = reach.paths.back
    return frozenset(
        link
        for device in inventory.sites[site].devices
        for here in reach.paths.at(device)
        for before, link in ways.get(here, ())
        if before not in reach.missed and before[0] not in reach.silent
    )


# --- who is under suspicion ---------------------------------------------------------------------


def _carriers(graph: Graph, inventory: Inventory, seen: Seen, case: _Case) -> Iterator[_Common]:
    """Half-blind: nothing of one carrier arrives at the centre any more, though the centre itself is alive."""
    for carrier, central in graph.index.central.items():
        lines = frozenset(line for line in central if seen.heard.get(graph.near[line], 0.0))
        sites, broken = case.only_by(lines), lines & case.loose.keys()
        hurt = {*sites, *(inventory.devices[graph.far[line]].site for line in broken)}
        if len(hurt) < 2:
            continue
        since = [case.faults[site].since for site in sites] + [case.loose[line] for line in broken]
        if max(since) - min(since) > TOGETHER:  # lost one after another: each has a story of its own
            continue
        if any(_works_yet(graph, seen, line) for line in lines):
            continue
        alive = all(seen.heard.get(graph.near[line], 0.0) > max(since) for line in lines)
        if alive and not _work(graph, seen, lines, max(since)):
            yield _Common(carrier, lines.union(_elsewhere(inventory, case, carrier, max(since))), inferred=False)


def _works_yet(graph: Graph, seen: Seen, line: str) -> bool:
    """Does a line work as far as anybody knows: is its port up, or has nobody missed it who asks it?"""
    if graph.far[line] in seen.silent or line in seen.broken:
        return False
    return bool(seen.port_up.get(line, NEVER)[0] or seen.heard.get(line, 0.0))


def _elsewhere(inventory: Inventory, case: _Case, carrier: str, at: float) -> Iterable[str]:
    """Other lines of this carrier, out in the country, that were lost at about that time."""
    links, lost = inventory.links, case.lost().items()
    return (line for line, since in lost if links[line].carrier == carrier and abs(since - at) <= FELL)


def _places(graph: Graph, inventory: Inventory, seen: Seen, case: _Case) -> Iterator[_Common]:
    links = {link for found in case.walls.values() for link in found if link is not None}
    for place in sorted({place for link in links for place in inventory.links[link].via}):
        lines = frozenset(graph.index.users[place])
        sites = case.only_by(lines)
        if len(sites) > 1 and not _work(graph, seen, lines, min(case.faults[site].since for site in sites)):
            yield _Common(place, lines, inferred=True)


def _work(graph: Graph, seen: Seen, lines: Collection[str], since: float) -> bool:
    """Has one of these lines answered after `since`, is a port of it up though its end is silent, or does something
    answer that no path reaches without them?"""
    users = [line for line in lines if line not in seen.broken]
    if any(seen.heard.get(line, 0.0) > since for line in users):
        return True
    silent = ((line, seen.silent.get(graph.far[line], since)) for line in users)
    if any(seen.port_up.get(line, NEVER)[0] > missed + AGENT_CACHE for line, missed in silent):
        return True
    without = graph.walk((), lines)
    ends = (graph.far[line] for line in users)
    return any(seen.heard.get(end, 0.0) and not without.reaches(end) for end in ends)


# --- whose fault it is --------------------------------------------------------------------------


def _apart(suspects: Sequence[_Common], case: _Case) -> list[list[_Common]]:
    """The suspects in groups that have nothing to do with each other: no line, and no site that both lead to."""
    groups: list[tuple[set[str | None], list[_Common]]] = []
    for one in suspects:
        touched: set[str | None] = set(one.lines)
        touched.update(*(links for links in case.walls.values() if links & one.lines))
        joined = [group for group in groups if group[0] & touched]
        groups = [group for group in groups if not group[0] & touched]
        members = [other for _, others in joined for other in others]
        groups.append((touched.union(*(links for links, _ in joined)), [*members, one]))
    return [members for _, members in groups]


def _fewest(suspects: Sequence[_Common], case: _Case) -> Sequence[_Common]:
    """Those of the suspects that leave the fewest causes; a carrier rather than a place, no place without need."""

    def causes(some: Sequence[_Common]) -> tuple[int, int, int]:
        lines: frozenset[str | None] = frozenset().union(*(one.lines for one in some))
        alone = sum(not links or not links <= lines for links in case.walls.values())
        alone += sum(line not in lines for line in case.loose)
        inferred = sum(one.inferred for one in some)
        return len(some) + alone, inferred - len(some), inferred

    if len(suspects) <= MANY:
        return min((some for n in range(len(suspects) + 1) for some in combinations(suspects, n)), key=causes)
    chosen: list[_Common] = []
    while True:
        best = min(([*chosen, one] for one in suspects if one not in chosen), key=causes, default=chosen)
        if causes(best) >= causes(chosen):
            return chosen
        chosen = best


def shared(faults: Iterable[Fault]) -> frozenset[str]:
    """The lines whose loss is told as the loss of something that they share."""
    return frozenset(line for fault in faults if fault.seat not in fault.members for line in fault.links)
