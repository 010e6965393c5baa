"""What exactly was asked, and what came back, on the wire?"""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import NamedTuple, TypeVar

from netmon.errors import CollectError
from netmon.model import Credential, Ssh
from netmon.reading.ways import written
from netmon.wire.modem.seam import Modem
from netmon.wire.net import Bucket, Hop, HttpReply, Mood, Net, SnmpSession, SnmpValue, Stream

T = TypeVar("T")

SHOWN = 60
"""Characters of a value that are shown."""


class Exchange(NamedTuple):
    """One question: what was asked, what was answered, and how long it took in seconds."""

    asked: str
    answered: str
    seconds: float


@dataclass(slots=True)
class TracingNet:
    """A network that writes down what is asked of another one."""

    inner: Net
    exchanges: list[Exchange] = field(default_factory=list)

    async def ping(self, addresses: Sequence[str], timeout: float) -> Sequence[float | None]:
        """As the inner network, written down."""
        note = self.begin(f"ICMP echo to {', '.join(addresses)}, at most {timeout:g} s")
        answers = await self.inner.ping(addresses, timeout)
        note(", ".join("nothing" if rtt is None else f"reply after {rtt * 1000:.2f} ms" for rtt in answers))
        return answers

    async def train(self, address: str, packets: int, spacing: float, timeout: float) -> Sequence[float | None]:
        """As the inner network, written down."""
        asked = f"{packets} ICMP echoes to {address}, one each {spacing * 1000:g} ms, at most {timeout:g} s"
        return await self._told(
            asked,
            self.inner.train(address, packets, spacing, timeout),
            lambda rtts: f"{len(rtts) - rtts.count(None)} of {len(rtts)} replies",
        )

    async def connect(self, address: str, port: int, timeout: float) -> float:
        """As the inner network, written down."""
        asked = f"TCP connect to {address} port {port}, at most {timeout:g} s"
        return await self._told(asked, self.inner.connect(address, port, timeout), lambda _: "connected")

    async def stream(self, address: str, port: int, timeout: float, tls: str | None = None) -> Stream:
        """As the inner network, written down with what its handshake showed."""
        how = "TCP" if tls is None else f"TLS ({tls or 'no name'})"
        asked = f"{how} connection to {address} port {port}, at most {timeout:g} s"
        return await self._told(asked, self.inner.stream(address, port, timeout, tls), _shown)

    async def datagram(
        self, address: str, port: int, payload: bytes, timeout: float, accept: Callable[[bytes], bool]
    ) -> tuple[bytes, float]:
        """As the inner network, written down."""
        asked = f"UDP datagram of {len(payload)} octets to {address} port {port}, at most {timeout:g} s"
        answer = self.inner.datagram(address, port, payload, timeout, accept)
        return await self._told(asked, answer, lambda found: f"{len(found[0])} octets: {_short(found[0])}")

    async def resolve(self, name: str, timeout: float) -> Sequence[str]:
        """As the inner network, written down."""
        return await self._told(f"addresses of {name}", self.inner.resolve(name, timeout), ", ".join)

    async def trace(self, address: str, timeout: float, most: int = 20) -> Sequence[Hop]:
        """As the inner network, written down."""
        asked = f"traceroute to {address}, at most {most} hops"
        return await self._told(
            asked,
            self.inner.trace(address, timeout, most),
            lambda hops: written(hops) or "nobody",
        )

    async def sweep(self, interface: str, network: str, timeout: float) -> Sequence[tuple[str, str]]:
        """As the inner network, written down."""
        asked = f"ARP sweep of {network} on {interface}"
        return await self._told(
            asked, self.inner.sweep(interface, network, timeout), lambda found: f"{len(found)} hosts"
        )

    async def show(
        self, address: str, login: Ssh, platform: str, commands: Sequence[str], timeout: float
    ) -> Mapping[str, str]:
        """As the inner network, written down; what the device prints is not, for it may hold secrets."""
        asked = f"SSH to {address} port {login.port} as {login.user} ({platform}): {'; '.join(commands)}"
        answer = self.inner.show(address, login, platform, commands, timeout)
        return await self._told(asked, answer, lambda texts: f"{sum(map(len, texts.values()))} characters")

    async def _told(self, asked: str, answer: Awaitable[T], said: Callable[[T], str]) -> T:
        """The answer, once it and the question are written down."""
        note = self.begin(asked)
        try:
            found = await answer
        except CollectError as error:
            note(f"{type(error).__name__}: {error}")
            raise
        note(said(found))
        return found

    def snmp(self, address: str, credential: Credential) -> SnmpSession:
        """A session whose requests are written down; the credential is named, never shown."""
        how = f"SNMP v{credential.version} {address} port {credential.port}, credential {credential.id}"
        return _TracingSession(self.inner.snmp(address, credential), how, self.begin)

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> HttpReply:
        """Not part of a poll: as the inner network."""
        return await self.inner.post(url, body, headers, timeout)

    async def influx(self, place: Bucket, lines: bytes, timeout: float) -> HttpReply:
        """Not part of a poll: as the inner network."""
        return await self.inner.influx(place, lines, timeout)

    async def chat(self, url: str, title: str, text: str, mood: Mood, timeout: float) -> None:
        """Not part of a poll: as the inner network."""
        await self.inner.chat(url, title, text, mood, timeout)

    async def mail(
        self, server: str, message: EmailMessage, timeout: float, user: str = "", password: str = ""
    ) -> None:
        """Not part of a poll: as the inner network."""
        await self.inner.mail(server, message, timeout, user, password)

    def modem(self, port: str) -> Modem:
        """Not part of a poll: as the inner network."""
        return self.inner.modem(port)

    async def close(self) -> None:
        """Close the inner network."""
        await self.inner.close()

    def begin(self, asked: str) -> Callable[[str], None]:
        """Start the watch; call what is returned with the answer."""
        started = time.perf_counter()
        return lambda answered: self.exchanges.append(Exchange(asked, answered, time.perf_counter() - started))


@dataclass(frozen=True, slots=True)
class _TracingSession:
    inner: SnmpSession
    how: str
    begin: Callable[[str], Callable[[str], None]]

    @property
    def rtt(self) -> float:
        return self.inner.rtt

    async def get(self, oids: Sequence[str], timeout: float) -> Mapping[str, SnmpValue]:
        note = self.begin(f"{self.how}: GET {', '.join(oids)}")
        try:
            values = await self.inner.get(oids, timeout)
        except CollectError as error:
            note(f"{type(error).__name__}: {error}")
            raise
        note("; ".join(f"{oid} = {_short(value)}" for oid, value in values.items()))
        return values

    async def table(
        self, columns: Sequence[str], timeout: float, *, bulk: bool = True, scalars: Sequence[str] = ()
    ) -> Mapping[str, Mapping[str, SnmpValue]]:
        besides = f" and GET {', '.join(scalars)}" if scalars else ""
        note = self.begin(f"{self.how}: walk {', '.join(columns)}{besides}")
        try:
            found = await self.inner.table(columns, timeout, bulk=bulk, scalars=scalars)
        except CollectError as error:
            note(f"{type(error).__name__}: {error}")
            raise
        note("; ".join(f"{column}: {len(rows)} rows" for column, rows in found.items()))
        return found


def _shown(stream: Stream) -> str:
    if stream.tls is None:
        return f"connected after {stream.connected * 1000:.1f} ms"
    names = stream.tls.chain[0].subject if stream.tls.chain else "no certificate"
    return f"{stream.tls.version}, {_short(names)}, {stream.tls.trouble or 'trusted'}"


def _short(value: SnmpValue) -> str:
    text = value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)
    text = "".join(one if one.isprintable() else "·" for one in text)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
