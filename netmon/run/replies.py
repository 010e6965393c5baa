"""Who answers by SMS, and who calls the modem back?"""

import asyncio
from collections import deque
from collections.abc import Coroutine, Iterable, Iterator
from typing import Any, Protocol, runtime_checkable

import structlog

from netmon.clock import Clock
from netmon.errors import SendError
from netmon.model import Family, Metric
from netmon.run.hearing import Hearing
from netmon.wire.modem.fit import fit
from netmon.wire.modem.seam import Heard
from netmon.wire.net import Net

ANSWERS, WITHIN = 5, 600.0
"""So many answers to one number within so many seconds: two machines that answer each other would never end."""
MOST_WAITING = 20
"""Answers that wait for their modem; what somebody says must never wait for them."""
PARTS, SEND_TIMEOUT = 2, 60.0

log = structlog.get_logger()


@runtime_checkable
class OnModem(Protocol):
    """A channel that goes over a modem."""

    ADDRESS: str
    port: str


class Replies:
    """Hears the modems that messages go out by. `withheld` counts answers that were not sent."""

    def __init__(self, hearing: Hearing, net: Net, clock: Clock, channels: Iterable[object]) -> None:
        self._hearing, self._net, self._clock = hearing, net, clock
        self._ports = sorted({one.port for one in channels if isinstance(one, OnModem) and one.ADDRESS == "phone"})
        self._answered: dict[str, deque[float]] = {}
        self._answers: asyncio.Queue[tuple[str, str, str]] = asyncio.Queue(MOST_WAITING)
        self.withheld = 0

    def listen(self) -> list[Coroutine[Any, Any, None]]:
        """What has to run beside everything else; nothing where there is no modem."""
        return [*(self._hear(port) for port in self._ports), self._answer()] if self._ports else []

    def families(self) -> Iterator[Family]:
        """The count as a metric."""
        metric = Metric("counter", "Answers to SMS and calls that were not sent.", ())
        yield Family("netmon_answers_withheld_total", metric, [("", float(self.withheld))])

    async def _hear(self, port: str) -> None:
        async for heard in self._net.modem(port).heard():
            try:
                answer = await self._what_to_answer(heard)
            except Exception as error:  # the modem keeps an SMS until it was heard: it would end each new start, too
                self._hearing.counts["failed"] += 1
                log.error("an SMS or a call is lost, by a mistake of netmon's", exc_info=error)
                continue
            if answer and not self._answers.full() and self._may_answer(heard.number):
                self._answers.put_nowait((port, heard.number, answer))
            elif answer:
                self.withheld += 1

    async def _what_to_answer(self, heard: Heard) -> str:
        if heard.text is None:
            return await self._hearing.called_back(heard.number)
        return await self._hearing.reply(heard.number, heard.text, "sms", heard.at)

    async def _answer(self) -> None:
        while True:
            port, number, answer = await self._answers.get()
            try:
                await self._net.modem(port).text(number, fit(answer, PARTS, accents=False), SEND_TIMEOUT, PARTS)
            except SendError as error:
                self.withheld += 1
                log.warning("answer not sent", why=str(error))

    def _may_answer(self, number: str) -> bool:
        now, sent = self._clock.now(), self._answered.setdefault(number, deque(maxlen=ANSWERS))
        if len(sent) == ANSWERS and now < sent[0] + WITHIN:
            return False
        sent.append(now)
        return True
