"""How are the rows of an answer read, column by column?

A walk's hot loop: a device with 25 interfaces brings some four hundred values, so what is done for each of them is
done here, without a call where the answer is a usual one.
"""

import struct
from collections.abc import Sequence
from itertools import cycle

from netmon.wire.net import SnmpValue
from netmon.wire.snmp import ber, pdu
from netmon.wire.snmp.ber import BerError
from netmon.wire.snmp.pdu import Message, Places

NAMES = 1 << 15
"""Encoded names that are kept, of all devices together."""

END = ber.END_OF_MIB_VIEW
NUMBERS = frozenset({ber.INTEGER, ber.COUNTER32, ber.GAUGE32, ber.TIME_TICKS, ber.COUNTER64})


class Column:
    """A column on its way: `cursor` is where it has got to, `last` the place of that row in the order of rows."""

    __slots__ = ("alone", "cursor", "ended", "last", "oid", "prefix", "rows", "trouble")

    def __init__(self, oid: str) -> None:
        self.oid = oid
        self.prefix = self.cursor = pdu.encoded(oid)
        self.rows: dict[str, SnmpValue] = {}
        self.last = b""
        self.ended = self.alone = False
        self.trouble = ""

    def stop(self, trouble: str = "") -> None:
        """Ask no further; `trouble` says why, unless the end was reached."""
        self.ended, self.trouble = True, trouble


def place(name: bytes, column: bytes, places: Places) -> tuple[bytes, str, bytes] | None:
    """Where in a column a name stands, kept in `places`; None if it is in another. Raises BerError."""
    if name[0] != ber.OBJECT_ID:
        raise BerError("a name that is no object identifier")
    if (known := places.get(name)) is not None and len(known[0]) == len(column):
        return known if known[0] == column else None
    content, stem = ber.content(name), ber.content(column)
    if not content.startswith(stem):
        return None
    arcs = ber.read_arcs(content[len(stem) :])
    if len(places) >= NAMES:
        places.clear()
    found = places[name] = column, ".".join(map(str, arcs)), struct.pack(f">{len(arcs)}I", *arcs)
    return found


def read(message: Message, group: Sequence[Column], places: Places) -> tuple[int, bool]:
    """Take the rows of an answer in, one binding for each column in turn: how many, and whether all could be read."""
    data, at, end = message.data, message.at, message.end
    count = 0
    known, number = places.get, int.from_bytes
    try:
        for column in cycle(group):
            if at >= end:
                break
            # the same as pdu.split where lengths are short; a call for each value would cost half as much again
            begin, size, tail = at + 2, data[at + 1], at + 4 + data[at + 3]
            start = tail + 2
            if size > 0x7F or start > end or start + data[tail + 1] != begin + size or begin + size > end:
                begin, tail, tag, start, at = pdu.split(data, at, end)
            else:
                tag, at = data[tail], begin + size
            count += 1
            if column.ended:
                continue
            name = data[begin:tail]
            found = known(name)
            if found is None or found[0] is not column.prefix:
                found = place(name, column.prefix, places)
                if found is None:
                    column.ended = True
                    continue
            _, text, key = found
            if key <= column.last:
                column.stop("" if tag == END else f"the walk of {column.oid} goes in circles at row {text or 'none'}")
                continue
            column.last, column.cursor = key, name
            if tag == 0x04:
                column.rows[text] = data[start:at]
            elif tag in NUMBERS and start < at < start + 10 and (tag != 0x02 or data[start] < 0x80):
                column.rows[text] = number(data[start:at], "big")
            elif (value := pdu.value(tag, data, start, at)) is not None:
                column.rows[text] = value
    except (BerError, IndexError):
        return count, False
    return count, not message.cut
