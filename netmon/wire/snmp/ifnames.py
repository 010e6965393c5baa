"""What are the interfaces of a device called?"""

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from netmon.wire.net import SnmpValue
from netmon.wire.text import clean

LONGEST = 64
"""Characters that are kept of a name or an alias (DisplayString (SIZE(0..64)) in IF-MIB)."""


Column = Mapping[str, SnmpValue]


def names(name: Column, descr: Column, *others: Column) -> dict[str, str]:
    """ifIndex -> the name to be known by: ifName, else ifDescr, else `if` and the index; each only once.

    Interfaces of the same name all get their index behind it, so that neither takes the other's place when
    the order changes.
    """
    indexes = sorted({index for column in (name, descr, *others) for index in column if index.isdecimal()}, key=int)
    called = {
        index: line(name.get(index), LONGEST) or line(descr.get(index), LONGEST) or f"if{index}" for index in indexes
    }
    if len(set(called.values())) == len(called):
        return called
    often = Counter(called.values())
    taken = {chosen for chosen, times in often.items() if times == 1}
    for index in indexes:
        if often[called[index]] > 1:
            called[index] += f"#{index}"
            while called[index] in taken:
                called[index] += f"#{index}"
            taken.add(called[index])
    return called


@lru_cache(maxsize=8192)
def line(value: SnmpValue | None, longest: int = 255) -> str:
    """A text of a device; devices of the same make call their interfaces the same."""
    return clean(value, longest)
