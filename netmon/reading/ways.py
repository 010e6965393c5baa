"""How is the way to a target written?"""

from collections.abc import Iterable

from netmon.wire.net import Hop

ARROW = " > "
"""Between the hops."""
SILENT = "*"
"""A hop that does not tell who it is."""


def written(hops: Iterable[Hop]) -> str:
    """The hops in order: `10.0.0.1 > * > 10.2.3.4`; "" for none.

    >>> written([Hop("10.0.0.1", 0.001), Hop("", None)])
    '10.0.0.1 > *'
    """
    return ARROW.join(hop.address or SILENT for hop in hops)
