"""Which sockets does the service use to put its questions to the network?"""

import time
from collections.abc import Mapping, Sequence
from email.message import EmailMessage

from gufo.snmp import User

from netmon.model import Credential
from netmon.wire import smtp, tcp, usm
from netmon.wire.http import Poster
from netmon.wire.icmp import Pinger
from netmon.wire.net import HttpReply, SnmpSession
from netmon.wire.snmp import Agent

IDLE = 3600.0
"""Seconds without use after which a session is given up: its device has left the inventory or changed address."""


class RealNet:
    """The network as it is (netmon.wire.net.Net). Opens nothing until used."""

    __slots__ = ("_agents", "_pinger", "_poster", "_swept", "_used", "_users")

    def __init__(self) -> None:
        self._pinger = Pinger()
        self._poster = Poster()
        self._agents: dict[tuple[str, Credential], Agent] = {}
        self._used: dict[tuple[str, Credential], float] = {}
        self._users: dict[Credential, User] = {}
        self._swept = time.monotonic()

    async def ping(self, addresses: Sequence[str], timeout: float) -> Sequence[float | None]:
        """See Net.ping."""
        return await self._pinger.ping(addresses, timeout)

    async def connect(self, address: str, port: int, timeout: float) -> float:
        """See Net.connect."""
        return await tcp.connect(address, port, timeout)

    def snmp(self, address: str, credential: Credential) -> SnmpSession:
        """See Net.snmp. Raises SecretMissing."""
        key = (address, credential)
        now = time.monotonic()
        agent = self._agents.get(key)
        if agent is None:
            self._sweep(now)
            agent = self._agents[key] = Agent(address, credential, self._user(credential))
        self._used[key] = now
        return agent

    def _user(self, credential: Credential) -> User | None:
        if credential.version != "3":
            return None
        if credential not in self._users:
            self._users[credential] = usm.user(credential)
        return self._users[credential]

    def _sweep(self, now: float) -> None:
        """Give up the sessions that nobody has asked for in a long time."""
        if now - self._swept < IDLE:
            return
        self._swept = now
        for key in [key for key, used in self._used.items() if now - used > IDLE]:
            self._agents.pop(key).close()
            del self._used[key]

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> HttpReply:
        """See Net.post."""
        return await self._poster.post(url, body, headers, timeout)

    async def mail(
        self, server: str, message: EmailMessage, timeout: float, user: str = "", password: str = ""
    ) -> None:
        """See Net.mail."""
        await smtp.send(server, message, timeout, user, password)

    async def close(self) -> None:
        """See Net.close."""
        self._pinger.close()
        for agent in self._agents.values():
            agent.close()
        self._agents.clear()
        self._used.clear()
        await self._poster.close()
