"""A device whose true octets are known: what its agent says of them, and what befalls it."""

import random
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from collectors.interfaces import (
    ADMIN,
    ALIAS,
    CHANGED,
    DESCR,
    DISCONTINUITY,
    ENGINE_BOOTS,
    FAULTS,
    HIGH_SPEED,
    IF,
    IFX,
    NAME,
    OPER,
    SPEED,
    SYS_UPTIME,
)
from netmon.errors import BadAnswer, Unreachable
from netmon.wire.net import SnmpValue, by_themselves


class Truth(NamedTuple):
    """What went through a port since the world began, when that was read, and how often its counter broke off."""

    octets: int
    at: float
    era: int
    raw: int
    shuffled: int
    uptime: float


class Port:
    """An interface: its speed in bit/s, whether it has 64-bit counters, what went through it."""

    def __init__(self, number: int, speed: int, wide: bool, start: int) -> None:
        self.name, self.alias, self.index = f"Gi0/0/{number}", f"YB-{number}", str(number + 1)
        self.speed, self.wide = speed, wide
        self.octets, self.base = 0, start
        self.discontinuity = self.era = 0

    @property
    def raw(self) -> int:
        return (self.octets + self.base) % (2**64 if self.wide else 2**32)

    def break_off(self, start: int) -> None:
        self.base = start - self.octets
        self.era += 1


class Box:
    """The device, as an SNMP session too: `cells` are the values that it still gives away, None = all of them."""

    rtt = 0.01

    def __init__(self, ports: Sequence[Port], uptime: float, *, boots: bool, chance: random.Random) -> None:
        self.ports, self.boots, self.tells_boots, self.chance = list(ports), 1, boots, chance
        self.now, self.booted = 0.0, -uptime
        self.shuffled = 0
        self.cells: int | None = None
        self.by_rows = True

    @property
    def uptime(self) -> float:
        """Seconds as sysUpTime would tell them if it did not wrap."""
        return self.now - self.booted

    @property
    def ticks(self) -> int:
        return int(self.uptime * 100) % 2**32

    def run(self, seconds: float, load: float) -> None:
        self.now += seconds
        for number, port in enumerate(self.ports):
            port.octets += int(port.speed / 8 * ((load + number * 0.37) % 1.0) * seconds)

    def reboot(self) -> None:
        """Everything from zero; the interfaces may be numbered anew."""
        self.now += self.chance.uniform(2, 40)
        self.booted = self.now
        self.boots += 1
        self.shuffle()
        for port in self.ports:
            port.break_off(0)
            port.discontinuity = 0

    def clear(self) -> None:
        """The counters of one interface are cleared, or set to anything."""
        port = self.chance.choice(self.ports)
        port.break_off(self.chance.choice([0, port.raw, self.chance.randrange(2**31)]))
        port.discontinuity = self.ticks

    def shuffle(self) -> None:
        """The interfaces are numbered anew, while they go on."""
        indexes = [port.index for port in self.ports]
        self.chance.shuffle(indexes)
        for port, index in zip(self.ports, indexes, strict=True):
            port.index = index
        self.shuffled += 1

    def replace(self) -> None:
        """Another interface takes over the name of one."""
        port = self.chance.choice(self.ports)
        port.index = str(max(int(port.index) for port in self.ports) + 1)
        port.alias += "'"
        port.break_off(port.raw + self.chance.randrange(1000))

    def truth(self) -> dict[str, Truth]:
        return {
            port.name: Truth(port.octets, self.now, port.era, port.raw, self.shuffled, self.uptime)
            for port in self.ports
        }

    async def get(self, oids: Sequence[str], timeout: float) -> Mapping[str, SnmpValue]:
        if self.cells == 0:
            raise Unreachable("no answer")
        if not self.tells_boots:
            return {SYS_UPTIME: self.ticks}
        return {SYS_UPTIME: self.ticks, ENGINE_BOOTS: self.boots}

    async def table(
        self, columns: Sequence[str], timeout: float, *, bulk: bool = True, scalars: Sequence[str] = ()
    ) -> Mapping[str, Mapping[str, SnmpValue]]:
        if not columns:
            raise BadAnswer("nothing was asked for")
        rows = sorted(self.ports, key=lambda port: int(port.index))
        cells = [(oid, port) for oid in columns for port in rows]
        if self.by_rows:
            cells = [(oid, port) for port in rows for oid in columns]
        found = {oid: dict(told) for oid, told in (await by_themselves(self, scalars, timeout)).items()}
        for oid, port in cells:
            if self.cells == 0:
                raise Unreachable("broke off", columns=found)
            if self.cells is not None:
                self.cells -= 1
            value = cell(port, oid)
            if value is not None:
                found.setdefault(oid, {})[port.index] = value
        return found


def cell(port: Port, oid: str) -> SnmpValue | None:
    """What an agent says in one cell of IF-MIB."""
    known: dict[str, SnmpValue] = {
        NAME: port.name.encode(),
        DESCR: port.name.replace("Gi", "GigabitEthernet").encode(),
        ALIAS: port.alias.encode(),
        OPER: 1,
        ADMIN: 1,
        CHANGED: 0,
        DISCONTINUITY: port.discontinuity,
        HIGH_SPEED: round(port.speed / 1e6),
        SPEED: min(port.speed, 2**32 - 1),
        f"{IF}.10": port.raw % 2**32,
        f"{IF}.16": port.raw % 2**32,
        **{oid: 0 for _, oid in FAULTS},
    }
    if port.wide:
        known |= {f"{IFX}.6": port.raw, f"{IFX}.10": port.raw}
    return known.get(oid)
