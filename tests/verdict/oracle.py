"""What must netmon say once all has settled, if these things are broken?

Written from DESIGN section 4 alone: nothing of `netmon.decide` or `netmon.sim` is used. From the truth follows what
can be seen (who answers, which ports are up); from what can be seen, by trying everything, the smallest set of things
that explains it; and from that set the incidents.

1. *What cannot be seen cannot be told.* A line of which both ends can be reached is broken only if its address or a
   port says so; a fault behind another fault is nothing until what stands before it is mended.
2. *What has to be explained*: each step from something that answers to something silent (the wall around the silence),
   and each broken line between two ends that answer.
3. *What may be named*: a silent device; a site of which nothing answers, instead of anything within it or its lines (a
   gateway and all its lines lost within one wait: the site); a node or a carrier, see 5 and 6; a broken line, which is
   `redundancy_lost`. An outage never has a line as its root here, because everything fails at the same time.
4. *Far port up and silence*: the gateway is the root and not its site. Where another device of that site has a line of
   its own that is lost, too, both names are accepted.
5. *A node* is named where two or more silent sites hang only on it and nothing that goes through it works. One silent
   site is named itself, and redundant lines that nobody is cut off by are each `redundancy_lost`, even if they have a
   node in common: the design knows `redundancy_lost` of lines alone. But a node that *is* named explains them.
6. *A carrier* is named (half-blind) where all its lines that end at the vantage's site are lost, near ends alive: none
   of them is seen to work, and two or more far sites are lost to it alone (sites reached over nothing else, or broken
   lines). Then other lines of it that are lost are lost with it. It is preferred to a node that explains as much.
   Lines that all lead to one silent site accuse that site.
7. *affected*: of each root, the sites that are silent if it alone is broken, its own included. A site that would be
   silent because of either of two roots, or only because of both together, belongs to one of them; which one is left
   open. So it is for one that a site takes as a whole, but not those of its devices that are seen to be silent. Where
   several sets are as small, each of them is right, but one with a carrier rather than one without, unless that names
   a gateway by 4.
8. All anchors silent: netmon is blind, and says nothing else.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, NamedTuple

from netmon.model import Inventory, Kind, Link
from tests.province import Outcome

Verb = Literal["cut", "fail", "hang"]


class Fault(NamedTuple):
    """A line cut, a device or node without power, or a device that has power and does nothing."""

    verb: Verb
    id: str


class Said(NamedTuple):
    """An incident that must be open; of the sites in `maybe` each belongs to one incident that may have it."""

    kind: Kind
    root: str
    surely: frozenset[str]
    maybe: frozenset[str] = frozenset()


Verdict = frozenset[Said]


class _Step(NamedTuple):
    """One way out of a device; `turn` is 1 to a more inner level, -1 to an outer one that a path may not take later."""

    to: str
    link: str | None
    turn: int


class _Wall(NamedTuple):
    """A step from what answers to what is silent."""

    near: str
    far: str
    link: str | None


class _Thing(NamedTuple):
    """Something that can be named, and the lines that are gone with it."""

    of: Literal["site", "device", "node", "carrier", "line"]
    id: str
    lines: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sight:
    """What can be seen: who is silent, which lines between two living ends are broken, which lines are seen to work,
    and at which (line, device) a reachable device says that its port is up."""

    silent: frozenset[str]
    broken: frozenset[str]
    working: frozenset[str]
    ports_up: frozenset[tuple[str, str]]


class Oracle:
    """The verdict on one inventory, whatever is broken."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self._home = inventory.devices[inventory.vantage].site
        self._steps = {name: tuple(self._ways(name)) for name in inventory.devices}
        self._through: dict[str, list[Link]] = {node: [] for node in inventory.nodes}
        for link in inventory.links.values():
            for node in link.via:
                self._through[node].append(link)

    def _ways(self, name: str) -> Iterator[_Step]:
        devices = self.inventory.devices
        ties = [(name, other) for other in devices[name].behind]
        ties += [(name, other.id) for other in devices.values() if name in other.behind]
        for _, other in ties:
            yield _Step(other, None, 0)
        for link in self.inventory.links.values():
            if name in (link.source, link.target):
                other = link.target if name == link.source else link.source
                yield _Step(other, link.id, self._turn(name, other))

    def _turn(self, left: str, entered: str) -> int:
        one, two = (self.inventory.sites[self.inventory.devices[name].site] for name in (left, entered))
        depth = self.inventory.levels.index(two.level) - self.inventory.levels.index(one.level)
        if depth > 0:
            return 1
        return -1 if depth < 0 and not one.transit else 0

    # --- from the truth to what can be seen -----------------------------------------------------

    def _dead_lines(self, dead: frozenset[str], cut: frozenset[str]) -> frozenset[str]:
        through = {link.id for node in dead if node in self._through for link in self._through[node]}
        return cut | through

    def _spread(self, dead: frozenset[str], lines: frozenset[str]) -> set[tuple[str, bool]]:
        """Every (device, has the path turned inwards) that a path from the vantage comes to."""
        found = {(self.inventory.vantage, False)}
        todo = list(found)
        while todo:
            name, inwards = todo.pop()
            for to, link, turn in self._steps[name]:
                after = (to, inwards or turn > 0)
                if to in dead or link in lines or (inwards and turn < 0) or after in found:
                    continue
                found.add(after)
                todo.append(after)
        return found

    def lost(self, dead: Iterable[str] = (), cut: Iterable[str] = ()) -> frozenset[str]:
        """Devices that no path leads to if these devices and nodes are dead and these lines cut."""
        gone = frozenset(dead)
        reached = {name for name, _ in self._spread(gone, self._dead_lines(gone, frozenset(cut)))}
        return frozenset(self.inventory.devices.keys() - reached)

    def sight(self, faults: Iterable[Fault]) -> Sight:
        """What can be seen of these faults."""
        return self._look(frozenset(faults))[0]

    def _look(self, faults: frozenset[Fault]) -> tuple[Sight, list[_Wall]]:
        inventory = self.inventory
        dead = frozenset(fault.id for fault in faults if fault.verb != "cut")
        cut = frozenset(fault.id for fault in faults if fault.verb == "cut")
        powered = inventory.devices.keys() - {fault.id for fault in faults if fault.verb == "fail"}
        off = self._dead_lines(dead, cut)
        isolated = inventory.vantage in dead
        spread = {(inventory.vantage, False)} if isolated else self._spread(dead, off)
        reached = {name for name, _ in spread}
        broken, working, ports = set[str](), set[str](), set[tuple[str, str]]()
        for link in inventory.links.values():
            carries = link.id not in off
            ends = {link.source, link.target}
            for here, there, port in ((link.source, link.target, link.local), (link.target, link.source, link.remote)):
                if port and here in reached and carries and there in powered:
                    ports.add((link.id, here))
            seen = link.address or link.local or link.remote
            if ends <= reached and seen and not carries:
                broken.add(link.id)
            answers = link.address and carries and not ends & dead and ends & reached
            if answers or (link.id, link.source) in ports or (link.id, link.target) in ports:
                working.add(link.id)
        silent = frozenset(inventory.devices.keys() - reached)
        walls = {
            _Wall(name, step.to, step.link)
            for name, inwards in spread
            for step in self._steps[name]
            if step.to in silent and not (inwards and step.turn < 0)
        }
        return Sight(silent, frozenset(broken), frozenset(working), frozenset(ports)), sorted(
            walls, key=lambda wall: (wall.near, wall.far, wall.link or "")
        )

    # --- from what can be seen to what must be said ----------------------------------------------

    def expects(self, faults: Iterable[Fault]) -> tuple[Verdict, ...]:
        """The verdicts that are right; nearly always one."""
        sight, walls = self._look(frozenset(faults))
        if sight.silent.issuperset(self.inventory.anchors):
            return (frozenset({Said("blind", self.inventory.vantage, frozenset())}),)
        silent_sites = self.sites(sight.silent)
        found = {
            verdict
            for things in self._smallest(sight, walls, silent_sites)
            for verdict in self._named(things, sight, walls, silent_sites)
        }
        return tuple(sorted(found, key=sorted))

    def sites(self, silent: frozenset[str]) -> frozenset[str]:
        """Sites of which nothing answers."""
        return frozenset(site.id for site in self.inventory.sites.values() if silent.issuperset(site.devices))

    def _smallest(self, sight: Sight, walls: Sequence[_Wall], sites: frozenset[str]) -> list[frozenset[_Thing]]:
        """The smallest sets that explain every wall and every broken line; carriers preferred."""
        common = [*self._nodes(sight, walls, sites), *self._carriers(sight, walls, sites)]
        puzzle = [self._suspects(wall, sites) | self._blamed(wall.link, common) for wall in walls]
        puzzle += [frozenset({_Thing("line", line)}) | self._blamed(line, common) for line in sight.broken]
        covers = self._covers(puzzle)
        carriers = {cover: sum(thing.of == "carrier" for thing in cover) for cover in covers}
        most = max(carriers.values())
        chosen = [cover for cover in covers if carriers[cover] == most or self._light(cover, sight, walls)]
        for cover in chosen:
            assert frozenset().union(*map(self._takes, cover)) <= sight.silent, "a cover takes no more than is silent"
        return chosen

    def _light(self, cover: frozenset[_Thing], sight: Sight, walls: Sequence[_Wall]) -> bool:
        """Does it name a site whose gateway has light?"""
        return any(thing.of == "site" and self._names(thing, sight, walls) != [thing.id] for thing in cover)

    def _suspects(self, wall: _Wall, sites: frozenset[str]) -> frozenset[_Thing]:
        site = self.inventory.devices[wall.far].site
        return frozenset({_Thing("site", site) if site in sites else _Thing("device", wall.far)})

    def _blamed(self, line: str | None, common: Iterable[_Thing]) -> frozenset[_Thing]:
        if line is None:
            return frozenset()
        return frozenset(thing for thing in common if line in thing.lines)

    def _ends(self, link: Link) -> tuple[str, str]:
        return self.inventory.devices[link.source].site, self.inventory.devices[link.target].site

    def _only_by(self, lines: frozenset[str], walls: Sequence[_Wall], sites: frozenset[str]) -> frozenset[str]:
        """Silent sites into which every wall goes over one of these lines."""
        over: dict[str, bool] = {}
        for wall in walls:
            site = self.inventory.devices[wall.far].site
            over[site] = over.get(site, True) and wall.link in lines
        return frozenset(site for site, only in over.items() if only and site in sites)

    def _nodes(self, sight: Sight, walls: Sequence[_Wall], sites: frozenset[str]) -> Iterator[_Thing]:
        touched = {node for wall in walls if wall.link for node in self.inventory.links[wall.link].via}
        for node in sorted(touched):
            lines = frozenset(link.id for link in self._through[node])
            if lines & sight.working or len(self._only_by(lines, walls, sites)) < 2:
                continue
            if self.lost((), lines) <= sight.silent:
                yield _Thing("node", node, lines)

    def _carriers(self, sight: Sight, walls: Sequence[_Wall], sites: frozenset[str]) -> Iterator[_Thing]:
        for carrier in self.inventory.carriers:
            own = [link for link in self.inventory.links.values() if link.carrier == carrier]
            home = frozenset(link.id for link in own if self._home in self._ends(link))
            lines = frozenset(line for line in home if self._near(line) not in sight.silent)
            if len(lines) < 2 or lines & sight.working:
                continue
            hurt = set(self._only_by(lines, walls, sites))
            hurt |= {self._far_site(line) for line in lines & sight.broken}
            if len(hurt) >= 2 and self.lost((), home) <= sight.silent:
                lost = sight.broken | {wall.link for wall in walls}
                yield _Thing("carrier", carrier, home | {link.id for link in own if link.id in lost})

    def _near(self, line: str) -> str:
        link = self.inventory.links[line]
        return link.source if self.inventory.devices[link.source].site == self._home else link.target

    def _far_site(self, line: str) -> str:
        one, two = self._ends(self.inventory.links[line])
        return two if one == self._home else one

    def _takes(self, thing: _Thing) -> frozenset[str]:
        """Devices that are silent if this alone is broken."""
        if thing.of == "site":
            return self.lost(self.inventory.sites[thing.id].devices)
        if thing.of == "device":
            return self.lost((thing.id,))
        return self.lost((), thing.lines or {thing.id})

    def _seen_to_take(self, thing: _Thing, walls: Sequence[_Wall]) -> frozenset[str]:
        """The same; of a site only those of its devices count that stand at the border of the silence."""
        if thing.of != "site":
            return self._takes(thing)
        return self.lost(wall.far for wall in walls if self.inventory.devices[wall.far].site == thing.id)

    def _covers(self, puzzle: Sequence[frozenset[_Thing]]) -> list[frozenset[_Thing]]:
        """The smallest sets that meet each piece of the puzzle, by trying one size after the other."""
        sure = frozenset(thing for piece in puzzle if len(piece) == 1 for thing in piece)
        rest = [piece for piece in set(puzzle) if not piece & sure]
        choice = sorted(frozenset().union(*rest))
        for size in range(len(rest) + 1):
            found = [sure | set(some) for some in combinations(choice, size) if all(p & set(some) for p in rest)]
            if found:
                return found
        raise AssertionError("each piece has something that explains it")

    def _named(
        self, things: frozenset[_Thing], sight: Sight, walls: Sequence[_Wall], silent_sites: frozenset[str]
    ) -> Iterator[Verdict]:
        lines = [Said("redundancy_lost", t.id, frozenset({self._owner(t.id)})) for t in things if t.of == "line"]
        roots = sorted(thing for thing in things if thing.of != "line")
        reach = {thing: silent_sites & self.sites(self._takes(thing)) for thing in roots}
        seen = {thing: silent_sites & self.sites(self._seen_to_take(thing, walls)) for thing in roots}
        shared = silent_sites - frozenset().union(*seen.values()) - {thing.id for thing in roots}
        assert len(roots) > 1 or silent_sites == frozenset().union(*reach.values()), "one root alone explains all"
        times = Counter(site for found in reach.values() for site in found)
        ways: list[list[Said]] = [lines]
        for thing in roots:
            names = self._names(thing, sight, walls)
            surely = {site for site in seen[thing] if times[site] == 1} | (silent_sites & {thing.id})
            maybe = (reach[thing] | shared) - surely - {other.id for other in roots}
            ways = [[*way, Said("outage", name, frozenset(surely), maybe)] for way in ways for name in names]
        for way in ways:
            yield frozenset(way)

    def _owner(self, line: str) -> str:
        return self.inventory.links[line].site

    def _names(self, thing: _Thing, sight: Sight, walls: Sequence[_Wall]) -> list[str]:
        """A site whose gateway is silent at the end of a line whose far port is up: the gateway."""
        gateway = self.inventory.sites[thing.id].gateway if thing.of == "site" else None
        if gateway is None:
            return [thing.id]
        into = [wall for wall in walls if self.inventory.devices[wall.far].site == thing.id]
        if not any(wall.far == gateway and wall.link and (wall.link, wall.near) in sight.ports_up for wall in into):
            return [thing.id]
        return [gateway] if all(wall.far == gateway for wall in into) else [gateway, thing.id]


def fits(told: Outcome, verdict: Verdict) -> bool:
    """Whether these are exactly the incidents of a verdict, each shared site in one of them."""
    wanted: dict[tuple[str, str], Said] = {(said.kind, said.root): said for said in verdict}
    if len(told) != len(wanted) or {(kind, root) for kind, root, _ in told} != wanted.keys():
        return False
    outages = [affected for kind, _, affected in told if kind == "outage"]
    if sum(map(len, outages)) != len(frozenset[str]().union(*outages)):
        return False
    if frozenset[str]().union(*outages) != _all(verdict):
        return False
    return all(
        wanted[kind, root].surely <= affected <= wanted[kind, root].surely | wanted[kind, root].maybe
        for kind, root, affected in told
    )


def _all(verdict: Verdict) -> frozenset[str]:
    return frozenset[str]().union(*(said.surely | said.maybe for said in verdict if said.kind == "outage"))
