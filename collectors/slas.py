"""What do the device's own probes measure?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from netmon.model import Metric, Sample, Target
from netmon.reading.ask import read
from netmon.wire.net import Net


@dataclass(frozen=True, slots=True, kw_only=True)
class Slas:
    """Probes that run on the device: IP SLA (CISCO-RTTMON-MIB), link monitors of FortiGate.

    They measure from where they stand, to wherever they were pointed.
    """

    METRICS: ClassVar[Mapping[str, Metric]] = {
        "netmon_sla_up": Metric("gauge", "Whether the last probe succeeded (1) or not (0).", ("sla",)),
        "netmon_sla_rtt_seconds": Metric("gauge", "Round-trip time that the probe measured.", ("sla",)),
        "netmon_sla_jitter_seconds": Metric("gauge", "Jitter that the probe measured.", ("sla",)),
        "netmon_sla_loss_ratio": Metric("gauge", "Packets that the probe lost.", ("sla",)),
        "netmon_sla_mos": Metric("gauge", "Mean opinion score, 1 to 5, that the probe worked out.", ("sla",)),
    }
    REACHABILITY: ClassVar[bool] = False
    PROFILE: ClassVar[bool] = True
    EVERY: ClassVar[float] = 60.0
    TIMEOUT: ClassVar[float] = 2.0

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """What the device's profile knows of it. Raises Unreachable, Refused, AuthFailed or BadAnswer."""
        return await read(target, net, self.METRICS)
