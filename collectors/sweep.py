"""Who stands on a segment of the machine that netmon runs on?"""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from netmon.model import Metric, Remembered, Sample, Target
from netmon.reading.hosts import FAMILIES, HOST, MONTH, Gone, Host, Tell, told
from netmon.wire.net import Net
from netmon.wire.sweep import WIDEST


def _small(text: str) -> str:
    network = ipaddress.IPv4Network(text)
    if network.prefixlen < WIDEST:
        raise ValueError(f"{text} is too large: at most /{WIDEST}")
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Everybody who answers ARP on a segment: address and MAC. It belongs to the vantage, the device netmon runs on.

    It asks for each address of the network at most twice, 200 a second. It takes the extra `lan` and CAP_NET_RAW.
    """

    METRICS: ClassVar[Mapping[str, Metric]] = FAMILIES
    REACHABILITY: ClassVar[bool] = False
    VANTAGE: ClassVar[bool] = True
    EVERY: ClassVar[float] = 300.0
    TIMEOUT: ClassVar[float] = 30.0

    interface: Annotated[str, Field(min_length=1, max_length=15, description="Interface of the segment, as eth1.")]
    network: Annotated[
        str, AfterValidator(_small), Field(description="Its IPv4 network, as 10.28.0.0/24; at most a /22.")
    ]
    gone: Gone = MONTH
    tell: Tell = ()

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """The hosts that answered. Raises NotPermitted or BadAnswer."""
        found = await net.sweep(self.interface, self.network, target.timeout)
        return told(Host(mac, address, self.interface, "") for address, mac in found)

    def remembered(self) -> Sequence[Remembered]:
        """Hosts, known again by their MAC."""
        return (Remembered(HOST, ("mac",), self.gone, frozenset(self.tell)),)
