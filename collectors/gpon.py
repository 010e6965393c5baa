"""Which terminals hang on this OLT, and how well do they hear it?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from netmon.model import Metric, Sample, Target
from netmon.reading.ask import read
from netmon.wire.net import Net


@dataclass(frozen=True, slots=True, kw_only=True)
class Gpon:
    """GPON line terminal (ITU-T G.984): its PON ports and the ONT at the end of each subscriber's fibre.

    Why an ONT was last lost is the vendor's own number: Huawei 1 loss of signal, 13 dying gasp.
    """

    METRICS: ClassVar[Mapping[str, Metric]] = {
        "netmon_ont_up": Metric("gauge", "Whether the ONT is in service (1) or not (0).", ("pon", "ont")),
        "netmon_ont_receive_power_dbm": Metric("gauge", "Light that arrives at the ONT.", ("pon", "ont")),
        "netmon_ont_transmit_power_dbm": Metric("gauge", "Light that the ONT sends.", ("pon", "ont")),
        "netmon_olt_receive_power_dbm": Metric("gauge", "Light of this ONT that arrives at the OLT.", ("pon", "ont")),
        "netmon_ont_distance_meters": Metric("gauge", "Length of the fibre, by ranging.", ("pon", "ont")),
        "netmon_ont_last_down_cause": Metric(
            "gauge", "Why the ONT was last lost, by the vendor's numbers.", ("pon", "ont")
        ),
        "netmon_ont_temperature_celsius": Metric("gauge", "Temperature of the module in the ONT.", ("pon", "ont")),
        "netmon_ont_voltage_volts": Metric("gauge", "Supply voltage of the module in the ONT.", ("pon", "ont")),
        "netmon_ont_bias_amperes": Metric("gauge", "Current through the laser of the ONT.", ("pon", "ont")),
        "netmon_ont_on_battery": Metric(
            "gauge", "Whether the ONT runs from its battery (1) or not (0).", ("pon", "ont")
        ),
        "netmon_ont_info": Metric("info", "Which ONT it is.", ("pon", "ont", "serial", "name")),
        "netmon_pon_up": Metric("gauge", "Whether the PON port works (1) or not (0).", ("pon",)),
        "netmon_pon_onts": Metric("gauge", "ONTs that are known at the PON port.", ("pon",)),
        "netmon_pon_transmit_power_dbm": Metric("gauge", "Light that the PON port sends.", ("pon",)),
        "netmon_pon_temperature_celsius": Metric("gauge", "Temperature of the PON port's module.", ("pon",)),
    }
    REACHABILITY: ClassVar[bool] = False
    PROFILE: ClassVar[bool] = True
    EVERY: ClassVar[float] = 60.0
    TIMEOUT: ClassVar[float] = 2.0

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """What the device's profile knows of it. Raises Unreachable, Refused, AuthFailed or BadAnswer."""
        return await read(target, net, self.METRICS)
