"""What does a device say of itself and of its cables, and which names of the inventory does it mean?

People write `Gi0/0/0` where the device says GigabitEthernet0/0/0, and `van-yen-r1` where it says VAN-YEN-R1.tinh.local.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from netmon.model import Inventory
from netmon.settings.letters import bare

_PREFIXES = (
    ("tengigabitethernet", "te"),
    ("tengige", "te"),
    ("ten-gigabitethernet", "te"),
    ("xgigabitethernet", "te"),
    ("xge", "te"),
    ("hundredgige", "hu"),
    ("gigabitethernet", "gi"),
    ("ge", "gi"),
    ("fastethernet", "fa"),
    ("ethernet", "eth"),
    ("et", "eth"),
    ("port-channel", "po"),
    ("eth-trunk", "eth-trunk"),
)
"""How makers shorten the names of interfaces, as far as a number follows."""
_NAME = re.compile(r"([a-z-]+?)\s*(\d.*)")
_VIRTUAL = re.compile(
    r"(po|port-?channel|eth-?trunk|bridge-?aggregation|bundle-?ether|be|ae|lag|bond|trk|vlan|vlanif|vl|irb|bvi|br|bridge|"
    r"tun|tunnel|dialer|ppp|pppoe|lo|loopback)[-. ]?\d"
)
_FACTORY = frozenset(
    (
        "mikrotik",
        "router",
        "switch",
        "huawei",
        "quidway",
        "h3c",
        "hpe",
        "cisco",
        "zxr10",
        "draytek",
        "ubnt",
        "localhost",
    )
)
"""Names under which devices are sold."""
_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """An interface (IF-MIB, RFC 2863). `speed` in bit/s, None if the device does not tell; `networks` are its own IPv4
    addresses with their prefix lengths, such as 10.28.4.1/30."""

    name: str
    index: str = ""
    descr: str = ""
    alias: str = ""
    mac: str = ""
    speed: int | None = None
    networks: tuple[str, ...] = ()


class Neighbour(NamedTuple):
    """Who announces itself at a port (LLDP, CDP), and by which of its own ports. `addresses` are those at which it is
    managed, if it says so."""

    port: str
    name: str
    remote: str
    protocol: str = "lldp"
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One device's own words. `ports` by ifName, all there are if `whole`; `serials` of its chassis; `arp` are the
    IPv4 addresses it has talked to, with the port; `routes` whether it forwards packets of others."""

    name: str = ""
    descr: str = ""
    profile: str = ""
    routes: bool = False
    ports: Mapping[str, Port]
    whole: bool = True
    serials: frozenset[str] = frozenset()
    neighbours: tuple[Neighbour, ...] = ()
    arp: tuple[tuple[str, str], ...] = ()

    def port(self, called: str) -> str | None:
        """The ifName of the interface that is called so: by ifName, ifDescr, MAC address or ifIndex, or in another
        maker's short form; None if none or several may be meant."""
        if called in self.ports:
            return called
        wanted, short = called.casefold(), shortened(called)
        exact = [
            p.name
            for p in self.ports.values()
            if wanted and wanted in (p.name.casefold(), p.descr.casefold(), p.mac, p.index)
        ]
        alike = exact or [p.name for p in self.ports.values() if short in (shortened(p.name), shortened(p.descr))]
        return alike[0] if len(alike) == 1 else None


def shortened(port: str) -> str:
    """An interface's name in the form in which those of all makers can be compared."""
    found = _NAME.fullmatch(port.strip().casefold())
    if found is None:
        return port.strip().casefold()
    word, number = found[1].rstrip("-") if len(found[1]) == 3 else found[1], found[2]  # ge-0/0/0
    return next((short for long, short in _PREFIXES if word == long), word) + number


def carries(port: str, named: str) -> bool:
    """Whether what is seen at `port` is about the interface `named`: that one, or a part of it such as Gi0/0/1.100."""
    return port == named or named.startswith(f"{port}.") or port.startswith(f"{named}.")


def virtual(port: str) -> bool:
    """Whether an interface is no socket for a cable: neighbours see the sockets that it is made of."""
    return _VIRTUAL.match(port.strip().casefold()) is not None


def vague(port: str) -> bool:
    """Whether a port is named by a MAC address, a bare number, or a name that was cut off before its number:
    only the neighbour itself can explain that."""
    return port.isdecimal() or _MAC.fullmatch(port.casefold()) is not None or not port[-1:].isdecimal()


def forms(text: str) -> Iterator[str]:
    """A name as it is and without its domain, as `bare`; nothing of nothing. CDP puts a serial number behind it."""
    whole = bare(text).partition("(")[0]
    if whole:
        yield whole
        yield whole.partition(".")[0]


class Directory:
    """Which device of the inventory is meant by a name that devices use for one another?

    What the inventory calls so comes first; a name that a maker gave means nothing.
    """

    def __init__(self, inventory: Inventory, said: Mapping[str, Said]) -> None:
        self._written: dict[str, set[str]] = {}
        self._said: dict[str, set[str]] = {}
        for key, device in inventory.devices.items():
            _note(self._written, key, (key, device.name))
            if key in said and bare(said[key].name) not in _FACTORY:
                _note(self._said, key, (said[key].name,))

    def written(self, name: str) -> str | None:
        """The device that the inventory calls so, by id or name; None if none or several are."""
        return _only(self._written, name)

    def find(self, name: str) -> str | None:
        """The device that the inventory calls so, or that calls itself so."""
        return self.written(name) or _only(self._said, name)


def _note(names: dict[str, set[str]], key: str, called: Iterable[str]) -> None:
    for name in called:
        for form in forms(name):
            names.setdefault(form, set()).add(key)


def _only(names: Mapping[str, set[str]], name: str) -> str | None:
    for form in forms(name):
        found = names.get(form, set())
        if len(found) == 1:
            return next(iter(found))
    return None
