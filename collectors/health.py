"""Is the device itself well: its processor, memory, heat, fans and power?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from netmon.model import Metric, Sample, Target
from netmon.reading.ask import read
from netmon.wire.net import Net


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Processor, memory, temperature, fans and power supplies, where the profile of the vendor says they stand.

    Which sensors there are, and by which names, is the device's own word. What it does not tell is left out.
    """

    METRICS: ClassVar[Mapping[str, Metric]] = {
        "netmon_cpu_ratio": Metric("gauge", "How busy a processor is.", ("cpu",)),
        "netmon_load_average": Metric(
            "gauge", "Processes that run or wait to run, averaged over a window.", ("window",)
        ),
        "netmon_memory_used_ratio": Metric("gauge", "How full a memory pool is.", ("pool",)),
        "netmon_storage_used_ratio": Metric("gauge", "How full a disk or flash is.", ("storage",)),
        "netmon_temperature_celsius": Metric("gauge", "Temperature at a sensor.", ("sensor",)),
        "netmon_humidity_ratio": Metric("gauge", "Relative humidity at a sensor.", ("sensor",)),
        "netmon_voltage_volts": Metric("gauge", "Voltage at a sensor.", ("sensor",)),
        "netmon_current_amperes": Metric("gauge", "Current at a sensor.", ("sensor",)),
        "netmon_power_watts": Metric("gauge", "Power at a sensor.", ("sensor",)),
        "netmon_fan_speed_rpm": Metric("gauge", "How fast a fan turns, in turns a minute.", ("fan",)),
        "netmon_fan_ok": Metric("gauge", "Whether a fan turns as it should (1) or not (0).", ("fan",)),
        "netmon_power_supply_ok": Metric("gauge", "Whether a power supply works (1) or not (0).", ("supply",)),
        "netmon_sensor_ok": Metric(
            "gauge", "Whether a sensor reads what the device finds normal (1) or not (0).", ("sensor",)
        ),
        "netmon_board_ok": Metric("gauge", "Whether a board works (1) or not (0).", ("board",)),
        "netmon_alarm_active": Metric("gauge", "Whether an alarm of the device is on (1) or not (0).", ("alarm",)),
        "netmon_sessions": Metric("gauge", "Sessions that a firewall keeps."),
        "netmon_wireless_clients": Metric("gauge", "Clients of a radio.", ("radio",)),
        "netmon_hardware_info": Metric("info", "What the device is made of.", ("model", "serial", "software")),
    }
    REACHABILITY: ClassVar[bool] = False
    PROFILE: ClassVar[bool] = True
    EVERY: ClassVar[float] = 60.0
    TIMEOUT: ClassVar[float] = 2.0

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """What the device's profile knows of it. Raises Unreachable, Refused, AuthFailed or BadAnswer."""
        return await read(target, net, self.METRICS)
