"""What does a simulated device say of itself?

The values behind both the loopback agents and the simulated net: the system group (RFC 3418), ifTable
and ifXTable (IF-MIB, RFC 2863) with counters that move as traffic does, snmpEngine (RFC 3411), processor and memory
(UCD-SNMP-MIB), and of a UPS its battery (UPS-MIB, RFC 1628).
"""

import math
import random
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from netmon.sim.power import Battery
from netmon.sim.traffic import Meter
from netmon.wire.net import SnmpValue
from netmon.wire.snmp.ber import COUNTER32, COUNTER64, GAUGE32, INTEGER, OBJECT_ID, OCTET_STRING, TIME_TICKS, Oid

SYSTEM: Oid = (1, 3, 6, 1, 2, 1, 1)
INTERFACES: Oid = (1, 3, 6, 1, 2, 1, 2)
IF_X_ENTRY: Oid = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)
SNMP_ENGINE: Oid = (1, 3, 6, 1, 6, 3, 10, 2, 1)
UPS: Oid = (1, 3, 6, 1, 2, 1, 33, 1)
UCD: Oid = (1, 3, 6, 1, 4, 1, 2021)
_UP, _DOWN = 1, 2
_BATTERY_NORMAL, _BATTERY_LOW = 2, 3  # upsBatteryStatus
_FROM_MAINS, _FROM_BATTERY = 3, 5  # upsOutputSource
_MEMORY = 1_048_576  # kB
_LOW = 300.0  # seconds that are left when a battery counts as low
_ETHERNET, _LOOPBACK = 6, 24  # IANAifType
_ENTERPRISE = bytes((0x80, 0x00, 0x1F, 0x88, 0x04))  # RFC 3411: net-snmp's number, then text


class PortSpec(NamedTuple):
    """An interface: name, alias, speed in bit/s (0 = the loopback), usual share of it in use."""

    name: str
    alias: str
    speed: int
    use: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSpec:
    """A simulated device: what it says, where, to whom; `booted_at` in seconds since the epoch."""

    device: str
    address: str
    community: str
    booted_at: float
    boots: int = 1
    seed: int = 0
    role: str = "router"
    name: str = ""
    location: str = ""
    ports: tuple[PortSpec, ...] = ()


class Row(NamedTuple):
    """One object instance: its BER tag and its value, or how to read it at an instant."""

    tag: int
    value: SnmpValue | Callable[[float], int]

    def at(self, now: float) -> SnmpValue:
        """The value at `now`, as netmon's wire would hand it over: OIDs as dotted text."""
        value = self.value
        return value(now) if callable(value) else value


class Interface:
    """The state of one interface: up or down, since when, and its meters."""

    __slots__ = ("changed_at", "received", "sent", "spec", "up")

    def __init__(self, spec: PortSpec, booted_at: float, seed: str) -> None:
        self.spec = spec
        self.up = True
        self.changed_at = booted_at
        mean = spec.speed * spec.use / 8
        self.received = Meter(mean, booted_at, f"{seed}/in")
        self.sent = Meter(mean / 3, booted_at, f"{seed}/out")  # offices take more than they give

    def set_up(self, up: bool, now: float) -> None:
        """Bring it up or down; counters stand still while it is down."""
        if up != self.up:
            self.up = up
            self.changed_at = now
            for meter in (self.received, self.sent):
                meter.run(up, now)

    def restart(self, now: float) -> None:
        """Back to zero, as after a reboot."""
        self.changed_at = now
        for meter in (self.received, self.sent):
            meter.reset(now)


class Mib:
    """The objects of one device, in the order of their identifiers."""

    def __init__(self, spec: AgentSpec, battery: Battery | None = None) -> None:
        self.spec = spec
        self._battery = battery or Battery()
        self.booted_at = spec.booted_at
        self.boots = spec.boots
        loopback = PortSpec("lo", "", 0, 0.0)
        self._interfaces = {
            port.name: Interface(port, spec.booted_at, f"{spec.seed}/{spec.device}/{port.name}")
            for port in (loopback, *spec.ports)
        }
        self.rows: Mapping[Oid, Row] = dict(sorted(self._rows()))
        self._order: list[Oid] = list(self.rows)
        # Scalars end in a 0 and all tables here have an index of one arc, so the last arc names the instance.
        self._objects = frozenset(oid[:-1] for oid in self._order)

    def set_port(self, name: str, up: bool, now: float) -> None:
        """Bring an interface up or down; a name it does not have is ignored."""
        interface = self._interfaces.get(name)
        if interface is not None:
            interface.set_up(up, now)

    def reboot(self, now: float) -> None:
        """Start again: uptime and counters from zero, one more engine boot."""
        self.booted_at = now
        self.boots += 1
        for interface in self._interfaces.values():
            interface.restart(now)

    def after(self, oid: Oid) -> Oid | None:
        """The first object instance after `oid` in lexicographic order; None = end of the MIB view."""
        at = bisect_right(self._order, oid)
        return self._order[at] if at < len(self._order) else None

    def has_object(self, oid: Oid) -> bool:
        """Whether `oid` is an object that has instances here, or one more arc (noSuchInstance, not noSuchObject)."""
        return oid in self._objects or oid[:-1] in self._objects

    def column(self, column: Oid) -> Iterator[tuple[Oid, Row]]:
        """The rows of one column: (index, row), in order."""
        size = len(column)
        at = bisect_right(self._order, column)
        while at < len(self._order) and self._order[at][:size] == column:
            yield self._order[at][size:], self.rows[self._order[at]]
            at += 1

    def _uptime(self, now: float) -> int:
        return int((now - self.booted_at) * 100)

    def _rows(self) -> Iterator[tuple[Oid, Row]]:
        spec = self.spec
        texts = {1: f"netmon simulated {spec.role}", 4: "noc", 5: spec.name or spec.device, 6: spec.location}
        for arc, text in texts.items():
            yield (*SYSTEM, arc, 0), Row(OCTET_STRING, text.encode())
        yield (*SYSTEM, 2, 0), Row(OBJECT_ID, "1.3.6.1.4.1.8072.3.2.10")
        yield (*SYSTEM, 3, 0), Row(TIME_TICKS, self._uptime)
        yield (*SYSTEM, 7, 0), Row(INTEGER, 76)
        yield (*INTERFACES, 1, 0), Row(INTEGER, len(self._interfaces))
        for index, interface in enumerate(self._interfaces.values(), 1):
            for column, row in _if_entry(interface, index, self):
                yield (*INTERFACES, 2, 1, column, index), row
            for column, row in _if_x_entry(interface):
                yield (*IF_X_ENTRY, column, index), row
        yield from _ucd(spec)
        if spec.role == "ups":
            yield from _ups(self._battery)
        yield (*SNMP_ENGINE, 1, 0), Row(OCTET_STRING, _ENTERPRISE + spec.device.encode()[:27])
        yield (*SNMP_ENGINE, 2, 0), Row(INTEGER, lambda _: self.boots)
        yield (*SNMP_ENGINE, 3, 0), Row(INTEGER, lambda now: int(now - self.booted_at))
        yield (*SNMP_ENGINE, 4, 0), Row(INTEGER, 1472)


def _ucd(spec: AgentSpec) -> Iterator[tuple[Oid, Row]]:
    """How idle the processor is (ssCpuIdle, %), and memory (memTotalReal, memSysAvail, kB), up and down a bit."""
    own = random.Random(f"{spec.seed}/{spec.device}/ucd").random()  # noqa: S311 (chance, not secrecy)

    def wave(now: float) -> float:
        return math.sin(now / 600 + own * math.tau)

    yield (*UCD, 4, 5, 0), Row(INTEGER, _MEMORY)
    yield (*UCD, 4, 27, 0), Row(INTEGER, lambda now: int(64 * (0.4 + 0.3 * own + 0.05 * wave(now))) * _MEMORY // 64)
    yield (*UCD, 11, 11, 0), Row(INTEGER, lambda now: round(70 + 25 * own + 5 * wave(now)))


def _ups(battery: Battery) -> Iterator[tuple[Oid, Row]]:
    """upsBattery and upsOutputSource; what remains is in minutes, the charge in percent."""

    def status(now: float) -> int:
        return _BATTERY_LOW if battery.remaining(now) < _LOW else _BATTERY_NORMAL

    yield (*UPS, 2, 1, 0), Row(INTEGER, status)
    yield (*UPS, 2, 2, 0), Row(INTEGER, lambda now: int(battery.seconds(now)))
    yield (*UPS, 2, 3, 0), Row(INTEGER, lambda now: int(battery.remaining(now) / 60))
    yield (*UPS, 2, 4, 0), Row(INTEGER, lambda now: round(battery.charge(now) * 100))
    yield (*UPS, 4, 1, 0), Row(INTEGER, lambda _: _FROM_BATTERY if battery.on_battery else _FROM_MAINS)


def _if_entry(interface: Interface, index: int, mib: Mib) -> Iterator[tuple[int, Row]]:
    spec, received, sent = interface.spec, interface.received, interface.sent
    loopback = spec.speed == 0
    mac = b"" if loopback else b"\x02" + random.Random(mib.spec.device).randbytes(4) + bytes((index & 0xFF,))  # noqa: S311

    def last_change(_: float) -> int:
        return max(int((interface.changed_at - mib.booted_at) * 100), 0)

    yield 1, Row(INTEGER, index)
    yield 2, Row(OCTET_STRING, spec.name.encode())
    yield 3, Row(INTEGER, _LOOPBACK if loopback else _ETHERNET)
    yield 4, Row(INTEGER, 65536 if loopback else 1500)
    yield 5, Row(GAUGE32, min(spec.speed, 0xFFFFFFFF))
    yield 6, Row(OCTET_STRING, mac)
    yield 7, Row(INTEGER, _UP)
    yield 8, Row(INTEGER, lambda _: _UP if interface.up else _DOWN)
    yield 9, Row(TIME_TICKS, last_change)
    for first, meter in ((10, received), (16, sent)):
        yield first, Row(COUNTER32, meter.octets)
        yield first + 1, Row(COUNTER32, meter.packets)
        yield first + 3, Row(COUNTER32, 0)
        yield first + 4, Row(COUNTER32, 0)


def _if_x_entry(interface: Interface) -> Iterator[tuple[int, Row]]:
    spec = interface.spec
    yield 1, Row(OCTET_STRING, spec.name.encode())
    for first, meter in ((6, interface.received), (10, interface.sent)):
        yield first, Row(COUNTER64, meter.octets)
        yield first + 1, Row(COUNTER64, meter.packets)
        yield first + 2, Row(COUNTER64, 0)
        yield first + 3, Row(COUNTER64, 0)
    yield 15, Row(GAUGE32, round(spec.speed / 1e6))
    yield 16, Row(INTEGER, 2)
    yield 17, Row(INTEGER, 2 if spec.speed == 0 else 1)
    yield 18, Row(OCTET_STRING, spec.alias.encode())
    yield 19, Row(TIME_TICKS, 0)
