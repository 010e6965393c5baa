"""Which MACs does a router or switch know, and where?

Agents implement what they like: the neighbour table of both IP versions or the old one of IPv4 alone, forwarding by
VLAN or without. The newer table is asked for first, and the older one where that tells nothing. Rows that make no sense
are left out.
"""

import ipaddress
from collections.abc import Callable, Mapping
from typing import NamedTuple

from netmon.reading.labels import formed
from netmon.reading.values import number
from netmon.wire.net import SnmpSession, SnmpValue
from netmon.wire.snmp.ifnames import Column

# IP-MIB (RFC 4293): ipNetToPhysicalTable, and ipNetToMediaTable, which it replaces
PHYSICAL, PHYSICAL_TYPE, PHYSICAL_STATE = (f"1.3.6.1.2.1.4.35.1.{column}" for column in (4, 6, 7))
MEDIA, MEDIA_TYPE = (f"1.3.6.1.2.1.4.22.1.{column}" for column in (2, 4))
# Q-BRIDGE-MIB (RFC 4363): dot1qTpFdbTable, and dot1qVlanFdbId, which tells whose VLAN a table is
VLAN_PORT, VLAN_STATUS = "1.3.6.1.2.1.17.7.1.2.2.1.2", "1.3.6.1.2.1.17.7.1.2.2.1.3"
VLAN_OF = "1.3.6.1.2.1.17.7.1.4.2.1.3"
# BRIDGE-MIB (RFC 4188): dot1dTpFdbTable, dot1dBasePortIfIndex
PORT, STATUS, INTERFACE = "1.3.6.1.2.1.17.4.3.1.2", "1.3.6.1.2.1.17.4.3.1.3", "1.3.6.1.2.1.17.1.4.1.2"

NO_NEIGHBOUR = frozenset({(PHYSICAL_TYPE, 2), (PHYSICAL_TYPE, 5), (PHYSICAL_STATE, 5), (PHYSICAL_STATE, 7)})
"""invalid, local (its own); invalid, incomplete (it was asked and has not answered)."""
INVALID = frozenset({(MEDIA_TYPE, 2)})
NO_HOST = frozenset({1, 2, 4})
"""other, invalid, self: what is left is learned, or configured."""
LENGTHS = {1: 4, 2: 16, 3: 4, 4: 16}
"""Octets of an address by InetAddressType (RFC 4001): IPv4, IPv6, and both with a zone behind."""
LAST_VLAN = 4094
"""IEEE 802.1Q. A table's number is that of its VLAN where nothing else is said, and on Junos it is neither."""

NOTHING: Column = {}
Arcs = tuple[int, ...]


class Seen(NamedTuple):
    """A MAC, the address that it has or "", the ifIndex where it was seen or "", and the VLAN or ""."""

    mac: str
    address: str
    interface: str
    vlan: str = ""


async def arp(session: SnmpSession, timeout: float) -> list[Seen]:
    """Who has which address. Raises as SnmpSession.table."""
    found = await session.table([PHYSICAL, PHYSICAL_TYPE, PHYSICAL_STATE], timeout)
    seen = _neighbours(found, PHYSICAL, NO_NEIGHBOUR, _by_version)
    if any("." in each.address for each in seen):
        return seen
    # some have IPv6 alone in the newer table
    return seen + _neighbours(await session.table([MEDIA, MEDIA_TYPE], timeout), MEDIA, INVALID, _by_four)


async def forwarding(session: SnmpSession, timeout: float) -> dict[str, Seen]:
    """At which port each MAC is; of a MAC that is at several, that in the lowest VLAN. Raises as SnmpSession.table."""
    found = await session.table([VLAN_PORT, VLAN_STATUS], timeout)
    ports, status, vlans = found.get(VLAN_PORT, NOTHING), found.get(VLAN_STATUS, NOTHING), NOTHING
    if ports:
        vlans = (await session.table([VLAN_OF], timeout)).get(VLAN_OF, NOTHING)
    else:
        found = await session.table([PORT, STATUS], timeout)
        ports, status = found.get(PORT, NOTHING), found.get(STATUS, NOTHING)
    if not ports:
        return {}
    interfaces = (await session.table([INTERFACE], timeout)).get(INTERFACE, NOTHING)
    named = _vlans(vlans)
    seen: dict[str, Seen] = {}
    rows = [(arcs, index) for index in ports if status.get(index) not in NO_HOST and (arcs := _arcs(index))]
    for arcs, index in sorted(rows):
        mac = _mac(arcs[-6:])
        if len(arcs) in (6, 7) and mac:
            vlan = "" if len(arcs) == 6 else named.get(arcs[0], str(arcs[0]) if arcs[0] <= LAST_VLAN else "")
            seen.setdefault(mac, Seen(mac, "", _interface(interfaces, ports[index]), vlan))
    return seen


def _neighbours(
    table: Mapping[str, Column], column: str, void: frozenset[tuple[str, int]], read: Callable[[Arcs], str]
) -> list[Seen]:
    seen: list[Seen] = []
    for index, value in table.get(column, NOTHING).items():
        mac, arcs = formed(value, "mac") if isinstance(value, bytes) else "", _arcs(index)
        if not mac or len(arcs) < 2 or any(table.get(oid, NOTHING).get(index) == no for oid, no in void):
            continue
        if address := read(arcs):
            seen.append(Seen(mac, address, str(arcs[0])))
    return seen


def _by_version(arcs: Arcs) -> str:
    """The address in the index ifIndex.type.length.octets; "" if it is none."""
    length = LENGTHS.get(arcs[1], 0)
    octets = arcs[3 : 3 + length]
    return str(ipaddress.ip_address(bytes(octets))) if length and len(octets) == length and max(octets) < 256 else ""


def _by_four(arcs: Arcs) -> str:
    """The address in the index ifIndex.a.b.c.d; "" if it is none."""
    octets = arcs[1:]
    return str(ipaddress.ip_address(bytes(octets))) if len(octets) == 4 and max(octets) < 256 else ""


def _vlans(column: Column) -> dict[int, str]:
    """The VLAN of each forwarding table, by the index timeMark.vlan; a table of several is called by the lowest."""
    found: dict[int, str] = {}
    for arcs, index in sorted((arcs, index) for index in column if len(arcs := _arcs(index)) == 2):
        table = number(column[index])
        if table is not None:
            found.setdefault(int(table), str(arcs[1]))
    return found


def _interface(interfaces: Column, port: SnmpValue) -> str:
    """The ifIndex of a bridge's port; 0 is the port of whoever is known, and not where."""
    found = interfaces.get(str(port))
    return "" if found is None else str(found)


def _arcs(index: str) -> Arcs:
    parts = index.split(".")
    return tuple(map(int, parts)) if all(map(str.isdecimal, parts)) else ()


def _mac(octets: Arcs) -> str:
    return ":".join(f"{octet:02x}" for octet in octets) if len(octets) == 6 and max(octets) < 256 else ""
