"""Which provinces does the verdict have to get right?

Drawings of networks, from which both the operators' text and the inventory itself can be made: the large ones go
through the real loader, the hundred thousand small ones do not.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import yaml

from netmon.model import Carrier, Device, Inventory, Link, Node, Parent, Site, Task
from tests.province import made

FOUR = ("central", "province", "district", "commune")
THREE = ("central", "province", "commune")


@dataclass(frozen=True, slots=True)
class Box:
    """A device. `behind` None = behind the gateway of its site."""

    id: str
    role: str = "router"
    behind: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An uplink; `seen` = how netmon can see it: any of address, local, remote."""

    to: str
    carrier: str | None = None
    via: tuple[str, ...] = ()
    backup: bool = False
    seen: frozenset[str] = frozenset({"address"})
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A site with its boxes (the first router is the gateway) and lines."""

    id: str
    level: str
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...] = ()
    area: str = ""
    transit: bool = False

    @property
    def gateway(self) -> str:
        return next(box.id for box in self.boxes if box.role == "router")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A province before anyone wrote it down."""

    levels: tuple[str, ...]
    places: tuple[Place, ...]
    nodes: tuple[str, ...] = ()
    carriers: tuple[str, ...] = ("vnpt", "viettel", "mobifone")
    vantage: str = "noc"
    anchors: tuple[str, ...] = ("c1", "c2")


class Plugged(NamedTuple):
    """A line with what follows from its place in the drawing."""

    id: str
    line: Line
    source: str
    address: str | None
    local: str | None
    remote: str | None


def _address(family: int, number: int) -> str:
    return f"10.{family}.{number // 200}.{number % 200 + 1}"


def _addresses(drawing: Drawing) -> dict[str, str]:
    boxes = (box.id for place in drawing.places for box in place.boxes)
    return {box: _address(1, number) for number, box in enumerate(boxes)}


def _plugged(drawing: Drawing) -> dict[str, list[Plugged]]:
    """The lines of each place; every line has a port of its own at both ends."""
    found: dict[str, list[Plugged]] = {}
    ports: Counter[str] = Counter()
    number = 0
    for place in drawing.places:
        found[place.id] = []
        for nth, line in enumerate(place.lines, 1):
            source = line.source or place.gateway
            local, remote = f"Gi{ports[source]}", f"Gi{ports[line.to]}"
            found[place.id].append(
                Plugged(
                    f"{place.id}/{nth}",
                    line,
                    source,
                    _address(9, number) if "address" in line.seen else None,
                    local if "local" in line.seen else None,
                    remote if "remote" in line.seen else None,
                )
            )
            ports.update((source, line.to))
            number += 1
    return found


def text(drawing: Drawing) -> str:
    """The drawing in the operators' language."""
    addresses, plugged = _addresses(drawing), _plugged(drawing)
    sites: dict[str, dict[str, object]] = {}
    for place in drawing.places:
        devices: dict[str, object] = {}
        for box in place.boxes:
            behind = {} if box.behind is None else {"behind": list(box.behind)}
            devices[box.id] = {"address": addresses[box.id], "role": box.role, **behind}
        uplinks = []
        for _, line, _, address, local, remote in plugged[place.id]:
            said: dict[str, object] = {"to": line.to, "kind": "fibre", "role": "backup" if line.backup else "primary"}
            more = {"from": line.source, "carrier": line.carrier, "via": list(line.via), "address": address}
            more |= {"local": local, "remote": remote}
            uplinks.append(said | {key: value for key, value in more.items() if value})
        sites[place.id] = {"name": place.id.upper(), "level": place.level, "devices": devices, "uplinks": uplinks}
        if place.area:
            sites[place.id]["area"] = place.area
        if place.transit:
            sites[place.id]["transit"] = True
    tree = {
        "vantage": drawing.vantage,
        "levels": list(drawing.levels),
        "anchors": list(drawing.anchors),
        "nodes": {node: {"name": node.upper()} for node in drawing.nodes},
        "carriers": {carrier: {"name": carrier.upper()} for carrier in drawing.carriers},
        "defaults": {"collect": {"icmp": {"every": "2s", "timeout": "1s"}}},
        "sites": sites,
    }
    written: str = yaml.dump(tree, sort_keys=False, Dumper=yaml.CSafeDumper)
    return written


def loaded(drawing: Drawing) -> Inventory:
    """The inventory that the real loader makes of the drawing."""
    return made(text(drawing)).inventory


@cache
def _tasks() -> dict[str, Task]:
    """What the loader makes of the defaults above."""
    place = Place("core", "province", (Box("c1"), Box("noc", "server", ("c1",))))
    alone = Drawing(("province",), (place,), anchors=("c1",))
    return dict(loaded(alone).devices["c1"].collect)


def direct(drawing: Drawing) -> Inventory:
    """The same inventory as `loaded`, without the operators' language in between."""
    addresses, plugged, tasks = _addresses(drawing), _plugged(drawing), _tasks()
    at = {box.id: place for place in drawing.places for box in place.boxes}
    sites, devices, links = dict[str, Site](), dict[str, Device](), dict[str, Link]()
    for place in drawing.places:
        for box in place.boxes:
            behind = box.behind
            if behind is None:
                behind = () if box.id == place.gateway else (place.gateway,)
            devices[box.id] = Device(
                id=box.id, site=place.id, role=box.role, address=addresses[box.id], behind=behind, collect=tasks
            )
        for name, line, source, address, local, remote in plugged[place.id]:
            links[name] = Link(
                id=name,
                site=place.id,
                source=source,
                target=line.to,
                via=line.via,
                kind="fibre",
                carrier=line.carrier,
                role="backup" if line.backup else "primary",
                address=address,
                local=local,
                remote=remote,
                collect=tasks if address else {},
            )
        sites[place.id] = Site(
            id=place.id,
            name=place.id.upper(),
            level=place.level,
            gateway=place.gateway,
            area=place.area,
            transit=place.transit,
            parents=tuple(Parent(site=at[line.to].id) for line in place.lines[:1] if at[line.to].level != place.level),
            devices=tuple(box.id for box in place.boxes),
            uplinks=tuple(line.id for line in plugged[place.id]),
        )
    return Inventory(
        province="",
        levels=drawing.levels,
        vantage=drawing.vantage,
        anchors=drawing.anchors,
        timezone="Asia/Ho_Chi_Minh",
        sites=sites,
        devices=devices,
        links=links,
        nodes={node: Node(id=node, name=node.upper()) for node in drawing.nodes},
        services={},
        carriers={carrier: Carrier(id=carrier, name=carrier.upper()) for carrier in drawing.carriers},
        credentials={},
        calendars={},
    )


# --- large ones --------------------------------------------------------------------------------

WAYS_TO_SEE: Sequence[tuple[frozenset[str], int]] = (
    (frozenset({"address"}), 55),
    (frozenset({"local", "remote"}), 17),
    (frozenset({"address", "local", "remote"}), 10),
    (frozenset({"remote"}), 5),
    (frozenset({"local"}), 3),
    (frozenset(), 10),
)
PORTS = frozenset({"local", "remote"})
ADDRESS = frozenset({"address"})


@dataclass(slots=True)
class _Pen:
    """What draws large provinces: chance, and the places and nodes so far."""

    chance: random.Random
    places: list[Place] = field(default_factory=list)
    nodes: list[str] = field(default_factory=list)

    def odds(self, share: float) -> bool:
        return self.chance.random() < share

    def seen(self) -> frozenset[str]:
        ways, weights = zip(*WAYS_TO_SEE, strict=True)
        [found] = self.chance.choices(ways, weights)
        return frozenset(found)

    def line(self, to: str, carrier: str, *, via: tuple[str, ...] = (), source: str | None = None) -> Line:
        return Line(to, carrier, via, seen=self.seen(), source=source)

    def backup(self, to: str, carrier: str, source: str | None = None) -> Line:
        return Line(to, carrier, backup=True, seen=self.seen(), source=source)

    def boxes(self, name: str, second: bool = False) -> tuple[Box, ...]:
        found = [Box(f"{name}-r")]
        if second:
            found.append(Box(f"{name}-r2"))
        if self.odds(0.25):
            behind = (f"{name}-r", f"{name}-r2") if second and self.odds(0.5) else None
            found.append(Box(f"{name}-cam", "camera", behind))
        if self.odds(0.15):
            found.append(Box(f"{name}-ups", "ups"))
        return tuple(found)

    def core(self) -> None:
        """The centre above, and the province's own site: a core pair, the LTE gateway, a server, the vantage."""
        pair = ("c1", "c2")
        self.places.append(Place("top", "central", (Box("pe1"), Box("pe2"))))
        boxes = (Box("c1"), Box("c2"), Box("lte", behind=pair), Box("srv", "server", pair), Box("noc", "server", pair))
        trunks = (Line("pe1", "vnpt", seen=ADDRESS), Line("pe2", "viettel", seen=PORTS, source="c2"))
        self.places.append(Place("core", "province", boxes, trunks[: self.chance.choice((1, 2))]))


def four(sites: int, seed: int) -> Drawing:
    """Central, province, districts in rings or on two carriers, communes behind them; about a dozen a district."""
    pen = _Pen(random.Random(f"four/{seed}"))
    pen.core()
    districts = max(3, sites // 12)
    for n in range(1, districts + 1):
        _district(pen, n)
    gates = [f"d{n}-r" for n in range(1, districts + 1)]
    for n in range(sites - districts - 2):
        _commune(pen, n, gates[n % districts], gates)
    return Drawing(FOUR, tuple(pen.places), tuple(pen.nodes))


def _district(pen: _Pen, n: int) -> None:
    name = f"d{n}"
    pen.nodes += [f"pop{n}", f"metro{n}"]
    shape = pen.chance.choice(("dual", "dual", "dual", "pair", "single", "ring", "ring"))
    if n <= 2:
        shape = "mobifone"  # all that this carrier has at the province are these two backups
    lines = [pen.line("c1", "vnpt")]
    if shape == "dual":
        lines.append(pen.backup("c2", "viettel"))
    elif shape == "mobifone":
        lines.append(Line("c2", "mobifone", backup=True, seen=ADDRESS))
    elif shape == "pair":
        lines.append(pen.line("c2", "viettel", source=f"{name}-r2"))
    elif shape == "ring":
        lines.append(pen.line(f"d{n - 1}-r", "viettel"))
    pen.places.append(Place(name, "district", pen.boxes(name, shape == "pair"), tuple(lines), area=f"kv{n}"))


def _commune(pen: _Pen, n: int, gate: str, gates: Sequence[str]) -> None:
    name, number = f"x{n}", gate.removeprefix("d").removesuffix("-r")
    vias: dict[str, tuple[str, ...]] = {"pop": (f"pop{number}",), "metro": (f"pop{number}", f"metro{number}")}
    vias["own"] = (f"metro{number}",)
    via = vias.get(pen.chance.choice(("", "", "pop", "pop", "metro", "own")), ())
    earlier = [place.gateway for place in pen.places if place.level == "commune" and place.area == f"kv{number}"]
    lines = [pen.line(gate, "vnpt", via=via)]
    shape = pen.chance.random()
    if shape < 0.35:
        lines.append(pen.backup("lte", "viettel"))
    elif shape < 0.45:
        lines.append(pen.backup(pen.chance.choice(gates), "viettel"))
    elif shape < 0.53 and earlier:
        lines = [pen.line(pen.chance.choice(earlier), "vnpt")]
    elif shape < 0.6 and earlier:
        lines.append(pen.line(pen.chance.choice(earlier), "mobifone"))
    pen.places.append(Place(name, "commune", pen.boxes(name), tuple(lines), area=f"kv{number}", transit=pen.odds(0.04)))


def three(sites: int, seed: int) -> Drawing:
    """Central, province, communes right below it: over places of the carriers, in rings, with 4G, some in chains."""
    pen = _Pen(random.Random(f"three/{seed}"))
    pen.core()
    for n in range(1, sites // 10 + 1):
        pen.nodes += [f"pop{n}"]
    for n in range(sites - 2):
        pop = f"pop{n // 10 + 1}"
        via = (pop,) if pop in pen.nodes and pen.odds(0.6) else ()
        before = [place.gateway for place in pen.places[2:][-8:]]
        lines = [pen.line(pen.chance.choice(("c1", "c1", "c2")), "vnpt", via=via)]
        shape = pen.chance.random()
        if shape < 0.3:
            lines.append(pen.backup("lte", "viettel"))
        elif shape < 0.45:
            lines.append(pen.backup(pen.chance.choice(("c1", "c2")), "viettel"))
        elif shape < 0.6 and before:
            lines.append(pen.line(pen.chance.choice(before), "viettel"))
        elif shape < 0.7 and before:
            lines = [pen.line(pen.chance.choice(before), "viettel")]
        second = shape >= 0.93
        if second:
            lines.append(pen.line("c2", "viettel", source=f"x{n}-r2"))
        elif n in (3, 17, 31):
            lines.append(Line("c2", "mobifone", backup=True, seen=ADDRESS))
        pen.places.append(
            Place(
                f"x{n}",
                "commune",
                pen.boxes(f"x{n}", second),
                tuple(lines),
                area=f"kv{n % 7}",
                transit=pen.odds(0.04),
            )
        )
    return Drawing(THREE, tuple(pen.places), tuple(pen.nodes))


# --- small ones --------------------------------------------------------------------------------

_SEEN = (ADDRESS, frozenset[str](), PORTS, frozenset({"remote"}))
_VIAS: Sequence[tuple[str, ...]] = ((), ("n1",), ("n2",), ("n1", "n2"))
_CARRIERS = ("vnpt", "viettel", "mobifone", None)
CODE = 2**41
"""A site of a small province is one number below this; 0 is the plainest."""


def small(codes: Sequence[int]) -> Drawing:
    """The province that these numbers mean: the first is the core, each other one a site."""
    core, *sites = codes
    places = list(_small_core(core))
    pair = tuple(box.id for box in places[-1].boxes if box.id in ("c1", "c2"))
    for n, code in enumerate(sites):
        places.append(_small_site(f"s{n}", code, places))
    return Drawing(FOUR, tuple(places), ("n1", "n2"), anchors=pair)


def _small_core(code: int) -> Iterator[Place]:
    pair = ("c1", "c2") if code & 1 else ("c1",)
    boxes = [Box(one) for one in pair]
    if code & 2:
        boxes.append(Box("lte", behind=pair))
    if code & 8:
        boxes.append(Box("srv", "server", (boxes[-1].id,)))
    boxes.append(Box("noc", "server", pair))
    trunk = (Line("pe", _CARRIERS[code >> 4 & 3], seen=_SEEN[code >> 6 & 3]),)
    if code & 4:
        yield Place("top", "central", (Box("pe"),))
    yield Place("core", "province", tuple(boxes), trunk if code & 4 else ())


def _small_site(name: str, code: int, before: Sequence[Place]) -> Place:
    """From the lowest bits: level, number of lines, boxes, transit, then ten bits a line."""
    level = FOUR[2 + (code & 1)]
    count, kind, transit = (code >> 1 & 3) or 1, code >> 3 & 3, code >> 5 & 7 == 7
    outer = FOUR[: FOUR.index(level) + 1]
    targets = [
        box.id
        for place in before
        for box in place.boxes
        if box.role == "router" and place.level in outer and place.level != "central"
    ]
    boxes = [Box(f"{name}-r")]
    if kind & 1:
        boxes.append(Box(f"{name}-cam", "camera"))
    if kind & 2:
        boxes.append(Box(f"{name}-r2"))
    lines = []
    for n in range(count):
        bits = code >> (8 + 11 * n)
        lines.append(
            Line(
                targets[(bits & 31) % len(targets)],
                _CARRIERS[bits >> 5 & 3],
                _VIAS[bits >> 7 & 3],
                seen=_SEEN[bits >> 9 & 3],
                source=f"{name}-r2" if kind & 2 and n == 1 else None,
            )
        )
    return Place(name, level, tuple(boxes), tuple(lines), transit=transit)
