"""Which of several credentials does this agent accept?

While a new password is being rolled out, a device knows it, or still only the old one. Polls use what works. The
others are tried beside them, one at a time and seldom, so that no agent locks anybody out, and a device that is
dead does not take longer to be found so.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from netmon.errors import AuthFailed, CollectError, NetmonError, Unreachable
from netmon.model import Credential
from netmon.wire.net import SnmpSession, SnmpValue

REST = 300.0
"""Seconds after all others were tried in vain until they are tried again."""

RECHECK = 600.0
"""Seconds after which a better credential than the one that works is tried again."""

SYS_UPTIME = "1.3.6.1.2.1.1.3.0"  # RFC 3418: every agent has it

Answer = TypeVar("Answer")


class Agent(SnmpSession, Protocol):
    """A session with one credential."""

    def close(self) -> None:
        """Give its socket back."""
        ...


def chain(credential: Credential) -> tuple[Credential, ...]:
    """The credential and those that it falls back on, best first."""
    found = [credential]
    while (following := found[-1].fallback) is not None:
        found.append(following)
    return tuple(found)


class Choice:
    """The session with an agent that has several credentials (netmon.wire.net.SnmpSession)."""

    __slots__ = ("_address", "_agents", "_credentials", "_doubt", "_make", "_now", "_proven", "_rest", "_said",
                 "_trial", "_tried", "_worked")  # fmt: skip

    def __init__(self, address: str, credential: Credential, make: Callable[[Credential], Agent]) -> None:
        """`make` gives the session with one of the credentials; it may raise SecretMissing or BadAnswer."""
        self._address, self._make = address, make
        self._credentials = chain(credential)
        self._agents: dict[int, Agent] = {}
        self._now = 0  # the one that polls use
        self._proven = False
        self._doubt = True  # whether the last poll got nothing with it
        self._rest = 0.0  # nothing is tried before this time of the loop
        self._tried: set[int] = set()  # in this round
        self._worked: int | None = None
        self._said: dict[str, str] = {}  # what came of the others, by id
        self._trial: asyncio.Task[None] | None = None

    @property
    def using(self) -> str:
        """The id of the credential that the agent has accepted last; "" before it has any."""
        return self._credentials[self._now].id if self._proven else ""

    @property
    def rtt(self) -> float:
        """See SnmpSession."""
        return self._agent(self._now).rtt

    async def get(self, oids: Sequence[str], timeout: float) -> Mapping[str, SnmpValue]:
        """See SnmpSession.get."""
        return await self._with(lambda agent: agent.get(oids, timeout), timeout)

    async def table(
        self, columns: Sequence[str], timeout: float, *, bulk: bool = True, scalars: Sequence[str] = ()
    ) -> Mapping[str, Mapping[str, SnmpValue]]:
        """See SnmpSession.table."""
        return await self._with(lambda agent: agent.table(columns, timeout, bulk=bulk, scalars=scalars), timeout)

    async def _with(self, ask: Callable[[SnmpSession], Awaitable[Answer]], timeout: float) -> Answer:
        """Ask with the credential in use; if it fails and another has just proved right, with that.

        Silence takes no longer than `timeout`, because the other is tried meanwhile; a refusal comes at once, so
        that the other may be tried after it.
        """
        began = self._try_one(timeout)
        used = self._now
        try:
            answer = await ask(self._agent(used))
        except (Unreachable, AuthFailed) as error:
            self._doubt = True
            if isinstance(error, AuthFailed) and not began:
                self._try_one(timeout)
            if self._trial is not None:
                await asyncio.wait([self._trial])
            if self._worked is not None and self._now == used:
                self._use(self._worked)
            if self._now == used:
                raise type(error)(self._text(error), columns=error.columns) from None
            answer = await ask(self._agent(self._now))
        self._proven, self._doubt, self._worked = True, False, None
        return answer

    def _agent(self, place: int) -> Agent:
        if place not in self._agents:
            self._agents[place] = self._make(self._credentials[place])
        return self._agents[place]

    def _use(self, place: int) -> None:
        """From now on this one, which has just worked; a better one is looked for in a while."""
        self._now, self._proven, self._worked = place, True, None
        self._tried.clear()
        self._rest = asyncio.get_running_loop().time() + RECHECK

    def _try_one(self, timeout: float) -> bool:
        """Begin to try another credential, if there is reason to and nothing forbids; whether it was begun."""
        if self._trial is not None or asyncio.get_running_loop().time() < self._rest:
            return False
        if not self._doubt and self._now == 0:
            return False
        untried = [n for n in range(len(self._credentials)) if n != self._now and n not in self._tried]
        place = untried[0] if self._doubt else 0
        self._worked = None
        self._trial = asyncio.ensure_future(self._try(place, timeout))
        return True

    async def _try(self, place: int, timeout: float) -> None:
        """Find out whether the agent answers to this credential."""
        name = self._credentials[place].id
        try:
            await self._agent(place).get([SYS_UPTIME], timeout)
        except NetmonError as error:
            self._said[name] = "rejected" if isinstance(error, AuthFailed) else "no answer"
            self._failed(place)
        else:
            self._said.pop(name, None)
            if place < self._now:
                self._use(place)
            elif self._doubt:
                self._worked = place
        finally:
            self._trial = None

    def _failed(self, place: int) -> None:
        now = asyncio.get_running_loop().time()
        self._tried.add(place)
        if not self._doubt:
            self._tried.clear()
            self._rest = now + RECHECK
        elif len(self._tried) == len(self._credentials) - 1:
            self._tried.clear()
            self._rest = now + REST

    def _text(self, error: CollectError) -> str:
        """What to say of a failure: which credential it was, and what came of the others."""
        others = "".join(f", {name}: {said}" for name, said in sorted(self._said.items()))
        return f"{error} (credential {self._credentials[self._now].id}{others})"

    def close(self) -> None:
        """Give the sockets back; the next request would open others."""
        if self._trial is not None:
            self._trial.cancel()
            self._trial = None
        for agent in self._agents.values():
            agent.close()
