"""What can the vantage reach, over which lines, with how much loss and delay?"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from netmon.model import Inventory
from netmon.sim.convergence import Convergence
from netmon.sim.damage import Damage
from netmon.sim.ports import port_names
from netmon.sim.routes import Graph, Route, line_delay, near_and_far

_HOST = 0.0001  # seconds that a device takes to answer


class Path(NamedTuple):
    """A way from the vantage: devices and lines in order, loss of a round trip, round-trip time in seconds."""

    devices: tuple[str, ...]
    links: tuple[str, ...]
    loss: float
    rtt: float


class Answer(NamedTuple):
    """What asking an address would bring: anything at all, how often nothing, and after how many seconds."""

    reachable: bool
    loss: float = 0.0
    rtt: float = 0.0


class View:
    """The network as it is seen from the vantage: what is broken, and the routes as the routers know them.

    Paths are kept until `forget` is called, which whoever changes anything must do.
    """

    def __init__(self, inventory: Inventory, ways: Graph, damage: Damage, routing: Convergence) -> None:
        self._inventory, self._damage, self._routing = inventory, damage, routing
        self._memo: dict[str, Path | None] = {}
        self._near_far = near_and_far(inventory, ways)
        self._owners: Mapping[str, tuple[str, str]] = dict(self._addresses())
        self.plugged: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for link, (local, remote) in port_names(inventory).items():
            source, target = inventory.links[link].source, inventory.links[link].target
            self.plugged.setdefault((source, local), []).append((link, target))
            self.plugged.setdefault((target, remote), []).append((link, source))

    def _addresses(self) -> Iterator[tuple[str, tuple[str, str]]]:
        """Every address with (what answers there, whether over which line); devices win over the others."""
        for service in self._inventory.services.values():
            if service.address is not None:
                yield service.address, (service.on, "")
        for link in self._inventory.links.values():
            if link.address is not None:
                yield link.address, (self._near_far[link.id][1], link.id)
        for device in self._inventory.devices.values():
            if device.address is not None:
                yield device.address, (device.id, "")

    def forget(self) -> None:
        """Something has changed: work out every path anew."""
        self._memo.clear()

    def path(self, device: str, now: float) -> Path | None:
        """The way to a device at `now`, or None."""
        if device in self._memo:
            path = self._memo[device]
        else:
            route = self._routing.to(device)
            path = self._memo[device] = self._weigh(route) if route is not None and self._works(route) else None
        return self._now_lossy(path, now) if path is not None and self._damage.bursts else path

    def answer(self, address: str, now: float) -> Answer:
        """What asking an address at `now` would bring."""
        owner = self._owners.get(address)
        if owner is None:
            return Answer(False)
        device, link = owner
        path = self._over(link, now) if link else self.path(device, now)
        if path is None:
            return Answer(False)
        return Answer(True, path.loss, path.rtt + self._damage.slow.get(device, 0.0))

    def owner(self, address: str) -> str | None:
        """The device that answers at an address."""
        owner = self._owners.get(address)
        return None if owner is None else owner[0]

    def port_up(self, device: str, port: str) -> bool:
        """Whether any line in the port has a signal and a live far end; ports without a line are up."""
        lines, damage = self.plugged.get((device, port)), self._damage
        return lines is None or any(damage.carrier(link) and far not in damage.failed for link, far in lines)

    def _works(self, route: Route) -> bool:
        """Whether a route that the routers may have computed before the last change still holds."""
        damage = self._damage
        if damage.isolated and len(route.devices) > 1:
            return False
        if not self._routing.stale:
            return True
        return damage.failed.isdisjoint(route.devices) and all(map(damage.carries, route.links))

    def _weigh(self, route: Route) -> Path:
        arrives, late = 1.0, 0.0
        for link in route.links:
            arrives *= 1 - self._damage.lossy(link)
            late += self._damage.late(link)
        return Path(route.devices, route.links, 1 - arrives, 2 * route.delay + late + _HOST)

    def _now_lossy(self, path: Path, now: float) -> Path:
        bursts = self._damage.bursts
        lost = any(link in bursts and bursts[link].lost(now) for link in path.links)
        return path._replace(loss=1.0) if lost else path

    def _over(self, link: str, now: float) -> Path | None:
        """The way to the far end of a line: over the line itself where its near end can be reached."""
        near, far = self._near_far[link]
        damage = self._damage
        if not damage.carries(link) or near in damage.failed or far in damage.failed:
            return None
        path = self.path(near, now)
        if path is not None and link not in path.links:
            delay = 2 * line_delay(self._inventory.links[link]) + damage.late(link)
            loss = 1 - (1 - path.loss) * (1 - damage.lossy(link))
            over = Path((*path.devices, far), (*path.links, link), loss, path.rtt + delay)
            return self._now_lossy(over, now) if damage.bursts else over
        return self.path(far, now)
