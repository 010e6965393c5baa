"""Devices on loopback that say what they are told to: names, interfaces, addresses and neighbours, over real SNMP."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from ipaddress import ip_interface

from netmon.decide.said import Neighbour
from netmon.wire.snmp import ber
from tests.ports import free_port
from tests.recordings.agent import COMMUNITY, Replay
from tests.recordings.recording import IP_ADDRESS, Recording, encode, parse_oid

IF, IFX, LLDP = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1", "1.0.8802.1.1.2.1.4"
ENTITY, IP = "1.3.6.1.2.1.47.1.1.1.1", "1.3.6.1.2.1.4"

ENVIRONMENT = ("SPEAKERS", COMMUNITY.decode())


def credentials(port: int) -> str:
    """A section of an inventory that asks them at this port."""
    return f"credentials: {{default: {{snmp: {{version: 2c, port: {port}, community: env:SPEAKERS}}}}}}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """`ports`: ifName -> ifAlias, in the order of ifIndex from 1; `networks`: ifName -> address with prefix length;
    `new_ip` tells them by ipAddressTable alone. `arp` are (ifName, address)."""

    name: str
    ports: Mapping[str, str]
    neighbours: Sequence[Neighbour] = ()
    networks: Mapping[str, str] = field(default_factory=dict)
    arp: Sequence[tuple[str, str]] = ()
    serial: str = ""
    routes: bool = True
    new_ip: bool = False

    def recording(self) -> Recording:
        return Recording((parse_oid(oid), encode(tag, value)) for oid, tag, value in self._rows())

    def _rows(self) -> Iterator[tuple[str, int, str | bytes]]:
        index = {port: str(n) for n, port in enumerate(self.ports, 1)}
        yield "1.3.6.1.2.1.1.1.0", ber.OCTET_STRING, "a speaker"
        yield "1.3.6.1.2.1.1.2.0", ber.OBJECT_ID, "1.3.6.1.4.1.99999.7"
        yield "1.3.6.1.2.1.1.3.0", ber.TIME_TICKS, "1000"
        yield "1.3.6.1.2.1.1.5.0", ber.OCTET_STRING, self.name.encode()
        yield f"{IP}.1.0", ber.INTEGER, "1" if self.routes else "2"
        for port, n in index.items():
            yield f"{IF}.2.{n}", ber.OCTET_STRING, f"interface {port}"
            yield f"{IF}.6.{n}", ber.OCTET_STRING, bytes((2, 0, 0, 0, 0, int(n)))
            yield f"{IFX}.1.{n}", ber.OCTET_STRING, port
            yield f"{IFX}.15.{n}", ber.GAUGE32, "1000"
            yield f"{IFX}.18.{n}", ber.OCTET_STRING, self.ports[port].encode()
        for port, text in self.networks.items():
            yield from self._network(text, index[port])
        for port, address in self.arp:
            yield f"{IP}.22.1.2.{index[port]}.{address}", ber.OCTET_STRING, b"\x02\x00\x00\x00\x01\x01"
        for number, each in enumerate(self.neighbours, 1):
            row = f"0.{index[each.port]}.{number}"
            yield f"{LLDP}.1.1.6.{row}", ber.INTEGER, "5"
            yield f"{LLDP}.1.1.7.{row}", ber.OCTET_STRING, each.remote
            yield f"{LLDP}.1.1.9.{row}", ber.OCTET_STRING, each.name.encode()
            for address in each.addresses:
                yield f"{LLDP}.2.1.3.{row}.1.4.{address}", ber.INTEGER, "2"
        if self.serial:
            for column, tag, value in (
                ("5", ber.INTEGER, "3"),
                ("10", 4, "1.0"),
                ("11", 4, self.serial),
                ("13", 4, "M"),
            ):
                yield f"{ENTITY}.{column}.1", tag, value

    def _network(self, text: str, index: str) -> Iterator[tuple[str, int, str]]:
        network = ip_interface(text)
        if self.new_ip:
            length = network.network.prefixlen
            prefix = f"{IP}.32.1.5.{index}.1.4.{network.network.network_address}.{length}"
            yield f"{IP}.34.1.3.1.4.{network.ip}", ber.INTEGER, index
            yield f"{IP}.34.1.5.1.4.{network.ip}", ber.OBJECT_ID, prefix
        else:
            yield f"{IP}.20.1.2.{network.ip}", ber.INTEGER, index
            yield f"{IP}.20.1.3.{network.ip}", IP_ADDRESS, str(network.network.netmask)


@asynccontextmanager
async def speaking(speakers: Mapping[str, Speaker]) -> AsyncIterator[int]:
    """Each at its address of 127/8, all at the port that comes out."""
    loop, port = asyncio.get_running_loop(), free_port()
    transports: list[asyncio.DatagramTransport] = []
    try:
        for address, speaker in speakers.items():
            agent = Replay(speaker.recording())
            made = await loop.create_datagram_endpoint(partial(_itself, agent), local_addr=(address, port))
            transports.append(made[0])
        yield port
    finally:
        for transport in transports:
            transport.close()


def _itself(agent: Replay) -> Replay:
    return agent
