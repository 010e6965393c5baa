"""Does the address answer a ping?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from netmon.errors import CollectError, Unreachable
from netmon.model import Metric, Sample, Target
from netmon.wire.net import Net

RTT = "netmon_probe_rtt_seconds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Icmp:
    """ICMP echo (RFC 792, RFC 4443): one request per round, alive if the answer comes in time."""

    METRICS: ClassVar[Mapping[str, Metric]] = {
        RTT: Metric("gauge", "Round-trip time of the last answered probe.", ("collector",)),
    }
    REACHABILITY: ClassVar[bool] = True
    EVERY: ClassVar[float] = 2.0
    TIMEOUT: ClassVar[float] = 1.0

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """The round-trip time in seconds. Raises Unreachable."""
        [result] = await self.collect_slice([target], net)
        if isinstance(result, CollectError):
            raise result
        return result

    async def collect_slice(self, targets: Sequence[Target], net: Net) -> list[list[Sample] | CollectError]:
        """One echo request to each target at once; the result of each, in the order of `targets`.

        Waits as long as the most patient of them. An answer that comes later than a less patient target
        allows does not count for that one.
        """
        patience = max((target.timeout for target in targets), default=0)
        times = await net.ping([target.address for target in targets], patience) if targets else []
        return [judge(target, rtt, patience) for target, rtt in zip(targets, times, strict=True)]


def judge(target: Target, rtt: float | None, patience: float) -> list[Sample] | CollectError:
    """What a round-trip time (s; None = no answer within `patience`) says of the target.

    Under a busy event loop times are read late: the wire alone decides what came within its own wait.
    """
    if rtt is None or rtt > target.timeout < patience:
        return Unreachable(f"{target.address}: no echo reply within {target.timeout:g} s")
    return [Sample(RTT, rtt, ("icmp",))]
