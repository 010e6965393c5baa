"""Which lines are too small by the norm, how fast do they fill, and when will each be full?"""

from collections.abc import Sequence

from netmon.decide.history import FULL, Trend
from netmon.report.asked import Asked, Option
from netmon.report.document import (
    Bars,
    Block,
    Break,
    Cell,
    Day,
    Document,
    Facts,
    Line,
    Measured,
    Share,
    Table,
    Text,
    Tone,
)
from netmon.report.fullness import Unknown, Use, Way, fullness, grown, headroom, since
from netmon.report.measured import damaged
from netmon.report.pen import Pen, document, pen
from netmon.report.periods import asked_for
from netmon.report.sources import Sources
from netmon.report.words.capacity import WORDS
from netmon.run.journal import history as journal_history

TAKES: frozenset[Option] = frozenset()
"""What else may be asked."""

SHOWN = 15
"""Lines that have a bar."""
DRAWN = 3
"""Lines whose days are drawn."""
MONTH, YEAR = 30.4375 * 86400, 365.25 * 86400
NEAR, FAR = YEAR, 5 * YEAR
"""Seconds from the end of the period within which a line is soon full, and beyond which no date is worth saying."""
POINTS = 1000
"""A rise is shown to the tenth of a percentage point."""


def write(asked: Asked, sources: Sources) -> Document:
    """Every line, the fullest first; those that grew, and those of which nothing is known. JournalError, NotRunning."""
    writes, period = pen(WORDS, asked, sources), asked_for(asked)
    curves = journal_history.read(sources.journal, since(period), period.until, "use")
    known, unknown = fullness(sources.inventory, curves, period, writes.zone)
    more = grown(known)
    blocks: list[Block] = [
        *damaged(curves, writes),
        _sums(asked, known, unknown, len(more), writes),
        _bars(known, writes),
        _grown(more, writes),
        Text(writes.say("how"), small=True),
        Break(writes.say("list")),
        _list(known, writes),
        Break(writes.say("trends")),
        *_days(known, writes),
        _trends(asked, known, writes),
        Break(writes.say("unknown_list")),
        _unknown(unknown, writes),
    ]
    return document("capacity", writes, asked, blocks)


def _sums(asked: Asked, known: Sequence[Use], unknown: Sequence[Unknown], more: int, writes: Pen) -> Facts:
    rows: list[tuple[str, Cell]] = [
        ("lines", len(known) + len(unknown)),
        ("measured", len(known)),
        ("too_full", sum(one.full for one in known)),
        ("soon", sum(_within(one, asked, NEAR) for one in known)),
        ("grown", more),
        ("unknown", len(unknown)),
    ]
    return Facts(key="sums", title=writes.say("sums"), rows=[(key, writes.say(key), cell) for key, cell in rows])


def _within(use: Use, asked: Asked, seconds: float) -> bool:
    """Whether a line that is not full yet will be so within this time of the end of the period."""
    trend = use.way.trend
    return not use.full and trend is not None and trend.full is not None and trend.full.at <= asked.until + seconds


def _bars(known: Sequence[Use], writes: Pen) -> Bars:
    rows: list[tuple[str, float, Tone]] = [
        (writes.thing(one.link.id), one.way.p95, "bad" if one.full else "") for one in known[:SHOWN]
    ]
    return Bars(key="fullest", title=writes.say("bars"), unit="ratio", rows=rows, limit=FULL)


def _list(known: Sequence[Use], writes: Pen) -> Table:
    keys = (
        "link", "carrier", "bandwidth>", "direction", "worst>", "since", "other>", "last>", "headroom>", "covered>",
        "verdict",
    )  # fmt: skip
    return Table(
        key="lines",
        title=writes.say("list"),
        columns=writes.columns(*keys),
        rows=[_row(one, writes) for one in known],
        tones=[(n, "bad") for n, one in enumerate(known) if one.full],
        empty=writes.say("none"),
    )


def _row(use: Use, writes: Pen) -> Sequence[Cell]:
    way, left, last = use.way, headroom(use), use.way.last.p95
    return (
        writes.thing(use.link.id),
        writes.carrier(use.link.carrier),
        _mbps(use.link.bandwidth),
        writes.say(way.direction),
        Measured(way.p95, "ratio"),
        Day(way.worst.begins),
        None if use.other is None else Measured(use.other.p95, "ratio"),
        None if last is None else Measured(last, "ratio"),
        None if left is None else round(left / 1e6, 1),
        Share(way.coverage),
        writes.say("verdict_full" if use.full else "verdict_ok"),
    )


def _days(known: Sequence[Use], writes: Pen) -> list[Line]:
    """The fullest lines, day by day, as far back as their trend is taken of."""
    return [
        Line(
            key=f"days-{number}",
            title=writes.say("days", line=writes.thing(one.link.id), direction=writes.say(one.way.direction)),
            unit="ratio",
            points=[(day.begins, day.p95) for day in one.way.days],
            limit=FULL,
        )
        for number, one in enumerate(known[:DRAWN], 1)
    ]


def _trends(asked: Asked, known: Sequence[Use], writes: Pen) -> Table:
    """Of lines that are not full yet, the first to be full first."""
    never = asked.until + 2 * FAR
    ranked = sorted(
        (one for one in known if not one.full),
        key=lambda one: (one.way.trend.full.at if one.way.trend and one.way.trend.full else never, -one.way.p95),
    )
    rows = [
        (
            writes.thing(one.link.id),
            writes.say(one.way.direction),
            None if one.way.trend is None else one.way.trend.days,
            _rise(one.way.trend),
            *_when(asked, one, writes),
        )
        for one in ranked
    ]
    return Table(
        key="trends",
        title=writes.say("trends"),
        columns=writes.columns("link", "direction", "days>", "trend>", "full", "between"),
        rows=rows,
        empty=writes.say("none"),
    )


def _mbps(bits: int | None) -> float | None:
    return None if bits is None else bits / 1e6


def _rise(trend: Trend | None) -> float | None:
    """Percentage points of the capacity a month."""
    return None if trend is None else round(trend.rise * MONTH / 86400 * POINTS) / (POINTS / 100)


def _when(asked: Asked, use: Use, writes: Pen) -> tuple[str | Day, str]:
    """When it will be full, and between when surely."""
    trend = use.way.trend
    if trend is None or trend.full is None:
        return writes.say("no_trend" if trend is None else "no_rise"), ""
    if not _within(use, asked, FAR):
        return writes.say("far"), ""
    full = trend.full
    day, earliest, latest = (Day(max(at, asked.until)) for at in (full.at, full.earliest, full.latest))
    if full.latest > asked.until + FAR:
        return day, writes.say("after", earliest=writes.shown(earliest))
    return day, writes.say("between", earliest=writes.shown(earliest), latest=writes.shown(latest))


def _grown(more: Sequence[tuple[Use, Way]], writes: Pen) -> Table:
    rows = [
        (
            writes.thing(use.link.id),
            writes.carrier(use.link.carrier),
            _mbps(use.link.bandwidth),
            writes.say(way.direction),
            Measured(way.p95, "ratio"),
            Measured(way.growth or 0.0, "ratio"),
        )
        for use, way in more
    ]
    return Table(
        key="grown",
        title=writes.say("grown_list"),
        columns=writes.columns("link", "carrier", "bandwidth>", "direction", "worst>", "growth>"),
        rows=rows,
        empty=writes.say("none_grown"),
    )


def _unknown(unknown: Sequence[Unknown], writes: Pen) -> Table:
    rows = [
        (
            writes.thing(one.link.id),
            writes.carrier(one.link.carrier),
            _mbps(one.link.bandwidth),
            Share(one.coverage),
            writes.say(f"why_{one.why}"),
        )
        for one in unknown
    ]
    return Table(
        key="unknown",
        title=writes.say("unknown_list"),
        columns=writes.columns("link", "carrier", "bandwidth>", "covered>", "why"),
        rows=rows,
        empty=writes.say("none_grown"),
    )
