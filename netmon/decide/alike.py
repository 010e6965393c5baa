"""Do two answers about the same thing contradict each other?

Answers have gaps: a host whose entry has aged out of one table stands in another, and a router that tells who it is
only so often is silent in between. A gap is no news, so what is remembered is filled up and compared where both tell.
"""

from netmon.reading.ways import ARROW, SILENT


def alike(old: str, new: str) -> bool:
    """Whether two values of a label may be one: the same, or one of them empty, or ways that differ in silence alone.

    >>> alike("10.0.0.1 > * > 10.2.0.1", "10.0.0.1 > 10.1.0.1 > *")
    True
    """
    if old == new or not old or not new:
        return True
    olds, news = old.split(ARROW), new.split(ARROW)
    if len(olds) != len(news) or len(olds) == 1:
        return False
    return all(one == other or SILENT in (one, other) for one, other in zip(olds, news, strict=True))


def joined(old: str, new: str) -> str:
    """What both together tell, the newer counting where they are not alike.

    >>> joined("10.0.0.1 > * > 10.2.0.1", "10.0.0.1 > 10.1.0.1 > *")
    '10.0.0.1 > 10.1.0.1 > 10.2.0.1'
    """
    if not new or not alike(old, new):
        return new or old
    if not old or old == new:
        return new
    both = zip(old.split(ARROW), new.split(ARROW), strict=True)
    return ARROW.join(one if other == SILENT else other for one, other in both)
