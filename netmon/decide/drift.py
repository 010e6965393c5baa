"""Where do the devices contradict the inventory?

The inventory says what ought to be; somebody may have moved a cable, replaced a router or renamed it since. Names that
may mean several things prove nothing and are left out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, get_args

from netmon.decide.said import Directory, Neighbour, Said, carries, forms, shortened, vague, virtual
from netmon.model import Inventory, Link
from netmon.settings.tree import Spot

Kind = Literal[
    "swapped", "other_device", "misplaced", "neighbour", "port", "no_port", "replaced", "circuit", "speed", "name",
    "stranger", "unheard", "forgotten",
]  # fmt: skip
Source = Literal["", "LLDP", "CDP", "ifAlias", "sysName", "entPhysicalSerialNum", "ifTable", "ifHighSpeed"]
ORDER: tuple[Kind, ...] = get_args(Kind)
"""Worst first."""
NOWHERE = Spot("inventory")
SLACK = 0.99
"""A port of so much of what its line is to carry is fast enough: operators round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One contradiction: `id` says `expected` in its `field`, and `device` says `seen` (at its `port`, by `source`).

    `other` is a second id: the line that was swapped with this one, or the device that stands there instead. `at` is
    the place in the inventory, `since` (s since the epoch) when it was first noticed, where that is known.
    """

    kind: Kind
    id: str
    field: str = ""
    expected: str = ""
    seen: str = ""
    other: str = ""
    device: str = ""
    port: str = ""
    source: Source = ""
    since: float = 0.0
    at: Spot = NOWHERE


class End(NamedTuple):
    """One end of a line whose port the inventory names; `field` is where it does."""

    link: Link
    device: str
    port: str
    field: Literal["local", "remote"]
    far: str
    far_port: str


def compare(inventory: Inventory, said: Mapping[str, Said]) -> list[Drift]:
    """All contradictions between the inventory and the words of those devices that were heard, worst first."""
    look = _Look(inventory, said)
    found = [drift for end in look.ends for drift in look.at_end(end)]
    return ordered([*_swapped(found), *_names(look), *_speeds(look)])


def ordered(found: Iterable[Drift]) -> list[Drift]:
    """Worst first, then by id."""
    return sorted(dict.fromkeys(found), key=lambda drift: (ORDER.index(drift.kind), drift.id, drift.field))


def _swapped(found: list[Drift]) -> Iterator[Drift]:
    """Two lines of which each is where the other should be are one finding; what else is said of them follows."""
    claims = {(drift.id, drift.other) for drift in found if drift.kind == "misplaced"}
    both = {claim for claim in claims if claim[::-1] in claims}
    lines = {line for claim in both for line in claim}
    told: set[tuple[str, str]] = set()
    for drift in found:
        pair = (min(drift.id, drift.other), max(drift.id, drift.other))
        if drift.kind == "misplaced" and pair in both and pair not in told:
            told.add(pair)
            yield replace(drift, kind="swapped")
        elif pair not in both and not (drift.kind in ("neighbour", "port") and drift.id in lines):
            yield drift


class _Look:
    """The inventory by what devices can say of it."""

    def __init__(self, inventory: Inventory, said: Mapping[str, Said]) -> None:
        self.inventory, self.said = inventory, said
        self.directory = Directory(inventory, said)
        self.ends = [end for link in inventory.links.values() for end in _ends(link)]
        self._at: dict[tuple[str, str], list[str]] = {}
        self._shared: dict[tuple[str, str], set[str]] = {}
        self._between: dict[frozenset[str], list[str]] = {}
        self._circuits: dict[str, list[str]] = {}
        for end in self.ends:
            place = end.device, self.named(end.device, end.port)
            self._at.setdefault(place, []).append(end.link.id)
            self._shared.setdefault(place, set()).add(end.far)
        for link in inventory.links.values():
            self._between.setdefault(frozenset((link.source, link.target)), []).append(link.id)
            if link.circuit:
                self._circuits.setdefault(link.circuit.casefold(), []).append(link.id)

    def named(self, device: str, port: str) -> str:
        """The port as its device calls it, if that was heard; else in the form that can be compared."""
        own = self.said[device].port(port) if device in self.said else None
        return own if own is not None else shortened(port)

    def at_end(self, end: End) -> Iterator[Drift]:
        """What one end of a line contradicts."""
        said = self.said.get(end.device)
        if said is None:
            return
        port = said.port(end.port)
        base = Drift(kind="misplaced", id=end.link.id, field=end.field, expected=end.port, device=end.device)
        if port is None:
            if said.whole and not any(shortened(each) == shortened(end.port) for each in said.ports):
                yield replace(base, kind="no_port", port=end.port, source="ifTable")
            return
        base = replace(base, port=port)
        yield from self._by_alias(end, said.ports[port].alias, base)
        yield from self._by_neighbours(end, said, base)

    def _by_alias(self, end: End, alias: str, base: Drift) -> Iterator[Drift]:
        words = set(_words(alias))
        lines = list(dict.fromkeys(line for word in words for line in self._circuits.get(word, ())))
        base = replace(base, source="ifAlias", seen=alias)
        if set(lines) & set(self._at[end.device, base.port]):  # lines may share a port
            return
        if len(lines) == 1:
            yield replace(base, other=lines[0])
        elif not lines:
            alike = [word for word in alias.split() if self._may_be_circuit(word, end.link.circuit)]
            if len(alike) == 1:
                yield replace(base, kind="circuit", field="circuit", expected=end.link.circuit, seen=alike[0])

    def _may_be_circuit(self, word: str, circuit: str) -> bool:
        """Whether a word looks like that circuit number and names nothing else."""
        known = word.casefold() in self.inventory.sites or self.directory.find(word) is not None
        return bool(_shape(circuit)) and _shape(word) == _shape(circuit) and not known

    def _by_neighbours(self, end: End, said: Said, base: Drift) -> Iterator[Drift]:
        heard = [each for each in said.neighbours if carries(each.port, base.port)]
        found = [self._neighbour(end, each, base) for each in heard]
        wrong = [drift for drift in found if drift is not None]
        if len(wrong) == len(found):  # else one of them is the right one
            known = [drift for drift in wrong if drift.kind != "stranger"]
            yield from known or wrong[:1]

    def _neighbour(self, end: End, heard: Neighbour, base: Drift) -> Drift | None:
        """What a neighbour at this end contradicts; None if it is one that may be there."""
        there = self.directory.find(heard.name)
        source: Source = "CDP" if heard.protocol == "cdp" else "LLDP"
        seen = replace(base, seen=f"{heard.name} {heard.remote}".strip(), source=source)
        if there is None:
            return (
                None if end.link.via or not heard.name else replace(seen, kind="stranger", field="to", expected=end.far)
            )
        far_port = self._remote(there, heard.remote)
        others = self._at.get((there, far_port), []) if far_port else []
        if there == end.far:
            wanted = self.named(there, end.far_port)
            if not far_port or not end.far_port or virtual(end.far_port) or carries(far_port, wanted):
                return None
            field = "remote" if end.field == "local" else "local"
            seen = replace(seen, field=field, expected=end.far_port, kind="port")
        elif there in self._shared[end.device, base.port]:
            return None
        else:
            others = others or self._between.get(frozenset((end.device, there)), [])
            seen = replace(seen, kind="neighbour", field="to", expected=end.far)
        if len(others) == 1 and others[0] != end.link.id:
            return replace(seen, kind="misplaced", field=base.field, expected=base.expected, other=others[0])
        return replace(seen, other=there)

    def _remote(self, device: str, port: str) -> str:
        """The port as its device calls it; "" where nobody can say which is meant."""
        if device in self.said and self.said[device].whole:
            return self.said[device].port(port) or ""
        return "" if vague(port) else shortened(port)


def _ends(link: Link) -> Iterator[End]:
    if link.local:
        yield End(link, link.source, link.local, "local", link.target, link.remote or "")
    if link.remote:
        yield End(link, link.target, link.remote, "remote", link.source, link.local or "")


def _words(alias: str) -> Iterator[str]:
    """Everything in an alias that may be a circuit number, small letters."""
    text = alias.casefold()
    yield text.strip()
    yield from re.split(r"[\s,;()\[\]|]+", text)
    yield from re.split(r"[\s,;()\[\]|:_=]+", text)


def _shape(text: str) -> str:
    """A-A-99 for YB-VY-01: what circuit numbers of one carrier have in common. "" if it is too short to tell."""
    shape = re.sub(r"\d", "9", re.sub(r"[^\W\d_]+", "A", text))
    return shape if "9" in shape and len(text) >= 6 else ""


def _names(look: _Look) -> Iterator[Drift]:
    """Devices that call themselves otherwise, and those that are another device of the inventory."""
    for key, said in look.said.items():
        device = look.inventory.devices[key]
        told = set(forms(said.name))
        if not told or told & {*forms(key), *forms(device.name)}:
            continue
        other = look.directory.written(said.name)
        base = Drift(kind="name", id=key, expected=device.name or key, seen=said.name, device=key, source="sysName")
        yield replace(base, kind="other_device", field="address", other=other) if other else base


def _speeds(look: _Look) -> Iterator[Drift]:
    """Ports that are slower than the line that is paid for."""
    for end in look.ends:
        said = look.said.get(end.device)
        name = said.port(end.port) if said else None
        if said is None or name is None or end.link.bandwidth is None:
            continue
        speed = said.ports[name].speed
        if speed and speed < SLACK * end.link.bandwidth:
            yield Drift(
                kind="speed", id=end.link.id, field="bandwidth", expected=str(end.link.bandwidth), seen=str(speed),
                device=end.device, port=name, source="ifHighSpeed",
            )  # fmt: skip
