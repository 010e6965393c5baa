"""Does the UPS feed its load from the battery, and for how much longer?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from netmon.errors import BadAnswer, CollectError
from netmon.model import Metric, Sample, Target
from netmon.reading.ask import read
from netmon.wire.net import Net, SnmpValue

# UPS-MIB (RFC 1628): upsBattery, upsOutput
BATTERY_STATUS = "1.3.6.1.2.1.33.1.2.1.0"
SECONDS_ON_BATTERY = "1.3.6.1.2.1.33.1.2.2.0"
MINUTES_REMAINING = "1.3.6.1.2.1.33.1.2.3.0"
CHARGE_REMAINING = "1.3.6.1.2.1.33.1.2.4.0"
TEMPERATURE = "1.3.6.1.2.1.33.1.2.7.0"
OUTPUT_SOURCE = "1.3.6.1.2.1.33.1.4.1.0"

LOW, DEPLETED = 3, 4
"""upsBatteryStatus; 1 is unknown, 2 normal."""
FROM_BATTERY = 5
"""upsOutputSource; 1 other, 2 none, 3 normal, 4 bypass, 6 booster, 7 reducer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ups:
    """An uninterruptible power supply that speaks UPS-MIB (RFC 1628) or what its vendor's profile knows.

    Where both tell the same, the profile counts. What the UPS does not tell is left out.
    """

    METRICS: ClassVar[Mapping[str, Metric]] = {
        "netmon_ups_on_battery": Metric("gauge", "Whether the battery feeds the load (1) or not (0)."),
        "netmon_ups_battery_low": Metric("gauge", "Whether the battery is low or depleted (1) or not (0)."),
        "netmon_ups_charge_ratio": Metric("gauge", "How full the battery is."),
        "netmon_ups_remaining_seconds": Metric("gauge", "How long the battery would feed the load from now on."),
        "netmon_ups_temperature_celsius": Metric("gauge", "At or near the battery."),
        "netmon_ups_battery_volts": Metric("gauge", "Voltage of the battery."),
        "netmon_ups_load_ratio": Metric("gauge", "Share of what the UPS can give that is taken.", ("line",)),
        "netmon_ups_input_volts": Metric("gauge", "Voltage of the mains.", ("line",)),
        "netmon_ups_output_volts": Metric("gauge", "Voltage that the load gets.", ("line",)),
    }
    REACHABILITY: ClassVar[bool] = False
    PROFILE: ClassVar[bool] = True
    EVERY: ClassVar[float] = 30.0
    TIMEOUT: ClassVar[float] = 2.0

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """The battery and where the output comes from: UPS-MIB in one request, then the profile.

        Raises Unreachable, Refused, AuthFailed, or BadAnswer if the agent tells nothing of a UPS.
        """
        if target.credential is None:
            raise BadAnswer(f"{target.id}: the inventory names no SNMP credential")
        oids = (
            OUTPUT_SOURCE, SECONDS_ON_BATTERY, BATTERY_STATUS, CHARGE_REMAINING, MINUTES_REMAINING, TEMPERATURE
        )  # fmt: skip
        try:
            values = await net.snmp(target.address, target.credential).get(oids, target.timeout)
        except BadAnswer:
            values = {}
        own = {(sample.metric, sample.labels): sample for sample in tell(values)}
        if target.profile is not None:
            try:
                own |= {(sample.metric, sample.labels): sample for sample in await read(target, net, self.METRICS)}
            except CollectError as error:
                own |= {(sample.metric, sample.labels): sample for sample in error.samples}
                raise type(error)(str(error), tuple(own.values())) from None
        if not own:
            raise BadAnswer(f"{target.address}: the agent tells nothing of a UPS")
        return list(own.values())


def tell(values: Mapping[str, SnmpValue]) -> Iterator[Sample]:
    """Samples of what was answered; an object of the wrong type or beyond its range counts as missing."""
    source, seconds = values.get(OUTPUT_SOURCE), values.get(SECONDS_ON_BATTERY)
    if isinstance(source, int):
        yield Sample("netmon_ups_on_battery", int(source == FROM_BATTERY))
    elif isinstance(seconds, int):  # 0 while it is not on battery
        yield Sample("netmon_ups_on_battery", int(seconds > 0))
    status = values.get(BATTERY_STATUS)
    if isinstance(status, int) and status > 1:
        yield Sample("netmon_ups_battery_low", int(status in (LOW, DEPLETED)))
    charge = values.get(CHARGE_REMAINING)
    if isinstance(charge, int) and 0 <= charge <= 100:
        yield Sample("netmon_ups_charge_ratio", charge / 100)
    minutes = values.get(MINUTES_REMAINING)
    if isinstance(minutes, int) and minutes > 0:  # PositiveInteger; cards that do not know it send 0 or -1
        yield Sample("netmon_ups_remaining_seconds", minutes * 60)
    temperature = values.get(TEMPERATURE)
    if isinstance(temperature, int) and temperature != -1:  # what cards without a sensor send
        yield Sample("netmon_ups_temperature_celsius", temperature)
