"""What would answer, if these lines were cut and these devices dead?

The model of a province that can be broken. It sends nothing and decides nothing: it says what the
vantage can reach, over which lines, with how much loss and delay, and which ports are up. Routes are
computed anew only after a change.
"""

import random
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from netmon.clock import Clock, SystemClock
from netmon.model import Inventory
from netmon.sim.bursts import Bursts
from netmon.sim.names import VANTAGE, lines_named, machines_named
from netmon.sim.ports import port_names
from netmon.sim.routes import Route, Routes, graph, line_delay, near_and_far

_DAY = 86400.0
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


class Network:
    """A province that can be broken, seen from its vantage.

    `settle` is how many seconds the routing needs after each change; until then packets go where they
    went before, into the hole if it is one. The vantage's own device can always be reached.
    """

    def __init__(self, inventory: Inventory, seed: int = 0, *, clock: Clock | None = None, settle: float = 0.0) -> None:
        self.inventory = inventory
        self.seed = seed
        self.version = 0  # counts changes, for those who keep what they computed from the model
        self._clock = clock or SystemClock()
        self._settle = settle
        self._graph = graph(inventory)
        self._cut: set[str] = set()
        self._failed: set[str] = set()
        self._isolated = False
        self._loss: dict[str, float] = {}
        self._bursts: dict[str, Bursts] = {}
        self._boots: dict[str, tuple[float, int]] = {}
        self._born = self._clock.now()
        self._changed_at = self._born
        self._stale = False
        self._routes = Routes(self._graph, inventory.vantage, (), ())
        self._memo: dict[str, Path | None] = {}
        self._near_far = near_and_far(inventory, self._graph)
        self._owners = dict(self._addresses())
        self._plugged: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for link, (local, remote) in port_names(inventory).items():
            source, target = inventory.links[link].source, inventory.links[link].target
            self._plugged.setdefault((source, local), []).append((link, target))
            self._plugged.setdefault((target, remote), []).append((link, source))

    def _addresses(self) -> Iterator[tuple[str, tuple[str, str]]]:
        """Every address with (what answers there, whether over which line); devices win over the others."""
        for service in self.inventory.services.values():
            if service.address is not None:
                yield service.address, (service.on, "")
        for link in self.inventory.links.values():
            if link.address is not None:
                yield link.address, (self._near_far[link.id][1], link.id)
        for device in self.inventory.devices.values():
            if device.address is not None:
                yield device.address, (device.id, "")

    # --- verbs --------------------------------------------------------------------------------

    def cut(self, *ids: str) -> None:
        """Cut lines: a link, or all lines that a site or a carrier owns. LookupError for anything else."""
        self._cut.update(line for each in ids for line in lines_named(self.inventory, each))
        self._changed()

    def fail(self, *ids: str) -> None:
        """Take the power from devices, from nodes without address, or from whole sites."""
        for each in ids:
            if each in (VANTAGE, self.inventory.vantage):
                self.isolate()
            self._failed.update(d for d in machines_named(self.inventory, each) if d != self.inventory.vantage)
        self._changed()

    def isolate(self) -> None:
        """Cut the vantage off: every tie and line of its device is dead."""
        self._isolated = True
        self._changed()

    def loss(self, link: str, rate: float, burst: float | None = None) -> None:
        """Let a line lose the share `rate` of all round trips, 0 for none; with `burst`, in bursts of about
        that many seconds. LookupError if there is no such line, ValueError for a rate that is no share."""
        if link not in self.inventory.links:
            raise LookupError(f"no link {link}")
        if not 0 <= rate <= 1:
            raise ValueError(f"a loss rate is from 0 to 1, not {rate}")
        self._loss.pop(link, None)
        self._bursts.pop(link, None)
        if burst is not None and 0 < rate < 1:
            now = self._clock.now()
            self._bursts[link] = Bursts(rate, burst, now, f"{self.seed}/burst/{link}/{self.version}")
        elif rate:
            self._loss[link] = rate
        self._touched()

    def restore(self, ids: Iterable[str] | None = None) -> frozenset[str]:
        """Mend what the ids name (as for the other verbs, and the vantage), or everything.

        Returns the devices that start again by it: their uptime begins anew.
        """
        started = set(self._failed)
        if ids is None:
            for broken in (self._cut, self._failed, self._loss, self._bursts):
                broken.clear()
            self._isolated = False
        else:
            for each in (ids,) if isinstance(ids, str) else ids:
                self._mend(each)
        started -= self._failed
        for device in started:
            self._boots[device] = (self._clock.now(), self.boots(device) + 1)
        self._changed()
        return frozenset(started & self.inventory.devices.keys())

    def _mend(self, each: str) -> None:
        if each in (VANTAGE, self.inventory.vantage):
            self._isolated = False
            return
        sites, carriers = self.inventory.sites, self.inventory.carriers
        if each in self.inventory.links or each in sites or each in carriers:
            for line in lines_named(self.inventory, each):
                self._cut.discard(line)
                self._loss.pop(line, None)
                self._bursts.pop(line, None)
        if each not in self.inventory.links and each not in carriers:
            self._failed.difference_update(machines_named(self.inventory, each))

    def _touched(self) -> None:
        self.version += 1
        self._memo.clear()

    def _changed(self) -> None:
        self._touched()
        self._stale = True
        self._changed_at = self._clock.now()

    # --- queries ------------------------------------------------------------------------------

    def reach(self, device: str) -> Path | None:
        """The way from the vantage to a device as it is now, or None."""
        if self._stale and self._clock.now() >= self._changed_at + self._settle:
            self._converge()
        if device in self._memo:
            path = self._memo[device]
        else:
            route = self._routes.to(device)
            path = self._memo[device] = self._weigh(route) if route is not None and self._works(route) else None
        return self._now_lossy(path) if path is not None and self._bursts else path

    def answers(self, address: str) -> Answer:
        """What asking an address of a device, a line or a service would bring. A line's address answers while
        the line and both its ends live and either end can be reached: its near end over the line itself."""
        owner = self._owners.get(address)
        if owner is None:
            return Answer(False)
        device, link = owner
        path = self._over(link) if link else self.reach(device)
        return Answer(False) if path is None else Answer(True, path.loss, path.rtt)

    def owner(self, address: str) -> str | None:
        """The device that answers at an address."""
        owner = self._owners.get(address)
        return None if owner is None else owner[0]

    def line_up(self, link: str) -> bool:
        """Whether a line carries anything: not cut, no node on its way dead, and not one of a vantage cut off."""
        line = self.inventory.links[link]
        if link in self._cut or (self._failed and any(node in self._failed for node in line.via)):
            return False
        return not (self._isolated and self.inventory.vantage in (line.source, line.target))

    def port_up(self, device: str, port: str) -> bool:
        """Whether an interface is operationally up: any line in it works and has a live far end. Interfaces
        without a line are up."""
        lines = self._plugged.get((device, port))
        return lines is None or any(self.line_up(link) and far not in self._failed for link, far in lines)

    def alive(self, device: str) -> bool:
        """Whether a device has power, reachable or not."""
        return device not in self._failed

    def boots(self, device: str) -> int:
        """How often a device has started."""
        return self._boots.get(device, (0.0, 1))[1]

    def booted_at(self, device: str) -> float:
        """When a device last started, seconds since the epoch; days before the model's birth at first."""
        if device in self._boots:
            return self._boots[device][0]
        return self._born - random.Random(f"{self.seed}/age/{device}").uniform(2, 200) * _DAY  # noqa: S311

    def _converge(self) -> None:
        dead = {link for link in self.inventory.links if not self.line_up(link)}
        self._routes = Routes(self._graph, self.inventory.vantage, frozenset(self._failed), dead)
        self._memo.clear()
        self._stale = False

    def _works(self, route: Route) -> bool:
        """Whether a route computed before the last change still holds."""
        if self._isolated and len(route.devices) > 1:
            return False
        return not self._stale or (self._failed.isdisjoint(route.devices) and all(map(self.line_up, route.links)))

    def _weigh(self, route: Route) -> Path:
        arrives = 1.0
        for link in route.links:
            arrives *= 1 - self._loss.get(link, 0.0)
        return Path(route.devices, route.links, 1 - arrives, 2 * route.delay + _HOST)

    def _now_lossy(self, path: Path) -> Path:
        now = self._clock.now()
        lost = any(link in self._bursts and self._bursts[link].lost(now) for link in path.links)
        return path._replace(loss=1.0) if lost else path

    def _over(self, link: str) -> Path | None:
        near, far = self._near_far[link]
        if not (self.line_up(link) and self.alive(near) and self.alive(far)):
            return None
        path = self.reach(near)
        if path is not None and link not in path.links:
            delay = line_delay(self.inventory.links[link])
            loss = 1 - (1 - path.loss) * (1 - self._loss.get(link, 0.0))
            over = Path((*path.devices, far), (*path.links, link), loss, path.rtt + 2 * delay)
            return self._now_lossy(over) if self._bursts else over
        return self.reach(far)
