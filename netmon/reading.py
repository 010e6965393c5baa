"""What does a vendor's profile make of an agent's answers?

Collectors that ask by profile are all the same question put to other families: the frame has put the device's
profile on the target, and here its groups are asked and every row becomes a sample. Agents send what they like: a
text where a number belongs, a sentinel for "no module", two sensors of one name. What makes no sense is left out.
"""

import math
import re
import struct
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from netmon.errors import BadAnswer, CollectError
from netmon.model import LabelForm, LabelSource, Metric, MibTable, Reading, Sample, Target
from netmon.wire.net import Net, SnmpSession, SnmpValue
from netmon.wire.text import clean

Columns = Mapping[str, Mapping[str, SnmpValue]]
"""Column OID -> row index -> value; a scalar stands under its whole OID and the index ""."""

LONGEST = 64
"""Characters that are kept of a label."""
MOST = 8192
"""Samples that one poll may make of one group: an OLT with every port full has some thousands of ONTs."""

_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_NOTHING: Mapping[str, SnmpValue] = {}
# Opaque-wrapped floats (net-snmp's NET-SNMP-TC): tag 0x9f 0x78 for 32 bits, 0x9f 0x79 for 64, then the length.
_FLOAT, _DOUBLE = b"\x9f\x78\x04", b"\x9f\x79\x08"


async def read(target: Target, net: Net, metrics: Mapping[str, Metric]) -> list[Sample]:
    """Ask the target for what its profile knows of these families; none at all is an empty list.

    A group that fails alone is left out; once the agent is silent or refuses, nothing more is asked. Either way the
    error that is raised at the end carries the samples of the others. Raises Unreachable, Refused, AuthFailed or
    BadAnswer.
    """
    if target.credential is None:
        raise BadAnswer(f"{target.id}: the inventory names no SNMP credential")
    if target.profile is None:
        raise BadAnswer(f"{target.id}: nobody has said which profile it has")
    session = net.snmp(target.address, target.credential)
    found: dict[tuple[str, tuple[str, ...]], Sample] = {}
    walked: dict[str, Mapping[str, SnmpValue]] = {}
    failed: CollectError | None = None
    groups = [(None, target.profile.scalars), *((table, table.readings) for table in target.profile.tables)]
    for table, all_readings in groups:
        readings = [reading for reading in all_readings if reading.metric in metrics]
        if not readings:
            continue
        try:
            if table is None:
                await _scalars(session, readings, target.timeout, walked)
            else:
                await _table(session, table, readings, target.timeout, walked)
        except BadAnswer as error:
            failed = failed or error
            walked.update(error.columns)
        except CollectError as error:
            failed = error
            walked.update(error.columns)
            found |= {(sample.metric, sample.labels): sample for sample in samples(readings, walked)}
            break
        found |= {(sample.metric, sample.labels): sample for sample in samples(readings, walked)}
    if failed is not None:
        raise type(failed)(str(failed), tuple(found.values()))
    return list(found.values())


async def _scalars(
    session: SnmpSession,
    readings: Sequence[Reading],
    timeout: float,
    walked: dict[str, Mapping[str, SnmpValue]],
) -> None:
    """GET what the readings and their labels need; an agent that has none of it is no error."""
    oids = [oid for oid in dict.fromkeys(oid for reading in readings for oid in needs(reading)) if oid]
    try:
        values = await session.get(oids, timeout)
    except BadAnswer:
        values = {}
    walked.update({oid: {"": value} for oid, value in values.items()})


async def _table(
    session: SnmpSession,
    table: MibTable,
    readings: Sequence[Reading],
    timeout: float,
    walked: dict[str, Mapping[str, SnmpValue]],
) -> None:
    """Walk the columns that were not walked for another group already; those that only name rows come if rows did."""
    first = [oid for oid in dict.fromkeys(oid for reading in readings for oid in values_of(reading)) if oid]
    new = [oid for oid in first if oid not in walked]
    if new:
        walked.update(await session.table(new, timeout, bulk=table.bulk))
    if not any(walked.get(oid) for oid in first):
        return
    names = [oid for oid in dict.fromkeys(oid for reading in readings for oid in needs(reading)) if oid not in walked]
    if names:
        walked.update(await session.table(names, timeout, bulk=table.bulk))


@lru_cache(maxsize=4096)
def values_of(reading: Reading) -> tuple[str, ...]:
    """The columns that say whether there are rows: those of the value, or those of the labels if it has none."""
    if not reading.oid:
        return tuple(source.oid for source in reading.labels if source.oid and source.arcs is None)[:1]
    extra = (reading.times, reading.of, reading.free, reading.scale_by, reading.precision)
    return (reading.oid, *(oid for oid in extra if oid))


@lru_cache(maxsize=4096)
def needs(reading: Reading) -> tuple[str, ...]:
    """All columns or scalars that a reading takes."""
    labels = tuple(source.oid for source in reading.labels if source.oid)
    return (*values_of(reading), *(oid for oid, _ in reading.where), *labels)


def samples(readings: Iterable[Reading], columns: Columns) -> Iterator[Sample]:
    """The samples of one group. Rows with the same labels all get their index behind the last one, so that
    neither takes the other's place when the order changes."""
    for reading in readings:
        rows = [(index, value, _labels(reading, index, columns)) for index, value in _values(reading, columns)]
        often = Counter(labels for _, _, labels in rows)
        for index, value, labels in rows[:MOST]:
            alone = often[labels] == 1 or not labels
            yield Sample(reading.metric, value, labels if alone else (*labels[:-1], f"{labels[-1]}#{index}"))


def _values(reading: Reading, columns: Columns) -> Iterator[tuple[str, float]]:
    """(row index, value) of each row that counts and has one."""
    if reading.oid:
        rows = columns.get(reading.oid, _NOTHING)
    else:
        first = values_of(reading)
        rows = {index: 1 for index, text in columns.get(first[0], _NOTHING).items() if clean(text)} if first else {}
    for index, raw in rows.items():
        if all(_fits(columns.get(oid, _NOTHING).get(index), wanted) for oid, wanted in reading.where):
            value = worth(reading, raw, index, columns) if reading.oid else 1
            if value is not None:
                yield index, value


def _fits(raw: SnmpValue | None, wanted: frozenset[int] | str) -> bool:
    if isinstance(wanted, str):
        return re.search(wanted, clean(raw) if isinstance(raw, bytes) else str(raw or "")) is not None
    return raw is not None and number(raw) in wanted


def worth(reading: Reading, raw: SnmpValue, index: str, columns: Columns) -> float | None:
    """What a raw value means by its reading; None if it is no value."""
    value = number(raw)
    if value is None or value in reading.invalid:
        return None
    if reading.yes:
        return 1 if value in reading.yes else 0
    if reading.form == "signed16" and value > 0x7FFF:
        value -= 0x10000
    elif reading.form == "watts_or_dbm":
        # HUAWEI-ENTITY-EXTENT-MIB says 0.01 dBm; devices send microwatts where the power is above 0
        value = 10 * math.log10(value / 1000) if value > 0 else value / 100
    scaled = _scaled(reading, value, index, columns)
    if scaled is None or not math.isfinite(scaled):
        return None
    if (reading.low is not None and scaled < reading.low) or (reading.high is not None and scaled > reading.high):
        return None
    return 1 - scaled if reading.invert else scaled


def _scaled(reading: Reading, value: float, index: str, columns: Columns) -> float | None:
    def beside(oid: str) -> float | None:
        other = columns.get(oid, _NOTHING).get(index)
        return None if other is None else number(other)

    if reading.scale_by:
        scale, digits = beside(reading.scale_by), beside(reading.precision) if reading.precision else 0
        if scale is None or not 1 <= scale <= 17 or digits is None or abs(digits) > 9:
            return None
        value *= 10.0 ** (3 * (scale - 9) - digits)
    for oid, how in ((reading.times, "times"), (reading.of, "of"), (reading.free, "free")):
        if oid:
            other = beside(oid)
            whole = None if other is None else value + other if how == "free" else other
            if other is None or whole is None or (how != "times" and whole <= 0):
                return None
            value = value * other if how == "times" else value / whole
    plain = reading.scale == 1 and reading.offset == 0
    return value if plain else (value + reading.offset) * reading.scale


def number(raw: SnmpValue) -> float | None:
    """The number in a raw value: an integer, an Opaque float, or the first number in a text; None if there is none."""
    if isinstance(raw, int | float):
        return raw
    if isinstance(raw, bytes):
        if raw.startswith(_FLOAT) and len(raw) == 7:
            return float(struct.unpack(">f", raw[3:])[0])
        if raw.startswith(_DOUBLE) and len(raw) == 11:
            return float(struct.unpack(">d", raw[3:])[0])
    found = _NUMBER.search(clean(raw))
    if found is None:
        return None
    text = found[0]
    return int(text) if text.lstrip("+-").isdecimal() else float(text)


def _labels(reading: Reading, index: str, columns: Columns) -> tuple[str, ...]:
    return tuple(_label(source, index, columns, bool(reading.oid)) for source in reading.labels)


def _label(source: LabelSource, index: str, columns: Columns, numbered: bool) -> str:
    """The text of a label. Where a column has none, a number is named by its row's index; an info need not be."""
    if source.text:
        return source.text
    arcs = index
    if source.arcs is not None:
        first, count = source.arcs
        parts = index.split(".")[first:]
        arcs = ".".join(parts if count is None else parts[:count])
    if source.oid:
        instead = arcs if numbered or source.arcs is not None else ""
        return _part(formed(columns.get(source.oid, _NOTHING).get(arcs), source.form), source.part) or instead
    return formed(arcs, source.form)


def _part(text: str, pattern: str) -> str:
    """What the pattern finds in the text (its first group, if it has one); all of it if it finds nothing."""
    found = re.search(pattern, text) if pattern else None
    return text if found is None else found[found.re.groups and 1] or text


def formed(value: SnmpValue | None, form: LabelForm) -> str:
    """A label's text; "" if there is nothing to show. An index comes as dotted text, whose arcs are then octets."""
    if value is None:
        return ""
    if form in ("text", "index"):
        return clean(value if isinstance(value, bytes) else str(value), LONGEST)
    octets = value if isinstance(value, bytes) else _octets(str(value))
    if form == "mac":
        return ":".join(f"{octet:02x}" for octet in octets[:8])
    if form == "ipv4":
        return ".".join(str(octet) for octet in octets[:4])
    if form == "serial" and len(octets) == 8:
        # ITU-T G.984.3, 9.2.4.1: the maker's four letters, then four octets
        return clean(octets[:4], LONGEST) + octets[4:].hex().upper()
    return octets[: LONGEST // 2].hex()


def _octets(dotted: str) -> bytes:
    return bytes(int(arc) & 0xFF for arc in dotted.split(".") if arc.isdecimal())
