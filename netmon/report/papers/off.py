"""Which places are switched off at night or outside their hours, and is the norm of 24/7 kept?"""

from collections.abc import Mapping, Sequence

from netmon.decide.ledger.book import book
from netmon.decide.ledger.totals import total
from netmon.report.asked import Asked, Option
from netmon.report.document import Block, Cell, Document, Facts, Lasted, Table, Text
from netmon.report.measured import note, unread
from netmon.report.nights import ALIKE, HABIT, SLEEPS, WAKES, Dark, dark
from netmon.report.pen import Pen, document, pen
from netmon.report.ruled import by_their_lines
from netmon.report.sources import Sources
from netmon.report.words.off import WORDS

TAKES: frozenset[Option] = frozenset()
"""What else may be asked."""


def write(asked: Asked, sources: Sources) -> Document:
    """The sites that were, those with most nights first, and whom to ask. JournalError, NotRunning."""
    writes = pen(WORDS, asked, sources)
    facts = sources.facts(asked.since, asked.until)
    ruled = by_their_lines(book(facts, asked.since, asked.until, ("site", "link")), facts.incidents)
    ledger = {key: intervals for key, intervals in ruled.items() if key[0] == "site"}
    found = {name: dark(intervals, writes.zone) for (_, name), intervals in ledger.items()}
    seen = {name for (_, name), those in ledger.items() if any(one.column != "unmeasured" for one in those)}
    off = {name: one for name, one in found.items() if one is not None}
    how = writes.say("how", sleeps=SLEEPS, wakes=WAKES, habit=HABIT, alike=ALIKE)
    blocks: list[Block] = [
        *note((total(intervals) for intervals in ledger.values()), writes),
        *unread(facts, asked.until, writes),
        _sums(off, len(seen), writes),
        _list(off, writes),
        Text(how, small=True),
    ]
    return document("off", writes, asked, blocks)


def _sums(off: Mapping[str, Dark], seen: int, writes: Pen) -> Facts:
    inner = writes.inventory.levels[-1]
    sites = writes.inventory.sites
    rows: list[tuple[str, str, Cell]] = [
        ("sites", writes.say("sites"), seen),
        ("dark", writes.say("dark"), len(off)),
        (
            "dark_inner",
            writes.say("dark_inner", level=writes.level(inner)),
            sum(name in sites and sites[name].level == inner for name in off),
        ),
        ("met", writes.say("met"), seen - len(off)),
        ("seconds", writes.say("seconds"), Lasted(sum(one.seconds for one in off.values()))),
    ]
    return Facts(key="sums", title=writes.say("sums"), rows=rows)


def _list(off: Mapping[str, Dark], writes: Pen) -> Table:
    keys = (
        "site", "level", "area", "nights>", "measured>", "begins", "ends", "lasted>", "proof", "contact",
    )  # fmt: skip
    ranked = sorted(off.items(), key=lambda one: (-one[1].nights, -one[1].seconds, one[0]))
    return Table(
        key="off",
        title=writes.say("list"),
        columns=writes.columns(*keys),
        rows=[_row(name, one, writes) for name, one in ranked],
        empty=writes.say("none"),
    )


def _row(name: str, one: Dark, writes: Pen) -> Sequence[Cell]:
    site = writes.inventory.sites.get(name)
    return (
        writes.name(name),
        writes.level(site.level) if site is not None else "",
        writes.area(site.area) if site is not None else "",
        one.nights,
        one.measured,
        _clock(one.begins),
        _clock(one.ends),
        Lasted(one.seconds),
        writes.say(f"proof_{one.proof}"),
        writes.contact(name),
    )


def _clock(minute: int | None) -> str | None:
    return None if minute is None else f"{minute // 60:02d}:{minute % 60:02d}"
