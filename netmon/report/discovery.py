"""What do the devices know that the inventory does not say yet?

Only what is missing is proposed, and only where one thing alone can be meant; what contradicts the inventory is the
drift report's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_interface

from netmon.decide.said import Directory, Neighbour, Said
from netmon.model import Inventory
from netmon.report.proposals import Found, Lines, told_by
from netmon.settings.checks import device_path
from netmon.settings.letters import bare, slug


@dataclass(frozen=True, slots=True, kw_only=True)
class Alive:
    """An address that answered. `said` is what it says by SNMP, None if it answers pings alone."""

    address: str
    said: Said | None = None


def discover(
    inventory: Inventory, said: Mapping[str, Said], alive: Iterable[Alive] = (), *, all_: bool = False
) -> Found:
    """What the words of the inventory's own devices, and of others that are `alive`, add to it.

    `all_` proposes those too that answer pings alone.
    """
    look, answered = _Look(inventory, said), list(alive)
    look.lines.propose()
    look.neighbours({each.address: each.said for each in answered})
    look.alive(answered, all_)
    return look.found


def known_addresses(inventory: Inventory, said: Mapping[str, Said]) -> dict[str, str]:
    """Every address that is somebody's already, and whose."""
    found: dict[str, str] = {}
    for key, each in said.items():
        for port in each.ports.values():
            found |= {network.partition("/")[0]: key for network in port.networks}
    for section in (inventory.services, inventory.links, inventory.devices):
        found |= {entry.address: key for key, entry in section.items() if entry.address}
    return found


class _Look:
    def __init__(self, inventory: Inventory, said: Mapping[str, Said]) -> None:
        self.inventory, self.said, self.found = inventory, said, Found()
        self.directory = Directory(inventory, said)
        self.known = known_addresses(inventory, said)
        self.lines = Lines(inventory, said, self.known, self.found)
        self.taken = {*inventory.devices, *inventory.sites, *inventory.links, *inventory.services, *inventory.nodes}
        self.taken |= {*inventory.carriers, *(site.area for site in inventory.sites.values())}

    def neighbours(self, answered: Mapping[str, Said | None]) -> None:
        """Devices that announce themselves to others and stand nowhere; addresses of those that have none."""
        seen: dict[str, list[tuple[str, Neighbour]]] = {}
        for key, said in self.said.items():
            for each in said.neighbours:
                if each.name:
                    seen.setdefault(bare(each.name), []).append((key, each))
        for heard in seen.values():
            key, each = heard[0]
            why = "; ".join(f"{told_by(one)} of {at}: {one.name} {one.remote} at {one.port}" for at, one in heard[:3])
            there = self.directory.find(each.name)
            addresses = [
                address for address in dict.fromkeys(a for _, one in heard for a in one.addresses) if _usable(address)
            ]
            if there is not None:
                if self.inventory.devices[there].address is None and len(addresses) == 1 and self._free(addresses[0]):
                    self.found.propose(device_path(self.inventory, there), "address", addresses[0], why)
            elif owners := {self.known[address] for address in addresses if address in self.known}:
                self.found.notes.append(f"{each.name} is {' or '.join(sorted(owners))} under another name ({why})")
            elif uplink := self.lines.uplink(key, each.port):
                self.found.notes.append(f"{each.name} stands on line {uplink}; its carrier's, perhaps ({why})")
            else:
                address = addresses[0] if len(addresses) == 1 else ""
                self._device(each.name, address, key, why, answered.get(address))

    def _free(self, address: str) -> bool:
        return address not in self.known

    def _device(self, name: str, address: str, seer: str, why: str, said: Said | None = None) -> None:
        """A new entry at the site of the device that sees it, behind that device unless it is the gateway."""
        site = self.inventory.sites[self.inventory.devices[seer].site]
        id_ = self._new_id(name, site.id)
        words = [f"address: {address}"] if address else []
        if said is not None:
            words.append(f"role: {'router' if said.routes else 'device'}")
        if site.gateway not in (None, seer):
            words.append(f"behind: {seer}")
        if address:
            self.known[address] = id_
        self.found.propose(("sites", site.id, "devices"), id_, f"{{{', '.join(words)}}}", why)

    def _new_id(self, name: str, site: str) -> str:
        """Kebab-case, without domain, and nobody's yet."""
        base = slug(name.partition(".")[0]) or f"{site}-device"
        free = next(id_ for n in range(1, 10_000) if (id_ := base if n == 1 else f"{base}-{n}") not in self.taken)
        self.taken.add(free)
        return free

    def alive(self, answered: list[Alive], all_: bool) -> None:
        """Addresses of a network that answered and are nobody's."""
        mute: list[str] = []
        for each in answered:
            name = each.said.name if each.said else ""
            same = self.directory.find(name) if name else None
            seer, how = self._segment(each.address)
            if not self._free(each.address):
                continue
            if same is not None:
                self.found.notes.append(f"{each.address} is {same} too, by its sysName {name}")
            elif seer is None:
                self.found.notes.append(
                    f"{each.address}{f' ({name})' if name else ''} is in no network of a known device"
                )
            elif each.said is None and not all_:
                mute.append(each.address)
            else:
                why = f"answers {'SNMP: ' + name if each.said else 'pings'}; {how}"
                octet = each.address.rpartition(".")[2]
                called = name or f"{self.inventory.devices[seer].site}-{octet}"
                self._device(called, each.address, seer, why, each.said)
        if mute:
            text = f"{len(mute)} more answer pings alone (--all proposes them): {', '.join(mute[:10])}"
            self.found.notes.append(text + (", …" if len(mute) > 10 else ""))

    def _segment(self, address: str) -> tuple[str | None, str]:
        """The device through which an address is reached: that which has talked to it, else the one in its network."""
        for key, said in self.said.items():
            port = next((port for other, port in said.arp if other == address), None)
            if port is not None:
                return key, f"in the ARP table of {key}, at {port or 'an unnamed port'}"
        best: tuple[int, str, str] | None = None
        for key, said in self.said.items():
            for own in said.ports.values():
                for network in (ip_interface(text).network for text in own.networks):
                    inside = network.prefixlen < 32 and ip_address(address) in network
                    if inside and (best is None or network.prefixlen > best[0]):
                        best = network.prefixlen, key, f"in the network of {own.name} of {key}"
        return (None, "") if best is None else best[1:]


def _usable(text: str) -> bool:
    address = ip_address(text)
    return not (address.is_multicast or address.is_unspecified or address.is_link_local)
