"""What is a raw value of the MIB worth, by its reading?"""

import math
import re
import struct
from collections.abc import Mapping

from netmon.model import Reading
from netmon.wire.net import SnmpValue
from netmon.wire.text import clean

Columns = Mapping[str, Mapping[str, SnmpValue]]
"""Column OID -> row index -> value; a scalar stands under its whole OID and the index ""."""

_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_NOTHING: Mapping[str, SnmpValue] = {}
# Opaque-wrapped floats (net-snmp's NET-SNMP-TC): tag 0x9f 0x78 for 32 bits, 0x9f 0x79 for 64, then the length.
_FLOAT, _DOUBLE = b"\x9f\x78\x04", b"\x9f\x79\x08"


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
        value = 10 * (math.log10(value) - 3) if value > 0 else value / 100
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
