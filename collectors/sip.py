"""Does the conference bridge or telephone exchange answer SIP?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from netmon.errors import NotServing
from netmon.model import Metric, Sample, Target
from netmon.wire import sip
from netmon.wire.dialogue import Limit
from netmon.wire.net import Net

SERVER_FAILURE = range(500, 600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sip:
    """OPTIONS (RFC 3261, 11), which rings nowhere: any final answer is alive but a server failure (5xx)."""

    METRICS: ClassVar[Mapping[str, Metric]] = {
        "netmon_probe_rtt_seconds": Metric("gauge", "Round-trip time of the last answered probe.", ("collector",)),
        "netmon_sip_status_code": Metric("gauge", "Status code of the final answer to OPTIONS."),
    }
    REACHABILITY: ClassVar[bool] = True
    SERVICE: ClassVar[bool] = True
    EVERY: ClassVar[float] = 30.0
    TIMEOUT: ClassVar[float] = 2.0

    transport: Annotated[sip.Transport, Field(description="What carries it; tls trusts every certificate.")] = "udp"
    port: Annotated[int, Field(ge=1, le=65535, description="Port; 5061 is usual for tls.")] = 5060
    user: Annotated[
        str, Field(description="Name before the @, where the server wants one.", pattern=r"^[A-Za-z0-9._~+-]*$")
    ] = ""
    expect: Annotated[
        tuple[Annotated[int, Field(ge=200, le=699)], ...],
        Field(description="Status codes that count as alive; without it, all but 5xx."),
    ] = ()

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """Time and status of the final answer. Raises Unreachable, Refused or NotServing."""
        question = sip.Question(target.address, self.port, self.transport, self.user)
        head, seconds = await sip.options(net, target.address, question, Limit.after(target.timeout))
        samples = [
            Sample("netmon_probe_rtt_seconds", seconds, ("sip",)),
            Sample("netmon_sip_status_code", head.status),
        ]
        if self.expect and head.status not in self.expect:
            raise NotServing(f"SIP status '{head}', expected {', '.join(map(str, self.expect))}", samples)
        if not self.expect and head.status in SERVER_FAILURE:
            raise NotServing(f"SIP status '{head}'", samples)
        return samples
