"""What is told of the hosts of a LAN, wherever they were seen?"""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from typing import Annotated, NamedTuple

from pydantic import Field

from netmon.model import Metric, News, Sample

HOST = "netmon_lan_host_info"

FAMILIES: Mapping[str, Metric] = {
    HOST: Metric(
        "info",
        "A host of the LAN; a label is empty where that is not known.",
        ("mac", "address", "port", "vlan"),
    ),
    "netmon_lan_hosts": Metric("gauge", "Hosts that were seen on the LAN."),
    "netmon_lan_hosts_dropped": Metric("gauge", "Hosts that were seen and are not shown, for there are too many."),
}

MOST = 5000
"""Hosts of one device that are shown."""

MONTH = 30 * 24 * 12
"""Polls in a month at one each five minutes: who was away for less is no stranger."""

Gone = Annotated[int, Field(ge=0, description="A host is forgotten after so many polls without it; 0: never.")]
Tell = Annotated[
    tuple[News, ...],
    Field(description="What people are told: `new`, `changed`, `gone`. The rest is only written down."),
]

MAC = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")
SHARED = re.compile(
    r"00:00:5e:00:0[1-4]:"  # VRRP, and other IETF protocols (RFC 9568, RFC 9542)
    r"|00:00:0c:07:ac:|00:00:0c:9f:f|00:05:73:a0:0"  # HSRP version 1, version 2, version 2 for IPv6
    r"|00:07:b4:0"  # GLBP
)
"""Addresses that routers share and hand to one another: they belong to no host."""


class Host(NamedTuple):
    """Somebody on the LAN: MAC, one address, the port and VLAN where it was seen; "" = not known."""

    mac: str
    address: str
    port: str
    vlan: str


def is_host(mac: str) -> bool:
    """Whether a MAC may be a host's: a single one's (IEEE 802, group bit clear), not null, not shared by routers."""
    if not MAC.fullmatch(mac) or mac == "00:00:00:00:00:00":
        return False
    return not int(mac[:2], 16) & 1 and not SHARED.match(mac)


def told(hosts: Iterable[Host]) -> list[Sample]:
    """A row for each MAC, in order, and how many there are. Of several addresses of one MAC the best is shown."""
    found: dict[str, Host] = {}
    for host in hosts:
        if is_host(host.mac):
            known = found.get(host.mac)
            if known is None or (host.address and (not known.address or rank(host.address) < rank(known.address))):
                found[host.mac] = host
    shown = sorted(found)[:MOST]
    return [
        *(Sample(HOST, 1, tuple(found[mac])) for mac in shown),
        Sample("netmon_lan_hosts", len(found)),
        Sample("netmon_lan_hosts_dropped", len(found) - len(shown)),
    ]


def rank(address: str) -> tuple[int, int]:
    """What an address is worth to know a host by: IPv4, then link-local, which stays while others come and go
    (RFC 8981); of equal ones the lowest."""
    where = ipaddress.ip_address(address)
    return (0 if where.version == 4 else 1 if where.is_link_local else 2, int(where))
