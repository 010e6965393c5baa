"""What do the device's interfaces carry, and are they up?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from typing import Annotated, ClassVar

from pydantic import Field

from netmon.errors import BadAnswer, CollectError
from netmon.model import Metric, Sample, Target
from netmon.wire.net import Net, SnmpSession, SnmpValue
from netmon.wire.snmp.ifnames import LONGEST, Called, Column, Ports, chosen, line

# SNMPv2-MIB (RFC 3418), SNMP-FRAMEWORK-MIB (RFC 3411)
SYS_UPTIME, ENGINE_BOOTS = AGE = "1.3.6.1.2.1.1.3.0", "1.3.6.1.6.3.10.2.1.2.0"
# IF-MIB (RFC 2863): ifTable, ifXTable
IF = "1.3.6.1.2.1.2.2.1"
IFX = "1.3.6.1.2.1.31.1.1.1"
DESCR, SPEED, ADMIN, OPER, CHANGED = f"{IF}.2", f"{IF}.5", f"{IF}.7", f"{IF}.8", f"{IF}.9"
NAME, HIGH_SPEED, ALIAS, DISCONTINUITY = f"{IFX}.1", f"{IFX}.15", f"{IFX}.18", f"{IFX}.19"

TICKS_PER_SECOND = 100

SATURATED = 2**32 - 1
"""ifSpeed of everything from 4.3 Gbit/s up."""

MOST = 4096
"""Interfaces of one device, at a dozen series each."""

Table = Mapping[str, Column]

NOTHING: Column = {}

Counted = tuple[str, str, str]
"""A counter family, its column in ifXTable (64 bit) and in ifTable (32 bit)."""

OCTETS = (
    ("netmon_if_receive_bytes_total", f"{IFX}.6", f"{IF}.10"),
    ("netmon_if_transmit_bytes_total", f"{IFX}.10", f"{IF}.16"),
)
PACKETS = (
    ("netmon_if_receive_packets_total", f"{IFX}.7", f"{IF}.11"),
    ("netmon_if_transmit_packets_total", f"{IFX}.11", f"{IF}.17"),
)
FAULTS = (
    ("netmon_if_receive_errors_total", f"{IF}.14"),
    ("netmon_if_transmit_errors_total", f"{IF}.20"),
    ("netmon_if_receive_discards_total", f"{IF}.13"),
    ("netmon_if_transmit_discards_total", f"{IF}.19"),
)
STATES = (("netmon_if_oper_status", OPER), ("netmon_if_admin_status", ADMIN))

IDENTITY = (NAME, OPER, ALIAS, DESCR, DISCONTINUITY)
"""Asked for before the counters: what tells whose they are. So a walk that breaks off has it for each that arrived."""

SPEED_FAMILY = "netmon_if_speed_bytes_per_second"

PORT = ("if_name",)

made = partial(tuple.__new__, Sample)
"""A sample of a tuple: hundreds come of a poll, and a call of `Sample` takes three times as long."""


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
        SPEED_FAMILY: Metric("gauge", "Nominal speed (ifHighSpeed, else ifSpeed).", PORT),
        "netmon_if_last_change_seconds": Metric("gauge", "sysUpTime at which the present state was entered.", PORT),
        "netmon_if_discontinuity_seconds": Metric("gauge", "sysUpTime at which counters last broke off, if any.", PORT),
        "netmon_if_counter_narrow": Metric("gauge", "1 for a counter of 32 bits, which wraps.", (*PORT, "counter")),
        "netmon_if_info": Metric(
            "info", "What the device calls its interfaces.", ("if_name", "if_alias", "if_descr", "if_index")
        ),
        "netmon_if_table_uptime_seconds": Metric("gauge", "sysUpTime when the interfaces were read."),
        "netmon_if_table_boots": Metric("gauge", "snmpEngineBoots when the interfaces were read."),
    }
    REACHABILITY: ClassVar[bool] = False
    SNMP: ClassVar[bool] = True
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
        """The interfaces; if a walk fails, its error carries the samples of what had arrived.

        One walk of all columns, and a second one if an interface lacks 64-bit counters or ifHighSpeed.
        Raises Unreachable, Refused, AuthFailed or BadAnswer.
        """
        if target.credential is None:
            raise BadAnswer(f"{target.id}: the inventory names no SNMP credential")
        session = net.snmp(target.address, target.credential)
        counters = OCTETS + PACKETS if self.packets else OCTETS
        table, error = await walk(session, asked(counters), target.timeout, AGE)
        age = since(table)
        ports = chosen(called(table, whole=error is None), self.include, self.exclude, target.ports)
        if len(ports.indexes) > MOST:
            raise BadAnswer(
                f"{target.address}: {len(ports.indexes)} interfaces; choose some by `include` and `exclude`"
            )
        if error is None and not any(rows for oid, rows in table.items() if oid not in AGE):
            raise BadAnswer(f"{target.address}: the agent shows no interfaces (IF-MIB)")
        samples = tell(table, ports, counters, whole=error is None)
        if error is None and (late := lacking(table, ports, counters)):
            more, error = await walk(session, late, target.timeout)
            samples += tell_late(table, more, ports, counters)
        if error is not None:
            # with nothing of an interface, the poll before is worth more than the age of the device
            raise type(error)(str(error), [*age, *samples] if samples else ()) from None
        return [*age, *samples]


def since(table: Table) -> list[Sample]:
    """Since when the device runs, by its own clock, which is the one that its counters go by; [] if it hides that."""
    ticks, boots = (table.get(oid, NOTHING).get("") for oid in AGE)
    samples = []
    if isinstance(ticks, int):
        samples.append(Sample("netmon_if_table_uptime_seconds", ticks / TICKS_PER_SECOND))
    if isinstance(boots, int):
        samples.append(Sample("netmon_if_table_boots", boots))
    return samples


async def walk(
    session: SnmpSession, oids: Sequence[str], timeout: float, scalars: Sequence[str] = ()
) -> tuple[Table, CollectError | None]:
    """What arrived of these columns, and the error that broke the walk off, if one did."""
    try:
        return await session.table(oids, timeout, scalars=scalars), None
    except CollectError as error:
        return error.columns, error


def asked(counters: Sequence[Counted]) -> list[str]:
    """The columns of every poll."""
    wide, faults = [wide for _, wide, _ in counters], [oid for _, oid in FAULTS]
    return [*IDENTITY, ADMIN, *wide, *faults, HIGH_SPEED, CHANGED]


def lacking(table: Table, ports: Ports, counters: Sequence[Counted]) -> list[str]:
    """The columns that stand in for those in which an interface has nothing."""
    narrow = [narrow for _, wide, narrow in counters if ports.without(table.get(wide, NOTHING)).indexes]
    return [*narrow, SPEED] if ports.without(fast(table)).indexes else narrow


def fast(table: Table) -> Column:
    """ifHighSpeed in bit/s where it tells: it counts in Mbit/s, so that 0 is no speed or less than half a Mbit/s."""
    return {
        i: value * 1_000_000 for i, value in table.get(HIGH_SPEED, NOTHING).items() if isinstance(value, int) and value
    }


def tell(table: Table, ports: Ports, counters: Sequence[Counted], *, whole: bool) -> list[Sample]:
    """Samples of the first walk. One that is not `whole` has counters only of interfaces whose identity came too."""
    alias, descr, reset = (table.get(oid, NOTHING) for oid in (ALIAS, DESCR, DISCONTINUITY))
    sure, described = ports, ports
    if not whole:
        sure, described = ports.only(*filter(None, (alias, reset))), ports.only(alias, descr)
    samples: list[Sample] = []
    for family, oid in STATES:
        samples += numbers(family, table.get(oid, NOTHING), ports)
    for family, oid in (*((family, wide) for family, wide, _ in counters), *FAULTS):
        samples += numbers(family, table.get(oid, NOTHING), sure)
    samples += numbers(SPEED_FAMILY, fast(table), ports, per=8)
    samples += numbers("netmon_if_last_change_seconds", table.get(CHANGED, NOTHING), ports, per=TICKS_PER_SECOND)
    if any(reset.values()):
        samples += numbers("netmon_if_discontinuity_seconds", reset, sure, per=TICKS_PER_SECOND, least=1)
    indexes, labels = described
    aliases = map(line, map(alias.get, indexes), repeat(LONGEST))
    texts = zip([name for (name,) in labels], aliases, map(line, map(descr.get, indexes)), indexes, strict=True)
    samples += map(made, zip(repeat("netmon_if_info"), repeat(1), texts))
    return samples


def tell_late(table: Table, late: Table, ports: Ports, counters: Sequence[Counted]) -> list[Sample]:
    """Samples of the second walk, for interfaces of which the first one's `table` lacks the number."""
    samples: list[Sample] = []
    for family, wide, narrow in counters:
        found = numbers(family, late.get(narrow, NOTHING), ports.without(table.get(wide, NOTHING)))
        samples += found
        samples += [Sample("netmon_if_counter_narrow", 1, (*sample.labels, family)) for sample in found]
    slow = {index: bits for index, bits in late.get(SPEED, NOTHING).items() if bits != SATURATED}
    return samples + numbers(SPEED_FAMILY, slow, ports.without(fast(table)), per=8, least=1)


def numbers(family: str, column: Column, ports: Ports, *, per: int = 1, least: int = 0) -> list[Sample]:
    """A sample for each interface that has an integer of at least `least` in the column, divided by `per`."""
    labels = ports.labels
    values = [value for value in map(column.get, ports.indexes) if isinstance(value, int)]
    if len(values) != len(labels) or (least and min(values, default=least) < least):
        both = zip(map(column.get, ports.indexes), labels, strict=True)
        pairs = [(value, label) for value, label in both if isinstance(value, int) and value >= least]
        values, labels = [value for value, _ in pairs], tuple([label for _, label in pairs])
    shown: Sequence[float] = values if per == 1 else [value / per for value in values]
    return [*map(made, zip(repeat(family), shown, labels))]


def called(table: Table, *, whole: bool) -> Called:
    """What tells the names of all interfaces; if the walk broke off, of those whose own name had arrived.

    Any other would get the name that stands in for one that it has. An agent without ifName is known by its ifDescr.
    """
    name, descr, oper, admin = (table.get(oid, NOTHING) for oid in (NAME, DESCR, OPER, ADMIN))
    if whole:
        return (*_frozen(name), *_frozen(descr), (*oper,), (*admin,))
    own = {index: text for index, text in (name or descr).items() if line(text, LONGEST)}
    return (*_frozen(own), (), (), (), ())


def _frozen(column: Column) -> tuple[tuple[str, ...], tuple[SnmpValue, ...]]:
    return (*column,), (*column.values(),)
