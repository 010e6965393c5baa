"""What was last heard of one device, or of the port at the living end of one link? Looked up only when it is asked."""

from collections.abc import Mapping
from dataclasses import dataclass

from netmon.decide.detect import Watch
from netmon.decide.graph import Graph
from netmon.model import Link


@dataclass(frozen=True, slots=True)
class Answering:
    """Targets that answer and have missed nothing since, and when they last did."""

    watches: Mapping[str, Watch]

    def __contains__(self, name: str) -> bool:
        watch = self.watches.get(name)
        return watch is not None and watch.silent is False and watch.first_miss is None

    def get(self, name: str, default: float) -> float:
        """When it was last heard, else the default."""
        return self.watches[name].last_answer if name in self else default


@dataclass(frozen=True, slots=True)
class LivePorts:
    """Links whose nearer port is up, or the farther one where the nearer end is silent; when it was last seen up, and
    down."""

    graph: Graph
    links: Mapping[str, Link]
    watches: Mapping[str, Watch]
    ports: Mapping[tuple[str, str], tuple[bool, float]]
    fell: Mapping[tuple[str, str], float]

    def get(self, name: str, default: tuple[float, float]) -> tuple[float, float]:
        """When the port at the living end of this link was last seen up, and down; else the default."""
        link, end = self.links[name], self.graph.near[name]
        if self._silent(end):
            end = self.graph.far[name]
        port = (end, (link.remote if end == link.target else link.local) or "")
        up, at = self.ports.get(port, (False, 0.0))
        if not up or self._silent(end):
            return default
        watch = self.watches.get(end)
        back = watch.up_since if watch is not None else 0.0  # while it was gone itself nobody saw its ports
        return at, max(back, self.fell.get(port, 0.0))

    def _silent(self, device: str) -> bool:
        watch = self.watches.get(device)
        return watch is not None and watch.silent is True
