"""What do devices say unasked, and how does it arrive?

A device that loses power has an instant left for a dying gasp; the far ends of its lines see their ports go
down; what starts again says so once the routing has found it. Whatever is said goes by the routes of that
moment, and is lost with them.
"""

import asyncio
import random
from collections.abc import Callable, Iterable
from typing import NamedTuple

from netmon.clock import Clock
from netmon.model import Evidence, TrapKind, TrapSeen
from netmon.sim.damage import Damage
from netmon.sim.view import View


class Trap(NamedTuple):
    """A trap on its way: whose, what, of which port, the loss of the path, and its delay one way in seconds."""

    device: str
    what: TrapKind
    port: str
    loss: float
    delay: float


class Voices:
    """Who says what when something changes; nobody says anything while nobody listens."""

    __slots__ = ("_damage", "_down", "_listeners", "_view")

    def __init__(self, damage: Damage, view: View) -> None:
        self._damage, self._view = damage, view
        self._listeners: list[Callable[[Trap], None]] = []
        self._down: set[tuple[str, str]] = set()

    def __bool__(self) -> bool:
        return bool(self._listeners)

    def listen(self, hear: Callable[[Trap], None]) -> None:
        """Hear everything from now on."""
        self._listeners.append(hear)
        self._down = self._ports_down()

    def say(self, device: str, what: TrapKind, now: float, port: str = "") -> None:
        """A trap, if the device lives and what it says can reach the vantage."""
        if not self._listeners or device in self._damage.hung or device in self._damage.failed:
            return
        path = self._view.path(device, now)
        if path is not None:
            for hear in self._listeners:
                hear(Trap(device, what, port, path.loss, path.rtt / 2))

    def gasp(self, dying: Iterable[str], now: float) -> None:
        """The last words of those that carry lines, said while these still work."""
        if self._listeners:
            for device in sorted({device for device, _ in self._view.plugged}.intersection(dying)):
                self.say(device, "dying_gasp", now)

    def ports(self, now: float) -> None:
        """What has become of the ports since the last time."""
        if not self._listeners:
            return
        down, before = self._ports_down(), self._down
        self._down = down
        for device, port in sorted(down ^ before):
            self.say(device, "link_down" if (device, port) in down else "link_up", now, port)

    def _ports_down(self) -> set[tuple[str, str]]:
        return {port for port in self._view.plugged if not self._view.port_up(*port)}


class Delivery:
    """Hands over the traps that arrive, when they arrive, as evidence. Callable as Network.watch asks."""

    __slots__ = ("_chance", "_clock", "_hear")

    def __init__(self, hear: Callable[[Iterable[Evidence]], None], clock: Clock, seed: int) -> None:
        self._hear, self._clock = hear, clock
        self._chance = random.Random(f"{seed}/traps")  # noqa: S311 (chance, not secrecy)

    def __call__(self, trap: Trap) -> None:
        """Send a trap on its way; UDP, so nobody sends it again."""
        if trap.loss and self._chance.random() < trap.loss:
            return
        asyncio.get_running_loop().call_later(trap.delay, self._arrive, trap)

    def _arrive(self, trap: Trap) -> None:
        self._hear([TrapSeen(trap.device, self._clock.now(), trap.what, trap.port)])
