"""What does a modem answer to a command, and what does it say of its own accord?

AT commands (ITU-T V.250) one at a time. Whatever is no part of the answer goes to `unasked`: an SMS that arrives, a
call, and garbage. A command that is not answered in time ends the chat: its answer might be taken for the next one's.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from netmon.errors import Retryable
from netmon.wire.modem.port import PROMPT, Port
from netmon.wire.modem.refusals import refusal

MOST = 2048
"""Lines of one answer; a full memory of 255 SMS has a quarter of that."""

CALL_OVER = frozenset({"BUSY", "NO ANSWER", "NO CARRIER", "NO DIALTONE", "NO DIAL TONE"})
"""How a call ends (V.250, 5.7.1), in the answer to ATD or at any time after it."""

_REFUSED = ("ERROR", "+CME ERROR:", "+CMS ERROR:", "COMMAND NOT SUPPORT")  # the last is Huawei's own
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]+")
_ESCAPE, _SUBSTITUTE = "\x1b", "\x1a"


@dataclass(slots=True)
class _Answer:
    """What has come of an answer; `ended` is its last line."""

    command: str
    heads: str
    lines: list[str] = field(default_factory=list)
    prompted: bool = False
    ended: str = ""
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    def takes(self, line: str) -> bool:
        """Whether the line is a part of this answer."""
        if line == "OK" or line.startswith(_REFUSED):
            self.ended = line
        elif line == PROMPT:
            self.prompted = True
        elif line.startswith(self.heads) or (self.lines and _HEXADECIMAL.fullmatch(line)):
            self.lines.append(line)
            self.ended = "an answer without end" if len(self.lines) > MOST else ""
        elif line in CALL_OVER and self.command.startswith("ATD"):
            self.ended = "OK"  # some modems end ATD so; as a report it goes on to `unasked`
            self.moved.set()
            return False
        else:
            return line == self.command  # the echo
        self.moved.set()
        return True


class Chat:
    """A dialogue with the modem on a port. `over`: why it is at an end, "" while it is not."""

    __slots__ = ("_answer", "_delivery", "_port", "_unasked", "over")

    def __init__(self, path: str, unasked: Callable[[str, str], None]) -> None:
        """`unasked` gets a line and, with `+CMT`, the PDU behind it. Raises Retryable if the port cannot be had."""
        self._answer: _Answer | None = None
        self._delivery = ""
        self._unasked = unasked
        self.over = ""
        self._port = Port(path, self._heard, self._lost)

    async def wake(self, quiet: float, timeout: float) -> None:
        """End what a chat before this one may have left open, a message above all, and let the answer to that pass by.

        Raises Retryable if the modem takes nothing for `timeout` s.
        """
        try:
            async with asyncio.timeout(timeout):
                await self._port.write(f"{_ESCAPE}\r")
        except TimeoutError:
            raise Retryable(f"{self._port.path}: the modem takes nothing") from None
        await asyncio.sleep(quiet)

    async def ask(self, command: str, timeout: float, message: str = "") -> list[str]:
        """The lines of the answer that begin as the command does (`+CSQ: ` of `AT+CSQ`), and PDUs behind them.

        `message` is handed over when the modem asks for it. Raises Retryable, also when nothing came within `timeout`
        s, or Permanent. A caller that is cancelled leaves an answer behind, so that the chat ends then, too.
        """
        if self.over:
            raise Retryable(f"{self._port.path}: {self.over}")
        answer = self._answer = _Answer(command, re.split(r"[=?]", command.removeprefix("AT"))[0] + ":")
        try:
            async with asyncio.timeout(timeout):
                await self._told(answer, message)
        except TimeoutError:
            raise Retryable(f"{self._port.path}: no answer to {command} within {timeout:g} s") from None
        finally:
            self._answer = None
            if not answer.ended:
                self.close(f"no answer to {command}")
        if self.over:
            raise Retryable(f"{self._port.path}: {self.over}")
        if answer.ended != "OK":
            raise refusal(self._port.path, command, answer.ended)
        if message and not (answer.prompted and answer.lines):
            self.close("out of step")  # that was not the answer to this, and the modem may be waiting for the message
            raise Retryable(f"{self._port.path}: the modem does not say that the network took the SMS")
        return answer.lines

    async def _told(self, answer: _Answer, message: str) -> None:
        """Say the command, and the message once it is asked for, and wait for the end of the answer."""
        await self._port.write(f"{answer.command}\r")
        while not answer.ended:
            await answer.moved.wait()
            answer.moved.clear()
            if answer.prompted and message:
                await self._port.write(message + _SUBSTITUTE)
                message = ""

    def _heard(self, line: str) -> None:
        delivery, self._delivery = self._delivery, ""
        if delivery and _HEXADECIMAL.fullmatch(line):
            self._unasked(delivery, line)
        elif line.startswith("+CMT:"):
            self._delivery = line
        elif self._answer is None or not self._answer.takes(line):
            self._unasked(line, "")

    def _lost(self, why: str) -> None:
        self.over = self.over or why
        if self._answer is not None:
            self._answer.ended = why
            self._answer.moved.set()

    def close(self, why: str = "closed") -> None:
        """Give the port back; a second time does nothing."""
        self.over = self.over or why
        self._port.close()
