"""Which rows of an answer are one and the same thing, seen again?"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from netmon.model import Remembered, Sample

TOGETHER = 8
"""Rows of one thing whose values are listed: several neighbours behind an unmanaged switch share a port."""

Labels = tuple[str, ...]


def rows(what: Remembered, names: Sequence[str], samples: Iterable[Sample]) -> dict[Labels, Labels]:
    """The rows of a remembered family: labels they are known by -> labels that may change, both in the order declared.

    `names` are the family's labels. Rows that `by` does not tell apart are one, which has their values side by side
    and in order, so that it does not matter in which order the device tells them.

    >>> what = Remembered("f", ("port",))
    >>> rows(what, ("port", "who"), [Sample("f", 1, ("1", "b")), Sample("f", 1, ("1", "a")), Sample("f", 1, ("2", ""))])
    {('1',): ('a, b',), ('2',): ('',)}
    """
    known, rest = ([names.index(name) for name in part] for part in (what.by, others(what, names)))
    found: dict[Labels, set[Labels]] = defaultdict(set)
    for sample in samples:
        if sample.metric == what.metric:
            key = tuple(sample.labels[place] for place in known)
            found[key].add(tuple(sample.labels[place] for place in rest))
    return {key: _together(sorted(each)) for key, each in found.items()}


def others(what: Remembered, names: Sequence[str]) -> Labels:
    """The names of the labels that may change, in the order declared."""
    return tuple(name for name in names if name not in what.by)


def _together(values: Sequence[Labels]) -> Labels:
    if len(values) == 1:
        return values[0]
    return tuple(", ".join(filter(None, column)) for column in zip(*values[:TOGETHER], strict=True))
