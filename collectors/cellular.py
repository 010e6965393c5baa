"""How well does the 4G modem hear its cell?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from netmon.model import Metric, Sample, Target
from netmon.reading.ask import read
from netmon.wire.net import Net


@dataclass(frozen=True, slots=True, kw_only=True)
class Cellular:
    """LTE signal (3GPP TS 36.214) of each modem: reference signal power and quality, noise ratio, total power.

    A backup line over 4G that hears nothing is no backup, whatever its port says.
    """

    METRICS: ClassVar[Mapping[str, Metric]] = {
        "netmon_lte_rsrp_dbm": Metric("gauge", "Reference signal received power.", ("modem",)),
        "netmon_lte_rsrq_db": Metric("gauge", "Reference signal received quality.", ("modem",)),
        "netmon_lte_sinr_db": Metric("gauge", "Signal to interference and noise ratio.", ("modem",)),
        "netmon_lte_rssi_dbm": Metric("gauge", "Received signal strength over the whole band.", ("modem",)),
        "netmon_lte_info": Metric("info", "Who carries the modem, and how.", ("modem", "operator", "technology")),
    }
    REACHABILITY: ClassVar[bool] = False
    PROFILE: ClassVar[bool] = True
    EVERY: ClassVar[float] = 60.0
    TIMEOUT: ClassVar[float] = 2.0

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """What the device's profile knows of it. Raises Unreachable, Refused, AuthFailed or BadAnswer."""
        return await read(target, net, self.METRICS)
