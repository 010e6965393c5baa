"""Which way do packets take to it?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from netmon.errors import Unreachable
from netmon.model import Metric, News, Remembered, Sample, Target
from netmon.reading.ways import written
from netmon.wire.net import Net

FAMILY = "netmon_path_info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """The routers on the way, by traceroute: `10.0.0.1 > * > 10.2.3.4`, where * does not tell who it is.

    A way that does not reach its end is no way: what is known of it stays, and the poll has failed.
    """

    METRICS: ClassVar[Mapping[str, Metric]] = {
        FAMILY: Metric("info", "The routers on the way there, its end included; * is one that is silent.", ("path",)),
        "netmon_path_hops": Metric("gauge", "Routers on the way there, its end included."),
    }
    REACHABILITY: ClassVar[bool] = False
    EVERY: ClassVar[float] = 86400.0
    TIMEOUT: ClassVar[float] = 1.0

    most: Annotated[int, Field(ge=1, le=64, description="Hops after which the way is given up.")] = 20
    tell: Annotated[
        tuple[News, ...], Field(description="What people are told: `changed`. The rest is only written down.")
    ] = ()

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """The whole way. Raises Unreachable if it ends before, NotPermitted or BadAnswer."""
        hops = await net.trace(target.address, target.timeout, self.most)
        if not hops:
            raise Unreachable(f"{target.address}: nobody on the way answers within {target.timeout:g} s")
        if hops[-1].address != target.address:
            raise Unreachable(f"{target.address}: the way ends at hop {len(hops)}: {written(hops)}")
        return [Sample(FAMILY, 1, (written(hops),)), Sample("netmon_path_hops", len(hops))]

    def remembered(self) -> Sequence[Remembered]:
        """The way as a whole: a change of it is news."""
        return (Remembered(FAMILY, (), tell=frozenset(self.tell)),)
