"""Can this number be true of any device?

The ranges are wide: they catch a forgotten scale, a sentinel taken for a value, a counter that is none.
"""

import math
from collections.abc import Iterable, Iterator, Mapping

from netmon.model import Metric, Sample

FRACTIONS = ("netmon_ups_load_ratio",)
"""Shares that may be above 1: an overloaded UPS."""

RANGES: Mapping[str, tuple[float, float]] = {
    "netmon_bgp_peer_state": (1, 6),
    "netmon_current_amperes": (0, 100),
    "netmon_fan_speed_rpm": (0, 30_000),
    "netmon_if_admin_status": (1, 3),
    "netmon_if_counter_narrow": (1, 1),
    "netmon_if_oper_status": (1, 7),
    "netmon_if_speed_bytes_per_second": (1, 50e9),
    "netmon_isis_adjacency_state": (1, 4),
    "netmon_lan_hosts": (0, 100_000),
    "netmon_lan_hosts_dropped": (0, 100_000),
    "netmon_load_average": (0, 500),
    "netmon_lte_rsrp_dbm": (-140, -40),
    "netmon_lte_rsrq_db": (-30, -1),
    "netmon_lte_rssi_dbm": (-120, -20),
    "netmon_lte_sinr_db": (-20, 40),
    "netmon_olt_receive_power_dbm": (-40, -5),
    "netmon_ont_distance_meters": (1, 60_000),
    "netmon_ont_last_down_cause": (0, 64),
    "netmon_ospf_neighbor_state": (1, 8),
    "netmon_pon_onts": (0, 256),
    "netmon_power_watts": (0, 20_000),
    "netmon_sla_mos": (1, 5),
    "netmon_ups_battery_volts": (5, 800),
    "netmon_ups_input_volts": (0, 480),
    "netmon_ups_output_volts": (0, 480),
    "netmon_voltage_volts": (0, 500),
}
"""Families whose range their name does not tell."""

ENDINGS: Mapping[str, tuple[float, float]] = {
    "_power_dbm": (-45, 10),
    "_temperature_celsius": (-20, 100),
    "_bias_amperes": (0, 0.2),
    "_voltage_volts": (1, 6),
    "_ratio": (0, 1),
    "_info": (1, 1),
    "_up": (0, 1),
    "_ok": (0, 1),
    "_active": (0, 1),
    "_low": (0, 1),
    "_on_battery": (0, 1),
    "_seconds": (0, 500e6),
    "_total": (0, 2**64 - 1),
    "_boots": (0, 2**31 - 1),
    "_sessions": (0, 100e6),
    "_clients": (0, 10_000),
}
"""All others, by how they end."""


def bounds(family: str) -> tuple[float, float]:
    """What a value of the family may be. LookupError if nobody has thought about it."""
    if family in FRACTIONS:
        return 0, 2
    if family in RANGES:
        return RANGES[family]
    for ending, limits in ENDINGS.items():
        if family.endswith(ending):
            return limits
    raise LookupError(f"no range for {family}")


def implausible(samples: Iterable[Sample], families: Mapping[str, Metric]) -> Iterator[str]:
    """What is wrong with these samples, one sentence for each."""
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for metric, value, labels in samples:
        low, high = bounds(metric)
        if not math.isfinite(value) or not low <= value <= high:
            yield f"{metric}{list(labels)} is {value:g}, not {low:g} to {high:g}"
        if families[metric].type == "counter" and value != int(value):
            yield f"{metric}{list(labels)} counts {value}"
        if (metric, labels) in seen:
            yield f"{metric}{list(labels)} is told twice"
        seen.add((metric, labels))
        if any(not label.isprintable() for label in labels):
            yield f"{metric}{list(labels)} has a label that cannot be printed"
