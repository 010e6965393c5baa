"""A network of a few lines: every question gets the answer that a test wrote down."""

from collections.abc import Callable, Mapping, Sequence
from email.message import EmailMessage

from netmon.errors import CollectError
from netmon.model import Credential, Secret, Ssh, Target
from netmon.wire.modem.seam import Modem
from netmon.wire.net import Bucket, Hop, HttpReply, Mood, SnmpSession, SnmpValue, Stream, by_themselves

Reply = Mapping[str, SnmpValue] | CollectError
Table = Mapping[str, Mapping[str, SnmpValue] | CollectError]


class FakeSession:
    """Answers `get` from `scalars` and `table` from `columns`; an error stands for a request that fails."""

    rtt = 0.004

    def __init__(self, scalars: Reply | None = None, columns: Table | None = None) -> None:
        self.scalars = scalars if scalars is not None else {}
        self.columns = columns if columns is not None else {}
        self.asked: list[str] = []
        self.walks = 0

    async def get(self, oids: Sequence[str], timeout: float) -> Mapping[str, SnmpValue]:
        self.asked += oids
        if isinstance(self.scalars, CollectError):
            raise self.scalars
        return {oid: self.scalars[oid] for oid in oids if oid in self.scalars}

    async def table(
        self, columns: Sequence[str], timeout: float, *, bulk: bool = True, scalars: Sequence[str] = ()
    ) -> Mapping[str, Mapping[str, SnmpValue]]:
        found = await by_themselves(self, scalars, timeout)
        self.walks += 1
        for column in columns:
            self.asked.append(column)
            rows = self.columns.get(column, {})
            if isinstance(rows, CollectError):
                raise type(rows)(str(rows), columns=found | dict(rows.columns))
            found[column] = rows
        return found


class FakeNet:
    """The network with one SNMP agent and some ping answers in it, and trains of them."""

    def __init__(self, session: SnmpSession | None = None, times: Mapping[str, float | None] | None = None) -> None:
        self.session = session or FakeSession()
        self.times = times or {}
        self.pings: list[tuple[tuple[str, ...], float]] = []
        self.asked_trains: list[tuple[str, int, float, float]] = []
        self.trains: dict[str, list[float | None]] = {}
        self.handshake: float | CollectError = 0.01
        self.ways: dict[str, Sequence[str]] = {}
        self.segment: Sequence[tuple[str, str]] = ()
        self.printed: dict[str, dict[str, str] | CollectError] = {}
        self.logins: list[tuple[str, str, str]] = []

    async def ping(self, addresses: Sequence[str], timeout: float) -> Sequence[float | None]:
        self.pings.append((tuple(addresses), timeout))
        return [self.times.get(address) for address in addresses]

    async def train(self, address: str, packets: int, spacing: float, timeout: float) -> Sequence[float | None]:
        self.asked_trains.append((address, packets, spacing, timeout))
        left = self.trains.setdefault(address, [])
        found = left[:packets]
        del left[:packets]
        return found or [self.times.get(address)] * packets

    async def connect(self, address: str, port: int, timeout: float) -> float:
        if isinstance(self.handshake, CollectError):
            raise self.handshake
        return self.handshake

    def snmp(self, address: str, credential: Credential) -> SnmpSession:
        return self.session

    async def stream(self, address: str, port: int, timeout: float, tls: str | None = None) -> Stream:
        raise NotImplementedError

    async def datagram(
        self, address: str, port: int, payload: bytes, timeout: float, accept: Callable[[bytes], bool]
    ) -> tuple[bytes, float]:
        raise NotImplementedError

    async def resolve(self, name: str, timeout: float) -> Sequence[str]:
        raise NotImplementedError

    async def trace(self, address: str, timeout: float, most: int = 20) -> Sequence[Hop]:
        return [Hop(hop, 0.001 if hop else None) for hop in self.ways.get(address, ())[:most]]

    async def sweep(self, interface: str, network: str, timeout: float) -> Sequence[tuple[str, str]]:
        return self.segment

    async def show(
        self, address: str, login: Ssh, platform: str, commands: Sequence[str], timeout: float
    ) -> Mapping[str, str]:
        self.logins.append((address, login.user, platform))
        printed = self.printed.get(address, {})
        if isinstance(printed, CollectError):
            raise printed
        return {command: printed.get(command, "% Unknown command") for command in commands}

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> HttpReply:
        raise NotImplementedError

    async def influx(self, place: Bucket, lines: bytes, timeout: float) -> HttpReply:
        raise NotImplementedError

    async def chat(self, url: str, title: str, text: str, mood: Mood, timeout: float) -> None:
        raise NotImplementedError

    async def mail(
        self, server: str, message: EmailMessage, timeout: float, user: str = "", password: str = ""
    ) -> None:
        raise NotImplementedError

    def modem(self, port: str) -> Modem:
        raise NotImplementedError

    async def close(self) -> None: ...


def target(address: str = "10.0.0.1", timeout: float = 1.0, ports: tuple[str, ...] = (), snmp: bool = True) -> Target:
    credential = Credential(id="c", version="2c", community=Secret("public", "-")) if snmp else None
    return Target(
        id="r1",
        of="device",
        site="s",
        level="commune",
        address=address,
        timeout=timeout,
        credential=credential,
        ports=ports,
    )
