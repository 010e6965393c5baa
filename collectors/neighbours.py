"""Who is at the other end of each cable, by their own word?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from netmon.model import Metric, News, Remembered, Sample, Target
from netmon.reading.ask import read
from netmon.wire.net import Net


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """Neighbours by LLDP (IEEE 802.1AB, LLDP-MIB) and CDP (CISCO-CDP-MIB): port, name of the far end and its port.

    The inventory says what ought to be there; this is what is. Another neighbour at a port is news: a cable was moved.
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

    tell: Annotated[
        tuple[News, ...],
        Field(description="What people are told: `new`, `changed`. The rest is only written down."),
    ] = ()

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """What the device's profile knows of it. Raises Unreachable, Refused, AuthFailed or BadAnswer."""
        return await read(target, net, self.METRICS)

    def remembered(self) -> Sequence[Remembered]:
        """The neighbours of each port. One that is silent has not gone: that is for those to tell who watch it."""
        return (Remembered("netmon_neighbour_info", ("protocol", "if_name"), tell=frozenset(self.tell)),)
