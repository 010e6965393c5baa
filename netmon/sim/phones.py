"""What becomes of messages in virtual time: who gets them, and what if a channel does not work?"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from netmon.clock import Clock
from netmon.errors import Retryable
from netmon.model import Notice
from netmon.sim.expected import Told
from netmon.wire.net import Net


@dataclass(slots=True)
class Exchange:
    """The channels as they are now: those that refuse messages, and those that stall. `told` is what has arrived."""

    clock: Clock
    told: list[Told] = field(default_factory=list)
    refusing: set[str] = field(default_factory=set)
    stalling: set[str] = field(default_factory=set)

    def mend(self, channels: Iterable[str] | None) -> None:
        """These work again; None = all."""
        gone = self.refusing | self.stalling if channels is None else set(channels)
        self.refusing -= gone
        self.stalling -= gone


@dataclass(frozen=True, slots=True)
class Phone:
    """A notifier that writes down what it is told, and when, if its channel works."""

    name: str
    exchange: Exchange

    async def send(self, notice: Notice, net: Net) -> None:
        """Write it down. Retryable while the channel refuses; while it stalls, it is not back."""
        if self.name in self.exchange.stalling:
            await asyncio.Event().wait()
        if self.name in self.exchange.refusing:
            raise Retryable(f"{self.name} refuses")
        self.exchange.told.append(Told(self.exchange.clock.now(), notice))
