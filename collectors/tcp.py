"""Does anything answer on this TCP port?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from netmon.model import Metric, Sample, Target
from netmon.wire.net import Net


@dataclass(frozen=True, slots=True, kw_only=True)
class Tcp:
    """TCP handshake (RFC 9293) and nothing more: an open port is alive, and so is one that is refused."""

    METRICS: ClassVar[Mapping[str, Metric]] = {
        "netmon_probe_rtt_seconds": Metric("gauge", "Round-trip time of the last answered probe.", ("collector",)),
    }
    REACHABILITY: ClassVar[bool] = True
    EVERY: ClassVar[float] = 10.0
    TIMEOUT: ClassVar[float] = 2.0

    port: Annotated[int, Field(ge=1, le=65535, description="Port to open, for example 22 or 443.")]

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """The time of the handshake in seconds. Raises Unreachable or Refused."""
        rtt = await net.connect(target.address, self.port, target.timeout)
        return [Sample("netmon_probe_rtt_seconds", rtt, ("tcp",))]
