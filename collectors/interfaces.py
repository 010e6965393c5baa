"""What do the device's interfaces carry, and are they up?"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from typing import Annotated, ClassVar, NamedTuple

from pydantic import Field

from netmon.errors import BadAnswer, CollectError
from netmon.model import Metric, Sample, Target
from netmon.wire.net import Net, SnmpSession, SnmpValue
from netmon.wire.text import clean

# IF-MIB (RFC 2863): ifTable, ifXTable
IF = "1.3.6.1.2.1.2.2.1"
IFX = "1.3.6.1.2.1.31.1.1.1"
DESCR, SPEED, ADMIN, OPER, CHANGED = f"{IF}.2", f"{IF}.5", f"{IF}.7", f"{IF}.8", f"{IF}.9"
NAME, HIGH_SPEED, ALIAS = f"{IFX}.1", f"{IFX}.15", f"{IFX}.18"

SATURATED = 2**32 - 1
"""ifSpeed of everything from 4.3 Gbit/s up."""

LONGEST = 64
"""Characters that are kept of a name or an alias (DisplayString (SIZE(0..64)) in IF-MIB)."""

MOST = 4096
"""Interfaces of one device, at a dozen series each."""

Column = Mapping[str, SnmpValue]
NOTHING: Column = {}


class _Counted(NamedTuple):
    """A counter family: its column in ifXTable (64 bit), if any, and in ifTable (32 bit)."""

    family: str
    wide: str | None
    narrow: str


OCTETS = (
    _Counted("netmon_if_receive_bytes_total", f"{IFX}.6", f"{IF}.10"),
    _Counted("netmon_if_transmit_bytes_total", f"{IFX}.10", f"{IF}.16"),
)
FAULTS = (
    _Counted("netmon_if_receive_errors_total", None, f"{IF}.14"),
    _Counted("netmon_if_transmit_errors_total", None, f"{IF}.20"),
    _Counted("netmon_if_receive_discards_total", None, f"{IF}.13"),
    _Counted("netmon_if_transmit_discards_total", None, f"{IF}.19"),
)
PACKETS = (
    _Counted("netmon_if_receive_packets_total", f"{IFX}.7", f"{IF}.11"),
    _Counted("netmon_if_transmit_packets_total", f"{IFX}.11", f"{IF}.17"),
)

PORT = ("if_name",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interfaces:
    """IF-MIB (RFC 2863): state, speed, traffic and faults of each interface, told apart by ifName.

    Octets come from the 64-bit counters, and for interfaces that have none from the 32-bit ones. Interfaces
    that a link of the inventory names are always there, whatever `include` and `exclude` say. What the device
    does not tell is left out. An agent that stops answering half-way leaves what it has said so far.
    """

    METRICS: ClassVar[Mapping[str, Metric]] = {
        "netmon_if_oper_status": Metric("gauge", "ifOperStatus: 1 up, 2 down, 3 testing to 7 lowerLayerDown.", PORT),
        "netmon_if_admin_status": Metric("gauge", "ifAdminStatus: 1 up, 2 down, 3 testing.", PORT),
        "netmon_if_receive_bytes_total": Metric("counter", "Octets received.", PORT),
        "netmon_if_transmit_bytes_total": Metric("counter", "Octets sent.", PORT),
        "netmon_if_receive_errors_total": Metric("counter", "Packets received with errors.", PORT),
        "netmon_if_transmit_errors_total": Metric("counter", "Packets not sent because of errors.", PORT),
        "netmon_if_receive_discards_total": Metric("counter", "Good packets received and thrown away.", PORT),
        "netmon_if_transmit_discards_total": Metric("counter", "Good packets thrown away instead of sent.", PORT),
        "netmon_if_receive_packets_total": Metric("counter", "Unicast packets received.", PORT),
        "netmon_if_transmit_packets_total": Metric("counter", "Unicast packets sent.", PORT),
        "netmon_if_speed_bytes_per_second": Metric("gauge", "Nominal speed (ifHighSpeed, else ifSpeed).", PORT),
        "netmon_if_last_change_seconds": Metric("gauge", "sysUpTime at which the present state was entered.", PORT),
        "netmon_if_info": Metric(
            "info", "What the device calls its interfaces.", ("if_name", "if_alias", "if_descr", "if_index")
        ),
    }
    REACHABILITY: ClassVar[bool] = False
    EVERY: ClassVar[float] = 30.0
    TIMEOUT: ClassVar[float] = 2.0

    include: Annotated[
        tuple[str, ...], Field(description="Interfaces to read: patterns of ifName, with * and ?, in any case.")
    ] = ("*",)
    exclude: Annotated[
        tuple[str, ...], Field(description="Interfaces to leave out, by the same patterns; counts after `include`.")
    ] = ("lo", "lo[0-9]*", "loopback*", "inloopback*", "null*")
    packets: Annotated[bool, Field(description="Count unicast packets too: two columns more to walk.")] = False

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """The interfaces, table by table; if one fails, its error carries the samples of those before.

        Raises Unreachable, Refused, AuthFailed or BadAnswer.
        """
        if target.credential is None:
            raise BadAnswer(f"{target.id}: the inventory names no SNMP credential")
        session = net.snmp(target.address, target.credential)
        samples: list[Sample] = []
        try:
            name, descr, oper, admin = await columns(session, (NAME, DESCR, OPER, ADMIN), target.timeout)
            every = names(name, descr, oper, admin)
            if not every:
                raise BadAnswer(f"{target.address}: the agent shows no interfaces (IF-MIB)")
            ports = self._wanted(every, target)
            samples += numbers("netmon_if_oper_status", oper, ports)
            samples += numbers("netmon_if_admin_status", admin, ports)
            for counters in (OCTETS, FAULTS, PACKETS if self.packets else ()):
                await count(session, counters, ports, target.timeout, samples)
            await describe(session, descr, ports, target.timeout, samples)
        except CollectError as error:
            raise type(error)(str(error), samples) from None
        return samples

    def _wanted(self, ports: Mapping[str, str], target: Target) -> Mapping[str, str]:
        """Those of the interfaces (ifIndex -> ifName) that are asked for. Raises BadAnswer if there are too many."""
        include, exclude = pattern(self.include), pattern(self.exclude)
        wanted = {
            index: name
            for index, name in ports.items()
            if name in target.ports or (include.fullmatch(name) and not exclude.fullmatch(name))
        }
        if len(wanted) > MOST:
            raise BadAnswer(f"{target.address}: {len(wanted)} interfaces; choose some by `include` and `exclude`")
        return wanted


async def columns(session: SnmpSession, oids: Sequence[str], timeout: float) -> list[Column]:
    """Columns of a table in the order asked for, ifIndex -> value; empty if the agent lacks them."""
    seen = await session.table(oids, timeout)
    return [seen.get(oid, NOTHING) for oid in oids]


async def count(
    session: SnmpSession, counters: Sequence[_Counted], ports: Mapping[str, str], timeout: float, samples: list[Sample]
) -> None:
    """Walk some counters and add them to `samples`; the narrow ones only for interfaces without wide ones."""
    wide = await session.table([counter.wide for counter in counters if counter.wide], timeout)
    late: list[tuple[_Counted, Mapping[str, str]]] = []
    for counter in counters:
        column = wide.get(counter.wide, NOTHING) if counter.wide else NOTHING
        samples += numbers(counter.family, column, ports)
        if lacking := {index: name for index, name in ports.items() if index not in column}:
            late.append((counter, lacking))
    narrow = await session.table([counter.narrow for counter, _ in late], timeout)
    for counter, without in late:
        samples += numbers(counter.family, narrow.get(counter.narrow, NOTHING), without)


async def describe(
    session: SnmpSession, descr: Column, ports: Mapping[str, str], timeout: float, samples: list[Sample]
) -> None:
    """Walk what changes rarely: speed, time of the last change, and the texts."""
    high, changed, alias = await columns(session, (HIGH_SPEED, CHANGED, ALIAS), timeout)
    # ifHighSpeed counts in Mbit/s and ifSpeed, where that is missing, in bit/s; 0 says that there is no speed
    speeds = {index: value * 1_000_000 for index, value in high.items() if isinstance(value, int)}
    if any(index not in speeds for index in ports):
        [plain] = await columns(session, (SPEED,), timeout)
        speeds = {index: bits for index, bits in plain.items() if isinstance(bits, int) and bits < SATURATED} | speeds
    for index, name in ports.items():
        if bits := speeds.get(index, 0):
            samples.append(Sample("netmon_if_speed_bytes_per_second", bits / 8, (name,)))
        if isinstance(ticks := changed.get(index), int):
            samples.append(Sample("netmon_if_last_change_seconds", ticks / 100, (name,)))
        texts = (clean(alias.get(index), LONGEST), clean(descr.get(index)), index)
        samples.append(Sample("netmon_if_info", 1, (name, *texts)))


def numbers(family: str, column: Column, ports: Mapping[str, str]) -> Iterator[Sample]:
    """A sample for each interface (ifIndex -> ifName) that has an integer in the column."""
    for index, name in ports.items():
        if isinstance(value := column.get(index), int):
            yield Sample(family, value, (name,))


def names(name: Column, descr: Column, *others: Column) -> dict[str, str]:
    """ifIndex -> the name to be known by: ifName, else ifDescr, else `if` and the index; each only once.

    Interfaces of the same name all get their index behind it, so that neither takes the other's place when
    the order changes.
    """
    indexes = sorted({index for column in (name, descr, *others) for index in column if index.isdecimal()}, key=int)
    called = {
        index: clean(name.get(index), LONGEST) or clean(descr.get(index), LONGEST) or f"if{index}" for index in indexes
    }
    often = Counter(called.values())
    taken = {chosen for chosen, times in often.items() if times == 1}
    for index in indexes:
        if often[called[index]] > 1:
            called[index] += f"#{index}"
            while called[index] in taken:
                called[index] += f"#{index}"
            taken.add(called[index])
    return called


@lru_cache(maxsize=64)
def pattern(globs: tuple[str, ...]) -> re.Pattern[str]:
    """One regular expression for some shell patterns, whatever the case; without any it matches nothing."""
    return re.compile("|".join(translate(glob) for glob in globs) or r"(?!)", re.IGNORECASE)
