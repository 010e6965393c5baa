"""How do SMS and calls go out over a modem, and come in?"""

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress

import structlog

from netmon.errors import Permanent, Retryable, SendError
from netmon.wire.modem import answers, pdu
from netmon.wire.modem.chat import CALL_OVER
from netmon.wire.modem.inbox import listed, sorted_out
from netmon.wire.modem.numbers import dialled
from netmon.wire.modem.seam import Heard, ModemSeen, Rung
from netmon.wire.modem.session import LONG, SHORT, Session
from netmon.wire.text import clean

log = structlog.get_logger()

COUNTED = ("parts_sent", "calls", "texts_heard", "calls_heard", "withheld", "unreadable", "not_deleted", "ignored")
"""What is counted: parts of SMS sent, calls made; texts heard, calls heard, calls without a number; SMS that could not
be read or deleted, lines that mean nothing to netmon."""

LOOK = 30.0
"""Seconds after which the memory is looked into unasked: the word of a new SMS may have been lost."""
AGAIN = 5.0
"""Seconds between two attempts to listen to a modem that is gone."""
MOST_WAITING = 64
"""Callers, and SMS that the modem does not keep, that wait for a listener."""

_ALL = "AT+CMGL=4"
_CALLER = re.compile(r'\+CLIP: ?"([^"]*)",([0-9]{1,3}).*')
_INTERNATIONAL = "145"


class AtModem:
    """The modem on one serial port (wire.modem.seam.Modem); opened when needed, and anew after it was unplugged."""

    __slots__ = (
        "_again",
        "_callers",
        "_calling",
        "_counted",
        "_direct",
        "_hanging_up",
        "_news",
        "_poll",
        "_report",
        "_session",
    )

    def __init__(self, path: str, poll: float = 1.0, quiet: float = 0.2, again: float = AGAIN) -> None:
        """`poll`: seconds between two looks at a call; `quiet`: seconds between waking the modem and the first command;
        `again`: seconds between two attempts to listen to one that is gone."""
        self._session = Session(path, self._unasked, quiet)
        self._poll, self._again = poll, again
        self._counted = dict.fromkeys(COUNTED, 0)
        self._calling = asyncio.Lock()
        self._news = asyncio.Event()
        self._callers: dict[str, float] = {}
        self._direct: dict[int, str] = {}
        self._report = ""
        self._hanging_up: asyncio.Task[None] | None = None

    async def text(self, number: str, text: str, timeout: float, parts: int) -> None:
        """See Modem.text."""
        try:
            messages = pdu.submit(number, text)
        except ValueError as error:
            raise Permanent(str(error)) from None
        if len(messages) > parts:
            raise Permanent(f"the text takes {len(messages)} SMS, and at most {parts} are allowed")
        try:
            async with asyncio.timeout(timeout):
                for message in messages:
                    length = len(message) // 2 - 1  # without the service centre's address
                    await self._session.ask(f"AT+CMGS={length}", timeout, message)
                    self._counted["parts_sent"] += 1
        except TimeoutError:
            raise Retryable(f"{self._session.path}: the SMS was not sent within {timeout:g} s") from None

    async def ring(self, number: str, seconds: float) -> Rung:
        """See Modem.ring."""
        try:
            number = dialled(number)
        except ValueError as error:
            raise Permanent(str(error)) from None
        async with self._calling:
            self._report = ""
            self._counted["calls"] += 1
            try:
                await self._session.ask(f"ATD{number};", LONG)
                return await self._followed(seconds)
            finally:
                # a task of its own: a telephone must not go on ringing because nobody waits for it any more
                self._hanging_up = asyncio.create_task(self._hang_up())
                await asyncio.shield(self._hanging_up)

    async def _followed(self, seconds: float) -> Rung:
        """What becomes of a call that was dialled."""
        loop = asyncio.get_running_loop()
        progress, deadline = answers.Progress(), loop.time() + seconds
        while True:
            progress.saw(answers.outgoing(await self._session.ask("AT+CLCC", SHORT)), self._report)
            if progress.result is not None:
                return progress.result
            left = deadline - loop.time()
            if left <= 0:
                return progress.so_far
            await asyncio.sleep(min(self._poll, left))

    async def _hang_up(self) -> None:
        """End every call, or as much as the modem lets be ended."""
        with suppress(TimeoutError):
            async with asyncio.timeout(SHORT):
                for command in ("AT+CHUP", "ATH"):  # to many a modem ATH means data calls only (TS 27.007, +CVHU)
                    with suppress(SendError):
                        await self._session.ask(command, SHORT)
                        return

    async def seen(self, timeout: float) -> ModemSeen:
        """See Modem.seen."""
        try:
            async with asyncio.timeout(timeout):
                signal = answers.signal(await self._session.ask("AT+CSQ", SHORT))
                states = []
                for command in ("AT+CREG?", "AT+CEREG?"):
                    with suppress(SendError):  # an old modem lacks the one, a modem for LTE alone the other
                        states.append(answers.registration(await self._session.ask(command, SHORT)))
        except TimeoutError:
            raise Retryable(f"{self._session.path}: no answer within {timeout:g} s") from None
        registration = next((state for state in states if state in answers.REGISTERED), max(states, default=0))
        return ModemSeen(signal, registration, self._counted | {"opened": self._session.opened})

    async def heard(self) -> AsyncGenerator[Heard, None]:
        """See Modem.heard."""
        done: dict[int, str] = {}
        why = ""
        while True:
            self._news.clear()
            memory, why = await self._memory(why)
            done = {slot: text for slot, text in done.items() if memory.get(slot) == text}
            waiting = {slot: text for slot, text in memory.items() if slot not in done}
            letters, unreadable = sorted_out(waiting, time.time())
            for letter in letters:
                self._counted["texts_heard"] += 1
                yield letter.heard
                done |= await self._forget(letter.slots, memory)
            self._counted["unreadable"] += len(unreadable)
            done |= await self._forget(unreadable, memory)
            for number, at in await self._turned_down():
                self._counted["calls_heard"] += 1
                yield Heard(number, None, at)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), self._again if why else LOOK)

    async def _memory(self, before: str) -> tuple[dict[int, str], str]:
        """Place -> PDU of what waits, and why the modem's memory could not be read, "" if it could.

        `before`: the same of the last time; a reason is logged when it changes.
        """
        found, why = dict(self._direct), ""
        try:
            found |= listed(await self._session.ask(_ALL, LONG))
        except SendError as error:
            why = str(error)
        if why and why != before:
            log.warning("modem cannot be listened to, will be retried", why=why)
        elif before and not why:
            log.info("modem listened to again", port=self._session.path)
        return found, why

    async def _forget(self, slots: Sequence[int], memory: Mapping[int, str]) -> dict[int, str]:
        """Delete messages that were dealt with; those that cannot be deleted, so that they are not read twice."""
        left = {}
        for slot in slots:
            if self._direct.pop(slot, None) is not None:
                continue
            try:
                await self._session.ask(f"AT+CMGD={slot}", LONG)
            except SendError:
                self._counted["not_deleted"] += 1
                left[slot] = memory[slot]
        return left

    async def _turned_down(self) -> list[tuple[str, float]]:
        """Who has called, and when; they hear the busy tone."""
        if not self._callers:
            return []
        # a call that waits behind one of ours must not take that one with it (TS 27.007, 7.13)
        with suppress(SendError):
            await self._session.ask("AT+CHLD=0" if self._calling.locked() else "AT+CHUP", SHORT)
        callers, self._callers = self._callers, {}
        if callers.pop("", None) is not None:
            self._counted["withheld"] += 1
        return list(callers.items())

    def _unasked(self, line: str, message: str) -> None:
        """What the modem says of its own accord."""
        caller = _CALLER.fullmatch(line)
        if message and len(self._direct) < MOST_WAITING:
            self._direct[min(self._direct, default=0) - 1] = message
        elif caller and len(self._callers) < MOST_WAITING:
            plus = "+" if caller[2] == _INTERNATIONAL and caller[1] and caller[1][0] != "+" else ""
            self._callers.setdefault(clean(plus + caller[1], 30), time.time())
        elif line in CALL_OVER:
            self._report = line
            return
        elif not line.startswith(("+CMTI:", "RING", "+CRING:")):
            self._counted["ignored"] += 1
            return
        self._news.set()

    def close(self) -> None:
        """Give the port back."""
        self._session.close()
