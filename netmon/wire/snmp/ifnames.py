"""What are the interfaces of a device called, and which of them are asked for?"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fnmatch import translate
from functools import lru_cache
from typing import NamedTuple

from netmon.wire.net import SnmpValue
from netmon.wire.text import clean

LONGEST = 64
"""Characters that are kept of a name or an alias (DisplayString (SIZE(0..64)) in IF-MIB)."""

LAYOUTS = 1024
"""Sets of interfaces whose names are kept: devices of the same make and use call theirs the same."""


Column = Mapping[str, SnmpValue]

Rows = tuple[str, ...]
Called = tuple[Rows, tuple[SnmpValue, ...], Rows, tuple[SnmpValue, ...], Rows, Rows]
"""Rows and values of ifName, the same of ifDescr, and the rows of two other columns: all that names depend on."""


class Ports(NamedTuple):
    """ifIndex and label of each interface that is asked for, in the order of ifIndex."""

    indexes: tuple[str, ...]
    labels: tuple[tuple[str], ...]

    def only(self, *columns: Column) -> "Ports":
        """Those that all of these columns have."""
        return self._where(lambda index: all(index in column for column in columns))

    def without(self, column: Column) -> "Ports":
        """Those that the column leaves out."""
        return NONE if all(map(column.__contains__, self.indexes)) else self._where(lambda index: index not in column)

    def _where(self, true: Callable[[str], bool]) -> "Ports":
        kept = [port for port in zip(*self, strict=True) if true(port[0])]
        return Ports(tuple([index for index, _ in kept]), tuple([label for _, label in kept]))


NONE = Ports((), ())


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


@lru_cache(maxsize=LAYOUTS)
def chosen(told: Called, include: Sequence[str], exclude: Sequence[str], always: Sequence[str]) -> Ports:
    """Those of the interfaces that are asked for; `always` are names that the patterns do not matter for."""
    name, names_, descr, descrs, oper, admin = told
    every = names(
        dict(zip(name, names_, strict=True)), dict(zip(descr, descrs, strict=True)),
        dict.fromkeys(oper, 0), dict.fromkeys(admin, 0),
    )  # fmt: skip
    wanted, unwanted = pattern(include).fullmatch, pattern(exclude).fullmatch
    kept = {index: (own,) for index, own in every.items() if own in always or (wanted(own) and not unwanted(own))}
    return Ports((*kept,), (*kept.values(),))


@lru_cache(maxsize=64)
def pattern(globs: Sequence[str]) -> re.Pattern[str]:
    """One regular expression for some shell patterns, whatever the case; without any it matches nothing."""
    return re.compile("|".join(translate(glob) for glob in globs) or r"(?!)", re.IGNORECASE)
