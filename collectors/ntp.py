"""Does the time server know what time it is?"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from netmon.errors import NotServing
from netmon.model import Metric, Sample, Target
from netmon.units import Duration
from netmon.wire import ntp
from netmon.wire.dialogue import Limit, exchange
from netmon.wire.net import Net


@dataclass(frozen=True, slots=True, kw_only=True)
class Ntp:
    """Asks a time server (SNTP, RFC 4330), and alive is what is synchronised itself.

    Offsets are against the clock of the machine that netmon runs on.
    """

    METRICS: ClassVar[Mapping[str, Metric]] = {
        "netmon_probe_rtt_seconds": Metric("gauge", "Round-trip time of the last answered probe.", ("collector",)),
        "netmon_ntp_offset_seconds": Metric("gauge", "How far the server's clock is ahead of netmon's."),
        "netmon_ntp_delay_seconds": Metric("gauge", "Time on the way; the offset is right to half of it."),
        "netmon_ntp_stratum": Metric("gauge", "Servers between this one and a reference clock, 1 to 15."),
        "netmon_ntp_leap": Metric("gauge", "Leap indicator: 0 none, 1 and 2 a leap second today, 3 not synchronised."),
        "netmon_ntp_root_dispersion_seconds": Metric(
            "gauge", "Error that the server claims for its own clock at most."
        ),
    }
    REACHABILITY: ClassVar[bool] = True
    SERVICE: ClassVar[bool] = True
    EVERY: ClassVar[float] = 60.0
    TIMEOUT: ClassVar[float] = 2.0

    max_offset: Annotated[
        Duration | None, Field(description="By how much the clocks may differ for sure; without it, by anything.")
    ] = None
    port: Annotated[int, Field(ge=1, le=65535, description="Port of the time server.")] = 123

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """Offset and what the server says of its clock. Raises Unreachable, Refused or NotServing."""
        mark = ntp.cookie()
        limit = Limit.after(target.timeout)
        sent = time.time()  # the wall clock is what is compared, not netmon's own time
        told, rtt = await exchange(
            net, target.address, self.port, ntp.question(mark), limit, lambda packet: ntp.read(packet, mark), "NTP"
        )
        samples = [
            Sample("netmon_probe_rtt_seconds", rtt, ("ntp",)),
            Sample("netmon_ntp_stratum", told.stratum),
            Sample("netmon_ntp_leap", told.leap),
        ]
        if trouble := ntp.trouble(told):
            raise NotServing(trouble, samples)
        offset, delay = ntp.offset(told, sent, rtt)
        samples += [
            Sample("netmon_ntp_offset_seconds", offset),
            Sample("netmon_ntp_delay_seconds", delay),
            Sample("netmon_ntp_root_dispersion_seconds", told.root_dispersion),
        ]
        if self.max_offset is not None and abs(offset) - abs(delay) / 2 > self.max_offset:
            raise NotServing(f"clock differs by {offset:+.3f} s, limit {self.max_offset:g} s", samples)
        return samples
