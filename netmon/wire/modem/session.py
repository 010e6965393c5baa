"""How is a modem made ready, and made ready again after it was unplugged?"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from netmon.errors import Retryable, SendError
from netmon.wire.modem.answers import capacity
from netmon.wire.modem.chat import Chat
from netmon.wire.text import clean

SHORT = 5.0
"""Seconds for a command that the modem answers by itself."""
LONG = 20.0
"""Seconds for one that looks through a memory or asks the network."""

_NEEDED = ("ATE0", "AT+CMEE=1", "AT+CMGF=0")
"""No echo, errors by number, PDU mode."""
_WISHED = ("AT+CNMI=2,1,0,0,0", "AT+CLIP=1")
"""Say that an SMS came and keep it; say who calls. A modem that cannot do it can still send."""
_MEMORIES = ("ME", "SM")
"""The modem's own, or that of the SIM card where there is none."""


class Session:
    """The modem on one serial port, for many callers. `opened`: how often it was made ready."""

    __slots__ = ("_chat", "_lock", "_quiet", "_unasked", "opened", "path")

    def __init__(self, path: str, unasked: Callable[[str, str], None], quiet: float) -> None:
        """Opens nothing yet. `unasked` as in Chat; `quiet`: seconds between waking the modem and the first command."""
        self.path = path
        self.opened = 0
        self._unasked, self._quiet = unasked, quiet
        self._chat: Chat | None = None
        self._lock = asyncio.Lock()

    async def ask(self, command: str, timeout: float, message: str = "") -> list[str]:
        """As Chat.ask, after the commands of other callers, with a port that is opened if need be."""
        async with self._lock:
            if self._chat is None or self._chat.over:
                self._chat = await self._ready()
            return await self._chat.ask(command, timeout, message)

    async def _ready(self) -> Chat:
        """A chat with a modem that can send. Raises Retryable."""
        chat = Chat(self.path, self._unasked)
        try:
            await chat.wake(self._quiet, SHORT)
            with suppress(SendError):
                await chat.ask("AT", SHORT)  # what came before may have left it with half a command
            for command in _NEEDED:
                await chat.ask(command, SHORT)
            state = clean(" ".join(await chat.ask("AT+CPIN?", SHORT)), 40).removeprefix("+CPIN: ")
            if state != "READY":
                raise Retryable(f"{self.path}: the SIM card says {state or 'nothing'}; it must be there, without a PIN")
            for command in _WISHED:
                with suppress(SendError):
                    await chat.ask(command, SHORT)
            for memory in _MEMORIES:
                with suppress(SendError):
                    if capacity(await chat.ask(f'AT+CPMS="{memory}","{memory}","{memory}"', LONG)):
                        break
        except BaseException:
            chat.close()
            raise
        self.opened += 1
        return chat

    def close(self) -> None:
        """Give the port back."""
        if self._chat is not None:
            self._chat.close()
