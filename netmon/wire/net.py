"""Which questions can be put to the network?

`Net` is the only way out of the program: the real one is built of the modules beside this one, the
simulated one answers from a model. Every call takes the time it may last and raises the errors of
netmon.errors; none of them retries.
"""

from collections.abc import Callable, Mapping, Sequence
from email.message import EmailMessage
from typing import Literal, NamedTuple, Protocol

from netmon.errors import BadAnswer
from netmon.model import Credential, Ssh
from netmon.wire.modem.seam import Modem

SnmpValue = int | float | str | bytes
"""INTEGER, counters, gauges and time ticks as int; OCTET STRING as bytes; OIDs and addresses as str."""


Mood = Literal["failure", "warning", "success", "info"]
"""What a message is about, so that services can colour it."""


class HttpReply(NamedTuple):
    """Status code and body of an HTTP answer; `later`: seconds that the server wants to be left alone for, 0 if it does
    not say (Retry-After, RFC 9110 10.2.3); `anew`: the connection of the request before has gone without a word, so
    that the server may have been restarted since."""

    status: int
    body: bytes
    later: float = 0.0
    anew: bool = False


class Bucket(NamedTuple):
    """Where an InfluxDB keeps lines: its address, the organization, the bucket, and the token that may write there."""

    url: str
    org: str
    bucket: str
    token: str


class Certificate(NamedTuple):
    """An X.509 certificate (RFC 5280) as presented. Times in seconds since the epoch; `names` are its DNS names and
    addresses, `serial` is in hexadecimal."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    since: float
    until: float
    serial: str


class TlsSeen(NamedTuple):
    """What a TLS handshake showed: how many seconds it took, the version (`TLSv1.3`), the certificates as sent, the
    server's own first, and in `trouble` why nobody should trust them now ("" = they are to be trusted)."""

    seconds: float
    version: str
    chain: tuple[Certificate, ...]
    trouble: str


class Stream(Protocol):
    """A TCP connection. `connected`: seconds of the handshake; `tls`: what the TLS handshake showed, if there was one.

    Each call may last `timeout` seconds and raises Unreachable (silence), Refused (a reset) or NotServing.
    """

    connected: float
    tls: TlsSeen | None

    async def write(self, data: bytes, timeout: float) -> None:
        """Send all of it."""
        ...

    async def read(self, most: int, timeout: float) -> bytes:
        """Some octets, at most so many; b"" when the other side has closed."""
        ...

    async def secure(self, name: str, timeout: float) -> TlsSeen:
        """Speak TLS from now on (STARTTLS), with the server called `name`; untrusted certificates are no error."""
        ...

    async def close(self) -> None:
        """Give the connection back, without waiting for the other side."""
        ...


class Hop(NamedTuple):
    """A router on the way, "" if it does not tell, and the round-trip time to it in seconds."""

    address: str
    rtt: float | None


class SnmpSession(Protocol):
    """A conversation with one agent. Requests are serial; concurrent callers wait for one another."""

    @property
    def rtt(self) -> float:
        """How long the request took that was answered last, seconds from when it was sent: without the wait for
        others."""
        ...

    async def get(self, oids: Sequence[str], timeout: float) -> Mapping[str, SnmpValue]:
        """The scalars that the agent has, by the OID asked for; those it lacks are left out.

        Raises Unreachable, Refused, AuthFailed or BadAnswer (an empty answer counts as one).
        """
        ...

    async def table(
        self, columns: Sequence[str], timeout: float, *, bulk: bool = True, scalars: Sequence[str] = ()
    ) -> Mapping[str, Mapping[str, SnmpValue]]:
        """Whole columns of one table: column OID -> row index (dotted, without the column) -> value.

        `timeout` bounds each request, not the walk. A walk that fails half-way raises the error of the
        request that failed, whose `columns` hold what did arrive; a loop or a non-increasing OID raises
        BadAnswer. `bulk` False: GETNEXT, for agents that cannot bear GETBULK on this table. `scalars` come with
        it, as columns whose only row is "", or are left out where the agent does not tell.
        """
        ...


async def by_themselves(
    session: SnmpSession, scalars: Sequence[str], timeout: float
) -> dict[str, Mapping[str, SnmpValue]]:
    """Scalars as `table` gives them, by a GET of their own. Raises Unreachable, Refused or AuthFailed."""
    try:
        told = await session.get(scalars, timeout) if scalars else {}
    except BadAnswer:
        return {}
    return {oid: {"": value} for oid, value in told.items()}


class Net(Protocol):
    """The network, real or simulated."""

    async def ping(self, addresses: Sequence[str], timeout: float) -> Sequence[float | None]:
        """ICMP echo to each address at once: round-trip times in seconds, None where nothing came.

        Raises NotPermitted if the system allows no ICMP socket.
        """
        ...

    async def train(self, address: str, packets: int, spacing: float, timeout: float) -> Sequence[float | None]:
        """ICMP echoes to one IP address, `spacing` seconds apart: round-trip times in seconds, in the order of sending.

        None for what was not back within `timeout`. If nothing at all was, the train ends there, and is shorter.
        Raises NotPermitted as `ping` does.
        """
        ...

    async def connect(self, address: str, port: int, timeout: float) -> float:
        """Seconds that a TCP handshake took. Raises Unreachable or Refused."""
        ...

    async def stream(self, address: str, port: int, timeout: float, tls: str | None = None) -> Stream:
        """A TCP connection; `tls`: speak TLS at once with the server of this name (SNI; "" sends none).

        Untrusted certificates are no error, see `TlsSeen.trouble`. Raises Unreachable, Refused, or NotServing where
        what answers speaks no TLS.
        """
        ...

    async def datagram(
        self, address: str, port: int, payload: bytes, timeout: float, accept: Callable[[bytes], bool]
    ) -> tuple[bytes, float]:
        """Send one UDP datagram; the first answer from there that `accept` takes, and seconds until it came.

        Raises Unreachable, Refused (ICMP port unreachable), or NotServing if `accept` took none of what came.
        """
        ...

    async def resolve(self, name: str, timeout: float) -> Sequence[str]:
        """The addresses of a name as this machine's resolver tells them, one at least.

        Raises Unreachable if it has none, and BadAnswer if that could not be found out.
        """
        ...

    async def trace(self, address: str, timeout: float, most: int = 20) -> Sequence[Hop]:
        """The way there, hop by hop, up to the address itself or `most` hops; `timeout` bounds each hop's silence.

        All probes of one trace look the same to routers that spread flows (Paris traceroute, Augustin 2006).
        Raises NotPermitted or BadAnswer; silence is no error.
        """
        ...

    async def sweep(self, interface: str, network: str, timeout: float) -> Sequence[tuple[str, str]]:
        """Who answers ARP (RFC 826) on a segment on which this machine stands: (IPv4 address, MAC), in order.

        Raises NotPermitted, or BadAnswer if the means for it are not installed or the network is too large.
        """
        ...

    async def show(
        self, address: str, login: Ssh, platform: str, commands: Sequence[str], timeout: float
    ) -> Mapping[str, str]:
        """What a device's command line prints for each of these commands, none of which may change anything.

        `timeout` bounds all of it, from the connection on; only a few devices are logged in to at a time, and waiting
        for a turn is not part of it. Raises Unreachable, Refused, AuthFailed (wrong login, or a host key that is not
        the known one), BadAnswer, SecretMissing, or ValueError for a command that might change something.
        """
        ...

    def snmp(self, address: str, credential: Credential) -> SnmpSession:
        """The session with this agent; the same one for the same address and credential."""
        ...

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> HttpReply:
        """HTTP POST. Raises Retryable when no answer came."""
        ...

    async def influx(self, place: Bucket, lines: bytes, timeout: float) -> HttpReply:
        """Lines of InfluxDB's protocol, gzipped and dated in milliseconds, into a bucket.

        Raises Retryable when no answer came, and Permanent for what is no URL.
        """
        ...

    async def chat(self, url: str, title: str, text: str, mood: Mood, timeout: float) -> None:
        """A message to the chat service, SMS gateway or other place that apprise finds under this URL.

        Raises Retryable (no answer) or Permanent (rejected, or no such service).
        """
        ...

    async def mail(
        self, server: str, message: EmailMessage, timeout: float, user: str = "", password: str = ""
    ) -> None:
        """Hand a message to an SMTP server (`host:port`). Raises Retryable (4xx, no answer) or Permanent (5xx)."""
        ...

    def modem(self, port: str) -> Modem:
        """The modem on this serial port (`/dev/ttyUSB2`); the same one for the same port."""
        ...

    async def close(self) -> None:
        """Give back every socket and port."""
        ...
