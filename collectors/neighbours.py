"""Who is at the other end of each cable, by their own word?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from netmon.model import Metric, Sample, Target
from netmon.reading.ask import read
from netmon.wire.net import Net


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """Neighbours by LLDP (IEEE 802.1AB, LLDP-MIB) and CDP (CISCO-CDP-MIB): port, name of the far end and its port.

    The inventory says what ought to be there; this is what is.
    """

    METRICS: ClassVar[Mapping[str, Metric]] = {
        "netmon_neighbour_info": Metric(
            "info", "A neighbour that announces itself.", ("protocol", "if_name", "neighbour", "remote_port")
        ),
    }
    REACHABILITY: ClassVar[bool] = False
    PROFILE: ClassVar[bool] = True
    EVERY: ClassVar[float] = 300.0
    TIMEOUT: ClassVar[float] = 2.0

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """What the device's profile knows of it. Raises Unreachable, Refused, AuthFailed or BadAnswer."""
        return await read(target, net, self.METRICS)
