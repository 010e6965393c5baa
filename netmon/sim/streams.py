"""How does a conversation with a simulated server go, in virtual time?"""

import asyncio
from collections.abc import Awaitable, Callable

from netmon.errors import Unreachable
from netmon.sim.dialogues import Dialogue
from netmon.wire.net import Certificate, TlsSeen

Travel = Callable[[float], Awaitable[float]]
"""One round trip, at most so many seconds long: how long it took. Raises Unreachable."""


class SimStream:
    """A connection to a server of the model (netmon.wire.net.Stream)."""

    def __init__(
        self,
        connected: float,
        tls: TlsSeen | None,
        travel: Travel,
        greeting: bytes,
        answer: Dialogue,
        until: float,
        now: float,
    ) -> None:
        self.connected, self.tls = connected, tls
        self._travel, self._answer, self._until, self._now = travel, answer, until, now
        self._in, self._out = b"", greeting

    async def write(self, data: bytes, timeout: float) -> None:
        """As wire.net.Stream: the answer, if one is due now, can be read after a round trip."""
        await self._travel(timeout)
        self._in += data
        answer = self._answer(self._in)
        if answer:
            self._in, self._out = b"", self._out + answer

    async def read(self, most: int, timeout: float) -> bytes:
        """As wire.net.Stream: what there is, else silence."""
        if not self._out:
            await asyncio.sleep(timeout)
            raise Unreachable(f"no answer within {timeout:g} s")
        found, self._out = self._out[:most], self._out[most:]
        return found

    async def secure(self, name: str, timeout: float) -> TlsSeen:
        """As wire.net.Stream."""
        self.tls = seen(name, self._until, await self._travel(timeout), self._now)
        return self.tls

    async def close(self) -> None:
        """As wire.net.Stream: there is nothing to give back."""


def seen(name: str, until: float, seconds: float, now: float) -> TlsSeen:
    """What the handshake with a server of this name shows at `now`, whose certificate ends at `until`."""
    own = Certificate(f"CN={name}", "CN=netmon simulation", (name,), until - 365 * 86400.0, until, "1")
    return TlsSeen(seconds, "TLSv1.3", (own,), "expired" if until <= now else "")
