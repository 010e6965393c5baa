"""Which questions can be put to the network?

`Net` is the only way out of the program: the real one is built of the modules beside this one, the
simulated one answers from a model. Every call takes the time it may last and raises the errors of
netmon.errors; none of them retries.
"""

from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from typing import NamedTuple, Protocol

from netmon.errors import BadAnswer
from netmon.model import Credential

SnmpValue = int | float | str | bytes
"""INTEGER, counters, gauges and time ticks as int; OCTET STRING as bytes; OIDs and addresses as str."""


class HttpReply(NamedTuple):
    """Status code and body of an HTTP answer."""

    status: int
    body: bytes


class SnmpSession(Protocol):
    """A conversation with one agent. Requests are serial; concurrent callers wait for one another."""

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

    async def connect(self, address: str, port: int, timeout: float) -> float:
        """Seconds that a TCP handshake took. Raises Unreachable or Refused."""
        ...

    def snmp(self, address: str, credential: Credential) -> SnmpSession:
        """The session with this agent; the same one for the same address and credential."""
        ...

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> HttpReply:
        """HTTP POST. Raises Retryable when no answer came."""
        ...

    async def mail(
        self, server: str, message: EmailMessage, timeout: float, user: str = "", password: str = ""
    ) -> None:
        """Hand a message to an SMTP server (`host:port`). Raises Retryable (4xx, no answer) or Permanent (5xx)."""
        ...

    async def close(self) -> None:
        """Give back every socket."""
        ...
