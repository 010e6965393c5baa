"""Which rows of a device's tables are new, which have changed, and which have gone?

What the first poll of a table brings is learned, not told. A row is known again by the labels that its collector names;
it has gone when it was missing from so many polls in a row. The labels' names are part of what is known: where a newer
collector tells of others, everything is learned anew instead of being told as a change.

A table may grow without end, and its rows come from strangers: of one table so many are remembered, and so many changes
are taken from one poll; what is over the second waits for the next poll.

What a poll leaves open is no change (netmon.decide.alike): a row keeps what was known of it, and takes what was not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from netmon.decide.alike import alike, joined
from netmon.model import Fact, Pairs, RowsSeen

News = Literal["known", "new", "changed"]

MOST = 2000
"""Rows that are remembered of one table of one target."""
MOST_NEWS = 200
"""Changes that one poll of a table may bring."""

Key = tuple[str, ...]


@dataclass(slots=True)
class Table:
    """What is known of one table: its labels' names, its rows, and how many polls in a row each was missing from."""

    names: Pairs
    rows: dict[Key, Key] = field(default_factory=dict)
    missed: dict[Key, int] = field(default_factory=dict)


@dataclass(slots=True)
class Memory:
    """All tables by (target, metric). `dropped`: rows for which there was no room, each time they were seen."""

    tables: dict[tuple[str, str], Table] = field(default_factory=dict)
    dropped: int = 0


def restore(facts: Mapping[tuple[str, str], Mapping[Pairs | None, Fact]]) -> Memory:
    """The memory as the journal has it; a table without its beginning is learned anew."""
    memory = Memory()
    for name, rows in facts.items():
        if (begun := rows.get(None)) is not None:
            known = {_values(fact.key): _values(fact.values) for key, fact in rows.items() if key is not None}
            memory.tables[name] = Table(begun.values, known)
    return memory


def rows(memory: Memory, target: str, metric: str) -> Mapping[Key, Key]:
    """What is known of a table, also from before a restart."""
    table = memory.tables.get((target, metric))
    return {} if table is None else table.rows


def take(memory: Memory, seen: RowsSeen) -> list[Fact]:
    """What the rows of one poll teach, in the order of their keys."""
    name, what = (seen.target, seen.what.metric), seen.what
    names = (*((label, "known by") for label in what.by), *((label, "may change") for label in seen.others))
    table = memory.tables.get(name)
    facts: list[Fact] = []
    first = table is None or table.names != names
    if table is None or first:
        table = memory.tables[name] = Table(names)
        facts.append(Fact(target=seen.target, metric=what.metric, news="begun", values=names))
    quiet = first or len(seen.rows) > MOST  # of what did not fit before nobody knows whether it is new
    most = MOST + 1 if first else MOST_NEWS
    facts += _here(memory, table, seen, quiet, most - len(facts))
    facts += _away(table, seen, max(0, most - len(facts)))
    return facts


def _here(memory: Memory, table: Table, seen: RowsSeen, quiet: bool, most: int) -> list[Fact]:
    """Rows that are new or have changed. What only fills a gap in a row is known from now on, and no change."""
    facts: list[Fact] = []
    differs = [key for key, values in seen.rows.items() if table.rows.get(key) != values]
    for key in sorted(differs):
        old = table.rows.get(key)
        if old is None and len(table.rows) >= MOST:
            memory.dropped += 1
            continue
        if len(facts) >= most:
            break
        told = seen.rows[key]
        values = told if old is None else tuple(map(joined, old, told))
        if values == old:
            continue
        news: News = "changed"
        if old is None or all(map(alike, old, told)):
            news = "new" if old is None and not quiet else "known"
        table.rows[key] = values
        facts.append(
            Fact(
                target=seen.target,
                metric=seen.what.metric,
                news=news,
                key=tuple(zip(seen.what.by, key, strict=True)),
                values=tuple(zip(seen.others, values, strict=True)),
                old=() if old is None or news == "known" else tuple(zip(seen.others, old, strict=True)),
            )
        )
    return facts


def _away(table: Table, seen: RowsSeen, most: int) -> list[Fact]:
    """Rows that have been missing for long enough."""
    table.missed = {key: table.missed.get(key, 0) + 1 for key in table.rows if key not in seen.rows}
    over = [key for key, polls in table.missed.items() if seen.what.gone and polls >= seen.what.gone]
    facts: list[Fact] = []
    for key in sorted(over)[:most]:
        del table.missed[key]
        values = tuple(zip(seen.others, table.rows.pop(key), strict=True))
        pairs = tuple(zip(seen.what.by, key, strict=True))
        facts.append(Fact(target=seen.target, metric=seen.what.metric, news="gone", key=pairs, values=values))
    return facts


def _values(pairs: Pairs) -> Key:
    return tuple(value for _, value in pairs)
