"""Who answers the telephone in a simulation, and who calls or writes back?"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Literal

from netmon.wire.modem.seam import Heard, ModemSeen, Rung

ANSWERED = 8.0
"""Seconds until somebody who is awake answers the telephone."""


class SimModem:
    """A modem (netmon.wire.modem.seam.Modem) that always works, in virtual time.

    Telephones whose number is in `awake` are answered; all others ring in vain. `incoming` is what people send to the
    modem, or call it with.
    """

    def __init__(self, sent: Callable[[Literal["text", "ring"], str, bytes], None]) -> None:
        """`sent` is told of every SMS and call: which, to what number, and the text (nothing for a call)."""
        self.awake: set[str] = set()
        self.incoming: asyncio.Queue[Heard] = asyncio.Queue()
        self._sent = sent

    async def text(self, number: str, text: str, timeout: float, parts: int) -> None:
        """As Modem: taken at once."""
        self._sent("text", number, text.encode())

    async def ring(self, number: str, seconds: float) -> Rung:
        """As Modem; see `awake`."""
        self._sent("ring", number, b"")
        answered = number in self.awake and seconds >= ANSWERED
        await asyncio.sleep(ANSWERED if answered else seconds)
        return "answered" if answered else "rang"

    async def heard(self) -> AsyncGenerator[Heard, None]:
        """As Modem: what is put into `incoming`."""
        while True:
            yield await self.incoming.get()

    async def seen(self, timeout: float) -> ModemSeen:
        """As Modem: at home in its network, which it hears well."""
        return ModemSeen(-71.0, 1, {})
