"""Which sockets does the service use to put its questions to the network?"""

import time
from collections.abc import Callable, Mapping, Sequence
from email.message import EmailMessage

from gufo.snmp import User

from netmon.errors import BadAnswer
from netmon.model import Credential, Ssh
from netmon.wire import datagram, smtp, stream, sweep, tcp, trace
from netmon.wire.chat import Chats
from netmon.wire.http import Poster
from netmon.wire.icmp import Pinger
from netmon.wire.influx import Influx
from netmon.wire.modem.at import AtModem
from netmon.wire.names import Resolver
from netmon.wire.net import Bucket, Hop, HttpReply, Mood, SnmpSession, Stream
from netmon.wire.shell import Shells
from netmon.wire.snmp import udp, usm, v2c, v3
from netmon.wire.snmp.credentials import Agent, Choice
from netmon.wire.snmp.pace import Pacer
from netmon.wire.train import Trains

IDLE = 3600.0
"""Seconds without use after which a session is given up: its device has left the inventory or changed address."""


class RealNet:
    """The network as it is (netmon.wire.net.Net). Opens nothing until used."""

    __slots__ = (
        "_chats",
        "_counters",
        "_influx",
        "_modems",
        "_pacer",
        "_pinger",
        "_poster",
        "_resolver",
        "_sessions",
        "_shells",
        "_swept",
        "_trains",
        "_udp",
        "_used",
        "_users",
    )

    def __init__(self) -> None:
        self._pinger = Pinger()
        self._trains = Trains()
        self._poster = Poster()
        self._chats = Chats()
        self._influx = Influx()
        self._shells = Shells()
        self._resolver = Resolver()
        self._modems: dict[str, AtModem] = {}
        self._pacer = Pacer()
        self._counters = dict.fromkeys(udp.COUNTED, 0)
        self._udp = udp.Udp(self._pacer, self._counters)
        self._sessions: dict[tuple[str, Credential], Agent | Choice] = {}
        self._used: dict[tuple[str, Credential], float] = {}
        self._users: dict[Credential, User] = {}
        self._swept = time.monotonic()

    async def ping(self, addresses: Sequence[str], timeout: float) -> Sequence[float | None]:
        """See Net.ping."""
        return await self._pinger.ping(addresses, timeout)

    async def train(self, address: str, packets: int, spacing: float, timeout: float) -> Sequence[float | None]:
        """See Net.train."""
        return await self._trains.run(address, packets, spacing, timeout)

    async def connect(self, address: str, port: int, timeout: float) -> float:
        """See Net.connect."""
        return await tcp.connect(address, port, timeout)

    async def stream(self, address: str, port: int, timeout: float, tls: str | None = None) -> Stream:
        """See Net.stream."""
        return await stream.connect(address, port, timeout, tls)

    async def datagram(
        self, address: str, port: int, payload: bytes, timeout: float, accept: Callable[[bytes], bool]
    ) -> tuple[bytes, float]:
        """See Net.datagram."""
        return await datagram.ask(address, port, payload, timeout, accept)

    async def resolve(self, name: str, timeout: float) -> Sequence[str]:
        """See Net.resolve."""
        return await self._resolver.resolve(name, timeout)

    async def trace(self, address: str, timeout: float, most: int = 20) -> Sequence[Hop]:
        """See Net.trace."""
        return await trace.trace(address, timeout, most)

    async def sweep(self, interface: str, network: str, timeout: float) -> Sequence[tuple[str, str]]:
        """See Net.sweep."""
        return await sweep.sweep(interface, network, timeout)

    async def show(
        self, address: str, login: Ssh, platform: str, commands: Sequence[str], timeout: float
    ) -> Mapping[str, str]:
        """See Net.show."""
        return await self._shells.show(address, login, platform, commands, timeout)

    def snmp(self, address: str, credential: Credential) -> SnmpSession:
        """See Net.snmp. With several credentials the session finds the one that the agent accepts.

        Raises SecretMissing, or BadAnswer if the credential makes no sense.
        """
        key = (address, credential)
        now = time.monotonic()
        session = self._sessions.get(key)
        if session is None:
            self._sweep(now)
            session = self._sessions[key] = self._session(address, credential)
        self._used[key] = now
        return session

    def using(self, address: str, credential: Credential) -> str:
        """Which credential, of this and those it falls back on, the agent has accepted last; "" if none so far."""
        session = self._sessions.get((address, credential))
        if isinstance(session, Choice):
            return session.using
        return "" if session is None else credential.id

    @property
    def counters(self) -> Mapping[str, int]:
        """What the SNMP requests have come to since the start, by the names of netmon.wire.snmp.udp.COUNTED."""
        return self._udp.tally()

    def _session(self, address: str, credential: Credential) -> Agent | Choice:
        if credential.fallback is None:
            return self._agent(address, credential)
        return Choice(address, credential, lambda each: self._agent(address, each))

    def _agent(self, address: str, credential: Credential) -> Agent:
        """The session with this credential alone."""
        if not credential.version:
            raise BadAnswer(f"credential {credential.id}: no SNMP")
        if credential.version == "2c":
            return v2c.Agent(address, credential, self._udp)
        if credential not in self._users:
            self._users[credential] = usm.user(credential)
        return v3.Agent(address, credential, self._users[credential], self._pacer, self._counters)

    def _sweep(self, now: float) -> None:
        """Give up the sessions that nobody has asked for in a long time."""
        if now - self._swept < IDLE:
            return
        self._swept = now
        for key in [key for key, used in self._used.items() if now - used > IDLE]:
            self._sessions.pop(key).close()
            del self._used[key]

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> HttpReply:
        """See Net.post."""
        return await self._poster.post(url, body, headers, timeout)

    async def influx(self, place: Bucket, lines: bytes, timeout: float) -> HttpReply:
        """See Net.influx."""
        return await self._influx.write(place, lines, timeout)

    async def chat(self, url: str, title: str, text: str, mood: Mood, timeout: float) -> None:
        """See Net.chat."""
        await self._chats.say(url, title, text, mood, timeout)

    async def mail(
        self, server: str, message: EmailMessage, timeout: float, user: str = "", password: str = ""
    ) -> None:
        """See Net.mail."""
        await smtp.send(server, message, timeout, user, password)

    def modem(self, port: str) -> AtModem:
        """See Net.modem."""
        if port not in self._modems:
            self._modems[port] = AtModem(port)
        return self._modems[port]

    async def close(self) -> None:
        """See Net.close."""
        for modem in self._modems.values():
            modem.close()
        self._pinger.close()
        self._trains.close()
        self._shells.close()
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()
        self._used.clear()
        self._udp.close()
        self._influx.close()
        await self._poster.close()
