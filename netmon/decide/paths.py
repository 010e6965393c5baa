"""What can the vantage still reach when some devices are silent and some lines are broken?

An *arrival* is a device and whether the path to it has stepped inward on the way: where a path may go on to depends
on both. All arrivals hang on one tree of shortest paths, drawn once, while nothing is broken. What does not hang
below something silent or broken is reached as ever and need not be looked at; what does is lost, unless a way
leads in from beside. So a loss costs what hangs below it. Where that is a large part of the network, everything
is lost but the vantage, which is a walk over the whole graph.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

K = TypeVar("K")
V = TypeVar("V")

Arrival = tuple[str, bool]


class Edge(NamedTuple):
    """One way from a device to a neighbour. `link` is None for a tie; `via` are the places on the way.

    `inward` is +1 towards a more inner level, 0 for an equal one, -1 for a more outer one; `transit`
    says that the site it leaves may be crossed outward.
    """

    to: str
    link: str | None
    via: tuple[str, ...]
    inward: int
    transit: bool


class Way(NamedTuple):
    """One step of a path, and the link that it uses, None for a tie."""

    to: Arrival
    link: str | None


@dataclass(frozen=True, slots=True)
class Paths:
    """Every step that a path may take, forward in `ways` and backward in `back`; the first arrival is the vantage's.

    `hanging` is the tree: arrival -> those next below it; `carried`: link -> those that hang by it. `over`: link ->
    the steps over it, from where to where. `met`: device or link -> when a walk first meets it. `large`: the share of
    all arrivals from which on the whole is walked.
    """

    ways: Mapping[Arrival, tuple[Way, ...]]
    back: Mapping[Arrival, tuple[Way, ...]]
    hanging: Mapping[Arrival, tuple[Arrival, ...]]
    carried: Mapping[str, tuple[Arrival, ...]]
    over: Mapping[str, tuple[tuple[Arrival, Arrival], ...]]
    met: Mapping[str, int]
    large: float = 0.5

    def walk(self, silent: Collection[str], broken: Collection[str]) -> "Reach":
        """Go from the vantage as far as possible: a silent device is reached, not crossed; a broken link not used."""
        much = self.large * len(self.ways)
        lost = self._below(silent, broken, much)
        if len(lost) < much:
            entered = [here for here in lost if self._entered(here, lost, silent, broken)]
        else:
            lost, entered = set(self.ways), [next(iter(self.ways))]
        return Reach(self, silent, broken, lost - self.spread(entered, lost, silent, broken))

    def spread(
        self,
        entered: Iterable[Arrival],
        lost: Collection[Arrival],
        silent: Collection[str],
        broken: Collection[str],
        but: str = "",
    ) -> set[Arrival]:
        """Which of the `lost` are reached once a path has come to those `entered`? `but` does not stop it."""
        found: set[Arrival] = set()
        todo = list(entered)
        while todo:
            here = todo.pop()
            if here in lost and here not in found:
                found.add(here)
                if here[0] not in silent or here[0] == but:
                    todo += [to for to, link in self.ways[here] if link not in broken or link == but]
        return found

    def at(self, device: str) -> Iterator[Arrival]:
        """The arrivals at a device that paths make: one, as a rule."""
        return (here for here in ((device, False), (device, True)) if here in self.ways)

    def into(self, device: str) -> set[str]:
        """The links over which a path may come to this device."""
        return {link for here in self.at(device) for _, link in self.back.get(here, ()) if link is not None}

    def _below(self, silent: Collection[str], broken: Collection[str], much: float) -> set[Arrival]:
        """All that hangs below these, or at least so `much` of it."""
        todo = [below for device in silent for here in self.at(device) for below in self.hanging[here]]
        todo += [here for link in broken for here in self.carried.get(link, ())]
        found = set(todo)
        while todo and len(found) < much:
            more = [here for here in self.hanging[todo.pop()] if here not in found]
            found.update(more)
            todo += more
        return found

    def _entered(
        self, here: Arrival, lost: Collection[Arrival], silent: Collection[str], broken: Collection[str]
    ) -> bool:
        """Does a way lead here from what cannot have been lost?"""
        return any(
            link not in broken and before not in lost and before[0] not in silent for before, link in self.back[here]
        )


def draw(vantage: str, edges: Mapping[str, Iterable[Edge]]) -> Paths:
    """Walk everything once, the nearest first, and remember every step."""
    start = (vantage, False)
    known = {start: start}  # one tuple for each arrival: there are as many of them as devices, and more steps
    ways: dict[Arrival, tuple[Way, ...]] = {}
    hanging: dict[Arrival, list[Arrival]] = {start: []}
    carried: dict[str, list[Arrival]] = {}
    back: dict[Arrival, list[Way]] = {}
    over: dict[str, list[tuple[Arrival, Arrival]]] = {edge.link: [] for e in edges.values() for edge in e if edge.link}
    met: dict[str, int] = {vantage: 0}
    todo = deque([start])
    while todo:
        here = todo.popleft()
        device, descended = here
        steps = [edge for edge in edges[device] if edge.inward >= 0 or edge.transit or not descended]
        found = [(edge.to, descended or edge.inward > 0) for edge in steps]
        ways[here] = tuple(Way(known.setdefault(to, to), edge.link) for to, edge in zip(found, steps, strict=True))
        for to, link in ways[here]:
            back.setdefault(to, []).append(Way(here, link))
            if link is not None:
                over[link].append((here, to))
                met.setdefault(link, len(met))
            if to not in hanging:
                met.setdefault(to[0], len(met))
                hanging[to] = []
                hanging[here].append(to)
                todo.append(to)
                if link is not None:
                    carried.setdefault(link, []).append(to)
    return Paths(ways, _fixed(back), _fixed(hanging), _fixed(carried), _fixed(over), met)


def _fixed(lists: Mapping[K, list[V]]) -> dict[K, tuple[V, ...]]:
    return {key: tuple(found) for key, found in lists.items()}


@dataclass(slots=True)
class Reach:
    """What a walk found: the arrivals that are `missed` because of what is silent or broken."""

    paths: Paths
    silent: Collection[str]
    broken: Collection[str]
    missed: set[Arrival]

    def reaches(self, device: str) -> bool:
        """Does any path come to this device?"""
        return any(here not in self.missed for here in self.paths.at(device))

    @property
    def reached(self) -> frozenset[str]:
        """All devices reached; it costs a look at each, where `reaches` costs none."""
        return frozenset(device for device, _ in self.paths.ways.keys() - self.missed)

    def walls(self) -> list[str]:
        """The silent devices that stopped the walk, nearest first."""
        return sorted((device for device in self.silent if self.reaches(device)), key=self.paths.met.__getitem__)

    def stops(self) -> list[str]:
        """The broken links that stopped the walk, nearest first."""
        found = (link for link in self.broken if any(True for _ in self._across(link)))
        return sorted(found, key=self.paths.met.__getitem__)

    def beyond(self, blocker: str) -> set[Arrival]:
        """What would be reached, too, if this silent device or broken link alone did not stand in the way."""
        if blocker in self.paths.over:
            entered = list(self._across(blocker))
        else:
            here = [here for here in self.paths.at(blocker) if here not in self.missed]
            entered = [to for one in here for to, link in self.paths.ways[one] if link not in self.broken]
        return self.paths.spread(entered, self.missed, self.silent, self.broken, blocker)

    def leads_to(self, link: str) -> list[str]:
        """The devices out of reach to which a path would come over this link."""
        return sorted({device for device, _ in self._across(link) if not self.reaches(device)})

    def _across(self, link: str) -> Iterator[Arrival]:
        """Where a path would come to over this link."""
        steps = self.paths.over[link]
        return (to for start, to in steps if start not in self.missed and start[0] not in self.silent)
