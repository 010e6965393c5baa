"""What do the devices of the inventory say of themselves and of their cables, asked once?

Everything here is read only, in a handful of walks for each device; what a device does not tell is left out.
"""

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from netmon.clock import SystemClock
from netmon.decide.said import Neighbour, Port, Said
from netmon.errors import BadAnswer, CollectError, NetmonError, Unreachable
from netmon.model import Device, Inventory, Metric, Sample, Target
from netmon.reading.ask import read
from netmon.reading.labels import formed
from netmon.run.identity import SYS_DESCR, Identities
from netmon.settings.collect import speaks_snmp
from netmon.settings.project import Project, families
from netmon.wire.net import Net, SnmpSession, SnmpValue
from netmon.wire.snmp.ifnames import names
from netmon.wire.text import clean

AT_ONCE = 50
"""Devices asked at a time."""
LIMIT = 60.0
"""Seconds that all questions to one device may take."""
TIMEOUT = 2.0

# SNMPv2-MIB (RFC 3418), IF-MIB (RFC 2863), IP-MIB (RFC 4293; 4.20 and 4.22 are its older tables), LLDP-MIB
SYS_NAME, FORWARDING = "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.4.1.0"
DESCR, MAC = "1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.2.2.1.6"
NAME, SPEED, ALIAS = "1.3.6.1.2.1.31.1.1.1.1", "1.3.6.1.2.1.31.1.1.1.15", "1.3.6.1.2.1.31.1.1.1.18"
OLD_ADDRESS, OLD_MASK, OLD_ARP = "1.3.6.1.2.1.4.20.1.2", "1.3.6.1.2.1.4.20.1.3", "1.3.6.1.2.1.4.22.1.2"
ADDRESS, PREFIX, ARP = "1.3.6.1.2.1.4.34.1.3", "1.3.6.1.2.1.4.34.1.5", "1.3.6.1.2.1.4.35.1.4"
MANAGED = "1.0.8802.1.1.2.1.4.2.1.3"
NEIGHBOUR, HARDWARE = "netmon_neighbour_info", "netmon_hardware_info"

_SERIAL = re.compile(r"\w.*\d|\d.*\w")
"""Some makers fill in `-` or `N/A`."""

_ROW = re.compile(r"\d+(\.\d+){1,2}")
"""The row of a neighbour, by which it is called if it tells no name."""

Column = Mapping[str, SnmpValue]
Answer = Said | CollectError
_NOTHING: Column = {}


def targets(inventory: Inventory) -> list[Target]:
    """Every device that has an address, a credential for SNMP, and a collector that speaks it."""
    return [
        Target(
            id=device.id,
            of="device",
            site=device.site,
            level=inventory.sites[device.site].level,
            address=device.address,
            timeout=max((task.timeout for task in device.collect.values()), default=TIMEOUT),
            credential=inventory.credentials[device.credential],
        )
        for device in inventory.devices.values()
        if device.address and _has_snmp(inventory, device)
    ]


def _has_snmp(inventory: Inventory, device: Device) -> bool:
    credential = inventory.credentials.get(device.credential)
    return credential is not None and bool(credential.version) and any(map(speaks_snmp, device.collect.values()))


async def ask(
    project: Project,
    net: Net,
    wanted: Iterable[Target],
    *,
    more: bool = False,
    told: Callable[[], None] = lambda: None,
) -> dict[str, Answer]:
    """What each of the targets says, or why it says nothing. `more`: also who is in its networks and where its
    neighbours are managed. `told` is called after each."""
    identities, gate = Identities(project.profiles, SystemClock()), asyncio.Semaphore(AT_ONCE)
    found: dict[str, Answer] = {}
    known = families(project.collectors)

    async def one(target: Target) -> None:
        async with gate:
            found[target.id] = await ask_one(target, net, identities, known, more=more)
            told()

    async with asyncio.TaskGroup() as group:
        for target in wanted:
            group.create_task(one(target))
    return found


async def ask_one(
    target: Target, net: Net, identities: Identities, known: Mapping[str, Metric], *, more: bool
) -> Answer:
    """One device, within `LIMIT`. `known` are the families that the project's collectors fill."""
    try:
        async with asyncio.timeout(LIMIT):
            dressed = await identities.dressed(target, net)
            said = await _system(dressed, net)
            said = await _ports(said, dressed, net)
            said = await _read(said, dressed, net, known)
            return await _around(said, dressed, net) if more else said
    except CollectError as error:
        return error
    except TimeoutError:
        return Unreachable(f"gave up after {LIMIT:g} s")
    except NetmonError as error:  # a secret that is not set
        return BadAnswer(str(error))


def _session(target: Target, net: Net) -> SnmpSession:
    if target.credential is None:
        raise BadAnswer(f"{target.id}: the inventory names no SNMP credential")
    return net.snmp(target.address, target.credential)


async def _system(target: Target, net: Net) -> Said:
    values = await _session(target, net).get((SYS_NAME, FORWARDING, SYS_DESCR), target.timeout)
    return Said(
        name=clean(values.get(SYS_NAME)),
        descr=clean(values.get(SYS_DESCR)),
        profile=target.profile.name or target.profile.id if target.profile else "",
        routes=values.get(FORWARDING) == 1,
        ports={},
        whole=False,
    )


async def _walk(target: Target, net: Net, columns: Sequence[str]) -> tuple[Mapping[str, Column], bool]:
    """What arrived of these columns, and whether it is all there is."""
    try:
        return await _session(target, net).table(columns, target.timeout), True
    except CollectError as error:
        return error.columns, False


async def _ports(said: Said, target: Target, net: Net) -> Said:
    table, whole = await _walk(target, net, (NAME, DESCR, ALIAS, SPEED, MAC))
    addresses, _ = await _walk(target, net, (OLD_ADDRESS, OLD_MASK))
    networks = _old_networks(addresses)
    if not networks:
        addresses, _ = await _walk(target, net, (ADDRESS, PREFIX))
        networks = _networks(addresses)
    name, descr, alias, speed, mac = (table.get(oid, _NOTHING) for oid in (NAME, DESCR, ALIAS, SPEED, MAC))
    ports = {
        called: Port(
            name=called,
            index=index,
            descr=clean(descr.get(index)),
            alias=clean(alias.get(index)),
            mac=formed(mac.get(index), "mac"),
            speed=_bits(speed.get(index)),
            networks=tuple(networks.get(index, ())),
        )
        for index, called in names(name, descr).items()
    }
    return replace(said, ports=ports, whole=whole and bool(ports))


def _bits(value: SnmpValue | None) -> int | None:
    """ifHighSpeed counts in Mbit/s; 0 = it does not tell."""
    return value * 1_000_000 if isinstance(value, int) and value else None


def _old_networks(table: Mapping[str, Column]) -> dict[str, list[str]]:
    """ifIndex -> addresses with their prefix lengths, of ipAddrTable, whose index is the address."""
    found: dict[str, list[str]] = {}
    for address, index in table.get(OLD_ADDRESS, _NOTHING).items():
        mask = table.get(OLD_MASK, _NOTHING).get(address)
        bits = sum(int(part).bit_count() for part in str(mask).split(".")) if _dotted(str(mask)) else 32
        if _dotted(address):
            found.setdefault(str(index), []).append(f"{address}/{bits}")
    return found


def _networks(table: Mapping[str, Column]) -> dict[str, list[str]]:
    """The same of ipAddressTable: its index is type (1 = IPv4), length and address; the last arc of ipAddressPrefix
    is the prefix length."""
    found: dict[str, list[str]] = {}
    for row, index in table.get(ADDRESS, _NOTHING).items():
        address = row.removeprefix("1.4.")
        if row.startswith("1.4.") and _dotted(address):
            prefix = str(table.get(PREFIX, _NOTHING).get(row, "")).rpartition(".")[2]
            bits = int(prefix) if prefix.isdecimal() and 0 < int(prefix) <= 32 else 32
            found.setdefault(str(index), []).append(f"{address}/{bits}")
    return found


def _dotted(text: str) -> bool:
    parts = text.split(".")
    return len(parts) == 4 and all(part.isdecimal() and int(part) < 256 for part in parts)


async def _read(said: Said, target: Target, net: Net, known: Mapping[str, Metric]) -> Said:
    """What the vendor's profile knows of its neighbours and its chassis."""
    wanted = {name: known[name] for name in (NEIGHBOUR, HARDWARE) if name in known}
    samples: Sequence[Sample]
    try:
        samples = await read(target, net, wanted)
    except CollectError as error:
        samples = error.samples
    serials = {each.labels[1] for each in samples if each.metric == HARDWARE and _SERIAL.search(each.labels[1])}
    return replace(said, serials=frozenset(serials), neighbours=tuple(_neighbours(said, samples)))


def _neighbours(said: Said, samples: Iterable[Sample]) -> Iterator[Neighbour]:
    for sample in samples:
        if sample.metric == NEIGHBOUR:
            protocol, port, name, remote = sample.labels
            # a second row of the same neighbour at the same port has its index behind it
            named = "" if _ROW.fullmatch(name) else name
            yield Neighbour(said.port(port) or port, named, remote.partition("#")[0], protocol)


async def _around(said: Said, target: Target, net: Net) -> Said:
    """Who is in its networks (ARP), and where its neighbours are managed (LLDP), where a port has but one."""
    called = {port.index: port.name for port in said.ports.values()}
    managed, _ = await _walk(target, net, (MANAGED,))
    at: dict[str, list[str]] = {}
    for row in managed.get(MANAGED, _NOTHING):
        arcs = row.split(".")  # time mark, local port, number, type (1 = IPv4), length, address
        address = ".".join(arcs[5:])
        if arcs[3:5] == ["1", "4"] and _dotted(address):
            at.setdefault(called.get(arcs[1], ""), []).append(address)
    alone = [each.port for each in said.neighbours]
    neighbours = [
        each._replace(addresses=tuple(at.get(each.port, ()))) if alone.count(each.port) == 1 else each
        for each in said.neighbours
    ]
    old, _ = await _walk(target, net, (OLD_ARP,))
    rows = [row.partition(".") for row in old.get(OLD_ARP, _NOTHING)]
    if not rows:
        new, _ = await _walk(target, net, (ARP,))
        parts = [row.partition(".") for row in new.get(ARP, _NOTHING)]
        rows = [(index, dot, rest.removeprefix("1.4.")) for index, dot, rest in parts if rest.startswith("1.4.")]
    arp = tuple((address, called.get(index, "")) for index, _, address in rows if _dotted(address))
    return replace(said, neighbours=tuple(neighbours), arp=arp)
