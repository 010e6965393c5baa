"""What are the rows of a table called?"""

import re
from collections.abc import Mapping

from netmon.model import LabelForm, LabelSource, Reading
from netmon.reading.values import Columns
from netmon.wire.net import SnmpValue
from netmon.wire.text import clean

LONGEST = 64
"""Characters that are kept of a label."""

_NOTHING: Mapping[str, SnmpValue] = {}


def labels_of(reading: Reading, index: str, columns: Columns) -> tuple[str, ...]:
    """The labels of a row, in the order of the reading's sources."""
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
