"""What would a profile look like that knew this device?

A draft is a valid profile with the parts that are standard, and a list of what else the device answers, one line a
column, for a colleague who has the vendor's MIB at hand.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from netmon.model import Profile
from netmon.run.identity import Fit
from netmon.wire.net import SnmpValue
from netmon.wire.text import clean

ENTERPRISES = "1.3.6.1.4.1"
SHOWN = 3
"""Values that are shown of a column."""
CONSIDERED = 50_000
"""Instances that are looked at."""
LONGEST = 24
"""Characters that are shown of a value."""


class Walked(NamedTuple):
    """What a device answered: who it is, the profile that fits so far, all of the vendor's own objects by OID, and
    which generic profiles it has something of."""

    object_id: str
    descr: str
    fit: Fit
    own: Mapping[str, SnmpValue]
    generic: tuple[str, ...]


class Seen(NamedTuple):
    """A column of the table with this entry, or a scalar (no entry) with its whole OID: rows, and the first values."""

    entry: str
    oid: str
    rows: int
    values: tuple[str, ...]


def draft(walked: Walked, profiles: Mapping[str, Profile]) -> str:
    """The YAML text of a profile; loads as it is."""
    known = f"{walked.fit.profile.id} fits so far" if walked.fit.match else "no profile fits so far"
    traps = ["standard-traps"] if "standard-traps" in profiles else []
    inherits = ", ".join(dict.fromkeys([*traps, *walked.generic]))
    vendor = ".".join(walked.object_id.split(".")[:7])
    lines = [
        f"# {clean(walked.descr, 100) or 'A device without a description'}",
        "#",
        f"# A draft: sysObjectID {walked.object_id}; {known}. What the device has besides stands below,",
        "# one column a line; look it up in the vendor's MIB and give it a family of netmon (`netmon list`).",
        f"name: {_quoted(clean(walked.descr, 40).split(',')[0] or vendor)}",
        "match:",
        f"  - {{object_id: {vendor}}}",
        f"inherits: [{inherits}]",
    ]
    return "\n".join([*lines, *_listed(sorted(_columns(walked.own), key=lambda column: not column.entry))]) + "\n"


def _listed(columns: Iterable[Seen]) -> Iterator[str]:
    """What there is besides, as comments in the form of the language."""
    section = ""
    for entry, group in groupby(columns, key=lambda column: column.entry):
        here = list(group)
        kind = "tables" if entry else "scalars"
        if section != kind:
            section = kind
            yield f"# {kind}:"
        yield f"#   NAME:  # rows: {max(column.rows for column in here)}" if entry else "#   NAME:"
        yield from [f"#     entry: {entry}", "#     labels: [{arcs: [0, null]}]"] if entry else []
        yield "#     readings:"
        for column in here:
            yield f"#       - {{metric: netmon_…, oid: {column.oid}}}  # {', '.join(column.values)}"


def _columns(own: Mapping[str, SnmpValue]) -> list[Seen]:
    """The columns and scalars that the instances belong to, in order.

    No MIB is at hand, so the shape must do: a table's entry is the arc 1 below it (RFC 2578, 7.1.12), its columns are
    the arcs below that, and two columns have a row in common. The longest prefix of that shape is taken.
    """
    instances = dict(list(own.items())[:CONSIDERED])
    found: dict[str, dict[str, set[str]]] = {}
    for oid in instances:
        for entry, column, index in _cuts(oid):
            found.setdefault(entry, {}).setdefault(column, set()).add(index)
    tables = {entry for entry, columns in found.items() if _is_table(list(columns.values()))}
    rows: dict[tuple[str, str], list[SnmpValue]] = {}
    for oid, value in instances.items():
        cut = next(((entry, f".{column}") for entry, column, _ in _cuts(oid) if entry in tables), ("", oid))
        rows.setdefault(cut, []).append(value)
    return [Seen(*cut, len(values), tuple(map(_shown, values[:SHOWN]))) for cut, values in rows.items()]


def _cuts(oid: str) -> Iterator[tuple[str, str, str]]:
    """(entry, column, row index): all ways to read an instance as one of a table, the longest entry first."""
    arcs = oid.split(".")
    for at in range(len(arcs) - 3, len(ENTERPRISES.split(".")), -1):
        if arcs[at] == "1":
            yield ".".join(arcs[: at + 1]), arcs[at + 1], ".".join(arcs[at + 2 :])


def _is_table(columns: Sequence[set[str]]) -> bool:
    """Whether two columns have a row in common that is more than a scalar's 0."""
    return any(one & other - {"0"} for one, other in pairwise(columns))


def _shown(value: SnmpValue) -> str:
    text = clean(value, LONGEST) if isinstance(value, bytes) else str(value)
    return repr(text) if isinstance(value, bytes) else text


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
