"""Whom does netmon tell that it lives, as long as all of it does?

A switch that a dead man lets go of: something outside hears of netmon each minute, and calls people when it does not.
Nothing is sent while a stage is late. A ping that fails is tried again soon, so that one lost packet calls nobody.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from typing import NamedTuple

import structlog

from netmon.clock import Clock
from netmon.errors import NetmonError, Permanent, Retryable
from netmon.model import Secret
from netmon.run.pulse import Pulse
from netmon.settings.watched import Deadman
from netmon.wire.browse import ask, parsed
from netmon.wire.dialogue import Limit, opened
from netmon.wire.http import accepted
from netmon.wire.net import Net

TIMEOUT = 10.0
AGAIN = 5.0
"""Seconds after which a ping that failed, or was withheld, is tried again."""
_FIELDS = (("User-Agent", "netmon"), ("Connection", "close"))

log = structlog.get_logger()


class _Place(NamedTuple):
    """One of those who are told; `called` never holds a secret."""

    called: str
    ping: Callable[[], Awaitable[None]]


class Switch:
    """Tells those who are named. `pings` counts (whom, `success`, `failure` or `withheld`)."""

    def __init__(self, wanted: Deadman | None, net: Net, clock: Clock, pulse: Callable[[], Pulse]) -> None:
        self.pings: Counter[tuple[str, str]] = Counter()
        self._wanted, self._net, self._clock, self._pulse = wanted, net, clock, pulse
        self._said: dict[str, str] = {}

    async def run(self) -> None:
        """Tell all of them until cancelled; none waits for another."""
        async with asyncio.TaskGroup() as group:
            for place in self._places():
                group.create_task(self._tell(place), name=f"deadman {place.called}")

    def _places(self) -> list[_Place]:
        wanted = self._wanted
        if wanted is None:
            return []
        found = [_Place(f"{n} {url.source}", partial(self._get, url)) for n, url in enumerate(wanted.urls, 1)]
        return [*found, _Place("peer", self._post)] if wanted.peer else found

    async def _tell(self, place: _Place) -> None:
        """One of them, each `every` seconds."""
        every = 0.0 if self._wanted is None else self._wanted.every
        while True:
            begun = self._clock.now()
            late = ", ".join(self._pulse().late(begun))
            outcome, why = ("withheld", f"late: {late}") if late else await _outcome(place)
            self.pings[place.called, outcome] += 1
            self._complain(place.called, why)
            pause = every if outcome == "success" else min(AGAIN, every)
            await asyncio.sleep(max(0.0, begun + pause - self._clock.now()))

    async def _get(self, place: Secret) -> None:
        try:
            url = parsed(_revealed(place))
        except ValueError:  # its text would tell the address
            raise Permanent(f"{place.source} is no web address") from None
        async with opened(self._net, url.host, url.port, Limit.after(TIMEOUT), url.host if url.tls else None) as talk:
            if (seen := talk.stream.tls) is not None and seen.trouble:
                raise Retryable(f"certificate: {seen.trouble}")
            page = await ask(talk, "GET", url, _FIELDS)
        accepted(page.status, "it")

    async def _post(self) -> None:
        wanted = self._wanted
        token = None if wanted is None else wanted.token
        if wanted is None or token is None:
            return
        headers = {"Authorization": f"Bearer {_revealed(token)}", "Content-Type": "application/json"}
        reply = await self._net.post(wanted.peer, b"{}", headers, TIMEOUT)
        accepted(reply.status, "it")

    def _complain(self, called: str, why: str) -> None:
        """Log trouble that repeats only when it changes, and its end."""
        before = self._said.get(called, "")
        if why and why != before:
            log.error("nobody is told that netmon lives", whom=called, why=why)
        elif before and not why:
            log.info("told again that netmon lives", whom=called)
        self._said[called] = why


async def _outcome(place: _Place) -> tuple[str, str]:
    """What came of one ping: `success`, or `failure` and why."""
    try:
        async with asyncio.timeout(TIMEOUT):
            await place.ping()
    except TimeoutError:
        return "failure", f"no answer within {TIMEOUT:g} s"
    except NetmonError as error:
        return "failure", str(error)
    return "success", ""


def _revealed(secret: Secret) -> str:
    try:
        return secret.reveal()
    except LookupError as error:
        raise Retryable(str(error)) from None
