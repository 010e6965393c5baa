"""Which samples do the rows of a group make?

Agents send what they like: a sentinel for "no module", two sensors of one name. What makes no sense is left out.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from netmon.model import Reading, Sample
from netmon.reading.labels import labels_of
from netmon.reading.values import Columns, number, worth
from netmon.wire.net import SnmpValue
from netmon.wire.text import clean

MOST = 8192
"""Samples that one poll may make of one group: an OLT with every port full has some thousands of ONTs."""

_NOTHING: Mapping[str, SnmpValue] = {}


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
        rows = [(index, value, labels_of(reading, index, columns)) for index, value in _values(reading, columns)]
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
