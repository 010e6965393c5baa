"""Who is on the LANs of a router or switch, and at which port?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from netmon.errors import BadAnswer, CollectError
from netmon.model import Metric, Remembered, Sample, Target
from netmon.reading.hosts import FAMILIES, HOST, MONTH, Gone, Host, Tell, told
from netmon.reading.labels import formed
from netmon.reading.segments import Seen, arp, forwarding
from netmon.wire.net import Net
from netmon.wire.snmp.ifnames import Column, names, pattern

# IF-MIB (RFC 2863)
DESCR, OWN, NAME = "1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.2.2.1.6", "1.3.6.1.2.1.31.1.1.1.1"
NOTHING: Column = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lan:
    """Hosts as the device knows them: MAC, address, port and VLAN.

    By its ARP and neighbour tables (IP-MIB, RFC 4293) and forwarding tables (BRIDGE-MIB, RFC 4188; Q-BRIDGE-MIB, RFC
    4363). A device that forwards by MAC tells the port; any other the interface on which it has the address. Routers'
    shared addresses (VRRP, HSRP, GLBP) and the device's own are no hosts.
    """

    METRICS: ClassVar[Mapping[str, Metric]] = FAMILIES
    REACHABILITY: ClassVar[bool] = False
    SNMP: ClassVar[bool] = True
    EVERY: ClassVar[float] = 300.0
    TIMEOUT: ClassVar[float] = 2.0

    exclude: Annotated[
        tuple[str, ...],
        Field(description="Ports whose hosts are left out, as those to other switches: patterns with * and ?."),
    ] = ()
    gone: Gone = MONTH
    tell: Tell = ()

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """The hosts; if a walk fails half-way, its error carries those that are known by then, and no counts.

        Raises Unreachable, Refused, AuthFailed or BadAnswer.
        """
        if target.credential is None:
            raise BadAnswer(f"{target.id}: the inventory names no SNMP credential")
        session = net.snmp(target.address, target.credential)
        table = await session.table([NAME, DESCR, OWN], target.timeout)
        ports = names(table.get(NAME, NOTHING), table.get(DESCR, NOTHING))
        own = {formed(mac, "mac") for mac in table.get(OWN, NOTHING).values()}
        seen: list[Seen] = []
        forwarded: dict[str, Seen] = {}
        try:
            seen = await arp(session, target.timeout)
            forwarded = await forwarding(session, target.timeout)
        except CollectError as error:
            rows = [sample for sample in self._told(seen, forwarded, ports, own) if sample.metric == HOST]
            raise type(error)(str(error), rows) from None
        return self._told(seen, forwarded, ports, own)

    def remembered(self) -> Sequence[Remembered]:
        """Hosts, known again by their MAC."""
        return (Remembered(HOST, ("mac",), self.gone, frozenset(self.tell)),)

    def _told(
        self, seen: Sequence[Seen], forwarded: Mapping[str, Seen], ports: Mapping[str, str], own: set[str]
    ) -> list[Sample]:
        unwanted = pattern(self.exclude).fullmatch
        hosts = (host for host in merged(seen, forwarded, ports) if host.mac not in own and not unwanted(host.port))
        return told(hosts)


def merged(seen: Sequence[Seen], forwarded: Mapping[str, Seen], ports: Mapping[str, str]) -> Iterator[Host]:
    """Each address with the port where its MAC was seen, and the MACs that have none."""
    for mac, address, interface, _ in seen:
        if (at := forwarded.get(mac)) is not None:
            yield Host(mac, address, ports.get(at.interface, ""), at.vlan)
        else:
            yield Host(mac, address, "" if forwarded else ports.get(interface, ""), "")
    for mac, _, interface, vlan in forwarded.values():
        yield Host(mac, "", ports.get(interface, ""), vlan)
