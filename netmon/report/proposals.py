"""What may be written into the inventory, and which ports and addresses do its lines lack?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Interface, ip_interface
from typing import NamedTuple

from netmon.decide import graph
from netmon.decide.said import Directory, Neighbour, Said, carries, virtual
from netmon.model import Inventory, Link
from netmon.settings.checks import link_path
from netmon.settings.tree import Path
from netmon.settings.written import flow


class Proposal(NamedTuple):
    """`key: value` (YAML) for the entry at `path` of the inventory's tree, and how it was found."""

    path: Path
    key: str
    value: str
    why: str


@dataclass(slots=True)
class Found:
    """Proposals, and in sentences what was seen and cannot be proposed."""

    proposals: list[Proposal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def propose(self, path: Path, key: str, value: str, why: str) -> None:
        """One proposal more."""
        self.proposals.append(Proposal(path, key, value, why))


class Lines:
    """The lines of an inventory, and the ports at which their ends see one another."""

    def __init__(self, inventory: Inventory, said: Mapping[str, Said], known: Mapping[str, str], found: Found) -> None:
        """`known`: whose each address is."""
        self.inventory, self.said, self.known, self.found = inventory, said, known, found
        self.directory = Directory(inventory, said)
        self.far = graph.build(inventory).far
        self.ports: dict[str, tuple[str, str]] = {}
        self._at: dict[str, list[Link]] = {}
        for link in inventory.links.values():
            for device in {link.source, link.target}:
                self._at.setdefault(device, []).append(link)

    def propose(self) -> None:
        """`local`, `remote` and `address` of lines that have none."""
        for link in self.inventory.links.values():
            seen = {pair: why for pair, why in self._pairs(link) if self._fits(link, *pair)}
            if len(seen) == 1:
                [((local, remote), why)] = seen.items()
                self._ports(link, local, remote, why)
            elif len(seen) > 1 and not (link.local and link.remote):
                ports = " or ".join(sorted(f"{local or '?'} - {remote or '?'}" for local, remote in seen))
                self.found.notes.append(f"{link.id}: more than one pair of ports leads there: {ports}")
            if link.address is None:
                self._address(link)

    def _pairs(self, link: Link) -> Iterator[tuple[tuple[str, str], str]]:
        """(port at its source, port at its target) by which neighbours see one another there, and who says so."""
        found: dict[tuple[str, str], str] = {}
        for here, there, forward in ((link.source, link.target, True), (link.target, link.source, False)):
            for each in self.said[here].neighbours if here in self.said else ():
                if self.directory.find(each.name) != there or virtual(each.port):
                    continue
                other = self.said[there].port(each.remote) if there in self.said else None
                pair = (each.port, other or "") if forward else (other or "", each.port)
                found.setdefault(pair, f"{told_by(each)} of {here}: {each.name} {each.remote} at {each.port}")
        for pair, why in found.items():
            fuller = any(
                pair != other and all(a in ("", b) for a, b in zip(pair, other, strict=True)) for other in found
            )
            if not fuller:
                yield pair, why

    def _fits(self, link: Link, local: str, remote: str) -> bool:
        """Whether these ports may be this line's: they agree with what it says, and are no other line's."""
        for device, port, named in ((link.source, local, link.local), (link.target, remote, link.remote)):
            if port and named and not carries(port, self._resolved(device, named)):
                return False
            for other in self._at[device]:
                ends = [(end, each) for end, each in other.ends if each and other.id != link.id]
                if port and any(end == device and self._resolved(end, each) == port for end, each in ends):
                    return False
        return True

    def _resolved(self, device: str, port: str) -> str:
        own = self.said[device].port(port) if device in self.said else None
        return own or port

    def _ports(self, link: Link, local: str, remote: str, why: str) -> None:
        path = link_path(self.inventory, link)
        self.ports[link.id] = local, remote
        for key, named, port in (("local", link.local, local), ("remote", link.remote, remote)):
            if named is None and port:
                self.found.propose(path, key, flow(port), why)

    def _address(self, link: Link) -> None:
        """The far end's own address on the line, if the near end has one in the same network."""
        local, remote = self.ports.get(link.id, (link.local or "", link.remote or ""))
        ends = [(link.source, local or link.local or ""), (link.target, remote or link.remote or "")]
        far, near = sorted(ends, key=lambda end: end[0] != self.far[link.id])
        there = [each for each in self._networks(*far) if each.network.prefixlen >= 24]
        here = [each.network for each in self._networks(*near)]
        both = [each for each in there if each.network in here]
        if len(both) == 1 and self.known.get(str(both[0].ip)) == far[0]:
            why = f"{far[0]} has it on {far[1]}, and {near[0]} is in the same network on {near[1]}"
            self.found.propose(link_path(self.inventory, link), "address", str(both[0].ip), why)

    def _networks(self, device: str, port: str) -> list[IPv4Interface]:
        said = self.said.get(device)
        name = said.port(port) if said and port else None
        texts = said.ports[name].networks if said and name else ()
        return [each for each in map(ip_interface, texts) if isinstance(each, IPv4Interface)]

    def uplink(self, device: str, port: str) -> str | None:
        """The line that this port is known to be an end of."""
        for link in self._at.get(device, ()):
            local, remote = self.ports.get(link.id, ("", ""))
            ends = ((link.source, link.local or local), (link.target, link.remote or remote))
            if any(end == device and named and carries(port, self._resolved(end, named)) for end, named in ends):
                return link.id
        return None


def told_by(neighbour: Neighbour) -> str:
    """LLDP or CDP."""
    return neighbour.protocol.upper()
