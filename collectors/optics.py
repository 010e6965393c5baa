"""How much light do the optical modules send and get?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from netmon.model import Metric, Sample, Target
from netmon.reading.ask import read
from netmon.wire.net import Net


@dataclass(frozen=True, slots=True, kw_only=True)
class Optics:
    """Optical modules: power, bias, voltage and heat of each, where the profile of the vendor says they stand.

    Powers are dBm (0 dBm = 1 mW). A module that measures nothing, or an empty cage, is left out.
    """

    METRICS: ClassVar[Mapping[str, Metric]] = {
        "netmon_optical_receive_power_dbm": Metric("gauge", "Light that arrives.", ("if_name",)),
        "netmon_optical_transmit_power_dbm": Metric("gauge", "Light that is sent.", ("if_name",)),
        "netmon_optical_bias_amperes": Metric("gauge", "Current through the laser.", ("if_name",)),
        "netmon_optical_temperature_celsius": Metric("gauge", "Temperature of the module.", ("if_name",)),
        "netmon_optical_voltage_volts": Metric("gauge", "Supply voltage of the module.", ("if_name",)),
    }
    REACHABILITY: ClassVar[bool] = False
    PROFILE: ClassVar[bool] = True
    EVERY: ClassVar[float] = 60.0
    TIMEOUT: ClassVar[float] = 2.0

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """What the device's profile knows of it. Raises Unreachable, Refused, AuthFailed or BadAnswer."""
        return await read(target, net, self.METRICS)
