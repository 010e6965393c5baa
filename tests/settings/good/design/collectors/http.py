"""Stands in for a collector that the design's example names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from netmon.model import Metric, Sample, Target
from netmon.wire.net import Net


@dataclass(frozen=True, slots=True, kw_only=True)
class Http:
    """Asks nothing."""

    METRICS: ClassVar[Mapping[str, Metric]] = {}
    REACHABILITY: ClassVar[bool] = False
    EVERY: ClassVar[float] = 30.0
    TIMEOUT: ClassVar[float] = 5.0

    url: str = ""
    expect: int = 200

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """Nothing."""
        return []
